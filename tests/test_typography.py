"""What of a text is shown, and how it is cut."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.typography import CUT, closing, cut, plain, with_marks_closed

WORDS = st.text(st.sampled_from("ab “”‘’\"'.,é🙂"), max_size=80)


@pytest.mark.parametrize(
    ("text", "limit", "expected"),
    [
        ("short", 10, "short"),
        ("said: “We lost. But nobody was ever at risk.”", 34, "said: “We lost.” […]"),
        ("said: “We told Dr. Holt it was lost.”", 34, "said: “We told Dr. Holt it” […]"),
        ("a harbour wall and a ferry", 21, "a harbour wall […]"),
        ("said: “one two three four”", 24, "said: “one two” […]"),
        ("said: “he said “one two” and three”", 32, "said: “he said “one two”” […]"),
        ('said: "one two three four"', 24, 'said: "one two" […]'),
        ('a 5" pipe for one two three four', 24, 'a 5" pipe for one […]'),
        ("said: “extraordinarily”", 18, "said: […]"),
    ],
)
def test_cut_is_between_words_and_closes_the_marks_before_its_sign(text: str, limit: int, expected: str) -> None:
    assert cut(text, limit) == expected


@given(WORDS, st.integers(10, 60))
def test_what_is_cut_fits_and_is_the_beginning_of_the_text(text: str, limit: int) -> None:
    shown = cut(text, limit)
    assert len(shown) <= limit
    assert text.startswith(shown.removesuffix(CUT).rstrip('”"'))


@given(st.lists(st.text(st.sampled_from("ab “”"), min_size=1, max_size=20), min_size=1, max_size=5))
def test_pieces_of_a_text_are_balanced_each(pieces: list[str]) -> None:
    for piece in with_marks_closed(pieces):
        assert closing(piece) == "" or piece.count("“") > 2


def test_characters_that_cannot_be_seen_are_left_out() -> None:
    assert plain("a\u202eb\u2066c\u200bd\ufeffe\x00f\n\tg\ue000") == "abcdef g"
    assert plain("👩\u200d🚒") == "👩\u200d🚒"


@given(st.text())
def test_no_text_brings_control_characters_along(text: str) -> None:
    assert not re.search(r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]", plain(text))
