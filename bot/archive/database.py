"""The open database: SQLite in a file, or PostgreSQL; what differs between the two, and how failures are told."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Collection, Hashable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple, Protocol
from weakref import WeakKeyDictionary

from alembic.util import CommandError
from sqlalchemy import ExceptionContext, Table, event, make_url, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import ArgumentError, DBAPIError, IntegrityError, InvalidRequestError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from bot.archive.migrate import migrate
from bot.archive.tables import metadata
from bot.archive.together import Together
from bot.errors import ArchiveUnavailable, DatabaseAway, SettingsError

log = logging.getLogger(__name__)

_turns: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Lock] = WeakKeyDictionary()
"""Who lays out a database, one at a time: Alembic keeps what it migrates in a module."""


@asynccontextmanager
async def open_database(url: str) -> AsyncIterator[Database]:
    """Open the database at *url* (as SQLAlchemy writes it) and bring its tables up to date.

    Raises:
        SettingsError: there is no such database, or it cannot be written.
    """
    engine = _engine(url)
    try:
        await _bring_up_to_date(engine)
        yield Database(engine)
    finally:
        await engine.dispose()


def is_there(url: str) -> bool:
    """Tell whether there may be a database at *url*: a file that exists, or any server."""
    try:
        parts = make_url(url)
    except ArgumentError:
        return False
    return parts.get_backend_name() != "sqlite" or bool(parts.database and Path(parts.database).is_file())


def check_url(url: str) -> None:
    """Raise ``SettingsError`` where *url* names no database that could be used. Connects to nothing."""
    _engine(url)


def _engine(url: str) -> AsyncEngine:
    try:
        # Without hide_parameters an error in the log would hold what was pasted.
        engine = create_async_engine(url, hide_parameters=True)
    except (ArgumentError, InvalidRequestError, ImportError) as error:
        raise SettingsError(
            f"DATABASE_URL names no database that I can use: {_shown(url)}. "
            "For a file write sqlite+aiosqlite:///nutgraf.sqlite3, with three slashes before a path from here "
            "and four before a path from the root; for a server, postgresql+psycopg://name:password@host/database."
        ) from error
    if engine.dialect.name == "sqlite":
        event.listen(engine.sync_engine, "connect", _set_up_sqlite)
    event.listen(engine.sync_engine, "handle_error", _leave_out_rows)
    return engine


async def _bring_up_to_date(engine: AsyncEngine) -> None:
    turn = _turns.setdefault(asyncio.get_running_loop(), asyncio.Lock())
    try:
        async with turn, engine.begin() as connection:
            if engine.dialect.name == "sqlite":
                await connection.exec_driver_sql("BEGIN IMMEDIATE")  # who starts at the same time waits
                # A write: now, and not with the first request, is when to find out that it cannot be done.
                await connection.exec_driver_sql("PRAGMA user_version=1")
            await connection.run_sync(migrate)
    except CommandError as error:
        raise SettingsError(
            f"The database in DATABASE_URL has tables of a newer version than this one: {_shown(str(engine.url))} "
            f"({error}). Start the version that last used it, or give this one a database of its own."
        ) from error
    except (SQLAlchemyError, OSError) as error:
        reason = " ".join(str(getattr(error, "orig", error)).split()).rstrip(".")
        problem = (
            f"The database in DATABASE_URL cannot be opened and written: {_shown(str(engine.url))} ({reason}). "
            "Does it exist, does its folder, and may I write there?"
        )
        if engine.dialect.name == "postgresql" and _may_pass(error):
            raise DatabaseAway(problem) from error
        raise SettingsError(problem) from error


async def wait_for_database(url: str, pause: float = 5.0) -> None:
    """Wait until the server of *url* can be used, trying every *pause* seconds; where there is none, do not wait.

    Raises:
        SettingsError: what is wrong does not pass by itself.
    """
    while True:
        try:
            async with open_database(url):
                return
        except DatabaseAway as error:
            log.error("%s Next try in %g s.", error, pause)
        await asyncio.sleep(pause)


def _may_pass(error: Exception) -> bool:
    """Tell whether a server is away, starting, stopping or full, and not that it refuses us."""
    state = getattr(getattr(error, "orig", None), "sqlstate", None)
    # No state: there was no answer at all. Its classes 08, 53 and 57: connection, resources, operator's intervention.
    refused = "password authentication" in str(error) or "does not exist" in str(error)
    return not refused if state is None else state[:2] in {"08", "53", "57"}


def _shown(url: str) -> str:
    try:
        return make_url(url).render_as_string(hide_password=True)
    except ArgumentError:
        return "its form is not that of a database's address"  # which may hold a password anywhere


def _set_up_sqlite(connection: Any, _record: Any) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA busy_timeout=10000")  # milliseconds; first, since the next one may have to wait
    cursor.execute("PRAGMA journal_mode=WAL")  # readers go on while one writes
    cursor.execute("PRAGMA synchronous=FULL")  # an acknowledged request survives a power cut
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.execute("PRAGMA secure_delete=ON")  # what was pasted is overwritten when it is forgotten
    cursor.close()


def _leave_out_rows(context: ExceptionContext) -> None:
    """Cut an error to its first line: in PostgreSQL's further ones stands the row that it refused."""
    for error in (context.original_exception, context.sqlalchemy_exception):
        if error is not None and error.args and isinstance(error.args[0], str):
            error.args = (error.args[0].partition("\n")[0], *error.args[1:])


Begin = Callable[[], AbstractAsyncContextManager[AsyncConnection]]


class Do(Hashable, Protocol):
    """Does one thing for many at once, and returns an answer, or an error, for each."""

    async def __call__(self, connection: AsyncConnection, asked: Sequence[Any], /) -> Sequence[Any]:
        """Do it in the transaction of *connection*."""


class _Asked(NamedTuple):
    do: Do
    asked: Any


class Database:
    """What every table's methods stand on: transactions that tell a failing database as ``ArchiveUnavailable``."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._reads = Together[_Asked, Any](partial(self._do_all, self.reading), lambda asked: asked.do)
        self._writes = Together[_Asked, Any](partial(self._do_all, self.writing), lambda asked: asked.do)

    @property
    def is_sqlite(self) -> bool:
        """Tell whether this is a file rather than a server."""
        return self._engine.dialect.name == "sqlite"

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncConnection]:
        """Begin a transaction that only reads."""
        async with self._begin() as connection:
            yield connection

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[AsyncConnection]:
        """Begin a transaction, which is written when the block ends well, and whole or not at all."""
        async with self._begin() as connection:
            if self.is_sqlite:
                # One that read first and then writes would fail at once if another has written in between.
                await connection.exec_driver_sql("BEGIN IMMEDIATE")
            yield connection

    async def alone(self, connection: AsyncConnection, names: Collection[str]) -> None:
        """Wait, in a writing transaction, until none of *names* is taken by another, and take them until it ends.

        Whoever writes to a file is alone anyway.
        """
        if self.is_sqlite:
            return
        lock = text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))")
        for name in sorted(names):  # in one order everywhere: or two would wait for each other
            await connection.execute(lock, {"name": name})

    async def write(self, statement: Any) -> int:
        """Execute one statement and return how many rows it touched."""
        async with self.writing() as connection:
            touched: int = (await connection.execute(statement)).rowcount
            return touched

    async def read_together(self, do: Do, asked: Any) -> Any:
        """Return what *do* answers for *asked*, from one transaction with others who ask for the same at that time."""
        return await self._reads(_Asked(do, asked))

    async def write_together(self, do: Do, asked: Any) -> Any:
        """Have *do* done for *asked*, in one transaction with others who ask for the same at that time."""
        return await self._writes(_Asked(do, asked))

    async def _do_all(self, begin: Begin, wanted: Sequence[_Asked]) -> Sequence[Any]:
        async with begin() as connection:
            return await wanted[0].do(connection, [one.asked for one in wanted])

    async def insert_new(
        self, connection: AsyncConnection, table: Table, rows: Sequence[Mapping[str, Any]]
    ) -> set[str]:
        """Insert *rows* but for those that would break a unique constraint, and return the ids of what is new."""
        upsert = sqlite.insert(table) if self.is_sqlite else postgresql.insert(table)
        inserted = await connection.execute(upsert.on_conflict_do_nothing().returning(table.c.id), rows)
        return set(inserted.scalars())

    async def settle(self) -> None:
        """Overwrite what was deleted, as far as that is ours to do.

        SQLite: in its file, in the index for full text, and in the log of writes beside it. PostgreSQL: the space
        may be used anew, and its statistics are made again; blocks and logs on the disk are the server's.
        """
        try:
            async with self._engine.connect() as connection:
                connection = await connection.execution_options(isolation_level="AUTOCOMMIT")
                if self.is_sqlite:
                    # Deleting from FTS5 only adds a mark; merging all of the index leaves out what is marked.
                    await connection.exec_driver_sql("INSERT INTO statement_words(statement_words) VALUES ('optimize')")
                    await connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
                else:
                    await connection.exec_driver_sql("VACUUM ANALYZE " + ", ".join(metadata.tables))
        except (DBAPIError, PoolTimeout, OSError) as error:
            raise ArchiveUnavailable from error

    @asynccontextmanager
    async def _begin(self) -> AsyncIterator[AsyncConnection]:
        try:
            async with self._engine.begin() as connection:
                yield connection
        except IntegrityError:
            raise
        except (DBAPIError, PoolTimeout, OSError) as error:
            raise ArchiveUnavailable from error
