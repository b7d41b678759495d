"""The reader: a small encoder that sees, for each word, what part it has in an attribution, and in which one."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from tokenizers import Tokenizer

from bot.analyse.decoding import TAGS, Linked, Reading, decode
from bot.analyse.pieces import LONGEST, OVERLAP, Pieces, cut_windows, frame, read_pieces
from bot.analyse.quotation import Quotation
from bot.errors import SettingsError
from bot.models import Spans
from bot.shipped import read_shipped

FOLDER = Path(__file__).parent
DESCRIPTION = "reader.json"
"""The side file: which model and tokenizer, their SHA-256, and how to use what the model says."""

BATCH = 1
"""Windows that are read at once. More is hardly faster on one core, and the model in int8 scales its values by the
largest in a batch: with four, dev lost half a point."""

OUTPUTS = ("tags", "links", "speakers", "vectors")
"""What the model is asked for."""

LEAST_LINK = 1e-4
"""Link probabilities below are kept as 0: an attribution never hangs on them."""

Answer = tuple[NDArray[Any], NDArray[Any], NDArray[Any], NDArray[Any]]
"""What the model says of windows: the probabilities of the tags ``(windows, length, tags)``, of the links to anchors
``(windows, length, length)`` and of those to speakers, which are shaped as the others; and each piece's vector, the
last hidden state, ``(windows, length, hidden)``."""

Run = Callable[[NDArray[np.int64], NDArray[np.int64]], Answer]
"""The model: ids and kinds, both ``(windows, length)``, to its answer."""


@dataclass(frozen=True, slots=True)
class Found:
    """What the reader found in a text of ``n`` pieces."""

    attributions: list[Linked]
    starts: NDArray[np.int32]  # (n,), the character that each piece begins with
    vectors: NDArray[np.float32] | None  # (n, hidden); None where the text has no pieces


def load_tokenizer(path: Path) -> Tokenizer:
    """Load a tokenizer so that it reads a text whole, and as text: "[SEP]" in an article is five characters."""
    tokenizer = Tokenizer.from_file(str(path))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    tokenizer.encode_special_tokens = True
    return tokenizer


def read_windows(run: Run, pieces: Pieces, *, longest: int = LONGEST, overlap: int = OVERLAP) -> Reading:
    """Read *pieces* through windows; a piece in several of them gets the mean, weighted by its way to the edge."""
    windows = cut_windows(len(pieces), longest, overlap)
    tags = np.zeros((len(pieces), len(TAGS)), np.float32)
    vectors: NDArray[np.float32] | None = None
    weights = np.zeros((len(pieces), 1), np.float32)
    links: list[NDArray[np.float16]] = []
    speakers: list[NDArray[np.float16]] = []
    for number in range(0, len(windows), BATCH):
        batch = windows[number : number + BATCH]
        answer = run(*frame(pieces, batch))
        for window, of_tags, of_links, of_speakers, of_pieces in zip(batch, *answer, strict=True):
            weight = _triangle(len(window))
            if vectors is None:
                vectors = np.zeros((len(pieces), of_pieces.shape[-1]), np.float32)
            vectors[window.start : window.stop] += weight * of_pieces[1:-1]
            tags[window.start : window.stop] += weight * of_tags[1:-1]
            weights[window.start : window.stop] += weight
            links.append(_kept(of_links))
            speakers.append(_kept(of_speakers))
    if vectors is not None:
        vectors /= weights
    return Reading((tags / weights).astype(np.float32), windows, tuple(links), tuple(speakers), vectors)


def _kept(links: NDArray[Any]) -> NDArray[np.float16]:
    """Return of a window's link probabilities those between its pieces, and from them to [CLS]."""
    shown = links[1:-1, :-1]
    sure = shown >= LEAST_LINK
    kept = np.zeros(shown.shape, np.float16)
    kept[sure] = shown[sure]  # few: several times faster than to convert them all
    return kept


def _triangle(length: int) -> NDArray[np.float32]:
    """Return a weight for each piece of a window, largest in its middle. Shape ``(length, 1)``."""
    way = np.arange(1, length + 1, dtype=np.float32)
    return np.minimum(way, way[::-1])[:, None]


class Reader:
    """The model, loaded once."""

    def __init__(self, folder: Path = FOLDER) -> None:
        """Load the model that ``reader.json`` in *folder* describes.

        Raises:
            SettingsError: a file is missing, or is not the one that was described.
        """
        try:
            described = json.loads(read_shipped(folder / DESCRIPTION))
            model = (folder / described["model"]).read_bytes()
            vocabulary = (folder / described["tokenizer"]).read_bytes()
        except FileNotFoundError as error:
            raise SettingsError(
                f"The reader's file {Path(error.filename).name} is missing; install Nutgraf anew."
            ) from error
        except (ValueError, KeyError, TypeError) as error:
            raise SettingsError(f"The reader's file {DESCRIPTION} is damaged; install Nutgraf anew.") from error
        for name, content in (("model", model), ("tokenizer", vocabulary)):
            if hashlib.sha256(content).hexdigest() != described[f"{name}_sha256"]:
                raise SettingsError(
                    f"{described[name]} is not the file that {DESCRIPTION} describes; install Nutgraf anew."
                )
        if tuple(described["tags"]) != TAGS:
            raise SettingsError(f"{described['model']} was made for other tags than this version reads.")
        self.calibration: tuple[tuple[float, float], ...] = tuple((x, y) for x, y in described["calibration"])
        self.longest, self.overlap = int(described["longest"]), int(described["overlap"])
        self._tokenizer = load_tokenizer(folder / described["tokenizer"])
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.enable_cpu_mem_arena = False  # it keeps 13 MB for the next window, and saves no time
        self._session = onnxruntime.InferenceSession(
            model,
            options,
            providers=["CPUExecutionProvider"],
            disabled_optimizers=["SkipLayerNormFusion"],  # sum and norm apart take less time than in one
        )

    def run(self, ids: NDArray[np.int64], kinds: NDArray[np.int64]) -> Answer:
        """Run the model on framed windows of one length."""
        tags, links, speakers, vectors = self._session.run(OUTPUTS, {"ids": ids, "kinds": kinds})
        return tags, links, speakers, vectors

    def pieces(self, text: str, paragraphs: Spans, quotations: tuple[Quotation, ...]) -> Pieces:
        """Cut *text* into the pieces that the model knows."""
        return read_pieces(self._tokenizer, text, paragraphs, quotations)

    def read(self, pieces: Pieces) -> Reading:
        """Read *pieces*, however many."""
        return read_windows(self.run, pieces, longest=self.longest, overlap=self.overlap)

    def find(self, text: str, paragraphs: Spans, quotations: tuple[Quotation, ...]) -> Found:
        """Find the attributions of *text*, in text order, with calibrated confidence."""
        pieces = self.pieces(text, paragraphs, quotations)
        reading = self.read(pieces)
        linked = decode(reading, pieces, text, quotations, calibration=self.calibration)
        return Found(linked, pieces.spans[:, 0], reading.vectors)
