"""Which briefs tell one story, and these side by side: in the thread of a request, and for whoever asks to compare."""

from __future__ import annotations

from collections.abc import Sequence

from bot import contrast
from bot.answers import Compared
from bot.brief import Brief
from bot.catalogue import _, mark, plural
from bot.compare import compare, shared_quotation, telling
from bot.counts import more
from bot.extract.origin import is_same_story
from bot.typography import cut, plain
from bot.wording import Group, Line, title

MOST = 5
"""Briefs that are laid side by side. A guess: nobody reads more next to each other."""

LEAD = 1500
"""Characters of a text in which it says what it is about."""

ALIKE = 0.16
"""Share of the telling words of two leads that both have, from which they are about the same.

Of 304,990 pairs of articles on one election campaign that came out more than three weeks apart, 27 share as much
(``python -m benchmarks.stories``). How many versions of one story share less is not known: no data tells.
"""

NAME = 60
"""Characters by which a version is called in a line. A guess."""

ONE_STORY = mark("Versions of one story")

Version = tuple[str, Brief]
"""A stored brief, with its id."""


def compared(versions: Sequence[Version]) -> Compared:
    """Lay two or more *versions* side by side, ``MOST`` at most, whether or not they tell one story."""
    some = tuple(versions[:MOST])
    briefs = [brief for _id, brief in some]
    comparison = compare(briefs)
    groups, left_out = contrast.tell(briefs, comparison), len(versions) - len(some)
    if len(find_stories(some)) > 1:
        groups.insert(0, Group(_(contrast.DIFFERENT), [Line(_(contrast.NOT_ONE_STORY))]))
    if left_out:
        groups.append(
            Group(_(contrast.NOT_COMPARED), [Line(plural("{number} more brief", "{number} more briefs", left_out))])
        )
    return Compared(some, comparison, groups, left_out)


def find_versions(briefs: Sequence[Version]) -> Compared | None:
    """Compare those of *briefs* that tell one story, of several the one that most tell; None where all differ.

    The same text by another link is no other version.
    """
    once = {version[1].article.text_sha256: version for version in reversed(briefs)}
    most = max(find_stories(list(once.values())), key=len, default=[])
    return compared(sorted(most, key=list(briefs).index)) if len(most) > 1 else None


def find_stories(versions: Sequence[Version]) -> list[list[Version]]:
    """Group *versions* by their stories: each is of one story with at least one other of its group."""
    stories: list[list[Version]] = []
    for version in versions:
        same = [story for story in stories if any(is_one_story(version[1], other) for _, other in story)]
        stories = [story for story in stories if story not in same]
        stories.append([*(one for story in same for one in story), version])
    return stories


def is_one_story(one: Brief, other: Brief) -> bool:
    """Tell whether two briefs are of one story: by their texts, by a quotation that both have, or by how they begin."""
    first, second = one.article, other.article
    if first.fingerprint and second.fingerprint and is_same_story(first.fingerprint, second.fingerprint):
        return True
    if shared_quotation(one, other):
        return True
    # Which words tell nothing is known of English alone.
    return {first.language, second.language} <= {"en", None} and likeness(first.text, second.text) >= ALIKE


def likeness(one: str, other: str) -> float:
    """Return the share of the telling words of both leads that both have, in [0, 1]."""
    first, second = telling(one[:LEAD]), telling(other[:LEAD])
    return len(first & second) / max(len(first | second), 1)


def in_short(found: Compared) -> str:
    """Say in one line which briefs tell one story, and how much there is to compare."""
    names = (cut(plain(brief.article.outlet or "") or title(brief), NAME) for _id, brief in found.versions)
    which = ", ".join(f"{letter} {name}" for letter, name in zip(contrast.LETTERS, names, strict=False))
    if found.left_out:
        which += f", {more(found.left_out, 'brief')}"
    told = (
        f"{_(ONE_STORY)}: {which}",
        contrast.in_short(found.comparison),
        _("To see it all: {command}", command="compare"),
    )
    return ". ".join(filter(None, told))
