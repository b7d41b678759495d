"""Who and what is mentioned: one entry for each, under its fullest name."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

import pytest
import spacy
from spacy.tokens import Span

from bot.analyse.entities import Cluster, _is_shortened_to_surname, find_entities, is_title
from bot.analyse.pipeline import Pipeline
from bot.brief import Brief
from bot.models import CharSpan, Kind
from tests.reading import read

pytestmark = pytest.mark.model


def mentions(brief: Brief, name: str) -> list[str]:
    (entity,) = [entity for entity in brief.entities if entity.name == name]
    return [mention.text for mention in entity.mentions]


def test_person_is_one_however_named(pipeline: Pipeline) -> None:
    brief = read(
        pipeline,
        "Mayor Emma Cole spoke on Monday. Ms. Cole said that she was safe. Emma Cole paid. Mr. Reed met Cole there.",
    )

    assert mentions(brief, "Emma Cole") == ["Emma Cole", "Cole", "Emma Cole", "Cole"]
    assert [entity.name for entity in brief.entities] == ["Emma Cole", "Reed"]


def test_persons_of_one_surname_are_two(pipeline: Pipeline) -> None:
    brief = read(pipeline, "Emma Cole met Thomas Cole. Emma Cole paid, and Thomas Cole left.")

    assert mentions(brief, "Emma Cole") == ["Emma Cole"] * 2
    assert mentions(brief, "Thomas Cole") == ["Thomas Cole"] * 2


@pytest.mark.parametrize("short", ["the U.S.", "the U.S", "the U. S.", "the US", "the USA"])
def test_short_form_of_a_country_is_the_country(pipeline: Pipeline, short: str) -> None:
    brief = read(pipeline, f"The United States sent ships. Boats from {short} came later.")

    assert mentions(brief, "United States") == ["United States", short.removeprefix("the ")]


@pytest.mark.parametrize(
    ("name", "other"), [("United States", "America"), ("North Korea", "DPRK"), ("United Kingdom", "Britain")]
)
def test_country_of_two_names_is_one(pipeline: Pipeline, name: str, other: str) -> None:
    brief = read(pipeline, f"Talks with {name} failed on Monday. Talks with {other} began again on Friday in Geneva.")

    assert mentions(brief, name) == [name, other]


def test_country_before_an_institution_is_left_out_later(pipeline: Pipeline) -> None:
    brief = read(pipeline, "The British Home Office refused to comment. Later the Home Office sent a letter to Reed.")

    assert mentions(brief, "British Home Office") == ["British Home Office", "Home Office"]


def test_institutions_of_two_countries_are_two(pipeline: Pipeline) -> None:
    text = "The French Foreign Ministry met the German Foreign Ministry. The Foreign Ministry did not comment on that."
    brief = read(pipeline, text)

    assert mentions(brief, "French Foreign Ministry") == ["French Foreign Ministry"]
    assert mentions(brief, "German Foreign Ministry") == ["German Foreign Ministry"]


def test_half_of_a_country_is_called_by_its_direction(pipeline: Pipeline) -> None:
    text = "North Korea and South Korea began talks on Monday. The North had fired shells, and the South fired back."
    brief = read(pipeline, text)

    assert mentions(brief, "North Korea") == ["North Korea", "North"]
    assert mentions(brief, "South Korea") == ["South Korea", "South"]


def test_direction_alone_is_no_country(pipeline: Pipeline) -> None:
    brief = read(pipeline, "South Carolina votes on Monday. Candidates toured the South in vans before the vote.")

    assert mentions(brief, "South Carolina") == ["South Carolina"]


def test_institution_of_people_is_whole_and_its_initials_are_it(pipeline: Pipeline) -> None:
    text = "Commanders of the Korean People's Army met on Monday. The KPA said that it had fired no shells at Seoul."
    brief = read(pipeline, text)

    assert mentions(brief, "Korean People's Army") == ["Korean People's Army", "KPA"]


@pytest.mark.parametrize("noun", ["Lawmakers", "Critics", "Scholars", "CEO"])
def test_noun_that_begins_a_sentence_is_nobody(noun: str) -> None:
    doc = spacy.blank("en")(f"{noun} of the plan met. Presidents left. Waters spoke.")
    doc.ents = [Span(doc, 0, 1, "PERSON"), Span(doc, 9, 10, "PERSON")]
    for token in doc:
        token.is_sent_start = token.i == 0

    assert [entity.name.of(doc.text) for entity in find_entities(doc, None, ())] == ["Waters"]


def test_short_form_inside_another_name_is_no_country(pipeline: Pipeline) -> None:
    brief = read(pipeline, "Emma Cole told USA Today on Monday that she will not run. USA Today printed it on Tuesday.")

    assert [entity.name for entity in brief.entities if entity.kind == "place"] == []


def test_university_is_called_by_its_name_alone() -> None:
    doc = spacy.blank("en")("Hofstra University was quiet. Hofstra paid.")
    doc.ents = [Span(doc, 0, 2, "ORG"), Span(doc, 5, 6, "ORG")]
    for token in doc:
        token.is_sent_start = token.i in {0, 5}

    (entity,) = find_entities(doc, None, ())

    assert [mention.of(doc.text) for mention in entity.mentions] == ["Hofstra University", "Hofstra"]


def test_platform_is_nobody(pipeline: Pipeline) -> None:
    brief = read(pipeline, "The council wrote about it on Twitter. Later Twitter removed what the council wrote.")

    assert [(entity.name, entity.kind) for entity in brief.entities] == [("Twitter", "organisation")]


def test_score_is_no_part_of_a_country(pipeline: Pipeline) -> None:
    brief = read(pipeline, "Sweden 1, Mexico 0 was the result on Monday. Sweden won, and Mexico went home on Tuesday.")

    assert mentions(brief, "Sweden") == ["Sweden", "Sweden"]


def test_initials_are_the_organisation(pipeline: Pipeline) -> None:
    brief = read(pipeline, "The United Nations sent ships. Later the U.N. sent boats.")

    assert mentions(brief, "United Nations") == ["United Nations", "U.N."]


def test_organisation_is_called_by_its_first_word(pipeline: Pipeline) -> None:
    brief = read(pipeline, "The Bank of England raised rates on Monday. Markets fell after the Bank announced it.")

    assert mentions(brief, "Bank of England") == ["Bank of England", "Bank"]


def test_word_that_two_organisations_begin_with_is_neither(pipeline: Pipeline) -> None:
    brief = read(
        pipeline,
        "The Bank of England met the Bank of Japan on Monday. Markets fell after the Bank announced a rise.",
    )

    assert mentions(brief, "Bank of England") == ["Bank of England"]
    assert mentions(brief, "Bank of Japan") == ["Bank of Japan"]


@pytest.mark.parametrize(
    ("text", "name", "kind"),
    [
        ("The Korean People's Army fired at the island.", "Korean People's Army", "organisation"),
        ("Russia’s ships left.", "Russia", "place"),
        ("Russia's ships left.", "Russia", "place"),
        ("He lives in the United Kingdom.", "United Kingdom", "place"),
        ("The council spent the additional $500 million on it.", "$500 million", "money"),
        ("The council spent £4.5 million on it.", "£4.5 million", "money"),
        ("They sang “The Last Harbour” in the hall.", "The Last Harbour", "work"),
        ('They sang "The Last Harbour" in the hall.', "The Last Harbour", "work"),
    ],
)
def test_name_stands_alone(pipeline: Pipeline, text: str, name: str, kind: str) -> None:
    """Without articles, possessive endings, marks, or words that only lead up to a sum."""
    assert [(entity.name, entity.kind) for entity in read(pipeline, text).entities] == [(name, kind)]


def test_most_mentioned_comes_first(pipeline: Pipeline) -> None:
    brief = read(pipeline, "Thomas Reed met Emma Cole in Russia. Emma Cole left Russia. Then Emma Cole paid.")

    assert [entity.name for entity in brief.entities] == ["Emma Cole", "Russia", "Thomas Reed"]


def test_capitals_of_a_headline_are_no_names(pipeline: Pipeline) -> None:
    text = "Emma Cole Wants Big Harbour Wall Now\n\nThe mayor spoke in Russia on Monday."

    brief = read(pipeline, text, headline=True)

    assert [entity.name for entity in brief.entities] == ["Russia"]


def test_first_paragraph_counts_where_there_is_no_headline(pipeline: Pipeline) -> None:
    brief = read(pipeline, "Emma Cole spoke in Russia.\n\nThen it rained.")

    assert {entity.name for entity in brief.entities} == {"Emma Cole", "Russia"}


def test_mentions_are_verbatim_in_order_and_apart(pipeline: Pipeline) -> None:
    text = "Emma Cole met the U.S. envoy in the United States. 🙂 Cole’s café sold $4 million of “Blue Harbour” tea."

    brief = read(pipeline, text)

    found = sorted((one.start, one.end, one.text) for entity in brief.entities for one in entity.mentions)
    assert all(text[start:end] == words for start, end, words in found)
    assert all(one[1] <= other[0] for one, other in pairwise(found))


@pytest.mark.parametrize("words", ["The Last Harbour", "America Right Now", "Lord of the Tides", "Studio 54"])
def test_capitalised_words_are_a_title(words: str) -> None:
    assert is_title(words)


@pytest.mark.parametrize(
    "words", ["We lost the harbour", "We Lost.", "Harbour", "experts", "a Bad Day", "", "The Wall Is Gone,", "…"]
)
def test_statements_and_single_words_are_no_title(words: str) -> None:
    assert not is_title(words)


@pytest.mark.parametrize(
    ("text", "name", "kind"),
    [
        ("Jon Husted spoke in Ellery. Husted left.", "Jon Husted", Kind.PERSON),
        ("Dr. Connie Mariano spoke in Ellery.", "Connie Mariano", Kind.PERSON),
        ("The Ellery Post wrote on Monday. The Post was sold.", "Ellery Post", Kind.ORGANISATION),
        ("HEMPSTEAD, N.Y., June 10 (UPI) — The harbour was closed.", "HEMPSTEAD", Kind.PLACE),
        ("ELLERY (AP) — The harbour was closed.", "ELLERY", Kind.PLACE),
        (
            "The U.S. Court of Appeals for the Sixth Circuit ruled on Monday.",
            "U.S. Court of Appeals for the Sixth Circuit",
            Kind.ORGANISATION,
        ),
    ],
)
def test_kind_goes_by_evidence(pipeline: Pipeline, text: str, name: str, kind: Kind) -> None:
    assert (name, kind) in {(entity.name, entity.kind) for entity in read(pipeline, text).entities}


@pytest.mark.parametrize(
    ("text", "shortened"),
    [
        ("Jon Husted spoke. In Angola Husted was ill.", True),  # "Angola" ends as an article does
        ("Ellery Gazette wrote it. The Gazette was sold.", False),
        ("Gazette of Jon Husted. A Husted was ill.", False),
    ],
)
def test_surname_is_what_stands_without_an_article(text: str, *, shortened: bool) -> None:
    words = ("ellery", "gazette") if "Ellery" in text else ("jon", "husted")
    full, last = " ".join(words).title(), words[-1].title()
    mentions = [CharSpan(text.index(full), text.index(full) + len(full)), CharSpan(text.rindex(last), len(text))]
    mentions[1] = CharSpan(mentions[1].start, mentions[1].start + len(last))
    cluster = Cluster(words, mentions, Counter({Kind.ORGANISATION: 2}))

    assert _is_shortened_to_surname(cluster, text) is shortened
