"""Briefs of one story, side by side: who is quoted where, what was made of his words, which figures do not agree.

Words decide, compared without case, accents and punctuation; nothing here says which version is right.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from itertools import combinations

from bot.brief import Brief, ClaimCard, Quote, SpeakerCard
from bot.extract.origin import is_same_story, resemblance
from bot.wording import speaking

LEAST_WORDS = 4
"""Words from which a sentence is compared. A guess: shorter ones are in any two stories."""

SAME_SENTENCE = 0.6
"""Share of the shorter one's words, in the same order, from which two quoted sentences are one. A guess."""

OWN_WORDS = 8
"""Words from which a quoted sentence is not said alike twice. A guess: "Thank you very much" is shorter."""

SAME_STATEMENT = 0.5
"""Share of both sentences' telling words that they have in common, where they are about the same. A guess."""

TOLD = 0.6
"""Share of a claim's telling words that one sentence of another version has, where that tells it too. A guess."""

SENTENCE_END = re.compile(r"(?<=[.!?])[\"”’»)]*\s+(?=[\"“‘«(]*[^\W\d_a-z]|\d)")
"""Good enough to lay beside each other: an abbreviation makes two sentences of one, in both versions."""

WORD = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]+(?:['’][^\W\d_]+)*")

NUMBERS = {
    word: str(number)
    for number, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
        "seventeen eighteen nineteen twenty".split()
    )
}
DAYS = frozenset("monday tuesday wednesday thursday friday saturday sunday".split())
MONTHS = frozenset(
    "january february march april june july august september october november december".split()  # "may" is a verb
)
UNTELLING = frozenset(
    "a about after all also an and are as at be been but by did do for from had has have he her his i if in into is it "
    "its more most no not of on one or our out over said say says she so that the their them there they this to up was "
    "we were what when which who will with would you".split()
)


class Change(StrEnum):
    """What became of a quoted sentence between two versions."""

    ALTERED = "altered"
    SHORTENED = "shortened"
    LEFT_OUT = "left out"
    REASSIGNED = "another speaker"


@dataclass(frozen=True, slots=True)
class Piece:
    """Words of a word diff: in both versions, or in one of them."""

    text: str
    version: int | None  # None: in both


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands: which version, and there under what id; with its words."""

    version: int
    ref: str  # "q3", "c1"
    text: str
    speaker: str | None = None


@dataclass(frozen=True, slots=True)
class Wording:
    """A quoted sentence that two versions do not give alike."""

    change: Change
    first: Place
    second: Place | None  # None: left out there
    without: int | None  # the version that leaves it out
    pieces: tuple[Piece, ...] = ()


@dataclass(frozen=True, slots=True)
class Voice:
    """Somebody who speaks in at least one version: how often in each."""

    name: str
    quotes: tuple[int, ...]
    refs: tuple[str | None, ...]  # his first quote in each


@dataclass(frozen=True, slots=True)
class Disagreement:
    """Two sentences on the same thing with different figures or days."""

    first: Place
    second: Place
    numbers: tuple[tuple[str, ...], tuple[str, ...]]  # what each has and the other has not


@dataclass(frozen=True, slots=True)
class Kinship:
    """Two versions whose texts share much, and what share, in [0, 1]."""

    first: int
    second: int
    share: float


@dataclass(frozen=True, slots=True)
class Comparison:
    """What two or more briefs have in common and what not. Versions are named by their place in the order given."""

    voices: tuple[Voice, ...]
    wordings: tuple[Wording, ...]
    disagreements: tuple[Disagreement, ...]
    only: tuple[tuple[ClaimCard, ...], ...]  # for each version its claims that no other tells
    kinships: tuple[Kinship, ...]


def compare(briefs: Sequence[Brief]) -> Comparison:
    """Lay *briefs* side by side.

    Raises:
        ValueError: there are fewer than two.
    """
    if len(briefs) < 2:
        raise ValueError("one brief alone cannot be compared")
    pairs = list(combinations(range(len(briefs)), 2))
    return Comparison(
        voices=tuple(find_voices(briefs)),
        wordings=tuple(wording for one, other in pairs for wording in find_wordings(briefs, one, other)),
        disagreements=tuple(found for one, other in pairs for found in find_disagreements(briefs, one, other)),
        only=tuple(tuple(find_only(briefs, one)) for one in range(len(briefs))),
        kinships=tuple(
            Kinship(one, other, resemblance(first, second))
            for one, other in pairs
            if (first := briefs[one].article.fingerprint)
            and (second := briefs[other].article.fingerprint)
            and is_same_story(first, second)
        ),
    )


# Who ------------------------------------------------------------------------------------------------------


def find_voices(briefs: Sequence[Brief]) -> Iterator[Voice]:
    """Yield everybody who speaks, with his quotes in each version, the most widely quoted first.

    "Holt" is "Maren Holt" of another version where only one there has a name that ends so.
    """
    rows: list[list[SpeakerCard | None]] = []
    for version, brief in enumerate(briefs):
        for speaker in speaking(brief):
            row = _row_of(rows, speaker, version)
            if row is None:
                rows.append([None] * len(briefs))
                row = rows[-1]
            row[version] = speaker
    rows.sort(key=lambda row: -sum(speaker is not None for speaker in row))
    for row in rows:
        names = [speaker.name for speaker in row if speaker]
        yield Voice(
            name=max(names, key=len),
            quotes=tuple(len(speaker.quotes) if speaker else 0 for speaker in row),
            refs=tuple(speaker.quotes[0] if speaker else None for speaker in row),
        )


def _row_of(
    rows: Sequence[list[SpeakerCard | None]], speaker: SpeakerCard, version: int
) -> list[SpeakerCard | None] | None:
    free = [row for row in rows if row[version] is None]
    found = [row for row in free if any(one and is_same_name(one.name, speaker.name) for one in row)]
    return found[0] if len(found) == 1 else None


def is_same_name(one: str, other: str) -> bool:
    """Tell whether the shorter of two names is how the longer one ends: "Holt", "Maren Holt"."""
    first, second = fold(one), fold(other)
    short, long = sorted((first, second), key=len)
    return bool(short) and long[len(long) - len(short) :] == short


# Quotations -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Sentence:
    quote: Quote
    text: str
    words: tuple[str, ...]
    speaker: str | None


def find_wordings(briefs: Sequence[Brief], one: int, other: int) -> Iterator[Wording]:
    """Yield the quoted sentences that versions *one* and *other* do not give alike.

    What only one of them quotes at all is no change: a sentence counts as left out where the other version has
    another sentence of the same quotation.
    """
    first, second = list(_quoted(briefs[one])), list(_quoted(briefs[other]))
    pairs = _paired(first, second)
    for mine, theirs in pairs:
        yield from _wording(mine, theirs, one, other)
    for mine_at, their_at, quoted, side in ((one, other, first, 0), (other, one, second, 1)):
        text = " ".join(fold(briefs[their_at].article.text))
        matched = [pair[side] for pair in pairs]
        shared = {sentence.quote.id for sentence in matched}
        for sentence in quoted:
            if sentence not in matched and sentence.quote.id in shared and " ".join(sentence.words) not in text:
                yield Wording(Change.LEFT_OUT, _place(sentence, mine_at), None, their_at)


def shared_quotation(one: Brief, other: Brief) -> bool:
    """Tell whether both have a quoted sentence of at least ``OWN_WORDS`` words in common."""
    sayings = [
        {sentence.words for sentence in _quoted(brief) if len(sentence.words) >= OWN_WORDS} for brief in (one, other)
    ]
    return not sayings[0].isdisjoint(sayings[1])


def _quoted(brief: Brief) -> Iterator[_Sentence]:
    for quote in brief.quotes:
        speaker = brief.speaker(quote.speaker)
        for passage in quote.quoted:
            for text in sentences(passage.text):
                if len(words := tuple(fold(text))) >= LEAST_WORDS:
                    yield _Sentence(quote, text, words, speaker.name if speaker else None)


def _paired(first: Sequence[_Sentence], second: Sequence[_Sentence]) -> list[tuple[_Sentence, _Sentence]]:
    """Pair what is one sentence in both, the most alike first, each once."""
    scored = [
        (score, at, to)
        for at, mine in enumerate(first)
        for to, theirs in enumerate(second)
        if (score := _likeness(mine.words, theirs.words)) >= SAME_SENTENCE
    ]
    pairs, left, right = [], set[int](), set[int]()
    for _, at, to in sorted(scored, key=lambda one: (-one[0], one[1], one[2])):
        if at not in left and to not in right:
            left.add(at)
            right.add(to)
            pairs.append((at, to))
    return [(first[at], second[to]) for at, to in sorted(pairs)]


def _likeness(one: Sequence[str], other: Sequence[str]) -> float:
    short = min(len(one), len(other))
    if len(set(one) & set(other)) < SAME_SENTENCE * min(len(set(one)), len(set(other))) / 2:
        return 0.0  # comparing the order of words takes much longer than comparing the words
    blocks = SequenceMatcher(None, one, other, autojunk=False).get_matching_blocks()
    return sum(block.size for block in blocks) / short


def _wording(mine: _Sentence, theirs: _Sentence, one: int, other: int) -> Iterator[Wording]:
    places = _place(mine, one), _place(theirs, other)
    if mine.words != theirs.words:
        steps = {step for step, *_ in SequenceMatcher(None, mine.words, theirs.words, autojunk=False).get_opcodes()}
        change = Change.SHORTENED if len(steps - {"equal"}) == 1 and "replace" not in steps else Change.ALTERED
        yield Wording(change, *places, None, tuple(diff(mine.text, theirs.text, one, other)))
    if mine.speaker and theirs.speaker and not is_same_name(mine.speaker, theirs.speaker):
        yield Wording(Change.REASSIGNED, *places, None)


def diff(first: str, second: str, one: int, other: int) -> Iterator[Piece]:
    """Yield the words of both texts in order; what differs in case and punctuation alone is in both."""
    left, right = first.split(), second.split()
    mine, theirs = [["".join(fold(word)) for word in words] for words in (left, right)]
    for step, a, b, c, d in SequenceMatcher(None, mine, theirs, autojunk=False).get_opcodes():
        if step == "equal":
            yield Piece(" ".join(left[a:b]), None)
            continue
        if a < b:
            yield Piece(" ".join(left[a:b]), one)
        if c < d:
            yield Piece(" ".join(right[c:d]), other)


def _place(sentence: _Sentence, version: int) -> Place:
    return Place(version, sentence.quote.id, sentence.text, sentence.speaker)


# Figures and claims ---------------------------------------------------------------------------------------


def find_disagreements(briefs: Sequence[Brief], one: int, other: int) -> Iterator[Disagreement]:
    """Yield sentences of two versions that tell the same with different figures or days."""
    theirs = [(text, telling(text), figures(text)) for text in _with_figures(briefs[other])]
    for text in _with_figures(briefs[one]):
        words, numbers = telling(text), figures(text)
        best = max(theirs, key=lambda their: _overlap(words, their[1]), default=None)
        if best is None or _overlap(words, best[1]) < SAME_STATEMENT:
            continue
        their_text, _, their_numbers = best
        mine_alone, theirs_alone = numbers - their_numbers, their_numbers - numbers
        if mine_alone and theirs_alone:
            yield Disagreement(
                Place(one, "", text),
                Place(other, "", their_text),
                (tuple(sorted(mine_alone)), tuple(sorted(theirs_alone))),
            )


def find_only(briefs: Sequence[Brief], version: int) -> Iterator[ClaimCard]:
    """Yield the claims of one version that no sentence of another tells."""
    told = [telling(text) for at, brief in enumerate(briefs) if at != version for text in _sentences(brief)]
    for claim in briefs[version].claims:
        words = telling(" ".join(passage.text for passage in claim.content))
        if words and not any(len(words & sentence) >= TOLD * len(words) for sentence in told):
            yield claim


def _with_figures(brief: Brief) -> Iterator[str]:
    return (text for text in _sentences(brief) if figures(text))


def _sentences(brief: Brief) -> Iterator[str]:
    for paragraph in brief.article.text.split("\n"):
        yield from sentences(paragraph)


def _overlap(one: frozenset[str], other: frozenset[str]) -> float:
    return len(one & other) / len(one | other) if len(one & other) >= LEAST_WORDS else 0.0


# Words ----------------------------------------------------------------------------------------------------


def sentences(text: str) -> list[str]:
    """Part *text* at full stops, question and exclamation marks."""
    return [piece.strip() for piece in SENTENCE_END.split(text) if piece.strip()]


def fold(text: str) -> list[str]:
    """Return the words of *text* without case, accents and punctuation; "1,200" is "1200"."""
    bare = "".join(char for char in unicodedata.normalize("NFKD", text) if not unicodedata.combining(char))
    return [
        word.replace(",", "") if word[0].isdigit() else re.sub("['’]s?$", "", word.casefold()).replace("’", "'")
        for word in WORD.findall(bare)
    ]


def figures(text: str) -> frozenset[str]:
    """Return the numbers, weekdays and months in *text*, each in one form."""
    found = (NUMBERS.get(word, word) for word in fold(text))
    return frozenset(word for word in found if word[0].isdigit() or word in DAYS or word in MONTHS)


def telling(text: str) -> frozenset[str]:
    """Return the words of *text* that tell what it is about: neither figures nor words of every sentence."""
    return frozenset(
        word
        for word in fold(text)
        if word not in UNTELLING and word not in NUMBERS and word not in DAYS | MONTHS and not word[0].isdigit()
    )
