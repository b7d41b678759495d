"""Pasted text to blocks: whatever line breaks and signs mail programs and browsers put into it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from bot.extract.blocks import Block, clean
from bot.extract.forwarded import unwrap
from bot.extract.furniture_words import SIGNATURE
from bot.extract.manuscript import Manuscript

QUOTE_MARKS = re.compile(r"^[ \t]*(?:>[ \t]?)+", re.M)
BLANK_LINES = re.compile(r"\n[^\S\n]*\n\s*")
WIDEST = 100
"""Characters of the longest line that a mail program would wrap at. A guess: they wrap at 65 to 80."""

HEADLINE_WORDS = 30
"""Words that a headline has at most. A guess: the longest of news sites have some 25."""


def read_pasted(text: str) -> Manuscript:
    """Read pasted *text*; what mail and chat programs put around a forwarded one is dropped.

    The subject of a forwarded mail is its headline.
    """
    text = re.sub(r"\r\n?|[\u2028\u0085\v\f]", "\n", text).replace("\u2029", "\n\n")
    message = unwrap(_without_quote_marks(text))
    blocks = tuple(split_pasted(message.text))
    return Manuscript(blocks=blocks, headline=message.subject, dropped=message.dropped)


def split_pasted(text: str) -> list[Block]:
    """Split *text* into its paragraphs, each on one line, with no word changed.

    Blank lines part paragraphs; where there are none, every line break does, except for those of hard-wrapped
    text, which are found by the test that the next line's first word would not have fitted.
    """
    groups = [[clean(line) for line in group.split("\n")] for group in BLANK_LINES.split(text)]
    groups = [[line for line in group if line] for group in groups]
    width = _wrap_width(groups)
    return [Block(paragraph) for group in groups for paragraph in _unwrap(group, width)]


def take_headline(blocks: Sequence[Block]) -> tuple[str | None, list[Block]]:
    """Part the headline from the rest: a short first line without a full stop, above longer paragraphs."""
    if len(blocks) < 2:
        return None, list(blocks)
    first, rest = blocks[0].text, list(blocks[1:])
    if len(first.split()) > HEADLINE_WORDS or first.endswith((".", ",", ";", ":")) or SIGNATURE.fullmatch(first):
        return None, list(blocks)
    if not any(block.is_prose and len(block.text) > len(first) for block in rest[:4]):
        return None, list(blocks)
    return first, rest


def _without_quote_marks(text: str) -> str:
    lines = [line for line in text.split("\n") if line.strip()]
    if lines and sum(line.lstrip().startswith(">") for line in lines) > len(lines) / 2:
        return QUOTE_MARKS.sub("", text)
    return text


def _wrap_width(groups: Sequence[Sequence[str]]) -> int | None:
    """Return the width at which the text was wrapped, or None where its line breaks are its own."""
    lengths = sorted(len(line) for group in groups for line in group)
    if len(lengths) < 4 or lengths[-1 - len(lengths) // 20] > WIDEST:
        return None
    width = max(length for length in lengths if length <= WIDEST)
    pairs = [pair for group in groups for pair in pairwise(group)]
    wrapped = sum(_was_wrapped(*pair, width) for pair in pairs)
    return width if width >= 40 and wrapped >= 3 and wrapped > len(pairs) / 2 else None


def _was_wrapped(line: str, following: str, width: int) -> bool:
    return len(line) + 1 + len(following.split()[0]) > width


def _unwrap(lines: Sequence[str], width: int | None) -> list[str]:
    paragraphs: list[str] = []
    before = ""
    for line in lines:
        if width and before and _was_wrapped(before, line, width):
            # A word that was broken at its own hyphen keeps it: "well-" and "known".
            glue = "" if re.search(r"\w-$", before) and line[0].islower() else " "
            paragraphs[-1] += glue + line
        else:
            paragraphs.append(line)
        before = line
    return paragraphs
