"""Tell a claim, which can be checked today, from a question, an appeal, an opinion, a forecast, a promise, a what-if.

By the grammar of the main clause, and only where that is clear: a claim wrongly put aside is lost to the checker.
"""

from __future__ import annotations

import re

from spacy.tokens import Span, Token

from bot.models import Sort

QUESTION = re.compile(r"\?[”\"’'\s]*$")
IF = re.compile(r"(?:^|[\s“\"‘(])(?:if|unless|even if|had (?:he|she|it|they|we|I|the))\s", re.I)
FIGURE = re.compile(r"\d|\b(?:percent|million|billion|half|thousands?|dozens?)\b", re.I)
CERTAIN_PAST = re.compile(r"\b(?:had|were|was)\b", re.I)

UNREAL = frozenset("would could might 'd ’d".split())
FUTURE = frozenset("will shall 'll ’ll wo".split())
OUGHT = frozenset("should must ought".split())
MAYBE = frozenset("maybe perhaps".split())
VIEWS = frozenset("believe doubt feel find guess hope imagine suppose think wish".split())
VIEW = re.compile(
    r"\b(?:in my (?:view|opinion)|as far as I[’']m concerned|I[’']m (?:sure|convinced|confident))\b", re.I
)
THANKS = re.compile(
    r"^\W*(?:thank|thanks|congratulations|please|sorry|welcome|god bless|what an?\s|how\s\w+\s"
    r"|we(?:[’']re| are) sorry)\b",
    re.I,
)
AHEAD = frozenset("expect go plan predict promise intend vow pledge schedule set".split())
PROMISING = frozenset("intend plan pledge promise vow swear guarantee".split())
LEADING_IN = frozenset("add admit agree concede know note remember stress tell".split())
"""Verbs that only lead in what is stated."""

FIRST = frozenset({"i", "we"})
TASTE = frozenset(
    "amazing awful bad beautiful better best brave crazy crude disappointing disastrous disgusting dishonest fair fine "
    "foolish funny good great horrible important insane nice pathetic proud ridiculous rude sad sick significant smart "
    "stupid terrible terrific tough tremendous ugly unacceptable unfair weak wonderful worse worst wrong".split()
)


def sort_of(span: Span, cue: str = "") -> Sort:
    """Tell what sort of statement *span* makes; *cue* is the lemma of the verb by which it is attributed, if any."""
    text, root = span.text, _main(span)
    if QUESTION.search(text):
        return Sort.QUESTION
    if THANKS.match(text) or _is_appeal(root, span):
        return Sort.APPEAL
    auxiliaries = {child.lower_ for child in root.children if child.dep_ in {"aux", "auxpass"}}
    if auxiliaries & UNREAL and (IF.search(text) or _is_hypothetical(root)):
        return Sort.COUNTERFACTUAL
    if IF.search(text) and not auxiliaries & FUTURE and _condition_first(root):
        return Sort.COUNTERFACTUAL
    if _is_view(root, span):
        return Sort.OPINION
    if auxiliaries & FUTURE or _is_ahead(root):
        return Sort.PROMISE if _by_himself(root) or cue in PROMISING else Sort.FORECAST
    if auxiliaries & OUGHT or any(token.lower_ in MAYBE for token in span):
        return Sort.OPINION
    if auxiliaries & UNREAL:
        return Sort.FORECAST
    return Sort.CLAIM


def _main(span: Span) -> Token:
    """Return the verb of the clause that counts: after "I must tell you that …" the inner one."""
    root = span.root
    if root.pos_ not in {"VERB", "AUX"}:
        root = next(
            (token for token in span if token.dep_ in {"ccomp", "conj"} and token.pos_ in {"VERB", "AUX"}), root
        )
    if root.lemma_.lower() in LEADING_IN:
        inner = next((child for child in root.children if child.dep_ == "ccomp" and child.i > root.i), None)
        return inner if inner is not None else root
    return root


def _subject(verb: Token) -> Token | None:
    return next((child for child in verb.children if child.dep_ in {"nsubj", "nsubjpass", "expl"}), None)


def _by_himself(verb: Token) -> bool:
    subject = _subject(verb)
    return subject is not None and subject.lower_ in FIRST


def _is_appeal(verb: Token, span: Span) -> bool:
    if span[0].lower_ in {"let", "please"}:
        return True
    bare = verb.tag_ == "VB" and _subject(verb) is None and not any(child.dep_ == "aux" for child in verb.children)
    return bare and verb.i - span.start <= 1  # "Make no mistake", "Do something"


def _is_hypothetical(verb: Token) -> bool:
    """Tell whether it is "would have been", said of what did not happen."""
    lower = {child.lower_ for child in verb.children if child.dep_ in {"aux", "auxpass"}}
    return bool(lower & UNREAL) and (
        bool(lower & {"have", "'ve", "’ve"}) or (verb.lemma_ == "be" and "n't" not in lower)
    )


def _condition_first(verb: Token) -> bool:
    """Tell whether a condition stands before the main clause: "If you want …, you have to …"."""
    return any(child.dep_ == "advcl" and child.i < verb.i for child in verb.children)


def _is_view(verb: Token, span: Span) -> bool:
    if VIEW.search(span.text) or (verb.lemma_.lower() in VIEWS and _by_himself(verb)):
        return True
    if verb.lemma_ != "be" or FIGURE.search(span.text):
        return False
    subject = _subject(verb)
    if subject is not None and subject.lower_ == "it" and any(child.dep_ == "acomp" for child in verb.children):
        return True  # "it was cold"
    return any(
        child.dep_ in {"acomp", "attr"}
        and (child.lower_ in TASTE or any(inner.lower_ in TASTE for inner in child.children))
        for child in verb.children
    )


def _is_ahead(verb: Token) -> bool:
    """Tell whether it is "is going to", "is expected to", "plans to"; "pledged to" tells what somebody did."""
    return (
        verb.tag_ != "VBD"
        and verb.lemma_.lower() in AHEAD
        and any(
            child.dep_ == "xcomp" and any(inner.lower_ == "to" for inner in child.children) for child in verb.children
        )
    )
