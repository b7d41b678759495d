"""From the reader's probabilities to attributions: which words, and which of them belong together.

The reader says three things of every piece: how likely it is in a source, a cue or a content; which piece is the
*anchor* of its attribution, the one at which all parts of it meet; and, of cues and contents, which piece is the
*speaker*, the first of the attribution's source. The anchor is the first piece of the cue; of the source, where there
is no cue; of the content, where there is neither. Here the tags become spans of whole words, and each span is linked
to the span at whose start its anchor most likely is. Contents and cues that meet at one anchor are one attribution;
its source is the one that its contents, its cue and the source itself together find likeliest.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.analyse.pieces import Pieces
from bot.analyse.quotation import Quotation, overlapping
from bot.models import CharSpan, Spans, covered

ROLES = ("source", "cue", "content")
SOURCE, CUE, CONTENT = range(3)
PLACES = "BIES"
"""Where in a span a word is: it begins it, is inside, ends it, or is all of it."""

TAGS = ("O", *(f"{place}-{role}" for role in ROLES for place in PLACES))
"""What a piece can be: outside, or somewhere in a role's span."""

OUTSIDE = -1
"""The link of a span whose anchor, or whose speaker, none of its windows shows; that of one without a speaker."""

FLOOR = 1e-4
"""The least probability that counts, so that one doubtful piece or window does not decide alone. A guess."""

LOG_FLOOR = float(np.log(FLOOR))

FRAGMENT_FROM = 0.2
"""How likely another fragment of a source meets its anchor at least, by how likely the chosen one does. A guess."""

PIECE_FROM = 0.7
"""How sure a further piece of a content must be, beside the surest. Chosen on dev."""

BESIDE = 1
"""Pieces that may lie between two parts of one statement that the tags took apart: a comma, a small word. Chosen on
dev."""

POINTING, FEWEST_POINTING, POINTED = 0.5, 3, 0.35
"""From which probability on a piece counts as part of a cue or content, how many of them must point at one piece, and
how surely, for it to begin a source. The last chosen on dev, the others guesses."""

LIKELIEST = 8
"""How many anchors, or speakers, of a span each window proposes. A guess: more than three are hardly ever likely."""

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
    speakers: tuple[NDArray[np.float16], ...]
    """Shaped as ``links``: the probability that the attribution of a cue's or content's piece has no source in the
    window (column 0), or one that begins with the window's first, second … piece."""
    vectors: NDArray[np.float32] | None = None
    """What the encoder makes of each piece where it stands, ``(n, hidden)``; no decoding needs it."""


@dataclass(frozen=True, slots=True)
class Weights:
    """How much each has to say in the choice of a source, times its log probability; on dev they hardly matter."""

    content: float = 1.0  # where the contents find their speaker
    cue: float = 1.5  # where the cue does
    back: float = 0.75  # where the source finds its anchor
    no_source_back: float = float(np.log(0.2))  # instead of that logarithm, where there is no source to ask


WEIGHTS = Weights()


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
    paragraph: int


def decode(
    reading: Reading,
    pieces: Pieces,
    text: str,
    quotations: tuple[Quotation, ...],
    *,
    calibration: Sequence[tuple[float, float]] = (),
    weights: Weights = WEIGHTS,
) -> list[Linked]:
    """Find the attributions of *text*, in the order of their contents. No two contents overlap or cross.

    *calibration* are points of the curve from raw confidence to the share that is right.
    """
    spans = _find_spans(_with_pointed(reading), pieces)
    web = _spin(spans, _ask_anchors(reading, spans), _ask_speakers(reading, spans))
    groups = (_surest(contents, spans, web) for contents in _group_contents(spans, web.roots))
    found = [_link(contents, spans, web, weights) for contents in groups]
    found = _take_marks(found, quotations, len(text))
    if calibration:
        raw, right = np.array(calibration, float).T
        found = [
            Linked(one.source, one.cue, one.content, float(np.interp(one.confidence, raw, right))) for one in found
        ]
    return found


@dataclass(frozen=True, slots=True)
class _Vote:
    """What one window says of one span's anchor, or of its speaker, as log probabilities."""

    depth: int  # pieces between the span and the window's nearer edge, at least 1
    first: int  # spans that begin in the window, end exclusive
    stop: int
    outside: float
    known: dict[int, float]

    def of(self, number: int) -> float:
        """Return what it says of the span *number*, which it may not show, or not as one of the likeliest."""
        unlikely = LOG_FLOOR if self.first <= number < self.stop else self.outside
        return self.known.get(number, unlikely)


Votes = list[list[_Vote]]
"""For each span, what the windows that show it say."""


@dataclass(frozen=True, slots=True)
class _Web:
    """How spans hang together; they go by their numbers in text order."""

    anchors: Votes
    speakers: Votes
    roots: list[int]  # the span at which each one's attribution meets
    sureness: list[float]  # how likely that is
    cues: dict[int, list[int]]  # of each root
    sources: dict[int, list[int]]  # of each root: where they most likely belong


# Tags to spans


def _of_role(role: int) -> slice:
    """Return where in ``TAGS`` those of *role* are."""
    first = 1 + len(PLACES) * role
    return slice(first, first + len(PLACES))


def _with_pointed(reading: Reading) -> NDArray[np.float32]:
    """Return the tags' probabilities, where what contents and cues point at as their speaker begins a source.

    The tags see a word by itself and miss a name behind a title or at the end of a long sentence; those who speak of it
    are surer.
    """
    pointed = np.zeros(len(reading.tags), np.float32)
    said = reading.tags[:, _of_role(CUE).start :].sum(1) >= POINTING
    for window, speakers in zip(reading.windows, reading.speakers, strict=True):
        asked = speakers[said[window.start : window.stop], 1:]
        if len(asked) >= FEWEST_POINTING:
            surest = np.partition(asked, -FEWEST_POINTING, axis=0)[-FEWEST_POINTING]
            pointed[window.start : window.stop] = np.maximum(pointed[window.start : window.stop], surest)
    begins = [TAGS.index("B-source"), TAGS.index("S-source")]
    tags = reading.tags.copy()
    raised = (pointed >= POINTED) & (pointed > tags[:, _of_role(SOURCE)].sum(1))
    rest = 1 - tags[:, begins].sum(1)
    tags[raised] *= ((1 - pointed) / np.maximum(rest, FLOOR))[raised, None]
    tags[np.ix_(raised, begins)] = pointed[raised, None]  # both: how far it goes, the next words tell
    return tags


def _find_spans(tags: NDArray[np.float32], pieces: Pieces) -> list[_Span]:
    """Find the most likely spans, in text order. A word is what its first piece is.

    No span runs on into another paragraph: a headline and the sentence below it are seldom one statement, and a
    quotation that goes on is linked to the same anchor.
    """
    starts = np.flatnonzero(np.diff(pieces.words, prepend=-1))
    ends = np.append(starts[1:], len(pieces))
    of_words = tags[starts]
    path = _best_path(of_words, pieces.opening[starts])
    paragraphs = np.cumsum(pieces.opening)
    begins = [number for number, tag in enumerate(path) if TAGS[tag][0] in "BS"]
    stops = [number + 1 for number, tag in enumerate(path) if TAGS[tag][0] in "ES"]
    spans = []
    for begin, stop in zip(begins, stops, strict=True):
        role = (path[begin] - 1) // len(PLACES)
        certainty = of_words[begin:stop, _of_role(role)].sum(1).mean()
        first, end = int(starts[begin]), int(ends[stop - 1])
        chars = CharSpan(int(pieces.spans[first, 0]), int(pieces.spans[first:end, 1].max()))
        spans.append(_Span(role, first, end, chars, float(certainty), int(paragraphs[first])))
    return spans


def _best_path(tags: NDArray[np.float32], opening: NDArray[np.bool_]) -> list[int]:
    """Return the likeliest tags of words in which each span that begins also ends, in its paragraph (Viterbi)."""
    likelihoods = np.log(np.maximum(tags, FLOOR))
    open_ = [number for number, tag in enumerate(TAGS) if tag[0] in "BI"]
    closed = [number for number, tag in enumerate(TAGS) if tag[0] in "OES"]
    goes_on = [(TAGS.index(f"{place}-{role}"), TAGS.index(f"B-{role}")) for role in ROLES for place in "IE"]
    best = [0.0] + [-np.inf] * (len(TAGS) - 1)  # as after a word outside
    back: list[list[int]] = []
    for row, opens in zip(likelihoods.tolist(), opening.tolist(), strict=True):
        previous = max(closed, key=best.__getitem__)
        if opens:
            for tag in open_:
                best[tag] = -np.inf
        froms = [previous] * len(TAGS)
        for tag, begin in goes_on:
            froms[tag] = begin if best[begin] >= best[begin + 1] else begin + 1
        best = [best[source] + value for source, value in zip(froms, row, strict=True)]
        back.append(froms)
    path = []
    tag = max(closed, key=best.__getitem__)
    for froms in reversed(back):
        path.append(tag)
        tag = froms[tag]
    return path[::-1]


# Links


def _ask_anchors(reading: Reading, spans: list[_Span]) -> Votes:
    """Ask each span for the span at which its attribution meets.

    Cues may be the anchor of anything, sources of contents, and each of what has its own role and comes later, or of
    itself.
    """
    order = np.array([(CUE, SOURCE, CONTENT).index(span.role) for span in spans], int)

    def allowed(number: int, others: NDArray[np.int_]) -> NDArray[np.bool_]:
        may: NDArray[np.bool_] = (order[others] < order[number]) | (order[others] == order[number]) & (others <= number)
        return may

    return _ask(reading.windows, reading.links, spans, allowed)


def _ask_speakers(reading: Reading, spans: list[_Span]) -> Votes:
    """Ask each span for the source of its attribution. Of what sources say to that, nothing is made."""
    is_source = np.array([span.role == SOURCE for span in spans], bool)
    return _ask(reading.windows, reading.speakers, spans, lambda _, others: is_source[others])


def _ask(
    windows: tuple[range, ...],
    all_links: tuple[NDArray[np.float16], ...],
    spans: list[_Span],
    allowed: Callable[[int, NDArray[np.int_]], NDArray[np.bool_]],
) -> Votes:
    """Return what each window says of the spans it shows: how likely they link to which of the spans they may.

    Only the ``LIKELIEST`` of each window are followed up.
    """
    firsts, ends = [span.first for span in spans], [span.end for span in spans]
    votes: Votes = [[] for _ in spans]
    for window, links in zip(windows, all_links, strict=True):
        stop = bisect_left(firsts, window.stop)
        begun = np.arange(bisect_left(firsts, window.start), stop)
        logs = _log_masses(links, [spans[number] for number in begun], window)
        for number in range(bisect_right(ends, window.start), stop):
            span = spans[number]
            means = logs[max(span.first - window.start, 0) : span.end - window.start].mean(0)
            may = allowed(number, begun)
            values = np.where(may, means[1:], -np.inf)
            best = [int(at) for at in np.argsort(-values, kind="stable")[:LIKELIEST] if may[at]]
            known = {int(begun[at]): float(values[at]) for at in best}
            depth = _depth(span, window, windows[-1].stop)
            votes[number].append(_Vote(depth, begun[0] if len(begun) else stop, stop, float(means[0]), known))
    return votes


def _log_masses(links: NDArray[np.float16], spans: list[_Span], window: range) -> NDArray[np.float32]:
    """Return for each piece how likely it links to outside, or to any piece of each of *spans*, as logarithms."""
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


def _likelihood(votes: list[_Vote], number: int) -> float:
    """Return how likely the span *number*, or ``OUTSIDE``, is the one: the mean log probability by depth.

    A window that does not show the span's beginning counts for it with its ``OUTSIDE``; windows in which the asked
    one lies further from the edge count more.
    """
    return sum(vote.depth * vote.of(number) for vote in votes) / sum(vote.depth for vote in votes)


def _proposed(votes: list[_Vote]) -> list[int]:
    """Return the spans that *votes* find among the likeliest, after ``OUTSIDE``."""
    return [OUTSIDE, *sorted({number for vote in votes for number in vote.known})]


def _spin(spans: list[_Span], anchors: Votes, speakers: Votes) -> _Web:
    """Link each span to its likeliest anchor and follow the links to their ends."""
    web = _Web(anchors, speakers, [], [], defaultdict(list), defaultdict(list))
    parents = []
    for number, votes in enumerate(anchors):
        scores = {other: _likelihood(votes, other) for other in _proposed(votes)}
        best = max(scores, key=lambda other: scores[other])
        parents.append(number if best == OUTSIDE else best)
        web.sureness.append(float(np.exp(scores[best])))
    for number, span in enumerate(spans):
        root = number
        while parents[root] != root:
            root = parents[root]
        web.roots.append(root)
        if span.role == CUE:
            web.cues[root].append(number)
        elif span.role == SOURCE:
            web.sources[root].append(number)
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


def _surest(contents: list[int], spans: list[_Span], web: _Web) -> list[int]:
    """Leave out what is much less sure than the surest of *contents*: two pieces are seldom one attribution.

    What stands right beside a piece that is kept belongs to its sentence, and is kept, too.
    """
    sure = {number: spans[number].certainty * web.sureness[number] for number in contents}
    runs: list[list[int]] = []
    for number in contents:
        if runs and spans[number].first - spans[runs[-1][-1]].end <= BESIDE:
            runs[-1].append(number)
        else:
            runs.append([number])
    least = PIECE_FROM * max(sure.values())
    return [number for run in runs if max(sure[one] for one in run) >= least for number in run]


def _link(contents: list[int], spans: list[_Span], web: _Web, weights: Weights) -> Linked:
    """Give *contents*, which have one anchor, their cue and their source."""
    source, chance = _choose_source(contents, spans, web, weights)
    sources = [] if source == OUTSIDE else _fragments(source, spans, web)
    cues = web.cues.get(web.roots[contents[0]], [])
    certainty = np.mean([spans[number].certainty * web.sureness[number] for number in contents])
    return Linked(
        source=tuple(spans[number].chars for number in sources),
        cue=tuple(spans[number].chars for number in cues),
        content=tuple(spans[number].chars for number in contents),
        confidence=min(max(float(certainty * chance), 0.0), 1.0),
    )


def _choose_source(contents: list[int], spans: list[_Span], web: _Web, weights: Weights) -> tuple[int, float]:
    """Return the source that *contents*, their cue and the source itself together find likeliest, and how likely.

    ``OUTSIDE`` where that is no source. A content that is its own anchor cannot be found by a source, so there the
    source is not asked.
    """
    root = web.roots[contents[0]]
    cues = web.cues.get(root, [])
    candidates = _proposed([vote for number in (*contents, *cues) for vote in web.speakers[number]])
    scores = weights.content * _mean_likelihoods(contents, candidates, spans, web.speakers)
    if cues:
        scores += weights.cue * _mean_likelihoods(cues, candidates, spans, web.speakers)
    for at, candidate in enumerate(candidates):
        asked = candidate != OUTSIDE and spans[root].role != CONTENT
        scores[at] += weights.back * _likelihood(web.anchors[candidate], root) if asked else weights.no_source_back
    chances = np.exp(scores - scores.max())
    best = int(chances.argmax())
    return candidates[best], float(chances[best] / chances.sum())


def _mean_likelihoods(asked: list[int], candidates: list[int], spans: list[_Span], votes: Votes) -> NDArray[np.float64]:
    """Return how likely the spans *asked* find each of *candidates*, as means over their pieces."""
    lengths = [spans[number].end - spans[number].first for number in asked]
    likelihoods = [[_likelihood(votes[number], candidate) for candidate in candidates] for number in asked]
    means: NDArray[np.float64] = np.average(likelihoods, axis=0, weights=lengths)
    return means


def _fragments(source: int, spans: list[_Span], web: _Web) -> list[int]:
    """Return *source* and what else of its paragraph most likely belongs where it does, unless far less likely."""
    root = web.roots[source]
    least = _likelihood(web.anchors[source], root) + np.log(FRAGMENT_FROM)
    near = (number for number in web.sources[root] if spans[number].paragraph == spans[source].paragraph)
    return [number for number in near if _likelihood(web.anchors[number], root) >= least]


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
