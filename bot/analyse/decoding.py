"""From the reader's probabilities to attributions: which words, and which of them belong together.

The reader says two things of every piece: how likely it is in a source, a cue or a content, and which piece is the
*anchor* of its attribution, the one at which all parts of it meet. That is the first piece of the cue; of the
source, where there is no cue; of the content, where there is neither. Here the tags become spans of whole words,
each span is linked to the span at whose start its anchor most likely is, and what hangs together is one attribution.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.analyse.pieces import Pieces
from bot.analyse.quotation import Quotation, overlapping
from bot.models import CharSpan, Spans, covered

ROLES = ("source", "cue", "content")
SOURCE, CUE, CONTENT = range(3)
TAGS = ("O", *(f"{place}-{role}" for role in ROLES for place in "BI"))
"""What a piece can be: outside, or the beginning or the inside of a role's span."""

OUTSIDE = -1
"""The link of a span whose anchor none of its windows shows."""

FLOOR = 1e-4
"""The least probability that counts, so that one doubtful piece or window does not decide alone. A guess."""

LOG_FLOOR = float(np.log(FLOOR))

SOURCE_FROM = 0.1
"""The link probability from which a source is given to a cue that no source points to first. A guess: of two cues
that share a source ("She said … and warned …") the reader gives each a half, of three a third."""

LIKELIEST = 8
"""How many anchors of a span each window proposes. A guess: more than three are hardly ever in question."""

WHOLE_EDGE = 10_000
"""How far away the text's own beginning and end count as a window's edge: nothing is cut off there."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What the reader says about a text of ``n`` pieces."""

    tags: NDArray[np.float32]  # (n, len(TAGS)), probabilities
    windows: tuple[range, ...]  # the pieces that each window showed; together, all
    links: tuple[NDArray[np.float16], ...]
    """For each window, ``(length, 1 + length)``: the probability that a piece's anchor lies outside of the window
    (column 0), or is the window's first, second … piece."""


@dataclass(frozen=True, slots=True)
class Linked:
    """One attribution as the reader sees it. Source and cue are empty where there is none."""

    source: Spans
    cue: Spans
    content: Spans
    confidence: float  # in [0, 1]; how likely content and source are right, once calibrated


@dataclass(frozen=True, slots=True)
class _Span:
    """A stretch of whole words with one role."""

    role: int
    first: int  # pieces, end exclusive
    end: int
    chars: CharSpan
    certainty: float  # mean probability of the role


def decode(
    reading: Reading,
    pieces: Pieces,
    text: str,
    quotations: tuple[Quotation, ...],
    *,
    calibration: Sequence[tuple[float, float]] = (),
) -> list[Linked]:
    """Find the attributions of *text*, in the order of their contents. No two contents overlap or cross.

    *calibration* are points of the curve from raw confidence to the share that is right.
    """
    spans = _find_spans(reading.tags, pieces)
    web = _spin(spans, _score_links(reading, spans))
    found = [_link(contents, spans, web) for contents in _group_contents(spans, web.roots)]
    found = _take_marks(found, quotations, len(text))
    if calibration:
        raw, right = np.array(calibration, float).T
        found = [
            Linked(one.source, one.cue, one.content, float(np.interp(one.confidence, raw, right))) for one in found
        ]
    return found


@dataclass(frozen=True, slots=True)
class _Vote:
    """What one window says of one span's anchor, as log probabilities."""

    depth: int  # pieces between the span and the window's nearer edge, at least 1
    first: int  # spans that begin in the window, end exclusive
    stop: int
    outside: float
    known: dict[int, float]

    def of(self, number: int) -> float:
        """Return what it says of the span *number*, which it may not show, or not as one of the likeliest."""
        unlikely = LOG_FLOOR if self.first <= number < self.stop else self.outside
        return self.known.get(number, unlikely)


@dataclass(frozen=True, slots=True)
class _Web:
    """How spans hang together; they go by their numbers in text order."""

    roots: list[int]  # the span at which each one's attribution meets
    sureness: list[float]  # how likely that is; for a source, that it belongs to one of those that it is given to
    cues: dict[int, list[int]]  # of each root
    sources: dict[int, list[int]]  # of each root; one source may have several
    best_source: dict[int, float]  # for each cue, how likely the likeliest source is its own


# Tags to spans


def _find_spans(tags: NDArray[np.float32], pieces: Pieces) -> list[_Span]:
    """Find the most likely spans, in text order. A word is what its first piece is."""
    starts = np.flatnonzero(np.diff(pieces.words, prepend=-1))
    ends = np.append(starts[1:], len(pieces))
    of_words = tags[starts]
    path = _best_path(of_words)
    roles = [(tag - 1) // 2 for tag in path]  # -1 where outside
    begins = [number for number, tag in enumerate(path) if tag % 2 == 1]
    spans = []
    for begin in begins:
        stop = begin + 1
        while stop < len(path) and path[stop] == path[begin] + 1:
            stop += 1
        role = roles[begin]
        certainty = of_words[begin:stop, 1 + 2 * role : 3 + 2 * role].sum(1).mean()
        first, end = int(starts[begin]), int(ends[stop - 1])
        chars = CharSpan(int(pieces.spans[first, 0]), int(pieces.spans[first:end, 1].max()))
        spans.append(_Span(role, first, end, chars, float(certainty)))
    return spans


def _best_path(tags: NDArray[np.float32]) -> list[int]:
    """Return the likeliest tags in which every inside follows a beginning or an inside of its role (Viterbi)."""
    logs = np.log(np.maximum(tags, FLOOR)).tolist()
    insides = range(2, len(TAGS), 2)
    best = [0.0] + [-np.inf] * (len(TAGS) - 1)  # as after a word outside
    back: list[list[int]] = []
    for row in logs:
        previous = best.index(max(best))
        froms = [previous] * len(TAGS)
        for tag in insides:
            froms[tag] = tag if best[tag] > best[tag - 1] else tag - 1
        best = [best[source] + value for source, value in zip(froms, row, strict=True)]
        back.append(froms)
    path = []
    tag = best.index(max(best))
    for froms in reversed(back):
        path.append(tag)
        tag = froms[tag]
    return path[::-1]


# Links


def _score_links(reading: Reading, spans: list[_Span]) -> list[dict[int, float]]:
    """Return for each span the log probability that its anchor is in each span that may be it, or ``OUTSIDE``.

    Cues may be the anchor of anything, sources of contents, and each of what has its own role and comes later, or of
    itself. A window that does not show a span's beginning counts for it with its ``OUTSIDE``; windows in which the
    linked span lies further from the edge count more. Only the ``LIKELIEST`` of each window are followed up.
    """
    firsts, ends = [span.first for span in spans], [span.end for span in spans]
    order = np.array([(CUE, SOURCE, CONTENT).index(span.role) for span in spans], int)
    votes: list[list[_Vote]] = [[] for _ in spans]
    for window, links in zip(reading.windows, reading.links, strict=True):
        stop = bisect_left(firsts, window.stop)
        begun = np.arange(bisect_left(firsts, window.start), stop)
        logs = _log_masses(links, [spans[number] for number in begun], window)
        for number in range(bisect_right(ends, window.start), stop):
            span = spans[number]
            means = logs[max(span.first - window.start, 0) : span.end - window.start].mean(0)
            allowed = (order[begun] < order[number]) | ((order[begun] == order[number]) & (begun <= number))
            values = np.where(allowed, means[1:], -np.inf)
            best = [int(at) for at in np.argsort(-values, kind="stable")[:LIKELIEST] if allowed[at]]
            known = {int(begun[at]): float(values[at]) for at in best}
            depth = _depth(span, window, reading.windows[-1].stop)
            votes[number].append(_Vote(depth, begun[0] if len(begun) else stop, stop, float(means[0]), known))
    return [_counted(of_span) for of_span in votes]


def _log_masses(links: NDArray[np.float16], spans: list[_Span], window: range) -> NDArray[np.float32]:
    """Return for each piece how likely its anchor is outside, or any piece of each of *spans*, as logarithms."""
    sums = np.zeros((links.shape[0], links.shape[1] + 1), np.float32)
    np.cumsum(links.astype(np.float32), axis=1, out=sums[:, 1:])  # several times faster than from half precision
    firsts = [0] + [1 + span.first - window.start for span in spans]
    ends = [1] + [1 + min(span.end, window.stop) - window.start for span in spans]
    masses: NDArray[np.float32] = np.log(np.maximum(sums[:, ends] - sums[:, firsts], FLOOR))
    return masses


def _depth(span: _Span, window: range, count: int) -> int:
    """Return how many pieces lie between *span* and the nearer edge of *window*, at least 1."""
    before = span.first - window.start if window.start else WHOLE_EDGE
    after = window.stop - span.end if window.stop < count else WHOLE_EDGE
    return max(min(before, after) + 1, 1)


def _counted(votes: list[_Vote]) -> dict[int, float]:
    """Return the mean of what the windows say, weighted by their depth."""
    total = sum(vote.depth for vote in votes)
    numbers = sorted({number for vote in votes for number in vote.known})
    counted = {OUTSIDE: sum(vote.depth * vote.outside for vote in votes) / total}
    for number in numbers:
        counted[number] = sum(vote.depth * vote.of(number) for vote in votes) / total
    return counted


def _spin(spans: list[_Span], scores: list[dict[int, float]]) -> _Web:
    """Link each span to its likeliest anchor, follow the links to their ends, and let cues share a source."""
    likeliest_of = [max(of_span, key=lambda other: of_span[other]) for of_span in scores]
    parents = [number if best == OUTSIDE else best for number, best in enumerate(likeliest_of)]
    web = _Web([], [], defaultdict(list), defaultdict(list), {})
    likeliest: dict[int, tuple[float, int]] = {}
    for number, of_span in enumerate(scores):
        root = number
        while parents[root] != root:
            root = parents[root]
        web.roots.append(root)
        web.sureness.append(float(np.exp(of_span[likeliest_of[number]])))
        if spans[number].role == CUE:
            web.cues[root].append(number)
        elif spans[number].role == SOURCE:
            web.sources[root].append(number)
            for cue in of_span.keys() - {OUTSIDE}:
                likely = (float(np.exp(of_span[cue])), number)
                if spans[cue].role == CUE and likely > likeliest.get(cue, (0.0, 0)):
                    likeliest[cue] = likely
    spoken = {root for root, span in zip(web.roots, spans, strict=True) if span.role == CONTENT}
    for number, root in enumerate(web.roots):
        if spans[number].role == SOURCE and root not in spoken:
            web.sureness[number] = 0.0  # that it belongs to something without content says nothing for another
    for root in sorted(spoken):
        web.best_source[root], source = likeliest.get(root, (0.0, 0))
        if root not in web.sources and web.best_source[root] >= SOURCE_FROM:
            web.sources[root].append(source)
            web.sureness[source] += web.best_source[root]
    return web


# Attributions


def _group_contents(spans: list[_Span], roots: list[int]) -> list[list[int]]:
    """Put the contents of one anchor together, in text order.

    Attributions may stand within one another's gaps, never across: 3 of 19,832 in PolNeAR's training part do. The
    rest of one that would cross becomes an attribution of its own, with the same cue and source.
    """
    groups: list[list[int]] = []
    unfinished: list[list[int]] = []  # the innermost last
    depths: dict[int, int] = {}  # of each root among them
    for number, span in enumerate(spans):
        if span.role != CONTENT:
            continue
        root = roots[number]
        if root not in depths:
            depths[root] = len(unfinished)
            groups.append([])
            unfinished.append(groups[-1])
        while len(unfinished) > depths[root] + 1:
            del depths[roots[unfinished.pop()[0]]]
        unfinished[-1].append(number)
    return groups


def _link(contents: list[int], spans: list[_Span], web: _Web) -> Linked:
    """Give *contents*, which have one anchor, their cue and their source."""
    root = web.roots[contents[0]]
    sources = web.sources.get(root, [])
    sureness = np.mean([web.sureness[number] for number in sources]) if sources else 1 - web.best_source[root]
    certainty = np.mean([spans[number].certainty * web.sureness[number] for number in contents])
    return Linked(
        source=tuple(spans[number].chars for number in sources),
        cue=tuple(spans[number].chars for number in web.cues.get(root, [])),
        content=tuple(spans[number].chars for number in contents),
        confidence=min(max(float(certainty * sureness), 0.0), 1.0),
    )


def _take_marks(found: list[Linked], quotations: tuple[Quotation, ...], length: int) -> list[Linked]:
    """Take in a quotation's mark that stands beside a content which holds the quotation's other mark."""
    taken = covered(length, (span for one in found for part in (one.source, one.cue, one.content) for span in part))

    def widened(content: CharSpan) -> CharSpan:
        start, end = content.start, content.end
        for quotation in overlapping(quotations, content):
            outer, inner = quotation.outer, quotation.inner
            if outer.start < start <= inner.start and outer.end <= end and not any(taken[outer.start : start]):
                start = outer.start
            if inner.end <= end < outer.end and start <= outer.start and not any(taken[end : outer.end]):
                end = outer.end
        return CharSpan(start, end)

    return [Linked(one.source, one.cue, tuple(widened(span) for span in one.content), one.confidence) for one in found]
