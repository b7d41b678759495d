"""Sites that mean harm, or know no better: each comes to an end within its bounds, and leads nowhere inside.

Every site is on loopback. An audit hook watches what this process connects to, and stops whatever is not loopback
before a packet leaves, so that a fault of the guard could be seen here and do no harm.

The bounds: a visit ends at its deadline (FETCH_TIMEOUT) whatever the site does, and the process grows by at most
``MOST_MEMORY``. Charsets that are labelled wrongly are the extraction's business: see test_extract.py.
"""

from __future__ import annotations

import asyncio
import gzip
import ipaddress
import socket
import struct
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import httpx
import pytest

from bot.errors import (
    BotError,
    BrokenPage,
    Busy,
    FetchError,
    FetchTimeout,
    HostNotFound,
    InnerAddress,
    LeavesTheWeb,
    NotText,
    TooManyRedirects,
    Unreachable,
)
from bot.fetch.fetch import FetchLimits, fetch, open_client
from bot.fetch.guard import Guard, Resolver
from bot.models import Page
from tests.sites import Answer, Site, always, open_site, page, truncated

pytestmark = pytest.mark.anyio

PROJECT = Path(__file__).resolve().parents[1]
LIMITS = FetchLimits(timeout=10, max_bytes=1_000_000, max_redirects=4)
SHORT = FetchLimits(timeout=0.3, max_bytes=1_000_000, max_redirects=4)
STORY = b"<!doctype html><title>Ferry</title><p>The ferry to Little Skerry sails again.</p>" * 40

MOST_MEMORY = 80
"""Megabytes that one page may cost at its peak: FETCH_MAX_BYTES (20 MB), and what the decoders keep to look back
over, which is most in brotli (16 MB, held about twice). Measured: 50 for brotli, 32 for zstd, 21 for the others."""

PUBLIC = "8.8.4.4"
INNER = [
    "10.0.0.1",  # private
    "172.16.0.1",
    "192.168.1.1",
    "100.64.0.1",  # a carrier's
    "0.0.0.0",  # noqa: S104 - this machine
    "169.254.1.1",  # link-local
    "169.254.169.254",  # metadata of most clouds
    "169.254.170.2",  # of containers
    "168.63.129.16",  # of Azure
    "100.100.100.200",  # of Alibaba
    "192.0.0.192",  # of Oracle
    "224.0.0.1",  # multicast
    "255.255.255.255",
    "::",
    "fe80::1",
    "fd00:ec2::254",  # metadata over IPv6
    "fc00::1",
    "ff02::1",
    "::ffff:10.0.0.1",  # IPv4 inside IPv6, in its several ways
    "::ffff:a9fe:a9fe",
    "::169.254.169.254",
    "64:ff9b::169.254.169.254",
    "64:ff9b:1::a00:1",
    "2002:a9fe:a9fe::1",
    "2001:0:a9fe:a9fe::1",
]


# What this process connects to ----------------------------------------------------------------------------


class Watch:
    """Notes every connection that is begun, and lets none through that is not on loopback."""

    def __init__(self) -> None:
        self.on = False
        self.begun: list[str] = []

    def __call__(self, event: str, args: tuple[object, ...]) -> None:
        if not self.on or event not in {"socket.connect", "socket.sendto", "socket.sendmsg"}:
            return
        address = args[1]
        if not isinstance(address, tuple):
            return  # a socket of this machine's file system
        self.begun.append(f"{address[0]}:{address[1]}")
        if not ipaddress.ip_address(str(address[0]).partition("%")[0]).is_loopback:
            raise ConnectionRefusedError("stopped by the test")


@pytest.fixture(scope="module")
def watch() -> Watch:
    """Return the one watch; an audit hook cannot be taken away again."""
    watch = Watch()
    sys.addaudithook(watch)
    return watch


@pytest.fixture
def begun(watch: Watch) -> Iterator[list[str]]:
    """Return the places that connections are begun to, host:port, in order."""
    watch.on, watch.begun = True, []
    yield watch.begun
    watch.on = False


async def test_watch_sees_and_stops_what_goes_outside(begun: list[str]) -> None:
    """Without this, the tests below would pass whatever the guard does."""
    async with httpx.AsyncClient(trust_env=False) as unguarded:
        with pytest.raises(httpx.ConnectError):
            await unguarded.get("http://169.254.169.254/latest/meta-data/")

    assert begun == ["169.254.169.254:80"]


# Nowhere inside -------------------------------------------------------------------------------------------


def answers(*addresses: str) -> Resolver:
    async def resolve(host: str, port: int) -> Sequence[str]:
        return addresses

    return resolve


@asynccontextmanager
async def guarded(resolve: Resolver, *allowed: str) -> AsyncIterator[httpx.AsyncClient]:
    """Open a client that connects as the bot's does, with a resolver of ours."""
    async with httpx.AsyncClient(
        transport=Guard(httpx.AsyncHTTPTransport(), allow_hosts=allowed, resolve=resolve), trust_env=False
    ) as http:
        yield http


def in_link(address: str) -> str:
    return f"[{address}]" if ":" in address else address


def by_redirect(target: str) -> bytes:
    return page(b"", f"Location: {target}", status="302 Found")


def by_refresh_header(target: str) -> bytes:
    return page(b"", f"Refresh: 0; url={target}")


def by_meta_refresh(target: str) -> bytes:
    return page(f'<meta http-equiv="refresh" content="0; url={target}">'.encode())


@pytest.mark.parametrize("address", INNER)
async def test_inner_address_is_never_connected_to(address: str, begun: list[str]) -> None:
    """Asked for as it is, inside another's link, and by a name that leads there; by http and https."""
    place = in_link(address)
    for link in (f"http://{place}/", f"https://{place}:8443/", f"https://www.google.com/url?q=http://{place}/"):
        async with open_client("Reader", allow_hosts=frozenset()) as http:
            with pytest.raises(InnerAddress):
                await fetch(http, link, LIMITS)
    async with guarded(answers(address)) as http:
        with pytest.raises(InnerAddress):
            await fetch(http, "https://paper.example/", LIMITS)

    assert begun == []


@pytest.mark.parametrize("way", [by_redirect, by_refresh_header, by_meta_refresh])
@pytest.mark.parametrize("address", INNER)
async def test_no_page_leads_to_an_inner_address(address: str, way: Callable[[str], bytes], begun: list[str]) -> None:
    async with (
        open_site(always(way(f"http://{in_link(address)}/"))) as site,
        open_client("Reader", allow_hosts=frozenset({site.place})) as http,
    ):
        with pytest.raises(InnerAddress):
            await fetch(http, site.url(), LIMITS)

    assert begun == [site.place]


@pytest.mark.parametrize("way", [by_redirect, by_refresh_header, by_meta_refresh])
@pytest.mark.parametrize(
    "host",
    [
        *["127.0.0.1", "127.1", "2130706433", "0x7f.1", "017700000001", "0", "127。0。0。1", "localhost", "localhost."],
        *["[::1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[::127.0.0.1]", "[0:0:0:0:0:ffff:127.0.0.1]"],
    ],
)
async def test_canary_on_loopback_sees_nobody(host: str, way: Callable[[str], bytes], begun: list[str]) -> None:
    """One port is allowed, and the canary listens at another, which is all that it takes to be inside."""
    async with open_site(always(page())) as canary:
        away = way(f"http://{host}:{canary.port}/")
        async with open_site(always(away)) as site, open_client("Reader", allow_hosts=frozenset({site.place})) as http:
            with pytest.raises((InnerAddress, HostNotFound, Unreachable)):
                await fetch(http, site.url(), LIMITS)

    assert begun == [site.place]
    assert canary.connections == 0


async def test_name_whose_answer_changes_is_connected_to_where_it_was_checked(begun: list[str]) -> None:
    """DNS rebinding: public for the check, loopback from then on. The watch stops the connection to the former."""
    asked: list[str] = []

    async def fickle(host: str, port: int) -> Sequence[str]:
        asked.append(host)
        return [PUBLIC] if len(asked) == 1 else ["127.0.0.1"]

    async with open_site(always(page())) as canary, guarded(fickle) as http:
        with pytest.raises(Unreachable):
            await fetch(http, f"http://paper.example:{canary.port}/", LIMITS)

    assert begun == [f"{PUBLIC}:{canary.port}"]
    assert canary.connections == 0


async def test_name_whose_answer_changes_between_two_steps_is_checked_again(begun: list[str]) -> None:
    answered = iter([[PUBLIC], ["127.0.0.1"], ["10.0.0.1"]])

    async def fickle(host: str, port: int) -> Sequence[str]:
        return next(answered)

    async with guarded(fickle) as http:
        for error in (Unreachable, InnerAddress, InnerAddress):
            with pytest.raises(error):
                await fetch(http, "http://paper.example/", LIMITS)

    assert begun == [f"{PUBLIC}:80"]


async def test_of_mixed_answers_only_the_public_ones_are_connected_to(begun: list[str]) -> None:
    async with guarded(answers("127.0.0.1", "10.0.0.1", PUBLIC, "::1", "fe80::1")) as http:
        with pytest.raises(Unreachable):
            await fetch(http, "http://paper.example/", LIMITS)

    assert begun == [f"{PUBLIC}:80"]


@pytest.mark.parametrize("way", [by_redirect, by_refresh_header, by_meta_refresh])
@pytest.mark.parametrize(
    "target",
    [
        *["file:///etc/passwd", "gopher://127.0.0.1/", "ftp://a.example/", "ws://a.example/", "dict://127.0.0.1/stat"],
        *["data:text/html,x", "javascript:x", "about:blank", "view-source:http://a.example/", "blob:http://a.example/"],
    ],
)
async def test_other_schemes_lead_nowhere(target: str, way: Callable[[str], bytes], begun: list[str]) -> None:
    async with (
        open_site(always(way(target))) as site,
        open_client("Reader", allow_hosts=frozenset({site.place})) as http,
    ):
        with pytest.raises(LeavesTheWeb):
            await fetch(http, site.url(), LIMITS)

    assert begun == [site.place]


# Memory ---------------------------------------------------------------------------------------------------


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="a process's peak is told by Linux only")
@pytest.mark.parametrize(
    ("hazard", "outcome"),
    [
        ("gzip bomb", "TooLarge"),
        ("gzip members bomb", "TooLarge"),
        ("deflate bomb", "TooLarge"),
        ("brotli bomb", "TooLarge"),
        ("zstd bomb", "TooLarge"),
        ("zstd frames bomb", "TooLarge"),
        ("endless body", "TooLarge"),
        ("endless chunks", "TooLarge"),
        ("endless chunk extension", "BrokenPage"),
        ("endless headers", "Unreachable"),
        ("endless header line", "Unreachable"),
        ("header line of 10 MB", "Unreachable"),
        ("endless status line", "Unreachable"),
        ("endless junk", "Unreachable"),
    ],
)
def test_memory_stays_flat(hazard: str, outcome: str) -> None:
    """Bounds, with the settings' defaults: ``MOST_MEMORY`` megabytes more than for a small page, and 60 seconds.

    Each bomb holds 300 MB.
    """
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-m", "tests.fetch_process", hazard],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    seen, grown = done.stdout.split()

    assert seen == outcome
    assert float(grown) < MOST_MEMORY


# Time -----------------------------------------------------------------------------------------------------


async def fetched(answer: Answer, limits: FetchLimits = LIMITS) -> Page:
    async with open_site(answer) as site:
        return await visit(site, limits)


async def visit(site: Site, limits: FetchLimits = LIMITS, scheme: str = "http") -> Page:
    async with open_client("Reader", allow_hosts=frozenset({site.place})) as http:
        return await fetch(http, f"{scheme}://{site.place}/story", limits)


def dripping(head: bytes, drop: bytes) -> Answer:
    """Write *head*, and then *drop* again and again, so often that no time-out between two reads would ever end it."""

    async def drip(path: str, writer: asyncio.StreamWriter) -> None:
        writer.write(head)
        while True:
            writer.write(drop)
            await writer.drain()
            await asyncio.sleep(0.02)

    return drip


OK = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (dripping(b"", b""), FetchTimeout),
        (dripping(OK, b"X-Wait: 1\r\n"), FetchTimeout),
        (dripping(OK + b"X-Wait: ", b"1"), FetchTimeout),
        (dripping(OK + b"\r\n", b"x"), FetchTimeout),
        (dripping(OK + b"Content-Length: 900000\r\n\r\n", b"x"), FetchTimeout),
        (dripping(OK + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n"), FetchTimeout),
        (dripping(OK + b"Content-Encoding: gzip\r\n\r\n" + gzip.compress(STORY)[:20], b""), FetchTimeout),
        (dripping(b"", b"HTTP/1.1 103 Early Hints\r\n\r\n"), FetchTimeout),
        (dripping(b"HTTP/1.1 302 Found\r\nLocation: /more\r\n\r\n", b"x"), TooManyRedirects),
        (dripping(b"HTTP/1.1 503 Busy\r\nRetry-After: 0\r\n\r\n", b"x"), Busy),
    ],
    ids=["nothing", "headers", "header line", "body", "long body", "chunks", "gzip", "hints", "redirects", "busy"],
)
async def test_slow_site_ends_at_the_deadline(answer: Answer, error: type[FetchError]) -> None:
    """Bound: the deadline, which no dripping puts off. A body that says nothing (the last two) is not waited for."""
    limits = SHORT if error is FetchTimeout else LIMITS
    with pytest.raises(error):
        await fetched(answer, limits)


async def test_site_that_never_finishes_its_handshake_ends_at_the_deadline() -> None:
    """Bound: the deadline, here 0.3 seconds."""

    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()

    server = await asyncio.start_server(silent, "127.0.0.1", 0)
    async with server:
        with pytest.raises(FetchTimeout):
            await visit(Site(server.sockets[0].getsockname()[1]), SHORT, "https")


@pytest.mark.parametrize("way", [by_redirect, by_refresh_header, by_meta_refresh])
async def test_site_that_leads_to_ever_new_addresses_ends_at_the_cap(way: Callable[[str], bytes]) -> None:
    """Bound: FETCH_MAX_REDIRECTS, here 4, however it leads on."""
    asked: list[str] = []

    async def further(path: str, writer: asyncio.StreamWriter) -> None:
        asked.append(path)
        writer.write(way(path + "x"))

    with pytest.raises(TooManyRedirects):
        await fetched(further)

    assert len(asked) == 5


# Connections that break -----------------------------------------------------------------------------------


def broken_off(writer: asyncio.StreamWriter) -> None:
    """Reset the connection, instead of closing it."""
    writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


def after(sent: bytes) -> Answer:
    """Break off when *sent* has had time to arrive."""

    async def answer(path: str, writer: asyncio.StreamWriter) -> None:
        writer.write(sent)
        await writer.drain()
        await asyncio.sleep(0.05)
        broken_off(writer)

    return answer


@pytest.mark.parametrize(
    ("sent", "error", "visits"),
    [
        (b"", Unreachable, 2),
        (b"HTTP/1.1", Unreachable, 2),
        (OK, Unreachable, 2),
        (OK + b"\r\n", BrokenPage, 1),
        (OK + b"Content-Length: 900\r\n\r\n" + STORY[:100], BrokenPage, 1),
        (OK + b"Content-Encoding: gzip\r\n\r\n" + gzip.compress(STORY)[:40], BrokenPage, 1),
        (OK + b"Transfer-Encoding: chunked\r\n\r\n5\r\nNews.\r\n", BrokenPage, 1),
    ],
    ids=["request", "status line", "headers", "no body", "body", "gzip", "chunks"],
)
async def test_reset_is_named_at_every_stage(sent: bytes, error: type[FetchError], visits: int) -> None:
    """Half a story must not pass for one. Only where no answer had begun is the site asked again, once."""
    async with open_site(after(sent)) as site:
        with pytest.raises(error):
            await visit(site)

    assert len(site.requests) == visits


async def test_reset_before_the_request_is_unreachable() -> None:
    async def slam(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        broken_off(writer)

    server = await asyncio.start_server(slam, "127.0.0.1", 0)
    async with server:
        for scheme in ("http", "https"):
            with pytest.raises(Unreachable):
                await visit(Site(server.sockets[0].getsockname()[1]), scheme=scheme)


@pytest.mark.parametrize(
    "answer",
    [
        OK + b"Content-Length: 5000\r\n\r\n" + STORY[:4999],
        OK + b"Content-Encoding: gzip\r\n\r\n" + gzip.compress(STORY)[:-1],
        OK + b"Transfer-Encoding: chunked\r\n\r\n5\r\nNews.\r\n0\r\n",
        OK + b"Transfer-Encoding: chunked\r\n\r\nff\r\nNews.\r\n",
    ],
)
async def test_body_that_ends_too_soon_is_damaged(answer: bytes) -> None:
    with pytest.raises(BrokenPage):
        await fetched(truncated(answer))


# Lies -----------------------------------------------------------------------------------------------------


async def test_body_longer_than_announced_ends_where_it_was_announced_to() -> None:
    """As browsers have it: what follows would belong to another answer. It must not be taken for part of this one."""
    assert (await fetched(always(OK + b"Content-Length: 100\r\n\r\n" + STORY))).body == STORY[:100]


@pytest.mark.parametrize(
    "headers",
    [
        b"Content-Length: 5\r\nContent-Length: 6\r\n",
        b"Content-Length: -5\r\n",
        b"Content-Length: five\r\n",
        b"Content-Length: 0x5\r\n",
        b"Transfer-Encoding: gzip\r\n",
        b"Broken header\r\n",
        b": nameless\r\n",
        b"X: \0\r\n",
    ],
)
async def test_answer_that_contradicts_itself_is_no_answer(headers: bytes) -> None:
    with pytest.raises((Unreachable, BrokenPage)):
        await fetched(truncated(OK + headers + b"\r\nNews."))


@pytest.mark.parametrize(
    "junk",
    [
        STORY,  # HTTP/0.9: the page, and nothing before it
        b"HTTP/1.1 two hundred\r\n\r\n",
        b"HTTP/1.1 20\r\n\r\n",
        b"SSH-2.0-OpenSSH_9.9\r\n",
        b"\r\n\r\n\r\n",
        b"\x16\x03\x01\x02\0\x01\0\x01\xfc\x03\x03",
        bytes(range(256)) * 20,
    ],
)
async def test_junk_is_no_answer(junk: bytes) -> None:
    with pytest.raises(Unreachable):
        await fetched(truncated(junk))


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(3000), "a picture"),
        (b"\xff\xd8\xff\xe0\0\x10JFIF" + bytes(3000), "a picture"),
        (b"PK\x03\x04\x14\0\0\0" + bytes(3000), "a zip archive"),
        (b"\0\0\0\x20ftypisom\0\0\x02\0", "a video"),
        (b"\x1f\x8b\x08\0\0\0\0\0" + bytes(10), "a file of type application/gzip"),
    ],
)
@pytest.mark.parametrize("media_type", ["text/html", "text/plain; charset=utf-8"])
async def test_file_that_is_called_a_page_is_known_for_what_it_is(media_type: str, body: bytes, words: str) -> None:
    with pytest.raises(NotText, match=f"leads to {words}"):
        await fetched(always(page(body, media_type=media_type)))


async def test_pdf_that_is_called_a_page_is_a_pdf() -> None:
    got = await fetched(always(page(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", media_type="text/html")))

    assert got.media_type == "application/pdf"


@pytest.mark.parametrize("body", [b"ID3 tags name a song.", b"GIF89a is a format.", STORY, b"", b"\x0c"])
async def test_text_that_begins_oddly_is_text(body: bytes) -> None:
    assert (await fetched(always(page(body, media_type="text/plain")))).body == body


# And whatever else ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("cut", range(0, 140, 7))
async def test_answer_cut_anywhere_is_a_page_or_a_named_failure(cut: int, begun: list[str]) -> None:
    whole = OK + b"Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(gzip.compress(STORY))
    whole += gzip.compress(STORY)
    async with open_site(truncated(whole[: len(whole) - cut])) as site:
        with suppress(BotError):
            assert (await visit(site)).body == STORY
            assert cut == 0

    assert set(begun) == {site.place}
