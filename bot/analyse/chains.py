"""Whom a speaker in turn relies on: the source within what he says.

"Danylyuk said Ukrainian intelligence has intercepted …" is his word about another's finding. A fact-checker asks the
other. Only sources that the statement names are told, with the verb by which they know or say it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from spacy.tokens import Doc, Token

from bot.analyse.cues import SAYING
from bot.analyse.grammar import subject_of
from bot.analyse.nominals import phrase_of
from bot.analyse.nouns import kind_of
from bot.models import Attribution, CharSpan, Link, Spans

KNOWING = frozenset(
    "ascertain calculate compute confirm detect determine discover document establish estimate find indicate intercept "
    "measure monitor obtain record register reveal show spot suggest uncover".split()
)
"""Verbs of finding out; with those of saying they make a source of their subject."""

NOT_RELAYED = frozenset("agree ask demand fear hope offer promise think threaten want wish worry".split())
"""Verbs of saying that tell what somebody does or feels rather than what he knows."""

KNOWERS = frozenset("intelligence media press radio television".split())
"""Nouns that stand for a source without being in the lists of persons, organisations and documents."""

OBJECT_WITHIN = 4
"""Tokens from the verb to its object that are read along: "has intercepted (secret) communications"."""


def with_chains(doc: Doc, attributions: Iterable[Attribution]) -> list[Attribution]:
    """Return *attributions*, each with the sources that it names within its content, in text order."""
    return [replace(one, chain=tuple(_links(doc, one.content))) for one in attributions]


def _links(doc: Doc, content: Spans) -> Iterable[Link]:
    for piece in content:
        span = doc.char_span(piece.start, piece.end, alignment_mode="contract")
        for token in span or ():
            source = _told_by(token) or _told_according_to(token)
            if source is None or not piece.covers(source):
                continue
            cue = _cue(token)
            if piece.covers(cue) and not cue.overlaps(source):
                yield Link(source, cue)


def _told_by(verb: Token) -> CharSpan | None:
    """Return the subject of a *verb* of knowing or saying that has something to tell."""
    lemma = verb.lemma_.lower()
    says, knows = lemma in SAYING - NOT_RELAYED, lemma in KNOWING
    if verb.pos_ != "VERB" or not (says or knows):
        return None
    told = {"ccomp", "dobj"} if knows else {"ccomp"}
    if not any(child.dep_ in told and child.i > verb.i for child in verb.children):
        return None
    if verb.tag_ == "VBG" and not any(child.dep_ == "aux" for child in verb.children):
        return None  # "a file showing that …" is told by whoever tells of the file
    if any(child.dep_ in {"neg", "mark"} and child.lower_ != "that" for child in verb.children):
        return None  # "if they say so", "has not found"
    if any(child.dep_ == "aux" and child.tag_ in {"MD", "TO"} for child in verb.children):
        return None  # "will say", "to report"
    if any(child.dep_ in {"dobj", "dative"} and child.pos_ == "PRON" for child in verb.children):
        return None  # "let him tell me that …"
    subject = subject_of(verb)
    return _source(subject) if subject is not None and subject.i < verb.i else None


def _told_according_to(word: Token) -> CharSpan | None:
    if word.lower_ != "according":
        return None
    to = next((child for child in word.children if child.lower_ == "to"), None)
    source = next((child for child in to.children if child.dep_ == "pobj"), None) if to is not None else None
    return _source(source) if source is not None else None


def _source(head: Token) -> CharSpan | None:
    """Return the noun phrase of *head*, if what it names can know something."""
    if head.pos_ not in {"NOUN", "PROPN"}:
        return None
    named = head.ent_type_ in {"PERSON", "ORG", "NORP"}
    lemma = head.lemma_.lower()
    if not named and lemma not in KNOWERS and kind_of(lemma, plural=False) is None:
        return None
    return phrase_of(head).span


def _cue(word: Token) -> CharSpan:
    """Return the verb with its auxiliaries and a near object, or "according to"."""
    doc = word.doc
    if word.lower_ == "according":
        return CharSpan(word.idx, doc[word.i + 1].idx + len(doc[word.i + 1].text))
    first = min([word.i, *(child.i for child in word.children if child.dep_ in {"aux", "auxpass"})])
    ends = [child.i for child in word.children if child.dep_ == "dobj" and 0 < child.i - word.i <= OBJECT_WITHIN]
    last = doc[max([word.i, *ends])]
    return CharSpan(doc[first].idx, last.idx + len(last.text))
