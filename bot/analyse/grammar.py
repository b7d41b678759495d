"""What spaCy's parse says about a verb: who does it, and to what. Each function is named for what it looks at."""

from __future__ import annotations

from collections.abc import Iterable

from spacy.tokens import Doc, Token

from bot.models import CharSpan, Spans

SUBJECTS = frozenset({"nsubj", "csubj", "expl"})
RELATIVE = frozenset({"who", "whom", "which", "that"})
OUTSIDE_NAME = frozenset({"relcl", "acl", "appos", "punct", "advcl", "ccomp", "parataxis", "dep"})
"""Arcs that hang something on a noun phrase which does not name it."""

SHORT_PREPOSITIONS = frozenset({"of", "by", "for", "in", "from", "at", "to", "with", "on"})


TEXT = "text"
"""Where a document keeps its text: spaCy joins its tokens anew each time."""


def text_of(doc: Doc) -> str:
    """Return the text of *doc*."""
    if TEXT not in doc.user_data:
        doc.user_data[TEXT] = doc.text
    text: str = doc.user_data[TEXT]
    return text


def chars(token: Token) -> CharSpan:
    """Return where *token* stands."""
    return CharSpan(token.idx, token.idx + len(token.text))


def is_word(token: Token) -> bool:
    """Tell whether *token* is neither punctuation nor white space."""
    return not (token.is_punct or token.is_space)


def subject_of(verb: Token) -> Token | None:
    """Find who does *verb*, also where the subject stands with another verb ("he said … and added …").

    Returns:
        The head of the subject, or None. A relative pronoun is replaced by what it refers to.
    """
    if verb.tag_ == "VBN" and not any(child.dep_ in {"aux", "auxpass"} for child in verb.children):
        return _agent(verb)  # "Asked about it, she …": whoever asked is not the subject
    seen = {verb}
    at = verb
    while True:
        own = next((child for child in at.children if child.dep_ in SUBJECTS and child.dep_ != "expl"), None)
        if own is not None:
            return at.head if own.lower_ in RELATIVE and at.dep_ == "relcl" else own
        if passive := next((child for child in at.children if child.dep_ == "nsubjpass"), None):
            # "He was quoted as saying": who is quoted speaks, with any verb after the passive one
            if at is not verb or verb.lemma_ == "quote":
                return at.head if passive.lower_ in RELATIVE and at.dep_ == "relcl" else passive
            return _agent(verb)
        if at.dep_ in {"relcl", "acl"} and at.head.pos_ in {"NOUN", "PROPN", "PRON"}:
            return at.head
        if at.dep_ not in {"conj", "xcomp", "advcl", "pcomp", "prep", "aux", "dep", "ccomp"} or at.head in seen:
            return None
        if at.dep_ == "ccomp" and at.tag_ not in {"VBG", "VB"}:
            return None
        at = at.head
        seen.add(at)


def _agent(verb: Token) -> Token | None:
    by = next((child for child in verb.children if child.dep_ == "agent"), None)
    return next((child for child in by.children if child.dep_ == "pobj"), None) if by else None


def name_tokens(head: Token) -> list[Token]:
    """Return the words that name what *head* stands for: no relative clause, no apposition."""
    words = [head]
    for child in head.children:
        if child.dep_ in OUTSIDE_NAME or (child.dep_ == "prep" and child.lower_ not in SHORT_PREPOSITIONS):
            continue
        words += [token for token in _inner(child) if is_word(token) or token.text == "'"]
    words.sort(key=lambda token: token.i)
    return _touching(words, head)


def _inner(token: Token) -> list[Token]:
    inside = [token]
    for child in token.children:
        if child.dep_ not in OUTSIDE_NAME:
            inside += _inner(child)
    return inside


def _touching(words: list[Token], head: Token) -> list[Token]:
    """Keep the run around *head*: commas and brackets end a name, "and" and hyphens do not."""
    kept = {head.i}
    positions = {token.i for token in words}
    doc = head.doc
    for step in (-1, 1):
        at = head.i + step
        while 0 <= at < len(doc) and (at in positions or doc[at].text in {"-", "–", ".", "&", "/", "’s", "'s"}):
            kept.add(at)
            at += step
    inside = [doc[i] for i in sorted(kept)]
    while inside and (not is_word(inside[-1]) or inside[-1].text in {"’s", "'s"}):
        inside.pop()
    while inside and not is_word(inside[0]):
        inside.pop(0)
    return inside or [head]  # a parse can make a lone mark the subject


def name_of(head: Token) -> CharSpan:
    """Return the noun phrase around *head*, without what only hangs on it."""
    words = name_tokens(head)
    return CharSpan(words[0].idx, words[-1].idx + len(words[-1].text))


def pieces(doc: Doc, tokens: Iterable[Token]) -> Spans:
    """Join *tokens* into as few spans as possible: only words that are not among them part two spans."""
    wanted = {token.i for token in tokens if not token.is_space}
    words = sorted(i for i in wanted if is_word(doc[i]))
    spans: list[CharSpan] = []
    last = -1
    for i in words:
        if spans and not any(is_word(token) for token in doc[last + 1 : i]):
            spans[-1] = CharSpan(spans[-1].start, chars(doc[i]).end)
        else:
            spans.append(chars(doc[i]))
        last = i
    return tuple(spans)
