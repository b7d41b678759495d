"""Brief → the article's text in segments, each with all that lies over it: who says it, how, and what it is."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from bot.brief import Brief, Passage
from bot.typography import visible
from bot.wording import with_marks

BETWEEN_PARAGRAPHS = "\n\n"
"""What ``bot.extract`` joins paragraphs by."""

COLOURS = 12
"""Colours for speakers in the style sheet; more of them begin again at the first, each still with his number."""


@dataclass(frozen=True, slots=True)
class Segment:
    """Words over which the same marks lie. Ids are joined by blanks, as an attribute has them."""

    text: str
    classes: str = ""
    quotes: str = ""
    speakers: str = ""
    claims: str = ""
    entities: str = ""
    sentences: str = ""
    anchors: tuple[str, ...] = ()  # ids of what begins here
    number: str = ""  # of the speaker whose words begin here; "?" where it is not clear whose they are


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph as it is shown. Number 0 is the headline."""

    number: int
    segments: tuple[Segment, ...]
    words: int
    evidence: bool  # whether something of the brief lies in it


@dataclass(frozen=True, slots=True)
class Mark:
    """One thing that lies over a stretch of the text."""

    start: int
    end: int
    kind: str  # "content", "quoted", "cue", "source", "claim", "entity", "sentence"
    id: str
    speaker: str = ""
    begins: bool = False  # whether the thing, and not only a further piece of it, begins here
    length: int = field(default=0)  # characters of all its pieces: of two quotes the shorter is the inner one


def mark_article(brief: Brief) -> list[Paragraph]:
    """Cut the article into paragraphs and these into segments, so that marks that cross each other can be shown.

    Every character of the text is in exactly one segment, but for those between paragraphs. What cannot be seen and
    could turn the text around is left out of what is shown.
    """
    places = list(_paragraphs(brief.article.text))
    lying = _by_paragraph(_marks(brief), [start for start, _ in places])
    shown, first = [], 0 if brief.article.title is not None else 1
    for number, ((start, end), over) in enumerate(zip(places, lying, strict=True), first):
        segments = tuple(_segments(brief.article.text, start, end, over))
        words = len(brief.article.text[start:end].split())
        shown.append(Paragraph(number, segments, words, any(mark.kind != "entity" for mark in over)))
    return shown


@dataclass(frozen=True, slots=True)
class Gap:
    """Paragraphs that are not shown, for the budget of words is spent."""

    paragraphs: int
    words: int


def excerpt(paragraphs: Sequence[Paragraph], budget: int) -> list[Paragraph | Gap]:
    """Return the headline and, of the other *paragraphs*, those with evidence that fit into *budget* words, in order.

    A budget of 0 is none: all is shown. What is left out is counted where it stands.
    """
    shown: list[Paragraph | Gap] = []
    left = budget
    for paragraph in paragraphs:
        fits = paragraph.evidence and paragraph.words <= left
        if paragraph.number == 0 or not budget or fits:
            left -= paragraph.words if paragraph.number else 0
            shown.append(paragraph)
            continue
        if shown and isinstance(gap := shown[-1], Gap):
            shown[-1] = Gap(gap.paragraphs + 1, gap.words + paragraph.words)
        else:
            shown.append(Gap(1, paragraph.words))
    return shown


def colour(speaker: str) -> str:
    """Return the class that has the colour of the speaker with that id, "s13"; unattributed is "nobody"."""
    return f"v{(int(speaker[1:]) - 1) % COLOURS}" if speaker else "nobody"


def _paragraphs(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for piece in text.split(BETWEEN_PARAGRAPHS):
        if piece:
            yield start, start + len(piece)
        start += len(piece) + len(BETWEEN_PARAGRAPHS)


def _by_paragraph(marks: Iterator[Mark], starts: Sequence[int]) -> list[list[Mark]]:
    """Return for each paragraph the marks that lie over it; comparing each with each takes seconds in a book."""
    lying: list[list[Mark]] = [[] for _ in starts]
    for mark in marks:
        for number in range(max(bisect_right(starts, mark.start) - 1, 0), bisect_left(starts, mark.end)):
            lying[number].append(mark)
    return lying


def _marks(brief: Brief) -> Iterator[Mark]:
    for quote in brief.quotes:
        speaker = quote.speaker or ""
        yield from _lay("content", quote.id, quote.content, speaker)
        for passage in quote.quoted:
            start, end = with_marks(brief.article.text, passage)
            yield Mark(start, end, "quoted", quote.id, speaker)
        yield from _lay("cue", quote.id, quote.cue, speaker)
        yield from _lay("source", quote.id, quote.source, speaker)
    for claim in brief.claims:
        yield from _lay("claim", claim.id, claim.content)
    for number, entity in enumerate(brief.entities, 1):
        for mention in entity.mentions:
            yield from _lay("entity", f"e{number}", [mention])
    for number, line in enumerate(brief.summary, 1):
        yield from _lay("sentence", f"u{number}", [line.passage])


def _lay(kind: str, id: str, passages: Sequence[Passage], speaker: str = "") -> Iterator[Mark]:  # noqa: A002
    length = sum(passage.end - passage.start for passage in passages)
    for number, passage in enumerate(passages):
        yield Mark(passage.start, passage.end, kind, id, speaker, number == 0, length)


def _segments(text: str, start: int, end: int, over: Sequence[Mark]) -> Iterator[Segment]:
    cuts = {start, end}
    for mark in over:
        cuts.update((max(mark.start, start), min(mark.end, end)))
    for begin, stop in pairwise(sorted(cuts)):
        yield _segment(
            visible(text[begin:stop]), begin, [mark for mark in over if mark.start < stop and begin < mark.end]
        )


def _segment(words: str, begin: int, over: Sequence[Mark]) -> Segment:
    contents = [mark for mark in over if mark.kind == "content"]
    inner = min(contents, key=lambda mark: mark.length, default=None)
    new = [mark for mark in over if mark.start == begin and mark.begins]
    return Segment(
        text=words,
        classes=" ".join(_classes(over, inner)),
        quotes=_ids(contents),
        speakers=" ".join(dict.fromkeys(mark.speaker for mark in over if mark.speaker)),
        claims=_ids(mark for mark in over if mark.kind == "claim"),
        entities=_ids(mark for mark in over if mark.kind == "entity"),
        sentences=_ids(mark for mark in over if mark.kind == "sentence"),
        anchors=tuple(dict.fromkeys(mark.id for mark in new if mark.kind in ("content", "claim", "sentence"))),
        number=next((mark.speaker[1:] or "?" for mark in new if mark is inner), ""),
    )


def _classes(over: Sequence[Mark], inner: Mark | None) -> Iterator[str]:
    kinds = {mark.kind for mark in over}
    if inner:
        quoted = any(mark.kind == "quoted" and mark.id == inner.id for mark in over)
        yield "said"
        yield "direct" if quoted else "indirect"
        yield colour(inner.speaker)
    elif theirs := next((mark for mark in over if mark.kind in ("source", "cue")), None):
        yield colour(theirs.speaker)
    yield from (kind for kind in ("cue", "source", "claim", "entity") if kind in kinds)


def _ids(marks: Iterator[Mark] | Sequence[Mark]) -> str:
    return " ".join(dict.fromkeys(mark.id for mark in marks))
