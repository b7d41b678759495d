"""The main job, whole: a link in chat, the real bot in its own process, the real reading, the brief in the thread."""

from __future__ import annotations

import asyncio
import os
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from benchmarks.story import a_page
from bot.errors import ReadingTimeout
from bot.settings import Settings
from tests.bot_process import ROOT, Gate, bot_process, newspaper
from tests.discord_standin import TOKEN, DiscordStandIn, open_standin
from tests.discord_transcript import discord_transcript
from tests.sites import Site, open_site, page
from tests.slack_standin import SlackStandIn
from tests.slack_things import APP_TOKEN, BOT_TOKEN, Fault
from tests.transcript import slack_transcript

pytestmark = [pytest.mark.anyio, pytest.mark.model]

TITLE = "Ellery’s new ferry failed two safety drills before it sailed, records show"
START = 60.0
"""Seconds that the bot may take to start and to read, on a busy machine."""

PATIENCE = 200.0
"""Seconds for the reading of a book, which is cut short after ``READING_TIMEOUT``, on a busy machine."""

READ = re.compile(rf"50,?0\d\d words read|{ReadingTimeout(Settings.model_fields['reading_timeout'].default)}")
"""What a brief of so many words says of itself, or why there is none."""


def assert_documented(name: str, seen: str, site: Site) -> None:
    """Compare what people see with what docs/ says they see; UPDATE_TRANSCRIPTS=1 writes it anew."""
    for here, shown in (
        (site.url(""), "https://post.example"),
        (site.place, "post.example"),
        ("127.0.0.1", "post.example"),
    ):
        seen = seen.replace(here, shown)
    documented = ROOT / "docs" / "transcripts" / f"{name}.txt"
    if os.environ.get("UPDATE_TRANSCRIPTS"):
        documented.parent.mkdir(exist_ok=True)
        documented.write_text(seen, encoding="utf-8")
    assert seen == documented.read_text(encoding="utf-8")


@pytest.fixture
async def slack(shared: Path) -> AsyncIterator[SlackStandIn]:
    async with SlackStandIn(shared / "specs") as slack:
        yield slack
    assert slack.violations == []


@pytest.fixture
async def discord(shared: Path) -> AsyncIterator[DiscordStandIn]:
    async with open_standin(shared / "specs") as discord:
        yield discord
    assert discord.unexpected == []


def slack_settings(slack: SlackStandIn) -> dict[str, str]:
    return {"SLACK_BOT_TOKEN": BOT_TOKEN, "SLACK_APP_TOKEN": APP_TOKEN, "SLACK_API_URL": slack.api_url}


def discord_settings(discord: DiscordStandIn) -> dict[str, str]:
    return {
        "DISCORD_TOKEN": TOKEN,
        "DISCORD_API_URL": discord.api_url,
        "DISCORD_GATEWAY_URL": discord.gateway_url,
    }


async def test_slack_mention_with_two_links_ends_in_the_thread(slack: SlackStandIn, tmp_path: Path) -> None:
    async with newspaper() as site, bot_process(tmp_path, site, slack_settings(slack)):
        await slack.until(lambda: slack.sockets, START)
        post = await slack.mention("C1", f"<{site.url('/story')}> and <{site.url('/gone')}>")
        await slack.until(lambda: "warning" in post.reactions, START)

    story, gone = slack.thread(post)
    assert story.blocks[0]["text"]["text"] == TITLE
    assert "does not exist" in gone.text
    assert_documented("slack", slack_transcript(slack.posts), site)


async def test_discord_command_with_one_link_ends_in_a_thread(discord: DiscordStandIn, tmp_path: Path) -> None:
    async with newspaper() as site, bot_process(tmp_path, site, discord_settings(discord)):
        await discord.until(lambda: discord.gateway.connections and discord.commands, START)
        await discord.slash(site.url("/story"))
        await discord.until(lambda: any("Read your link" in message.content for message in discord.messages()), START)

    assert TITLE in _words(discord)
    assert len(discord.threads) == 1
    assert_documented("discord", discord_transcript(discord), site)


@pytest.mark.parametrize("moment", ["fetching", "delivering"])
async def test_request_of_a_killed_bot_is_answered_once_in_slack(
    slack: SlackStandIn, tmp_path: Path, moment: str
) -> None:
    """A request that was accepted is answered, whatever happens to the machine in between."""
    gate = Gate()
    if moment == "delivering":
        gate.open.set()
        slack.misbehave("chat.update", Fault(cut=True))  # the brief stands, but the bot never learns it
    async with newspaper(gate) as site:
        async with bot_process(tmp_path, site, slack_settings(slack)) as bot:
            await slack.until(lambda: slack.sockets, START)
            post = await slack.mention("C1", f"<{site.url('/story')}>")
            if moment == "fetching":
                await gate.reached.wait()
            else:
                await slack.until(lambda: "chat.update" in slack.calls, START)
            bot.kill()
            await bot.wait()
        gate.open.set()
        async with bot_process(tmp_path, site, slack_settings(slack)):
            await slack.until(lambda: "white_check_mark" in post.reactions, START)

    (answer,) = slack.thread(post)
    assert answer.blocks[0]["text"]["text"] == TITLE


async def test_request_of_a_killed_bot_is_answered_once_in_discord(discord: DiscordStandIn, tmp_path: Path) -> None:
    gate = Gate()
    async with newspaper(gate) as site:
        async with bot_process(tmp_path, site, discord_settings(discord)) as bot:
            await discord.until(lambda: discord.gateway.connections and discord.commands, START)
            await discord.slash(site.url("/story"))
            await gate.reached.wait()
            bot.kill()
            await bot.wait()
        gate.open.set()
        async with bot_process(tmp_path, site, discord_settings(discord)):
            await discord.until(lambda: discord.threads and TITLE in _words(discord), START)

    (thread,) = discord.threads
    assert len([message for message in discord.messages(thread.id) if TITLE in message.words]) == 1


async def test_story_as_long_as_a_book_is_answered_or_refused_in_words(
    slack: SlackStandIn, discord: DiscordStandIn, tmp_path: Path
) -> None:
    """Fifty thousand words: whatever a machine makes of them in its time, nobody waits for ever."""
    book = a_page(50_000)

    async def answer(path: str, writer: asyncio.StreamWriter) -> None:
        writer.write(page(book))

    settings = {**slack_settings(slack), **discord_settings(discord), "READING_PROCESSES": "2"}
    async with open_site(answer) as site, bot_process(tmp_path, site, settings):
        await slack.until(lambda: slack.sockets, START)
        await discord.until(lambda: discord.gateway.connections and discord.commands, START)
        post = await slack.mention("C1", f"<{site.url('/book')}>")
        await discord.slash(site.url("/book"))
        await slack.until(lambda: READ.search(str(slack.thread(post))), PATIENCE)
        await discord.until(lambda: READ.search(_words(discord)), PATIENCE)


def _words(discord: DiscordStandIn) -> str:
    return "\n".join(message.words for thread in discord.threads for message in discord.messages(thread.id))
