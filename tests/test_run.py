"""``nutgraf run`` as an operator starts it: a process of its own, which is asked, stopped and killed."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from asyncio.subprocess import DEVNULL, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bot.settings import Settings
from tests.discord_standin import TOKEN as DISCORD_TOKEN
from tests.discord_standin import DiscordStandIn, open_standin
from tests.sites import open_site, page
from tests.slack_standin import APP_TOKEN, BOT_TOKEN, SlackStandIn

pytestmark = [pytest.mark.anyio, pytest.mark.model]

STORY = (Path(__file__).parent / "articles" / "harbour.html").read_bytes()
TITLE = "Harbour wall will cost twice as much, council admits"
PATIENCE = 60.0  # seconds; a start loads the English pipeline


@pytest.fixture
async def slack(shared: Path) -> AsyncIterator[SlackStandIn]:
    async with SlackStandIn(shared / "specs") as stand_in:
        yield stand_in
        assert stand_in.violations == []


@pytest.fixture
async def discord(shared: Path) -> AsyncIterator[DiscordStandIn]:
    async with open_standin(shared / "specs") as stand_in:
        yield stand_in
        assert stand_in.unexpected == []


@asynccontextmanager
async def running(folder: Path, **settings: str) -> AsyncIterator[Process]:
    """Start ``nutgraf run`` in *folder* with nothing but *settings*, and end it if the test has not."""
    ours = {name.upper() for name in Settings.model_fields}
    environment = {name: value for name, value in os.environ.items() if name not in ours}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "adapters", "run",
        cwd=folder, env={**environment, **settings}, stdin=DEVNULL,
    )  # fmt: skip
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


def for_slack(slack: SlackStandIn) -> dict[str, str]:
    return {"SLACK_BOT_TOKEN": BOT_TOKEN, "SLACK_APP_TOKEN": APP_TOKEN, "SLACK_API_URL": slack.api_url}


def for_discord(discord: DiscordStandIn) -> dict[str, str]:
    return {
        "DISCORD_TOKEN": DISCORD_TOKEN,
        "DISCORD_API_URL": discord.api_url,
        "DISCORD_GATEWAY_URL": discord.gateway_url,
    }


async def test_both_platforms_are_answered_by_one_process_until_it_is_told_to_stop(
    slack: SlackStandIn, discord: DiscordStandIn, tmp_path: Path
) -> None:
    async def serve(path: str, writer: asyncio.StreamWriter) -> None:
        writer.write(page(STORY) if path == "/harbour" else page(status="404 Not Found"))

    heartbeat = tmp_path / "alive"
    async with open_site(serve) as site:
        settings = {"FETCH_ALLOW_HOSTS": site.place, "HEARTBEAT_FILE": str(heartbeat)}
        async with running(tmp_path, **for_slack(slack), **for_discord(discord), **settings) as process:
            await slack.until(lambda: slack.sockets, PATIENCE)
            await discord.until(lambda: discord.commands and discord.connections, PATIENCE)
            post = await slack.mention("C1", f"<{site.url('/harbour')}> <{site.url('/gone')}>")
            await discord.slash(site.url("/harbour"))
            await slack.until(lambda: {"white_check_mark", "warning"} & set(post.reactions), PATIENCE)
            await discord.until(
                lambda: any(TITLE in one.words for thread in discord.threads for one in discord.messages(thread.id)),
                PATIENCE,
            )
            process.send_signal(signal.SIGTERM)
            assert await asyncio.wait_for(process.wait(), PATIENCE) == 0
    answers = slack.answers(post)
    assert len(answers) == 2
    assert TITLE in answers[0]
    assert "does not exist" in answers[1]
    assert heartbeat.exists()


async def test_killed_in_the_middle_of_a_request_it_answers_once_after_the_next_start(
    slack: SlackStandIn, tmp_path: Path
) -> None:
    asked, answer = asyncio.Event(), asyncio.Event()

    async def serve(path: str, writer: asyncio.StreamWriter) -> None:
        asked.set()
        await answer.wait()
        writer.write(page(STORY))

    async with open_site(serve) as site:
        settings = {**for_slack(slack), "FETCH_ALLOW_HOSTS": site.place}
        async with running(tmp_path, **settings) as process:
            await slack.until(lambda: slack.sockets, PATIENCE)
            post = await slack.mention("C1", f"<{site.url('/harbour')}>")
            await asyncio.wait_for(asked.wait(), PATIENCE)
            process.kill()
            await process.wait()
        placeholder = slack.answers(post)
        assert len(placeholder) == 1
        assert TITLE not in placeholder[0]

        answer.set()
        async with running(tmp_path, **settings):
            await slack.until(lambda: "white_check_mark" in post.reactions, PATIENCE)
    answers = slack.answers(post)
    assert len(answers) == 1
    assert TITLE in answers[0]


async def test_ctrl_c_ends_it_in_good_order(slack: SlackStandIn, tmp_path: Path) -> None:
    async with running(tmp_path, **for_slack(slack)) as process:
        await slack.until(lambda: slack.sockets, PATIENCE)
        process.send_signal(signal.SIGINT)
        assert await asyncio.wait_for(process.wait(), PATIENCE) == 0
