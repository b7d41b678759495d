"""Which of a page's blocks are the story: a second opinion on what the extractor took.

An extractor decides by rules for each element, and errs in ways that one sees at once when looking at the whole
page: it stops where an advertisement parts the body, or takes the teasers below it along. A small model of boosted
trees looks at each block with its surroundings and overrules the extractor where it is sure. It knows no site and
no language: what it sees are lengths, links, punctuation, the names of elements around a block, and how much of
each of these was taken. ``training/blocks.py`` makes it; ``blocks.md`` beside it is its card.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from math import log1p
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bot.extract.blocks import Block

Floats = NDArray[np.float32]

DROP_BELOW, TAKE_FROM = 0.3, 0.5
"""Probabilities of being story below which a block that the extractor took is dropped, and from which one that it
left is taken. Chosen by cross-validation (``training/blocks.py``): in between, the extractor's word stands."""

LEAST_LEFT = 0.35
"""Share of the extractor's text that must be left. A guess: a page of which the model would drop more is like none
that it has seen, and then the extractor is the better judge."""

HINTS = tuple(
    re.compile(names)
    for names in (
        "article|story|entry|content|body|main|text",
        "comment|respond|disqus|reply",
        "foot|copyright|legal",
        "nav|menu|breadcrumb|header",
        "side|widget|aside|rail",
        "relat|recommend|more|popular|trending|latest|teaser|promo|card|carousel|feed|list",
        "share|social|follow|button",
        "news-?letter|subscri|sign-?up|form|modal|popup|cookie|consent",
        "caption|figure|image|media|gallery|photo|video",
        "author|byline|bio|meta|date|time|tag|categor",
        r"\bad-|\bads?\b|advert|sponsor|banner",
        "quote|tweet|embed",
        "toc|table-of|summary|highlights|key",
        "hidden|collapse|sr-only|visually",
    )
)
"""What names, classes and ids of elements say of what is inside; each a feature."""

ELEMENTS = (
    *("ul", "ol", "table", "form", "aside", "figure", "blockquote"),
    *("footer", "nav", "header", "section", "article"),
)
TAGS = (
    *("p", "li", "h1", "h2", "h3", "h4", "h5", "td", "tr", "div", "span", "blockquote", "figcaption", "pre"),
    *("section", "dd", "label", "button", "article", "time", "footer", "header"),
)
SENTENCE_END = re.compile(r"[.!?…。][”\"’')\]]*$")
DIGIT = re.compile(r"\d")
PLEA = re.compile(
    r"subscri|sign up|newsletter|cookie|privacy|copyright|all rights|read more|share|comment|advert|log ?in|follow us"
    r"|click here|email|related|©|terms|download|\bapp\b|photo|getty|image|credit|source:|updated|published"
    r"|^by \w+ \w+$",
    re.I,
)
LONGEST = 80
"""Words that count of one block: a wall of text is no more a story than a paragraph is."""

LEVELS = 4
"""Elements around a block that are looked at, from the inside. A guess: cards and sections are that deep."""

NEIGHBOURS = (-4, -3, -2, -1, 1, 2, 3, 4)
WINDOWS = (5, 11, 21)


def choose(blocks: Sequence[Block], taken: Sequence[bool]) -> list[bool]:
    """Tell for each of a page's *blocks* whether it is story, given what the extractor has *taken*."""
    if not any(taken):
        return list(taken)
    story = probabilities(features(blocks, taken))
    chosen = [bool(p >= (DROP_BELOW if was else TAKE_FROM)) for p, was in zip(story, taken, strict=True)]
    return chosen if _letters(blocks, chosen) >= LEAST_LEFT * _letters(blocks, taken) else list(taken)


def _letters(blocks: Sequence[Block], which: Sequence[bool]) -> int:
    return sum(len(block.text) for block, own in zip(blocks, which, strict=True) if own)


# What is seen ---------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Around:
    """What all blocks inside elements of one kind have together."""

    prose: float = 0.0
    words: float = 0.0
    linked: float = 0.0
    taken: float = 0.0
    blocks: int = 0
    ended: float = 0.0


@dataclass(slots=True)
class _Page:
    """A page's blocks as columns, one entry a block."""

    paths: list[tuple[str, ...]]
    words: Floats
    links: Floats
    ended: Floats  # 1 where a block ends like a sentence
    taken: Floats
    prose: Floats  # words, as far as they are running text
    around: dict[tuple[str, ...], _Around] = field(default_factory=dict)

    @property
    def all_prose(self) -> float:
        return float(self.prose.sum()) or 1.0

    @property
    def all_taken(self) -> float:
        return float((self.words * self.taken).sum()) or 1.0


def features(blocks: Sequence[Block], taken: Sequence[bool]) -> Floats:
    """Describe each block by itself, by the elements around it, by its neighbours and by the page.

    Returns:
        Shape ``(len(blocks), 196)``, float32; columns in a fixed order that the model was made with.
    """
    page = _page(blocks, taken)
    own = np.array(_own(blocks, page), np.float32)
    pleas = own[:, 8]
    columns = np.stack([np.log1p(page.words), page.links, page.ended, page.taken, page.prose, pleas], 1)
    shifted = [_shifted(columns, step) for step in NEIGHBOURS]
    smooth = [
        _mean(column, width)[:, None]
        for width in WINDOWS
        for column in (page.taken, page.ended, page.links, np.log1p(page.words))
    ]
    taken_words = float((page.words * page.taken).sum())
    whole = (
        log1p(len(blocks)),
        log1p(page.all_prose),
        float(page.taken.mean()),
        taken_words / max(float(page.words.sum()), 1.0),
        log1p(taken_words),
    )
    everywhere = np.tile(np.array(whole, np.float32), (len(blocks), 1))
    return np.hstack([own, *shifted, *smooth, everywhere]).astype(np.float32)


def _page(blocks: Sequence[Block], taken: Sequence[bool]) -> _Page:
    words = np.array([len(block.text.split()) for block in blocks], np.float32)
    links = np.array([block.linked or 0.0 for block in blocks], np.float32)
    ended = np.array([bool(SENTENCE_END.search(block.text)) for block in blocks], np.float32)
    prose = np.minimum(words, LONGEST) * ended * (1 - links)
    paths = [tuple(block.within.split("  ")) for block in blocks]
    page = _Page(paths, words, links, ended, np.array(taken, np.float32), prose)
    for number, path in enumerate(paths):
        for depth in range(1, len(path) + 1):
            around = page.around.setdefault(path[:depth], _Around())
            around.prose += float(prose[number])
            around.words += float(words[number])
            around.linked += float(words[number] * links[number])
            around.taken += float(words[number] * page.taken[number])
            around.blocks += 1
            around.ended += float(ended[number])
    return page


def _own(blocks: Sequence[Block], page: _Page) -> list[list[float]]:
    many = len(blocks)
    seen, same = Counter(block.text for block in blocks), Counter(page.paths)
    head = next((number for number, block in enumerate(blocks) if block.tag == "h1"), -1)
    story = np.nonzero(page.taken)[0]
    first, last = (int(story[0]), int(story[-1])) if len(story) else (many, -1)
    read = np.cumsum(page.prose) / page.all_prose
    taken = np.cumsum(page.words * page.taken) / page.all_taken
    placed = {path: _by_place(path, same[path], page) for path in same}
    rows = []
    for number, block in enumerate(blocks):
        text = block.text
        rows.append(
            [
                log1p(page.words[number]),
                log1p(len(text)),
                page.links[number],
                page.ended[number],
                text[:1].isupper(),
                len(DIGIT.findall(text)) / max(len(text), 1),
                sum(map(str.isupper, text)) / max(len(text), 1),
                text.count(",") / max(float(page.words[number]), 1.0),
                bool(PLEA.search(text)),
                "“" in text or '"' in text,
                text.endswith(":"),
                text.endswith("?"),
                "|" in text or "»" in text,
                seen[text] > 1,
                number / many,
                (number - head) / many if head >= 0 else -1,
                read[number],
                taken[number],
                (number - first) / many,
                (last - number) / many,
                first <= number <= last,
                page.taken[number],
                *placed[page.paths[number]],
                *(block.tag == tag for tag in TAGS),
            ]
        )
    return rows


def _by_place(path: tuple[str, ...], same: int, page: _Page) -> list[float]:
    """Describe the elements around all blocks that stand at *path*."""
    depth = len(path)
    all_prose, all_taken = page.all_prose, page.all_taken
    within = [page.around[path[:d]] for d in range(1, depth + 1)]
    prose = max((d for d, around in enumerate(within, 1) if around.prose / all_prose >= 0.4), default=0)
    taken = max((d for d, around in enumerate(within, 1) if around.taken / all_taken >= 0.5), default=0)
    row: list[float] = [depth, depth - prose, prose / depth, depth - taken]
    for up in range(LEVELS):
        around = within[max(depth - up, 1) - 1]
        words = max(around.words, 1.0)
        row += [around.prose / all_prose, around.linked / words, around.taken / words, log1p(around.blocks)]
        row += [around.words / around.blocks, around.ended / around.blocks, around.taken / all_taken]
    inner = "  ".join(path[prose:])
    row += [log1p(same), *_hints_of(path[prose:]), *_hints(path[-1]), *_hints_of(path)]
    return row + [f"{element} " in f"{inner} " for element in ELEMENTS]


def _hints_of(path: tuple[str, ...]) -> list[bool]:
    """Tell which hints any element of *path* gives."""
    return [any(given) for given in zip(*map(_hints, path), strict=True)] if path else [False] * len(HINTS)


@lru_cache(20_000)
def _hints(names: str) -> tuple[bool, ...]:
    return tuple(bool(hint.search(names)) for hint in HINTS)


def _shifted(columns: Floats, step: int) -> Floats:
    """Return what stands *step* blocks further on; zeros past the ends."""
    shifted = np.zeros_like(columns)
    if abs(step) < len(columns):
        if step < 0:
            shifted[-step:] = columns[:step]
        else:
            shifted[:-step] = columns[step:]
    return shifted


def _mean(column: Floats, width: int) -> Floats:
    if len(column) < width:
        return np.full(len(column), column.mean(), np.float32)
    return np.convolve(column, np.ones(width, np.float32) / width, "same")[: len(column)].astype(np.float32)


# What is made of it ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Trees:
    """Boosted trees, padded to one size: arrays of shape (trees, nodes)."""

    feature: NDArray[np.int16]
    threshold: Floats
    left: NDArray[np.int16]
    right: NDArray[np.int16]
    value: Floats
    leaf: NDArray[np.bool_]
    base: float
    depth: int


@cache
def _model() -> _Trees:
    with np.load(Path(__file__).with_name("blocks.npz"), allow_pickle=False) as saved:
        arrays = {name: saved[name] for name in ("feature", "threshold", "left", "right", "value", "leaf")}
        return _Trees(**arrays, base=float(saved["base"]), depth=int(saved["depth"]))


def probabilities(seen: Floats) -> Floats:
    """Return how likely each row of *seen* is a block of the story: shape ``(len(seen),)``, in [0, 1]."""
    trees = _model()
    rows, numbers = np.arange(len(seen))[:, None], np.arange(len(trees.feature))[None, :]
    node = np.zeros((len(seen), len(trees.feature)), np.int16)
    for _ in range(trees.depth):
        goes_left = seen[rows, trees.feature[numbers, node]] <= trees.threshold[numbers, node]
        below = np.where(goes_left, trees.left[numbers, node], trees.right[numbers, node])
        node = np.where(trees.leaf[numbers, node], node, below)
    odds = trees.base + trees.value[numbers, node].sum(1)
    return np.asarray(1 / (1 + np.exp(-odds)), np.float32)
