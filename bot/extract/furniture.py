"""What stands around a story on a page and is no part of it: told by its words, whatever the site.

Every rule names a cause. A block is only ever cut whole, and none that holds a quotation is.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from itertools import groupby

from bot.extract.blocks import QUOTED, SENTENCE, Block, is_linked
from bot.extract.furniture_words import (
    AUTHOR,
    CORRECTION,
    CREDIT,
    HEADING,
    LISTED,
    LISTS,
    NAMED,
    REPLIES,
    RULES,
    SIGNATURE,
)
from bot.models import Dropped

LONGEST = 45
"""Words up to which a block can be furniture by its words. A guess: pleas for a subscription run to 40."""

LONGEST_CHARS = 400
"""The same in characters, which also bounds the time that the patterns take."""

NAMED_SHARE = 0.2
"""Share of the story's words up to which an element can be furniture by its name. A guess: beyond, the name speaks of
the whole story (a page "with-gallery")."""

PULLED, REPEATED = 5, 8
"""Words from which an enlarged quotation, or another sentence, stands on a page twice by intention. A guess."""

TITLE = 4
"""Words from which a link that stands by itself leads to another story. A guess: buttons have fewer."""


def cut_furniture(blocks: Sequence[Block]) -> tuple[list[Block], list[Dropped]]:
    """Part the story's blocks from the furniture that came with them.

    In order: what is furniture by its own words; what stands in elements named for furniture; sentences shown once
    more, enlarged; links to other stories; the lists under headings such as "Latest news"; names and dates above
    the first sentence; and, below the last one, credits and whatever stands among furniture.
    """
    reasons = [reason_of(block) for block in blocks]
    _mark_named(blocks, reasons)
    _mark_boxes(blocks, reasons)
    _mark_pulled(blocks, reasons)
    _mark_links(blocks, reasons)
    _mark_lists(blocks, reasons)
    _mark_replies(blocks, reasons)
    _mark_top(blocks, reasons)
    _mark_end(blocks, reasons)
    kept = [block for block, reason in zip(blocks, reasons, strict=True) if reason is None]
    dropped = [Dropped(reason, block.text) for block, reason in zip(blocks, reasons, strict=True) if reason]
    return kept, dropped


def reason_of(block: Block) -> str | None:
    """Name the kind of furniture that *block* is by its own words; None for anything else."""
    text = block.text
    if not any(char.isalnum() for char in text):
        return "separator"
    if len(text) > LONGEST_CHARS or len(text.split()) > LONGEST or QUOTED.search(text):
        return None
    said = text.lower()
    return next((reason for reason, pattern in RULES if pattern.match(said)), None)


def _mark_named(blocks: Sequence[Block], reasons: list[str | None]) -> None:
    """Mark what stands in an element that is named for furniture and holds but little of the story."""
    told: Counter[str] = Counter()
    for block in blocks:
        told[block.within] += block.words if block.is_prose else 0
    paths = {within: within.split("  ") for within in told}
    words: Counter[str] = Counter()
    for within, path in paths.items():
        words.update({"  ".join(path[:depth]): told[within] for depth in range(len(path) + 1)})
    most = min(max(words[""] * NAMED_SHARE, LONGEST), words[""] / 2)
    named = {}
    for within, path in paths.items():
        small = (names for depth, names in enumerate(path, 1) if words["  ".join(path[:depth])] <= most)
        inside = (_named(names) for names in small if not re.match(r"h\d\b", names))  # a heading's id is its words
        named[within] = next(filter(None, inside), None)
    for number, block in enumerate(blocks):
        reasons[number] = reasons[number] or named[block.within]


@lru_cache(2000)
def _named(names: str) -> str | None:
    return next((reason for reason, pattern in NAMED if pattern.search(names)), None)


def _mark_boxes(blocks: Sequence[Block], reasons: list[str | None]) -> None:
    """Mark the headings of boxes beside the body in which everything else is furniture."""
    parents = [block.within.rpartition("  ")[0] for block in blocks]
    body = Counter(parent for block, parent in zip(blocks, parents, strict=True) if block.is_prose)
    most = max(body.values(), default=0)
    for parent, group in groupby(range(len(blocks)), key=parents.__getitem__):
        box = list(group)
        why = next((reasons[number] for number in box if reasons[number]), None)
        left = [number for number in box if reasons[number] is None]
        if why and body[parent] < most and all(HEADING.search(blocks[number].within) for number in left):
            for number in left:
                reasons[number] = why


def _mark_pulled(blocks: Sequence[Block], reasons: list[str | None]) -> None:
    """Mark what is shown once more to catch the eye: its words are all in another block, so that none is lost."""
    letters = [re.sub(r"\W+", "", block.text) for block in blocks]
    alone, everything = Counter(letters), "\n".join(letters)
    for number, block in enumerate(blocks):
        if block.linked is None or len(block.text) > LONGEST_CHARS or LISTED.search(block.within):
            continue  # files and messages enlarge nothing
        quoted = QUOTED.match(block.text) or "quote" in block.within.rsplit("  ", 2)[-1]
        fewest = PULLED if quoted else REPEATED
        if block.words < fewest or not (quoted or SENTENCE.search(block.text)):
            continue
        if everything.count(letters[number]) > alone[letters[number]]:
            reasons[number] = reasons[number] or "pull quote"


def _mark_links(blocks: Sequence[Block], reasons: list[str | None]) -> None:
    """Mark the linked title of another story that stands by itself among the sentences of this one."""
    titles = [is_linked(block) and not block.is_prose for block in blocks]
    for number, block in enumerate(blocks):
        alone = not any(titles[max(number - 1, 0) : number]) and not any(titles[number + 1 : number + 2])
        known = block.tag == "p" and len(block.text.split()) >= TITLE and not LISTED.search(block.within)
        if titles[number] and alone and known:
            reasons[number] = reasons[number] or "related links"


def _mark_lists(blocks: Sequence[Block], reasons: list[str | None]) -> None:
    """Mark the headings of link lists with what follows them, as long as it can be titles of other stories."""
    last = max((number for number, block in enumerate(blocks) if block.is_prose), default=-1)
    inside = False
    for number, block in enumerate(blocks):
        if len(block.text) <= 80 and LISTS.fullmatch(block.text):
            inside = number >= last or _is_title(blocks[number + 1])
        elif inside and number < last:
            inside = _is_title(block)
        if inside and reasons[number] is None:
            reasons[number] = "related links"


def _is_title(block: Block) -> bool:
    """Tell whether *block* can be another story's title: no sentence, and, where that is known, a link."""
    return not block.is_prose and (block.linked is None or block.linked > 0.5)


def _mark_replies(blocks: Sequence[Block], reasons: list[str | None]) -> None:
    """Mark all that readers wrote below the story."""
    told = 0
    for number, block in enumerate(blocks):
        if told >= 40 and len(block.text) <= 200 and REPLIES.fullmatch(block.text):
            for later in range(number, len(blocks)):
                reasons[later] = reasons[later] or "readers' comments"
            return
        told += len(block.text.split()) if block.is_prose else 0


def _mark_top(blocks: Sequence[Block], reasons: list[str | None]) -> None:
    """Mark names, dates and what is said of the author above the body's first sentence; a standfirst may be there."""
    prose: Counter[str] = Counter()
    for block in blocks:
        prose[block.within] += block.words if block.is_prose else 0
    body = max(prose, key=lambda within: prose[within], default="")
    above = ""
    for number, block in enumerate(blocks):
        author = AUTHOR.fullmatch(block.text[:LONGEST_CHARS])
        if author and (author["name"].strip() in above or block.within != body):
            reasons[number] = reasons[number] or "author"
        elif block.is_prose and block.within == body and reasons[number] is None:
            return
        elif len(block.text) <= 150 and SIGNATURE.fullmatch(block.text):
            reasons[number] = reasons[number] or "byline and date"
        above += f"{block.text}\n"


def _mark_end(blocks: Sequence[Block], reasons: list[str | None]) -> None:
    """Mark credits after the last sentence, and what stands below the first piece of furniture there."""
    last = max((number for number, block in enumerate(blocks) if _is_story(block, reasons[number])), default=-1)
    below = False
    for number in range(last + 1, len(blocks)):
        if reasons[number] is None and _is_credit(blocks[number]):
            reasons[number] = "credit line"
        if CORRECTION.fullmatch(blocks[number].text):
            continue
        if below and reasons[number] is None and blocks[number].tag not in ("li", "item", "tr", "row"):
            reasons[number] = "below the story"
        below = below or reasons[number] not in (None, "separator")


def _is_story(block: Block, reason: str | None) -> bool:
    return (
        reason is None
        and block.is_prose
        and not _is_credit(block)
        and not CORRECTION.fullmatch(block.text[:LONGEST_CHARS])
    )


def _is_credit(block: Block) -> bool:
    text = block.text
    return bool(CREDIT.fullmatch(text) or (not QUOTED.search(text) and AUTHOR.fullmatch(text[:LONGEST_CHARS])))
