"""Which way a statement points: what it negates, and which of two opposites it says.

Similarity does not see it: "crime has doubled" and "crime has halved" are neighbours to it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from spacy.tokens import Doc, Token

TRANSFER = "transfer"

NEGATORS = frozenset(
    "not n't n’t no never none nobody nothing neither nor nowhere without cannot hardly unable".split()
)

AXES = {
    "amount": "more most many high higher highest large larger largest big bigger biggest great greater greatest above"
    " exceed outnumber outpace fast faster fastest quick rapid frequently often oldest older"
    " / less least few fewer fewest low lower lowest small smaller smallest below slow slower slowest rarely youngest"
    " younger",
    "change": "rise raise increase grow gain climb up double triple soar expand surge jump add boost hike"
    " / fall cut decrease shrink lose drop decline down halve reduce slash plunge slump",
    "burden": "cost / save bring create earn",
    TRANSFER: "give sell pay export send provide / receive buy accept take import",
    "stance": "support favour favor back endorse approve pass / against oppose reject",
    "leave": "allow legal legalise legalize permit lawful / forbid ban illegal outlaw prohibit unlawful bar",
    "go_on": "start begin launch / stop end cease quit",
    "open": "open reopen / close shut",
    "keep": "keep retain preserve / abolish scrap axe discard",
    "make": "build create construct found hire recruit appoint / demolish destroy dismiss fire sack",
    "truth": "true real genuine confirm / false fake hoax deny untrue",
    "win": "win / lose",
    "cause": "cause trigger give lead / prevent protect cure avert",
    "include": "include contain / omit exclude missing",
    "work": "employ job / unemployed jobless unemployment",
    "safety": "safe safety / dangerous unsafe danger",
    "health": "healthy healthiest / sick sickest",
    "wealth": "rich richest wealthy / poor poorest",
    "clean": "clean cleanest cleaner / dirty dirtiest dirtier",
    "heat": "hot hottest warm warmest warmer hotter / cold coldest cool colder",
    "quality": "good better best / bad worse worst",
    "price": "expensive dear costly / cheap cheapest cheaper",
    "noise": "noisy noisiest noisier / quiet quietest quieter",
    "weather": "sunny sunniest sunnier dry driest / rainy rainiest wet wettest",
    "arms": "armed / unarmed",
    "owner": "private / public",
    "order": "before / after",
    "balance": "surplus profit / deficit loss",
    "guilt": "guilty convict / innocent acquit",
    "place": "here / abroad",
    "punctual": "punctual punctually on_time / late delayed",
    "admit": "admit / reject refuse",
    "release": "release free / imprison jail detain",
    "own": "own / sell",
    "find": "find / discard",
    "attract": "attract / repel keep_away keep_off",
    "approval": "approve / recall withdraw",
    "life": "survive rescue / die kill",
}
"""Opposites: words that say the one, a stroke, words that say the other. Lemmas or forms; made by hand."""

MINUS_NEGATES = frozenset({"leave", "go_on", "work", "include"})
"""Axes whose second side says "not" by itself: what is forbidden may not be done, what is missing is not there."""

PHRASES = {
    ("leave", "out"): ("include", -1),
    ("do", "away"): ("keep", -1),
    ("vote", "for"): ("stance", 1),
    ("on", "time"): ("punctual", 1),
}
"""Two words that follow each other, of which neither says it alone."""

NOT_MEANT = {("end", "up"), ("close", "to"), ("back", "to")}
"""Two words of which the first does not say what it says alone."""

SIDES: dict[str, dict[str, int]] = {}
for _axis, _words in AXES.items():
    for _sign, _side in zip((1, -1), _words.split(" / "), strict=True):
        for _word in _side.split():
            SIDES.setdefault(_word, {}).setdefault(_axis, _sign)


@dataclass(frozen=True, slots=True)
class Polarity:
    """What a statement negates, and on which sides of which opposites it stands."""

    negators: int
    sides: dict[str, int]  # by axis: 1 or -1


def find_polarity(doc: Doc) -> Polarity:
    """Read it off the words of *doc*, which needs lemmas and a parse."""
    sides: dict[str, int] = {}
    for token in doc:
        for axis, sign in sides_of(token):
            sides.setdefault(axis, sign)
    return Polarity(sum(map(negates, doc)), sides)


def turns_between(one: Polarity, other: Polarity) -> int:
    """Count how often two statements on the same matter are turned against each other; odd: they contradict.

    Each negation turns a statement round, and so does an opposite word; two of these together say the same again.
    ``TRANSFER`` is not counted: whether giving is the opposite of taking depends on who does it.
    """
    shared = one.sides.keys() & other.sides.keys() - {TRANSFER}
    turns = one.negators + other.negators
    turns += sum(one.sides[axis] != other.sides[axis] for axis in shared)
    return turns + sum((one.sides.get(axis) == -1) + (other.sides.get(axis) == -1) for axis in MINUS_NEGATES - shared)


def sides_of(token: Token) -> Iterator[tuple[str, int]]:
    """Yield each opposition that *token* takes a side in, and the side."""
    lemma = token.lemma_.lower()
    following = token.nbor(1).lower_ if token.i + 1 < len(token.doc) else ""
    if side := PHRASES.get((lemma, following)):
        yield side
    elif (lemma, following) not in NOT_MEANT:
        yield from (SIDES.get(token.lower_) or SIDES.get(lemma) or {}).items()


def negates(token: Token) -> bool:
    """Tell whether *token* turns its statement round.

    "No town is older than …" is a superlative and denies nothing, nor does "not only".
    """
    following = token.doc[token.i + 1 :]
    if token.lower_ not in NEGATORS or (following and following[0].lower_ in {"only", "just"}):
        return False
    compares = any(word.lower_ in {"than", "as", "but"} for word in following)
    return not (compares and token.lower_ == "no" and token.head.dep_ in {"nsubj", "nsubjpass"})
