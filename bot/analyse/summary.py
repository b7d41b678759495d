"""Sum up by choosing whole sentences, verbatim, in the article's order.

A sentence that cannot stand alone is not chosen: one with a quotation whose speaker stands elsewhere, or with a
pronoun for somebody named before, unless it is known who, and then the name goes into brackets.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from spacy.tokens import Doc

from bot.analyse.lifting import Lifter
from bot.analyse.quotation import Quotation, overlapping
from bot.analyse.salience import load_salience, salience_signs
from bot.analyse.sentences import without_dateline
from bot.analyse.worth import Story, spacy_span
from bot.models import Attribution, CharSpan, Spans, SummaryLength, SummarySentence

SHARE = 3
"""At most one sentence in so many of the article, so that a short piece is not simply repeated."""

FEWEST_WORDS, MOST_WORDS = 10, 60

WORDS_A_SENTENCE = 22
"""Words that a sentence may have on average, chosen among 20 to 27 on realsumm and GUM's news."""

TOO_ALIKE = 0.5
"""Share of common words from which two sentences say the same. A guess."""

USUAL = SummaryLength()

FURNITURE = re.compile(
    r"^(?:follow\b.{0,60}(?:@|on twitter)|click here|read more|share this|sign up|photo:|image:|scroll down"
    r"|editor[’']s note|contributing:|by [A-Z][a-z]+ [A-Z][a-z]+\s*$|abstract\.?$|full text\.?$)",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence that can stand alone, and what tells whether it belongs into the summary."""

    number: int  # of the sentence in its story
    sentence: CharSpan
    signs: NDArray[np.float32]  # as salience_signs gives them
    words: frozenset[str]  # those that carry meaning
    length: int  # words of any sort


def find_summary(
    story: Story,
    lifter: Lifter,
    quotations: tuple[Quotation, ...],
    attributions: Sequence[Attribution],
    *,
    length: SummaryLength = USUAL,
) -> list[SummarySentence]:
    """Choose the sentences that tell what *story* is about, in text order.

    Args:
        story: its sentences are never cut inside a quotation.
        lifter: knows for whom pronouns stand.
        quotations: as ``find_quotations`` gives them.
        attributions: as ``find_attributions`` gives them.
        length: how long it may be; a short article has fewer sentences.
    """
    candidates = find_candidates(story, lifter, quotations, attributions)
    most = max(1, min(length.sentences, len(story.body) // SHARE))
    chosen = choose(candidates, load_salience(), most=most, characters=length.characters)
    return [SummarySentence(one.sentence, lifter.resolved((one.sentence,))) for one in chosen]


def find_candidates(
    story: Story, lifter: Lifter, quotations: tuple[Quotation, ...], attributions: Sequence[Attribution]
) -> list[Candidate]:
    """Find the sentences of *story* that can be lifted out of it, in text order; arguments as ``find_summary`` has."""
    said = sorted((piece, one.source) for one in attributions if one.quoted for piece in one.content)
    found = []
    for number in story.body:
        sentence = without_dateline(story.text, story.sentences[number])
        if _fits(story.doc, sentence, quotations, said) and not lifter.dangling(sentence):
            signs = salience_signs(story, number, quotations)
            length = len(sentence.of(story.text).split())
            found.append(Candidate(number, sentence, signs, frozenset(story.words[number]), length))
    return found


def choose(
    candidates: Sequence[Candidate], weights: NDArray[np.float32], *, most: int, characters: int | None = None
) -> list[Candidate]:
    """Choose the best of *candidates* that tell different things, in text order.

    Args:
        candidates: as ``find_candidates`` gives them.
        weights: one for each of their signs.
        most: sentences, at most. They have ``WORDS_A_SENTENCE`` each on average; the first may have more.
        characters: of all together, blanks between them included; None for no limit.
    """
    ranked = sorted(candidates, key=lambda one: (-float(one.signs @ weights), one.number))
    chosen: list[Candidate] = []
    words, left = WORDS_A_SENTENCE * most, characters
    for one in ranked:
        long = one.sentence.end - one.sentence.start + 1
        if len(chosen) == most:
            break
        if (chosen and one.length > words) or (left is not None and long > left + 1):
            continue
        if any(_alike(one, other) for other in chosen):
            continue
        chosen.append(one)
        words -= one.length
        left = None if left is None else left - long
    return sorted(chosen, key=lambda one: one.number)


def _fits(doc: Doc, sentence: CharSpan, quotations: tuple[Quotation, ...], said: list[tuple[CharSpan, Spans]]) -> bool:
    """Tell whether the sentence is of a fitting length and carries the speaker of what it quotes.

    *said* is each piece of what is quoted, in text order, with its source.
    """
    span = spacy_span(doc, sentence)
    words = span.text.split()
    if not FEWEST_WORDS <= len(words) <= MOST_WORDS or words[-1][-1:] in {":", "?"} or FURNITURE.match(span.text):
        return False
    if not any(token.tag_ in {"VBD", "VBZ", "VBP", "MD"} for token in span):
        return False  # a list, a caption, a name with its office
    cut = any(not sentence.covers(quotation.outer) for quotation in overlapping(quotations, sentence))
    first = bisect_right(said, sentence.start, key=lambda one: one[0].end)
    last = bisect_left(said, sentence.end, key=lambda one: one[0].start)
    return not cut and all(any(map(sentence.covers, sources)) for _, sources in said[first:last])


def _alike(one: Candidate, other: Candidate) -> bool:
    return len(one.words & other.words) > TOO_ALIKE * max(min(len(one.words), len(other.words)), 1)
