"""What the network tells of spaCy's names: which are none, and which are missing."""

from __future__ import annotations

import numpy as np
import pytest
import spacy
from hypothesis import given
from hypothesis import strategies as st
from spacy.tokens import Doc, Span

from bot.analyse.names import CERTAIN, LABELS, NAMED, PLACES, SURE, Seen, best_path, correct
from bot.analyse.pipeline import Pipeline
from tests.reading import read

ENGLISH = spacy.blank("en").vocab


def named(words: str, *entities: tuple[int, int, str]) -> Doc:
    doc = Doc(ENGLISH, words.split())
    doc.set_ents([Span(doc, *entity) for entity in entities])
    return doc


def seen(doc: Doc, *names: tuple[int, int, str], outside: float = 1.0, persons: float = 0.0) -> Seen:
    chances = (np.full(len(doc), chance, np.float32) for chance in (outside, persons))
    return Seen([Span(doc, *name) for name in names], *chances)


def shown(doc: Doc) -> list[tuple[str, str]]:
    return [(entity.text, entity.label_) for entity in doc.ents]


def test_name_that_the_network_does_not_see_is_none() -> None:
    doc = named("Send it by Monday to GMT", (5, 6, "ORG"))
    correct(doc, seen(doc))
    assert shown(doc) == []


def test_name_that_may_be_one_stays() -> None:
    doc = named("Send it to Kasow", (3, 4, "PERSON"))
    correct(doc, seen(doc, outside=SURE - 0.01))
    assert shown(doc) == [("Kasow", "PERSON")]


def test_name_that_both_see_stays_as_it_was() -> None:
    doc = named("Alliance to Reclaim Schools met", (0, 4, "ORG"))
    correct(doc, seen(doc, (0, 1, "PERSON"), outside=0.1))
    assert shown(doc) == [("Alliance to Reclaim Schools", "ORG")]


def test_name_that_was_missing_is_added_without_what_stands_before_it() -> None:
    doc = named("they met Trump lawyer Emma van Cole")
    correct(doc, seen(doc, (2, 7, "PERSON"), outside=0.1))
    assert shown(doc) == [("Emma van Cole", "PERSON")]


def test_sums_and_works_are_not_the_networks_business() -> None:
    doc = named("$5 for Hamlet", (0, 1, "MONEY"), (2, 3, "WORK_OF_ART"))
    correct(doc, seen(doc, (2, 3, "other")))
    assert shown(doc) == [("$5", "MONEY"), ("Hamlet", "WORK_OF_ART")]


@pytest.mark.parametrize(("persons", "kind"), [(CERTAIN + 0.01, "PERSON"), (CERTAIN - 0.01, "GPE")])
def test_place_is_a_person_only_where_that_is_certain(persons: float, kind: str) -> None:
    doc = named("Melania spoke", (0, 1, "GPE"))
    correct(doc, seen(doc, outside=0.0, persons=persons))
    assert shown(doc) == [("Melania", kind)]


@pytest.mark.parametrize(
    ("network", "expected"),
    [
        ("PERSON", [("Valeska Paris", "PERSON"), ("Oslo", "GPE")]),
        ("ORG", [("Valeska", "GPE"), ("Paris", "GPE"), ("Oslo", "GPE")]),
    ],
)
def test_parts_of_a_persons_name_are_one_name(network: str, expected: list[tuple[str, str]]) -> None:
    doc = named("Valeska Paris left Oslo", (0, 1, "GPE"), (1, 2, "GPE"), (3, 4, "GPE"))
    correct(doc, seen(doc, (0, 2, network), outside=0.0))
    assert shown(doc) == expected


@given(st.integers(1, 12), st.integers(0, 2**32 - 1))
def test_best_path_is_one_that_may_be(length: int, seed: int) -> None:
    """Every name has a beginning and an end, of one kind."""
    path = best_path(np.random.default_rng(seed).normal(size=(length, LABELS)).astype(np.float32))
    places = ["O" if not label else PLACES[(label - 1) % len(PLACES)] for label in path]
    kinds = [None if not label else NAMED[(label - 1) // len(PLACES)] for label in path]
    inside = None
    for place, kind in zip(places, kinds, strict=True):
        assert (place in "IE") == (inside is not None)
        assert inside is None or inside == kind
        inside = kind if place in "BI" else None
    assert inside is None


@pytest.mark.model
def test_names_of_a_story_are_found(shipped: Pipeline) -> None:
    brief = read(shipped, "Emma Cole met Thomas Reed of the United Nations in Oslo. Both work for the Guardian.")

    assert {entity.name for entity in brief.entities} >= {"Emma Cole", "Thomas Reed", "United Nations", "Oslo"}
