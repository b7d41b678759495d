"""${message}."""

from __future__ import annotations

${imports if imports else ""}
import sqlalchemy as sa
from alembic import op

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Write in words what becomes of the rows."""
    ${upgrades if upgrades else "pass"}
