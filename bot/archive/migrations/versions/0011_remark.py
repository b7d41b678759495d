"""Which message compares the briefs of a request."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """What was answered before has none."""
    op.add_column("requests", sa.Column("remark", sa.Text, nullable=False, server_default=""))
