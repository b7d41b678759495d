# ruff: noqa: E501 - markup stays as sites send it
"""Pages without an article are refused by name; stories that look like them are read. All pages are made up."""

from __future__ import annotations

import pytest

from bot import errors
from bot.errors import NoArticle, PaywallStub, Refusal, ScriptShell
from bot.extract.extract import extract
from tests.refusals import checked, development, rechecked, stories
from tests.refusals.frame import TEASERS, Case, bare, broadsheet, linked_data, paragraphs

REFUSED = (*development.CASES, *checked.CASES, *rechecked.CASES)
STORY = (
    "Bakers in Northmouth went back to work on Thursday after two nights of strike. The guild said that its members "
    "would be paid a third more for the shift before dawn. “We are tired, but we are content,” said Alma Brandt, who "
    "speaks for the guild. The owners did not want to comment on the deal, which holds until next spring."
)
WALLS = sorted((kind for kind in NoArticle.__subclasses__()), key=lambda kind: kind.__name__)


def refused(case: Case) -> Refusal:
    with pytest.raises(Refusal) as caught:
        extract(case.page)
    return caught.value


@pytest.mark.parametrize("case", REFUSED, ids=lambda case: case.name)
def test_page_without_an_article_is_refused_by_name(case: Case) -> None:
    assert type(refused(case)) in case.kinds


@pytest.mark.parametrize("case", stories.CASES, ids=lambda case: case.name)
def test_story_that_looks_like_a_wall_is_read(case: Case) -> None:
    assert extract(case.page).words >= 40


def test_set_holds_every_kind_and_no_name_twice() -> None:
    kinds = {kind for case in REFUSED for kind in case.kinds}
    assert kinds >= {*WALLS, errors.PaywallStub, errors.TooShort, errors.NotText}
    assert len({case.name for case in (*REFUSED, *stories.CASES)}) == len(REFUSED) + len(stories.CASES) >= 110


@pytest.mark.parametrize("case", REFUSED, ids=lambda case: case.name)
def test_refusal_quotes_what_was_seen_and_says_what_to_do(case: Case) -> None:
    refusal = refused(case)
    assert any(word in str(refusal) for word in ("Paste", "paste"))
    if len(refusal.evidence) < errors.SHOWN_URL and not isinstance(refusal, errors.TooShort | errors.NotText):
        assert errors.shown(refusal.evidence) in str(refusal)


@pytest.mark.parametrize("kind", WALLS, ids=lambda kind: kind.__name__)
def test_each_wall_has_a_sentence_of_its_own(kind: type[NoArticle]) -> None:
    others = {str(other("seen")) for other in WALLS if other is not kind}
    assert str(kind("seen")) not in others | {str(NoArticle("seen"))}


@pytest.mark.parametrize("lang", ["de", "fr", "es"])
def test_wall_in_another_language_is_named_and_not_its_language(lang: str) -> None:
    cases = [case for case in REFUSED if isinstance(case.body, str) and f'lang="{lang}"' in case.body]
    assert len(cases) >= 3
    assert not any(isinstance(refused(case), errors.NotEnglish) for case in cases)


def test_teaser_is_never_read_for_the_story_whatever_stands_around_it() -> None:
    """The same two sentences, with ever more of a site around them."""
    teaser = f"<article><h1>Bakers end strike</h1>{paragraphs(STORY)}<p>Subscribe to continue reading.</p></article>"
    for body in (
        bare(teaser, title="Bakers"),
        broadsheet(teaser, title="Bakers"),
        broadsheet(teaser + teaser, title="x"),
    ):
        assert isinstance(refused(Case("teaser", body)), PaywallStub)


@pytest.mark.parametrize(
    "plea",
    [
        "Sign up to our newsletter to keep reading stories like this.",
        "Log in to comment on this story and read what others say.",
        "You have 2 free articles left this month.",
        "Become a member and support our reporters.",
    ],
)
def test_plea_below_a_whole_story_is_no_wall(plea: str) -> None:
    body = broadsheet(
        f"<article><h1>Bakers end strike</h1>{paragraphs(STORY, plea)}</article>", title="Bakers end strike"
    )
    assert STORY in extract(Case("plea", body).page).text


def test_free_story_is_read_although_the_wall_waits_for_the_next_visit() -> None:
    """Meters put the wall into every page, and show it to those who came too often."""
    whole = paragraphs(STORY, *(text for _, text in TEASERS[:6]))
    wall = "<div class='comments'><p>Be kind.</p><p>No replies yet.</p><p>Be the first.</p><p>Newest</p><p>Oldest</p></div><p>Subscribe to continue reading.</p>"
    body = bare(f"<article><h1>Bakers end strike</h1>{whole}</article>{wall}", title="Bakers end strike")
    assert extract(Case("meter", body).page).words > 150


def test_story_in_a_scripts_state_is_not_taken_for_text() -> None:
    """What a script holds may be another story, a draft, or behind a wall."""
    shell = next(case for case in development.SHELLS if case.name == "Next root with the story in its state")
    assert isinstance(refused(shell), ScriptShell)


def test_teasers_around_a_declared_article_are_not_its_text() -> None:
    body = broadsheet(
        "<article><h1>Bakers end strike</h1></article>",
        title="Bakers end strike",
        head=linked_data(headline="Bakers end strike"),
    )
    assert isinstance(refused(Case("empty", body)), Refusal)


@pytest.mark.parametrize(
    "line",
    [
        "we " * 900,
        "cookies, your " * 200,
        "this page " * 300,
        "subscribe to " * 300 + "x",
        "the rest of the " * 200,
        "you have not " * 200,
        "Access " + "denied " * 280,
        "€1 " * 600,
        "loading " * 200,
    ],
)
def test_patterns_do_not_run_away(line: str) -> None:
    """Phrases are looked for in what strangers wrote; each takes some milliseconds, and without bounds for ever."""
    body = bare(f"<h1>{line[:250]}</h1>" + f"<p>{line}</p>" * 100, title=line)
    try:
        extract(Case("nasty", body).page)
    except Refusal:
        return
