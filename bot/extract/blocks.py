"""The blocks of text that a page shows, and the story put together from them word for word."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

from lxml.etree import iterwalk
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

SPACE = re.compile(r"\s+")
CONTINUED = re.compile(r"(?<=[\w,;–—-]) *\n *(?=[a-z])")
"""A line break inside a sentence: layout, not a new paragraph."""

UNSPACED = re.compile("[\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff]")

KEY = 16
"""Characters by which blocks are looked up. A guess: long enough to tell paragraphs apart."""


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, a heading, a list's item, a table's row: what stands by itself on the page."""

    text: str  # white space collapsed
    tag: str = "p"  # the element that makes it a block
    linked: float | None = None  # share of its characters that are link text; None: pasted, unknown
    within: str = ""  # names, classes and ids of the elements around it, outermost first, two blanks apart, lower case


def clean(text: str) -> str:
    """Collapse white space and leave out what is invisible; no visible character is touched."""
    return SPACE.sub(" ", INVISIBLE.sub("", text)).strip()


def count_words(text: str) -> int:
    """Count the words of *text*; where none are written apart (Chinese, Japanese, Thai), two letters count as one."""
    return len(text.split()) + len(UNSPACED.findall(text)) // 2


def find_blocks(root: HtmlElement) -> list[Block]:
    """Find the visible blocks under *root*, in the page's order; a table's row is one block."""
    return [block for block in _walk(root) if block.text]


def _walk(root: HtmlElement) -> Iterator[Block]:
    pieces: list[str] = []
    linked, links, unseen, around = 0, 0, 0, [_signs(root)]
    tag = "p"

    def flush() -> Iterator[Block]:
        nonlocal linked
        text = INVISIBLE.sub("", "".join(pieces))
        total = sum(map(len, pieces)) or 1
        share = min(linked / total, 1.0)
        pieces.clear()
        linked = 0
        for line in CONTINUED.sub(" ", text).split("\n"):
            yield Block(SPACE.sub(" ", line).strip(), tag, share, "  ".join(filter(None, around)))

    for event, element in iterwalk(root, events=("start", "end")):
        name = element.tag if isinstance(element.tag, str) else "script"  # comments have a function there
        inline = name in INLINE
        if event == "start":
            unseen += _hidden(element, name)
            links += name in LINKS
            if name in BREAKS:
                pieces.append("\n")
            elif not inline and not _in_row(element):
                yield from flush()
                tag = name
                around.append(_signs(element))
            words = element.text
        else:
            if not inline and name not in BREAKS and not _in_row(element):
                yield from flush()
                around.pop()
            elif not inline:
                pieces.append(" ")
            unseen -= _hidden(element, name)
            links -= name in LINKS
            words = element.tail if element is not root else None
        if words and not unseen:
            pieces.append(SPACE.sub(" ", words))
            linked += len(words) if links else 0
    yield from flush()


def _in_row(element: HtmlElement) -> bool:
    """Tell whether *element* is a cell with a value, whose text belongs to the row's; cells of old layouts are not."""
    return element.tag in ("td", "th", "cell") and not any(
        child.tag in ("p", "div", "table", "ul", "ol", "list", "blockquote", "br", "lb", "h1", "h2", "h3")
        for child in element
    )


def _hidden(element: HtmlElement, name: str) -> bool:
    style = (element.get("style") or "").replace(" ", "").lower()
    return name in UNSEEN or "hidden" in element.attrib or "display:none" in style


def _signs(element: HtmlElement) -> str:
    signs = (element.tag, element.get("class"), element.get("id"), element.get("role"))
    return SPACE.sub(" ", " ".join(sign for sign in signs if isinstance(sign, str))).lower()


def is_linked(block: Block) -> bool:
    """Tell whether *block* is nothing but a link."""
    return (block.linked or 0) > 0.8


def squeeze(text: str) -> str:
    """Return *text* without any blank, to compare what two readers of a page took for the same words."""
    return SPACE.sub("", INVISIBLE.sub("", text))


def restore(extracted: Sequence[Block], shown: Sequence[Block]) -> tuple[list[Block], list[Block]]:
    """Put the *extracted* text together again from the blocks that the page shows.

    Extraction moves blanks and breaks about ("word<b>s</b>" comes out as "word s"). Where its characters are
    those of one or several whole blocks of the page, these are taken instead.

    Returns:
        The story's blocks in the extraction's order, and the page's blocks that are not in it.
    """
    stream = "".join(squeeze(block.text) for block in extracted)
    ends = list(accumulate(len(squeeze(block.text)) for block in extracted))
    finder = _Finder(shown, stream, frozenset(ends))
    story: list[Block] = []
    used: set[int] = set()
    at = 0
    for block, end in zip(extracted, ends, strict=True):
        if at >= end:
            continue  # covered by a block of the page that spans several
        run = finder.run(at, max(used, default=-1))
        if run:
            story += (shown[number] for number in run)
            used.update(run)
            at += sum(len(finder.squeezed[number]) for number in run)
        else:
            story.append(block)
            at = end
    left_out = [
        block
        for number, block in enumerate(shown)
        if number not in used and (len(squeeze(block.text)) < KEY or squeeze(block.text) not in stream)
    ]
    return story, left_out


class _Finder:
    """Finds the run of page blocks whose characters stand at one place of the extracted stream."""

    def __init__(self, shown: Sequence[Block], stream: str, ends: frozenset[int]) -> None:
        self.squeezed = [squeeze(block.text) for block in shown]
        self._stream = stream
        self._ends = ends
        self._by_key: dict[str, list[int]] = defaultdict(list)
        for number, text in enumerate(self.squeezed):
            if text:
                self._by_key[text[:KEY]].append(number)

    def run(self, at: int, after: int) -> list[int]:
        """Return the numbers of the blocks that stand at *at*; of equal ones, the first past number *after*."""
        starts = [
            number for length in range(1, KEY + 1) for number in self._by_key.get(self._stream[at : at + length], ())
        ]
        for first in sorted(starts, key=lambda number: (number <= after, number)):
            if run := self._follow(first, at):
                return run
        return []

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
