"""Whether we are ready is judged by what Slack and Discord answer, not by what looks open."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from adapters.discord.app import DiscordConfig, open_discord, open_discord_courier
from adapters.discord.client import NutgrafClient
from adapters.slack.app import SlackConfig, open_slack, slack_courier
from adapters.web.app import web_app
from bot.archive.archive import open_archive
from bot.courier import Courier
from bot.desk import Desk
from tests.discord_standin import TOKEN, DiscordStandIn, open_standin
from tests.fakes import QuickDesk
from tests.slack_standin import SlackStandIn
from tests.slack_things import APP_TOKEN, BOT_TOKEN
from tests.test_web import CONFIG

pytestmark = pytest.mark.anyio

PATIENCE = 30.0
"""Seconds until a lost connection is noticed, on a busy machine."""

BEAT = 0.05
"""Seconds between two heartbeats where a test lets a chat fall silent."""

LOST = "not connected"
SILENT = r"silent for \d+ seconds"


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[QuickDesk]:
    async with open_archive(f"sqlite+aiosqlite:///{tmp_path}/desk.sqlite3") as archive:
        yield QuickDesk(archive)


class Probe:
    """Asks /readyz about one chat, as an orchestrator does."""

    def __init__(self, http: httpx.AsyncClient) -> None:
        self._http = http

    async def problem(self) -> str:
        """Return what is wrong with the chat, "" where nothing is."""
        answer = (await self._http.get("/readyz")).json()
        assert answer["ready"] is not bool(answer["problems"])
        return str(answer["problems"].get("chat", ""))

    async def until(self, problem: str) -> None:
        """Wait until what is wrong reads like the pattern *problem*."""
        async with asyncio.timeout(PATIENCE):
            while not re.fullmatch(problem, await self.problem()):  # noqa: ASYNC110 - as programs do
                await asyncio.sleep(0.02)


@asynccontextmanager
async def probing(desk: Desk, courier: Courier, *, silent_seconds: float = 90) -> AsyncIterator[Probe]:
    config = replace(CONFIG, silent_seconds=silent_seconds)
    transport = httpx.ASGITransport(web_app(desk, config, config.access(), {"chat": courier}))
    async with httpx.AsyncClient(transport=transport, base_url="http://nutgraf.test") as http:
        yield Probe(http)


def of_slack(slack: SlackStandIn, ping_seconds: float = 10) -> SlackConfig:
    return SlackConfig(bot_token=BOT_TOKEN, app_token=APP_TOKEN, api_url=slack.api_url, ping_seconds=ping_seconds)


def of_discord(discord: DiscordStandIn) -> DiscordConfig:
    return DiscordConfig(token=TOKEN, api_url=discord.api_url, gateway_url=discord.gateway_url)


# Slack ----------------------------------------------------------------------------------------------------


async def test_socket_of_slack_that_is_lost_is_told(desk: QuickDesk, shared: Path) -> None:
    async with AsyncExitStack() as chat, AsyncExitStack() as bot:
        slack = await chat.enter_async_context(SlackStandIn(shared / "specs"))
        courier = await bot.enter_async_context(open_slack(desk, of_slack(slack)))
        async with probing(desk, courier) as probe:
            await probe.until("")
            await chat.aclose()
            await probe.until(LOST)


async def test_slack_that_answered_its_last_ping_long_ago_is_told(desk: QuickDesk, shared: Path) -> None:
    """The next ping is so far away that nothing else can have noticed: the socket is open, and no ping unanswered."""
    async with SlackStandIn(shared / "specs") as slack, open_slack(desk, of_slack(slack, ping_seconds=600)) as courier:
        await slack.connected()
        async with probing(desk, courier, silent_seconds=0.2) as probe:
            await probe.until(SILENT)
            assert slack.sockets, "it is not the socket that was lost"


async def test_slack_that_falls_silent_is_told_also_where_new_sockets_open(desk: QuickDesk, shared: Path) -> None:
    """slack_sdk opens sockets one after the other, and each of them looks alive."""
    async with AsyncExitStack() as stack:
        slack = await stack.enter_async_context(SlackStandIn(shared / "specs"))
        courier = await stack.enter_async_context(open_slack(desk, of_slack(slack, BEAT)))
        probe = await stack.enter_async_context(probing(desk, courier))
        await probe.until("")
        slack.is_silent = True
        opened = slack.connections
        await probe.until(LOST)
        await slack.connected(opened + 1)
        assert await probe.problem() == LOST
        slack.is_silent = False
        await slack.sockets[-1].close()  # what stood between has let go
        await probe.until("")


async def test_slack_that_calls_us_is_never_silent(desk: QuickDesk, shared: Path) -> None:
    async with SlackStandIn(shared / "specs") as slack:
        courier = slack_courier(desk, SlackConfig(bot_token=BOT_TOKEN, signing_secret="s", api_url=slack.api_url))
        assert await courier.silence() == 0


# Discord --------------------------------------------------------------------------------------------------


async def test_gateway_of_discord_that_is_lost_is_told(desk: QuickDesk, shared: Path) -> None:
    async with AsyncExitStack() as chat, AsyncExitStack() as bot:
        discord = await chat.enter_async_context(open_standin(shared / "specs"))
        courier = await bot.enter_async_context(open_discord(desk, of_discord(discord)))
        async with probing(desk, courier) as probe:
            await probe.until("")
            await chat.aclose()
            await probe.until(LOST)


async def test_gateway_of_discord_that_falls_silent_is_told_while_it_is_open(desk: QuickDesk, shared: Path) -> None:
    async with open_standin(shared / "specs") as discord:
        discord.gateway.heartbeat = BEAT
        async with (
            open_discord(desk, of_discord(discord)) as courier,
            probing(desk, courier, silent_seconds=1) as probe,
        ):
            await probe.until("")
            discord.gateway.is_silent = True
            await probe.until(SILENT)
            discord.gateway.is_silent = False
            await probe.until("")
            assert discord.gateway.connections == 1, "the connection was never lost"


async def test_one_lost_shard_of_two_is_told(desk: QuickDesk, shared: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def at_once(client: NutgrafClient, shard: int | None, *, initial: bool = False) -> None:
        """Identify without discord.py's pause of five seconds between two shards."""

    monkeypatch.setattr(NutgrafClient, "before_identify_hook", at_once)
    async with open_standin(shared / "specs") as discord:
        discord.gateway.shards = 2
        async with open_discord(desk, of_discord(discord)) as courier, probing(desk, courier) as probe:
            await probe.until("")
            assert discord.gateway.connections == 2
            await discord.gateway.lose_shard(1)
            await probe.until(LOST)
            discord.gateway.is_away = False
            await probe.until("")


async def test_shard_that_has_not_begun_is_told(desk: QuickDesk, shared: Path) -> None:
    """discord.py lets one begin every five seconds: until then, part of the guilds is not heard."""
    async with open_standin(shared / "specs") as discord:
        discord.gateway.shards = 2
        async with open_discord(desk, of_discord(discord)) as courier, probing(desk, courier) as probe:
            assert await probe.problem() == LOST


async def test_worker_that_only_writes_to_discord_has_nothing_to_lose(desk: QuickDesk, shared: Path) -> None:
    async with (
        open_standin(shared / "specs") as discord,
        open_discord_courier(desk, of_discord(discord)) as courier,
    ):
        assert await courier.silence() == 0
