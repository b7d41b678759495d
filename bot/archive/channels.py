"""Channels in which people want every link read that is posted there."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import delete, insert, select

from bot.archive.audit import note
from bot.archive.database import Database
from bot.archive.tables import watched


class Channels:
    """Which channels are watched: none, unless somebody asked for it there."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def watch(self, workspace: str, channel: str, who: str, *, on: bool) -> None:
        """Begin or stop to watch *channel*, as *who* wants it."""
        one = (watched.c.workspace == workspace, watched.c.channel == channel)
        async with self._database.writing() as connection:
            await connection.execute(delete(watched).where(*one))
            if on:
                row = {"workspace": workspace, "channel": channel, "who": who, "since": datetime.now(UTC)}
                await connection.execute(insert(watched).values(row))
            await note(connection, workspace, "watch", who=who, channel=channel, on=on)

    async def is_watched(self, workspace: str, channel: str) -> bool:
        """Tell whether links that are posted in *channel* are to be read unasked."""
        query = select(watched.c.who).where(watched.c.workspace == workspace, watched.c.channel == channel)
        async with self._database.reading() as connection:
            return (await connection.execute(query)).first() is not None
