"""Whom "he" and "she" mean: the one person of the article who fits, or nobody."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from itertools import pairwise

from bot.analyse.scene import Scene
from bot.models import Attribution, CharSpan, Entity, Kind, QuoteType, Spans, covered

HE_OR_SHE = frozenset({"he", "she"})
PRONOUNS = {"he": "he", "his": "he", "she": "she", "her": "she"}
"""What a subject is called further on in its sentence. "Him" is somebody else."""

GENDERED = {"mr": "he", "sir": "he", "lord": "he", "mrs": "she", "ms": "she", "miss": "she", "dame": "she"}
"""Titles by which the text itself says "he" or "she"."""

RELATED = {
    **dict.fromkeys("father husband son brother uncle nephew grandfather grandson widower boyfriend".split(), "he"),
    **dict.fromkeys("mother wife daughter sister aunt niece grandmother granddaughter widow girlfriend".split(), "she"),
}
"""What somebody is to another, before his name: "her father, Thomas Reed" is no "she"; whom "he" means stays open."""

LONGEST_TITLE = 16
"""Characters that one of these words takes, with a full stop or comma and blanks."""

NEAR = 3
"""Paragraphs over which a pronoun may reach back. A guess: newspapers name a speaker anew after that."""


Mention = tuple[CharSpan, Entity]


class Persons:
    """Remembers who was named and who spoke."""

    def __init__(self, scene: Scene, said: Spans) -> None:
        """Prepare for the article of *scene*; who is only talked about in what is *said* is nobody's "he"."""
        self.scene = scene
        self.called = _by_pronouns(scene) | _by_title(scene, GENDERED)  # "he" or "she", by the person's name
        self._related = _by_title(scene, RELATED)
        self.last: Mention | None = None  # the last source that was a known person
        self.stranger: CharSpan | None = None  # the source after it that was a person without a name
        self._in_paragraph = _told_of(scene, said)
        self._named: frozenset[CharSpan] = frozenset()  # whom the statement names whose source is asked for

    def talks_of(self, attribution: Attribution) -> None:
        """Remember whom *attribution* names in what is said: of himself, nobody speaks by his name."""
        after = [
            piece
            for piece in attribution.content
            if attribution.type is QuoteType.DIRECT or (attribution.source and attribution.source[0] < piece)
        ]
        self._named = frozenset(
            entity.name
            for piece in after
            for _, entity in self.scene.named[self.scene.first_named(piece.start) : self.scene.first_named(piece.end)]
        )

    def spoke(self, source: CharSpan, person: Entity) -> None:
        """Remember that *source* was *person*."""
        self.last, self.stranger = (source, person), None

    def meant(self, source: CharSpan, pronoun: str) -> Entity | None:
        """Return the one person that the *pronoun* at *source* can mean; None where two fit.

        The paragraph's own persons come first, the one named as subject before the others; without any, the
        persons of the paragraph before, who spoke last first.
        """
        here = self.scene.paragraph(source.start)
        for back in range(NEAR):
            near = [one for one in self._in_paragraph.get(here - back, []) if one[0].end <= source.start]
            near = [one for one in near if self._may_be(one[1], pronoun)]
            if self._is_in(self.stranger, here - back) and not any(
                self._after_stranger(mention) for mention, _ in near
            ):
                return None  # "her lawyer said …", he added: not she
            if self.last and self._is_in(self.last[0], here - back) and self._may_be(self.last[1], pronoun):
                near.append(self.last)  # a pronoun, perhaps
            if near:
                chosen = self._chosen(near, pronoun)
                if chosen is not None:
                    self.called.setdefault(chosen.name, pronoun)
                return chosen
        return None

    def _may_be(self, person: Entity, pronoun: str) -> bool:
        fits = all(known.get(person.name, pronoun) == pronoun for known in (self.called, self._related))
        return fits and person.name not in self._named

    def _is_in(self, mention: CharSpan | None, paragraph: int) -> bool:
        return mention is not None and self.scene.paragraph(mention.start) == paragraph

    def _after_stranger(self, mention: CharSpan) -> bool:
        return self.stranger is not None and mention.start > self.stranger.end

    def _chosen(self, near: list[Mention], pronoun: str) -> Entity | None:
        """Choose whom a pronoun means among the mentions of one paragraph; None where two fit."""
        persons = {entity.name: entity for _, entity in near}
        if len(persons) == 1:
            return near[0][1]
        if self.last is not None and self.last in near:
            said, speaker = self.last
            if not any(m > said and person is not speaker and self.scene.acts(m) for m, person in near):
                return speaker
        called_so = [person for name, person in persons.items() if self.called.get(name) == pronoun]
        if len(called_so) == 1:
            return called_so[0]
        acting = {person.name: person for m, person in near if self.scene.acts(m) or (m, person) == self.last}
        return next(iter(acting.values())) if len(acting) == 1 else None


def _told_of(scene: Scene, said: Spans) -> dict[int, list[Mention]]:
    """Return where persons are named, by paragraph: those whom somebody talks about left out."""
    talk = covered(len(scene.text), said)
    found = defaultdict(list)
    for mention, entity in scene.named:
        if entity.kind is Kind.PERSON and not all(talk[mention.start : mention.end]):
            found[scene.paragraph(mention.start)].append((mention, entity))
    return found


def _by_pronouns(scene: Scene) -> dict[CharSpan, str]:
    """Return whom the article calls he, and whom she: by most of the pronouns that can mean nobody else."""
    subjects = {
        scene.span(mention).root.i: entity.name
        for mention, entity in scene.named
        if entity.kind is Kind.PERSON and scene.acts(mention)
    }
    votes: dict[CharSpan, Counter[str]] = defaultdict(Counter)
    for sentence, following in pairwise([*scene.doc.sents, scene.doc[:0]]):
        named = {subjects[token.i] for token in sentence if token.i in subjects}
        if len(named) != 1:
            continue
        (name,) = named
        first = next((token for token in following if not token.is_punct), None)
        own = [token for token in sentence if token.dep_ in {"poss", "nsubj"}]
        for token in [*own, *([first] if first is not None and first.lower_ in HE_OR_SHE else [])]:
            if pronoun := PRONOUNS.get(token.lower_):
                votes[name][pronoun] += 1
    most = {name: heard.most_common() for name, heard in votes.items()}
    return {name: heard[0][0] for name, heard in most.items() if len(heard) == 1 or heard[0][1] > 2 * heard[1][1]}


def _by_title(scene: Scene, titles: Mapping[str, str]) -> dict[CharSpan, str]:
    """Return who has one of *titles* before his name in the text, with the pronoun that goes with it."""
    known: dict[CharSpan, str] = {}
    for mention, entity in scene.named:
        before = scene.text[max(mention.start - LONGEST_TITLE, 0) : mention.start].split()[-1:]
        if before and (pronoun := titles.get(before[0].lower().rstrip(".,"))):
            known[entity.name] = pronoun
    return known
