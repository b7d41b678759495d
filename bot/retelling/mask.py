"""Quotations leave for the model as placeholders and come back from the article, so that no model rewrites one."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.analyse.quotation import find_quotations
from bot.models import CharSpan, Spans, split_paragraphs

OPEN, CLOSE = "⟦", "⟧"
PLACEHOLDER = re.compile(rf"{OPEN}([0-9]{{1,4}}){CLOSE}")

ENDS = (".", "!", "?", "…")

LIKE_OURS = str.maketrans({OPEN: "[", CLOSE: "]"})
"""What an article has of our own brackets is sent as others, or it could make placeholders of its own."""


@dataclass(frozen=True, slots=True)
class Masked:
    """A text without its quotations. ``⟦1⟧`` stands for the first of *quotations*, which includes its marks."""

    text: str
    quotations: Spans


def mask(text: str) -> Masked:
    """Put a placeholder in the place of each quotation of *text*, marks included."""
    quotations = tuple(quotation.outer for quotation in find_quotations(text, split_paragraphs(text)))
    parts, at = [], 0
    for number, span in enumerate(quotations, 1):
        last = inner(text, span).endswith(ENDS) and not text[span.end :].lstrip(" ")[:1].islower()
        ends = "." if last else ""  # as its sentence does, so that sentences stay apart
        parts += [text[at : span.start].translate(LIKE_OURS), placeholder(number), ends]
        at = span.end
    return Masked("".join([*parts, text[at:].translate(LIKE_OURS)]), quotations)


def placeholder(number: int) -> str:
    """Return what stands for the quotation *number*, counted from 1."""
    return f"{OPEN}{number}{CLOSE}"


def numbers_in(words: str) -> list[int]:
    """Return the numbers of the quotations that *words* have placeholders of."""
    return [int(number) for number in PLACEHOLDER.findall(words)]


def put_back(words: str, text: str, quotations: Spans) -> str:
    """Return *words* with the quotations of *text* in their places, each in marks that open and close it.

    Every placeholder must stand for one. A comma before a closing mark belongs to the sentence that it stood in, and a
    full stop there ends the sentence that it stands in now.
    """

    def quotation(match: re.Match[str]) -> str:
        said = inner(text, quotations[int(match[1]) - 1]).rstrip(",")
        return f"“{said}”{'' if said.endswith(ENDS) else match[2]}"

    return re.sub(PLACEHOLDER.pattern + r"(\.?)", quotation, words)


def inner(text: str, quotation: CharSpan) -> str:
    """Return what stands within the marks of *quotation*, as one line."""
    words = quotation.of(text)
    found = find_quotations(words, (CharSpan(0, len(words)),))
    return " ".join((found[0].inner.of(words) if found else words).split())
