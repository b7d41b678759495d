"""Slack, from the mention to the brief in the thread: the real slack-bolt against a Slack of our own."""

from __future__ import annotations

from typing import Any

import pytest

from bot.brief import Brief
from bot.errors import NotWebLink, PageNotFound, PaywallStub
from bot.models import Ask, Wanted
from tests.fakes import QuickDesk
from tests.slack_newsroom import GONE, OTHER, STORY, TITLE, answered, running
from tests.slack_standin import SlackStandIn
from tests.slack_things import BOT_ID, BOT_USER, Fault, event_of
from tests.transcript import slack_transcript

pytestmark = pytest.mark.anyio


# From the mention to the brief -----------------------------------------------------------------------------


async def test_mention_with_two_links_ends_in_two_briefs_in_its_thread(
    desk: QuickDesk, slack: SlackStandIn, mode: str
) -> None:
    async with running(desk, slack, mode):
        post = await slack.mention("C1", f"{STORY} and {OTHER}")
        thread = await answered(slack, post)

    assert [reply.blocks[0]["text"]["text"] for reply in thread] == [TITLE, TITLE]
    assert sorted(desk.read) == ["https://post.example/ferry?a=1&b=2", "https://post.example/harbour"]
    assert post.reactions == ["white_check_mark"]


async def test_direct_message_is_answered_in_its_thread(desk: QuickDesk, slack: SlackStandIn, mode: str) -> None:
    async with running(desk, slack, mode):
        post = await slack.write(STORY)
        thread = await answered(slack, post)

    assert [reply.blocks[0]["text"]["text"] for reply in thread] == [TITLE]


async def test_placeholders_stand_in_the_order_of_the_links_and_become_the_briefs(
    desk: QuickDesk, slack: SlackStandIn
) -> None:
    """Whoever asked sees at once that every link was understood, and the thread never grows by more."""
    async with running(desk, slack):
        post = await slack.mention("C1", f"{STORY} {OTHER}")
        thread = await answered(slack, post)

    assert [reply.edits for reply in thread] == [1, 1]
    first_update = slack.calls.index("chat.update")
    assert slack.calls[:first_update].count("chat.postMessage") == 2


async def test_mention_inside_a_thread_is_answered_in_that_thread(desk: QuickDesk, slack: SlackStandIn) -> None:
    async with running(desk, slack):
        parent = slack.says("C1", "Has anyone read this?")
        post = await slack.mention("C1", STORY, thread=parent)
        await answered(slack, post)

    assert TITLE in slack.thread(parent)[-1].text


async def test_link_is_taken_from_the_rich_text_of_the_post(desk: QuickDesk, slack: SlackStandIn) -> None:
    """``text`` has links escaped and shortened; ``blocks`` has them as they are."""
    elements = [
        {"type": "user", "user_id": BOT_USER},
        {"type": "text", "text": " read "},
        {"type": "link", "url": "https://post.example/a?x=1&y=2", "text": "this"},
        {"type": "text", "text": "please"},
    ]
    blocks = [{"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": elements}]}]
    async with running(desk, slack):
        post = await slack.mention("C1", "<https://post.example/a?x=1&amp;y=2|this>please", blocks=blocks)
        await answered(slack, post)

    assert desk.read == ["https://post.example/a?x=1&y=2"]


async def test_pasted_text_is_read(desk: QuickDesk, slack: SlackStandIn) -> None:
    pasted = "The ferry &amp; its crew came home late. " * 10
    async with running(desk, slack):
        post = await slack.write(pasted.strip())
        await answered(slack, post)

    assert desk.read == [("The ferry & its crew came home late. " * 10).strip()]


async def test_failed_link_is_named_and_the_others_are_answered(desk: QuickDesk, slack: SlackStandIn) -> None:
    async with running(desk, slack):
        post = await slack.mention("C1", f"{STORY} {GONE} {OTHER}")
        await answered(slack, post)

    first, second, third = slack.answers(post)
    assert TITLE in first
    assert second.strip() == str(PageNotFound("https://post.example/gone"))
    assert TITLE in third
    assert post.reactions == ["warning"]


async def test_thirty_links_are_read_up_to_the_limit_and_the_rest_is_named(
    desk: QuickDesk, slack: SlackStandIn
) -> None:
    links = " ".join(f"<https://post.example/story{number}>" for number in range(30))
    async with running(desk, slack):
        post = await slack.mention("C1", links)
        await answered(slack, post)

    answers = slack.answers(post)
    assert len(desk.read) == 10
    assert len(answers) == 11
    assert "20 more were left out" in answers[-1]
    assert "https://post.example/story10" in answers[-1]


@pytest.mark.parametrize(
    ("words", "told"), [("", "export docx"), ("hello there", "I do not know what to do with “hello there”")]
)
async def test_mention_without_a_link_is_told_what_can_be_asked_and_nobody_else_is(
    desk: QuickDesk, slack: SlackStandIn, words: str, told: str
) -> None:
    async with running(desk, slack):
        post = await slack.mention("C1", words)
        await slack.until(lambda: slack.thread(post))

    assert slack.answers(post) == []
    assert told in slack.thread(post)[0].text


async def test_link_that_is_no_web_page_is_named(desk: QuickDesk, slack: SlackStandIn) -> None:
    async with running(desk, slack):
        post = await slack.mention("C1", "<ftp://files.example/a>")
        await answered(slack, post)

    assert [answer.strip() for answer in slack.answers(post)] == [str(NotWebLink("ftp://files.example/a"))]


@pytest.mark.parametrize(
    "more",
    [
        {"subtype": "message_changed"},
        {"subtype": "channel_join"},
        {"bot_id": "B0OTHER"},
        {"bot_id": BOT_ID, "user": BOT_USER},
        {"channel_type": "channel"},
    ],
)
async def test_messages_that_do_not_ask_are_left_alone(
    desk: QuickDesk, slack: SlackStandIn, more: dict[str, Any]
) -> None:
    async with running(desk, slack):
        await slack.write(STORY, **more)
        post = await slack.write(OTHER)
        await answered(slack, post)

    assert desk.read == ["https://post.example/ferry?a=1&b=2"]


async def test_whatever_keeps_a_link_from_being_read_its_answer_names_it(desk: QuickDesk, slack: SlackStandIn) -> None:
    """Of several, people must see which one stands behind a paywall."""

    class Paid(QuickDesk):
        async def brief(self, url: str, **_: object) -> Brief:
            raise PaywallStub("subscribe")

    async with running(Paid(desk.archive), slack):
        post = await slack.mention("C1", STORY)
        (reply,) = await answered(slack, post)

    assert "Could not read https://post.example/harbour. Only the beginning of this article is public" in reply.text


# The same post more than once --------------------------------------------------------------------------------


async def test_repeated_delivery_is_one_request(desk: QuickDesk, slack: SlackStandIn, mode: str) -> None:
    async with running(desk, slack, mode):
        post = slack.says("C1", f"<@{BOT_USER}> {STORY}")
        event = event_of(post, "app_mention")
        statuses = [await slack.deliver(event, retry=retry) for retry in (0, 1, 2)]
        await answered(slack, post)

    assert statuses == [200, 200, 200]
    assert len(slack.thread(post)) == 1
    assert len(desk.read) == 1


async def test_post_that_comes_as_message_and_as_mention_is_one_request(desk: QuickDesk, slack: SlackStandIn) -> None:
    async with running(desk, slack):
        post = slack.says("D1", f"<@{BOT_USER}> {STORY}")
        await slack.deliver(event_of(post, "message", channel_type="im"))
        await slack.deliver(event_of(post, "app_mention"))
        await answered(slack, post)

    assert len(slack.thread(post)) == 1


async def test_request_that_a_crash_left_is_answered_at_the_next_start(desk: QuickDesk, slack: SlackStandIn) -> None:
    post = slack.says("C1", f"<@{BOT_USER}> {STORY}")
    place = {"channel": "C1", "ts": post.ts, "thread_ts": post.ts}
    wanted = (Wanted(link="https://post.example/harbour"),)
    await desk.accept(Ask("slack:T1", "slack", f"C1:{post.ts}", "U1", place, wanted))

    async with running(desk, slack):
        thread = await answered(slack, post)

    assert [reply.blocks[0]["text"]["text"] for reply in thread] == [TITLE]


async def test_placeholder_whose_acknowledgement_was_lost_stands_once(desk: QuickDesk, slack: SlackStandIn) -> None:
    slack.misbehave("chat.postMessage", Fault(cut=True))
    async with running(desk, slack):
        post = await slack.mention("C1", STORY)
        thread = await answered(slack, post)

    assert len(thread) == 1
    assert TITLE in thread[0].text


async def test_post_that_could_not_be_stored_is_not_acknowledged(
    desk: QuickDesk, slack: SlackStandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Then Slack sends it again; an acknowledged post would be lost."""

    async def full(ask: Ask) -> None:
        raise OSError("no space left on the disk")

    async with running(desk, slack, "http"):
        post = slack.says("C1", f"<@{BOT_USER}> {STORY}")
        with monkeypatch.context() as patch:
            patch.setattr(desk, "accept", full)
            first = await slack.deliver(event_of(post, "app_mention"))
        second = await slack.deliver(event_of(post, "app_mention"), retry=1)
        await answered(slack, post)

    assert (first, second) == (500, 200)


# What people see -----------------------------------------------------------------------------------------------


async def test_transcript_shows_the_thread(desk: QuickDesk, slack: SlackStandIn) -> None:
    async with running(desk, slack):
        post = await slack.mention("C1", f"{STORY} {GONE}")
        await answered(slack, post)

    transcript = slack_transcript(slack.posts)
    assert f"    Nutgraf\n      {TITLE}\n" in transcript
    assert "[ All quotes (5) ]" in transcript
    assert "⚠️ Could not read https://post.example/gone" in transcript
