"""The article's text made fit to be shown: on one line, nothing hidden in it, cut with its quotation marks closed."""

from __future__ import annotations

import re
import unicodedata

CUT = " […]"
"""Says that the article's words go on."""

SENTENCE_END = re.compile(r"(?<=\w{3})[.!?][”’\"]*(?=\s|$)")
"""Not behind two letters, which may be an abbreviation."""

ENDS = re.compile(r"(?P<opening>“|(?<![^\s(\[–—])\")|(?P<closing>[”\"])")
DEEPEST = 2
"""Quotations within quotations that are closed; deeper, it is more likely that marks are missing."""

JOINERS = "\u200c\u200d"
"""Invisible, but parts of words in some scripts and of some emoji."""

INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})
"""Unicode's categories of control, format (zero-width, text direction), surrogate and private characters."""


def plain(text: str) -> str:
    """Return *text* on one line, without what cannot be seen: it could hide a link or turn the text around."""
    return " ".join(visible(text).split())


def visible(text: str) -> str:
    """Return *text* without what cannot be seen, all its blanks kept."""
    if text.isprintable():  # looking at each character takes its time, and is hardly ever needed
        return text
    return "".join(_visible(char) for char in text)


def _visible(char: str) -> str:
    if char.isspace():
        return " "
    return "" if is_invisible(char) else char


def is_invisible(char: str) -> bool:
    """Tell whether nothing is seen of *char*, or whether it commands a terminal or the direction of writing."""
    return unicodedata.category(char) in INVISIBLE and char not in JOINERS


def cut(text: str, limit: int) -> str:
    """Return *text*, or what of its beginning fits into *limit* characters, cut between sentences or words."""
    if len(text) <= limit:
        return text
    kept = text[: max(limit - len(CUT) - DEEPEST, 0)]
    if " " in kept and not text[len(kept)].isspace():
        kept = kept.rsplit(" ", 1)[0]
    return broken_off(kept)


def broken_off(kept: str) -> str:
    """Return *kept*, the beginning of a text, as it is shown: to its last full stop, if that is in its second half.

    What is cut amid a sentence may seem to say the opposite; marks are closed, and a sign stands for the rest.
    """
    ends = [match.end() for match in SENTENCE_END.finditer(kept) if 2 * match.end() >= len(kept)]
    kept = kept[: ends[-1]] if ends else kept.rstrip(" “")
    return kept + closing(kept) + CUT


def closing(text: str) -> str:
    """Return the marks that close the quotations which *text* opens and does not close."""
    still: list[str] = []
    for mark in ENDS.finditer(text):
        if opening := mark["opening"]:
            still.append("”" if opening == "“" else opening)
        elif still and still[-1] == mark["closing"]:
            still.pop()
    return "".join(reversed(still[:DEEPEST]))


def with_marks_closed(pieces: list[str]) -> list[str]:
    """Return the pieces of one text so that quotation marks left open by a cut close and open again."""
    closed, opening = [], ""
    for piece in pieces:
        whole = opening + piece
        opening = closing(whole)[::-1].replace("”", "“")
        closed.append(whole + closing(whole))
    return closed
