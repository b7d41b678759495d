"""The headline of a page, as it is shown and as it is declared."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from bot.extract.blocks import Block, clean
from bot.extract.head import MAX_WORDS, Head, fold, words_of

MOST = 50
"""Headings of one rank that are looked at. A guess."""

LONGEST = 300
"""Characters of the longest headline. A guess."""

FEWEST = 3
"""Words of a heading that says what a story is about. A guess: "News" and "Press releases" do not."""

SEPARATOR = re.compile(r"\s+[|–—·»›•:-]+\s+|\s*\|\s*|: (?=[^:]*$)")


def find_headline(
    tree: HtmlElement, head: Head, shown: Sequence[Block], names: set[tuple[str, ...]], url: str
) -> str | None:
    """Find the headline as it is shown, if what is declared bears it out or nothing else can be it.

    Else as it is declared, without the site's *names* (folded).
    """
    titles = list(dict.fromkeys(_declared_titles(tree, head)))
    declared = [short for words in titles if (short := without_site(words, names))]
    first, second = _headings(tree, "h1"), _headings(tree, "h2")
    names = names | _site_parts(titles, second, url)
    main = [text for text in first if not _is_name(text, names)]
    for words in declared:
        for heading in main:
            if agree(heading, words):
                return _without_kicker(first[heading], heading, words)
    if len(main) == 1 and len(fold(main[0])) >= FEWEST:
        return main[0]
    for words in declared:
        if fold(words) not in names:
            return next((block.text for block in shown if _is_part(fold(block.text), fold(words))), words)
    return next(iter(main), None) or next(iter(first), None) or next(iter(declared), None)


def _headings(tree: HtmlElement, tag: str) -> dict[str, HtmlElement]:
    texts = ((clean(heading.text_content()), heading) for heading in islice(tree.iter(tag), MOST))
    return {text: heading for text, heading in texts if 0 < len(text) <= LONGEST}


def _site_parts(titles: Iterable[str], others: Iterable[str], url: str) -> set[tuple[str, ...]]:
    """Return what stands behind the page's own title in *titles* (folded), which is what the whole site is called.

    A page's own title is one of its *others* headings, or words of its address.
    """
    headings, address = set(map(fold, others)), set(fold(urlsplit(url).path))
    parts = set()
    for title in titles:
        for separator in SEPARATOR.finditer(title):
            own = fold(title[: separator.start()])
            if own in headings or (own and set(own) <= address):
                parts.add(fold(title[separator.end() :]))
    return parts


def _without_kicker(element: HtmlElement, heading: str, title: str) -> str:
    """Return *heading* without the line above it that its *element* holds too, if the declared *title* lacks it."""
    words = fold(title)
    if not FEWEST <= len(words) < len(fold(heading)):
        return heading
    pieces = list(filter(None, map(clean, element.itertext())))
    for cut in range(1, len(pieces)):
        rest = " ".join(pieces[cut:])
        if fold(rest) == words and not pieces[cut - 1].endswith(":"):
            return rest
    return heading


def _declared_titles(tree: HtmlElement, head: Head) -> Iterator[str]:
    for node in head.articles:
        if headline := words_of(node.get("headline")):
            yield headline
    for name in ("og:title", "twitter:title", "headline", "title"):
        if name in head.metas:
            yield head.metas[name]
    if (element := tree.find(".//title")) is not None:
        yield clean(element.text_content()[:MAX_WORDS])


def _is_part(words: tuple[str, ...], title: tuple[str, ...]) -> bool:
    """Tell whether *words* are one end of *title*, the other being a site's name or the like."""
    return 4 <= len(words) >= len(title) / 2 and words in (title[: len(words)], title[-len(words) :])


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
