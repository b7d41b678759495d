"""How Slack is reached and reaches us: signatures, tokens, addresses."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from adapters.slack.app import SlackConfig, open_slack
from bot.errors import SettingsError
from tests.fakes import QuickDesk
from tests.slack_newsroom import STORY, free_port, running
from tests.slack_standin import SlackStandIn
from tests.slack_things import APP_TOKEN, BOT_TOKEN, SIGNING_SECRET, event_of, signed

pytestmark = pytest.mark.anyio


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
    config = SlackConfig(BOT_TOKEN, app_token=APP_TOKEN, api_url=f"http://127.0.0.1:{free_port()}/api/")
    with pytest.raises(SettingsError, match="cannot be reached"):
        async with open_slack(desk, config):
            pass


def test_tokens_are_not_printed() -> None:
    assert "xoxb" not in repr(SlackConfig(BOT_TOKEN, app_token=APP_TOKEN, signing_secret=SIGNING_SECRET))
