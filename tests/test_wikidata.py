from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from bot.errors import KnowledgeUnavailable
from bot.fetch.fetch import open_client
from bot.knowledge.answers import LONGEST_LINE
from bot.knowledge.item import Found, Item
from bot.knowledge.memory import KEPT, MOST, Memory
from bot.knowledge.wikidata import CANDIDATES, LARGEST_ANSWER, PAUSE, Wikidata
from bot.models import Kind
from tests.wikidata_standin import Standin, an_entity, in_year, leads_to, open_standin, statement

pytestmark = pytest.mark.anyio

HUMAN = {"P31": leads_to("Q5")}
MAREN = an_entity(
    "Q11",
    "Maren Holt",
    "Sundian politician",
    ["Maren I. Holt"],
    HUMAN | {"P106": leads_to("Q81"), "P39": leads_to("Q82"), "P27": leads_to("Q83"), "P102": leads_to("Q84")},
)
VALUES = [
    an_entity("Q5", "human"),
    an_entity("Q81", "politician"),
    an_entity("Q82", "mayor of Port Ellery"),
    an_entity("Q83", "Sundia", claims={"P17": leads_to("Q83")}),
    an_entity("Q84", "Tide Party"),
]


@asynccontextmanager
async def asking(*entities: dict[str, Any], **behaviour: Any) -> AsyncIterator[tuple[Wikidata, Standin]]:
    async with (
        open_standin(**behaviour) as standin,
        open_client("Nutgraf/0.1 (desk@post.example)", allow_hosts=frozenset({standin.site.place})) as http,  # type: ignore[union-attr]
    ):
        standin.has(*VALUES, *entities)
        yield Wikidata(http, standin.url), standin


async def find(wikidata: Wikidata, name: str = "Maren Holt", language: str = "en") -> Found:
    return (await wikidata.find([name], language))[name]


async def test_what_is_said_of_somebody_is_taken_over() -> None:
    async with asking(MAREN) as (wikidata, _):
        found = await find(wikidata)

    (item,) = found.items
    assert (item.id, item.label, item.description) == ("Q11", "Maren Holt", "Sundian politician")
    assert item.names == ("Maren Holt", "Maren I. Holt")
    assert (item.offices, item.countries) == (("politician", "mayor of Port Ellery"), ("Sundia",))
    assert (item.around, item.class_names, item.ended) == (("Tide Party",), ("human",), None)
    assert (item.kinds, item.is_whole, found.more) == ({Kind.PERSON}, True, False)


async def test_name_costs_one_request_and_all_of_them_two_more() -> None:
    async with asking(MAREN, an_entity("Q12", "Tomas Reyl", "", (), HUMAN)) as (wikidata, standin):
        found = await wikidata.find(["Maren Holt", "Tomas Reyl", "Ida Brandt"], "en")

    assert [len(found[name].items) for name in ("Maren Holt", "Tomas Reyl", "Ida Brandt")] == [1, 1, 0]
    assert [one["action"] for one in standin.asked] == ["wbsearchentities"] * 3 + ["wbgetentities"] * 2
    assert all(one["maxlag"] == "5" for one in standin.asked)
    assert standin.site
    assert all("user-agent: nutgraf/0.1 (desk@post.example)" in head.lower() for head in standin.site.requests)


async def test_nothing_but_names_is_sent() -> None:
    async with asking(MAREN) as (wikidata, standin):
        await find(wikidata)

    ours = {"action", "format", "formatversion", "maxlag", "language", "languages", "uselang", "type", "limit", "props"}
    told = [{name: value for name, value in one.items() if name not in ours} for one in standin.asked]
    assert told == [{"search": "Maren Holt"}, {"ids": "Q11"}, {"ids": "Q5|Q81|Q82|Q83|Q84"}]


async def test_language_of_the_article_comes_before_english() -> None:
    german = an_entity("Q11", "Maren Holt", "Politikerin aus Sund", (), HUMAN, language="de")
    async with asking(german) as (wikidata, standin):
        found = await find(wikidata, language="de")
    assert found.items[0].description == "Politikerin aus Sund"
    assert standin.asked[1]["languages"] == "de|en|mul"


async def test_name_of_all_languages_is_a_name() -> None:
    """Wikidata writes what somebody is called everywhere once, as "mul"."""
    async with asking(an_entity("Q11", "Maren Holt", "", (), HUMAN, language="mul")) as (wikidata, _):
        assert (await find(wikidata)).items[0].label == "Maren Holt"


async def test_those_whose_name_only_begins_like_it_are_left_out() -> None:
    longer = an_entity("Q12", "Maren Holt Vane", "", (), HUMAN)
    both = an_entity("Q13", "Maren Holt-Moe", "", ["Maren Holt"], HUMAN)
    async with asking(longer, both) as (wikidata, _):
        assert [item.id for item in (await find(wikidata)).items] == ["Q13"]


async def test_father_is_found_by_the_sons_name() -> None:
    family = [an_entity(f"Q1{at}", name, "", (), HUMAN) for at, name in enumerate(("Ann Bay", "Ann Bay Jr."), 1)]
    async with asking(*family) as (wikidata, _):
        assert {item.id for item in (await find(wikidata, "Ann Bay Jr.")).items} == {"Q11", "Q12"}


@pytest.mark.parametrize("number", [CANDIDATES, CANDIDATES + 1, 60])
async def test_more_namesakes_than_are_looked_at_are_told(number: int) -> None:
    crowd = [an_entity(f"Q{100 + at}", "Maren Holt", "", (), HUMAN) for at in range(number)]
    async with asking(*crowd) as (wikidata, _):
        found = await find(wikidata)
    assert (len(found.items), found.more) == (CANDIDATES, number > CANDIDATES)


async def test_merged_item_is_found_as_what_it_is_now() -> None:
    async with asking(an_entity("Q12", "Maren Holt", "", (), HUMAN), MAREN) as (wikidata, standin):
        standin.redirects = {"Q12": "Q11"}
        assert [item.id for item in (await find(wikidata)).items] == ["Q11"]


async def test_item_that_is_gone_is_left_out() -> None:
    async with asking(MAREN) as (wikidata, standin):
        standin.redirects = {"Q11": "Q999"}
        assert (await find(wikidata)).items == ()


async def test_deprecated_and_unknown_values_count_for_nothing() -> None:
    wrong = statement({"entity-type": "item", "id": "Q84"}, rank="deprecated")
    claims = HUMAN | {"P102": [wrong], "P27": [statement(None)], "P570": in_year(2009)}
    async with asking(an_entity("Q11", "Maren Holt", "", (), claims)) as (wikidata, _):
        (item,) = (await find(wikidata)).items
    assert (item.around, item.countries, item.ended) == ((), (), 2009)


async def test_office_without_a_name_is_told() -> None:
    async with asking(an_entity("Q11", "Maren Holt", "", (), HUMAN | {"P106": leads_to("Q999")})) as (wikidata, _):
        assert not (await find(wikidata)).items[0].is_whole


async def test_more_than_fifty_values_are_asked_for_by_fifties() -> None:
    teams = [an_entity(f"Q{1000 + at}", f"Team {at}") for at in range(60)]
    player = an_entity("Q11", "Maren Holt", "", (), HUMAN | {"P54": leads_to(*(one["id"] for one in teams))})
    async with asking(player, *teams) as (wikidata, standin):
        assert len((await find(wikidata)).items[0].around) == 60
    assert [len(one["ids"].split("|")) for one in standin.asked[1:]] == [1, 50, 11]


async def test_words_of_strangers_come_on_one_line_of_a_bounded_length() -> None:
    async with asking(an_entity("Q11", "Maren Holt", "one\n\u0000two " * 200, (), HUMAN)) as (wikidata, _):
        description = (await find(wikidata)).items[0].description
    assert len(description) == LONGEST_LINE
    assert not {"\n", "\0"} & set(description)


# Failure --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("behaviour", "words"),
    [
        ({"error": "maxlag"}, "too much to do"),
        ({"error": "ratelimited"}, "too much to do"),
        ({"error": "internal_api_error_DBQueryError"}, "answered with an error"),
        ({"status": 400}, "did not accept the question"),
        ({"status": 429}, "too much to do"),
        ({"status": 403}, "FETCH_USER_AGENT"),
        ({"status": 404}, "WIKIDATA_URL"),
        ({"status": 500}, "out of order (HTTP 500)"),
        ({"status": 302}, "HTTP 302"),
    ],
)
async def test_each_failure_has_its_words(behaviour: dict[str, Any], words: str) -> None:
    async with asking(MAREN, **behaviour) as (wikidata, standin):
        with pytest.raises(KnowledgeUnavailable) as caught:
            await find(wikidata)
    assert words in str(caught.value)
    assert len(standin.asked) == 1


@pytest.mark.parametrize(
    "junk",
    [
        b"",
        b"<html>Sign in to the hotel's network</html>",
        b"[]",
        b"7",
        b'{"search": {"id": "no list"}}',
        b'{"search": [{"id": 7}]}',
        b'{"error": "no object"}',
        b"[" * 100_000,
        b"\xff\xfe",
        b" " * (LARGEST_ANSWER + 1),
    ],
)
async def test_answer_that_makes_no_sense_is_an_error_in_words(junk: bytes) -> None:
    async with asking(junk=junk) as (wikidata, _):
        with pytest.raises(KnowledgeUnavailable):
            await find(wikidata)


async def test_id_that_is_none_is_never_asked_for() -> None:
    hit = b'{"search": [{"id": "Q1|Q2&action=purge", "label": "Maren Holt"}, {"id": "P31", "label": "Maren Holt"}]}'
    async with asking(junk=hit) as (wikidata, standin):
        assert (await find(wikidata)).items == ()
    assert len(standin.asked) == 1


@pytest.mark.parametrize(
    ("retry_after", "seconds"), [("120", 120), ("", PAUSE), ("Mon, 23 Nov 2026 10:00:00 GMT", PAUSE)]
)
async def test_whoever_turned_us_away_is_left_alone_for_as_long_as_he_asks(retry_after: str, seconds: float) -> None:
    now = 1000.0
    async with (
        open_standin(error="maxlag", retry_after=retry_after) as standin,
        open_client("Nutgraf", allow_hosts=frozenset({standin.site.place})) as http,  # type: ignore[union-attr]
    ):
        wikidata = Wikidata(http, standin.url, clock=lambda: now)
        for later, asked in ((0.0, 1), (seconds - 1, 1), (seconds + 1, 2)):
            now = 1000.0 + later
            with pytest.raises(KnowledgeUnavailable):
                await find(wikidata)
            assert len(standin.asked) == asked


async def test_service_that_is_not_there_is_an_error_in_words() -> None:
    async with open_client("Nutgraf", allow_hosts=frozenset()) as http:
        with pytest.raises(KnowledgeUnavailable, match="connection failed"):
            await find(Wikidata(http, "http://127.0.0.1:9/w/api.php"))


# Memory ---------------------------------------------------------------------------------------------------


def test_what_was_found_is_kept_for_a_day() -> None:
    now = 0.0
    memory = Memory(clock=lambda: now)
    found = Found((Item("Q11", "Maren Holt", "", ("Maren Holt",), frozenset(), frozenset()),))
    memory.keep("Maren Holt", "en", found)

    assert memory.get("maren holt", "en") is found
    assert memory.get("Maren Holt", "de") is None
    now = KEPT + 1
    assert memory.get("Maren Holt", "en") is None


def test_memory_does_not_grow_without_end() -> None:
    memory = Memory()
    for number in range(MOST + 10):
        memory.keep(f"Name {number}", "en", Found())
    assert memory.get("Name 9", "en") is None
    assert memory.get("Name 10", "en") == Found()
