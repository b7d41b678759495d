"""Published fact-checks, found by full text."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

FULL_TEXT_IN_SQLITE = (
    """CREATE VIRTUAL TABLE factcheck_words USING fts5(
        claim, content='factchecks', content_rowid='id', tokenize='porter unicode61'
    )""",
    """CREATE TRIGGER factcheck_is_stored AFTER INSERT ON factchecks BEGIN
        INSERT INTO factcheck_words (rowid, claim) VALUES (new.id, new.claim);
    END""",
    """CREATE TRIGGER factcheck_is_changed AFTER UPDATE OF claim ON factchecks BEGIN
        INSERT INTO factcheck_words (factcheck_words, rowid, claim) VALUES ('delete', old.id, old.claim);
        INSERT INTO factcheck_words (rowid, claim) VALUES (new.id, new.claim);
    END""",
    """CREATE TRIGGER factcheck_is_removed AFTER DELETE ON factchecks BEGIN
        INSERT INTO factcheck_words (factcheck_words, rowid, claim) VALUES ('delete', old.id, old.claim);
    END""",
)

FULL_TEXT_IN_POSTGRESQL = (
    "CREATE INDEX factcheck_words ON factchecks USING gin (to_tsvector('english'::regconfig, claim))",
)


def upgrade() -> None:
    """Make the table and what finds its rows by their words."""
    op.create_table(
        "factchecks",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True),
        sa.Column("key", sa.String(64), nullable=False, unique=True),
        sa.Column("imported", sa.String(32), nullable=False, index=True),
        sa.Column("url", sa.Text, nullable=False, index=True),
        sa.Column("site", sa.Text, nullable=False),
        sa.Column("publisher", sa.Text, nullable=False),
        sa.Column("claim", sa.Text, nullable=False),
        sa.Column("claimant", sa.Text),
        sa.Column("claimed", sa.Date),
        sa.Column("title", sa.Text),
        sa.Column("rating", sa.Text, nullable=False),
        sa.Column("reviewed", sa.Date),
        sa.Column("language", sa.String(8)),
        sa.Column("vector", sa.LargeBinary, nullable=False),
    )
    sqlite = op.get_bind().dialect.name == "sqlite"
    for statement in FULL_TEXT_IN_SQLITE if sqlite else FULL_TEXT_IN_POSTGRESQL:
        op.execute(statement)
