"""Find what stands in quotation marks, whatever marks a publisher uses.

Marks are read paragraph by paragraph: one that is never closed ends with its paragraph, and where the next
paragraph opens with a mark again the quotation goes on there, as newspapers set long quotations.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass

from bot.models import CharSpan, Spans

MARK = re.compile(
    r"""(?P<open>[“‟„«]|(?<!\S)[”»](?=\w))          # some languages open with ” or », which then stand before a word
      | (?P<close>[”»])
      | (?P<even>"|''|``)                          # typewriter marks look the same on both sides
      | (?P<single_open>(?<![\w.,!?…])[‘'](?=[\w“"$£€…\[])(?!\d\ds\b|(?:em|n|til|tis|twas)\b))
                                                   # a single mark before a word opens, unless letters are left out …
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
    closing: re.Match[str] | None = None  # known from the start where a single mark opened
    within = False  # a quotation within it, in marks of the other kind, is open
    for mark in MARK.finditer(text, paragraph.start, paragraph.end):
        if opened is None:
            closing = _single_end(text, mark.end(), paragraph.end) if mark.lastgroup == "single_open" else None
            if closing or _opens(text, mark):
                opened, within = mark, False
        elif closing is not None:
            if mark.start() == closing.start():
                found += _quotation(text, opened, mark.start(), mark.end())
                opened = closing = None
        elif _begins_within(text, opened, mark):
            within = True
        elif within and _is_other(opened, mark):
            within = False
        elif _answers(opened, mark) or (_is_other(opened, mark) and _closes(text, mark)):
            found += _quotation(text, opened, mark.start(), mark.end())
            opened = closing = None
    if opened is not None:
        found += _quotation(text, opened, paragraph.end, paragraph.end)
    return found


def _quotation(text: str, opened: re.Match[str], inner_end: int, end: int) -> list[Quotation]:
    """Return the quotation, blanks beside its marks cut; none where there is nothing in it."""
    words = text[opened.end() : inner_end]
    if not words.strip():
        return []
    start = opened.end() + len(words) - len(words.lstrip())
    inner = CharSpan(start, start + len(words.strip()))
    return [Quotation(CharSpan(opened.start(), end), inner, open_ended=inner_end == end)]


def _opens(text: str, mark: re.Match[str]) -> bool:
    """Tell whether double marks open here: those after a figure are inches."""
    return mark.lastgroup == "open" or (
        mark.lastgroup == "even" and not text[mark.start() - 1 : mark.start()].isdigit()
    )


def _answers(opened: re.Match[str], mark: re.Match[str]) -> bool:
    """Tell whether *mark* closes what *opened* opened: marks of another kind are quotations within it."""
    if opened.lastgroup == "open":
        return mark.group() in {"”", "»"} or (opened.group(), mark.group()) in {("„", "“"), ("»", "«")}
    return mark.group() == opened.group() or (opened.group() == "``" and mark.group() in {"''", '"'})


def _is_other(opened: re.Match[str], mark: re.Match[str]) -> bool:
    """Tell whether a curly mark was opened and *mark* is straight, or the other way round."""
    return (opened.group(), mark.group()) in {("“", '"'), ('"', "“"), ('"', "”")}


def _begins_within(text: str, opened: re.Match[str], mark: re.Match[str]) -> bool:
    """Tell whether *mark* begins a quotation within another, as in “He said "no" to us.” it does before "no"."""
    if not _is_other(opened, mark) or mark.group() == "”":
        return False
    return mark.group() == "“" or not text[mark.start() - 1].strip() or text[mark.start() - 1] in "([—–-“"


def _closes(text: str, mark: re.Match[str]) -> bool:
    """Tell whether *mark* stands where a quotation ends. Some publishers close with the other kind of mark."""
    before, after = text[mark.start() - 1], text[mark.end() : mark.end() + 1]
    return bool(before.strip()) and not before.isdigit() and not after.isalnum()


def _single_end(text: str, start: int, end: int) -> re.Match[str] | None:
    """Find what closes a single mark; None where it is an apostrophe's, as in "the voters' rights"."""
    for mark in MARK.finditer(text, start, end):
        if mark.lastgroup == "single_open":
            return None
        if mark.lastgroup == "single_close" and (
            text[mark.start() - 1] != "s" or mark.end() == end or text[mark.end()] in ",.;:"
        ):
            return mark
    return None


def quoted_parts(content: Spans, quotations: tuple[Quotation, ...]) -> Spans:
    """Return the parts of *content* that stand inside quotation marks, the marks left out."""
    parts = []
    for piece in content:
        for quotation in overlapping(quotations, piece):
            start, end = max(piece.start, quotation.inner.start), min(piece.end, quotation.inner.end)
            if start < end:
                parts.append(CharSpan(start, end))
    return tuple(parts)


def overlapping(quotations: tuple[Quotation, ...], span: CharSpan) -> tuple[Quotation, ...]:
    """Return those of *quotations*, which are in text order, that share a character with *span*."""
    first = bisect_right(quotations, span.start, key=lambda quotation: quotation.outer.end)
    last = bisect_left(quotations, span.end, key=lambda quotation: quotation.outer.start)
    return quotations[first:last]
