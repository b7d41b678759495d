"""The extraction report: how a page was read, what was kept and left out, and how sure its facts are."""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from lxml.html import HtmlElement
from trafilatura.utils import load_html

from bot.errors import Refusal
from bot.extract.blocks import Block, clean, count_words, find_blocks
from bot.extract.byline import META_NAMES as BYLINE_TAGS
from bot.extract.dates import IN_ADDRESS, META_NAMES, VAGUE_NAMES, find_day, read_day
from bot.extract.decode import read_text
from bot.extract.docx import is_docx
from bot.extract.extract import extract
from bot.extract.files import extract_file, page_of
from bot.extract.language import ENGLISH
from bot.extract.metadata import find_metadata, fold, read_head
from bot.extract.origin import find_origin
from bot.extract.pdf import is_pdf
from bot.extract.places import LONGEST as LONGEST_LINE
from bot.extract.places import around, find_places
from bot.models import Article, Page
from bot.report import Charset, Fact, Fetched, Kept, LeftOut, Report, refused, refused_unread

BEGINNING = 12
"""Stretches of a refused page that are shown. A guess: its title, its notice, its first lines."""

LONGEST = 200
"""Characters of each that are shown. A guess."""


def explain_page(page: Page, *, languages: Collection[str] | None = ENGLISH) -> Report:
    """Read a fetched *page* and tell how that went; a refusal is part of the report."""
    return _explain(page, None, languages)


def explain_file(name: str, body: bytes, *, languages: Collection[str] | None = ENGLISH) -> Report:
    """Read a file and tell how that went."""
    try:
        return _explain(page_of(name, body), name, languages)
    except Refusal as refusal:
        return refused_unread(refusal)


def _explain(page: Page, name: str | None, languages: Collection[str] | None) -> Report:
    sight = _look(page)
    article, refusal = None, None
    try:
        if name is None:
            article = find_origin(extract(page, languages=languages), page)
        else:
            article = find_origin(extract_file(name, page.body, languages=languages))
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
        words_on_page=sum(block.words for block in sight.shown) if sight.shown else None,
        kept=_kept(article, sight, page.final_url) if article else None,
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


def _kept(article: Article, sight: _Sight, address: str) -> Kept:
    groups = defaultdict(list)
    for drop in article.dropped:
        groups[drop.reason].append(drop.text)
    return Kept(
        words=article.words,
        paragraphs=len(article.paragraphs) - bool(article.headline),
        headline=_fact(article.title, _headline_places(article.title, sight)),
        byline=_fact(
            article.byline,
            _byline_places(article.byline, sight),
            sure=_is_byline_sure(article.byline, sight, address),
        ),
        published=_fact(
            article.published.isoformat() if article.published else None,
            _date_places(article, sight, address),
            sure=article.published_sure,
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


def _fact(value: str | None, places: Iterator[str], *, sure: bool | None = None) -> Fact:
    """Tell where *value* is seen; where extraction does not say whether it is *sure*, two places make it so."""
    seen = list(dict.fromkeys(places)) if value else []
    return Fact(value=value, seen_in=seen, sure=len(seen) > 1 if sure is None else sure)


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


def _is_byline_sure(byline: str | None, sight: _Sight, address: str) -> bool:
    """Ask the finder of by-lines whether two places agree; the article itself does not say."""
    if byline is None or sight.tree is None:
        return False
    metadata = find_metadata(sight.tree, sight.shown, address)
    return metadata.byline == byline and metadata.byline_sure


def _byline_places(byline: str | None, sight: _Sight) -> Iterator[str]:
    if not byline:
        return
    names = [fold(name) for name in re.split(r", | and ", byline)]
    if any(all(_holds(block.text, name) for name in names) for block in sight.shown if len(block.text) <= LONGEST_LINE):
        yield "the page's text"
    if sight.tree is not None:
        head = read_head(sight.tree)
        if any(all(_holds(str(node.get("author")), name) for name in names) for node in head.articles):
            yield "JSON-LD"
        for tag in BYLINE_TAGS:
            if all(_holds(head.metas.get(tag, ""), name) for name in names):
                yield f"the tag {tag}"


def _holds(text: str, name: tuple[str, ...]) -> bool:
    return f" {' '.join(name)} " in f" {' '.join(fold(text))} "


def _date_places(article: Article, sight: _Sight, address: str) -> Iterator[str]:
    """Yield where extraction looks for a date and finds this one; failing that, any short line that has it."""
    day, tree = article.published, sight.tree
    if day is None:
        return
    if tree is None:
        yield "the file itself"
        return
    seen = [place for place, words in _declared_dates(tree, address) if read_day(words) == day]
    near = [place for place in find_places(tree, article.title) if not place.is_byline]
    lines = [place.text for place in near] + [block.text for block in around(sight.shown, article.title)]
    if any(read_day(place.element.get("datetime") or "") == day for place in near) or _is_printed(day, lines):
        seen.append("the page's text")
    if not seen and _is_printed(day, [block.text for block in sight.shown]):
        seen.append("the page's text")
    yield from seen


def _declared_dates(tree: HtmlElement, address: str) -> Iterator[tuple[str, str]]:
    head = read_head(tree)
    for node in head.nodes:
        yield "JSON-LD", str(node.get("datePublished") or node.get("dateCreated") or "")
    yield from ((f"the tag {name}", head.metas.get(name, "")) for name in (*META_NAMES, *VAGUE_NAMES))
    yield from (("its address", match[0].replace("_", "-")) for match in IN_ADDRESS.finditer(address))


def _is_printed(day: date, lines: Sequence[str]) -> bool:
    return any(find_day(line) == day for line in lines if len(line) <= LONGEST_LINE)
