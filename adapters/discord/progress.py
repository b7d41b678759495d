"""What stands in the channel around the briefs: what is being read, what came of it, and why something did not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from urllib.parse import urlsplit

import discord

from adapters.discord.markdown import cut, escape, fit, link, unpinging
from bot.catalogue import _, plural
from bot.models import Item
from bot.wanted import LINK

MESSAGE, THREAD_NAME = 2000, 100
"""Discord's limits, in characters."""

TITLE = 150
REASON = 200
"""Characters of a title, and of a reason, in the list of what was read. Guesses."""


def thread_name(items: Sequence[Item]) -> str:
    """Return what the thread is called: the site, or how many links there are. Threads' names know no markup."""
    links = _links(items)
    if not links:
        return _("Pasted text")
    return cut(_site(links[0]), THREAD_NAME) if len(links) == 1 else _("Links ({number})", number=len(links))


def reading(items: Sequence[Item], *, in_thread: bool, why: str = "") -> str:
    """Say that the request is being worked on, and, where there is a reason to tell, why not in a thread."""
    links = _links(items)
    if in_thread:
        line = (
            plural(
                "Reading your link, in the thread below …", "Reading {number} links, in the thread below …", len(links)
            )
            if links
            else _("Reading your text, in the thread below …")
        )
    else:
        line = (
            plural("Reading your link …", "Reading {number} links …", len(links)) if links else _("Reading your text …")
        )
    return f"{line}\n{why}" if why else line


def placeholder(item: Item) -> str:
    """Return what stands where *item*'s answer will be."""
    if item.problem:
        return problem(item.problem)
    return (
        _("Reading {link} …", link=fit(_site(item.wanted.link), TITLE))
        if item.wanted.link
        else _("Reading your text …")
    )


def problem(words: str) -> str:
    """Return why there is no brief: addresses can be clicked but are not previewed, nothing else is markup."""
    shown, at = "", 0
    for match in LINK.finditer(words):
        shown += _spaced(words[at : match.start()]) + _address(match.group())
        at = match.end()
    shown += _spaced(words[at:])
    return shown if len(shown) <= MESSAGE else fit(words, MESSAGE)


def in_words(why: str, embeds: Sequence[discord.Embed]) -> str:
    """Return *why* there are no embeds, and what they say: whole lines, as many as a message takes."""
    lines = [problem(why)]
    for embed in embeds:
        lines += [f"**{embed.title}**", *(embed.description or "").splitlines()]
        lines += [escape(embed.footer.text)] if embed.footer.text else []
    return _joined(lines)


def ending(items: Sequence[Item], titles: Mapping[str, str], *, in_thread: bool, why: str = "") -> str:
    """Return the last state of the reply: how much was read, and what.

    Args:
        items: all things wanted, answered.
        titles: what the articles are called, by the id of the item.
        in_thread: whether the answers stand in a thread.
        why: why they do not, where there is a reason to tell.
    """
    lines = [_sum(items, in_thread=in_thread)]
    for item in items:
        if title := titles.get(item.id):
            shown = _titled(title, item.wanted.link)
            lines.append("• " + (shown if item.delivered else _("{story}: the answer was deleted", story=shown)))
        elif item.problem and item.wanted.link:
            lines.append("• " + _("not read: {link}", link=fit(item.wanted.link.partition("://")[2], TITLE)))
        elif item.problem:
            lines.append(f"• {fit(item.problem, REASON)}")
    return _joined([*lines, why] if why else lines)


def _sum(items: Sequence[Item], *, in_thread: bool) -> str:
    """Count what was read. A problem without a link of its own (too many links) is no reading."""
    asked = [item for item in items if item.wanted.link or not item.problem]
    read = [item for item in asked if item.brief]
    if not asked:
        return _("I read nothing.")
    told = _told(len(read), len(asked), of_links=bool(_links(items)))
    return " ".join([told, _("The answers are in the thread.")]) if in_thread else told


def _told(read: int, asked: int, *, of_links: bool) -> str:
    if not of_links:  # there is only one text
        return _("Read your text.") if read else _("I could not read the text.")
    if not read:
        return plural("I could not read the link.", "I could not read any of the {number} links.", asked)
    if read < asked:
        return plural("Read {read} of {number} link.", "Read {read} of {number} links.", asked, read=read)
    return plural("Read your link.", "Read {number} links.", read)


def _titled(title: str, address: str | None) -> str:
    shown = fit(title, TITLE)
    return (address and link(shown, address)) or f"**{shown}**"


def _joined(lines: Sequence[str]) -> str:
    """Join *lines*, whole ones only, as many as a message takes; the rest is counted."""
    kept = list(lines)
    while len("\n".join(kept)) > MESSAGE - len("\nund 10 weitere"):
        kept.pop()
    left = len(lines) - len(kept)
    return "\n".join(kept) + ("\n" + plural("and {number} more", "and {number} more", left) if left else "")


def _links(items: Sequence[Item]) -> list[str]:
    return [item.wanted.link for item in items if item.wanted.link]


def _site(address: str) -> str:
    try:
        return urlsplit(address).hostname or address
    except ValueError:  # brackets that are no IPv6 address
        return address


def _spaced(words: str) -> str:
    """Escape *words*, with the blanks at their ends kept."""
    if not words.strip():
        return " " if words else ""
    before, after = words[: len(words) - len(words.lstrip())], words[len(words.rstrip()) :]
    return f"{' ' * bool(before)}{escape(words)}{' ' * bool(after)}"


def _address(address: str) -> str:
    """Return *address* so that it can be clicked but is not previewed; only the web's can be clicked."""
    words = address.rstrip(".,:;")
    rest = escape(address[len(words) :])
    return f"<{unpinging(words)}>{rest}" if words.lower().startswith(("http://", "https://")) else escape(address)
