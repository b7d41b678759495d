"""Find what else stands for the entities of an article: "she", "the company", "the town's mayor", "I" in a quotation.

Third-person pronouns are held against the entities named before them, and against the nouns near them that are no names
and may be meant instead. A small network (``coreference.npz``, its card ``coreference.md``, made by
``training/coreference.py``) ranks them by the reader's vectors and by what grammar shows. Whoever is quoted is "I"
there; a noun with "the" is what has that noun in its name; roles and the places that adjectives speak of are found by
rule.

Ranking entities rather than mentions: Denis and Baldridge (2008), "Specialized Models and Ranking for Coreference
Resolution", EMNLP.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from io import BytesIO
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from spacy.tokens import Doc, Token

from bot.analyse.antecedents import FORMS, PRONOUNS, Choice, Discourse, choices
from bot.analyse.demonyms import find_demonyms
from bot.analyse.nominals import phrase_of
from bot.analyse.nouns import DOCUMENT, FEMALE, MALE, ORGANISATION, PERSON
from bot.analyse.roles import find_roles
from bot.models import Attribution, CharSpan, Entity, Kind, Speaker
from bot.shipped import read_shipped

MODEL = Path(__file__).with_name("coreference.npz")

FIRST_PERSON = frozenset({"i", "me", "my", "mine", "myself"})
"""What somebody calls himself where he is quoted."""

NOT_PERSONS = (ORGANISATION | DOCUMENT) - PERSON

NAMED_AFTER = (Kind.ORGANISATION, Kind.PLACE)
"""What is shortened to a noun of its name: "the Harbour Museum", later "the museum"."""

PERSONAL = 2
"""The pronouns that tell persons apart, "he" and "she", come first."""

SURE = 0.4
"""The least probability with which an entity is taken to be meant. On GUM's
news .3, .4 and .5 give 71, 68 and 62 right ones, and 15, 9 and 5 wrong ones."""


NEVER = (FEMALE | NOT_PERSONS, MALE | NOT_PERSONS, PERSON)
"""The nouns that "he", "she" and "it" do not mean."""

LEAST = 1e-9
"""Keeps a division from failing."""


@dataclass(frozen=True, slots=True)
class Reference:
    """A pronoun or a noun's head, and what it means."""

    token: int  # in the ``Doc``
    entity: int  # in the list of entities


def with_references(discourse: Discourse, referred: Sequence[Reference], spoken: Spoken) -> list[Entity]:
    """Return the entities of *discourse* with what else stands for them, each place for one of them at most.

    Args:
        discourse: the article and its entities.
        referred: pronouns, as ``resolve`` gives them; none without the reader.
        spoken: whose the quotations are.
    """
    owners = {mention: number for number, entity in enumerate(discourse.entities) for mention in entity.mentions}
    found: list[tuple[int, CharSpan]] = []  # the surest first
    for speaker in spoken.speakers:
        if (owner := owners.get(speaker.name)) is not None:
            found += [(owner, mention) for mention in speaker.mentions]
    for owner, entity in enumerate(discourse.entities):
        if entity.kind is Kind.PERSON:
            found += [(owner, role) for role in find_roles(discourse.doc, discourse.text, entity.mentions)]
    found += [(owner, _span(discourse.doc, token)) for token, owner in _first_person(discourse, spoken, owners)]
    found += [(one.entity, _span(discourse.doc, one.token)) for one in referred]
    found += [(owner, phrase_of(noun).span) for noun, owner in _described(discourse, referred)]
    found += [(owner, phrase_of(discourse.doc[noun]).span) for noun, owner in _shortened(discourse)]
    found += find_demonyms(discourse.doc, discourse.entities, discourse.within_name)
    references: list[list[CharSpan]] = [[] for _ in discourse.entities]
    taken = bytearray(len(discourse.text))
    for owner, span in found:  # "the mayor of Port Ellery" may hold another's name, but not his own, nor a reference
        if not any(taken[span.start : span.end]) and not any(map(span.overlaps, discourse.entities[owner].mentions)):
            references[owner].append(span)
            taken[span.start : span.end] = b"\1" * (span.end - span.start)
    return [
        replace(entity, references=tuple(sorted(spans)))
        for entity, spans in zip(discourse.entities, references, strict=True)
    ]


@dataclass(frozen=True, slots=True)
class Spoken:
    """Whose words stand in the quotation marks of an article."""

    attributions: Sequence[Attribution]
    speakers: Sequence[Speaker]

    def quoted(self) -> Iterator[tuple[CharSpan, CharSpan]]:
        """Yield the name of each speaker who is a person with each part that is quoted of him."""
        for speaker in self.speakers:
            if speaker.kind is Kind.PERSON:
                for index in speaker.attributions:
                    for part in self.attributions[index].quoted:
                        yield speaker.name, part


def resolve(discourse: Discourse, vectors: NDArray[np.float32]) -> list[Reference]:
    """Find which third-person pronouns mean which entity.

    Args:
        discourse: the article and its entities.
        vectors: the reader's, as ``bot.analyse.component.seen_in`` gives them.

    Returns:
        In text order; what means none of them, or is not sure, is left out.
    """
    asked = list(choices(discourse))
    chances = rank(asked, vectors)
    ranked = [_joined(discourse, choice, ranks) for choice, ranks in zip(asked, chances, strict=True)]
    found = []
    for choice, ranks in zip(asked, _agreed(discourse, asked, ranked), strict=True):
        best = int(ranks.argmax())  # the last is for none of them
        if best < len(choice.owners) and choice.owners[best] >= 0 and ranks[best] >= SURE * ranks.sum():
            found.append(Reference(choice.token, int(choice.owners[best])))
    return found


def rank(asked: list[Choice], vectors: NDArray[np.float32]) -> list[NDArray[np.float32]]:
    """Return for each of *asked* the probability of each that it may mean, and last that it means none of them."""
    return _network().rank(asked, vectors)


def _joined(discourse: Discourse, choice: Choice, chances: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return *chances* without what a pronoun cannot mean; "her father, Thomas Reed" is one, not two."""
    candidates = list(zip(choice.heads.tolist(), choice.owners.tolist(), strict=True))
    joined: NDArray[np.float32] = chances * np.append(
        [_may_be(discourse, choice.token, *candidate) for candidate in candidates], 1
    ).astype(np.float32)
    nouns = {head: number for number, (head, owner) in enumerate(candidates) if owner < 0}
    for number, (head, owner) in enumerate(candidates):
        if owner >= 0 and (noun := nouns.get(int(discourse.governors[head, 1]))) is not None:
            joined[number] += joined[noun]
            joined[noun] = 0
    return joined


def _agreed(
    discourse: Discourse, asked: Sequence[Choice], ranked: Sequence[NDArray[np.float32]]
) -> Iterator[NDArray[np.float32]]:
    """Yield the chances of each choice again, since whom the article calls "she" elsewhere is seldom "he" here.

    What the other pronouns say of an entity counts by how likely they mean it, beside one for either as if heard.
    """
    forms = [PRONOUNS[discourse.doc[choice.token].lower_] for choice in asked]
    heard = np.zeros((len(discourse.entities), PERSONAL))
    for form, choice, chances in zip(forms, asked, ranked, strict=True):
        if form < PERSONAL:
            named = choice.owners >= 0
            np.add.at(heard[:, form], choice.owners[named], chances[:-1][named] / max(chances.sum(), LEAST))
    for form, choice, chances in zip(forms, asked, ranked, strict=True):
        if form >= PERSONAL:
            yield chances
            continue
        named = choice.owners >= 0
        shares = np.ones(len(chances), np.float32)
        own = chances[:-1][named] / max(chances.sum(), LEAST)
        others = heard[choice.owners[named]]
        same = others[:, form] - own
        shares[:-1][named] = 2 * (same + 1) / (same + others[:, 1 - form] + 2)
        yield chances * shares


def _may_be(discourse: Discourse, token: int, head: int, owner: int) -> bool:
    """Tell whether a pronoun may mean an entity, or the noun *head* where *owner* is -1: no company is "she"."""
    pronoun = PRONOUNS[discourse.doc[token].lower_]
    if owner >= 0:
        return pronoun >= PERSONAL or discourse.entities[owner].kind is not Kind.ORGANISATION
    noun = discourse.doc[head].lemma_.lower()
    return pronoun >= len(NEVER) or noun not in NEVER[pronoun]


def _first_person(discourse: Discourse, spoken: Spoken, owners: Mapping[CharSpan, int]) -> Iterator[tuple[int, int]]:
    """Yield each "I" in a quotation, and the entity that is quoted."""
    for name, part in spoken.quoted():
        if (entity := owners.get(name)) is None:
            continue
        for token in range(bisect_left(discourse.starts, part.start), bisect_left(discourse.starts, part.end)):
            if discourse.doc[token].lower_ in FIRST_PERSON:
                yield token, entity


def _shortened(discourse: Discourse) -> Iterator[tuple[int, int]]:
    """Yield each noun with "the" that the name of one thing named before ends with, or of one alone has in it."""
    named: dict[str, list[tuple[int, bool]]] = {}
    for number, (entity, words) in enumerate(zip(discourse.entities, discourse.words, strict=True)):
        if entity.kind in NAMED_AFTER and len(words) > 1:
            for word in words:
                named.setdefault(word, []).append((number, entity.name.of(discourse.text).lower().endswith(word)))
    for head in discourse.nouns:
        token = discourse.doc[head]
        if token.tag_ == "NNS" or discourse.doc[token.left_edge.i].lower_ not in {"the", "this"}:
            continue
        fitting = [
            (number, ends)
            for number, ends in named.get(token.lemma_.lower(), ())
            if bisect_right(discourse.heads[number], head)
        ]
        ending = [number for number, ends in fitting if ends] or [number for number, _ in fitting]
        if len(ending) == 1:
            yield head, ending[0]


def _described(discourse: Discourse, referred: Sequence[Reference]) -> Iterator[tuple[Token, int]]:
    """Yield the nouns by which sentences say what somebody is: "Reed, a mother of two", "she was the first mayor"."""
    called = [(head, owner) for owner, heads in enumerate(discourse.heads) for head in heads]
    for token, owner in (*called, *((one.token, one.entity) for one in referred)):
        named = discourse.doc[token]
        said = [child for child in named.children if child.dep_ == "appos"]
        verb = named.head
        if named.dep_ == "nsubj" and verb.lemma_ == "be" and not any(child.dep_ == "neg" for child in verb.children):
            said += [child for child in verb.children if child.dep_ == "attr"]
        yield from ((noun, owner) for noun in said if noun.pos_ == "NOUN" and not discourse.within_name[noun.i])


def _span(doc: Doc, token: int) -> CharSpan:
    return CharSpan(doc[token].idx, doc[token].idx + len(doc[token].text))


class _Network:
    """Scores pairs of what refers and what may be meant; the vectors of both are made small first."""

    def __init__(self, content: bytes) -> None:
        with np.load(BytesIO(content), allow_pickle=False) as saved:
            self._of = {name: saved[name].astype(np.float32) for name in saved.files}

    def rank(self, asked: list[Choice], vectors: NDArray[np.float32]) -> list[NDArray[np.float32]]:
        """Return for each of *asked* the probability of each that it may mean, and last that it means none of them."""
        if not asked:
            return []
        of = self._of
        counts = [len(choice.heads) for choice in asked]
        refers = vectors[[choice.token for choice in asked]] @ of["refers"] + of["refers_bias"]
        meant = vectors[np.concatenate([choice.heads for choice in asked])] @ of["meant"] + of["meant_bias"]
        mine = np.repeat(refers, counts, axis=0)
        features = np.concatenate([choice.features for choice in asked])
        rows = np.concatenate([features, mine * meant, mine, meant], axis=1)
        scores = _dense(rows, of["inner"], of["inner_bias"], of["outer"], of["outer_bias"])
        kinds = np.stack([choice.features[0, : len(FORMS)] for choice in asked])
        none = _dense(
            np.concatenate([refers, kinds], axis=1), of["none"], of["none_bias"], of["nobody"], of["nobody_bias"]
        )
        ends = np.cumsum(counts)
        return [
            _softmax(np.append(scores[end - count : end], none[number]))
            for number, (count, end) in enumerate(zip(counts, ends, strict=True))
        ]


def _dense(
    rows: NDArray[np.float32],
    inner: NDArray[np.float32],
    inner_bias: NDArray[np.float32],
    outer: NDArray[np.float32],
    outer_bias: NDArray[np.float32],
) -> NDArray[np.float32]:
    """Return one score a row, through one hidden layer of rectified units."""
    return np.asarray((np.maximum(rows @ inner + inner_bias, 0) @ outer + outer_bias)[:, 0])


def _softmax(scores: NDArray[np.float32]) -> NDArray[np.float32]:
    powers = np.exp(scores - scores.max())
    return np.asarray(powers / powers.sum())


@cache
def _network() -> _Network:
    return _Network(read_shipped(MODEL))
