"""The archive: an accepted request is on disk before anybody is told that it was accepted."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import AsyncIterator, Collection, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import RowMapping, delete, event, insert, make_url, select, update
from sqlalchemy.exc import ArgumentError, DBAPIError, IntegrityError, InvalidRequestError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from bot.archive.tables import KEY_LENGTH, briefs, items, metadata, requests, snapshots
from bot.brief import Brief
from bot.errors import ArchiveUnavailable, BriefNotFound, SettingsError, SnapshotNotFound
from bot.models import Ask, Item, Page, Request, Wanted

TABLES_VERSION = 1
"""Which form of the tables a SQLite file holds, for whoever must bring an old file up to date."""


@asynccontextmanager
async def open_archive(url: str) -> AsyncIterator[Archive]:
    """Open the database at *url* (as SQLAlchemy writes it), with its tables made where they are missing.

    Raises:
        SettingsError: there is no such database, or it cannot be written.
    """
    engine = _engine(url)
    try:
        await _make_tables(engine)
        yield Archive(engine)
    finally:
        await engine.dispose()


def _engine(url: str) -> AsyncEngine:
    try:
        # Without hide_parameters an error in the log would hold what was pasted.
        engine = create_async_engine(url, hide_parameters=True)
    except (ArgumentError, InvalidRequestError, ImportError) as error:
        raise SettingsError(
            f"DATABASE_URL names no database that I can use: {_shown(url)}. "
            "For a file write sqlite+aiosqlite:///nutgraf.sqlite3, with three slashes before a path from here "
            "and four before a path from the root."
        ) from error
    if engine.dialect.name == "sqlite":
        event.listen(engine.sync_engine, "connect", _set_up_sqlite)
    return engine


async def _make_tables(engine: AsyncEngine) -> None:
    try:
        async with engine.begin() as connection:
            if engine.dialect.name == "sqlite":
                await connection.exec_driver_sql("BEGIN IMMEDIATE")  # who starts at the same time waits
                # A write: now, and not with the first request, is when to find out that it cannot be done.
                await connection.exec_driver_sql(f"PRAGMA user_version={TABLES_VERSION}")
            await connection.run_sync(metadata.create_all)
    except (SQLAlchemyError, OSError) as error:
        reason = str(getattr(error, "orig", error)).strip().rstrip(".")
        raise SettingsError(
            f"The database in DATABASE_URL cannot be opened and written: {_shown(str(engine.url))} ({reason}). "
            "Does it exist, does its folder, and may I write there?"
        ) from error


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


class Archive:
    """Requests and briefs on an open database. Every method raises ``ArchiveUnavailable`` when that fails."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def accept(self, ask: Ask) -> Request | None:
        """Store *ask*; return None where the same delivery was stored before."""
        request_id = uuid4().hex
        key = _key(ask.key)
        try:
            async with self._begin() as connection:
                await connection.execute(
                    insert(requests).values(
                        id=request_id,
                        workspace=ask.workspace,
                        adapter=ask.adapter,
                        key=key,
                        asker=ask.asker,
                        place=dict(ask.place),
                        accepted_at=datetime.now(UTC),
                    )
                )
                await connection.execute(
                    insert(items),
                    [
                        {
                            "id": uuid4().hex,
                            "request": request_id,
                            "position": position,
                            "link": wanted.link,
                            "text": wanted.text,
                            "problem": wanted.problem,
                        }
                        for position, wanted in enumerate(ask.wanted)
                    ],
                )
        except IntegrityError:
            if await self._is_stored(ask, key):
                return None
            raise
        return await self.request(request_id)

    async def request(self, request_id: str) -> Request:
        """Return the request as it stands now."""
        async with self._begin() as connection:
            row = (await connection.execute(select(requests).where(requests.c.id == request_id))).mappings().one()
            found = await connection.execute(
                select(items).where(items.c.request == request_id).order_by(items.c.position)
            )
            return _request(row, [_item(item) for item in found.mappings()])

    async def unfinished(self, adapters: Collection[str]) -> list[str]:
        """Return the ids of what *adapters* still owe an answer to, oldest first."""
        query = (
            select(requests.c.id)
            .where(requests.c.finished_at.is_(None), requests.c.adapter.in_(adapters))
            .order_by(requests.c.accepted_at)
        )
        async with self._begin() as connection:
            return list((await connection.execute(query)).scalars())

    async def set_place(self, request_id: str, place: Mapping[str, str]) -> None:
        """Keep where the answers go, once the adapter has made the place (a thread)."""
        await self._write(update(requests).where(requests.c.id == request_id).values(place=dict(place)))

    async def set_message(self, item_id: str, message: str) -> None:
        """Keep the id of the placeholder that becomes this item's answer."""
        await self._write(update(items).where(items.c.id == item_id).values(message=message))

    async def count_try(self, item_id: str) -> None:
        """Note that a reading begins, so that one which takes the whole process down is not begun for ever."""
        await self._write(update(items).where(items.c.id == item_id).values(tries=items.c.tries + 1))

    async def set_problem(self, item_id: str, problem: str) -> None:
        """Keep why an item has no brief."""
        await self._write(update(items).where(items.c.id == item_id).values(problem=problem))

    async def set_brief(self, workspace: str, item_id: str, brief: Brief) -> None:
        """Keep *brief* as the answer to an item."""
        brief_id = uuid4().hex
        async with self._begin() as connection:
            await connection.execute(
                insert(briefs).values(
                    id=brief_id,
                    workspace=workspace,
                    written_at=datetime.now(UTC),
                    json=brief.model_dump_json(),
                )
            )
            await connection.execute(update(items).where(items.c.id == item_id).values(brief=brief_id))

    async def set_delivered(self, item_id: str) -> None:
        """Note that an item's answer stands in its thread."""
        await self._write(update(items).where(items.c.id == item_id).values(delivered=True))

    async def finish(self, request_id: str) -> None:
        """Note that nothing is owed any more. What was pasted is forgotten; its brief remains."""
        async with self._begin() as connection:
            await connection.execute(
                update(requests).where(requests.c.id == request_id).values(finished_at=datetime.now(UTC))
            )
            await connection.execute(update(items).where(items.c.request == request_id).values(text=None))

    async def brief(self, workspace: str, brief_id: str) -> Brief:
        """Return a stored brief of that workspace.

        Raises:
            BriefNotFound: there is none, or it belongs to another workspace.
        """
        query = select(briefs.c.json).where(briefs.c.id == brief_id, briefs.c.workspace == workspace)
        async with self._begin() as connection:
            json = (await connection.execute(query)).scalar_one_or_none()
        if json is None:
            raise BriefNotFound
        return Brief.model_validate_json(json)

    async def keep_snapshot(self, workspace: str, page: Page) -> str:
        """Keep the bytes of *page* for that workspace, and return their SHA-256."""
        digest = hashlib.sha256(page.body).hexdigest()
        await self._write(
            insert(snapshots).values(
                id=uuid4().hex,
                workspace=workspace,
                sha256=digest,
                url=page.url,
                final_url=page.final_url,
                media_type=page.media_type,
                charset=page.charset,
                fetched_at=page.fetched_at,
                body=zlib.compress(page.body),
            )
        )
        return digest

    async def snapshot(self, workspace: str, brief: Brief) -> Page:
        """Return the page that *brief* was written from, as that workspace read it.

        Raises:
            SnapshotNotFound: it was not kept, or not for so long.
        """
        article = brief.article
        query = select(snapshots).where(
            snapshots.c.workspace == workspace,
            snapshots.c.sha256 == article.snapshot_sha256,
            snapshots.c.url == article.url,
            snapshots.c.fetched_at == article.fetched_at,
        )
        async with self._begin() as connection:
            row = (await connection.execute(query)).mappings().first()
        if row is None or article.fetched_at is None:
            raise SnapshotNotFound
        body = zlib.decompress(row["body"])
        return Page(row["url"], row["final_url"], body, row["media_type"], row["charset"], article.fetched_at)

    async def forget_snapshots(self, before: datetime) -> int:
        """Remove the pages that were fetched before that time, and return how many these were."""
        async with self._begin() as connection:
            gone = await connection.execute(delete(snapshots).where(snapshots.c.fetched_at < before))
        return gone.rowcount

    async def _is_stored(self, ask: Ask, key: str) -> bool:
        query = select(requests.c.id).where(
            requests.c.workspace == ask.workspace, requests.c.adapter == ask.adapter, requests.c.key == key
        )
        async with self._begin() as connection:
            return (await connection.execute(query)).first() is not None

    @asynccontextmanager
    async def _begin(self) -> AsyncIterator[AsyncConnection]:
        """Begin a transaction, which is written when the block ends well."""
        try:
            async with self._engine.begin() as connection:
                yield connection
        except IntegrityError:
            raise
        except (DBAPIError, PoolTimeout) as error:
            raise ArchiveUnavailable from error

    async def _write(self, statement: Any) -> None:
        async with self._begin() as connection:
            await connection.execute(statement)


def _key(key: str) -> str:
    return key if len(key) <= KEY_LENGTH else hashlib.sha256(key.encode()).hexdigest()


def _request(row: RowMapping, found: list[Item]) -> Request:
    return Request(
        id=row["id"],
        workspace=row["workspace"],
        adapter=row["adapter"],
        asker=row["asker"],
        place=row["place"],
        items=tuple(found),
    )


def _item(row: RowMapping) -> Item:
    return Item(
        id=row["id"],
        wanted=Wanted(link=row["link"], text=row["text"]),
        message=row["message"],
        brief=row["brief"],
        problem=row["problem"],
        delivered=row["delivered"],
        tries=row["tries"],
    )
