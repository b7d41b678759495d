"""When it is a request's turn: the more its workspace has waiting, the later."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """What waits already keeps its order. With a default: SQLite cannot write a table anew to which others refer."""
    op.add_column(
        "requests",
        sa.Column("turn", sa.DateTime(timezone=True), nullable=False, server_default="1970-01-01 00:00:00"),
    )
    op.execute("UPDATE requests SET turn = accepted_at")
    unfinished = sa.text("finished_at IS NULL")
    op.create_index(
        "requests_waiting",
        "requests",
        ["workspace", "turn"],
        sqlite_where=unfinished,
        postgresql_where=unfinished,
    )
