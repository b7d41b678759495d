"""Every message that shows a brief: the brief itself, and each page of each of its lists."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from typing import Any

import discord

from adapters.discord import pages as discord_pages
from adapters.discord import render as discord_render
from adapters.discord.buttons import brief_view, page_view
from adapters.discord.markdown import NO_MENTIONS
from adapters.slack import pages as slack_pages
from adapters.slack.blocks import Message
from adapters.slack.render import render_brief
from bot.answers import Listing
from bot.brief import Brief
from bot.wording import lists

BRIEF_ID = "0" * 32
PAGE = f"https://nutgraf.example/b/{BRIEF_ID}?t={'t' * 120}"
"""A link to the evidence page, as long as they get."""


def slack_brief(brief: Brief) -> Message:
    """Return the message in which Slack shows *brief*."""
    return render_brief(brief, BRIEF_ID, PAGE)


def slack_pages_of(brief: Brief, which: str) -> Iterator[Message]:
    """Yield every page of a list, turned to one by one."""
    for number in count(1):
        page = slack_pages.render_page(brief, BRIEF_ID, which, number)  # type: ignore[arg-type]
        yield page
        if "Next" not in str(page.blocks[-1]):
            return


def discord_brief(brief: Brief) -> dict[str, Any]:
    """Return the body of the message in which Discord shows *brief*."""
    return _body(discord_render.render(brief), brief_view(brief, BRIEF_ID, PAGE))


def discord_pages_of(brief: Brief, which: str) -> Iterator[dict[str, Any]]:
    """Yield the body of every page of a list."""
    listing = Listing(BRIEF_ID, brief, which)  # type: ignore[arg-type]
    embeds = discord_pages.render_list(listing)
    for number, embed in enumerate(embeds):
        yield _body([embed], page_view(listing, number, len(embeds)))


def slack_messages(brief: Brief) -> Iterator[Message]:
    """Yield all that Slack shows of *brief*."""
    yield slack_brief(brief)
    for which in lists(brief):
        yield from slack_pages_of(brief, which)


def discord_messages(brief: Brief) -> Iterator[dict[str, Any]]:
    """Yield all that Discord shows of *brief*."""
    yield discord_brief(brief)
    for which in lists(brief):
        yield from discord_pages_of(brief, which)


def strings(told: Any, name: str) -> Iterator[str]:
    """Yield every string called *name* anywhere in *told*."""
    if isinstance(told, dict):
        for key, value in told.items():
            if key == name and isinstance(value, str):
                yield value
            else:
                yield from strings(value, name)
    elif isinstance(told, list):
        for one in told:
            yield from strings(one, name)


def _body(embeds: list[discord.Embed], view: discord.ui.View | None) -> dict[str, Any]:
    return {
        "embeds": [embed.to_dict() for embed in embeds],
        "components": view.to_components() if view else [],
        "allowed_mentions": NO_MENTIONS.to_dict(),
    }
