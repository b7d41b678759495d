"""Everything of one sort → embeds, one a page: nothing in here is cut. Every string of it is escaped."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import discord

from adapters.discord.markdown import escape, fit, link, pieces
from bot import wording
from bot.answers import Compared, Found, Listing
from bot.brief import Passage
from bot.catalogue import _, plural
from bot.counts import counted
from bot.evidence import PublishersPage, publishers_page
from bot.findings import NOTHING, groups
from bot.typography import DEEPEST, cut, plain, with_marks_closed
from bot.wording import Group, Line

TITLE = 256
"""Discord's limit for an embed's title, in characters."""

FACT = 100
"""Characters of outlet, by-line and a heading in a list."""

ENTRY, PAGE = 2300, 3500
"""Characters of one piece of a list, and of a page where nothing is longer: what is read at a glance. The page's
heading, with its link, comes on top of them and must still leave them within the description."""

ASKED = " · "
"""Stands before what was searched for, below what was found."""

ROLE, CREDIT, LINKS, PLACES = 300, 500, 1000, 300
"""Characters that a role, whose something is, the links to its paragraphs, and paragraph numbers without a link may
have in a list."""

LONGEST_QUESTION = 500
"""Characters of a search: it stands on each page of what it found. A guess: far more than people type."""

Told = Iterable[tuple[Group, PublishersPage | None]]


def render_list(listing: Listing) -> list[discord.Embed]:
    """Return all of a listing, an embed a page; at least one page."""
    title = f"{wording.label(listing.brief, listing.which)} · "
    title += fit(wording.title(listing.brief), TITLE - len(title))
    source = publishers_page(listing.brief.article)
    return _embeds(title, _pages((group, source) for group in listing.groups), _(wording.NOTHING))


def render_comparison(compared: Compared) -> list[discord.Embed]:
    """Return versions side by side, an embed a page."""
    return _embeds(
        _("Compared: {number} versions", number=len(compared.versions)),
        _pages((group, None) for group in compared.groups),
        "",
    )


def render_findings(found: Found, asked: str) -> list[discord.Embed]:
    """Return what a search by the words *asked* found, an embed a page, each with these words below it."""
    statements = counted(len(found.findings), "statement")
    if found.more:
        statements = plural(
            "{statements}, and {number} older", "{statements}, and {number} older", found.more, statements=statements
        )
    title = _("Found: {statements}", statements=statements)
    told = ((group, publishers_page(brief.article)) for brief, group in groups(found.findings))
    return _embeds(title, _pages(told), _(NOTHING), plain(asked))


def _embeds(title: str, pages: Iterable[str], nothing: str, asked: str = "") -> list[discord.Embed]:
    shown = list(pages) or [nothing]
    embeds = [discord.Embed(title=title, description=page) for page in shown]
    for number, embed in enumerate(embeds, 1):
        footer = _("Page {number} of {pages}", number=number, pages=len(shown))
        embed.set_footer(text=f"{footer}{ASKED}{asked}" if asked else footer)  # which knows no markup
    return embeds


def _pages(told: Told) -> Iterator[str]:
    page = ""
    for group, source in told:
        name = fit(group.heading, FACT)
        over = named(name, fit(group.detail, ROLE)) + _proof(source, group.evidence)
        for entry in (entry for one in group.lines for entry in _entries(one, source)):
            if page and len(page) + len(over) + len(entry) + 2 > PAGE:
                yield page
                page = ""
                over = over or _("{heading} (continued)", heading=f"**{name}**")
            page = "\n".join(filter(None, (page, over, entry)))
            over = ""
    if page:
        yield page


def _entries(one: Line, source: PublishersPage | None) -> Iterator[str]:
    """Yield *one* in as many pieces as it takes."""
    after = (f" *{fit(one.credit, CREDIT)}*" if one.credit else "") + _proof(source, one.evidence)
    goes_on, continued = _("(goes on)"), _("(continued)")
    goes_on, continued = f" *{goes_on}*", f"*{continued}* "
    around = len(after) + len(goes_on) + len(continued) + 2 * DEEPEST
    found = with_marks_closed(pieces(one.text, ENTRY - around))
    for number, piece in enumerate(found):
        start = continued if number else ""
        end = after if number == len(found) - 1 else goes_on
        yield f"• {start}{escape(piece)}{end}"
    for below in one.below:
        yield f"  - {fit(below.text, ENTRY // 2)}{source_of(below)}"


def _proof(source: PublishersPage | None, passages: Sequence[Passage]) -> str:
    """Return in which paragraphs *passages* stand, each linked as long as there is room for its address."""
    places = wording.places(passages)
    linked: list[str] = []
    for place, passage in places:
        found = source and link(place, source.at(passage))
        if not found or sum(map(len, linked)) + len(found) > LINKS:
            break
        linked.append(found)
    rest = cut(" ".join(place for place, _ in places[len(linked) :]), PLACES)
    return "".join(f" {one}" for one in [*linked, rest] if one)


def asked_for(message: discord.Message | None) -> str:
    """Return by which words *message* was searched for, "" where it shows nothing found."""
    footer = message.embeds[0].footer.text if message and message.embeds else None
    return (footer or "").partition(ASKED)[2]


def named(name: str, detail: str) -> str:
    """Return a name in bold, and what it is."""
    return f"**{name}**, {detail}" if detail else f"**{name}**"


def source_of(one: Line) -> str:
    """Return the link to another site's page, where there is one that is not too long."""
    linked = link(_(wording.READ_IT), one.link) if one.link else None
    return f" {linked}" if linked else ""
