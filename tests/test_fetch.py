from __future__ import annotations

import asyncio
import gzip
import pickle
import socket
import tracemalloc
import zlib
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from itertools import pairwise

import brotli
import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import (
    BadStatus,
    BotError,
    BrokenPage,
    Busy,
    FetchError,
    FetchTimeout,
    HostNotFound,
    LeavesTheWeb,
    MalformedLink,
    NotText,
    NotWebLink,
    PageNotFound,
    TooLarge,
    TooManyRedirects,
    Unreachable,
    Withheld,
    shown,
)
from bot.fetch.decode import STEP, DamagedStream, Decoder, content_coding, zstd
from bot.fetch.fetch import FetchLimits, fetch, open_client
from bot.fetch.guard import Guard
from bot.models import Page
from tests.sites import Answer, Site, always, by_path, open_site, page, truncated

pytestmark = pytest.mark.anyio

LIMITS = FetchLimits(timeout=10, max_bytes=100_000, max_redirects=4)
STORY = b"<!doctype html><title>Ferry</title><p>The ferry to Little Skerry sails again.</p>" * 40


@asynccontextmanager
async def visiting(answer: Answer) -> AsyncIterator[tuple[Site, httpx.AsyncClient]]:
    """Serve *answer* on loopback, and open the bot's own client with leave to go there."""
    async with (
        open_site(answer) as site,
        open_client("Reader/1 (desk@paper.example)", allow_hosts=frozenset({site.place})) as http,
    ):
        yield site, http


async def fetched(answer: Answer, limits: FetchLimits = LIMITS) -> Page:
    async with visiting(answer) as (site, http):
        return await fetch(http, site.url("/story"), limits)


def responding(response: httpx.Response) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.MockTransport(lambda request: response))


def moved(location: str, *headers: str, status: str = "302 Found") -> bytes:
    return page(b"", f"Location: {location}", *headers, status=status)


# The page -------------------------------------------------------------------------------------------------


async def test_page_is_what_the_site_sent() -> None:
    before = datetime.now(UTC)

    async with visiting(always(page(STORY, media_type='Text/HTML; Charset="ISO-8859-1"'))) as (site, http):
        got = await fetch(http, site.url("/story?id=7#part-2"), LIMITS)

    assert got.url == site.url("/story?id=7#part-2")
    assert got.final_url == site.url("/story?id=7")
    assert (got.body, got.media_type, got.charset) == (STORY, "text/html", "iso-8859-1")
    assert before <= got.fetched_at <= datetime.now(UTC)


async def test_charset_is_the_servers_word_only() -> None:
    assert (await fetched(always(page(b'<meta charset="koi8-r">')))).charset is None


async def test_site_is_told_who_asks() -> None:
    async with visiting(always(page())) as (site, http):
        await fetch(http, site.url(), LIMITS)

    assert "\r\nUser-Agent: Reader/1 (desk@paper.example)\r\n" in site.requests[0]
    assert "\r\nAccept-Encoding: gzip, deflate, br, zstd\r\n" in site.requests[0]


async def test_login_in_a_link_is_neither_sent_nor_shown() -> None:
    async with visiting(always(page(status="404 Not Found"))) as (site, http):
        with pytest.raises(PageNotFound) as caught:
            await fetch(http, f"http://ida:hunter2@{site.place}/story", LIMITS)

    assert "Authorization" not in site.requests[0]
    assert "hunter2" not in str(caught.value)
    assert site.url("/story") in str(caught.value)


async def test_empty_page_is_a_page() -> None:
    """Whether there is an article in it is for the extraction to say."""
    assert (await fetched(always(page(b"")))).body == b""


async def test_page_without_an_announced_length_ends_with_the_connection() -> None:
    answer = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + STORY

    assert (await fetched(truncated(answer))).body == STORY


# Statuses -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (401, Withheld),
        (402, Withheld),
        (403, Withheld),
        (451, Withheld),
        (404, PageNotFound),
        (410, PageNotFound),
        (429, Busy),
        (400, BadStatus),
        (418, BadStatus),
        (500, BadStatus),
        (503, BadStatus),
        (999, BadStatus),
        (304, BadStatus),
        (300, BadStatus),
    ],
)
async def test_answer_that_is_no_page_is_named(status: int, error: type[FetchError]) -> None:
    """Whoever asked for three briefs must see which one failed."""
    async with responding(httpx.Response(status)) as http:
        with pytest.raises(FetchError) as caught:
            await fetch(http, "https://paper.example/story", LIMITS)

    assert type(caught.value) is error
    assert "https://paper.example/story" in str(caught.value)


async def test_status_goes_before_the_kind_of_file() -> None:
    async with responding(httpx.Response(404, headers={"Content-Type": "image/png"})) as http:
        with pytest.raises(PageNotFound):
            await fetch(http, "https://paper.example/story", LIMITS)


# Redirects ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", ["301 Moved", "302 Found", "303 See Other", "307 Temporary", "308 Permanent"])
@pytest.mark.parametrize(
    "location",
    [
        "/b/story?x=1",
        "story?x=1",
        "//{place}/b/story?x=1",
        "http://{place}/b/story?x=1#top",
        "http://ida:hunter2@{place}/b/story?x=1",
    ],
)
async def test_redirect_is_followed_to_the_page(status: str, location: str) -> None:
    async def answer(path: str, writer: asyncio.StreamWriter) -> None:
        writer.write(page(STORY) if path == "/b/story?x=1" else moved(location.format(place=site.place), status=status))

    async with visiting(answer) as (site, http):
        got = await fetch(http, site.url("/b/a"), LIMITS)

    assert got.url == site.url("/b/a")
    assert got.final_url == site.url("/b/story?x=1")
    assert got.body == STORY
    assert not any("Authorization" in head for head in site.requests)


async def test_location_in_raw_utf_8_is_followed() -> None:
    async with visiting(by_path({"/": moved("/fähre"), "/f%C3%A4hre": page(STORY)})) as (site, http):
        assert (await fetch(http, site.url(), LIMITS)).final_url == site.url("/f%C3%A4hre")


async def test_as_many_redirects_as_allowed_are_followed() -> None:
    hops = [f"/{number}" for number in range(LIMITS.max_redirects + 1)]
    answers = {here: moved(there) for here, there in pairwise(hops)} | {hops[-1]: page(STORY)}

    async with visiting(by_path(answers)) as (site, http):
        got = await fetch(http, site.url(hops[0]), LIMITS)

    assert got.body == STORY
    assert site.paths == hops


async def test_redirects_in_a_circle_come_to_an_end() -> None:
    async with visiting(by_path({"/a": moved("/b"), "/b": moved("/a")})) as (site, http):
        with pytest.raises(TooManyRedirects, match="more than 4 times"):
            await fetch(http, site.url("/a"), LIMITS)

    assert len(site.paths) == LIMITS.max_redirects + 1


@pytest.mark.parametrize(
    "target",
    [
        "mailto:desk@paper.example",
        "intent://story#Intent;end",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "ftp://paper.example/story",
        "data:text/html,x",
    ],
)
async def test_redirect_out_of_the_web_is_named(target: str) -> None:
    async with visiting(always(moved(target))) as (site, http):
        with pytest.raises(LeavesTheWeb):
            await fetch(http, site.url(), LIMITS)

    assert len(site.paths) == 1


@pytest.mark.parametrize("target", ["http://[::1", "http://a:99999/", "http://a:b/", "http://xn--0/", "/" + "x" * 9000])
async def test_redirect_to_nowhere_is_the_sites_fault(target: str) -> None:
    async with visiting(always(moved(target))) as (site, http):
        with pytest.raises(Unreachable):
            await fetch(http, site.url(), LIMITS)


async def test_cookie_is_shown_again_on_the_way_and_forgotten_after() -> None:
    """Consent walls redirect in a circle without it; yet no reader's visit may mark the next one's."""

    async def answer(path: str, writer: asyncio.StreamWriter) -> None:
        known = "Cookie: seen=yes" in site.requests[-1]
        writer.write(page(STORY) if known else moved("/story", "Set-Cookie: seen=yes; Path=/"))

    async with visiting(answer) as (site, http):
        for _ in range(2):
            assert (await fetch(http, site.url("/story"), LIMITS)).body == STORY

    assert ["Cookie" in head for head in site.requests] == [False, True, False, True]


# Time -----------------------------------------------------------------------------------------------------


async def never(path: str, writer: asyncio.StreamWriter) -> None:
    await asyncio.Event().wait()


async def drip_headers(path: str, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\n")
    while True:
        writer.write(b"X-Wait: 1\r\n")
        await writer.drain()
        await asyncio.sleep(0.02)


async def drip_body(path: str, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 50000\r\n\r\n")
    while True:
        writer.write(b"x")
        await writer.drain()
        await asyncio.sleep(0.02)


async def drip_redirects(path: str, writer: asyncio.StreamWriter) -> None:
    await asyncio.sleep(0.05)
    writer.write(moved(path + "x"))


@pytest.mark.parametrize("answer", [never, drip_headers, drip_body, drip_redirects])
async def test_deadline_is_for_the_whole_visit(answer: Answer) -> None:
    """Each step alone is quick enough for any time-out of a single read."""
    limits = FetchLimits(timeout=0.3, max_bytes=100_000, max_redirects=10_000)

    with pytest.raises(FetchTimeout, match=r"longer than 0\.3 seconds"):
        await fetched(answer, limits)


async def test_time_out_of_the_client_itself_is_unreachable() -> None:
    def slow(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectTimeout("too slow")

    async with httpx.AsyncClient(transport=httpx.MockTransport(slow)) as http:
        with pytest.raises(Unreachable):
            await fetch(http, "https://paper.example/", LIMITS)


# Size -----------------------------------------------------------------------------------------------------


async def test_page_of_just_the_limit_is_read() -> None:
    limits = FetchLimits(timeout=10, max_bytes=len(STORY), max_redirects=0)

    assert (await fetched(always(page(STORY)), limits)).body == STORY


async def test_announced_size_is_refused_before_the_body_comes() -> None:
    async def announce(path: str, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 60000000\r\n\r\n")
        await writer.drain()
        await asyncio.Event().wait()

    with pytest.raises(TooLarge, match=r"larger than 0\.1 MB"):
        await fetched(announce)


async def test_endless_page_is_cut_off() -> None:
    async def pour(path: str, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n")
        while True:
            writer.write(b"x" * 10_000)
            await writer.drain()

    with pytest.raises(TooLarge):
        await fetched(pour)


def deflated_bomb(megabytes: int) -> bytes:
    """Return zeros as one zlib stream, made without holding them: each megabyte is compressed to the same bytes."""
    squeeze = zlib.compressobj(9, zlib.DEFLATED, -15)
    megabyte = squeeze.compress(bytes(1_000_000)) + squeeze.flush(zlib.Z_FULL_FLUSH)
    return b"\x78\x9c" + megabyte * megabytes


@pytest.mark.parametrize(
    ("coding", "bomb"),
    [
        ("deflate", deflated_bomb(300)),
        ("gzip", gzip.compress(bytes(1_000_000)) * 300),
        ("zstd", zstd.compress(bytes(1_000_000)) * 300),
    ],
    ids=["one stream", "many members", "many frames"],
)
async def test_bomb_of_300_megabytes_fills_no_memory(coding: str, bomb: bytes) -> None:
    assert len(bomb) < 500_000
    limits = FetchLimits(timeout=60, max_bytes=2_000_000, max_redirects=0)

    async with visiting(always(page(bomb, f"Content-Encoding: {coding}"))) as (site, http):
        tracemalloc.start()
        try:
            with pytest.raises(TooLarge):
                await fetch(http, site.url(), limits)
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()

    assert peak < 8_000_000


async def test_stream_that_inflates_to_nothing_is_cut_off() -> None:
    """Empty blocks can go on for ever without a single byte of page."""
    nothing = b"\x78\x9c" + b"\x00\x00\x00\xff\xff" * 40_000

    with pytest.raises(TooLarge):
        await fetched(always(b"HTTP/1.1 200 OK\r\nContent-Encoding: deflate\r\n\r\n" + nothing))


# Compression ----------------------------------------------------------------------------------------------


SKIPPABLE = b"\x5a\x2a\x4d\x18\x03\x00\x00\x00abc"
"""A frame of zstd that holds no page (RFC 8878, 3.1.2)."""


def bare_deflate(data: bytes) -> bytes:
    squeeze = zlib.compressobj(wbits=-15)
    return squeeze.compress(data) + squeeze.flush()


@pytest.mark.parametrize(
    ("coding", "sent"),
    [
        ("gzip", gzip.compress(STORY)),
        ("x-gzip", gzip.compress(STORY)),
        ("GZIP, identity", gzip.compress(STORY)),
        ("gzip", gzip.compress(STORY[:100]) + gzip.compress(STORY[100:])),
        ("gzip", gzip.compress(STORY) + bytes(512)),
        ("gzip", gzip.compress(STORY) + b"\x1f"),
        ("deflate", zlib.compress(STORY)),
        ("deflate", bare_deflate(STORY)),
        ("deflate", zlib.compress(STORY) + b"junk"),
        ("br", brotli.compress(STORY)),
        ("BR", brotli.compress(STORY, lgwin=24)),
        ("zstd", zstd.compress(STORY)),
        ("zstd", zstd.compress(STORY[:100]) + zstd.compress(STORY[100:])),
        ("zstd", SKIPPABLE + zstd.compress(STORY) + SKIPPABLE),
        ("zstd", zstd.compress(STORY) + bytes(512)),
        ("zstd", zstd.compress(STORY) + b"\x28\xb5"),
        ("identity", STORY),
        ("", STORY),
    ],
)
async def test_compressed_page_is_inflated(coding: str, sent: bytes) -> None:
    assert (await fetched(always(page(sent, f"Content-Encoding: {coding}")))).body == STORY


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "zstd"])
async def test_empty_body_need_not_be_a_stream(coding: str) -> None:
    assert (await fetched(always(page(b"", f"Content-Encoding: {coding}")))).body == b""


def far_reaching(data: bytes) -> bytes:
    """Compress *data* with leave to look back over 16 MB, which the reader would have to keep in memory."""
    wide = {zstd.CompressionParameter.window_log: 24}
    squeeze = zstd.ZstdCompressor(options=wide)
    return squeeze.compress(data) + squeeze.flush()


@pytest.mark.parametrize("coding", ["compress", "dcz", "gzip, gzip", "br, gzip", "utf-8"])
async def test_compression_that_nobody_asked_for_is_named(coding: str) -> None:
    with pytest.raises(BrokenPage):
        await fetched(always(page(STORY, f"Content-Encoding: {coding}")))


@pytest.mark.parametrize(
    "answer",
    [
        always(page(STORY, "Content-Encoding: gzip")),
        always(page(gzip.compress(STORY)[:-1], "Content-Encoding: gzip")),
        always(page(gzip.compress(STORY)[:40], "Content-Encoding: gzip")),
        always(page(b"\x1f", "Content-Encoding: gzip")),
        always(page(gzip.compress(STORY)[:-8] + bytes(8), "Content-Encoding: gzip")),
        always(page(zlib.compress(STORY)[:-1], "Content-Encoding: deflate")),
        always(page(bare_deflate(STORY)[:-1], "Content-Encoding: deflate")),
        always(page(brotli.compress(STORY)[:-1], "Content-Encoding: br")),
        always(page(STORY, "Content-Encoding: br")),
        always(page(brotli.compress(STORY) + b"junk", "Content-Encoding: br")),
        always(page(zstd.compress(STORY)[:-1], "Content-Encoding: zstd")),
        always(page(STORY, "Content-Encoding: zstd")),
        always(page(far_reaching(STORY), "Content-Encoding: zstd")),
        truncated(page(STORY)[:-1]),
        truncated(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nNews.\r\n"),
        always(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nnews\r\n"),
    ],
    ids=[
        *["not gzip", "no end", "short", "one byte", "checksum", "zlib", "bare"],
        *["short br", "no br", "br and more", "short zstd", "no zstd", "wide zstd"],
        *["length", "last chunk", "no chunk"],
    ],
)
async def test_damaged_page_is_named(answer: Answer) -> None:
    with pytest.raises(BrokenPage):
        await fetched(answer)


@given(
    st.binary(max_size=3 * STEP) | st.integers(0, 4 * STEP).map(bytes),
    st.sampled_from(
        [
            ("gzip", gzip.compress),
            ("deflate", zlib.compress),
            ("deflate", bare_deflate),
            ("br", brotli.compress),
            ("zstd", zstd.compress),
        ]
    ),
    st.integers(1, 5000),
)
def test_body_is_the_same_however_the_bytes_arrive(
    data: bytes, way: tuple[str, Callable[[bytes], bytes]], size: int
) -> None:
    coding, compress = way
    sent = compress(data)
    decoder = Decoder(coding)

    pieces = [piece for at in range(0, len(sent), size) for piece in decoder.feed(sent[at : at + size])]
    decoder.finish()

    assert b"".join(pieces) == data
    assert all(0 < len(piece) <= STEP for piece in pieces)


@pytest.mark.parametrize(("coding", "compress"), [("gzip", gzip.compress), ("zstd", zstd.compress)])
@given(parts=st.lists(st.binary(min_size=1, max_size=2 * STEP) | st.just(bytes(1_000_000)), min_size=1, max_size=5))
def test_members_are_joined(coding: str, compress: Callable[[bytes], bytes], parts: list[bytes]) -> None:
    decoder = Decoder(coding)

    pieces = list(decoder.feed(b"".join(map(compress, parts))))
    decoder.finish()

    assert b"".join(pieces) == b"".join(parts)


@given(st.sampled_from(["gzip", "deflate", "br", "zstd"]), st.binary(max_size=300))
def test_any_bytes_whatever_are_a_body_or_damaged(coding: str, data: bytes) -> None:
    decoder = Decoder(coding)
    try:
        assert all(len(piece) <= STEP for piece in decoder.feed(data))
        decoder.finish()
    except DamagedStream:
        pass


@given(st.text())
def test_any_header_names_a_known_coding_or_none(header: str) -> None:
    assert content_coding(header) in {"identity", "gzip", "deflate", "br", "zstd", None}


# What is not text -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("media_type", "words"),
    [
        ("image/png", "a picture"),
        ("image/svg+xml", "a picture"),
        ("video/mp4", "a video"),
        ("Audio/MPEG; rate=44100", "a sound recording"),
        ("application/zip", "a zip archive"),
        ("application/msword", "a Word document"),
        ("application/octet-stream", "a file to download"),
        ("application/x-tar", "a file of type application/x-tar"),
    ],
)
async def test_file_is_named_and_left_where_it_is(media_type: str, words: str) -> None:
    async def film(path: str, writer: asyncio.StreamWriter) -> None:
        writer.write(f"HTTP/1.1 200 OK\r\nContent-Type: {media_type}\r\nContent-Length: 60000000\r\n\r\n".encode())
        await writer.drain()
        await asyncio.Event().wait()  # whoever wants the body waits for ever

    with pytest.raises(NotText, match=f"leads to {words}, not to an article"):
        await fetched(film)


@pytest.mark.parametrize(
    "media_type",
    ["text/html", "text/plain", "application/xhtml+xml", "application/xml", "application/rss+xml", "application/json"],
)
async def test_text_of_any_kind_is_read(media_type: str) -> None:
    assert (await fetched(always(page(STORY, media_type=media_type)))).media_type == media_type


@pytest.mark.parametrize("media_type", ["", "html", "*/*", ";charset=utf-8", "Text / HTML"])
@pytest.mark.parametrize(
    ("body", "seen"),
    [
        (STORY, "text/html"),
        (b"\xef\xbb\xbf\n <HTML>", "text/html"),
        (b'<?xml version="1.0"?>\n<!DOCTYPE html>', "text/html"),
        ("\ufeff<html><p>Fähre</p>".encode("utf-16-le"), "text/html"),
        (b'<?xml version="1.0"?><rss/>', "application/xml"),
        (b"The ferry sails again.", "text/plain"),
        ("Die Fähre fährt wieder.".encode("latin-1"), "text/plain"),
        (b"", "text/plain"),
    ],
)
async def test_kind_is_seen_from_the_first_bytes_where_none_is_declared(
    media_type: str, body: bytes, seen: str
) -> None:
    assert (await fetched(always(page(body, media_type=media_type)))).media_type == seen


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"\x89PNG\r\n\x1a\n\0\0", "a picture"),
        (b"\xff\xd8\xff\xe0\0\x10JFIF", "a picture"),
        (b"GIF89a", "a picture"),
        (b"RIFF\0\0\0\0WEBPVP8 ", "a picture"),
        (b"PK\x03\x04\x14", "a zip archive"),
        (b"\0\0\0\x20ftypisom", "a video"),
        (b"\x7fELF\x02\x01", "a file to download"),
    ],
)
async def test_file_without_a_declared_type_is_known_by_its_first_bytes(body: bytes, words: str) -> None:
    with pytest.raises(NotText, match=f"leads to {words}, not to an article"):
        await fetched(always(page(body, media_type="")))


async def test_file_without_a_declared_type_is_not_read_to_its_end() -> None:
    async def film(path: str, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n\x1aE\xdf\xa3" + bytes(5000))
        await writer.drain()
        await asyncio.Event().wait()

    with pytest.raises(NotText, match="a video"):
        await fetched(film)


# Sites that do not answer ---------------------------------------------------------------------------------


async def hang_up(path: str, writer: asyncio.StreamWriter) -> None:
    writer.close()


async def reset(path: str, writer: asyncio.StreamWriter) -> None:
    writer.transport.abort()


@pytest.mark.parametrize("answer", [hang_up, reset, always(b"220 mail.example ESMTP\r\n\r\n"), always(b"\0" * 5000)])
async def test_site_that_speaks_no_http_is_unreachable(answer: Answer) -> None:
    with pytest.raises(Unreachable):
        await fetched(answer)


async def test_endless_headers_are_unreachable() -> None:
    async def headers(path: str, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\n" + b"X-More: 1\r\n" * 50_000)

    with pytest.raises(Unreachable):
        await fetched(headers)


# Absurd links ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "url",
    [
        "",
        " ",
        "http://",
        "https:///story",
        "http:paper.example",
        "paper.example/story",
        "http://paper.example:99999/",
        "http://paper.example:0/",
        "http://paper.example:-1/",
        "http://paper.example:eighty/",
        "http://[::1/",
        "http://[]/",
        "http://[fe80::1%25eth0]/",
        "http://0177.0.0.1/",
        "http://1.2.3.256/",
        "http://pa per.example/",
        "http://127%2e0.0.1/",
        "http://paper.example/\x00",
        "http://paper.example/\r\nX: 1",
        "https://ex\u202eample/",
        "https://xn--0.example/",
        "https://paper.example/" + "a" * 10_000,
        "https://paper.example/" + "a" * 100_000,
    ],
)
async def test_link_that_cannot_be_one_is_named(url: str) -> None:
    async with responding(httpx.Response(200)) as http:
        with pytest.raises(MalformedLink, match="Check the link"):
            await fetch(http, url, LIMITS)


@pytest.mark.parametrize(
    "url",
    [
        "ftp://paper.example/",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "mailto:a@b.example",
        "data:text/html,hello",
        "gopher://paper.example",
        "httpx://paper.example",
    ],
)
async def test_link_out_of_the_web_is_named(url: str) -> None:
    async with responding(httpx.Response(200)) as http:
        with pytest.raises(NotWebLink) as caught:
            await fetch(http, url, LIMITS)

    assert url in str(caught.value)


@pytest.mark.parametrize(
    "url",
    [
        "HTTPS://Paper.Example/story",
        "  https://paper.example/story\n",
        "https://münchen.example/",
        "https://例え.example/記事",
        "https://xn--mnchen-3ya.example/",
    ],
)
async def test_unusual_link_is_fetched(url: str) -> None:
    async with responding(httpx.Response(200, text="News")) as http:
        got = await fetch(http, url, LIMITS)

    assert got.url == url
    assert got.final_url.isascii()


async def nobody(host: str, port: int) -> Sequence[str]:
    raise socket.gaierror(socket.EAI_NONAME, "unknown")


@given(st.text() | st.from_regex(r"https?://\S*", fullmatch=True) | st.from_regex(r"https?://(?:xn--|\[|\d)\S*"))
async def test_no_link_whatever_is_a_fault_of_ours(url: str) -> None:
    """A traceback is no answer, and some link that nobody thought of is posted every day."""
    dead = httpx.MockTransport(lambda request: httpx.Response(404))
    async with httpx.AsyncClient(transport=Guard(dead, resolve=nobody)) as http:
        with pytest.raises(BotError) as caught:
            await fetch(http, url, LIMITS)

    assert str(caught.value).isprintable()


@given(st.text(st.characters(codec="utf-8", exclude_characters="\r\n\0")))
async def test_no_redirect_whatever_is_a_fault_of_ours(location: str) -> None:
    async with responding(httpx.Response(302, headers={"Location": location.encode()})) as http:
        with pytest.raises(BotError):
            await fetch(http, "https://paper.example/story", LIMITS)


# Messages -------------------------------------------------------------------------------------------------


async def test_long_link_is_shortened_in_the_message_and_kept_in_the_error() -> None:
    url = "https://paper.example/story?" + "track=1&" * 500

    async with responding(httpx.Response(404)) as http:
        with pytest.raises(PageNotFound) as caught:
            await fetch(http, url, LIMITS)

    assert len(str(caught.value)) < 250
    assert "https://paper.example/story?" in str(caught.value)
    assert caught.value.url == url


def test_link_is_shown_without_what_cannot_be_seen() -> None:
    assert shown("https://paper.example/\u202ets\n") == "https://paper.example/\N{REPLACEMENT CHARACTER}ts"
    assert shown("https://ida:pass@word@paper.example/@desk") == "https://paper.example/@desk"


def test_error_survives_the_way_to_another_process() -> None:
    error = pickle.loads(pickle.dumps(HostNotFound("https://paper.example/", "paper.example")))  # noqa: S301

    assert str(error) == str(HostNotFound("https://paper.example/", "paper.example"))
