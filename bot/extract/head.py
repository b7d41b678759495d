"""The machine-readable part of a page: its meta tags and its JSON-LD; and words made comparable."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from html import unescape
from typing import Any

from lxml.html import HtmlElement

from bot.extract.blocks import clean

ARTICLES = frozenset(
    "article newsarticle reportagenewsarticle analysisnewsarticle backgroundnewsarticle opinionnewsarticle blogposting "
    "reviewnewsarticle liveblogposting report advertisercontentarticle techarticle socialmediaposting".split()
)
"""Types of schema.org that are a story."""

MAX_DATA = 400
"""Nodes of JSON-LD that are looked at. A guess: pages have some ten, a hostile one could have a million."""

MAX_WORDS = 1000
"""Characters of a value that are looked at. A guess: no headline, name or date is longer."""


@dataclass(frozen=True, slots=True)
class Head:
    """The machine-readable part of a page."""

    metas: Mapping[str, str]  # by lower-case name or property, the first of each
    nodes: tuple[Mapping[str, Any], ...]  # every typed object of JSON-LD, outer ones first
    articles: tuple[Mapping[str, Any], ...] = field(default=())  # those of them that are a story


def read_head(tree: HtmlElement) -> Head:
    """Collect the meta tags and JSON-LD of a page; broken JSON is passed over."""
    metas: dict[str, str] = {}
    data: list[Any] = []
    for element in tree.iter("meta", "script"):
        if element.tag == "meta":
            name = element.get("property") or element.get("name") or element.get("itemprop") or ""
            if words := clean(unescape((element.get("content") or "")[:MAX_WORDS])):
                metas.setdefault(name.lower(), words)
        elif (element.get("type") or "").lower().strip() == "application/ld+json":
            with suppress(ValueError, RecursionError):
                data.append(json.loads(element.text or "", strict=False))
    nodes = tuple(_typed(data))
    return Head(metas, nodes, tuple(node for node in nodes if types_of(node) & ARTICLES))


def _typed(queue: list[Any]) -> Iterator[Mapping[str, Any]]:
    for seen, thing in enumerate(queue):  # grows while it is read
        if seen > MAX_DATA:
            return
        if isinstance(thing, list):
            queue += thing
        elif isinstance(thing, dict):
            if "@type" in thing:
                yield thing
            queue += [value for value in thing.values() if isinstance(value, dict | list)]


def types_of(node: Mapping[str, Any]) -> set[str]:
    """Return the types of a node of JSON-LD, in lower case."""
    kinds = node.get("@type")
    return {kind.lower() for kind in (kinds if isinstance(kinds, list) else [kinds]) if isinstance(kind, str)}


def words_of(value: object) -> str:
    """Return a value of JSON-LD as text; empty where it is none."""
    return clean(unescape(value[:MAX_WORDS])) if isinstance(value, str) else ""


def fold(text: str) -> tuple[str, ...]:
    """Return the words of *text* in lower case, without punctuation, to compare headlines and names."""
    return tuple(re.findall(r"\w+", text.casefold().replace("’", "").replace("'", "")))
