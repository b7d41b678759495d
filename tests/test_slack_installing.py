"""Workspaces install the app by themselves: each is answered by its own token, and forgotten when it takes it back."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.fakes import QuickDesk
from tests.slack_newsroom import STORY, TITLE, answered, finished
from tests.slack_oauth import (
    SlackOfMany,
    asked_in,
    come_back,
    deliver_word,
    mention,
    running,
    tokens_of,
)
from tests.slack_things import APP_TOKEN, BOT_USER, Post, event_of

pytestmark = pytest.mark.anyio


@pytest.fixture
async def slack(shared: Path) -> AsyncIterator[SlackOfMany]:
    async with SlackOfMany(shared / "specs") as stand_in:
        yield stand_in
        assert stand_in.violations == []


# Installing ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("mode", ["socket", "http"])
async def test_each_workspace_is_answered_by_its_own_token(desk: QuickDesk, slack: SlackOfMany, mode: str) -> None:
    async with running(desk, slack, mode) as site:
        statuses = [(await slack.install(site, team))[0] for team in ("T1", "T2")]
        posts = [await mention(slack, team, channel) for team, channel in (("T1", "C1"), ("T2", "C2"))]
        threads = [await answered(slack, post) for post in posts]

    assert statuses == [200, 200]
    assert [reply.blocks[0]["text"]["text"] for thread in threads for reply in thread] == [TITLE, TITLE]
    assert [len(tokens_of(slack, team)) for team in ("T1", "T2")] == [1, 1]
    assert {token for _, token in slack.used} <= {*slack.tokens, APP_TOKEN}


async def test_page_says_what_to_do_next(desk: QuickDesk, slack: SlackOfMany) -> None:
    async with running(desk, slack) as site:
        _, page = await slack.install(site, "T1")

    assert "Nutgraf is installed in Newsroom T1." in page


async def test_installation_outlives_the_process(desk: QuickDesk, slack: SlackOfMany) -> None:
    async with running(desk, slack) as site:
        await slack.install(site, "T1")
    async with running(desk, slack):
        post = await mention(slack, "T1", "C1")
        (reply,) = await answered(slack, post)

    assert TITLE in reply.text


async def test_who_did_not_begin_here_installs_nothing(desk: QuickDesk, slack: SlackOfMany) -> None:
    """Else a stranger could have an editor's browser finish what the stranger began."""
    async with running(desk, slack) as site:
        status, page = await come_back(site, {"code": slack.allow("T1"), "state": "made-up"}, "")

    assert status == 400
    assert "did not begin the installation" in page
    assert slack.tokens == {}


async def test_state_that_is_not_ours_installs_nothing(desk: QuickDesk, slack: SlackOfMany) -> None:
    async with running(desk, slack) as site:
        status, _ = await come_back(
            site, {"code": slack.allow("T1"), "state": "made-up"}, "slack-app-oauth-state=made-up"
        )

    assert status == 401
    assert slack.tokens == {}


@pytest.mark.parametrize(
    ("where", "words"),
    [
        ({"error": "access_denied"}, "it was not allowed"),
        ({"error": "<script>alert(1)</script>"}, "&lt;script&gt;"),
    ],
)
async def test_refusal_on_slacks_page_is_told(
    desk: QuickDesk, slack: SlackOfMany, where: dict[str, str], words: str
) -> None:
    async with running(desk, slack) as site:
        _, page = await come_back(site, where, "")

    assert words in page
    assert "<script>" not in page


# For a whole organisation --------------------------------------------------------------------------------------


async def mention_of(slack: SlackOfMany, organisation: str | None, team: str) -> Post:
    """Mention the bot in a workspace of an *organisation* that has installed the app as a whole."""
    post = slack.says("C1", f"<@{BOT_USER}> {STORY}")
    one = {"enterprise_id": organisation, "team_id": None, "user_id": BOT_USER, "is_enterprise_install": True}
    await slack.deliver(event_of(post, "app_mention") | {"team_id": team, "authorizations": [one]})
    return post


@pytest.mark.parametrize("mode", ["socket", "http"])
async def test_every_workspace_of_an_organisation_is_answered(desk: QuickDesk, slack: SlackOfMany, mode: str) -> None:
    async with running(desk, slack, mode) as site:
        status, _page = await slack.install(site, None)
        threads = [await answered(slack, await mention_of(slack, "E1", team)) for team in ("T1", "T2")]

    assert status == 200
    assert [reply.blocks[0]["text"]["text"] for thread in threads for reply in thread] == [TITLE, TITLE]
    assert await desk.archive.threads.recent("slack:T1", "U1", limit=5)
    assert await desk.archive.threads.recent("slack:E1", "U1", limit=5) == []


async def test_a_workspace_of_an_organisation_is_known_after_a_restart(desk: QuickDesk, slack: SlackOfMany) -> None:
    """Whoever answers later, or looks for an answer to edit, knows the workspace alone."""
    async with running(desk, slack) as site:
        await slack.install(site, None)
        await answered(slack, await mention_of(slack, "E1", "T1"))
    async with running(QuickDesk(desk.archive), slack):
        (reply,) = await answered(slack, await mention(slack, "T1", "C2"))

    assert TITLE in reply.text


async def test_another_organisation_does_not_get_in(desk: QuickDesk, slack: SlackOfMany) -> None:
    async with running(desk, slack) as site:
        await slack.install(site, None)
        await mention_of(slack, "E2", "T9")
        await answered(slack, await mention_of(slack, "E1", "T1"))

    assert await desk.archive.installations.get("slack:T9") is None


async def test_an_organisation_that_takes_its_token_back_is_forgotten(desk: QuickDesk, slack: SlackOfMany) -> None:
    one = {"enterprise_id": "E1", "team_id": None, "user_id": BOT_USER, "is_enterprise_install": True}
    async with running(desk, slack) as site:
        await slack.install(site, None)
        await answered(slack, await mention_of(slack, "E1", "T1"))
        event = event_of(slack.says("C1", ""), "app_uninstalled") | {"event": {"type": "app_uninstalled"}}
        await slack.deliver(event | {"team_id": "T1", "authorizations": [one], "event_time": int(time.time() + 1)})
        async with asyncio.timeout(15):
            while await desk.archive.installations.get("slack:E1"):  # noqa: ASYNC110 - a database tells nobody
                await asyncio.sleep(0.02)


async def test_events_cannot_be_posted_beside_socket_mode(desk: QuickDesk, slack: SlackOfMany) -> None:
    async with running(desk, slack, "socket") as site:
        slack.request_url = f"{site}/slack/events"
        status = await slack.send("{}", {})

    assert status == 404


# Taking it back ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "event",
    [{"type": "app_uninstalled"}, {"type": "tokens_revoked", "tokens": {"oauth": ["U1"], "bot": [BOT_USER]}}],
)
async def test_workspace_that_takes_its_token_back_is_forgotten(
    desk: QuickDesk, slack: SlackOfMany, event: dict[str, Any]
) -> None:
    async with running(desk, slack) as site:
        for team in ("T1", "T2"):
            await slack.install(site, team)
        await deliver_word(slack, "T1", event)
        kept = [await desk.archive.installations.get(f"slack:{team}") is not None for team in ("T1", "T2")]

    assert kept == [False, True]


async def test_token_of_a_person_that_is_revoked_leaves_the_workspace_installed(
    desk: QuickDesk, slack: SlackOfMany
) -> None:
    async with running(desk, slack) as site:
        await slack.install(site, "T1")
        await deliver_word(slack, "T1", {"type": "tokens_revoked", "tokens": {"oauth": ["U1"]}})
        kept = await desk.archive.installations.get("slack:T1")

    assert kept is not None


async def test_late_word_of_an_uninstallation_leaves_what_was_installed_since(
    desk: QuickDesk, slack: SlackOfMany
) -> None:
    """Slack tries again for minutes, and somebody may have installed the app anew by then."""
    async with running(desk, slack) as site:
        await slack.install(site, "T1")
        await deliver_word(slack, "T1", {"type": "app_uninstalled"}, at=time.time() - 300)
        kept = await desk.archive.installations.get("slack:T1")

    assert kept is not None


async def test_request_of_a_workspace_that_has_left_is_ended(desk: QuickDesk, slack: SlackOfMany) -> None:
    """Otherwise it would be tried again at every start, for ever."""
    async with running(desk, slack) as site:
        await slack.install(site, "T1")
        await deliver_word(slack, "T1", {"type": "app_uninstalled"})
        await desk.accept(asked_in("T1"))
        await finished(desk)

    assert not any(method == "chat.postMessage" for method, _ in slack.used)


async def test_tokens_that_are_void_without_a_word_end_the_request(desk: QuickDesk, slack: SlackOfMany) -> None:
    async with running(desk, slack) as site:
        await slack.install(site, "T1")
        slack.revoke("T1")
        await mention(slack, "T1", "C1")
        await finished(desk)

    assert [method for method, _ in slack.used].count("chat.postMessage") == 1
