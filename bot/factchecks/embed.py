"""What a sentence says as a vector, so that sentences that say the like lie close together."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from bot.analyse.reader import FOLDER as TOKENIZER_FOLDER
from bot.analyse.reader import load_tokenizer
from bot.errors import SettingsError
from bot.models import storable
from bot.shipped import read_shipped

FOLDER = Path(__file__).parent
DESCRIPTION = "embedder.json"
"""The side file: model and tokenizer with their SHA-256."""

WIDTH = 384
"""Numbers in a vector."""

LONGEST = 128
"""Pieces of a sentence that are read, as MiniLM was trained; a claim has some 25."""

BATCH = 32
"""Sentences of one length that are read at once. More is no faster."""

SCALE = 127
"""A vector is kept as int8: each of its numbers, which lie in [-1, 1], times this. It moves a similarity by .002."""

Vectors = NDArray[np.float32]


class Embedder:
    """all-MiniLM-L6-v2, loaded once. English; of other languages it knows little."""

    def __init__(self, folder: Path = FOLDER, *, threads: int = 1) -> None:
        """Load the model that ``embedder.json`` in *folder* describes.

        Raises:
            SettingsError: a file is missing, or is not the one that was described.
        """
        try:
            described = json.loads(read_shipped(folder / DESCRIPTION))
            model = (folder / described["model"]).read_bytes()
            tokenizer = TOKENIZER_FOLDER / described["tokenizer"]  # the reader's: both have MiniLM's vocabulary
            vocabulary = tokenizer.read_bytes()
        except FileNotFoundError as error:
            raise SettingsError(
                f"The fact-check matcher's file {Path(error.filename).name} is missing; install Nutgraf anew."
            ) from error
        except (ValueError, KeyError, TypeError) as error:
            raise SettingsError(
                f"The fact-check matcher's file {DESCRIPTION} is damaged; install Nutgraf anew."
            ) from error
        for name, content in (("model", model), ("tokenizer", vocabulary)):
            if hashlib.sha256(content).hexdigest() != described[f"{name}_sha256"]:
                raise SettingsError(
                    f"{described[name]} is not the file that {DESCRIPTION} describes; install Nutgraf anew."
                )
        self._tokenizer = load_tokenizer(tokenizer)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads, options.inter_op_num_threads = threads, 1
        self._session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])

    def embed(self, sentences: Sequence[str]) -> Vectors:
        """Return a vector for each of *sentences*: the mean over its pieces, of length 1.

        Returns:
            Shape ``(n, WIDTH)``, float32; the product of two rows is their cosine similarity.
        """
        vectors = np.zeros((len(sentences), WIDTH), np.float32)
        ids = [encoding.ids for encoding in self._tokenizer.encode_batch([storable(one) for one in sentences])]
        ids = [one if len(one) <= LONGEST else [*one[: LONGEST - 1], one[-1]] for one in ids]
        order = sorted(range(len(ids)), key=lambda number: len(ids[number]))
        for batch in _of_one_length(order, ids):
            (answer,) = self._session.run(["vectors"], {"ids": np.array([ids[number] for number in batch], np.int64)})
            vectors[batch] = answer
        return vectors


def _of_one_length(order: Sequence[int], ids: Sequence[Sequence[int]]) -> list[list[int]]:
    """Cut *order*, which is sorted by length, into batches without padding, so that none changes another's vector."""
    batches: list[list[int]] = []
    for number in order:
        if batches and len(batches[-1]) < BATCH and len(ids[batches[-1][0]]) == len(ids[number]):
            batches[-1].append(number)
        else:
            batches.append([number])
    return batches


def packed(vector: Vectors) -> bytes:
    """Return *vector* as it is kept: a byte a number."""
    return np.round(vector * SCALE).astype(np.int8).tobytes()


def unpacked(kept: Sequence[bytes]) -> Vectors:
    """Return vectors as they were kept. Shape ``(n, WIDTH)``."""
    rows = np.frombuffer(b"".join(kept), np.int8).reshape(-1, WIDTH)
    return rows.astype(np.float32) / np.float32(SCALE)
