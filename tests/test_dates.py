"""The days, months and years of an article, one entry each."""

from __future__ import annotations

import pytest
import spacy
from spacy.tokens import Doc, Span

from bot.analyse.dates import find_dates
from bot.analyse.pipeline import Pipeline
from tests.reading import read

ENGLISH = spacy.blank("en")


def dated(text: str, *words: str) -> Doc:
    """Return *text* with *words* as its dates."""
    doc = ENGLISH(text)
    spans = []
    for one in words:
        start = text.index(one, spans[-1].end_char if spans else 0)
        span = doc.char_span(start, start + len(one), label="DATE", alignment_mode="expand")
        assert isinstance(span, Span)
        spans.append(span)
    doc.set_ents(spans)
    return doc


def found(doc: Doc) -> dict[str, list[str]]:
    return {one.name.of(doc.text): [mention.of(doc.text) for mention in one.mentions] for one in find_dates(doc)}


@pytest.mark.parametrize("again", ["Sept. 26", "26 September", "September 26th", "2016-09-26", "the 26th of September"])
def test_a_day_is_one_however_written(again: str) -> None:
    doc = dated(f"They met on September 26, 2016. On {again} they left.", "September 26, 2016", again)
    assert found(doc) == {"September 26, 2016": ["September 26, 2016", again.removeprefix("the ")]}


def test_a_day_that_may_be_of_two_years_is_of_neither() -> None:
    dates = ("May 3, 2015", "May 3, 2016", "May 3")
    doc = dated("Of May 3, 2015 and May 3, 2016, he said that May 3 was better.", *dates)
    assert found(doc) == {date: [date] for date in dates}


@pytest.mark.parametrize("words", ["Monday", "last year", "two years", "a 30-day ban", "the 1990s", "Mayday"])
def test_what_names_no_day_month_or_year_is_left_out(words: str) -> None:
    assert found(dated(f"It was {words} then.", words)) == {}


def test_two_days_of_one_phrase_are_two() -> None:
    doc = dated("It lasted from May 3 to June 5, 2016 there.", "May 3 to June 5, 2016")
    assert found(doc) == {"May 3": ["May 3"], "June 5, 2016": ["June 5, 2016"]}


def test_dates_are_listed_with_what_else_is_named(pipeline: Pipeline) -> None:
    brief = read(pipeline, "The council of Port Ellery met on March 4, 2016. The bridge was built in 1904.")

    assert [entity.name for entity in brief.entities if entity.kind == "date"] == ["March 4, 2016", "1904"]
