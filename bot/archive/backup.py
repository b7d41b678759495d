"""All that is kept, in one file: written while the bot runs, restored into a file or a server, whichever it came from.

The file is a SQLite database, with the same tables. From SQLite it is copied page by page, from PostgreSQL row by row
in one snapshot, so a backup is of one moment; and a newsroom that outgrows its file restores it into a server.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import delete, func, insert, make_url, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.archive.audit import Audit
from bot.archive.database import Database, open_database
from bot.archive.tables import metadata
from bot.errors import ArchiveUnavailable, BackupDamaged, BackupNotWritten, DatabaseNotEmpty

AT_A_TIME = 500
"""Rows that are copied at once. A guess: some megabytes of briefs."""

NUMBERED = ("statements", "factchecks")
"""Tables whose rows the database numbers itself."""


async def back_up(url: str, file: Path) -> Mapping[str, int]:
    """Write all that is kept in the database at *url* into a new *file*, and return the rows of each table.

    Raises:
        BackupNotWritten: there is such a file already, or it cannot be written.
        SettingsError: the database cannot be opened.
    """
    part = file.with_name(file.name + ".part")
    try:
        await asyncio.to_thread(_begin, file, part)
        async with open_database(url) as source:
            if source.is_sqlite:
                await asyncio.to_thread(_copy_file, _file_of(url), part)
            else:
                await _copy_to_file(source, part)
        counts = await asyncio.to_thread(_checked, part)
        await asyncio.to_thread(part.rename, file)
    except (OSError, sqlite3.Error) as error:
        await asyncio.to_thread(part.unlink, missing_ok=True)
        raise BackupNotWritten(str(file), str(error)) from error
    return counts


async def restore(file: Path, url: str, *, replace: bool = False) -> Mapping[str, int]:
    """Put what is in *file* into the database at *url*, all or nothing, and return the rows of each table.

    A backup of an earlier version is brought up to date on the way; the file itself is left as it is.

    Raises:
        BackupDamaged: the file is no backup, or not whole.
        DatabaseNotEmpty: something is kept there, and *replace* does not say that it may go.
        SettingsError: the backup is of a newer version, or the database cannot be opened.
    """
    with TemporaryDirectory() as folder:
        copy = Path(folder) / "backup.sqlite3"
        try:
            await asyncio.to_thread(_checked, file)
            await asyncio.to_thread(_copy_file, file, copy)
        except (OSError, sqlite3.Error) as error:
            raise BackupDamaged(str(file), str(error)) from error
        async with open_database(f"sqlite+aiosqlite:///{copy}") as source, open_database(url) as target:
            await _check_chains(source, file)
            if not replace and await _is_filled(target):
                raise DatabaseNotEmpty
            return await _copy_rows(source, target)


def _begin(file: Path, part: Path) -> None:
    if file.exists():
        raise FileExistsError("it exists already, and is not overwritten")
    part.unlink(missing_ok=True)
    part.touch(mode=0o600)  # it has all that people asked and read


def _file_of(url: str) -> Path:
    return Path(make_url(url).database or "")


def _copy_file(source: Path, target: Path) -> None:
    with closing(sqlite3.connect(_only_reading(source), uri=True)) as old, closing(sqlite3.connect(target)) as new:
        old.backup(new)
        new.execute("PRAGMA journal_mode=DELETE")  # one file, without a log beside it


def _checked(file: Path) -> dict[str, int]:
    """Count the rows of a whole backup's tables; raise ``sqlite3.Error`` for what is none."""
    with closing(sqlite3.connect(_only_reading(file), uri=True)) as connection:
        told = [row[0] for row in connection.execute("PRAGMA integrity_check(3)")]
        if told != ["ok"]:
            raise sqlite3.DatabaseError("; ".join(told))
        if connection.execute("PRAGMA foreign_key_check").fetchone():
            raise sqlite3.DatabaseError("rows are missing that others refer to")
        named = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        if "requests" not in named:
            raise sqlite3.DatabaseError("it has no requests in it")
        there = [table.name for table in metadata.sorted_tables if table.name in named]
        return {name: connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in there}  # noqa: S608 - our own names


def _only_reading(file: Path) -> str:
    return f"{file.absolute().as_uri()}?mode=ro"


async def _copy_to_file(source: Database, file: Path) -> None:
    async with open_database(f"sqlite+aiosqlite:///{file}") as target:
        await _copy_rows(source, target)
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA journal_mode=DELETE")


async def _copy_rows(source: Database, target: Database) -> dict[str, int]:
    counts = {}
    async with source.reading() as old, target.writing() as new:
        if not source.is_sqlite:
            await old.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"))  # everything as of one moment
        for table in reversed(metadata.sorted_tables):
            await new.execute(delete(table))
        for table in metadata.sorted_tables:
            rows = await old.stream(select(table).order_by(*table.primary_key.columns))
            counts[table.name] = 0
            async for part in rows.mappings().partitions(AT_A_TIME):
                await new.execute(insert(table), [dict(row) for row in part])
                counts[table.name] += len(part)
        if not target.is_sqlite:
            await _go_on_numbering(new)
    return counts


async def _go_on_numbering(connection: AsyncConnection) -> None:
    for name in NUMBERED:
        table = metadata.tables[name]
        last = (await connection.execute(select(func.max(table.c.id)))).scalar_one()
        numbers = select(func.setval(func.pg_get_serial_sequence(name, "id"), last or 1, last is not None))
        await connection.execute(numbers)


async def _is_filled(database: Database) -> bool:
    async with database.reading() as connection:
        for table in metadata.sorted_tables:
            if (await connection.execute(select(table).limit(1))).first():
                return True
    return False


async def _check_chains(source: Database, file: Path) -> None:
    audit = Audit(source)
    try:
        verdicts = [await audit.verify(workspace) for workspace in await audit.workspaces()]
    except ArchiveUnavailable as error:
        raise BackupDamaged(str(file), str(error)) from error
    if faults := [f"{one.workspace}: {fault}" for one in verdicts for fault in one.faults]:
        raise BackupDamaged(str(file), f"its audit log is not whole ({faults[0]})")
