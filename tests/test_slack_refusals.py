"""Where Slack does not let the bot answer: whoever asked is told why, and nothing is tried for ever."""

from __future__ import annotations

import pytest

from tests.fakes import QuickDesk
from tests.slack_newsroom import OTHER, STORY, TITLE, a_brief_of, answered, finished, next_in, running
from tests.slack_standin import SlackStandIn
from tests.slack_things import BOT_USER, USER, Fault, Post, event_of

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


@pytest.mark.parametrize(
    ("word", "words"), [("not_in_channel", "/invite @nutgraf"), ("is_archived", "this channel is archived")]
)
async def test_what_changes_while_it_reads_is_explained_as_well(
    desk: QuickDesk, slack: SlackStandIn, word: str, words: str
) -> None:
    """The bot was removed from the channel, or the channel was archived, after the placeholder was posted."""
    slack.misbehave("chat.update", *[Fault(error=word)] * 2)
    async with running(desk, slack):
        await slack.mention("C1", f"{STORY} {OTHER}")
        await finished(desk)

    (message,) = told(slack)
    assert words in message.text


async def test_token_that_is_revoked_while_it_reads_ends_the_request(desk: QuickDesk, slack: SlackStandIn) -> None:
    slack.misbehave("chat.update", *[Fault(error="token_revoked")] * 9)
    async with running(desk, slack):
        await slack.mention("C1", STORY)
        await finished(desk)

    assert slack.calls.count("chat.update") == 1
    assert told(slack) == []


# What is deleted meanwhile ----------------------------------------------------------------------------------


async def test_where_the_post_is_deleted_nothing_is_posted_into_the_channel(
    desk: QuickDesk, slack: SlackStandIn
) -> None:
    """Slack would put the answer there, for everybody, and say nothing of it."""
    post = slack.says("C1", f"<@{BOT_USER}> {STORY}")
    slack.delete(post)
    async with running(desk, slack):
        await slack.deliver(event_of(post, "app_mention"))
        await finished(desk)

    assert [one for one in slack.posts if one.channel == "C1"] == []
    (message,) = told(slack)
    assert "was deleted" in message.text


async def test_a_follow_up_whose_thread_is_gone_is_not_answered_in_the_channel(
    desk: QuickDesk, slack: SlackStandIn
) -> None:
    async with running(desk, slack):
        asked, brief = await a_brief_of(slack)
        for post in (brief, asked):
            slack.delete(post)
        follow_up = Post("C1", "1773820000.999999", USER, f"<@{BOT_USER}> claims", thread_ts=asked.ts)
        await slack.deliver(event_of(follow_up, "app_mention"))
        await slack.until(lambda: any(one.only_for for one in slack.posts))

    assert [one for one in slack.posts if one.channel == "C1" and not one.only_for] == []
    assert "was deleted" in slack.posts[-1].text


async def test_post_that_is_deleted_while_it_is_read_keeps_its_thread(desk: QuickDesk, slack: SlackStandIn) -> None:
    desk.go_on.clear()
    async with running(desk, slack):
        post = await slack.mention("C1", STORY)
        await desk.begun.wait()
        slack.delete(post)
        desk.go_on.set()
        await finished(desk)

    (answer,) = slack.thread(post)
    assert TITLE in answer.text


async def test_placeholder_that_somebody_deletes_is_not_posted_again_and_the_brief_can_be_asked_for(
    desk: QuickDesk, slack: SlackStandIn
) -> None:
    """Only administrators can delete it; whoever asked finds what was read by asking on."""
    desk.go_on.clear()
    async with running(desk, slack):
        post = await slack.mention("C1", STORY)
        await desk.begun.wait()
        slack.delete(slack.thread(post)[0])
        desk.go_on.set()
        await finished(desk)
        assert slack.thread(post) == []
        assert post.reactions == ["warning"]
        await slack.mention("C1", "claims", thread=post)
        shown = await next_in(slack, post, 0)

    assert "48 million pounds" in shown.text
    assert told(slack) == []


async def test_rate_limit_without_a_handler_left_is_outlasted(desk: QuickDesk, slack: SlackStandIn) -> None:
    slack.misbehave("chat.postMessage", *[Fault(status=429, retry_after=0)] * 6)  # one more than the client takes
    async with running(desk, slack):
        (reply,) = await answered(slack, await slack.mention("C1", STORY))

    assert TITLE in reply.text
