"""The tokens of each workspace in which the app is installed, as their adapter has encrypted them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Begin with none."""
    op.create_table(
        "installations",
        sa.Column("workspace", sa.String(255), primary_key=True),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
    )
