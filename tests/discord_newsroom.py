"""A newsroom in the Discord of our own: the bot that is connected to it, and what people find there."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from adapters.discord.app import DiscordConfig, open_discord
from adapters.discord.courier import DiscordCourier
from adapters.discord.endpoint import PATH
from bot.desk import Desk
from tests.discord_standin import DiscordStandIn
from tests.discord_things import ADA, APPLICATION, DIRECT, NEWSROOM, PUBLIC_KEY, TOKEN, Message

NAMED = f"<@{APPLICATION}>"
STORY = "https://post.example/harbour"
OTHER = "https://post.example/ferry"
GONE = "https://post.example/gone"
TITLE = "Harbour wall will cost twice as much, council admits"


def by_http(discord: DiscordStandIn) -> DiscordConfig:
    """Return how to be called by *discord*, on a port that is free just now, and tell it where."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    discord.endpoint = f"http://127.0.0.1:{port}{PATH}"
    return DiscordConfig(TOKEN, discord.api_url, discord.gateway_url, public_key=PUBLIC_KEY, http_port=port)


@asynccontextmanager
async def online(
    desk: Desk, discord: DiscordStandIn, config: DiscordConfig | None = None
) -> AsyncIterator[DiscordCourier]:
    """Be connected, without working on what is accepted."""
    config = config or DiscordConfig(TOKEN, discord.api_url, discord.gateway_url, max_links=10)
    async with open_discord(desk, config) as courier:
        yield courier


@asynccontextmanager
async def running(desk: Desk, discord: DiscordStandIn, config: DiscordConfig | None = None) -> AsyncIterator[None]:
    """Be connected and answer."""
    async with online(desk, discord, config) as courier:
        work = asyncio.create_task(desk.work({"discord": courier}))
        try:
            yield
        finally:
            work.cancel()
            await asyncio.gather(work, return_exceptions=True)


def reply(discord: DiscordStandIn, channel: str = NEWSROOM) -> Message:
    """Return the last answer to a command in *channel*."""
    return replies(discord, channel)[-1]


def replies(discord: DiscordStandIn, channel: str = NEWSROOM) -> list[Message]:
    """Return the answers to all commands in *channel*, oldest first."""
    return [message for message in discord.messages(channel) if message.command]


async def ended(discord: DiscordStandIn, channel: str = NEWSROOM) -> str:
    """Wait for the reply's last state and return it."""
    starts = ("Read ", "I could not", "I read")
    await discord.until(lambda: replies(discord, channel) and reply(discord, channel).content.startswith(starts))
    return reply(discord, channel).content


def private(discord: DiscordStandIn) -> list[Message]:
    """Return what only the one who pressed sees."""
    return [one for channel in discord.channels.values() for one in channel.messages if one.only_for]


async def one_private(discord: DiscordStandIn) -> Message:
    """Wait for an answer to a press and return it."""
    await discord.until(lambda: private(discord) and not private(discord)[-1].loading)
    return private(discord)[-1]


async def a_brief_in_a_thread(discord: DiscordStandIn) -> Message:
    """Have a link read and return the brief's message."""
    await discord.slash(STORY)
    await ended(discord)
    return discord.threads[-1].messages[0]


async def chosen(discord: DiscordStandIn, message: Message, value: str, *, user: str = ADA) -> Message:
    """Choose from the menu below a brief and return what is shown for it."""
    before = len(private(discord))
    await discord.choose(message, "More", value, user=user)
    await discord.until(lambda: len(private(discord)) > before and not private(discord)[before].loading)
    return private(discord)[before]


async def unfinished(desk: Desk, *, count: int = 1) -> None:
    """Wait until *count* requests are owed an answer."""
    async with asyncio.timeout(20):
        while len(await desk.archive.requests.unfinished({"discord"})) != count:  # noqa: ASYNC110 - the table tells nobody
            await asyncio.sleep(0.01)


async def told_directly(discord: DiscordStandIn) -> Message:
    """Wait for a direct message of the bot and return it."""
    await discord.until(lambda: discord.messages(DIRECT))
    return discord.messages(DIRECT)[-1]


async def told_below(discord: DiscordStandIn, asked: Message) -> Message:
    """Wait for what the bot writes below *asked* and return it."""
    await discord.until(lambda: discord.messages(asked.channel)[-1] is not asked)
    assert discord.messages(asked.channel)[-1].author == APPLICATION
    return discord.messages(asked.channel)[-1]
