"""A newsroom in the Slack of our own: the bot that runs there, and what people find."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from adapters.slack.app import SlackConfig, open_slack
from bot.desk import Desk
from tests.slack_standin import SlackStandIn
from tests.slack_things import APP_TOKEN, BOT_TOKEN, BOT_USER, SIGNING_SECRET, USER, Post

STORY = "<https://post.example/harbour>"
OTHER = "<https://post.example/ferry?a=1&amp;b=2|post.example/ferry>"
GONE = "<https://post.example/gone>"
TITLE = "Harbour wall will cost twice as much, council admits"


@asynccontextmanager
async def running(desk: Desk, slack: SlackStandIn, mode: str = "socket", *, max_links: int = 10) -> AsyncIterator[None]:
    """Run the bot, its worker included, against *slack*."""
    port = free_port()
    config = SlackConfig(
        bot_token=BOT_TOKEN,
        app_token=APP_TOKEN if mode == "socket" else None,
        signing_secret=SIGNING_SECRET if mode == "http" else None,
        api_url=slack.api_url,
        http_port=port,
        max_links=max_links,
    )
    if mode == "http":
        slack.request_url = f"http://127.0.0.1:{port}/slack/events"
    async with open_slack(desk, config) as courier:
        worker = asyncio.create_task(desk.work({"slack": courier}))
        try:
            if mode == "socket":
                await slack.connected()
            yield
        finally:
            worker.cancel()
            await asyncio.wait([worker])


def free_port() -> int:
    """Return a port that is free just now."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


async def answered(slack: SlackStandIn, post: Post) -> list[Post]:
    """Wait until *post* carries the sign that all is answered, and return the thread."""
    await slack.until(lambda: {"white_check_mark", "warning"} & set(post.reactions))
    return slack.thread(post)


async def finished(desk: Desk) -> None:
    """Wait until no request is owed an answer."""
    async with asyncio.timeout(15):
        while await desk.archive.requests.unfinished(["slack"]):  # noqa: ASYNC110 - a database tells nobody
            await asyncio.sleep(0.02)


async def a_brief_of(slack: SlackStandIn, link: str = STORY) -> tuple[Post, Post]:
    """Have a link read; return the post that asked, and the brief below it."""
    asked = await slack.mention("C1", link)
    (answer,) = await answered(slack, asked)
    return asked, answer


async def next_in(slack: SlackStandIn, thread: Post, known: int, *, user: str = USER) -> Post:
    """Wait for one more post of the bot in a thread."""
    await slack.until(lambda: len(ours(slack, thread, user)) > known)
    return ours(slack, thread, user)[known]


def ours(slack: SlackStandIn, thread: Post, user: str = USER) -> list[Post]:
    """Return the posts of the bot in a thread that *user* sees."""
    return [post for post in slack.thread(thread, user=user) if post.user == BOT_USER]
