"""Answers to follow-ups → messages: a page of embeds with what turns it, a file, or words."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, assert_never

import discord

from adapters.discord.buttons import COMPARE, SEARCH, page_view, turning_view
from adapters.discord.markdown import NO_MENTIONS
from adapters.discord.pages import render_comparison, render_findings, render_list
from adapters.discord.progress import problem
from bot.answers import Answer, Compared, Found, Listing, Told, Upload
from bot.catalogue import _
from bot.commands import FollowUp, Search, as_words

ALT = 1024
"""Discord's limit for the description of a file, in characters."""


@dataclass(frozen=True, slots=True)
class Shown:
    """One message."""

    words: str | None = None
    embed: discord.Embed | None = None
    view: discord.ui.View | None = None
    upload: Upload | None = None

    def posted(self) -> dict[str, Any]:
        """Return what sends it as a new message."""
        return {
            "content": self.words,
            **({"embed": self.embed} if self.embed else {"suppress_embeds": True}),
            **({"view": self.view} if self.view else {}),
            **({"file": self._file()} if self.upload else {}),
            "allowed_mentions": NO_MENTIONS,
        }

    def edited(self) -> dict[str, Any]:
        """Return what puts it in the place of another."""
        return {
            "content": self.words,
            "embeds": [self.embed] if self.embed else [],
            "view": self.view,
            "attachments": [self._file()] if self.upload else [],
            "allowed_mentions": NO_MENTIONS,
        }

    def _file(self) -> discord.File:
        assert self.upload  # noqa: S101 - the callers looked
        alt = self.upload.alt[:ALT] or None
        return discord.File(io.BytesIO(self.upload.body), self.upload.name, description=alt)


async def show(answer: Answer, page: int, asked: FollowUp, *, most_bytes: int) -> Shown:
    """Return the message that shows *page* of *answer*, which is to what was *asked*.

    Rendering a book's worth takes half a second, so it is done in a thread.
    """
    match answer:
        case Listing():
            embeds = await asyncio.to_thread(render_list, answer)
            return _page(embeds, page, lambda at: page_view(answer, at, len(embeds)))
        case Compared():
            embeds = await asyncio.to_thread(render_comparison, answer)
            return _page(embeds, page, lambda at: turning_view(COMPARE, at, len(embeds)))
        case Found():
            words = as_words(asked.question) if isinstance(asked, Search) else ""
            embeds = await asyncio.to_thread(render_findings, answer, words)
            return _page(embeds, page, lambda at: turning_view(SEARCH, at, len(embeds)))
        case Upload() if len(answer.body) > most_bytes:
            size, most = round(len(answer.body) / 1_000_000, 1), round(most_bytes / 1_000_000, 1)
            told = _(
                "{name} has {size} MB, and Discord takes {most} MB at most here.",
                name=answer.name,
                size=size,
                most=most,
            )
            return Shown(problem(told))
        case Upload():
            return Shown(upload=answer)
        case Told():
            return Shown("\n".join(map(problem, answer.text.splitlines())))
        case never:
            assert_never(never)


def with_speaker(answer: Answer, speaker: str | None) -> Answer:
    """Return of a list of quotes those of one speaker alone."""
    return replace(answer, speaker=speaker) if isinstance(answer, Listing) and speaker else answer


def _page(embeds: Sequence[discord.Embed], page: int, view: Callable[[int], discord.ui.View | None]) -> Shown:
    page = min(page, len(embeds) - 1)
    return Shown(embed=embeds[page], view=view(page))
