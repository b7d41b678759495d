"""What a platform gave us for a workspace when the app was installed there: the tokens by which we may speak."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import delete, insert, select, update

from bot.archive.audit import note
from bot.archive.database import Database
from bot.archive.tables import installations


class Installations:
    """One for each workspace. Only the adapter that sealed it can read it: nothing here can be used as it is."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def keep(self, workspace: str, sealed: bytes, who: str) -> None:
        """Keep what *who* installed, in place of what was there."""
        row = {"workspace": workspace, "sealed": sealed, "since": datetime.now(UTC)}
        async with self._database.writing() as connection:
            await connection.execute(delete(installations).where(installations.c.workspace == workspace))
            await connection.execute(insert(installations).values(row))
            await note(connection, workspace, "installed", who=who)

    async def get(self, workspace: str) -> bytes | None:
        """Return what is kept; None where the app is not installed (any more)."""
        query = select(installations.c.sealed).where(installations.c.workspace == workspace)
        async with self._database.reading() as connection:
            return (await connection.execute(query)).scalar_one_or_none()

    async def renew(self, workspace: str, sealed: bytes, *, instead_of: bytes) -> bool:
        """Replace what is kept, if nobody else has in the meantime; tell whether it was replaced."""
        statement = (
            update(installations)
            .where(installations.c.workspace == workspace, installations.c.sealed == instead_of)
            .values(sealed=sealed)
        )
        return bool(await self._database.write(statement))

    async def remove(self, workspace: str, taken_back: datetime) -> None:
        """Forget what is kept, unless it was installed anew after it was *taken_back*: word of that may come late."""
        one = (installations.c.workspace == workspace, installations.c.since <= taken_back)
        async with self._database.writing() as connection:
            gone = await connection.execute(delete(installations).where(*one))
            if gone.rowcount:
                await note(connection, workspace, "uninstalled")
