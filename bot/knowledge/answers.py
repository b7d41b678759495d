"""Wikidata's answers, as the MediaWiki action API gives them, and the items that they tell of.

Source:
    https://www.wikidata.org/w/api.php?action=help&modules=wbsearchentities, …wbgetentities;
    https://doc.wikimedia.org/Wikibase/master/php/docs_topics_json.html
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from bot.knowledge.item import Item
from bot.models import storable

OFFICES = ("P106", "P39")
"""Occupation, position held."""

COUNTRIES = ("P27", "P17")
"""Country of citizenship, country."""

CLASSES = ("P31",)
AROUND = ("P108", "P102", "P463", "P54", "P131", "P159", "P36", "P6", "P169", "P488", "P749", "P127", "P112")
"""Employer, party, member of, team, where it lies, headquarters, capital, head of government, chief executive,
chair, parent, owner, founder."""

ENDS = ("P570", "P576")
"""Date of death, of dissolution."""

ID = re.compile(r"Q[1-9]\d{0,11}")
YEAR = re.compile(r"([+-]\d{1,6})-")

LONGEST_LINE = 250
"""Characters of a label or a description; Wikibase's own limit."""

MOST_NAMES = 200
"""Labels and aliases of one item that are looked at. A guess: the best known have some 50 in three languages."""


def _no_list(value: object) -> object:
    """PHP writes an object without members as a list."""
    return {} if value == [] else value


class _Part(BaseModel):
    model_config = ConfigDict(extra="ignore", hide_input_in_errors=True)


class _Term(_Part):
    value: str


class _Snak(_Part):
    datavalue: dict[str, Any] = {}  # missing where the value is unknown, or where there is none


class _Statement(_Part):
    mainsnak: _Snak
    rank: str = "normal"


Terms = Annotated[dict[str, _Term], BeforeValidator(_no_list)]
Aliases = Annotated[dict[str, list[_Term]], BeforeValidator(_no_list)]
Claims = Annotated[dict[str, list[_Statement]], BeforeValidator(_no_list)]


class Entity(_Part):
    """An item as ``wbgetentities`` has it; of one that is missing nothing but its id."""

    id: str = ""
    labels: Terms = {}
    descriptions: Terms = {}
    aliases: Aliases = {}
    claims: Claims = {}

    def ids(self, properties: Iterable[str]) -> list[str]:
        """Return the items that *properties* lead to, what is deprecated left out."""
        values = (value for value in self._values(properties) if isinstance(value, dict))
        return list(dict.fromkeys(one for value in values if ID.fullmatch(one := str(value.get("id", "")))))

    def year(self, properties: Iterable[str]) -> int | None:
        """Return the latest year that *properties* tell."""
        values = (value for value in self._values(properties) if isinstance(value, dict))
        return max(
            (int(found[1]) for value in values if (found := YEAR.match(str(value.get("time", ""))))), default=None
        )

    def _values(self, properties: Iterable[str]) -> Iterator[Any]:
        for name in properties:
            for statement in self.claims.get(name, ()):
                if statement.rank != "deprecated" and "value" in statement.mainsnak.datavalue:
                    yield statement.mainsnak.datavalue["value"]

    def term(self, terms: Mapping[str, _Term], languages: Iterable[str]) -> str:
        """Return the first of *terms* in the order of *languages*."""
        return next((line(terms[language].value) for language in languages if language in terms), "")

    def names(self) -> tuple[str, ...]:
        """Return all labels and aliases."""
        told = [*self.labels.values(), *(one for same in self.aliases.values() for one in same)]
        return tuple(dict.fromkeys(line(term.value) for term in told))[:MOST_NAMES]


class Entities(_Part):
    """The answer of ``wbgetentities``."""

    entities: Annotated[dict[str, Entity], BeforeValidator(_no_list)]


class _Match(_Part):
    text: str = ""


class Hit(_Part):
    """A result of ``wbsearchentities``: a label or an alias begins with what was looked for."""

    id: str
    label: str = ""
    match: _Match = Field(default_factory=_Match)
    aliases: list[str] = []


class Hits(_Part):
    """The answer of ``wbsearchentities``."""

    search: list[Hit]
    continues: int | None = Field(None, alias="search-continue")


class Problem(_Part):
    """What the API answers, as HTTP 200, where something is wrong."""

    code: str = ""


def named_by(entity: Entity) -> list[str]:
    """Return the items whose names are needed to tell who *entity* is, the most telling first."""
    return entity.ids((*CLASSES, *OFFICES, *COUNTRIES, *AROUND))


def item_of(entity: Entity, labels: Mapping[str, str], languages: Iterable[str]) -> Item:
    """Make an item of *entity*, with the *labels* of what it leads to."""
    languages = list(languages)

    def told(properties: Iterable[str]) -> tuple[str, ...]:
        return tuple(label for one in entity.ids(properties) if (label := labels.get(one, "")))

    return Item(
        id=entity.id,
        label=entity.term(entity.labels, languages),
        description=entity.term(entity.descriptions, languages),
        names=entity.names(),
        classes=frozenset(entity.ids(CLASSES)),
        properties=frozenset(entity.claims),
        class_names=told(CLASSES),
        offices=told(OFFICES),
        countries=told(COUNTRIES),
        around=told(AROUND),
        ended=entity.year(ENDS),
        is_whole=len(told(OFFICES)) == len(entity.ids(OFFICES)),
    )


def line(text: str) -> str:
    """Return strangers' *text* on one line, of so many characters at most."""
    return " ".join(storable(text).split())[:LONGEST_LINE]
