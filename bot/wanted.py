"""What a message wants read: its links, or the text pasted into it."""

from __future__ import annotations

import re

from bot.errors import LinksInText, NothingToRead, NotWebLink, TooManyLinks
from bot.models import Wanted, storable

_IN_LINK = r"[^\s<>\"“”„«»`\0-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]"
_HOST = r"[^\W_][\w-]{0,62}(?:\.[\w-]{1,63}){0,9}\.[^\W\d_]{2,63}(?::\d+)?"

LINK = re.compile(
    rf"https?://{_IN_LINK}+"
    rf"|\b[a-z][a-z0-9+-]{{0,30}}://{_IN_LINK}+"  # ftp, file and what else is to be refused by name
    rf"|(?<![\w@./:-])(?:www\.[\w-]{_IN_LINK}*|{_HOST}/{_IN_LINK}*)",  # as copied from a browser that hides https
    re.I,
)
"""An address in a message. One without a scheme needs "www." or a path, else "fine.Thanks" would be one."""

LABELLED = re.compile(r"<((?:https?://|www\.)[^\s<>|]+)\|[^<>]*>", re.I)
"""A link with words to show for it, as Slack writes it."""

GLUED = re.compile(r"[,;|](?=https?://)", re.I)
"""Where one link ends and the next begins in a list without blanks."""

ALONE = re.compile(rf"(?:(?P<host>{_HOST})|[a-z][a-z0-9+-]+:(?!/+$)\S+)", re.I)
"""A whole message that is a bare site's name, or an address of a kind that no web page has (mailto:, data:)."""

TRAILING = ".,;:!?'’…*~|。、，；：！？"
"""Punctuation that ends a sentence (or bold, struck, hidden words) rather than an address."""

BRACKETS = {")": "(", "]": "[", "}": "{", "）": "（", "」": "「", "】": "【"}

PASTED_WORDS = 40
"""Words from which a message without links is taken for pasted text. A guess: longer than chat, shorter than news."""

PASTED_CHARACTERS = 400
"""The same for scripts that put no blanks between words. A guess."""

PASTED_WORDS_WITH_LINKS = 150
"""Words from which a message is a pasted article although it has links. A guess: no request is that long."""

PASTED_WORDS_A_LINK = 50
"""Words to each link that a pasted article has at least; a list of links with a line on each has fewer. A guess."""


def find_wanted(message: str, *, max_links: int) -> tuple[Wanted, ...]:
    """Find what *message* asks to be read: its links, or itself, where it is a pasted text.

    A long text with few links is a pasted article: it is read, and a problem says that its links are not.
    The same link twice is read once. Links past *max_links* are named in a problem of their own.

    Returns:
        At least one thing wanted; what cannot be read carries its problem.
    """
    message = storable(message).strip()
    links = find_links(message)
    if _is_pasted(message, len(links)):
        unread = (Wanted(problem=str(LinksInText(links))),) if links else ()
        return (Wanted(text=message), *unread)
    if not links:
        return (_alone(message),)
    left_out = links[max_links:]
    too_many = (Wanted(problem=str(TooManyLinks(max_links, left_out))),) if left_out else ()
    return (*map(_wanted, links[:max_links]), *too_many)


def has_something_to_read(message: str) -> bool:
    """Tell whether *message* has a link in it, is a pasted text, or is a site's name and nothing else."""
    links = find_links(message)
    return bool(links) or _is_pasted(message, 0) or bool(ALONE.fullmatch(_unwrapped(message)))


def find_links(message: str) -> tuple[str, ...]:
    """Find the addresses in *message*, each once, in order, with https where the scheme was left out."""
    plain = LABELLED.sub(r" \1 ", message).replace("](", "] (")  # Markdown's [words](link)
    found = [
        _with_scheme(link)
        for match in LINK.finditer(plain)
        for part in GLUED.split(match.group())
        if (link := _trim(part, before=plain[: match.start()]))
    ]
    return tuple(dict.fromkeys(link for link in found if not link.endswith("://")))


def _is_pasted(message: str, links: int) -> bool:
    words = len(message.split()) - links
    if links:
        return words >= max(PASTED_WORDS_WITH_LINKS, PASTED_WORDS_A_LINK * links)
    return words >= PASTED_WORDS or len(message) >= PASTED_CHARACTERS


def _alone(message: str) -> Wanted:
    """Take a message without links for a site's name or an address that is none of the web's, if it is just that."""
    alone = ALONE.fullmatch(_unwrapped(message))
    if not alone:
        return Wanted(problem=str(NothingToRead()))
    return _wanted(_with_scheme(alone.group()) if alone["host"] else alone.group())


def _unwrapped(message: str) -> str:
    return re.sub(r"^<(.*)>$", r"\1", message)


def _wanted(link: str) -> Wanted:
    if link.startswith(("http://", "https://")):
        return Wanted(link=link)
    return Wanted(link=link, problem=str(NotWebLink(link)))


def _with_scheme(link: str) -> str:
    scheme, mark, rest = link.partition("://")
    return f"{scheme.lower()}://{rest}" if mark and "/" not in scheme else f"https://{link}"


def _trim(link: str, *, before: str) -> str:
    """Cut from the end of *link* what belongs to the sentence around it; "Harbour_(film)" keeps its bracket."""
    trailing = TRAILING + "_" * bool(re.search(r"(?<!\w)_", before))  # _italics_; other addresses may end in one
    link = link.rstrip(trailing)
    while link and link[-1] in BRACKETS and link.count(link[-1]) > link.count(BRACKETS[link[-1]]):
        link = link[:-1].rstrip(trailing)
    return link
