"""What a message asks for: the same words on every platform."""

from __future__ import annotations

import re

from bot.errors import NothingToRead, NotWebLink, TooManyLinks
from bot.models import Wanted

LINK = re.compile(r"\b[a-z][a-z0-9+.-]*://[^\s<>\"“”]+|\bwww\.[^\s<>\"“”]+", re.I)
TRAILING = ".,;:!?'’*_~|"
"""Punctuation that ends a sentence rather than an address."""

PASTED_WORDS = 40
"""Words from which a message without links is taken for pasted text. A guess: longer than chat, shorter than news."""


def find_wanted(message: str, *, max_links: int) -> tuple[Wanted, ...]:
    """Find what *message* asks to be read: its links, or, without any, the message itself as pasted text.

    The same link twice is read once. Links past *max_links* are named in a problem of their own.

    Returns:
        At least one thing wanted; what cannot be read carries its problem.

    """
    links = list(dict.fromkeys(_trim(match.group()) for match in LINK.finditer(message)))
    if not links:
        if len(message.split()) >= PASTED_WORDS:
            return (Wanted(text=message),)
        return (Wanted(problem=str(NothingToRead())),)
    wanted = [_wanted(link) for link in links[:max_links]]
    if left_out := tuple(links[max_links:]):
        wanted.append(Wanted(problem=str(TooManyLinks(max_links, left_out))))
    return tuple(wanted)


def _wanted(link: str) -> Wanted:
    if re.match(r"https?://", link, re.I):
        return Wanted(link=link)
    return Wanted(link=link, problem=str(NotWebLink(link)))


def _trim(link: str) -> str:
    link = link.rstrip(TRAILING)
    while link.endswith(")") and link.count(")") > link.count("("):
        link = link[:-1].rstrip(TRAILING)
    return link if "://" in link else f"https://{link}"
