"""What is worth a check comes first; what nobody can check is left out."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from bot.analyse.pipeline import Pipeline
from bot.brief import Brief, write_brief
from tests.reading import article, read

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


@pytest.mark.parametrize(
    ("said", "sort"),
    [
        ("I think that 40 of the boats are ugly.", "opinion"),
        ("The council should have bought 40 boats in 2024.", "opinion"),
        ("If the council had paid for 40 boats, we would have won.", "counterfactual"),
        ("The council would have bought 40 boats in 2024.", "counterfactual"),
        ("The town will buy 40 boats next year.", "forecast"),
        ("I will buy 40 boats for the town next year.", "promise"),
        ("Did the council of Port Ellery steal 40 boats?", "question"),
        ("Please give 40 boats to the town of Port Ellery.", "appeal"),
    ],
)
def test_what_nobody_can_check_is_told_apart(pipeline: Pipeline, said: str, sort: str) -> None:
    brief = read(pipeline, f"“{said[:-1]}{said[-1].replace('.', ',')}” Emma Cole said.")

    assert [aside.sort for aside in brief.set_aside] == [sort]
    assert brief.claims == []


def test_what_if_within_what_is_agreed_is_no_claim(pipeline: Pipeline) -> None:
    brief = read(
        pipeline,
        "Emma Cole said she does agree that if the town had bought 40 boats in 2024, the harbour might not be closed.",
    )

    assert [one.sort for one in brief.set_aside] == ["counterfactual"]
    assert brief.claims == []


def test_that_something_was_announced_is_the_outlets_claim(pipeline: Pipeline) -> None:
    text = "Emma Cole said on Monday that the council will close the harbour of Port Ellery in 2031."

    brief = read(pipeline, text)

    assert [(claim.content[0].text, claim.claimer) for claim in brief.claims] == [(text, None)]
    assert [one.sort for one in brief.set_aside] == ["forecast"]


def test_that_somebody_vowed_to_act_is_the_outlets_claim(shipped: Pipeline) -> None:
    text = "Emma Cole pledged to close the harbour of Port Ellery in 2031."

    assert claims(read(shipped, text)) == [text]


def test_published_forecast_with_a_figure_is_on_record(shipped: Pipeline) -> None:
    brief = read(shipped, "The Harbour Board expects that trade in Ellery will grow 1.6 percent in 2031.")

    assert [claim.sort for claim in brief.claims] == ["claim"]


def test_same_claim_is_told_once(pipeline: Pipeline) -> None:
    text = (
        "Emma Cole said that the town council sold 40 boats in 2024.\n\n"
        "The town council sold 40 boats in 2024, Thomas Reed said."
    )

    (claim,) = read(pipeline, text).claims

    assert len(claim.repeats) == 1


@pytest.mark.parametrize("other", ["The town council sold 41 boats in 2024.", "The town council never sold 40 boats."])
def test_other_figure_and_denial_are_other_claims(pipeline: Pipeline, other: str) -> None:
    brief = read(pipeline, f"The town council sold 40 boats in 2024.\n\n{other}")

    assert len(brief.claims) == 2
    assert [claim.repeats for claim in brief.claims] == [[], []]


def test_only_one_named_near_is_not_she_where_the_reader_sees_another(shipped: Pipeline) -> None:
    text = (
        "Jill Stone was led off the campus of the university on Monday, hours before the debate.\n\n"
        "She said that she would return.\n\n"
        "Her spokeswoman Rosa Lopez said the campaign would stage a protest to grant her admission into the debate."
    )

    (claim,) = [one for one in read(shipped, text).claims if "admission" in one.shown]

    assert "[Rosa Lopez]" not in claim.shown


def test_place_and_date_of_filing_are_no_part_of_a_claim(pipeline: Pipeline) -> None:
    text = "Ferry stopped.\n\nELLERY, Ore., June 10 (AP) — The town sold 40 boats without a vote of the council in May."

    (claim,) = [one for one in read(pipeline, text).claims if "boats" in one.shown]

    assert claim.content[0].text == "The town sold 40 boats without a vote of the council in May."


def test_pronoun_is_resolved_in_brackets_and_the_words_stay(pipeline: Pipeline) -> None:
    text = "Emma Cole is mayor.\n\nShe sold 40 boats of the town in 2024."

    claim = next(one for one in read(pipeline, text).claims if "boats" in one.shown)

    assert claim.content[0].text == "She sold 40 boats of the town in 2024."
    assert claim.shown == "She [Emma Cole] sold 40 boats of the town in 2024."
    assert [(one.passage.text, one.meaning) for one in claim.resolved] == [("She", "Emma Cole")]


def test_pronoun_with_two_persons_near_stays_unresolved(pipeline: Pipeline) -> None:
    text = "Emma Cole met Sarah Miller in the harbour.\n\nShe sold 40 boats of the town in 2024."

    claim = next(one for one in read(pipeline, text).claims if "boats" in one.shown)

    assert claim.resolved == []


def test_relative_date_counts_from_the_day_of_publication(pipeline: Pipeline) -> None:
    story = replace(article("The town council sold 40 boats last year for $2 million."), published=date(2024, 5, 3))

    (claim,) = write_brief(story, pipeline.analyse(story)).claims

    assert claim.shown == "The town council sold 40 boats last year [2023] for $2 million."
    assert [(one.kind, one.value, one.unit) for one in claim.amounts] == [
        ("number", "40", None),
        ("date", "2023", None),
        ("sum", "2000000", "USD"),
    ]


def test_relative_date_without_a_day_of_publication_stays_as_it_is(pipeline: Pipeline) -> None:
    (claim,) = read(pipeline, "The town council sold 40 boats last year.").claims

    assert [one.kind for one in claim.amounts] == ["number"]
    assert claim.shown == claim.content[0].text


def test_reply_of_the_accused_is_found(pipeline: Pipeline) -> None:
    text = "Emma Cole said that Thomas Reed stole 40 boats.\n\nThomas Reed denied that he took any boats of the town."

    brief = read(pipeline, text)

    claim = next(one for one in brief.claims if "stole" in one.shown)
    assert claim.reply is not None
    assert claim.reply.accused.text == "Thomas Reed"
    assert claim.reply.quote in [quote.id for quote in brief.quotes if quote.cue and quote.cue[0].text == "denied"]


def test_silence_of_the_accused_is_told(pipeline: Pipeline) -> None:
    text = "Emma Cole said that Thomas Reed stole 40 boats.\n\nThomas Reed did not respond to a request for comment."

    claim = next(one for one in read(pipeline, text).claims if "stole" in one.shown)

    assert claim.reply is not None
    assert claim.reply.quote is None
    assert claim.reply.no_comment is not None


def test_missing_reply_is_told(pipeline: Pipeline) -> None:
    (claim,) = read(pipeline, "Emma Cole said that Thomas Reed stole 40 boats.").claims

    assert claim.reply is not None
    assert (claim.reply.quote, claim.reply.no_comment) == (None, None)


def test_who_reports_an_act_does_not_claim_its_object(shipped: Pipeline) -> None:
    """ "X thanked Y for backing …" is the outlet's report: X has stated nothing."""
    brief = read(
        shipped, "On Wednesday, Emma Cole thanked Thomas Reed for backing the sale of 40 boats that sank in May."
    )

    assert [claim.claimer for claim in brief.claims] == [None]


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


def test_headline_claims_too_and_is_joined_with_the_story(pipeline: Pipeline) -> None:
    text = "Council sold 40 boats in 2024\n\nThe council of the town sold 40 boats in 2024, its own log shows."

    (claim,) = read(pipeline, text, headline=True).claims

    assert len(claim.repeats) == 1
    assert {claim.content[0].paragraph, claim.repeats[0][0].paragraph} == {0, 1}


def test_headline_that_somebody_says_is_not_the_outlets_word(shipped: Pipeline) -> None:
    text = (
        "Harbour Adviser to Ellery Post: Union Looking to Northmouth For Ships\n\n"
        "The union wants ships from Northmouth, Emma Cole, an adviser to the harbour, tells the Ellery Post."
    )

    brief = read(shipped, text, headline=True)

    assert next(quote.content[0].text for quote in brief.quotes) == "Union Looking to Northmouth For Ships"
    assert all(claim.quote for claim in brief.claims)


def test_first_paragraph_counts_where_there_is_no_headline(pipeline: Pipeline) -> None:
    assert claims(read(pipeline, "The council sold 40 boats in 2024.\n\nThen it rained."))


def test_no_more_than_a_desk_can_look_at(pipeline: Pipeline) -> None:
    text = "\n\n".join(f"The council of the town sold {number} boats in 2024." for number in range(11, 131))

    brief = read(pipeline, text)

    assert len(brief.claims) == 100
    assert [claim.score for claim in brief.claims] == sorted((claim.score for claim in brief.claims), reverse=True)


def test_what_a_speaker_says_in_a_sentence_is_never_the_outlets(shipped: Pipeline) -> None:
    """The reader finds it around "she said"; a statement that begins like a question is one all the same."""
    text = (
        "Samira Okafor, a marine engineer, looked at the records.\n\nWhat troubled her, she said, was the silence: of "
        "the nine ferries launched in the country since 2015, seven had published their drill results."
    )
    brief = read(shipped, text)
    (speaker,) = brief.speakers

    troubled = [claim for claim in brief.claims if "nine ferries" in claim.content[-1].text]
    assert [(claim.claimer, claim.content[0].text) for claim in troubled] == [(speaker.id, "What troubled her")]
