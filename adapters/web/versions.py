"""Briefs side by side → what the page of a comparison shows."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from adapters.web.render import render_page
from bot import wording
from bot.brief import Brief
from bot.compare import compare
from bot.typography import plain

MOST = 5
"""Versions that are laid side by side. A guess: more do not fit beside each other."""

FIELDS = 3
"""Fields that an empty form has."""

LETTERS = "ABCDE"

BRIEF_ID = re.compile(r"(?:^|/b/)([0-9a-f]{32})(?=$|[?#.\s])")
"""A brief's id, or the address of its page as it is copied from a browser."""

BARE_ID = re.compile(r"[0-9a-f]{32}")
"""How our own links name a brief; in the form it stands as the address that people know."""


@dataclass(frozen=True, slots=True)
class Version:
    """One of the briefs, at the head of the page."""

    id: str
    letter: str
    title: str
    origin: list[str]
    republished: list[str]


@dataclass(frozen=True, slots=True)
class Only:
    """A claim that one version alone tells."""

    id: str
    words: str


def find_ids(asked: Sequence[str]) -> list[str]:
    """Return the ids in what was *asked* for, each once, at most ``MOST``."""
    found = (BRIEF_ID.search(one.strip()) for one in asked)
    return list(dict.fromkeys(match[1] for match in found if match))[:MOST]


def render_comparison(
    briefs: Sequence[tuple[str, Brief]], asked: Sequence[str], *, searchable: bool, problem: str = ""
) -> str:
    """Write the page: the form, and below two or more *briefs* with their ids what they have in common and what not."""
    found = compare([brief for _, brief in briefs]) if len(briefs) > 1 else None
    versions = [_version(LETTERS[at], brief_id, brief) for at, (brief_id, brief) in enumerate(briefs)]
    told = found and {
        "voices": found.voices,
        "wordings": found.wordings,
        "disagreements": found.disagreements,
        "kinships": found.kinships,
        "only": [
            [Only(claim.id, wording.verbatim(brief, claim.content, claim.quoted)) for claim in claims]
            for (_, brief), claims in zip(briefs, found.only, strict=True)
        ],
    }
    fields = min(max(FIELDS, len(asked) + 1), MOST)
    return render_page(
        "compare.html",
        versions=versions,
        found=told,
        asked=[f"/b/{one}" if BARE_ID.fullmatch(one) else one for one in asked],
        fields=fields,
        problem=problem,
        searchable=searchable,
    )


def _version(letter: str, brief_id: str, brief: Brief) -> Version:
    republished = [plain(note.text) for note in brief.notes if note.code == "republished"]
    return Version(brief_id, letter, wording.title(brief), wording.origin(brief), republished)
