"""How much was asked for lately, by whom and where: what limits are measured by, in every process alike."""

from __future__ import annotations

import json
from contextlib import nullcontext
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.archive.accepting import key_of
from bot.archive.database import Begin
from bot.archive.tables import audit, items, requests
from bot.archive.threads import RETRIED

MOST_NOTED = 2000
"""Entries of the audit log among which retries are counted: an index finds them by their numbers, not by their time.
A guess: an hour of a busy newsroom."""


class Used(NamedTuple):
    """One request."""

    at: datetime
    things: int  # links, texts and files


class Usage:
    """Counts requests where they are stored. What somebody had erased since is not counted any more."""

    def __init__(self, begin: Begin) -> None:
        """Count in transactions that *begin* begins."""
        self._begin = begin

    async def is_known(self, workspace: str, adapter: str, key: str) -> bool:
        """Tell whether that delivery was stored before."""
        one = (requests.c.workspace == workspace, requests.c.adapter == adapter, requests.c.key == key_of(key))
        async with self._begin() as connection:
            return (await connection.execute(select(requests.c.id).where(*one))).first() is not None

    async def by_person(self, workspace: str, asker: str, since: datetime) -> list[Used]:
        """Return what *asker* asked for since then, in order."""
        return await self._since(workspace, requests.c.asker == asker, since)

    async def retried(self, workspace: str, who: str, since: datetime) -> list[Used]:
        """Return what *who* had read again since then, in order, of the workspace's last ``MOST_NOTED`` doings."""
        last = (
            select(audit.c.number, audit.c.at, audit.c.action, audit.c.details)
            .where(audit.c.workspace == workspace)
            .order_by(audit.c.number.desc())
            .limit(MOST_NOTED)
            .subquery()
        )
        query = (
            select(last.c.at, last.c.details)
            .where(last.c.action == RETRIED, last.c.at > since, last.c.details.is_not(None))
            .order_by(last.c.number)
        )
        async with self._begin() as connection:
            noted = [(at, json.loads(details)) for at, details in await connection.execute(query)]
        return [Used(at, len(details["items"])) for at, details in noted if details["who"] == who]

    async def in_channel(self, workspace: str, channel: str, since: datetime, asker: str | None = None) -> list[Used]:
        """Return what was asked for in *channel* since then, in order; by *asker* alone where there is one."""
        where = requests.c.channel == channel
        return await self._since(workspace, where if asker is None else where & (requests.c.asker == asker), since)

    async def _since(self, workspace: str, whose: ColumnElement[bool], since: datetime) -> list[Used]:
        query = (
            select(requests.c.accepted_at, func.count(items.c.id))
            .join(items, items.c.request == requests.c.id)
            .where(requests.c.workspace == workspace, items.c.workspace == workspace, whose)
            .where(requests.c.accepted_at > since)
            .group_by(requests.c.id, requests.c.accepted_at)
            .order_by(requests.c.accepted_at)
        )
        async with self._begin() as connection:
            return [Used(*row) for row in await connection.execute(query)]


def within(connection: AsyncConnection) -> Usage:
    """Return what counts in a transaction that somebody else has begun: what it stores counts as well."""
    return Usage(lambda: nullcontext(connection))
