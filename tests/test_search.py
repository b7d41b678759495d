"""What stored briefs say is found by its words, by speaker, outlet and day: for a workspace that wants that."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date

import pytest

from bot.archive.archive import Archive, open_archive
from bot.archive.search import fold
from bot.brief import Brief, write_brief
from bot.errors import NothingToSearch, SearchIsOff
from bot.models import Article, Ask, Hit, Question, Wanted
from tests.fakes import a_brief, a_hostile_brief, an_analysis, an_article
from tests.raw import rows

pytestmark = pytest.mark.anyio

HOME = "slack:T1"


@pytest.fixture
async def archive(url: str) -> AsyncIterator[Archive]:
    async with open_archive(url) as opened:
        await opened.search.turn_on(HOME)
        yield opened


async def keep(archive: Archive, brief: Brief, workspace: str = HOME) -> str:
    """Store *brief* as the answer to a request of its own."""
    key = str(len(await archive.requests.unfinished(["slack"])))
    request = await archive.requests.accept(Ask(workspace, "slack", key, "U1", {}, (Wanted(link="https://a.example"),)))
    assert request is not None
    return (await archive.briefs.keep(workspace, request.items[0].id, brief)).id


def a_brief_of(**changes: object) -> Brief:
    article: Article = replace(an_article(), **changes)  # type: ignore[arg-type]
    return write_brief(article, an_analysis())


async def refs(archive: Archive, words: str = "", **more: object) -> set[str]:
    return {hit.ref for hit in await archive.search.find(HOME, Question(words, **more))}  # type: ignore[arg-type]


def quote_of(brief: Brief, words: str) -> str:
    return next(one.id for one in brief.quotes if any(words in passage.text for passage in one.content))


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("wrong numbers", "numbers wrong"),
        ("what did they say about the numbers?", "numbers wrong"),
        ("NUMBER", "numbers wrong"),  # by its stem
        ("“got the numbers wrong”", "numbers wrong"),
        ('"got the numbers wrong" sorry', "numbers wrong"),
        ("holt numbers", "numbers wrong"),  # her name is not in what she says
    ],
)
async def test_statement_is_found_by_words_in_any_order_and_form(archive: Archive, words: str, found: str) -> None:
    await keep(archive, a_brief())
    assert quote_of(a_brief(), found) in await refs(archive, words)


@pytest.mark.parametrize("words", ["numbers lighthouse", '"wrong numbers"', "lighthouse", "numbersx"])
async def test_what_nobody_said_is_not_found(archive: Archive, words: str) -> None:
    await keep(archive, a_brief())
    assert await refs(archive, words) == set()


async def test_accents_and_case_make_no_difference(archive: Archive) -> None:
    await keep(archive, a_hostile_brief("Strömquist Besançon"))
    assert await refs(archive, "stromquist BESANCON") == await refs(archive, "Strömquist Besançon") != set()
    assert fold("Müller’s ﬁne O'Neil_2") == ["muller", "s", "fine", "o", "neil", "2"]


async def test_speaker_is_asked_for_by_any_part_of_the_name(archive: Archive) -> None:
    brief = a_brief()
    await keep(archive, brief)
    holt = next(one for one in brief.speakers if "Holt" in one.name)

    by_holt = await refs(archive, speaker="holt")
    assert set(holt.quotes) <= by_holt
    assert not by_holt & {quote.id for quote in brief.quotes if quote.speaker != holt.id}
    assert await refs(archive, "disaster", speaker="Maren Holt") == set()
    assert await refs(archive, "disaster", speaker="reyl") == {quote_of(brief, "disaster")}


async def test_entity_is_found_by_its_name(archive: Archive) -> None:
    brief_id = await keep(archive, a_brief())
    found = await archive.search.find(HOME, Question('"port ellery"'))
    assert Hit(brief_id, "entity", "Port Ellery") in found


async def test_outlet_and_days_narrow_the_search(archive: Archive) -> None:
    march = await keep(archive, a_brief_of(published=date(2026, 3, 17), outlet="The Ellery Post"))
    may = await keep(archive, a_brief_of(published=date(2026, 5, 2), outlet="Bay Courier"))
    undated = await keep(archive, a_brief_of(published=None, outlet=None))  # read on 18 March

    async def briefs(**more: object) -> set[str]:
        return {hit.brief for hit in await archive.search.find(HOME, Question("numbers", **more))}  # type: ignore[arg-type]

    assert await briefs() == {march, may, undated}
    assert await briefs(outlet="ellery post") == {march}
    assert await briefs(since=date(2026, 3, 18)) == {may, undated}
    assert await briefs(until=date(2026, 3, 17)) == {march}
    assert await briefs(since=date(2026, 3, 17), until=date(2026, 4, 1)) == {march, undated}


async def test_newest_come_first_and_no_more_than_wanted(archive: Archive) -> None:
    stored = [await keep(archive, a_brief()) for _ in range(4)]
    found = await archive.search.find(HOME, Question('"numbers wrong"'), limit=3)
    assert [hit.brief for hit in found] == stored[:0:-1]


@pytest.mark.parametrize("words", ["", "what about the", "?!", '""', "*", "“ ”"])
async def test_question_without_a_word_to_look_for_is_told(archive: Archive, words: str) -> None:
    with pytest.raises(NothingToSearch):
        await archive.search.find(HOME, Question(words))


@pytest.mark.parametrize(
    "words",
    [
        '"',
        'a" OR words:"b',
        "words : numbers",
        "numbers*",
        "NEAR(a b)",
        "'; DROP TABLE briefs; --",
        "a & !b",
        "x:*",
        "\0 -",
    ],
)
async def test_whatever_is_typed_is_taken_as_words(url: str, archive: Archive, words: str) -> None:
    await keep(archive, a_brief())
    before = rows(url)
    try:
        found = await archive.search.find(HOME, Question(words, speaker=words, outlet=words))
    except NothingToSearch:
        found = []
    assert found == []
    assert rows(url) == before


async def test_workspace_that_has_not_turned_it_on_keeps_no_index_and_is_told_so(url: str, archive: Archive) -> None:
    await keep(archive, a_brief(), "slack:T2")
    with pytest.raises(SearchIsOff, match="nutgraf archive on"):
        await archive.search.find("slack:T2", Question("numbers"))
    assert rows(url)["statements"] == []


async def test_turning_it_on_finds_what_was_stored_before_and_off_erases_the_index(url: str, archive: Archive) -> None:
    await keep(archive, a_brief(), "slack:T2")
    assert await archive.search.turn_on("slack:T2") == 1
    assert await archive.search.turn_on("slack:T2") == 1  # again changes nothing
    found = await archive.search.find("slack:T2", Question('"numbers wrong"'))
    assert [hit.ref for hit in found] == [quote_of(a_brief(), "numbers wrong")]

    await archive.search.turn_off("slack:T2")
    assert not await archive.search.is_on("slack:T2")
    assert rows(url)["statements"] == []
