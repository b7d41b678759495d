"""Erasing: an article, a speaker, a user, a workspace, or what is old, with all that was made of it."""

from __future__ import annotations

import zlib
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, delete, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.archive.briefs import digest_of
from bot.archive.database import Database
from bot.archive.search import fold
from bot.archive.tables import briefs, items, metadata, requests, snapshots, statements
from bot.brief import Brief

AT_A_TIME = 200
"""Ids in one statement. SQLite takes thousands, PostgreSQL more; a guess at what keeps others waiting briefly."""


@dataclass(frozen=True, slots=True)
class Erased:
    """What was there and is no more."""

    briefs: int = 0
    requests: int = 0


class Erase:
    """Erases with rows, index and snapshots, and then has the database overwrite what it freed."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def article(self, workspace: str, link: str) -> Erased:
        """Erase all briefs of the article at *link*, however it was asked for, and the requests for it alone."""
        async with self._database.writing() as connection:
            asked = select(items.c.brief).where(items.c.workspace == workspace, items.c.link == link)
            written = select(briefs.c.id).where(
                briefs.c.workspace == workspace, or_(briefs.c.story == digest_of(link), briefs.c.id.in_(asked))
            )
            # Briefs of the same story that were asked for by other links are told by the story's key.
            stories = select(briefs.c.story).where(briefs.c.workspace == workspace, briefs.c.id.in_(written))
            same = select(briefs.c.id).where(briefs.c.workspace == workspace, briefs.c.story.in_(stories))
            found = (await connection.execute(same)).scalars().all()
            erased = await _erase(connection, workspace, found, items.c.link == link)
            await connection.execute(
                delete(snapshots).where(
                    snapshots.c.workspace == workspace, or_(snapshots.c.url == link, snapshots.c.final_url == link)
                )
            )
        return await self._settled(erased)

    async def speaker(self, workspace: str, name: str) -> Erased:
        """Erase all that names *name*: briefs whose article does, their snapshots, links. Nobody is cut out of a text.

        Case and accents make no difference; the name's words must stand one after the other.
        """
        wanted = fold(name)
        if not wanted:
            return Erased()
        async with self._database.writing() as connection:
            found = []
            stored = select(briefs.c.id).where(briefs.c.workspace == workspace)
            for brief_id in (await connection.execute(stored)).scalars().all():
                query = select(briefs.c.json).where(briefs.c.workspace == workspace, briefs.c.id == brief_id)
                brief = Brief.model_validate_json((await connection.execute(query)).scalar_one())
                if any(_names(wanted, text) for text in _strings(brief.model_dump())):
                    found.append(brief_id)
            erased = await _erase(
                connection, workspace, found, items.c.id.in_(await _naming(connection, workspace, wanted))
            )
            await self._erase_snapshots(connection, workspace, wanted)
        return await self._settled(erased)

    async def user(self, workspace: str, asker: str) -> Erased:
        """Erase what *asker* asked for, and what was answered."""
        async with self._database.writing() as connection:
            theirs = select(requests.c.id).where(requests.c.workspace == workspace, requests.c.asker == asker)
            answered = select(items.c.brief).where(
                items.c.workspace == workspace, items.c.request.in_(theirs), items.c.brief.is_not(None)
            )
            found = (await connection.execute(answered)).scalars().all()
            erased = await _erase(connection, workspace, found, items.c.request.in_(theirs))
        return await self._settled(erased)

    async def workspace(self, workspace: str) -> Erased:
        """Erase all that is kept of *workspace*."""
        async with self._database.writing() as connection:
            found = (await connection.execute(select(briefs.c.id).where(briefs.c.workspace == workspace))).scalars()
            asked = (await connection.execute(select(requests.c.id).where(requests.c.workspace == workspace))).scalars()
            erased = Erased(len(found.all()), len(asked.all()))
            for table in reversed(metadata.sorted_tables):
                await connection.execute(delete(table).where(table.c.workspace == workspace))
        return await self._settled(erased)

    async def older(self, before: datetime) -> int:
        """Erase every workspace's briefs from before that time and the requests finished by then; count the briefs."""
        query = select(briefs.c.workspace, briefs.c.id).where(briefs.c.written_at < before)
        count = 0
        async with self._database.reading() as connection:
            found = (await connection.execute(query)).all()
        for workspace in {row.workspace for row in found}:
            async with self._database.writing() as connection:
                ids = [row.id for row in found if row.workspace == workspace]
                count += (await _erase(connection, workspace, ids)).briefs
        await self._erase_old_requests(before)
        if count:
            await self._database.settle()
        return count

    async def _erase_old_requests(self, before: datetime) -> None:
        """Erase requests of which nothing was read, or nothing is left."""
        old = select(requests.c.workspace, requests.c.id).where(requests.c.finished_at < before)
        async with self._database.writing() as connection:
            found = (await connection.execute(old)).all()
            for row in found:
                of_it = (items.c.workspace == row.workspace, items.c.request == row.id)
                await connection.execute(delete(items).where(*of_it, items.c.brief.is_(None)))
                await _erase_empty(connection, row.workspace, [row.id])

    async def _erase_snapshots(self, connection: AsyncConnection, workspace: str, wanted: Sequence[str]) -> None:
        kept = select(snapshots.c.id).where(snapshots.c.workspace == workspace)
        for snapshot_id in (await connection.execute(kept)).scalars().all():
            one = (snapshots.c.workspace == workspace, snapshots.c.id == snapshot_id)
            body = (await connection.execute(select(snapshots.c.body).where(*one))).scalar_one()
            if _names(wanted, zlib.decompress(body).decode(errors="replace")):
                await connection.execute(delete(snapshots).where(*one))

    async def _settled(self, erased: Erased) -> Erased:
        await self._database.settle()
        return erased


async def _erase(
    connection: AsyncConnection,
    workspace: str,
    brief_ids: Collection[str],
    and_items: ColumnElement[bool] | None = None,
) -> Erased:
    """Erase those briefs with the items that they answer, and further items; then requests that are left empty."""
    touched: set[str] = set()
    conditions: list[ColumnElement[bool]] = [items.c.brief.in_(some) for some in _portions(sorted(set(brief_ids)))]
    for condition in [*conditions, *([] if and_items is None else [and_items])]:
        where = (items.c.workspace == workspace, condition)
        touched.update((await connection.execute(select(items.c.request).where(*where))).scalars())
        await connection.execute(delete(items).where(*where))
    for some in _portions(sorted(set(brief_ids))):
        await _erase_briefs(connection, workspace, some)
    gone = await _erase_empty(connection, workspace, sorted(touched))
    return Erased(len(set(brief_ids)), gone)


async def _erase_briefs(connection: AsyncConnection, workspace: str, some: Sequence[str]) -> None:
    stored = select(briefs.c.json).where(briefs.c.workspace == workspace, briefs.c.id.in_(some))
    for json in (await connection.execute(stored)).scalars().all():
        article = Brief.model_validate_json(json).article
        if article.snapshot_sha256:
            await connection.execute(
                delete(snapshots).where(
                    snapshots.c.workspace == workspace,
                    snapshots.c.sha256 == article.snapshot_sha256,
                    snapshots.c.url == article.url,
                )
            )
    for table, column in ((statements, statements.c.brief), (briefs, briefs.c.id)):
        await connection.execute(delete(table).where(table.c.workspace == workspace, column.in_(some)))


async def _erase_empty(connection: AsyncConnection, workspace: str, request_ids: Sequence[str]) -> int:
    """Erase those of the requests that have no item any more."""
    gone = 0
    for some in _portions(request_ids):
        alive = select(items.c.request).where(items.c.workspace == workspace, items.c.request.in_(some))
        empty = delete(requests).where(
            requests.c.workspace == workspace, requests.c.id.in_(some), requests.c.id.not_in(alive)
        )
        gone += (await connection.execute(empty)).rowcount
    return gone


async def _naming(connection: AsyncConnection, workspace: str, wanted: Sequence[str]) -> list[str]:
    """Return the ids of items that name somebody in their link, in what was pasted, or in why there is no brief."""
    asked = await connection.execute(
        select(items.c.id, items.c.link, items.c.text, items.c.problem).where(items.c.workspace == workspace)
    )
    return [row.id for row in asked if any(_names(wanted, text) for text in row[1:] if text)]


def _strings(value: object) -> Iterator[str]:
    """Yield every string in what pydantic makes of a model."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for part in value.values():
            yield from _strings(part)
    elif isinstance(value, list):
        for part in value:
            yield from _strings(part)


def _names(wanted: Sequence[str], text: str) -> bool:
    return f" {' '.join(wanted)} " in f" {' '.join(fold(text))} "


def _portions(ids: Sequence[str]) -> Iterator[Sequence[Any]]:
    return (ids[start : start + AT_A_TIME] for start in range(0, len(ids), AT_A_TIME))
