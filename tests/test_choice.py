"""The second opinion on what of a page is its story: a shipped model, on pages of our own."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.story import a_story
from bot.extract.blocks import Block
from bot.extract.choice import choose, features, probabilities
from bot.extract.extract import extract
from bot.models import Page

SENTENCE = "The council of Port Ellery said on Tuesday that work on the harbour wall, part {}, would go on in spring."
TEASER = (
    '<div class="card teaser"><a href="/t{0}"><h3>Another story from the coast, number {0}</h3></a><p>{1}</p></div>'
)


def paragraphs(first: int, last: int) -> str:
    return "".join(f"<p>{SENTENCE.format(number)} Nobody was hurt.</p>" for number in range(first, last))


def page(body: str) -> Page:
    html = f"<!doctype html><html lang=en><head><title>Harbour wall</title></head><body>{body}</body></html>"
    url = "https://post.example/wall"
    return Page(url, url, html.encode(), "text/html", "utf-8", datetime(2026, 3, 17, tzinfo=UTC))


def test_body_that_advertisements_part_into_containers_is_read_whole() -> None:
    """Whoever sums up the first third of a story misquotes the rest."""
    advert = '<div class="ad-slot">Advertisement</div>'
    chunks = advert.join(
        f'<div class="body__inner-container article-chunk">{paragraphs(n, n + 4)}</div>' for n in (0, 4, 8)
    )
    article = extract(page(f"<main><article><h1>Harbour wall goes on</h1>{chunks}</article></main>"))

    assert [number for number in range(12) if f"part {number}," not in article.text] == []


def test_long_story_is_read_to_its_end() -> None:
    """The model has seen marked texts that end early, and took what lies beyond for no part of the story."""
    told = a_story(10_000).split("\n\n")
    article = extract(page(f"<article>{''.join(f'<p>{one}</p>' for one in told)}</article>"))

    assert [one for one in told if one not in article.text] == []


def test_teasers_below_a_story_are_no_part_of_it() -> None:
    teasers = "".join(TEASER.format(number, "It happened far away.") for number in range(8))
    article = extract(
        page(
            f"<main><article><h1>Harbour wall goes on</h1>{paragraphs(0, 8)}</article>"
            f'<section class="related more-stories"><h2>More stories</h2>{teasers}</section></main>'
        )
    )

    assert "Another story" not in article.text
    assert article.text.count("part ") == 8


def test_nothing_taken_is_nothing_chosen() -> None:
    """Where the extractor finds no story at all, none is made up from blocks that look like one."""
    assert choose([Block(SENTENCE.format(1))], [False]).chosen == [False]


@given(
    st.lists(
        st.tuples(
            st.text(min_size=1, max_size=80),
            st.sampled_from(["p", "li", "h1", "div"]),
            st.floats(0, 1) | st.none(),
            st.text("abc -", max_size=20),
            st.booleans(),
        ),
        min_size=1,
        max_size=30,
    )
)
def test_any_page_gets_a_decision_on_each_block(rows: list[tuple[str, str, float | None, str, bool]]) -> None:
    blocks = [Block(text, tag, linked, within) for text, tag, linked, within, _ in rows]
    taken = [row[-1] for row in rows]
    seen = features(blocks, taken)

    assert seen.shape == (len(rows), 196)
    assert np.isfinite(seen).all()
    assert ((probabilities(seen) >= 0) & (probabilities(seen) <= 1)).all()
    assert choose(blocks, taken) == choose(blocks, taken)
    assert len(choose(blocks, taken).chosen) == len(rows)


@pytest.mark.parametrize("count", [1, 5, 21])
def test_pages_shorter_than_the_windows_are_described(count: int) -> None:
    assert features([Block("A word.")] * count, [True] * count).shape == (count, 196)
