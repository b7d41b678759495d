"""Which published fact-checks are of the very claims of an article. Pure CPU: it runs where articles are read.

Similarity proposes, ``sameness`` objects, and a small linear model says how likely it is the same claim by how much of
either was left without a counterpart. Its weights and the threshold are in ``match.json``, made and measured by
``training/factchecks.py`` and ``benchmarks/factchecks.py``.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np
from spacy.language import Language

from bot.factchecks.embed import WIDTH, Embedder, Vectors, unpacked
from bot.factchecks.query import Query, Reviewed
from bot.factchecks.sameness import Statement, difference, read_statement, unmatched, words_of
from bot.shipped import read_shipped

MODEL = Path(__file__).parent / "match.json"

LEAST_SIMILAR = 0.5
"""Cosine below which no fact-check is looked at: on the made-up feed one in a hundred that belong lies below .6."""

LOOKED_AT = 8
"""Fact-checks that are compared with a claim, the most similar first. A guess: the first was right each time."""

SHOWN = 3
"""Fact-checks that are shown of one claim at most: several outlets may have checked it. A guess."""


LONGEST = 1000
"""Characters of a statement that are compared. A guess: claims have some 150."""

PARSED_AT_ONCE = 64
UNNEEDED = ("ner",)
"""Parts of the spaCy pipeline whose findings are not compared."""

WORDS_KEPT = 4096
"""Vectors of single words that are kept for the next comparison."""

Features = tuple[float, ...]
"""What speaks for two statements being one claim, in the order of the weights; their similarity comes first."""


class Matcher:
    """The models that matching needs, loaded once."""

    def __init__(self, nlp: Language, embedder: Embedder, path: Path = MODEL) -> None:
        """Parse with *nlp*, compare by *embedder*, decide by the weights in *path*."""
        self._nlp = nlp
        self._embedder = embedder
        self._word = lru_cache(WORDS_KEPT)(self._embed_word)
        model = json.loads(read_shipped(path))
        self._weights = np.array(model["weights"], np.float64)
        self._bias, self.threshold = float(model["bias"]), float(model["threshold"])

    def match(self, queries: Sequence[Query]) -> list[list[int]]:
        """Return for each of *queries* the numbers of its candidates that are of its claim, the surest first."""
        return [self._surest(compared) for compared in self.compare(queries)]

    def likely(self, features: Features) -> float:
        """Return how likely it is the same claim, in [0, 1]."""
        return 1 / (1 + math.exp(-float(self._weights @ np.array(features)) - self._bias))

    def compare(self, queries: Sequence[Query]) -> list[list[tuple[int, Features]]]:
        """Return for each of *queries* the candidates against which nothing speaks, the most similar first."""
        claims = self._embedder.embed([query.claim for query in queries])
        nearest = [self._nearest(query, claim) for query, claim in zip(queries, claims, strict=True)]
        wanted = [
            text
            for query, near in zip(queries, nearest, strict=True)
            for text in ([query.claim, *(query.candidates[number].claim for number, _ in near)] if near else [])
        ]
        read = self._read(wanted)
        return [self._compare(query, near, read) for query, near in zip(queries, nearest, strict=True)]

    def _nearest(self, query: Query, claim: Vectors) -> list[tuple[int, float]]:
        """Return the candidates that are looked at, with how similar they are."""
        if not query.candidates:
            return []
        similar = self._vectors(query.candidates) @ claim
        return [(int(n), float(similar[n])) for n in np.argsort(-similar)[:LOOKED_AT] if similar[n] >= LEAST_SIMILAR]

    def _compare(
        self, query: Query, nearest: Sequence[tuple[int, float]], read: Mapping[str, Statement]
    ) -> list[tuple[int, Features]]:
        found = []
        for number, similarity in nearest:
            candidate, claim = query.candidates[number], read[query.claim]
            review, claimant = read[candidate.claim], words_of(candidate.claimant)
            if difference(claim, review, around_claim=words_of(query.context), around_review=claimant) is None:
                found.append((number, self._features(similarity, claim, review, claimant)))
        return found

    def _surest(self, compared: Sequence[tuple[int, Features]]) -> list[int]:
        sure = [(self.likely(features), number) for number, features in compared]
        return [number for chance, number in sorted(sure, key=lambda one: -one[0]) if chance >= self.threshold][:SHOWN]

    def _read(self, texts: Sequence[str]) -> dict[str, Statement]:
        """Return each of *texts* parsed; several at once take half the time."""
        unread = list(dict.fromkeys(texts))
        shown = (" ".join(text.split())[:LONGEST] for text in unread)
        docs = self._nlp.pipe(shown, batch_size=PARSED_AT_ONCE, disable=UNNEEDED)
        return {text: read_statement(doc) for text, doc in zip(unread, docs, strict=True)}

    def _embed_word(self, word: str) -> Vectors:
        vector: Vectors = self._embedder.embed([word])[0]
        return vector

    def _vectors(self, candidates: Sequence[Reviewed]) -> Vectors:
        unknown = [number for number, one in enumerate(candidates) if not one.vector]
        vectors = unpacked([one.vector or bytes(WIDTH) for one in candidates])
        if unknown:
            vectors[unknown] = self._embedder.embed([candidates[number].claim for number in unknown])
        return vectors

    def _features(self, similarity: float, claim: Statement, review: Statement, context: frozenset[str]) -> Features:
        """Return how similar they are, and what of either has no counterpart in the other."""
        things, deeds = unmatched(review.things, claim, context), unmatched(review.deeds, claim, context)
        new_things, new_deeds = unmatched(claim.things, review, context), unmatched(claim.deeds, review, context)
        return (
            similarity,
            min(len(things), 2),
            min(len(deeds), 2),
            min(len(new_things), 3),
            min(len(new_deeds), 3),
            self._apart(things, new_things + new_deeds) if things and new_things else 0.0,
            self._apart(deeds, new_deeds + new_things) if deeds and new_deeds else 0.0,
            float(bool((things or deeds) and (new_things or new_deeds))),
        )

    def _apart(self, words: Sequence[str], others: Sequence[str]) -> float:
        """Return how far the word that is worst off is from the nearest of *others*: trains are no buses."""
        return 1.0 - min(max(float(self._word(one) @ self._word(other)) for other in others) for one in words)
