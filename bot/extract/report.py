"""The extraction report: how a page was read, what was kept and left out, and how sure its facts are."""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from lxml.html import HtmlElement
from trafilatura.utils import load_html

from bot.errors import Refusal
from bot.extract.blocks import Block, clean, count_words, find_blocks
from bot.extract.decode import read_text
from bot.extract.docx import is_docx
from bot.extract.extract import extract
from bot.extract.files import extract_file, page_of
from bot.extract.metadata import fold, read_head
from bot.extract.origin import find_origin
from bot.extract.pdf import is_pdf
from bot.models import Article, Page
from bot.report import Charset, Fact, Fetched, Kept, LeftOut, Report, refused, refused_unread

BEGINNING = 12
"""Stretches of a refused page that are shown. A guess: its title, its notice, its first lines."""

LONGEST = 200
"""Characters of each that are shown. A guess."""


def explain_page(page: Page) -> Report:
    """Read a fetched *page* and tell how that went; a refusal is part of the report."""
    return _explain(page, name=None)


def explain_file(name: str, body: bytes) -> Report:
    """Read a file and tell how that went."""
    try:
        return _explain(page_of(name, body), name=name)
    except Refusal as refusal:
        return refused_unread(refusal)


def _explain(page: Page, *, name: str | None) -> Report:
    sight = _look(page)
    article, refusal = None, None
    try:
        article = find_origin(extract(page), page) if name is None else find_origin(extract_file(name, page.body))
    except Refusal as error:
        refusal = error
    return Report(
        fetched=Fetched(
            asked=page.url if name is None else name,
            hops=list(page.hops),
            address=page.final_url or None,
            media_type=page.media_type,
            bytes=len(page.body),
            sha256=hashlib.sha256(page.body).hexdigest(),
            fetched_at=page.fetched_at if name is None else None,
        ),
        read_as=sight.kind,
        charset=sight.charset,
        words_on_page=sum(count_words(block.text) for block in sight.shown) if sight.shown else None,
        kept=_kept(article, sight) if article else None,
        refused=refused(refusal, [_short(block.text) for block in sight.shown[:BEGINNING]]) if refusal else None,
    )


@dataclass(frozen=True, slots=True)
class _Sight:
    """A page as it is before anything is cut."""

    kind: str
    charset: Charset | None
    shown: list[Block]
    tree: HtmlElement | None


def _look(page: Page) -> _Sight:
    if is_pdf(page.body):
        return _Sight("PDF", None, [], None)
    if is_docx(page.body):
        return _Sight("Word file", None, [], None)
    decoded = read_text(page.body, page.charset)
    charset = Charset(charset=decoded.charset, why=decoded.why)
    if page.media_type in ("text/plain", "text/markdown"):
        kind = "Markdown" if page.media_type.endswith("markdown") else "plain text"
        return _Sight(kind, charset, [Block(clean(line)) for line in decoded.text.split("\n") if clean(line)], None)
    tree = load_html(decoded.text) if decoded.text.strip() else None
    body = tree if tree is None or tree.find("body") is None else tree.find("body")
    return _Sight("web page", charset, find_blocks(body) if body is not None else [], tree)


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else text[: LONGEST - 1].rstrip() + "…"


def _kept(article: Article, sight: _Sight) -> Kept:
    groups = defaultdict(list)
    for drop in article.dropped:
        groups[drop.reason].append(drop.text)
    return Kept(
        words=article.words,
        paragraphs=len(article.paragraphs) - bool(article.headline),
        headline=_fact(article.title, _headline_places(article.title, sight)),
        byline=_fact(article.byline, _byline_places(article.byline, sight)),
        published=_fact(
            article.published.isoformat() if article.published else None, _date_places(article.published, sight)
        ),
        outlet=article.outlet,
        language=article.language,
        canonical_url=article.canonical_url,
        origins=[origin.address or origin.name for origin in article.origins],
        left_out=[
            LeftOut(reason=reason, stretches=len(texts), words=sum(map(count_words, texts)), texts=texts)
            for reason, texts in groups.items()
        ],
    )


# Where a fact is seen -------------------------------------------------------------------------------------


def _fact(value: str | None, places: Iterator[str]) -> Fact:
    seen = list(dict.fromkeys(places)) if value else []
    return Fact(value=value, seen_in=seen, sure=len(seen) > 1)


def _headline_places(title: str | None, sight: _Sight) -> Iterator[str]:
    if not title:
        return
    yield from (_place(block) for block in sight.shown if fold(block.text) == fold(title))
    if sight.tree is not None:
        head = read_head(sight.tree)
        declared = [("JSON-LD", str(node.get("headline") or "")) for node in head.articles]
        declared += [(f"the tag {name}", head.metas.get(name, "")) for name in ("og:title", "twitter:title")]
        declared += [("the window's title", element.text_content()) for element in sight.tree.iter("title")]
        yield from (place for place, words in declared if _begins_with(words, title))


def _place(block: Block) -> str:
    return "the page's main heading" if block.tag == "h1" else "the page's text"


def _begins_with(words: str, title: str) -> bool:
    return fold(words)[: len(fold(title))] == fold(title)  # the site's name may follow


def _byline_places(byline: str | None, sight: _Sight) -> Iterator[str]:
    if not byline:
        return
    names = [fold(name) for name in re.split(r", | and ", byline)]
    if any(all(_holds(block.text, name) for name in names) for block in sight.shown if len(block.text) <= 150):
        yield "the page's text"
    if sight.tree is not None:
        head = read_head(sight.tree)
        if any(all(_holds(str(node.get("author")), name) for name in names) for node in head.articles):
            yield "JSON-LD"
        if all(_holds(head.metas.get("author", ""), name) for name in names):
            yield "the tag author"


def _holds(text: str, name: tuple[str, ...]) -> bool:
    return f" {' '.join(name)} " in f" {' '.join(fold(text))} "


def _date_places(day: date | None, sight: _Sight) -> Iterator[str]:
    if not day or sight.tree is None:
        return
    head = read_head(sight.tree)
    declared = [("JSON-LD", str(node.get("datePublished") or "")) for node in head.articles]
    declared += [(f"the tag {name}", words) for name, words in head.metas.items() if re.search("publish|date", name)]
    declared += [("the page's text", element.get("datetime") or "") for element in sight.tree.iter("time")]
    yield from (place for place, words in declared if words.startswith(day.isoformat()))
    printed = (rf"{day.day} {day:%B} {day.year}", rf"{day:%B} {day.day}, {day.year}", f"{day:%b} {day.day}, {day.year}")
    if any(form in block.text for block in sight.shown if len(block.text) <= 150 for form in printed):
        yield "the page's text"
