"""The reader in the pipeline, with a small one that goes by single words instead of the trained one."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
import spacy
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from spacy.tokens import Doc
from spacy.vocab import Vocab
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers

from bot.analyse.component import ReaderComponent, linked_of, load_component, token_vectors, vectors_of
from bot.analyse.decoding import CONTENT, CUE, PLACES, SOURCE, TAGS, Linked, decode
from bot.analyse.pieces import CLS, SEP, read_pieces
from bot.analyse.pipeline import Pipeline
from bot.analyse.quotation import Quotation
from bot.analyse.reader import Answer, Found, read_windows
from bot.errors import SettingsError
from bot.models import CharSpan, Kind, QuoteType, Spans
from tests.reading import article, read, said

SOURCES, CUES, STOPS = (1000, 1001), (1002,), (1003,)
VOCABULARY = {"[UNK]": 100, "[CLS]": CLS, "[SEP]": SEP, "cole": 1000, "reed": 1001, "said": 1002, ".": 1003}
TEXT = "Cole said the wall fell.\n\n“Nobody paid,” Reed said."


def word_tokenizer() -> Tokenizer:
    tokenizer = Tokenizer(models.WordLevel(VOCABULARY, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer()
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    return tokenizer


TOKENIZER = word_tokenizer()


def run(ids: NDArray[np.int64], _: NDArray[np.int64]) -> Answer:
    """Take every Cole and Reed for a source, every "said" for a cue, all else for content, and link to the nearest."""
    windows, length = ids.shape
    tags = np.zeros((windows, length, len(TAGS)), np.float32)
    anchors = np.zeros((windows, length, length), np.float32)
    speakers = anchors.copy()
    for number, window in enumerate(ids):
        roles = np.full(length, CONTENT)
        roles[np.isin(window, SOURCES)] = SOURCE
        roles[np.isin(window, CUES)] = CUE
        outside = np.isin(window, (CLS, SEP, *STOPS))
        begins = np.diff(roles, prepend=-1) != 0
        begins[1:] |= outside[:-1]
        ends = np.append(begins[1:], True) | np.append(outside[1:], True)
        places = np.select([begins & ends, begins, ends], [PLACES.index(place) for place in "SBE"], PLACES.index("I"))
        tags[number, np.arange(length), np.where(outside, 0, 1 + len(PLACES) * roles + places)] = 1
        for piece in range(length):
            anchors[number, piece, nearest(piece, (roles == CUE) & ~outside)] = 1
            speakers[number, piece, nearest(piece, (roles == SOURCE) & ~outside)] = 1
    return tags, anchors, speakers, np.repeat(ids[..., None], 2, axis=-1).astype(np.float32)


def nearest(piece: int, among: NDArray[np.bool_]) -> int:
    """Return the piece of *among* that is nearest to *piece*; 0, the frame, where there is none."""
    places = np.flatnonzero(among)
    return int(places[np.abs(places - piece).argmin()]) if len(places) else 0


def find(text: str, paragraphs: Spans, quotations: tuple[Quotation, ...]) -> Found:
    pieces = read_pieces(TOKENIZER, text, paragraphs, quotations)
    reading = read_windows(run, pieces)
    return Found(decode(reading, pieces, text, quotations), pieces.spans[:, 0], reading.vectors)


def only(linked: Linked) -> Found:
    return Found([linked], np.zeros(0, np.int32), None)


READER = ReaderComponent(find)


@pytest.fixture(scope="module")
def reading(pipeline: Pipeline) -> Pipeline:
    return Pipeline(pipeline.nlp, READER)


def words(doc: Doc, role: str) -> list[str]:
    return [span.text for span in doc.spans[f"nutgraf_{role}"]]


def test_component_leaves_spans_on_a_doc() -> None:
    doc = READER(spacy.blank("en")(TEXT))

    assert words(doc, "source") == ["Cole", "Reed"]
    assert words(doc, "cue") == ["said", "said"]
    assert words(doc, "content") == ["the wall fell", "“Nobody paid,”"]
    assert [span.id for span in doc.spans["nutgraf_content"]] == [0, 1]
    assert [span.label_ for span in doc.spans["nutgraf_cue"]] == ["cue", "cue"]


def test_what_was_found_survives_being_written() -> None:
    """spaCy writes docs to send them between processes, and refuses what is not plain."""
    doc = READER(spacy.blank("en")(TEXT))
    again = Doc(doc.vocab).from_bytes(doc.to_bytes())

    assert [one.content[0].of(TEXT) for one in linked_of(doc)] == words(doc, "content")
    assert linked_of(again) == linked_of(doc)


@pytest.mark.parametrize("text", ["", " ", "\n\n"])
def test_doc_without_words_has_nothing(text: str) -> None:
    doc = READER(spacy.blank("en")(text))

    assert linked_of(doc) == ()
    assert words(doc, "content") == []


def test_doc_that_was_not_read_has_nothing() -> None:
    doc = spacy.blank("en")(TEXT)

    assert linked_of(doc) == ()
    assert vectors_of(doc) is None


def test_token_gets_the_mean_of_its_pieces() -> None:
    """spaCy's "Nobody-paid" is one token; the reader's "nobody", "-" and "paid" are three pieces."""
    doc = Doc(Vocab(), ["Cole", "Nobody-paid", ".", " "], spaces=[True, False, False, False])
    starts = np.array([0, 5, 11, 12, 16], np.int32)
    vectors = np.array([[1, 0], [2, 3], [3, 0], [4, 0], [7, 8]], np.float32)

    assert token_vectors(doc, starts, vectors).tolist() == [[1, 0], [3, 1], [7, 8], [0, 0]]


def test_vectors_survive_being_written() -> None:
    doc = READER(spacy.blank("en")(TEXT))
    again = Doc(doc.vocab).from_bytes(doc.to_bytes())

    assert vectors_of(doc).shape == (len(doc), 2)
    assert (vectors_of(again) == vectors_of(doc)).all()


def test_no_reader_in_a_folder_without_one(tmp_path: Path) -> None:
    assert load_component(tmp_path) is None


def test_component_has_a_name_in_spacy(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"reader\.json is missing"):
        spacy.blank("en").add_pipe("nutgraf_reader", config={"folder": str(tmp_path)})


@pytest.mark.parametrize("description", ["", "[]", "{}", '{"model": "reader.onnx"', "\ufffd"])
def test_damaged_description_is_told(tmp_path: Path, description: str) -> None:
    (tmp_path / "reader.json").write_text(description, encoding="utf-8")

    with pytest.raises(SettingsError, match=r"reader\.json is damaged"):
        load_component(tmp_path)


def test_damaged_model_is_told(tmp_path: Path) -> None:
    for name in ("reader.onnx", "tokenizer.json"):
        (tmp_path / name).write_bytes(b"half of it")
    whole = hashlib.sha256(b"all of it").hexdigest()
    described = {"model": "reader.onnx", "tokenizer": "tokenizer.json"}
    described |= {"model_sha256": whole, "tokenizer_sha256": whole}
    (tmp_path / "reader.json").write_text(json.dumps(described), encoding="utf-8")

    with pytest.raises(SettingsError, match=r"reader\.onnx is not the file"):
        load_component(tmp_path)


@pytest.mark.model
def test_attributions_are_the_readers(reading: Pipeline) -> None:
    first, second = read(reading, TEXT).quotes

    assert said(read(reading, TEXT)) == [("Cole", "the wall fell"), ("Reed", "“Nobody paid,”")]
    assert (first.type, second.type) == (QuoteType.INDIRECT, QuoteType.DIRECT)
    assert first.confidence is not None
    assert first.confidence > 0.9
    assert [one.text for one in second.quoted] == ["Nobody paid,"]


@pytest.mark.model
def test_plain_reading_is_noted_where_rules_read(pipeline: Pipeline, reading: Pipeline) -> None:
    story = article(TEXT)
    german = replace(story, language="de")

    def codes(one: Pipeline, language: str | None) -> list[str]:
        return [note.code for note in one.analyse(replace(story, language=language)).notes]

    assert codes(reading, None) == codes(reading, "en") == []
    assert codes(reading, "de") == codes(Pipeline(pipeline.nlp), "en") == ["plain-reading"]
    assert {one.confidence for one in reading.analyse(german).attributions} == {None}


@pytest.mark.model
def test_content_over_paragraphs_is_cut_where_they_end(reading: Pipeline) -> None:
    ((_, content),) = said(read(reading, "Cole said the wall, not new, fell,\n\nand that was it."))

    assert content == "the wall, not new, fell … and that was it"


WORDS = st.sampled_from("Cole Reed said the wall , . : “ ” ‘ ’ ' '' \" « » … — 🙂 é \n\n \n that ( )".split(" "))


@pytest.mark.model
@settings(deadline=None, max_examples=100)  # a parse takes as long as the machine takes
@given(text=st.lists(WORDS, max_size=60).map(" ".join) | st.text(max_size=120))
def test_any_text_is_read_the_same_way_each_time(reading: Pipeline, text: str) -> None:
    """Spans lie in the text, no words are said twice, and the same text has the same reading."""
    story = article(text)

    analysis = reading.analyse(story)

    assert analysis == reading.analyse(story)
    pieces = [piece for one in analysis.attributions for piece in one.content]
    assert not [pair for pair in combinations(pieces, 2) if pair[0].overlaps(pair[1])]
    for one in analysis.attributions:
        assert one.content
        assert list(one.content) == sorted(one.content)
        assert all(span.end <= len(text) for span in (*one.source, *one.cue, *one.content))
        assert all(any(piece.covers(part) for piece in one.content) for part in one.quoted)
        assert not any("\n" in piece.of(text) for piece in one.content)


@pytest.mark.model
def test_content_that_begins_with_a_lone_that_can_be_a_claim(pipeline: Pipeline) -> None:
    text = "Cole said that, he swore, the wall cost 40 million pounds."
    cuts = [text.index("that"), text.index(","), text.index("the wall"), len(text) - 1]
    content = (CharSpan(*cuts[:2]), CharSpan(*cuts[2:]))
    reader = ReaderComponent(lambda *_: only(Linked((CharSpan(0, 4),), (), content, 1.0)))

    (claim,) = Pipeline(pipeline.nlp, reader).analyse(article(text)).claims

    assert claim.content == content


@pytest.mark.model
@pytest.mark.parametrize("told", [", an engineer and the mayor of Port Ellery,", ", who built the wall and the pier,"])
def test_what_a_source_tells_about_somebody_makes_no_group_of_him(pipeline: Pipeline, told: str) -> None:
    text = f"The wall fell, said Emma Cole{told} on Monday."
    source = CharSpan(text.index("Emma"), text.index(" on Monday"))
    found = only(Linked((source,), (), (CharSpan(0, 13),), 1.0))

    (speaker,) = Pipeline(pipeline.nlp, ReaderComponent(lambda *_: found)).analyse(article(text)).speakers

    assert (speaker.name.of(text), speaker.kind) == ("Emma Cole", Kind.PERSON)


@pytest.mark.model
@pytest.mark.parametrize(("least", "named"), [(0.5, ["Emma Cole"]), (0.7, [])])
def test_nobody_is_named_below_the_confidence_that_is_asked_for(
    pipeline: Pipeline, least: float, named: list[str]
) -> None:
    text = "The wall fell, said Emma Cole on Monday."
    source = CharSpan(text.index("Emma"), text.index(" on Monday"))
    reader = ReaderComponent(lambda *_: only(Linked((source,), (), (CharSpan(0, 13),), 0.6)))

    analysis = Pipeline(pipeline.nlp, reader, least=least).analyse(article(text))

    assert [speaker.name.of(text) for speaker in analysis.speakers] == named
    assert [one.source or one.candidate for one in analysis.attributions] == [(source,)]
