"""An item of Wikidata, as far as it is looked at, and what kind of thing it is."""

from __future__ import annotations

from dataclasses import dataclass

from bot.analyse.nouns import ORGANISATION
from bot.knowledge.words import words
from bot.models import Kind

HUMAN = "Q5"

PAGES = frozenset(
    {
        "Q4167410",  # disambiguation page
        "Q22808320",  # disambiguation page of persons
        "Q13406463",  # list
        "Q4167836",  # category
        "Q11266439",  # template
        "Q17362920",  # duplicate
        "Q101352",  # family name
        "Q202444",  # given name
        "Q11879590",  # female given name
        "Q12308941",  # male given name
        "Q3409032",  # given name of both
    }
)
"""Classes of items that are no thing of the world: pages of Wikimedia's sites, and names."""

PLACED = frozenset({"P625", "P1082", "P36"})
"""Properties of places: coordinates, population, capital."""

ORGANISED = frozenset({"P159", "P169", "P452", "P749", "P1128", "P1454"})
"""Properties of organisations: headquarters, chief executive, industry, parent, employees, legal form."""

ORGANISED_WORDS = ORGANISATION | frozenset("bank business club conglomerate enterprise ngo tank".split())
"""Words in the names of classes of organisations."""

ANY = frozenset({Kind.PERSON, Kind.ORGANISATION, Kind.PLACE})


@dataclass(frozen=True, slots=True)
class Item:
    """What Wikidata says of one thing, in the languages that were asked for."""

    id: str
    label: str
    description: str
    names: tuple[str, ...]  # labels and aliases
    classes: frozenset[str]  # ids of what it is an instance of
    properties: frozenset[str]  # ids of all that something is said by
    class_names: tuple[str, ...] = ()
    offices: tuple[str, ...] = ()  # occupations, and positions held
    countries: tuple[str, ...] = ()
    around: tuple[str, ...] = ()  # employer, party, team, seat, head …
    ended: int | None = None  # year of death, or of dissolution
    is_whole: bool = True  # whether all of its offices are known by name

    @property
    def kinds(self) -> frozenset[Kind]:
        """What it may be: one kind, none where it is something else, any where it does not say."""
        if self.classes & PAGES:
            return frozenset()
        if HUMAN in self.classes:
            return frozenset({Kind.PERSON})
        if not self.classes:
            return ANY
        if self.properties & ORGANISED or any(ORGANISED_WORDS & set(words(name)) for name in self.class_names):
            return frozenset({Kind.ORGANISATION})
        return frozenset({Kind.PLACE}) if self.properties & PLACED else frozenset()


@dataclass(frozen=True, slots=True)
class Found:
    """What a name finds."""

    items: tuple[Item, ...] = ()
    more: bool = False  # whether more have the name than were looked at
