"""A desk, opened from the settings: what it is made of, in the order in which one needs the other."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import httpx

from bot.archive.archive import Archive, open_archive
from bot.archive.database import is_there
from bot.archive.factchecks import FactChecks
from bot.checks import Checks
from bot.desk import Desk
from bot.factchecks.google import Google
from bot.fetch.domains import Domains, domains
from bot.fetch.fetch import FetchLimits, open_client
from bot.house import read_rules
from bot.knowledge.wikidata import Wikidata
from bot.known import Known
from bot.models import SummaryLength
from bot.readers import Readers, open_readers
from bot.records import open_cache
from bot.retelling.service import open_service
from bot.retold import Retold
from bot.settings import Settings, check_retelling

if TYPE_CHECKING:
    from bot.queue import Queue


@asynccontextmanager
async def open_desk(settings: Settings, *, factchecks_url: str = "") -> AsyncIterator[Desk]:
    """Open everything that a desk needs, and close it again.

    *factchecks_url* is the database of the imported fact-checks where that is another than the desk's own.
    """
    limits = FetchLimits(
        timeout=settings.fetch_timeout,
        max_bytes=settings.fetch_max_bytes,
        max_redirects=settings.fetch_max_redirects,
        domains=Domains(domains(settings.allowed_domains), domains(settings.denied_domains)),
    )
    async with (
        open_readers(
            settings.models,
            processes=settings.reading_processes,
            timeout=settings.reading_timeout,
            memory_mb=settings.reading_memory_mb,
            least_confidence=settings.reading_least_confidence,
            length=SummaryLength(settings.summary_sentences, settings.summary_characters),
        ) as readers,  # first, as they take longest
        open_archive(settings.database_url.get_secret_value()) as archive,
        _open_queue(settings) as queue,
        open_index(factchecks_url, archive) as index,
        open_client(
            settings.fetch_user_agent,
            allow_hosts=settings.allowed_hosts,
            at_once=settings.fetch_at_once,
            gap=settings.fetch_gap,
            proxy=settings.fetch_proxy.get_secret_value() if settings.fetch_proxy else "",
        ) as http,
        open_retold(settings, readers) as retold,
    ):
        await readers.get_ready()
        yield Desk(
            http,
            limits,
            readers,
            archive,
            open_cache(settings),
            checks=open_checks(settings, index, readers, http),
            known=open_known(settings, http),
            retold=retold,
            snapshot_days=settings.snapshot_days,
            retention_days=settings.retention_days,
            queue=queue,
            rules=read_rules(settings),
        )


@asynccontextmanager
async def _open_queue(settings: Settings) -> AsyncIterator[Queue | None]:
    """Open the queue where there is a server that several machines can reach."""
    if settings.database_url.get_secret_value().startswith("sqlite"):
        yield None
        return
    from bot.queue import open_queue  # its library is not there for the terminal to wait for

    async with open_queue(settings.database_url.get_secret_value()) as queue:
        yield queue


@asynccontextmanager
async def open_index(url: str, archive: Archive) -> AsyncIterator[FactChecks]:
    """Open the imported fact-checks in the database at *url*; where there is none, those of *archive*."""
    if not is_there(url):
        yield archive.factchecks
        return
    async with open_archive(url) as other:
        yield other.factchecks


def open_checks(settings: Settings, index: FactChecks, readers: Readers, http: httpx.AsyncClient) -> Checks:
    """Return what looks for published fact-checks; Google's service is only among it where *settings* have a key."""
    key = settings.google_factcheck_key
    return Checks(
        index,
        readers,
        Google(http, key.get_secret_value(), settings.google_factcheck_url) if key else None,
        timeout=settings.google_factcheck_timeout,
        send_confidential=settings.google_factcheck_confidential,
        inner_hosts=settings.allowed_hosts,
    )


def open_known(settings: Settings, http: httpx.AsyncClient) -> Known | None:
    """Return what asks Wikidata; None where *settings* do not want that."""
    if not settings.wikidata:
        return None
    return Known(
        Wikidata(http, settings.wikidata_url),
        timeout=settings.wikidata_timeout,
        send_confidential=settings.wikidata_confidential,
        inner_hosts=settings.allowed_hosts,
    )


@asynccontextmanager
async def open_retold(settings: Settings, readers: Readers) -> AsyncIterator[Retold | None]:
    """Open what has a language model tell stories in other words; None where *settings* name none."""
    if not settings.retell_url:
        yield None
        return
    check_retelling(settings)
    key = settings.retell_key.get_secret_value() if settings.retell_key else ""
    async with open_service(settings.retell_url, settings.retell_model, key, settings.retell_timeout) as service:
        yield Retold(
            service,
            readers,
            sentences=settings.summary_sentences,
            timeout=settings.retell_timeout,
            send_confidential=settings.retell_confidential,
            inner_hosts=settings.allowed_hosts,
        )
