"""Which statements can be checked today, by their grammar."""

from __future__ import annotations

import pytest

from bot.analyse.pipeline import Pipeline
from bot.analyse.sorts import sort_of

pytestmark = pytest.mark.model


@pytest.mark.parametrize(
    ("sentence", "sort"),
    [
        ("The council sold 40 boats in 2024.", "claim"),
        ("We all know that the council sold 40 boats.", "claim"),
        ("I must tell you that a bomb went off in Ellery.", "claim"),
        ("She pledged to push for a law on boats.", "claim"),
        ("Reed said in May that he would not accept the prize.", "claim"),
        ("The bridge is 40 years old.", "claim"),
        ("The town needs the 40 boats that the minister promised.", "claim"),
        ("The harbour is a disgusting place.", "opinion"),
        ("I don’t think that this is fair.", "opinion"),
        ("The town must pay for 40 boats.", "opinion"),
        ("Maybe the council sold 40 boats.", "opinion"),
        ("The town is going to buy 40 boats.", "forecast"),
        ("Trade is expected to grow by 3 percent.", "forecast"),
        ("We will build 40 boats.", "promise"),
        ("It would be much better for the town.", "counterfactual"),
        ("If the council had paid, the town might have won.", "counterfactual"),
        ("Why did the council sell 40 boats?", "question"),
        ("Let us sell 40 boats.", "appeal"),
        ("Thank you for the 40 boats.", "appeal"),
    ],
)
def test_sort_is_read_off_the_main_clause(pipeline: Pipeline, sentence: str, sort: str) -> None:
    assert sort_of(pipeline.nlp(sentence)[:]) == sort


def test_who_pledges_makes_a_promise(pipeline: Pipeline) -> None:
    assert sort_of(pipeline.nlp("The council will buy 40 boats.")[:], "pledge") == "promise"
