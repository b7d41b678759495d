"""What can be looked at before anything is asked: the database, the models, the guard. For ``nutgraf doctor``."""

from __future__ import annotations

import shutil
from collections.abc import Awaitable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Literal

from sqlalchemy import make_url

from bot.archive.archive import open_archive
from bot.errors import BotError, InnerAddress, SettingsError
from bot.fetch.fetch import FetchLimits, fetch, open_client
from bot.models import SummaryLength
from bot.readers import is_reader_there, open_readers
from bot.settings import Settings
from bot.shipped import PACKAGE, digests, read_shipped

INNER = "http://169.254.169.254/latest/meta-data/"
"""Where clouds tell a machine its secrets: what a guard must refuse first of all."""

ROOM = 500_000_000
"""Bytes that should be free beside the database. A guess: some 10,000 briefs, and the log of writes."""

SKEW = 300.0
"""Seconds after which Slack's signatures expire: https://docs.slack.dev/authentication/verifying-requests-from-slack."""

UNEASY = 60.0
"""Seconds from which a clock is worth a word. A guess."""


@dataclass(frozen=True, slots=True)
class Checked:
    """One thing that was looked at."""

    what: str
    state: Literal["well", "look", "wrong"]  # look: it works, but somebody should look at it
    says: str
    do: str = ""  # what to do; empty where all is well


async def look(what: str, looking: Awaitable[str], do: str) -> Checked:
    """Return what *looking* says; where it fails, what the failure says, and what to *do*."""
    try:
        return Checked(what, "well", await looking)
    except BotError as error:
        return Checked(what, "wrong", str(error), do)


async def check_database(settings: Settings) -> list[Checked]:
    """Open the database, bring its tables up to date, write, and look for room."""
    url = settings.database_url.get_secret_value()
    reached = await look("database", _database(url), "Check DATABASE_URL, and whether the disk is full or read-only.")
    if reached.state != "well" or not url.startswith("sqlite"):
        return [reached]
    return [reached, _disk(Path(make_url(url).database or "."))]


def _disk(database: Path) -> Checked:
    free = shutil.disk_usage(database.absolute().parent).free
    says = f"{free // 1_000_000:,} MB are free"
    if free < ROOM:
        return Checked("disk", "look", says, "Make room beside the database, or set RETENTION_DAYS.")
    return Checked("disk", "well", says)


async def _database(url: str) -> str:
    async with open_archive(url) as archive:
        owed = await archive.requests.unfinished(())
    return f"reachable, up to date and writable; {len(owed)} requests wait"


async def check_models(settings: Settings, story: tuple[str, bytes]) -> list[Checked]:
    """Compare the models' files with what shipped, load them, and read *story*: a file's name and bytes."""
    files = await look("model files", _files(), "Install Nutgraf anew: a file was altered, or is missing.")
    do = files.do or "See SPACY_MODEL, SPACY_OTHER_MODELS and READING_MEMORY_MB."
    reads = await look("reading", _reads(settings, story), do)
    if reads.state == "well" and not is_reader_there():
        reads = Checked("reading", "look", "by rules alone: the reader's files are missing", "Install Nutgraf anew.")
    return [files, reads]


async def _files() -> str:
    for name in digests():
        read_shipped(PACKAGE / name)
    return f"{len(digests())} files are those that shipped"


async def _reads(settings: Settings, story: tuple[str, bytes]) -> str:
    async with open_readers(
        settings.models,
        processes=1,
        timeout=settings.reading_timeout,
        memory_mb=settings.reading_memory_mb,
        length=SummaryLength(settings.summary_sentences, settings.summary_characters),
    ) as readers:
        await readers.get_ready()
        analysis = await readers.analyse(await readers.extract_file(*story))
    return f"a story was read: {len(analysis.attributions)} statements, {len(analysis.speakers)} speakers"


async def check_guard(settings: Settings) -> Checked:
    """Ask for an inner address, which must be refused."""
    do = "Take it out of FETCH_ALLOW_HOSTS. If it is not there, do not run this: report it."
    proxy = settings.fetch_proxy.get_secret_value() if settings.fetch_proxy else ""
    limits = FetchLimits(settings.fetch_timeout, settings.fetch_max_bytes, settings.fetch_max_redirects)
    try:
        async with open_client(settings.fetch_user_agent, allow_hosts=settings.allowed_hosts, proxy=proxy) as http:
            await fetch(http, INNER, limits)
    except InnerAddress:
        return Checked("guard", "well", "inner addresses are refused")
    except SettingsError as error:
        return Checked("guard", "wrong", str(error), "Mend that setting first: without it nothing can be fetched.")
    except BotError as error:
        return Checked("guard", "wrong", f"an inner address was asked for: {error}", do)
    return Checked("guard", "wrong", "an inner address was read", do)


def check_clock(told: str | None, by: str) -> Checked | None:
    """Compare this machine's clock with an HTTP date that *by* has just *told*; None where that is no date."""
    try:
        there = parsedate_to_datetime(told or "")
    except ValueError:
        return None
    off = (datetime.now(UTC) - there.astimezone(UTC)).total_seconds()
    says = f"{abs(off):.0f} s {'ahead of' if off > 0 else 'behind'} {by}"
    if abs(off) < UNEASY:
        return Checked("clock", "well", says)
    do = "Set the machine's clock (timedatectl set-ntp true): signed calls expire after five minutes."
    return Checked("clock", "wrong" if abs(off) >= SKEW else "look", says, do)
