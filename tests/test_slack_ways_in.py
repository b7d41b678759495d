"""Slack's other ways in: shortcut, slash command, shared files, and the app's own page."""

from __future__ import annotations

import json

import httpx
import pytest

from adapters.slack.listeners import COMMAND, READ_LINKS
from adapters.slack.shared_files import fetch_shared
from bot.errors import NothingToRead
from tests.fakes import QuickDesk
from tests.slack_newsroom import STORY, TITLE, a_brief_of, answered, running
from tests.slack_standin import SlackStandIn
from tests.slack_things import BOT_TOKEN, USER, Fault

pytestmark = pytest.mark.anyio


async def test_the_shortcut_reads_the_links_of_a_message(desk: QuickDesk, slack: SlackStandIn, mode: str) -> None:
    async with running(desk, slack, mode):
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


async def test_the_slash_command_opens_a_thread_of_its_own(desk: QuickDesk, slack: SlackStandIn, mode: str) -> None:
    async with running(desk, slack, mode):
        await slack.command(COMMAND, STORY.strip("<>"))
        await slack.until(lambda: [post for post in slack.posts if post.thread_ts and post.edits])

    parent, answer = slack.posts
    assert parent.text == f"<@{USER}> asks me to read:"
    assert answer.blocks[0]["text"]["text"] == TITLE


async def test_the_slash_command_helps_the_one_who_asks(desk: QuickDesk, slack: SlackStandIn, mode: str) -> None:
    async with running(desk, slack, mode):
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


@pytest.mark.parametrize(
    ("max_bytes", "lost", "reason"),
    [(1_000_000, False, "it is larger than 1 MB"), (2_000_000, True, "Slack did not hand it over (HTTP 404)")],
)
async def test_a_file_that_cannot_be_had_carries_the_reason(
    slack: SlackStandIn, max_bytes: int, lost: bool, reason: str
) -> None:
    file = slack.shares("story.txt", "text/plain", b"x" * 1_000_001)
    if lost:
        slack.files.clear()
    (wanted,) = await fetch_shared([file], BOT_TOKEN, api_url=slack.api_url, max_bytes=max_bytes, most=1)

    assert wanted.file is None
    assert "story.txt" in (wanted.problem or "")
    assert reason in (wanted.problem or "")


async def test_a_file_is_named_where_slack_does_not_answer(slack: SlackStandIn) -> None:
    nowhere = "http://127.0.0.1:1/files/story.txt"
    file = slack.shares("story.txt", "text/plain", b"x") | {"url_private_download": nowhere}
    (wanted,) = await fetch_shared([file], BOT_TOKEN, api_url="http://127.0.0.1:1/api/", max_bytes=10, most=1)

    assert "Slack did not hand it over (ConnectError)" in (wanted.problem or "")


@pytest.mark.parametrize("word", ["not_enabled", "user_not_found"])
async def test_a_home_page_that_slack_does_not_take_costs_a_line_in_the_log(
    desk: QuickDesk, slack: SlackStandIn, word: str, caplog: pytest.LogCaptureFixture
) -> None:
    slack.misbehave("views.publish", Fault(error=word))
    async with running(desk, slack):
        await slack.open_home()
        await slack.until(lambda: "views.publish" in slack.calls)
        await a_brief_of(slack)

    assert [record for record in caplog.records if record.levelname == "ERROR"] == []


async def test_the_home_page_has_help_and_the_last_briefs(desk: QuickDesk, slack: SlackStandIn, mode: str) -> None:
    async with running(desk, slack, mode):
        await a_brief_of(slack)
        await slack.open_home()
        await slack.until(lambda: slack.homes)

    shown = json.dumps(slack.homes[USER], ensure_ascii=False)
    assert TITLE in shown
    assert "export docx" in shown
