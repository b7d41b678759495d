"""Coarse parts of speech from fine ones: what spaCy's own patterns would say, in a fraction of the time."""

from __future__ import annotations

import pytest
import spacy
from spacy.tokens import Doc

from bot.analyse.parts import COARSE, FEATURES, LEMMATIZER, REPLACED, replaceable, write_lemmas, write_parts
from bot.analyse.pipeline import Pipeline

STORY = (
    "Emma Cole, the mayor of Port Ellery, said on Monday that the city didn't buy the ferry. She hasn't been asked. "
    "“It cost £40 million,” said Reed, who has led the board, “and it can't sail in winter.” That isn't news, he adds."
)


@pytest.mark.model
def test_what_spacy_says_is_said(pipeline: Pipeline) -> None:
    theirs = pipeline.nlp(STORY)
    ours = Doc(theirs.vocab).from_bytes(theirs.to_bytes(exclude=["lemma"]))
    ours.from_array(["LEMMA"], ours.to_array(["LEMMA"]) * 0)  # as before any lemma was found
    ours = pipeline.nlp.get_pipe(LEMMATIZER)(write_parts(ours))

    assert [token.pos_ for token in ours] == [token.pos_ for token in theirs]
    verbs = [(one.lemma_, other.lemma_) for one, other in zip(ours, theirs, strict=True) if one.pos_ in {"VERB", "AUX"}]
    assert [one for one, _ in verbs] == [other for _, other in verbs]


@pytest.mark.model
def test_lemmas_are_those_that_spacys_own_loop_finds(pipeline: Pipeline) -> None:
    nlp = pipeline.nlp
    for text in (STORY, STORY.upper(), "He’d left, they're leaving; ''saw'' feet 3.5 m.", ""):
        ours, theirs = (write_parts(nlp(text, disable=[REPLACED, LEMMATIZER])) for _ in range(2))

        lemmas = [token.lemma_ for token in write_lemmas(ours, nlp.get_pipe(LEMMATIZER))]

        assert lemmas == [token.lemma_ for token in nlp.get_pipe(LEMMATIZER)(theirs)]


@pytest.mark.model
def test_small_english_pipeline_is_known(pipeline: Pipeline) -> None:
    assert replaceable(pipeline.nlp)


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_unknown_pipeline_is_left_alone(lang: str) -> None:
    assert not replaceable(spacy.blank(lang))


def test_features_are_of_known_parts() -> None:
    assert set(FEATURES) <= set(COARSE)
