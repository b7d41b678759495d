"""The tables. Everything is keyed by workspace; times are aware and in UTC.

A change here needs a migration in ``migrations/versions``; a test compares the two.
"""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    false,
    text,
)
from sqlalchemy import UniqueConstraint as Unique
from sqlalchemy.types import TypeDecorator

from bot.models import storable

KEY_LENGTH = 255
"""Characters of a delivery's key that are stored as they are; a longer one is stored as its digest."""

LOCALE_LENGTH = 35
"""Characters of a language tag, as RFC 5646 (4.4.1) advises."""


class Words(TypeDecorator[str]):
    """What strangers wrote, without the characters that a database refuses."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Replace them, one for one."""
        return None if value is None else storable(value)


class Name(TypeDecorator[str]):
    """An id or another short name, of so many characters at most. Ids come back in buttons, so they may be anything."""

    impl = String
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Replace what a database refuses: nothing has such a name, and nothing is found."""
        return None if value is None else storable(value)


class Moment(TypeDecorator[datetime]):
    """A point in time. SQLite keeps no time zone, so everything is in UTC."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Write it in UTC."""
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Read it as what it is."""
        return None if value is None else value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


metadata = MetaData()

requests = Table(
    "requests",
    metadata,
    Column("id", Name(32), primary_key=True),
    Column("workspace", Name(255), nullable=False),
    Column("adapter", Name(32), nullable=False),
    Column("key", Name(KEY_LENGTH), nullable=False),
    Column("asker", Words, nullable=False),
    Column("place", JSON, nullable=False),
    Column("accepted_at", Moment, nullable=False),
    Column("finished_at", Moment, index=True),
    Column("turn", Moment, nullable=False),  # requests are answered in the order of their turns
    Column("thread", Name(255), nullable=False, server_default=""),
    Column("channel", Name(255), nullable=False, server_default=""),
    Column("locale", Name(LOCALE_LENGTH), nullable=False, server_default="en"),
    Column("remark", Text, nullable=False, server_default=""),  # the id of the message that compares its briefs
    Column("reopened", Integer, nullable=False, server_default="0"),  # how often something of it was owed anew
    Unique("workspace", "adapter", "key", name="one_request_a_delivery"),
    Index("requests_of_a_thread", "workspace", "thread", "accepted_at"),
    Index("requests_of_a_channel", "workspace", "channel", "accepted_at"),
    Index("requests_of_an_asker", "workspace", "asker", "accepted_at"),
    Index(
        "requests_waiting",
        "workspace",
        "turn",
        sqlite_where=text("finished_at IS NULL"),
        postgresql_where=text("finished_at IS NULL"),
    ),
)

items = Table(
    "items",
    metadata,
    Column("id", Name(32), primary_key=True),
    Column("workspace", Name(255), nullable=False),
    Column("request", ForeignKey("requests.id"), nullable=False, index=True),
    Column("position", Integer, nullable=False),
    Column("link", Words),
    Column("text", Words),
    Column("message", Text),
    Column("brief", ForeignKey("briefs.id"), index=True),
    Column("problem", Words),
    Column("delivered", Boolean, nullable=False, default=False),
    Column("tries", Integer, nullable=False, default=0),
    Column("file", LargeBinary),  # its bytes, compressed by zlib; null once the request is finished
    Column("file_name", Words),
    Column("withdrawn", Boolean, nullable=False, server_default=false()),
)

briefs = Table(
    "briefs",
    metadata,
    Column("id", Name(32), primary_key=True),
    Column("workspace", Name(255), nullable=False),
    Column("written_at", Moment, nullable=False),
    Column("json", Text, nullable=False),
    Column("story", Name(64), nullable=False),  # the same for every brief of one article: see ``story_of``
    Index("briefs_of_a_workspace", "workspace", "written_at"),
    Index("briefs_of_a_story", "workspace", "story"),
)

snapshots = Table(
    "snapshots",
    metadata,
    Column("id", Name(32), primary_key=True),
    Column("workspace", Name(255), nullable=False),
    Column("sha256", Name(64), nullable=False),  # of the body as it was read
    Column("url", Words, nullable=False),  # as asked for
    Column("final_url", Words, nullable=False),
    Column("media_type", Words, nullable=False),
    Column("charset", Words),
    Column("fetched_at", Moment, nullable=False, index=True),
    Column("body", LargeBinary, nullable=False),  # compressed by zlib
    Index("snapshots_of_a_workspace", "workspace", "sha256"),
)

watched = Table(  # channels in which every link is read
    "watched",
    metadata,
    Column("workspace", Name(255), primary_key=True),
    Column("channel", Name(255), primary_key=True),
    Column("who", Words, nullable=False),  # who wanted that
    Column("since", Moment, nullable=False),
)

deliveries = Table(  # follow-ups that were carried out
    "deliveries",
    metadata,
    Column("workspace", Name(255), primary_key=True),
    Column("key", Name(255), primary_key=True),
    Column("at", Moment, nullable=False),
)

installations = Table(
    "installations",
    metadata,
    Column("workspace", Name(255), primary_key=True),
    Column("sealed", LargeBinary, nullable=False),  # tokens, encrypted by the adapter whose they are
    Column("since", Moment, nullable=False),
)

workspaces = Table(
    "workspaces",
    metadata,
    Column("workspace", Name(255), primary_key=True),
    Column("searchable", Boolean, nullable=False, default=False),
)

statements = Table(
    "statements",
    metadata,
    # Rises with time: what is newest comes first. SQLite numbers rows by themselves in no other type.
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    Column("workspace", Name(255), nullable=False),
    Column("brief", ForeignKey("briefs.id"), nullable=False, index=True),
    Column("kind", Name(16), nullable=False),  # quote, claim, entity
    Column("ref", Words, nullable=False),  # its id in the brief, or the entity's name
    Column("day", Date, nullable=False),  # when the article was published, else when it was read
    # The three below hold words as ``fold`` makes them, and are what the index for full text is made of.
    Column("words", Text, nullable=False),
    Column("speaker", Text, nullable=False),
    Column("outlet", Text, nullable=False),
    Index("statements_of_a_workspace", "workspace", "id"),
)

corrections = Table(
    "corrections",
    metadata,
    Column("id", Name(32), primary_key=True),
    Column("workspace", Name(255), nullable=False),
    Column("brief", ForeignKey("briefs.id"), nullable=False, index=True),
    Column("story", Name(64), nullable=False),
    Column("mistake", Name(16), nullable=False),
    Column("ref", Name(16), nullable=False),  # the quote's or claim's id in that brief
    Column("words", Words, nullable=False),  # of the quote or claim, by which another brief has it
    Column("before", Words),
    Column("after", Words),
    Column("who", Words, nullable=False),
    Column("at", Moment, nullable=False),
    Index("corrections_of_a_story", "workspace", "story"),
)

audit = Table(
    "audit",
    metadata,
    Column("workspace", Name(255), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("at", Moment, nullable=False),
    Column("action", Name(16), nullable=False),
    Column("details", Words),  # JSON; null where it was erased
    Column("salt", Name(32)),
    Column("digest", Name(64), nullable=False),  # of salt and details
    Column("previous", Name(64), nullable=False),
    Column("hash", Name(64), nullable=False),
)

chains = Table(
    "chains",
    metadata,
    Column("workspace", Name(255), primary_key=True),
    Column("entries", Integer, nullable=False),
    Column("hash", Name(64), nullable=False),  # of the last entry
)

factchecks = Table(  # published, hence of no workspace: all of them may see it
    "factchecks",
    metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    Column("key", Name(64), nullable=False, unique=True),  # of address and claim
    Column("imported", Name(32), nullable=False, index=True),  # by which import it was last seen
    Column("url", Words, nullable=False, index=True),
    Column("site", Words, nullable=False),
    Column("publisher", Words, nullable=False),
    Column("claim", Words, nullable=False),
    Column("claimant", Words),
    Column("claimed", Date),
    Column("title", Words),
    Column("rating", Words, nullable=False),
    Column("reviewed", Date),
    Column("language", Name(8)),
    Column("vector", LargeBinary, nullable=False),  # of the claim, see bot/factchecks/embed.py
)
"""The published fact-checks that were imported. What finds them by their words stands in the migration."""
