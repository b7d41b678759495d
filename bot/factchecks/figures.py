"""Figures and dates of a short statement as numbers, so that "one in five" and "20 percent" are the same."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

Kind = Literal["number", "share", "times"]

UNITS = dict(
    zip(
        "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
        "eighteen nineteen".split(),
        range(1, 20),
        strict=True,
    )
)
TENS = dict(zip("twenty thirty forty fifty sixty seventy eighty ninety".split(), range(20, 100, 10), strict=True))
SCALES = {
    "hundred": 1e2,
    "thousand": 1e3,
    "k": 1e3,
    "million": 1e6,
    "millions": 1e6,
    "m": 1e6,
    "mn": 1e6,
    "billion": 1e9,
    "billions": 1e9,
    "bn": 1e9,
    "trillion": 1e12,
    "dozen": 12,
    "decade": 10,
    "decades": 10,
    "century": 100,
    "centuries": 100,
}
ONE_PART = {"half": 2, "third": 3, "quarter": 4, "fourth": 4, "fifth": 5, "sixth": 6, "eighth": 8, "tenth": 10}
PARTS = ONE_PART | {f"{word}s": number for word, number in ONE_PART.items()}
TIMES = {
    "double": 2.0,
    "doubles": 2.0,
    "doubled": 2.0,
    "doubling": 2.0,
    "twice": 2.0,
    "twofold": 2.0,
    "triple": 3.0,
    "triples": 3.0,
    "tripled": 3.0,
    "thrice": 3.0,
    "quadrupled": 4.0,
    "halve": 0.5,
    "halved": 0.5,
    "halving": 0.5,
}
MONTHS = "january february march april may june july august september october november december".split()
DAYS = "monday tuesday wednesday thursday friday saturday sunday".split()

WORD = re.compile(r"\d+(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?|[^\W\d_]+(?:['’][^\W\d_]+)?|[%‰]|[^\w\s]")
YEAR = re.compile(r"1[0-9]\d\d|20\d\d")

CLOSE = 0.015
"""Part of a figure by which another may differ and be the same: 67 percent is two thirds."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure; a share of 1 is all, times 2 is twice as much."""

    value: float
    kind: Kind

    def is_close(self, other: Figure) -> bool:
        """Tell whether both may be the same, one of them rounded."""
        largest = max(abs(self.value), abs(other.value))
        return self.kind == other.kind and abs(self.value - other.value) <= CLOSE * largest


@dataclass(frozen=True, slots=True)
class Figures:
    """What a statement says in figures and dates."""

    figures: tuple[Figure, ...]
    years: frozenset[str]
    months: frozenset[str]
    days: frozenset[str]  # of the week


def find_figures(text: str) -> Figures:
    """Read the figures and dates of *text*, in digits or in English words."""
    words = [word.lower() for word in WORD.findall(text.replace("-", " "))]
    figures: list[Figure] = []
    years: set[str] = set()
    at = 0
    while at < len(words):
        found, length = _read(words, at)
        if found is None and YEAR.fullmatch(words[at]) and not _is_counted(words, at):
            years.add(words[at])
        elif found:
            figures.append(found)
        at += length
    named = set(words)
    months = frozenset(month for month in MONTHS if month in named and (month != "may" or "May" in text.split()))
    return Figures(tuple(figures), frozenset(years), months, frozenset(named.intersection(DAYS)))


def _is_counted(words: list[str], at: int) -> bool:
    """Tell whether the four digits are a sum or a count: "2000 people", "£1900"."""
    return at > 0 and words[at - 1] in {"$", "£", "€"}


def _read(words: list[str], at: int) -> tuple[Figure | None, int]:
    """Return the figure that begins at *at*, if one does, and how many words are read."""
    word = words[at]
    if word in TIMES:
        return Figure(TIMES[word], "times"), 1
    if word in PARTS and not (at and words[at - 1] in {"the", "every"} and word != "half"):
        return Figure(1 / PARTS[word], "share"), 1
    if YEAR.fullmatch(word) and not _is_counted(words, at) and not _scaled(words, at + 1):
        return None, 1
    number, length = _number(words, at)
    if number is None:
        return None, 1
    rest = words[at + length :]
    if rest and rest[0] in PARTS and rest[0] != "half":  # two thirds
        return Figure(number / PARTS[rest[0]], "share"), length + 1
    if rest[:1] == ["percent"] or rest[:1] == ["%"]:
        return Figure(number / 100, "share"), length + 1
    if rest[:2] == ["per", "cent"]:
        return Figure(number / 100, "share"), length + 2
    if rest[:1] == ["times"]:
        return Figure(number, "times"), length + 1
    if divided := _out_of(words, at, number, length):
        return divided
    if number == 1 and word == "one":
        return None, 1  # more often a word than a figure
    return Figure(number, "number"), length


def _out_of(words: list[str], at: int, number: float, length: int) -> tuple[Figure, int] | None:
    """Read "one in five", "two out of three", "one applicant in thirty"."""
    for gap in range(3):
        start = at + length + gap
        for between in (["in"], ["out", "of"]):
            if words[start : start + len(between)] == between:
                whole, more = _number(words, start + len(between))
                if whole is not None and whole > number and not YEAR.fullmatch(words[start + len(between)]):
                    following = words[start + len(between) + more :][:1]
                    if following and following[0] in {"year", "years", "month", "months", "days", "hours", "weeks"}:
                        return None
                    return Figure(number / whole, "share"), length + gap + len(between) + more
    return None


def _scaled(words: list[str], at: int) -> bool:
    return at < len(words) and words[at] in SCALES


def _number(words: list[str], at: int) -> tuple[float | None, int]:
    """Return the number that begins at *at* and its length in words."""
    value: float | None = None
    length = 0
    for word in words[at:]:
        if value is None and (word[0].isdigit() or word in UNITS or word in TENS):
            value = _plain(word)
        elif value is None and word == "a" and _scaled(words, at + 1):
            value = 1.0
        elif value is not None and word in SCALES:
            value *= SCALES[word]
        elif value is not None and word in UNITS and words[at + length - 1] in TENS:
            value += UNITS[word]
        elif value is not None and word in {*UNITS, *TENS} and words[at + length - 1] in SCALES:
            value += _plain(word)
        else:
            break
        length += 1
    return value, max(length, 1)


def _plain(word: str) -> float:
    return float(UNITS.get(word) or TENS.get(word) or word.replace(",", ""))
