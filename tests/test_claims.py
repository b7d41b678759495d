"""What is worth a check comes first; what nobody can check is left out."""

from __future__ import annotations

import pytest

from bot.analyse.pipeline import Pipeline
from bot.brief import Brief
from tests.reading import read

pytestmark = pytest.mark.model


def claims(brief: Brief) -> list[str]:
    return [" … ".join(piece.text for piece in claim.content) for claim in brief.claims]


def test_figures_rank_above_words(pipeline: Pipeline) -> None:
    brief = read(
        pipeline,
        "Emma Cole said that Thomas Reed broke the treaty with Russia. Emma Cole said that the town lost 40 boats and "
        "$3 million in 2024.",
    )

    assert claims(brief) == [
        "the town lost 40 boats and $3 million in 2024",
        "Thomas Reed broke the treaty with Russia",
    ]
    assert [claim.id for claim in brief.claims] == ["c1", "c2"]
    assert 1 >= brief.claims[0].score > brief.claims[1].score >= 0


@pytest.mark.parametrize(
    "said",
    [
        "I think that 40 of the boats are ugly.",
        "In my opinion the 40 boats of the town are ugly.",
        "Did the council of Port Ellery steal 40 boats?",
        "If the council had paid for 40 boats, we won.",
        "The council should have bought 40 boats in 2024.",
        "The council would have bought 40 boats in 2024.",
        "Perhaps the council bought 40 boats in 2024.",
        "The town will buy one boat next year.",
        "We are sorry that 40 boats sank in March.",
        "What a wonderful day for 40 boats.",
        "It was late and it was cold.",
    ],
)
def test_what_nobody_can_check_is_no_claim(pipeline: Pipeline, said: str) -> None:
    assert claims(read(pipeline, f"“{said}” Emma Cole said.".replace(".”", ",”"))) == []


def test_forecast_ranks_below_what_happened(pipeline: Pipeline) -> None:
    brief = read(
        pipeline, "Emma Cole said that the council will buy 40 boats. Emma Cole said that the council sold 40 boats."
    )

    assert claims(brief)[0] == "the council sold 40 boats"


def test_claim_is_verbatim_and_somebodys(pipeline: Pipeline) -> None:
    text = "Nobody spoke. “The council sold 40 boats in 2024,” said Emma Cole, the mayor. The union denied it."

    brief = read(pipeline, text)

    (claim,) = brief.claims
    (piece,) = claim.content
    speaker = brief.speaker(claim.claimer)
    assert text[piece.start : piece.end] == piece.text == "“The council sold 40 boats in 2024,”"
    assert [part.text for part in claim.quoted] == ["The council sold 40 boats in 2024,"]
    assert speaker is not None
    assert (speaker.name, [cue.text for cue in claim.cue]) == ("Emma Cole", ["said"])
    assert claim.quote in speaker.quotes


def test_outlets_own_claim_is_the_outlets(pipeline: Pipeline) -> None:
    (claim,) = read(pipeline, "The council sold 40 boats in 2024.").claims

    assert (claim.quote, claim.claimer, claim.cue) == (None, None, [])


def test_claim_of_an_uncertain_speaker_has_no_name(pipeline: Pipeline) -> None:
    (claim,) = read(pipeline, "“The council sold 40 boats in 2024,” she said.").claims

    assert claim.quote == "q1"
    assert claim.claimer is None


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("The council bought forty ships and sold 40 boats.", "figure"),
        ("The council sold the boats to a friend in March 2019.", "date"),
        ("The Ellery council spent more than Russia on its boats.", "comparison"),
        ("The Ellery boats sank because Russia sold bad paint to Emma Cole.", "cause"),
        ("Emma Cole lied to the council of the town.", "accusation"),
        ("Emma Cole signed the contract with Russia on her own.", "record"),
        ("Emma Cole met Thomas Reed and Sarah Miller in Russia and in Syria.", "named parties"),
    ],
)
def test_reason_is_named(pipeline: Pipeline, text: str, reason: str) -> None:
    (claim,) = read(pipeline, text).claims

    assert reason in claim.reasons


def test_long_quotation_is_several_claims(pipeline: Pipeline) -> None:
    brief = read(pipeline, "“The council sold 40 boats in 2024. The union bought 30 ships in 2023,” Emma Cole said.")

    assert len(brief.claims) == 2
    assert {claim.quote for claim in brief.claims} == {"q1"}


def test_headline_is_no_claim(pipeline: Pipeline) -> None:
    text = "Council sold 40 boats in 2024. Nobody knew\n\nThe town has a harbour. It rained a lot."

    assert claims(read(pipeline, text, headline=True)) == []


def test_first_paragraph_counts_where_there_is_no_headline(pipeline: Pipeline) -> None:
    assert claims(read(pipeline, "The council sold 40 boats in 2024.\n\nThen it rained."))


def test_no_more_than_a_desk_can_look_at(pipeline: Pipeline) -> None:
    text = "\n\n".join(f"The council of the town sold {number} boats in 2024." for number in range(11, 51))

    brief = read(pipeline, text)

    assert len(brief.claims) == 20
    assert [claim.score for claim in brief.claims] == sorted((claim.score for claim in brief.claims), reverse=True)
