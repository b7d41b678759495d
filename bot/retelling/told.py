"""What is to be checked, and what came of it. Loads nothing that checks."""

from __future__ import annotations

from dataclasses import dataclass

from bot.models import CharSpan, Spans


@dataclass(frozen=True, slots=True)
class Said:
    """What the article reports somebody to say. *speaker* is how the article names him; empty: unattributed."""

    speaker: str
    content: Spans


@dataclass(frozen=True, slots=True)
class Meant:
    """Words of the article that stand for somebody or something without the name: "she", "the council"."""

    place: CharSpan
    name: str


@dataclass(frozen=True, slots=True)
class Telling:
    """A model's answer beside the article that it is to tell in other words."""

    answer: str  # a sentence a line, quotations as placeholders
    text: str
    quotations: Spans  # what the placeholders stand for, marks included
    said: tuple[Said, ...]
    meant: tuple[Meant, ...]
    most: int  # sentences


@dataclass(frozen=True, slots=True)
class Kept:
    """A sentence that the article bears out, its quotations put back, and the sentences that do so."""

    words: str
    evidence: Spans


@dataclass(frozen=True, slots=True)
class Checked:
    """The sentences that the article bears out, and why each of the others was cut, in words for the log."""

    kept: tuple[Kept, ...]
    cut: tuple[str, ...]
