"""The tables. Everything is keyed by workspace; times are aware and in UTC.

A change here needs a migration in ``migrations/versions``; a test compares the two.
"""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
)
from sqlalchemy import UniqueConstraint as Unique
from sqlalchemy.types import TypeDecorator

from bot.models import storable

KEY_LENGTH = 255
"""Characters of a delivery's key that are stored as they are; a longer one is stored as its digest."""


class Words(TypeDecorator[str]):
    """What strangers wrote, without the characters that a database refuses."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Replace them, one for one."""
        return None if value is None else storable(value)


class Moment(TypeDecorator[datetime]):
    """A point in time. SQLite keeps no time zone, so everything is in UTC."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Write it in UTC."""
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Read it as what it is."""
        return None if value is None else value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


metadata = MetaData()

requests = Table(
    "requests",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("workspace", String(255), nullable=False),
    Column("adapter", String(32), nullable=False),
    Column("key", String(KEY_LENGTH), nullable=False),
    Column("asker", Words, nullable=False),
    Column("place", JSON, nullable=False),
    Column("accepted_at", Moment, nullable=False),
    Column("finished_at", Moment, index=True),
    Unique("workspace", "adapter", "key", name="one_request_a_delivery"),
)

items = Table(
    "items",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("workspace", String(255), nullable=False),
    Column("request", ForeignKey("requests.id"), nullable=False, index=True),
    Column("position", Integer, nullable=False),
    Column("link", Words),
    Column("text", Words),
    Column("message", Text),
    Column("brief", ForeignKey("briefs.id"), index=True),
    Column("problem", Words),
    Column("delivered", Boolean, nullable=False, default=False),
    Column("tries", Integer, nullable=False, default=0),
)

briefs = Table(
    "briefs",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("workspace", String(255), nullable=False),
    Column("written_at", Moment, nullable=False),
    Column("json", Text, nullable=False),
    Index("briefs_of_a_workspace", "workspace", "written_at"),
)

snapshots = Table(
    "snapshots",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("workspace", String(255), nullable=False),
    Column("sha256", String(64), nullable=False),  # of the body as it was read
    Column("url", Words, nullable=False),  # as asked for
    Column("final_url", Words, nullable=False),
    Column("media_type", Words, nullable=False),
    Column("charset", Words),
    Column("fetched_at", Moment, nullable=False, index=True),
    Column("body", LargeBinary, nullable=False),  # compressed by zlib
    Index("snapshots_of_a_workspace", "workspace", "sha256"),
)
