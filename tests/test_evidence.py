from __future__ import annotations

from urllib.parse import unquote

import pytest

from bot.brief import ArticleCard, DroppedText, Passage
from bot.evidence import PublishersPage, page_address, publishers_page
from tests.fakes import a_brief, span

PAGE = "https://post.example/harbour"


def an_article(text: str, *dropped: str) -> ArticleCard:
    cards = [DroppedText(reason="menu", text=words) for words in dropped]
    return a_brief().article.model_copy(update={"text": text, "dropped": cards})


def link(words: str, text: str = "", *, nth: int = 0, url: str = PAGE, dropped: str = "") -> str:
    """Return the link to the *nth* place of *words* in *text*, which is only these if there is no other."""
    text = text or words
    at = span(words, text, nth)
    passage = Passage(text=words, start=at.start, end=at.end, paragraph=1)
    return PublishersPage(url, an_article(text, *filter(None, [dropped]))).at(passage)


def directive(words: str, text: str = "", **where: object) -> str:
    return unquote(link(words, text, **where).partition(":~:text=")[2])  # type: ignore[arg-type]


def test_short_passage_is_named_in_full() -> None:
    assert link("Fishermen fear the delay.") == f"{PAGE}#:~:text=Fishermen%20fear%20the%20delay."


def test_long_passage_is_named_by_its_first_and_last_words() -> None:
    passage = "one two three four five six seven eight nine ten eleven twelve"

    assert link(passage) == f"{PAGE}#:~:text=one%20two%20three%20four%20five,eight%20nine%20ten%20eleven%20twelve"


def test_passage_over_two_paragraphs_is_named_by_its_edges() -> None:
    """A browser finds the words of one directive within one paragraph only."""
    assert link("We lost.\n\nWe paid.") == f"{PAGE}#:~:text=We%20lost.,We%20paid."


@pytest.mark.parametrize("character", ["-", ",", "&", "#", "“", " ", "é", "+"])
def test_characters_with_a_meaning_in_the_directive_are_encoded(character: str) -> None:
    encoded = link(f"a{character}b").partition(":~:text=")[2]
    assert character not in encoded
    assert unquote(encoded) == f"a{character}b"


def test_fragment_of_the_link_is_kept() -> None:
    assert link("No one", url=f"{PAGE}#live") == f"{PAGE}#live:~:text=No%20one"


def test_passage_that_the_link_names_is_replaced() -> None:
    assert link("No one", url=f"{PAGE}#:~:text=other") == f"{PAGE}#:~:text=No%20one"


def test_line_breaks_and_runs_of_blanks_are_one_blank() -> None:
    assert link("No \t one") == f"{PAGE}#:~:text=No%20one"


def test_passage_without_words_links_to_the_page() -> None:
    assert PublishersPage(PAGE, an_article(" ")).at(Passage(text=" ", start=0, end=1, paragraph=1)) == PAGE


# Words that stand twice -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "nth", "told"),
    [
        ("Holt said no. Reyl said no again.", 0, "said no"),
        ("Holt said no. Reyl said no again.", 1, "no. Reyl-,said no"),
        ("Holt SAID NO. Reyl said no again.", 0, "NO. Reyl-,said no"),  # browsers look for neither case
        ("He sàid no. Reyl said no.", 0, "no. Reyl-,said no"),  # nor accents
        ("Aforesaid nobody. Reyl said no.", 0, "said no"),  # but for whole words
        ("Holt said no.\n\nsaid no again.", 1, "said no,-again."),  # nothing stands before it
    ],
)
def test_words_that_stand_earlier_are_named_with_those_around_them(text: str, nth: int, told: str) -> None:
    assert directive("said no", text, nth=nth) == told


def test_words_of_what_was_dropped_from_the_page_are_taken_for_earlier_ones() -> None:
    text = "Holt said no."
    assert directive("said no", text, dropped="Reyl said no.") == "Holt-,said no"


def test_edges_of_a_long_passage_grow_until_they_are_found_there_alone() -> None:
    words = " ".join(f"w{n}" for n in range(20))
    earlier = "w0 w1 w2 w3 w4 and then w15 w16 w17 w18 w19."
    assert (
        directive(words, f"{earlier} {words}")
        == "w0 w1 w2 w3 w4 w5 w6 w7 w8 w9,w10 w11 w12 w13 w14 w15 w16 w17 w18 w19"
    )


def test_end_of_a_long_passage_is_not_found_too_early() -> None:
    words = "We know what we owe the town, and we owe it all right here, yes, we owe it all right here"
    told = directive(words, f"{words} and now.")
    assert told == "We know what we owe the town, and we owe,all right here, yes, we owe it all right here"


def test_paragraph_that_stands_twice_is_named_with_its_neighbours() -> None:
    assert directive("No.", "No.\n\nHe left.\n\nNo.\n\nShe stayed.", nth=1) == "He left.-,No."


def test_passage_that_nothing_tells_from_another_is_named_plainly() -> None:
    assert directive("No", "No " * 60, nth=30) == "No"


# The page's address ---------------------------------------------------------------------------------------


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
    assert (publishers_page(card) is None) == (address is None)
