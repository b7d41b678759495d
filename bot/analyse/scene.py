"""An article as whoever resolves a source sees it: its words, who is named where, and what is said of them."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable

from spacy.tokens import Doc, Span

from bot.analyse.grammar import text_of
from bot.analyse.nominals import Phrase, alike, heads_of, phrases_like
from bot.analyse.nouns import ORGANISATION, PERSON
from bot.analyse.roles import find_roles
from bot.models import CharSpan, Entity, Kind, Spans

LEAD = 2
"""Paragraphs in which what is named further down may be called by a noun alone."""

MENTIONS_ASKED = 8
"""Mentions of one name that are asked what it is, the fullest first. A guess: newspapers say it at the first few."""

LONG_FORMS = {
    "capt": "captain",
    "col": "colonel",
    "dr": "doctor",
    "gen": "general",
    "gov": "governor",
    "lt": "lieutenant",
    "prof": "professor",
    "rep": "representative",
    "rev": "reverend",
    "sen": "senator",
    "sgt": "sergeant",
}
"""Titles as newspapers shorten them before a name; later the same person is "the senator"."""


class Scene:
    """What does not change while the speakers are being found."""

    def __init__(self, doc: Doc, paragraphs: Spans, entities: Iterable[Entity], headline: CharSpan | None) -> None:
        self.doc = doc
        self.text = text_of(doc)
        self.paragraphs = paragraphs
        self.headline = headline
        self.entities = [entity for entity in entities if entity.kind in {Kind.PERSON, Kind.ORGANISATION, Kind.PLACE}]
        self.named = sorted(
            ((mention, entity) for entity in self.entities for mention in entity.mentions), key=lambda one: one[0]
        )
        self._roles: dict[CharSpan, Spans] = {}  # by the entity's name, as far as asked for
        self._descriptions: dict[CharSpan, frozenset[str]] = {}
        self._heads = heads_of(doc)
        self._phrases: dict[str, list[Phrase]] = {}  # by the noun that they are like

    @property
    def persons(self) -> list[Entity]:
        """All persons that are named."""
        return [entity for entity in self.entities if entity.kind is Kind.PERSON]

    def span(self, position: CharSpan) -> Span:
        """Return the tokens at *position*."""
        span = self.doc.char_span(position.start, position.end, alignment_mode="expand")
        if span is None:
            raise ValueError(f"{position} lies outside the document")
        return span

    def words(self, span: CharSpan) -> list[str]:
        """Return the words of *span* in lower case."""
        return span.of(self.text).lower().split()

    def paragraph(self, position: int) -> int:
        """Return the number of the paragraph that holds *position*, from 1."""
        return bisect_right(self.paragraphs, position, key=lambda paragraph: paragraph.start)

    def first_named(self, position: int) -> int:
        """Return the number in ``named`` of the first mention that does not begin before *position*."""
        return bisect_left(self.named, position, key=lambda one: one[0].start)

    def in_headline(self, span: CharSpan) -> bool:
        """Tell whether *span* is in the headline."""
        return self.headline is not None and self.headline.covers(span)

    def in_lead(self, span: CharSpan) -> bool:
        """Tell whether *span* is among the first paragraphs, where a noun may stand for a name further down."""
        return self.paragraph(span.start) <= LEAD + (self.headline is not None)

    def in_transcript(self, source: CharSpan) -> bool:
        """Tell whether *source* is a name in capitals before a colon, which taggers take for any word."""
        return source.of(self.text).isupper() and self.text[source.end : source.end + 1] == ":"

    def acts(self, mention: CharSpan) -> bool:
        """Tell whether a mention is a subject, alone or with others, and not only that of a clause on somebody else."""
        head = self.span(mention).root
        while head.dep_ == "conj" and head.pos_ == "PROPN":
            head = head.head
        return head.dep_ in {"nsubj", "nsubjpass"} and head.head.dep_ not in {"relcl", "acl"}

    def phrases_like(self, lemma: str) -> list[Phrase]:
        """Return the noun phrases, in text order, whose head may stand for *lemma*."""
        if lemma not in self._phrases:
            self._phrases[lemma] = phrases_like(self._heads, lemma)
        return self._phrases[lemma]

    def role(self, entity: Entity) -> CharSpan | None:
        """Return what *entity* is, in the article's words."""
        return next(iter(self._roles_of(entity)), None)

    def described(self, entity: Entity) -> frozenset[str]:
        """Return all words by which the article says what a person is."""
        if entity.name not in self._descriptions:
            words = [
                word.strip(".,").removesuffix("’s") for span in self._roles_of(entity) for word in self.words(span)
            ]
            self._descriptions[entity.name] = frozenset(words) | {LONG_FORMS[w] for w in words if w in LONG_FORMS}
        return self._descriptions[entity.name]

    def _roles_of(self, entity: Entity) -> Spans:
        """Return the roles that are given at an entity's fullest mentions, the one to show first."""
        if entity.name not in self._roles:
            nouns = PERSON if entity.kind is Kind.PERSON else ORGANISATION
            fullest = sorted(entity.mentions, key=lambda span: (span.start - span.end, span.start))[:MENTIONS_ASKED]
            self._roles[entity.name] = find_roles(self.doc, self.text, tuple(fullest), nouns)
        return self._roles[entity.name]

    def is_called(self, entity: Entity, lemma: str) -> bool:
        """Tell whether the article calls a person by the noun *lemma*, or one like it."""
        return any(alike(word, lemma) for word in self.described(entity))

    def is_called_barely(self, entity: Entity, lemma: str) -> bool:
        """Tell whether a person is called by the noun *lemma* and nothing else: "President Cole"."""
        return bool(words := self.described(entity)) and all(alike(word, lemma) for word in words)
