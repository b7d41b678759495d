"""Where people follow up on what they asked, files among what is asked for, and what is to be deleted."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """What was asked before has no thread: nobody can follow up there in words, its buttons work."""
    op.add_column("requests", sa.Column("thread", sa.String(255), nullable=False, server_default=""))
    op.add_column("requests", sa.Column("channel", sa.String(255), nullable=False, server_default=""))
    op.add_column("requests", sa.Column("locale", sa.String(35), nullable=False, server_default="en"))
    op.create_index("requests_of_a_thread", "requests", ["workspace", "thread", "accepted_at"])
    op.create_index("requests_of_an_asker", "requests", ["workspace", "asker", "accepted_at"])
    op.add_column("items", sa.Column("file", sa.LargeBinary))
    op.add_column("items", sa.Column("file_name", sa.Text))
    op.add_column("items", sa.Column("withdrawn", sa.Boolean, nullable=False, server_default=sa.false()))
