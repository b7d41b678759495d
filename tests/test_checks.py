from __future__ import annotations

import io
import json
import time
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from adapters.__main__ import main
from bot.analyse.pipeline import Pipeline
from bot.archive.archive import Archive, open_archive
from bot.brief import Brief
from bot.checks import UNASKED, Checks, keep_checks
from bot.errors import ReadingCrashed
from bot.factchecks.embed import Embedder
from bot.factchecks.google import SERVICE, Google
from bot.factchecks.match import Matcher
from bot.factchecks.query import Query
from bot.fetch.fetch import open_client
from bot.imports import import_reviews
from bot.models import Page
from bot.opening import open_desk
from bot.settings import Settings
from tests.factcheck_standin import KEY, Standin, a_claim, open_standin
from tests.factchecks.made_up import load_cases, make_feed, write_feed
from tests.fakes import a_brief
from tests.sites import by_path, open_site, page

pytestmark = [pytest.mark.anyio, pytest.mark.model]

WALL = "Port Ellery's new harbour wall will cost £48 million"
OPEN = Page(
    "https://post.example/harbour",
    "https://post.example/harbour",
    b"",
    "text/html",
    None,
    datetime(2026, 3, 18, tzinfo=UTC),
)


class HereAndNow:
    """Compares in this process, by the same matcher as in a child."""

    def __init__(self, matcher: Matcher) -> None:
        self.matcher = matcher
        self.broken = False

    async def match(self, queries: Sequence[Query]) -> list[list[int]]:
        if self.broken:
            raise ReadingCrashed
        return self.matcher.match(queries)


@pytest.fixture(scope="module")
def embedder() -> Embedder:
    return Embedder(threads=2)


@pytest.fixture
def readers(shipped: Pipeline, embedder: Embedder) -> HereAndNow:
    return HereAndNow(Matcher(shipped.nlp, embedder))


@pytest.fixture
async def archive() -> AsyncIterator[Archive]:
    async with open_archive("sqlite+aiosqlite://") as opened:
        yield opened


async def fill(archive: Archive, embedder: Embedder) -> None:
    feed = io.BytesIO(json.dumps(make_feed(load_cases()[:8])).encode())
    await import_reviews(feed, archive.factchecks, embedder)


def checks_of(archive: Archive, readers: HereAndNow, google: Google | None = None, **options: Any) -> Checks:
    return Checks(archive.factchecks, readers, google, **{"timeout": 30.0, **options})  # type: ignore[arg-type]


# Imported fact-checks -------------------------------------------------------------------------------------


async def test_without_any_import_nothing_is_looked_for(archive: Archive, readers: HereAndNow) -> None:
    assert await checks_of(archive, readers).add(a_brief(), OPEN) == a_brief()


async def test_a_published_fact_check_stands_beside_its_claim(
    archive: Archive, readers: HereAndNow, embedder: Embedder
) -> None:
    await fill(archive, embedder)
    wall, boats = (await checks_of(archive, readers).add(a_brief(), None)).claims

    assert wall.checks is not None
    (check,) = wall.checks
    assert (check.publisher, check.rating, check.claim) == ("Tidewatch", "False", WALL)
    assert (check.claimant, check.reviewed) == ("Maren Holt", date(2019, 1, 7))
    assert check.url == "https://tidewatch.example/checks/0"
    assert boats.checks is not None  # "40 boats had left since March": where from, only the article around it says
    assert [check.claim for check in boats.checks] in ([], ["Forty fishing boats have left Port Ellery since March"])


async def test_articles_in_other_languages_are_left_alone(
    archive: Archive, readers: HereAndNow, embedder: Embedder
) -> None:
    await fill(archive, embedder)
    brief = a_brief()
    french = brief.model_copy(update={"article": brief.article.model_copy(update={"language": "fr"})})
    assert await checks_of(archive, readers).add(french, OPEN) == french


async def test_a_crash_in_comparing_costs_the_fact_checks_and_not_the_brief(
    archive: Archive, readers: HereAndNow, embedder: Embedder
) -> None:
    await fill(archive, embedder)
    readers.broken = True
    brief = await checks_of(archive, readers).add(a_brief(), OPEN)
    assert [claim.checks for claim in brief.claims] == [None, None]
    assert [note.code for note in brief.notes][-1] == UNASKED


async def test_a_brief_written_anew_keeps_the_fact_checks_of_its_day(
    archive: Archive, readers: HereAndNow, embedder: Embedder
) -> None:
    await fill(archive, embedder)
    stored = await checks_of(archive, readers).add(a_brief(), OPEN)
    assert keep_checks(a_brief(), stored) == stored


# Google's service -----------------------------------------------------------------------------------------


@pytest.fixture
async def standin() -> AsyncIterator[Standin]:
    async with open_standin(claims=[a_claim(WALL), a_claim("The wall will be painted blue", 1)]) as opened:
        yield opened


@pytest.fixture
async def google(standin: Standin) -> AsyncIterator[Google]:
    async with open_client("Nutgraf", allow_hosts=frozenset({standin.url.removeprefix("http://")})) as http:
        yield Google(http, KEY, standin.url)


async def test_what_the_service_names_is_compared_like_all_else(
    archive: Archive, readers: HereAndNow, google: Google, standin: Standin
) -> None:
    wall, boats = (await checks_of(archive, readers, google).add(a_brief(), OPEN)).claims
    assert wall.checks is not None
    assert [(check.claim, check.found_in) for check in wall.checks] == [(WALL, SERVICE)]
    assert boats.checks == []
    assert {one["query"] for one in standin.queries} == {
        "The new harbour wall in Port Ellery will cost 48 million pounds",
        "40 boats had left since March",
    }


@pytest.mark.parametrize(
    "closed",
    [
        None,
        replace(OPEN, final_url="http://intranet.example:8080/harbour"),
        replace(OPEN, hops=("http://intranet.example:8080/go",)),
    ],
)
async def test_nothing_that_was_not_on_the_public_web_is_sent(
    archive: Archive, readers: HereAndNow, google: Google, standin: Standin, closed: Page | None
) -> None:
    """Pasted text and files have no page; an inner site has one that nobody else may know of."""
    inner = {"inner_hosts": frozenset({"intranet.example:8080"})}
    assert await checks_of(archive, readers, google, **inner).add(a_brief(), closed) == a_brief()
    assert standin.queries == []

    allowed = await checks_of(archive, readers, google, send_confidential=True, **inner).add(a_brief(), closed)
    assert allowed.claims[0].checks


async def test_a_slow_service_delays_no_brief_longer_than_it_may(
    archive: Archive, readers: HereAndNow, google: Google, standin: Standin, embedder: Embedder
) -> None:
    await fill(archive, embedder)
    standin.delay = 600.0
    began = time.monotonic()
    brief = await checks_of(archive, readers, google, timeout=0.2).add(a_brief(), OPEN)

    assert time.monotonic() - began < 60  # on a busy machine too, and far from the ten minutes
    assert [check.found_in for check in brief.claims[0].checks or ()] == ["imported fact-checks"]
    assert brief.notes[-1].code == UNASKED
    assert "took longer than 0.2 seconds" in brief.notes[-1].text


@pytest.mark.parametrize("status", [400, 403, 429, 500])
async def test_a_failing_service_is_noted_once_and_found_is_what_is_known_here(
    archive: Archive, readers: HereAndNow, google: Google, standin: Standin, status: int
) -> None:
    standin.status = status
    brief = await checks_of(archive, readers, google).add(a_brief(), OPEN)
    assert [claim.checks for claim in brief.claims] == [None, None]
    assert [note.code for note in brief.notes].count(UNASKED) == 1


# From the command to the brief ----------------------------------------------------------------------------


def settings_of(tmp_path: Path, **values: Any) -> Settings:
    url = f"sqlite+aiosqlite:///{tmp_path}/archive.sqlite3"
    return Settings(_env_file=None, database_url=url, **values)  # type: ignore[call-arg]


@pytest.fixture
def at_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", f"sqlite+aiosqlite:///{tmp_path}/archive.sqlite3")
    return tmp_path


def test_an_import_says_what_came_of_it_and_again_brings_up_to_date(
    at_home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    feed = make_feed(load_cases()[:30])
    feed["dataFeedElement"].append({"item": [{"@type": "ClaimReview", "url": "https://a.example/1"}]})
    (at_home / "feed.json").write_text(json.dumps(feed))

    assert main(["factchecks", "import", "feed.json"]) == 0
    said = capsys.readouterr()
    assert said.out == "30 fact-checks read: 30 new, 0 known and brought up to date; 1 could not be taken.\n"
    assert said.err == "  entry 31 (https://a.example/1): it has no claimReviewed and no reviewRating\n"

    assert main(["factchecks", "import", "feed.json"]) == 0
    assert capsys.readouterr().out.startswith("30 fact-checks read: 0 new, 30 known")


@pytest.mark.parametrize("content", ["", "{}", "<html>No script</html>", "junk"])
def test_a_file_without_fact_checks_is_an_error_in_words(
    at_home: Path, capsys: pytest.CaptureFixture[str], content: str
) -> None:
    (at_home / "empty.json").write_text(content)
    assert main(["factchecks", "import", "empty.json"]) == 1
    assert "There is no fact-check in empty.json" in capsys.readouterr().err


def test_a_file_that_is_not_there_is_an_error_in_words(at_home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["factchecks", "import", "nonsuch.json"]) == 1
    assert "no such file" in capsys.readouterr().err


def test_a_feed_on_an_inner_address_is_not_fetched(at_home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["factchecks", "import", "http://127.0.0.1:9/feed.json"]) == 1
    assert "127.0.0.1" in capsys.readouterr().err


async def test_a_link_is_briefed_with_what_a_link_imported(tmp_path: Path) -> None:
    """The way of a fact-check: a feed on the web, through the import, into the brief of a page on the web."""
    from adapters.console.factchecks import _import

    story = (Path(__file__).parent / "articles" / "harbour.html").read_bytes()
    feed = write_feed(tmp_path / "feed.json").read_bytes()
    moved = page(b"", "Location: /feed", status="302 Found")
    answers = {"/story": page(story), "/old": moved, "/feed": page(feed, media_type="application/json")}
    async with open_site(by_path(answers)) as site:
        settings = settings_of(tmp_path, fetch_allow_hosts=site.place)
        outcome = await _import(settings, site.url("/old"))
        assert (outcome.taken, outcome.broken) == (310, 0)
        async with open_desk(settings) as desk:
            brief = await desk.brief(site.url("/story"))
    assert brief.claims
    assert all(claim.checks is not None for claim in brief.claims)
    assert Brief.model_validate_json(brief.model_dump_json()) == brief
