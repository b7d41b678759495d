"""``nutgraf run`` as an operator starts and stops it."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.bot_process import bot_process, newspaper
from tests.discord_standin import TOKEN, DiscordStandIn, open_standin
from tests.slack_standin import SlackStandIn
from tests.slack_things import APP_TOKEN, BOT_TOKEN

pytestmark = [pytest.mark.anyio, pytest.mark.model]

START = 60.0
"""Seconds that the bot may take to start and to read, on a busy machine."""


@pytest.fixture
async def slack(shared: Path) -> AsyncIterator[SlackStandIn]:
    async with SlackStandIn(shared / "specs") as stand_in:
        yield stand_in


@pytest.fixture
async def discord(shared: Path) -> AsyncIterator[DiscordStandIn]:
    async with open_standin(shared / "specs") as stand_in:
        yield stand_in


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_one_process_answers_on_both_platforms_until_it_is_told_to_stop(
    slack: SlackStandIn, discord: DiscordStandIn, tmp_path: Path, number: signal.Signals
) -> None:
    settings = {
        "SLACK_BOT_TOKEN": BOT_TOKEN,
        "SLACK_APP_TOKEN": APP_TOKEN,
        "SLACK_API_URL": slack.api_url,
        "DISCORD_TOKEN": TOKEN,
        "DISCORD_API_URL": discord.api_url,
        "DISCORD_GATEWAY_URL": discord.gateway_url,
        "HEARTBEAT_FILE": str(tmp_path / "alive"),
    }
    async with newspaper() as site, bot_process(tmp_path, site, settings) as bot:
        await slack.until(lambda: slack.sockets, START)
        await discord.until(lambda: discord.gateway.connections and discord.commands, START)
        post = await slack.mention("C1", f"<{site.url('/story')}>")
        await discord.slash(site.url("/story"))
        await slack.until(lambda: "white_check_mark" in post.reactions, START)
        await discord.until(lambda: discord.threads, START)
        bot.send_signal(number)
        assert await asyncio.wait_for(bot.wait(), START) == 0
    assert (tmp_path / "alive").exists()
