"""``nutgraf doctor`` finds what is wrong before a newsroom does."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

import bot.shipped
from adapters.__main__ import main
from adapters.discord.app import DiscordConfig
from adapters.discord.checkup import check_discord
from adapters.slack.app import SlackConfig
from adapters.slack.checkup import check_slack
from adapters.slack.installing import SCOPES, OAuth
from bot.checkup import ROOM, Checked, check_clock, check_database, check_guard, check_models
from bot.settings import Settings
from tests.discord_standin import TOKEN, DiscordStandIn, open_standin
from tests.discord_things import PUBLIC_KEY
from tests.slack_standin import SlackStandIn
from tests.slack_things import APP_TOKEN, BOT_TOKEN

pytestmark = pytest.mark.anyio

PROJECT = Path(__file__).resolve().parents[1]
STORY = ("demo.html", (PROJECT / "adapters" / "console" / "demo.html").read_bytes())


@pytest.fixture
async def slack(shared: Path) -> AsyncIterator[SlackStandIn]:
    async with SlackStandIn(shared / "specs") as stand_in:
        yield stand_in


@pytest.fixture
async def discord(shared: Path) -> AsyncIterator[DiscordStandIn]:
    async with open_standin(shared / "specs") as stand_in:
        yield stand_in


def settings(**given: object) -> Settings:
    return Settings(_env_file=None, **given)  # type: ignore[arg-type, call-arg]


def states(found: list[Checked]) -> dict[str, str]:
    return {one.what: one.state for one in found}


async def ask_slack(slack: SlackStandIn, token: str = BOT_TOKEN, app_token: str = APP_TOKEN) -> list[Checked]:
    async with httpx.AsyncClient() as http:
        return await check_slack(SlackConfig(bot_token=token, app_token=app_token, api_url=slack.api_url), http)


async def ask_discord(discord: DiscordStandIn, token: str = TOKEN, **more: Any) -> list[Checked]:
    config = DiscordConfig(token=token, api_url=discord.api_url, gateway_url=discord.gateway_url, **more)
    async with httpx.AsyncClient() as http:
        return await check_discord(config, http)


async def test_slack_with_tokens_and_scopes_is_well(slack: SlackStandIn) -> None:
    found = await ask_slack(slack)
    assert states(found) == dict.fromkeys(("Slack", "Slack scopes", "Slack Socket Mode", "clock"), "well")


async def test_tokens_that_slack_does_not_take_are_named_by_their_settings(slack: SlackStandIn) -> None:
    found = await ask_slack(slack, "xoxb-old", "xapp-old")
    wrong = [one for one in found if one.state == "wrong"]
    assert ["SLACK_BOT_TOKEN" in wrong[0].says, "SLACK_APP_TOKEN" in wrong[1].says] == [True, True]
    assert "old" not in "".join(one.says for one in wrong)
    assert all(one.do for one in wrong)


async def test_scope_that_is_missing_is_named(slack: SlackStandIn) -> None:
    slack.scopes = ",".join(set(SCOPES) - {"reactions:write"})
    (scopes,) = [one for one in await ask_slack(slack) if one.what == "Slack scopes"]
    assert (scopes.state, scopes.says) == ("wrong", "missing: reactions:write")


async def test_where_workspaces_install_the_app_no_token_is_missed(slack: SlackStandIn) -> None:
    config = SlackConfig(oauth=OAuth("1.1", "c", "k" * 32), app_token=APP_TOKEN, api_url=slack.api_url)
    async with httpx.AsyncClient() as http:
        found = await check_slack(config, http)
    assert states(found) == dict.fromkeys(("Slack", "Slack Socket Mode", "clock"), "well")


async def test_slack_that_is_not_reached_is_told(slack: SlackStandIn) -> None:
    await slack.__aexit__(None, None, None)
    (found,) = await ask_slack(slack)
    assert (found.state, "not reached" in found.says) == ("wrong", True)
    await slack.__aenter__()


async def test_discord_with_a_token_and_permissions_is_well(discord: DiscordStandIn) -> None:
    found = await ask_discord(discord)
    assert states(found) == dict.fromkeys(("Discord", "Discord servers", "clock"), "well")


async def test_token_that_discord_does_not_take_is_told(discord: DiscordStandIn) -> None:
    found = await ask_discord(discord, "old")
    assert "DISCORD_TOKEN is not accepted (HTTP 401)" in found[0].says


async def test_permission_that_a_server_does_not_give_is_named(discord: DiscordStandIn) -> None:
    discord.permissions &= ~(1 << 35)
    (servers,) = [one for one in await ask_discord(discord) if one.what == "Discord servers"]
    assert servers.state == "look"
    assert "Newsroom: Create Public Threads" in servers.says


@pytest.mark.parametrize(
    ("endpoint", "key", "state", "words"),
    [
        ("https://nutgraf.example/discord/interactions", PUBLIC_KEY, "well", "https://nutgraf.example"),
        (None, PUBLIC_KEY, "look", "no Interactions Endpoint URL"),
        ("https://nutgraf.example/", "", "wrong", "the gateway gets none of them"),
        (None, PUBLIC_KEY[::-1], "wrong", "DISCORD_PUBLIC_KEY is not that of"),
    ],
)
async def test_way_of_discords_commands_is_compared_with_the_portal(
    discord: DiscordStandIn, endpoint: str | None, key: str, state: str, words: str
) -> None:
    discord.endpoint = endpoint
    (calls,) = [one for one in await ask_discord(discord, public_key=key) if one.what == "Discord calls"]
    assert calls.state == state
    assert words in calls.says


@pytest.mark.parametrize(
    ("flags", "given", "state"),
    [
        (1 << 18, {"reads_messages": True}, "well"),
        (1 << 19, {"reads_messages": True}, "well"),
        (0, {"reads_messages": True}, "wrong"),
        (1 << 19, {}, "look"),
        (1 << 19, {"reads_messages": True, "public_key": PUBLIC_KEY}, "look"),
    ],
)
async def test_message_content_intent_is_compared_with_the_portal(
    discord: DiscordStandIn, flags: int, given: dict[str, Any], state: str
) -> None:
    discord.flags = flags
    found = states(await ask_discord(discord, **given))
    assert found["Discord messages"] == state


@pytest.mark.parametrize(
    ("off", "state"), [(0, "well"), (100, "look"), (-100, "look"), (400, "wrong"), (-400, "wrong")]
)
def test_clock_is_compared_with_what_a_platform_says(off: int, state: str) -> None:
    told = format_datetime(datetime.now(UTC) - timedelta(seconds=off), usegmt=True)
    found = check_clock(told, "Slack")
    assert found
    assert found.state == state
    assert ("ahead of" in found.says) == (off > 0) or off == 0


def test_clock_is_not_compared_with_what_is_no_date() -> None:
    assert check_clock(None, "Slack") is None
    assert check_clock("yesterday", "Slack") is None


async def test_database_that_can_be_written_is_well(tmp_path: Path) -> None:
    found = await check_database(settings(database_url=f"sqlite+aiosqlite:///{tmp_path}/desk.sqlite3"))
    assert found[0].state == "well"
    assert found[1].what == "disk"


async def test_database_where_there_can_be_none_is_wrong(tmp_path: Path) -> None:
    (found,) = await check_database(settings(database_url=f"sqlite+aiosqlite:///{tmp_path}/no/folder/desk.sqlite3"))
    assert (found.state, "DATABASE_URL" in found.do) == ("wrong", True)


async def test_disk_that_is_nearly_full_is_worth_a_look(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.disk_usage", lambda path: type("Usage", (), {"free": ROOM - 1})())
    found = await check_database(settings(database_url=f"sqlite+aiosqlite:///{tmp_path}/desk.sqlite3"))
    assert found[1].state == "look"


@pytest.mark.model
async def test_models_are_whole_and_read_a_story() -> None:
    files, reading = await check_models(settings(), STORY)
    assert (files.state, reading.state) == ("well", "well")
    assert "statements" in reading.says


async def test_model_file_that_was_altered_and_pipeline_that_is_missing_are_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    altered = dict.fromkeys(bot.shipped.digests(), "0" * 64)
    monkeypatch.setattr("bot.shipped.digests", lambda: altered)
    monkeypatch.setattr("bot.checkup.digests", lambda: altered)
    files, reading = await check_models(settings(spacy_model="no_such_pipeline"), STORY)
    assert (files.state, reading.state) == ("wrong", "wrong")
    assert "no_such_pipeline" in reading.says


async def test_guard_refuses_an_inner_address() -> None:
    assert (await check_guard(settings())).state == "well"


async def test_hole_in_the_guard_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.checkup.INNER", "http://127.0.0.1:9/")
    found = await check_guard(settings(fetch_allow_hosts="127.0.0.1:9"))
    assert (found.state, "FETCH_ALLOW_HOSTS" in found.do) == ("wrong", True)


@pytest.mark.model
def test_doctor_says_what_is_wrong_and_ends_in_2(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.setenv("WEB_ADDRESS", "https://nutgraf.example")
    assert main(["doctor", "--json"]) == 2
    said = capsys.readouterr()
    found = {one["what"]: one for one in json.loads(said.out)}
    assert {"settings", "clock", "database", "disk", "model files", "reading", "guard"} == set(found)
    assert [name for name in ("SLACK_BOT_TOKEN", "WEB_SECRET") if name not in found["settings"]["says"]] == []
    assert said.err == "Something is wrong: settings.\n"
