"""What became of it all."""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

LINK = re.compile(r"post\.example/[a-z]+/\d+z")
"""What is asked for; the last letter keeps the first request from being found in the tenth."""

OFTEN, SELDOM = 0.1, 0.02
"""How many of the requests come with a fault, or a repeated delivery, and how many with a lost connection."""

GIVEN_UP = "Reading this article failed"
"""What an answer says whose reading was cut short twice: the article counts as the cause."""


def link_in(*shown: Any) -> str:
    """Return the link that is to be seen in a message, without its scheme; "" where there is none."""
    found = LINK.search(json.dumps(shown))
    return found.group() if found else ""


@dataclass
class Outcome:
    """What became of what was asked in one place."""

    asked: int = 0  # things that people wanted, however often they had to ask for one
    asked_again: int = 0  # as they were not told in time that it was heard
    lost: int = 0
    twice: int = 0
    wrong: int = 0  # in a thread that is not the asker's
    given_up: int = 0  # of the answers: that reading was cut short too often
    repeated: int = 0  # deliveries of what had been delivered
    faults: int = 0  # calls refused or cut

    def __str__(self) -> str:
        told = f"; {self.given_up} were told that reading their article failed" if self.given_up else ""
        again = f", {self.asked_again} asked again" if self.asked_again else ""
        return (
            f"{self.asked} requests{again}: {self.lost} lost, {self.twice} answered twice, {self.wrong} in a wrong "
            f"thread{told}; {self.repeated} deliveries repeated, {self.faults} calls refused or cut"
        )


@dataclass
class Tally:
    """What became of one run."""

    seconds: float = 0.0
    outcomes: dict[str, Outcome] = field(default_factory=dict)  # by platform
    kills: Counter[str] = field(default_factory=Counter)  # by what was killed
    outages: int = 0
    ended: Counter[str] = field(default_factory=Counter)  # processes that ended unasked, with their exit codes

    @property
    def is_clean(self) -> bool:
        """Tell whether nothing was lost, shown twice or shown in a wrong place."""
        return not any(one.lost or one.twice or one.wrong for one in self.outcomes.values())

    def __str__(self) -> str:
        return "\n".join(
            [
                f"{sum(one.asked for one in self.outcomes.values())} requests in {self.seconds:.0f} s.",
                *(f"{platform}: {outcome}." for platform, outcome in self.outcomes.items()),
                f"Meanwhile: kill -9: {_counted(self.kills)}; {self.outages} database restarts; "
                f"processes that ended by themselves: {_counted(self.ended)}.",
            ]
        )


def _counted(names: Counter[str]) -> str:
    return ", ".join(f"{number} of the {name}" for name, number in sorted(names.items())) or "none"
