"""The blocks of text that a page shows, and the story put together from them word for word."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from heapq import merge
from itertools import accumulate, chain

from lxml.html import HtmlElement

INLINE = frozenset(
    "a abbr acronym b bdi bdo big cite code data del dfn em font i img ins kbd label mark nobr q ruby s samp small "
    "span strike strong sub sup time tt u var wbr hi ref graphic".split()  # the last three are trafilatura's names
)
LINKS = frozenset({"a", "ref"})
BREAKS = frozenset({"br", "lb"})
UNSEEN = frozenset(
    "title script style noscript template svg math iframe object audio video canvas select datalist textarea".split()
)
INVISIBLE = re.compile(
    "[\u00ad\u200b\u200c\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f]"
)
"""Characters that nobody sees: soft hyphens, zero-width blanks, direction marks, control characters."""

BREAK = "\x1e"
"""Stands for a line break; no page shows this character."""

CELLS = frozenset({"td", "th", "cell"})
STANDING = frozenset("p div table ul ol list blockquote br lb h1 h2 h3".split())
"""Elements that a cell of a table has where the table is a page's layout and no table."""

UNFINISHED, CONTINUES = re.compile(r"[\w,;–—-]$"), re.compile("[a-z]")
"""How lines end and begin where a line break stands inside a sentence: layout, not a new paragraph."""

UNSPACED = re.compile("[\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff]")

KEY = 16
"""Characters by which blocks are looked up. A guess: long enough to tell paragraphs apart."""


MOST_HELD = 0.7
"""Share of an extracted piece that must be blocks of the page. A guess: scraps too short to look up are in it, too."""


QUOTED = re.compile('[“”„«»"]')
SENTENCE = re.compile(r"[^.!?…][.!?。！？][)\]’']*$")
PROSE_WORDS = 8
"""Words from which a block with a full stop is taken for a sentence of the story. A guess: shorter ones occur
in comment forms as well."""


@dataclass(frozen=True)
class Block:
    """A paragraph, a heading, a list's item, a table's row: what stands by itself on the page."""

    text: str  # white space collapsed
    tag: str = "p"  # the element that makes it a block
    linked: float | None = None  # share of its characters that are link text; None: pasted, unknown
    within: str = ""  # names, classes and ids of the elements around it, outermost first, two blanks apart, lower case

    @cached_property
    def words(self) -> int:
        """How many words it has, as ``count_words`` counts."""
        return count_words(self.text)

    @cached_property
    def squeezed(self) -> str:
        """Its text without any blank, to compare what two readers of a page took for the same words."""
        return "".join(self.text.split())

    @cached_property
    def is_prose(self) -> bool:
        """Whether it reads like a sentence of a story, or holds a quotation."""
        return bool(QUOTED.search(self.text)) or (self.words >= PROSE_WORDS and bool(SENTENCE.search(self.text)))


def clean(text: str) -> str:
    """Collapse white space and leave out what is invisible; no visible character is touched."""
    text = " ".join(text.split())
    if text.isascii() and text.isprintable():
        return text
    return " ".join(INVISIBLE.sub("", text).split())


def goes_on(line: str, following: str) -> bool:
    """Tell whether a line break between two lines is layout, and the sentence goes on."""
    return bool(UNFINISHED.search(line) and CONTINUES.match(following))


def count_words(text: str) -> int:
    """Count the words of *text*; where none are written apart (Chinese, Japanese, Thai), two letters count as one."""
    return len(text.split()) + len(UNSPACED.findall(text)) // 2


def find_blocks(root: HtmlElement) -> list[Block]:
    """Find the visible blocks under *root*, in the page's order; a table's row is one block."""
    walk = _Walk()
    walk.enter(root, root.tag)
    return walk.blocks


class _Walk:
    """A walk through a tree that gathers text until an element ends the block."""

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self._pieces: list[str] = []
        self._linked = [0]  # letters that are link text, a figure for each line
        self._links = 0  # links that the walk is in
        self._around: list[HtmlElement] = []
        self._signs: list[str] = []  # what the outer ones of those are called, as far as it was asked

    def enter(self, element: HtmlElement, name: str) -> None:
        """Read an element that stands by itself."""
        self._around.append(element)
        self._read(element, name)
        self._end_block(name)
        self._around.pop()
        del self._signs[len(self._around) :]

    def _read(self, element: HtmlElement, name: str) -> None:
        """Read what is in *element*, whose text belongs to the block of an element called *name*."""
        self._add(element.text)
        for child in element:
            kind = child.tag
            if not isinstance(kind, str) or kind in UNSEEN:  # comments have a function for a tag
                pass
            elif _is_hidden(child):
                if kind not in INLINE:
                    self._end_block(name)
            elif kind in BREAKS:
                self._pieces.append(BREAK)
                self._linked.append(0)
            elif kind in LINKS:
                self._links += 1
                self._read(child, name)
                self._links -= 1
            elif kind in INLINE:
                self._read(child, name)
            elif kind in CELLS and _is_in_row(child):
                self._read(child, name)
                self._pieces.append(" ")
            else:
                self._end_block(name)
                self.enter(child, kind)
            self._add(child.tail)

    def _add(self, words: str | None) -> None:
        if words and (self._pieces or not words.isspace()):
            self._pieces.append(words.replace(BREAK, " "))
            if self._links:
                self._linked[-1] += len("".join(words.split()))

    def _end_block(self, name: str) -> None:
        if not self._pieces:
            return
        lines: list[tuple[str, int]] = []
        for line, linked in zip("".join(self._pieces).split(BREAK), self._linked, strict=True):
            text = clean(line)
            if lines and goes_on(lines[-1][0], text):
                before, links = lines.pop()
                text, linked = f"{before} {text}", links + linked
            lines.append((text, linked))
        self._pieces.clear()
        self._linked = [0]
        within = self._within()
        for text, linked in lines:
            if text:
                share = min(linked / (len(text) - text.count(" ")), 1.0)
                self.blocks.append(Block(text, name, share, within))

    def _within(self) -> str:
        """Name the elements around; those that hold no text of their own are never asked."""
        self._signs += map(_signs, self._around[len(self._signs) :])
        return "  ".join(self._signs)


def _is_in_row(cell: HtmlElement) -> bool:
    """Tell whether *cell* holds a value, which belongs to its row's block; cells of old layouts do not."""
    return not any(child.tag in STANDING for child in cell)


def _is_hidden(element: HtmlElement) -> bool:
    if element.get("hidden") is not None:
        return True
    style = element.get("style")
    return style is not None and "display:none" in style.replace(" ", "").lower()


def _signs(element: HtmlElement) -> str:
    signs = (element.tag, element.get("class"), element.get("id"), element.get("role"))
    return " ".join(" ".join(filter(None, signs)).split()).lower()


def is_linked(block: Block) -> bool:
    """Tell whether *block* is nothing but a link."""
    return (block.linked or 0) > 0.8


def restore(extracted: Sequence[Block], shown: Sequence[Block]) -> list[Block]:
    """Put the *extracted* text together again from the blocks that the page shows.

    Extraction moves blanks and breaks about ("word<b>s</b>" comes out as "word s"). Where its characters are
    those of one or several whole blocks of the page, these are taken instead.

    Returns:
        The story's blocks in the extraction's order.
    """
    stream = "".join(block.squeezed for block in extracted)
    ends = list(accumulate(len(block.squeezed) for block in extracted))
    finder = _Finder(shown, stream, frozenset(ends))
    story: list[Block] = []
    after = -1  # the last block of the page that was taken
    at = 0
    for block, end in zip(extracted, ends, strict=True):
        if at >= end:
            continue  # covered by a block of the page that spans several
        if run := finder.run(at, after):
            at += sum(len(finder.squeezed[number]) for number in run)
        elif run := finder.held(at, end, after):
            at = end
        if run:
            story += (shown[number] for number in run)
            after = max(after, *run)
        else:
            story.append(block)
            at = end
    return story


class _Finder:
    """Finds the run of page blocks whose characters stand at one place of the extracted stream."""

    def __init__(self, shown: Sequence[Block], stream: str, ends: frozenset[int]) -> None:
        self.squeezed = [block.squeezed for block in shown]
        self._stream = stream
        self._ends = ends
        self._by_key: dict[str, list[int]] = defaultdict(list)
        for number, text in enumerate(self.squeezed):
            if text:
                self._by_key[text[:KEY]].append(number)

    def run(self, at: int, after: int) -> list[int]:
        """Return the numbers of the blocks that stand at *at*; of equal ones, the first past number *after*."""
        starts = [self._by_key.get(self._stream[at : at + length], []) for length in range(1, KEY + 1)]
        past = [bisect_right(numbers, after) for numbers in starts]
        pairs = list(zip(starts, past, strict=True))  # nothing is copied: a table has thousands of equal cells
        later = merge(*(map(numbers.__getitem__, range(place, len(numbers))) for numbers, place in pairs))
        earlier = merge(*(map(numbers.__getitem__, range(place)) for numbers, place in pairs))
        return next((run for first in chain(later, earlier) if (run := self._follow(first, at))), [])

    def held(self, at: int, end: int, after: int) -> list[int]:
        """Return the numbers of the blocks that stand, with gaps, between *at* and *end*, if they are most of it.

        What trafilatura saves from a page that it can't make out is one piece, however much that is.
        """
        run, letters, place = [], 0, at
        for number in range(after + 1, len(self.squeezed)):
            text = self.squeezed[number]
            found = self._stream.find(text, place, end) if len(text) >= KEY else -1
            if found >= 0:
                run.append(number)
                letters += len(text)
                place = found + len(text)
        return run if len(run) > 1 and letters >= MOST_HELD * (end - at) else []

    def _follow(self, first: int, at: int) -> list[int]:
        run: list[int] = []
        for number in range(first, len(self.squeezed)):
            if not self._stream.startswith(self.squeezed[number], at):
                return []
            run.append(number)
            at += len(self.squeezed[number])
            if at in self._ends:
                return run
        return []
