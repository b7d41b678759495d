from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from pydantic import SecretStr

from adapters.__main__ import brief_schema, main, read_settings
from adapters.platforms import check_platforms, discord_config, slack_config
from adapters.web.config import WebConfig, web_config
from bot.errors import SettingsError
from bot.settings import Settings
from tests.fakes import a_brief

PROJECT = Path(__file__).resolve().parents[1]
BOT, APP, SECRET, DISCORD = "SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET", "DISCORD_TOKEN"
PUBLIC = "DISCORD_PUBLIC_KEY"
KEYS = "SLACK_TOKENS_KEY"


@pytest.fixture(autouse=True)
def clean_slate(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Whoever runs the tests may have a .env and tokens of their own."""
    monkeypatch.chdir(tmp_path)
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)


def default_of(name: str) -> str:
    value = Settings.model_fields[name].default
    if isinstance(value, SecretStr):
        return value.get_secret_value()
    return "" if value is None else f"{value:g}" if isinstance(value, float) else str(value)


# .env.example ---------------------------------------------------------------------------------------------


def test_example_lists_every_setting_with_its_description_and_default() -> None:
    example = (PROJECT / ".env.example").read_text("utf-8")
    listed = re.findall(r"^# (.+)\n#?([A-Z_]+)=(.*)$", example, re.M)
    assert listed == [
        (field.description, name.upper(), default_of(name)) for name, field in Settings.model_fields.items()
    ]


def test_example_copied_as_it_is_changes_nothing(tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes((PROJECT / ".env.example").read_bytes())
    assert read_settings() == Settings(_env_file=None)


def test_example_with_every_default_spelt_out_changes_nothing(tmp_path: Path) -> None:
    example = (PROJECT / ".env.example").read_text("utf-8")
    (tmp_path / ".env").write_text(re.sub(r"^#([A-Z_]+=)", r"\1", example, flags=re.M), "utf-8")
    assert read_settings() == Settings(_env_file=None)


# Wrong settings -------------------------------------------------------------------------------------------


def test_all_wrong_settings_are_named_at_once_without_their_values(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FETCH_TIMEOUT", "soon")
    monkeypatch.setenv("MAX_LINKS", "xoxb-in-the-wrong-place")
    with pytest.raises(SettingsError) as caught:
        read_settings()
    assert "FETCH_TIMEOUT: " in str(caught.value)
    assert "MAX_LINKS: " in str(caught.value)
    assert "xoxb" not in str(caught.value)
    assert "pydantic" not in str(caught.value)


def test_settings_file_that_is_no_text_is_named(tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes(b"SLACK_BOT_TOKEN=\xff\xfe\xff")
    with pytest.raises(SettingsError, match=r"\.env"):
        read_settings()


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({}, ["Neither Slack nor Discord", BOT, APP, SECRET, DISCORD]),
        ({BOT: "xoxb-1"}, ["only in part", APP, SECRET]),
        ({APP: "xapp-1"}, ["only in part", BOT]),
        ({SECRET: "s"}, ["only in part", BOT]),
        ({BOT: "xoxb-1", DISCORD: "d"}, ["only in part", APP]),  # or Slack would stay silent without a word
        ({KEYS: "short", BOT: "xoxb-1"}, [f"{KEYS} is too short", f"{BOT} must be empty", "SLACK_CLIENT_ID", SECRET]),
        ({KEYS: f"{'k' * 32}, old", APP: "xapp-1"}, [f"{KEYS} is too short"]),
        ({PUBLIC: "0" * 64}, ["Discord is configured only in part", DISCORD]),
        ({DISCORD: "d", PUBLIC: "0" * 63}, [f"{PUBLIC} is no public key"]),
        ({BOT: "xapp-1", APP: "xoxb-1"}, ["has an app-level token", "has a bot token"]),
    ],
)
def test_run_says_all_that_is_missing(
    given: dict[str, str], words: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    assert main(["run"]) == 2
    said = capsys.readouterr().err
    assert all(word in said for word in words)


@pytest.mark.parametrize(
    "given",
    [
        {BOT: "xoxb-1", APP: "xapp-1"},
        {BOT: "xoxb-1", SECRET: "s"},
        {KEYS: "k" * 32, SECRET: "s", "SLACK_CLIENT_ID": "1.1", "SLACK_CLIENT_SECRET": "c"},
        {DISCORD: "d"},
        {DISCORD: "d", PUBLIC: "0a" * 32},
        {BOT: "xoxb-1", APP: "xapp-1", DISCORD: "d"},
    ],
)
def test_one_whole_platform_is_enough(given: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    check_platforms(read_settings())


def test_heartbeat_that_cannot_be_written_is_told_at_start(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(DISCORD, "d")
    monkeypatch.setenv("HEARTBEAT_FILE", str(tmp_path / "no" / "such" / "folder"))
    assert main(["run"]) == 2
    assert "HEARTBEAT_FILE: " in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [[], ["brief"], ["brief", "x", "--json", "--markdown"], ["rune"]])
def test_wrong_usage_ends_in_2(arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert caught.value.code == 2


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"WEB_ADDRESS": "https://nutgraf.example"}, "WEB_SECRET is needed"),
        ({"WEB_SECRET": "short"}, "WEB_SECRET is too short"),
        ({"WEB_ADDRESS": "nutgraf.example", "WEB_SECRET": "s" * 32}, "must be a web address"),
    ],
)
def test_evidence_page_configured_by_half_is_told_at_start(
    given: dict[str, str], words: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, value in {DISCORD: "d", **given}.items():
        monkeypatch.setenv(name, value)
    assert main(["run"]) == 2
    assert words in capsys.readouterr().err


def test_all_that_is_missing_anywhere_is_told_at_once(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    wrong = {
        BOT: "xoxb-1",
        "WEB_ADDRESS": "nutgraf.example",
        "DATABASE_URL": "mysterious://database",
        "HEARTBEAT_FILE": str(tmp_path / "no" / "folder"),
        "SPACY_OTHER_MODELS": "french",
        "FETCH_ALLOW_HOSTS": "intranet.example",
        "OTLP_ADDRESS": "collector:4318",
        "SENTRY_DSN": "a name",
    }
    for name, value in wrong.items():
        monkeypatch.setenv(name, value)
    assert main(["run"]) == 2
    said = capsys.readouterr().err
    missing = {*wrong, APP, "WEB_SECRET"} - {BOT}
    assert [name for name in missing if name not in said] == []


def test_link_opens_a_workspace_and_no_other(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("WEB_ADDRESS", "https://nutgraf.example/")
    monkeypatch.setenv("WEB_SECRET", "s" * 32)
    assert main(["link", "slack:T1"]) == 0
    address, _, token = capsys.readouterr().out.strip().partition("?t=")
    assert address == "https://nutgraf.example/"
    access = WebConfig(secret="s" * 32).access()
    session = access.session(access.enter(token) or "")
    assert session
    assert session.workspace == "slack:T1"


def test_link_without_an_address_says_what_it_needs(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["link", "local"]) == 2
    assert "WEB_ADDRESS and WEB_SECRET" in capsys.readouterr().err


def test_whatever_may_hold_a_secret_is_a_secret() -> None:
    """A new setting of such a name is a SecretStr, so that no log, no traceback and no report shows what it holds."""
    telling = re.compile(r"token|secret|key|password|proxy|dsn|credential|database_url")
    open_ones = [
        name
        for name, field in Settings.model_fields.items()
        if telling.search(name) and "SecretStr" not in str(field.annotation)
    ]

    assert open_ones == []


def test_secrets_are_shown_neither_with_the_settings_nor_with_what_is_made_of_them() -> None:
    secrets = {
        name: f"very-hidden-{name}"
        for name, field in Settings.model_fields.items()
        if "SecretStr" in str(field.annotation)
    }
    settings = Settings(_env_file=None, **secrets)  # type: ignore[call-arg, arg-type]
    configs = (slack_config(settings), discord_config(settings), web_config(settings))

    shown = " ".join([repr(settings), str(settings), settings.model_dump_json(), *map(repr, configs)])

    assert "very-hidden" not in shown


def test_secrets_are_not_shown_with_the_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(BOT, "xoxb-very-secret")
    assert "very-secret" not in repr(read_settings())


# The brief's schema ---------------------------------------------------------------------------------------


def test_published_schema_is_that_of_the_model() -> None:
    """If this fails, the brief's form changed: `nutgraf schema > docs/brief-1.schema.json`, and think of readers."""
    assert (PROJECT / "docs" / "brief-1.schema.json").read_text("utf-8") == brief_schema()


def test_a_brief_follows_the_published_schema() -> None:
    schema = json.loads((PROJECT / "docs" / "brief-1.schema.json").read_text("utf-8"))
    Draft202012Validator.check_schema(schema)
    Draft202012Validator(schema).validate(json.loads(a_brief().model_dump_json()))


def test_pipelines_of_further_languages_stand_beside_english() -> None:
    settings = Settings(_env_file=None, spacy_other_models="fr=fr_core_news_md, de = de_core_news_sm")  # type: ignore[call-arg]
    assert settings.models == {"en": settings.spacy_model, "fr": "fr_core_news_md", "de": "de_core_news_sm"}


@pytest.mark.parametrize("wrong", ["fr_core_news_md", "fr=", "french=fr_core_news_md", "en=en_core_web_md", "=x"])
def test_list_of_pipelines_that_is_none_is_named(wrong: str) -> None:
    settings = Settings(_env_file=None, spacy_other_models=wrong)  # type: ignore[call-arg]
    with pytest.raises(SettingsError, match="SPACY_OTHER_MODELS"):
        _ = settings.models
