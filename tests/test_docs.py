"""The documentation is whole, says what the code says, and needs nothing from outside."""

from __future__ import annotations

import html
import importlib.util
import re
import subprocess
import sys
import tomllib
from html.parser import HTMLParser
from pathlib import Path

import discord
import pytest

from adapters.__main__ import main
from bot.settings import Settings
from tests.test_errors import KINDS, MESSAGES, takes_facts

PROJECT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build it as anybody would; a warning is an error."""
    folder = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(folder)]
    built = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)  # noqa: S603 - our own
    assert built.returncode == 0, built.stderr
    return folder


class Assets(HTMLParser):
    """Collects what a browser loads for a page by itself."""

    def __init__(self) -> None:
        super().__init__()
        self.loaded: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag in {"script", "img", "iframe", "source", "video"} and given.get("src"):
            self.loaded.append(given["src"] or "")
        if tag == "link" and given.get("rel") != "canonical":
            self.loaded.append(given.get("href") or "")


def words(page: Path) -> str:
    """Return what a page says, without its marks."""
    return html.unescape(re.sub(r"<[^>]+>", "", page.read_text("utf-8")))


def test_no_page_loads_anything_from_outside(site: Path) -> None:
    pages = list(site.rglob("*.html"))
    for page in pages:
        assets = Assets()
        assets.feed(page.read_text("utf-8"))
        assert [address for address in assets.loaded if re.match(r"(https?:)?//", address)] == []
    for style in site.rglob("*.css"):
        assert not re.search(r"url\(['\"]?(https?:)?//|@import", style.read_text("utf-8")), style
    assert len(pages) > 15


def test_every_setting_is_explained(site: Path) -> None:
    page = words(site / "settings.html")
    for name, field in Settings.model_fields.items():
        assert name.upper() in page
        assert " ".join((field.description or "").split()) in page


def test_every_message_that_a_user_can_meet_is_explained(site: Path) -> None:
    page = words(site / "messages.html")
    for kind in KINDS:
        if takes_facts(kind) and kind not in MESSAGES:
            cause = " ".join((kind.__doc__ or "").split()).replace("``", "").replace("*", "")
            assert cause.partition(". ")[0].rstrip(".") in page.replace("`", ""), kind


def test_what_keeps_it_from_starting_is_explained(
    site: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    page = words(site / "messages.html")
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.chdir(site)
    for name, value in {"WEB_ADDRESS": "nutgraf", "DATABASE_URL": "sqlite+aiosqlite:////no/such/folder/a"}.items():
        monkeypatch.setenv(name, value)
    assert main(["run"]) == main(["search", "--workspace", "slack:T1", "x"]) == 2
    said = capsys.readouterr().err
    for line in (
        "SLACK_BOT_TOKEN is missing: the bot token, which begins with xoxb-.",
        "WEB_ADDRESS must be a web address, as https://nutgraf.example.",
        "The database in DATABASE_URL cannot be opened and written: ",
    ):
        assert line in said
        assert line in page


def test_commands_that_whoever_works_on_it_is_told_of_exist() -> None:
    """In the text, a name that begins with a dot goes on in the package that was named before it."""
    page = (PROJECT / "CONTRIBUTING.md").read_text("utf-8")
    modules, package = [], ""
    for named in re.finditer(r"python -m ((?:benchmarks|training|tests)[\w.]*)|`\.([a-z]+)`", page):
        if named[1] or package:
            modules.append(named[1] or f"{package}.{named[2]}")
            package = modules[-1].partition(".")[0]
    assert len(modules) > 25
    assert [name for name in modules if importlib.util.find_spec(name) is None] == []
    files = re.findall(r"(?<![\w/.])((?:tests|docs|docker|training|bot)/[\w/.-]+\.(?:py|toml|md|svg|json))", page)
    assert [file for file in files if not (PROJECT / file).is_file()] == []
    tests = "".join(file.read_text("utf-8") for file in (PROJECT / "tests").glob("*.py"))
    assert [name for name in re.findall(r"UPDATE_[A-Z]+", page) if f'get("{name}")' not in tests] == []


def test_remedies_are_of_messages_that_exist() -> None:
    remedies = tomllib.loads((PROJECT / "docs" / "remedies.toml").read_text("utf-8"))
    assert set(remedies) - {kind.__name__ for kind in KINDS} == set()


def test_settings_that_pages_name_exist() -> None:
    known = {name.upper() for name in Settings.model_fields}
    pages = [*(PROJECT / "docs").glob("*.md"), PROJECT / "docs" / "remedies.toml", PROJECT / "README.md"]
    pages.remove(PROJECT / "docs" / "architecture.md")  # which names constants of the code as well
    for page in pages:
        named = re.findall(r"`([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)(?:=[^`]*)?`", page.read_text("utf-8"))
        assert set(named) - known - {"POSTGRES_PASSWORD", "HTTPS_PROXY"} == set(), page


def test_permission_number_of_discord_is_that_of_the_permissions_in_the_table() -> None:
    page = (PROJECT / "docs" / "discord.md").read_text("utf-8")
    number = re.search(r"permissions=(\d+)", page)
    table = page.split("## What the number stands for")[1].split("\n\n")[1]
    names = [line.split("|")[1].strip().lower().replace(" ", "_") for line in table.splitlines()[2:]]
    given = discord.Permissions()
    given.update(**{name.replace("view_channels", "view_channel"): True for name in names})
    assert number
    assert int(number[1]) == given.value
    assert len(names) == bin(given.value).count("1")


def test_figures_that_are_explained_are_those_that_are_counted() -> None:
    told = set(re.findall(r"^\| `(nutgraf_\w+)`", (PROJECT / "docs" / "operate.md").read_text("utf-8"), re.M))
    source = "".join((PROJECT / file).read_text("utf-8") for file in ("bot/metrics.py", "adapters/web/health.py"))
    counted = set(re.findall(r'"(nutgraf_\w+)"', source))
    assert {name.removesuffix("_total") for name in told} | {"nutgraf_http_seconds"} == counted
