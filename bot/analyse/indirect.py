"""Find what is reported without quotation marks, or only partly in them: the parse tells cue, source and content."""

from __future__ import annotations

import re
from collections.abc import Iterator

from spacy.tokens import Doc, Token

from bot.analyse.cues import CLAUSE, INFINITIVE, NOUNS, OBJECT, PREPOSITION, SAYING
from bot.analyse.grammar import chars, is_word, name_of, pieces, subject_of, text_of
from bot.analyse.quotation import Quotation, overlapping
from bot.analyse.roles import heads_a_role
from bot.analyse.signed import Found
from bot.models import CharSpan, Spans, covered

AFTER_LAST_CUE = 8
"""Words that may follow a cue at the end of its sentence ("tells The Post on Monday"). A guess."""

LINKING = re.compile(r",? (?:and|but|yet|because|as|so|while) (?:that )?")
"""What may stand between a paraphrase and the quotation that goes on from it."""

PARTING = frozenset({"who", "which", "while", "but", "as", "according", "when", "after"})
"""Words after "…, she said," with which the outlet goes on in its own voice."""

ADDRESSING = frozenset({"promise", "assure", "tell", "ask", "thank"})
"""Verbs whose object, when it is a person, is who is spoken to."""

SMALL_CLAUSES = frozenset({"oprd", "dep", "acl"})


def find_indirect(doc: Doc, quotations: tuple[Quotation, ...], direct: list[Found]) -> list[Found]:
    """Find the attributions that are not already in *direct*.

    Returns:
        In text order; a cue inside a quotation or inside another content is part of what is said.
    """
    text = text_of(doc)
    taken = covered(len(text), (span for found in direct for span in found.content))
    closed = covered(len(text), (quotation.outer for quotation in quotations))
    used = {span.start for found in direct for span in found.cue}
    found: list[Found] = []
    for token in _outside_in(doc):
        start, end = token.idx, token.idx + len(token.text)
        if start in used or all(taken[start:end]) or all(closed[start:end]):
            continue
        one = (
            _between_commas(token)
            or _at_sentence_end(token)
            or _according_to(token)
            or _by_verb(token)
            or _by_noun(token)
        )
        if one is None:
            continue
        content = _whole_quotations(one.content, quotations)
        if not content or any(any(taken[piece.start : piece.end]) for piece in content):
            continue
        found.append(Found(one.source, one.cue, content))
        for piece in content:
            taken[piece.start : piece.end] = b"\1" * (piece.end - piece.start)
    free = {q.outer.start: q.outer for q in quotations if not any(taken[q.outer.start : q.outer.end])}
    return [_with_quotation_after(text, one, free) for one in found]


def _with_quotation_after(text: str, found: Found, free: dict[int, CharSpan]) -> Found:
    """Add the quotation that goes on from a paraphrase: "insisted that all is well, but “we must hurry”"."""
    link = LINKING.match(text, found.content[-1].end)
    quotation = free.get(link.end()) if link else None
    return Found(found.source, found.cue, (*found.content, quotation)) if quotation else found


def _outside_in(doc: Doc) -> Iterator[Token]:
    """Go through each sentence from its main verb inwards: what the outer verb reports may hold another one."""
    for root in doc:
        layer = [root] if root.head == root else []
        while layer:
            yield from layer
            layer = [child for token in layer for child in token.children]


def _between_commas(token: Token) -> Found | None:
    """Read "What troubled her, she said, was the silence": the sentence around belongs to what is said."""
    if token.pos_ != "VERB" or token.lemma_.lower() not in SAYING:
        return None
    subject = subject_of(token)
    if subject is None or subject.head != token:
        return None
    source = name_of(subject)
    start, end = min(source.start, token.idx), max(source.end, chars(token).end)
    text, first = token.sent.text, token.sent.start_char
    if end - start > source.end - source.start + len(token.text) + 1 or text[end - first : end - first + 1] != ",":
        return None
    if text[: start - first].rstrip()[-1:] != ",":
        return None
    after = next((inner for inner in token.sent if inner.idx > end and is_word(inner)), None)
    if after is None or after.tag_ in {"VBG", "VBN"} or after.lower_ in PARTING:
        return None
    if subject.i > token.i and heads_a_role(token.doc[after.i : token.sent.end], article=after.pos_ == "DET"):
        return None  # "…, said Jane Doe, the mayor"
    rest = [inner for inner in token.sent if not start <= inner.idx < end]
    return Found((source,), (chars(token),), pieces(token.doc, _trimmed(rest)))


def _at_sentence_end(token: Token) -> Found | None:
    """Read "…, Jane Doe, the town's mayor, tells The Post.", which parsers misread for its length."""
    if token.pos_ != "VERB" or token.lemma_.lower() not in SAYING or any(_is_content(token, c) for c in token.children):
        return None
    sentence = token.sent
    after = [inner for inner in sentence if inner.i > token.i and is_word(inner)]
    subject = subject_of(token)
    if subject is None or subject.i > token.i or len(after) > AFTER_LAST_CUE or token.dep_ == "relcl":
        return None
    source = name_of(subject)
    content = [inner for inner in sentence if inner.idx < source.start]
    if sum(map(is_word, content)) < 4 or content[-1].text not in {",", "”", '"'}:
        return None
    return Found((source,), (chars(token),), pieces(token.doc, _trimmed(content)))


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
    subject = subject_of(token) or _named_before(token)
    own = {token.i} | ({inner.i for inner in subject.subtree} if subject is not None else set())
    words = [inner for head in heads for inner in head.subtree if inner.i not in own]
    if subject is not None and all(head.i < subject.i < token.i for head in heads):
        words = [inner for inner in words if inner.idx < name_of(subject).start]  # "…, Jane Doe, the mayor, said"
    if subject is not None and all(head.i < token.i < subject.i for head in heads):
        words = [inner for inner in words if inner.i < token.i]  # "…, said Jane Doe, the mayor"
    if subject is None and token.lemma_.lower() not in {"say", "report", "announce", "allege", "claim"}:
        return None
    return Found(
        (name_of(subject),) if subject is not None else (), (chars(token),), pieces(token.doc, _trimmed(words))
    )


def _named_before(verb: Token) -> Token | None:
    """Find the person named right before *verb*, an apposition between commas passed over.

    A list or a clause in front of the name can lead the parser to hang it on the wrong word.
    """
    at = verb.i - 1
    if at > 0 and verb.doc[at].text == ",":
        at = next((i for i in range(at - 1, verb.sent.start, -1) if verb.doc[i].text == ","), 0) - 1
    if at <= verb.sent.start or verb.doc[at].ent_type_ != "PERSON":
        return None
    person = next(entity for entity in verb.doc.ents if entity.start <= at < entity.end)
    return person.root if verb.doc[person.start - 1].text == "," else None


def _is_content(verb: Token, child: Token) -> bool:
    lemma = verb.lemma_.lower()
    if child.dep_ == "ccomp":
        return lemma in CLAUSE or (lemma in OBJECT and lemma in {"call", "describe"})
    if child.dep_ == "xcomp":
        return lemma in INFINITIVE or (lemma in OBJECT and child.pos_ in {"NOUN", "ADJ", "PROPN"})
    if child.dep_ in {"dobj", *SMALL_CLAUSES}:
        return lemma in OBJECT and child.i > verb.i and not (lemma in ADDRESSING and child.ent_type_ == "PERSON")
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
        for quotation in overlapping(quotations, piece):
            start, end = min(start, quotation.outer.start), max(end, quotation.outer.end)
        if stretched and stretched[-1].end >= start:
            start = stretched.pop().start
        stretched.append(CharSpan(start, end))
    return tuple(stretched)
