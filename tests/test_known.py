"""What Wikidata has under the names of a brief: asked, kept apart from what is confidential, shown everywhere."""

from __future__ import annotations

import json
import time
from collections.abc import AsyncIterator, Iterator
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
from adapters.slack.pages import render_page
from adapters.web.render import render_brief as render_web
from bot import wording
from bot.answers import Listing
from bot.brief import Brief, EntityCard, KnowledgeCard
from bot.catalogue import speaking
from bot.export import render_json, render_markdown
from bot.fetch.fetch import open_client
from bot.knowledge.wikidata import Wikidata
from bot.known import MOST_ASKED, UNASKED, Known, keep_known, questions
from bot.models import Kind, Page
from bot.opening import open_desk, open_known
from bot.settings import Settings
from bot.word import render_docx
from tests.fakes import a_brief
from tests.sites import by_path, open_site, page
from tests.wikidata_standin import Standin, an_entity, leads_to, open_standin

pytestmark = pytest.mark.anyio

HUMAN = {"P31": leads_to("Q5")}
MAREN = an_entity("Q11", "Maren Holt", "finance chief of the council of Port Ellery", (), HUMAN)
TOMAS = [an_entity(f"Q{12 + at}", "Tomas Reyl", "Sundian politician", (), HUMAN) for at in range(2)]
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
        opened.has(an_entity("Q5", "human"), MAREN, *TOMAS)
        yield opened


@pytest.fixture
async def wikidata(standin: Standin) -> AsyncIterator[Wikidata]:
    async with open_client("Nutgraf", allow_hosts=frozenset({standin.site.place})) as http:  # type: ignore[union-attr]
        yield Wikidata(http, standin.url)


def knowledge(brief: Brief) -> dict[str, KnowledgeCard | None]:
    return {one.name: one.knowledge for one in brief.entities}


async def test_certain_one_is_linked_and_of_namesakes_the_number_is_told(wikidata: Wikidata) -> None:
    told = knowledge(await Known(wikidata, timeout=30).add(a_brief(), OPEN))
    assert told == {
        "Maren Holt": KnowledgeCard(
            sure=True,
            namesakes=1,
            id="Q11",
            url="https://www.wikidata.org/wiki/Q11",
            label="Maren Holt",
            description="finance chief of the council of Port Ellery",
        ),
        "Tomas Reyl": KnowledgeCard(sure=False, namesakes=2),
        "Port Ellery": None,
        "48 million pounds": None,
    }


async def test_brief_is_otherwise_as_it_was(wikidata: Wikidata) -> None:
    brief = await Known(wikidata, timeout=30).add(a_brief(), OPEN)
    bare = [one.model_copy(update={"knowledge": None}) for one in brief.entities]
    assert brief.model_copy(update={"entities": bare}) == a_brief()


@pytest.mark.parametrize(
    "closed",
    [
        None,
        replace(OPEN, final_url="http://intranet.example:8080/harbour"),
        replace(OPEN, hops=("http://intranet.example:8080/go",)),
    ],
)
async def test_no_name_is_sent_that_was_not_on_the_public_web(
    wikidata: Wikidata, standin: Standin, closed: Page | None
) -> None:
    """Which names an unpublished text holds is itself a secret."""
    inner = frozenset({"intranet.example:8080"})
    assert await Known(wikidata, timeout=30, inner_hosts=inner).add(a_brief(), closed) == a_brief()
    assert standin.asked == []

    allowed = Known(wikidata, timeout=30, send_confidential=True, inner_hosts=inner)
    assert knowledge(await allowed.add(a_brief(), closed))["Maren Holt"]


async def test_name_is_asked_for_once(wikidata: Wikidata, standin: Standin) -> None:
    known = Known(wikidata, timeout=30)
    first, second = [await known.add(a_brief(), OPEN) for _ in range(2)]
    assert first == second
    assert standin.searched == ["Maren Holt", "Tomas Reyl"]


async def test_few_names_are_asked_for_and_the_most_salient_ones(wikidata: Wikidata, standin: Standin) -> None:
    brief = a_brief()
    people = [brief.entities[0].model_copy(update={"name": f"Maren {letter * 3}"}) for letter in "abcdefgh"]
    await Known(wikidata, timeout=30).add(brief.model_copy(update={"entities": people}), OPEN)
    assert standin.searched == [one.name for one in people[:MOST_ASKED]]


async def test_brief_without_names_asks_nothing(wikidata: Wikidata, standin: Standin) -> None:
    brief = a_brief().model_copy(update={"entities": []})
    assert await Known(wikidata, timeout=30).add(brief, OPEN) == brief
    assert standin.asked == []


async def test_slow_service_delays_no_brief_longer_than_it_may(wikidata: Wikidata, standin: Standin) -> None:
    standin.delay = 600.0
    began = time.monotonic()
    brief = await Known(wikidata, timeout=0.2).add(a_brief(), OPEN)

    assert time.monotonic() - began < 60  # on a busy machine too, and far from the ten minutes
    assert set(knowledge(brief).values()) == {None}
    assert (brief.notes[-1].code, "took longer than 0.2 seconds" in brief.notes[-1].text) == (UNASKED, True)


@pytest.mark.parametrize("behaviour", [{"status": 503}, {"error": "maxlag"}, {"junk": b"<html>"}])
async def test_failing_service_is_noted_once_in_english(
    wikidata: Wikidata, standin: Standin, behaviour: dict[str, object]
) -> None:
    for name, value in behaviour.items():
        setattr(standin, name, value)
    with speaking("de"):
        brief = await Known(wikidata, timeout=30).add(a_brief(), OPEN)
    assert [note.code for note in brief.notes].count(UNASKED) == 1
    assert brief.notes[-1].text.startswith("Wikidata could not be asked about names")
    assert brief.entities == a_brief().entities


async def test_brief_written_anew_keeps_what_was_known_on_its_day(wikidata: Wikidata, standin: Standin) -> None:
    stored = await Known(wikidata, timeout=30).add(a_brief(), OPEN)
    assert keep_known(a_brief(), stored) == stored

    standin.status = 500
    failed = await Known(wikidata, timeout=30).add(a_brief().model_copy(update={"entities": stored.entities[:1]}), OPEN)
    assert keep_known(a_brief(), failed).notes == failed.notes


# What is asked --------------------------------------------------------------------------------------------


def asked_of(text: str, name: str, kind: Kind) -> str:
    """Return the role that is read for *name* in *text*."""
    at = text.index(name)
    brief = a_brief()
    place = brief.entities[0].mentions[0].model_copy(update={"text": name, "start": at, "end": at + len(name)})
    entity = EntityCard(name=name, kind=kind, mentions=[place])
    article = brief.article.model_copy(update={"text": text})
    (asked,) = questions(brief.model_copy(update={"article": article, "entities": [entity], "speakers": []}))
    assert asked
    return asked.role


@pytest.mark.parametrize(
    ("text", "role"),
    [
        ("On Monday, Ukrainian President Olena Marsh said no.", "Ukrainian President"),
        ("The plan of Prime Minister Olena Marsh failed.", "Prime Minister"),
        ("Nobody asked Olena Marsh.", ""),
        ("The minister, Olena Marsh, left.", ""),
        ("It was late.\n\nOlena Marsh left.", ""),
    ],
)
def test_title_before_a_name_is_a_role(text: str, role: str) -> None:
    assert asked_of(text, "Olena Marsh", Kind.PERSON) == role


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("She left Ellery, Sundia, on Monday.", "Sundia"),
        ("She lives in Ellery in Hollow County.", "Hollow County"),
        ("She lives in Ellery, which is small.", ""),
        ("She lives in Ellery.", ""),
    ],
)
def test_what_stands_behind_a_place_says_where_it_lies(text: str, where: str) -> None:
    assert asked_of(text, "Ellery", Kind.PLACE) == where


def test_speakers_role_comes_before_a_title() -> None:
    maren, tomas, town, money = questions(a_brief())
    assert maren
    assert tomas
    assert town
    assert money is None
    assert (maren.role, maren.year) == ("the council's finance chief", 2026)
    assert maren.others == ("Tomas Reyl", "Port Ellery")


# What is shown --------------------------------------------------------------------------------------------

HOSTILE = "<!channel> @everyone **bold** [x](https://evil.example) </script><b> \x1b[31m\u202e=1+1"


def with_knowledge(**known: object) -> Brief:
    brief = a_brief()
    card = KnowledgeCard.model_validate({"sure": False, "namesakes": 2} | known)
    return brief.model_copy(
        update={"entities": [brief.entities[0].model_copy(update={"knowledge": card}), *brief.entities[1:]]}
    )


def sure(words: str) -> Brief:
    url = "https://www.wikidata.org/wiki/Q11"
    return with_knowledge(sure=True, namesakes=1, id="Q11", url=url, label=words, description=words)


def shown_everywhere(brief: Brief) -> dict[str, str]:
    console = Console(width=100, highlight=False, force_terminal=False)
    with console.capture() as captured:
        console.print(render_terminal(brief))
    document = Document(BytesIO(render_docx(brief)))
    links = " ".join(one.target_ref for one in document.part.rels.values() if one.is_external)
    return {
        "terminal": " ".join(captured.get().split()),
        "markdown": render_markdown(brief),
        "json": render_json(brief),
        "word": " ".join(one.text for one in document.paragraphs) + links,
        "slack": json.dumps(render_page(brief, "b1", "entities", 1).blocks, ensure_ascii=False),
        "discord": "\n".join(one.description or "" for one in render_list(Listing("0" * 32, brief, "entities"))),
        "web": render_web(brief, "b1", token="t", unfolded=True, searchable=False),
    }


PLACES = list(shown_everywhere(a_brief()))


@pytest.mark.parametrize("place", PLACES)
def test_link_and_its_description_are_shown_everywhere(place: str) -> None:
    shown = shown_everywhere(sure("chief of the council"))[place].replace("\\", "")
    assert "chief of the council" in shown
    assert "https://www.wikidata.org/wiki/Q11" in shown


@pytest.mark.parametrize("place", [place for place in PLACES if place != "json"])
def test_doubt_is_told_everywhere_and_leads_nowhere(place: str) -> None:
    shown = shown_everywhere(with_knowledge())[place].replace("\\", "")
    assert "Wikidata has 2 of this name; it is not sure which is meant, if any." in shown
    assert "wikidata.org" not in shown


@pytest.mark.parametrize("place", PLACES)
def test_nothing_is_shown_where_nothing_is_known(place: str) -> None:
    assert "Wikidata" not in shown_everywhere(a_brief())[place]


PLAIN = "<!channel> @everyone **bold** [x](https://evil.example) </script><b> [31m=1+1"
ESCAPED = r"\*\*bold\*\* \[x\](https\://evil.example) \</script\>\<b\> \[31m=1+1"


@pytest.mark.parametrize(
    ("place", "written"),
    [
        ("terminal", PLAIN),
        ("word", PLAIN),
        ("markdown", rf"\<!channel\> \@everyone {ESCAPED}"),
        ("discord", f"\\<!channel\\> @\u200beveryone {ESCAPED}"),
        ("web", PLAIN.replace("<", "&lt;").replace(">", "&gt;")),
    ],
)
def test_words_of_strangers_stay_words(place: str, written: str) -> None:
    shown = shown_everywhere(sure(HOSTILE))[place]

    assert shown.count(written) == 2  # the label, and the description
    assert shown.count("evil.example") == 2


def test_words_of_strangers_are_no_markup_in_slack() -> None:
    page = render_page(sure(HOSTILE), "b1", "entities", 1)
    told = [one for one in elements(page.blocks) if "<!channel>" in str(one.get("text"))]

    assert [one["type"] for one in told] == ["text"]  # which Slack shows as it stands
    assert not any("evil.example" in one.get("url", "") for one in elements(page.blocks))


def elements(told: object) -> Iterator[dict[str, Any]]:
    """Yield every object within *told*."""
    if isinstance(told, dict):
        yield told
    for inner in told.values() if isinstance(told, dict) else told if isinstance(told, list) else ():
        yield from elements(inner)


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", "", None])
def test_what_is_no_web_address_is_no_link(url: str | None) -> None:
    line = wording.known_line(with_knowledge(sure=True, id="Q11", url=url, label="x").entities[0])
    assert line
    assert line.link == ""


@pytest.mark.parametrize("language", ["de", "fr"])
def test_it_is_told_in_the_readers_language(language: str) -> None:
    with speaking(language):
        doubt = wording.known_line(with_knowledge().entities[0])
        one = wording.known_line(with_knowledge(namesakes=1).entities[0])
        link = wording.known_line(sure("x").entities[0])
    assert doubt
    assert one
    assert link
    assert not any(word in line.text for line in (doubt, one, link) for word in ("not sure", "this name"))


# From the settings to the brief ---------------------------------------------------------------------------


async def test_off_unless_the_operator_turns_it_on() -> None:
    async with open_client("Nutgraf", allow_hosts=frozenset()) as http:
        assert open_known(Settings(_env_file=None), http) is None  # type: ignore[call-arg]
        assert open_known(Settings(_env_file=None, wikidata=True), http)  # type: ignore[call-arg]


@pytest.mark.model
async def test_link_is_briefed_with_what_wikidata_has(tmp_path: Path, standin: Standin) -> None:
    story = (Path(__file__).parent / "articles" / "harbour.html").read_bytes()
    async with open_site(by_path({"/story": page(story)})) as site:
        settings = Settings(
            _env_file=None,  # type: ignore[call-arg]
            database_url=f"sqlite+aiosqlite:///{tmp_path}/archive.sqlite3",
            fetch_allow_hosts=f"{site.place},{standin.site.place}",  # type: ignore[union-attr]
            fetch_gap=0,
            wikidata=True,
            wikidata_confidential=True,  # an allowed host is an inner one
            wikidata_url=standin.url,
        )
        async with open_desk(settings) as desk:
            brief = await desk.brief(site.url("/story"))
    assert "Maren Holt" in standin.searched
    assert knowledge(brief)["Maren Holt"]
    assert Brief.model_validate_json(brief.model_dump_json()) == brief
