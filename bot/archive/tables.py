"""The tables. Everything is keyed by workspace; times are aware and in UTC."""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, Column, DateTime, ForeignKey, Integer, MetaData, String, Table, Text
from sqlalchemy import UniqueConstraint as Unique

metadata = MetaData()

requests = Table(
    "requests",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("workspace", String(255), nullable=False),
    Column("adapter", String(32), nullable=False),
    Column("key", String(255), nullable=False),
    Column("asker", String(255), nullable=False),
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
    Column("link", Text),
    Column("text", Text),
    Column("message", String(255)),
    Column("brief", ForeignKey("briefs.id")),
    Column("problem", Text),
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
