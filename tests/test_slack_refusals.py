"""Where Slack does not let the bot answer: whoever asked is told why, and nothing is tried for ever."""

from __future__ import annotations

import pytest

from tests.fakes import QuickDesk
from tests.slack_newsroom import OTHER, STORY, TITLE, answered, finished, running
from tests.slack_standin import USER, Fault, Post, SlackStandIn

pytestmark = pytest.mark.anyio


def told(slack: SlackStandIn) -> list[Post]:
    """Return the direct messages to whoever asked."""
    return [post for post in slack.posts if post.channel == USER]


@pytest.mark.parametrize(
    ("word", "words"),
    [
        ("not_in_channel", "/invite @nutgraf"),
        ("is_archived", "this channel is archived"),
        ("restricted_action", "does not let me post here"),
        ("restricted_action_thread_locked", "this thread is locked"),
        ("thread_locked", "this thread is locked"),
    ],
)
async def test_whoever_asked_is_told_in_a_direct_message_why_there_is_no_answer(
    desk: QuickDesk, slack: SlackStandIn, word: str, words: str
) -> None:
    slack.misbehave("chat.postMessage", Fault(error=word))
    async with running(desk, slack):
        await slack.mention("C1", STORY)
        await finished(desk)

    (message,) = told(slack)
    assert words in message.text
    assert slack.calls.count("chat.postMessage") == 2


async def test_of_several_links_he_is_told_once(desk: QuickDesk, slack: SlackStandIn) -> None:
    slack.misbehave("chat.postMessage", Fault(error="restricted_action"))
    async with running(desk, slack):
        await slack.mention("C1", f"{STORY} {OTHER}")
        await finished(desk)

    assert len(told(slack)) == 1


@pytest.mark.parametrize("word", ["account_inactive", "token_revoked"])
async def test_where_the_app_is_gone_the_request_ends(desk: QuickDesk, slack: SlackStandIn, word: str) -> None:
    slack.misbehave("chat.postMessage", *[Fault(error=word)] * 9)
    async with running(desk, slack):
        await slack.mention("C1", STORY)
        await finished(desk)

    assert slack.calls.count("chat.postMessage") == 1


@pytest.mark.parametrize("word", ["missing_scope", "token_expired", "fatal_error", "team_added_to_org"])
async def test_what_an_operator_or_time_may_mend_is_tried_again(
    desk: QuickDesk, slack: SlackStandIn, word: str
) -> None:
    """A request that was accepted is answered, also once the app was installed anew with what it needs."""
    slack.misbehave("chat.postMessage", Fault(error=word))
    async with running(desk, slack):
        post = await slack.mention("C1", STORY)
        (reply,) = await answered(slack, post)

    assert TITLE in reply.text
    assert told(slack) == []


async def test_rate_limit_without_a_handler_left_is_outlasted(desk: QuickDesk, slack: SlackStandIn) -> None:
    slack.misbehave("chat.postMessage", *[Fault(status=429, retry_after=0)] * 6)  # one more than the client takes
    async with running(desk, slack):
        (reply,) = await answered(slack, await slack.mention("C1", STORY))

    assert TITLE in reply.text
