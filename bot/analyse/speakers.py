"""Resolve source mentions to speakers: the right one, or none. A wrong name is the worst error there is.

Names are resolved through the article's entities, nouns ("the senator") through roles and titles, pronouns
through who spoke or acted last. Where two fit, nobody is named.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from itertools import pairwise

from spacy.tokens import Doc, Span, Token

from bot.analyse.grammar import RELATIVE, name_of
from bot.analyse.nominals import LONGEST_PHRASE, Phrase, alike, phrase_of, phrases_like
from bot.analyse.nouns import ORGANISATION, PERSON, kind_of
from bot.analyse.roles import find_role, find_roles
from bot.models import Attribution, CharSpan, Entity, Kind, Spans, Speaker, covered

NAMING = frozenset({"NOUN", "PROPN", "PRON", "NUM", "ADJ", "DET", "SYM", "X"})
"""Parts of speech that can head a source."""

TOLD = frozenset({"dobj", "dative"})
"""Relations of those to whom something is said."""

HE_OR_SHE = frozenset({"he", "she"})
PRONOUNS = {"he": "he", "his": "he", "she": "she", "her": "she"}
"""What a subject is called further on in its sentence. "Him" is somebody else."""

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

LONGEST_GROUP = 24
"""Tokens that several speakers together may have. A guess: longer ones are misread sentences."""

NAMED_WITHIN = 4
"""Names that may stand in a source before the one that is its speaker's."""

LEAD = 2
"""Paragraphs in which what is named further down may be called by a noun alone."""

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
    doc: Doc,
    paragraphs: Spans,
    attributions: list[Attribution],
    entities: list[Entity],
    headline: CharSpan | None = None,
) -> list[Speaker]:
    """Find who speaks in *doc*.

    Args:
        doc: the article, parsed.
        paragraphs: as in ``Article.paragraphs``.
        attributions: in text order.
        entities: as ``find_entities`` gives them.
        headline: as in ``Article.headline``; who has no name in it is not listed for it.

    Returns:
        Whoever says most first. An attribution that is in no speaker's list is unattributed.
    """
    return _Listener(doc, paragraphs, attributions, entities, headline).speakers()


class _Listener:
    """Goes through the article as a reader would, remembering who spoke and who was named."""

    def __init__(
        self,
        doc: Doc,
        paragraphs: Spans,
        attributions: list[Attribution],
        entities: list[Entity],
        headline: CharSpan | None,
    ) -> None:
        self.doc = doc
        self.headline = headline
        self.text = doc.text  # spaCy joins its tokens anew each time
        self.paragraphs = paragraphs
        self.attributions = attributions
        self.entities = [entity for entity in entities if entity.kind in {Kind.PERSON, Kind.ORGANISATION, Kind.PLACE}]
        self.voices: dict[str, _Voice] = {}
        self.roles: dict[CharSpan, CharSpan | None] = {}  # by the entity's name, as far as asked for
        self.descriptions: dict[CharSpan, frozenset[str]] = {}  # the same
        self.phrases: dict[str, list[Phrase]] = {}  # by the head that they are like
        self.named = sorted(
            ((mention, entity) for entity in self.entities for mention in entity.mentions), key=lambda one: one[0]
        )
        self.pronoun_of = self.pronouns_heard() | _pronouns_by_title(self.text, self.entities)
        self.persons = self.persons_told_of()
        self.last: tuple[CharSpan, Entity] | None = None  # the last source that was a known person
        self.stranger: CharSpan | None = None  # the source after it that was a person without a name
        self.before: tuple[_Voice, int] | None = None  # who was heard last, and where what he said begins

    def speakers(self) -> list[Speaker]:
        for index, attribution in enumerate(self.attributions):
            if not attribution.source:
                continue
            if voice := self.voice_of(self.called(self.mention(attribution))):
                voice.attributions.append(index)
                self.before = voice, attribution.content[0].start
        spoken = [voice for voice in self.voices.values() if voice.attributions]
        spoken.sort(key=lambda voice: (-len(voice.attributions), voice.attributions[0]))
        return [self.speaker(voice) for voice in spoken]

    def mention(self, attribution: Attribution) -> CharSpan:
        """Return the piece of the source that tells who: none that hangs on another, and the nearest to a cue."""
        pieces = [piece for piece in attribution.source if self.span(piece).root.pos_ in NAMING]
        if not pieces:
            return attribution.source[0]
        heads = {piece: self.span(piece).root for piece in pieces}
        outer = [one for one in pieces if not any(heads[o].is_ancestor(heads[one]) for o in pieces if o != one)]
        if not attribution.cue:
            return (outer or pieces)[0]
        at = attribution.cue[0]
        return min(
            outer or pieces, key=lambda one: (heads[one].dep_ in TOLD, max(one.start - at.end, at.start - one.end))
        )

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
        role = self.role(voice.entity) if voice.entity and voice.kind in {Kind.PERSON, Kind.ORGANISATION} else None
        return Speaker(voice.name, voice.kind, role, tuple(sorted(set(voice.mentions))), tuple(voice.attributions))

    def voice_of(self, source: CharSpan) -> _Voice | None:
        """Find who is meant by *source*; None where that is not certain."""
        span = self.span(source)
        head = span.root
        if " and " in source.of(self.text) and any(token.dep_ == "conj" for token in span):
            return None if self.is_one(head) else self.group(source)
        if head.lower_ in HE_OR_SHE:
            return self.he_or_she(source, head)
        if head.lower_ in RELATIVE and (meant := self.antecedent(head)):
            return self.voice_of(self.called(meant))
        if head.lower_ == "they":
            return self.they(source)
        if head.pos_ == "PRON" and head.lower_ in NOBODY:
            return None
        if head.lower_ in QUANTITIES and (len(span) == 1 or "whom" in span.text.lower()):
            return None
        if person := self.explained(source, head):
            return self.entity(source, person)
        first = bisect_left(self.named, source.start, key=lambda one: one[0].start)
        last = bisect_left(self.named, source.end, key=lambda one: one[0].start)
        for mention, entity in self.named[first:last]:
            if mention.start <= head.idx < mention.end <= source.end:
                return self.entity(source, entity)
        for mention, entity in self.named[max(first - 1, 0) : first + 1]:
            if mention.covers(source):  # "Donald", of "Donald Trump's"
                return self.entity(source, entity)
        if head.pos_ in NAMING or self.in_transcript(source):
            return self.noun(source, head)
        return None

    def is_one(self, head: Token) -> bool:
        """Tell whether what "and" joins is one person: "the former mayor and senator"."""
        joined = next((child for child in head.children if child.dep_ == "conj"), None)
        if joined is None or not {head.lemma_.lower(), joined.lemma_.lower()} <= PERSON or head.tag_ == "NNS":
            return False
        return joined.tag_ != "NNS" and not any(child.dep_ in {"det", "poss"} for child in joined.children)

    def explained(self, source: CharSpan, head: Token) -> Entity | None:
        """Return the person whom *source* names after saying what he is: "A lawyer for the paper, Jane Doe, "."""
        if head.lemma_.lower() not in PERSON:
            return None
        at = bisect_left(self.named, source.start, key=lambda one: one[0].start)
        for mention, entity in self.named[at : at + NAMED_WITHIN]:
            between = self.text[head.idx + len(head.text) : mention.start]
            after = self.text[mention.end : mention.end + 1]
            if entity.kind is Kind.PERSON and between.find(",") == len(between) - 2 >= 0 and after in {",", " "}:
                return entity if mention.end <= source.end + 1 or between == ", " else None
        return None

    def antecedent(self, relative: Token) -> CharSpan | None:
        """Return the noun phrase that "who" or "which" hangs on."""
        clause = next((token for token in (relative, *relative.ancestors) if token.dep_ == "relcl"), None)
        if clause is None or clause.head.pos_ not in {"NOUN", "PROPN"} or clause.head.i > relative.i:
            return None
        return phrase_of(clause.head).span

    def entity(self, source: CharSpan, entity: Entity) -> _Voice:
        kind = Kind.ORGANISATION if entity.kind is Kind.PLACE else entity.kind  # "Moscow said": its government
        if kind is Kind.PERSON:
            self.last, self.stranger = (source, entity), None
        voice = self.voices.setdefault(
            f"@{entity.name.start}", _Voice(entity.name, kind, list(entity.mentions), entity)
        )
        voice.mentions.append(source)
        return voice

    def group(self, source: CharSpan) -> _Voice | None:
        return self.by_words(source, Kind.GROUP) if len(self.span(source)) <= LONGEST_GROUP else None

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
        phrase = phrase_of(head)
        kind = kind_of(phrase.lemma, plural=phrase.is_plural or head.lower_ in QUANTITIES)
        if kind is Kind.ANONYMOUS:
            return self.unnamed(source, phrase)
        if kind is Kind.DOCUMENT:
            return self.document(phrase)
        if kind is Kind.ORGANISATION:
            return self.organisation(source, phrase)
        if kind is None and self.in_transcript(source):
            kind = Kind.PERSON
        if kind is None and head.pos_ == "PROPN":
            return self.by_words(self.name_in(phrase), Kind.ORGANISATION)
        return self.by_words(phrase.span, kind) if kind and len(self.words(phrase.span)) <= LONGEST_PHRASE else None

    def name_in(self, phrase: Phrase) -> CharSpan:
        """Return *phrase* without what is written small before the name: "the organiser Alliance for Schools"."""
        words = self.doc[phrase.first : phrase.end]
        first = next((token for token in words if token.text[0].isupper() or token.text[0] in "@#"), phrase.head)
        if first.lower_ in {"the", "a", "an"} or first.i > phrase.head.i:
            first = phrase.head if first.i > phrase.head.i else words[0]
        return CharSpan(first.idx, phrase.span.end)

    def organisation(self, source: CharSpan, phrase: Phrase) -> _Voice | None:
        """Resolve "the appeals court" to the one organisation whose name says so."""
        if self.in_headline(source):
            return None
        if not phrase.is_definite and not self.in_lead(source):
            return self.by_words(phrase.span, Kind.ORGANISATION)
        called = [
            (len(phrase.modifiers & self.name_words(entity)), entity)
            for entity in self.entities
            if entity.kind is Kind.ORGANISATION and any(alike(phrase.lemma, w) for w in self.name_words(entity))
        ]
        most = max((shared for shared, _ in called), default=0)
        fitting = [entity for shared, entity in called if shared == most]
        apart = bool(phrase.modifiers) and not most
        if len(fitting) == 1 and not (apart and len(called) > 1) and not phrase.is_plural:
            return self.entity(source, fitting[0])
        if fitting or (phrase.lemma in POINTING_BACK and not phrase.modifiers):
            return None
        return self.by_words(phrase.span, Kind.ORGANISATION)

    def name_words(self, entity: Entity) -> frozenset[str]:
        words = entity.name.of(self.text).lower().replace("-", " ").split()
        return frozenset(words) | {word.rstrip("s") for word in words}

    def document(self, phrase: Phrase) -> _Voice | None:
        """Resolve "the study" to the study, or survey, that is told apart from others: the last before it, or below."""
        if phrase.is_plural:
            return self.by_words(phrase.span, Kind.DOCUMENT)
        all_like = [
            one
            for one in self.phrases_like(phrase.lemma)
            if one.modifiers and not one.is_plural and not self.in_headline(one.span)
        ]
        if phrase.names and not self.in_headline(phrase.span):
            fuller = [one for one in all_like if phrase.names <= one.names and one.names]
            phrase = max([phrase, *fuller], key=lambda one: (len(one.modifiers), -one.first))
        elif self.is_owned(phrase):
            return None
        elif not phrase.modifiers:
            known = [one for one in all_like if one.names or not one.is_definite]
            before = [one for one in known if one.head.i < phrase.head.i]
            after = known if self.in_lead(phrase.span) else []
            chosen = before[-1] if before else after[0] if after else None
            if chosen is None and phrase.is_definite and phrase.lemma not in self.voices:
                return None
            phrase = chosen or phrase
        return None if self.in_headline(phrase.span) else self.by_words(phrase.span, Kind.DOCUMENT)

    def is_owned(self, phrase: Phrase) -> bool:
        return self.doc[phrase.first].lower_ in {"his", "her", "its", "their", "my", "our", "your"}

    def phrases_like(self, lemma: str) -> list[Phrase]:
        if lemma not in self.phrases:
            self.phrases[lemma] = phrases_like(self.doc, lemma)
        return self.phrases[lemma]

    def in_headline(self, span: CharSpan) -> bool:
        return self.headline is not None and self.headline.covers(span)

    def in_lead(self, span: CharSpan) -> bool:
        """Tell whether *span* is among the first paragraphs, where a noun may stand for a name further down."""
        return self.paragraph(span.start) <= LEAD + (self.headline is not None)

    def in_transcript(self, source: CharSpan) -> bool:
        """Tell whether *source* is a name in capitals before a colon, which taggers take for any word."""
        return source.of(self.text).isupper() and self.text[source.end : source.end + 1] == ":"

    def by_surname(self, head: Token) -> Entity | None:
        """Find the person whose surname stands in capitals ("PENCE:") or was not tagged as a name."""
        same = [e for e in self.entities if e.kind is Kind.PERSON and self.words(e.name)[-1] == head.lower_]
        return same[0] if len(same) == 1 else None

    def unnamed(self, source: CharSpan, phrase: Phrase) -> _Voice | None:
        """Resolve "the senator", or "a lawyer" who is named further down; else he stays "a senior official"."""
        called = [e for e in self.entities if e.kind is Kind.PERSON and self.is_called(e, phrase.lemma)]
        if len(called) > 1 and phrase.modifiers:
            called = [e for e in called if phrase.modifiers & self.described(e)] or called
        if len(called) > 1 and phrase.is_definite and self.last and self.last[1] in called:
            called = [self.last[1]]
        if len(called) == 1:
            return self.entity(source, called[0])
        self.stranger = source
        words = self.words(source)
        owned = any(word.endswith(("'s", "’s")) for word in words)
        if called or phrase.is_definite or not (words[0] in INTRODUCING or owned):
            return None
        return self.by_words(phrase.span, Kind.ANONYMOUS)

    def span(self, position: CharSpan) -> Span:
        span = self.doc.char_span(position.start, position.end, alignment_mode="expand")
        if span is None:
            raise ValueError(f"{position} lies outside the document")
        return span

    def role(self, entity: Entity) -> CharSpan | None:
        if entity.name not in self.roles:
            nouns = PERSON if entity.kind is Kind.PERSON else ORGANISATION
            self.roles[entity.name] = find_role(self.doc, _by_length(entity.mentions), nouns)
        return self.roles[entity.name]

    def words(self, span: CharSpan) -> list[str]:
        return span.of(self.text).lower().split()

    def described(self, entity: Entity) -> frozenset[str]:
        """Return all words by which the article says what a person is."""
        if entity.name not in self.descriptions:
            spans = find_roles(self.doc, entity.mentions)
            words = [w.strip(".,").removesuffix("’s") for span in spans for w in span.of(self.text).lower().split()]
            self.descriptions[entity.name] = frozenset(words) | {LONG_FORMS[w] for w in words if w in LONG_FORMS}
        return self.descriptions[entity.name]

    def is_called(self, entity: Entity, lemma: str) -> bool:
        return any(alike(word, lemma) for word in self.described(entity))

    def he_or_she(self, source: CharSpan, head: Token) -> _Voice | None:
        """Resolve a pronoun to the one person that it can mean; None where two fit.

        The paragraph's own persons come first, the one named as subject before the others; without any, the
        persons of the paragraph before, who spoke last first.
        """
        pronoun, here = head.lower_, self.paragraph(source.start)
        for back in range(NEAR):
            near = [
                (mention, entity)
                for mention, entity in self.persons.get(here - back, [])
                if mention.end <= source.start and self.pronoun_of.get(entity.name, pronoun) == pronoun
            ]
            stranger = self.stranger if self.stranger and self.paragraph(self.stranger.start) == here - back else None
            if stranger and not any(mention.start > stranger.end for mention, _ in near):
                return None  # "her lawyer said …", he added: not she
            last = self.last if self.last and self.paragraph(self.last[0].start) == here - back else None
            if last and self.pronoun_of.get(last[1].name, pronoun) == pronoun:
                near.append(last)  # a pronoun, perhaps
            if near:
                chosen = self.chosen(near, pronoun)
                if chosen is None or self.pronoun_of.get(chosen.name, pronoun) != pronoun:
                    return None
                self.pronoun_of.setdefault(chosen.name, pronoun)
                return self.entity(source, chosen)
        return None

    def they(self, source: CharSpan) -> _Voice | None:
        """Resolve to the organisation or group that spoke last, in this paragraph or the one before."""
        if self.before is None:
            return None
        voice, at = self.before
        if voice.kind not in {Kind.ORGANISATION, Kind.GROUP} or self.paragraph(source.start) - self.paragraph(at) > 1:
            return None
        voice.mentions.append(source)
        return voice

    def pronouns_heard(self) -> dict[CharSpan, str]:
        """Return whom the article calls he, and whom she: by most pronouns that follow him as a subject."""
        subjects = {
            self.span(mention).root.i: entity.name
            for mention, entity in self.named
            if entity.kind is Kind.PERSON and self.acts(mention)
        }
        votes: dict[CharSpan, Counter[str]] = defaultdict(Counter)
        for sentence, following in pairwise([*self.doc.sents, self.doc[:0]]):
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

    def chosen(self, near: list[tuple[CharSpan, Entity]], pronoun: str) -> Entity | None:
        """Choose whom a pronoun means among the mentions of one paragraph; None where two fit."""
        persons = {entity.name: entity for _, entity in near}
        if len(persons) == 1:
            return near[0][1]
        if self.last in near and self.last is not None:
            since = [(m, e) for m, e in near if m > self.last[0] and e is not self.last[1] and self.acts(m)]
            if not since:
                return self.last[1]
        called_so = {name: entity for name, entity in persons.items() if self.pronoun_of.get(name) == pronoun}
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
