"""The reading as a whole, on texts that no newspaper would print."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.analyse.pipeline import Pipeline, load_pipeline
from bot.errors import SettingsError
from bot.models import CharSpan, split_paragraphs
from tests.fakes import STORY
from tests.reading import article, read, voices

pytestmark = pytest.mark.model


BODY = STORY.partition("\n\n")[2]


def spans(value: object) -> Iterator[CharSpan]:
    """Find every position in a reading, wherever it stands."""
    if isinstance(value, CharSpan):
        yield value
    elif isinstance(value, tuple):
        for one in value:
            yield from spans(one)
    elif is_dataclass(value):
        for field in fields(value):
            yield from spans(getattr(value, field.name))


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "\n\n \n",
        ".",
        "a",
        "“",
        "”",
        "''",
        ":",
        "\u0301\u0301",
        "¶ § ††† ***",
        "🙂🙂\n\n“🙂🙂”",
        "— —\n\n1 2 3",
    ],
)
def test_text_without_words_has_nothing_to_tell(pipeline: Pipeline, text: str) -> None:
    analysis = pipeline.analyse(article(text))

    assert (analysis.attributions, analysis.speakers, analysis.claims, analysis.summary) == ((), (), (), ())
    assert [note.code for note in analysis.notes] == ["plain-reading"]


def test_headline_alone_is_read(pipeline: Pipeline) -> None:
    assert read(pipeline, "Emma Cole: ‘We lost the harbour’", headline=True).article.paragraphs == 0


@pytest.mark.parametrize("odd", ["🙂", "e\u0301", "👩‍👩‍👧", "𝒜", "\u00a0", "\u200b", "\ufffd", "ﬁ"])
def test_positions_are_right_behind_odd_characters(pipeline: Pipeline, odd: str) -> None:
    text = f"{odd} The wall {odd} fell.\n\n“We lost {odd} the harbour,” said Emma Cole. {odd}"

    brief = read(pipeline, text)

    assert voices(brief) == [("Emma Cole", f"“We lost {odd} the harbour,”")]
    assert all(text[one.start : one.end] == one.text for quote in brief.quotes for one in quote.content)
    assert [quote.content[0].paragraph for quote in brief.quotes] == [2]


@settings(deadline=None, max_examples=100)  # a parse takes as long as the machine takes
@given(text=st.lists(st.text(max_size=40) | st.sampled_from(BODY.split(" ")), max_size=40).map(" ".join))
def test_everything_found_lies_in_the_text(shipped: Pipeline, text: str) -> None:
    story = article(text)

    analysis = shipped.analyse(story)

    assert all(span.end <= len(text) for span in spans(analysis))
    assert all(0 <= claim.score <= 1 for claim in analysis.claims)
    said = [index for speaker in analysis.speakers for index in speaker.attributions]
    assert len(said) == len(set(said)), "nobody else says what somebody says"
    assert set(said) <= set(range(len(analysis.attributions)))


def test_parse_is_of_the_very_text(pipeline: Pipeline) -> None:
    text = f"  {BODY}\n\n\n🙂  two  blanks \t and a tab\n"

    doc = pipeline.parse(text, split_paragraphs(text))

    assert doc.text == text


def test_sentence_ends_with_its_paragraph(pipeline: Pipeline) -> None:
    text = "The wall of the harbour\n\nfell on Monday"

    doc = pipeline.parse(text, split_paragraphs(text))

    assert [sentence.text.strip() for sentence in doc.sents] == text.split("\n\n")


def test_same_text_has_the_same_reading(shipped: Pipeline) -> None:
    """Also after other texts: nothing is remembered from one article to the next."""
    first = shipped.analyse(article(STORY, headline=True))

    shipped.analyse(article(BODY.replace("Holt", "Cole")))

    assert shipped.analyse(article(STORY, headline=True)) == first


def test_long_article_is_read_to_its_end(pipeline: Pipeline) -> None:
    """50,000 words, as much as a book of some 200 pages."""
    times = 50_000 // len(BODY.split())
    text = "\n\n".join([BODY] * times + ["“The end is near,” said Sarah Miller."])

    brief = read(pipeline, text)

    assert brief.article.words > 49_900
    assert ("Sarah Miller", "“The end is near,”") in voices(brief)
    assert {speaker.name for speaker in brief.speakers} >= {"Tomas Reyl", "Sarah Miller"}
    assert len(brief.summary) == 3


@pytest.mark.parametrize("words", ["The waves rose and fell. ", "Wave"], ids=["sentences", "one endless word"])
def test_endless_paragraph_is_read(pipeline: Pipeline, words: str) -> None:
    """200,000 characters are parsed in pieces, since spaCy's memory grows with the length."""
    text = words * (200_000 // len(words)) + ". “It is over,” said Emma Cole."

    assert voices(read(pipeline, text)) == [("Emma Cole", "“It is over,”")]


def test_model_that_is_not_installed_is_named() -> None:
    with pytest.raises(SettingsError, match="xx_no_such_model") as error:
        load_pipeline("xx_no_such_model")

    assert "SPACY_MODEL" in str(error.value)
