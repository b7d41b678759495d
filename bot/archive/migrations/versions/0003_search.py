"""The articles' statements, searchable by full text, and which workspaces want that."""

from __future__ import annotations

import hashlib
import json

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

CONFIGURATION = "'english'::regconfig"

FULL_TEXT_IN_SQLITE = (
    """CREATE VIRTUAL TABLE statement_words USING fts5(
        words, speaker, outlet, content='statements', content_rowid='id', tokenize='porter unicode61'
    )""",
    """CREATE TRIGGER statement_is_stored AFTER INSERT ON statements BEGIN
        INSERT INTO statement_words (rowid, words, speaker, outlet)
        VALUES (new.id, new.words, new.speaker, new.outlet);
    END""",
    """CREATE TRIGGER statement_is_erased AFTER DELETE ON statements BEGIN
        INSERT INTO statement_words (statement_words, rowid, words, speaker, outlet)
        VALUES ('delete', old.id, old.words, old.speaker, old.outlet);
    END""",
)

FULL_TEXT_IN_POSTGRESQL = (
    f"CREATE INDEX statement_words ON statements USING gin (to_tsvector({CONFIGURATION}, words || ' ' || speaker))",
    f"CREATE INDEX statement_speakers ON statements USING gin (to_tsvector({CONFIGURATION}, speaker))",
    f"CREATE INDEX statement_outlets ON statements USING gin (to_tsvector({CONFIGURATION}, outlet))",
)


def upgrade() -> None:
    """Nothing is searchable yet. Every brief gets the key of its story, which is worked out from what it says."""
    op.create_table(
        "workspaces",
        sa.Column("workspace", sa.String(255), primary_key=True),
        sa.Column("searchable", sa.Boolean, nullable=False),
    )
    op.create_table(
        "statements",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True),
        sa.Column("workspace", sa.String(255), nullable=False),
        sa.Column("brief", sa.String(32), sa.ForeignKey("briefs.id"), nullable=False, index=True),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("ref", sa.Text, nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("words", sa.Text, nullable=False),
        sa.Column("speaker", sa.Text, nullable=False),
        sa.Column("outlet", sa.Text, nullable=False),
        sa.Index("statements_of_a_workspace", "workspace", "id"),
    )
    sqlite = op.get_bind().dialect.name == "sqlite"
    for statement in FULL_TEXT_IN_SQLITE if sqlite else FULL_TEXT_IN_POSTGRESQL:
        op.execute(statement)
    # With a default: SQLite cannot write a table anew to which others refer.
    op.add_column("briefs", sa.Column("story", sa.String(64), nullable=False, server_default=""))
    _find_stories()
    op.create_index("briefs_of_a_story", "briefs", ["workspace", "story"])


def _find_stories() -> None:
    briefs = sa.table("briefs", sa.column("id"), sa.column("json"), sa.column("story"))
    connection = op.get_bind()
    for brief_id in connection.execute(sa.select(briefs.c.id)).scalars().all():  # one at a time: texts are long
        stored = connection.execute(sa.select(briefs.c.json).where(briefs.c.id == brief_id)).scalar_one()
        article = json.loads(stored)["article"]
        named = article["canonical_url"] or article["url"] or article["text_sha256"]
        story = hashlib.sha256(named.encode()).hexdigest()
        connection.execute(sa.update(briefs).where(briefs.c.id == brief_id).values(story=story))
