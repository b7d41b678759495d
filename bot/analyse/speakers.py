"""Resolve source mentions to speakers: the right one, or none. A wrong name is the worst error there is.

Names are resolved through the article's entities, nouns ("the senator") through roles and titles, pronouns
through who spoke or acted last. Where two fit, nobody is named.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import pairwise

from spacy.tokens import Doc, Span, Token

from bot.analyse.anonymity import find_reason
from bot.analyse.grammar import RELATIVE, name_of
from bot.analyse.nominals import LONGEST_PHRASE, Phrase, alike, phrase_of
from bot.analyse.nouns import ORGANISATION, PERSON, kind_of
from bot.analyse.pronouns import HE_OR_SHE, Persons
from bot.analyse.scene import Scene
from bot.analyse.sources import TOLD
from bot.models import Attribution, CharSpan, Entity, Kind, Spans, Speaker

NAMING = frozenset({"NOUN", "PROPN", "PRON", "NUM", "ADJ", "DET", "SYM", "X"})
"""Parts of speech that can head a source."""

I = re.compile(r"\bI\b")  # noqa: E741
"""What only a person says."""

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
        self.scene = Scene(doc, paragraphs, entities, headline)
        self.text = self.scene.text
        self.attributions = attributions
        self.persons = Persons(self.scene, tuple(piece for one in attributions for piece in one.content))
        self.voices: dict[str, _Voice] = {}
        self.before: tuple[_Voice, int] | None = None  # who was heard last, and where what he said begins

    def speakers(self) -> list[Speaker]:
        for index, attribution in enumerate(self.attributions):
            self.persons.talks_of(attribution)
            voice = (
                self.voice_of(self.called(self.mention(attribution))) if attribution.source else self.same(attribution)
            )
            if voice is not None:
                voice.attributions.append(index)
                self.before = voice, attribution.content[-1].start
        spoken = [voice for voice in self.voices.values() if voice.attributions]
        spoken.sort(key=lambda voice: (-len(voice.attributions), voice.attributions[0]))
        return [self.speaker(voice) for voice in spoken]

    def same(self, attribution: Attribution) -> _Voice | None:
        """Return who was heard last, if a quotation without a source says "I" in his paragraph or the next."""
        if self.before is None or not any(I.search(part.of(self.text)) for part in attribution.quoted):
            return None
        voice, at = self.before
        near = self.scene.paragraph(attribution.content[0].start) - self.scene.paragraph(at) <= 1
        return voice if near and voice.kind is Kind.PERSON else None

    def mention(self, attribution: Attribution) -> CharSpan:
        """Return the piece of the source that tells who: none that hangs on another, and the nearest to a cue."""
        pieces = [piece for piece in attribution.source if self.scene.span(piece).root.pos_ in NAMING]
        if not pieces:
            return attribution.source[0]
        heads = {piece: self.scene.span(piece).root for piece in pieces}
        outer = [one for one in pieces if not any(heads[o].is_ancestor(heads[one]) for o in pieces if o != one)]
        if together := self.joined(outer, heads):
            return together
        if not attribution.cue:
            return (outer or pieces)[0]
        at = attribution.cue[0]
        return min(
            outer or pieces, key=lambda one: (heads[one].dep_ in TOLD, max(one.start - at.end, at.start - one.end))
        )

    def joined(self, pieces: list[CharSpan], heads: dict[CharSpan, Token]) -> CharSpan | None:
        """Return one span for *pieces* that only commas and "and" part: those who say it together."""
        if len(pieces) < 2 or any(heads[one].sent != heads[pieces[0]].sent for one in pieces):
            return None
        between = [self.text[one.end : other.start].strip() for one, other in pairwise(pieces)]
        if any(words not in {",", "and", ", and", "&"} for words in between) or not any(
            "and" in one for one in between
        ):
            return None
        return CharSpan(pieces[0].start, pieces[-1].end)

    def called(self, source: CharSpan) -> CharSpan:
        """Return who is named in *source*, without what is told about him; or before it, where that is all it is."""
        at = self.scene.first_named(source.start) - 1
        if at >= 0 and self.scene.named[at][1].kind is Kind.PERSON:
            before = self.scene.named[at][0]
            if self.text[before.end : source.start] == ", " and self.text[source.start].islower():
                return before  # "Jane Doe, a baker from Ellery, says"
        span = self.scene.span(source)
        if self.is_joint(source, span):
            return source
        name = name_of(span.root)
        return name if source.covers(name) and self.text[name.end : name.end + 1] in {",", " "} else source

    def speaker(self, voice: _Voice) -> Speaker:
        role = (
            self.scene.role(voice.entity) if voice.entity and voice.kind in {Kind.PERSON, Kind.ORGANISATION} else None
        )
        mentions = tuple(sorted(set(voice.mentions)))
        unnamed = voice.entity is None and voice.kind in {Kind.ANONYMOUS, Kind.GROUP}
        reason = find_reason(self.scene.doc, mentions) if unnamed else None
        return Speaker(voice.name, voice.kind, role, mentions, tuple(voice.attributions), reason)

    def voice_of(self, source: CharSpan) -> _Voice | None:
        """Find who is meant by *source*; None where that is not certain."""
        span = self.scene.span(source)
        head = self.head(span)
        if self.is_joint(source, span):
            return None if self.is_one(head) else self.group(source)
        if head.lower_ in HE_OR_SHE:
            person = self.persons.meant(source, head.lower_)
            return self.entity(source, person) if person else None
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
        first = self.scene.first_named(source.start)
        last = self.scene.first_named(source.end)
        for mention, entity in self.scene.named[first:last]:
            if mention.start <= head.idx < mention.end <= source.end:
                return None if self.fits_two(entity) else self.entity(source, entity)
        for mention, entity in self.scene.named[max(first - 1, 0) : first + 1]:
            if mention.covers(source):  # "Donald", of "Donald Trump's"
                return self.entity(source, entity)
        if head.pos_ in NAMING or self.scene.in_transcript(source):
            return self.noun(source, head)
        return None

    def head(self, span: Span) -> Token:
        """Return the word that a source is about, also where the parse takes "a member of the panel" for a panel."""
        first = next((token for token in span if token.pos_ != "DET"), span[0])
        is_of = first.i + 1 < span.end and span.doc[first.i + 1].lower_ == "of"
        return first if is_of and first.dep_ == "nmod" and first.lemma_.lower() in PERSON else span.root

    def is_joint(self, source: CharSpan, span: Span) -> bool:
        """Tell whether *source* joins several by "and"."""
        if " and " not in source.of(self.text):
            return False
        first, end = self.scene.first_named(source.start), self.scene.first_named(source.end)
        named = [mention for mention, _ in self.scene.named[first:end]]
        between = [self.text[one.end : other.start] for one, other in pairwise(named)]
        return any(child.dep_ == "conj" for child in span.root.children) or " and " in between

    def fits_two(self, entity: Entity) -> bool:
        """Tell whether *entity* is a bare surname that several persons of the article have."""
        words = self.scene.words(entity.name)
        if entity.kind is not Kind.PERSON or len(words) > 1:
            return False
        return sum(words[0] in self.scene.words(other.name)[1:] for other in self.scene.persons) > 1

    def is_one(self, head: Token) -> bool:
        """Tell whether what "and" joins is one person: "the former mayor and senator"."""
        joined = next((child for child in head.children if child.dep_ == "conj"), None)
        if joined is None or not {head.lemma_.lower(), joined.lemma_.lower()} <= PERSON or head.tag_ == "NNS":
            return False
        return joined.tag_ != "NNS" and not any(child.dep_ in {"det", "poss"} for child in joined.children)

    def explained(self, source: CharSpan, head: Token) -> Entity | None:
        """Return whom *source* names after saying what he is: "A lawyer for the paper, Jane Doe, ", or what it is."""
        if head.lemma_.lower() not in PERSON | ORGANISATION:
            return None
        at = self.scene.first_named(source.start)
        for mention, entity in self.scene.named[at : at + NAMED_WITHIN]:
            between = self.text[head.idx + len(head.text) : mention.start]
            after = self.text[mention.end : mention.end + 1]
            if entity.kind is Kind.ORGANISATION and between == ", " and after == ",":
                return entity
            if entity.kind is Kind.PERSON and between == " ":
                return entity  # "Ellery's coach Thomas Reed"
            if entity.kind is Kind.PERSON and between.find(",") == len(between) - 2 >= 0 and after in {",", " "}:
                return entity if mention.end <= source.end + 1 or between == ", " else None
        return None

    def antecedent(self, relative: Token) -> CharSpan | None:
        """Return the noun phrase that "who" or "which" hangs on."""
        clause = next((token for token in (relative, *relative.ancestors) if token.dep_ == "relcl"), None)
        noun = clause.head if clause is not None else self.noun_before(relative)
        if noun is None or noun.pos_ not in {"NOUN", "PROPN"} or noun.i > relative.i or noun.lower_ in RELATIVE:
            return None
        return phrase_of(noun).span

    def noun_before(self, relative: Token) -> Token | None:
        """Return the noun that "which" follows at once, where the parse does not join them."""
        before = relative.i - 1
        if before > 0 and self.scene.doc[before].text == ",":
            before -= 1
        return self.scene.doc[before] if before >= 0 and relative.dep_ == "nsubj" else None

    def entity(self, source: CharSpan, entity: Entity) -> _Voice:
        kind = Kind.ORGANISATION if entity.kind is Kind.PLACE else entity.kind  # "Moscow said": its government
        if kind is Kind.PERSON:
            self.persons.spoke(source, entity)
        voice = self.voices.setdefault(
            f"@{entity.name.start}", _Voice(entity.name, kind, list(entity.mentions), entity)
        )
        voice.mentions.append(source)
        return voice

    def group(self, source: CharSpan) -> _Voice | None:
        return self.by_words(source, Kind.GROUP) if len(self.scene.span(source)) <= LONGEST_GROUP else None

    def by_words(self, source: CharSpan, kind: Kind) -> _Voice:
        words = self.scene.words(source)
        key = " ".join(words[1:] if words[0] in {"the", "a", "an"} else words)
        voice = self.voices.setdefault(key, _Voice(source, kind, []))
        voice.mentions.append(source)
        return voice

    def own_words(self, phrase: Phrase, kind: Kind) -> _Voice | None:
        """List whoever has no name by his phrase, unless that is too long to be one."""
        return self.by_words(phrase.span, kind) if phrase.end - phrase.first <= LONGEST_PHRASE else None

    def noun(self, source: CharSpan, head: Token) -> _Voice | None:
        """Resolve "the senator" to who is called a senator, "the report" to the report named before."""
        if (head.pos_ == "PROPN" or self.scene.in_transcript(source)) and (person := self.by_surname(head)):
            return self.entity(source, person)
        phrase = phrase_of(head)
        kind = kind_of(phrase.lemma, plural=phrase.is_plural or head.lower_ in QUANTITIES)
        if kind is Kind.ANONYMOUS:
            return self.unnamed(source, phrase)
        if kind is Kind.DOCUMENT:
            return self.document(phrase)
        if kind is Kind.ORGANISATION:
            return self.organisation(source, phrase)
        if kind is None and self.scene.in_transcript(source):
            kind = Kind.PERSON
        if kind is None and head.pos_ == "PROPN":
            return self.by_words(self.name_in(phrase), Kind.ORGANISATION)
        return self.own_words(phrase, kind) if kind else None

    def name_in(self, phrase: Phrase) -> CharSpan:
        """Return *phrase* without what is written small before the name: "the organiser Alliance for Schools"."""
        words = self.scene.doc[phrase.first : phrase.end]
        first = next((token for token in words if token.text[0].isupper() or token.text[0] in "@#"), phrase.head)
        if first.lower_ in {"the", "a", "an"} or first.i > phrase.head.i:
            first = phrase.head if first.i > phrase.head.i else words[0]
        return CharSpan(first.idx, phrase.span.end)

    def organisation(self, source: CharSpan, phrase: Phrase) -> _Voice | None:
        """Resolve "the appeals court" to the one organisation whose name says so."""
        if self.scene.in_headline(source):
            return None
        if not phrase.is_definite and not self.scene.in_lead(source):
            return self.own_words(phrase, Kind.ORGANISATION)
        called = [
            (len(phrase.modifiers & self.name_words(entity)), entity)
            for entity in self.scene.entities
            if entity.kind is Kind.ORGANISATION and any(alike(phrase.lemma, w) for w in self.name_words(entity))
        ]
        most = max((shared for shared, _ in called), default=0)
        fitting = [entity for shared, entity in called if shared == most]
        apart = bool(phrase.modifiers) and not most
        if len(fitting) == 1 and not (apart and len(called) > 1) and not phrase.is_plural:
            return self.entity(source, fitting[0])
        if fitting or (phrase.lemma in POINTING_BACK and not phrase.modifiers):
            return None
        return self.own_words(phrase, Kind.ORGANISATION)

    def name_words(self, entity: Entity) -> frozenset[str]:
        words = entity.name.of(self.text).lower().replace("-", " ").split()
        return frozenset(words) | {word.rstrip("s") for word in words}

    def document(self, phrase: Phrase) -> _Voice | None:
        """Resolve "the study" to the study, or survey, that is told apart from others: the last before it, or below."""
        in_headline = self.scene.in_headline(phrase.span)
        if phrase.is_plural and not in_headline and (phrase.modifiers or not phrase.is_definite):
            return self.own_words(phrase, Kind.DOCUMENT)  # "several studies", "polls"
        all_like = [
            one
            for one in self.scene.phrases_like(phrase.lemma)
            if one.modifiers and one.is_plural == phrase.is_plural and not self.scene.in_headline(one.span)
        ]
        if phrase.names and not in_headline:
            fuller = [one for one in all_like if phrase.names <= one.names and one.names]
            phrase = max([phrase, *fuller], key=lambda one: (len(one.modifiers), -one.first))
        elif self.is_owned(phrase):
            return None
        elif not phrase.modifiers:
            known = [one for one in all_like if one.names or not one.is_definite]
            before = [one for one in known if one.head.i < phrase.head.i]
            before = [one for one in before if one.lemma == phrase.lemma] or before
            after = known if self.scene.in_lead(phrase.span) else []
            chosen = before[-1] if before else after[0] if after else None
            if chosen is None and all_like and phrase.is_definite and phrase.lemma not in self.voices:
                return None
            phrase = chosen or phrase
        return None if self.scene.in_headline(phrase.span) else self.own_words(phrase, Kind.DOCUMENT)

    def is_owned(self, phrase: Phrase) -> bool:
        return self.scene.doc[phrase.first].lower_ in {"his", "her", "its", "their", "my", "our", "your"}

    def by_surname(self, head: Token) -> Entity | None:
        """Find the person whose surname stands in capitals ("PENCE:") or was not tagged as a name."""
        same = [e for e in self.scene.persons if self.scene.words(e.name)[-1] == head.lower_]
        return same[0] if len(same) == 1 else None

    def unnamed(self, source: CharSpan, phrase: Phrase) -> _Voice | None:
        """Resolve "the senator", or "a lawyer" who is named further down; else he stays "a senior official"."""
        called = [e for e in self.scene.persons if self.scene.is_called(e, phrase.lemma)]
        if len(called) > 1 and phrase.modifiers:
            called = [e for e in called if phrase.modifiers & self.scene.described(e)] or called
        last = self.persons.last
        if len(called) > 1 and phrase.is_definite and last and last[1] in called:
            called = [last[1]]
        if len(called) > 1 and phrase.is_definite and not phrase.modifiers:  # "the president": not the "Ruritanian" one
            barely = [e for e in called if self.scene.is_called_barely(e, phrase.lemma)]
            called = barely if len(barely) == 1 else called
        if len(called) == 1:
            return self.entity(source, called[0])
        self.persons.stranger = source
        words = self.scene.words(source)
        owned = any(word.endswith(("'s", "’s")) for word in words)
        if called or phrase.is_definite or not (words[0] in INTRODUCING or owned):
            return None
        return self.own_words(phrase, Kind.ANONYMOUS)

    def they(self, source: CharSpan) -> _Voice | None:
        """Resolve to the organisation or group that spoke last, in this paragraph or the one before."""
        if self.before is None:
            return None
        voice, at = self.before
        if (
            voice.kind not in {Kind.ORGANISATION, Kind.GROUP}
            or self.scene.paragraph(source.start) - self.scene.paragraph(at) > 1
        ):
            return None
        voice.mentions.append(source)
        return voice
