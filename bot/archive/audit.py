"""Who asked what, what was shown, corrected, erased: entries that nobody can alter, remove or reorder unseen.

Each entry carries the hash of the one before it. What an entry says is not hashed itself but by a salted digest, so
that it can be erased without breaking the chain: what is left of it tells nothing, not even to whoever guesses.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, NamedTuple

from sqlalchemy import Row, bindparam, insert, select, text, update
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
    action: str  # "asked", "shown", "corrected", "retried", "withdrawn", "erased", "archive"
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


class Noted(NamedTuple):
    """What happened, for an entry."""

    workspace: str
    action: str
    details: Mapping[str, Any]


async def note(connection: AsyncConnection, workspace: str, action: str, **details: Any) -> None:
    """Add an entry, in the transaction of what it tells about: both are stored, or neither."""
    await note_all(connection, [Noted(workspace, action, details)])


async def note_all(connection: AsyncConnection, noted: Sequence[Noted]) -> None:
    """Add entries in that order, in the transaction of what they tell about."""
    if not noted:
        return
    heads = await _lock_heads(connection, sorted({one.workspace for one in noted}))
    entries = []
    for workspace, action, details in noted:
        number, previous = heads[workspace]
        entries.append(_entry(workspace, number + 1, previous, action, details))
        heads[workspace] = (number + 1, entries[-1]["hash"])
    await connection.execute(insert(audit), entries)
    await connection.execute(
        SET_HEAD, [{"of": name, "number": head[0], "last": head[1]} for name, head in heads.items()]
    )


async def _lock_heads(connection: AsyncConnection, workspaces: Sequence[str]) -> dict[str, tuple[int, str]]:
    """Return how many entries each chain has, and the last one's hash.

    The rows are locked until the transaction ends: of two entries at once, one waits for the other's hash.
    """
    rows = (await connection.execute(HEADS, {"of": workspaces})).all()
    if len(rows) < len(workspaces):
        begin = text("INSERT INTO chains (workspace, entries, hash) VALUES (:workspace, 0, '') ON CONFLICT DO NOTHING")
        await connection.execute(begin, [{"workspace": workspace} for workspace in workspaces])
        rows = (await connection.execute(HEADS, {"of": workspaces})).all()
    return {row.workspace: (row.entries, row.hash) for row in rows}


def _entry(workspace: str, number: int, previous: str, action: str, details: Mapping[str, Any]) -> dict[str, Any]:
    told, salt, at = json.dumps(details, sort_keys=True), secrets.token_hex(16), datetime.now(UTC)
    digest = _digest(salt, told)
    return {
        "workspace": workspace,
        "number": number,
        "at": at,
        "action": action,
        "details": told,
        "salt": salt,
        "digest": digest,
        "previous": previous,
        "hash": _hash(workspace, number, at, action, digest, previous),
    }


HEADS = (
    select(chains)
    .where(chains.c.workspace.in_(bindparam("of", expanding=True)))
    .order_by(chains.c.workspace)
    .with_for_update()
)
SET_HEAD = (
    update(chains)
    .where(chains.c.workspace == bindparam("of"))
    .values(entries=bindparam("number"), hash=bindparam("last"))
)


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
