"""Page or pasted text to article, or a named refusal."""

from __future__ import annotations

import logging
import re
from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import groupby

import trafilatura
from lxml.html import HtmlElement
from trafilatura.settings import Document
from trafilatura.utils import load_html

from bot.errors import NoArticle, TooShort
from bot.extract.blocks import Block, clean, find_blocks, is_linked, restore, squeeze
from bot.extract.choice import choose
from bot.extract.decode import decode
from bot.extract.docx import is_docx, read_docx
from bot.extract.furniture import cut_furniture, is_prose, reason_of
from bot.extract.language import find_language, require_english
from bot.extract.manuscript import Manuscript
from bot.extract.metadata import (
    Metadata,
    agree,
    find_metadata,
    fold,
    host,
    is_person,
    join_names,
    split_names,
)
from bot.extract.pasted import read_pasted, take_headline
from bot.extract.pdf import is_pdf, read_pdf
from bot.extract.refusals import FEWEST, count_all, refuse, refuse_feed, text_type
from bot.models import Article, CharSpan, Dropped, Page

DROPPED_CHARS = 300
DROPPED_ENTRIES = 60
"""Bounds for the list of what was left out, so that it stays readable and a brief stays small. Guesses."""

TOP = 8
"""Blocks among which the headline is looked for. A guess: a kicker, a date and a share bar may stand above it."""

PLACES = (
    (r"figcaption|caption|figure", "caption"),
    (r"cookie|consent|gdpr", "cookie notice"),
    (r"comment|respond|disqus", "comment form"),
    (r"newsletter|subscri|sign-?up|optin", "newsletter plea"),
    (r"share|social", "share bar"),
    (r"related|recommend|trending|popular|most-?(?:read|viewed)|latest|read-?(?:more|next)|teaser", "related links"),
    (r"\bads?\b|advert|sponsor|promo", "advertisement"),
    (r"byline|author|dateline|timestamp|posted-on|entry-meta", "byline and date"),
    (r"\bnav|menu|breadcrumb", "navigation"),
    (r"footer", "page footer"),
    (r"\bheader\b|masthead", "page header"),
    (r"\bform\b|button", "form"),
    (r"\baside\b|sidebar", "sidebar"),
)
"""What the names around a block, innermost first, say of it."""


@dataclass(frozen=True, slots=True)
class SeenPage:
    """An HTML page, parsed, and what trafilatura makes of it."""

    tree: HtmlElement
    metadata: Metadata
    shown: list[Block]  # all that the page shows
    story: list[Block]  # what trafilatura took of it, in its order

    @property
    def taken(self) -> list[bool]:
        """Tell of each block shown whether it is in the story."""
        story = set(map(id, self.story))
        return [id(block) in story for block in self.shown]

    def reconsidered(self) -> tuple[list[Block], list[Block]]:
        """Return the story after a second opinion on each block, and the blocks that are left out of it."""
        chosen = choose(self.shown, self.taken)
        number = {id(block): position for position, block in enumerate(self.shown)}
        placed, last = [], -1
        for order, block in enumerate(self.story):  # what trafilatura put together itself stays where it stands
            last = number.get(id(block), last)
            if id(block) not in number or chosen[last]:
                placed.append((last, order, block))
        story = set(map(id, self.story))
        placed += [(n, -1, b) for n, b in enumerate(self.shown) if chosen[n] and id(b) not in story]
        kept = [block for *_, block in sorted(placed, key=lambda one: one[:2])]
        put_together = "".join(squeeze(block.text) for block in kept if id(block) not in number)
        return kept, [b for n, b in enumerate(self.shown) if not chosen[n] and squeeze(b.text) not in put_together]


def read_page(page: Page) -> SeenPage:
    """Parse the HTML of *page* and let trafilatura find the story.

    Raises:
        NoArticle: it is empty, a feed, or too broken.
    """
    text = decode(page.body, page.charset)
    refuse_feed(text)
    tree = _parse(text)
    shown = find_blocks(tree if tree.find("body") is None else tree.find("body"))
    metadata, extracted = _run_trafilatura(tree, shown, page)
    return SeenPage(tree, metadata, shown, restore(extracted, shown)[0])


def extract(page: Page, *, any_language: bool = False) -> Article:
    """Find the article on *page*.

    Args:
        page: HTML, plain text, PDF or Word (.docx), as fetched.
        any_language: read it although it is not English (for measuring).

    Raises:
        Refusal: *page* holds no article, or one that must not be summed up; its class and evidence say why.
    """
    if is_pdf(page.body) or is_docx(page.body):
        written = read_pdf(page.body) if is_pdf(page.body) else read_docx(page.body)
        return _placed(extract_manuscript(written, any_language=any_language), page)
    if text_type(page):
        return _extract_plain(page, any_language=any_language)
    seen = read_page(page)
    metadata = seen.metadata
    if seen.story and seen.story[0].tag == "h1":
        metadata = replace(metadata, headline=seen.story[0].text)  # what stands on top of the story is its headline
    story, left_out = seen.reconsidered()
    story, above = _without_headline(story, metadata.headline)
    story, cut = cut_furniture(story)
    refuse(story, seen.shown, seen.tree, metadata, page)
    article = _write(metadata.headline, story)
    if not any_language:
        require_english(article.body)
    around = [block for block in left_out if block.text != metadata.headline]
    return replace(
        article,
        byline=metadata.byline,
        outlet=metadata.outlet,
        published=metadata.published,
        language=find_language(article.body, metadata.language),
        url=page.url,
        canonical_url=metadata.canonical_url,
        fetched_at=page.fetched_at,
        dropped=_shorten([*above, *cut, *(Dropped(_place(block), block.text) for block in around)]),
    )


def extract_text(text: str, *, any_language: bool = False) -> Article:
    """Take pasted *text* for an article; furniture that was copied along is cut.

    Raises:
        Refusal: it is too short, or not English.
    """
    return extract_manuscript(read_pasted(text), any_language=any_language)


def extract_manuscript(written: Manuscript, *, any_language: bool = False) -> Article:
    """Make an article of what a file or a message holds; furniture that was copied along is cut.

    Raises:
        Refusal: it is too short, or not English.
    """
    headline, blocks = (written.headline, list(written.blocks)) if written.headline else take_headline(written.blocks)
    if headline and not written.headline and reason_of(Block(headline)):  # what was copied from above the headline
        blocks, headline = [Block(headline), *blocks], None
    kept, cut = cut_furniture(blocks)
    if headline is None:
        headline, kept = take_headline(kept)
    kept, above = _without_headline(kept, headline)
    if count_all(kept) < FEWEST:
        raise TooShort(count_all(kept))
    article = _write(headline, kept)
    if not any_language:
        require_english(article.body)
    signed = next((line.text for line in cut if re.match(r"by\b", line.text, re.I)), "")
    names = [name for name in split_names(signed) if is_person(name, None)]
    return replace(
        article,
        byline=join_names(names) if names else written.byline,
        outlet=written.outlet,
        published=written.published,
        language=find_language(article.body),
        dropped=_shorten([*written.dropped, *above, *cut]),
    )


def _extract_plain(page: Page, *, any_language: bool) -> Article:
    text = decode(page.body, page.charset)
    if not text.strip():
        raise NoArticle("it is empty")
    return _placed(extract_text(text, any_language=any_language), page)


def _placed(article: Article, page: Page) -> Article:
    outlet = article.outlet or host(page.final_url) or None
    return replace(article, url=page.url, fetched_at=page.fetched_at, outlet=outlet)


def _parse(text: str) -> HtmlElement:
    if not text.strip():
        raise NoArticle("it is empty")
    if "<html" not in text[:5000].lower():
        text = f"<html><body>{text}</body></html>"  # the parser wants a whole page
    tree = load_html(text)
    if tree is None:
        raise NoArticle("its code is too broken to read")
    for quote in tree.iter("q"):  # browsers draw its quotation marks
        quote.text, quote.tail = f"“{quote.text or ''}", f"”{quote.tail or ''}"
        quote.tag = "span"
    return tree


def _run_trafilatura(tree: HtmlElement, shown: Sequence[Block], page: Page) -> tuple[Metadata, list[Block]]:
    """Let trafilatura find metadata and body on copies of *tree*."""
    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)  # its warnings repeat what we raise
    try:
        metadata = find_metadata(tree, shown, page.final_url)
        document = trafilatura.bare_extraction(_unmarked(tree), url=page.final_url, include_comments=False)
    except MemoryError:
        raise
    except Exception as error:  # on broken pages it raises whatever lxml, json or dateparser do
        raise NoArticle("its code is too broken to read") from error
    return metadata, find_blocks(document.body) if isinstance(document, Document) else []


def _unmarked(tree: HtmlElement) -> HtmlElement:
    """Return a copy of *tree* where what stands in the middle of a sentence has no names to be cut for.

    trafilatura drops every ``<time>`` and every ``<span class="author-link">``, and what is left of the
    sentence is no longer what the page says.
    """
    copy = deepcopy(tree)
    for element in copy.iter("time", "span", "label", "button"):
        before = element.getprevious()
        leading = (
            before.tail if before is not None else element.getparent() is not None and element.getparent().text
        ) or ""
        following = (element.tail or "").lstrip(" \xa0\n\t")
        if (
            re.search(r"[\w,;“‘(]\s*$", leading)
            or following[:1].islower()
            or (leading.strip() and following[:1] == ",")
        ):
            element.tag = "span"
            element.attrib.clear()
    return copy


def _without_headline(story: list[Block], headline: str | None) -> tuple[list[Block], list[Dropped]]:
    """Part the headline from the top of *story*, where it would stand twice, with the scraps above it."""
    if headline:
        for number, block in enumerate(story[:TOP]):
            if is_prose(block.text) and block.text != headline:
                break
            if fold(block.text) == fold(headline) or (block.tag in ("h1", "title") and agree(block.text, headline)):
                above = [Dropped(reason_of(scrap) or "above the headline", scrap.text) for scrap in story[:number]]
                return story[number + 1 :], above
    return story, []


def _write(headline: str | None, story: Sequence[Block]) -> Article:
    """Join headline and story to one text, with the spans of its paragraphs."""
    texts = [*filter(None, [clean(headline or "")]), *(block.text for block in story)]
    spans, start = [], 0
    for text in texts:
        spans.append(CharSpan(start, start + len(text)))
        start += len(text) + 2
    return Article(text="\n\n".join(texts), paragraphs=tuple(spans), headline=spans[0] if headline else None)


def _place(block: Block) -> str:
    """Say what kind of thing *block* is, by its words or by the names of what it stands in."""
    return reason_of(block) or _named(block.within) or ("links" if is_linked(block) else "not part of the story")


@lru_cache(2000)
def _named(within: str) -> str | None:
    """Say what the names around a block tell; most blocks of a page share theirs with others."""
    for names in reversed(within.split("  ")):
        for pattern, reason in PLACES:
            if re.search(pattern, names):
                return reason
    return None


def _shorten(dropped: Sequence[Dropped]) -> tuple[Dropped, ...]:
    """Join neighbours of one kind, cut each entry, and count what is past the last one that is kept."""
    entries = []
    for reason, group in groupby(dropped, key=lambda one: one.reason):
        if reason == "separator":
            continue
        text = " · ".join(dict.fromkeys(one.text for one in group))
        entries.append(
            Dropped(reason, text if len(text) <= DROPPED_CHARS else text[: DROPPED_CHARS - 1].rstrip() + "…")
        )
    if rest := entries[DROPPED_ENTRIES:]:
        return (*entries[:DROPPED_ENTRIES], Dropped("and more", f"{len(rest)} more stretches of the page"))
    return tuple(entries)
