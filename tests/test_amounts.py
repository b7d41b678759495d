"""Figures and dates as a program reads them, with the words that they stand in."""

from __future__ import annotations

from datetime import date

import pytest

from bot.analyse.amounts import find_amounts
from bot.analyse.pipeline import Pipeline

pytestmark = pytest.mark.model
MONDAY = date(2016, 9, 26)


def found(pipeline: Pipeline, text: str, published: date | None = MONDAY) -> list[tuple[str, str, str, str | None]]:
    return [
        (one.span.of(text), one.kind.value, one.value, one.unit)
        for one in find_amounts(pipeline.nlp(text)[:], published)
    ]


@pytest.mark.parametrize(
    ("words", "kind", "value", "unit"),
    [
        ("$1.1 billion", "sum", "1100000000", "USD"),
        ("$846.8million", "sum", "846800000", "USD"),
        ("48 million pounds", "sum", "48000000", "GBP"),
        ("two hundred dollars", "sum", "200", "USD"),
        ("€3.5m", "sum", "3500000", "EUR"),
        ("1.6 percent", "percentage", "1.6", None),
        ("52%", "percentage", "52", None),
        ("1,704 boats", "number", "1704", None),
    ],
)
def test_figure_is_read(pipeline: Pipeline, words: str, kind: str, value: str, unit: str | None) -> None:
    ((where, *read),) = found(pipeline, f"The council of the town lost {words} there.")

    assert words.startswith(where)
    assert read == [kind, value, unit]


def test_number_in_words_is_read(pipeline: Pipeline) -> None:
    assert found(pipeline, "Twenty-nine people were injured.") == [("Twenty-nine", "number", "29", None)]


@pytest.mark.parametrize(
    ("words", "value"),
    [
        ("in 2012", "2012"),
        ("on Jan. 1, 2015", "2015-01-01"),
        ("last year", "2015"),
        ("12 years ago", "2004"),
        ("on Saturday", "2016-09-24"),
        ("on Monday", "2016-09-26"),
    ],
)
def test_date_is_read_as_far_as_it_is_known(pipeline: Pipeline, words: str, value: str) -> None:
    assert [one[2] for one in found(pipeline, f"The council sold the boats {words}.")] == [value]


def test_relative_date_needs_a_day_of_publication(pipeline: Pipeline) -> None:
    assert found(pipeline, "The council sold the boats on Saturday.", None) == []


@pytest.mark.parametrize("words", ["in the past nine elections", "this week", "at 8:30 p.m."])
def test_stretch_of_time_is_no_date(pipeline: Pipeline, words: str) -> None:
    assert not [one for one in found(pipeline, f"The council sold the boats {words}.") if one[1] == "date"]
