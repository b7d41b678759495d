"""Which follow-ups were carried out, so that one that a platform delivers again, to whichever process, is not."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import delete
from sqlalchemy.dialects import postgresql, sqlite

from bot.archive.database import Database
from bot.archive.tables import deliveries

KEPT = timedelta(days=1)
"""For how long a delivery is known. A guess: Slack tries again for about an hour."""


class Deliveries:
    """One row for each follow-up of the last day: which message asked, and nothing of what it said."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def take(self, workspace: str, key: str) -> bool:
        """Note that *key* is being carried out, and tell whether nobody has begun that before."""
        now = datetime.now(UTC)
        row = {"workspace": workspace, "key": key, "at": now}
        async with self._database.writing() as connection:
            await connection.execute(
                delete(deliveries).where(deliveries.c.workspace == workspace, deliveries.c.at < now - KEPT)
            )
            dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
            once = dialect.insert(deliveries).values(row).on_conflict_do_nothing().returning(deliveries.c.key)
            return (await connection.execute(once)).first() is not None
