"""What was found in the archive → the page that shows it: article by article, with whose words and when."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from urllib.parse import urlencode

from adapters.web.render import render_page
from bot import wording
from bot.catalogue import _
from bot.compare import is_same_name
from bot.counts import counted
from bot.findings import NOTHING, Finding
from bot.models import Question
from bot.typography import plain

MOST = 200
"""Statements that one page shows. A guess: more are not read."""

FACETS = 8
"""Speakers, and outlets, that are offered to narrow a search. A guess."""

WIDTH, HEIGHT = 720, 72
"""Of the timeline, in its own units."""

FIELDS = ("q", "speaker", "outlet", "since", "until")


@dataclass(frozen=True, slots=True)
class Line:
    """A statement that was found."""

    who: str
    text: str
    ref: str  # its anchor on the brief's page


@dataclass(frozen=True, slots=True)
class Found:
    """An article with what was found in it."""

    id: str
    title: str
    origin: list[str]
    lines: list[Line]


@dataclass(frozen=True, slots=True)
class Facet:
    """A way to narrow the search."""

    name: str
    number: int
    address: str


@dataclass(frozen=True, slots=True)
class Bar:
    """A month of the timeline."""

    x: float
    y: float
    width: float
    height: float
    told: str


@dataclass(frozen=True, slots=True)
class Timeline:
    """How many statements were published in which month."""

    bars: list[Bar]
    first: str
    last: str
    told: str
    width: int = WIDTH
    height: int = HEIGHT


@dataclass(frozen=True, slots=True)
class Role:
    """What an article calls somebody."""

    text: str
    where: str


def question(asked: Mapping[str, str]) -> Question:
    """Return what the fields of the form ask for.

    Raises:
        ValueError: a day is none.
    """
    return Question(
        words=asked["q"],
        speaker=asked["speaker"],
        outlet=asked["outlet"],
        since=date.fromisoformat(asked["since"]) if asked["since"] else None,
        until=date.fromisoformat(asked["until"]) if asked["until"] else None,
    )


def render_search(asked: Mapping[str, str], findings: Sequence[Finding], *, searched: bool, problem: str = "") -> str:
    """Write the page of a search: the form, and what was found, if it was *searched*."""
    speakers = Counter(name for one in findings if (name := _who(one)))
    outlets = Counter(plain(one.brief.article.outlet or "") for one in findings)
    return _render(
        findings,
        heading="Search the archive",
        asked=asked,
        facets=[
            ("Speakers", _facets(asked, "speaker", speakers)),
            ("Outlets", _facets(asked, "outlet", outlets)),
        ],
        searched=searched,
        problem=problem,
    )


def render_speaker(name: str, findings: Sequence[Finding], problem: str = "") -> str:
    """Write the page of somebody: all that the archive has of him, when that was, and what articles call him."""
    theirs = [one for one in findings if one.quote and is_same_name(_who(one), name)]
    return _render(theirs, heading=plain(name), somebody=name, roles=_roles(theirs), searched=True, problem=problem)


def _render(findings: Sequence[Finding], **told: object) -> str:
    shown: dict[str, object] = {"asked": dict.fromkeys(FIELDS, ""), "somebody": "", "facets": [], "roles": [], **told}
    return render_page(
        "search.html",
        articles=[_article(list(of_one)) for _, of_one in groupby(findings, key=lambda one: one.brief_id)],
        timeline=_timeline([one.brief.article.published for one in findings]),
        number=len(findings),
        most=MOST,
        nothing=NOTHING,
        searchable=True,
        **shown,
    )


def _article(of_one: Sequence[Finding]) -> Found:
    brief = of_one[0].brief
    return Found(of_one[0].brief_id, wording.title(brief), wording.origin(brief), [_line(one) for one in of_one])


def _line(finding: Finding) -> Line:
    if quote := finding.quote:
        return Line(_who(finding) or _(wording.UNATTRIBUTED), wording.said(finding.brief, quote), quote.id)
    if claim := finding.claim:
        words = wording.verbatim(finding.brief, claim.content, claim.quoted)
        return Line("", f"{words} — {wording.claimed_by(finding.brief, claim)}", claim.id)
    if entity := finding.entity:
        return Line("", f"names {plain(entity.name)}", f"p{entity.mentions[0].paragraph}")
    return Line("", "no longer in the brief", "")


def _who(finding: Finding) -> str:
    speaker = finding.brief.speaker(finding.quote.speaker) if finding.quote else None
    return plain(speaker.name) if speaker else ""


def _facets(asked: Mapping[str, str], field: str, counted: Counter[str]) -> list[Facet]:
    if asked[field]:
        return []
    return [
        Facet(name, number, "/search?" + urlencode({**asked, field: name}))
        for name, number in counted.most_common(FACETS)
        if name
    ]


def _roles(findings: Sequence[Finding]) -> list[Role]:
    """Return what articles call somebody, each once, with the first outlet that does."""
    roles: dict[str, str] = {}
    for one in findings:
        speaker = one.brief.speaker(one.quote.speaker) if one.quote else None
        if speaker and (role := wording.role_of(speaker)):
            roles.setdefault(role, plain(one.brief.article.outlet or "") or wording.title(one.brief))
    return [Role(text, where) for text, where in roles.items()]


def _timeline(published: Sequence[date | None]) -> Timeline | None:
    """Draw a bar for each month from the first to the last; None where all is of one month."""
    days = [day for day in published if day]
    months = Counter(day.year * 12 + day.month - 1 for day in days)
    if len(months) < 2:
        return None
    first, last = min(months), max(months)
    width, tallest = WIDTH / (last - first + 1), max(months.values())
    bars = [
        Bar(
            x=round((month - first) * width, 2),
            y=round(HEIGHT * (1 - number / tallest), 2),
            width=round(max(width - 1, 0.5), 2),
            height=round(HEIGHT * number / tallest, 2),
            told=f"{_month(month)}: {counted(number, 'statement')}",
        )
        for month, number in sorted(months.items())
    ]
    told = f"{counted(len(days), 'statement')}, from {_month(first)} to {_month(last)}"
    if undated := len(published) - len(days):
        told += f"; {undated} more of no known day"
    return Timeline(bars, _month(first), _month(last), told)


def _month(month: int) -> str:
    return f"{date(month // 12, month % 12 + 1, 1):%B %Y}"
