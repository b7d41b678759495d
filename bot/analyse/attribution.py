"""Find who says what: source, cue and content, with direct, indirect and mixed contents.

Where the reader has read, its attributions are taken and the quotation marks have the last word about them. Without
it, the marks come first, because they are certain, and what is left of the reporting verbs is read by the parse.

Roles as in PolNeAR: Newell, Margolin and Ruths (2018), "An Attribution Relations Corpus for Political News", LREC.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from spacy.tokens import Doc

from bot.analyse.decoding import Linked
from bot.analyse.direct import find_direct
from bot.analyse.entities import is_title
from bot.analyse.indirect import find_indirect
from bot.analyse.quotation import Quotation, overlapping, quoted_parts
from bot.analyse.signed import Found
from bot.models import Attribution, CharSpan, QuoteType, Spans, covered, split_paragraphs

WORD = re.compile(r"[^\W_]+")

LEFT_OVER_WORDS = 9
"""Words from which a quotation inside a sentence is a statement, not a title or a turn of phrase. A guess."""

DIRECT_SHARE = 0.8
"""Share of a content's words in quotation marks from which it is direct, as PolNeAR's scorers draw the line."""

LEAST_CONFIDENCE = 0.0
"""Confidence from which the reader's source is believed; below, it is only a candidate. 0 until the reader that ships
is calibrated: then the value below which too many sources are wrong."""

STRAY = " \t\N{NO-BREAK SPACE},;:"
"""What a content does not begin or end with, unless it stands in its quotation marks."""

BLANKS = re.compile(r"[^\S\n\r\v\f\u2028\u2029]*")
"""What joins two pieces that the reader parted: blanks within a line."""

ADDRESS = re.compile(r"(?:[a-z]{2,8}://|www\.)\S+|[^\s@]+@[^\s@]+\.[a-z]{2,}|(?:[\w-]+\.)+[a-z]{2,}(?:/\S*)?", re.I)
"""What in quotation marks is no statement: where something is to be found, or somebody to be reached."""

NOBODY = -1


def find_attributions(doc: Doc, paragraphs: Spans, quotations: tuple[Quotation, ...]) -> list[Attribution]:
    """Find who says what in *doc*.

    Args:
        doc: the article, with lemmas and a dependency parse.
        paragraphs: as in ``Article.paragraphs``.
        quotations: as ``find_quotations`` gives them.

    Returns:
        Attributions in text order; no two contents overlap.

    Raises:
        ValueError: *doc* has no dependency parse.
    """
    if not doc.has_annotation("DEP"):
        raise ValueError("attributions need a dependency parse")
    text = doc.text
    direct = find_direct(doc, paragraphs, quotations)
    found = direct + find_indirect(doc, quotations, direct)
    found += _left_over(text, quotations, found)
    return [_attribution(one, text, quotations) for one in sorted(found, key=lambda one: one.content[0])]


def take_attributions(
    text: str,
    found: Sequence[Linked],
    quotations: tuple[Quotation, ...],
    *,
    signed: Sequence[Found] = (),
    least: float = LEAST_CONFIDENCE,
) -> list[Attribution]:
    """Make attributions of what the reader *found* in *text*.

    Args:
        text: the article's.
        found: no two contents overlap.
        quotations: as ``find_quotations`` gives them. A content that ends in the middle of one gets all of it; a
            piece that is nothing but a title or an address in marks goes.
        signed: statements whose layout says who speaks, which the reader need not be asked about.
        least: confidence below which a source is kept as a candidate only.

    Returns:
        Attributions in text order; no two contents overlap. Long quotations that nobody is given are among them.
    """
    taken_up = covered(len(text), (span for one in signed for span in (*one.source, *one.content)))
    found = [rest for one in found if (rest := _without(one, taken_up))]
    owners = _owners(text, found)
    kept = []
    for number, one in enumerate(found):
        content = _trimmed(text, _widened(one.content, number, owners, quotations), quotations)
        content = tuple(piece for piece in content if not _is_label(text, piece, quotations))
        if content:
            kept.append(Linked(one.source, one.cue, content, one.confidence))
    taken = [_taken(one, text, quotations, least) for one in kept]
    left = [_attribution(one, text, quotations) for one in _left_over(text, quotations, [*kept, *signed])]
    left += [_attribution(one, text, quotations) for one in signed]
    return sorted([*taken, *left], key=lambda one: one.content[0])


def _without(one: Linked, taken_up: bytearray) -> Linked | None:
    """Return *one* without the pieces of content that are *taken_up*; None where nothing is left."""
    content = tuple(piece for piece in one.content if not any(taken_up[piece.start : piece.end]))
    return Linked(one.source, one.cue, content, one.confidence) if content else None


def _owners(text: str, found: Sequence[Linked]) -> NDArray[np.int32]:
    """Return for each character the number of the attribution whose content it is in.

    ``NOBODY`` where it is in none; sources and cues, which several may share, count as somebody else's: there it is
    ``len(found)``.
    """
    owners = np.full(len(text), NOBODY, np.int32)
    for number, one in enumerate(found):
        for span in one.content:
            owners[span.start : span.end] = number
    for one in found:
        for span in (*one.source, *one.cue):
            free = owners[span.start : span.end]
            free[free == NOBODY] = len(found)
    return owners


def _widened(content: Spans, number: int, owners: NDArray[np.int32], quotations: tuple[Quotation, ...]) -> Spans:
    """Stretch each piece over the quotations that it cuts through, where nothing else is in them."""
    stretched: list[CharSpan] = []
    for piece in content:
        start, end = piece.start, piece.end
        for quotation in overlapping(quotations, piece):
            outer = quotation.outer
            whose = owners[outer.start : outer.end]
            if outer.overlaps(piece) and not quotation.open_ended and np.isin(whose, (NOBODY, number)).all():
                start, end = min(start, outer.start), max(end, outer.end)
        owners[start:end] = number
        if stretched and stretched[-1].end >= start:
            start, end = stretched[-1].start, max(stretched.pop().end, end)
        stretched.append(CharSpan(start, end))
    return tuple(stretched)


def _trimmed(text: str, content: Spans, quotations: tuple[Quotation, ...]) -> Spans:
    """Cut *content* where lines end, and stray commas off its edges; pieces without a word go."""
    trimmed: list[CharSpan] = []
    for piece in content:
        for line in split_paragraphs(piece.of(text)):
            span = _without_stray(text, CharSpan(piece.start + line.start, piece.start + line.end), quotations)
            if trimmed and BLANKS.fullmatch(text, trimmed[-1].end, span.start):
                span = CharSpan(trimmed.pop().start, span.end)
            trimmed.append(span)
    return tuple(span for span in trimmed if WORD.search(text, span.start, span.end))


def _without_stray(text: str, line: CharSpan, quotations: tuple[Quotation, ...]) -> CharSpan:
    """Cut commas at both ends of *line*, unless they stand in its quotation marks, or there is nothing else."""
    marks = [one.outer for one in overlapping(quotations, line) if one.outer.overlaps(line)]
    inside = covered(line.end - line.start, (_within(line, outer) for outer in marks))
    free = "".join("q" if quoted else letter for letter, quoted in zip(line.of(text), inside, strict=True))
    start, end = len(free) - len(free.lstrip(STRAY)), len(free.rstrip(STRAY))
    return CharSpan(line.start + start, line.start + end) if start < end else line


def _within(piece: CharSpan, other: CharSpan) -> CharSpan:
    """Return what *other* covers of *piece*, counted from its beginning."""
    return CharSpan(max(other.start - piece.start, 0), min(other.end, piece.end) - piece.start)


def _is_label(text: str, piece: CharSpan, quotations: tuple[Quotation, ...]) -> bool:
    """Tell whether *piece* is nothing but a title or an address in quotation marks."""
    marked = (one.inner.of(text) for one in overlapping(quotations, piece) if one.outer == piece)
    return any(is_title(words) or ADDRESS.fullmatch(words) for words in marked)


def _taken(one: Linked, text: str, quotations: tuple[Quotation, ...], least: float) -> Attribution:
    quoted = quoted_parts(one.content, quotations)
    source, candidate = (one.source, ()) if one.confidence >= least else ((), one.source)
    return Attribution(
        source, one.cue, one.content, quoted, _type(text, one.content, quoted), one.confidence, candidate
    )


def _left_over(text: str, quotations: tuple[Quotation, ...], found: Sequence[Found | Linked]) -> list[Found]:
    """Keep the quotations that are long enough to be somebody's statement, though nothing says whose."""
    taken = covered(len(text), (span for one in found for span in (*one.content, *one.source, *one.cue)))
    return [
        Found((), (), (quotation.outer,))
        for quotation in quotations
        if len(WORD.findall(quotation.inner.of(text))) >= LEFT_OVER_WORDS
        and not ADDRESS.fullmatch(quotation.inner.of(text))
        and not any(taken[quotation.outer.start : quotation.outer.end])
    ]


def _attribution(found: Found, text: str, quotations: tuple[Quotation, ...]) -> Attribution:
    quoted = quoted_parts(found.content, quotations)
    return Attribution(found.source, found.cue, found.content, quoted, _type(text, found.content, quoted))


def _type(text: str, content: Spans, quoted: Spans) -> QuoteType:
    share = _words(text, quoted) / max(_words(text, content), 1)
    if share >= DIRECT_SHARE:
        return QuoteType.DIRECT
    return QuoteType.MIXED if share else QuoteType.INDIRECT


def _words(text: str, spans: Spans) -> int:
    return sum(len(WORD.findall(span.of(text))) for span in spans)
