"""What the reader of a brief must know."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from spacy.tokens import Doc
from spacy.vocab import Vocab

from bot.analyse.notes import PLAIN_READING, find_notes
from bot.models import Note
from bot.wording import UNCONFIRMED
from tests.reading import article


def notes(text: str, published: date | None = None, *, sure: bool = False) -> list[Note]:
    doc = Doc(Vocab(), words=[text], spaces=[False])  # notes read the words alone
    return find_notes(doc, replace(article(text), published=published, published_sure=sure))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("The wall fell on Saturday.", "Saturday"),
        ("The wall fell last Saturday.", "last Saturday"),
        ("The wall will fall next week.", "next week"),
        ("Yesterday the wall fell.", "Yesterday"),
        ("Last week 40 boats left.", "Last week"),
        ("On Friday Mayor Cole spoke.", "Friday"),
        ("On Monday 12 men came.", "Monday"),
    ],
)
def test_day_without_a_date_is_named(text: str, words: str) -> None:
    undated, _ = notes(text)

    assert undated.code == "undated"
    assert undated.text == f"“{words}” has no date in the text."
    assert undated.span is not None
    assert undated.span.of(text) == words


@pytest.mark.parametrize(
    "text",
    [
        "The wall fell on Tuesday, March 17.",
        "The wall fell on Tuesday, 17 March 2026.",
        "The wall fell on Friday 3 April.",
        "The wall fell on Friday, Apr. 3.",
        "The wall fell on Monday the 2nd.",
        "The wall fell on Monday 2026-03-16.",
        "The wall fell in March 2026.",
        "The Saturdays of our lives.",
    ],
)
def test_dated_day_is_not_noted(text: str) -> None:
    assert notes(text) == [PLAIN_READING]


def test_days_are_named_once_each_and_no_more_than_four() -> None:
    undated, _ = notes("On Monday, on Monday, Tuesday, Friday, yesterday, today, tomorrow and last year.")

    assert undated.text == "“Monday”, “Tuesday”, “Friday”, “yesterday” and 3 more have no dates in the text."


def test_articles_date_helps_to_place_the_day() -> None:
    undated, _ = notes("The wall fell on Saturday.", date(2026, 3, 17), sure=True)

    assert undated.text == "“Saturday” has no date in the text; the article is of 2026-03-17."


def test_articles_date_that_is_not_sure_says_so_in_the_words_of_the_brief() -> None:
    undated, _ = notes("The wall fell on Saturday.", date(2026, 3, 17))

    assert undated.text.endswith(f"; the article is of 2026-03-17 {UNCONFIRMED}.")


def test_plain_reading_says_so() -> None:
    (plain,) = notes("The wall fell.")

    assert (plain.code, plain.span) == ("plain-reading", None)
    assert "can be wrong" in plain.text
