"""Find what somebody is, in the article's own words: "the council's finance chief", "Sen.", "who leads the union"."""

from __future__ import annotations

import re
from collections.abc import Iterator

from spacy.tokens import Doc, Span, Token

from bot.analyse.cues import SAYING
from bot.analyse.entities import TITLES
from bot.analyse.grammar import is_word, text_of
from bot.analyse.nominals import ENDS_PHRASE, phrase_of
from bot.analyse.nouns import PERSON
from bot.models import CharSpan, Spans

POLITE = frozenset({"miss", "mr", "mrs", "ms"})
"""Titles that say nothing of what somebody is."""

AFTER_NAME = re.compile(
    r"(?:\s?(?:of|from)\s[A-Z][\w.]*(?:\s[A-Z][\w.]*)*)?(?:\s?\([^()\n]{1,20}\))?"
    r",\s(?P<role>(?P<article>(?:an?|the|his|her|its|their)\s)?[^,.;:()“”\"\n—–]{3,140}?)(?=[,.;\n]|\s[—–]|$)"
)
"""An explanation between commas after a name."""

MOST_TOKENS = 160
"""Tokens that hold all that ``AFTER_NAME`` can match."""


def find_roles(doc: Doc, text: str, mentions: Spans, nouns: frozenset[str] = PERSON) -> Spans:
    """Return the roles given at *mentions*, the one to show first: an explanation beside the name before a title.

    Args:
        doc: the article, parsed.
        text: its text, which spaCy joins anew whenever it is asked.
        mentions: where the speaker is named, the fullest first.
        nouns: what he, or it, may be.
    """
    return tuple(_roles(doc, text, mentions, nouns))


def _roles(doc: Doc, text: str, mentions: Spans, nouns: frozenset[str]) -> Iterator[CharSpan]:
    names = [span for mention in mentions if (span := doc.char_span(mention.start, mention.end)) is not None]
    for find in (_apposition, _between_commas, _before_comma):
        yield from (role for name in names if (role := find(name, nouns)))
    titles = [title for name in names if (title := _title(name, nouns))]
    yield from sorted((title for title in titles if " " in title.of(text)), key=lambda one: one.start - one.end)
    for find in (_relative_clause, _affiliation):
        yield from (role for name in names if (role := find(name, nouns)))
    yield from (title for title in titles if " " not in title.of(text))


def _apposition(name: Span, nouns: frozenset[str]) -> CharSpan | None:
    """Read "Jane Doe, the town's mayor since 2004, …"."""
    head = next((t for t in name.root.children if t.dep_ == "appos" and t.i > name.end - 1 and t.pos_ == "NOUN"), None)
    if head is None or name.doc[name.end].text != "," or head.lemma_.lower() not in nouns | {"one"}:
        return None
    return _subtree(head)


def _between_commas(name: Span, nouns: frozenset[str]) -> CharSpan | None:
    """Read the same where the parse went astray."""
    after = name.doc[name.end : name.end + MOST_TOKENS]
    match = AFTER_NAME.match(text_of(name.doc)[after.start_char : after.end_char])
    if match is None:
        return None
    start, end = match.span("role")
    span = name.doc.char_span(after.start_char + start, after.start_char + end)
    if span is None or not heads_a_role(span, nouns, article=bool(match["article"])):
        return None
    return CharSpan(span.start_char, span.end_char)


def heads_a_role(span: Span, nouns: frozenset[str] = PERSON, *, article: bool) -> bool:
    """Tell whether *span* begins with a noun phrase for a person: "chief executive of …", "a mother of four"."""
    for token in span:
        if token.lemma_.lower() in nouns:
            return True
        if token.pos_ not in {"NOUN", "PROPN", "ADJ", "PART", "PUNCT", "NUM", "DET", "PRON", "CCONJ"} and not article:
            return False
        if token.pos_ in {"VERB", "AUX", "SCONJ"} and token.dep_ != "amod":  # "the ranking member"
            return False
    return False


def _affiliation(name: Span, nouns: frozenset[str]) -> CharSpan | None:
    """Read "Jane Doe of the Harbour Trust", "the Trust’s Jane Doe": where a person belongs, if not what he is."""
    if nouns is not PERSON:
        return None
    owner = next((token for token in name.root.children if _is_of_organisation(token)), None)
    if owner is not None and owner.i < name.start and name.doc[owner.i + 1 : name.start].text in {"'s", "’s"}:
        ends = [one for one in name.doc.ents if one.start <= owner.i < one.end]
        return CharSpan(ends[0].start_char, ends[0].end_char)
    within = [token for token in name.root.children if token.lower_ in {"of", "from", "at", "with"}]
    for preposition in within:
        if preposition.i - name.end in {0, 1} and any(map(_is_of_organisation, preposition.children)):
            return _subtree(preposition)
    return None


def _is_of_organisation(token: Token) -> bool:
    return token.ent_type_ == "ORG"


def _relative_clause(name: Span, nouns: frozenset[str]) -> CharSpan | None:
    """Read "Jane Doe, who leads the union, …"."""
    clause = next((t for t in name.root.children if t.dep_ == "relcl" and t.i > name.end - 1), None)
    if clause is None:
        return None
    words = [token for token in clause.subtree if is_word(token)]
    if not words or words[0].lower_ not in {"who", "whose"} or len(words) > MOST_WORDS:
        return None
    was = clause.lemma_ == "be" and any(t.dep_ == "attr" and t.lemma_.lower() in nouns for t in clause.children)
    if clause.lemma_ in SAYING or (clause.tag_ == "VBD" and not was):  # what he did in this story is not what he is
        return None
    return CharSpan(words[0].idx, words[-1].idx + len(words[-1].text))


def _before_comma(name: Span, nouns: frozenset[str]) -> CharSpan | None:
    """Read "The council's finance chief, Jane Doe, …"."""
    doc = name.doc
    if not name.start or doc[name.start - 1].text != ",":
        return None
    noun = name.root.head
    if name.root.dep_ == "appos" and noun.pos_ == "NOUN" and noun.i < name.start and noun.lemma_.lower() in nouns:
        return phrase_of(noun).span
    first = name.start - 1
    while first > name.sent.start and doc[first - 1].text not in ENDS_PHRASE and not doc[first - 1].is_space:
        first -= 1
    words = doc[first : name.start - 1]  # where the parse went astray
    if not len(words) or any(token.pos_ in {"VERB", "AUX", "SCONJ", "PRON"} for token in words):
        return None
    if words[0].pos_ != "DET" or not any(token.lemma_.lower() in nouns for token in words):
        return None
    return CharSpan(words.start_char, words.end_char)


def _title(name: Span, nouns: frozenset[str]) -> CharSpan | None:
    """Read "Russian President Jane Doe", "council spokesman John Roe"."""
    words: list[Token] = []
    for token in reversed(name.doc[name.sent.start : name.start]):
        if not _leads_up(token, name):
            break
        if words or token.lower_.rstrip(".") not in POLITE:
            words.append(token)
    while words and (
        words[-1].pos_ in {"DET", "PUNCT", "ADP", "CCONJ", "PRON"} or words[-1].lower_ in {"the", "a", "an"}
    ):
        words.pop()
    at = next((token for token in words if token.lower_ == "of"), None)  # "Secretary of State"
    head = at.head if at is not None else words[0] if words else None
    if words and words[0].text.endswith(".") and any(token.lemma_.lower() in nouns for token in words[1:]):
        words.pop(0)  # "panel chairman Rep." says it twice
    if head is None or not words or not (head.lemma_.lower() in nouns or head.lower_.rstrip(".") in TITLES):
        return None
    return CharSpan(words[-1].idx, words[0].idx + len(words[0].text))


def _leads_up(token: Token, name: Span) -> bool:
    retired = token.tag_ in {"VBN", "VBD", "VBG"} and token.dep_ == "amod"
    office = token.lower_ == "of" and token.head.i == token.i - 1 and token.head.pos_ == "PROPN"
    known = token.pos_ in {"NOUN", "PROPN", "ADJ", "PUNCT", "PART"} or retired or office
    if not known or token.text in {
        ",",
        "“",
        '"',
        "(",
        "—",
        ":",
        "”",
    }:
        return False
    return token.head.i < name.end and (name.root in {token, *token.ancestors} or token.pos_ == "PROPN")


MOST_WORDS = 25
"""Words that a role may have. A guess: more is a story of its own."""


def _subtree(head: Token) -> CharSpan | None:
    words = list(head.subtree)
    aside = (
        n
        for n, word in enumerate(words[1:], 1)
        if words[n - 1].text == "," and word.lower_ in {"which", "who", "whose"}
    )
    words = words[: next(aside, len(words))]
    while words and not is_word(words[-1]):
        words.pop()
    if not words or sum(map(is_word, words)) > MOST_WORDS:
        return None
    return CharSpan(words[0].idx, words[-1].idx + len(words[-1].text))
