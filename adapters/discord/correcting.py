"""How somebody says what is wrong in a brief: a menu of its quotes and claims, then a dialogue."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, cast

import discord

from adapters.discord.asking import apologising
from adapters.discord.markdown import cut
from bot import wording
from bot.brief import Brief
from bot.catalogue import _
from bot.commands import Correct
from bot.corrections import candidates, key_of, name_of
from bot.errors import AskError, NothingToCorrect
from bot.models import Correction, Mistake

if TYPE_CHECKING:
    from adapters.discord.client import NutgrafClient

OPTIONS, OPTION, MENUS = 25, 100, 4
"""Discord's limits: options of a menu, characters of each; and menus below each other, with a row left to turn."""

NAMED, NOBODY, NO_QUOTE, NO_CLAIM = "named", "nobody", "no-quote", "no-claim"
DIALOGUE = re.compile(r"correct:(?P<ref>[qc]\d+):(?P<brief>[0-9a-f]{32})")
WRONG = {NOBODY: Mistake.WRONG_SPEAKER, NO_QUOTE: Mistake.NOT_A_QUOTE, NO_CLAIM: Mistake.WRONG_CLAIM}


class WrongMenu(
    discord.ui.DynamicItem[discord.ui.Select[discord.ui.View]],
    template=r"wrong:(?P<start>\d{1,5}):(?P<brief>[0-9a-f]{32})",
):
    """Chooses the quote or claim in which something is wrong."""

    def __init__(self, brief_id: str, start: int, options: list[discord.SelectOption]) -> None:
        over = _("Quotes and claims from number {number} …", number=start + 1) if start else _("Which quote or claim?")
        super().__init__(
            discord.ui.Select(
                custom_id=f"wrong:{start}:{brief_id}",
                placeholder=over,
                options=options or [discord.SelectOption(label="?")],  # anew from a press, when nobody sees them
            )
        )
        self._brief_id = brief_id

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction[Any], item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> WrongMenu:
        """Make the menu anew from the id in a press."""
        return cls(match["brief"], int(match["start"]), [])

    async def callback(self, interaction: discord.Interaction[NutgrafClient]) -> None:  # type: ignore[override]
        """Open the dialogue."""
        chosen = cast("dict[str, Any]", interaction.data)["values"][0]
        async with apologising(interaction):
            brief = await interaction.client.recall_for(interaction, self._brief_id)
            await interaction.response.send_modal(dialogue(brief, self._brief_id, chosen))


class WrongTurn(
    discord.ui.DynamicItem[discord.ui.Button[discord.ui.View]],
    template=r"wrong:from:(?P<start>\d{1,5}):(?P<brief>[0-9a-f]{32})",
):
    """Shows further quotes and claims in the menus."""

    def __init__(self, label: str, brief_id: str, start: int) -> None:
        super().__init__(discord.ui.Button(label=label, custom_id=f"wrong:from:{start}:{brief_id}"))
        self._brief_id = brief_id
        self._start = start

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction[Any], item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> WrongTurn:
        """Make the button anew from the id in a press."""
        return cls("", match["brief"], int(match["start"]))

    async def callback(self, interaction: discord.Interaction[NutgrafClient]) -> None:  # type: ignore[override]
        """Show them."""
        async with apologising(interaction):
            brief = await interaction.client.recall_for(interaction, self._brief_id)
            await interaction.response.edit_message(view=correction_view(brief, self._brief_id, self._start))


def correction_view(brief: Brief, brief_id: str, start: int = 0) -> discord.ui.View:
    """Return menus with the quotes and claims of *brief*, as many as fit, from number *start* on.

    Raises:
        NothingToCorrect: it has none.
    """
    lines = [(_quote_line(brief, quote.id), quote.id) for quote in brief.quotes]
    lines += [(wording.verbatim(brief, claim.content, claim.quoted), claim.id) for claim in brief.claims]
    if not lines:
        raise NothingToCorrect
    view = discord.ui.View(timeout=None)
    end = start + MENUS * OPTIONS
    for first in range(start, min(end, len(lines)), OPTIONS):
        shown = lines[first : min(first + OPTIONS, end)]
        options = [
            discord.SelectOption(label=cut(words, OPTION), value=ref, description=_("claim") if ref[0] == "c" else None)
            for words, ref in shown
        ]
        view.add_item(WrongMenu(brief_id, first, options))
    if start:
        view.add_item(WrongTurn(_("Previous"), brief_id, max(start - MENUS * OPTIONS, 0)))
    if end < len(lines):
        view.add_item(WrongTurn(_("Next"), brief_id, end))
    return view


def dialogue(brief: Brief, brief_id: str, ref: str) -> discord.ui.Modal:
    """Ask what is right of a quote or claim; who is not among those named can be typed in."""
    modal = discord.ui.Modal(title=_("Correct this brief"), custom_id=f"correct:{ref}:{brief_id}", timeout=None)
    if ref.startswith("c"):
        options = [discord.SelectOption(label=_("It is nothing to check"), value=NO_CLAIM)]
    else:
        named = [
            discord.SelectOption(label=cut(_("Said by {name}", name=name), OPTION), value=f"{NAMED}:{key_of(name)}")
            for name in candidates(brief, ref)[: OPTIONS - 2]
        ]
        options = [
            *named,
            discord.SelectOption(label=_("Nobody: it is not clear who said it"), value=NOBODY),
            discord.SelectOption(label=_("It is no quote at all"), value=NO_QUOTE),
        ]
    select = discord.ui.Select[discord.ui.View](custom_id="right", options=options, required=ref.startswith("c"))
    modal.add_item(discord.ui.Label(text=_("What is right?"), component=select))
    if not ref.startswith("c"):
        name = discord.ui.TextInput[discord.ui.View](custom_id="name", required=False, max_length=OPTION)
        modal.add_item(
            discord.ui.Label(
                text=_("Or somebody else"), description=_("A name, just as it stands in the article."), component=name
            )
        )
    return modal


def read_dialogue(brief: Brief, data: dict[str, Any]) -> Correct | None:
    """Return the correction that was sent from a dialogue; None if it is none of ours.

    Raises:
        AskError: nothing was chosen, or it is not to be had any more.
    """
    match = DIALOGUE.fullmatch(str(data.get("custom_id")))
    if not match:
        return None
    given = {one["component"].get("custom_id"): one["component"] for one in data["components"] if "component" in one}
    ref, brief_id = match["ref"], match["brief"]
    typed = str((given.get("name") or {}).get("value") or "").strip()
    chosen = str(((given.get("right") or {}).get("values") or [""])[0])
    if typed:
        return Correct(Correction(Mistake.WRONG_SPEAKER, ref, typed), brief_id)
    if chosen.startswith(NAMED):
        named = name_of(brief, ref, chosen.partition(":")[2])
        return Correct(Correction(Mistake.WRONG_SPEAKER, ref, named), brief_id)
    if chosen not in WRONG:
        raise AskError(_("You did not say what is right, so nothing was changed."))
    return Correct(Correction(WRONG[chosen], ref), brief_id)


def _quote_line(brief: Brief, ref: str) -> str:
    quote = next(one for one in brief.quotes if one.id == ref)
    speaker = brief.speaker(quote.speaker)
    name = speaker.name if speaker else _(wording.UNATTRIBUTED)
    return f"{name}: {wording.verbatim(brief, quote.content, quote.quoted)}"
