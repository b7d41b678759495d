"""How often something of a request was owed anew, so that whoever answers it notices what comes meanwhile."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Begin to count."""
    op.add_column("requests", sa.Column("reopened", sa.Integer, nullable=False, server_default="0"))
