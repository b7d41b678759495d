"""Where the parse corrects the reader about who the source is."""

from __future__ import annotations

import pytest

from bot.analyse.pipeline import Pipeline
from bot.analyse.quotation import find_quotations, quoted_parts
from bot.analyse.sources import mend_sources
from bot.models import Attribution, CharSpan, QuoteType, split_paragraphs

pytestmark = pytest.mark.model


def left(pipeline: Pipeline, text: str, source: str, cue: str, content: str) -> list[Attribution]:
    """Let the reader find the words given, and return what is left of it after the parse was asked."""

    def at(words: str) -> tuple[CharSpan]:
        return (CharSpan(text.index(words), text.index(words) + len(words)),)

    paragraphs = split_paragraphs(text)
    quoted = quoted_parts(at(content), find_quotations(text, paragraphs))
    said = Attribution(at(source), at(cue), at(content), quoted, QuoteType.INDIRECT)
    return mend_sources(pipeline.parse(text, paragraphs), [said])


def mended(pipeline: Pipeline, text: str, source: str, cue: str, content: str) -> tuple[list[str], list[str]]:
    """Let the reader find the words given, and return sources and contents after the parse was asked."""
    (one,) = left(pipeline, text, source, cue, content)
    return [span.of(text) for span in one.source], [span.of(text) for span in one.content]


def test_who_is_told_gives_way_to_who_tells(pipeline: Pipeline) -> None:
    text = "Emma Cole told the Ellery Post that the wall was safe."

    assert mended(pipeline, text, "the Ellery Post", "told", "that the wall was safe") == (
        ["Emma Cole"],
        ["that the wall was safe"],
    )


def test_name_that_closes_a_statement_is_its_source(pipeline: Pipeline) -> None:
    content = "The town is not sure of its wall and is looking for help, Emma Cole, an adviser to the board"
    text = f"{content}, tells Newsday."

    assert mended(pipeline, text, "Newsday", "tells", content) == (
        ["Emma Cole"],
        ["The town is not sure of its wall and is looking for help"],
    )


def test_who_is_named_between_commas_says_what_he_is_put_into(pipeline: Pipeline) -> None:
    text = "Members of the board, said Thomas Reed, are required to show their papers."

    assert mended(pipeline, text, "Members of the board", "said", "Thomas Reed, are required to show their papers") == (
        ["Thomas Reed"],
        ["Members of the board", "are required to show their papers"],
    )


def test_subject_of_the_cue_comes_before_somebody_in_another_sentence(pipeline: Pipeline) -> None:
    text = "Emma Cole was the mayor. Thomas Reed wrote that the wall was safe."

    assert mended(pipeline, text, "Emma Cole", "wrote", "that the wall was safe")[0] == ["Thomas Reed"]


def test_article_becomes_the_whole_phrase(pipeline: Pipeline) -> None:
    text = "The harbour board said that the wall was safe."

    assert mended(pipeline, text, "The", "said", "that the wall was safe")[0] == ["The harbour board"]


def test_supposition_in_marks_is_not_his_who_is_supposed(pipeline: Pipeline) -> None:
    text = "If the board wants Ellery to win, in the “best way, I think that you must pay.”"

    assert mended(pipeline, text, "the board", "wants", text[text.index("Ellery") :]) == ([], [text])


@pytest.mark.parametrize("source", ["Emma Cole", "she"])
def test_good_source_stays(pipeline: Pipeline, source: str) -> None:
    text = f"On Monday {source} said that the wall was safe."

    assert mended(pipeline, text, source, "said", "that the wall was safe") == ([source], ["that the wall was safe"])


@pytest.mark.parametrize(
    ("text", "source", "cue", "content"),
    [
        (
            "The operator did not tell passengers or the union.",
            "The operator",
            "did not tell",
            "passengers or the union",
        ),
        (
            "The operator told the town council of the harbour.",
            "The operator",
            "told",
            "the town council of the harbour",
        ),
        ("A deckhand, who asked not to be named, left.", "A deckhand", "asked", "not to be named"),
        ("An official declined to be identified.", "An official", "declined", "to be identified"),
    ],
)
def test_who_was_told_and_who_will_not_be_named_says_nothing(
    pipeline: Pipeline, text: str, source: str, cue: str, content: str
) -> None:
    assert left(pipeline, text, source, cue, content) == []


@pytest.mark.parametrize(
    ("text", "source", "cue", "content"),
    [
        ("The operator told passengers to leave.", "The operator", "told", "passengers to leave"),
        ("The operator denied the delay.", "The operator", "denied", "the delay"),
        ("He told the truth about the ship, and asked for help.", "He", "asked", "for help"),
        ("The mayor told “the whole story”.", "The mayor", "told", "“the whole story”"),
    ],
)
def test_what_is_said_stays(pipeline: Pipeline, text: str, source: str, cue: str, content: str) -> None:
    assert len(left(pipeline, text, source, cue, content)) == 1
