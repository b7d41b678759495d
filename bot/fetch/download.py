"""A large file from the web, written to disk as it comes: guarded like every visit, bounded in bytes."""

from __future__ import annotations

from typing import BinaryIO

import httpx

from bot.errors import BrokenPage, TooLarge, TooManyRedirects, Unreachable
from bot.fetch.answers import status_error
from bot.fetch.decode import ACCEPT_ENCODING, DamagedStream, Decoder, content_coding
from bot.fetch.links import asked, onward

PATIENCE = httpx.Timeout(60.0)
"""Seconds without a single byte. How long all of it takes is for whoever waits at the terminal."""


async def download(http: httpx.AsyncClient, url: str, file: BinaryIO, *, max_bytes: int, max_redirects: int) -> None:
    """Write what is at *url* to *file*, decompressed.

    Raises:
        FetchError: it did not arrive, or has more than *max_bytes*.
    """
    address = asked(url)
    for _ in range(max_redirects + 1):
        try:
            async with http.stream(
                "GET", address, headers={"Accept-Encoding": ACCEPT_ENCODING}, timeout=PATIENCE, follow_redirects=False
            ) as response:
                if response.has_redirect_location:
                    address = onward(url, response.request.url, response.headers["Location"])
                    continue
                if error := status_error(url, response):
                    raise error
                await _write(url, response, file, max_bytes)
                return
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise Unreachable(url) from error
    raise TooManyRedirects(url, max_redirects)


async def _write(url: str, response: httpx.Response, file: BinaryIO, max_bytes: int) -> None:
    coding = content_coding(response.headers.get("Content-Encoding", ""))
    if coding is None:
        raise BrokenPage(url)
    decoder, written = Decoder(coding), 0
    try:
        async for chunk in response.aiter_raw():
            for piece in decoder.feed(chunk):
                written += len(piece)
                if written > max_bytes:
                    raise TooLarge(url, max_bytes)
                file.write(piece)
        decoder.finish()
    except DamagedStream as error:
        raise BrokenPage(url) from error
