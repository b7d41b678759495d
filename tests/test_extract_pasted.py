"""Pasted text in, articles or named refusals out."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bot.errors import NotEnglish, TooShort
from bot.extract.extract import extract_text
from bot.models import Article

TITLE = "Harbour wall will cost twice as much, council admits"
FIRST = (
    "The new harbour wall in Port Ellery will cost 48 million pounds, twice the sum that voters were told in 2024, the "
    "town council admitted on Tuesday."
)
SECOND = (
    "“We got the numbers wrong, and I am sorry for that,” said Maren Holt, the council’s finance chief. “Nobody has "
    "pocketed a penny.”"
)
THIRD = "She added that the wall would be finished by 2028."
STORY = [TITLE, FIRST, SECOND, THIRD]

WRAPPED = """\
Harbour wall will cost twice as much, council admits

The new harbour wall in Port Ellery will cost 48 million pounds, twice
the sum that voters were told in 2024, the town council admitted on
Tuesday.

“We got the numbers wrong, and I am sorry for that,” said Maren Holt,
the council’s finance chief. “Nobody has pocketed a penny.”

She added that the wall would be finished by 2028.
"""


def paragraphs(article: Article) -> list[str]:
    return [span.of(article.text) for span in article.paragraphs]


@pytest.mark.parametrize(
    "text",
    [
        "\n\n".join(STORY),
        "\n".join(STORY),
        "\r\n\r\n".join(STORY),
        "\r".join(STORY),
        "\ufeff" + " \n \t\n\n".join(STORY) + "\n\n\n",
        "\n\n".join(f"> {paragraph}" for paragraph in STORY),
        "\n\n".join(paragraph.replace("wall", "wa\u200bll").replace(" the ", "\u00a0the  ") for paragraph in STORY),
        WRAPPED,
        WRAPPED.replace("\n", "\r\n"),
        "\n".join(f"> {line}" for line in WRAPPED.split("\n")),
    ],
    ids=[
        "blank lines",
        "single breaks",
        "windows",
        "old mac",
        "bom",
        "quoted",
        "invisible",
        "wrapped",
        "wrapped, windows",
        "wrapped, quoted",
    ],
)
def test_paragraphs_are_the_same_however_the_text_was_pasted(text: str) -> None:
    article = extract_text(text)
    assert paragraphs(article) == STORY
    assert article.title == TITLE


def test_lines_of_a_list_stay_apart() -> None:
    items = ["the price of steel", "a second survey of the sea bed", "work lost in two storms", "a strike in May"]
    assert (
        paragraphs(extract_text("\n".join([*STORY, "The council listed four causes:", *items, THIRD])))[-5:-1] == items
    )


def test_word_wrapped_at_its_hyphen_keeps_it() -> None:
    wrapped = WRAPPED.replace(
        "numbers wrong, and I am sorry for that,” said Maren Holt,\n",
        "numbers wrong, and I am sorry for it,” said the well-\nknown ",
    )
    assert "the well-known the council" in extract_text(wrapped).text


@pytest.mark.parametrize("first", [FIRST, "Council admits.", "The wall:"])
def test_sentence_is_no_headline(first: str) -> None:
    assert extract_text("\n\n".join([first, SECOND, FIRST, THIRD])).title is None


def test_byline_and_date_under_the_headline_are_no_text() -> None:
    article = extract_text("\n\n".join([TITLE, "By Ida Quill and Tomas Reyl", "March 17, 2026", FIRST, SECOND, THIRD]))
    assert paragraphs(article) == STORY
    assert article.byline == "Ida Quill and Tomas Reyl"


def test_headline_is_found_below_what_was_copied_from_above_it() -> None:
    article = extract_text("\n".join(["Skip to content", "Menu", "Share", *STORY]))
    assert paragraphs(article) == STORY
    assert article.title == TITLE


@pytest.mark.parametrize(
    ("reason", "furniture"),
    [
        ("comment form", "Leave a Reply"),
        ("comment form", "Please enter your comment!"),
        ("comment form", "Save my name, email, and website in this browser for the next time I comment."),
        ("newsletter plea", "Subscribe Today"),
        ("newsletter plea", "Sign up for our free newsletter and get the news in your inbox every morning."),
        ("newsletter plea", "Newsletter"),
        ("subscription plea", "If you value our journalism, please become a supporter."),
        ("share bar", "Share on Facebook"),
        ("share bar", "Facebook Twitter WhatsApp"),
        ("share bar", "Click to share on X (Opens in new window)"),
        ("share bar", "Follow us on Instagram"),
        ("related links", "Latest News"),
        ("related links", "Most Read"),
        ("related links", "You may also like"),
        ("related links", "More from Harbour"),
        ("related links", "Read more: Storm tore holes into the quay"),
        ("advertisement", "Advertisement"),
        ("advertisement", "Story continues below advertisement"),
        ("cookie notice", "We use cookies to make this site better for you."),
        ("copyright line", "© 2026 The Ellery Post"),
        ("copyright line", "Copyright 2026 Ellery Post Ltd. All rights reserved."),
        ("credit line", "via northmouthpress"),
        ("credit line", "Source: Northmouth Press"),
        ("credit line", "Reporting by Ida Quill; Editing by Jo Berg"),
        ("credit line", "This article was originally published by the Northmouth Press."),
        ("navigation", "Tags: harbour, council"),
    ],
)
def test_furniture_below_the_story_is_cut_and_named(reason: str, furniture: str) -> None:
    article = extract_text("\n\n".join([*STORY, furniture]))
    assert paragraphs(article) == STORY
    assert [(drop.reason, drop.text) for drop in article.dropped] == [(reason, furniture)]


def test_titles_under_a_list_heading_are_cut_with_it() -> None:
    article = extract_text(
        "\n".join([*STORY, "Related Articles", "Lighthouse café to close", "In pictures: herring fair", "Home"])
    )
    assert paragraphs(article) == STORY


def test_readers_comments_are_cut() -> None:
    article = extract_text(
        "\n\n".join([*STORY, "2 Comments", "Jo says:", "I told you so. This wall was never going to be cheap."])
    )
    assert paragraphs(article) == STORY


@pytest.mark.parametrize(
    "sentence",
    [
        "“Please enter your comment!” is all that the council’s site says to those who complain.",
        "“Subscribe today,” he said.",
        "“Advertisement”",
        "Share prices of the builder fell by 8 per cent on Tuesday.",
        "Follow the money, she said, and you will find the harbour board.",
        "More from the harbour fund was spent on steel than on stone.",
        "Comment was not to be had from the builder on Tuesday.",
        "Copyright was not the issue.",
        "Sources close to the council said the sum could rise again.",
        "Read the small print, she said.",
        "The vote is on 2 April.",
    ],
)
@pytest.mark.parametrize("place", [2, 4])
def test_sentence_of_the_story_is_never_cut(sentence: str, place: int) -> None:
    story = [*STORY[:place], sentence, *STORY[place:]]
    assert paragraphs(extract_text("\n\n".join(story))) == story


def test_too_little_is_refused() -> None:
    with pytest.raises(TooShort, match="18 words"):
        extract_text("The wall is late. Nobody on the council knows why that is, or will say so. Subscribe today")


def test_other_language_is_refused() -> None:
    with pytest.raises(NotEnglish, match="German"):
        extract_text(
            "Die neue Hafenmauer in Port Ellery kostet 48 Millionen Pfund und damit doppelt so viel wie geplant. " * 4
        )


def test_reference_article_is_read_verbatim_without_its_furniture(shared: Path) -> None:
    pasted = (shared / "data" / "reference" / "article.txt").read_text(encoding="utf-8")
    expected = json.loads((shared / "data" / "reference" / "expected.json").read_text(encoding="utf-8"))
    article = extract_text(pasted)
    assert article.title == expected["title"]
    for furniture in expected["furniture"]:
        assert furniture not in article.text
        assert any(furniture in drop.text for drop in article.dropped)
    story = [line.strip() for line in pasted.split("via newsmax")[0].replace("\u00a0", " ").split("\n") if line.strip()]
    assert paragraphs(article) == story
    for trap in expected["verbatim_traps"]:
        assert trap in article.text
    assert ("credit line", "via newsmax") in [(drop.reason, drop.text) for drop in article.dropped]
