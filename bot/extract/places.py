"""Where a page prints its headline, its by-line and its day of publication."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain

from lxml.etree import iterwalk
from lxml.html import HtmlElement

from bot.extract.blocks import Block, clean
from bot.extract.head import fold

BYLINES = ("author", "autor", "auteur", "byline", "vcard", "submitted", "username")
NO_BYLINES = ("authori", "comment")
DATES = ("date", "time", "publish", "posted", "meta")
"""Parts of the names of elements that hold a by-line or a day."""

AROUND = re.compile(
    r"comment|respond|repl(?:y|ies)|discussion|related|recommend|teaser|sidebar|widget(?! blog)|\bnav|popular|"
    r"latest|trending|slider|carousel|most-?(?:read|viewed)|(?<!h-)\bcards?\b|promo|recirc|\bnext\b|\bprev|footer|menu|"
    r"caption|image|photo|foto|picture|license|modal|popup|social|share|cookie|form\b|(?:^|\s)(?:is-)?hidden(?:\s|$)"
)
"""Names of what stands around a story: other stories, comments, pictures, the page's frame."""

OF_STORY = re.compile(r"\b(?:entry|post|article|single|story|content)-?_*(?:footer|image|header)")
TELLING = tuple("h1 h2 h3 h4 h5 h6 p div span a time li td dd address header footer small cite em byline".split())
"""Elements that hold headings, by-lines and days."""

UNREAD = frozenset({"script", "style", "noscript", "template"})
HEADINGS = ("h1", "h2", "h3")
ASIDE = frozenset({"nav", "aside", "blockquote", "figure", "figcaption"})
WHOLE = frozenset({"html", "body", "main"})
"""Elements whose names speak of the page as a whole: "has-sidebar"."""

LONGEST = 200
"""Characters of the longest by-line. A guess: five names, their places and a date."""

STORY = 150
"""Characters from which a paragraph is taken for the story's. A guess: leads are often shorter than this."""

NEAR = 2
"""Paragraphs of the story below the headline in which by-line and date are its own. A guess: a lead and one more."""

MOST = 300
"""By-lines and dates that are looked at. A guess: pages have some ten, a hostile one could have a million."""

TOP = 6
"""Blocks below the headline among which by-line and date are looked for. A guess: a lead, a share bar, a caption."""


@dataclass(frozen=True, slots=True)
class Place:
    """An element that is marked as a by-line or a date."""

    element: HtmlElement
    text: str
    is_byline: bool  # else it is marked as a date
    near: bool  # below the headline and not far down the story


def find_places(tree: HtmlElement, headline: str | None) -> list[Place]:
    """Find what a page with this *headline* marks as by-lines, and near it as dates, in the page's order.

    What belongs to other stories or to comments is left out; days of publication count wherever they are marked.
    """
    marked = list(_marked(tree))
    top = _heading([element for element, _ in marked], headline)
    judged: dict[HtmlElement, bool] = dict.fromkeys(top.iterancestors(), False) if top is not None else {}
    places: list[Place] = []
    below: int | None = None
    for element, kind in marked:
        if element is top:
            below = 0
        elif element.tag == "p" and below is not None and len(element.text or "") > STORY:
            below += 1
        elif kind == "author" or (kind and (_is_near(below) or element.get("itemprop") == "datePublished")):
            if not _is_around(element, judged) and (text := text_of(element)):
                places.append(Place(element, text, kind == "author", _is_near(below)))
            if len(places) >= MOST:
                break
    return places


def _is_near(below: int | None) -> bool:
    return below is not None and below <= NEAR


def _marked(tree: HtmlElement) -> Iterator[tuple[HtmlElement, str | None]]:
    """Yield headings and paragraphs, and what says of itself to be an "author" or a "date"."""
    body = tree.find("body")
    for element in (tree if body is None else body).iter(*TELLING):
        tag = element.tag
        names, part = element.get("class"), element.get("itemprop")
        kind = (names and _kind(names)) or (part and _kind(part)) or ("date" if tag == "time" else None)
        if tag == "a" and kind != "author" and _leads_to_author(element):
            kind = "author"
        if kind or tag == "p" or tag in HEADINGS:
            yield element, kind


def _leads_to_author(link: HtmlElement) -> bool:
    address = link.get("href") or ""
    return "/author/" in address or "/autor/" in address or "author" in (link.get("rel") or "")


@lru_cache(4000)
def _kind(names: str) -> str | None:
    """Tell what an element is by its class or property; most elements of a page share theirs with others."""
    names = names[:LONGEST].lower()
    for part in BYLINES:
        if part in names:
            return None if any(other in names for other in NO_BYLINES) else "author"
    for part in DATES:
        if part in names:
            return "date"
    return None


def _heading(marked: list[HtmlElement], headline: str | None) -> HtmlElement | None:
    words = fold(headline or "")
    for tag in HEADINGS:
        for element in marked:
            if words and element.tag == tag and fold(text_of(element, 2 * LONGEST)) == words:
                return element
    return next((element for element in marked if element.tag == "h1" and text_of(element, 2 * LONGEST)), None)


def _signs(element: HtmlElement) -> str:
    return f"{element.get('class') or ''} {element.get('id') or ''} {element.get('itemprop') or ''}".lower()


def _is_around(element: HtmlElement, judged: dict[HtmlElement, bool]) -> bool:
    """Tell whether *element* or what it stands in belongs to something beside the story."""
    passed = []
    answer = False
    for one in chain([element], element.iterancestors()):
        if one in judged:
            answer = judged[one]
            break
        passed.append(one)
        if one.tag in ASIDE or (one.tag not in WHOLE and _names_others(_signs(one))):
            answer = True
            break
    for one in passed:
        judged[one] = answer
    return answer


def _names_others(signs: str) -> bool:
    return bool(AROUND.search(signs)) and not OF_STORY.search(signs)


def text_of(element: HtmlElement, longest: int = LONGEST) -> str:
    """Return the text of *element*, or nothing where it is longer than *longest* characters or has many elements."""
    pieces, length = [], 0
    walk = iterwalk(element, events=("start", "end"))
    for step, (event, one) in enumerate(walk):
        if event == "start" and one.tag in UNREAD:
            walk.skip_subtree()
        elif words := one.text if event == "start" else one is not element and one.tail:
            pieces.append(words)
            length += len(words.strip())
        if length > longest or step > longest:
            return ""
    return clean(" ".join(pieces))


def around(shown: Sequence[Block], headline: str | None) -> list[Block]:
    """Return the blocks near the headline, those below it first."""
    for top, block in enumerate(shown):
        if headline and block.text == headline:
            return [*shown[top + 1 : top + 1 + TOP], *reversed(shown[max(top - TOP // 2, 0) : top])]
    return []
