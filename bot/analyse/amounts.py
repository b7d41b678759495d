"""Read the figures and dates of a statement, so that a program can compare them with a record.

spaCy finds them, text2num reads numbers in words, Babel the digits, dateparser the dates. What none of them can read
is left out: a wrong number is worse than none.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from itertools import islice, takewhile

from babel.numbers import NumberFormatError, parse_decimal
from dateparser.date import DateDataParser
from spacy.tokens import Span
from text_to_num import text2num

from bot.models import Amount, AmountKind, CharSpan

SCALES = {
    "hundred": 100,
    "thousand": 1000,
    "million": 10**6,
    "billion": 10**9,
    "trillion": 10**12,
    "m": 10**6,
    "bn": 10**9,
    "k": 1000,
}
CURRENCIES = {
    "$": "USD",
    "US$": "USD",
    "£": "GBP",
    "€": "EUR",
    "¥": "JPY",
    "dollar": "USD",
    "pound": "GBP",
    "euro": "EUR",
    "yen": "JPY",
}
"""By the commonest reading of an English-language paper; "$" in a Canadian one is read wrongly."""

DIGITS = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
SCALE = r"(?:\s?-?(?P<scale>hundred|thousand|million|billion|trillion|bn|m|k)\b)?"
FIGURE = re.compile(
    rf"(?<![\w.,])(?P<sign>US\$|[$£€¥])?\s?(?P<digits>{DIGITS}){SCALE}"
    rf"(?P<percent>\s?(?:%|percent\b|per\s?cent\b))?(?:\s(?P<money>dollar|pound|euro|yen)s?\b)?(?![\w:]|[.,]\d|-year)",
    re.I,
)
NAMES = frozenset("DATE TIME ORG PERSON FAC LAW PRODUCT WORK_OF_ART".split())
"""Entities within which a figure counts nothing."""

COUNTED = frozenset({"CARDINAL", "PERCENT", "MONEY", "QUANTITY"})
NUMBER_WORDS = re.compile(r"[a-z]+(?:[\s-][a-z]+)*", re.I)
PERCENT_WORDS = re.compile(r"\s(?:percent|per\s?cent)\b", re.I)
MONEY_WORDS = re.compile(r"\s(dollar|pound|euro|yen)s?\b", re.I)

VAGUE = re.compile(
    r"\b(?:this|these|next|coming|current|every|daily|annual|decades?|century|season|days|weeks|months|years"
    r"|the past)\b(?!\sago)|^\d{1,3}$|[-–]|\bto\b|\band\b|\d0s\b|year-old|quarter|weekend",
    re.I,
)
"""Stretches of time, and what lies ahead: no day of the past is meant."""

NAMED_DAY = re.compile(r"\b(?:19|20)\d\d\b")
DAY = re.compile(r"\b(?:Mon|Tues?|Wednes|Thurs?|Fri|Satur|Sun)day\b", re.I)
WIDTHS = {"year": 4, "month": 7, "week": 10, "day": 10, "time": 10}
"""Characters of an ISO date that are known, by dateparser's name for its precision."""


def find_amounts(span: Span, published: date | None, named: Sequence[Span] | None = None) -> tuple[Amount, ...]:
    """Find the numbers, sums, percentages and dates of *span*, in text order.

    *named* are the entities of its document where they are known: spaCy goes through all of it to find them.

    A date without its year is counted back from the day of *publication*, and left out where that is not known.
    """
    entities = span.ents if named is None else _within(named, span)
    dates = list(_dates(entities, published))
    taken = [one.span for one in dates]
    others = [
        one for one in (*_figures(span), *_in_words(entities)) if not any(one.span.overlaps(day) for day in taken)
    ]
    return tuple(sorted([*dates, *others], key=lambda one: one.span))


def _within(named: Sequence[Span], span: Span) -> list[Span]:
    """Return those of *named*, which are in text order, that lie in *span*."""
    first = bisect_left(named, span.start, key=lambda entity: entity.start)
    return list(takewhile(lambda entity: entity.end <= span.end, islice(named, first, None)))


def _figures(span: Span) -> Iterator[Amount]:
    for match in FIGURE.finditer(span.text):
        value = _decimal(match["digits"])
        if value is None or _in_a_name(span, match.start("digits")):
            continue
        value *= SCALES.get((match["scale"] or "").lower(), 1)
        where = CharSpan(span.start_char + match.start(), span.start_char + match.end())
        currency = CURRENCIES.get((match["sign"] or "").upper()) or CURRENCIES.get((match["money"] or "").lower())
        yield _amount(_without_blank(where, match.group()), value, currency, percent=bool(match["percent"]))


def _in_a_name(span: Span, at: int) -> bool:
    """Tell whether the figure at *at* stands in a name, as in "Future 45", or in a date or time."""
    token = next((token for token in span if token.idx <= span.start_char + at < token.idx + len(token.text)), None)
    return token is not None and token.ent_type_ in {
        "DATE",
        "TIME",
        "ORG",
        "PERSON",
        "FAC",
        "LAW",
        "PRODUCT",
        "WORK_OF_ART",
    }


UNIT_TOKENS = 4
"""Tokens behind a number in which its unit stands: "hundred million US dollars"."""


def _without_blank(where: CharSpan, words: str) -> CharSpan:
    return CharSpan(where.start + len(words) - len(words.lstrip()), where.end)


def _in_words(entities: Iterable[Span]) -> Iterator[Amount]:
    """Read "twenty-nine", "two hundred"; "one" is mostly no number."""
    for entity in entities:
        if entity.label_ not in COUNTED:
            continue
        words = NUMBER_WORDS.match(entity.text)
        tail = entity.doc[entity.start : entity.end + UNIT_TOKENS].text
        for candidate in _prefixes(words.group()) if words else ():
            value = _spoken(candidate)
            if value is not None and value != 1:
                rest = tail[len(candidate) :]
                money, percent = MONEY_WORDS.match(rest), PERCENT_WORDS.match(rest)
                unit_words = money or percent
                end = len(candidate) + (unit_words.end() if unit_words else 0)
                where = CharSpan(entity.start_char, entity.start_char + end)
                unit = CURRENCIES[money[1].lower()] if money else None
                yield _amount(where, Decimal(value), unit, percent=bool(percent))
                break


def _prefixes(words: str) -> Iterator[str]:
    """Yield *words*, then without the last one, and so on."""
    ends = [match.end() for match in re.finditer(r"[A-Za-z]+", words)]
    for end in reversed(ends):
        yield words[:end]


def _spoken(words: str) -> int | None:
    try:
        return int(text2num(words.lower(), "en"))
    except ValueError:
        return None


def _decimal(digits: str) -> Decimal | None:
    try:
        return parse_decimal(digits, locale="en", strict=True)
    except NumberFormatError:
        return None


def _amount(where: CharSpan, value: Decimal, currency: str | None, *, percent: bool) -> Amount:
    kind = AmountKind.SUM if currency else AmountKind.PERCENTAGE if percent else AmountKind.NUMBER
    return Amount(where, kind, f"{value.normalize():f}", currency)


def _dates(entities: Iterable[Span], published: date | None) -> Iterator[Amount]:
    for entity in entities:
        if entity.label_ != "DATE" or VAGUE.search(entity.text):
            continue
        relative = not NAMED_DAY.search(entity.text)
        if relative and published is None:
            continue
        value = _iso(entity.text, published)
        if value:
            yield Amount(CharSpan(entity.start_char, entity.end_char), AmountKind.DATE, value, None, relative)


@lru_cache(maxsize=4096)  # dateparser takes a millisecond, and stories name the same days again and again
def _iso(words: str, published: date | None) -> str | None:
    """Return the day, month or year that *words* name; None where they name none that has passed."""
    base = datetime.combine(published, datetime.min.time()) if published else datetime(2000, 1, 1)
    day = DAY.search(words)
    if day and published and day.group().lower() == f"{published:%A}".lower():
        return published.isoformat()  # the paper of Monday that says "Monday" means today
    settings = {"RELATIVE_BASE": base, "PREFER_DATES_FROM": "past", "RETURN_TIME_AS_PERIOD": False}
    data = DateDataParser(languages=["en"], settings=settings).get_date_data(day.group() if day else words)
    if data.date_obj is None or (published and data.date_obj.date() > published):
        return None
    width = WIDTHS["day" if day else data.period]
    if re.search(r"\byears? ago\b|\blast year\b", words, re.I):
        width = WIDTHS["year"]
    elif re.search(r"\bmonths? ago\b|\blast month\b", words, re.I):
        width = WIDTHS["month"]
    return str(data.date_obj.date().isoformat())[:width]
