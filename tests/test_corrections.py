"""What people say is wrong is put right: in the stored brief, in posted messages, in later briefs of the article."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.archive.archive import Archive, open_archive
from bot.brief import Brief, RetoldCard, RetoldLine, write_brief
from bot.commands import Correct
from bot.corrections import candidates, correct, key_of, name_of
from bot.errors import BriefNotFound, CannotCorrect
from bot.models import Ask, Correction, Mistake, Person, Question, Wanted
from bot.records import Records
from tests.fakes import QuickDesk, a_brief, an_analysis, an_article
from tests.raw import rows
from tests.test_desk import PATIENCE, Thread, ask

HOME = "slack:T1"
BRIEF = a_brief()


def quote_about(words: str, brief: Brief = BRIEF) -> str:
    return next(one.id for one in brief.quotes if any(words in passage.text for passage in one.content))


def speaker_of(brief: Brief, quote_id: str) -> str | None:
    speaker = brief.speaker(next(one for one in brief.quotes if one.id == quote_id).speaker)
    return speaker.name if speaker else None


# The brief itself ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("right", ["Tomas Reyl", "tomas reyl", "Fishermen", None])
def test_wrong_speaker_is_replaced_by_one_whom_the_article_names_or_by_nobody(right: str | None) -> None:
    quote = quote_about("numbers wrong")
    corrected = correct(BRIEF, Correction(Mistake.WRONG_SPEAKER, quote, right))

    assert (speaker_of(corrected, quote) or "").casefold() == (right or "").casefold()
    assert [one.id for one in corrected.quotes] == [one.id for one in BRIEF.quotes]
    assigned = [one for speaker in corrected.speakers for one in speaker.quotes]
    assert assigned.count(quote) == (right is not None)
    for speaker in corrected.speakers:
        at = speaker.name_at
        assert corrected.article.text[at.start : at.end] == at.text == speaker.name
        assert speaker.quotes == [one.id for one in corrected.quotes_of(speaker)]
    if right == "Fishermen":
        assert corrected.speakers[-1].name_at.paragraph == 4
    assert Brief.model_validate_json(corrected.model_dump_json()) == corrected


@pytest.mark.parametrize("mistake", [Mistake.WRONG_SPEAKER, Mistake.NOT_A_QUOTE], ids=lambda one: one.name)
def test_what_a_model_made_of_a_corrected_quote_goes_with_it(mistake: Mistake) -> None:
    """It says whose words they are as the brief said it before, and was not compared with the correction."""
    first, second, *_ = BRIEF.quotes
    lines = [RetoldLine(text=one.id, evidence=one.content) for one in (first, second)]
    brief = BRIEF.model_copy(update={"retold": RetoldCard(model="tidewater-7b", lines=lines)})

    corrected = correct(brief, Correction(mistake, first.id, "Fishermen"))
    assert corrected.retold == RetoldCard(model="tidewater-7b", lines=lines[1:])
    assert correct(corrected, Correction(Mistake.NOT_A_QUOTE, second.id)).retold is None


def test_claim_goes_over_to_the_right_speaker_with_the_quote_it_is_made_in() -> None:
    claim = next(one for one in BRIEF.claims if one.quote)
    corrected = correct(BRIEF, Correction(Mistake.WRONG_SPEAKER, claim.quote or "", "Tomas Reyl"))
    moved = next(one for one in corrected.claims if one.id == claim.id)
    assert corrected.speaker(moved.claimer) == next(one for one in corrected.speakers if one.name == "Tomas Reyl")


def test_what_is_no_quote_goes_with_what_was_claimed_in_it() -> None:
    claim = next(one for one in BRIEF.claims if one.quote)
    corrected = correct(BRIEF, Correction(Mistake.NOT_A_QUOTE, claim.quote or ""))

    assert claim.quote not in [one.id for one in corrected.quotes]
    assert claim.id not in [one.id for one in corrected.claims]
    assert not [speaker for speaker in corrected.speakers if claim.quote in speaker.quotes]


def test_wrong_claim_goes_and_its_quote_stays() -> None:
    corrected = correct(BRIEF, Correction(Mistake.WRONG_CLAIM, "c1"))
    assert [one.id for one in corrected.claims] == [one.id for one in BRIEF.claims][1:]
    assert corrected.quotes == BRIEF.quotes


@pytest.mark.parametrize(
    ("of", "words", "pieces", "quoted", "kind"),
    [
        ("numbers wrong", "“We got the numbers", ["“We got the numbers"], ["We got the numbers"], "direct"),
        (
            "numbers wrong",
            "I am sorry for that, … Nobody has  pocketed",
            ["I am sorry for that,", "Nobody has pocketed"],
            ["I am sorry for that,", "Nobody has pocketed"],
            "direct",
        ),
        ("disaster", "“a disaster for every", ["“a disaster for every"], ["a disaster for every"], "direct"),
        ("disaster", "called the plan “a disaster", ["called the plan “a disaster"], ["a disaster"], "mixed"),
        ("finished by 2028", "the wall would be finished", ["the wall would be finished"], [], "indirect"),
        ("finished by 2028", "by 2028.\n\nFishermen fear", ["by 2028.", "Fishermen fear"], [], "indirect"),
    ],
)  # fmt: skip
def test_quote_begins_and_ends_where_the_article_has_the_words(
    of: str, words: str, pieces: list[str], quoted: list[str], kind: str
) -> None:
    quote = quote_about(of)
    corrected = correct(BRIEF, Correction(Mistake.WRONG_WORDS, quote, words))

    now = next(one for one in corrected.quotes if one.id == quote)
    assert [passage.text for passage in now.content] == pieces
    assert [passage.text for passage in now.quoted] == quoted
    assert now.type == kind
    for passage in (*now.content, *now.quoted):
        assert corrected.article.text[passage.start : passage.end] == passage.text
    assert speaker_of(corrected, quote) == speaker_of(BRIEF, quote)
    assert Brief.model_validate_json(corrected.model_dump_json()) == corrected


@pytest.mark.parametrize(
    "words",
    ["We got the figures wrong", "", "…", "Fishermen fear the delay.", "We got … Fishermen fear the delays", ".*"],
)
def test_words_that_do_not_stand_where_the_quote_is_are_refused(words: str) -> None:
    with pytest.raises(CannotCorrect, match="do not stand in the article where this quote is"):
        correct(BRIEF, Correction(Mistake.WRONG_WORDS, quote_about("numbers wrong"), words))


@pytest.mark.parametrize(
    ("correction", "told"),
    [
        (Correction(Mistake.WRONG_SPEAKER, "q99", None), "no quote q99"),
        (Correction(Mistake.NOT_A_QUOTE, "c1"), "no quote c1"),
        (Correction(Mistake.WRONG_CLAIM, "q1"), "no claim q1"),
        (Correction(Mistake.WRONG_SPEAKER, "q1", "Ada Lovelace"), "“Ada Lovelace” does not stand in the article"),
    ],
)
def test_correction_that_fits_nothing_is_told(correction: Correction, told: str) -> None:
    with pytest.raises(CannotCorrect, match=told):
        correct(BRIEF, correction)


# As it is kept ---------------------------------------------------------------------------------------------


@pytest.fixture
async def archive(url: str) -> AsyncIterator[Archive]:
    async with open_archive(url) as opened:
        await opened.search.turn_on(HOME)
        yield opened


async def keep(archive: Archive, brief: Brief = BRIEF, *, workspace: str = HOME) -> str:
    key = datetime.now(UTC).isoformat()
    request = await archive.requests.accept(Ask(workspace, "slack", key, "U1", {}, (Wanted(link="https://a.example"),)))
    assert request is not None
    return (await archive.briefs.keep(workspace, request.items[0].id, brief)).id


@pytest.mark.anyio
async def test_correction_is_kept_with_who_when_before_and_after(archive: Archive) -> None:
    brief_id, quote = await keep(archive), quote_about("numbers wrong")
    corrected = await archive.corrections.make(
        HOME, brief_id, "U7", Correction(Mistake.WRONG_SPEAKER, quote, "Tomas Reyl")
    )
    await archive.corrections.make(HOME, brief_id, "U8", Correction(Mistake.NOT_A_QUOTE, quote))

    first, second = await Records(archive).corrections(HOME)
    assert (first["who"], first["before"], first["after"]) == ("U7", "Maren Holt", "Tomas Reyl")
    assert (second["who"], second["mistake"], second["after"]) == ("U8", "not-a-quote", None)
    assert (
        "got the numbers wrong"
        in str(second["before"])
        == str(first["words"]).replace(str(first["words"]), str(second["words"]))
    )
    assert datetime.fromisoformat(str(first["at"])) <= datetime.fromisoformat(str(second["at"])) <= datetime.now(UTC)
    assert speaker_of(corrected, quote) == "Tomas Reyl"
    assert quote not in [one.id for one in (await archive.briefs.get(HOME, brief_id)).quotes]
    assert (await archive.audit.verify(HOME)).faults == ()
    assert [entry.action for entry in await archive.audit.entries(HOME)][-2:] == ["corrected", "corrected"]


@pytest.mark.anyio
async def test_search_finds_what_was_corrected_and_not_what_was_wrong(archive: Archive) -> None:
    brief_id, quote = await keep(archive), quote_about("numbers wrong")
    await archive.corrections.make(HOME, brief_id, "U7", Correction(Mistake.WRONG_SPEAKER, quote, "Tomas Reyl"))

    assert await archive.search.find(HOME, Question("numbers", speaker="holt")) == []
    assert [hit.ref for hit in await archive.search.find(HOME, Question("numbers", speaker="reyl"))] == [quote]


@pytest.mark.anyio
async def test_correction_survives_another_reading_of_the_article_in_its_workspace(archive: Archive) -> None:
    quote = quote_about("numbers wrong")
    brief_id = await keep(archive)
    await archive.corrections.make(HOME, brief_id, "U7", Correction(Mistake.WRONG_SPEAKER, quote, "Tomas Reyl"))
    await archive.corrections.make(HOME, brief_id, "U7", Correction(Mistake.NOT_A_QUOTE, quote_about("disaster")))
    await archive.corrections.make(HOME, brief_id, "U7", Correction(Mistake.WRONG_CLAIM, "c2"))

    # The next version of this program finds one thing less, so that everything has another number.
    analysis = an_analysis()
    speakers = tuple(
        replace(one, attributions=tuple(n - 1 for n in one.attributions if n)) for one in analysis.speakers
    )
    claims = tuple(
        replace(one, attribution=None if one.attribution is None else max(one.attribution - 1, 0))
        for one in analysis.claims
    )
    less = replace(analysis, attributions=analysis.attributions[1:], speakers=speakers, claims=claims[::-1])
    later = await archive.briefs.get(HOME, await keep(archive, write_brief(an_article(), less)))

    moved = quote_about("numbers wrong", later)
    assert moved != quote
    assert speaker_of(later, moved) == "Tomas Reyl"
    assert not [one for one in later.quotes if "disaster" in str(one.content)]
    assert len(later.claims) == len(BRIEF.claims) - 1
    elsewhere = await archive.briefs.get("slack:T2", await keep(archive, workspace="slack:T2"))
    assert elsewhere == BRIEF


@pytest.mark.anyio
async def test_correction_of_what_is_another_workspaces_is_refused(url: str, archive: Archive) -> None:
    brief_id = await keep(archive)
    before = rows(url)
    with pytest.raises(BriefNotFound):
        await archive.corrections.make("slack:T2", brief_id, "U7", Correction(Mistake.NOT_A_QUOTE, "q1"))
    with pytest.raises(CannotCorrect):
        await archive.corrections.make(HOME, brief_id, "U7", Correction(Mistake.NOT_A_QUOTE, "q99"))
    assert rows(url) == before


@pytest.mark.anyio
async def test_message_that_was_posted_is_edited_and_nothing_is_read_again(tmp_path: Path) -> None:
    async with open_archive(f"sqlite+aiosqlite:///{tmp_path}/archive.sqlite3") as archive:
        desk, thread = QuickDesk(archive), Thread()
        working = asyncio.create_task(desk.work({"chat": thread}))
        await desk.accept(ask(Wanted(link="https://post.example/harbour")))
        await asyncio.wait_for(thread.closed.wait(), PATIENCE)
        (item,) = thread.items
        assert thread.answers == {item.id: BRIEF}

        thread.closed.clear()
        asked = Correct(Correction(Mistake.NOT_A_QUOTE, "q1"), item.brief or "")
        await desk.carry_out(asked, Person("chat:T1", "U7"))
        corrected = await desk.recall("chat:T1", item.brief or "")
        await asyncio.wait_for(thread.closed.wait(), PATIENCE)
        assert thread.answers == {item.id: corrected}
        assert corrected != BRIEF
        assert len(desk.read) == 1
        working.cancel()
        await asyncio.gather(working, return_exceptions=True)


def test_those_who_may_be_the_right_speaker_are_the_doubtful_one_the_speakers_and_who_is_mentioned() -> None:
    brief = a_brief()
    assert candidates(brief, "q2") == ["the town council", "Tomas Reyl"]

    wall = (
        brief.quotes[4]
        .content[0]
        .model_copy(update={"text": "Fishermen", "start": brief.article.text.index("Fishermen")})
    )
    wall = wall.model_copy(update={"end": wall.start + len("Fishermen")})
    quotes = [one.model_copy(update={"candidate": [wall]}) if one.id == "q5" else one for one in brief.quotes]
    assert candidates(brief.model_copy(update={"quotes": quotes}), "q5") == [
        "Fishermen",
        "Maren Holt",
        "the town council",
        "Tomas Reyl",
    ]


def test_of_a_quote_that_is_not_there_nobody_can_be_the_speaker() -> None:
    with pytest.raises(CannotCorrect, match="no quote q99"):
        candidates(a_brief(), "q99")


def test_a_choice_means_the_same_person_after_another_correction() -> None:
    """By his place in the list, it would now mean the next one."""
    offered = candidates(a_brief(), "q2")
    since = correct(a_brief(), Correction(Mistake.WRONG_SPEAKER, "q2", offered[0]))

    assert [name_of(since, "q2", key_of(name)) for name in offered] == offered
    assert candidates(since, "q2") != offered


def test_a_choice_of_somebody_who_is_not_to_be_had_any_more_is_refused() -> None:
    with pytest.raises(CannotCorrect, match="since you began"):
        name_of(a_brief(), "q2", key_of("Nobody Known"))
