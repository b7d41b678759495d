"""Whether those whom a statement accuses are heard in the article: their denial, or that they did not answer."""

from __future__ import annotations

import re
from collections.abc import Sequence

from spacy.tokens import Doc

from bot.analyse.grammar import text_of
from bot.analyse.worth import spacy_span
from bot.models import Attribution, CharSpan, Entity, Kind, Reply, Spans, Speaker

DENYING = re.compile(
    r"\b(?:den(?:y|ies|ied|ying)|reject\w*|dismiss\w*|refut\w+|disput\w+|rebuk\w+|rebutt\w+|contradict\w*|insist\w*"
    r"|defend\w*|respond\w*|repli\w+|counter\w*|disagree\w*)\b",
    re.I,
)
UNTRUE = re.compile(
    r"\b(?:not true|untrue|false|no truth|never|did ?n[o’']t|ha(?:s|ve|d) not|was ?n[o’']t|nothing wrong|innocent"
    r"|baseless|unfounded|meritless|lies?|a lie|wrong)\b",
    re.I,
)
SILENT = re.compile(
    r"\b(?:declin\w+ to (?:comment|answer|discuss|elaborate)|(?:did|does|would|could) ?n[o’']t (?:immediately )?"
    r"(?:respond|comment|be reached|reply|return)|could not be reached|refus\w+ to comment|not (?:immediately )?"
    r"available for comment|no comment)\b",
    re.I,
)
ACCUSING = frozenset("accuse blame charge convict indict sue suspect".split())
ACCUSABLE = frozenset({Kind.PERSON, Kind.ORGANISATION})


class Replies:
    """Looks up, for an accusation, what the accused say."""

    def __init__(
        self,
        doc: Doc,
        sentences: Spans,
        attributions: Sequence[Attribution],
        speakers: Sequence[Speaker],
        entities: Sequence[Entity],
    ) -> None:
        self.doc, self.text, self.sentences, self.attributions = doc, text_of(doc), sentences, attributions
        self.accusable = [entity for entity in entities if entity.kind in ACCUSABLE]
        self.said = {speaker.name.of(self.text): speaker for speaker in speakers}
        self.speaker_of = {index: speaker for speaker in speakers for index in speaker.attributions}

    def to(self, content: Spans, attribution: int | None) -> Reply | None:
        """Return what the article has from whom *content* accuses; None where it accuses nobody that it names."""
        accused = self._accused(content, attribution)
        if accused is None:
            return None
        entity, mention = accused
        answer = self._answer(entity, content)
        return Reply(mention, answer, self._silence(entity) if answer is None else None)

    def _accused(self, content: Spans, attribution: int | None) -> tuple[Entity, CharSpan] | None:
        """Return who is said to have done something: the first subject in *content*, or whom it says was accused."""
        own = self.speaker_of.get(attribution) if attribution is not None else None
        for piece in content:
            acting = {
                token.i
                for token in spacy_span(self.doc, piece)
                if token.dep_ == "nsubj" or (token.dep_ in {"nsubjpass", "dobj"} and token.head.lemma_ in ACCUSING)
            }
            for entity in self.accusable:
                if own is not None and own.name.of(self.text) == entity.name.of(self.text):
                    continue
                for mention in entity.mentions:
                    if piece.covers(mention) and spacy_span(self.doc, mention).root.i in acting:
                        return entity, mention
        return None

    def _answer(self, entity: Entity, content: Spans) -> int | None:
        """Return the attribution in which *entity* denies something, the nearest to *content*."""
        speaker = self.said.get(entity.name.of(self.text))
        if speaker is None:
            return None
        denials = [
            index
            for index in speaker.attributions
            if DENYING.search(self._words(self.attributions[index].cue))
            or UNTRUE.search(self._words(self.attributions[index].content))
        ]
        place = content[0].start
        return min(denials, key=lambda index: abs(self.attributions[index].content[0].start - place), default=None)

    def _silence(self, entity: Entity) -> CharSpan | None:
        """Return the sentence that says that *entity* did not answer."""
        for sentence in self.sentences:
            if SILENT.search(sentence.of(self.text)) and any(map(sentence.covers, entity.mentions)):
                return sentence
        return None

    def _words(self, spans: Spans) -> str:
        return " ".join(span.of(self.text) for span in spans)
