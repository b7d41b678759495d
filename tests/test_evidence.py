from __future__ import annotations

from urllib.parse import unquote

import pytest

from bot.evidence import page_address, text_fragment_link
from tests.fakes import a_brief

PAGE = "https://post.example/harbour"


def test_short_passage_is_named_in_full() -> None:
    assert text_fragment_link(PAGE, "Fishermen fear the delay.") == f"{PAGE}#:~:text=Fishermen%20fear%20the%20delay."


def test_long_passage_is_named_by_its_first_and_last_words() -> None:
    passage = "one two three four five six seven eight nine ten eleven twelve"

    link = text_fragment_link(PAGE, passage)

    assert link == f"{PAGE}#:~:text=one%20two%20three%20four%20five,eight%20nine%20ten%20eleven%20twelve"


def test_passage_over_two_paragraphs_is_named_by_its_edges() -> None:
    """A browser finds the words of one directive within one paragraph only."""
    assert text_fragment_link(PAGE, "We lost.\n\nWe paid.") == f"{PAGE}#:~:text=We%20lost.,We%20paid."


@pytest.mark.parametrize("character", ["-", ",", "&", "#", "“", " ", "é", "+"])
def test_characters_with_a_meaning_in_the_directive_are_encoded(character: str) -> None:
    link = text_fragment_link(PAGE, f"a{character}b")

    directive = link.partition(":~:text=")[2]
    assert character not in directive
    assert unquote(directive) == f"a{character}b"


def test_fragment_of_the_link_is_kept() -> None:
    assert text_fragment_link(f"{PAGE}#live", "No one") == f"{PAGE}#live:~:text=No%20one"


def test_passage_that_the_link_names_is_replaced() -> None:
    assert text_fragment_link(f"{PAGE}#:~:text=other", "No one") == f"{PAGE}#:~:text=No%20one"


def test_line_breaks_and_runs_of_blanks_are_one_blank() -> None:
    assert text_fragment_link(PAGE, "  No \t one ") == f"{PAGE}#:~:text=No%20one"


def test_passage_without_words_links_to_the_page() -> None:
    assert text_fragment_link(PAGE, " ") == PAGE


@pytest.mark.parametrize(
    ("canonical", "asked", "address"),
    [
        (PAGE, "https://short.example/x", PAGE),
        ("javascript:alert(1)", PAGE, PAGE),
        (None, PAGE, PAGE),
        ("/harbour", None, None),
        (None, None, None),
    ],
)
def test_page_address_is_a_web_address_or_none(canonical: str | None, asked: str | None, address: str | None) -> None:
    card = a_brief().article.model_copy(update={"canonical_url": canonical, "url": asked})

    assert page_address(card) == address
