"""What there is to show of a brief, row by row, the same in every file and in the terminal."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot import wording
from bot.brief import ArticleCard, Brief, Passage
from bot.catalogue import _
from bot.evidence import PublishersPage, page_address
from bot.typography import plain
from bot.wording import Line


@dataclass(frozen=True, slots=True)
class Row:
    """One paragraph of a brief, before it is known where it is shown; nothing in it is escaped."""

    lines: tuple[Line, ...]  # side by side
    lead: str = ""  # who, or what kind; set apart from the rest
    between: str = ": "  # the lead and the rest
    marker: str = "•"
    depth: int = 0


Section = tuple[str, list[Row]]
"""Rows under a heading."""


def origin(brief: Brief) -> str:
    """Return where the story is from, on one line."""
    return " · ".join(wording.origin(brief))


def sections(brief: Brief) -> Iterator[Section]:
    """Return what there is to show, the most wanted first."""
    *speakers, nobody = wording.quote_groups(brief)
    found = (
        (_(wording.STORY), _rows(wording.summary_lines(brief))),
        (f"{wording.retold_by(brief)} ({_(wording.COMPARED)})", _rows(wording.retold_lines(brief))),
        (
            _(wording.SPEAKERS),
            [row for group in speakers for row in _speaker(group)] or [Row((Line(_(wording.NOBODY)),))],
        ),
        (_(wording.UNATTRIBUTED), _rows(nobody.lines)),
        (f"{_(wording.CLAIMS)} ({_(wording.RANKING)})", _claims(brief)),
        (_(wording.ENTITIES), _entities(brief)),
        (_(wording.NOTES), _rows(wording.note_lines(brief))),
        (_(wording.LEFT_OUT), _rows(wording.dropped_lines(brief))),
    )
    return ((heading, rows) for heading, rows in found if rows)


def _rows(lines: Sequence[Line], depth: int = 0) -> list[Row]:
    return [Row((one,), depth=depth) for one in lines]


def _numbered(lines: Sequence[Line]) -> list[Row]:
    return [Row((one,), marker=f"{number}.") for number, one in enumerate(lines, 1)]


def _claims(brief: Brief) -> list[Row]:
    rows = []
    for row in _numbered(wording.claim_lines(brief)):
        rows += [row, *_rows(row.lines[0].below, depth=2)]  # two: Markdown puts it below "10. "
    looked = wording.checked(brief)
    return [*rows, *([Row((Line(looked),), marker="–")] if looked else [])]


def _speaker(group: wording.Group) -> list[Row]:
    role = Line(group.detail, group.evidence)
    return [Row((role,), lead=group.heading, between=", " if group.detail else " "), *_rows(group.lines, depth=1)]


def _entities(brief: Brief) -> list[Row]:
    rows = []
    for heading, same in wording.by_kind(brief.entities):
        rows.append(Row(tuple(Line(plain(entity.name), entity.mentions) for entity in same), lead=heading))
        known = [(entity, line) for entity in same if (line := wording.known_line(entity))]
        rows += [Row((line,), lead=plain(entity.name), depth=1) for entity, line in known]
    return rows


def places(brief: Brief, evidence: Sequence[Passage]) -> Iterator[tuple[str, str | None]]:
    """Return each paragraph that has evidence, with a link that opens the publisher's page there."""
    page = publishers_page(brief.article)
    for place, passage in wording.places(evidence):
        yield place, page.at(passage) if page else None


def publishers_page(article: ArticleCard) -> PublishersPage | None:
    """Return the page of *article*, its address fit for a file; None for pasted text."""
    address = page_address(article)
    return PublishersPage(web_address(address), article) if address else None


def web_address(url: str) -> str:
    """Return *url* without characters that end a link in Markdown or command a terminal."""
    return re.sub(r"[\s<>()\\\"`]", lambda match: f"%{ord(match.group()) % 256:02X}", plain(url))
