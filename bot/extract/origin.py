"""Whose story it was first, and a fingerprint by which the same story is known again elsewhere."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from hashlib import blake2b
from heapq import nsmallest
from html import unescape
from urllib.parse import urljoin, urlsplit

from courlan import extract_domain

from bot.extract.blocks import clean
from bot.extract.decode import decode
from bot.extract.metadata import fold, host
from bot.models import Article, Origin, Page

AGENCIES = (
    *"AAP AFP ANI ANSA AP Bloomberg DPA IANS Interfax Kyodo PA PTI Reuters TASS UPI Xinhua Yonhap".split(),
    *("Agence France-Presse", "Associated Press", "The Associated Press", "Press Association", "PA Media"),
    *("States News Service", "Press Trust of India", "Canadian Press", "The Canadian Press", "The Conversation"),
)
"""News agencies whose name alone, where a by-line or a dateline stands, says whose story it is."""

_AGENCY = "|".join(re.escape(name) for name in sorted(AGENCIES, key=len, reverse=True))
_NAME = r"(?P<name>[^.;:|·()]{2,60}?)"
_REST = r"(?:[ ,]+(?:on|in|at) .{0,60}|[ ,]+and (?:is|was|has been) .{0,160})?[.!]*"

CREDITS = (
    re.compile(rf"(?:via|source|courtesy of|republished (?:from|by)|reprinted (?:from|by))\b:? ?{_NAME}[.!]*", re.I),
    re.compile(
        r"(?:this (?:article|story|post|piece|report|essay)(?: was| is)? )?(?:originally |first |re)+"
        rf"(?:published|appeared|posted|ran|printed) (?:on|in|by|at|from|with) (?:the website of )?{_NAME}{_REST}",
        re.I,
    ),
    re.compile(rf"the post .{{3,200}} (?:appeared first|first appeared) on {_NAME}[.!]*", re.I),
    re.compile(
        r"\W*(?:additional )?(?:reporting )?(?:by |from |with (?:inputs?|files|reporting) from )?"
        rf"(?P<name>{_AGENCY})\W*",
        re.I,
    ),
)
"""The forms of a credit line; a reporter's name in one ("Reporting by …") is no outlet's."""

DATELINE = re.compile(rf"[A-Z][\w .,'’/-]{{1,50}} ?\((?P<name>{_AGENCY})\) ?[-–—:]")

LINK = re.compile(r"<link\b[^<>]{0,2000}>", re.I)
CANONICAL = re.compile(r"\brel\s*=\s*[\"']?canonical\b", re.I)
HREF = re.compile(r"\bhref\s*=\s*(?:\"([^\"]{1,2000})\"|'([^']{1,2000})'|([^\s\"'<>]{1,2000}))", re.I)
HEAD = 300_000
"""Characters in which the canonical link is looked for. A guess: it stands in the head, which scripts make long."""

SHINGLE, SKETCH = 3, 64
NEAR = 0.2
"""Words to a shingle, shingles kept, and the resemblance from which two texts are one story. Measured on 120 news
texts of about 500 words: one in ten words changed gives .44 to .75, one in five .27 to .53, different stories at most
.05. Single words instead of shingles, or a simhash of either, did not keep the two apart."""


def find_origin(article: Article, page: Page | None = None) -> Article:
    """Return *article* with whose story it was first, as far as it or its *page* says so, and its fingerprint."""
    found = dict.fromkeys([*_credited(article), *([origin] if page and (origin := _canonical(page)) else [])])
    return replace(article, origins=tuple(found), fingerprint=fingerprint(article.body))


def _credited(article: Article) -> Iterator[Origin]:
    """Yield who is credited below the story, in its by-line, or in its dateline."""
    lines = [
        line
        for drop in article.dropped
        if drop.reason in ("credit line", "byline and date")
        for line in drop.text.split(" · ")
        if drop.reason == "credit line" or re.fullmatch(rf"\W*(?:by )?(?:{_AGENCY})\W*", line, re.I)
    ]
    matches = [next(filter(None, (form.fullmatch(line.strip()) for form in CREDITS)), None) for line in lines]
    matches.append(DATELINE.match(article.body))
    own = fold(article.outlet or "")
    for match in filter(None, matches):
        name = clean(match["name"]).strip(" ,-–—")
        if name and not _is_part(fold(name), own):
            yield Origin(name=name)


def _is_part(name: tuple[str, ...], own: tuple[str, ...]) -> bool:
    """Tell whether a credited *name* is the outlet's own: "Ellery Post", also as written in post.example."""
    return bool(own) and ("".join(name) in "".join(own) or "".join(own) in "".join(name))


def _canonical(page: Page) -> Origin | None:
    """Return the address on another site that the page calls the original, if it is a story's."""
    if not page.final_url or b"canonical" not in page.body:
        return None
    head = decode(page.body, page.charset)[:HEAD]
    link = next((tag for tag in LINK.findall(head) if CANONICAL.search(tag)), "")
    href = HREF.search(link)
    try:
        address = urljoin(page.final_url, unescape(next(filter(None, href.groups()), "")).strip()) if href else ""
        parts = urlsplit(address)
        elsewhere = parts.scheme in ("http", "https") and _site(address) != _site(page.final_url)
    except ValueError:
        return None
    return Origin(name=host(address), address=address) if elsewhere and parts.path.strip("/") else None


def _site(url: str) -> str:
    return extract_domain(url) or host(url)


def fingerprint(text: str) -> str:
    """Return the sketch of *text*: the smallest hashes of its runs of three words, in hexadecimal.

    Source:
        The bottom-k sketch of Broder (1997), "On the resemblance and containment of documents".
    """
    words = re.findall(r"\w+", text.lower())
    shingles = {" ".join(words[at : at + SHINGLE]) for at in range(max(len(words) - SHINGLE + 1, 1))}
    return "".join(nsmallest(SKETCH, {blake2b(one.encode(), digest_size=4).hexdigest() for one in shingles}))


def resemblance(one: str, other: str) -> float:
    """Estimate from two fingerprints what share of their texts' runs of words both have, in [0, 1]."""
    first, second = _hashes(one), _hashes(other)
    smallest = nsmallest(SKETCH, first | second)
    return sum(number in first and number in second for number in smallest) / len(smallest) if smallest else 0.0


def is_same_story(one: str, other: str) -> bool:
    """Tell from two fingerprints whether their texts are one story, edited at most."""
    return resemblance(one, other) >= NEAR


def _hashes(sketch: str) -> set[str]:
    return {sketch[at : at + 8] for at in range(0, len(sketch), 8)}
