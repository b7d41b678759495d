"""Brings a database's tables to the form that this version uses, from an empty one or from any earlier form."""

from __future__ import annotations

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

MIGRATING = 0x6E757467
"""A number of our own ("nutg"), by which PostgreSQL lets one process migrate at a time."""


def migrate(connection: Connection) -> None:
    """Run the migrations that are missing, in the transaction of *connection*: all of them, or none."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": MIGRATING})
    config = alembic_config(connection)
    known = MigrationContext.configure(connection).get_current_heads()
    if set(known) != set(ScriptDirectory.from_config(config).get_heads()):
        command.upgrade(config, "head")


def alembic_config(connection: Connection) -> Config:
    """Return what Alembic needs to know; the migrations are part of the package."""
    config = Config()
    config.set_main_option("script_location", "bot.archive:migrations")
    config.attributes["connection"] = connection
    return config
