"""Whole sentences of the article that can stand alone."""

from __future__ import annotations

import re

import pytest

from bot.analyse.pipeline import Pipeline
from bot.models import SummaryLength
from tests.reading import read

pytestmark = pytest.mark.model

LEAD = "The council of Port Ellery will build a new harbour wall for 48 million pounds."
SPENT = "Storms destroyed 30 fishing boats and two piers of the old port twelve years ago."
ROADS = "Several roads around the market square have been closed since the storms of January."
FILLER = (
    "A second report on schools is expected to reach the education board before summer.",
    "Boat owners have moved to a marina further north because of the falling tide.",
    "Two bakeries and a cinema opened near the old railway station this spring.",
    "Rain fell for most of the week and flooded several cellars in town.",
    "The museum of fishing is closed for repairs until the end of May.",
    "Local buses run every twenty minutes from the station to the beach.",
)
STORY = "\n\n".join([LEAD, SPENT, ROADS, *FILLER])


def shown(pipeline: Pipeline, text: str, *, headline: bool = False) -> list[str]:
    return [line.shown for line in read(pipeline, text, headline=headline).summary]


def test_sentences_are_whole_and_verbatim_in_the_articles_order(pipeline: Pipeline) -> None:
    lines = read(pipeline, STORY).summary

    assert len(lines) == 3
    assert all(line.passage.text == line.shown for line in lines)
    assert all(STORY[line.passage.start : line.passage.end] == line.passage.text for line in lines)
    assert [line.passage.start for line in lines] == sorted(line.passage.start for line in lines)


def test_short_text_has_a_shorter_summary(pipeline: Pipeline) -> None:
    assert shown(pipeline, LEAD) == [LEAD]
    assert len(shown(pipeline, "\n\n".join([LEAD, SPENT, ROADS, *FILLER[:3]]))) == 2


@pytest.mark.parametrize("text", ["", "Yes.", "The wall fell.", "No. No. No.", "¶ § •"])
def test_text_without_a_telling_sentence_has_none(pipeline: Pipeline, text: str) -> None:
    assert shown(pipeline, text) == []


def test_headline_is_not_repeated(pipeline: Pipeline) -> None:
    text = f"Council Of Port Ellery Will Build New Harbour Wall For 48 Million\n\n{LEAD}"

    assert shown(pipeline, text, headline=True) == [LEAD]


def test_sentences_that_say_the_same_are_not_both_shown(pipeline: Pipeline) -> None:
    again = "The new harbour wall that the council of Port Ellery will build costs 48 million pounds."

    lines = shown(pipeline, "\n\n".join([LEAD, again, SPENT, ROADS, *FILLER]))

    assert len({LEAD, again} & set(lines)) == 1


@pytest.mark.parametrize(
    "dangling",
    [
        "He told the council that the harbour wall would cost 48 million pounds in all.",
        "They told the council that the harbour wall would cost 48 million pounds in all.",
        "It will cost the council of Port Ellery more than 48 million pounds in all.",
        "Their harbour wall will cost the council of Port Ellery 48 million pounds.",
        "Here, the council of Port Ellery will build a new harbour wall for 48 million pounds.",
        "“The harbour wall of the council will cost us 48 million pounds in all.”",
        "Will the harbour wall of the council really cost the town 48 million pounds?",
        "The harbour wall of the council will cost the town the following sum in pounds:",
    ],
)
def test_sentence_that_cannot_stand_alone_is_not_lifted(pipeline: Pipeline, dangling: str) -> None:
    lines = shown(pipeline, f"{dangling}\n\n{STORY}")

    assert lines
    assert dangling not in lines


def test_pronoun_is_resolved_in_brackets(pipeline: Pipeline) -> None:
    text = (
        "Emma Cole is mayor.\n\nShe said that the new harbour wall would cost the council 48 million pounds.\n\n"
        "It rained."
    )

    (line,) = read(pipeline, text).summary

    assert line.passage.text.startswith("She said that")
    assert line.shown.startswith("She [Emma Cole] said that")


@pytest.mark.parametrize("other", ["he", "it", "they"])
def test_second_pronoun_for_somebody_else_keeps_a_sentence_out(pipeline: Pipeline, other: str) -> None:
    text = (
        f"Emma Cole is mayor.\n\nShe said {other} had cost them 48 million pounds in the last two years.\n\nIt rained."
    )

    assert shown(pipeline, text) == []


def test_quotation_keeps_its_speaker(pipeline: Pipeline) -> None:
    """Cut inside a quotation, or away from who said it, a sentence reads as the outlet's own."""
    quotation = (
        "“The harbour wall of Port Ellery will cost the council 48 million pounds. The harbour wall is the end of us,” "
        "said Emma Cole, the mayor. “The council of Port Ellery will build the new harbour wall for all.”"
    )

    lines = shown(pipeline, f"{quotation}\n\n{STORY}")

    assert lines
    assert all("Emma Cole" in line for line in lines if re.search("[“”]", line))
    assert not [line for line in lines if "the end of us" in line and "Emma Cole" not in line]


@pytest.mark.parametrize(("most", "sentences"), [(1, 1), (2, 2), (5, 3)])
def test_length_is_a_setting(pipeline: Pipeline, most: int, sentences: int) -> None:
    """A third of the nine sentences at most, so that a short piece is not simply repeated."""
    made = Pipeline(pipeline.nlp, length=SummaryLength(most))

    assert len(shown(made, STORY)) == sentences


def test_characters_bound_the_summary(pipeline: Pipeline) -> None:
    lines = shown(Pipeline(pipeline.nlp, length=SummaryLength(5, 170)), STORY)

    assert lines
    assert len(" ".join(lines)) <= 170


def test_dateline_is_no_part_of_the_summary(pipeline: Pipeline) -> None:
    story = f"PORT ELLERY, June 10 (UPI) — {LEAD}\n\n{ROADS}"

    assert shown(pipeline, story) == [LEAD]


def test_sole_person_near_is_named_in_brackets(pipeline: Pipeline) -> None:
    text = "Emma Cole is mayor.\n\nShe opened the new harbour wall of the council for 48 million pounds.\n\nIt rained."

    assert shown(pipeline, text) == [
        "She [Emma Cole] opened the new harbour wall of the council for 48 million pounds."
    ]
