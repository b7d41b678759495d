"""Fact-checks that were never published, of claims that nobody made: 310 of them, with what an article may say.

``singles.txt`` has claims written one by one, ``templates.txt`` claims by the row. Half of the blocks of each choose
the threshold ("choose"), the other half only reports ("report"); no block is in both.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Literal

FOLDER = Path(__file__).parent
Part = Literal["choose", "report"]

OUTLETS = (
    ("Tidewatch", "tidewatch.example"),
    ("Norn Fact Desk", "factdesk.example"),
    ("The Plumb Line", "plumbline.example"),
    ("Checked Twice", "twice.example"),
    ("Vandria Verify", "verify.example"),
)
RATINGS = (
    "False",
    "Mostly false",
    "True",
    "Missing context",
    "Four Herrings",
    "Half the story",
    "No evidence",
    "Satire",
)


@dataclass(frozen=True, slots=True)
class Case:
    """A reviewed claim, and sentences that say the same or only look like it."""

    part: Part
    source: Literal["single", "template"]
    claimant: str
    claim: str
    same: tuple[str, ...]
    other: tuple[tuple[str, str], ...]  # the kind of difference, and the sentence


def load_cases() -> list[Case]:
    """Return all of them, the singles first."""
    singles = [_case(block, "single", number, {}) for number, block in enumerate(_blocks("singles.txt"))]
    rows = [
        _case(block, "template", number, row)
        for number, block in enumerate(_blocks("templates.txt"))
        for row in _rows(block)
    ]
    return [*singles, *rows]


def make_feed(cases: list[Case]) -> dict[str, Any]:
    """Return *cases* as a data feed, in the form of Data Commons' dump."""
    return {
        "@context": "http://schema.org",
        "@type": "DataFeed",
        "name": "Fact-checks that were never published",
        "dataFeedElement": [
            {"@type": "DataFeedItem", "dateCreated": "2026-01-01T00:00:00Z", "item": [_entry(number, case)]}
            for number, case in enumerate(cases)
        ],
    }


def address(number: int) -> str:
    """Return where the fact-check of the case with that number stands."""
    return f"https://{OUTLETS[number % len(OUTLETS)][1]}/checks/{number}"


def write_feed(path: Path) -> Path:
    """Write the feed of all cases to *path*."""
    path.write_text(json.dumps(make_feed(load_cases())), encoding="utf-8")
    return path


def _entry(number: int, case: Case) -> dict[str, Any]:
    outlet, site = OUTLETS[number % len(OUTLETS)]
    reviewed = date(2019, 1, 7) + timedelta(days=8 * number)
    return {
        "@context": "http://schema.org",
        "@type": "ClaimReview",
        "url": address(number),
        "claimReviewed": case.claim,
        "datePublished": reviewed.isoformat(),
        "author": {"@type": "Organization", "name": outlet, "url": f"https://{site}/"},
        "itemReviewed": {
            "@type": "Claim",
            "author": {"@type": "Person", "name": case.claimant},
            "datePublished": (reviewed - timedelta(days=number % 9)).isoformat(),
        },
        "reviewRating": {"@type": "Rating", "alternateName": RATINGS[number % len(RATINGS)]},
    }


def _blocks(name: str) -> list[list[str]]:
    text = (FOLDER / name).read_text(encoding="utf-8")
    blocks = [[line for line in block.splitlines() if not line.startswith("#")] for block in re.split(r"\n\n+", text)]
    return [block for block in blocks if block]


def _rows(block: list[str]) -> Iterator[dict[str, str]]:
    start = next(number for number, line in enumerate(block) if line.startswith("? "))
    names, *rows = ([cell.strip() for cell in line.lstrip("? ").split("|")] for line in block[start:])
    for row in rows:
        yield dict(zip(names, row, strict=True))


def _case(block: list[str], source: Literal["single", "template"], number: int, row: dict[str, str]) -> Case:
    lines = [line.format_map(row) for line in block if line[:2] in {"= ", "+ ", "- "}]
    claimant, claim = (words.strip() for words in lines[0][2:].split(" :: "))
    kinds = [line[2:].split(" :: ") for line in lines if line.startswith("- ")]
    return Case(
        part="report" if number % 2 else "choose",
        source=source,
        claimant=claimant,
        claim=_capitalised(claim),
        same=tuple(_capitalised(line[2:]) for line in lines if line.startswith("+ ")),
        other=tuple((kind, _capitalised(words)) for kind, words in kinds),
    )


def _capitalised(words: str) -> str:
    return words[0].upper() + words[1:]
