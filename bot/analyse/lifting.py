"""What a sentence needs to be lifted out of its place: for whom its pronouns stand, as far as the reading knows."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence

from spacy.tokens import Doc, Token

from bot.analyse.grammar import text_of
from bot.analyse.quotation import Quotation
from bot.analyse.worth import spacy_span
from bot.models import Attribution, CharSpan, Entity, Kind, Resolved, Spans, Speaker, covered

HE, SHE = frozenset({"he", "him", "his"}), frozenset({"she", "her", "hers"})
PERSONAL = HE | SHE
POINTING = PERSONAL | frozenset("they them their its theirs it this these those that".split())
NEAR = 2
"""Paragraphs, the pronoun's own among them, in which the person meant must be the only one named. A guess."""


class Lifter:
    """Knows whom a pronoun stands for, where the reading knows it."""

    def __init__(
        self,
        doc: Doc,
        paragraphs: Spans,
        quotations: tuple[Quotation, ...],
        attributions: Sequence[Attribution],
        speakers: Iterable[Speaker],
        entities: Sequence[Entity],
        *,
        by_rules: bool = False,
    ) -> None:
        """Prepare for an article; *by_rules* where there was no reader, hence nothing is known of its pronouns."""
        self.doc = doc
        self.by_rules = by_rules
        self.text = text_of(doc)
        self.paragraphs = paragraphs
        self.quoted = covered(len(self.text), (quotation.outer for quotation in quotations))
        self.persons = sorted(
            (mention, entity.name) for entity in entities if entity.kind is Kind.PERSON for mention in entity.mentions
        )
        self.names = sorted(mention for entity in entities for mention in entity.mentions)
        self.referred = {reference: entity.name for entity in entities for reference in entity.references}
        self.known = {
            attributions[index].source[0]: speaker.name
            for speaker in speakers
            for index in speaker.attributions
            if attributions[index].source
        }

    def resolved(self, pieces: Spans) -> tuple[Resolved, ...]:
        """Return who is meant by "he" and "she" in *pieces*, each person once, where that is sure."""
        found: list[Resolved] = []
        told: frozenset[str] = frozenset()
        for piece in pieces:
            for token in spacy_span(self.doc, piece):
                if token.lower_ not in PERSONAL or token.lower_ in told or self.explained(token, piece):
                    continue
                name = self.meant(token)
                if name is not None:
                    told |= HE if token.lower_ in HE else SHE
                    found.append(Resolved(_place(token), name))
        return tuple(found)

    def dangling(self, sentence: CharSpan) -> bool:
        """Tell whether *sentence* would point at nothing once it stands alone, by a pronoun or by "here"."""
        words = spacy_span(self.doc, sentence)
        if words[0].lower_ in {"here", "there"} and words[0].dep_ == "advmod":  # "Here, she met …", not "There is …"
            return True
        solved = self.resolved((sentence,))
        told = frozenset[str]().union(*(HE if self._lower(one) in HE else SHE for one in solved))
        return any(
            token.lower_ in POINTING and token.lower_ not in told and not self.explained(token, sentence)
            for token in words
        )

    def _lower(self, one: Resolved) -> str:
        return one.pronoun.of(self.text).lower()

    def meant(self, token: Token) -> CharSpan | None:
        """Return the name of the person whom a pronoun means: as a source known to the reading, or the only one near.

        The only one near is meant where ``coreference.py`` says so as well: without it, most are somebody else. Inside
        quotation marks others speak of others: there, nobody is meant for sure.
        """
        place = _place(token)
        if place in self.known:
            return self.known[place]
        if token.lower_ not in PERSONAL or self.quoted[place.start]:
            return None
        here = bisect_right(self.paragraphs, place.start, key=lambda paragraph: paragraph.start) - 1
        for first in range(here, max(here - NEAR, -1), -1):
            start = self.paragraphs[max(first, 0)].start
            near = {
                name
                for mention, name in self.persons
                if start <= mention.start and mention.end <= place.start and not self.quoted[mention.start]
            }
            if near:
                name = next(iter(near)) if len(near) == 1 else None
                return name if self.by_rules or self.referred.get(place) == name else None
        return None

    def explained(self, token: Token, sentence: CharSpan) -> bool:
        """Tell whether the sentence itself shows what a pronoun means: a name or noun before it, "it rains"."""
        if token.dep_ == "expl" or (token.lower_ in {"this", "that", "these", "those"} and _goes_on(token)):
            return True
        if token.lower_ in PERSONAL:
            first = bisect_left(self.names, sentence.start, key=lambda name: name.start)
            return first < len(self.names) and self.names[first].end <= token.idx
        before = (other for other in spacy_span(self.doc, sentence) if other.i < token.i)
        return any(other.pos_ in {"NOUN", "PROPN"} for other in before)


def _goes_on(token: Token) -> bool:
    """Tell whether "this" stands before its noun, and "that" begins a clause."""
    return token.dep_ in {"det", "mark", "advmod"} or token.tag_ in {"WDT", "IN"}


def _place(token: Token) -> CharSpan:
    return CharSpan(token.idx, token.idx + len(token.text))
