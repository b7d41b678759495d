"""Run a target over made-up input, round by round, each with a seed of its own."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import FrameType
from typing import Any

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.strategies import SearchStrategy

ROUND = 2_000
"""Executions of one round: hypothesis remembers all of a round, and gets slower with what it remembers."""

PATIENCE = 10.0
"""Seconds of CPU time that one execution may take. A guess: input is a few kilobytes; what grows faster is seen."""


class Hung(AssertionError):
    """An execution took longer than ``PATIENCE``."""


@dataclass(frozen=True, slots=True)
class Target:
    """Something that strangers' input reaches."""

    name: str
    material: SearchStrategy[Any]
    run: Callable[[Any], None]  # raises where anything but what is expected comes of its input
    share: int  # of all executions: many where one is cheap


@dataclass(slots=True)
class Outcome:
    """What came of a target."""

    target: str
    executions: int = 0
    seconds: float = 0.0
    failures: list[tuple[int, BaseException]] = field(default_factory=list)  # seed of the round, and what was raised


def rounds(target: Target, count: int, first: int) -> Outcome:
    """Run *target* about *count* times, from the seed *first*; a round ends with its first failure, made small."""
    outcome = Outcome(target.name)
    began = time.perf_counter()
    number = first
    while outcome.executions < count:
        before = outcome.executions
        try:
            one_round(target, number, min(ROUND, count - outcome.executions), outcome)
        except Exception as error:  # noqa: BLE001 - whatever it is, it is what is looked for
            outcome.failures.append((number, error))
        if outcome.executions == before:
            break  # nothing can be made up for it any more
        number += 1
    outcome.seconds = time.perf_counter() - began
    return outcome


def one_round(target: Target, number: int, count: int, outcome: Outcome) -> None:
    """Run *target* at most *count* times with the seed *number*; raises what the smallest failing input raises."""

    @seed(number)
    @settings(
        max_examples=count,
        database=None,
        deadline=None,
        phases=(Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
        report_multiple_bugs=False,
    )
    @given(target.material)
    def once(made_up: Any) -> None:
        outcome.executions += 1
        with patience():
            target.run(made_up)

    once()


@contextmanager
def patience() -> Iterator[None]:
    """Raise ``Hung`` in what takes longer than ``PATIENCE``; regular expressions can be interrupted, too."""

    def hung(number: int, frame: FrameType | None) -> None:
        raise Hung(f"not done after {PATIENCE:g} seconds of CPU time")

    before = signal.signal(signal.SIGPROF, hung)
    signal.setitimer(signal.ITIMER_PROF, PATIENCE)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)
