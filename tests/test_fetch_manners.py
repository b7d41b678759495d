"""How sites are treated: few visits at a time, some room between them, and coming back when they ask for it."""

from __future__ import annotations

import asyncio
import socket
import struct

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import BadStatus, Busy, FetchError, FetchTimeout, PageNotFound, Unreachable
from bot.fetch.fetch import FetchLimits, fetch, open_client
from bot.fetch.manners import ONWARD, Manners
from tests.sites import Answer, always, by_path, open_site, page

pytestmark = pytest.mark.anyio

LIMITS = FetchLimits(timeout=10, max_bytes=100_000, max_redirects=4)
SHORT = FetchLimits(timeout=0.3, max_bytes=100_000, max_redirects=4)


def in_turn(*answers: Answer | bytes) -> Answer:
    """Give one answer after the other, the last for ever."""
    left = list(answers)

    async def write(path: str, writer: asyncio.StreamWriter) -> None:
        answer = left.pop(0) if len(left) > 1 else left[0]
        await (always(answer) if isinstance(answer, bytes) else answer)(path, writer)

    return write


async def reset(path: str, writer: asyncio.StreamWriter) -> None:
    """Break the connection, instead of closing it as one does who has said all."""
    writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


async def never(path: str, writer: asyncio.StreamWriter) -> None:
    await asyncio.Event().wait()


async def outcome(answer: Answer, limits: FetchLimits = LIMITS) -> tuple[FetchError | None, int]:
    """Fetch once; return what went wrong, and how many requests the site saw."""
    async with open_site(answer) as site, open_client("Reader", allow_hosts=frozenset({site.place})) as http:
        try:
            await fetch(http, site.url("/story"), limits)
        except FetchError as error:
            return error, len(site.requests)
        return None, len(site.requests)


def busy(after: str, *headers: str, status: str = "429 Too Many Requests") -> bytes:
    return page(b"", f"Retry-After: {after}", *headers, status=status)


# A busy site ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", ["429 Too Many Requests", "503 Service Unavailable"])
async def test_site_that_is_busy_for_a_moment_is_waited_for(status: str) -> None:
    assert await outcome(in_turn(busy("0", status=status), page())) == (None, 2)


async def test_site_is_waited_for_only_once() -> None:
    error, requests = await outcome(always(busy("0")))

    assert type(error) is Busy
    assert requests == 2


@pytest.mark.parametrize(
    ("after", "headers", "words"),
    [
        ("120", [], "slow down (HTTP 429). Try again in 2 minutes."),
        ("90", [], "Try again in 90 seconds."),
        ("91", [], "Try again in 2 minutes."),
        ("6", [], "Try again in 6 seconds."),
        ("7200", [], "Try again in 2 hours."),
        ("200000", [], "Try again in 3 days."),
        ("99999999", [], "Try again in a few minutes."),
        ("soon", [], "Try again in a few minutes."),
        ("-5", [], "Try again in a few minutes."),
        ("Wed, 04 Mar 2020 10:10:00 GMT", ["Date: Wed, 04 Mar 2020 10:00:00 GMT"], "Try again in 10 minutes."),
        ("Wed, 04 Mar 2020 10:10:00 +99999999999999999999", [], "Try again in a few minutes."),
        ("Wed, 99 Mar 2020 10:10:00 GMT", [], "Try again in a few minutes."),
    ],
)
async def test_long_wait_is_told_and_not_waited_for(after: str, headers: list[str], words: str) -> None:
    error, requests = await outcome(always(busy(after, *headers)))

    assert type(error) is Busy
    assert str(error).endswith(words)
    assert requests == 1


async def test_site_under_repair_says_when_it_is_back() -> None:
    error, _ = await outcome(always(busy("3600", status="503 Service Unavailable")))

    assert str(error).endswith("the site is overloaded or being repaired (HTTP 503). Try again in 60 minutes.")


async def test_short_wait_beyond_the_deadline_is_told_at_once() -> None:
    error, requests = await outcome(always(busy("4")), FetchLimits(timeout=3, max_bytes=1000, max_redirects=0))

    assert (type(error), requests) == (Busy, 1)


async def test_other_errors_are_not_waited_for() -> None:
    error, requests = await outcome(always(busy("0", status="500 Oh")))

    assert (type(error), requests) == (BadStatus, 1)


@given(st.text(st.characters(codec="ascii", exclude_characters="\r\n\0")))
async def test_no_time_to_come_back_is_a_fault_of_ours(after: str) -> None:
    answer = httpx.Response(429, headers={"Retry-After": "1" + after})
    async with httpx.AsyncClient(transport=httpx.MockTransport(lambda request: answer)) as http:
        with pytest.raises((Busy, FetchTimeout)):
            await fetch(http, "https://paper.example/", FetchLimits(timeout=0.01, max_bytes=1, max_redirects=0))


# Another try ----------------------------------------------------------------------------------------------


async def test_broken_connection_is_tried_once_more() -> None:
    assert await outcome(in_turn(reset, page())) == (None, 2)


async def test_connection_that_breaks_again_is_unreachable() -> None:
    error, requests = await outcome(reset)

    assert (type(error), requests) == (Unreachable, 2)


async def test_time_out_is_not_tried_again() -> None:
    error, requests = await outcome(never, SHORT)

    assert (type(error), requests) == (FetchTimeout, 1)


async def test_answer_is_not_asked_for_again() -> None:
    error, requests = await outcome(always(page(status="404 Not Found")))

    assert (type(error), requests) == (PageNotFound, 1)


# Room for others ------------------------------------------------------------------------------------------


async def test_no_more_visits_at_once_than_set() -> None:
    """Ten links to one paper in a message must not look like an attack to it."""
    at_once, most, done = 0, 0, asyncio.Event()

    async def count(path: str, writer: asyncio.StreamWriter) -> None:
        nonlocal at_once, most
        at_once += 1
        most = max(most, at_once)
        if most == 3:
            done.set()
        await done.wait()
        await asyncio.sleep(0)
        at_once -= 1
        writer.write(page())

    async with (
        open_site(count) as site,
        open_client("Reader", allow_hosts=frozenset({site.place}), at_once=3) as http,
        asyncio.TaskGroup() as tasks,
    ):
        for number in range(10):
            tasks.create_task(fetch(http, site.url(f"/{number}"), LIMITS))

    assert most == 3
    assert len(site.requests) == 10


async def test_waiting_for_a_turn_counts_as_time() -> None:
    async with (
        open_site(always(page())) as site,
        open_client("Reader", allow_hosts=frozenset({site.place}), gap=60) as http,
    ):
        await fetch(http, site.url("/a"), LIMITS)
        with pytest.raises(FetchTimeout):
            await fetch(http, site.url("/b"), SHORT)

    assert site.paths == ["/a"]


async def test_redirects_belong_to_their_visit() -> None:
    answers = {"/a": page(b"", "Location: /b", status="302 Found"), "/b": page()}
    async with (
        open_site(by_path(answers)) as site,
        open_client("Reader", allow_hosts=frozenset({site.place}), gap=60) as http,
    ):
        await fetch(http, site.url("/a"), LIMITS)

    assert site.paths == ["/a", "/b"]


async def test_other_hosts_are_not_kept_waiting() -> None:
    inner = httpx.MockTransport(lambda request: httpx.Response(200, text="News"))
    async with httpx.AsyncClient(transport=Manners(inner, at_once=1, gap=60)) as http:
        for host in ("post.example", "paper.example"):
            assert (await fetch(http, f"https://{host}/", LIMITS)).body == b"News"


@pytest.mark.parametrize("failure", [httpx.ConnectError("no"), httpx.ReadTimeout("no")])
async def test_failed_visit_gives_its_place_up(failure: httpx.TransportError) -> None:
    def fail(request: httpx.Request) -> httpx.Response:
        raise failure

    async with httpx.AsyncClient(transport=Manners(httpx.MockTransport(fail), at_once=1, gap=0)) as http:
        for _ in range(3):
            with pytest.raises(Unreachable):
                await fetch(http, "https://paper.example/", LIMITS)


async def test_visit_that_ran_out_of_time_gives_its_place_up() -> None:
    async with (
        open_site(in_turn(never, page())) as site,
        open_client("Reader", allow_hosts=frozenset({site.place}), at_once=1) as http,
    ):
        with pytest.raises(FetchTimeout):
            await fetch(http, site.url(), SHORT)
        assert (await fetch(http, site.url(), LIMITS)).body


async def test_hosts_are_forgotten() -> None:
    """A bot runs for months; what it visited last spring is nobody's business, and takes room."""
    manners = Manners(httpx.MockTransport(lambda request: httpx.Response(200)), at_once=2, gap=1e-9)
    for number in range(2000):
        request = httpx.Request("GET", f"https://paper{number}.example/", extensions={ONWARD: False})
        await (await manners.handle_async_request(request)).aclose()

    assert len(manners) < 10
