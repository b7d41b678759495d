"""Connects to Discord, and stays connected."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import aiohttp
import discord
import yarl

from adapters.discord.client import NutgrafClient
from adapters.discord.courier import DiscordCourier
from adapters.discord.endpoint import serving
from adapters.discord.signature import Signature
from bot.courier import PageLink
from bot.desk import Desk
from bot.errors import SettingsError

log = logging.getLogger(__name__)

PATIENCE = 60.0
"""Seconds to wait for the gateway at start. A guess; later, outages of any length are waited for."""

BAD_TOKEN = 4004  # Discord's code for closing a connection whose token it does not know


@dataclass(frozen=True, slots=True)
class DiscordConfig:
    """How to reach Discord, and how it reaches us: by HTTP where there is a public key, else by its gateway."""

    token: str = field(repr=False)
    api_url: str = "https://discord.com/api/v10"
    gateway_url: str = "wss://gateway.discord.gg/"
    public_key: str = field(default="", repr=False)
    http_host: str = "127.0.0.1"
    http_port: int = 3001
    max_links: int = 10
    max_bytes: int = 20_000_000  # of a file that somebody attaches
    reads_messages: bool = False  # whether the message content intent is on
    page_link: PageLink | None = None


@asynccontextmanager
async def open_discord(desk: Desk, config: DiscordConfig) -> AsyncIterator[DiscordCourier]:
    """Take requests from Discord while open, and offer what carries the answers back.

    Raises:
        SettingsError: Discord does not accept the token, or cannot be reached, or the port is not free; also later, out
            of the body, when Discord closes the connection for good.
    """
    discord.http.Route.BASE = config.api_url.rstrip("/")
    by = _by_http if config.public_key else _by_gateway
    client = NutgrafClient(
        desk,
        config.max_links,
        config.max_bytes,
        reads_messages=config.reads_messages,
        is_called=bool(config.public_key),
    )
    async with by(client, config):
        yield DiscordCourier(client, desk, config.page_link)


@asynccontextmanager
async def _by_http(client: NutgrafClient, config: DiscordConfig) -> AsyncIterator[None]:
    signature = Signature(config.public_key)
    # It warns at each login that interactions go to the application's endpoint: that is what we want.
    logging.getLogger("discord.client").setLevel(logging.ERROR)
    async with client:
        await _log_in(client, config)
        if client.application and client.application.verify_key != config.public_key.lower():
            raise SettingsError(
                "DISCORD_PUBLIC_KEY is not that of the application whose token DISCORD_TOKEN is. Both stand in the "
                "Developer Portal: the key under General Information, the token under Bot."
            )
        async with serving(client, signature, config.http_host, config.http_port) as address:
            log.info("Discord may call %s", address)
            yield


@asynccontextmanager
async def _by_gateway(client: NutgrafClient, config: DiscordConfig) -> AsyncIterator[None]:
    discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(config.gateway_url)
    try:
        async with client, asyncio.TaskGroup() as group:
            await _log_in(client, config)
            staying = group.create_task(_stay_connected(client))
            await _connected(client, config)
            try:
                yield
            finally:
                await client.close()  # ends the task, but for one that still lets shards begin: it would try for ever
                staying.cancel()
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
    except (discord.HTTPException, discord.GatewayNotFound, aiohttp.ClientError, TimeoutError, OSError) as error:
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
        raise SettingsError(
            f"Discord closed the connection for good (code {error.code}); `nutgraf doctor` may tell why."
        ) from error
    except discord.PrivilegedIntentsRequired as error:
        raise SettingsError(
            "Discord does not let this bot read messages. Turn on Message Content Intent in the Developer Portal (your "
            "application, Bot), or set DISCORD_READS_MESSAGES=false."
        ) from error


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
