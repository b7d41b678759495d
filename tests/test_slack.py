"""Slack, from the mention to the brief in the thread: the real slack-bolt against a Slack of our own."""

from __future__ import annotations

import asyncio
import json
import socket
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from adapters.slack.app import SlackConfig, open_slack
from adapters.slack.pages import ENTRIES
from bot.archive.archive import open_archive
from bot.brief import Brief
from bot.desk import Desk
from bot.errors import BriefNotFound, NotWebLink, PageNotFound, SettingsError, Unreachable
from bot.models import Ask, Wanted
from tests.fakes import QuickDesk, a_brief
from tests.slack_standin import (
    APP_TOKEN,
    BOT_ID,
    BOT_TOKEN,
    BOT_USER,
    SIGNING_SECRET,
    USER,
    Fault,
    Post,
    SlackStandIn,
    buttons,
    event_of,
    signed,
)
from tests.transcript import slack_transcript

pytestmark = pytest.mark.anyio

STORY = "<https://post.example/harbour>"
OTHER = "<https://post.example/ferry?a=1&amp;b=2|post.example/ferry>"
GONE = "<https://post.example/gone>"
TITLE = "Harbour wall will cost twice as much, council admits"

Running = Callable[..., AbstractAsyncContextManager[None]]


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[QuickDesk]:
    async with open_archive(f"sqlite+aiosqlite:///{tmp_path}/desk.sqlite3") as archive:
        yield QuickDesk(archive)


@pytest.fixture(params=["socket", "http"])
def mode(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
async def slack(shared: Path) -> AsyncIterator[SlackStandIn]:
    """A Slack that fails the test when it was sent anything that the real one would refuse."""
    async with SlackStandIn(shared / "specs") as stand_in:
        yield stand_in
        assert stand_in.violations == []


@asynccontextmanager
async def running(desk: Desk, slack: SlackStandIn, mode: str = "socket", *, max_links: int = 10) -> AsyncIterator[None]:
    """Run the bot, its worker included, against *slack*."""
    port = _free_port()
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


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def answered(slack: SlackStandIn, post: Post) -> list[Post]:
    """Wait until *post* carries the sign that all is answered, and return the thread."""
    await slack.until(lambda: {"white_check_mark", "warning"} & set(post.reactions))
    return slack.thread(post)


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


# Slack in trouble ----------------------------------------------------------------------------------------------


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


# HTTP mode -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "headers",
    [
        lambda body: signed(body, secret="another"),
        lambda body: signed(body, at=time.time() - 400),
        lambda body: signed(f"{body} "),
        lambda body: {},
    ],
)
async def test_request_that_slack_did_not_sign_is_turned_away(
    desk: QuickDesk,
    slack: SlackStandIn,
    headers: Callable[[str], dict[str, str]],
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level("INFO")
    async with running(desk, slack, "http"):
        body = json.dumps(event_of(slack.says("C1", f"secret {STORY}"), "app_mention"))
        status = await slack.send(body, {"Content-Type": "application/json", **headers(body)})
        unfinished = await desk.archive.requests.unfinished(["slack"])

    assert status == 401
    assert unfinished == []
    assert "secret" not in caplog.text


async def test_request_address_is_verified(desk: QuickDesk, slack: SlackStandIn) -> None:
    async with running(desk, slack, "http"):
        body = json.dumps({"type": "url_verification", "challenge": "abc", "token": "verification"})
        status = await slack.send(body, {"Content-Type": "application/json", **signed(body)})

    assert status == 200


async def test_port_that_is_taken_is_named(desk: QuickDesk, slack: SlackStandIn) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        config = SlackConfig(BOT_TOKEN, signing_secret=SIGNING_SECRET, api_url=slack.api_url, http_port=port)
        with pytest.raises(SettingsError, match=str(port)):
            async with open_slack(desk, config):
                pass


# Settings ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("tokens", "named"),
    [
        ({"bot_token": "xoxb-wrong", "app_token": APP_TOKEN}, "SLACK_BOT_TOKEN"),
        ({"bot_token": BOT_TOKEN, "app_token": "xapp-wrong"}, "SLACK_APP_TOKEN"),
        ({"bot_token": BOT_TOKEN}, "SLACK_SIGNING_SECRET"),
    ],
)
async def test_wrong_or_missing_token_is_named(
    desk: QuickDesk, shared: Path, tokens: dict[str, str], named: str
) -> None:
    async with SlackStandIn(shared / "specs") as slack:
        with pytest.raises(SettingsError, match=named):
            async with open_slack(desk, SlackConfig(**tokens, api_url=slack.api_url)):
                pass


async def test_slack_that_cannot_be_reached_is_said(desk: QuickDesk) -> None:
    config = SlackConfig(BOT_TOKEN, app_token=APP_TOKEN, api_url=f"http://127.0.0.1:{_free_port()}/api/")
    with pytest.raises(SettingsError, match="cannot be reached"):
        async with open_slack(desk, config):
            pass


def test_tokens_are_not_printed() -> None:
    assert "xoxb" not in repr(SlackConfig(BOT_TOKEN, app_token=APP_TOKEN, signing_secret=SIGNING_SECRET))


# Buttons -------------------------------------------------------------------------------------------------------


def shown_to(slack: SlackStandIn, post: Post, user: str = "U1") -> list[Post]:
    return [one for one in slack.thread(post, user=user) if one.only_for]


@pytest.mark.parametrize(
    ("label", "words"),
    [
        ("All quotes (5)", "“Nobody has pocketed a penny.”"),
        ("All claims (2)", "40 boats had left since March"),
        ("All entities (4)", "Port Ellery"),
        ("About this reading", "Sign up for our newsletter"),
    ],
)
async def test_button_shows_everything_of_its_sort_to_whoever_pressed_it(
    desk: QuickDesk, slack: SlackStandIn, mode: str, label: str, words: str
) -> None:
    async with running(desk, slack, mode):
        post = await slack.mention("C1", STORY)
        (reply,) = await answered(slack, post)
        await slack.press(reply, label, user="U2")
        await slack.until(lambda: shown_to(slack, post, "U2"))

    (page,) = shown_to(slack, post, "U2")
    assert words in page.text
    assert shown_to(slack, post, "U1") == []
    assert TITLE in reply.text


async def test_pages_are_turned_in_place_and_hold_every_quote(desk: QuickDesk, slack: SlackStandIn) -> None:
    quote = a_brief().quotes[1]
    many = [quote.model_copy(update={"id": f"q{number}"}) for number in range(1, 40)]
    desk.story = a_brief().model_copy(update={"quotes": many})
    async with running(desk, slack):
        post = await slack.mention("C1", STORY)
        (reply,) = await answered(slack, post)
        await slack.press(reply, "All quotes (39)")
        await slack.until(lambda: shown_to(slack, post))
        (page,) = shown_to(slack, post)
        seen = [page.text.count("Nobody has pocketed")]
        while any(button["text"]["text"] == "Next" for button in buttons(page)):
            before = page.text
            await slack.press(page, "Next")
            await slack.until(lambda: page.text != before)  # noqa: B023 - waited for in this turn of the loop
            seen.append(page.text.count("Nobody has pocketed"))
        last = page.text
        await slack.press(page, "Previous")
        await slack.until(lambda: page.text != last)

    assert sum(seen) == 39
    assert max(seen) <= ENTRIES
    assert f"Page {len(seen)} of {len(seen)}" in last
    assert f"Page {len(seen) - 1} of {len(seen)}" in page.text
    assert len(shown_to(slack, post)) == 1


async def test_button_works_after_a_restart(desk: QuickDesk, slack: SlackStandIn) -> None:
    async with running(desk, slack):
        post = await slack.mention("C1", STORY)
        (reply,) = await answered(slack, post)
    await slack.until(lambda: not slack.sockets)

    async with running(desk, slack):
        await slack.connected(times=2)
        await slack.press(reply, "All quotes")
        await slack.until(lambda: shown_to(slack, post))

    assert "Maren Holt" in shown_to(slack, post)[0].text


async def test_brief_of_another_workspace_stays_hidden(desk: QuickDesk, slack: SlackStandIn) -> None:
    """Whoever learns the id of a brief must not read what another newsroom read."""
    async with running(desk, slack):
        post = await slack.mention("C1", STORY)
        (reply,) = await answered(slack, post)
        await slack.press(reply, "All quotes", team="T2")
        await slack.until(lambda: shown_to(slack, post))

    assert shown_to(slack, post)[0].text.strip() == str(BriefNotFound())


async def test_problem_is_shown_with_its_link_and_nothing_pings(desk: QuickDesk, slack: SlackStandIn) -> None:
    class Rude(QuickDesk):
        async def brief(self, url: str, **_: object) -> Brief:
            raise Unreachable(f"{url}?<!channel>")

    async with running(Rude(desk.archive), slack):
        post = await slack.mention("C1", STORY)
        (reply,) = await answered(slack, post)

    assert "&lt;!channel&gt;" in reply.text
    assert "<" not in reply.text


# What people see -----------------------------------------------------------------------------------------------


async def test_transcript_shows_the_thread(desk: QuickDesk, slack: SlackStandIn) -> None:
    async with running(desk, slack):
        post = await slack.mention("C1", f"{STORY} {GONE}")
        await answered(slack, post)

    transcript = slack_transcript(slack.posts)
    assert f"    Nutgraf\n      {TITLE}\n" in transcript
    assert "[ All quotes (5) ]" in transcript
    assert "⚠️ Could not read https://post.example/gone" in transcript
