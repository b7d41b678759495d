"""The cache of pages: asked once, revalidated after that, never whole when damaged, never over its limit."""

from __future__ import annotations

import asyncio
import os
import stat
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.errors import PageNotFound, SettingsError
from bot.fetch.cache import Cache
from bot.fetch.fetch import FetchLimits, fetch
from bot.models import Page
from bot.opening import open_cache
from bot.settings import Settings

pytestmark = pytest.mark.anyio

LIMITS = FetchLimits(timeout=10, max_bytes=1_000_000, max_redirects=4)
LINK = "https://paper.example/story"
STORY = b"<!doctype html><p>The ferry to Little Skerry sails again.</p>"


@dataclass
class Paper:
    """A site that answers with *body* and *headers*, or 304 to whoever names its ETag."""

    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = STORY
    requests: list[httpx.Request] = field(default_factory=list)

    def answer(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        headers = {"Content-Type": "text/html; charset=utf-8"} | self.headers
        etag = headers.get("ETag")
        if etag and request.headers.get("If-None-Match") == etag:
            return httpx.Response(304, headers=self.headers)
        return httpx.Response(200, headers=headers, content=self.body)

    async def visit(self, cache: Cache | None, link: str = LINK) -> Page:
        async with httpx.AsyncClient(transport=httpx.MockTransport(self.answer)) as http:
            return await fetch(http, link, LIMITS, cache)


@pytest.fixture
def cache(tmp_path: Path) -> Cache:
    return Cache(tmp_path / "pages", max_bytes=1_000_000, max_age=1000)


@pytest.fixture
def stale(tmp_path: Path) -> Cache:
    """Keep pages, and ask their sites every time."""
    return Cache(tmp_path / "pages", max_bytes=1_000_000, max_age=0)


def files(tmp_path: Path) -> list[Path]:
    return sorted((tmp_path / "pages").iterdir())


# Fresh pages ----------------------------------------------------------------------------------------------


async def test_fresh_page_comes_without_asking(cache: Cache) -> None:
    paper = Paper()

    first, again = await paper.visit(cache), await paper.visit(cache)

    assert again == first
    assert len(paper.requests) == 1


async def test_page_is_known_without_its_tracking_and_shown_as_asked_for(cache: Cache, tmp_path: Path) -> None:
    """And who asked by which link is kept nowhere."""
    paper = Paper()

    await paper.visit(cache, LINK + "?utm_source=desk-of-ida")
    got = await paper.visit(cache, LINK + "?fbclid=2#top")

    assert (got.url, got.final_url) == (LINK + "?fbclid=2#top", LINK)
    assert len(paper.requests) == 1
    assert b"ida" not in files(tmp_path)[0].read_bytes()


async def test_page_behind_a_redirect_is_known_by_where_it_is(cache: Cache) -> None:
    paper = Paper()

    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.host == "short.example":
            return httpx.Response(302, headers={"Location": LINK})
        return paper.answer(request)

    async with httpx.AsyncClient(transport=httpx.MockTransport(answer)) as http:
        await fetch(http, "https://short.example/a", LIMITS, cache)
        got = await fetch(http, "https://short.example/b", LIMITS, cache)

    assert (got.url, got.final_url, got.body) == ("https://short.example/b", LINK, STORY)
    assert len(paper.requests) == 1


async def test_other_page_is_another(cache: Cache) -> None:
    paper = Paper()

    for link in (LINK, LINK + "?page=2", LINK + "/", LINK.replace("https", "http"), LINK.replace(".ex", ".b.ex")):
        await paper.visit(cache, link)

    assert len(paper.requests) == 5


async def test_error_is_not_kept(cache: Cache, tmp_path: Path) -> None:
    gone = httpx.MockTransport(lambda request: httpx.Response(404, headers={"Cache-Control": "max-age=1000"}))
    async with httpx.AsyncClient(transport=gone) as http:
        with pytest.raises(PageNotFound):
            await fetch(http, LINK, LIMITS, cache)

    assert not files(tmp_path)


async def test_without_a_cache_every_visit_is_one() -> None:
    paper = Paper()

    await paper.visit(None)
    await paper.visit(None)

    assert len(paper.requests) == 2


# What sites say about it ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "headers",
    [
        {"Cache-Control": "no-store"},
        {"Cache-Control": "max-age=100, Private"},
        {"Cache-Control": 'private="set-cookie"'},
        {"Vary": "Accept-Encoding, *"},
    ],
)
async def test_page_that_must_not_be_kept_is_not(headers: dict[str, str], cache: Cache, tmp_path: Path) -> None:
    await Paper(headers | {"ETag": '"1"'}).visit(cache)

    assert not files(tmp_path)


@pytest.mark.parametrize("rules", ["max-age=0", "no-cache", "max-age=500, s-maxage=0", "MAX-AGE=0, must-revalidate"])
async def test_page_that_its_site_wants_to_be_asked_for_is(rules: str, cache: Cache) -> None:
    paper = Paper({"Cache-Control": rules, "ETag": '"1"'})

    await paper.visit(cache)
    assert (await paper.visit(cache)).body == STORY

    assert [request.headers.get("If-None-Match") for request in paper.requests] == [None, '"1"']


@pytest.mark.parametrize("rules", ["max-age=900", "public", "max-age=soon", "", "=,;"])
async def test_page_that_may_be_kept_is(rules: str, cache: Cache) -> None:
    paper = Paper({"Cache-Control": rules})

    await paper.visit(cache)
    await paper.visit(cache)

    assert len(paper.requests) == 1


async def test_page_that_came_by_a_cookie_is_not_kept(cache: Cache, tmp_path: Path) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        if "Cookie" in request.headers:
            return httpx.Response(200, text="News for one")
        return httpx.Response(302, headers={"Location": "/story", "Set-Cookie": "reader=7"})

    async with httpx.AsyncClient(transport=httpx.MockTransport(answer)) as http:
        await fetch(http, LINK, LIMITS, cache)

    assert not files(tmp_path)


# Asking again ---------------------------------------------------------------------------------------------


async def test_unchanged_page_is_not_sent_again(stale: Cache) -> None:
    paper = Paper({"ETag": '"1"', "Last-Modified": "Wed, 04 Mar 2020 10:00:00 GMT"})

    first = await paper.visit(stale)
    paper.body = b"never sent"
    again = await paper.visit(stale)

    assert replace(again, fetched_at=first.fetched_at) == first
    assert again.fetched_at > first.fetched_at  # when the site said that it is still so
    assert paper.requests[1].headers["If-Modified-Since"] == "Wed, 04 Mar 2020 10:00:00 GMT"


async def test_changed_page_takes_the_place_of_the_old(stale: Cache, tmp_path: Path) -> None:
    """A correction must reach the reader."""
    paper = Paper({"ETag": '"1"'})
    await paper.visit(stale)

    paper.headers, paper.body = {"ETag": '"2"'}, b"<p>Corrected.</p>"

    assert (await paper.visit(stale)).body == b"<p>Corrected.</p>"
    assert (await paper.visit(stale)).body == b"<p>Corrected.</p>"
    assert [request.headers.get("If-None-Match") for request in paper.requests] == [None, '"1"', '"2"']
    assert len(files(tmp_path)) == 1


async def test_page_without_a_mark_is_fetched_anew(stale: Cache) -> None:
    paper = Paper()

    await paper.visit(stale)
    await paper.visit(stale)

    assert "If-None-Match" not in paper.requests[1].headers


async def test_mark_that_cannot_be_sent_back_is_none(stale: Cache) -> None:
    paper = Paper()

    def answer(request: httpx.Request) -> httpx.Response:
        paper.requests.append(request)
        return httpx.Response(200, content=STORY, headers=[(b"ETag", '"fähre"'.encode()), (b"Last-Modified", b"\xff")])

    async with httpx.AsyncClient(transport=httpx.MockTransport(answer)) as http:
        for _ in range(2):
            assert (await fetch(http, LINK, LIMITS, stale)).body == STORY

    assert "If-None-Match" not in paper.requests[1].headers


# Files ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: data[:-1],
        lambda data: data + b" ",
        lambda data: b"",
        lambda data: b"\n",
        lambda data: b"[]\n",
        lambda data: b"{}\n",
        lambda data: data.replace(b"ferry", b"fairy"),
        lambda data: data.replace(b"page/1", b"page/0"),
        lambda data: b"\xff" + data,
        lambda data: os.urandom(500),
    ],
)
async def test_damaged_file_is_ignored_and_replaced(
    damage: Callable[[bytes], bytes], cache: Cache, tmp_path: Path
) -> None:
    paper = Paper()
    await paper.visit(cache)
    (file,) = files(tmp_path)
    file.write_bytes(damage(file.read_bytes()))

    assert (await paper.visit(cache)).body == STORY
    assert len(paper.requests) == 2
    assert (await paper.visit(cache)).body == STORY
    assert len(paper.requests) == 2


@given(body=st.binary(max_size=500), charset=st.none() | st.text(max_size=10))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
async def test_page_comes_back_as_it_was(body: bytes, charset: str | None, cache: Cache) -> None:
    page = Page(LINK, LINK, body, "text/html", charset, datetime.now(UTC))
    await cache.keep(page, {})

    kept = await cache.find(httpx.URL(LINK))

    assert kept is not None
    assert kept.page == page


async def test_longest_unused_pages_go_first(tmp_path: Path) -> None:
    cache = Cache(tmp_path / "pages", max_bytes=40_000, max_age=1000)
    paper = Paper(body=b"x" * 9000)
    for number in range(4):
        await paper.visit(cache, f"{LINK}/{number}")
        for age, file in enumerate(sorted(files(tmp_path), key=lambda file: file.stat().st_mtime_ns, reverse=True)):
            os.utime(file, (1e9 - age, 1e9 - age))  # the clock of files may be coarse
    await paper.visit(cache, f"{LINK}/0")  # used again
    await paper.visit(cache, f"{LINK}/4")

    assert sum(file.stat().st_size for file in files(tmp_path)) <= 40_000
    found = [await cache.find(httpx.URL(f"{LINK}/{number}")) is not None for number in range(5)]
    assert found == [True, False, True, True, True]


async def test_page_larger_than_the_cache_is_not_kept(tmp_path: Path) -> None:
    cache = Cache(tmp_path / "pages", max_bytes=1000, max_age=1000)
    await Paper(body=b"x" * 1001).visit(cache)

    assert not files(tmp_path)


async def test_files_of_others_are_left_alone(tmp_path: Path) -> None:
    cache = Cache(tmp_path / "pages", max_bytes=1000, max_age=1000)
    letter = tmp_path / "pages" / "letter.txt"
    letter.write_bytes(b"x" * 5000)
    left_behind = tmp_path / "pages" / ".nutgraf-page-abc"
    left_behind.write_bytes(b"half a page")
    os.utime(left_behind, (0, 0))
    await Paper().visit(cache)

    assert letter.exists()
    assert not left_behind.exists()


async def test_pages_are_for_this_user_alone(cache: Cache, tmp_path: Path) -> None:
    await Paper().visit(cache)

    assert stat.S_IMODE((tmp_path / "pages").stat().st_mode) == 0o700
    assert [stat.S_IMODE(file.stat().st_mode) for file in files(tmp_path)] == [0o600]


async def test_readers_and_writers_at_once_see_whole_pages(tmp_path: Path) -> None:
    """Two processes share a folder: each page that is found is one that was written, and none is damaged."""
    one = Cache(tmp_path / "pages", max_bytes=1_000_000, max_age=1000)
    other = Cache(tmp_path / "pages", max_bytes=1_000_000, max_age=1000)
    bodies = [bytes([letter]) * 200_000 for letter in b"abcd"]
    pages = [Page(LINK, LINK, body, "text/html", None, datetime.now(UTC)) for body in bodies]
    await one.keep(pages[0], {})

    async def look() -> bytes:
        kept = await other.find(httpx.URL(LINK))
        assert kept is not None
        return kept.page.body

    found = await asyncio.gather(*(job for page in pages * 5 for job in (one.keep(page, {}), look())))

    assert {body for body in found if body} <= set(bodies)
    assert len(files(tmp_path)) == 1


async def test_full_disk_costs_the_copy_and_not_the_page(cache: Cache, tmp_path: Path) -> None:
    (tmp_path / "pages").rmdir()  # as good as any other way for writing to fail, for root too

    assert (await Paper().visit(cache)).body == STORY


# Settings -------------------------------------------------------------------------------------------------


def test_no_folder_is_no_cache() -> None:
    assert open_cache(Settings(_env_file=None)) is None  # type: ignore[call-arg]


def test_folder_that_cannot_be_made_is_told_to_the_operator(tmp_path: Path) -> None:
    (tmp_path / "taken").write_bytes(b"")
    with pytest.raises(SettingsError, match=r"FETCH_CACHE_FOLDER: .*taken"):
        open_cache(Settings(_env_file=None, fetch_cache_folder=str(tmp_path / "taken")))  # type: ignore[call-arg]
