"""What stands in front of a page, or in its place, and how it is told from a story about one.

A wall speaks to its reader, in a title of its own or in most of the page's words. A story about walls does neither:
its reporter speaks, others are quoted, and its title says more.
"""

from __future__ import annotations

from bot.errors import BotWall, CaptchaWall, IssueViewer, OfferPage, SignInWall
from bot.extract.blocks import Block
from bot.extract.phrases import CONSENT, SIGN_IN, WALLS, WITHDRAWN, Wall
from bot.extract.sight import Sight, count_all, is_reported, sentence_of

FEWEST = 40
"""Words below which nothing can be said honestly about a text. A guess: short news pieces have 50."""

STORY = 250
"""Words of running sentences from which a page is a story, whatever else stands on it. A guess."""

LONGEST = 700
"""Words up to which a page can be a wall if most of them are the wall's. A guess: pay-or-consent pages run to 500."""

TITLE_CHARS = 90
"""Characters up to which a title can be a wall's. A guess."""

SAID = 2000
"""Characters of a block that are looked at, which bounds the time that the patterns take."""

ALONE = frozenset({BotWall, CaptchaWall})
"""Walls whose marks in the code are enough where a page has next to no words."""

SPREAD = frozenset({OfferPage, IssueViewer, SignInWall})
"""Walls whose words stand in the frame of many a page as well: it takes two different ones, or a title."""


def refuse_wall(sight: Sight) -> None:
    """Raise the ``Refusal`` that names the wall on a page, if it is one."""
    for wall in WALLS:
        if seen := _find(wall, sight):
            raise wall.refusal(seen)


def _find(wall: Wall, sight: Sight) -> str | None:
    """Return the words by which *sight* is told to be *wall*."""
    said = [block for block in sight.inner if not is_reported(block) and wall.words.search(block.text[:SAID])]
    if (seen := _title_of(wall, sight)) and _has_no_story(sight, said):
        return seen
    if sight.words < FEWEST:
        return _find_in_few_words(wall, sight, said)
    held = [block for block in sight.own if block in said]
    quotes = _quotes(wall, held)
    most = count_all(held) * 2 >= sight.words and not sight.metadata.is_article
    if len(quotes) >= _enough(wall, sight) and most:
        return quotes[0]
    if wall is WITHDRAWN and sight.words < STORY / 2 and sight.own[0] in said:
        return _quotes(wall, sight.own)[0]
    return None


def _find_in_few_words(wall: Wall, sight: Sight, said: list[Block]) -> str | None:
    """Return what names *wall* on a page without a story, where every word outside of the frame counts."""
    quotes = _quotes(wall, said)
    mark = wall.marks.search(sight.marks) if wall.marks else None
    if mark and (quotes or (wall.refusal in ALONE and count_all(sight.inner) < 2 * FEWEST)):
        return [*quotes, mark.group()][0]
    if wall is CONSENT and count_all(said) * 2 < count_all(sight.inner):
        return None  # a banner, and something else that counts
    if wall.refusal in SPREAD and sight.metadata.is_article:
        return None  # the form stands ready on every page
    return quotes[0] if len(quotes) >= _enough(wall, sight) else None


def _enough(wall: Wall, sight: Sight) -> int:
    """Return how many different phrases it takes."""
    asked = wall is SIGN_IN and sight.words < FEWEST and sight.has("//input[@type='password']")
    return 2 if wall.refusal in SPREAD and not asked else 1


def _title_of(wall: Wall, sight: Sight) -> str | None:
    return next((title for title in sight.titles if len(title) <= TITLE_CHARS and wall.title.fullmatch(title)), None)


def _has_no_story(sight: Sight, said: list[Block]) -> bool:
    """Tell whether no story stands under a wall's title: hardly words, the wall's own, or some that nobody reports."""
    if sight.words < FEWEST or any(block in sight.own for block in said):
        return sight.words < STORY
    return sight.words < STORY / 2 and not any(is_reported(block) for block in sight.own)


def _quotes(wall: Wall, blocks: list[Block]) -> list[str]:
    """Return the different phrases of *wall* in *blocks*, one for each block."""
    matches = (wall.words.search(block.text[:SAID]) for block in blocks)
    return list(dict.fromkeys(sentence_of(match) for match in matches if match))
