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
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from io import BytesIO
from itertools import groupby
from math import log1p
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bot.extract.blocks import Block
from bot.shipped import read_shipped

Floats = NDArray[np.float32]

DROP_BELOW, TAKE_FROM = 0.4, 0.5
"""Probabilities of being story below which a block that the extractor took is dropped, and from which one that it
left is taken. Chosen by cross-validation (``training/blocks.py``): in between, the extractor's word stands."""

KEEP_FROM = 0.15
"""Probability from which a paragraph that the extractor took stays where it stands in the element that most of the
story stands in. The marked texts of some long pages end early, and the model expects the same of others; what it drops
from such an element with reason (tickers, pleas in a newsletter) it finds less likely. Chosen by looking at the four of
its own pages on which that decides on more than 150 words."""

LEAST_LEFT = 0.35
"""Share of the extractor's text that must be left. A guess: a page of which the model would drop more is like none
that it has seen, and then the extractor is the better judge."""

MOST_OF_LIST, LEAST_OF_LIST = 0.6, 0.25
"""Shares of a list's words that were taken from which all of it is, and up to which none. Guesses."""

LIKELY_ODDS = 1.4
"""Logarithm of the odds that the likeliest block has at least. Chosen by cross-validation: about .8."""

MOSTLY = 0.5
"""Share of link text from which a heading leads elsewhere."""

LISTS = frozenset({"ul", "ol"})
HEADINGS = frozenset({"h1", "h2", "h3", "h4"})

HINTS = (
    ("article", "story", "entry", "content", "body", "main", "text"),
    ("comment", "respond", "disqus", "reply"),
    ("foot", "copyright", "legal"),
    ("nav", "menu", "breadcrumb", "header"),
    ("side", "widget", "aside", "rail"),
    (
        *("relat", "recommend", "more", "popular", "trending", "latest", "teaser", "promo", "card", "carousel"),
        *("feed", "list"),
    ),
    ("share", "social", "follow", "button"),
    (
        *("newsletter", "news-letter", "subscri", "signup", "sign-up", "form", "modal", "popup", "cookie"),
        "consent",
    ),
    ("caption", "figure", "image", "media", "gallery", "photo", "video"),
    ("author", "byline", "bio", "meta", "date", "time", "tag", "categor"),
    ("advert", "sponsor", "banner"),
    ("quote", "tweet", "embed"),
    ("toc", "table-of", "summary", "highlights", "key"),
    ("hidden", "collapse", "sr-only", "visually"),
)
"""What names, classes and ids of elements say of what is inside; each a feature."""

ADVERTS = HINTS.index(("advert", "sponsor", "banner"))
AD = re.compile(r"ad(?<!\wad)(?:-|s?\b)")
"""An "ad" by itself, no part of another word; it begins with letters, which is what makes the search for it fast."""

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
CAPITAL = re.compile("[A-ZÀ-ÞА-Я]")
PLEA = re.compile(
    r"subscri|sign up|newsletter|cookie|privacy|copyright|all rights|read more|share|comment|advert|log ?in|follow us"
    r"|click here|email|related|©|terms|download|\bapp\b|photo|getty|image|credit|source:|updated|published"
    r"|^by \w+ \w+$",
)
"""What pleas and notices say, in lower case: to ignore the case takes four times as long."""
ELEMENT_NUMBERS = {tag: number for number, tag in enumerate(ELEMENTS)}
TAG_NUMBERS = {tag: number for number, tag in enumerate(TAGS)}
START = 150
"""Characters of a block that are looked at closely: what a block is shows at its start."""

LONGEST = 80
"""Words that count of one block: a wall of text is no more a story than a paragraph is."""

LEVELS = 4
"""Elements around a block that are looked at, from the inside. A guess: cards and sections are that deep."""

NEIGHBOURS = (-4, -3, -2, -1, 1, 2, 3, 4)
WINDOWS = (5, 11, 21)


@dataclass(frozen=True, slots=True)
class Choice:
    """Which blocks of a page are its story."""

    chosen: list[bool]
    doubt: float  # how much of the story's letters is undecided; 0 where all is clear


def choose(blocks: Sequence[Block], taken: Sequence[bool]) -> Choice:
    """Choose the story's among a page's *blocks*, given what the extractor has *taken*."""
    if not any(taken):
        return Choice(list(taken), 0.0)
    return decide(blocks, taken, probabilities(features(blocks, taken)))


def decide(blocks: Sequence[Block], taken: Sequence[bool], story: Floats) -> Choice:
    """Choose by how likely each of the *blocks* is story."""
    story = _raised(story)
    chosen = [bool(p >= (DROP_BELOW if was else TAKE_FROM)) for p, was in zip(story, taken, strict=True)]
    _keep_to_its_end(blocks, taken, chosen, story)
    _keep_lists_whole(blocks, chosen)
    _keep_headings(blocks, chosen)
    _stop_at_next_story(blocks, taken, chosen)
    if _letters(blocks, chosen) < LEAST_LEFT * _letters(blocks, taken):
        chosen = list(taken)
    letters = np.array([len(block.text) for block in blocks])
    doubt = float((letters * 2 * np.minimum(story, 1 - story)).sum()) / max(_letters(blocks, chosen), 1)
    return Choice(chosen, doubt)


def _raised(story: Floats) -> Floats:
    """Raise all odds alike until the likeliest block is likely enough: a page is asked which of it is the story.

    The model has mostly seen long stories, and finds the three sentences of a short one unlikely on a page of links.
    """
    story = np.clip(story, 1e-6, 1 - 1e-6)
    odds = np.log(story) - np.log1p(-story)
    return np.asarray(1 / (1 + np.exp(-odds - max(LIKELY_ODDS - float(odds.max()), 0.0))), np.float32)


def _keep_to_its_end(blocks: Sequence[Block], taken: Sequence[bool], chosen: list[bool], story: Floats) -> None:
    """Keep of the element that holds most of the story the paragraphs that are not unlikely: a long one has one end."""
    held: Counter[str] = Counter()
    for block, own in zip(blocks, chosen, strict=True):
        held[block.within] += len(block.text) * (own and block.is_prose)
    body, letters = held.most_common(1)[0]
    for number, block in enumerate(blocks):
        if letters and taken[number] and block.within == body and block.is_prose and story[number] >= KEEP_FROM:
            chosen[number] = True


def _keep_lists_whole(blocks: Sequence[Block], chosen: list[bool]) -> None:
    """Let most of a list, or the paragraphs around it, decide on all of it: half a list is wrong either way."""
    for within, group in groupby(range(len(blocks)), key=lambda number: _list_around(blocks[number].within)):
        if within:
            numbers = list(group)
            words = {number: len(blocks[number].text.split()) for number in numbers}
            share = sum(words[number] for number in numbers if chosen[number]) / sum(words.values())
            if _stands_in_story(blocks, chosen, range(numbers[0], numbers[-1] + 1), within):
                share = 1.0
            if share >= MOST_OF_LIST or share <= LEAST_OF_LIST:
                chosen[numbers[0] : numbers[-1] + 1] = [share >= MOST_OF_LIST] * len(numbers)


@lru_cache(2000)
def _list_around(within: str) -> str | None:
    """Return the path of the innermost list in the path *within*, if there is one."""
    path = within.split("  ")
    for depth in range(len(path), 0, -1):
        if path[depth - 1].split(" ", 1)[0] in LISTS:
            return "  ".join(path[:depth])
    return None


def _stands_in_story(blocks: Sequence[Block], chosen: list[bool], numbers: range, within: str) -> bool:
    """Tell whether a list whose path is *within*, no list of links, has chosen neighbours in the same element."""
    before, after = numbers.start - 1, numbers.stop
    if before < 0 or after >= len(blocks) or not chosen[before] or not chosen[after]:
        return False
    around = {path.rpartition("  ")[0] for path in (within, blocks[before].within, blocks[after].within)}
    return len(around) == 1 and all((blocks[number].linked or 0.0) < MOSTLY for number in numbers)


def _keep_headings(blocks: Sequence[Block], chosen: list[bool]) -> None:
    """Take a subheading, which often has a wrapper of its own, along with the text of the same element below it."""
    for number in range(1, len(blocks) - 1):
        block, below = blocks[number], blocks[number + 1]
        if chosen[number] or not chosen[number + 1] or not any(chosen[:number]) or block.tag not in HEADINGS:
            continue
        own, following = block.within.split("  "), below.within.split("  ")
        together = chosen[number - 1] or own[:-1] == following[:-1] or own[:-2] == following[:-2]
        chosen[number] = together and (block.linked or 0.0) < MOSTLY


def _stop_at_next_story(blocks: Sequence[Block], taken: Sequence[bool], chosen: list[bool]) -> None:
    """Add nothing that stands, below all that the extractor took, under a heading that leads elsewhere.

    Sites that scroll on for ever have their next story in the same elements as this one.
    """
    last = max(number for number, was in enumerate(taken) if was)
    for number in range(last + 1, len(blocks)):
        if blocks[number].tag in HEADINGS and (blocks[number].linked or 0.0) >= MOSTLY:
            chosen[number:] = [False] * (len(blocks) - number)
            return


def _letters(blocks: Sequence[Block], which: Sequence[bool]) -> int:
    return sum(len(block.text) for block, own in zip(blocks, which, strict=True) if own)


# What is seen ---------------------------------------------------------------------------------------------


def features(blocks: Sequence[Block], taken: Sequence[bool]) -> Floats:
    """Describe each block by itself, by the elements around it, by its neighbours and by the page.

    Returns:
        Shape ``(len(blocks), 196)``, float32; columns in a fixed order that the model was made with.
    """
    words = np.array([len(block.text.split()) for block in blocks], np.float32)
    links = np.array([block.linked or 0.0 for block in blocks], np.float32)
    ended = np.array([SENTENCE_END.search(block.text) is not None for block in blocks], np.float32)
    took = np.array(taken, np.float32)
    prose = np.minimum(words, LONGEST) * ended * (1 - links)  # words, as far as they are running text
    said = _said(blocks, words)
    numbers, names, same = _number_paths(blocks)
    sums = np.stack([prose, words, words * links, words * took, np.ones_like(words), ended], 1)
    around = _around(sums, numbers, names)[numbers]
    columns = np.stack([np.log1p(words), links, ended, took, prose, said[:, PLEAS]], 1)
    shifted = [_shifted(columns, step) for step in NEIGHBOURS]
    smooth = [_mean(column, width)[:, None] for width in WINDOWS for column in (took, ended, links, columns[:, 0])]
    page = (
        log1p(len(blocks)),
        log1p(prose.sum() or 1.0),
        took.mean(),
        (words * took).sum() / max(words.sum(), 1.0),
        log1p((words * took).sum()),
    )
    whole = np.tile(np.array(page, np.float32), (len(blocks), 1))
    own = [columns[:, :4], said, _position(blocks, words, took, prose), same[:, None], around]
    return np.hstack([*own, *shifted, *smooth, whole]).astype(np.float32)


PLEAS = 1
"""The column of ``_said`` that tells of pleas and notices."""


def _said(blocks: Sequence[Block], words: Floats) -> Floats:
    """Describe each block by its own letters and its element."""
    texts = [block.text for block in blocks]
    starts = [text[:START] for text in texts]
    lengths = np.array([len(start) for start in starts])
    seen = Counter(texts)
    columns = (
        np.log1p([len(text) for text in texts]),
        [PLEA.search(start.lower()) is not None for start in starts],
        [start[:1].isupper() for start in starts],
        np.array([len(DIGIT.findall(start)) for start in starts]) / lengths,
        np.array([len(CAPITAL.findall(start)) for start in starts]) / lengths,
        np.array([text.count(",") for text in texts]) / np.maximum(words, 1.0),
        ["“" in text or '"' in text for text in texts],
        [text.endswith(":") for text in texts],
        [text.endswith("?") for text in texts],
        ["|" in start or "»" in start for start in starts],
        [seen[text] > 1 for text in texts],
    )
    tags = np.array([TAG_NUMBERS.get(block.tag, -1) for block in blocks])
    return np.stack(
        [*(np.asarray(column, np.float32) for column in columns), *(tags == np.arange(len(TAGS))[:, None])], 1
    )


def _position(blocks: Sequence[Block], words: Floats, taken: Floats, prose: Floats) -> Floats:
    """Tell where each block stands: in the page, after its main heading, and by what was taken of it."""
    many, place = len(blocks), np.arange(len(blocks), dtype=np.float32)
    head = next((number for number, block in enumerate(blocks) if block.tag == "h1"), None)
    story = np.nonzero(taken)[0]
    first, last = (int(story[0]), int(story[-1])) if len(story) else (many, -1)
    columns = (
        place / many,
        (place - head) / many if head is not None else np.full(many, -1.0),
        np.cumsum(prose) / (prose.sum() or 1.0),
        np.cumsum(words * taken) / ((words * taken).sum() or 1.0),
        (place - first) / many,
        (last - place) / many,
        (first <= place) & (place <= last),
    )
    return np.stack(columns, 1).astype(np.float32)


def _number_paths(blocks: Sequence[Block]) -> tuple[NDArray[np.intp], list[str], Floats]:
    """Number the different paths of elements around the blocks.

    Returns:
        Each block's path by number, the paths, and for each block how many stand at its own (as log1p).
    """
    known: dict[str, int] = {}
    numbers = np.array([known.setdefault(block.within, len(known)) for block in blocks], np.intp)
    return numbers, list(known), np.log1p(np.bincount(numbers))[numbers].astype(np.float32)


def _around(sums: Floats, numbers: NDArray[np.intp], paths: Sequence[str]) -> Floats:
    """Describe the elements around all blocks that stand at each of *paths*.

    Elements of one kind in one place (the cards of a list) count as one. *sums* has a row for each block: running
    text, words, linked words, taken words, one, ends like a sentence.
    """
    nodes: dict[tuple[int, str], int] = {}
    lines = []
    for path in paths:
        line, node = [], -1
        for name in path.split("  "):
            node = nodes.setdefault((node, name), len(nodes))
            line.append(node)
        lines.append(line)
    depths = np.array([len(line) for line in lines])
    inside = np.arange(depths.max())[None, :] < depths[:, None]
    table = np.zeros(inside.shape, np.intp)
    table[inside] = np.concatenate(lines)

    held = np.zeros((len(paths), sums.shape[1]), np.float32)
    np.add.at(held, numbers, sums)
    total = np.zeros((len(nodes), sums.shape[1]), np.float32)
    np.add.at(total, table[inside], np.repeat(held, depths, axis=0))
    prose, words, linked, taken, many, ended = total.T
    all_prose, all_taken = sums[:, 0].sum() or 1.0, sums[:, 3].sum() or 1.0
    least = np.maximum(words, 1.0)
    shares = np.stack(
        [
            *(prose / all_prose, linked / least, taken / least, np.log1p(many)),
            *(words / many, ended / many, taken / all_taken),
        ],
        1,
    )
    steps = np.arange(1, inside.shape[1] + 1)
    most_prose = np.where(inside & (prose[table] / all_prose >= 0.4), steps, 0).max(1)
    most_taken = np.where(inside & (taken[table] / all_taken >= 0.5), steps, 0).max(1)
    rows = np.arange(len(paths))
    levels = [shares[table[rows, np.maximum(depths - up, 1) - 1]] for up in range(LEVELS)]
    hints = np.logical_and(_hints([name for _, name in nodes])[table], inside[:, :, None])
    inner = np.logical_and(hints, steps[None, :, None] > most_prose[:, None, None])
    elements = len(ELEMENTS)
    depth = np.stack([depths, depths - most_prose, most_prose / depths, depths - most_taken], 1)
    named = [np.any(inner, axis=1), hints[rows, depths - 1, elements:], np.any(hints, axis=1)[:, elements:]]
    return np.hstack([depth, *levels, *named]).astype(np.float32)


def _hints(nodes: Sequence[str]) -> NDArray[np.bool_]:
    """Tell which element each of *nodes* is, and what its names say.

    All are searched at once, as lines of one text, which takes half the time of asking each for every word.
    """
    tags = np.array([ELEMENT_NUMBERS.get(names.split(" ", 1)[0], -1) for names in nodes])
    told = np.zeros((len(nodes), len(HINTS)), np.bool_)
    text, ends = "\n".join(nodes), np.cumsum([len(names) + 1 for names in nodes])
    for hint, words in enumerate(HINTS):
        found = [place for word in words for place in _places(text, word)]
        found += [match.start() for match in AD.finditer(text)] if hint == ADVERTS else []
        told[np.searchsorted(ends, found, "right"), hint] = True
    return np.hstack([tags[:, None] == np.arange(len(ELEMENTS)), told])


def _places(text: str, word: str) -> Iterator[int]:
    """Yield where *word* stands in *text*."""
    place = text.find(word)
    while place >= 0:
        yield place
        place = text.find(word, place + 1)


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
    """Boosted trees of at most 16 leaves, as QuickScorer reads them: arrays of shape (trees, inner nodes).

    Lucchese et al. (2015), "QuickScorer: A Fast Algorithm to Rank Documents with Additive Ensembles of Regression
    Trees", SIGIR: all tests of all trees are made at once; each that fails rules out the leaves on its left, and of
    those that remain in a tree the leftmost is the one that is reached.
    """

    feature: NDArray[np.intp]
    threshold: Floats
    left: NDArray[np.uint16]  # a bit for each leaf that a node rules out when its test fails
    value: Floats  # shape (trees, leaves), from the left
    base: float


@cache
def _model() -> _Trees:
    with np.load(BytesIO(read_shipped(Path(__file__).with_name("blocks.npz"))), allow_pickle=False) as saved:
        feature, threshold, left, value = (saved[name] for name in ("feature", "threshold", "left", "value"))
        return _Trees(feature.astype(np.intp), threshold, left, value, float(saved["base"]))


AT_ONCE = 500
"""Blocks that are looked at together, which bounds the memory that a page of many takes."""


def probabilities(seen: Floats) -> Floats:
    """Return how likely each row of *seen* is a block of the story: shape ``(len(seen),)``, in [0, 1]."""
    odds = [_odds(seen[start : start + AT_ONCE]) for start in range(0, len(seen), AT_ONCE)]
    return np.asarray(1 / (1 + np.exp(-np.concatenate(odds))), np.float32)


def _odds(seen: Floats) -> Floats:
    trees = _model()
    columns = np.ascontiguousarray(seen.T)
    ruled_out = np.zeros((len(trees.value), len(seen)), np.uint16)
    for node in range(trees.feature.shape[1]):  # of all trees at once
        failed = columns[trees.feature[:, node]] > trees.threshold[:, node, None]
        ruled_out |= failed * trees.left[:, node, None]
    remaining = ~ruled_out
    leaf = np.log2(remaining & -remaining).astype(np.intp)  # that of the lowest bit
    return np.asarray(trees.base + np.take_along_axis(trees.value, leaf, 1).sum(0), np.float32)
