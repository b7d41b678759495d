"""When a story was published: told by JSON-LD, meta tags, its address, and what is printed near the headline."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from copy import deepcopy
from datetime import date
from urllib.parse import urlsplit

from htmldate import find_date as guess_date
from lxml.etree import LxmlError
from lxml.html import HtmlElement

from bot.extract.blocks import Block, is_linked
from bot.extract.head import Head, types_of, words_of
from bot.extract.places import LONGEST, Place, around

YEARS = range(1990, 2101)
"""Years in which a page can have been published: the Web is not older."""

META_NAMES = (
    "article:published_time", "article:published", "article:publicationdate", "article:published_date",
    "og:article:published_time", "og:published_time", "og:publish_date", "og:pubdate", "article.published",
    "datepublished", "parsely-pub-date", "sailthru.date", "pubdate", "publishdate", "publish-date", "publish_date",
    "published_date", "published-date", "publication_date", "date_published", "originalpublicationdate",
    "cxenseparse:recs:publishtime", "shareaholic:article_published_time", "rnews:datepublished", "bt:pubdate",
    "article_date_original",
)  # fmt: skip
VAGUE_NAMES = (
    "dc.date.issued", "dcterms.issued", "citation_publication_date", "citation_date", "citation_online_date",
    "dcterms.created", "dc.date.created", "dc.created", "dc.date", "dcterms.date", "dc:date", "dc:created", "date",
    "created", "datecreated", "release_date",
)  # fmt: skip
"""Tags that say when something came to be, which need not be the story."""

MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan januar jänner jaenner janvier janv enero ene gennaio gen janeiro januari stycznia января ocak",
            "february feb februar feber février fevrier févr fevr febrero febbraio febr fevereiro fev februari "
            "lutego февраля şubat",
            "march mar märz maerz mär mars marzo março marco maart marca марта mart",
            "april apr avril avr abril abr aprile kwietnia апреля nisan",
            "may mai mayo maggio mag maio mei maja мая mayıs",
            "june jun juni juin junio giugno giu junho czerwca июня haziran",
            "july jul juli juillet juil julio luglio lug julho lipca июля temmuz",
            "august aug août aout agosto ago augustus sierpnia августа ağustos",
            "september sep sept septembre septiembre settembre set setembro września сентября eylül",
            "october oct oktober okt octobre octubre ottobre ott outubro out października октября ekim",
            "november nov novembre noviembre novembro listopada ноября kasım",
            "december dec dezember dez décembre decembre déc diciembre dic dicembre dezembro grudnia декабря aralık",
        ),
        1,
    )
    for name in names.split()
}
_MONTH = r"(?P<month>[^\W\d_]{3,12})"
FORMS = (
    re.compile(r"(?<!\d)(?P<year>\d{4})[-./](?P<m>\d{1,2})[-./](?P<day>\d{1,2})(?!\d)"),
    re.compile(r"(?<!\d)(?P<year>\d{4})\s?年\s?(?P<m>\d{1,2})\s?月\s?(?P<day>\d{1,2})\s?日"),
    re.compile(
        rf"(?<!\d)(?P<day>\d{{1,2}})(?:\.|st|nd|rd|th|er|º)?[\s-]*(?:de |of )?{_MONTH}\b\.?,?[\s-]*(?:de |del )?"
        r"(?P<year>\d{4})(?!\d)"
    ),
    re.compile(rf"\b{_MONTH}\b\.?\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<year>\d{{4}})(?!\d)"),
    re.compile(r"(?<!\d)(?P<day>\d{1,2})\.\s?(?P<m>\d{1,2})\.\s?(?P<year>\d{4}|\d\d)(?!\d)"),
    re.compile(r"(?<!\d)(?P<day>\d{1,2})[/-](?P<m>\d{1,2})[/-](?P<year>\d{4})(?!\d)"),
)  # fmt: skip
"""How days are written; the last stands for the third of April or the fourth of March."""

CHANGED = re.compile(r"updat|modif|aktualisier|actuali[sz]|mis à jour|geändert|zuletzt|stand:|last")
IN_ADDRESS = re.compile(
    r"(?<!\d)(?:(?P<year>\d{4})([-/_])(?P<m>\d{1,2})\2(?P<day>\d{1,2})|(?P<y>(?:19|20)\d\d)(?P<mm>[01]\d)(?P<d>[0-3]\d))(?!\d)"
)
LONELY = 40
"""Characters of a line that is little but a date. A guess: a weekday, a time and a word fit in."""


def find_date(
    tree: HtmlElement, head: Head, shown: Sequence[Block], printed: Sequence[Place], headline: str | None, url: str
) -> tuple[date | None, bool]:
    """Find the day of publication, as the publisher counts days, and whether two places of the page agree on it.

    The day that most places name is taken, or the first of them: JSON-LD, meta tags, printed, vaguer meta tags, the
    address. What is printed is one place, however often it says the same, and counts where it is a day off, since
    machines write down the day in Greenwich. Where no place names any, htmldate may guess.
    """
    near = _first(find_day(block.text) for block in around(shown, headline) if len(block.text) <= LONGEST)
    printed_days = dict.fromkeys(day for day in (near, _first(_marked(printed))) if day)
    address = _in_address(url)
    strong, weak = _first(_in_metas(head, META_NAMES)), _first(_in_metas(head, VAGUE_NAMES))
    days = [day for day in (_first(_in_json(head)), strong, *printed_days, None if strong else weak, address) if day]
    if not days:
        return _lonely(shown) or _guessed(tree, url), False
    best = max(days, key=days.count)
    if address != best:
        best = next((day for day in printed_days if abs((day - best).days) == 1), best)
    return best, days.count(best) > 1


def _lonely(shown: Sequence[Block]) -> date | None:
    """Return the day that stands alone in a line of the page, if no other does."""
    days = {
        day for block in shown if len(block.text) <= LONELY and not is_linked(block) and (day := find_day(block.text))
    }
    return days.pop() if len(days) == 1 else None


def _first(days: Iterator[date | None]) -> date | None:
    return next(filter(None, days), None)


def _in_json(head: Head) -> Iterator[date | None]:
    nodes = [*head.articles, *(node for node in head.nodes if types_of(node) & {"webpage"})]
    for name in ("datePublished", "dateCreated"):
        for node in nodes:
            yield read_day(words_of(node.get(name)))


def _in_metas(head: Head, names: Sequence[str]) -> Iterator[date | None]:
    for name in names:
        yield read_day(head.metas.get(name, ""))


def _marked(printed: Sequence[Place]) -> Iterator[date | None]:
    """Yield the days near the headline; first of those that are marked as the day of publication."""
    fit = [place for place in printed if not CHANGED.search(_names(place.element))]
    declared = [place for place in fit if "datepublished" in _names(place.element)]
    near = [place for place in fit if place.near]
    for place in (*declared, *near):
        for name in ("datetime", "content"):
            yield read_day(place.element.get(name) or "")
        yield find_day(place.text)


def _names(element: HtmlElement) -> str:
    return " ".join(element.get(name) or "" for name in ("class", "itemprop", "id")).lower()


def _in_address(url: str) -> date | None:
    try:
        path = urlsplit(url).path
    except ValueError:
        return None
    days = (
        _day(*(match["year"], match["m"], match["day"]) if match["year"] else (match["y"], match["mm"], match["d"]))
        for match in IN_ADDRESS.finditer(path)
    )
    return _first(days)


def _guessed(tree: HtmlElement, url: str) -> date | None:
    try:
        words = guess_date(
            deepcopy(tree),  # which it changes
            original_date=True,
            extensive_search=False,
            url=url,
            min_date=f"{YEARS[0]}-01-01",
            max_date=f"{YEARS[-1]}-12-31",  # else it looks at the clock
        )
    except (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError, LxmlError):
        return None  # broken pages break it in many ways; none may cost the story
    return read_day(words or "")


def read_day(words: str) -> date | None:
    """Read a declared date, "2026-03-17T23:30:00+01:00", or one written out; the day is taken as it stands."""
    if match := re.match(r"\s*(\d{4})-?(\d\d)-?(\d\d)(?!\d)", words):
        return _day(*match.groups())
    if match := re.match(r"\s*(\d{4})(\d\d)(\d\d)\d{4,6}\s*$", words):
        return _day(*match.groups())
    return find_day(words[:80]) if len(words) <= 80 else None


def find_day(text: str) -> date | None:
    """Find the first day that is written out in *text*, in one of ten languages; days of changes are passed over."""
    found = []
    text = text.lower()
    for number, form in enumerate(FORMS if re.search(r"\d", text) else ()):
        for match in form.finditer(text):
            if CHANGED.search(text[max(match.start() - 25, 0) : match.start()]):
                continue
            parts = match.groupdict()
            month = parts.get("m") or MONTHS.get(parts["month"], 0)
            day, year = parts["day"], parts["year"]
            if number == len(FORMS) - 1 and int(month) > 12:
                day, month = month, day
            if read := _day(year if len(year) == 4 else f"20{year}", month, day):
                found.append((match.start(), read))
    return min(found)[1] if found else None


def _day(year: str | int, month: str | int, day: str | int) -> date | None:
    try:
        read = date(int(year), int(month), int(day))
    except ValueError:
        return None
    return read if read.year in YEARS else None
