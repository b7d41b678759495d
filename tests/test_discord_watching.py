"""Channels that are watched in Discord, where whoever runs the bot has turned on the message content intent."""

from __future__ import annotations

from dataclasses import replace

import httpx
import pytest

from adapters.discord.app import DiscordConfig
from bot.settings import Who
from tests.discord_newsroom import NAMED, STORY, ended, one_private, running, told_below
from tests.discord_standin import DiscordStandIn
from tests.discord_things import GUILD, NEWSROOM, TOKEN
from tests.fakes import QuickDesk

pytestmark = pytest.mark.anyio


@pytest.fixture
def config(discord: DiscordStandIn) -> DiscordConfig:
    return DiscordConfig(TOKEN, discord.api_url, discord.gateway_url, reads_messages=True)


@pytest.fixture
def reader(desk: QuickDesk) -> QuickDesk:
    """Return a desk on a web whose sites have no rules for programs."""
    no_rules = httpx.MockTransport(lambda request: httpx.Response(404))
    return QuickDesk(desk.archive, httpx.AsyncClient(transport=no_rules, headers={"User-Agent": "Nutgraf/0.1"}))


async def test_link_in_a_watched_channel_is_read_in_a_thread_of_its_own(
    reader: QuickDesk, discord: DiscordStandIn, config: DiscordConfig
) -> None:
    await reader.archive.channels.watch(f"discord:{GUILD}", NEWSROOM, "1", on=True)
    async with running(reader, discord, config):
        await discord.say(f"Seen this? {STORY}")
        await discord.until(lambda: discord.threads and any(one.embeds for one in discord.threads[0].messages))

    assert reader.read == [STORY]


async def test_link_in_another_channel_is_left_alone(
    reader: QuickDesk, discord: DiscordStandIn, config: DiscordConfig
) -> None:
    async with running(reader, discord, config):
        await discord.say(f"Seen this? {STORY}")
        await discord.slash("https://post.example/asked")
        await ended(discord)

    assert reader.read == ["https://post.example/asked"]


async def test_moderators_have_a_channel_watched_and_not_any_more(
    reader: QuickDesk, discord: DiscordStandIn, config: DiscordConfig
) -> None:
    async with running(reader, discord, config):
        await discord.command("watch", {"on": True})  # type: ignore[dict-item]
        refused = (await one_private(discord)).content
        reader.house.rules = replace(reader.house.rules, watches=Who.EVERYONE)
        first = await told_below(discord, await discord.say(f"{NAMED} watch"))
        watched = await reader.archive.channels.is_watched(f"discord:{GUILD}", NEWSROOM)
        last = await told_below(discord, await discord.say(f"{NAMED} unwatch"))

    assert "Only moderators" in refused
    assert first.content.startswith("From now on I read links")
    assert watched
    assert last.content.startswith("I do not watch this channel any more")
