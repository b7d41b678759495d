"""Every item carries its workspace, so that no query needs another table to stay within one."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Copy each request's workspace to its items; index what retention and forgetting look for."""
    op.add_column("items", sa.Column("workspace", sa.String(255)))
    op.execute(
        "UPDATE items SET workspace = (SELECT requests.workspace FROM requests WHERE requests.id = items.request)"
    )
    with op.batch_alter_table("items") as items:
        items.alter_column("workspace", nullable=False, existing_type=sa.String(255))
        items.create_index("ix_items_brief", ["brief"])
    op.create_index("briefs_of_a_workspace", "briefs", ["workspace", "written_at"])
