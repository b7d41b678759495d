"""What else stands for whom an article names: pronouns, roles, nouns, and "I" in a quotation."""

from __future__ import annotations

import numpy as np
import pytest

from bot.analyse.antecedents import FEATURES, Discourse, choices
from bot.analyse.entities import find_entities
from bot.analyse.pipeline import Pipeline
from bot.analyse.quotation import find_quotations
from bot.brief import Brief
from bot.models import split_paragraphs
from tests.reading import article, read

pytestmark = pytest.mark.model


def references(brief: Brief, name: str) -> list[str]:
    (entity,) = [entity for entity in brief.entities if entity.name == name]
    return [reference.text for reference in entity.references]


def test_pronouns_mean_who_was_named_before(shipped: Pipeline) -> None:
    brief = read(shipped, "Emma Cole runs the ferry. She took it over from her father, and she likes it.")

    assert references(brief, "Emma Cole")[0] == "She"
    assert set(references(brief, "Emma Cole")) <= {"She", "her", "she"}


def test_no_company_is_she(shipped: Pipeline) -> None:
    brief = read(shipped, "Harbour Line Corporation bought two ships. She was not asked, and he was not either.")

    assert [one.references for one in brief.entities if one.references] == []


def test_who_is_she_throughout_is_not_he(shipped: Pipeline) -> None:
    brief = read(
        shipped,
        "Emma Cole runs the ferry. She bought it, and her friends helped her. She paid with her savings. "
        "Her father, Thomas Reed, left the island after he lost his fortune.",
    )

    assert {"he", "his"} <= set(references(brief, "Thomas Reed"))
    assert {"he", "his"}.isdisjoint(references(brief, "Emma Cole"))


def test_who_is_quoted_is_i(pipeline: Pipeline) -> None:
    brief = read(pipeline, "“I paid for my boat,” said Emma Cole. Thomas Reed did not. I saw him.")

    assert references(brief, "Emma Cole") == ["I", "my"]
    assert "I" not in references(brief, "Thomas Reed")


def test_what_somebody_is_stands_for_him(pipeline: Pipeline) -> None:
    brief = read(pipeline, "Emma Cole, the mayor of Port Ellery, left. Thomas Reed was a baker.")

    assert references(brief, "Emma Cole") == ["the mayor of Port Ellery"]
    assert references(brief, "Thomas Reed") == ["a baker"]


def test_what_somebody_is_not_does_not(pipeline: Pipeline) -> None:
    assert references(read(pipeline, "Thomas Reed was not a baker. Thomas Reed left."), "Thomas Reed") == []


def test_the_noun_of_a_name_is_short_for_it(pipeline: Pipeline) -> None:
    brief = read(pipeline, "The United Harbour Company sold a ship. Emma Cole said the company needed no ship.")

    assert references(brief, "United Harbour Company") == ["the company"]


def test_the_noun_of_two_names_is_neither(pipeline: Pipeline) -> None:
    text = "The United Harbour Company and the Northern Ferry Company sold ships. Emma Cole blamed the company."
    brief = read(pipeline, text)

    assert all("the company" not in [one.text for one in entity.references] for entity in brief.entities)


@pytest.mark.parametrize(
    ("text", "place", "adjectives"),
    [
        ("Russia sent ships. Russian officials and a French envoy met the Russians.", "Russia", ["Russian"]),
        ("Ships left the United Kingdom. The British harbour was closed.", "United Kingdom", ["British"]),
        ("South Korea sent ships. South Korean sailors met a Korean envoy.", "South Korea", ["South Korean", "Korean"]),
        ("France sent a ship. The French National Assembly met.", "France", []),
    ],
)
def test_adjective_speaks_of_the_place(pipeline: Pipeline, text: str, place: str, adjectives: list[str]) -> None:
    assert references(read(pipeline, text), place) == adjectives


def test_adjective_of_two_places_speaks_of_neither(pipeline: Pipeline) -> None:
    brief = read(pipeline, "South Korea and North Korea sent ships to the island. Korean sailors met.")

    assert [entity.references for entity in brief.entities if entity.references] == []


def test_nothing_stands_for_two(shipped: Pipeline) -> None:
    brief = read(
        shipped,
        "Emma Cole, the mayor, met Thomas Reed, a baker. He said: “I like her.” She said that he was her friend, and "
        "that the bakery was his.",
    )
    places = [(one.start, one.end) for entity in brief.entities for one in entity.references]

    assert places
    assert len(places) == len(set(places))


@pytest.mark.parametrize("text", ["", "He.", "He said that she said it.", "They met. " * 50])
def test_pronouns_without_a_name_mean_nobody(shipped: Pipeline, text: str) -> None:
    assert all(not entity.references for entity in shipped.analyse(article(text)).entities)


def test_each_choice_has_all_its_signs(pipeline: Pipeline) -> None:
    text = "Emma Cole met Thomas Reed of the Harbour Company. In his speech he said that she owned it."
    paragraphs = split_paragraphs(text)
    quotations = find_quotations(text, paragraphs)
    doc = pipeline.parse(text, paragraphs)
    found = list(choices(Discourse(doc, paragraphs, quotations, find_entities(doc, None, quotations))))

    assert [doc[choice.token].text for choice in found] == ["his", "he", "she", "it"]
    assert all(choice.features.shape == (len(choice.owners), FEATURES) for choice in found)
    assert all(np.isfinite(choice.features).all() for choice in found)
