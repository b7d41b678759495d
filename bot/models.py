"""The values that pass between the steps: plain, frozen, and all positions as character spans."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Literal


@dataclass(frozen=True, slots=True, order=True)
class CharSpan:
    """Characters ``start`` to ``end`` (exclusive) of the article's text."""

    start: int
    end: int

    def __post_init__(self) -> None:
        if not 0 <= self.start < self.end:
            raise ValueError(f"no characters between {self.start} and {self.end}")

    def of(self, text: str) -> str:
        """Return the words themselves, as they stand in *text*."""
        return text[self.start : self.end]

    def overlaps(self, other: CharSpan) -> bool:
        """Tell whether the two share at least one character."""
        return self.start < other.end and other.start < self.end

    def covers(self, other: CharSpan) -> bool:
        """Tell whether *other* lies wholly inside."""
        return self.start <= other.start and other.end <= self.end


Spans = tuple[CharSpan, ...]
"""One passage in text order; several spans where other words interrupt it."""


def covered(length: int, spans: Iterable[CharSpan]) -> bytearray:
    """Return one byte for each of a text's *length* characters, 1 where one of *spans* lies.

    Comparing each span with every other takes minutes in a text of 50,000 words.
    """
    marked = bytearray(length)
    for span in spans:
        marked[span.start : span.end] = b"\1" * (span.end - span.start)
    return marked


@dataclass(frozen=True, slots=True)
class Page:
    """What came back for a link, before anybody looked inside."""

    url: str  # as asked for
    final_url: str  # after redirects
    body: bytes  # decompressed
    media_type: str  # lower case, without parameters: "text/html"
    charset: str | None  # as the server declared it
    fetched_at: datetime
    hops: tuple[str, ...] = ()  # the addresses that led on, first to last


@dataclass(frozen=True, slots=True)
class Dropped:
    """A stretch of the page that is not part of the article, and why it was left out."""

    reason: str
    text: str


@dataclass(frozen=True, slots=True)
class Origin:
    """Whose story it was first, by a credit line, or by the address that the page calls the original."""

    name: str
    address: str | None = None


@dataclass(frozen=True, slots=True)
class Article:
    """The story as stored: every span of a reading points into ``text``.

    ``paragraphs`` are in text order, do not overlap, and hold all of its words. Where the headline is
    known it is the first of them, so that who is named there can be quoted like anybody else.
    """

    text: str
    paragraphs: Spans
    headline: CharSpan | None = None
    byline: str | None = None
    outlet: str | None = None
    published: date | None = None
    published_sure: bool = False  # two places of the page name that day, or a file's author gave it
    language: str | None = None  # ISO 639-1
    url: str | None = None  # None for pasted text
    canonical_url: str | None = None
    fetched_at: datetime | None = None
    dropped: tuple[Dropped, ...] = ()
    origins: tuple[Origin, ...] = ()  # where it is another's story, as far as the page says so
    fingerprint: str | None = None
    snapshot_sha256: str | None = None  # of the bytes that were kept

    @property
    def title(self) -> str | None:
        """The headline's words."""
        return self.headline.of(self.text) if self.headline else None

    @property
    def body(self) -> str:
        """The text without its headline."""
        return self.text[self.headline.end :].lstrip() if self.headline else self.text

    @property
    def words(self) -> int:
        """How many words were read, the headline not counted."""
        return len(self.body.split())

    def paragraph_of(self, span: CharSpan) -> int:
        """Return the number of the paragraph in which *span* starts: 0 is the headline, the body counts from 1."""
        position = bisect_right(self.paragraphs, span.start, key=lambda paragraph: paragraph.start)
        return max(position - 1, 0) if self.headline else max(position, 1)


class QuoteType(StrEnum):
    """How much of a content stands in quotation marks: all, none, or some of it."""

    DIRECT = "direct"
    INDIRECT = "indirect"
    MIXED = "mixed"


class Kind(StrEnum):
    """What a speaker or an entity is."""

    PERSON = "person"
    ORGANISATION = "organisation"
    PLACE = "place"
    GROUP = "group"
    DOCUMENT = "document"
    ANONYMOUS = "anonymous"
    EVENT = "event"
    WORK = "work"
    LAW = "law"
    MONEY = "money"
    DATE = "date"


@dataclass(frozen=True, slots=True)
class Link:
    """A source that a statement names in its turn: "Ukrainian intelligence", which "has intercepted communications"."""

    source: CharSpan
    cue: CharSpan


@dataclass(frozen=True, slots=True)
class Attribution:
    """Who says what, by which words."""

    source: Spans  # empty where the article names none, or it is not clear enough
    cue: Spans  # empty where a quotation stands without one
    content: Spans
    quoted: Spans  # the parts of the content inside quotation marks, the marks left out
    type: QuoteType
    confidence: float | None = None  # in [0, 1], how likely content and source are right; None: found by rule
    candidate: Spans = ()  # the likeliest source, where it was too doubtful to be the source
    chain: tuple[Link, ...] = ()  # whom the source in turn relies on, as the content names them


@dataclass(frozen=True, slots=True)
class Speaker:
    """Whom source mentions refer to in this article: one entry each, however often he speaks."""

    name: CharSpan  # the fullest name that the article gives
    kind: Kind
    role: CharSpan | None  # in the article's own words
    mentions: Spans
    attributions: tuple[int, ...]  # indices into Analysis.attributions, in text order
    anonymity: CharSpan | None = None  # why he is not named, in the article's own words


@dataclass(frozen=True, slots=True)
class Entity:
    """A person, organisation, place or other thing, once, with all its mentions."""

    name: CharSpan  # the fullest mention
    kind: Kind
    mentions: Spans  # by name
    references: Spans = ()  # by pronoun, noun or adjective: "she", "the company", "Russian"


@dataclass(frozen=True, slots=True)
class Resolved:
    """A pronoun and whom it stands for, so that a sentence can be lifted out of its place."""

    pronoun: CharSpan
    name: CharSpan


class Sort(StrEnum):
    """What sort of statement it is: only a claim can be checked today."""

    CLAIM = "claim"
    QUESTION = "question"
    APPEAL = "appeal"
    OPINION = "opinion"
    FORECAST = "forecast"
    PROMISE = "promise"
    COUNTERFACTUAL = "counterfactual"


class AmountKind(StrEnum):
    """What a figure counts."""

    NUMBER = "number"
    SUM = "sum"
    PERCENTAGE = "percentage"
    DATE = "date"


@dataclass(frozen=True, slots=True)
class Amount:
    """A figure or date of a statement, as its words say it and as a program reads it."""

    span: CharSpan
    kind: AmountKind
    value: str  # "48000000", "1.6"; a date as far as it is known: "2016", "2016-09", "2016-09-26"
    unit: str | None = None  # a currency by its ISO 4217 code; what is counted is not told
    relative: bool = False  # a date counted from the day of publication: "last year"


@dataclass(frozen=True, slots=True)
class Reply:
    """What the article has from those whom a statement accuses."""

    accused: CharSpan
    attribution: int | None  # index into Analysis.attributions; None: nothing of theirs is in the article
    no_comment: CharSpan | None = None  # the sentence that says that they did not answer


@dataclass(frozen=True, slots=True)
class Claim:
    """A statement and how much it deserves a check, never its truth."""

    content: Spans
    quoted: Spans  # the parts of the content inside quotation marks, the marks left out
    attribution: int | None  # index into Analysis.attributions; None: the outlet says it in its own voice
    score: float  # in [0, 1]
    reasons: tuple[str, ...]  # what makes it checkable: "figure", "date", "comparison"
    sort: Sort = Sort.CLAIM
    resolved: tuple[Resolved, ...] = ()  # its pronouns, where they stand for somebody known
    amounts: tuple[Amount, ...] = ()
    repeats: tuple[Spans, ...] = ()  # where else in the article it is claimed
    reply: Reply | None = None  # of the accused, where it is an accusation against somebody named


@dataclass(frozen=True, slots=True)
class SummaryLength:
    """How long a summary may be."""

    sentences: int = 3  # at most
    characters: int | None = None  # of all sentences together, as they stand in the article; None: no limit


@dataclass(frozen=True, slots=True)
class SummarySentence:
    """One sentence of the summary, verbatim, with the pronouns that would dangle."""

    sentence: CharSpan
    resolved: tuple[Resolved, ...] = ()


@dataclass(frozen=True, slots=True)
class Note:
    """Something the reader of a brief must know: "Saturday" has no date in the text."""

    code: str  # stable, for programs: "undated", "plain-reading"
    text: str  # for people
    span: CharSpan | None = None


@dataclass(frozen=True, slots=True)
class Analysis:
    """All that was found in one article. Speakers, claims and entities come most important first."""

    attributions: tuple[Attribution, ...]  # in text order
    speakers: tuple[Speaker, ...]
    claims: tuple[Claim, ...]
    entities: tuple[Entity, ...]
    summary: tuple[SummarySentence, ...]
    notes: tuple[Note, ...]
    set_aside: tuple[Claim, ...] = ()  # statements that nobody can check today, in text order


@dataclass(frozen=True, slots=True)
class File:
    """A file that somebody shared, or that somebody is given."""

    name: str
    body: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Wanted:
    """One thing that somebody wants read: a link, or pasted text, or a file, or what is wrong with it."""

    link: str | None = None
    text: str | None = None
    problem: str | None = None  # known from the start, in words for the thread
    file: File | None = None


WATCH = "watch"
"""Who asks where nobody did, in a watched channel: what is read unasked is on no person's account."""


@dataclass(frozen=True, slots=True)
class Ask:
    """What an adapter hands in. ``key`` names the delivery: the same key again is the same request."""

    workspace: str  # "slack:T024", "discord:81384788", "local"
    adapter: str  # "slack", "discord"
    key: str
    asker: str
    place: Mapping[str, str]  # where to answer, in the adapter's own terms
    wanted: tuple[Wanted, ...]
    thread: str = ""  # where people follow up, by the adapter's name for it; "": not known yet
    channel: str = ""  # where it was asked, by the adapter's name for it
    locale: str = "en"  # of whom asks, as the platform names it: "en-GB", "de"

    def __post_init__(self) -> None:
        if not self.wanted:
            raise ValueError("an ask must want something")


@dataclass(frozen=True, slots=True)
class Item:
    """One thing wanted, as stored: where its answer stands, and what the answer is."""

    id: str
    wanted: Wanted
    message: str | None = None  # the placeholder's id on the platform
    brief: str | None = None  # the stored brief's id
    problem: str | None = None  # why there is no brief, in words for the thread
    delivered: bool = False
    tries: int = 0  # readings begun
    withdrawn: bool = False  # somebody wants it deleted: its message, and what is stored

    @property
    def read(self) -> bool:
        """Tell whether the answer is known, delivered or not."""
        return self.brief is not None or self.problem is not None


@dataclass(frozen=True, slots=True)
class Request:
    """An accepted ask, as stored until every item of it is answered."""

    id: str
    workspace: str
    adapter: str
    asker: str
    place: Mapping[str, str]
    items: tuple[Item, ...]
    finished: bool = False  # nothing is owed any more
    thread: str = ""
    channel: str = ""
    locale: str = "en"
    reopened: int = 0  # how often something of it was owed anew
    remark: str = ""  # the id of the message that compares its briefs, where two tell one story


@dataclass(frozen=True, slots=True)
class Person:
    """Who asks for something that is done at once, and where."""

    workspace: str
    user: str
    thread: str = ""
    channel: str = ""
    locale: str = "en"
    trusted: bool = False  # moderates or administers the place, as its platform says


List = Literal["quotes", "claims", "entities", "heard", "reading"]
"""What there is to see of a brief, all of one sort."""


class Stage(StrEnum):
    """What is being done for somebody who waits."""

    FETCHING = "fetching the page"
    EXTRACTING = "looking for the article"
    READING = "reading it"
    CHECKING = "looking for published fact-checks"


class Mistake(StrEnum):
    """What can be wrong in a brief."""

    WRONG_SPEAKER = "wrong-speaker"
    WRONG_WORDS = "wrong-words"  # it begins or ends elsewhere
    NOT_A_QUOTE = "not-a-quote"
    WRONG_CLAIM = "wrong-claim"


@dataclass(frozen=True, slots=True)
class Correction:
    """What somebody says is wrong in a brief."""

    mistake: Mistake
    ref: str  # the quote's id, the claim's for a wrong claim
    right: str | None = None  # the speaker's name, or the words, as they stand in the article; None: nobody in it is


@dataclass(frozen=True, slots=True)
class Corrected:
    """A correction as it is kept."""

    mistake: Mistake
    ref: str
    words: str  # of the quote or claim
    before: str | None  # the speaker named before, or the words that are left out now
    after: str | None  # the speaker named now
    who: str
    at: datetime
    brief: str  # as it is now, as JSON


@dataclass(frozen=True, slots=True)
class Question:
    """What somebody looks for in the stored briefs. What is given must all hold."""

    words: str = ""  # of a statement or its speaker, in any order; "in quotation marks", one after the other
    speaker: str = ""
    outlet: str = ""
    since: date | None = None  # published on that day or later
    until: date | None = None  # published on that day or earlier


@dataclass(frozen=True, slots=True)
class Hit:
    """A statement of a stored brief that answers a question."""

    brief: str  # the stored brief's id
    kind: str  # "quote", "claim", "entity"
    ref: str  # its id within the brief; an entity's name


LINE = re.compile(r"[^\n\r\v\f\u2028\u2029]+")
"""What stands between line breaks. Narrower than ``str.splitlines``, which also breaks at U+0085: that is what
an ellipsis becomes under a wrong charset, in the middle of a quotation."""

UNSTORABLE = re.compile(r"[\0\ud800-\udfff]")


def split_paragraphs(text: str) -> Spans:
    """Find the paragraphs of *text*: stretches between line breaks, blanks at their edges cut."""
    lines = ((match.start(), match.group()) for match in LINE.finditer(text))
    return tuple(
        CharSpan(start + len(line) - len(line.lstrip()), start + len(line.rstrip()))
        for start, line in lines
        if not line.isspace()
    )


def storable(text: str) -> str:
    """Return *text* with U+FFFD for each character that UTF-8 or a database does not take; no position moves."""
    return UNSTORABLE.sub("\ufffd", text)
