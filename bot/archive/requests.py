"""Requests and their items: on disk before anybody is told that they were accepted, until they are answered."""

from __future__ import annotations

import zlib
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby
from typing import Any, NamedTuple

from sqlalchemy import (
    BindParameter,
    Column,
    Row,
    RowMapping,
    Table,
    Update,
    and_,
    bindparam,
    insert,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.archive.accepting import give_turns, items_of, noted, row_of
from bot.archive.audit import Noted, note_all
from bot.archive.database import Database
from bot.archive.tables import items, requests
from bot.errors import AskError, RequestNotFound
from bot.models import Ask, File, Item, Request, Wanted


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


Put = Callable[[AsyncConnection, Sequence[Waiting]], Awaitable[None]]
"""Puts requests into a queue, in the transaction that stores them."""


@dataclass(frozen=True, eq=False)
class _Change:
    """An update of one row; for many, each with its own values, it is one statement."""

    update: Update

    async def __call__(self, connection: AsyncConnection, asked: Sequence[Mapping[str, Any]], /) -> list[None]:
        await connection.execute(self.update, asked)
        return [None] * len(asked)


class _Finished(NamedTuple):
    workspace: str
    id: str
    seen: int


Allow = Callable[[AsyncConnection], Awaitable[None]]
"""Raises an ``AskError`` where something is not to be stored.

It looks into the transaction that would store it, in which nobody else, in whichever process, is let in to that
workspace.
"""


class _Offered(NamedTuple):
    ask: Ask
    allow: Allow | None


class Requests:
    """What was asked, where its answers stand, and what they are."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.put: Put | None = None  # where there is a queue beside the table

    async def accept(self, ask: Ask, allow: Allow | None = None) -> Request | None:
        """Store *ask*, if *allow* raises nothing; return None where the same delivery was stored before."""
        request: Request | None = await self._database.write_together(self._accept, _Offered(ask, allow))
        return request

    async def _accept(
        self, connection: AsyncConnection, offered: Sequence[_Offered]
    ) -> list[Request | AskError | None]:
        """Store all that nobody limits at once, and what is limited one after the other: each counts for the next."""
        answers: list[Request | AskError | None] = [None] * len(offered)
        free = [number for number, one in enumerate(offered) if not one.allow]
        for number, request in zip(free, await self._store(connection, [offered[at].ask for at in free]), strict=True):
            answers[number] = request
        limited = [(number, one.ask, one.allow) for number, one in enumerate(offered) if one.allow]
        await self._database.alone(connection, {ask.workspace for _, ask, _ in limited})
        for number, ask, allow in limited:
            try:
                await allow(connection)
            except AskError as error:
                answers[number] = error
            else:
                (answers[number],) = await self._store(connection, [ask])
        return answers

    async def _store(self, connection: AsyncConnection, asks: Sequence[Ask]) -> list[Request | None]:
        if not asks:
            return []
        asked = await give_turns(connection, asks)
        new = await self._database.insert_new(connection, requests, [row_of(one) for one in asked])
        accepted = [one for one in asked if one.id in new]
        if not accepted:
            return [None] * len(asks)
        await connection.execute(insert(items), [row for one in accepted for row in items_of(one)])
        await note_all(connection, [noted(one) for one in accepted])
        if self.put:
            queued = [Waiting(one.ask.workspace, one.id, one.ask.adapter, one.turn) for one in accepted]
            await self.put(connection, queued)
        stored = await self._find(connection, [Due(one.ask.workspace, one.id) for one in accepted])
        requests_of = {request.id: request for request in stored if isinstance(request, Request)}
        return [requests_of.get(one.id) for one in asked]

    async def get(self, workspace: str, request_id: str) -> Request:
        """Return the request as it stands now.

        Raises:
            RequestNotFound: that workspace has none of that id, or not any more.
        """
        request: Request = await self._database.read_together(self._find, Due(workspace, request_id))
        return request

    @staticmethod
    async def _find(connection: AsyncConnection, wanted: Sequence[Due]) -> list[Request | RequestNotFound]:
        rows = (await connection.execute(FIND, _named(wanted))).mappings()
        stored = {
            one: _request(list(found)) for one, found in groupby(rows, lambda row: Due(row["workspace"], row["id"]))
        }
        return [stored.get(one) or RequestNotFound() for one in wanted]

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

    async def has_asked(self, workspace: str) -> bool:
        """Tell whether somebody of *workspace* has asked for something that is not forgotten yet."""
        async with self._database.reading() as connection:
            asked = await connection.execute(select(requests.c.id).where(requests.c.workspace == workspace).limit(1))
        return asked.first() is not None

    async def set_place(self, workspace: str, request_id: str, place: Mapping[str, str], thread: str) -> None:
        """Keep where the answers go, and in which *thread* people follow up, once the adapter has made the place."""
        values = {"of": workspace, "which": request_id, "to": dict(place), "called": thread}
        await self._database.write_together(SET_PLACE, values)

    async def set_remark(self, workspace: str, request_id: str, message: str) -> None:
        """Keep the id of the message that compares a request's briefs; empty: there is none."""
        await self._database.write_together(SET_REMARK, {"of": workspace, "which": request_id, "to": message})

    async def set_message(self, workspace: str, item_id: str, message: str) -> None:
        """Keep the id of the placeholder that becomes this item's answer."""
        await self._database.write_together(SET_MESSAGE, {"of": workspace, "which": item_id, "to": message})

    async def count_try(self, workspace: str, item_id: str, by: int = 1) -> None:
        """Note that a reading begins, so that one which takes the whole process down is not begun for ever.

        *by* is -1 where a reading was stopped, which does not count.
        """
        await self._database.write_together(COUNT_TRY, {"of": workspace, "which": item_id, "by": by})

    async def set_problem(self, workspace: str, item_id: str, problem: str) -> None:
        """Keep why an item has no brief."""
        await self._database.write_together(SET_PROBLEM, {"of": workspace, "which": item_id, "to": problem})

    async def finish(self, workspace: str, request_id: str, reopened: int = 0) -> None:
        """Note that nothing is owed any more. What was pasted or shared as a file is forgotten; its brief remains.

        *reopened* is how often the request had been reopened when it was taken up: where it was again since then,
        something is owed still, and nothing happens.
        """
        await self._database.write_together(_finish, _Finished(workspace, request_id, reopened))

    async def set_delivered(self, workspace: str, item_id: str) -> None:
        """Note that an item's answer stands in its thread, and what it was."""
        await self._database.write_together(_show, Due(workspace, item_id))


async def _finish(connection: AsyncConnection, asked: Sequence[_Finished]) -> list[None]:
    which = [{"of": one.workspace, "which": one.id} for one in asked]
    at = datetime.now(UTC)
    finished = [row | {"to": at, "seen": one.seen} for row, one in zip(which, asked, strict=True)]
    await connection.execute(FINISH, finished)
    await connection.execute(FORGET_TEXTS, which)
    return [None] * len(asked)


async def _show(connection: AsyncConnection, shown: Sequence[Due]) -> list[None]:
    rows = {Due(row.workspace, row.id): row for row in await connection.execute(SHOWN, _named(shown))}
    found = [rows[one] for one in shown if one in rows]
    if found:
        await connection.execute(SET_DELIVERED, [{"of": row.workspace, "which": row.id} for row in found])
        await note_all(connection, [_noted_shown(row) for row in found])
    return [None] * len(shown)


def _changes(table: Table, key: Column[str], **values: Any) -> Update:
    return update(table).where(table.c.workspace == bindparam("of"), key == bindparam("which")).values(**values)


SET_PLACE = _Change(_changes(requests, requests.c.id, place=bindparam("to"), thread=bindparam("called")))
SET_REMARK = _Change(_changes(requests, requests.c.id, remark=bindparam("to")))
SET_MESSAGE = _Change(_changes(items, items.c.id, message=bindparam("to")))
SET_PROBLEM = _Change(_changes(items, items.c.id, problem=bindparam("to")))
COUNT_TRY = _Change(_changes(items, items.c.id, tries=items.c.tries + bindparam("by")))
FINISH = _changes(requests, requests.c.id, finished_at=bindparam("to")).where(requests.c.reopened == bindparam("seen"))
FORGET_TEXTS = _changes(items, items.c.request, text=None, file=None).where(
    select(requests.c.id)
    .where(requests.c.workspace == bindparam("of"), requests.c.id == bindparam("which"))
    .where(requests.c.finished_at.is_not(None))
    .exists()
)
SET_DELIVERED = _changes(items, items.c.id, delivered=True)


def _named(wanted: Sequence[Due]) -> dict[str, list[str]]:
    # Not as pairs: SQLite would look for those row by row. Whoever uses this compares the pairs.
    return {"which": [one.id for one in wanted], "of": [*{one.workspace for one in wanted}]}


WHICH: BindParameter[str] = bindparam("which", expanding=True)
OF: BindParameter[str] = bindparam("of", expanding=True)

FIND = (
    select(
        *(
            requests.c[name]
            for name in "id workspace adapter asker place finished_at thread channel locale reopened remark".split()
        ),
        *(items.c[name] for name in "link text file file_name message brief problem delivered tries withdrawn".split()),
        items.c.id.label("item"),
    )
    .outerjoin(items, and_(items.c.request == requests.c.id, items.c.workspace == requests.c.workspace))
    .where(requests.c.id.in_(WHICH), requests.c.workspace.in_(OF))
    .order_by(requests.c.id, items.c.position)
)

SHOWN = select(*(items.c[name] for name in "id workspace request brief problem".split())).where(
    items.c.id.in_(WHICH), items.c.workspace.in_(OF)
)


def _noted_shown(row: Row[Any]) -> Noted:
    details = {"request": row.request, "item": row.id, "brief": row.brief or "", "problem": row.problem or ""}
    return Noted(row.workspace, "shown", details)


def _request(rows: Sequence[RowMapping]) -> Request:
    row = rows[0]
    return Request(
        id=row["id"],
        workspace=row["workspace"],
        adapter=row["adapter"],
        asker=row["asker"],
        place=row["place"],
        items=tuple(_item(row) for row in rows if row["item"]),
        finished=row["finished_at"] is not None,
        thread=row["thread"],
        channel=row["channel"],
        locale=row["locale"],
        reopened=row["reopened"],
        remark=row["remark"],
    )


def _item(row: RowMapping) -> Item:
    return Item(
        id=row["item"],
        wanted=Wanted(link=row["link"], text=row["text"], file=_file(row)),
        message=row["message"],
        brief=row["brief"],
        problem=row["problem"],
        delivered=row["delivered"],
        tries=row["tries"],
        withdrawn=row["withdrawn"],
    )


def _file(row: RowMapping) -> File | None:
    return None if row["file"] is None else File(row["file_name"] or "", zlib.decompress(row["file"]))
