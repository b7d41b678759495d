"""Whether two statements claim the same: what similarity misses is looked at by figures, names, opposites and roles.

Every check looks for a reason why they differ; none of them can make two statements the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from spacy.tokens import Doc, Token

from bot.factchecks.figures import DAYS, MONTHS, Figures, find_figures
from bot.factchecks.polarity import TRANSFER, Polarity, find_polarity, sides_of, turns_between

TITLES = frozenset(
    "actor actress admiral alderman ambassador bishop chancellor commissioner congressman congresswoman councillor "
    "count deputy doctor dr duke father general goalkeeper governor judge king lady lord mayor minister miss mr mrs ms "
    "premier president prime prince princess professor queen reverend senator singer sir speaker tycoon author "
    "footballer st the county city town state party".split()
)
"""Words with a capital that do not tell one from another of the name."""

LIGHT = frozenset(
    "be have do make go get take put come see keep let give become want intend plan remain accord owe "
    "new single whole entire overall additional total current all".split()
)
"""Verbs and adjectives that say little by themselves."""

REPORTING = frozenset("say tell claim warn write report complain boast post add admit argue allege recall".split())

MEASURES = frozenset(
    "percent per cent percentage million billion thousand hundred half halves third thirds quarter quarters fifth "
    "fifths tenth crown crowns pound pounds dollar dollars euro euros m bn mn people person decade decades year years "
    "month months day days number twice double".split()
)
"""Words around figures, which are compared as figures."""

WORD = re.compile(r"[^\W_]+")

SAME_NAME = 0.7
"""Part of the shorter of two words that they must begin with to be one name: Vandria, Vandrians. A guess."""

SUBJECTS = frozenset({"nsubj", "nsubjpass", "csubj"})
PLACED = frozenset({"NOUN", "PROPN", "PRON", "ADJ", "VERB"})
PREDICATES = frozenset({"ROOT", "ccomp", "relcl", "acl", "advcl", "conj", "parataxis"})


@dataclass(frozen=True, slots=True)
class Statement:
    """A parsed statement and what is compared of it."""

    doc: Doc
    figures: Figures
    polarity: Polarity
    words: frozenset[str]  # all, folded
    names: tuple[frozenset[str], ...]  # the words of each, folded, titles left out
    places: dict[str, str]  # by lemma: "doer", "done to" or "standard", of what it says
    things: tuple[Token, ...]  # nouns and adjectives that are no names
    deeds: tuple[Token, ...]  # verbs that say something


def read_statement(doc: Doc) -> Statement:
    """Take out of *doc*, one parsed statement, what ``difference`` compares."""
    names = tuple(_names(doc))
    return Statement(
        doc=doc,
        figures=find_figures(doc.text),
        polarity=find_polarity(doc),
        words=frozenset(_folded(doc.text)),
        names=names,
        places=_places(doc),
        things=tuple(_telling(doc, {"NOUN", "PROPN", "ADJ"}, names)),
        deeds=tuple(_telling(doc, {"VERB"}, names)),
    )


def difference(
    claim: Statement, review: Statement, *, around_claim: frozenset[str], around_review: frozenset[str]
) -> str | None:
    """Return why *claim* and the reviewed claim *review* are not the same; None where nothing speaks against it.

    Args:
        claim: from the article.
        review: from the fact-check.
        around_claim: words (see ``words_of``) that the article has around it, and that it may leave out itself.
        around_review: the same for the fact-check: who made the claim that it looked at.
    """
    if _figures_differ(claim.figures, review.figures):
        return "figure"
    if _dates_differ(claim.figures, review.figures):
        return "date"
    if _unknown_name(claim, review, around_review) or _unknown_name(review, claim, around_claim | around_review):
        return "name"
    if contradict(claim, review):
        return "opposite"
    return None


def words_of(text: str) -> frozenset[str]:
    """Return the words of *text*, folded, as ``difference`` takes them."""
    return frozenset(_folded(text))


# Figures and dates ----------------------------------------------------------------------------------------


def _figures_differ(claim: Figures, review: Figures) -> bool:
    """Tell whether the review has a figure that the claim has not, or only the claim has figures."""
    if not review.figures:
        return bool(claim.figures)
    return not all(any(one.is_close(other) for other in claim.figures) for one in review.figures)


def _dates_differ(claim: Figures, review: Figures) -> bool:
    """Tell whether the review has a year that the claim has not, or both name other years, months or days."""
    if review.years - claim.years:
        return True
    pairs = ((claim.years, review.years), (claim.months, review.months), (claim.days, review.days))
    return any(one and other and not one & other for one, other in pairs)


# Names ----------------------------------------------------------------------------------------------------


def _unknown_name(one: Statement, other: Statement, context: frozenset[str]) -> bool:
    """Tell whether *one* names somebody or something that is nowhere in *other* nor in *context*."""
    known = other.words | context
    for name in one.names:
        missing = {word for word in name if not _is_known(word, known)}
        if missing and not _is_shortened(name, missing, other):
            return True
    return False


def _is_shortened(name: frozenset[str], missing: set[str], other: Statement) -> bool:
    """Tell whether *other* has a shorter form of *name*: "Holt" for "Maren Holt", and no other Holt."""
    present = name - missing
    same = [one for one in other.names if one & present]
    return bool(same) and all(one <= name for one in same)


def _is_known(word: str, known: frozenset[str]) -> bool:
    return word in known or any(_is_one_name(word, one) for one in known)


def _is_one_name(one: str, other: str) -> bool:
    """Tell whether two words are forms of one name: Tessaly and Tessalian, Wexmoor and Wexmoor's."""
    shorter, longer = sorted((one, other), key=len)
    if len(shorter) < 4:
        return False
    shared = next((at for at, (a, b) in enumerate(zip(shorter, longer, strict=False)) if a != b), len(shorter))
    return shared >= 4 and shared >= SAME_NAME * len(shorter) and len(longer) - shared <= 4


def _names(doc: Doc) -> Iterator[frozenset[str]]:
    """Yield the names in *doc*: runs of words with a capital, but for a first word that is none."""
    run: list[Token] = []
    for token in [*doc, None]:
        if token is not None and _is_name(token):
            run.append(token)
            continue
        words = frozenset(word for part in run for word in _folded(part.text) if word not in TITLES)
        if words:
            yield words
        run = []


def _is_name(token: Token) -> bool:
    if not token.text[0].isupper() or token.like_num or token.lower_ in {*DAYS, *MONTHS}:
        return False
    first = token.i == 0 or token.nbor(-1).text in {":", "“", '"'}
    return token.pos_ == "PROPN" if first else token.pos_ in {"PROPN", "NOUN", "ADJ", "VERB", "X"} or token.is_oov


def _folded(text: str) -> Iterator[str]:
    for word in WORD.findall(text.replace("’", "'").replace("'s", " ")):
        yield word.lower()


# What is told -----------------------------------------------------------------------------------------------


def unmatched(tokens: Sequence[Token], other: Statement, context: frozenset[str]) -> list[str]:
    """Return the lemmas of those *tokens* for which *other* has no word of the same stem or on the same side."""
    known = other.words | context | {token.lemma_.lower() for token in other.doc}
    return [
        token.lemma_.lower()
        for token in tokens
        if not (
            _is_known(token.lemma_.lower(), known)
            or any(other.polarity.sides.get(axis) is not None for axis, _ in sides_of(token))
        )
    ]


def _telling(doc: Doc, parts: set[str], names: tuple[frozenset[str], ...]) -> Iterator[Token]:
    """Yield the words of *doc* that are of *parts* of speech and say something by themselves."""
    named = frozenset().union(*names)
    aside = _attribution(doc)
    for token in doc:
        if token.pos_ not in parts or token in aside or token.is_stop or token.like_num:
            continue
        if token.lower_ in named or token.lower_ in MEASURES or token.lower_ in TITLES or not token.is_alpha:
            continue
        if token.lemma_.lower() in LIGHT:
            continue
        yield token


def _attribution(doc: Doc) -> set[Token]:
    """Return the words that only say who says it: "the message says", "according to the blog"."""
    aside: set[Token] = set()
    for token in doc:
        if token.lemma_.lower() in REPORTING and token.pos_ == "VERB":
            aside.add(token)
            for child in token.children:
                if child.dep_ in SUBJECTS:
                    aside.update(child.subtree)
        if token.lower_ == "according":
            aside.update(token.subtree)
    return aside


# Opposites and roles --------------------------------------------------------------------------------------


def contradict(claim: Statement, review: Statement) -> bool:
    """Tell whether one of two statements on the same matter denies the other, or has the parts given otherwise."""
    turns = turns_between(claim.polarity, review.polarity)
    swapped = _swapped(claim, review)
    transfers = claim.polarity.sides.get(TRANSFER), review.polarity.sides.get(TRANSFER)
    if None not in transfers and transfers[0] != transfers[1] and swapped is not None:
        turns += 1
    return (turns + bool(swapped)) % 2 == 1


def _swapped(claim: Statement, review: Statement) -> bool | None:
    """Tell whether those who do, or are compared, have changed places; None where they cannot be told."""
    shared = [lemma for lemma in claim.places if lemma in review.places]
    same = [lemma for lemma in shared if claim.places[lemma] == review.places[lemma]]
    moved = {(claim.places[lemma], review.places[lemma]) for lemma in shared if lemma not in same}
    if any((there, here) in moved for here, there in moved):
        return True
    return False if same else None


def _places(doc: Doc) -> dict[str, str]:
    """Return where each word stands: in what does something, in what it is done to, behind "than", in none of these.

    A word that stands in two places is left out.
    """
    places: dict[str, set[str]] = {}
    for token in doc:
        if token.pos_ in PLACED and token.lower_ not in LIGHT and not (token.lower_ in TITLES and token.is_title):
            places.setdefault(token.lemma_.lower(), set()).add(_place(token))
    return {lemma: next(iter(found)) for lemma, found in places.items() if len(found) == 1}


def _place(token: Token) -> str:
    """Return the place of the phrase that *token* belongs to."""
    below = token
    for word in (token, *token.ancestors):
        if word.lower_ == "than":
            return "standard"
        if word.dep_ in SUBJECTS:
            passive = word.dep_ == "nsubjpass" or any(child.dep_ == "auxpass" for child in word.head.children)
            return _compared(word, below) or ("done to" if passive else "doer")
        if word.dep_ == "agent" or (word.lower_ == "by" and word.head.pos_ == "VERB"):
            return "doer"
        if word.dep_ in {"dobj", "dative", "attr"} or (word.dep_ == "prep" and word.head.pos_ in {"VERB", "AUX"}):
            return "done to"
        if word.dep_ in PREDICATES:
            return "main"
        below = word
    return "main"


def _compared(subject: Token, below: Token) -> str | None:
    """Return "standard" where *subject* is that of what stands behind "than": "than Wexmoor does"."""
    behind = [word.lower_ for word in subject.head.lefts]
    return "standard" if "than" in behind and below.i >= subject.left_edge.i else None
