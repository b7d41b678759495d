"""What is compared: a claim and the fact-checks that may be of it. Loads nothing that compares."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Reviewed:
    """What a fact-check looked at, as far as it is compared."""

    claim: str
    claimant: str
    vector: bytes = b""  # as ``embed.packed`` has it; empty: not known yet


@dataclass(frozen=True, slots=True)
class Query:
    """A claim of an article, and the fact-checks that may be of it."""

    claim: str
    context: str  # what stands around it in the article: names that it may leave out
    candidates: tuple[Reviewed, ...]
