"""Sum up by choosing whole sentences, verbatim, in the article's order.

A sentence that cannot stand alone is not chosen: one with a quotation whose speaker stands elsewhere, or with a
pronoun for somebody named before, unless it is known who, and then the name goes into brackets.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter

from spacy.tokens import Doc, Span, Token

from bot.analyse.quotation import Quotation, overlapping, quoted_parts
from bot.models import Attribution, CharSpan, Entity, Resolved, Spans, Speaker, SummarySentence

MOST_SENTENCES = 3
SHARE = 3
"""At most one sentence in so many of the article, so that a short piece is not simply repeated."""

FEWEST_WORDS, MOST_WORDS = 10, 60
QUOTED_PENALTY = 0.25
"""What a sentence loses whose words are mostly a quotation: it colours a story, and seldom tells it. A guess."""

LEAD = 0.55
"""What the place in the article counts, against its words. A guess, between lead-only and words-only."""

TOO_ALIKE = 0.5
"""Share of common words from which two sentences say the same. A guess."""

POINTING = frozenset("he she they him her them his their its hers theirs it this these those".split())
HE, SHE = frozenset({"he", "him", "his"}), frozenset({"she", "her", "hers"})
PERSONAL = HE | SHE
CONNECTIVES = re.compile(r"(?:but|and|so|yet|however|meanwhile|still|instead|also|then|or|nor|that’s|that's)\b", re.I)


def find_summary(
    doc: Doc,
    headline: CharSpan | None,
    sentences: Spans,
    quotations: tuple[Quotation, ...],
    attributions: list[Attribution],
    speakers: list[Speaker],
    entities: list[Entity],
) -> list[SummarySentence]:
    """Choose up to ``MOST_SENTENCES`` sentences that tell what the article is about, in text order."""
    body = [sentence for sentence in sentences if not (headline and headline.covers(sentence))]
    resolver = _Resolver(doc, attributions, speakers, entities)
    weights = _weights(doc, headline)
    said = sorted((piece, one.source) for one in attributions if one.quoted for piece in one.content)
    ranked: list[tuple[float, CharSpan, SummarySentence]] = []
    for number, sentence in enumerate(body):
        if _fits(doc, sentence, quotations, said) and (line := resolver.line(sentence)):
            ranked.append((_score(doc, sentence, number, weights, quotations), sentence, line))
    ranked.sort(key=lambda one: (-one[0], one[1]))
    most = max(1, min(MOST_SENTENCES, len(body) // SHARE))
    chosen: list[SummarySentence] = []
    for _, sentence, line in ranked:
        if len(chosen) < most and not any(_alike(doc, sentence, other.sentence) for other in chosen):
            chosen.append(line)
    return sorted(chosen, key=lambda line: line.sentence)


def _span(doc: Doc, sentence: CharSpan) -> Span:
    span = doc.char_span(sentence.start, sentence.end, alignment_mode="expand")
    if span is None:
        raise ValueError(f"{sentence} lies outside the document")
    return span


def _content_words(span: Span) -> list[str]:
    return [token.lemma_.lower() for token in span if token.is_alpha and not token.is_stop]


def _weights(doc: Doc, headline: CharSpan | None) -> dict[str, float]:
    """Weigh words by how often they come back, twice for those of the headline."""
    counts = Counter(_content_words(doc[:]))
    top = max(counts.values(), default=1)
    weights = {word: count / top for word, count in counts.items()}
    for word in _content_words(_span(doc, headline)) if headline else ():
        weights[word] = weights.get(word, 0) + 1
    return weights


def _score(
    doc: Doc, sentence: CharSpan, number: int, weights: dict[str, float], quotations: tuple[Quotation, ...]
) -> float:
    words = set(_content_words(_span(doc, sentence)))
    about = sum(weights.get(word, 0) for word in words) / max(len(words), 1)
    linked = 0.15 if CONNECTIVES.match(_span(doc, sentence).text) else 0
    quoted = sum(part.end - part.start for part in quoted_parts((sentence,), quotations))
    coloured = QUOTED_PENALTY if quoted * 2 > sentence.end - sentence.start else 0
    return LEAD / (1 + number) + (1 - LEAD) * about - linked - coloured


def _fits(doc: Doc, sentence: CharSpan, quotations: tuple[Quotation, ...], said: list[tuple[CharSpan, Spans]]) -> bool:
    """Tell whether the sentence is of a fitting length and carries the speaker of what it quotes.

    *said* is each piece of what is quoted, in text order, with its source.
    """
    words = _span(doc, sentence).text.split()
    if not FEWEST_WORDS <= len(words) <= MOST_WORDS or words[-1][-1:] in {":", "?"}:
        return False
    cut = any(not sentence.covers(quotation.outer) for quotation in overlapping(quotations, sentence))
    first = bisect_right(said, sentence.start, key=lambda one: one[0].end)
    last = bisect_left(said, sentence.end, key=lambda one: one[0].start)
    return not cut and all(any(map(sentence.covers, sources)) for _, sources in said[first:last])


class _Resolver:
    """Knows whom a pronoun stands for, where the reading knows it."""

    def __init__(
        self, doc: Doc, attributions: list[Attribution], speakers: list[Speaker], entities: list[Entity]
    ) -> None:
        self.doc = doc
        self.names = sorted(mention for entity in entities for mention in entity.mentions)
        self.known = {
            attributions[index].source[0]: speaker.name
            for speaker in speakers
            for index in speaker.attributions
            if attributions[index].source
        }

    def line(self, sentence: CharSpan) -> SummarySentence | None:
        """Return the sentence with its pronouns resolved; None where one would dangle."""
        resolved: list[Resolved] = []
        named: frozenset[str] = frozenset()  # pronouns that a name in brackets explains
        for token in _span(self.doc, sentence):
            if token.lower_ not in POINTING or token.lower_ in named or self._explained(token, sentence):
                continue
            name = self.known.get(CharSpan(token.idx, token.idx + len(token.text)))
            if name is None:
                return None
            named |= HE if token.lower_ in HE else SHE
            resolved.append(Resolved(CharSpan(token.idx, token.idx + len(token.text)), name))
        return SummarySentence(sentence, tuple(resolved))

    def _explained(self, token: Token, sentence: CharSpan) -> bool:
        """Tell whether the sentence itself shows what a pronoun means: a name or noun before it, "it rains"."""
        if token.dep_ == "expl" or (token.dep_ == "det" and token.lower_ in {"this", "these", "those"}):
            return True
        if token.lower_ in PERSONAL:
            first = bisect_left(self.names, sentence.start, key=lambda name: name.start)
            return first < len(self.names) and self.names[first].end <= token.idx
        before = (other for other in _span(self.doc, sentence) if other.i < token.i)
        return any(other.pos_ in {"NOUN", "PROPN"} for other in before)


def _alike(doc: Doc, one: CharSpan, other: CharSpan) -> bool:
    first, second = (set(_content_words(_span(doc, span))) for span in (one, other))
    return len(first & second) > TOO_ALIKE * max(min(len(first), len(second)), 1)
