"""What people ask of a brief in Slack: in words, by buttons, menus and dialogues, by shortcut and slash command."""

from __future__ import annotations

import io
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import docx
import httpx
import pytest

from adapters.slack.correcting import NO_CLAIM, NO_QUOTE, RIGHT, WHAT
from adapters.slack.listeners import COMMAND, READ_LINKS
from adapters.slack.shared_files import fetch_shared
from bot.archive.archive import open_archive
from bot.errors import MayNotDelete, NoBriefHere, NothingToRead
from tests.fakes import QuickDesk
from tests.slack_standin import BOT_USER, USER, Fault, Post, SlackStandIn, buttons, menus, options_of
from tests.test_slack import GONE, STORY, TITLE, answered, running

pytestmark = pytest.mark.anyio


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[QuickDesk]:
    async with open_archive(f"sqlite+aiosqlite:///{tmp_path}/desk.sqlite3") as archive:
        yield QuickDesk(archive)


@pytest.fixture
async def slack(shared: Path) -> AsyncIterator[SlackStandIn]:
    """A Slack that fails the test when it was sent anything that the real one would refuse."""
    async with SlackStandIn(shared / "specs") as stand_in:
        yield stand_in
        assert stand_in.violations == []


async def a_brief_of(slack: SlackStandIn, link: str = STORY) -> tuple[Post, Post]:
    """Have a link read; return the post that asked, and the brief below it."""
    asked = await slack.mention("C1", link)
    (answer,) = await answered(slack, asked)
    return asked, answer


async def next_in(slack: SlackStandIn, thread: Post, known: int, *, user: str = USER) -> Post:
    """Wait for one more post of the bot in a thread."""
    await slack.until(lambda: len(_ours(slack, thread, user)) > known)
    return _ours(slack, thread, user)[known]


async def test_a_follow_up_delivered_again_to_another_process_is_answered_once(
    desk: QuickDesk, slack: SlackStandIn
) -> None:
    """Slack delivers again what was not acknowledged in time, perhaps after a restart."""
    async with running(desk, slack):
        asked, _brief = await a_brief_of(slack)
        again = await slack.mention("C1", "claims", thread=asked)
        await next_in(slack, asked, 1)
    async with running(QuickDesk(desk.archive), slack):
        await slack.deliver(_event(again, asked), retry=1)
        await slack.mention("C1", "names", thread=asked)
        await next_in(slack, asked, 2)

    assert [post.text.splitlines()[0][:12] for post in _ours(slack, asked)[1:]] == ["All claims (", "All entities"]


def _ours(slack: SlackStandIn, thread: Post, user: str = USER) -> list[Post]:
    return [post for post in slack.thread(thread, user=user) if post.user == BOT_USER]


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


# In words ---------------------------------------------------------------------------------------------------


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
            await slack.deliver(_event(again, asked), retry=1)
        await slack.mention("C1", "names", thread=asked)
        await next_in(slack, asked, 2)

    assert [post.text.splitlines()[0][:12] for post in _ours(slack, asked)[1:]] == ["All claims (", "All entities"]


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


# By buttons and menus ---------------------------------------------------------------------------------------


async def test_the_menu_below_a_brief_has_everything_that_has_no_button(desk: QuickDesk, slack: SlackStandIn) -> None:
    async with running(desk, slack):
        _, brief = await a_brief_of(slack)

    (menu,) = menus(brief)
    assert [option["text"]["text"] for option in options_of(menu)] == [
        "Who is heard (3)",
        "Save as Word",
        "Save as Markdown",
        "Save as CSV",
        "Save as JSON",
        "Correct something",
        "Delete this brief",
    ]


async def test_a_menu_names_the_speakers_and_shows_what_one_says(desk: QuickDesk, slack: SlackStandIn) -> None:
    async with running(desk, slack):
        asked, brief = await a_brief_of(slack)
        await slack.press(brief, "All quotes")
        page = await next_in(slack, asked, 1)
        (menu,) = menus(page)
        first, second, *_ = (option["text"]["text"] for option in options_of(menu))
        await slack.choose(page, second)
        await slack.until(lambda: page.edits)

    assert second in page.text
    assert first not in page.text
    assert first in [option["text"]["text"] for option in options_of(menus(page)[0])]


@pytest.mark.parametrize(
    ("label", "ending"), [("Save as Word", ".docx"), ("Save as CSV", ".csv"), ("Save as JSON", ".json")]
)
async def test_a_brief_is_saved_from_the_menu(desk: QuickDesk, slack: SlackStandIn, label: str, ending: str) -> None:
    async with running(desk, slack):
        asked, brief = await a_brief_of(slack)
        await slack.choose(brief, label)
        await slack.until(lambda: slack.uploads and slack.uploads[0].channel)

    assert slack.uploads[0].name.endswith(ending)
    assert slack.uploads[0].thread_ts == asked.ts


async def test_a_wrong_speaker_is_corrected_in_the_dialogue(desk: QuickDesk, slack: SlackStandIn) -> None:
    async with running(desk, slack):
        _, brief = await a_brief_of(slack)
        edits = brief.edits
        await slack.choose(brief, "Correct something")
        await slack.until(lambda: slack.dialogue)
        quote = desk.story.quotes[0]
        name = desk.story.speaker(quote.speaker).name  # type: ignore[union-attr]
        await slack.choose_in_dialogue(WHAT, name)
        await slack.until(lambda: slack.dialogue and slack.dialogue.get("submit"))
        assert slack.dialogue is not None
        offered = [option["text"]["text"] for option in options_of(slack.dialogue["blocks"][-2]["element"])]
        await slack.choose_in_dialogue(RIGHT, offered[0])
        await slack.submit()
        await slack.until(lambda: brief.edits > edits)

    (made,) = await desk.records.corrections("slack:T1")
    assert (made["mistake"], made["who"], made["before"]) == ("wrong-speaker", USER, name)
    assert offered[0] == f"Said by {made['after']}"
    assert offered[-1] == NO_QUOTE


async def test_a_claim_is_taken_out_in_the_dialogue(desk: QuickDesk, slack: SlackStandIn) -> None:
    async with running(desk, slack):
        _, brief = await a_brief_of(slack)
        edits = brief.edits
        await slack.choose(brief, "Correct something")
        await slack.until(lambda: slack.dialogue)
        assert slack.dialogue is not None
        *_, claim = options_of(slack.dialogue["blocks"][0]["element"])
        await slack.choose_in_dialogue(WHAT, claim["text"]["text"])
        await slack.until(lambda: slack.dialogue and slack.dialogue.get("submit"))
        await slack.choose_in_dialogue(RIGHT, NO_CLAIM)
        await slack.submit()
        await slack.until(lambda: brief.edits > edits)

    (made,) = await desk.records.corrections("slack:T1")
    assert made["mistake"] == "wrong-claim"


async def test_a_brief_is_deleted_by_whoever_asked_for_it(desk: QuickDesk, slack: SlackStandIn) -> None:
    async with running(desk, slack):
        asked, brief = await a_brief_of(slack)
        await slack.choose(brief, "Delete this brief")
        sure = await next_in(slack, asked, 1)
        (button,) = buttons(sure)
        await slack.press(sure, "Delete it")
        await slack.until(lambda: brief not in slack.posts)

    assert button["confirm"]["text"]["text"] == "Delete this brief for everybody?"
    assert await desk.archive.threads.recent("slack:T1", USER, limit=5) == []


@pytest.mark.parametrize(("facts", "goes"), [({}, False), ({"is_admin": True}, True)])
async def test_somebody_elses_brief_is_deleted_by_administrators_alone(
    desk: QuickDesk, slack: SlackStandIn, facts: dict[str, bool], goes: bool
) -> None:
    slack.people["U2"] = facts
    async with running(desk, slack):
        asked, brief = await a_brief_of(slack)
        await slack.choose(brief, "Delete this brief", user="U2")
        sure = await next_in(slack, asked, 1, user="U2")
        await slack.press(sure, "Delete it", user="U2")
        await slack.until(lambda: brief not in slack.posts if goes else sure.edits)

    assert (brief in slack.posts) is not goes
    assert goes or str(MayNotDelete(True)) in sure.text


async def test_what_could_not_be_read_is_tried_again(desk: QuickDesk, slack: SlackStandIn) -> None:
    async with running(desk, slack):
        asked, answer = await a_brief_of(slack, GONE)
        await slack.press(answer, "Try again")
        told = await next_in(slack, asked, 1)
        await slack.until(lambda: len(desk.read) == 2)

    assert "trying again" in told.text


# The other ways in ------------------------------------------------------------------------------------------


async def test_the_shortcut_reads_the_links_of_a_message(desk: QuickDesk, slack: SlackStandIn) -> None:
    async with running(desk, slack):
        post = slack.says("C1", f"Have you seen {STORY}?", user="U2")
        await slack.shortcut(post, READ_LINKS)
        (answer,) = await answered(slack, post)

    assert answer.blocks[0]["text"]["text"] == TITLE


async def test_the_shortcut_on_a_message_without_links_says_so(desk: QuickDesk, slack: SlackStandIn) -> None:
    async with running(desk, slack):
        post = slack.says("C1", "Lunch?", user="U2")
        await slack.shortcut(post, READ_LINKS)
        await slack.until(lambda: [one for one in slack.posts if one.only_for])

    (told,) = [one for one in slack.posts if one.only_for]
    assert str(NothingToRead()) in told.text


async def test_where_the_bot_is_not_in_the_channel_the_shortcut_says_what_to_do(
    desk: QuickDesk, slack: SlackStandIn
) -> None:
    async with running(desk, slack):
        post = slack.says("C1", STORY, user="U2")
        slack.misbehave("reactions.add", Fault(error="not_in_channel"))
        await slack.shortcut(post, READ_LINKS)
        await slack.until(lambda: [one for one in slack.posts if one.only_for])

    (told,) = [one for one in slack.posts if one.only_for]
    assert "/invite" in told.text
    assert desk.read == []


async def test_the_slash_command_opens_a_thread_of_its_own(desk: QuickDesk, slack: SlackStandIn) -> None:
    async with running(desk, slack):
        await slack.command(COMMAND, STORY.strip("<>"))
        await slack.until(lambda: [post for post in slack.posts if post.thread_ts and post.edits])

    parent, answer = slack.posts
    assert parent.text == f"<@{USER}> asks me to read:"
    assert answer.blocks[0]["text"]["text"] == TITLE


async def test_the_slash_command_helps_the_one_who_asks(desk: QuickDesk, slack: SlackStandIn) -> None:
    async with running(desk, slack):
        await slack.command(COMMAND, "help")
        await slack.until(lambda: slack.posts)

    (told,) = slack.posts
    assert told.only_for == USER
    assert "export docx" in told.text


@pytest.mark.parametrize(
    ("name", "media_type"), [("story.txt", "text/plain"), ("page.html", "text/html"), ("story.pdf", "application/pdf")]
)
async def test_files_shared_with_the_mention_are_read(
    desk: QuickDesk, slack: SlackStandIn, name: str, media_type: str
) -> None:
    read: list[tuple[str, bytes]] = []

    async def brief_file(name: str, body: bytes, **_: object) -> object:
        read.append((name, body))
        return desk.story

    desk.brief_file = brief_file  # type: ignore[method-assign,assignment]
    async with running(desk, slack):
        shared = slack.shares(name, media_type, b"Nobody has pocketed a penny.")
        post = await slack.mention("C1", "", files=[shared])
        (answer,) = await answered(slack, post)

    assert read == [(name, b"Nobody has pocketed a penny.")]
    assert answer.blocks[0]["text"]["text"] == TITLE


async def test_nothing_is_made_ready_for_files_where_none_was_shared(monkeypatch: pytest.MonkeyPatch) -> None:
    """A client loads every trusted certificate: of 64 mentions at once each waited for all, two seconds and more."""
    monkeypatch.setattr(httpx, "AsyncClient", None)  # whoever calls it fails
    assert await fetch_shared([], "xoxb-1", api_url="https://slack.com/api/", max_bytes=1, most=1) == ()


async def test_files_past_the_limit_are_named_and_not_fetched(desk: QuickDesk, slack: SlackStandIn) -> None:
    files = [
        slack.shares(f"story{number}.txt", "text/plain", b"The ferry came home late. " * 20) for number in range(3)
    ]
    async with running(desk, slack, max_links=2):
        asked = await slack.mention("C1", "", files=files, subtype="file_share")
        await answered(slack, asked)

    *_, last = slack.answers(asked)
    assert len(slack.answers(asked)) == 3
    assert "1 more was left out (story2.txt)" in last


@pytest.mark.parametrize(
    "url", ["https://elsewhere.example/story.txt", "https://slack.com.elsewhere.example/a", "https://["]
)
async def test_a_file_that_is_not_kept_by_slack_is_not_fetched(desk: QuickDesk, slack: SlackStandIn, url: str) -> None:
    """The request would carry the workspace's token."""
    file = slack.shares("story.txt", "text/plain", b"x") | {"url_private_download": url}
    async with running(desk, slack):
        asked = await slack.mention("C1", "", files=[file], subtype="file_share")
        await answered(slack, asked)

    assert "it is not kept by Slack" in slack.answers(asked)[0]


async def test_a_file_that_slack_does_not_hand_over_is_named(desk: QuickDesk, slack: SlackStandIn) -> None:
    async with running(desk, slack):
        elsewhere = slack.shares("story.txt", "text/plain", b"") | {"url_private_download": "https://files.example/x"}
        post = await slack.mention("C1", "", files=[elsewhere])
        (answer,) = await answered(slack, post)

    assert "story.txt" in answer.text
    assert "not kept by Slack" in answer.text


async def test_the_home_page_has_help_and_the_last_briefs(desk: QuickDesk, slack: SlackStandIn) -> None:
    async with running(desk, slack):
        await a_brief_of(slack)
        await slack.open_home()
        await slack.until(lambda: slack.homes)

    shown = json.dumps(slack.homes[USER], ensure_ascii=False)
    assert TITLE in shown
    assert "export docx" in shown


async def test_a_hostile_brief_keeps_to_the_limits_of_dialogues_and_menus(desk: QuickDesk, slack: SlackStandIn) -> None:
    quote = desk.story.quotes[0]
    many = [quote.model_copy(update={"id": f"q{number}"}) for number in range(1, 461)]
    desk.story = desk.story.model_copy(update={"quotes": many, "version": desk.story.version})
    async with running(desk, slack):
        _, brief = await a_brief_of(slack)
        await slack.choose(brief, "Correct something")
        await slack.until(lambda: slack.dialogue)
        assert slack.dialogue is not None
        offered = options_of(slack.dialogue["blocks"][0]["element"])

    assert len([one for one in offered if one["value"].startswith("q")]) == 400
    assert "60 more" in json.dumps(slack.dialogue["blocks"][-1])


def _event(post: Post, thread: Post) -> dict[str, object]:
    from tests.slack_standin import event_of

    return event_of(replace(post, thread_ts=thread.ts), "app_mention")
