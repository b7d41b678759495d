"""What a noun phrase says of whom it means: its head, what sets it apart, and which nouns may stand for one another.

"The study" is the survey named before; "a New York judge" in the lead is the judge named further down.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from spacy.tokens import Doc, Token

from bot.analyse.grammar import is_word
from bot.models import CharSpan

ALIKE = tuple(
    frozenset(words.split())
    for words in (
        "attorney counsel lawyer",
        "judge justice",
        "candidate contender nominee",
        "spokesman spokesperson spokeswoman",
        "chair chairman chairperson chairwoman head",
        "congressman congresswoman lawmaker legislator representative senator",
        "doctor physician",
        "prime-minister premier",
        "adviser advisor aide",
        "commission committee panel",
        "company corporation firm",
        "newspaper paper",
        "site website",
        "agency bureau department",
        "poll survey",
        "analysis report research study survey",
        "book memoir",
        "brief filing motion submission",
        "complaint lawsuit suit",
        "announcement release statement",
        "e-mail email message",
    )
)
"""Nouns by which newspapers call the same person or thing, for variety."""

PLAIN = frozenset(
    "a an another any each every first last latest new old one other own past previous recent same second such that "
    "the their these this those her his its our my your who whose".split()
)
"""Words before a noun that do not set one apart from another."""

DEFINITE = frozenset("the this that these those his her its their".split())
ENDS_PHRASE = frozenset({",", ";", ":", "(", "[", "–", "—", "--", "“", "”", '"', "…"})
LONGEST_PHRASE = 24
"""Tokens that a speaker's own words may have. A guess: longer ones are misread sentences."""


def alike(noun: str, other: str) -> bool:
    """Tell whether the nouns, both lemmas, may stand for one another."""
    return noun == other or any(noun in group and other in group for group in ALIKE)


@dataclass(frozen=True)
class Phrase:
    """A noun phrase, from its first word to where a comma or a dash ends it."""

    head: Token
    first: int  # tokens, end exclusive
    end: int

    @cached_property
    def span(self) -> CharSpan:
        """Where it stands."""
        last = self.head.doc[self.end - 1]
        return CharSpan(self.head.doc[self.first].idx, last.idx + len(last.text))

    @cached_property
    def lemma(self) -> str:
        """Its head, as dictionaries have it."""
        return self.head.lemma_.lower()

    @cached_property
    def modifiers(self) -> frozenset[str]:
        """The words that set it apart, in lower case."""
        words = (token for token in self.head.doc[self.first : self.end] if is_word(token) and token.i != self.head.i)
        return frozenset(token.lower_ for token in words if not token.is_stop and token.lower_ not in PLAIN)

    @cached_property
    def names(self) -> frozenset[str]:
        """The proper nouns in it, in lower case."""
        return frozenset(token.lower_ for token in self.head.doc[self.first : self.end] if token.pos_ == "PROPN")

    @property
    def is_definite(self) -> bool:
        """Whether it begins as what is known already does."""
        return self.head.doc[self.first].lower_ in DEFINITE

    @property
    def is_plural(self) -> bool:
        """Whether it means several."""
        return self.head.tag_ in {"NNS", "NNPS"}


def phrase_of(head: Token) -> Phrase:
    """Return the noun phrase around *head*."""
    doc, first, end = head.doc, head.left_edge.i, head.right_edge.i + 1
    for at in range(head.i - 1, first - 1, -1):
        if doc[at].text in ENDS_PHRASE or doc[at].is_space:
            first = at + 1
            break
    clauses = [child.left_edge.i for child in head.children if child.dep_ in {"relcl", "appos"} and child.i > head.i]
    for at in range(head.i + 1, end):
        if doc[at].text in ENDS_PHRASE or doc[at].is_space or at in clauses:
            end = at
            break
    while end > head.i + 1 and not is_word(doc[end - 1]):
        end -= 1
    return Phrase(head, first, end)


LETTERS = frozenset({"e-mail", "email", "letter", "memo", "message", "petition"})
"""What is told apart by whom it goes to."""


def addressed(phrase: Phrase) -> Phrase:
    """Return *phrase* with whom a letter goes to, which the parse hangs on the verb: "sent a letter to the board"."""
    doc, to = phrase.head.doc, phrase.head.i + 1
    if phrase.lemma not in LETTERS or phrase.end != to or to == len(doc) or doc[to].lower_ != "to":
        return phrase
    board = next((child for child in doc[to].children if child.dep_ == "pobj"), None)
    return phrase if board is None else Phrase(phrase.head, phrase.first, phrase_of(board).end)


Heads = Mapping[str, Sequence[Token]]
"""The heads of a text's noun phrases by their lemma, each in text order."""


def heads_of(doc: Doc) -> Heads:
    """Return the heads of all noun phrases of *doc*."""
    heads: dict[str, list[Token]] = defaultdict(list)
    for token in doc:
        if token.pos_ in {"NOUN", "PROPN"} and token.dep_ != "compound":
            heads[token.lemma_.lower()].append(token)
    return heads


def phrases_like(heads: Heads, lemma: str) -> list[Phrase]:
    """Return the noun phrases, in text order, whose head may stand for *lemma*."""
    found = [token for other, tokens in heads.items() if alike(other, lemma) for token in tokens]
    return [addressed(phrase_of(token)) for token in sorted(found, key=lambda token: token.i)]
