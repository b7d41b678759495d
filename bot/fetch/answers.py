"""What a site's answer says besides its page: that there is none, when to come again, where to go on."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import httpx

from bot.errors import BadStatus, Busy, FetchError, PageNotFound, Withheld
from bot.models import Page

LOOKED_AT = 65_536
"""Bytes in which a page must say that it leads on. A guess: pages that do so are short, or say it in their head."""

LONGEST_REFRESH = 10.0
"""Seconds after which a page may lead on and still mean "go there" and not "look again". A guess."""

REFRESH = re.compile(
    r"""\s*+(?P<seconds>\d++)(?:\.[\d.]*+)?+(?:\s*+[;,]\s*+|\s++)(?:url\s*+=\s*+)?+"""
    r"""(?:(?P<quote>["'])(?P<quoted>.*?)(?:(?P=quote)|\Z)|(?P<bare>[^"'].*))""",
    re.I | re.S,
)
"""Seconds and address, as HTML's "shared declarative refresh steps" read them; without an address it is a reload."""

TAG = re.compile(r"<!--|<(?P<aside>script|style|noscript|template|textarea|title|xmp)\b|<meta\b(?P<meta>[^<>]*)>", re.I)
ATTRIBUTE = re.compile(r"""(?<![a-z-])([a-z-]++)\s*+=\s*+(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.I)


def status_error(url: str, response: httpx.Response) -> FetchError | None:
    """Name the answer that is no page; None for one that is."""
    status, wait = response.status_code, retry_after(response)
    if status in {401, 402, 403, 451}:
        return Withheld(url, status)
    if status in {404, 410}:
        return PageNotFound(url)
    if status == 429 or (status == 503 and wait is not None):
        return Busy(url, status, wait)
    return None if 200 <= status < 300 else BadStatus(url, status)


def retry_after(response: httpx.Response) -> float | None:
    """Return the seconds that a busy site (429, 503) asks for; None where it names none, or some absurd time.

    A date is counted from the site's own clock, where it says what that shows.
    """
    value = response.headers.get("Retry-After", "").strip()
    if response.status_code not in {429, 503} or not value:
        return None
    if value.isascii() and value.isdecimal():
        seconds = float(value[:10])
    else:
        at, now = _date(value), _date(response.headers.get("Date", "")) or datetime.now(UTC)
        if at is None:
            return None
        seconds = (at - now).total_seconds()
    return max(0.0, seconds) if seconds <= 7 * 86_400 else None


def announced_size(response: httpx.Response) -> int:
    """Return the bytes that Content-Length announces; 0 where it announces none."""
    length = response.headers.get("Content-Length", "")
    return int(length) if length.isdecimal() and len(length) < 20 else 0


def refresh_target(refresh: str) -> str | None:
    """Read a Refresh header, or the content of its tag: where to, if it is soon and elsewhere."""
    found = REFRESH.match(refresh[:10_000])
    if not found or len(found["seconds"]) > 5 or int(found["seconds"]) > LONGEST_REFRESH:
        return None
    return (found["bare"] if found["quote"] is None else found["quoted"]).strip() or None


def refresh_of(page: Page) -> str | None:
    """Find where ``<meta http-equiv=refresh>`` leads on to; None where the page stays.

    One inside ``<noscript>`` is not followed: it leads readers away from a page that others see.
    """
    if page.media_type not in {"text/html", "application/xhtml+xml"}:
        return None
    head = page.body[:LOOKED_AT].decode("utf-8", "replace")
    for attributes in _metas(head):
        if attributes.get("http-equiv", "").strip().lower() == "refresh":
            return refresh_target(attributes.get("content", ""))
    return None


def _metas(text: str) -> Iterator[dict[str, str]]:
    """Go through the attributes of a page's meta tags. Linear in the length of *text*, whatever it is."""
    at = 0
    while found := TAG.search(text, at):
        at = found.end()
        if found["meta"] is not None:
            yield {
                name.lower(): html.unescape(double or single or bare)
                for name, double, single, bare in ATTRIBUTE.findall(found["meta"])
            }
        else:
            end = re.compile(rf"</{found['aside']}" if found["aside"] else "-->", re.I).search(text, at)
            if not end:
                return
            at = end.end()


def _date(value: str) -> datetime | None:
    try:
        date = parsedate_to_datetime(value)
    except (ValueError, OverflowError):
        return None
    return date if date.tzinfo else date.replace(tzinfo=UTC)
