"""What sites let programs visit: as RFC 9309 has it, asked once a day, and not for ever."""

from __future__ import annotations

import gzip
from collections.abc import Mapping
from typing import NamedTuple

import httpx
import pytest

from bot.errors import DomainDenied, SettingsError
from bot.fetch.domains import Domains, domains
from bot.fetch.fetch import FetchLimits, fetch
from bot.fetch.robots import LONGEST, MOST, Robots

LINK = "https://post.example/harbour"
NAME = "Nutgraf/0.1 (reads an article when a person asks for it)"


class Answer(NamedTuple):
    """What a site answers."""

    status: int
    body: bytes = b""
    headers: Mapping[str, str] | None = None


class Sites:
    """Every site answers alike; it is noted who was asked for what."""

    def __init__(self, answer: Answer | Exception) -> None:
        self.answer = answer
        self.asked: list[str] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(str(request.url))
        if isinstance(self.answer, Exception):
            raise self.answer
        status, body, headers = self.answer
        return httpx.Response(status, headers=headers, stream=httpx.ByteStream(body))  # not read as yet


def client(sites: Sites) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.MockTransport(sites), headers={"User-Agent": NAME})


async def allowed(answer: Answer | Exception, link: str = LINK) -> bool:
    async with client(Sites(answer)) as http:
        return await Robots(http).allows(link)


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("rules", "may"),
    [
        ("", True),
        ("User-agent: *\nDisallow: /harbour", False),
        ("User-agent: *\nDisallow: /\nAllow: /harbour", True),
        ("User-agent: nutgraf\nDisallow: /", False),
        ("User-agent: nutgraf\nAllow: /\n\nUser-agent: *\nDisallow: /", True),
        ("User-agent: otherbot\nDisallow: /", True),
        ("User-agent: *\nDisallow: /*bour$", False),
        ("\ufeffUser-agent: *\nDisallow: /", False),
        ("<html><h1>Welcome</h1>", True),
    ],
)
async def test_rules_are_obeyed(rules: str, may: bool) -> None:
    assert await allowed(Answer(200, rules.encode())) is may


@pytest.mark.anyio
@pytest.mark.parametrize(("status", "may"), [(404, True), (403, True), (429, True), (500, False), (503, False)])
async def test_a_site_without_rules_is_open_and_one_in_trouble_is_not(status: int, may: bool) -> None:
    assert await allowed(Answer(status)) is may


@pytest.mark.anyio
async def test_a_site_that_does_not_answer_is_not_visited() -> None:
    assert not await allowed(httpx.ConnectTimeout("no answer"))
    assert not await allowed(Answer(200), "https://post.example:port/")


@pytest.mark.anyio
async def test_no_more_is_read_than_is_promised() -> None:
    late = b"#" * LONGEST + b"\nUser-agent: *\nDisallow: /"
    assert await allowed(Answer(200, late))


@pytest.mark.anyio
async def test_rules_that_come_packed_are_not_unpacked() -> None:
    """Nobody asked for that, and what is small when packed may be endless."""
    packed = gzip.compress(b"User-agent: *\nAllow: /")
    assert not await allowed(Answer(200, packed, {"Content-Encoding": "gzip"}))


@pytest.mark.anyio
async def test_a_site_is_asked_once_and_not_remembered_for_ever() -> None:
    sites = Sites(Answer(404))
    async with client(sites) as http:
        robots = Robots(http)
        for path in "abc":
            await robots.allows(f"https://post.example/{path}")
        assert sites.asked == ["https://post.example/robots.txt"]
        for number in range(MOST):
            await robots.allows(f"https://post{number}.example/")
        await robots.allows("https://post.example/d")
    assert sites.asked.count("https://post.example/robots.txt") == 2


# Sites that whoever runs the program closes ---------------------------------------------------------------


async def fetched(which: Domains, link: str, moved_to: str = "") -> list[str]:
    """Return which addresses were visited on the way to *link*, which leads to *moved_to* if that is given."""

    def answer(request: httpx.Request) -> httpx.Response:
        visited.append(str(request.url))
        if moved_to and str(request.url) == link:
            return httpx.Response(302, headers={"Location": moved_to})
        return httpx.Response(200, headers={"Content-Type": "text/html"}, text="<p>A story.")

    visited: list[str] = []
    limits = FetchLimits(timeout=5, max_bytes=10_000, max_redirects=3, domains=which)
    async with httpx.AsyncClient(transport=httpx.MockTransport(answer)) as http:
        try:
            await fetch(http, link, limits)
        except DomainDenied as error:
            visited.append(f"refused: {error.host}")
    return visited


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("allow", "deny", "link", "refused"),
    [
        ("", "", "https://post.example/", ""),
        ("", "post.example", "https://post.example/", "post.example"),
        ("", "post.example", "https://www.POST.example./", "www.post.example"),
        ("", "post.example", "https://outpost.example/", ""),
        ("post.example", "", "https://www.post.example/", ""),
        ("post.example", "", "https://tide.example/", "tide.example"),
        ("post.example", "blog.post.example", "https://blog.post.example/", "blog.post.example"),
        ("", "münchen.example", "https://xn--mnchen-3ya.example/", "xn--mnchen-3ya.example"),
    ],
)
async def test_closed_sites_are_not_visited(allow: str, deny: str, link: str, refused: str) -> None:
    visited = await fetched(Domains(domains(filter(None, [allow])), domains(filter(None, [deny]))), link)

    assert visited == ([f"refused: {refused}"] if refused else visited)
    assert len(visited) == 1


@pytest.mark.anyio
async def test_a_short_link_does_not_lead_around_the_rules() -> None:
    visited = await fetched(Domains(denied=domains(["tide.example"])), LINK, moved_to="https://tide.example/a")
    assert visited == [LINK, "refused: tide.example"]


@pytest.mark.parametrize("name", ["post.example:80", "https://post.example", "post.example/news", "post example", "[x"])
def test_a_name_that_is_none_is_told_at_the_start(name: str) -> None:
    with pytest.raises(SettingsError, match="DENY_DOMAINS"):
        domains([name])


def test_a_name_may_be_written_with_what_stands_for_all_below_it() -> None:
    assert domains(["*.post.example", "Post.Example."]) == {"post.example"}
