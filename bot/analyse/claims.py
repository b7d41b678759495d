"""Find the statements worth a check, and rank them by how much they deserve one. Never by whether they are true.

A plain score by signs in the words, until a trained one takes over. Opinions, forecasts, promises, questions
and what-ifs are no claims: nobody can check them today.
"""

from __future__ import annotations

import math
import re
from bisect import bisect_left, bisect_right
from dataclasses import replace

from spacy.tokens import Doc, Span

from bot.analyse.quotation import Quotation, quoted_parts
from bot.models import Attribution, CharSpan, Claim, Spans, covered

LEAST_WORDS = 5
LEAST_SCORE = 0.25
"""Below it a statement is left out: a guess, about what one weak sign adds up to."""

MOST_CLAIMS = 20
"""Claims that are kept. A guess: a desk checks a handful."""

SIGNS: dict[str, tuple[re.Pattern[str], float]] = {
    "figure": (
        re.compile(
            r"[$£€]\s?\d|\b\d+(?:[.,]\d+)*\s?(?:%|percent|per cent|million|billion|trillion)|\b\d{1,3}(?:,\d{3})+\b"
            r"|(?<![\d.:])\b\d+\b(?![.:]\d\d\b)(?!\s?(?:a\.?m|p\.?m|o’clock))|\b(?:two|three|four|five|six|seven|eight|nine|ten|dozens?|hundreds?"
            r"|thousands?|millions?|billions?|half|third|quarter|majority)\b",
            re.I,
        ),
        1.2,
    ),
    "date": (
        re.compile(
            r"\b(?:19|20)\d{2}\b|\b(?:January|February|March|April|June|July|August|September|October|November|December)"
            r"\b|\b(?:last|past|since|ago)\b"
        ),
        0.4,
    ),
    "comparison": (
        re.compile(
            r"\b(?:more|less|fewer|higher|lower|larger|bigger|worse|better) than\b"
            r"|\b(?:most|least|largest|biggest|highest|lowest|worst|first|only|never|record|twice|double|tripled?|rose|fell|increased?|decreased?|grew|dropped)\b",
            re.I,
        ),
        0.5,
    ),
    "cause": (
        re.compile(
            r"\b(?:because|caus(?:e[sd]?|ing)|led to|due to|result(?:s|ed)? in|thanks to|killed|created)\b", re.I
        ),
        0.3,
    ),
    "accusation": (
        re.compile(
            r"\b(?:lied?|lying|fraud|stole|stolen|illegal\w*|corrupt\w*|crimes?|criminal|brib\w+|abus\w+|attack\w*|bomb\w*"
            r"|kill\w*|murder\w*|assault\w*|intercept\w*|hack\w*|violat\w+|smuggl\w+|tortur\w+|rigg\w+"
            r"|cover(?:ed)?[- ]up|covert\w*|secretly|betray\w*|launder\w*)\b",
            re.I,
        ),
        0.8,
    ),
    "record": (
        re.compile(
            r"\b(?:law|bill|court|ruling|report|study|data|figures|vot(?:e[sd]?|ing)|elected|signed|budget|tax\w*|treaty"
            r"|contract|census|survey|poll|records?|aid|weapons|debt|cost\w*)\b",
            re.I,
        ),
        0.4,
    ),
}
"""What makes a statement checkable, how it is seen, and how much it adds (log odds, set by hand)."""

NOT_CHECKABLE = re.compile(
    r"\?[”\"’']?$|\b(?:if|unless|would(?:n[’']t)?|could|should|must|might|may|shall|ought|let[’']s|hopes?|hoping|wish\w*"
    r"|I think|I believe|we think|I feel|in my (?:view|opinion)|maybe|perhaps|please|thank\w*|sorry|congratulat\w+)\b",
    re.I,
)
FORECAST = re.compile(r"\b(?:will|won[’']t|[’']ll|going to|plans? to|expects? to|vows?|promis\w+|intends?)\b", re.I)

BIAS = -1.6
NAME_WEIGHT, MOST_NAMES = 0.35, 4
"""Log odds for each person, organisation or place named, up to so many."""

NAMES = frozenset({"PERSON", "ORG", "GPE", "NORP", "FAC", "LAW"})
FORECAST_PENALTY = 1.2
"""Log odds that a forecast, plan or promise loses."""

OUTLET_PENALTY = 0.4
"""Log odds that the outlet's own sentences lose: what somebody says about others is checked first."""


def find_claims(
    doc: Doc,
    headline: CharSpan | None,
    sentences: Spans,
    quotations: tuple[Quotation, ...],
    attributions: list[Attribution],
) -> list[Claim]:
    """Find what can be checked in *doc*, attributed statements and the outlet's own below *headline* alike.

    Returns:
        Most deserving first, at most ``MOST_CLAIMS``; each a sentence, or the part of one that is attributed.
    """
    text = doc.text
    said = [
        _claim(doc, text, pieces, index)
        for index, attribution in enumerate(attributions)
        for pieces in _statements(attribution.content, sentences)
    ]
    taken = covered(len(text), (span for one in attributions for span in (*one.content, *one.cue)))
    told = [
        _claim(doc, text, (sentence,), None)
        for sentence in sentences
        if not (headline and headline.covers(sentence)) and not any(taken[sentence.start : sentence.end])
    ]
    found = [claim for claim in said + told if claim is not None and claim.score >= LEAST_SCORE]
    best = sorted(found, key=lambda claim: (-claim.score, claim.content[0]))[:MOST_CLAIMS]
    return [replace(claim, quoted=quoted_parts(claim.content, quotations)) for claim in best]


def _statements(content: Spans, sentences: Spans) -> list[Spans]:
    """Cut *content* at sentence ends: a long quotation holds several statements."""
    found = []
    first = bisect_right(sentences, content[0].start, key=lambda sentence: sentence.end)
    last = bisect_left(sentences, content[-1].end, key=lambda sentence: sentence.start)
    for sentence in sentences[first:last]:
        pieces = [piece for piece in content if sentence.overlaps(piece)]
        if pieces:
            found.append(
                tuple(CharSpan(max(sentence.start, piece.start), min(sentence.end, piece.end)) for piece in pieces)
            )
    return found


def _claim(doc: Doc, text: str, pieces: Spans, attribution: int | None) -> Claim | None:
    words = " … ".join(piece.of(text) for piece in pieces)
    span = doc.char_span(pieces[0].start, pieces[-1].end, alignment_mode="expand")
    if span is None or len(words.split()) < LEAST_WORDS or NOT_CHECKABLE.search(words) or not _states(span):
        return None
    reasons = [name for name, (sign, _) in SIGNS.items() if sign.search(words)]
    names = sum(token.ent_iob_ == "B" and token.ent_type_ in NAMES for token in span)
    if not reasons and not names:
        return None
    odds = BIAS + sum(SIGNS[name][1] for name in reasons) + NAME_WEIGHT * min(names, MOST_NAMES)
    odds -= FORECAST_PENALTY * bool(FORECAST.search(words)) + OUTLET_PENALTY * (attribution is None)
    score = 1 / (1 + math.exp(-odds))
    return Claim(_without_that(pieces, text), (), attribution, score, tuple(reasons or ["named parties"]))


def _without_that(pieces: Spans, text: str) -> Spans:
    start, words = pieces[0].start, pieces[0].of(text)
    start += len(words) - len(words.removeprefix("that "))
    return (CharSpan(start, pieces[0].end), *pieces[1:]) if start < pieces[0].end else pieces


def _states(span: Span) -> bool:
    """Tell whether there is a finite verb: a noun phrase states nothing."""
    return any(token.tag_ in {"VBD", "VBZ", "VBP", "MD"} for token in span)
