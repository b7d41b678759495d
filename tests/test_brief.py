import hashlib
import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from pydantic import BaseModel, ValidationError

from bot.brief import Brief, Passage, resolve, write_brief
from bot.models import Article, CharSpan, Resolved, split_paragraphs
from tests.fakes import STORY, a_brief, an_analysis, an_article, span


def passages(part: Any) -> Iterator[Passage]:
    """Find every passage in a brief, however deep."""
    if isinstance(part, Passage):
        yield part
    elif isinstance(part, BaseModel):
        for name in type(part).model_fields:
            yield from passages(getattr(part, name))
    elif isinstance(part, list):
        for one in part:
            yield from passages(one)


def test_every_passage_is_the_articles_words_at_its_place() -> None:
    """The first promise: verbatim, or no quotation marks."""
    brief = a_brief()
    found = list(passages(brief))

    assert len(found) > 20
    for passage in found:
        assert brief.article.text[passage.start : passage.end] == passage.text
        assert passage.paragraph == an_article().paragraph_of(CharSpan(passage.start, passage.end))


def test_every_id_that_is_mentioned_exists() -> None:
    brief = a_brief()
    quotes = {quote.id for quote in brief.quotes}
    speakers = {speaker.id for speaker in brief.speakers}

    assert {quote for speaker in brief.speakers for quote in speaker.quotes} <= quotes
    assert {quote.speaker for quote in brief.quotes} <= speakers | {None}
    assert {claim.quote for claim in brief.claims} <= quotes | {None}
    assert {claim.claimer for claim in brief.claims} <= speakers | {None}


def test_who_said_what_is_kept_together() -> None:
    brief = a_brief()
    said = {speaker.name: [quote.content[0].text for quote in brief.quotes_of(speaker)] for speaker in brief.speakers}

    assert said == {
        "Maren Holt": [
            "“We got the numbers wrong, and I am sorry for that,”",
            "that the wall would be finished by 2028",
        ],
        "the town council": ["The new harbour wall in Port Ellery will cost 48 million pounds"],
        "Tomas Reyl": ["the plan “a disaster for every boat in the bay”"],
    }
    assert [quote.content[0].text for quote in brief.quotes_of(None)] == ["the delay"]


def test_a_claim_is_its_speakers_or_the_outlets() -> None:
    attributed, own = a_brief().claims

    assert (attributed.quote, a_brief().speaker(attributed.claimer), attributed.cue[0].text) == (
        "q1",
        a_brief().speakers[1],
        "admitted",
    )
    assert (own.quote, own.claimer, own.cue) == (None, None, [])


def test_a_brief_survives_json() -> None:
    brief = a_brief()
    assert Brief.model_validate_json(brief.model_dump_json()) == brief


def test_the_same_reading_gives_the_same_bytes() -> None:
    assert a_brief().model_dump_json() == a_brief().model_dump_json()


def test_the_text_is_stored_with_its_digest() -> None:
    article = a_brief().article
    assert article.text == STORY
    assert article.text_sha256 == hashlib.sha256(STORY.encode()).hexdigest()


def test_a_brief_of_pasted_text_needs_nothing_but_the_text() -> None:
    text = "“We got the numbers wrong,” said Maren Holt."
    article = Article(text, split_paragraphs(text))
    nothing = replace(an_analysis(), attributions=(), speakers=(), claims=(), entities=(), summary=(), notes=())
    brief = write_brief(article, nothing)

    assert (brief.article.title, brief.article.url, brief.article.paragraphs, brief.article.words) == (None, None, 1, 8)
    assert Brief.model_validate_json(brief.model_dump_json()) == brief


def test_a_quotation_with_two_speakers_is_nobodys() -> None:
    """A wrong name is the worst error there is."""
    analysis = an_analysis()
    holt, council, _ = analysis.speakers
    contested = replace(council, attributions=(*council.attributions, *holt.attributions))
    brief = write_brief(an_article(), replace(analysis, speakers=(holt, contested)))

    contested_quotes = [brief.quotes[index] for index in holt.attributions]
    assert [quote.speaker for quote in contested_quotes] == [None, None]
    assert all(quote.id not in speaker.quotes for quote in contested_quotes for speaker in brief.speakers)


def test_a_speakers_id_counts_from_the_first() -> None:
    assert [speaker.id for speaker in a_brief().speakers] == ["s1", "s2", "s3"]
    assert a_brief().speaker(None) is None
    assert a_brief().speaker("s9") is None


def test_what_no_longer_fits_the_version_is_refused_without_showing_it() -> None:
    stored = json.loads(a_brief().model_dump_json())
    stored["article"]["text"] = ["Nobody has pocketed a penny."]
    with pytest.raises(ValidationError) as caught:
        Brief.model_validate(stored)

    assert "pocketed" not in str(caught.value)


def test_stored_brief_that_knows_nothing_of_sure_dates_is_read_as_unsure() -> None:
    stored = json.loads(a_brief().model_dump_json())
    assert stored["article"].pop("published_sure")
    assert not Brief.model_validate(stored).article.published_sure


def test_a_pronoun_is_followed_by_its_name_in_brackets() -> None:
    assert a_brief().summary[1].shown == "She [Maren Holt] added that the wall would be finished by 2028."
    assert a_brief().summary[1].passage.text == "She added that the wall would be finished by 2028."


TEXT = "Maren Holt and Tomas\nReyl met. She said\u2028that he had told her so."
HOLT = span("Maren Holt", TEXT)
REYL = span("Tomas\nReyl", TEXT)
SHE = span("She", TEXT)
HE = CharSpan(TEXT.index(" he ") + 1, TEXT.index(" he ") + 3)
HER = span("her", TEXT)


@pytest.mark.parametrize(
    ("resolved", "shown"),
    [
        ((), "She said that he had told her so."),
        ((Resolved(HER, HOLT),), "She said that he had told her [Maren Holt] so."),
        ((Resolved(HE, REYL), Resolved(SHE, HOLT)), "She [Maren Holt] said that he [Tomas Reyl] had told her so."),
        ((Resolved(SHE, HOLT), Resolved(SHE, REYL)), "She [Maren Holt] said that he had told her so."),
        ((Resolved(REYL, HOLT),), "She said that he had told her so."),
    ],
    ids=["none", "one", "two out of order", "the same twice", "outside the sentence"],
)
def test_pronouns_are_resolved_in_place(resolved: tuple[Resolved, ...], shown: str) -> None:
    assert resolve(TEXT, CharSpan(SHE.start, len(TEXT)), resolved) == shown
