"""Who published what, by whom and when: told by the page's head, its JSON-LD and its visible headline."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import date
from html import unescape
from typing import Any
from urllib.parse import urljoin, urlsplit

from courlan import extract_domain
from lxml.html import HtmlElement
from trafilatura.metadata import extract_metadata

from bot.extract.blocks import Block, clean

ARTICLES = frozenset(
    "article newsarticle reportagenewsarticle analysisnewsarticle backgroundnewsarticle opinionnewsarticle blogposting "
    "reviewnewsarticle liveblogposting report advertisercontentarticle techarticle socialmediaposting".split()
)
"""Types of schema.org that are a story."""

SEPARATOR = re.compile(r"\s+[|–—·»›•:-]+\s+|\s*\|\s*|: (?=[^:]*$)")
NOBODY = re.compile(
    r"\b(?:staff|editors?|editorial|desk|team|newsroom|news|admin|administrator|agency|agencies|reporters?|correspondents?|"
    r"contributors?|writers?|authors?|bureau|guest|press|reuters|afp|bloomberg|media|magazine|daily|times|post|online|"
    r"web|webmaster|published|updated|posted|by|com|net|org|www|inc|ltd|llc|company|group|services?|association|user|"
    r"unknown|anonymous|redaktion|read|more|about|follow|view|share|menu|home|blog|department|university|institute|policy|conditions|"
    r"experts?|developer|attorney|reviewed|licensed|strategy|development|marketing|content|written|head)\b",
    re.I,
)
NAME_PARTICLES = frozenset(
    "de da do dos das del della di du la le van von der den ter ten bin ibn al el y e i st mac af av zu".split()
)
NAMES_APART = re.compile(r"\s*(?:;|\||\n|[•·]|\band\b|&|\bwith\b|,(?!\s*(?:jr|sr|ii|iii|phd|md)\b))\s*", re.I)
SHOWN_BYLINE = re.compile(
    r"(?:By|BY|Written by|Words by|Author)[:\s]+"
    r"([A-Z][\w.’'-]+(?:(?: and | & |, | )(?:[a-z]{2,3} )?[A-Z][\w.’'-]*){1,8})"
    r"(?:\s*[|•·–—].*)?"
)
MONTH = re.compile(r"\s+(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)[a-z]*\.?$", re.I)
BY = re.compile(r"^(?:(?:written |posted |reported |words |story )?by|from)\b[:\s]*", re.I)
MAX_DATA = 400
"""Nodes of JSON-LD that are looked at. A guess: pages have some ten, a hostile one could have a million."""


@dataclass(frozen=True, slots=True)
class Metadata:
    """What a page says of itself."""

    headline: str | None = None
    byline: str | None = None
    outlet: str | None = None
    published: date | None = None
    language: str | None = None  # as declared, ISO 639-1
    canonical_url: str | None = None
    is_article: bool = False  # declared by JSON-LD or Open Graph
    is_list: bool = False  # likewise: a collection, a search, a front page
    is_free: bool = True  # False where JSON-LD says that it is not


@dataclass(frozen=True, slots=True)
class Head:
    """The machine-readable part of a page."""

    metas: Mapping[str, str]  # by lower-case name or property, the first of each
    nodes: tuple[Mapping[str, Any], ...]  # every typed object of JSON-LD, outer ones first
    articles: tuple[Mapping[str, Any], ...] = field(default=())  # those of them that are a story


def read_head(tree: HtmlElement) -> Head:
    """Collect the meta tags and JSON-LD of a page; broken JSON is passed over."""
    metas: dict[str, str] = {}
    for element in tree.iter("meta"):
        name = element.get("property") or element.get("name") or element.get("itemprop") or ""
        if words := clean(unescape(element.get("content") or "")):
            metas.setdefault(name.lower(), words)
    nodes = tuple(_json_nodes(tree))
    return Head(metas, nodes, tuple(node for node in nodes if _types(node) & ARTICLES))


def find_metadata(tree: HtmlElement, shown: Sequence[Block], url: str) -> Metadata:
    """Put together what the page at *url*, with its *shown* blocks, says of itself; trafilatura fills the gaps."""
    head = read_head(tree)
    found = extract_metadata(deepcopy(tree), default_url=url, extensive=False)
    outlet = find_outlet(head, url)
    kinds = {kind for node in head.nodes for kind in _types(node)}
    return Metadata(
        headline=find_headline(tree, head, shown, names_of(outlet, url), found.title),
        byline=find_byline(head, shown, outlet, found.author),
        outlet=outlet,
        published=find_date(head, found.date),
        language=find_language(tree, head),
        canonical_url=find_canonical(tree, head, url),
        is_article=bool(head.articles) or head.metas.get("og:type", "").lower() == "article",
        is_list=bool(kinds & {"collectionpage", "searchresultspage"}),
        is_free=not any(_says_no(node.get("isAccessibleForFree")) for node in head.nodes),
    )


def _json_nodes(tree: HtmlElement) -> Iterator[Mapping[str, Any]]:
    queue: list[Any] = []
    for script in tree.iter("script"):
        if (script.get("type") or "").lower().strip() == "application/ld+json":
            try:
                queue.append(json.loads(script.text or "", strict=False))
            except (ValueError, RecursionError):
                continue
    for seen, thing in enumerate(queue):  # grows while it is read
        if seen > MAX_DATA:
            return
        if isinstance(thing, list):
            queue += thing
        elif isinstance(thing, dict):
            if "@type" in thing:
                yield thing
            queue += [value for value in thing.values() if isinstance(value, dict | list)]


def _types(node: Mapping[str, Any]) -> set[str]:
    kinds = node.get("@type")
    return {str(kind).lower() for kind in (kinds if isinstance(kinds, list) else [kinds])}


def _says_no(value: object) -> bool:
    return value is False or (isinstance(value, str) and value.strip().lower().endswith("false"))


def fold(text: str) -> tuple[str, ...]:
    """Return the words of *text* in lower case, without punctuation, to compare headlines and names."""
    return tuple(re.findall(r"\w+", text.casefold().replace("’", "").replace("'", "")))


# Headline ---------------------------------------------------------------------------------------------------


def find_headline(
    tree: HtmlElement, head: Head, shown: Sequence[Block], names: set[tuple[str, ...]], title: str | None
) -> str | None:
    """Find the headline as it is shown, if what is declared bears it out.

    Else as it is declared, without the site's *names* (folded), or, where nothing is, trafilatura's *title*.
    """
    declared = [short for words in _declared_titles(tree, head) if (short := without_site(words, names))]
    headings = [text for heading in tree.iter("h1") if 0 < len(text := clean(heading.text_content())) <= 300]
    for heading in headings:
        if any(agree(heading, words) for words in declared):
            return heading
    for words in declared:
        if fold(words) not in names:
            return next((block.text for block in shown if _is_part(fold(block.text), fold(words))), words)
    return next(iter(headings), None) or (clean(title) if title else None) or None


def _declared_titles(tree: HtmlElement, head: Head) -> Iterator[str]:
    for node in head.articles:
        if isinstance(headline := node.get("headline"), str):
            yield clean(unescape(headline))
    for name in ("og:title", "twitter:title", "headline", "title"):
        if name in head.metas:
            yield head.metas[name]
    if (element := tree.find(".//title")) is not None:
        yield clean(element.text_content())


def _is_part(words: tuple[str, ...], title: tuple[str, ...]) -> bool:
    """Tell whether *words* are one end of *title*, the other being a site's name or the like."""
    return 4 <= len(words) >= len(title) / 2 and words in (title[: len(words)], title[-len(words) :])


def names_of(outlet: str | None, url: str) -> set[tuple[str, ...]]:
    """Return the names, folded, by which a site can be called in its titles."""
    return {fold(name) for name in (outlet, host(url), host(url).rsplit(".", 1)[0]) if name}


def agree(one: str, other: str) -> bool:
    """Tell whether two headlines are the same but for small changes or an addition at one end."""
    first, second = fold(one), fold(other)
    if not first or not second:
        return False
    short, long = sorted((first, second), key=len)
    shared = len(set(first) & set(second)) / len(set(first) | set(second))
    return shared >= 0.6 or (len(short) >= 3 and (long[: len(short)] == short or long[-len(short) :] == short))


def without_site(title: str, names: set[tuple[str, ...]]) -> str:
    """Cut the site's name from either end of *title*, where it is one of *names* (folded)."""
    for separator in reversed(list(SEPARATOR.finditer(title))):
        if _is_name(title[separator.end() :], names):
            title = title[: separator.start()]
    for separator in SEPARATOR.finditer(title):
        if _is_name(title[: separator.start()], names):
            return title[separator.end() :].strip()
    return title.strip()


def _is_name(words: str, names: set[tuple[str, ...]]) -> bool:
    folded = fold(words)
    joined = "".join(folded)
    return bool(folded) and any(folded == name or joined == "".join(name) for name in names)


# Byline -----------------------------------------------------------------------------------------------------


def find_byline(head: Head, shown: Sequence[Block], outlet: str | None, author: str | None) -> str | None:
    """Find the authors' names: "Ida Quill and Tom Reyl"; None where only a desk, an agency or the outlet is named."""
    persons = [name for node in head.articles for name in _author_names(node.get("author"), "person")]
    if names := dict.fromkeys(name for words in persons for name in split_names(words) if is_person(name, None)):
        return join_names(list(names))  # a blog may well have its author's name
    declared = [name for node in head.articles for name in _author_names(node.get("author"), None)]
    printed = [match[1] for block in shown if len(block.text) <= 150 and (match := SHOWN_BYLINE.fullmatch(block.text))]
    for source in (declared, [head.metas.get("author", "")], printed[:1], [author or ""]):
        names = dict.fromkeys(name for words in source for name in split_names(words) if is_person(name, outlet))
        if names:
            return join_names(list(names))
    return None


def split_names(words: str) -> list[str]:
    """Split "By Ida Quill and Tom Reyl" into its names."""
    parts = (MONTH.sub("", BY.sub("", part).strip(" ,:-–—")) for part in NAMES_APART.split(clean(words)))
    return [part for part in parts if part]


def join_names(names: list[str]) -> str:
    """Join names as a byline has them."""
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))


def is_person(name: str, outlet: str | None) -> bool:
    """Tell whether *name* can be a person's: two to five capitalised words, no desk, no outlet, no address."""
    words = name.split()
    if not 2 <= len(words) <= 5 or re.search(r"[\d@/:?!<>()]", name) or NOBODY.search(name):
        return False
    if outlet and (set(fold(name)) <= set(fold(outlet)) or set(fold(outlet)) <= set(fold(name))):
        return False
    return words[0] != "The" and all(_is_name_word(word) for word in words)


def _is_name_word(word: str) -> bool:
    return not word[0].islower() or word.lower() in NAME_PARTICLES


def _author_names(authors: object, kind: str | None) -> Iterator[str]:
    """Yield the names of the *authors* of a node that are of *kind* ("person"); None for those of no kind at all."""
    for author in authors if isinstance(authors, list) else [authors]:
        if isinstance(author, str) and kind is None:
            yield author
        elif isinstance(author, dict) and (kind in _types(author) if kind else "@type" not in author):
            names = author.get("name")
            yield from (name for name in (names if isinstance(names, list) else [names]) if isinstance(name, str))


# Outlet, date, language, address -------------------------------------------------------------------------------


def find_outlet(head: Head, url: str) -> str | None:
    """Find the outlet's name; where none is declared, its host."""
    publishers = [node["publisher"] for node in head.articles if isinstance(node.get("publisher"), dict)]
    publishers += [node for node in head.nodes if _types(node) & {"newsmediaorganization"}]
    names = [head.metas.get("og:site_name")] + [publisher.get("name") for publisher in publishers]
    names += [head.metas.get("application-name")]
    for name in names:
        if isinstance(name, str) and 1 < len(name := clean(name)) <= 60 and "://" not in name:
            return name.lstrip("@")
    return host(url) or None


def host(url: str) -> str:
    """Return the readable host of *url*: that of https://www.paper.example/ is "paper.example"."""
    return re.sub(r"^(?:www\d?|m|amp|mobile|edition)\.", "", (urlsplit(url).hostname or "").lower())


def find_date(head: Head, day: str | None) -> date | None:
    """Find the day of publication, as the publisher counts days."""
    declared = [node.get("datePublished") for node in head.articles]
    declared += [head.metas.get(name) for name in ("article:published_time", "datepublished")]
    for words in [*declared, day]:
        try:
            return date.fromisoformat(str(words)[:10])
        except ValueError:
            continue
    return None


def find_language(tree: HtmlElement, head: Head) -> str | None:
    """Return the declared language as ISO 639-1."""
    for words in (tree.get("lang"), head.metas.get("og:locale"), head.metas.get("language")):
        if match := re.match(r"([a-z]{2})(?:[-_]|$)", (words or "").strip().lower()):
            return match[1]
    return None


def _site(url: str) -> str:
    return extract_domain(url) or host(url)


def find_canonical(tree: HtmlElement, head: Head, url: str) -> str | None:
    """Return the address that the publisher calls the right one, if it is of the same site and no front page."""
    links = [link.get("href") for link in tree.iter("link") if (link.get("rel") or "").lower() == "canonical"]
    for link in filter(None, [*links, head.metas.get("og:url")]):
        try:
            whole: str = urljoin(url, link.strip())
            parts = urlsplit(whole)
            same_site = _site(whole) == _site(url)
        except ValueError:
            continue
        is_front = not parts.path.strip("/") and bool(urlsplit(url).path.strip("/"))
        if parts.scheme in ("http", "https") and same_site and not is_front:
            return whole
    return None
