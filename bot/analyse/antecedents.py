"""What a pronoun may mean: the entities named near it and the nouns that may be meant instead.

Each is a row of signs that grammar shows; ``coreference.py`` ranks them. None is a given name's gender: that somebody
is "she" is known from what the article says.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import chain

import numpy as np
from numpy.typing import NDArray
from spacy.tokens import Doc, Token

from bot.analyse.grammar import text_of
from bot.analyse.nouns import kind_of
from bot.analyse.quotation import Quotation
from bot.models import Entity, Kind, Spans, covered

FORMS = ("he him his himself", "she her hers herself", "it its itself", "they them their theirs themselves")
"""The third person."""

PRONOUNS = {word: number for number, words in enumerate(FORMS) for word in words.split()}
"""Which of the four each form is of."""

OWNING = frozenset({"his", "her", "its", "their", "hers", "theirs"})
MEANT = (Kind.PERSON, Kind.ORGANISATION, Kind.PLACE)
"""What is referred to."""

ROLES = ("nsubj", "nsubjpass", "dobj", "pobj", "poss", "appos", "compound", "attr", "conj", "dative")
ENTITIES, NOUNS = 16, 8
"""How many are held against each: entities and nouns, the nearest. Guesses."""

FARTHEST = {"entity": 30, "noun": 3}
"""Sentences to look back for them."""


class Discourse:
    """What does not change while the references of a ``Doc`` are resolved."""

    def __init__(self, doc: Doc, paragraphs: Spans, quotations: tuple[Quotation, ...], entities: list[Entity]) -> None:
        self.doc = doc
        self.text = text_of(doc)
        self.entities = entities
        self.starts = [token.idx for token in doc]
        self.sentence = np.zeros(len(doc), np.int64)
        for number, sentence in enumerate(doc.sents):
            self.sentence[sentence.start : sentence.end] = number
        begins = [paragraph.start for paragraph in paragraphs]
        self.paragraph = np.array([bisect_right(begins, start) for start in self.starts], np.int64)
        marked = np.frombuffer(covered(len(self.text), (one.inner for one in quotations)), np.uint8)
        self.quoted = marked[np.minimum(self.starts, max(len(marked) - 1, 0))] > 0 if len(marked) else np.zeros(0, bool)
        self.within_name = np.zeros(len(doc), bool)
        self.heads = [self._heads(entity) for entity in entities]
        self.nouns = [token.i for token in doc if self._is_free_noun(token)]

    def _heads(self, entity: Entity) -> list[int]:
        """Return the root of each mention, in text order."""
        found = []
        for mention in entity.mentions:
            span = self.doc[self._at(mention.start) : self._at(mention.end - 1) + 1]
            self.within_name[span.start : span.end] = True
            found.append(span.root.i)
        return sorted(found)

    def _at(self, position: int) -> int:
        return bisect_right(self.starts, position) - 1

    def _is_free_noun(self, token: Token) -> bool:
        return (
            token.pos_ == "NOUN"
            and not self.within_name[token.i]
            and token.dep_ not in {"compound", "npadvmod", "amod"}
        )

    def referring(self) -> Iterator[tuple[int, int]]:
        """Yield each third-person pronoun, and which of the four it is a form of."""
        for token in self.doc:
            if (pronoun := PRONOUNS.get(token.lower_)) is not None:
                yield token.i, pronoun

    @cached_property
    def known(self) -> NDArray[np.float32]:
        """What is known of each token that may be meant, whoever refers to it. Shape ``(len(doc), 21)``."""
        known = np.zeros((len(self.doc), 21), np.float32)
        for entity, heads in zip(self.entities, self.heads, strict=True):
            for head in heads:
                known[head] = self._known(
                    head, [entity.kind is kind for kind in MEANT] + [True, False, False, False, False]
                )
        for head in self.nouns:
            token = self.doc[head]
            plural = token.tag_ == "NNS"
            kind = kind_of(token.lemma_.lower(), plural=plural)
            known[head] = self._known(
                head, [False] * 4 + [kind is Kind.ANONYMOUS, kind is Kind.GROUP, kind is None, plural]
            )
        return known

    def _known(self, head: int, what: list[bool]) -> list[float]:
        token = self.carrier(head)
        root = token.sent.root
        subject = token.dep_.startswith("nsubj")
        return [
            *what,
            *(token.dep_ == role for role in ROLES),
            bool(self.quoted[head]),
            token.head.i == root.i and subject,
            subject,
        ]

    def carrier(self, head: int) -> Token:
        """Return the token whose place in the sentence a name has: "Cole" of "Emma Cole", and of "Reed and Cole"."""
        token = self.doc[head]
        while token.dep_ in {"compound", "conj", "appos"} and token.head.i != token.i:
            token = token.head
        return token

    @cached_property
    def governors(self) -> NDArray[np.int64]:
        """The head of the carrier of each token that may be meant, and the carrier. Shape ``(len(doc), 2)``."""
        governors = np.full((len(self.doc), 2), -1)
        for head in (*self.nouns, *chain.from_iterable(self.heads)):
            carrier = self.carrier(head)
            governors[head] = carrier.head.i, carrier.i
        return governors

    @cached_property
    def words(self) -> list[frozenset[str]]:
        """For each entity the words of its name, in lower case."""
        return [frozenset(re.findall(r"\w+", entity.name.of(self.text).lower())) for entity in self.entities]


@dataclass(frozen=True, slots=True)
class Choice:
    """What one pronoun may mean."""

    token: int
    heads: NDArray[np.int64]  # (n,), of the nearest mention of each that is held against it
    owners: NDArray[np.int64]  # (n,), the entity's number, or -1: a noun that is no name
    features: NDArray[np.float32]  # (n, FEATURES)


def choices(discourse: Discourse) -> Iterator[Choice]:
    """Yield what each pronoun of *discourse* may mean."""
    for token, kind in discourse.referring():
        rows = [*_entities(discourse, token), *_nouns(discourse, token)]
        if rows:
            heads, owners, before, totals, ranks = (np.array(column) for column in zip(*rows, strict=True))
            yield Choice(token, heads, owners, _features(discourse, token, kind, heads, owners, before, totals, ranks))


Row = tuple[int, int, int, int, int]
"""Of one that may be meant: its head, its entity or -1, mentions before, mentions in all, how many are nearer."""


def _entities(discourse: Discourse, token: int) -> list[Row]:
    rows: list[tuple[int, int, int, int]] = []
    for number, (entity, heads) in enumerate(zip(discourse.entities, discourse.heads, strict=True)):
        if entity.kind not in MEANT:
            continue
        before = bisect_left(heads, token)
        if before and discourse.sentence[token] - discourse.sentence[heads[before - 1]] <= FARTHEST["entity"]:
            rows.append((heads[before - 1], number, before, len(heads)))
        elif not before and discourse.sentence[heads[0]] == discourse.sentence[token]:
            rows.append((heads[0], number, 0, len(heads)))  # "In his speech, Cole said"
    rows.sort(key=lambda row: abs(row[0] - token))
    seen = dict.fromkeys(MEANT, 0)
    ranked = []
    for row in rows[:ENTITIES]:
        of = discourse.entities[row[1]].kind
        ranked.append((*row, seen[of]))
        seen[of] += 1
    return ranked


def _nouns(discourse: Discourse, token: int) -> list[Row]:
    rows: list[Row] = []
    for head in reversed(discourse.nouns[: bisect_left(discourse.nouns, token)]):
        if len(rows) == NOUNS or discourse.sentence[token] - discourse.sentence[head] > FARTHEST["noun"]:
            break
        rows.append((head, -1, 1, 1, len(rows)))
    return rows


def _features(
    discourse: Discourse,
    token: int,
    kind: int,
    heads: NDArray[np.int64],
    owners: NDArray[np.int64],
    before: NDArray[np.int64],
    totals: NDArray[np.int64],
    ranks: NDArray[np.int64],
) -> NDArray[np.float32]:
    """Return what is seen of each that *token* may mean. Shape ``(n, FEATURES)``."""
    word = discourse.doc[token]
    owning, own = word.lower_ in OWNING, word.lower_.endswith(("self", "selves"))
    mine = [*(kind == number for number in range(len(FORMS))), owning, own, *(word.dep_ == role for role in ROLES[:5])]
    apart = discourse.sentence[token] - discourse.sentence[heads]
    paragraphs = discourse.paragraph[token] - discourse.paragraph[heads]
    known = discourse.known[heads]
    same_verb = (discourse.governors[heads, 0] == word.head.i) & (not owning) | (
        (discourse.governors[heads, 1] == word.head.i) & owning
    )
    ancestors = [ancestor.i for ancestor in word.ancestors]
    pairs = np.stack(
        [
            *(apart == far for far in range(4)),
            apart > 3,
            heads > token,
            np.clip(apart, 0, 10) / 10,
            paragraphs <= 0,
            paragraphs == 1,
            paragraphs > 1,
            known[:, -1].astype(bool) & word.dep_.startswith("nsubj"),
            known[:, 8 : 8 + len(ROLES)] @ np.array([word.dep_ == role for role in ROLES], np.float32),
            same_verb & (not own),
            same_verb & own,
            np.isin(heads, ancestors),
            np.full(len(heads), discourse.quoted[token]),
            discourse.quoted[heads] == discourse.quoted[token],
            owners == 0,
            np.log1p(before) / 3,
            np.log1p(totals) / 3,
            1 / (1 + ranks),
            ranks == 0,
            np.log1p(np.abs(heads - token)) / 6,
        ],
        axis=1,
    ).astype(np.float32)
    return np.concatenate([np.tile(np.array(mine, np.float32), (len(heads), 1)), known, pairs], axis=1)


FEATURES = 11 + 21 + 23
"""How many features each has."""
