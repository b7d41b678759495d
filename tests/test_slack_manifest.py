"""docs/slack-manifest.yaml makes a Slack app that can do what the bot does, and no more."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft7Validator

from adapters.slack.installing import DONE, SCOPES
from adapters.slack.listeners import COMMAND, READ_LINKS

MANIFEST = Path(__file__).parents[1] / "docs" / "slack-manifest.yaml"


@pytest.fixture
def manifest() -> dict[str, Any]:
    return dict(yaml.safe_load(MANIFEST.read_text("utf-8")))


def test_manifest_is_valid(manifest: dict[str, Any], shared: Path) -> None:
    schema = json.loads((shared / "specs" / "slack-manifest.schema.2.0.0.json").read_text())
    assert [error.message for error in Draft7Validator(schema).iter_errors(manifest)] == []


def test_manifest_and_installations_ask_for_the_same(manifest: dict[str, Any]) -> None:
    """Slack's page shows each scope to whoever installs the app, and editors read it."""
    assert manifest["oauth_config"]["scopes"] == {"bot": list(SCOPES)}


def test_manifest_says_where_installations_come_back_to() -> None:
    assert f"redirect_urls: [https://nutgraf.example.org{DONE}]" in MANIFEST.read_text("utf-8")


def test_manifest_subscribes_to_what_the_bot_hears(manifest: dict[str, Any]) -> None:
    heard = {"app_home_opened", "app_mention", "message.im", "app_uninstalled", "tokens_revoked"}
    assert set(manifest["settings"]["event_subscriptions"]["bot_events"]) == heard


def test_manifest_names_the_shortcut_and_the_command_as_the_bot_does(manifest: dict[str, Any]) -> None:
    (shortcut,), (command,) = manifest["features"]["shortcuts"], manifest["features"]["slash_commands"]
    assert (shortcut["callback_id"], command["command"]) == (READ_LINKS, COMMAND)
