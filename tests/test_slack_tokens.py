"""Tokens of many Slack workspaces: renewed before they end, and sealed where they lie."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from adapters.slack.app import SlackConfig, open_slack
from adapters.slack.seal import Seal
from bot.errors import SealBroken
from tests.fakes import QuickDesk
from tests.slack_newsroom import STORY, TITLE, answered
from tests.slack_oauth import (
    CLIENT_ID,
    CLIENT_SECRET,
    KEY,
    SlackOfMany,
    mention,
    running,
    tokens_of,
)
from tests.slack_things import APP_TOKEN, BOT_TOKEN, BOT_USER, Fault, event_of

pytestmark = pytest.mark.anyio


@pytest.fixture
async def slack(shared: Path) -> AsyncIterator[SlackOfMany]:
    async with SlackOfMany(shared / "specs") as stand_in:
        yield stand_in
        assert stand_in.violations == []


# Tokens that end -----------------------------------------------------------------------------------------------


async def test_token_is_renewed_before_it_ends(desk: QuickDesk, slack: SlackOfMany) -> None:
    slack.lasts = 3600  # of which less is left than tokens are renewed before
    async with running(desk, slack) as site:
        await slack.install(site, "T1")
        (first,) = slack.tokens
        slack.lasts = 43_200
        post = await mention(slack, "T1", "C1")
        await answered(slack, post)

    assert tokens_of(slack, "T1") == {*slack.tokens} - {first}


async def test_renewed_token_is_stored(desk: QuickDesk, slack: SlackOfMany) -> None:
    """What renews a token does so once: who kept the old one would be locked out."""
    slack.lasts = 3600
    async with running(desk, slack) as site:
        await slack.install(site, "T1")
        slack.lasts = 43_200
        await answered(slack, await mention(slack, "T1", "C1"))
    async with running(desk, slack):
        await answered(slack, await mention(slack, "T1", "C2"))

    assert len(slack.tokens) == 2


async def test_token_that_is_not_renewed_is_used_while_it_holds(desk: QuickDesk, slack: SlackOfMany) -> None:
    slack.lasts = 3600
    async with running(desk, slack) as site:
        await slack.install(site, "T1")
        slack.misbehave("oauth.v2.access", *[Fault(error="internal_error")] * 50)
        (reply,) = await answered(slack, await mention(slack, "T1", "C1"))

    assert TITLE in reply.text


async def test_event_waits_while_a_token_that_has_ended_cannot_be_renewed(desk: QuickDesk, slack: SlackOfMany) -> None:
    """Not acknowledged, it comes again."""
    slack.lasts = -1
    async with running(desk, slack) as site:
        await slack.install(site, "T1")
        slack.lasts = 43_200
        slack.misbehave("oauth.v2.access", Fault(error="internal_error"))
        payload = event_of(slack.says("C1", f"<@{BOT_USER}> {STORY}"), "app_mention")
        statuses = [await slack.deliver(payload), await slack.deliver(payload, retry=1)]
        (reply,) = await answered(slack, slack.posts[0])

    assert statuses == [500, 200]
    assert TITLE in reply.text


async def test_two_processes_renew_one_token(desk: QuickDesk, slack: SlackOfMany) -> None:
    """Whoever comes second is refused by Slack, and takes what the first one stored."""
    slack.lasts = 3600
    async with running(desk, slack) as site:
        await slack.install(site, "T1")
        sealed = await desk.archive.installations.get("slack:T1")
        slack.lasts = 43_200
        async with running(desk, slack):
            await asyncio.gather(mention(slack, "T1", "C1"), mention(slack, "T1", "C2"))
            await slack.until(lambda: all("white_check_mark" in post.reactions for post in slack.posts[:2]))
        now = await desk.archive.installations.get("slack:T1")

    assert len(slack.tokens) == 2
    assert now != sealed


# At rest -------------------------------------------------------------------------------------------------------


async def test_tokens_do_not_lie_open_in_the_database(desk: QuickDesk, slack: SlackOfMany, tmp_path: Path) -> None:
    slack.lasts = 43_200
    async with running(desk, slack) as site:
        await slack.install(site, "T1")

    (token,) = slack.tokens
    stored = b"".join((tmp_path / f"desk.sqlite3{log}").read_bytes() for log in ("", "-wal"))
    assert b"slack:T1" in stored
    assert token.encode() not in stored
    assert b"xoxe-" not in stored


async def test_new_key_in_front_of_the_old_one_opens_what_is_stored(desk: QuickDesk, slack: SlackOfMany) -> None:
    async with running(desk, slack) as site:
        await slack.install(site, "T1")
    async with running(desk, slack, key=f"another key of thirty-two characters, {KEY}"):
        (reply,) = await answered(slack, await mention(slack, "T1", "C1"))

    assert TITLE in reply.text


async def test_tokens_of_another_key_or_workspace_do_not_open(desk: QuickDesk, slack: SlackOfMany) -> None:
    async with running(desk, slack) as site:
        await slack.install(site, "T1")
    sealed = await desk.archive.installations.get("slack:T1")
    assert sealed

    with pytest.raises(SealBroken, match="T1"):
        Seal("another key of thirty-two characters").open(sealed, "T1")
    with pytest.raises(SealBroken, match="T2"):
        Seal(KEY).open(sealed, "T2")


# One workspace -------------------------------------------------------------------------------------------------


async def test_token_of_the_settings_is_used_where_people_sign_in_to_the_page_by_slack(
    desk: QuickDesk, slack: SlackOfMany, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Bolt takes these variables for an installation of its own, and would hear nobody."""
    monkeypatch.setenv("SLACK_CLIENT_ID", CLIENT_ID)
    monkeypatch.setenv("SLACK_CLIENT_SECRET", CLIENT_SECRET)
    slack.tokens[BOT_TOKEN] = "T1"
    config = SlackConfig(BOT_TOKEN, app_token=APP_TOKEN, api_url=slack.api_url)
    async with open_slack(desk, config) as courier:
        worker = asyncio.create_task(desk.work({"slack": courier}))
        await slack.connected()
        (reply,) = await answered(slack, await slack.mention("C1", STORY))
        worker.cancel()

    assert TITLE in reply.text
