"""Who published what, by whom and when: told by the page's head, its JSON-LD and what it shows."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import urljoin, urlsplit

from courlan import extract_domain
from lxml.html import HtmlElement

from bot.extract.blocks import Block, clean
from bot.extract.byline import find_byline, is_person, join_names, split_names
from bot.extract.dates import find_date
from bot.extract.head import Head, fold, read_head, types_of
from bot.extract.headline import agree, find_headline
from bot.extract.places import find_places

__all__ = [  # what extraction asks for
    "Head",
    "Metadata",
    "agree",
    "find_metadata",
    "fold",
    "host",
    "is_person",
    "join_names",
    "read_head",
    "split_names",
]


@dataclass(frozen=True, slots=True)
class Metadata:
    """What a page says of itself."""

    headline: str | None = None
    byline: str | None = None  # None unless it is sure enough to be shown
    outlet: str | None = None
    published: date | None = None
    language: str | None = None  # as declared, ISO 639-1
    canonical_url: str | None = None
    is_article: bool = False  # declared by JSON-LD or Open Graph
    is_list: bool = False  # likewise: a collection, a search, a front page
    is_free: bool = True  # False where JSON-LD says that it is not
    byline_sure: bool = False  # two places of the page name the same authors
    published_sure: bool = False  # two places of the page name the same day


def find_metadata(tree: HtmlElement, shown: Sequence[Block], url: str) -> Metadata:
    """Put together what the page at *url*, with its *shown* blocks, says of itself."""
    head = read_head(tree)
    outlet = find_outlet(head, url)
    names = names_of(outlet, url)
    headline = find_headline(tree, head, shown, names, url)
    places = find_places(tree, headline)
    byline, byline_sure = find_byline(head, shown, places, headline, outlet, names)
    published, published_sure = find_date(tree, head, shown, places, headline, url)
    kinds = {kind for node in head.nodes for kind in types_of(node)}
    return Metadata(
        headline=headline,
        byline=byline,
        outlet=outlet,
        published=published,
        language=find_language(tree, head),
        canonical_url=find_canonical(tree, head, url),
        is_article=bool(head.articles) or head.metas.get("og:type", "").lower() == "article",
        is_list=bool(kinds & {"collectionpage", "searchresultspage"}),
        is_free=not any(_says_no(node.get("isAccessibleForFree")) for node in head.nodes),
        byline_sure=byline_sure,
        published_sure=published_sure,
    )


def _says_no(value: object) -> bool:
    return value is False or (isinstance(value, str) and value.strip().lower().endswith("false"))


def names_of(outlet: str | None, url: str) -> set[tuple[str, ...]]:
    """Return the names, folded, by which a site can be called in its titles."""
    return {fold(name) for name in (outlet, host(url), host(url).rsplit(".", 1)[0]) if name}


def find_outlet(head: Head, url: str) -> str | None:
    """Find the outlet's name; where none is declared, its host."""
    publishers = [node["publisher"] for node in head.articles if isinstance(node.get("publisher"), dict)]
    publishers += [node for node in head.nodes if types_of(node) & {"newsmediaorganization"}]
    names = [head.metas.get("og:site_name")] + [publisher.get("name") for publisher in publishers]
    names += [head.metas.get("application-name")]
    for name in names:
        if isinstance(name, str) and 1 < len(name := clean(name)) <= 60 and "://" not in name:
            return name.lstrip("@")
    return host(url) or None


def host(url: str) -> str:
    """Return the readable host of *url*: that of https://www.paper.example/ is "paper.example"."""
    return re.sub(r"^(?:www\d?|m|amp|mobile|edition)\.", "", (urlsplit(url).hostname or "").lower())


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
            same_site = host(whole) == host(url) or _site(whole) == _site(url)
        except ValueError:
            continue
        is_front = not parts.path.strip("/") and bool(urlsplit(url).path.strip("/"))
        if parts.scheme in ("http", "https") and same_site and not is_front:
            return whole
    return None
