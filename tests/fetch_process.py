"""One hostile page fetched in a process of its own, to see what it costs: ``python -m tests.fetch_process HAZARD``.

Prints the error's name, and the megabytes by which the process grew at its peak while it fetched.
"""

from __future__ import annotations

import asyncio
import gzip
import re
import sys
import zlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import brotli

from bot.errors import BotError
from bot.fetch.decode import zstd
from bot.fetch.fetch import FetchLimits, fetch, open_client
from bot.settings import Settings
from tests.sites import Answer, Site, always, open_site, page

MEGABYTE = bytes(1_000_000)
BOMB = 300  # megabytes inside


def coded(coding: str, body: bytes) -> Answer:
    return always(page(body, f"Content-Encoding: {coding}"))


def deflated() -> bytes:
    """Return one stream without its end, made without holding it: each megabyte is compressed to the same bytes."""
    squeeze = zlib.compressobj(9, zlib.DEFLATED, -15)
    return (squeeze.compress(MEGABYTE) + squeeze.flush(zlib.Z_FULL_FLUSH)) * BOMB


def brotlied() -> bytes:
    """Return one stream that looks back as far as brotli can, 16 MB."""
    squeeze = brotli.Compressor(quality=1, lgwin=24)
    return b"".join([*(squeeze.process(MEGABYTE) for _ in range(BOMB)), squeeze.finish()])


def zstandard() -> bytes:
    """Return one frame that looks back as far as it may, 8 MB."""
    squeeze = zstd.ZstdCompressor(options={zstd.CompressionParameter.window_log: 23})
    return b"".join([*(squeeze.compress(MEGABYTE) for _ in range(BOMB)), squeeze.flush()])


def pouring(head: bytes, more: bytes) -> Answer:
    """Write *more* without end."""

    async def pour(path: str, writer: asyncio.StreamWriter) -> None:
        writer.write(head)
        while True:
            writer.write(more)
            await writer.drain()

    return pour


def hazard(name: str) -> Answer:
    """Make the answer of that name."""
    ok = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
    match name:
        case "gzip bomb":
            return coded("gzip", b"\x1f\x8b\x08\0\0\0\0\0\0\xff" + deflated())
        case "gzip members bomb":
            return coded("gzip", gzip.compress(MEGABYTE) * BOMB)
        case "deflate bomb":
            return coded("deflate", b"\x78\x9c" + deflated())
        case "brotli bomb":
            return coded("br", brotlied())
        case "zstd bomb":
            return coded("zstd", zstandard())
        case "zstd frames bomb":
            return coded("zstd", zstd.compress(MEGABYTE) * BOMB)
        case "endless body":
            return pouring(ok + b"\r\n", b"x" * 100_000)
        case "endless chunks":
            return pouring(ok + b"Transfer-Encoding: chunked\r\n\r\n", b"3e8\r\n" + b"x" * 1000 + b"\r\n")
        case "endless chunk extension":
            return pouring(ok + b"Transfer-Encoding: chunked\r\n\r\n1;a=", b"x" * 100_000)
        case "endless headers":
            return pouring(ok, b"X-More: 1\r\n" * 10_000)
        case "endless header line":
            return pouring(ok + b"X-More: ", b"x" * 100_000)
        case "header line of 10 MB":
            return always(ok + b"X-More: " + b"x" * 10_000_000 + b"\r\nContent-Length: 0\r\n\r\n")
        case "endless status line":
            return pouring(b"HTTP/1.1 200 ", b"O" * 100_000)
        case "endless junk":
            return pouring(b"", b"junk" * 25_000)
    raise ValueError(name)


@asynccontextmanager
async def both(answer: Answer) -> AsyncIterator[tuple[Site, Site]]:
    async with open_site(always(page())) as harmless, open_site(answer) as hostile:
        yield harmless, hostile


def peak() -> float:
    """Return the megabytes that this process had at most. ``getrusage`` would count what its parent had as well."""
    found = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text("ascii"))
    assert found
    return int(found[1]) / 1000


async def visit(name: str) -> str:
    settings = Settings(_env_file=None)  # type: ignore[call-arg]
    limits = FetchLimits(settings.fetch_timeout, settings.fetch_max_bytes, settings.fetch_max_redirects)
    async with both(hazard(name)) as (harmless, hostile):
        allowed = frozenset({harmless.place, hostile.place})
        async with open_client("Reader", allow_hosts=allowed) as http:
            await fetch(http, harmless.url(), limits)  # so that what is loaded once is loaded
            before = peak()
            try:
                await fetch(http, hostile.url(), limits)
                outcome = "Page"
            except BotError as error:
                outcome = type(error).__name__
    return f"{outcome} {peak() - before:.1f}"


if __name__ == "__main__":
    print(asyncio.run(visit(sys.argv[1])))  # noqa: T201
