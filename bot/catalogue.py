"""What this program says, in the language of whoever reads it: gettext's catalogues, chosen by a context variable.

English is what stands in the code. Whatever is quoted from an article is put in as a fact and never translated.
"""

from __future__ import annotations

import gettext
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from typing import cast

from babel.core import Locale
from babel.dates import format_date
from babel.numbers import format_decimal

DOMAIN = "nutgraf"
FOLDER = Path(__file__).with_name("locales")
"""Holds the catalogues, as people write them (.po) and as they are read (.mo)."""

ENGLISH = "en"
LANGUAGES = (ENGLISH, "de", "fr")

_language: ContextVar[str] = ContextVar("language", default=ENGLISH)


@contextmanager
def speaking(*wishes: str) -> Iterator[None]:
    """Speak, within, the first of somebody's *wishes* that there is a catalogue for; English where there is none."""
    before = _language.set(negotiate(*wishes))
    try:
        yield
    finally:
        _language.reset(before)


def language() -> str:
    """Return what is spoken just now: "en", "de", "fr"."""
    return _language.get()


def negotiate(*wishes: str) -> str:
    """Return the first of *wishes* that there is a catalogue for: "de-AT", "fr_FR.UTF-8", "pt-BR" → English."""
    for wish in wishes:
        tongue = wish.strip().replace("_", "-").replace(".", "-").partition("-")[0].lower()
        if tongue in LANGUAGES:
            return tongue
    return ENGLISH


def accepted(header: str) -> list[str]:
    """Return the languages of an Accept-Language *header*, the most wanted first (RFC 9110, 12.5.4)."""
    wishes = []
    for part in header[:1000].split(","):  # browsers send some 50 characters
        tag, _sep, weight = part.partition(";q=")
        try:
            wishes.append((float(weight or 1), tag.strip()))
        except ValueError:
            continue
    return [tag for weight, tag in sorted(wishes, key=lambda wish: -wish[0]) if weight > 0]


def _(message: str, /, **facts: object) -> str:
    """Say *message*, an English sentence with {names} for its *facts*, in the language that is spoken.

    Numbers and days among the facts are written as that language writes them.
    """
    return _catalogue(_language.get()).gettext(message).format(**_written(facts))


def plural(one: str, many: str, number: float, /, **facts: object) -> str:
    """Say *one* or *many* things, or what else a language has, by the *number* of them, which is a fact as well."""
    # gettext's rules know whole numbers only, and 0.5 is not one thing.
    count = int(number) if number == int(number) else 2
    return _catalogue(_language.get()).ngettext(one, many, count).format(**_written({"number": number} | facts))


def known(words: str) -> str:
    """Say *words* where the catalogue has them whole; what it does not know, as it is."""
    return _catalogue(_language.get()).gettext(words) if words else words


def mark(message: str) -> str:
    """Return *message* as it is: it is a constant, which is said by ``_`` where somebody reads it."""
    return message


def mark_plural(one: str, many: str) -> tuple[str, str]:
    """Return both as they are: they are said by ``plural`` where somebody reads them."""
    return one, many


@dataclass(frozen=True, slots=True)
class Words:
    """What is said in the language of whoever reads it, who is known only later: ``str`` says it."""

    message: str
    facts: Mapping[str, object] = field(default_factory=dict)
    many: str = ""  # where it is said by the number among the facts

    def __str__(self) -> str:
        if self.many:
            number, facts = cast(float, self.facts["number"]), dict(self.facts)
            return plural(self.message, self.many, number, **facts)
        return _(self.message, **self.facts) if self.facts else known(self.message)


@dataclass(frozen=True, slots=True)
class Tongue:
    """A language (ISO 639-1), called as whoever reads it calls it: "French", "Französisch"."""

    code: str

    def __str__(self) -> str:
        return str(Locale(language()).languages.get(self.code, self.code))


def later(message: str, /, **facts: object) -> Words:
    """Return *message* with its *facts*, to be said as ``_`` says it where somebody reads it."""
    return Words(message, facts)


def later_plural(one: str, many: str, number: float, /, **facts: object) -> Words:
    """Return what ``plural`` would say, to be said where somebody reads it."""
    return Words(one, {"number": number} | facts, many)


def day(when: date) -> str:
    """Return "4 May 2026", "4. Mai 2026", "4 mai 2026"."""
    pattern = "d. MMMM y" if language() == "de" else "d MMMM y"
    return format_date(when, pattern, locale=language())


def _written(facts: dict[str, object]) -> dict[str, object]:
    return {name: _fact(fact) for name, fact in facts.items()}


def _fact(fact: object) -> object:
    if isinstance(fact, int | float):
        return format_decimal(fact, format="#,##0.###", locale=language())
    return day(fact) if isinstance(fact, date) else fact


@cache
def _catalogue(tongue: str) -> gettext.NullTranslations:
    if tongue == ENGLISH:
        return gettext.NullTranslations()
    return gettext.translation(DOMAIN, FOLDER, [tongue])
