"""Resolve source mentions to speakers: the right one, or none. A wrong name is the worst error there is.

Names are resolved through the article's entities, nouns ("the senator") through roles and titles, pronouns
through who spoke or acted last. Where two fit, nobody is named.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from dataclasses import dataclass, field

from spacy.tokens import Doc, Span, Token

from bot.analyse.grammar import name_of
from bot.analyse.nouns import kind_of
from bot.analyse.roles import find_role
from bot.models import Attribution, CharSpan, Entity, Kind, Spans, Speaker, covered

HE_OR_SHE = frozenset({"he", "she"})
NOBODY = frozenset(
    {"i", "we", "you", "it", "they", "this", "that", "these", "those", "one", "what", "which", "there", "who"}
)
"""Source words that name no speaker of the article without more than grammar to go by."""

QUANTITIES = frozenset({"some", "many", "others", "few", "most", "several", "critics"})
POINTING_BACK = frozenset(
    """
    agency association company committee group magazine network newspaper organisation organization outlet panel paper
    publication site website
    """.split()
)
"""Nouns that, alone with "the", mean something named before."""

INTRODUCING = frozenset({"a", "an", "another", "one"})
"""What begins an unnamed source; a bare noun ("Senator from Texas") is a headline's short form of a name."""

LONGEST_NAME = 16
"""Tokens that a speaker's own words may have. A guess: longer ones are misread sentences."""

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

GENDERED = {"mr": "he", "sir": "he", "lord": "he", "mrs": "she", "ms": "she", "miss": "she", "dame": "she"}
"""Titles by which the text itself says "he" or "she"."""

LONGEST_TITLE = 10
"""Characters that one of them takes, with a full stop and blanks."""

NEAR = 3
"""Paragraphs over which a pronoun may reach back. A guess: newspapers name a speaker anew after that."""


@dataclass(slots=True)
class _Voice:
    """A speaker while his attributions are being gathered."""

    name: CharSpan
    kind: Kind
    mentions: list[CharSpan]
    entity: Entity | None = None
    attributions: list[int] = field(default_factory=list)


def find_speakers(
    doc: Doc, paragraphs: Spans, attributions: list[Attribution], entities: list[Entity]
) -> list[Speaker]:
    """Find who speaks in *doc*.

    Returns:
        Whoever says most first. An attribution that is in no speaker's list is unattributed.
    """
    return _Listener(doc, paragraphs, attributions, entities).speakers()


class _Listener:
    """Goes through the article as a reader would, remembering who spoke and who was named."""

    def __init__(self, doc: Doc, paragraphs: Spans, attributions: list[Attribution], entities: list[Entity]) -> None:
        self.doc = doc
        self.text = doc.text  # spaCy joins its tokens anew each time
        self.paragraphs = paragraphs
        self.attributions = attributions
        self.entities = [entity for entity in entities if entity.kind in {Kind.PERSON, Kind.ORGANISATION, Kind.PLACE}]
        self.voices: dict[str, _Voice] = {}
        self.roles: dict[CharSpan, CharSpan | None] = {}  # by the entity's name, as far as asked for
        self.pronoun_of: dict[CharSpan, str] = _pronouns_by_title(self.text, self.entities)
        self.named = sorted(
            ((mention, entity) for entity in self.entities for mention in entity.mentions), key=lambda one: one[0]
        )
        self.persons = self.persons_told_of()
        self.last: tuple[CharSpan, Entity] | None = None  # the last source that was a known person
        self.stranger: CharSpan | None = None  # the source after it that was a person without a name

    def speakers(self) -> list[Speaker]:
        for index, attribution in enumerate(self.attributions):
            if not attribution.source:
                continue
            if voice := self.voice_of(self.called(attribution.source[0])):
                voice.attributions.append(index)
        spoken = [voice for voice in self.voices.values() if voice.attributions]
        spoken.sort(key=lambda voice: (-len(voice.attributions), voice.attributions[0]))
        return [self.speaker(voice) for voice in spoken]

    def called(self, source: CharSpan) -> CharSpan:
        """Return who is named in *source*, without what is told about him; or before it, where that is all it is."""
        at = bisect_left(self.named, source.start, key=lambda one: one[0].start) - 1
        if at >= 0 and self.named[at][1].kind is Kind.PERSON:
            before = self.named[at][0]
            if self.text[before.end : source.start] == ", " and self.text[source.start].islower():
                return before  # "Jane Doe, a baker from Ellery, says"
        name = name_of(self.span(source).root)
        return name if source.covers(name) and self.text[name.end : name.end + 1] in {",", " "} else source

    def persons_told_of(self) -> dict[int, list[tuple[CharSpan, Entity]]]:
        """Return where persons are named, by paragraph: those whom somebody talks about left out."""
        said = covered(len(self.text), (piece for attribution in self.attributions for piece in attribution.content))
        found = defaultdict(list)
        for mention, entity in self.named:
            if entity.kind is Kind.PERSON and not all(said[mention.start : mention.end]):
                found[self.paragraph(mention.start)].append((mention, entity))
        return found

    def speaker(self, voice: _Voice) -> Speaker:
        role = None
        if voice.entity and voice.kind is Kind.PERSON:
            role = self.role(voice.entity)
        return Speaker(voice.name, voice.kind, role, tuple(sorted(set(voice.mentions))), tuple(voice.attributions))

    def voice_of(self, source: CharSpan) -> _Voice | None:
        """Find who is meant by *source*; None where that is not certain."""
        span = self.span(source)
        head = span.root
        if any(token.dep_ == "conj" for token in span) and " and " in source.of(self.text):
            return self.group(source)
        if head.lower_ in HE_OR_SHE:
            return self.he_or_she(source, head)
        if head.pos_ == "PRON" and head.lower_ in NOBODY:
            return None
        if len(span) > LONGEST_NAME or (head.lower_ in QUANTITIES and (len(span) == 1 or "whom" in span.text.lower())):
            return None
        first = bisect_left(self.named, source.start, key=lambda one: one[0].start)
        last = bisect_left(self.named, source.end, key=lambda one: one[0].start)
        for mention, entity in self.named[first:last]:
            if mention.start <= head.idx < mention.end <= source.end:
                return self.entity(source, entity)
        if head.pos_ in {"NOUN", "PROPN", "PRON", "NUM", "ADJ", "DET"} or self.in_transcript(source):
            return self.noun(source, head)
        return None

    def entity(self, source: CharSpan, entity: Entity) -> _Voice:
        kind = Kind.ORGANISATION if entity.kind is Kind.PLACE else entity.kind  # "Moscow said": its government
        if kind is Kind.PERSON:
            self.last, self.stranger = (source, entity), None
        voice = self.voices.setdefault(
            f"@{entity.name.start}", _Voice(entity.name, kind, list(entity.mentions), entity)
        )
        voice.mentions.append(source)
        return voice

    def group(self, source: CharSpan) -> _Voice:
        return self.by_words(source, Kind.GROUP)

    def by_words(self, source: CharSpan, kind: Kind) -> _Voice:
        words = self.words(source)
        key = " ".join(words[1:] if words[0] in {"the", "a", "an"} else words)
        voice = self.voices.setdefault(key, _Voice(source, kind, []))
        voice.mentions.append(source)
        return voice

    def noun(self, source: CharSpan, head: Token) -> _Voice | None:
        """Resolve "the senator" to who is called a senator, "the report" to the report named before."""
        if (head.pos_ == "PROPN" or self.in_transcript(source)) and (person := self.by_surname(head)):
            return self.entity(source, person)
        plural = head.tag_ in {"NNS", "NNPS"} or head.lower_ in QUANTITIES
        lemma = head.lemma_.lower()
        kind = kind_of(lemma, plural=plural)
        if kind is Kind.ANONYMOUS:
            return self.unnamed(source, lemma)
        if kind is Kind.DOCUMENT and self.is_definite(source) and (same := self.heard_of(lemma, kind)):
            same.mentions.append(source)
            return same
        if kind is Kind.ORGANISATION and lemma in POINTING_BACK and len(self.words(source)) <= 2:
            return None
        if kind is None and self.in_transcript(source):
            kind = Kind.PERSON
        if kind is None and head.pos_ == "PROPN":
            kind = Kind.ORGANISATION
        return self.by_words(source, kind) if kind else None

    def in_transcript(self, source: CharSpan) -> bool:
        """Tell whether *source* is a name in capitals before a colon, which taggers take for any word."""
        return source.of(self.text).isupper() and self.text[source.end : source.end + 1] == ":"

    def by_surname(self, head: Token) -> Entity | None:
        """Find the person whose surname stands in capitals ("PENCE:") or was not tagged as a name."""
        same = [e for e in self.entities if e.kind is Kind.PERSON and self.words(e.name)[-1] == head.lower_]
        return same[0] if len(same) == 1 else None

    def unnamed(self, source: CharSpan, lemma: str) -> _Voice | None:
        """Resolve "the senator", or "a lawyer" who is named further down; else he stays "a senior official"."""
        called = [entity for entity in self.entities if entity.kind is Kind.PERSON and self.is_called(entity, lemma)]
        if len(called) == 1:
            return self.entity(source, called[0])
        self.stranger = source
        words = self.words(source)
        owned = any(word.endswith(("'s", "’s")) for word in words)
        if called or self.is_definite(source) or not (words[0] in INTRODUCING or owned):
            return None
        return self.by_words(source, Kind.ANONYMOUS)

    def heard_of(self, lemma: str, kind: Kind) -> _Voice | None:
        """Find the one document of that kind that has been cited before."""
        same = [
            voice
            for voice in self.voices.values()
            if voice.kind is kind and lemma in self.span(voice.name).root.lemma_.lower()
        ]
        return same[0] if len(same) == 1 else None

    def span(self, position: CharSpan) -> Span:
        span = self.doc.char_span(position.start, position.end, alignment_mode="expand")
        if span is None:
            raise ValueError(f"{position} lies outside the document")
        return span

    def role(self, entity: Entity) -> CharSpan | None:
        if entity.name not in self.roles:
            self.roles[entity.name] = find_role(self.doc, _by_length(entity.mentions))
        return self.roles[entity.name]

    def words(self, span: CharSpan) -> list[str]:
        return span.of(self.text).lower().split()

    def is_definite(self, source: CharSpan) -> bool:
        return self.words(source)[0] in {"the", "his", "her", "their", "that", "this"}

    def is_called(self, entity: Entity, lemma: str) -> bool:
        role = self.role(entity)
        words = [word.rstrip(".") for word in role.of(self.text).lower().replace(",", " ").split()] if role else []
        return lemma in words or lemma in map(LONG_FORMS.get, words)

    def he_or_she(self, source: CharSpan, head: Token) -> _Voice | None:
        """Resolve a pronoun to the one person that it can mean; None where two fit.

        The paragraph's own persons come first, the one named as subject before the others; without any, the
        persons of the paragraph before, who spoke last first.
        """
        pronoun, here = head.lower_, self.paragraph(source.start)
        for back in range(NEAR):
            if self.stranger and self.paragraph(self.stranger.start) == here - back:
                return None  # "her lawyer said …", he added: not she
            near = [
                (mention, entity)
                for mention, entity in self.persons.get(here - back, [])
                if mention.end <= source.start and self.pronoun_of.get(entity.name, pronoun) == pronoun
            ]
            if self.last and self.paragraph(self.last[0].start) == here - back:
                near.append(self.last)  # a pronoun, perhaps
            if near:
                chosen = self.chosen(near, pronoun)
                if chosen is None or self.pronoun_of.get(chosen.name, pronoun) != pronoun:
                    return None
                self.pronoun_of.setdefault(chosen.name, pronoun)
                return self.entity(source, chosen)
        return None

    def chosen(self, near: list[tuple[CharSpan, Entity]], pronoun: str) -> Entity | None:
        """Choose whom a pronoun means among the mentions of one paragraph; None where two fit."""
        persons = {entity.name for _, entity in near}
        if len(persons) == 1:
            return near[0][1]
        called_so = {entity.name: entity for _, entity in near if self.pronoun_of.get(entity.name) == pronoun}
        if len(called_so) == 1:
            return next(iter(called_so.values()))
        subjects = {
            entity.name: entity for mention, entity in near if self.acts(mention) or (mention, entity) == self.last
        }
        return next(iter(subjects.values())) if len(subjects) == 1 else None

    def acts(self, mention: CharSpan) -> bool:
        """Tell whether a mention is a subject, alone or with others, and not only that of a clause on somebody else."""
        head = self.span(mention).root
        while head.dep_ == "conj" and head.pos_ == "PROPN":
            head = head.head
        return head.dep_ in {"nsubj", "nsubjpass"} and head.head.dep_ not in {"relcl", "acl"}

    def paragraph(self, position: int) -> int:
        return bisect_right(self.paragraphs, position, key=lambda paragraph: paragraph.start)


def _by_length(mentions: Spans) -> Spans:
    return tuple(sorted(mentions, key=lambda span: (span.start - span.end, span.start)))


def _pronouns_by_title(text: str, entities: list[Entity]) -> dict[CharSpan, str]:
    """Note who is "Mr" or "Mrs" in the text."""
    known: dict[CharSpan, str] = {}
    for entity in entities:
        for mention in entity.mentions:
            before = text[max(mention.start - LONGEST_TITLE, 0) : mention.start].split()[-1:]
            if before and (pronoun := GENDERED.get(before[0].lower().rstrip("."))):
                known[entity.name] = pronoun
    return known
