"""Whose story it was first, and whether two texts are one story."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.brief import write_brief
from bot.extract.extract import extract_text
from bot.extract.origin import NEAR, find_origin, fingerprint, is_same_story, resemblance
from bot.models import Article, Dropped, Origin, Page
from tests.fakes import STORY, an_analysis, an_article

NOW = datetime(2026, 3, 18, 9, 30, tzinfo=UTC)
OTHER = """\
The harbour board of Northmouth voted on Monday to build a wall of its own, and named no price for it. Its chair, Lena
Brook, told reporters that engineers would look at three designs before the summer, one of them with a walkway on top.
Fishermen there asked for a lower wall, which lets small boats pass, and for a berth that stays dry in winter storms.
The town has put aside money from last year's tolls, she said, and will ask the county for the rest of it in May."""


def credited(line: str, *, outlet: str | None = "The Ellery Post", reason: str = "credit line") -> list[str]:
    article = replace(an_article(), outlet=outlet, dropped=(Dropped(reason, line),))
    return [origin.name for origin in find_origin(article).origins]


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("via newsmax", "newsmax"),
        ("Source: Northmouth Press", "Northmouth Press"),
        ("Courtesy of the Northmouth Press", "the Northmouth Press"),
        ("This article originally appeared on Northmouth Press.", "Northmouth Press"),
        ("This story was originally published by the Northmouth Press on March 3.", "the Northmouth Press"),
        ("Originally published in Northmouth Press and is republished here with its permission.", "Northmouth Press"),
        ("The post Harbour wall will cost twice as much appeared first on Northmouth Press.", "Northmouth Press"),
        ("Republished from Northmouth Press", "Northmouth Press"),
        ("Reporting by Reuters", "Reuters"),
        ("With inputs from PTI", "PTI"),
        ("— AFP", "AFP"),
    ],
)
def test_credit_line_names_the_origin(line: str, name: str) -> None:
    assert credited(line) == [name]


@pytest.mark.parametrize(
    "line",
    [
        "Reporting by Ida Quill; Editing by Jo Berg",
        "Photo credit: Northmouth Press",
        "Image: Northmouth Press",
        "Source: The Ellery Post",
        "via Ellery Post",
        "Editing by Jo Berg",
    ],
)
def test_reporters_pictures_and_the_outlet_itself_are_no_origin(line: str) -> None:
    assert credited(line) == []


def test_agency_in_the_byline_or_the_dateline_is_the_origin() -> None:
    assert credited("By Reuters", reason="byline and date") == ["Reuters"]
    assert credited("By Ida Quill", reason="byline and date") == []
    story = STORY.partition("\n\n")[2]
    article = extract_text(f"PORT ELLERY, Northmouth (AP) — {story}")
    assert [origin.name for origin in find_origin(article).origins] == ["AP"]


def test_credit_line_of_a_pasted_text_is_found() -> None:
    article = find_origin(extract_text(f"{STORY}\n\nThis article was originally published by the Northmouth Press."))
    assert article.origins == (Origin("the Northmouth Press"),)


def a_page(link: str, url: str = "https://www.copy.example/harbour") -> Page:
    return Page(url, url, f"<html><head>{link}</head></html>".encode(), "text/html", None, NOW)


@pytest.mark.parametrize(
    "link",
    [
        '<link rel="canonical" href="https://www.post.example/harbour">',
        "<link href='https://www.post.example/harbour' rel='canonical' />",
        "<LINK REL=canonical HREF=https://www.post.example/harbour>",
        '<link rel="stylesheet" href="/a.css"><link rel="canonical" href="//www.post.example/harbour">',
    ],
)
def test_canonical_link_to_another_site_names_the_origin(link: str) -> None:
    origins = find_origin(an_article(), a_page(link)).origins
    assert origins == (Origin("post.example", "https://www.post.example/harbour"),)


@pytest.mark.parametrize(
    "link",
    [
        "",
        '<link rel="canonical" href="/harbour">',
        '<link rel="canonical" href="https://m.copy.example/harbour">',
        '<link rel="canonical" href="https://post.example/">',
        '<link rel="canonical" href="app://post.example/harbour">',
        '<link rel="canonical" href="http://[x/harbour">',
        '<link rel="canonical">',
    ],
)
def test_canonical_link_within_the_site_names_no_origin(link: str) -> None:
    assert find_origin(an_article(), a_page(link)).origins == ()


def test_brief_notes_whose_story_it_was() -> None:
    origins = (Origin("Newsmax"), Origin("post.example", "https://post.example/harbour"))
    brief = write_brief(replace(an_article(), origins=origins, fingerprint="0a"), an_analysis())
    noted = [note.text for note in brief.notes if note.code == "republished"]
    assert noted == ["Credited to Newsmax.", "The page names post.example as the original."]
    assert brief.article.fingerprint == "0a"


# Fingerprints ---------------------------------------------------------------------------------------------


def edited(text: str, share: float, seed: int) -> str:
    """Change that *share* of the words: leave out, replace, insert."""
    chance, words = random.Random(seed), []  # noqa: S311
    for word in text.split():
        kind = chance.random() / share
        words += [] if kind < 1 / 3 else ["gull"] if kind < 2 / 3 else [word, "gull"] if kind < 1 else [word]
    return " ".join(words)


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("text", [STORY, OTHER, f"{STORY} {OTHER}"], ids=["story", "other", "long"])
def test_story_edited_by_a_tenth_is_the_same_story(text: str, seed: int) -> None:
    assert is_same_story(fingerprint(text), fingerprint(edited(text, 0.1, seed)))


def test_other_story_on_the_same_topic_is_another() -> None:
    assert resemblance(fingerprint(STORY), fingerprint(OTHER)) < NEAR / 4


def test_layout_case_and_marks_do_not_matter() -> None:
    assert fingerprint(STORY) == fingerprint(STORY.upper().replace("\n\n", " ").replace(",", " –"))


@given(st.text(), st.text())
def test_resemblance_is_a_share_and_the_same_from_both_sides(one: str, other: str) -> None:
    first, second = fingerprint(one), fingerprint(other)
    assert 0 <= resemblance(first, second) == resemblance(second, first) <= 1
    assert resemblance(first, first) == 1


def test_article_keeps_what_it_had() -> None:
    article: Article = find_origin(an_article())
    assert replace(article, origins=(), fingerprint=None) == an_article()
    assert len(article.fingerprint or "") <= 512
