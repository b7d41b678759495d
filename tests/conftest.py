"""Fixtures that several test files share."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from bot.settings import Settings

if TYPE_CHECKING:
    from playwright.async_api import Browser

    from bot.analyse.pipeline import Pipeline
    from tests.discord_standin import DiscordStandIn
    from tests.fakes import QuickDesk
    from tests.postgres import Postgres
    from tests.slack_standin import SlackStandIn


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    """Run async tests on asyncio, as the bot does."""
    return "asyncio"


@pytest.fixture(scope="module")
async def chromium(anyio_backend: str) -> AsyncIterator[Browser]:
    """Start Chromium, once for a file's tests."""
    from tests.browser import open_browser  # what drives it is only there for tests that look at pages

    async with open_browser() as opened:
        yield opened


@pytest.fixture
async def browser(chromium: Browser) -> AsyncIterator[Browser]:
    """Return Chromium without anything that an earlier test left open."""
    yield chromium
    for context in chromium.contexts:
        await context.close()


@pytest.fixture(scope="session")
def shared() -> Path:
    """Return the folder of annotated development data beside the project; it is no part of a clone."""
    folder = Path(__file__).resolve().parents[2] / "shared"
    if not folder.is_dir():
        pytest.skip("the annotated development data (../shared) is not beside this checkout")
    return folder


@pytest.fixture(scope="session")
def shipped() -> Pipeline:
    """Return the trained English pipeline that the bot uses by default, with the reader if it is there."""
    from bot.analyse.pipeline import load_pipeline  # tests that read nothing need not wait for spaCy

    return load_pipeline(Settings.model_fields["spacy_model"].default)


@pytest.fixture(scope="session")
def pipeline(shipped: Pipeline) -> Pipeline:
    """Return it without the reader: what the steps make of attributions must not depend on how it was trained."""
    from bot.analyse.pipeline import Pipeline

    return Pipeline(shipped.nlp)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """Start a PostgreSQL, once for all tests that need one."""
    from tests.postgres import open_postgres  # what brings the server along is only there for tests

    with open_postgres() as started:
        yield started


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Return the address of an empty database; whoever asks for it runs on SQLite and on PostgreSQL."""
    if request.param == "sqlite":
        return f"sqlite+aiosqlite:///{tmp_path / 'archive.sqlite3'}"
    postgres: Postgres = request.getfixturevalue("postgres")
    return postgres.new_database()


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[QuickDesk]:
    """Open a desk with an archive of its own."""
    from bot.archive.archive import open_archive
    from tests.fakes import QuickDesk

    async with open_archive(f"sqlite+aiosqlite:///{tmp_path}/desk.sqlite3") as archive:
        yield QuickDesk(archive)


@pytest.fixture
async def slack(shared: Path) -> AsyncIterator[SlackStandIn]:
    """Open a Slack that fails the test when it was sent anything that the real one would refuse."""
    from tests.slack_standin import SlackStandIn

    async with SlackStandIn(shared / "specs") as stand_in:
        yield stand_in
        assert stand_in.violations == []


@pytest.fixture(params=["socket", "http"])
def mode(request: pytest.FixtureRequest) -> str:
    """Return how Slack reaches the bot; whoever asks for it runs by Socket Mode and by HTTP."""
    return str(request.param)


@pytest.fixture
async def discord(shared: Path) -> AsyncIterator[DiscordStandIn]:
    """Open a Discord that fails the test when it refused anything that the test did not expect."""
    from tests.discord_standin import open_standin

    async with open_standin(shared / "specs") as stand_in:
        yield stand_in
        assert stand_in.unexpected == []
