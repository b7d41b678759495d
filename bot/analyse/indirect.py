"""Find what is reported without quotation marks, or only partly in them: the parse tells cue, source and content."""

from __future__ import annotations

from spacy.tokens import Doc, Token

from bot.analyse.cues import CLAUSE, INFINITIVE, NOUNS, OBJECT, PREPOSITION
from bot.analyse.direct import Found
from bot.analyse.grammar import chars, is_word, name_of, pieces, subject_of
from bot.analyse.quotation import Quotation
from bot.models import CharSpan, Spans

SMALL_CLAUSES = frozenset({"oprd", "dep", "acl"})


def find_indirect(doc: Doc, quotations: tuple[Quotation, ...], direct: list[Found]) -> list[Found]:
    """Find the attributions that are not already in *direct*.

    Returns:
        In text order; a cue inside a quotation or inside another content is part of what is said.
    """
    taken = [span for found in direct for span in found.content]
    used = {span.start for found in direct for span in found.cue}
    closed = [quotation.outer for quotation in quotations]
    found: list[Found] = []
    for token in doc:
        if token.idx in used or any(span.covers(chars(token)) for span in (*taken, *closed)):
            continue
        one = _according_to(token) or _by_verb(token) or _by_noun(token)
        if one is None:
            continue
        content = _whole_quotations(one.content, quotations)
        if not content or any(piece.overlaps(span) for piece in content for span in taken):
            continue
        found.append(Found(one.source, one.cue, content))
        taken += content
    return found


def _according_to(token: Token) -> Found | None:
    """Read "…, according to the report"."""
    if token.lower_ != "according":
        return None
    to = next((child for child in token.children if child.lower_ == "to"), None)
    if to is None and token.i + 1 < len(token.doc) and token.nbor().lower_ == "to":
        to = token.nbor()
    source = next((child for child in to.children if child.dep_ == "pobj"), None) if to is not None else None
    if to is None or source is None:
        return None
    phrase = {inner.i for inner in token.subtree} | {inner.i for inner in to.subtree}
    rest = [inner for inner in token.head.subtree if inner.i not in phrase and inner.sent == token.sent]
    return Found((name_of(source),), (CharSpan(token.idx, chars(to).end),), pieces(token.doc, _trimmed(rest)))


def _by_verb(token: Token) -> Found | None:
    """Read a reporting verb with its clause, object, infinitive or prepositional object."""
    if token.pos_ not in {"VERB", "AUX"}:
        return None
    heads = [child for child in token.children if _is_content(token, child)]
    if not heads:
        return None
    subject = subject_of(token)
    own = {token.i} | ({inner.i for inner in subject.subtree} if subject is not None else set())
    words = [inner for head in heads for inner in head.subtree if inner.i not in own]
    if subject is None and token.lemma_.lower() not in {"say", "report", "announce", "allege", "claim"}:
        return None
    return Found((name_of(subject),) if subject is not None else (), (chars(token),), pieces(token.doc, _trimmed(words)))


def _is_content(verb: Token, child: Token) -> bool:
    lemma = verb.lemma_.lower()
    if child.dep_ == "ccomp":
        return lemma in CLAUSE or (lemma in OBJECT and lemma in {"call", "describe"})
    if child.dep_ == "xcomp":
        return lemma in INFINITIVE or (lemma in OBJECT and child.pos_ in {"NOUN", "ADJ", "PROPN"})
    if child.dep_ in {"dobj", *SMALL_CLAUSES}:
        return lemma in OBJECT and child.i > verb.i
    if child.dep_ == "prep":
        return child.lower_ in PREPOSITION.get(lemma, ())
    return False


def _by_noun(token: Token) -> Found | None:
    """Read "the claim that …"."""
    if token.lemma_.lower() not in NOUNS or token.pos_ != "NOUN":
        return None
    clause = next((c for c in token.children if c.dep_ in {"acl", "ccomp"} and _has_that(c)), None)
    owner = next((child for child in token.children if child.dep_ == "poss"), None)
    if clause is None or owner is None:
        return None
    return Found((name_of(owner),), (chars(token),), pieces(token.doc, _trimmed(list(clause.subtree))))


def _has_that(clause: Token) -> bool:
    return any(child.dep_ == "mark" and child.lower_ == "that" for child in clause.children)


def _trimmed(tokens: list[Token]) -> list[Token]:
    """Cut punctuation and lone conjunctions at the edges."""
    tokens = sorted((token for token in tokens if not token.is_space), key=lambda token: token.i)
    while tokens and not is_word(tokens[-1]):
        tokens.pop()
    while tokens and not is_word(tokens[0]):
        tokens.pop(0)
    return tokens


def _whole_quotations(content: Spans, quotations: tuple[Quotation, ...]) -> Spans:
    """Stretch each piece over the quotations that it cuts through: the parse stumbles at marks."""
    stretched: list[CharSpan] = []
    for piece in content:
        start, end = piece.start, piece.end
        for quotation in quotations:
            if quotation.outer.overlaps(CharSpan(start, end)):
                start, end = min(start, quotation.outer.start), max(end, quotation.outer.end)
        if stretched and stretched[-1].end >= start:
            start = stretched.pop().start
        stretched.append(CharSpan(start, end))
    return tuple(stretched)
