"""What people ask of a brief in Slack, in words."""

from __future__ import annotations

import io
from dataclasses import replace

import docx
import pytest

from bot.errors import NoBriefHere
from tests.fakes import QuickDesk, TwoOutlets
from tests.slack_newsroom import GONE, OTHER, STORY, TITLE, a_brief_of, answered, next_in, ours, running
from tests.slack_standin import SlackStandIn
from tests.slack_things import BOT_USER, USER, Fault, event_of

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


# What changes something -------------------------------------------------------------------------------------


async def test_two_versions_of_a_story_are_compared(desk: QuickDesk, slack: SlackStandIn) -> None:
    async with running(TwoOutlets(desk.archive), slack):
        asked = await slack.mention("C1", f"{STORY} {OTHER}")
        thread = await answered(slack, asked)
        await slack.mention("C1", "compare", thread=asked)
        shown = await next_in(slack, asked, len(thread))

    assert "Maren Holt: A 2 quotes, B not quoted" in shown.text


async def test_a_brief_is_deleted_by_a_word(desk: QuickDesk, slack: SlackStandIn) -> None:
    async with running(desk, slack):
        asked, brief = await a_brief_of(slack)
        await slack.mention("C1", "delete", thread=asked)
        await slack.until(lambda: brief not in slack.posts)


async def test_what_could_not_be_read_is_tried_again_by_a_word(desk: QuickDesk, slack: SlackStandIn) -> None:
    async with running(desk, slack):
        asked, failed = await a_brief_of(slack, GONE)
        await slack.mention("C1", "retry", thread=asked)
        await slack.until(lambda: len(desk.read) == 2 and failed.edits == 2)


async def test_a_channel_is_watched_and_not_any_more_by_moderators_words(desk: QuickDesk, slack: SlackStandIn) -> None:
    async with running(desk, slack):
        refused = await next_in(slack, await slack.mention("C1", "watch"), 0)
        slack.people["U2"] = {"is_admin": True}
        told = []
        for words in ("watch", "unwatch"):
            post = slack.says("C1", f"<@{BOT_USER}> {words}", user="U2")
            await slack.deliver(event_of(post, "app_mention"))
            told.append((await next_in(slack, post, 0, user="U2")).text)
            told.append(str(await desk.archive.channels.is_watched("slack:T1", "C1")))

    assert "Only moderators" in refused.text
    assert told[0].startswith("From now on I read links")
    assert told[1:] == ["True", told[2], "False"]
    assert told[2].startswith("I do not watch this channel any more")
