"""Text from a page made fit for Discord: shown as it stands, never as markup, mention or link."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import quote

import discord
from discord.utils import escape_mentions

from bot.typography import CUT, DEEPEST, broken_off, plain

# discord.utils.escape_markdown leaves the second of two masked links on one line alive, hence our own pattern.
# A colon is markup in ":smile:" and before "//", where Discord would make a link of it.
MARKUP = re.compile(r"[\\*_`~|\[\]<>]|:(?=//|\w+:)|^[#+-]")
NUMBERED = re.compile(r"^(\d+)([.)])")

NO_MENTIONS = discord.AllowedMentions.none()
"""Said on every write: an edit without it pings all that it names."""

LONGEST_LINK = 700
"""Characters. A guess: past it a link takes the place of two quotations."""


def escape(text: str) -> str:
    """Return *text* so that Discord shows these words and does nothing with them."""
    escaped = MARKUP.sub(lambda match: "\\" + match.group(), escape_mentions(plain(text)))
    return NUMBERED.sub(r"\1\\\2", escaped)


def pieces(text: str, limit: int) -> list[str]:
    """Cut *text* between words (a word only where it is too long itself), not escaped yet.

    Returns:
        At least one piece; each has at most *limit* characters when it is escaped.
    """
    found: list[str] = []
    parts: list[str] = []
    room = limit
    for part in _short_words(plain(text), limit):
        cost = _escaped_length(part.rstrip()) + part.endswith(" ")
        if parts and cost > room:
            found.append("".join(parts).rstrip())
            parts, room = [], limit
        parts.append(part)
        room -= cost
    return [*found, "".join(parts).rstrip()]


def _escaped_length(word: str) -> int:
    return len(word) if word.isalnum() else len(escape(word))  # most words are, and a long list has very many


def _short_words(text: str, limit: int) -> Iterator[str]:
    """Yield words with the blank behind them, and of a word that is too long its pieces, with none between them."""
    half = max(limit // 2 - 1, 1)  # escaping at most doubles a word
    for word in text.split():
        if _escaped_length(word) < limit:
            yield f"{word} "
        else:
            yield from (f"{word} "[start : start + half] for start in range(0, len(word) + 1, half))


def cut(text: str, limit: int) -> str:
    """Return *text*, not escaped, or its first words and a sign that more follow.

    An open quotation mark is closed before that sign, which is not the article's. The result has at most *limit*
    characters when it is escaped.
    """
    if len(escape(text)) <= limit:
        return plain(text)
    return broken_off(pieces(text, limit - len(escape(CUT)) - DEEPEST)[0])


def fit(text: str, limit: int) -> str:
    """Return *text* escaped, cut so that it has at most *limit* characters."""
    return escape(cut(text, limit))


def unpinging(address: str) -> str:
    """Return *address* so that it names nobody: the same place, written otherwise."""
    return re.sub(r"@(?=everyone|here)", "%40", address)


def link(label: str, url: str) -> str | None:
    """Return *url* under *label* (which must be escaped), or None where it is too long to be of use."""
    address = unpinging(quote(url, safe="%:/?#@!$&'*+,;=~-._"))  # no bracket can end the markup early
    return f"[{label}](<{address}>)" if len(address) <= LONGEST_LINK else None
