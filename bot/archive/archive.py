"""The archive: all that is kept, by noun. Every method says for which workspace it asks.

Every method raises ``ArchiveUnavailable`` when the database fails.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.archive.audit import Audit
from bot.archive.briefs import Briefs, Snapshots
from bot.archive.channels import Channels
from bot.archive.corrections import Corrections
from bot.archive.database import Database, open_database
from bot.archive.deliveries import Deliveries
from bot.archive.erase import Erase
from bot.archive.factchecks import FactChecks
from bot.archive.installations import Installations
from bot.archive.requests import Requests
from bot.archive.search import Search
from bot.archive.threads import Threads
from bot.archive.usage import Usage


@asynccontextmanager
async def open_archive(url: str) -> AsyncIterator[Archive]:
    """Open the database at *url* (as SQLAlchemy writes it), with its tables brought up to date.

    Raises:
        SettingsError: there is no such database, or it cannot be written.
    """
    async with open_database(url) as database:
        yield Archive(database)


class Archive:
    """Requests, briefs and what is found in them, on an open database."""

    def __init__(self, database: Database) -> None:
        self.requests = Requests(database)
        self.threads = Threads(database)
        self.usage = Usage(database.reading)
        self.channels = Channels(database)
        self.deliveries = Deliveries(database)
        self.installations = Installations(database)
        self.briefs = Briefs(database)
        self.snapshots = Snapshots(database)
        self.search = Search(database)
        self.erase = Erase(database)
        self.corrections = Corrections(database)
        self.audit = Audit(database)
        self.factchecks = FactChecks(database)
