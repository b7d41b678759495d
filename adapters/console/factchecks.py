"""``nutgraf factchecks import``: published fact-checks from a link or a file into the index."""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import BinaryIO

from adapters.console.app import find_link, progress
from bot.archive.archive import open_archive
from bot.catalogue import later
from bot.counts import counted
from bot.errors import FileNotRead, NoFactChecks
from bot.factchecks.embed import Embedder
from bot.fetch.download import download
from bot.fetch.fetch import open_client
from bot.imports import Imported, import_reviews
from bot.settings import Settings
from bot.typography import plain

LARGEST_FEED = 5_000_000_000
"""Bytes of a feed that are downloaded. The largest that is published has some 100 million."""


def print_import(settings: Settings, source: str) -> None:
    """Import the fact-checks in *source* (a link, or a file's name) and say what came of it.

    Raises:
        BotError: it could not be read, has no fact-checks, or the database failed.
    """
    outcome = asyncio.run(_import(settings, source))
    sys.stdout.write(f"{summed_up(outcome)}\n")
    for one in outcome.named:
        sys.stderr.write(f"  {plain(one.place)}: {plain(one.reason)}\n")
    if outcome.broken > len(outcome.named):
        sys.stderr.write(f"  and {outcome.broken - len(outcome.named):,} more\n")
    if not outcome.taken:
        raise NoFactChecks(source)


def summed_up(outcome: Imported) -> str:
    """Return in a line what came of an import."""
    told = [
        f"{counted(outcome.taken, 'fact-check')} read: {outcome.new:,} new, "
        f"{outcome.taken - outcome.new:,} known and brought up to date"
    ]
    if outcome.removed:
        told.append(f"{outcome.removed:,} that their pages no longer have removed")
    if outcome.broken:
        told.append(f"{outcome.broken:,} could not be taken")
    return f"{'; '.join(told)}."


async def _import(settings: Settings, source: str) -> Imported:
    embedder = Embedder(threads=os.cpu_count() or 1)
    async with _opened(settings, source) as file, open_archive(settings.database_url.get_secret_value()) as archive:
        with progress() as tell:
            return await import_reviews(
                file, archive.factchecks, embedder, lambda outcome: tell(f"{summed_up(outcome)} …")
            )


@asynccontextmanager
async def _opened(settings: Settings, source: str) -> AsyncIterator[BinaryIO]:
    if link := find_link(source):
        with tempfile.TemporaryFile() as file:
            await _download(settings, link, file)
            file.seek(0)
            yield file
        return
    try:
        opened = Path(source).open("rb")  # noqa: ASYNC230, SIM115 - nothing else waits in this process
    except FileNotFoundError:
        raise FileNotRead(source, later("there is no such file, and links begin with https:// or http://.")) from None
    except (OSError, ValueError) as error:
        raise FileNotRead(source, getattr(error, "strerror", None) or str(error)) from error
    with opened:
        yield opened


async def _download(settings: Settings, link: str, file: BinaryIO) -> None:
    proxy = settings.fetch_proxy.get_secret_value() if settings.fetch_proxy else ""
    async with open_client(settings.fetch_user_agent, allow_hosts=settings.allowed_hosts, proxy=proxy) as http:
        with progress() as tell:
            tell(f"Fetching {link} …")
            await download(http, link, file, max_bytes=LARGEST_FEED, max_redirects=settings.fetch_max_redirects)
