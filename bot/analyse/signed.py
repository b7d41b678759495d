"""Statements whose layout says who speaks: the lines of a transcript, and quotations that are signed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bot.analyse.quotation import Quotation
from bot.models import CharSpan, Spans

TRANSCRIPT = re.compile(r"[“\"]?(?P<name>[A-Z][A-Z.’'-]+(?: [A-Z][A-Z.’'-]+){0,3}\b)(?P<colon>:\s)(?=\S)")
"""A line of a transcript begins with who speaks, in capitals."""

HEADLINE = re.compile(
    r"(?P<name>[A-Z][\w.’'-]+(?: [A-Z][\w.’'-]+){0,3}\b)(?P<colon>:\s)(?P<quotation>[‘“'\"].+[’”'\"]$)"
)
"""A headline that is a name and a quotation."""

SIGNATURE = re.compile(
    r"\s*(?P<dash>[―—–]|--?)\s*(?P<name>[A-Z][\w.’'-]*(?: (?:(?:[a-z]{2,3} )?[A-Z][\w.’'-]*)){0,4}?)(?=[.,]|\s*$)"
)
"""What follows a quotation that is signed: a dash and a name, up to the line's end or what is told about its bearer."""

SIGNED_WORDS = 4
"""Words from which a quotation with a dash and a name behind it is signed. A guess: titles are shorter."""


@dataclass(frozen=True, slots=True)
class Found:
    """An attribution in the making: where its three parts stand."""

    source: Spans
    cue: Spans
    content: Spans


def find_signed(text: str, paragraphs: Spans, quotations: tuple[Quotation, ...]) -> list[Found]:
    """Find the statements whose layout says who speaks, in text order."""
    found = [*find_spoken_lines(text, paragraphs), *_signed_quotations(text, paragraphs, quotations)]
    return sorted(found, key=lambda one: one.content[0])


def find_spoken_lines(text: str, paragraphs: Spans) -> list[Found]:
    """Read transcripts ("WALLACE: Let's start …") and headlines that work like them ("Holt: ‘We were wrong’")."""
    return list(_spoken_lines(text, paragraphs))


def _spoken_lines(text: str, paragraphs: Spans) -> Iterator[Found]:
    for number, paragraph in enumerate(paragraphs):
        line = TRANSCRIPT.match(text, paragraph.start, paragraph.end)
        if line is None and number == 0:
            line = HEADLINE.match(text, paragraph.start, paragraph.end)
        if line:
            colon = line.end("name")
            said = CharSpan(line.end("colon"), paragraph.end)
            yield Found((CharSpan(*line.span("name")),), (CharSpan(colon, colon + 1),), (said,))


def _signed_quotations(text: str, paragraphs: Spans, quotations: tuple[Quotation, ...]) -> Iterator[Found]:
    """Read lines that are a quotation, a dash and a name, as readers' letters and reviews are signed."""
    starts = {paragraph.start: paragraph for paragraph in paragraphs}
    for quotation in quotations:
        paragraph = starts.get(quotation.outer.start)
        if paragraph is None or len(quotation.inner.of(text).split()) < SIGNED_WORDS:
            continue
        if signature := SIGNATURE.match(text, quotation.outer.end, paragraph.end):
            name, dash = CharSpan(*signature.span("name")), CharSpan(*signature.span("dash"))
            yield Found((name,), (dash,), (quotation.outer,))
