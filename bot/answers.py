"""What is answered to a follow-up, before any platform shows it. Adapters page, add markup and keep to their limits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from bot import wording
from bot.brief import Brief
from bot.compare import Comparison
from bot.findings import Finding
from bot.models import List
from bot.wording import Group


@dataclass(frozen=True, slots=True)
class Listing:
    """All of one sort in one brief; of one speaker's quotes where it names him."""

    brief_id: str
    brief: Brief
    which: List
    speaker: str | None = None  # his id in the brief

    @property
    def groups(self) -> Sequence[Group]:
        """What is told, in words."""
        if self.speaker is None:
            return wording.listing(self.brief, self.which)
        return [wording.speaker_group(self.brief, one) for one in self.brief.speakers if one.id == self.speaker]


@dataclass(frozen=True, slots=True)
class Compared:
    """Briefs side by side; ``groups`` tells it in words, and each line's evidence is of the brief that it names."""

    versions: tuple[tuple[str, Brief], ...]  # with their ids
    comparison: Comparison
    groups: Sequence[Group]
    left_out: int = 0  # briefs of the same story that are not compared, which ``groups`` tells as well


@dataclass(frozen=True, slots=True)
class Found:
    """What the archive has; ``text`` tells it all as plain text."""

    findings: tuple[Finding, ...]
    text: str
    more: int = 0  # statements that answer as well, and are older


@dataclass(frozen=True, slots=True)
class Upload:
    """A file to be posted in the thread."""

    name: str
    body: bytes = field(repr=False)
    media_type: str
    alt: str = ""  # what is to be seen in a picture, for whoever does not see it


@dataclass(frozen=True, slots=True)
class Told:
    """Plain words, for whoever asked alone where the platform can do that."""

    text: str


Answer = Listing | Compared | Found | Upload | Told
