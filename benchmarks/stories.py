"""How alike the beginnings of articles on one subject are.

``python -m benchmarks.stories ../shared/data/polnear/train.jsonl``: articles of one election campaign. Those that came
out far apart are of different events, however much they share; of those that different outlets published within a day
some are of the same. Nobody has marked which.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from datetime import date
from itertools import combinations
from pathlib import Path
from typing import NamedTuple

from bot.compare import telling
from bot.versions import ALIKE, LEAD

FAR, NEAR = 21, 1
"""Days."""


class Dated(NamedTuple):
    """An article: when and where it came out, and the telling words of its beginning."""

    day: date
    publisher: str
    words: frozenset[str]


def read_articles(path: Path) -> list[Dated]:
    """Return the articles of a file as PolNeAR's is."""
    rows = map(json.loads, path.read_text("utf-8").splitlines())
    return [
        Dated(
            date.fromisoformat(row["date"]),
            row["publisher"],
            telling(f"{row['title'] or ''} {row['text']}"[:LEAD]),
        )
        for row in rows
    ]


def likeness(one: Dated, other: Dated) -> float:
    """Return what ``bot.versions.likeness`` does of their beginnings."""
    return len(one.words & other.words) / max(len(one.words | other.words), 1)


def alike(pairs: Sequence[tuple[Dated, Dated]], threshold: float) -> int:
    """Count the pairs that are at least as much alike."""
    return sum(likeness(*pair) >= threshold for pair in pairs)


def main() -> None:
    """Print how many pairs of each sort are alike, for thresholds around the one that is used."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("articles", type=Path)
    articles = read_articles(parser.parse_args().articles)
    pairs = list(combinations(articles, 2))
    far = [pair for pair in pairs if abs((pair[0].day - pair[1].day).days) > FAR]
    near = [
        pair
        for pair in pairs
        if abs((pair[0].day - pair[1].day).days) <= NEAR and pair[0].publisher != pair[1].publisher
    ]
    for threshold in (ALIKE - 0.04, ALIKE, ALIKE + 0.04):
        print(
            f"at {threshold:.2f}: {alike(far, threshold)} of {len(far):,} pairs more than {FAR} days apart, "
            f"{alike(near, threshold)} of {len(near):,} of different outlets within a day"
        )


if __name__ == "__main__":
    main()
