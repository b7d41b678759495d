"""The extraction report: how one page or file was read, versioned JSON (``report/1``)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field

from bot.errors import Refusal


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class Fetched(_Part):
    """What came from where."""

    asked: str = Field(description="The link as asked for, or the file's name.")
    hops: list[str] = Field(description="Addresses that only led on, first to last.")
    address: str | None = Field(description="Where the page was in the end; null for a file.")
    media_type: str
    bytes: int = Field(description="Size when decompressed.")
    sha256: str
    fetched_at: datetime | None


class Charset(_Part):
    """How bytes became letters."""

    charset: str
    why: str


class LeftOut(_Part):
    """What was left out for one reason."""

    reason: str
    stretches: int
    words: int = Field(description="Words of these stretches as they are listed; long ones are listed shortened.")
    texts: list[str]


class Fact(_Part):
    """Something that the page says of itself, and where."""

    value: str | None
    seen_in: list[str] = Field(description='Places that agree: "JSON-LD", "the page\'s text".')
    sure: bool = Field(description="Whether at least two places agree.")


class Kept(_Part):
    """The article that was found."""

    words: int
    paragraphs: int
    headline: Fact
    byline: Fact
    published: Fact
    outlet: str | None
    language: str | None
    canonical_url: str | None
    origins: list[str] = Field(description="Whose story it was first, where the page says so.")
    left_out: list[LeftOut]


class Refused(_Part):
    """Why there is no article."""

    kind: str = Field(description="The refusal's stable name, as PaywallStub.")
    message: str
    evidence: str
    beginning: list[str] = Field(description="What the page shows first.")


class Report(_Part):
    """How one page or file was read: exactly one of ``kept`` and ``refused`` is there."""

    schema_version: str = "report/1"
    fetched: Fetched | None = Field(description="Null where the answer's headers were enough to refuse it.")
    read_as: str | None = Field(description='"web page", "PDF", "Word file", "plain text" …')
    charset: Charset | None = Field(description="Null for files that say themselves which letters they hold.")
    words_on_page: int | None = Field(description="All words that the page shows, furniture included.")
    kept: Kept | None
    refused: Refused | None


def refused(refusal: Refusal, beginning: Sequence[str] = ()) -> Refused:
    """Return what a report says of *refusal*."""
    kind, evidence = type(refusal).__name__, refusal.evidence.strip()
    return Refused(kind=kind, message=str(refusal), evidence=evidence, beginning=list(beginning))


def refused_unread(refusal: Refusal) -> Report:
    """Report on what was refused before there was a page to look at."""
    return Report(fetched=None, read_as=None, charset=None, words_on_page=None, kept=None, refused=refused(refusal))
