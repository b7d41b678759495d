"""Published fact-checks from a file into the index, however large the file is."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import BinaryIO
from uuid import uuid4

from bot.archive.factchecks import FactChecks
from bot.factchecks.embed import Embedder, packed
from bot.factchecks.review import WHOLE, Broken, Review, read_reviews

BATCH = 256
"""Entries that are read, embedded and stored at once."""

MOST_NAMED = 20
"""Entries that could not be taken, of which each is named; of further ones only the number is told."""


@dataclass(slots=True)
class Imported:
    """What came of an import."""

    taken: int = 0
    new: int = 0
    removed: int = 0  # what older imports had of the same pages
    broken: int = 0
    named: list[Broken] = field(default_factory=list)

    @property
    def cut_short(self) -> bool:
        """Tell whether the file ended before its end."""
        return any(one.place == WHOLE for one in self.named)


async def import_reviews(
    file: BinaryIO, index: FactChecks, embedder: Embedder, tell: Callable[[Imported], None] = lambda _: None
) -> Imported:
    """Store all fact-checks in *file*; those that are known are brought up to date.

    Raises:
        ArchiveUnavailable: the database failed. What was stored by then stays.
    """
    outcome, stamp = Imported(), uuid4().hex
    entries = read_reviews(file)
    while batch := await asyncio.to_thread(_next, entries):
        reviews = [one for one in batch if isinstance(one, Review)]
        broken = [one for one in batch if isinstance(one, Broken)]
        vectors = await asyncio.to_thread(embedder.embed, [one.claim for one in reviews])
        outcome.taken += len(reviews)
        outcome.new += await index.keep(list(zip(reviews, map(packed, vectors), strict=True)), stamp)
        outcome.broken += len(broken)
        outcome.named += _worth_naming(broken, MOST_NAMED - len(outcome.named))
        tell(outcome)
    if outcome.taken and not outcome.cut_short:
        outcome.removed = await index.remove_replaced(stamp)
    return outcome


def _next(entries: Iterator[Review | Broken]) -> list[Review | Broken]:
    return list(islice(entries, BATCH))


def _worth_naming(broken: Iterable[Broken], room: int) -> list[Broken]:
    """Return the first *room* of them, and in any case that the file is damaged."""
    return [one for number, one in enumerate(broken) if number < room or one.place == WHOLE]
