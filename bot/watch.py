"""What became of a reading, for whoever runs us: never an address, never a word of a story."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from time import perf_counter, time
from urllib.parse import urlsplit

from bot.brief import Brief
from bot.errors import BotError
from bot.models import Stage, Wanted

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Lap:
    """One stage of a reading."""

    stage: Stage
    began: float  # seconds since 1970
    seconds: float


@dataclass(frozen=True, slots=True)
class Reading:
    """One story that was read, or was not."""

    workspace: str
    source: str  # the link's host, or "text" or "file"
    ended: str  # "read", "refused" (told in words), "failed" (a fault of ours) or "stopped"
    kind: str  # the error's name; empty where there was none
    laps: tuple[Lap, ...]
    statements: int = 0
    unattributed: int = 0  # of the statements: those whose speaker is left open

    @property
    def seconds(self) -> float:
        """How long it took, all in all."""
        return sum(lap.seconds for lap in self.laps)


Watcher = Callable[[Reading], None]


class StopWatch:
    """Times the stages of one reading, each from its beginning to the next one's."""

    def __init__(self) -> None:
        self._begun: tuple[Stage, float, float] | None = None
        self._laps: list[Lap] = []

    def begin(self, stage: Stage) -> None:
        """Note that *stage* begins, and with it ends the one before."""
        self.stop()
        self._begun = (stage, time(), perf_counter())

    def stop(self) -> tuple[Lap, ...]:
        """End the stage that is under way, and return all."""
        if self._begun:
            stage, began, since = self._begun
            self._laps.append(Lap(stage, began, perf_counter() - since))
            self._begun = None
        return tuple(self._laps)


def source_of(wanted: Wanted) -> str:
    """Return where *wanted* is from: the link's host, which is all that anybody else may know of it."""
    if not wanted.link:
        return "file" if wanted.file else "text"
    try:
        return urlsplit(wanted.link).hostname or "link"
    except ValueError:
        return "link"


def reading(
    workspace: str, source: str, laps: tuple[Lap, ...], brief: Brief | None, error: BaseException | None
) -> Reading:
    """Return what became of a reading that ended with a *brief* or an *error*."""
    if brief:
        unattributed = sum(quote.speaker is None for quote in brief.quotes)
        return Reading(workspace, source, "read", "", laps, len(brief.quotes), unattributed)
    if error is None or not isinstance(error, Exception):
        return Reading(workspace, source, "stopped", "", laps)
    return Reading(
        workspace, source, "refused" if isinstance(error, BotError) else "failed", type(error).__name__, laps
    )


def log_reading(reading: Reading) -> None:
    """Write one line of a reading into the log."""
    laps = {lap.stage.name.lower(): round(lap.seconds, 3) for lap in reading.laps}
    log.info(
        "%s %s",
        reading.source,
        reading.ended,
        extra={
            "workspace": reading.workspace,
            "source": reading.source,
            "ended": reading.ended,
            "kind": reading.kind,
            "statements": reading.statements,
            "seconds": round(reading.seconds, 3),
            "stages": laps,
        },
    )
