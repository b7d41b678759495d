"""Find who says what: source, cue and content, with direct, indirect and mixed contents.

Quotation marks come first, because they are certain; what is left of the reporting verbs is read by the parse.

Roles as in PolNeAR: Newell, Margolin and Ruths (2018), "An Attribution Relations Corpus for Political News", LREC.
"""

from __future__ import annotations

import re

from spacy.tokens import Doc

from bot.analyse.direct import Found, find_direct
from bot.analyse.indirect import find_indirect
from bot.analyse.quotation import Quotation, quoted_parts
from bot.models import Attribution, QuoteType, Spans, covered

WORD = re.compile(r"[^\W_]+")

LEFT_OVER_WORDS = 9
"""Words from which a quotation inside a sentence is a statement, not a title or a turn of phrase. A guess."""

DIRECT_SHARE = 0.8
"""Share of a content's words in quotation marks from which it is direct, as PolNeAR's scorers draw the line."""


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


def _left_over(text: str, quotations: tuple[Quotation, ...], found: list[Found]) -> list[Found]:
    """Keep the quotations that are long enough to be somebody's statement, though nothing says whose."""
    taken = covered(len(text), (span for one in found for span in (*one.content, *one.source, *one.cue)))
    return [
        Found((), (), (quotation.outer,))
        for quotation in quotations
        if len(WORD.findall(quotation.inner.of(text))) >= LEFT_OVER_WORDS
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
