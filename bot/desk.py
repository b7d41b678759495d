"""The desk: the one object that adapters call."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

import httpx

from bot.archive.archive import Archive, open_archive
from bot.brief import Brief, write_brief
from bot.errors import NothingToRead, Refusal
from bot.fetch.cache import Cache
from bot.fetch.fetch import FetchLimits, fetch, open_client
from bot.jobs import Courier, Worker
from bot.models import Ask, Request, Wanted, storable
from bot.readers import Readers, open_readers
from bot.report import Report, refused_unread
from bot.settings import Settings


@asynccontextmanager
async def open_desk(settings: Settings) -> AsyncIterator[Desk]:
    """Open everything that a desk needs, and close it again."""
    limits = FetchLimits(
        timeout=settings.fetch_timeout,
        max_bytes=settings.fetch_max_bytes,
        max_redirects=settings.fetch_max_redirects,
    )
    async with (
        open_archive(settings.database_url) as archive,
        open_client(
            settings.fetch_user_agent,
            allow_hosts=settings.allowed_hosts,
            at_once=settings.fetch_at_once,
            gap=settings.fetch_gap,
            proxy=settings.fetch_proxy.get_secret_value() if settings.fetch_proxy else "",
        ) as http,
        open_readers(
            settings.spacy_model,
            processes=settings.reading_processes,
            timeout=settings.reading_timeout,
            memory_mb=settings.reading_memory_mb,
        ) as readers,
    ):
        yield Desk(http, limits, readers, archive, open_cache(settings))


def open_cache(settings: Settings) -> Cache | None:
    """Open the folder of fetched pages, if *settings* name one; raises ``SettingsError``."""
    if not settings.fetch_cache_folder:
        return None
    return Cache(
        Path(settings.fetch_cache_folder),
        max_bytes=settings.fetch_cache_mb * 1_000_000,
        max_age=settings.fetch_cache_seconds,
    )


class Desk:
    """Accepts requests, reads stories, and remembers what it told whom."""

    def __init__(
        self,
        http: httpx.AsyncClient,
        limits: FetchLimits,
        readers: Readers,
        archive: Archive,
        cache: Cache | None = None,
    ) -> None:
        self.http = http
        self.limits = limits
        self.readers = readers
        self.archive = archive
        self.cache = cache
        self._worker: Worker | None = None

    async def brief(self, url: str, *, arrived: Callable[[], None] = lambda: None) -> Brief:
        """Read the story at *url* and sum up who says what in it; *arrived* is called once the page is there.

        Raises:
            BotError: it could not be fetched, is no article, or could not be read.
        """
        page = await fetch(self.http, url, self.limits, self.cache)
        arrived()
        article = await self.readers.extract(page)
        analysis = await self.readers.analyse(article)
        return write_brief(article, analysis)

    async def brief_text(self, text: str) -> Brief:
        """Read pasted *text*, which is treated like an article without an address; raises like ``brief``."""
        article = await self.readers.extract_text(storable(text))
        analysis = await self.readers.analyse(article)
        return write_brief(article, analysis)

    async def brief_file(self, name: str, body: bytes) -> Brief:
        """Read a story that somebody has as a file: PDF, Word, Markdown, text, a saved page; raises like ``brief``."""
        article = await self.readers.extract_file(name, body)
        analysis = await self.readers.analyse(article)
        return write_brief(article, analysis)

    async def explain(self, url: str) -> Report:
        """Tell how the story at *url* is read, or why it is refused.

        Raises:
            FetchError: the page did not arrive.
        """
        try:
            page = await fetch(self.http, url, self.limits, self.cache)
        except Refusal as refusal:
            return refused_unread(refusal)
        return await self.readers.explain(page)

    async def explain_file(self, name: str, body: bytes) -> Report:
        """Tell how a story in a file is read, or why it is refused."""
        return await self.readers.explain_file(name, body)

    async def accept(self, ask: Ask) -> Request | None:
        """Store *ask* and have it answered; return None where the same delivery came before."""
        request = await self.archive.accept(ask)
        if request and self._worker:
            self._worker.wake()
        return request

    async def recall(self, workspace: str, brief_id: str) -> Brief:
        """Return a brief that was written for *workspace*, or raise ``BriefNotFound``."""
        return await self.archive.brief(workspace, brief_id)

    async def work(self, couriers: Mapping[str, Courier]) -> None:
        """Answer accepted requests until cancelled, first of all those that a crash left unanswered."""
        self._worker = Worker(self.archive, self._read, couriers)
        await self._worker.run()

    async def _read(self, wanted: Wanted) -> Brief:
        if wanted.link:
            return await self.brief(wanted.link)
        if wanted.text:
            return await self.brief_text(wanted.text)
        raise NothingToRead
