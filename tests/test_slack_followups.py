"""What people ask of a brief in Slack, in words."""

from __future__ import annotations

import io
from dataclasses import replace

import docx
import pytest

from bot.errors import NoBriefHere
from tests.fakes import QuickDesk
from tests.slack_newsroom import STORY, TITLE, a_brief_of, answered, next_in, ours, running
from tests.slack_standin import USER, Fault, SlackStandIn, event_of

pytestmark = pytest.mark.anyio


async def test_a_follow_up_delivered_again_to_another_process_is_answered_once(
    desk: QuickDesk, slack: SlackStandIn
) -> None:
    """Slack delivers again what was not acknowledged in time, perhaps after a restart."""
    async with running(desk, slack):
        asked, _brief = await a_brief_of(slack)
        again = await slack.mention("C1", "claims", thread=asked)
        await next_in(slack, asked, 1)
    async with running(QuickDesk(desk.archive), slack):
        await slack.deliver(event_of(replace(again, thread_ts=asked.ts), "app_mention"), retry=1)
        await slack.mention("C1", "names", thread=asked)
        await next_in(slack, asked, 2)

    assert [post.text.splitlines()[0][:12] for post in ours(slack, asked)[1:]] == ["All claims (", "All entities"]


async def test_a_status_stands_below_the_thread_while_it_is_read(desk: QuickDesk, slack: SlackStandIn) -> None:
    async with running(desk, slack):
        await a_brief_of(slack)

    assert slack.status == ["is reading …", ""]


async def test_where_there_is_no_status_the_placeholder_does_and_nothing_is_asked_again(
    desk: QuickDesk, slack: SlackStandIn
) -> None:
    slack.misbehave("assistant.threads.setStatus", Fault(error="missing_scope"))
    async with running(desk, slack):
        await a_brief_of(slack)

    assert slack.calls.count("assistant.threads.setStatus") == 1


async def test_quotes_of_one_speaker_are_shown_to_all_in_the_thread(desk: QuickDesk, slack: SlackStandIn) -> None:
    async with running(desk, slack):
        asked, _ = await a_brief_of(slack)
        name = desk.story.speakers[0].name
        await slack.mention("C1", f"quotes {name.split()[-1]}", thread=asked)
        page = await next_in(slack, asked, 1)

    others = [speaker.name for speaker in desk.story.speakers if speaker.name != name and desk.story.quotes_of(speaker)]
    assert page.only_for is None
    assert name in page.text
    assert not [other for other in others if other in page.text]


@pytest.mark.parametrize(
    ("words", "told"), [("claims", "All claims"), ("names", "All entities"), ("heard", "statement")]
)
async def test_a_word_shows_all_of_one_sort(desk: QuickDesk, slack: SlackStandIn, words: str, told: str) -> None:
    async with running(desk, slack):
        asked, _ = await a_brief_of(slack)
        await slack.mention("C1", words, thread=asked)
        page = await next_in(slack, asked, 1)

    assert told in page.text


async def test_a_direct_message_needs_no_mention(desk: QuickDesk, slack: SlackStandIn) -> None:
    async with running(desk, slack):
        asked = await slack.write(STORY)
        await answered(slack, asked)
        await slack.write("claims", thread_ts=asked.ts)
        page = await next_in(slack, asked, 1)

    assert "All claims" in page.text


async def test_the_same_follow_up_delivered_again_is_answered_once(desk: QuickDesk, slack: SlackStandIn) -> None:
    async with running(desk, slack):
        asked, _ = await a_brief_of(slack)
        again = await slack.mention("C1", "claims", thread=asked)
        await next_in(slack, asked, 1)
        for _ in range(3):
            await slack.deliver(event_of(replace(again, thread_ts=asked.ts), "app_mention"), retry=1)
        await slack.mention("C1", "names", thread=asked)
        await next_in(slack, asked, 2)

    assert [post.text.splitlines()[0][:12] for post in ours(slack, asked)[1:]] == ["All claims (", "All entities"]


async def test_an_export_is_a_file_in_the_thread(desk: QuickDesk, slack: SlackStandIn) -> None:
    async with running(desk, slack):
        asked, _ = await a_brief_of(slack)
        await slack.mention("C1", "export docx", thread=asked)
        await slack.until(lambda: slack.uploads and slack.uploads[0].channel)

    (upload,) = slack.uploads
    assert (upload.channel, upload.thread_ts) == ("C1", asked.ts)
    assert TITLE in [paragraph.text for paragraph in docx.Document(io.BytesIO(upload.body)).paragraphs]


async def test_who_is_heard_comes_with_a_picture_and_its_words(desk: QuickDesk, slack: SlackStandIn) -> None:
    async with running(desk, slack):
        asked, _ = await a_brief_of(slack)
        await slack.mention("C1", "heard", thread=asked)
        await slack.until(lambda: slack.uploads and slack.uploads[0].channel)

    (upload,) = slack.uploads
    assert upload.body.startswith(b"\x89PNG")
    assert desk.story.speakers[0].name in upload.alt


async def test_what_cannot_be_done_is_told_to_the_one_who_asked(desk: QuickDesk, slack: SlackStandIn) -> None:
    async with running(desk, slack):
        asked = await slack.mention("C1", "claims")
        told = await next_in(slack, asked, 0)

    assert told.only_for == USER
    assert str(NoBriefHere()) in told.text


@pytest.mark.parametrize(
    ("error", "told"), [("missing_scope", "scope"), ("not_in_channel", "Invite me"), ("restricted_action", "workspace")]
)
async def test_what_slack_does_not_allow_is_told_in_words(
    desk: QuickDesk, slack: SlackStandIn, error: str, told: str
) -> None:
    async with running(desk, slack):
        asked, _ = await a_brief_of(slack)
        slack.misbehave("files.getUploadURLExternal", Fault(error=error))
        await slack.mention("C1", "export csv", thread=asked)
        problem = await next_in(slack, asked, 1)

    assert problem.only_for == USER
    assert told in problem.text


async def test_a_search_in_an_archive_that_is_off_says_so(desk: QuickDesk, slack: SlackStandIn) -> None:
    async with running(desk, slack):
        asked, _ = await a_brief_of(slack)
        await slack.mention("C1", "search wall", thread=asked)
        off = await next_in(slack, asked, 1)
        await desk.archive.search.turn_on("slack:T1")
        await slack.mention("C1", "who said what about the wall?", thread=asked)
        found = await next_in(slack, asked, 2)

    assert off.only_for == USER
    assert TITLE in found.text
    assert "wall" in found.text
