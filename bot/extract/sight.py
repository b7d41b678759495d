"""What a visitor sees of a page beside its frame: its own words, its titles, its teasers of other stories."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from lxml.html import HtmlElement

from bot.extract.blocks import Block, clean, is_linked
from bot.extract.furniture import reason_of
from bot.extract.metadata import Head, Metadata, read_head
from bot.models import Page

FRAME = re.compile(
    r"(?:header|nav|footer|aside|menu)\b"
    r"|.* (?:site-|page-|main-|global-|top-)?(?:header|nav|navbar|footer|menu|navigation|masthead|topbar|sidebar|"
    r"breadcrumbs?)(?:[-_ ]|$)"
)
"""An element of the page's frame, by its tag or by how one of its names begins."""

WHOLE = frozenset({"html", "body", "main", "article"})
"""Elements whose names speak of the page as a whole: "has-sidebar"."""

OTHERS = re.compile(
    r"\b(?:related|recommend(?:ed|ations)?|trending|popular|most-?(?:read|viewed)|read-?next|more-?(?:stories|news|"
    r"from)|promo)\b"
)
TEASER = re.compile(r"\b(?:teasers?|cards?|latest)\b")
SHARING = re.compile(r"\b(?:shar(?:e|ing)|social)\b")
TITLE_PARTS = re.compile(r"\s+[|–—·»›•-]+\s+|\s*\|\s*|:\s+")
REPORTED = re.compile(
    r"[“„«\"][^“”„«»\"]{25,}[”“»\"]|\b(?:said|says|told|asked|according to|announced|reported|wrote|added|warned|"
    r"found that)\b",
    re.I,
)
HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})

MOSTLY = 0.5
"""Share of a block's characters from which links outweigh its own words."""

LINE = 15
"""Words from which a block is running text, even without a full stop. A guess: titles and buttons are shorter."""

FEW_TEASERS = 3
"""Teasers below which what follows a link is the page's own text. A guess."""

NEAR = 4
"""Blocks between a linked title and its teaser, or the next title. A guess: a kicker, a name and a time fit in."""


@dataclass(frozen=True)
class Sight:
    """A page as extraction left it, and what can be told from that."""

    story: Sequence[Block]  # left after furniture was cut, without the headline
    shown: Sequence[Block]  # all of the page
    tree: HtmlElement
    metadata: Metadata
    page: Page

    @cached_property
    def inner(self) -> list[Block]:
        """The blocks outside of the page's frame and of its boxes with other stories."""
        return [block for block in self.shown if block.tag == "h1" or not _is_around(block)]

    @cached_property
    def links(self) -> int:
        """How many different titles outside of the frame are links."""
        return len({block.text for block in self.inner if is_linked(block) and 4 <= len(block.text.split()) <= 30})

    @cached_property
    def listed(self) -> int:
        """How many teasers stand outside of the frame and of boxes beside a story."""
        return len({block.text for block in self.inner} & self.teasers)

    @cached_property
    def teasers(self) -> frozenset[str]:
        """The texts that stand between one linked title and the next, or are links themselves."""
        links = frozenset(clean(link.text_content()) for link in self.tree.iter("a"))
        found = frozenset(block.text for block in _find_teasers(self.shown, links))
        return found if len(found) >= FEW_TEASERS else frozenset()

    @cached_property
    def own(self) -> list[Block]:
        """The story's running text that belongs to this page and to no other story."""
        elsewhere = self.teasers | {block.text for block in _find_elsewhere(self.shown)}
        return [block for block in self.story if is_told(block) and block.text not in elsewhere]

    @cached_property
    def told_elsewhere(self) -> list[Block]:
        """Running text of the page's own that extraction left."""
        elsewhere = self.teasers | {block.text for block in (*_find_elsewhere(self.shown), *self.story)}
        return [block for block in self.inner if is_told(block) and block.text not in elsewhere]

    @cached_property
    def loose(self) -> int:
        """How many words the story has that are no links, no teasers and not in the page's frame."""
        rest = [block for block in self.story if not is_told(block) and (block.linked or 0) < MOSTLY]
        return self.words + count_all([block for block in rest if not _is_around(block)])

    @cached_property
    def words(self) -> int:
        """How many words the page has of its own, in sentences."""
        return count_all(self.own)

    @cached_property
    def titles(self) -> list[str]:
        """The page's title, whole and in its parts, and its main headings."""
        title = clean(" ".join(self.tree.xpath("//title//text()")))
        headings = [block.text for block in self.inner if _is_heading(block) and not is_linked(block)]
        return list(dict.fromkeys([title, *TITLE_PARTS.split(title), self.metadata.headline or "", *headings[:3]]))

    @cached_property
    def head(self) -> Head:
        """The machine-readable part of the page."""
        return read_head(self.tree)

    @cached_property
    def kinds(self) -> frozenset[str]:
        """What the page declares to be: types of schema.org and Open Graph, in lower case."""
        types = [node.get("@type") for node in self.head.nodes]
        names = [name for kind in types for name in (kind if isinstance(kind, list) else [kind])]
        return frozenset(str(name).lower() for name in [*names, self.head.metas.get("og:type", "")])

    @cached_property
    def marks(self) -> str:
        """Names, addresses and inline scripts by which a vendor's wall is known, in lower case."""
        values = self.tree.xpath("//@id | //@class | //script/@src | //iframe/@src | //form/@action | //script/text()")
        return " ".join(str(value)[:2000] for value in values).lower()

    def has(self, xpath: str) -> bool:
        """Tell whether the page has an element that *xpath* finds."""
        return bool(self.tree.xpath(xpath))


def count_all(blocks: Sequence[Block]) -> int:
    """Count the words of *blocks*."""
    return sum(block.words for block in blocks)


def is_reported(block: Block) -> bool:
    """Tell whether a reporter speaks in *block*, or someone is quoted: a wall speaks for itself."""
    return bool(REPORTED.search(block.text))


def sentence_of(match: re.Match[str]) -> str:
    """Return the sentence around *match*, without its full stop."""
    before = re.split(r"[.!?]\s", match.string[: match.start()])[-1]
    after = re.split(r"[.!?](?:\s|$)", match.string[match.end() :])[0]
    return (before + match.group() + after).strip()


def is_told(block: Block) -> bool:
    """Tell whether *block* is running text: sentences, or at least a long line that is no link."""
    return block.is_prose or (block.words >= LINE and (block.linked or 0) < MOSTLY)


def _is_around(block: Block) -> bool:
    return _is_framed(block) or bool(OTHERS.search(block.within))


def _is_framed(block: Block) -> bool:
    return any(FRAME.match(names) for names in block.within.split("  ") if names.split(" ")[0] not in WHOLE)


def _find_elsewhere(shown: Sequence[Block]) -> Iterator[Block]:
    """Yield what stands near a link in a box that is named for other stories; the name alone proves nothing."""
    last = -NEAR
    for number, block in enumerate(shown):
        named = OTHERS.search(block.within) or TEASER.search("  ".join(block.within.split("  ")[-3:]))
        if named and is_linked(block) and len(block.text.split()) >= 3:
            last = number
        if named and number - last < NEAR:
            yield block


def _find_teasers(shown: Sequence[Block], links: frozenset[str]) -> Iterator[Block]:
    titles = [number for number, block in enumerate(shown) if _is_linked_title(block, links)]
    for number, following in zip(titles, [*titles[1:], len(shown)], strict=False):
        between = shown[number + 1 : following]
        headed = [place for place, block in enumerate(between) if _is_heading(block) and not is_linked(block)]
        between = between[: headed[0]] if headed else between
        told = [place for place, block in enumerate(between) if is_told(block)]
        if len(told) == 1 and told[0] < NEAR:
            yield between[told[0]]
    yield from (block for block in shown if is_linked(block) and block.is_prose)


def _is_heading(block: Block) -> bool:
    """Tell whether the innermost element around *block*, which also gives it its tag, is a heading."""
    return block.within.rsplit("  ", 1)[-1].split(" ")[0] in HEADINGS


def _is_linked_title(block: Block, links: frozenset[str]) -> bool:
    """Tell whether *block* leads to another story; a link in a paragraph of its own stands within this one."""
    if block.tag == "p" or _is_framed(block) or SHARING.search(block.within) or not 3 <= len(block.text.split()) <= 30:
        return False
    return (is_linked(block) or block.text in links) and not block.is_prose and not reason_of(block)
