"""The word pieces in which the reader sees a text, and the windows it sees them through.

The reader's vocabulary is in lower case. What that hides, it is told beside each piece as its *kind*: the shape
of the word, whether it stands in quotation marks, whether it opens a paragraph.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from bot.analyse.quotation import Quotation
from bot.models import Spans, covered, storable

if TYPE_CHECKING:
    from tokenizers import Tokenizer

CLS, SEP = 101, 102
"""The ids of the two pieces that stand round each window, as in every vocabulary made for BERT."""

LONGEST = 510
"""Pieces in a window at most: the encoder has 512 positions, two of which are [CLS] and [SEP]."""

OVERLAP = 96
"""Pieces that neighbouring windows share at least. A guess: three or four sentences."""

SHAPES = ("lower", "capitalised", "capitals", "digits", "opening mark", "closing mark", "punctuation", "other")
FRAME = 0
"""The kind of [CLS] and [SEP]."""
KINDS = 1 + 4 * len(SHAPES)
"""How many kinds there are: each shape, in quotation marks or not, first of its paragraph or not, and the frame."""


@dataclass(frozen=True, slots=True)
class Pieces:
    """The pieces of a text in order; no two words share a character."""

    ids: NDArray[np.int64]  # (n,), in the tokenizer's vocabulary
    spans: NDArray[np.int32]  # (n, 2), characters of the text, end exclusive
    kinds: NDArray[np.int64]  # (n,), below KINDS
    words: NDArray[np.int32]  # (n,), the number of the word that each is a piece of, from 0

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def opening(self) -> NDArray[np.bool_]:
        """Which pieces are the first of their paragraph. Shape ``(n,)``."""
        return np.asarray(self.kinds > 2 * len(SHAPES), np.bool_)


def read_pieces(tokenizer: Tokenizer, text: str, paragraphs: Spans, quotations: tuple[Quotation, ...]) -> Pieces:
    """Cut *text* into pieces, paragraph by paragraph, without special ones.

    *tokenizer* must neither truncate nor pad: see ``bot.analyse.reader.load_tokenizer``.
    """
    text = storable(text)  # the tokenizer refuses halves of surrogate pairs; no position moves
    ids: list[int] = []
    spans: list[tuple[int, int]] = []
    words: list[int] = []
    first: set[int] = set()
    for paragraph in paragraphs:
        encoding = tokenizer.encode(paragraph.of(text), add_special_tokens=False)
        first.add(len(ids))
        last_word = None
        for id_, (start, end), word in zip(encoding.ids, encoding.offsets, encoding.word_ids, strict=True):
            start, end = start + paragraph.start, end + paragraph.start
            if start == end:
                continue
            if not words:
                words.append(0)
            else:  # a letter that the tokenizer takes apart stays one word
                words.append(words[-1] + (word != last_word and start >= spans[-1][1]))
            last_word = word
            ids.append(id_)
            spans.append((start, end))
    where = np.array(spans, np.int32).reshape(-1, 2)
    numbers = np.array(words, np.int32)
    kinds = _kinds(text, where, numbers, quotations)
    opening = [number for number in first if number < len(ids)]
    kinds[opening] += 2 * len(SHAPES)
    return Pieces(np.array(ids, np.int64), where, kinds, numbers)


def _kinds(
    text: str, spans: NDArray[np.int32], words: NDArray[np.int32], quotations: tuple[Quotation, ...]
) -> NDArray[np.int64]:
    """Return the kind of each piece, as if none were the first of its paragraph."""
    if not len(spans):
        return np.zeros(0, np.int64)
    marks = np.zeros(len(text), np.int64)  # 1 and 2 where a quotation's opening and closing marks stand
    for quotation in quotations:
        marks[quotation.outer.start : quotation.inner.start] = 1
        marks[quotation.inner.end : quotation.outer.end] = 2
    quoted = np.frombuffer(covered(len(text), (quotation.inner for quotation in quotations)), np.uint8)
    starts = np.flatnonzero(np.diff(words, prepend=-1))
    ends = np.append(starts[1:], len(words))
    shapes = np.array(
        [_shape(text[start:end]) for start, end in zip(spans[starts, 0], spans[ends - 1, 1], strict=True)], np.int64
    )[words]
    mark = marks[spans[:, 0]]
    shapes = np.where(mark > 0, SHAPES.index("opening mark") + mark - 1, shapes)
    inside: NDArray[np.int64] = quoted[spans[:, 0]].astype(np.int64)
    return 1 + shapes + len(SHAPES) * inside


def _shape(word: str) -> int:
    if any(letter.isdigit() for letter in word):
        shape = "digits"
    elif word.islower():
        shape = "lower"
    elif word.isupper() and len(word) > 1:
        shape = "capitals"
    elif word[:1].isupper():
        shape = "capitalised"
    elif not any(letter.isalnum() for letter in word):
        shape = "punctuation"
    else:
        shape = "other"
    return SHAPES.index(shape)


def cut_windows(count: int, longest: int = LONGEST, overlap: int = OVERLAP) -> tuple[range, ...]:
    """Cut *count* pieces into as few windows as will do, all of one length, neighbours sharing *overlap* or more."""
    if count == 0:
        return ()
    if count <= longest:
        return (range(count),)
    windows = -(-(count - overlap) // (longest - overlap))
    length = -(-(count + (windows - 1) * overlap) // windows)
    starts = [number * (count - length) // (windows - 1) for number in range(windows)]
    return tuple(range(start, start + length) for start in starts)


def frame(pieces: Pieces, windows: tuple[range, ...]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the ids and the kinds of *windows*, which are of one length, with [CLS] before and [SEP] after.

    Shapes: ``(windows, length + 2)`` both.
    """
    ids = [[CLS, *pieces.ids[window.start : window.stop], SEP] for window in windows]
    kinds = [[FRAME, *pieces.kinds[window.start : window.stop], FRAME] for window in windows]
    return np.array(ids, np.int64), np.array(kinds, np.int64)
