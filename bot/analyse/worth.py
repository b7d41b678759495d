"""How much statements deserve a check, by a linear model on what the reader saw of them and on their signs.

Two layers, described in worth.md. Below, two heads go by what the reader saw: *debate*, learnt from ClaimBuster, tells
what can be checked at all in what somebody says, and *grade*, learnt from graded news, what matters in a sentence of an
article. Above, a *news* head, learnt from the same news, weighs both by the signs of the statement and by its place in
the story. A score is never about truth.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from spacy.tokens import Doc, Span

from bot.analyse.component import seen_in
from bot.analyse.grammar import text_of
from bot.analyse.signs import signs
from bot.models import CharSpan, QuoteType, Spans
from bot.shipped import read_shipped

MODEL = Path(__file__).with_name("worth.npz")
"""Made by ``python -m training.claims``; its card is worth.md."""

NEAR = 0.15
"""What the mean score of the sentences beside counts: facts stand together. Chosen on newsclaims' dev part."""

STEEP = 5.0
"""How steeply the news head's answer becomes a score; it was taught 0 for nothing to check, 1 for worth a check."""

Array = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Statement:
    """What is scored: the pieces of one content, or a whole sentence, within the sentence that it stands in."""

    pieces: Spans
    sentence: int  # index into the sentences
    said: QuoteType | None = None  # None: the outlet says it itself
    named: bool = False  # the speaker is known
    chain: bool = False  # it names a source in its turn


CONTENT = "content words"
"""Where a document keeps them, "" for a token that is none."""


class Story:
    """What all statements of an article share: its sentences, which words it comes back to, and its headline's."""

    def __init__(self, doc: Doc, sentences: Spans, headline: CharSpan | None) -> None:
        self.doc, self.sentences, self.headline = doc, sentences, headline
        self.text = text_of(doc)
        self.spans = [spacy_span(doc, sentence) for sentence in sentences]
        self.words = [set(content_words(span)) for span in self.spans]
        self.counts = Counter(content_words(doc[:]))
        self.top = max(self.counts.values(), default=1)
        self.told = set(content_words(spacy_span(doc, headline))) if headline else set()
        self.vectors = seen_in(doc)
        self.body = [number for number, one in enumerate(sentences) if not (headline and headline.covers(one))]
        self.ranks = {number: rank for rank, number in enumerate(self.body)}
        self.mean = None if self.vectors is None else self.vectors.mean(0)
        self._signs: dict[tuple[int, int], Array] = {}

    def signs(self, start: int, end: int) -> Array:
        """Return the signs of the tokens *start* to *end*: whole sentences are asked for more than once."""
        if (start, end) not in self._signs:
            self._signs[start, end] = signs(self.doc[start:end])
        return self._signs[start, end]


def spacy_span(doc: Doc, span: CharSpan) -> Span:
    """Return the tokens of *doc* that *span* touches.

    Raises:
        ValueError: it lies outside the document.
    """
    found = doc.char_span(span.start, span.end, alignment_mode="expand")
    if found is None:
        raise ValueError(f"{span} lies outside the document")
    return found


def content_words(span: Span) -> list[str]:
    """Return the lemmas of *span*'s words that carry meaning."""
    words = span.doc.user_data.get(CONTENT)
    if words is None:  # every word is asked for several times
        words = [token.lemma_.lower() if token.is_alpha and not token.is_stop else "" for token in span.doc]
        span.doc.user_data[CONTENT] = words
    return list(filter(None, words[span.start : span.end]))


def debate_inputs(doc: Doc, pieces: Spans, story: Story | None = None) -> tuple[Array, Array | None]:
    """Return a statement's signs, and the mean and the largest of its tokens' vectors, None without the reader.

    *story* remembers signs that it was asked for before.
    """
    spans = [spacy_span(doc, piece) for piece in pieces]
    start, end = spans[0].start, spans[-1].end
    shown = story.signs(start, end) if story else signs(doc[start:end])
    vectors = seen_in(doc)
    if vectors is None:
        return shown, None
    return shown, _pooled(np.concatenate([vectors[span.start : span.end] for span in spans]))


def sentence_inputs(story: Story, sentence: int) -> Array | None:
    """Return the mean and the largest of the vectors of a sentence's tokens, and how far the mean is from the story's.

    None without the reader.
    """
    if story.vectors is None or story.mean is None:
        return None
    span = story.spans[sentence]
    pooled = _pooled(story.vectors[span.start : span.end])
    return np.concatenate([pooled, pooled[: len(story.mean)] - story.mean])


def _pooled(vectors: Array) -> Array:
    return np.concatenate([vectors.mean(0), vectors.max(0)])


def place(story: Story, one: Statement) -> Array:
    """Return what the place of a statement in the *story* shows."""
    sentence, words = story.sentences[one.sentence], story.words[one.sentence]
    length = sentence.end - sentence.start
    rank = story.ranks.get(one.sentence, -1) + 1
    weight = sum(story.counts[word] for word in words)
    values = [
        one.said is not None,
        one.said is QuoteType.DIRECT,
        one.named,
        sum(piece.end - piece.start for piece in one.pieces) / length if one.said is not None else 0,
        one.chain,
        rank / max(len(story.sentences), 1),
        rank == 0,
        rank == 1,
        1 / (1 + rank),
        float(np.log(max(len(story.sentences), 1))),
        len(words & story.told) / max(len(story.told), 1) if rank else 0,
        weight / max(len(words), 1) / story.top,
        weight / story.top / 10,
    ]
    return np.array(values, np.float32)


def news_inputs(story: Story, one: Statement, shown: Array) -> Array:
    """Return what the news head sees beside the two other heads' answers; *shown* are the statement's signs."""
    sentence = story.spans[one.sentence]
    return np.concatenate([place(story, one), story.signs(sentence.start, sentence.end), shown])


class Worth:
    """The model, loaded once."""

    def __init__(self, path: Path = MODEL) -> None:
        with np.load(BytesIO(read_shipped(path)), allow_pickle=False) as stored:
            self._arrays: dict[str, Array] = {name: stored[name].astype(np.float32) for name in stored.files}

    def debate(self, shown: Array, seen: Array | None) -> float:
        """Return the log odds that a statement is check-worthy as ClaimBuster has it; 0 without the reader."""
        return self._linear("debate", np.concatenate([shown, seen])) if seen is not None else 0.0

    def grade(self, story: Story, sentence: int) -> float:
        """Return how much a sentence deserves a check by what the reader saw of it: about 0 to 1, 0 without it."""
        seen = sentence_inputs(story, sentence)
        return self._linear("grade", seen) if seen is not None else 0.0

    def scores(self, story: Story, statements: Sequence[Statement]) -> Array:
        """Return how much each of *statements* deserves a check. Shape ``(len(statements),)``, in (0, 1)."""
        if not statements:
            return np.zeros(0, np.float32)
        head = "news" if story.vectors is not None else "plain"
        grades = {sentence: self.grade(story, sentence) for sentence in {one.sentence for one in statements}}
        answers = np.zeros(len(statements), np.float32)
        for number, one in enumerate(statements):
            shown, seen = debate_inputs(story.doc, one.pieces, story)
            below = [self.debate(shown, seen), grades[one.sentence]]
            inputs = np.concatenate([below, news_inputs(story, one, shown)])
            answers[number] = self._linear(head, inputs)
        answers = with_neighbours(answers, [one.sentence for one in statements])
        return np.asarray(1 / (1 + np.exp(-STEEP * (answers - 0.5))), np.float32)

    def _linear(self, head: str, inputs: Array) -> float:
        scaled = (inputs - self._arrays[f"{head}_mean"]) / self._arrays[f"{head}_scale"]
        return float(scaled @ self._arrays[f"{head}_weights"] + self._arrays[f"{head}_bias"])


def with_neighbours(answers: Array, sentences: Sequence[int]) -> Array:
    """Add to each answer a share of the best ones of the sentences before and after; *sentences* are their numbers."""
    best: dict[int, float] = {}
    for answer, sentence in zip(answers, sentences, strict=True):
        best[sentence] = max(best.get(sentence, -np.inf), float(answer))
    near = [[best[other] for other in (sentence - 1, sentence + 1) if other in best] for sentence in sentences]
    return answers + NEAR * np.array([np.mean(one) if one else 0.5 for one in near], np.float32)


@cache
def load_worth() -> Worth:
    """Load the model that ships."""
    return Worth()
