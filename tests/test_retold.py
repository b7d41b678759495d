"""A story in other words: beside a brief, shown everywhere, and what is shown when the model lies."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from rich.console import Console

from adapters.console.render import render as render_terminal
from adapters.discord.pages import render_list
from adapters.discord.render import render as render_discord
from adapters.slack.render import render_brief as render_slack
from adapters.web.render import render_brief as render_web
from bot import wording
from bot.analyse.pipeline import Pipeline
from bot.answers import Listing
from bot.brief import Brief, RetoldCard, RetoldLine
from bot.catalogue import speaking
from bot.errors import RetellingDoubtful, SettingsError
from bot.export import render_json, render_markdown
from bot.models import Page
from bot.opening import open_desk, open_retold
from bot.readers import Readers, open_readers
from bot.retelling.service import Service, open_service
from bot.retold import FEWEST, LEFT_OUT, LONGEST, UNASKED, Retold, keep_retold
from bot.settings import Settings
from bot.word import render_docx
from tests.fakes import a_brief
from tests.model_standin import KEY, MODEL, Standin, open_standin
from tests.sites import by_path, open_site, page
from tests.told import HONEST, LIES, Told

pytestmark = pytest.mark.anyio

OPEN = Page(
    "https://post.example/harbour",
    "https://post.example/harbour",
    b"",
    "text/html",
    None,
    datetime(2026, 3, 18, tzinfo=UTC),
)


@pytest.fixture
async def standin() -> AsyncIterator[Standin]:
    async with open_standin() as opened:
        yield opened


@pytest.fixture
async def service(standin: Standin) -> AsyncIterator[Service]:
    async with open_service(standin.url, MODEL, KEY, 30) as opened:
        yield opened


@pytest.fixture(scope="module")
def told(shipped: Pipeline) -> Told:
    return Told.harbour(shipped)


# Beside the brief ---------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
async def readers(anyio_backend: str) -> AsyncIterator[Readers]:
    models = Settings(_env_file=None).models  # type: ignore[call-arg]
    async with open_readers(models, processes=1, timeout=60, memory_mb=3000) as opened:
        await opened.get_ready()
        yield opened


def retold(service: Service, readers: Readers, **changes: Any) -> Retold:
    return Retold(service, readers, **({"sentences": 3, "timeout": 30} | changes))


def notes(brief: Brief) -> dict[str, str]:
    return {note.code: note.text for note in brief.notes if note.code in {UNASKED, LEFT_OUT}}


@pytest.mark.model
async def test_honest_model_is_shown_with_what_bears_it_out(
    service: Service, standin: Standin, readers: Readers, told: Told
) -> None:
    standin.tells = lambda article: HONEST
    brief = await retold(service, readers).add(told.brief, OPEN)
    assert brief.retold
    assert brief.retold.model == MODEL
    assert [line.text for line in brief.retold.lines] == told.kept(HONEST)
    for line in brief.retold.lines:
        for place in line.evidence:
            assert brief.article.text[place.start : place.end] == place.text
    assert brief.model_copy(update={"retold": None}) == told.brief
    assert "sorry" not in standin.article
    assert Brief.model_validate_json(brief.model_dump_json()) == brief
    assert keep_retold(told.brief, brief) == brief


@pytest.mark.model
@pytest.mark.parametrize("lie", ["\n".join(LIES.values()), "I cannot help with that."])
async def test_lying_model_is_not_shown_and_that_is_told(
    service: Service, standin: Standin, readers: Readers, told: Told, lie: str
) -> None:
    standin.tells = lambda article: lie
    brief = await retold(service, readers).add(told.brief, OPEN)
    assert brief.retold is None
    assert notes(brief) == {LEFT_OUT: str(RetellingDoubtful())}
    assert brief.summary == told.brief.summary


@pytest.mark.model
async def test_model_that_obeys_an_article_is_cut_short(
    service: Service, standin: Standin, readers: Readers, told: Told
) -> None:
    """The article orders it about; the model does as it is told, beside three honest sentences."""
    standin.tells = lambda article: f"{HONEST}\nThe mayor is a thief and took 900,000 pounds."
    brief = await retold(service, readers).add(told.brief, OPEN)
    assert brief.retold
    assert "thief" not in brief.retold.model_dump_json()
    assert len(brief.retold.lines) == 3 >= FEWEST


@pytest.mark.model
@pytest.mark.parametrize("changes", [{"delay": 30.0}, {"trickle": 0.2}])
async def test_model_that_stalls_costs_its_time_and_no_more(
    service: Service, standin: Standin, readers: Readers, told: Told, changes: dict[str, float]
) -> None:
    for name, value in changes.items():
        setattr(standin, name, value)
    start = time.monotonic()
    brief = await retold(service, readers, timeout=1).add(told.brief, OPEN)
    assert time.monotonic() - start < 20
    assert "it took longer than 1 second" in notes(brief)[UNASKED]


@pytest.mark.model
@pytest.mark.parametrize(
    "closed",
    [
        None,
        replace(OPEN, final_url="http://intranet.example:8080/harbour"),
        replace(OPEN, hops=("http://intranet.example:8080/go",)),
    ],
)
async def test_nothing_is_sent_that_was_not_on_the_public_web(
    service: Service, standin: Standin, readers: Readers, told: Told, closed: Page | None
) -> None:
    standin.tells = lambda article: HONEST
    inner = frozenset({"intranet.example:8080"})
    assert await retold(service, readers, inner_hosts=inner).add(told.brief, closed) == told.brief
    assert standin.heads == []
    allowed = retold(service, readers, inner_hosts=inner, send_confidential=True)
    assert (await allowed.add(told.brief, closed)).retold


@pytest.mark.model
async def test_long_article_and_other_languages_are_not_sent(
    service: Service, standin: Standin, readers: Readers, told: Told
) -> None:
    article = told.brief.article
    french = told.brief.model_copy(update={"article": article.model_copy(update={"language": "fr"})})
    assert await retold(service, readers).add(french, OPEN) == french
    long = told.brief.model_copy(update={"article": article.model_copy(update={"text": "a" * (LONGEST + 1)})})
    assert "too long" in notes(await retold(service, readers).add(long, OPEN))[UNASKED]
    assert standin.heads == []


# What people see ------------------------------------------------------------------------------------------------


def a_retold_brief(words: str = "The wall will cost 48 million pounds, the town council admitted.") -> Brief:
    brief = a_brief()
    line = RetoldLine(text=words, evidence=[brief.summary[0].passage])
    return brief.model_copy(update={"retold": RetoldCard(model="tidewater-7b", lines=[line])})


def everywhere(brief: Brief) -> dict[str, str]:
    console = Console(file=None, width=200)
    with console.capture() as capture:
        console.print(render_terminal(brief))
    document = Document(BytesIO(render_docx(brief)))
    return {
        "terminal": capture.get(),
        "Slack": str(render_slack(brief, "b1").blocks),
        "Discord": "".join(embed.description or "" for embed in render_discord(brief)),
        "Discord's list": str([one.to_dict() for one in render_list(Listing("b1", brief, "reading"))]),
        "page": render_web(brief, "b1", token="t", unfolded=True, searchable=False),
        "Markdown": render_markdown(brief),
        "Word": "\n".join(paragraph.text for paragraph in document.paragraphs),
        "JSON": render_json(brief),
    }


def test_every_place_shows_whose_words_they_are_and_that_they_were_compared() -> None:
    for place, shown in everywhere(a_retold_brief()).items():
        assert "The wall will cost 48 million pounds, the town council admitted." in shown, place
        assert "tidewater" in shown, place
        if place != "JSON":
            assert "each sentence compared with the article" in shown.replace("\n", " "), place


def test_nothing_of_it_is_shown_without() -> None:
    for place, shown in everywhere(a_brief()).items():
        assert "In other words" not in shown, place


@pytest.mark.parametrize("tongue", ["de", "fr"])
def test_heading_is_said_in_the_readers_language(tongue: str) -> None:
    with speaking(tongue):
        assert wording.retold_by(a_retold_brief()) != "In other words, by tidewater-7b"


# From the settings to the brief -------------------------------------------------------------------------------


async def test_off_unless_the_operator_names_a_model(readers: Readers) -> None:
    async with open_retold(Settings(_env_file=None), readers) as off:  # type: ignore[call-arg]
        assert off is None


@pytest.mark.parametrize(
    "wrong",
    [
        {"retell_url": "http://127.0.0.1:9/v1"},
        {"retell_url": "127.0.0.1:9", "retell_model": MODEL},
        {"retell_url": "http://127.0.0.1:9/v1?key=k", "retell_model": MODEL},
        {"retell_url": "http://name:k@127.0.0.1:9/v1", "retell_model": MODEL},
        {"retell_url": "http://127.0.0.1:9/v1", "retell_model": MODEL, "retell_key": "two\nlines"},
        {"retell_url": "http://127.0.0.1:9/v1", "retell_model": MODEL, "retell_key": "schlüssel"},
    ],
)
async def test_wrong_settings_are_told_at_the_start(readers: Readers, wrong: dict[str, str]) -> None:
    with pytest.raises(SettingsError, match="RETELL_"):
        async with open_retold(Settings(_env_file=None, **wrong), readers):  # type: ignore[arg-type]
            pass


@pytest.mark.model
async def test_link_is_told_in_other_words(tmp_path: Path, standin: Standin) -> None:
    story = (Path(__file__).parent / "articles" / "harbour.html").read_bytes()
    standin.tells = lambda article: HONEST
    async with open_site(by_path({"/story": page(story)})) as site:
        settings = Settings(
            _env_file=None,  # type: ignore[call-arg]
            database_url=f"sqlite+aiosqlite:///{tmp_path}/archive.sqlite3",
            fetch_allow_hosts=site.place,
            fetch_gap=0,
            retell_url=standin.url,
            retell_model=MODEL,
            retell_key=KEY,  # type: ignore[arg-type]
            retell_confidential=True,  # an allowed host is an inner one
        )
        async with open_desk(settings) as desk:
            brief = await desk.brief(site.url("/story"))
    assert len(standin.asked) == 1
    assert brief.retold or notes(brief)
