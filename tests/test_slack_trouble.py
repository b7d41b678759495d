"""Slack in trouble: limits, outages, refusals and lost connections cost nobody an answer."""

from __future__ import annotations

import asyncio

import pytest

from tests.fakes import QuickDesk
from tests.slack_newsroom import STORY, TITLE, answered, running
from tests.slack_standin import SlackStandIn
from tests.slack_things import USER, Fault

pytestmark = pytest.mark.anyio


async def test_rate_limit_is_waited_out(desk: QuickDesk, slack: SlackStandIn) -> None:
    slack.misbehave("chat.postMessage", Fault(status=429, retry_after=0), Fault(status=429, retry_after=0))
    slack.misbehave("chat.update", Fault(status=429, retry_after=0))
    async with running(desk, slack):
        post = await slack.mention("C1", STORY)
        thread = await answered(slack, post)

    assert [reply.blocks[0]["text"]["text"] for reply in thread] == [TITLE]


@pytest.mark.parametrize("method", ["chat.postMessage", "chat.update"])
async def test_server_errors_are_outlasted(desk: QuickDesk, slack: SlackStandIn, method: str) -> None:
    slack.misbehave(method, *[Fault(status=500)] * 3)  # as often as the client tries by itself
    async with running(desk, slack):
        post = await slack.mention("C1", STORY)
        thread = await answered(slack, post)

    assert [reply.blocks[0]["text"]["text"] for reply in thread] == [TITLE]


async def test_first_mention_is_heard_while_the_api_is_down(desk: QuickDesk, slack: SlackStandIn) -> None:
    async with running(desk, slack):
        slack.misbehave("auth.test", *[Fault(error="fatal_error")] * 9)
        post = await slack.mention("C1", STORY)
        await answered(slack, post)

    assert TITLE in slack.answers(post)[0]


async def test_refused_blocks_become_plain_text(
    desk: QuickDesk, slack: SlackStandIn, caplog: pytest.LogCaptureFixture
) -> None:
    """Otherwise the placeholder would stand there for ever."""
    slack.misbehave("chat.update", Fault(error="invalid_blocks", errors=("must be less [json-pointer:/blocks/0]",)))
    async with running(desk, slack):
        post = await slack.mention("C1", STORY)
        (reply,) = await answered(slack, post)

    assert reply.blocks == []
    assert TITLE in reply.text
    assert "“Nobody has pocketed a penny.”" in reply.text
    assert "json-pointer:/blocks/0" in caplog.text


@pytest.mark.parametrize("word", ["missing_scope", "already_reacted", "too_many_reactions"])
async def test_answers_come_without_the_reaction(desk: QuickDesk, slack: SlackStandIn, word: str) -> None:
    slack.misbehave("reactions.add", Fault(error=word), Fault(error=word))
    async with running(desk, slack):
        post = await slack.mention("C1", STORY)
        await slack.until(lambda: slack.calls.count("reactions.add") == 2)

    assert TITLE in slack.answers(post)[0]


async def test_channel_that_is_gone_ends_the_request(desk: QuickDesk, slack: SlackStandIn) -> None:
    """Otherwise it would be tried again at every start, for ever."""
    slack.misbehave("chat.postMessage", Fault(error="channel_not_found"))
    async with running(desk, slack):
        await slack.mention("C1", STORY)
        async with asyncio.timeout(15):
            while await desk.archive.requests.unfinished(["slack"]):  # noqa: ASYNC110 - a database tells nobody
                await asyncio.sleep(0.02)

    assert slack.calls.count("chat.postMessage") == 2  # in the channel, and to who asked
    (told,) = [post for post in slack.posts if post.channel == USER]
    assert "/invite" in told.text


async def test_connection_is_renewed_when_slack_asks(desk: QuickDesk, slack: SlackStandIn) -> None:
    async with running(desk, slack):
        await slack.refresh()
        await slack.connected(times=2)
        post = await slack.mention("C1", STORY)
        thread = await answered(slack, post)

    assert len(thread) == 1
