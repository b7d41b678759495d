"""What was asked in a thread, so that people can follow up on it there, and what they want done with it."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import ColumnElement, select, update

from bot.archive.audit import note
from bot.archive.database import Database
from bot.archive.requests import Allow
from bot.archive.tables import items, requests
from bot.errors import BriefNotFound, RequestNotFound

MOST_REQUESTS = 20
"""Requests of one thread that are looked at. A guess: who follows up means one of the last."""

RETRIED = "retried"
"""What the audit log calls having something read again."""


class Threads:
    """Requests by where they were asked, or by what answers them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def requests(self, workspace: str, thread: str) -> list[str]:
        """Return the ids of the last ``MOST_REQUESTS`` requests in that thread, the newest first."""
        return await self._last(workspace, requests.c.thread == thread) if thread else []

    async def in_channel(self, workspace: str, channel: str) -> list[str]:
        """Return the ids of the last ``MOST_REQUESTS`` requests in that channel and all its threads, likewise."""
        return await self._last(workspace, requests.c.channel == channel) if channel else []

    async def _last(self, workspace: str, where: ColumnElement[bool]) -> list[str]:
        query = (
            select(requests.c.id)
            .where(requests.c.workspace == workspace, where)
            .order_by(requests.c.accepted_at.desc())
            .limit(MOST_REQUESTS)
        )
        async with self._database.reading() as connection:
            return list((await connection.execute(query)).scalars())

    async def recent(self, workspace: str, asker: str, *, limit: int) -> list[str]:
        """Return the ids of the last briefs that *asker* was answered with, the newest first."""
        query = (
            select(items.c.brief)
            .join(requests, requests.c.id == items.c.request)
            .where(requests.c.workspace == workspace, items.c.workspace == workspace, requests.c.asker == asker)
            .where(items.c.brief.is_not(None), items.c.withdrawn.is_(False))
            .order_by(requests.c.accepted_at.desc(), items.c.position)
            .limit(limit)
        )
        async with self._database.reading() as connection:
            return list((await connection.execute(query)).scalars())

    async def request_of_brief(self, workspace: str, brief_id: str) -> str:
        """Return the id of the request that a brief answers, or raise ``BriefNotFound``."""
        query = select(items.c.request).where(items.c.workspace == workspace, items.c.brief == brief_id)
        async with self._database.reading() as connection:
            found: str | None = (await connection.execute(query)).scalar_one_or_none()
        if found is None:
            raise BriefNotFound
        return found

    async def request_of_item(self, workspace: str, item_id: str) -> str:
        """Return the id of the request that an item is part of, or raise ``RequestNotFound``."""
        query = select(items.c.request).where(items.c.workspace == workspace, items.c.id == item_id)
        async with self._database.reading() as connection:
            found: str | None = (await connection.execute(query)).scalar_one_or_none()
        if found is None:
            raise RequestNotFound
        return found

    async def begin_again(
        self, workspace: str, request_id: str, item_ids: Collection[str], who: str, allow: Allow | None = None
    ) -> None:
        """Owe those items anew, if *allow* raises nothing, as if nothing had been read of them.

        Their messages become the answers.
        """
        again = {"problem": None, "delivered": False, "tries": 0}
        await self._reopen(workspace, request_id, item_ids, who, RETRIED, allow, **again)

    async def withdraw(self, workspace: str, request_id: str, item_ids: Collection[str], who: str) -> None:
        """Note that those items are to be deleted: whoever answers requests takes their messages away first."""
        await self._reopen(workspace, request_id, item_ids, who, "withdrawn", None, withdrawn=True)

    async def _reopen(
        self,
        workspace: str,
        request_id: str,
        item_ids: Collection[str],
        who: str,
        what: str,
        allow: Allow | None,
        **values: object,
    ) -> None:
        mine = (items.c.workspace == workspace, items.c.request == request_id, items.c.id.in_(item_ids))
        async with self._database.writing() as connection:
            if allow:
                await self._database.alone(connection, {workspace})
                await allow(connection)
            # Requests first, as everywhere: or one would wait for another.
            await connection.execute(
                update(requests)
                .where(requests.c.workspace == workspace, requests.c.id == request_id)
                .values(finished_at=None, reopened=requests.c.reopened + 1)
            )
            touched = await connection.execute(update(items).where(*mine).values(**values))
            if not touched.rowcount:
                raise RequestNotFound
            await note(connection, workspace, what, who=who, request=request_id, items=sorted(item_ids))
