"""A cache of pages in a folder: a story that ten people ask about is fetched once, and asked about after that.

Only pages of links are in here, which anybody could fetch; pasted text never is. One file holds one page: a line of
JSON that describes it, and the bytes. Several processes may share the folder: files are written aside and then moved
into place, and one that is not whole is ignored and removed.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import logging
import os
import re
import tempfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx

from bot.errors import SettingsError
from bot.fetch.links import without_tracking
from bot.models import Page

FORM = "page/1"
"""The form of a file; one of another form is none."""

NAME = re.compile(r"[0-9a-f]{64}")
ASIDE = ".nutgraf-page-"
"""How the files are called; whatever else is in the folder is not ours to remove."""

LEFT_BEHIND = 3600.0
"""Seconds after which a file that was written aside is that of a process which is no more."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Kept:
    """A page as it is kept, and what the site said about asking again."""

    page: Page
    etag: str
    last_modified: str
    fresh_until: datetime

    @property
    def conditions(self) -> dict[str, str]:
        """Return the headers that ask for the page only if it has changed."""
        said = {"If-None-Match": self.etag, "If-Modified-Since": self.last_modified}
        return {name: value for name, value in said.items() if value}


class Cache:
    """Pages in *folder*.

    Args:
        folder: is made where it is missing, for this user alone.
        max_bytes: of all files together; the pages that were not asked for the longest go first.
        max_age: seconds in which a page is taken as it is, without asking the site; less where the site says so.

    Raises:
        SettingsError: the folder cannot be made or written.
    """

    def __init__(self, folder: Path, *, max_bytes: int, max_age: float) -> None:
        self._folder = folder
        self._max_bytes = max_bytes
        self._max_age = max_age
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=folder):
                pass
        except OSError as error:
            raise SettingsError(f"FETCH_CACHE_FOLDER: {folder} cannot be written ({error.strerror}).") from error

    async def find(self, address: httpx.URL) -> Kept | None:
        """Return the page that came from *address*; it may be stale."""
        return await asyncio.to_thread(self._read, self._file(address))

    async def keep(self, page: Page, headers: Mapping[str, str]) -> None:
        """Keep *page*, which came with *headers*, where the site allows it; a full disk costs the copy only."""
        if (kept := self._kept(page, headers)) and len(page.body) <= self._max_bytes:
            await asyncio.to_thread(self._write, kept)

    async def clear(self) -> None:
        """Remove all pages: which of them say what is to be forgotten is not worth finding out."""
        await asyncio.to_thread(self._clear)

    async def confirm(self, kept: Kept, headers: Mapping[str, str]) -> Page:
        """Return the page that its site has just called unchanged (304, with *headers*), and keep it anew."""
        said = {"etag": kept.etag, "last-modified": kept.last_modified} | dict(headers)
        page = replace(kept.page, fetched_at=datetime.now(UTC))
        await self.keep(page, said)
        return page

    def _file(self, address: httpx.URL) -> Path:
        return self._folder / hashlib.sha256(str(without_tracking(address)).encode()).hexdigest()

    def _kept(self, page: Page, headers: Mapping[str, str]) -> Kept | None:
        said = {name.lower(): value for name, value in headers.items()}
        rules = _rules(said.get("cache-control", ""))
        if {"no-store", "private"} & rules.keys() or "*" in said.get("vary", ""):
            return None
        age = 0.0 if "no-cache" in rules else self._max_age
        for rule in ("max-age", "s-maxage"):  # the second is for caches that several people use, and goes before
            if rules.get(rule, "").isdecimal():
                age = min(age, float(rules[rule][:10]))
        etag, last_modified = _repeatable(said.get("etag", "")), _repeatable(said.get("last-modified", ""))
        if not (age or etag or last_modified):
            return None
        page = replace(page, url=page.final_url)  # how somebody asked for it is nobody else's business
        return Kept(page, etag, last_modified, page.fetched_at + timedelta(seconds=age))

    def _read(self, file: Path) -> Kept | None:
        try:
            kept = _parsed(file.read_bytes())
            os.utime(file)  # the time of last use, by which pages are removed
        except FileNotFoundError:
            return None
        except OSError as error:
            log.warning("the kept page %s cannot be read: %s", file.name, error.strerror)
            return None
        except (ValueError, KeyError, TypeError) as error:
            log.warning("the kept page %s is damaged and is removed: %s", file.name, type(error).__name__)
            file.unlink(missing_ok=True)
            return None
        return kept

    def _write(self, kept: Kept) -> None:
        file = self._file(httpx.URL(kept.page.final_url))
        try:
            handle, aside = tempfile.mkstemp(dir=self._folder, prefix=ASIDE)  # for this user alone
            try:
                with open(handle, "wb") as out:
                    out.write(_formed(kept))
                os.replace(aside, file)
            except BaseException:
                Path(aside).unlink(missing_ok=True)
                raise
            self._make_room()
        except OSError as error:
            log.warning("a page could not be kept in FETCH_CACHE_FOLDER: %s", error.strerror)

    def _clear(self) -> None:
        for entry in os.scandir(self._folder):
            if NAME.fullmatch(entry.name) or entry.name.startswith(ASIDE):
                Path(entry.path).unlink(missing_ok=True)

    def _make_room(self) -> None:
        """Remove what was not used for the longest, down to the limit, and what was left behind half-written."""
        files, now = [], datetime.now(UTC).timestamp()
        for entry in os.scandir(self._folder):
            try:
                facts = entry.stat(follow_symlinks=False)
            except FileNotFoundError:
                continue  # another process made room as well
            if NAME.fullmatch(entry.name):
                files.append((facts.st_mtime_ns, facts.st_size, entry.path))
            elif entry.name.startswith(ASIDE) and now - facts.st_mtime > LEFT_BEHIND:
                Path(entry.path).unlink(missing_ok=True)
        total = sum(size for _, size, _ in files)
        for _, size, path in sorted(files):
            if total <= self._max_bytes:
                break
            Path(path).unlink(missing_ok=True)
            total -= size


def _repeatable(value: str) -> str:
    """Return a header's *value* if it can be sent back as it came."""
    return value if value.isascii() and value.isprintable() else ""


def _rules(header: str) -> dict[str, str]:
    """Read a Cache-Control *header*: rule to value, both in lower case."""
    parts = [part.partition("=") for part in header.lower().split(",")]
    return {name.strip(): value.strip().strip('"') for name, _, value in parts}


def _formed(kept: Kept) -> bytes:
    facts = asdict(replace(kept.page, body=b"")) | {
        "form": FORM,
        "body": hashlib.sha256(kept.page.body).hexdigest(),
        "fetched_at": kept.page.fetched_at.isoformat(),
        "fresh_until": kept.fresh_until.isoformat(),
        "etag": kept.etag,
        "last_modified": kept.last_modified,
    }
    return json.dumps(facts).encode() + b"\n" + kept.page.body


def _parsed(data: bytes) -> Kept:
    """Read a file; raises ``ValueError``, ``KeyError`` or ``TypeError`` where it is not whole."""
    line, _, body = data.partition(b"\n")
    facts = json.loads(line)
    if facts["form"] != FORM or facts["body"] != hashlib.sha256(body).hexdigest():
        raise ValueError("not the file that was written")
    page = Page(
        url=facts["url"],
        final_url=facts["final_url"],
        body=body,
        media_type=facts["media_type"],
        charset=facts["charset"],
        fetched_at=datetime.fromisoformat(facts["fetched_at"]),
    )
    return Kept(page, facts["etag"], facts["last_modified"], datetime.fromisoformat(facts["fresh_until"]))
