"""The reference article keeps being read as a careful reader reads it.

The article lies outside the project, with its answers; its words are not repeated in here.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

import pytest

from bot.analyse.pipeline import Pipeline
from bot.brief import Brief, Passage, Quote, SpeakerCard, write_brief
from bot.extract.extract import extract_text
from bot.models import QuoteType

pytestmark = pytest.mark.model

MARKS = "“”\"'‘’ "


@dataclass(frozen=True)
class Reference:
    """The article as its publisher wrote it, what is right about it, and the brief of it."""

    text: str
    expected: dict[str, Any]
    brief: Brief

    def passages(self, kind: str) -> list[tuple[str, str]]:
        """Return the speaker and the words of each expected passage."""
        return [(one["speaker"], self.text[slice(*one["content"])]) for one in self.expected[kind]]

    def holds(self, speaker: str, words: str) -> bool:
        """Tell whether three quarters of *words*' different words are in one quote of *speaker*."""
        wanted = set(re.findall(r"\w+", words.lower()))
        quotes = (
            " ".join(piece.text for piece in q.content) for q in self.brief.quotes if name(self.brief, q) == speaker
        )
        return any(len(wanted & set(re.findall(r"\w+", quote.lower()))) >= 0.75 * len(wanted) for quote in quotes)


def name(brief: Brief, quote: Quote) -> str | None:
    speaker = brief.speaker(quote.speaker)
    return speaker.name if speaker else None


@pytest.fixture(scope="module")
def reference(shared: Path, shipped: Pipeline) -> Reference:
    folder = shared / "data" / "reference"
    text = (folder / "article.txt").read_text("utf-8")
    expected = json.loads((folder / "expected.json").read_text("utf-8"))
    article = extract_text(text)
    return Reference(text, expected, write_brief(article, shipped.analyse(article)))


@pytest.fixture
def speaker(reference: Reference) -> SpeakerCard:
    assert len(reference.brief.speakers) == 1
    return reference.brief.speakers[0]


def test_title_is_the_articles(reference: Reference) -> None:
    assert reference.brief.article.title == reference.expected["title"]


def test_only_the_one_who_speaks_is_a_speaker(reference: Reference, speaker: SpeakerCard) -> None:
    (right,) = reference.expected["speakers"]

    assert (speaker.name, speaker.kind) == (right["name"], right["kind"])
    assert speaker.name not in reference.expected["not_speakers"]


def test_role_is_in_the_articles_words(reference: Reference, speaker: SpeakerCard) -> None:
    assert speaker.role is not None
    assert speaker.role.text == reference.expected["speakers"][0]["role"]


def test_direct_quotations_are_whole_and_have_their_speaker(reference: Reference) -> None:
    """Each is one piece of a quote, neither a word more nor a word less: all but one at most."""
    said = {
        (name(reference.brief, quote), piece.text.strip(MARKS))
        for quote in reference.brief.quotes
        for piece in quote.content
    }
    wanted = [(speaker, words.strip(MARKS)) for speaker, words in reference.passages("direct")]

    assert len(wanted) == 8
    assert all(one in said for one in wanted)


def test_he_said_is_resolved(reference: Reference, speaker: SpeakerCard) -> None:
    """Half of what he says stands beside "he said", "he added", "he commented": none of it may be lost."""
    by_pronoun = [quote for quote in reference.brief.quotes if [source.text for source in quote.source] == ["he"]]
    with_cue = [quote for quote in by_pronoun if quote.cue and quote.type is QuoteType.DIRECT]

    assert [quote.cue[0].text for quote in with_cue] == ["added", "said", "commented"]
    assert all(quote.speaker == speaker.id for quote in by_pronoun)
    pieces = {piece.text.strip(MARKS) for quote in with_cue for piece in quote.content}
    direct = [words.strip(MARKS) for _, words in reference.passages("direct")]
    assert pieces == set(direct[-len(pieces) :])


def test_fragments_in_marks_are_kept_with_their_speaker(reference: Reference, speaker: SpeakerCard) -> None:
    shown = {part.text.strip(MARKS) for quote in reference.brief.quotes_of(speaker) for part in quote.quoted}
    wanted = [words.strip(MARKS) for _, words in reference.passages("fragments")]

    assert wanted
    assert set(wanted) <= shown


def test_paraphrases_have_their_speaker(reference: Reference) -> None:
    wanted = reference.passages("indirect")

    assert len(wanted) == 5
    assert all(reference.holds(speaker, words) for speaker, words in wanted)


def test_whom_the_speaker_relies_on_is_told(reference: Reference, speaker: SpeakerCard) -> None:
    """The last two of each expected chain: his source, and what it has."""
    links = [
        (quote.speaker, link.source.text, link.cue.text) for quote in reference.brief.quotes for link in quote.chain
    ]

    for *_, name, source, what in reference.expected["chains"]:
        assert name == speaker.name
        assert any(who == speaker.id and said == source and cue.endswith(what) for who, said, cue in links)


def test_furniture_is_no_part_of_the_article(reference: Reference) -> None:
    assert not [words for words in reference.expected["furniture"] if words in reference.brief.article.text]


def test_title_in_marks_is_no_quotation(reference: Reference) -> None:
    quoted = chain.from_iterable(quote.quoted for quote in reference.brief.quotes)

    assert not {part.text.strip(MARKS) for part in quoted} & set(reference.expected["not_quotes"])


def test_whatever_is_shown_stands_in_the_article(reference: Reference) -> None:
    """As published and as stored, letter by letter; only blanks may have been evened out."""
    brief = reference.brief
    shown = list(passages(brief))
    published = " ".join(reference.text.split())

    assert shown
    assert not [one.text for one in shown if one.text != brief.article.text[one.start : one.end]]
    assert not [one.text for one in shown if one.text not in published]


def passages(brief: Brief) -> chain[Passage]:
    return chain(
        (line.passage for line in brief.summary),
        *(quote.content + quote.quoted + quote.cue + quote.source for quote in brief.quotes),
        *(claim.content for claim in brief.claims),
        *(entity.mentions for entity in brief.entities),
        *([speaker.name_at] + ([speaker.role] if speaker.role else []) for speaker in brief.speakers),
    )


def test_slips_of_the_article_are_printed_as_they_stand(reference: Reference) -> None:
    quoted = "\n".join(part.text for quote in reference.brief.quotes for part in quote.quoted)

    assert not [words for words in reference.expected["verbatim_traps"] if words not in quoted]


def test_names_of_one_thing_are_one_entity(reference: Reference) -> None:
    """Wherever one of its names stands in the body, the same entity has a mention."""
    brief = reference.brief
    title = len(brief.article.title or "")
    for names in reference.expected["one_entity"]:
        (entity,) = [one for one in brief.entities if one.name in names]
        for form in names:
            for found in re.finditer(rf"\b{re.escape(form)}\b", brief.article.text[title:]):
                start, end = title + found.start(), title + found.end()
                assert any(start < mention.end and mention.start < end for mention in entity.mentions), form


@pytest.mark.parametrize(
    ("kind", "answer"),
    [
        ("person", "person"),
        ("organisation", "organisation"),
        ("place", "place"),
        ("money", "money"),
        ("programme", "work"),
    ],
)
def test_entities_are_found(reference: Reference, kind: str, answer: str) -> None:
    found = {entity.name for entity in reference.brief.entities if entity.kind == answer}

    assert set(reference.expected["entities"][kind]) <= found


def test_no_other_person_or_organisation_is_named(reference: Reference) -> None:
    expected = reference.expected["entities"]
    found = {entity.name for entity in reference.brief.entities if entity.kind in {"person", "organisation"}}

    assert found == {*expected["person"], *expected["organisation"]}


def test_day_without_a_date_is_noted(reference: Reference) -> None:
    notes = " ".join(note.text for note in reference.brief.notes if note.code == "undated")

    assert not [day for day in reference.expected["undated"] if day not in notes]


def test_what_is_worth_checking_ranks_first(reference: Reference, speaker: SpeakerCard) -> None:
    top = reference.brief.claims[: len(reference.expected["worth_checking_first"])]
    for words in reference.expected["worth_checking_first"]:
        (claim,) = [one for one in top if any(words in piece.text for piece in one.content)]
        assert claim.claimer == speaker.id


def test_claim_that_rests_on_another_source_has_the_chain(reference: Reference) -> None:
    *_, source, _ = reference.expected["chains"][0]
    quotes = {quote.id: quote for quote in reference.brief.quotes}
    (claim,) = [one for one in reference.brief.claims[:3] if source in one.shown]

    assert source in [link.source.text for link in quotes[claim.quote or ""].chain]


def test_counterfactuals_are_set_aside(reference: Reference) -> None:
    apart = [one.shown for one in reference.brief.set_aside if one.sort == "counterfactual"]

    assert len([words for words in apart if re.search(r"\b(?:might|would)", words)]) == 2
    assert not [claim.shown for claim in reference.brief.claims if re.search(r"\bif\b.*\b(?:might|would)", claim.shown)]


def test_summary_names_the_speaker_and_leaves_no_pronoun(reference: Reference, speaker: SpeakerCard) -> None:
    shown = [line.shown for line in reference.brief.summary]

    assert 1 <= len(shown) <= 3
    assert speaker.name in shown[0]
    assert not [line for line in shown if re.match(r"(?:He|She|They|It)\b(?! \[)", line)]
