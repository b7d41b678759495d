"""Find the days, months and years that an article names, one entry each.

"Sept. 26", "26 September" and "September 26, 2016" are one day where the article gives that day in one year only. Days
of the week and "last year" are left to the notes: which day they mean is not in the text.
"""

from __future__ import annotations

import re
from collections import defaultdict

from spacy.tokens import Doc

from bot.models import CharSpan, Entity, Kind

_MONTHS = "jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|"
_MONTHS += "nov(?:ember)?|dec(?:ember)?"
MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
_YEAR = r"(?:1[5-9]|20)\d\d"
_DAY = r"(?:[12]\d|3[01]|0?[1-9])(?!\d)"

FORMS = tuple(
    re.compile(rf"(?<![\w-]){form}(?![\w-])", re.IGNORECASE)
    for form in (
        rf"(?P<year>{_YEAR})-(?P<number>0[1-9]|1[0-2])-(?P<day>{_DAY})",
        rf"(?P<month>{_MONTHS})\b\.?\s+(?P<day>{_DAY})(?:st|nd|rd|th)?,?\s+(?P<year>{_YEAR})",
        rf"(?P<day>{_DAY})(?:st|nd|rd|th)?\s+(?:of\s+)?(?P<month>{_MONTHS})\b\.?,?\s+(?P<year>{_YEAR})",
        rf"(?P<month>{_MONTHS})\b\.?\s+(?P<day>{_DAY})(?:st|nd|rd|th)?",
        rf"(?P<day>{_DAY})(?:st|nd|rd|th)?\s+(?:of\s+)?(?P<month>{_MONTHS})\b\.?",
        rf"(?P<month>{_MONTHS})\b\.?,?\s+(?:of\s+)?(?P<year>{_YEAR})",
        rf"(?P<year>{_YEAR})",
    )
)
"""How dates are written, the fullest first."""

Key = tuple[str | None, int | None, int | None]
"""Year, month and day, as far as the words tell."""


def find_dates(doc: Doc) -> list[Entity]:
    """Find the dates among the named entities of *doc*, most mentioned first."""
    found: dict[Key, list[CharSpan]] = defaultdict(list)
    for entity in doc.ents:
        if entity.label_ == "DATE":
            for key, span in _dates(entity.text, entity.start_char):
                found[key].append(span)
    for (year, month, day), spans in list(found.items()):
        fuller = [key for key in found if key[0] and key[1:] == (month, day)]
        if year is None and len(fuller) == 1:
            found[fuller[0]] += spans
            del found[year, month, day]
    entities = [
        Entity(max(sorted(spans), key=lambda span: span.end - span.start), Kind.DATE, tuple(sorted(spans)))
        for spans in found.values()
    ]
    return sorted(entities, key=lambda entity: (-len(entity.mentions), entity.mentions[0]))


def _dates(words: str, start: int) -> list[tuple[Key, CharSpan]]:
    """Read what *words*, which begin at *start*, name: "between May 3 and May 5, 2016" is two days."""
    found = []
    for form in FORMS:
        for match in form.finditer(words):
            said = match.groupdict()
            number = said.get("number")
            month = (
                int(number) if number else MONTHS.index(said["month"][:3].lower()) + 1 if said.get("month") else None
            )
            day = int(said["day"]) if said.get("day") else None
            found.append(((said.get("year"), month, day), CharSpan(start + match.start(), start + match.end())))
            words = words[: match.start()] + " " * len(match.group()) + words[match.end() :]  # read once
    return found
