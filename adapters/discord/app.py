"""Discord's slash command ``/brief`` ↔ Desk calls, over the gateway."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import aiohttp
import discord
import yarl
from discord import app_commands

from adapters.discord.buttons import NO_MENTIONS, ListButton, workspace_of
from adapters.discord.courier import DiscordCourier
from adapters.discord.progress import problem
from bot.desk import Desk
from bot.errors import BotError, SettingsError, Unexpected
from bot.jobs import PageLink
from bot.models import Ask
from bot.wanted import find_wanted

log = logging.getLogger(__name__)

PATIENCE = 60.0
"""Seconds to wait for the gateway at start. A guess; later, outages of any length are waited for."""

BAD_TOKEN = 4004  # Discord's code for closing a connection whose token it does not know


@dataclass(frozen=True, slots=True)
class DiscordConfig:
    """How to reach Discord."""

    token: str = field(repr=False)
    api_url: str = "https://discord.com/api/v10"
    gateway_url: str = "wss://gateway.discord.gg/"
    max_links: int = 10
    page_link: PageLink | None = None


@asynccontextmanager
async def open_discord(desk: Desk, config: DiscordConfig) -> AsyncIterator[DiscordCourier]:
    """Take requests from Discord while open, and offer what carries the answers back.

    Raises:
        SettingsError: Discord does not accept the token, or cannot be reached; also later, out of the body, when
            Discord closes the connection for good.
    """
    discord.http.Route.BASE = config.api_url.rstrip("/")
    discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(config.gateway_url)
    client = NutgrafClient(desk, config.max_links)
    try:
        async with client, asyncio.TaskGroup() as group:
            await _log_in(client, config)
            group.create_task(_stay_connected(client))
            await _connected(client, config)
            try:
                yield DiscordCourier(client, desk, config.page_link)
            finally:
                await client.close()  # ends the task
    except BaseExceptionGroup as errors:  # the task's error, or the body's, as it was before it met the group
        error = errors.exceptions[0]
        raise error from error.__cause__


@asynccontextmanager
async def open_discord_courier(desk: Desk, config: DiscordConfig) -> AsyncIterator[DiscordCourier]:
    """Offer what carries answers to Discord, for a process that takes no requests from it; raises ``SettingsError``."""
    discord.http.Route.BASE = config.api_url.rstrip("/")
    async with discord.Client(intents=discord.Intents.none()) as client:
        await _log_in(client, config)
        yield DiscordCourier(client, desk, config.page_link)


async def _log_in(client: discord.Client, config: DiscordConfig) -> None:
    try:
        await client.login(config.token)
    except discord.LoginFailure as error:
        raise _bad_token() from error
    except (discord.HTTPException, aiohttp.ClientError, TimeoutError, OSError) as error:
        raise SettingsError(
            f"Discord could not be reached at {config.api_url} ({error}). Check the connection and DISCORD_API_URL."
        ) from error


async def _stay_connected(client: NutgrafClient) -> None:
    """Hold the connection, which discord.py takes up again after every outage, until the client is closed."""
    try:
        await client.connect()
    except discord.ConnectionClosed as error:
        if error.code == BAD_TOKEN:
            raise _bad_token() from error
        raise SettingsError(f"Discord closed the connection for good (code {error.code}).") from error
    except discord.PrivilegedIntentsRequired as error:
        raise SettingsError(f"Discord refuses what this bot wants to be told of: {error}") from error


async def _connected(client: NutgrafClient, config: DiscordConfig) -> None:
    try:
        async with asyncio.timeout(PATIENCE):
            await client.connected.wait()
    except TimeoutError as error:
        raise SettingsError(
            f"Discord's gateway at {config.gateway_url} did not answer within {PATIENCE:g} seconds. "
            "Check the connection and DISCORD_GATEWAY_URL."
        ) from error


def _bad_token() -> SettingsError:
    return SettingsError(
        "Discord does not accept DISCORD_TOKEN. Copy the bot's token from the Developer Portal "
        "(your application, Bot, Reset Token)."
    )


class NutgrafClient(discord.Client):
    """The connection to Discord: it hears of its guilds and of what is asked of it, and of nothing else."""

    def __init__(self, desk: Desk, max_links: int) -> None:
        super().__init__(
            intents=discord.Intents(guilds=True),
            allowed_mentions=discord.AllowedMentions.none(),
            max_messages=None,
        )
        self.desk = desk
        self.max_links = max_links
        self.connected = asyncio.Event()
        self.tree = app_commands.CommandTree(
            self,
            allowed_contexts=app_commands.AppCommandContext(guild=True, dm_channel=True, private_channel=False),
            allowed_installs=app_commands.AppInstallationType(guild=True, user=False),
        )
        self.tree.add_command(brief)
        self.tree.error(_apologise)

    async def setup_hook(self) -> None:
        """Make old buttons work, and tell Discord of the command if it does not know it as it is now."""
        self.add_dynamic_items(ListButton)
        # Not tree.fetch_commands(): in discord.py 2.7 its answer has wrong contexts and installation types.
        known = await self.http.get_global_commands(self.application_id or 0)
        ours = [command.to_dict(self.tree) for command in self.tree.get_commands()]
        if [*map(_definition, known)] != [*map(_definition, ours)]:
            await self.tree.sync()  # registering costs quota, so not at every start

    async def on_connect(self) -> None:
        """Note that the gateway has accepted us."""
        self.connected.set()


@app_commands.command(description="Read articles: who says what, which claims to check, who and what is mentioned.")
@app_commands.describe(links="One or more links, or the text of an article")
async def brief(interaction: discord.Interaction[NutgrafClient], links: str) -> None:
    """Accept a request; whoever works on it answers."""
    await interaction.response.defer(thinking=True)  # Discord gives up after 3 seconds
    client = interaction.client
    await client.desk.accept(
        Ask(
            workspace=workspace_of(interaction),
            adapter="discord",
            key=str(interaction.id),
            asker=str(interaction.user.id),
            place={
                "application_id": str(interaction.application_id),
                "token": interaction.token,
                "channel": str(interaction.channel_id),
                "guild": str(interaction.guild_id or ""),
                "interaction": str(interaction.id),
                "permissions": str(interaction.app_permissions.value),
            },
            wanted=find_wanted(links, max_links=client.max_links),
        )
    )


async def _apologise(interaction: discord.Interaction[Any], error: app_commands.AppCommandError) -> None:
    """Say what went wrong; what was not expected is a fault of ours, whose traceback is in the log."""
    cause = error.original if isinstance(error, app_commands.CommandInvokeError) else error
    if not isinstance(cause, BotError):
        reference = uuid4().hex[:8]
        log.error("interaction %s: %s", interaction.id, reference, exc_info=error)
        cause = Unexpected(reference)
    if interaction.response.is_done():  # else Discord has said by now that the application did not respond
        await interaction.edit_original_response(content=problem(str(cause)), allowed_mentions=NO_MENTIONS)


def _definition(command: Mapping[str, Any]) -> dict[str, Any]:
    """Return what of a command's definition we decide, in a form that is the same however it was come by."""
    options = [
        {key: option.get(key) for key in ("type", "name", "description")} | {"required": bool(option.get("required"))}
        for option in command.get("options") or ()
    ]
    wide = {key: sorted(command.get(key) or ()) for key in ("contexts", "integration_types")}
    return {key: command.get(key) for key in ("type", "name", "description")} | wide | {"options": options}
