"""Find where the names of an article begin and end, and whether a person, an organisation or a place has each.

spaCy's small tagger sees a few words to each side, the reader hundreds. A small network (``names.npz``, its card
``names.md``, made by ``training/names.py``) goes by both, and tells what of spaCy's names is none, and what is missing.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from io import BytesIO
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from spacy.tokens import Doc, Span, Token

from bot.analyse.entities import TITLES
from bot.shipped import read_shipped

MODEL = Path(__file__).with_name("names.npz")

NAMED = ("PERSON", "ORG", "GPE", "other")
"""What the network tells apart, by spaCy's labels; "other" are events, works, products and the like."""

PLACES = ("B", "I", "E", "S")
"""A name's first, inner and last token, or its only one."""

LABELS = 1 + len(NAMED) * len(PLACES)
"""How many labels there are: outside of names (0), then each kind's places."""

OWN = frozenset({"PERSON", "ORG", "GPE", "LOC", "FAC"})
"""Those of spaCy's labels that the network has a say in."""

PLACE = frozenset({"GPE", "LOC", "FAC"})

TYPES = (
    "",
    "PERSON",
    "ORG",
    "GPE",
    "LOC",
    "FAC",
    "NORP",
    "EVENT",
    "WORK_OF_ART",
    "LAW",
    "PRODUCT",
    "DATE",
    "CARDINAL",
    "MONEY",
)
PARTS = ("NOUN", "PROPN", "PRON", "VERB", "ADJ", "DET", "ADP", "PUNCT", "NUM", "AUX", "CCONJ", "PART")

IOB = {"I": 1, "O": 2, "B": 3}
"""spaCy's numbers for a token's place in an entity."""

SMALL = frozenset({"of", "the", "and", "for", "in", "on", "at", "de", "la", "von", "van", "&", "-", "'", "’", "."})
"""Small tokens that stand within names."""

PARTICLES = SMALL | frozenset("al bin da del den der di du el le van vom y".split())
"""Small words that may go before a part of a name."""

SURE = 0.7
"""How sure the network must be that each word of a name of spaCy's is in none. Chosen on dev, see the card."""

CERTAIN = 0.9
"""How sure the network must be that what spaCy calls a place is a person. Chosen on dev, see the card."""

NEVER = -1e9
"""The score of what cannot be."""


def candidates(doc: Doc) -> NDArray[np.bool_]:
    """Return which tokens may be part of a name. Shape ``(len(doc),)``."""
    shown = np.array(
        [token.text[:1].isupper() or token.text[:1].isdigit() or token.ent_type != 0 for token in doc], bool
    )
    beside = shown.copy()
    beside[1:] |= shown[:-1]
    beside[:-1] |= shown[1:]
    return np.asarray(shown | (beside & np.array([token.lower_ in SMALL for token in doc], bool)))


def features(doc: Doc, vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return what the network sees of each token: itself, the one before and the one after.

    Args:
        doc: with spaCy's named entities and parts of speech.
        vectors: the reader's, as ``bot.analyse.component.seen_in`` gives them, ``(len(doc), hidden)``.

    Returns:
        Shape ``(len(doc), 3 * (hidden + 36))``.
    """
    own = np.concatenate([vectors, _signs(doc)], axis=1)
    edge = np.zeros((1, own.shape[1]), np.float32)
    return np.concatenate([own, np.concatenate([edge, own[:-1]]), np.concatenate([own[1:], edge])], axis=1)


def _signs(doc: Doc) -> NDArray[np.float32]:
    """Return what the parse and the letters of each token show. Shape ``(len(doc), 36)``."""
    strings = doc.vocab.strings
    types, parts, inside = doc.to_array(["ENT_TYPE", "POS", "ENT_IOB"]).astype(np.uint64).reshape(-1, 3).T
    words = [_letters(token) for token in doc]
    return np.concatenate(
        [
            types[:, None] == np.array([strings[one] if one else 0 for one in TYPES], np.uint64),
            np.stack([inside == IOB["B"], inside == IOB["I"]], axis=1),
            parts[:, None] == np.array([strings[one] for one in PARTS], np.uint64),
            np.array(words, bool).reshape(-1, 8),
        ],
        axis=1,
        dtype=np.float32,
    )


def _letters(token: Token) -> tuple[bool, ...]:
    word = token.text
    return (
        word[:1].isupper(),
        word.isupper() and len(word) > 1,
        any(letter.isdigit() for letter in word),
        bool(token.is_sent_start),
        not any(letter.isalnum() for letter in word),
        "-" in word,
        token.lower_.rstrip(".") in TITLES,
        len(word) < 3,
    )


@dataclass(frozen=True, slots=True)
class Seen:
    """What the network sees in a text of ``n`` tokens."""

    names: list[Span]  # in text order, apart from one another, labelled as in ``NAMED``
    outside: NDArray[np.float32]  # (n,), the probability that a token is part of no name
    persons: NDArray[np.float32]  # (n,), the probability that a token is part of a person's name


def find_names(doc: Doc, vectors: NDArray[np.float32]) -> Seen:
    """Find the names of *doc* by the shipped network; see ``features``."""
    asked = np.flatnonzero(candidates(doc))
    scores = np.full((len(doc), LABELS), NEVER, np.float32)
    scores[:, 0] = 0
    if len(asked):
        scores[asked] = _network()(features(doc, vectors)[asked])
    first = 1 + NAMED.index("PERSON") * len(PLACES)
    persons = np.exp(scores[:, first : first + len(PLACES)]).sum(1)
    return Seen(_spans(doc, best_path(scores)), np.exp(scores[:, 0]), persons)


def correct(doc: Doc, seen: Seen) -> None:
    """Take from *doc* the persons, organisations and places that the network sees no name in, and add what is missing.

    Where both see a name, spaCy's bounds and kind stay: on dev the network's own gave twice as many wrong speakers.
    But a place that it is certain is a person becomes one, and where it sees one person in several names, they are.
    """
    kept = _joined(
        [
            entity
            for entity in doc.ents
            if entity.label_ not in OWN or seen.outside[entity.start : entity.end].min() < SURE
        ],
        seen.names,
    )
    taken = {token.i for entity in kept for token in entity}
    missing = (name for name in seen.names if name.label_ != "other" and not any(token.i in taken for token in name))
    doc.set_ents([*(_as_person(entity, seen.persons) for entity in kept), *(_bare(name) for name in missing)])


def _joined(entities: list[Span], names: list[Span]) -> list[Span]:
    """Return *entities* with the parts of a person's name made one: two places, "Valeska" and "Paris"."""
    people = {token.i: name for name in names if name.label_ == "PERSON" for token in name}
    whole: dict[Span, list[Span]] = {}
    for entity in entities:
        name = people.get(entity.start)
        if entity.label_ in OWN and name is not None and entity.end <= name.end:
            whole.setdefault(name, []).append(entity)
    joined = {parts[0].start: name for name, parts in whole.items() if len(parts) > 1}
    inside = {token.i for name in joined.values() for token in name}
    apart = [entity for entity in entities if entity.start not in inside]
    return sorted([*apart, *joined.values()])


def _as_person(entity: Span, persons: NDArray[np.float32]) -> Span:
    if entity.label_ in PLACE and persons[entity.start : entity.end].mean() >= CERTAIN:
        return Span(entity.doc, entity.start, entity.end, "PERSON")
    return entity


def _bare(name: Span) -> Span:
    """Return *name* without what stands before a small word in it: "lawyer Jane Doe"."""
    start = name.start
    for token in name[:-1]:
        if token.text[:1].islower() and token.lower_ not in PARTICLES:
            start = token.i + 1
    return Span(name.doc, start, name.end, name.label_)


def best_path(scores: NDArray[np.float32]) -> list[int]:
    """Return the likeliest labels of which each may follow the one before. *scores*: ``(n, LABELS)``."""
    path = [0] * len(scores)
    may_be = np.flatnonzero((scores[:, 1:] > NEVER).any(1))
    for run in np.split(may_be, np.flatnonzero(np.diff(may_be) > 1) + 1) if len(may_be) else ():
        start, stop = int(run[0]), int(run[-1]) + 1
        path[start:stop] = _best_of_run(scores[start:stop])
    return path


def _best_of_run(scores: NDArray[np.float32]) -> list[int]:
    """Return the same for tokens between two that are part of no name (Viterbi)."""
    follows = _follows()
    so_far = scores[0] + follows[0]
    back = []
    for row in scores[1:]:
        ways = so_far[:, None] + follows
        back.append(ways.argmax(0))
        so_far = ways.max(0) + row
    label = int((so_far + follows[:, 0]).argmax())
    path = [label]
    for row in reversed(back):
        label = int(row[label])
        path.append(label)
    return path[::-1]


@cache
def _follows() -> NDArray[np.float32]:
    """Return 0 where a label may stand after another (row), ``NEVER`` elsewhere; the end counts as outside."""
    place = ["O", *(place for _ in NAMED for place in PLACES)]
    kind = [-1, *(number for number in range(len(NAMED)) for _ in PLACES)]
    allowed = [
        [
            (place[after] in "OBS")
            if place[before] in "OES"
            else (place[after] in "IE" and kind[after] == kind[before])
            for after in range(LABELS)
        ]
        for before in range(LABELS)
    ]
    return np.where(allowed, 0, NEVER).astype(np.float32)


def _spans(doc: Doc, labels: list[int]) -> list[Span]:
    found = []
    start = 0
    for number, label in enumerate(labels):
        kind, place = divmod(label - 1, len(PLACES))
        if label and PLACES[place] in {"B", "S"}:
            start = number
        if label and PLACES[place] in {"E", "S"}:
            found.append(Span(doc, start, number + 1, NAMED[kind]))
    return found


class _Network:
    """One hidden layer of rectified units; the scores are log probabilities."""

    def __init__(self, content: bytes) -> None:
        with np.load(BytesIO(content), allow_pickle=False) as saved:
            self.inner, self.inner_bias, self.outer, self.outer_bias = (
                saved[name].astype(np.float32) for name in ("inner", "inner_bias", "outer", "outer_bias")
            )

    def __call__(self, rows: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return the scores of *rows*, ``(n, LABELS)``."""
        scores = np.maximum(rows @ self.inner + self.inner_bias, 0) @ self.outer + self.outer_bias
        scores -= scores.max(1, keepdims=True)
        return np.asarray(scores - np.log(np.exp(scores).sum(1, keepdims=True)), np.float32)


@cache
def _network() -> _Network:
    return _Network(read_shipped(MODEL))
