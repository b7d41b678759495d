"""Find the statements worth a check, and rank them by how much they deserve one. Never by whether they are true.

What somebody says is his claim, what the outlet says in its own voice is the outlet's. What nobody can check today
(questions, appeals, opinions, forecasts, promises, what-ifs) is told apart and never ranked.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from spacy.tokens import Span, Token

from bot.analyse.amounts import find_amounts
from bot.analyse.lifting import Lifter
from bot.analyse.quotation import Quotation, quoted_parts
from bot.analyse.reasons import ACCUSATION, reasons_of
from bot.analyse.replies import Replies
from bot.analyse.sentences import without_dateline
from bot.analyse.sorts import sort_of
from bot.analyse.worth import Statement, Story, Worth, content_words, spacy_span
from bot.models import Attribution, CharSpan, Claim, QuoteType, Sort, Spans

LEAST_WORDS = 5
LEAST_SCORE = 0.05
"""Below it a statement is left out. A guess, at the foot of what newsclaims' dev part grades as checkable at all."""

MOST_CLAIMS = 100
"""Claims that are kept. A guess: a desk checks a handful, and an article of usual length has less than half of it."""

OWN_SHARE = 0.35
"""Share of a sentence from which the rest of it, beside what somebody says there, is the outlet's own statement."""

FINITE = frozenset({"VBD", "VBZ", "VBP", "MD"})
ASKING = frozenset("who whom whose what whether why how which where when to".split())
"""First words of what is no statement: "what he would do", "to do it"."""

FORECASTERS = frozenset("estimate expect forecast predict project".split())
"""Cues of published forecasts: with a figure they are on record, and a checker can look them up."""

TOLD_AGAIN = frozenset({Sort.FORECAST, Sort.PROMISE})
"""What is set aside as somebody's, while the outlet's report that he said it can be checked."""

TOO_ALIKE = 0.7
"""Share of common words, of the shorter one's, from which two claims say the same. A guess."""

TOO_ALIKE_IN_HEADLINE = 0.5
FEWEST_COMMON = 3
DIGITS = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class _Found:
    statement: Statement
    attribution: int | None
    sort: Sort
    span: Span
    words: str


def find_claims(
    story: Story,
    worth: Worth,
    attributions: Sequence[Attribution],
    quotations: tuple[Quotation, ...],
    named: frozenset[int],
) -> tuple[list[Claim], list[Claim]]:
    """Find what is stated in *story*, attributed statements and the outlet's own alike.

    Args:
        story: its sentences are those inside quotations, too.
        worth: the model that ranks.
        attributions: as ``find_attributions`` gives them.
        quotations: as ``find_quotations`` gives them.
        named: the attributions whose speaker is known.

    Returns:
        The claims, most deserving first, at most ``MOST_CLAIMS``; and what was set aside, in text order. Each is a
        sentence, or the part of one that is attributed.
    """
    said, covered = _said(story, attributions, named)
    found = [*said, *_told(story, covered)]
    found.sort(key=lambda one: one.statement.pieces)
    scores = worth.scores(story, [one.statement for one in found])
    claims = [_claim(one, float(score), quotations) for one, score in zip(found, scores, strict=True)]
    ranked = sorted(
        (claim for claim in claims if claim.sort is Sort.CLAIM and claim.score >= LEAST_SCORE),
        key=lambda claim: (-claim.score, claim.content[0]),
    )
    joined = _joined(story, ranked)[:MOST_CLAIMS]
    return joined, [claim for claim in claims if claim.sort is not Sort.CLAIM]


def tell_more(claims: Sequence[Claim], lifter: Lifter, replies: Replies, published: date | None) -> list[Claim]:
    """Return *claims* with what makes them readable alone: pronouns, figures and dates, the reply of the accused."""
    named = lifter.doc.ents
    return [
        replace(
            claim,
            resolved=lifter.resolved(claim.content),
            amounts=tuple(
                amount
                for piece in claim.content
                for amount in find_amounts(spacy_span(lifter.doc, piece), published, named)
            ),
            reply=replies.to(claim.content, claim.attribution) if ACCUSATION in claim.reasons else None,
        )
        for claim in claims
    ]


def _said(
    story: Story, attributions: Sequence[Attribution], named: frozenset[int]
) -> tuple[list[_Found], dict[int, int]]:
    """Return what speakers state, cut at sentence ends: a long quotation holds several statements.

    And how many characters of a sentence, by its number, are theirs alone, so that the outlet does not state them.
    """
    found: list[_Found] = []
    covered: dict[int, int] = defaultdict(int)
    for index, attribution in enumerate(attributions):
        cue = spacy_span(story.doc, attribution.cue[0]).root.lemma_.lower() if attribution.cue else ""
        for number, pieces in _cut(attribution.content, story.sentences):
            chain = any(any(map(link.source.overlaps, pieces)) for link in attribution.chain)
            one = Statement(pieces, number, attribution.type, index in named, chain)
            if (made := _made(story, one, index, cue)) is not None:
                found.append(made)
            if not _is_act(story, attribution, pieces, made) and (made or _begins_like_a_question(story, pieces)):
                covered[number] += sum(piece.end - piece.start for piece in pieces)
    return found, covered


def _is_act(story: Story, attribution: Attribution, pieces: Spans, made: _Found | None) -> bool:
    """Tell whether the outlet itself states that something was said: "announced that she will resign", "vowed to go".

    What will be is nobody's to check, but whether it was announced is. Not where the words are the speaker's own.
    """
    if attribution.type is QuoteType.DIRECT or not attribution.cue or attribution.cue[0].start > pieces[0].start:
        return False
    return made.sort in TOLD_AGAIN if made is not None else _begins_like_a_question(story, pieces)


def _begins_like_a_question(story: Story, pieces: Spans) -> bool:
    first = next((token for token in spacy_span(story.doc, pieces[0]) if token.is_alpha), None)
    return first is not None and first.lower_ in ASKING


def _told(story: Story, covered: Mapping[int, int]) -> list[_Found]:
    """Return the sentences that the outlet states itself, with what little somebody says in them."""
    whole = [
        Statement((without_dateline(story.text, sentence),), number)
        for number, sentence in enumerate(story.sentences)
        if covered.get(number, 0) < OWN_SHARE * (sentence.end - sentence.start)
    ]
    return [made for one in whole if (made := _made(story, one, None, "")) is not None]


def _cut(content: Spans, sentences: Spans) -> list[tuple[int, Spans]]:
    """Cut *content* at sentence ends; return the pieces with the number of their sentence."""
    found = []
    first = bisect_right(sentences, content[0].start, key=lambda sentence: sentence.end)
    last = bisect_left(sentences, content[-1].end, key=lambda sentence: sentence.start)
    for number in range(first, last):
        sentence = sentences[number]
        pieces = tuple(
            CharSpan(max(sentence.start, piece.start), min(sentence.end, piece.end))
            for piece in content
            if sentence.overlaps(piece)
        )
        if pieces:
            found.append((number, pieces))
    return found


def _made(story: Story, one: Statement, attribution: int | None, cue: str) -> _Found | None:
    """Return the statement with its sort; None where nothing is stated."""
    if not _states(story, one.pieces, said=one.said is not None):
        return None
    text = story.text
    pieces = _without_that(one.pieces, text)
    words = " … ".join(piece.of(text) for piece in pieces)
    span = spacy_span(story.doc, CharSpan(pieces[0].start, pieces[-1].end))
    sort = sort_of(span, cue)
    if sort is Sort.FORECAST and cue in FORECASTERS and DIGITS.search(words):
        sort = Sort.CLAIM
    return _Found(replace(one, pieces=pieces), attribution, sort, span, words)


def _states(story: Story, pieces: Spans, *, said: bool) -> bool:
    """Tell whether *pieces* are long enough and make a statement.

    A finite verb will do for the outlet's sentence. What is *said* must be a clause of its own: in "thanked him for
    backing a plan that failed" it is the outlet that states something, not he who thanked.
    """
    tokens = [token for piece in pieces for token in spacy_span(story.doc, piece)]
    if sum(token.is_alpha or token.like_num for token in tokens) < LEAST_WORDS:
        return False
    whole = spacy_span(story.doc, CharSpan(pieces[0].start, pieces[-1].end))
    first = next((token for token in whole if token.is_alpha), whole[0])
    if said and _asks(first):
        return False  # "what he would do", "whether it is true": what it is, is not said
    if story.headline is not None and story.headline.covers(pieces[0]):  # headlines leave "was" out
        return tokens[-1].text != ":" and any(token.pos_ in {"VERB", "AUX"} for token in tokens)
    if not said:
        return any(token.tag_ in FINITE for token in tokens)
    return any(_is_finite_clause(token) for token in _heads(whole))


def _asks(first: Token) -> bool:
    """Tell whether a clause begins like a question; "what troubled her was the silence" states something."""
    return first.lower_ in ASKING and not any(token.dep_ == "csubj" for token in (first, *first.ancestors))


def _heads(span: Span) -> list[Token]:
    """Return the words of *span* that hang on none in it, and what hangs on those as another main clause."""
    heads = [token for token in span if token.head.i < span.start or token.head.i >= span.end or token.head == token]
    return heads + [token for head in heads for token in head.children if token.dep_ in {"ccomp", "conj", "parataxis"}]


def _is_finite_clause(verb: Token) -> bool:
    finite = verb.tag_ in FINITE or any(
        child.tag_ in FINITE and child.dep_.startswith("aux") for child in verb.children
    )
    return finite and verb.dep_ not in {"relcl", "acl"}


def _without_that(pieces: Spans, text: str) -> Spans:
    start, words = pieces[0].start, pieces[0].of(text)
    start += len(words) - len(words.removeprefix("that "))
    return (CharSpan(start, pieces[0].end), *pieces[1:]) if start < pieces[0].end else pieces


def _claim(one: _Found, score: float, quotations: tuple[Quotation, ...]) -> Claim:
    pieces = one.statement.pieces
    return Claim(
        pieces,
        quoted_parts(pieces, quotations),
        one.attribution,
        score,
        reasons_of(one.span, one.words, chain=one.statement.chain),
        one.sort,
    )


@dataclass(frozen=True, slots=True)
class _Gist:
    """What two claims are compared by."""

    words: frozenset[str]
    figures: frozenset[str]
    denials: int
    headed: bool  # it stands in the headline, which says in short what the story says

    def same(self, other: _Gist) -> bool:
        """Tell whether both say the same: common words, no figure against another, no "not" in one alone."""
        common, shorter = len(self.words & other.words), min(len(self.words), len(other.words))
        if self.denials != other.denials or common < FEWEST_COMMON:
            return False
        if self.headed == other.headed:
            return self.figures == other.figures and common > TOO_ALIKE * shorter
        nested = self.figures <= other.figures or other.figures <= self.figures
        return nested and common > TOO_ALIKE_IN_HEADLINE * shorter


def _gist(story: Story, claim: Claim) -> _Gist:
    spans = [spacy_span(story.doc, piece) for piece in claim.content]
    tokens = [token for span in spans for token in span]
    return _Gist(
        frozenset(word for span in spans for word in content_words(span)),
        frozenset(token.lower_ for token in tokens if token.like_num),
        sum(token.dep_ == "neg" for token in tokens),
        story.headline is not None and story.headline.covers(claim.content[0]),
    )


def _joined(story: Story, ranked: Sequence[Claim]) -> list[Claim]:
    """Join claims that say the same, where the most deserving stood; the story's words go before the headline's."""
    kept: list[tuple[Claim, _Gist]] = []
    for claim in ranked:
        gist = _gist(story, claim)
        at = next((number for number, (_, other) in enumerate(kept) if gist.same(other)), None)
        if at is None:
            kept.append((claim, gist))
            continue
        first, known = kept[at]
        if known.headed and not gist.headed:
            repeats = (first.content, *first.repeats)
            kept[at] = (replace(claim, score=first.score, repeats=repeats), gist)
        else:
            kept[at] = (replace(first, repeats=(*first.repeats, claim.content)), known)
    return [claim for claim, _ in kept]
