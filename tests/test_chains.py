"""Whom a speaker in turn relies on: only what his statement names as a source."""

from __future__ import annotations

import pytest

from bot.analyse.chains import with_chains
from bot.analyse.pipeline import Pipeline
from bot.models import Attribution, CharSpan, QuoteType

pytestmark = pytest.mark.model


def chain_of(pipeline: Pipeline, content: str) -> list[tuple[str, str]]:
    """Let Emma Cole say *content* and return whom she relies on, and how they know."""
    text = f"Emma Cole said {content} on Monday."
    start = text.index(content)
    doc = pipeline.parse(text, (CharSpan(0, len(text)),))
    said = Attribution(
        (CharSpan(0, 9),), (CharSpan(10, 14),), (CharSpan(start, start + len(content)),), (), QuoteType.INDIRECT
    )
    (one,) = with_chains(doc, [said])
    return [(link.source.of(text), link.cue.of(text)) for link in one.chain]


@pytest.mark.parametrize(
    ("content", "links"),
    [
        (
            "that military intelligence has intercepted messages",
            [("military intelligence", "has intercepted messages")],
        ),
        ("that Thomas Reed told the board that the wall was safe", [("Thomas Reed", "told the board")]),
        ("that the wall was safe, according to the engineers", [("the engineers", "according to")]),
        ("that a survey had found 40 cracks", [("a survey", "had found 40 cracks")]),
        ("that the report shows that Reed says the wall was safe", [("the report", "shows"), ("Reed", "says")]),
    ],
)
def test_source_within_a_statement_is_told(pipeline: Pipeline, content: str, links: list[tuple[str, str]]) -> None:
    assert chain_of(pipeline, content) == links


@pytest.mark.parametrize(
    "content",
    [
        "that Thomas Reed was wrong",
        "that he says the wall was safe",  # "he" names nobody
        "that Reed will say that the wall was safe",
        "that Reed has not said that the wall was safe",
        "that if Reed says the wall was safe, it was",
        "that the sea has found a way",
    ],
)
def test_who_tells_nothing_is_no_source(pipeline: Pipeline, content: str) -> None:
    assert chain_of(pipeline, content) == []
