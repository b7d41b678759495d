"""A story in a file: its paragraphs as a format's reader found them, before furniture is cut."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from bot.extract.blocks import Block
from bot.models import Dropped


@dataclass(frozen=True, slots=True)
class Manuscript:
    """What a file holds. ``headline``, where it is told apart, is also one of the first ``blocks``."""

    blocks: tuple[Block, ...]
    headline: str | None = None
    byline: str | None = None
    outlet: str | None = None
    published: date | None = None
    dropped: tuple[Dropped, ...] = ()
