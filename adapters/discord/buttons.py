"""The buttons and menus below messages. Their ids carry all that they need, so that they work after a restart."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, cast, get_args

import discord

from adapters.discord.asking import apologising
from adapters.discord.correcting import correction_view
from adapters.discord.markdown import cut
from adapters.discord.pages import asked_for
from bot.answers import Listing
from bot.brief import Brief
from bot.catalogue import _, mark
from bot.commands import Compare, Delete, Export, Form, Retry, Search, Show, read_question
from bot.models import List
from bot.wording import ITS_PAGE, label, lists, speaking

if TYPE_CHECKING:
    from adapters.discord.client import NutgrafClient

OPEN, TURN = "open", "turn"
BUTTON_URL, OPTIONS, OPTION = 512, 25, 100
"""Discord's limits: characters, options of a menu, characters of each."""

WHICH = "|".join(get_args(List))
BRIEF = r"(?P<brief>[0-9a-f]{32})"

HEARD, CORRECT, DELETE, COMPARE, EXPORT, SEARCH = "heard", "correct", "delete", "compare", "export", "search"

MORE: dict[str, tuple[str, str]] = {
    HEARD: (mark("Who is quoted how much"), mark("as numbers and as a picture")),
    COMPARE: (mark("Compare"), mark("with the other briefs asked for here")),
    f"{EXPORT} docx": (mark("Save as Word"), ""),
    f"{EXPORT} markdown": (mark("Save as Markdown"), ""),
    f"{EXPORT} csv": (mark("Save as CSV"), mark("for a spreadsheet")),
    f"{EXPORT} json": (mark("Save as JSON"), mark("all data")),
    CORRECT: (mark("Correct something"), mark("a wrong speaker, no quote at all, nothing to check")),
    DELETE: (mark("Delete this brief"), mark("for everybody, with all that is stored of it")),
}
"""What the menu below a brief offers."""

ANew = discord.ui.Item[Any]


class ListButton(
    discord.ui.DynamicItem[discord.ui.Button[discord.ui.View]],
    template=rf"brief:(?P<do>{OPEN}|{TURN}):(?P<which>{WHICH}):{BRIEF}:(?P<page>\d{{1,4}})(?::(?P<speaker>s\d+))?",
):
    """Opens a list of a brief for whoever presses, or turns its page."""

    def __init__(self, words: str, do: str, which: List, brief_id: str, page: int, speaker: str | None = None) -> None:
        custom_id = f"brief:{do}:{which}:{brief_id}:{page}" + (f":{speaker}" if speaker else "")
        super().__init__(discord.ui.Button(label=words, custom_id=custom_id))
        self._turns = do == TURN
        self._asked = Show(which, brief=brief_id)
        self._page = page
        self._speaker = speaker

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction[Any], item: ANew, match: re.Match[str], /
    ) -> ListButton:
        """Make the button anew from the id in a press."""
        words = cast("discord.ui.Button[discord.ui.View]", item).label or ""
        which = cast("List", match["which"])
        return cls(words, match["do"], which, match["brief"], int(match["page"]), match["speaker"])

    async def callback(self, interaction: discord.Interaction[NutgrafClient]) -> None:  # type: ignore[override]
        """Show the page, to the one who pressed alone."""
        await interaction.client.follow_up(
            interaction, self._asked, page=self._page, speaker=self._speaker, turns=self._turns
        )


class SpeakerMenu(discord.ui.DynamicItem[discord.ui.Select[discord.ui.View]], template=rf"brief:whose:{BRIEF}"):
    """Shows the quotes of one speaker."""

    def __init__(self, brief_id: str, speakers: list[tuple[str, str]]) -> None:
        options = [discord.SelectOption(label=cut(name, OPTION), value=id_) for name, id_ in speakers[:OPTIONS]]
        options = options or [discord.SelectOption(label="?")]  # anew from a press, when nobody sees them
        super().__init__(
            discord.ui.Select(custom_id=f"brief:whose:{brief_id}", placeholder=_("One speaker only …"), options=options)
        )
        self._brief_id = brief_id

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction[Any], item: ANew, match: re.Match[str], /
    ) -> SpeakerMenu:
        """Make the menu anew from the id in a press."""
        return cls(match["brief"], [])

    async def callback(self, interaction: discord.Interaction[NutgrafClient]) -> None:  # type: ignore[override]
        """Show the quotes in place of the list."""
        await interaction.client.follow_up(
            interaction, Show("quotes", brief=self._brief_id), speaker=_chosen(interaction), turns=True
        )


class MoreMenu(discord.ui.DynamicItem[discord.ui.Select[discord.ui.View]], template=rf"brief:more:{BRIEF}"):
    """Everything that has no button of its own."""

    def __init__(self, brief_id: str) -> None:
        options = [
            discord.SelectOption(label=_(words), description=_(more) if more else None, value=value)
            for value, (words, more) in MORE.items()
        ]
        super().__init__(
            discord.ui.Select(custom_id=f"brief:more:{brief_id}", placeholder=_("More …"), options=options)
        )
        self._brief_id = brief_id

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction[Any], item: ANew, match: re.Match[str], /
    ) -> MoreMenu:
        """Make the menu anew from the id in a press."""
        return cls(match["brief"])

    async def callback(self, interaction: discord.Interaction[NutgrafClient]) -> None:  # type: ignore[override]
        """Do what was chosen, for the one who chose it alone."""
        client, chosen = interaction.client, _chosen(interaction)
        verb, _blank, form = chosen.partition(" ")
        if verb == DELETE:
            words = _("This takes the brief away for everybody, with all that is stored of it. Nothing brings it back.")
            await interaction.response.send_message(words, view=_sure(self._brief_id), ephemeral=True)
        elif verb == CORRECT:
            async with apologising(interaction):
                brief = await client.recall_for(interaction, self._brief_id)
                view = correction_view(brief, self._brief_id)
                await interaction.response.send_message(_("What is wrong?"), view=view, ephemeral=True)
        elif verb == EXPORT:
            await client.follow_up(interaction, Export(cast("Form", form), self._brief_id))
        elif verb == COMPARE:
            await client.follow_up(interaction, Compare())
        else:
            await client.follow_up(interaction, Show("heard", brief=self._brief_id))


class DeleteButton(discord.ui.DynamicItem[discord.ui.Button[discord.ui.View]], template=rf"brief:delete:{BRIEF}"):
    """Deletes a brief, now that whoever wants it is sure."""

    def __init__(self, brief_id: str) -> None:
        super().__init__(
            discord.ui.Button(
                label=_("Delete it"), style=discord.ButtonStyle.danger, custom_id=f"brief:delete:{brief_id}"
            )
        )
        self._brief_id = brief_id

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction[Any], item: ANew, match: re.Match[str], /
    ) -> DeleteButton:
        """Make the button anew from the id in a press."""
        return cls(match["brief"])

    async def callback(self, interaction: discord.Interaction[NutgrafClient]) -> None:  # type: ignore[override]
        """Delete it, or say who may."""
        await interaction.client.follow_up(interaction, Delete(self._brief_id), turns=True)


class RetryButton(
    discord.ui.DynamicItem[discord.ui.Button[discord.ui.View]], template=r"brief:retry:(?P<item>[0-9a-f]{32})"
):
    """Reads again what could not be read."""

    def __init__(self, item_id: str) -> None:
        super().__init__(discord.ui.Button(label=_("Try again"), custom_id=f"brief:retry:{item_id}"))
        self._item_id = item_id

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction[Any], item: ANew, match: re.Match[str], /
    ) -> RetryButton:
        """Make the button anew from the id in a press."""
        return cls(match["item"])

    async def callback(self, interaction: discord.Interaction[NutgrafClient]) -> None:  # type: ignore[override]
        """Have it read again; the answer takes the place of the message with the button."""
        await interaction.client.follow_up(interaction, Retry(self._item_id))


class TurnButton(
    discord.ui.DynamicItem[discord.ui.Button[discord.ui.View]],
    template=rf"page:(?P<page>\d{{1,4}}):(?P<what>{COMPARE}|{SEARCH})",
):
    """Turns the page of an answer that is no list of one brief, by asking again.

    What was searched for stands in the message itself (``asked_for``): it may be longer than an id.
    """

    def __init__(self, label: str, page: int, what: str) -> None:
        super().__init__(discord.ui.Button(label=label, custom_id=f"page:{page}:{what}"))
        self._page = page
        self._what = what

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction[Any], item: ANew, match: re.Match[str], /
    ) -> TurnButton:
        """Make the button anew from the id in a press."""
        return cls("", int(match["page"]), match["what"])

    async def callback(self, interaction: discord.Interaction[NutgrafClient]) -> None:  # type: ignore[override]
        """Show the page in place of the one before."""
        again = Search(read_question(asked_for(interaction.message))) if self._what == SEARCH else Compare()
        await interaction.client.follow_up(interaction, again, page=self._page, turns=True)


ITEMS = (ListButton, SpeakerMenu, MoreMenu, DeleteButton, RetryButton, TurnButton)


def brief_view(brief: Brief, brief_id: str, page: str | None = None) -> discord.ui.View:
    """Return what stands below *brief*: a button for each list that has something in it, its *page*, and the rest."""
    view = discord.ui.View(timeout=None)
    for which in lists(brief):
        view.add_item(ListButton(label(brief, which), OPEN, which, brief_id, 0))
    if page and len(page) <= BUTTON_URL:
        view.add_item(discord.ui.Button(label=_(ITS_PAGE), url=page))
    view.add_item(MoreMenu(brief_id))
    return view


def retry_view(item_id: str) -> discord.ui.View:
    """Return the button below what could not be read."""
    view = discord.ui.View(timeout=None)
    view.add_item(RetryButton(item_id))
    return view


def page_view(listing: Listing, page: int, pages: int) -> discord.ui.View | None:
    """Return what stands below one of the *pages* of a list."""
    view = discord.ui.View(timeout=None)
    turned = (TURN, listing.which, listing.brief_id)
    if page > 0:
        view.add_item(ListButton(_("Previous"), *turned, page - 1, listing.speaker))
    if page < pages - 1:
        view.add_item(ListButton(_("Next"), *turned, page + 1, listing.speaker))
    speakers = [(one.name, one.id) for one in speaking(listing.brief) if one.id != listing.speaker]
    if listing.which == "quotes" and speakers:
        view.add_item(SpeakerMenu(listing.brief_id, speakers))
    return view if view.children else None


def turning_view(what: str, page: int, pages: int) -> discord.ui.View | None:
    """Return the buttons that show another page of a comparison or of what a search found; None of a single one."""
    view = discord.ui.View(timeout=None)
    for label_, to in ((_("Previous"), page - 1), (_("Next"), page + 1)):
        if 0 <= to < pages:
            view.add_item(TurnButton(label_, to, what))
    return view if view.children else None


def _sure(brief_id: str) -> discord.ui.View:
    view = discord.ui.View(timeout=None)
    view.add_item(DeleteButton(brief_id))
    return view


def _chosen(interaction: discord.Interaction[Any]) -> str:
    values = cast("dict[str, Any]", interaction.data or {}).get("values") or [""]
    return str(values[0])
