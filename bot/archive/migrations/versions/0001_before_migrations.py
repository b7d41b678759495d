"""Requests, items, briefs and snapshots, in the form that they had before there were migrations."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

metadata = sa.MetaData()

requests = sa.Table(
    "requests",
    metadata,
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("workspace", sa.String(255), nullable=False),
    sa.Column("adapter", sa.String(32), nullable=False),
    sa.Column("key", sa.String(255), nullable=False),
    sa.Column("asker", sa.Text, nullable=False),
    sa.Column("place", sa.JSON, nullable=False),
    sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("finished_at", sa.DateTime(timezone=True), index=True),
    sa.UniqueConstraint("workspace", "adapter", "key", name="one_request_a_delivery"),
)

briefs = sa.Table(
    "briefs",
    metadata,
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("workspace", sa.String(255), nullable=False),
    sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("json", sa.Text, nullable=False),
)

items = sa.Table(
    "items",
    metadata,
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("request", sa.ForeignKey("requests.id"), nullable=False, index=True),
    sa.Column("position", sa.Integer, nullable=False),
    sa.Column("link", sa.Text),
    sa.Column("text", sa.Text),
    sa.Column("message", sa.Text),
    sa.Column("brief", sa.ForeignKey("briefs.id")),
    sa.Column("problem", sa.Text),
    sa.Column("delivered", sa.Boolean, nullable=False),
    sa.Column("tries", sa.Integer, nullable=False),
)

snapshots = sa.Table(
    "snapshots",
    metadata,
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("workspace", sa.String(255), nullable=False),
    sa.Column("sha256", sa.String(64), nullable=False),
    sa.Column("url", sa.Text, nullable=False),
    sa.Column("final_url", sa.Text, nullable=False),
    sa.Column("media_type", sa.Text, nullable=False),
    sa.Column("charset", sa.Text),
    sa.Column("fetched_at", sa.DateTime(timezone=True), nullable=False, index=True),
    sa.Column("body", sa.LargeBinary, nullable=False),
    sa.Index("snapshots_of_a_workspace", "workspace", "sha256"),
)


def upgrade() -> None:
    """Make what is missing: an older database has these tables already, or the first three of them."""
    metadata.create_all(op.get_bind())
