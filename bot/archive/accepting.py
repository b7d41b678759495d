"""An ask on its way into the tables: when it is its turn, and the rows that it becomes."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Collection, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple
from uuid import uuid4

from sqlalchemy import bindparam, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.archive.audit import Noted
from bot.archive.tables import KEY_LENGTH, LOCALE_LENGTH, chains, items, requests
from bot.models import Ask

SLOT = timedelta(seconds=2)
"""How much later it is a request's turn for each thing that its workspace has waiting, or that it wants itself.

About what it takes to read one: so a person who asks for one link goes before a batch, workspaces take turns, and
nobody is put off for ever (start-time fair queueing; Goyal, Vin and Cheng, 1996).
"""

MOST_WAITING = 500
"""Things waiting that are counted; whoever has as many waits long anyway. A guess."""


class Asked(NamedTuple):
    """An ask that is about to be stored."""

    ask: Ask
    id: str
    at: datetime
    turn: datetime


async def give_turns(connection: AsyncConnection, asks: Sequence[Ask]) -> list[Asked]:
    """Give each of *asks* an id and a turn, behind what its workspace has waiting."""
    now = datetime.now(UTC)
    waiting = await _waiting(connection, {ask.workspace for ask in asks})
    asked = []
    for ask in asks:
        waiting[ask.workspace] += len(ask.wanted)
        asked.append(Asked(ask, uuid4().hex, now, now + SLOT * (waiting[ask.workspace] - 1)))
    return asked


async def _waiting(connection: AsyncConnection, workspaces: Collection[str]) -> dict[str, int]:
    """Count what each of *workspaces* has waiting: things wanted, not requests."""
    counted = {row[0]: row[1] for row in await connection.execute(WAITING, {"of": [*workspaces]})}
    return dict.fromkeys(workspaces, 0) | counted


UNANSWERED = (
    select(items.c.id)
    .join(requests, requests.c.id == items.c.request)
    .where(
        requests.c.workspace == chains.c.workspace,
        items.c.workspace == chains.c.workspace,
        requests.c.finished_at.is_(None),
    )
    .limit(MOST_WAITING)
    .correlate(chains)
)

WAITING = select(chains.c.workspace, select(func.count()).select_from(UNANSWERED.subquery()).scalar_subquery()).where(
    chains.c.workspace.in_(bindparam("of", expanding=True))
)
"""Whoever has asked has a chain: with the request goes the entry that tells of it."""


def row_of(asked: Asked) -> dict[str, Any]:
    """Return the row of ``requests``."""
    ask = asked.ask
    return {
        "id": asked.id,
        "workspace": ask.workspace,
        "adapter": ask.adapter,
        "key": key_of(ask.key),
        "asker": ask.asker,
        "place": dict(ask.place),
        "accepted_at": asked.at,
        "turn": asked.turn,
        "thread": ask.thread,
        "channel": ask.channel,
        "locale": ask.locale[:LOCALE_LENGTH],
    }


def items_of(asked: Asked) -> list[dict[str, Any]]:
    """Return the rows of ``items``, one for each thing wanted."""
    return [
        {
            "id": uuid4().hex,
            "workspace": asked.ask.workspace,
            "request": asked.id,
            "position": position,
            "link": wanted.link,
            "text": wanted.text,
            "problem": wanted.problem,
            "file": zlib.compress(wanted.file.body) if wanted.file else None,
            "file_name": wanted.file.name if wanted.file else None,
        }
        for position, wanted in enumerate(asked.ask.wanted)
    ]


def noted(asked: Asked) -> Noted:
    """Return what the audit log says of it."""
    ask = asked.ask
    details = {
        "who": ask.asker,
        "adapter": ask.adapter,
        "request": asked.id,
        "links": [wanted.link for wanted in ask.wanted if wanted.link],
        "pasted": sum(wanted.text is not None for wanted in ask.wanted),
        "files": sum(wanted.file is not None for wanted in ask.wanted),
    }
    return Noted(ask.workspace, "asked", details)


def key_of(key: str) -> str:
    """Return *key* as it is stored."""
    return key if len(key) <= KEY_LENGTH else hashlib.sha256(key.encode()).hexdigest()
