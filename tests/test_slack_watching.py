"""Links in a watched channel are read unasked; in all others nothing is."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from bot.archive.archive import open_archive
from tests.fakes import QuickDesk
from tests.slack_newsroom import STORY, TITLE, answered, running
from tests.slack_standin import SlackStandIn
from tests.slack_things import BOT_USER, event_of

pytestmark = pytest.mark.anyio


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[QuickDesk]:
    """A desk on a web whose sites have no rules for programs, with one channel that is watched."""
    no_rules = httpx.MockTransport(lambda request: httpx.Response(404))
    async with (
        open_archive(f"sqlite+aiosqlite:///{tmp_path}/desk.sqlite3") as archive,
        httpx.AsyncClient(transport=no_rules, headers={"User-Agent": "Nutgraf/0.1"}) as http,
    ):
        await archive.channels.watch("slack:T1", "C1", "U1", on=True)
        yield QuickDesk(archive, http)


async def test_link_in_a_watched_channel_is_read_below_its_post(desk: QuickDesk, slack: SlackStandIn) -> None:
    async with running(desk, slack):
        post = slack.says("C1", f"Seen this? {STORY}")
        await slack.deliver(event_of(post, "message", channel_type="channel"))
        (reply,) = await answered(slack, post)

    assert TITLE in reply.text


async def test_post_that_mentions_the_bot_there_is_answered_once(desk: QuickDesk, slack: SlackStandIn) -> None:
    async with running(desk, slack):
        post = slack.says("C1", f"<@{BOT_USER}> {STORY}")
        await slack.deliver(event_of(post, "message", channel_type="channel"))
        await slack.deliver(event_of(post, "app_mention"))
        thread = await answered(slack, post)

    assert len(thread) == 1


@pytest.mark.parametrize(
    ("channel", "text", "more"),
    [("C2", STORY, {}), ("C1", "No link here.", {}), ("C1", STORY, {"bot_id": "B0OTHER"})],
)
async def test_other_posts_are_left_alone(
    desk: QuickDesk, slack: SlackStandIn, channel: str, text: str, more: dict[str, str]
) -> None:
    async with running(desk, slack):
        post = slack.says(channel, text)
        await slack.deliver(event_of(post, "message", channel_type="channel", **more))
        await answered(slack, await slack.mention("C3", STORY))

    assert slack.thread(post) == []
    assert post.reactions == []
