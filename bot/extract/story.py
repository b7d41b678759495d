"""The page as it is parsed, and which of its blocks are the story: trafilatura's choice, looked at a second time.

trafilatura's rules are asked first, without its further extractors, which take as long again. Where that finds
nothing, or the second look leaves doubts, these are asked as well.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass, replace
from functools import cache

import trafilatura
from lxml.etree import Comment, ElementDefaultClassLookup, LxmlError, strip_elements
from lxml.html import HtmlElement, HTMLParser, fromstring
from trafilatura.settings import Document
from trafilatura.utils import repair_faulty_html

from bot.catalogue import mark
from bot.errors import NoArticle
from bot.extract.blocks import UNSEEN, Block, find_blocks, restore
from bot.extract.choice import choose
from bot.extract.decode import decode
from bot.extract.metadata import Metadata, find_metadata
from bot.extract.refusals import refuse_feed
from bot.models import Page

DOUBTFUL = 0.5
"""Doubt (see ``Choice``) from which trafilatura's other extractors are asked. Chosen by cross-validation on the
development pages: one page in fifteen, and nothing is gained by asking for more."""

LEADING = frozenset("_,;“‘(")
"""Characters, beside letters and digits, after which a sentence goes on."""


@dataclass(frozen=True, slots=True)
class SeenPage:
    """An HTML page, parsed, and what trafilatura's rules make of it."""

    url: str
    tree: HtmlElement
    metadata: Metadata
    shown: list[Block]  # all that the page shows
    taken: list[Block]  # what was taken of it, in trafilatura's order; put together from those shown where possible
    by_all: bool  # whether all of its extractors were asked, or its rules alone

    @property
    def is_taken(self) -> list[bool]:
        """Tell of each block shown whether it was taken."""
        taken = set(map(id, self.taken))
        return [id(block) in taken for block in self.shown]


def read_page(page: Page) -> SeenPage:
    """Parse the HTML of *page* and let trafilatura find the story.

    Raises:
        NoArticle: it is empty, a feed, or too broken.
    """
    text = decode(page.body, page.charset)
    refuse_feed(text)
    tree = _parse(text)
    bare = _strip(tree)
    shown = find_blocks(bare if bare.find("body") is None else bare.find("body"))
    try:
        metadata = find_metadata(tree, shown, page.final_url)
    except MemoryError:
        raise
    except Exception as error:  # htmldate raises whatever lxml or dateparser do on broken pages
        raise NoArticle(mark("its code is too broken to read")) from error
    found = _find_body(bare, page.final_url, fast=True)
    by_all = not found or _is_heap(found, shown)
    if by_all:
        found = _find_body(_strip(tree), page.final_url, fast=False)
    return SeenPage(page.final_url, tree, metadata, shown, restore(found, shown), by_all)


def find_story(seen: SeenPage) -> tuple[list[Block], list[Block]]:
    """Return the blocks of the story, and those that are left out of it."""
    choice = choose(seen.shown, seen.is_taken)
    if choice.doubt > DOUBTFUL and not seen.by_all:
        seen = look_again(seen)
        choice = choose(seen.shown, seen.is_taken)
    return _put_together(seen, choice.chosen)


def look_again(seen: SeenPage) -> SeenPage:
    """Let trafilatura find the story with all its extractors."""
    found = _find_body(_strip(seen.tree), seen.url, fast=False)
    return replace(seen, taken=restore(found, seen.shown), by_all=True)


def _put_together(seen: SeenPage, chosen: Sequence[bool]) -> tuple[list[Block], list[Block]]:
    """Merge the *chosen* blocks with what trafilatura put together itself, which stays where it stands."""
    number = {id(block): position for position, block in enumerate(seen.shown)}
    placed, last = [], -1
    for order, block in enumerate(seen.taken):
        last = number.get(id(block), last)
        if id(block) not in number or chosen[last]:
            placed.append((last, order, block))
    taken = set(map(id, seen.taken))
    placed += [(n, -1, b) for n, b in enumerate(seen.shown) if chosen[n] and id(b) not in taken]
    kept = [block for *_, block in sorted(placed, key=lambda one: one[:2])]
    put_together = "".join(block.squeezed for block in kept if id(block) not in number)
    return kept, [b for n, b in enumerate(seen.shown) if not chosen[n] and b.squeezed not in put_together]


def _parse(text: str) -> HtmlElement:
    if not text.strip():
        raise NoArticle(mark("it is empty"))
    if "<html" not in text[:5000].lower():
        text = f"<html><body>{text}</body></html>"  # the parser wants a whole page
    sound = repair_faulty_html(text, text[:50].lower()).encode("utf-8", "replace")
    try:
        tree = fromstring(sound, parser=_parser())
    except LxmlError as error:
        raise NoArticle(mark("its code is too broken to read")) from error
    for quote in tree.iter("q"):  # browsers draw its quotation marks
        quote.text, quote.tail = f"“{quote.text or ''}", f"”{quote.tail or ''}"
        quote.tag = "span"
    return tree


@cache
def _parser() -> HTMLParser:
    """Return trafilatura's parser without lxml's classes for forms, since asking for each element's takes time."""
    parser = HTMLParser(
        collect_ids=False, default_doctype=False, encoding="utf-8", remove_comments=True, remove_pis=True
    )
    parser.set_element_class_lookup(ElementDefaultClassLookup(element=HtmlElement))
    return parser


def _strip(tree: HtmlElement) -> HtmlElement:
    """Return a copy of *tree* without what nobody sees of it."""
    copy = deepcopy(tree)
    strip_elements(copy, Comment, *UNSEEN, with_tail=False)
    return copy


def _find_body(tree: HtmlElement, url: str, *, fast: bool) -> list[Block]:
    """Let trafilatura find the body of the story, *fast* by its rules alone; *tree* is changed."""
    _unmark(tree)
    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)  # its warnings repeat what we raise
    try:
        found = trafilatura.bare_extraction(
            tree,
            url=url,
            include_comments=False,
            fast=fast,
            output_format="xml",  # or it writes the text as well
        )
    except MemoryError:
        raise
    except Exception as error:  # on broken pages it raises whatever lxml, json or dateparser do
        raise NoArticle(mark("its code is too broken to read")) from error
    return find_blocks(found.body) if isinstance(found, Document) else []


def _is_heap(extracted: Sequence[Block], shown: Sequence[Block]) -> bool:
    """Tell whether all that was found is one piece that the page does not have: what is left when rules fail."""
    return len(extracted) == 1 and all(extracted[0].squeezed != block.squeezed for block in shown)


def _unmark(tree: HtmlElement) -> None:
    """Take the names off what stands in the middle of a sentence, so that it is not cut out for them.

    trafilatura drops every ``<time>`` and every ``<span class="author-link">``, and what is left of the
    sentence is no longer what the page says.
    """
    for element in tree.iter("time", "span", "label", "button"):
        before = element.getprevious()
        leading = (
            before.tail if before is not None else element.getparent() is not None and element.getparent().text
        ) or ""
        following = (element.tail or "").lstrip(" \xa0\n\t")
        last = leading.rstrip()[-1:]
        if last.isalnum() or last in LEADING or following[:1].islower() or (last and following[:1] == ","):
            element.tag = "span"
            element.attrib.clear()
