"""The tables. Everything is keyed by workspace; times are aware and in UTC."""

from __future__ import annotations

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
    Column("accepted_at", DateTime(timezone=True), nullable=False),
    Column("finished_at", DateTime(timezone=True), index=True),
    Unique("workspace", "adapter", "key", name="one_request_a_delivery"),
)

items = Table(
    "items",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("request", ForeignKey("requests.id"), nullable=False, index=True),
    Column("position", Integer, nullable=False),
    Column("link", Words),
    Column("text", Words),
    Column("message", Text),
    Column("brief", ForeignKey("briefs.id")),
    Column("problem", Words),
    Column("delivered", Boolean, nullable=False, default=False),
    Column("tries", Integer, nullable=False, default=0),
)

briefs = Table(
    "briefs",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("workspace", String(255), nullable=False),
    Column("written_at", DateTime(timezone=True), nullable=False),
    Column("json", Text, nullable=False),
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
    Column("fetched_at", DateTime(timezone=True), nullable=False, index=True),
    Column("body", LargeBinary, nullable=False),  # compressed by zlib
    Index("snapshots_of_a_workspace", "workspace", "sha256"),
)
