"""The desk: the one object that adapters call."""

from __future__ import annotations

import asyncio
import hashlib
import logging
import sys
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import httpx

from bot.answers import Answer
from bot.archive.archive import Archive
from bot.brief import Brief, write_brief
from bot.checks import Checks, keep_checks
from bot.commands import FollowUp
from bot.courier import Courier
from bot.errands import PATIENCE, Errands
from bot.errors import ArchiveUnavailable, AskError, NothingToRead, Refusal
from bot.fetch.cache import Cache
from bot.fetch.fetch import FetchLimits, fetch
from bot.fetch.robots import Robots
from bot.followups import FollowUps
from bot.house import NO_RULES, House, Rules
from bot.jobs import Worker
from bot.known import Known, keep_known
from bot.metrics import Metrics
from bot.models import Ask, Page, Person, Request, Stage, Wanted, storable
from bot.overhear import Overhear
from bot.readers import Readers, is_reader_there
from bot.records import Records
from bot.report import Report, refused_unread
from bot.retold import Retold, keep_retold
from bot.watch import StopWatch, Watcher, log_reading, reading, source_of

if TYPE_CHECKING:
    from bot.queue import Queue

log = logging.getLogger(__name__)

Tell = Callable[[Stage], None]

DAY = 86_400.0
"""Seconds."""


class Desk:
    """Accepts requests, reads stories, and remembers what it told whom."""

    def __init__(
        self,
        http: httpx.AsyncClient,
        limits: FetchLimits,
        readers: Readers,
        archive: Archive,
        cache: Cache | None = None,
        *,
        checks: Checks | None = None,
        known: Known | None = None,
        retold: Retold | None = None,
        snapshot_days: int = 0,
        retention_days: int = 0,
        queue: Queue | None = None,
        rules: Rules = NO_RULES,
    ) -> None:
        self.http = http
        self.limits = limits
        self.readers = readers
        self.archive = archive
        self.cache = cache
        self.records = Records(archive, cache)
        self.house = House(rules)
        self._overhear = Overhear(archive, self.house, Robots(http))
        self._followups = FollowUps(archive, self.records, self.house)
        self.checks = checks
        self.known = known
        self.retold = retold
        self.snapshot_days = snapshot_days
        self.retention_days = retention_days
        self.queue = queue
        self.archive.requests.put = queue.put if queue else None
        self._worker: Worker | None = None
        self._stages: dict[tuple[str, Wanted], Stage] = {}
        self.metrics = Metrics()
        self.watchers: list[Watcher] = [self.metrics.count, log_reading]

    async def brief(self, url: str, *, tell: Tell = lambda stage: None) -> Brief:
        """Read the story at *url* and sum up who says what in it; *tell* hears of each stage as it begins.

        Raises:
            BotError: it could not be fetched, is no article, or could not be read.
        """
        tell(Stage.FETCHING)
        page = await fetch(self.http, url, self.limits, self.cache)
        return await self._brief_page(page, tell=tell)

    async def _brief_page(
        self, page: Page, snapshot_sha256: str | None = None, *, tell: Tell = lambda stage: None
    ) -> Brief:
        return await self._checked(await self._read_page(page, snapshot_sha256, tell=tell), page, tell=tell)

    async def _read_page(
        self, page: Page, snapshot_sha256: str | None = None, *, tell: Tell = lambda stage: None
    ) -> Brief:
        tell(Stage.EXTRACTING)
        article = await self.readers.extract(page)
        tell(Stage.READING)
        analysis = await self.readers.analyse(article)
        return write_brief(replace(article, snapshot_sha256=snapshot_sha256), analysis)

    async def brief_text(self, text: str, *, tell: Tell = lambda stage: None) -> Brief:
        """Read pasted *text*, which is treated like an article without an address; raises like ``brief``."""
        tell(Stage.EXTRACTING)
        article = await self.readers.extract_text(storable(text))
        tell(Stage.READING)
        analysis = await self.readers.analyse(article)
        return await self._checked(write_brief(article, analysis), tell=tell)

    async def brief_file(self, name: str, body: bytes, *, tell: Tell = lambda stage: None) -> Brief:
        """Read a story that somebody has as a file: PDF, Word, Markdown, text, a saved page; raises like ``brief``."""
        tell(Stage.EXTRACTING)
        article = await self.readers.extract_file(name, body)
        tell(Stage.READING)
        analysis = await self.readers.analyse(article)
        return await self._checked(write_brief(article, analysis), tell=tell)

    async def _checked(self, brief: Brief, page: Page | None = None, *, tell: Tell) -> Brief:
        """Add to *brief*, which may be of a *page* from the web, what others know of its claims, names and story."""
        if self.checks or self.known or self.retold:
            tell(Stage.CHECKING)
        if self.checks:
            brief = await self.checks.add(brief, page)
        if self.known:
            brief = await self.known.add(brief, page)
        return await self.retold.add(brief, page) if self.retold else brief

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
        """Store *ask* and have it answered; return None where the same delivery came before.

        Raises:
            AskError: the house rules do not allow it, here or now.
        """
        request = await self.archive.requests.accept(ask, self.house.door(ask))
        if request and self._worker:
            self._worker.wake()
        return request

    async def overhear(self, ask: Ask) -> Request | None:
        """Read what was posted in a watched channel, as far as that may be; None where nothing of it is read."""
        chosen = await self._overhear.choose(ask)
        if chosen is None:
            return None
        try:
            request = await self.archive.requests.accept(chosen, self.house.watch_door(chosen))
        except AskError:  # another process has read what there was room for
            return None
        if request and self._worker:
            self._worker.wake()
        return request

    def is_reading_well(self) -> bool:
        """Tell whether the reader is there; without it stories are read, but more plainly."""
        return is_reader_there()

    async def follow(self, workspace: str, request_id: str) -> Request:
        """Return a request of *workspace* as it stands now, or raise ``RequestNotFound``."""
        return await self.archive.requests.get(workspace, request_id)

    def stage(self, workspace: str, wanted: Wanted) -> Stage | None:
        """Return what is being done for *wanted* just now; None where it waits, or another process works on it."""
        return self._stages.get((workspace, wanted))

    async def carry_out(self, asked: FollowUp, person: Person) -> tuple[Answer, ...]:
        """Do what *person* asks of what is stored, as ``FollowUps.carry_out`` does, and see to what is owed by it."""
        answers = await self._followups.carry_out(asked, person)
        if self._worker:
            self._worker.wake()
        return answers

    async def recall(self, workspace: str, brief_id: str) -> Brief:
        """Return a brief that was written for *workspace*, or raise ``BriefNotFound``."""
        return await self.archive.briefs.get(workspace, brief_id)

    async def reproduce(self, workspace: str, brief_id: str) -> Brief:
        """Write a stored brief anew from the bytes that were kept with it.

        The same version of this program writes the same brief, byte for byte. Fact-checks and
        what Wikidata and a language model had are those of the day when it was written.

        Raises:
            BriefNotFound: there is none of that workspace.
            SnapshotNotFound: its page was not kept, or not for so long.
        """
        brief = await self.archive.briefs.get(workspace, brief_id)
        page = await self.archive.snapshots.get(workspace, brief)
        fresh = await self._read_page(page, brief.article.snapshot_sha256)
        return keep_retold(keep_known(keep_checks(fresh, brief), brief), brief)

    async def work(self, couriers: Mapping[str, Courier]) -> None:
        """Answer accepted requests until cancelled, first of all those that a crash left unanswered."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._forget())
            # Where there is a queue, what does not get through gives its place to others and comes back later.
            patience = () if self.queue else PATIENCE
            errands = Errands(self.archive, self._read, couriers, patience=patience, metrics=self.metrics)
            if self.queue and couriers:
                group.create_task(self.queue.work(errands, couriers.keys()))
            elif not self.queue:
                self._worker = Worker(self.archive, errands, couriers.keys())
                group.create_task(self._worker.run())

    async def _forget(self) -> None:
        """Remove the pages, and the briefs, that were kept for long enough, now and every day."""
        while True:
            now = datetime.now(UTC)
            try:
                await self.archive.snapshots.forget(now - timedelta(days=self.snapshot_days))
                if self.retention_days:
                    await self.archive.erase.older(now - timedelta(days=self.retention_days))
            except ArchiveUnavailable as error:
                log.error("%s (%s)", error, error.__cause__)
            await asyncio.sleep(DAY)

    async def _brief_and_keep(self, workspace: str, url: str, tell: Tell) -> Brief:
        """Read the story at *url* and keep the bytes that were read, so that ``reproduce`` can read them again."""
        tell(Stage.FETCHING)
        page = await fetch(self.http, url, self.limits, self.cache)
        brief = await self._brief_page(page, hashlib.sha256(page.body).hexdigest(), tell=tell)
        await self.archive.snapshots.keep(workspace, page)
        return brief

    async def _read(self, workspace: str, wanted: Wanted) -> Brief:
        watch, brief = StopWatch(), None

        def tell(stage: Stage) -> None:
            self._stages[workspace, wanted] = stage
            watch.begin(stage)

        try:
            brief = await self._read_wanted(workspace, wanted, tell)
            return brief
        finally:
            self._stages.pop((workspace, wanted), None)
            ended = reading(workspace, source_of(wanted), watch.stop(), brief, sys.exception())
            for watcher in self.watchers:
                watcher(ended)

    async def _read_wanted(self, workspace: str, wanted: Wanted, tell: Tell) -> Brief:
        if wanted.link and self.snapshot_days:
            return await self._brief_and_keep(workspace, wanted.link, tell)
        if wanted.link:
            return await self.brief(wanted.link, tell=tell)
        if wanted.file:
            return await self.brief_file(wanted.file.name, wanted.file.body, tell=tell)
        if wanted.text:
            return await self.brief_text(wanted.text, tell=tell)
        raise NothingToRead
