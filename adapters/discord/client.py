"""The connection to Discord: what is asked of it ↔ Desk calls."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

import discord
from discord import app_commands
from discord.http import Route

from adapters.discord import mentions
from adapters.discord.asking import apologising, told, whisper
from adapters.discord.buttons import ITEMS
from adapters.discord.commands import COMMANDS
from adapters.discord.correcting import WrongMenu, WrongTurn, read_dialogue
from adapters.discord.language import CommandTranslator, in_its_language
from adapters.discord.people import people_of
from adapters.discord.replies import show, with_speaker
from bot.answers import Answer
from bot.brief import Brief
from bot.commands import FollowUp
from bot.desk import Desk
from bot.errors import BriefNotFound, NoBriefHere


class NutgrafClient(discord.AutoShardedClient):
    """It hears of its guilds, of what is asked of it, and of messages, whose words it is told where they name it."""

    def __init__(
        self,
        desk: Desk,
        max_links: int,
        max_bytes: int = 20_000_000,
        *,
        reads_messages: bool = False,
        is_called: bool = False,
    ) -> None:
        """Answer from *desk*; *is_called* by HTTP, it hears of nothing but interactions."""
        super().__init__(
            intents=discord.Intents(guilds=True, guild_messages=True, dm_messages=True, message_content=reads_messages),
            allowed_mentions=discord.AllowedMentions.none(),
            max_messages=None,
        )
        self.desk = desk
        self.max_links = max_links
        self.max_bytes = max_bytes
        self.reads_messages = reads_messages and not is_called
        self.is_called = is_called
        self.connected = asyncio.Event()
        self.tree = app_commands.CommandTree(
            self,
            allowed_contexts=app_commands.AppCommandContext(guild=True, dm_channel=True, private_channel=True),
            allowed_installs=app_commands.AppInstallationType(guild=True, user=True),
        )
        for command in COMMANDS:
            self.tree.add_command(command)
        self.tree.error(apologise)
        parsers = self._connection.parsers  # by the gateway and by HTTP alike
        parsers["INTERACTION_CREATE"] = in_its_language(parsers["INTERACTION_CREATE"])

    async def setup_hook(self) -> None:
        """Make old buttons work, and tell Discord of the commands if it does not know them as they are now."""
        self.add_dynamic_items(*ITEMS, WrongMenu, WrongTurn)
        # Not tree.fetch_commands(): in discord.py 2.7 its answer has wrong contexts and installation types.
        if not self.is_called:  # given, the shards go to the gateway of our settings
            self.shard_count, *_others = await self.http.get_bot_gateway()
        translator = CommandTranslator()
        await self.tree.set_translator(translator)
        known = await self._known_commands()
        ours = [await command.get_translated_payload(self.tree, translator) for command in self.tree.get_commands()]
        if sorted(map(_definition, known), key=str) != sorted(map(_definition, ours), key=str):
            await self.tree.sync()  # registering costs quota, so not at every start

    async def _known_commands(self) -> list[dict[str, Any]]:
        """Ask Discord for our commands; without being asked to, it leaves out what they are called elsewhere."""
        route = Route("GET", "/applications/{application_id}/commands", application_id=self.application_id)
        found: list[dict[str, Any]] = await self.http.request(route, params={"with_localizations": "true"})
        return found

    async def on_connect(self) -> None:
        """Note that the gateway has accepted us."""
        self.connected.set()

    async def on_message(self, message: discord.Message) -> None:
        """Answer whoever names us, or writes to us directly."""
        await mentions.hear(self, message)

    async def on_interaction(self, interaction: discord.Interaction[Any]) -> None:
        """Take what was sent from a dialogue, also from one that another process opened."""
        if interaction.type is not discord.InteractionType.modal_submit:
            return
        async with apologising(interaction):
            data: Any = interaction.data
            brief_id = str(data.get("custom_id")).rpartition(":")[2]
            if asked := read_dialogue(await self.recall_for(interaction, brief_id), data):
                await self.follow_up(interaction, asked)

    # Follow-ups --------------------------------------------------------------------------------------------

    async def follow_up(
        self,
        interaction: discord.Interaction[Any],
        asked: FollowUp,
        *,
        page: int = 0,
        speaker: str | None = None,
        turns: bool = False,
    ) -> None:
        """Answer a command, a button or a menu, to whoever asked alone.

        Args:
            interaction: not yet acknowledged.
            asked: what to do.
            page: which page to show, from 0.
            speaker: whose quotes alone.
            turns: whether the answer takes the place of the message with the button.
        """
        try:
            await interaction.response.defer(ephemeral=True, thinking=not turns)  # Discord gives up after 3 seconds
            answers = await self.carry_out(interaction, asked)
            first, *others = [
                await show(with_speaker(answer, speaker), page, asked, most_bytes=interaction.filesize_limit)
                for answer in answers[: 1 if page else None]
            ]
            await interaction.edit_original_response(**first.edited())
            for shown in [] if turns else others:
                await interaction.followup.send(ephemeral=True, **shown.posted())
        except Exception as error:  # noqa: BLE001 - it is told, and logged where it is a fault of ours
            await whisper(interaction, told(error, f"interaction {interaction.id}"))

    async def carry_out(self, interaction: discord.Interaction[Any], asked: FollowUp) -> tuple[Answer, ...]:
        """Do what is asked of the guild's briefs, or else of what the person alone had read; raises ``BotError``."""
        *first, last = people_of(interaction)
        for person in first:
            try:
                return await self.desk.carry_out(asked, person)
            except (BriefNotFound, NoBriefHere):
                continue
        return await self.desk.carry_out(asked, last)

    async def recall_for(self, interaction: discord.Interaction[Any], brief_id: str) -> Brief:
        """Return a brief that whoever asks may see, or raise ``BriefNotFound``."""
        *first, last = people_of(interaction)
        for person in first:
            try:
                return await self.desk.recall(person.workspace, brief_id)
            except BriefNotFound:
                continue
        return await self.desk.recall(last.workspace, brief_id)


async def apologise(interaction: discord.Interaction[Any], error: app_commands.AppCommandError) -> None:
    """Tell whoever gave a command what went wrong."""
    cause = error.original if isinstance(error, app_commands.CommandInvokeError) else error
    await whisper(interaction, told(cause, f"interaction {interaction.id}"))


def _definition(command: Mapping[str, Any]) -> dict[str, Any]:
    """Return what of a command's definition we decide, in a form that is the same however it was come by."""
    options = [
        _named(option)
        | {key: option.get(key) for key in ("min_length", "max_length")}
        | {key: bool(option.get(key)) for key in ("required", "autocomplete")}
        | {"choices": [_named(choice) | {"value": choice["value"]} for choice in option.get("choices") or ()]}
        for option in command.get("options") or ()
    ]
    wide = {key: sorted(command.get(key) or ()) for key in ("contexts", "integration_types")}
    return _named(command) | wide | {"options": options}


def _named(one: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a command, an option or a choice is called, and in which languages."""
    words = {key: one.get(key) or "" for key in ("type", "name", "description")}
    return words | {key: one.get(key) or {} for key in ("name_localizations", "description_localizations")}
