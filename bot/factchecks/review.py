"""ClaimReview data → reviews: from a single object to a dump of a whole data feed, read as a stream.

Forms that are met: a ClaimReview alone, in a list, below ``@graph``, in a page's ``application/ld+json`` scripts, one
a line, or in a DataFeed (``dataFeedElement[].item[]``, as Data Commons publishes it). See schema.org/ClaimReview.
"""

from __future__ import annotations

import gzip
import io
import itertools
import zlib
from collections.abc import Generator, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, BinaryIO, cast
from urllib.parse import urlsplit

import ijson
from lxml import html
from lxml.etree import ParserError

from bot.models import storable

LONGEST_PAGE = 20_000_000
"""Bytes of an HTML page that are read."""

LONGEST_VALUE = 4_000_000
"""Bytes that may pass without a value of the JSON being complete: a string of that length is no claim."""

DEEPEST = 40
"""Objects within objects. A guess: ClaimReview has five."""

KEPT = 50
"""Values of a list that are kept. In a longer one only its ClaimReviews are wanted."""

LONGEST_WORDS = {"claim": 2000, "rating": 500, "claimant": 500, "publisher": 300, "title": 500, "url": 2000}
"""Characters of each that are kept. Guesses, far beyond what is met."""

DAMAGES = (ijson.JSONError, gzip.BadGzipFile, zlib.error, EOFError, UnicodeDecodeError)
"""What a file raises that is not what it seems, or ends too early."""

WHOLE = "the file"
"""The place of what is wrong with all of it."""

Event = tuple[str, Any]
Value = Any


@dataclass(frozen=True, slots=True)
class Review:
    """A published fact-check: what was claimed by whom, and what its outlet says of it in its own words."""

    claim: str
    claimant: str | None
    claimed: date | None
    publisher: str
    site: str  # its host, without "www."
    url: str
    title: str | None
    rating: str
    reviewed: date | None
    language: str | None


@dataclass(frozen=True, slots=True)
class Broken:
    """An entry that could not be taken, and why."""

    place: str  # "entry 12", with its address where it has one
    reason: str


def read_reviews(file: BinaryIO) -> Iterator[Review | Broken]:
    """Yield what is in *file*, in its order, however large it is.

    Args:
        file: bytes of JSON, lines of JSON or HTML, perhaps packed by gzip. A page is read up to ``LONGEST_PAGE``.
    """
    numbers = itertools.count(1)
    try:
        whole, start = _unpacked(file)
        is_page = start.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<")
        yield from _in_page(whole, numbers) if is_page else _in_json(whole, numbers)
    except DAMAGES as error:
        yield _damaged(error)


# Where they are -------------------------------------------------------------------------------------------


class _Joined:
    """The beginning that was looked at and what follows; counts what passes between two values."""

    def __init__(self, start: bytes, rest: Any) -> None:
        self._start = start.removeprefix(b"\xef\xbb\xbf")
        self._rest = rest
        self.passed = 0

    def read(self, size: int = -1) -> bytes:
        if self._start and size:
            found, self._start = (self._start, b"") if size < 0 else (self._start[:size], self._start[size:])
        else:
            found = self._rest.read(size)
        self.passed += len(found)
        if self.passed > LONGEST_VALUE:
            raise ijson.JSONError("a value is longer than any claim")
        return found


def _unpacked(file: BinaryIO) -> tuple[_Joined, bytes]:
    """Return *file* without gzip, and its first bytes."""
    start = file.read(4096)
    if not start.startswith(b"\x1f\x8b"):
        return _Joined(start, file), start
    unpacked = gzip.GzipFile(fileobj=cast("BinaryIO", _Joined(start, file)))  # of which it only reads
    start = unpacked.read(4096)
    return _Joined(start, unpacked), start


def _in_page(file: _Joined, numbers: Iterator[int]) -> Iterator[Review | Broken]:
    content = bytearray()
    while (piece := file.read(65536)) and len(content) <= LONGEST_PAGE:
        content += piece
        file.passed = 0
    try:
        page = html.document_fromstring(bytes(content))
    except (ParserError, ValueError):
        return
    for number, script in enumerate(page.xpath('//script[contains(@type, "ld+json")]/text()'), 1):
        try:
            yield from _in_json(_Joined(str(script).encode("utf-8", "replace"), io.BytesIO()), numbers)
        except DAMAGES as error:
            yield replace(_damaged(error), place=f"script {number}")


def _in_json(file: _Joined, numbers: Iterator[int]) -> Iterator[Review | Broken]:
    events = _counted(ijson.basic_parse(file, multiple_values=True, use_float=True), file)
    for event in events:
        for entry in _walk(event, events, 0):
            yield _review(entry, next(numbers))


def _counted(events: Iterator[Event], file: _Joined) -> Iterator[Event]:
    for event in events:
        file.passed = 0
        yield event


def _damaged(error: Exception) -> Broken:
    reason = " ".join(str(error).split())[:100] or type(error).__name__
    return Broken(WHOLE, f"what follows is damaged ({reason})")


def _walk(event: Event, events: Iterator[Event], depth: int) -> Generator[dict[str, Any], None, Value]:
    """Yield the ClaimReviews in the value that *event* begins, and return of the value what is no review."""
    kind, scalar = event
    if depth > DEEPEST:
        raise ijson.JSONError("too many objects within each other")
    if kind == "start_map":
        members: dict[str, Any] = {}
        for name in _until("end_map", events):
            members[str(name[1])] = yield from _walk(next(events), events, depth + 1)
        if _is_a(members, "ClaimReview"):
            yield members
            return None
        return members
    if kind == "start_array":
        values: list[Any] = []
        for one in _until("end_array", events):
            value = yield from _walk(one, events, depth + 1)
            if value is not None and len(values) < KEPT:
                values.append(value)
        return values
    return scalar


def _until(end: str, events: Iterator[Event]) -> Iterator[Event]:
    for event in events:
        if event[0] == end:
            return
        yield event


# What they say --------------------------------------------------------------------------------------------


def _review(entry: dict[str, Any], number: int) -> Review | Broken:
    """Return what *entry* says, or what it lacks."""
    url = _text(entry.get("url"), "url")
    claim, rating = _text(entry.get("claimReviewed"), "claim"), _rating(entry.get("reviewRating"))
    site = site_of(url)
    place = f"entry {number}" + (f" ({url[:120]})" if url else "")
    lacks = [
        what
        for what, there in (("claimReviewed", claim), ("a web address (url)", site), ("reviewRating", rating))
        if not there
    ]
    if lacks:
        return Broken(place, f"it has no {' and no '.join(lacks)}")
    item = _first(entry.get("itemReviewed"))
    return Review(
        claim=claim,
        claimant=_name(item.get("author"), "claimant") or None,
        claimed=day_of(item.get("datePublished") or item.get("dateCreated")),
        publisher=_name(entry.get("author"), "publisher") or _name(entry.get("publisher"), "publisher") or site,
        site=site,
        url=url,
        title=_text(entry.get("headline") or entry.get("name"), "title") or None,
        rating=rating,
        reviewed=day_of(entry.get("datePublished") or entry.get("dateModified")),
        language=_text(entry.get("inLanguage"), "title")[:2].lower() or None,
    )


def _rating(value: Any) -> str:
    """Return the rating in its outlet's words; where it has only a number, that with its scale."""
    rating = _first(value)
    for name in ("alternateName", "name", "ratingExplanation"):
        if words := _text(rating.get(name), "rating"):
            return words
    number, best, worst = (_text(rating.get(name), "rating") for name in ("ratingValue", "bestRating", "worstRating"))
    if not number or number in {"-1", "0"}:
        return ""
    return f"{number} on a scale from {worst or '1'} to {best}" if best else number


def _first(value: Any) -> dict[str, Any]:
    """Return *value*, or the first of several, as an object."""
    if isinstance(value, list):
        value = next((one for one in value if isinstance(one, dict)), None)
    return value if isinstance(value, dict) else {}


def _is_a(members: dict[str, Any], kind: str) -> bool:
    types = members.get("@type")
    names = types if isinstance(types, list) else [types]
    return any(isinstance(name, str) and name.rpartition("/")[2].rpartition(":")[2] == kind for name in names)


def _name(value: Any, what: str) -> str:
    if isinstance(value, list):
        value = next((one for one in value if one), None)
    return _text(value.get("name") if isinstance(value, dict) else value, what)


def _text(value: Any, what: str) -> str:
    """Return *value* as words on one line; a number as its digits, anything else as nothing."""
    if isinstance(value, list):
        value = next((one for one in value if isinstance(one, str) and one.strip()), None)
    if isinstance(value, dict):
        value = value.get("@value") or value.get("@id")
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        return ""
    words = f"{value:g}" if isinstance(value, float) else str(value)
    return " ".join(storable(words).split())[: LONGEST_WORDS[what]]


def site_of(url: str) -> str:
    """Return the host of a web address without "www."; empty where it is none."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return ""
    return host.removeprefix("www.") if parts.scheme in {"http", "https"} and "." in host else ""


def day_of(value: object) -> date | None:
    """Return the day that an ISO 8601 date or time names; None where it names none."""
    if not isinstance(value, str) or not value.strip():
        return None
    for length in (len(value), 10):
        try:
            return datetime.fromisoformat(value.strip()[:length]).date()
        except ValueError:
            continue
    return None
