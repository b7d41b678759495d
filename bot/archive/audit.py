"""Who asked what, what was shown, corrected, erased: entries that nobody can alter, remove or reorder unseen.

Each entry carries the hash of the one before it. What an entry says is not hashed itself but by a salted digest, so
that it can be erased without breaking the chain: what is left of it tells nothing, not even to whoever guesses.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Row, insert, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.archive.database import Database
from bot.archive.tables import audit, chains

ERASED = "erased"
AT_A_TIME = 1000
"""Entries read at once. A guess: some hundred kilobytes."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that happened; ``details`` is None where it was erased."""

    number: int  # from 1
    at: datetime
    action: str  # "asked", "shown", "corrected", "erased", "archive"
    details: dict[str, Any] | None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of a chain: nothing, where there are no faults."""

    workspace: str
    entries: int
    hash: str  # of the last entry: whoever notes it elsewhere can tell later that nothing before was rewritten
    faults: tuple[str, ...]


class Audit:
    """The chain of each workspace."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def entries(self, workspace: str) -> list[Entry]:
        """Return what happened in *workspace*, in order."""
        async with self._database.reading() as connection:
            return [
                Entry(row.number, row.at, row.action, None if row.details is None else json.loads(row.details))
                async for row in _rows(connection, workspace)
            ]

    async def verify(self, workspace: str) -> Verdict:
        """Look for entries that were altered, removed or reordered."""
        faults: list[str] = []
        emptied: set[int] = set()
        declared: set[int] = set()
        last, count = "", 0
        async with self._database.reading() as connection:
            async for row in _rows(connection, workspace):
                faults += _faults(row, count + 1, last)
                if row.details is None:
                    emptied.add(row.number)
                elif row.action == ERASED:
                    declared.update(json.loads(row.details)["emptied"])
                count, last = row.number, row.hash
            query = select(chains.c.entries, chains.c.hash).where(chains.c.workspace == workspace)
            head = (await connection.execute(query)).one_or_none() or (0, "")
        faults += [f"entry {number} was emptied, and no entry says why" for number in sorted(emptied - declared)]
        if (count, last) != tuple(head):
            faults.append(f"the chain should end with entry {head[0]}, and ends with entry {count}")
        return Verdict(workspace, count, last, tuple(faults))

    async def workspaces(self) -> list[str]:
        """Return which workspaces have a chain."""
        async with self._database.reading() as connection:
            return list((await connection.execute(select(chains.c.workspace).order_by(chains.c.workspace))).scalars())


async def note(connection: AsyncConnection, workspace: str, action: str, **details: Any) -> None:
    """Add an entry, in the transaction of what it tells about: both are stored, or neither."""
    await connection.execute(
        text("INSERT INTO chains (workspace, entries, hash) VALUES (:workspace, 0, '') ON CONFLICT DO NOTHING"),
        {"workspace": workspace},
    )
    # The row is locked until the transaction ends: of two entries at once, one waits for the other's hash.
    head = select(chains.c.entries, chains.c.hash).where(chains.c.workspace == workspace).with_for_update()
    entries, previous = (await connection.execute(head)).one()
    told, salt = json.dumps(details, sort_keys=True), secrets.token_hex(16)
    number, at, digest = entries + 1, datetime.now(UTC), _digest(salt, told)
    own = _hash(workspace, number, at, action, digest, previous)
    await connection.execute(
        insert(audit).values(
            workspace=workspace,
            number=number,
            at=at,
            action=action,
            details=told,
            salt=salt,
            digest=digest,
            previous=previous,
            hash=own,
        )
    )
    await connection.execute(update(chains).where(chains.c.workspace == workspace).values(entries=number, hash=own))


async def empty(
    connection: AsyncConnection, workspace: str, is_meant: Callable[[dict[str, Any]], bool], **details: Any
) -> None:
    """Erase what those entries say whose details are meant, and note which, and what was erased besides (*details*)."""
    emptied = [
        row.number
        async for row in _rows(connection, workspace)
        if row.details is not None and row.action != ERASED and is_meant(json.loads(row.details))
    ]
    for number in emptied:
        of_it = update(audit).where(audit.c.workspace == workspace, audit.c.number == number)
        await connection.execute(of_it.values(details=None, salt=None))
    await note(connection, workspace, ERASED, emptied=emptied, **details)


async def _rows(connection: AsyncConnection, workspace: str) -> AsyncIterator[Row[Any]]:
    number = -1
    while True:
        query = select(audit).where(audit.c.workspace == workspace, audit.c.number > number)
        rows = (await connection.execute(query.order_by(audit.c.number).limit(AT_A_TIME))).all()
        for row in rows:
            yield row
        if len(rows) < AT_A_TIME:
            return
        number = rows[-1].number


def _faults(row: Row[Any], expected: int, last: str) -> list[str]:
    if row.number != expected:
        missing = (
            f"entry {expected} is" if row.number == expected + 1 else f"entries {expected} to {row.number - 1} are"
        )
        return [f"{missing} missing"]
    if row.hash != _hash(row.workspace, row.number, row.at, row.action, row.digest, row.previous):
        return [f"entry {row.number} was altered, or stands in another's place"]
    if row.previous != last:
        return [f"entry {row.number} does not follow the one before it"]
    if row.details is not None and row.digest != _digest(row.salt or "", row.details):
        return [f"what entry {row.number} says was altered"]
    return []


def _digest(salt: str, told: str) -> str:
    return hashlib.sha256(f"{salt}{told}".encode()).hexdigest()


def _hash(workspace: str, number: int, at: datetime, action: str, digest: str, previous: str) -> str:
    told = json.dumps([workspace, number, at.astimezone(UTC).isoformat(), action, digest, previous])
    return hashlib.sha256(told.encode()).hexdigest()
