"""Erasing: an article, a speaker, a user, a workspace, or what is old, with all that was made of it."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, delete, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.archive.audit import empty
from bot.archive.briefs import digest_of, read_brief
from bot.archive.database import Database
from bot.archive.search import fold
from bot.archive.tables import briefs, corrections, items, metadata, requests, snapshots, statements, watched
from bot.errors import BriefDamaged

AT_A_TIME = 200
"""Ids in one statement. SQLite takes thousands, PostgreSQL more; a guess at what keeps others waiting briefly."""


@dataclass(frozen=True, slots=True)
class Erased:
    """What was there and is no more."""

    briefs: int = 0
    requests: int = 0


class Erase:
    """Erases with rows, index and snapshots, notes that it was done, and has the database overwrite what it freed."""

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
            erasing = _Erasing(connection, workspace)
            await erasing.briefs(found)
            await erasing.items(items.c.link == link)
            await connection.execute(
                delete(snapshots).where(
                    snapshots.c.workspace == workspace, or_(snapshots.c.url == link, snapshots.c.final_url == link)
                )
            )
            erased = await erasing.note("article", lambda told: link in told)
        return await self._settled(erased)

    async def speaker(self, workspace: str, name: str) -> Erased:
        """Erase all that names *name*: briefs whose article does, their snapshots, links. Nobody is cut out of a text.

        Case and accents make no difference; the name's words must stand one after the other.
        """
        wanted = fold(name)
        if not wanted:
            return Erased()
        async with self._database.writing() as connection:
            erasing = _Erasing(connection, workspace)
            await erasing.briefs(await _briefs_naming(connection, workspace, wanted))
            await erasing.items(items.c.id.in_(await _items_naming(connection, workspace, wanted)))
            await _erase_snapshots_naming(connection, workspace, wanted)
            erased = await erasing.note("speaker", lambda told: any(_names(wanted, text) for text in told))
        return await self._settled(erased)

    async def items(self, workspace: str, request_id: str, item_ids: Collection[str]) -> Erased:
        """Erase those items of a request with their briefs, and the request where none is left of it."""
        mine = (items.c.request == request_id, items.c.id.in_(item_ids))
        async with self._database.writing() as connection:
            answered = select(items.c.brief).where(items.c.workspace == workspace, items.c.brief.is_not(None), *mine)
            found = (await connection.execute(answered)).scalars().all()
            erasing = _Erasing(connection, workspace)
            await erasing.briefs(found)
            await erasing.items(*mine)
            erased = await erasing.note("items", lambda told: False)
        return await self._settled(erased)

    async def user(self, workspace: str, asker: str) -> Erased:
        """Erase what *asker* asked for, and what was answered; what he corrected stays, without his name."""
        async with self._database.writing() as connection:
            theirs = select(requests.c.id).where(requests.c.workspace == workspace, requests.c.asker == asker)
            answered = select(items.c.brief).where(
                items.c.workspace == workspace, items.c.request.in_(theirs), items.c.brief.is_not(None)
            )
            found = (await connection.execute(answered)).scalars().all()
            asked = (await connection.execute(theirs)).scalars().all()
            erasing = _Erasing(connection, workspace)
            await erasing.briefs(found)
            await erasing.items(items.c.request.in_(asked))
            await connection.execute(
                update(corrections)
                .where(corrections.c.workspace == workspace, corrections.c.who == asker)
                .values(who="")
            )
            await connection.execute(
                update(watched).where(watched.c.workspace == workspace, watched.c.who == asker).values(who="")
            )
            erased = await erasing.note("user", lambda told: asker in told)
        return await self._settled(erased)

    async def workspace(self, workspace: str) -> Erased:
        """Erase all that is kept of *workspace*, the chain of what happened there included."""
        async with self._database.writing() as connection:
            found = (await connection.execute(select(briefs.c.id).where(briefs.c.workspace == workspace))).scalars()
            asked = (await connection.execute(select(requests.c.id).where(requests.c.workspace == workspace))).scalars()
            erased = Erased(len(found.all()), len(asked.all()))
            for table in reversed(metadata.sorted_tables):
                if "workspace" not in table.c:
                    continue  # what was published is nobody's
                await connection.execute(delete(table).where(table.c.workspace == workspace))
        return await self._settled(erased)

    async def older(self, before: datetime) -> int:
        """Erase every workspace's briefs from before that time and the requests finished by then; count the briefs."""
        count = 0
        async with self._database.reading() as connection:
            written = select(briefs.c.workspace).where(briefs.c.written_at < before)
            finished = select(requests.c.workspace).where(requests.c.finished_at < before)
            concerned = (await connection.execute(written.union(finished))).scalars().all()
        for workspace in concerned:
            async with self._database.writing() as connection:
                old = select(briefs.c.id).where(briefs.c.workspace == workspace, briefs.c.written_at < before)
                erasing = _Erasing(connection, workspace)
                await erasing.briefs((await connection.execute(old)).scalars().all())
                # Requests of which nothing was read; those with a brief go with it.
                asked = select(requests.c.id).where(requests.c.workspace == workspace, requests.c.finished_at < before)
                await erasing.items(items.c.brief.is_(None), items.c.request.in_(asked))
                count += (await erasing.note("age", lambda told: False)).briefs
        if concerned:
            await self._database.settle()
        return count

    async def _settled(self, erased: Erased) -> Erased:
        await self._database.settle()
        return erased


class _Erasing:
    """One erasing in one transaction, which remembers the ids and links of what it took away."""

    def __init__(self, connection: AsyncConnection, workspace: str) -> None:
        self._connection = connection
        self._workspace = workspace
        self._briefs: set[str] = set()
        self._requests = 0
        self._gone: set[str] = set()

    async def briefs(self, brief_ids: Collection[str]) -> None:
        """Erase those briefs, and the items that they answer."""
        self._briefs.update(brief_ids)
        for some in _portions(sorted(set(brief_ids))):
            await self.items(items.c.brief.in_(some))
            await _erase_briefs(self._connection, self._workspace, some)

    async def items(self, *conditions: ColumnElement[bool]) -> None:
        """Erase those items, and the requests that have none left."""
        where = (items.c.workspace == self._workspace, *conditions)
        found = (await self._connection.execute(select(items.c.id, items.c.request, items.c.link).where(*where))).all()
        await self._connection.execute(delete(items).where(*where))
        self._gone.update(row.id for row in found)
        self._gone.update(row.link for row in found if row.link)
        for some in _portions(sorted({row.request for row in found})):
            alive = select(items.c.request).where(items.c.workspace == self._workspace, items.c.request.in_(some))
            empty_ones = delete(requests).where(
                requests.c.workspace == self._workspace, requests.c.id.in_(some), requests.c.id.not_in(alive)
            )
            gone = (await self._connection.execute(empty_ones.returning(requests.c.id))).scalars().all()
            self._requests += len(gone)
            self._gone.update(gone)

    async def note(self, what: str, is_meant: Callable[[list[str]], bool]) -> Erased:
        """Erase what the audit says of all that, or of what is meant besides, and note that it was erased."""
        gone = self._gone | self._briefs

        def meant(details: dict[str, Any]) -> bool:
            told = list(_strings(details))
            return not gone.isdisjoint(told) or is_meant(told)

        erased = Erased(len(self._briefs), self._requests)
        counts = {"briefs": erased.briefs, "requests": erased.requests}
        await empty(self._connection, self._workspace, meant, what=what, **counts)
        return erased


async def _erase_briefs(connection: AsyncConnection, workspace: str, some: Sequence[str]) -> None:
    stored = select(briefs.c.json).where(briefs.c.workspace == workspace, briefs.c.id.in_(some))
    for json in (await connection.execute(stored)).scalars().all():
        try:
            article = read_brief(json).article
        except BriefDamaged:
            continue
        if article.snapshot_sha256:
            await connection.execute(
                delete(snapshots).where(
                    snapshots.c.workspace == workspace,
                    snapshots.c.sha256 == article.snapshot_sha256,
                    snapshots.c.url == article.url,
                )
            )
    for table, column in (
        (statements, statements.c.brief),
        (corrections, corrections.c.brief),
        (briefs, briefs.c.id),
    ):
        await connection.execute(delete(table).where(table.c.workspace == workspace, column.in_(some)))


async def _briefs_naming(connection: AsyncConnection, workspace: str, wanted: Sequence[str]) -> list[str]:
    found = []
    stored = select(briefs.c.id).where(briefs.c.workspace == workspace)
    for brief_id in (await connection.execute(stored)).scalars().all():  # one at a time: texts are long
        query = select(briefs.c.json).where(briefs.c.workspace == workspace, briefs.c.id == brief_id)
        json = (await connection.execute(query)).scalar_one()
        try:
            texts: object = read_brief(json).model_dump()
        except BriefDamaged:
            texts = json
        if any(_names(wanted, text) for text in _strings(texts)):
            found.append(brief_id)
    return found


async def _erase_snapshots_naming(connection: AsyncConnection, workspace: str, wanted: Sequence[str]) -> None:
    kept = select(snapshots.c.id).where(snapshots.c.workspace == workspace)
    for snapshot_id in (await connection.execute(kept)).scalars().all():
        one = (snapshots.c.workspace == workspace, snapshots.c.id == snapshot_id)
        body = (await connection.execute(select(snapshots.c.body).where(*one))).scalar_one()
        if _names(wanted, zlib.decompress(body).decode(errors="replace")):
            await connection.execute(delete(snapshots).where(*one))


async def _items_naming(connection: AsyncConnection, workspace: str, wanted: Sequence[str]) -> list[str]:
    """Return the ids of items that name somebody: in the link, the pasted text, the file's name, or the problem."""
    asked = await connection.execute(
        select(items.c.id, items.c.link, items.c.text, items.c.problem, items.c.file_name).where(
            items.c.workspace == workspace
        )
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
