"""From a message in chat to the page of its brief, with the whole bot in a process of its own."""

from __future__ import annotations

import json
import re
import socket
from pathlib import Path

import httpx
import pytest

from tests.bot_process import bot_process, newspaper
from tests.discord_standin import TOKEN, DiscordStandIn, open_standin
from tests.slack_standin import SlackStandIn
from tests.slack_things import APP_TOKEN, BOT_TOKEN

pytestmark = [pytest.mark.anyio, pytest.mark.model]

START = 60.0
"""Seconds that the bot may take to start and to read, on a busy machine."""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def test_links_in_chat_open_the_page_of_their_workspace_and_no_other(shared: Path, tmp_path: Path) -> None:
    port = free_port()
    web = f"http://127.0.0.1:{port}"
    async with SlackStandIn(shared / "specs") as slack, open_standin(shared / "specs") as discord:
        settings = {
            "SLACK_BOT_TOKEN": BOT_TOKEN,
            "SLACK_APP_TOKEN": APP_TOKEN,
            "SLACK_API_URL": slack.api_url,
            "DISCORD_TOKEN": TOKEN,
            "DISCORD_API_URL": discord.api_url,
            "DISCORD_GATEWAY_URL": discord.gateway_url,
            "WEB_PORT": str(port),
            "WEB_ADDRESS": web,
            "WEB_SECRET": "s" * 32,
        }
        async with newspaper() as site, bot_process(tmp_path, site, settings):
            await slack.until(lambda: slack.sockets, START)
            await discord.until(lambda: discord.gateway.connections and discord.commands, START)
            post = await slack.mention("C1", f"<{site.url('/story')}>")
            await discord.slash(site.url("/story"))
            await slack.until(lambda: "white_check_mark" in post.reactions, START)
            await discord.until(lambda: in_discord(discord, web), START)

            from_slack = link_in(slack.thread(post)[0].blocks, web)
            from_discord = in_discord(discord, web)
            async with httpx.AsyncClient(follow_redirects=True) as ours, httpx.AsyncClient() as stranger:
                page = await ours.get(from_slack)
                assert page.status_code == 200
                assert "ferry" in page.text
                assert (await ours.get(from_discord.partition("?")[0])).status_code == 404
                assert (await ours.get(from_discord)).status_code == 200
                assert (await stranger.get(from_slack.partition("?")[0])).status_code == 401
            assert slack.violations == []
            assert discord.unexpected == []
            assert (await httpx.AsyncClient().get(f"{web}/readyz")).json() == {"ready": True, "problems": {}}


def in_discord(discord: DiscordStandIn, web: str) -> str:
    return link_in([message.components for thread in discord.threads for message in thread.messages], web)


def link_in(told: object, web: str) -> str:
    found = re.search(rf"{web}/b/[0-9a-f]{{32}}\?t=[\w.-]+", json.dumps(told))
    return found.group() if found else ""
