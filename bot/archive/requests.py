"""Requests and their items: on disk before anybody is told that they were accepted, until they are answered."""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable, Collection, Mapping
from datetime import UTC, datetime, timedelta
from typing import NamedTuple
from uuid import uuid4

from sqlalchemy import RowMapping, Update, func, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.archive.audit import note
from bot.archive.database import Database
from bot.archive.tables import KEY_LENGTH, items, requests
from bot.errors import RequestNotFound
from bot.models import Ask, Item, Request, Wanted

SLOT = timedelta(seconds=2)
"""How much later it is a request's turn for each thing that its workspace has waiting, or that it wants itself.

About what it takes to read one: so a person who asks for one link goes before a batch, workspaces take turns, and
nobody is put off for ever (start-time fair queueing; Goyal, Vin and Cheng, 1996).
"""

MOST_WAITING = 500
"""Things waiting that are counted; whoever has as many waits long anyway. A guess."""


class Due(NamedTuple):
    """A request that is still owed an answer."""

    workspace: str
    id: str


class Waiting(NamedTuple):
    """A request that was just stored, for whoever puts it into a queue."""

    workspace: str
    id: str
    adapter: str
    turn: datetime


Put = Callable[[AsyncConnection, Waiting], Awaitable[None]]
"""Puts a request into a queue, in the transaction that stores it."""


class Requests:
    """What was asked, where its answers stand, and what they are."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.put: Put | None = None  # where there is a queue beside the table

    async def accept(self, ask: Ask) -> Request | None:
        """Store *ask*; return None where the same delivery was stored before."""
        request_id = uuid4().hex
        key = _key(ask.key)
        now = datetime.now(UTC)
        try:
            async with self._database.writing() as connection:
                turn = now + SLOT * (await _waiting(connection, ask.workspace) + len(ask.wanted) - 1)
                await connection.execute(
                    insert(requests).values(
                        id=request_id,
                        workspace=ask.workspace,
                        adapter=ask.adapter,
                        key=key,
                        asker=ask.asker,
                        place=dict(ask.place),
                        accepted_at=now,
                        turn=turn,
                    )
                )
                await connection.execute(
                    insert(items),
                    [
                        {
                            "id": uuid4().hex,
                            "workspace": ask.workspace,
                            "request": request_id,
                            "position": position,
                            "link": wanted.link,
                            "text": wanted.text,
                            "problem": wanted.problem,
                        }
                        for position, wanted in enumerate(ask.wanted)
                    ],
                )
                await note(
                    connection,
                    ask.workspace,
                    "asked",
                    who=ask.asker,
                    adapter=ask.adapter,
                    request=request_id,
                    links=[wanted.link for wanted in ask.wanted if wanted.link],
                    pasted=sum(wanted.text is not None for wanted in ask.wanted),
                )
                if self.put:
                    await self.put(connection, Waiting(ask.workspace, request_id, ask.adapter, turn))
        except IntegrityError:
            if await self._is_stored(ask, key):
                return None
            raise
        return await self.get(ask.workspace, request_id)

    async def get(self, workspace: str, request_id: str) -> Request:
        """Return the request as it stands now.

        Raises:
            RequestNotFound: that workspace has none of that id, or not any more.
        """
        asked = select(requests).where(requests.c.workspace == workspace, requests.c.id == request_id)
        wanted = (
            select(items)
            .where(items.c.workspace == workspace, items.c.request == request_id)
            .order_by(items.c.position)
        )
        async with self._database.reading() as connection:
            row = (await connection.execute(asked)).mappings().one_or_none()
            found = (await connection.execute(wanted)).mappings().all()
        if row is None:
            raise RequestNotFound
        return _request(row, [_item(item) for item in found])

    async def unfinished(self, adapters: Collection[str], *, limit: int | None = None) -> list[Due]:
        """Return what *adapters* still owe an answer to, in every workspace, in the order of their turns."""
        query = (
            select(requests.c.workspace, requests.c.id)
            .where(requests.c.finished_at.is_(None), requests.c.adapter.in_(adapters))
            .order_by(requests.c.turn)
            .limit(limit)
        )
        async with self._database.reading() as connection:
            return [Due(*row) for row in await connection.execute(query)]

    async def set_place(self, workspace: str, request_id: str, place: Mapping[str, str]) -> None:
        """Keep where the answers go, once the adapter has made the place (a thread)."""
        await self._database.write(_of_request(workspace, request_id).values(place=dict(place)))

    async def set_message(self, workspace: str, item_id: str, message: str) -> None:
        """Keep the id of the placeholder that becomes this item's answer."""
        await self._database.write(_of_item(workspace, item_id).values(message=message))

    async def count_try(self, workspace: str, item_id: str) -> None:
        """Note that a reading begins, so that one which takes the whole process down is not begun for ever."""
        await self._database.write(_of_item(workspace, item_id).values(tries=items.c.tries + 1))

    async def set_problem(self, workspace: str, item_id: str, problem: str) -> None:
        """Keep why an item has no brief."""
        await self._database.write(_of_item(workspace, item_id).values(problem=problem))

    async def set_delivered(self, workspace: str, item_id: str) -> None:
        """Note that an item's answer stands in its thread, and what it was."""
        async with self._database.writing() as connection:
            shown = _of_item(workspace, item_id).values(delivered=True)
            returned = await connection.execute(shown.returning(items.c.request, items.c.brief, items.c.problem))
            if row := returned.one_or_none():
                answer = {"brief": row.brief or "", "problem": row.problem or ""}
                await note(connection, workspace, "shown", request=row.request, item=item_id, **answer)

    async def finish(self, workspace: str, request_id: str) -> None:
        """Note that nothing is owed any more. What was pasted is forgotten; its brief remains."""
        async with self._database.writing() as connection:
            await connection.execute(_of_request(workspace, request_id).values(finished_at=datetime.now(UTC)))
            await connection.execute(
                update(items).where(items.c.workspace == workspace, items.c.request == request_id).values(text=None)
            )

    async def _is_stored(self, ask: Ask, key: str) -> bool:
        query = select(requests.c.id).where(
            requests.c.workspace == ask.workspace, requests.c.adapter == ask.adapter, requests.c.key == key
        )
        async with self._database.reading() as connection:
            return (await connection.execute(query)).first() is not None


async def _waiting(connection: AsyncConnection, workspace: str) -> int:
    """Count what a workspace has waiting: things wanted, not requests."""
    unanswered = (
        select(items.c.id)
        .join(requests, requests.c.id == items.c.request)
        .where(requests.c.workspace == workspace, items.c.workspace == workspace, requests.c.finished_at.is_(None))
        .limit(MOST_WAITING)
    )
    return (await connection.execute(select(func.count()).select_from(unanswered.subquery()))).scalar_one()


def _of_request(workspace: str, request_id: str) -> Update:
    return update(requests).where(requests.c.workspace == workspace, requests.c.id == request_id)


def _of_item(workspace: str, item_id: str) -> Update:
    return update(items).where(items.c.workspace == workspace, items.c.id == item_id)


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
        finished=row["finished_at"] is not None,
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
