"""Page or pasted text to article, or a named refusal."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from functools import lru_cache

from bot.catalogue import mark
from bot.errors import NoArticle, TooShort
from bot.extract.blocks import Block, clean, is_linked
from bot.extract.decode import decode
from bot.extract.docx import is_docx, read_docx
from bot.extract.furniture import cut_furniture, reason_of
from bot.extract.language import ENGLISH, find_language, require_language
from bot.extract.manuscript import Manuscript
from bot.extract.metadata import (
    agree,
    fold,
    host,
    is_person,
    join_names,
    split_names,
)
from bot.extract.pasted import read_pasted, take_headline
from bot.extract.pdf import is_pdf, read_pdf
from bot.extract.refusals import FEWEST, count_all, refuse, text_type
from bot.extract.story import find_story, read_page
from bot.models import Article, CharSpan, Dropped, Page

DROPPED_CHARS = 300
DROPPED_ENTRIES = 60
"""Bounds for the list of what was left out, so that it stays readable and a brief stays small. Guesses."""

PLACES = tuple(
    (re.compile(names), kind)
    for names, kind in (
        (r"figcaption|caption|figure", "caption"),
        (r"cookie|consent|gdpr", "cookie notice"),
        (r"comment|respond|disqus", "comment form"),
        (r"newsletter|subscri|sign-?up|optin", "newsletter plea"),
        (r"share|social", "share bar"),
        (
            r"related|recommend|trending|popular|most-?(?:read|viewed)|latest|read-?(?:more|next)|teaser",
            "related links",
        ),
        (r"\bads?\b|advert|sponsor|promo", "advertisement"),
        (r"byline|author|dateline|timestamp|posted-on|entry-meta", "byline and date"),
        (r"\bnav|menu|breadcrumb", "navigation"),
        (r"footer", "page footer"),
        (r"\bheader\b|masthead", "page header"),
        (r"\bform\b|button", "form"),
        (r"\baside\b|sidebar", "sidebar"),
    )
)
"""What the names around a block, innermost first, say of it."""


def extract(page: Page, *, languages: Collection[str] | None = ENGLISH) -> Article:
    """Find the article on *page*.

    Args:
        page: HTML, plain text, PDF or Word (.docx), as fetched.
        languages: what it may be written in (ISO 639-1); None: anything.

    Raises:
        Refusal: *page* holds no article, or one that must not be summed up; its class and evidence say why.
    """
    if is_pdf(page.body) or is_docx(page.body):
        written = read_pdf(page.body) if is_pdf(page.body) else read_docx(page.body)
        return _placed(extract_manuscript(written, languages=languages), page)
    if text_type(page):
        return _extract_plain(page, languages=languages)
    seen = read_page(page)
    story, left_out = find_story(seen)
    metadata = seen.metadata
    top = seen.taken[0] if seen.taken else None
    if top and top.tag == "h1" and not agree(top.text, metadata.headline or ""):
        metadata = replace(metadata, headline=top.text)  # what stands on top of the story is its headline
    story, above = _without_headline(story, metadata.headline)
    story, cut = cut_furniture(story)
    refuse(story, seen.shown, seen.tree, metadata, page)
    article = _write(metadata.headline, story)
    spoken = find_language(article.body)
    require_language(spoken, languages)
    around = [block for block in left_out if block.text != metadata.headline]
    return replace(
        article,
        byline=metadata.byline,
        outlet=metadata.outlet,
        published=metadata.published,
        published_sure=metadata.published_sure,
        language=spoken or metadata.language,
        url=page.url,
        canonical_url=metadata.canonical_url,
        fetched_at=page.fetched_at,
        dropped=_list_dropped([*above, *cut], around),
    )


def extract_text(text: str, *, languages: Collection[str] | None = ENGLISH) -> Article:
    """Take pasted *text* for an article; furniture that was copied along is cut.

    Raises:
        Refusal: it is too short, or not English.
    """
    return extract_manuscript(read_pasted(text), languages=languages)


def extract_manuscript(written: Manuscript, *, languages: Collection[str] | None = ENGLISH) -> Article:
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
    spoken = find_language(article.body)
    require_language(spoken, languages)
    signed = next((line.text for line in cut if re.match(r"by\b", line.text, re.I)), "")
    names = [name for name in split_names(signed) if is_person(name, None)]
    return replace(
        article,
        byline=join_names(names) if names else written.byline,
        outlet=written.outlet,
        published=written.published,
        published_sure=written.published is not None,  # its author wrote it
        language=spoken,
        dropped=_list_dropped([*written.dropped, *above, *cut], []),
    )


def _extract_plain(page: Page, *, languages: Collection[str] | None) -> Article:
    text = decode(page.body, page.charset)
    if not text.strip():
        raise NoArticle(mark("it is empty"))
    return _placed(extract_text(text, languages=languages), page)


def _placed(article: Article, page: Page) -> Article:
    outlet = article.outlet or host(page.final_url) or None
    return replace(article, url=page.url, fetched_at=page.fetched_at, outlet=outlet)


def _without_headline(story: list[Block], headline: str | None) -> tuple[list[Block], list[Dropped]]:
    """Part the headline from the top of *story*, where it would stand twice, with the scraps above it."""
    if headline:
        for number, block in enumerate(story):
            if block.is_prose and block.text != headline:
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


def _named(within: str) -> str | None:
    """Say what the names around a block tell, innermost first."""
    return next(filter(None, map(_kind_of, reversed(within.split("  ")))), None)


@lru_cache(20_000)
def _kind_of(names: str) -> str | None:
    """Say what an element's names tell; sites use theirs again and again."""
    return next((reason for pattern, reason in PLACES if pattern.search(names)), None)


def _list_dropped(cut: Sequence[Dropped], around: Sequence[Block]) -> tuple[Dropped, ...]:
    """List what was *cut* and the blocks *around* the story: neighbours of one kind joined, the rest counted."""
    stretches: list[tuple[str, list[str]]] = []
    left: list[Dropped | Block] = [*cut, *around]
    for number, one in enumerate(left):
        reason = one.reason if isinstance(one, Dropped) else _place(one)
        if reason == "separator":
            continue
        if stretches and stretches[-1][0] == reason:
            stretches[-1][1].append(one.text)
        elif len(stretches) < DROPPED_ENTRIES:
            stretches.append((reason, [one.text]))
        else:
            return (*_entries(stretches), Dropped("and more", f"{len(left) - number} more stretches of the page"))
    return tuple(_entries(stretches))


def _entries(stretches: Sequence[tuple[str, list[str]]]) -> Iterator[Dropped]:
    for reason, texts in stretches:
        text = " · ".join(dict.fromkeys(texts))
        yield Dropped(reason, text if len(text) <= DROPPED_CHARS else text[: DROPPED_CHARS - 1].rstrip() + "…")
