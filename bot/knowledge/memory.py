"""What was found under a name a while ago, so that nobody is asked twice for a story that ten outlets have.

In memory alone, and not in the archive: which names a text holds is itself a secret, of one workspace, so that a table
of them would be one more thing to keep apart, to erase and to back up. Here it is gone with the process.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from bot.knowledge.item import Found
from bot.knowledge.words import Words, words

KEPT = 86_400.0
"""Seconds. A guess: names of a story come again within the day, and items seldom change."""

MOST = 5_000
"""Names that are kept; the longest kept go first. Each has a few kilobytes."""


class Memory:
    """Answers by name and language; *clock* tells seconds."""

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._kept: dict[tuple[Words, str], tuple[float, Found]] = {}

    def get(self, name: str, language: str) -> Found | None:
        """Return what *name* found, if that is not too long ago."""
        at, found = self._kept.get((words(name), language), (0.0, None))
        return found if found is not None and self._clock() - at < KEPT else None

    def keep(self, name: str, language: str, found: Found) -> None:
        """Keep what *name* found."""
        key = (words(name), language)
        self._kept.pop(key, None)
        self._kept[key] = (self._clock(), found)
        while len(self._kept) > MOST:
            del self._kept[next(iter(self._kept))]
