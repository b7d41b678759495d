"""Sentences that can be lifted out whole: never cut inside a quotation or across a paragraph."""

from __future__ import annotations

import re

from spacy.tokens import Doc, Span

from bot.analyse.grammar import text_of
from bot.analyse.quotation import Quotation, overlapping
from bot.models import CharSpan, Spans

CLOSING = "”»\"'’)]…"

DATELINE = re.compile(
    r"(?:[A-Z][A-Z.’'\-]+(?:[ ,]+(?:[A-Z][\w.’'\-]*|\d{1,2}))*[ ,]*)?"
    r"(?:\((?:AP|UPI|Reuters|AFP|[A-Z][\w /]{1,20})\)\s*)?[—–―-]{1,2}\s+"
)
"""Where and when it was filed: "WASHINGTON, June 10 (UPI) — "."""


def find_sentences(doc: Doc, paragraphs: Spans, quotations: tuple[Quotation, ...]) -> Spans:
    """Find the sentences of *doc*, in text order, blanks at their edges cut.

    The parser ends sentences inside quotations and before closing marks; those pieces are joined again, so
    that "“We were wrong. I am sorry,” she said." is one sentence with its speaker.
    """
    text = text_of(doc)
    starts = {paragraph.start for paragraph in paragraphs}
    found: list[CharSpan] = []
    for sentence in doc.sents:
        span = _trimmed(sentence)
        if span is None:
            continue
        if found and span.start not in starts and not _may_begin(text, found[-1], span, quotations):
            found[-1] = CharSpan(found[-1].start, span.end)
        else:
            found.append(span)
    return tuple(found)


def _trimmed(sentence: Span) -> CharSpan | None:
    words = sentence.text.strip()
    if not words:
        return None
    start = sentence.start_char + sentence.text.index(words)
    return CharSpan(start, start + len(words))


def _may_begin(text: str, before: CharSpan, span: CharSpan, quotations: tuple[Quotation, ...]) -> bool:
    ended = before.of(text).rstrip(CLOSING)[-1:] in {".", "?", "!", ":", ";"} or before.of(text)[-1:] == "…"
    inside = any(q.outer.start < span.start for q in overlapping(quotations, CharSpan(span.start, span.start + 1)))
    return ended and not inside and not span.of(text)[0].islower() and span.of(text)[0] not in CLOSING


def without_dateline(text: str, sentence: CharSpan) -> CharSpan:
    """Return *sentence* without the place and date before its first words."""
    match = DATELINE.match(text, sentence.start, sentence.end)
    starts = (
        match is not None and text[sentence.start].isupper() and text[sentence.start : sentence.start + 2].isupper()
    )
    return CharSpan(match.end(), sentence.end) if match and starts and match.end() < sentence.end else sentence


def is_filed_from(text: str, name: CharSpan) -> bool:
    """Tell whether *name* is where a story was filed: "HEMPSTEAD" of "HEMPSTEAD, N.Y., Sept. 26 (UPI) — "."""
    if (name.start and text[name.start - 1] != "\n") or not name.of(text).isupper():
        return False
    match = DATELINE.match(text, name.start)
    return match is not None and bool(set(",(") & set(text[name.end : match.end()]))
