"""Find what stands in quotation marks, whatever marks a publisher uses.

Marks are read paragraph by paragraph: one that is never closed ends with its paragraph, and where the next
paragraph opens with a mark again the quotation goes on there, as newspapers set long quotations.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.models import CharSpan, Spans

MARK = re.compile(
    r"""(?P<open>[“‟„«])
      | (?P<close>[”»])
      | (?P<even>"|''|``)                          # typewriter marks look the same on both sides
      | (?P<single_open>(?<!\w)[‘'](?=[\w“"$£€]))   # a single mark before a word opens …
      | (?P<single_close>(?<=[\w.,!?…"”])[’'](?!\w))  # … and after one, closes: apostrophes have words on both sides
    """,
    re.X,
)


@dataclass(frozen=True, slots=True)
class Quotation:
    """One stretch in quotation marks. ``outer`` includes the marks, ``inner`` does not."""

    outer: CharSpan
    inner: CharSpan
    open_ended: bool = False  # not closed where its paragraph ends: the next paragraph may go on


def find_quotations(text: str, paragraphs: Spans) -> tuple[Quotation, ...]:
    """Find the outermost quotations of *text*, in text order. None crosses a paragraph's end."""
    return tuple(quotation for paragraph in paragraphs for quotation in _in_paragraph(text, paragraph))


def _in_paragraph(text: str, paragraph: CharSpan) -> list[Quotation]:
    found: list[Quotation] = []
    opened: re.Match[str] | None = None
    for mark in MARK.finditer(text, paragraph.start, paragraph.end):
        if opened is None:
            if mark.lastgroup in {"open", "even"} or (
                mark.lastgroup == "single_open" and _closes_single(text, mark.end(), paragraph.end)
            ):
                opened = mark
        elif _answers(opened, mark):
            if mark.start() > opened.end():
                found.append(_quotation(opened.start(), mark.end(), opened.end(), mark.start()))
            opened = None
    if opened is not None and opened.lastgroup != "single_open" and opened.end() < paragraph.end:
        found.append(_quotation(opened.start(), paragraph.end, opened.end(), paragraph.end, open_ended=True))
    return found


def _quotation(start: int, end: int, inner_start: int, inner_end: int, *, open_ended: bool = False) -> Quotation:
    return Quotation(CharSpan(start, end), CharSpan(inner_start, inner_end), open_ended)


def _answers(opened: re.Match[str], mark: re.Match[str]) -> bool:
    """Tell whether *mark* closes what *opened* opened: marks of another kind are quotations within it."""
    if opened.lastgroup == "single_open":
        return mark.lastgroup == "single_close"
    if opened.lastgroup == "open":
        return mark.lastgroup == "close" or (mark.lastgroup == "open" and opened.group() == "„" and mark.group() == "“")
    return mark.lastgroup == "even" and mark.group() != "``"


def _closes_single(text: str, start: int, end: int) -> bool:
    """Tell whether a single mark is a quotation's rather than an apostrophe's ("the voters' rights", "'tis")."""
    closing = next((m for m in MARK.finditer(text, start, end) if m.lastgroup == "single_close"), None)
    return closing is not None and (
        text[closing.start() - 1] != "s" or closing.end() == end or text[closing.end()] in ",.;:"
    )


def quoted_parts(content: Spans, quotations: tuple[Quotation, ...]) -> Spans:
    """Return the parts of *content* that stand inside quotation marks, the marks left out."""
    parts = []
    for piece in content:
        for quotation in quotations:
            if quotation.outer.overlaps(piece):
                start, end = max(piece.start, quotation.inner.start), min(piece.end, quotation.inner.end)
                if start < end:
                    parts.append(CharSpan(start, end))
    return tuple(parts)
