"""The buttons below a brief. Their ids carry all that they need, so that they work after a restart."""

from __future__ import annotations

import asyncio
import logging
import re
from typing import TYPE_CHECKING, Any, cast
from uuid import uuid4

import discord

from adapters.discord.progress import problem
from adapters.discord.render import render_list
from bot.brief import Brief
from bot.catalogue import _
from bot.errors import BotError, Unexpected
from bot.models import List
from bot.wording import ITS_PAGE, LISTS, label, lists

if TYPE_CHECKING:
    from adapters.discord.app import NutgrafClient

log = logging.getLogger(__name__)

OPEN, TURN = "open", "turn"
BUTTON_URL = 512
"""Discord's limit, in characters."""

NO_MENTIONS = discord.AllowedMentions.none()


class ListButton(
    discord.ui.DynamicItem[discord.ui.Button[discord.ui.View]],
    template=rf"brief:(?P<do>{OPEN}|{TURN}):(?P<which>{'|'.join(LISTS)}):(?P<brief>[0-9a-f]{{32}}):(?P<page>\d{{1,4}})",
):
    """Opens a list of a brief for whoever presses, or turns its page."""

    def __init__(self, words: str, do: str, which: List, brief_id: str, page: int) -> None:
        custom_id = f"brief:{do}:{which}:{brief_id}:{page}"
        super().__init__(discord.ui.Button(label=words, custom_id=custom_id))
        self._turns = do == TURN
        self._which = which
        self._brief_id = brief_id
        self._page = page

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction[Any], item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> ListButton:
        """Make the button anew from the id in a press."""
        words = cast("discord.ui.Button[discord.ui.View]", item).label or ""
        return cls(words, match["do"], cast("List", match["which"]), match["brief"], int(match["page"]))

    async def callback(self, interaction: discord.Interaction[NutgrafClient]) -> None:  # type: ignore[override]
        """Show the page, to the one who pressed alone."""
        await interaction.response.defer(ephemeral=True, thinking=not self._turns)  # Discord gives up after 3 seconds
        try:
            brief = await interaction.client.desk.recall(workspace_of(interaction), self._brief_id)
        except BotError as error:
            await self._answer(interaction, content=problem(str(error)))
        except Exception:  # a fault of ours: whoever pressed is told, and the log has it all
            reference = uuid4().hex[:8]
            log.exception("button %s: %s", self.custom_id, reference)
            await self._answer(interaction, content=problem(str(Unexpected(reference))))
        else:
            pages = await asyncio.to_thread(render_list, brief, self._which)  # a book's worth takes half a second
            page = min(self._page, len(pages) - 1)
            view = _page_view(self._which, self._brief_id, page, len(pages))
            await self._answer(interaction, embeds=[pages[page]], view=view)

    async def _answer(
        self,
        interaction: discord.Interaction[NutgrafClient],
        *,
        content: str | None = None,
        embeds: list[discord.Embed] | None = None,
        view: discord.ui.View | None = None,
    ) -> None:
        await interaction.edit_original_response(
            content=content, embeds=embeds or [], view=view, allowed_mentions=NO_MENTIONS
        )


def brief_view(brief: Brief, brief_id: str, page: str | None = None) -> discord.ui.View:
    """Return the row of buttons below *brief*: one for each list that has something in it, and one to its *page*."""
    view = discord.ui.View(timeout=None)
    for which in lists(brief):
        view.add_item(ListButton(label(brief, which), OPEN, which, brief_id, 0))
    if page and len(page) <= BUTTON_URL:
        view.add_item(discord.ui.Button(label=_(ITS_PAGE), url=page))
    return view


def _page_view(which: List, brief_id: str, page: int, pages: int) -> discord.ui.View | None:
    if pages == 1:
        return None
    view = discord.ui.View(timeout=None)
    if page > 0:
        view.add_item(ListButton(_("Previous"), TURN, which, brief_id, page - 1))
    if page < pages - 1:
        view.add_item(ListButton(_("Next"), TURN, which, brief_id, page + 1))
    return view


def workspace_of(interaction: discord.Interaction[Any]) -> str:
    """Return whose briefs can be seen here: the guild's, or those of one person's direct messages."""
    return f"discord:{interaction.guild_id}" if interaction.guild_id else f"discord:dm:{interaction.user.id}"
