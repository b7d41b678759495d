"""The app's own page in Slack: what it can do, what this person had read, and how it is set up."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from adapters.slack.blocks import Block, Element, context, header, line, link, rich_text, text, unparsed
from adapters.slack.render import FACT, PAGE_LINK
from bot import wording
from bot.brief import Brief
from bot.catalogue import Words, _
from bot.evidence import page_address
from bot.instructions import HELP
from bot.typography import cut

MOST = 10
"""Briefs that the page lists. A guess: what somebody read today."""

TITLE = 150


def render_home(recent: Sequence[tuple[str, Brief, str | None]], settings: Sequence[Words]) -> dict[str, Any]:
    """Show the *recent* briefs of a person, each with its id and its page's address, and the *settings* in words."""
    blocks: list[Block] = [
        header(_("Nutgraf, the newsroom's reader")),
        *(_paragraph(part) for part in _(HELP).split("\n\n")),
    ]
    blocks.append(header(_("Your last briefs")))
    blocks += [_brief(brief, page) for _id, brief, page in recent[:MOST]] or [
        _paragraph(_("None yet. Send me a link."))
    ]
    blocks += [header(_("How I am set up")), *(context(unparsed(str(one))) for one in settings)]
    return {"type": "home", "blocks": blocks}


def _paragraph(words: str) -> Block:
    return rich_text(line([text(words)]))


def _brief(brief: Brief, page: str | None) -> Block:
    title = cut(wording.title(brief), TITLE)
    address = page_address(brief.article)
    short = address if address and len(address) <= PAGE_LINK else None
    shown: list[Element] = [link(short, title) if short else text(title, bold=True)]
    shown.append(text(f"  {' · '.join(cut(fact, FACT) for fact in wording.origin(brief))}"))
    if page:
        shown += [text("  "), link(page, _(wording.ITS_PAGE))]
    return rich_text(line(shown))
