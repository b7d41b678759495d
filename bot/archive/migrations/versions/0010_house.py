"""What house rules count by, and channels that are watched."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Watch none, to begin with."""
    op.create_index("requests_of_a_channel", "requests", ["workspace", "channel", "accepted_at"])
    op.create_table(
        "watched",
        sa.Column("workspace", sa.String(255), primary_key=True),
        sa.Column("channel", sa.String(255), primary_key=True),
        sa.Column("who", sa.Text, nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
    )
