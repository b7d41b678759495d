"""Namesakes, all of them made up: a link goes to the right one or nowhere.

A case is right where the one that is meant is linked, or where the answer is "not sure" or nothing; a link to another
is wrong, and so is any link where the one that is meant is not there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import pytest

from bot.knowledge.agreement import Asked, decide, is_worth_asking
from bot.knowledge.item import Found, Item
from bot.knowledge.words import is_of, is_same_name, words
from bot.models import Kind

UNSURE, NOTHING = "not sure", "nothing"
YEAR = 2026


def human(number: str, name: str, description: str, *offices: str, country: str = "", **more: Any) -> Item:
    """Return a person, as Wikidata has people."""
    return Item(
        **{
            "id": f"Q{number}",
            "label": name,
            "description": description,
            "names": (name, *more.pop("aliases", ())),
            "classes": frozenset({"Q5"}),
            "properties": frozenset({"P31"}),
            "class_names": ("human",),
            "offices": offices,
            "countries": (country,) if country else (),
            **more,
        }
    )


def thing(
    number: str, name: str, description: str, sort: str, *properties: str, country: str = "", **more: Any
) -> Item:
    """Return something of a *sort*."""
    return Item(
        **{
            "id": f"Q{number}",
            "label": name,
            "description": description,
            "names": (name, *more.pop("aliases", ())),
            "classes": frozenset({"Q1000"}),
            "properties": frozenset({"P31", *properties}),
            "class_names": (sort,),
            "countries": (country,) if country else (),
            **more,
        }
    )


def place(number: str, name: str, description: str, country: str = "", **more: Any) -> Item:
    return thing(number, name, description, "town", "P625", "P17", country=country, **more)


def company(number: str, name: str, description: str, country: str = "", **more: Any) -> Item:
    return thing(number, name, description, "business", "P159", "P17", country=country, **more)


@dataclass(frozen=True)
class Case:
    """A name in an article, what is there under it, and what may come of it."""

    name: str
    kind: Kind
    role: str
    others: Sequence[str]
    items: Sequence[Item]
    right: str
    more: bool = False
    year: int | None = YEAR


def a_person(name: str, role: str, others: Sequence[str], *items: Item, right: str, **more: Any) -> Case:
    return Case(name, Kind.PERSON, role, others, items, right, **more)


def an_organisation(name: str, others: Sequence[str], *items: Item, right: str, **more: Any) -> Case:
    return Case(name, Kind.ORGANISATION, "", others, items, right, **more)


def a_place(name: str, where: str, *items: Item, right: str, **more: Any) -> Case:
    return Case(name, Kind.PLACE, where, (), items, right, **more)


MAYOR = human("1", "Maren Holt", "Sundian politician, mayor of Port Ellery", "politician", country="Sundia")
GOALKEEPER = human("2", "Maren Holt", "Sundian footballer", "association football player", country="Sundia")
RULER = human(
    "3", "Tomas Reyl", "President of Sundia since 2021", "politician", "President of Sundia", country="Sundia"
)
ELDER = human(
    "4", "Harald Quill", "Sundian politician (1931–2009)", "politician", "senator", country="Sundia", ended=2009
)
YOUNGER = human(
    "5", "Harald Quill Jr.", "Sundian politician", "politician", "senator", country="Sundia", around=("Tide Party",)
)
TOWN = place("6", "Ellery", "town in Sundia", "Sundia", around=("Hollow County",))
MAKER = company("7", "Ellery", "Sundian maker of ropes", "Sundia", around=("Port Ellery",))
TRUST = company("8", "Harbour Trust", "owner of harbours", "Sundia", around=("Port Ellery", "Ida Brandt"))

CASES = {
    "mayor of the town that the article is about": a_person(
        "Maren Holt", "mayor of Port Ellery", ["Port Ellery", "Sundia"], MAYOR, right="Q1"
    ),
    "politician and goalkeeper": a_person(
        "Maren Holt", "the mayor of Port Ellery", ["Port Ellery"], MAYOR, GOALKEEPER, right="Q1"
    ),
    "goalkeeper and politician, and the role is neither's": a_person(
        "Maren Holt", "a marine engineer", ["Port Ellery", "Sundia"], MAYOR, GOALKEEPER, right=UNSURE
    ),
    "mayor of another town": a_person("Maren Holt", "mayor of Saltmouth", ["Saltmouth", "Sundia"], MAYOR, right=UNSURE),
    "former mayor": a_person("Maren Holt", "former mayor of Port Ellery", ["Port Ellery"], MAYOR, right="Q1"),
    "deputy mayor is not the mayor": a_person(
        "Maren Holt", "deputy mayor of Port Ellery", ["Port Ellery"], MAYOR, right=UNSURE
    ),
    "mayor's daughter": a_person(
        "Maren Holt", "daughter of the mayor of Port Ellery", ["Port Ellery", "Sundia"], MAYOR, right=UNSURE
    ),
    "no role": a_person("Maren Holt", "", ["Port Ellery", "Sundia"], MAYOR, right=UNSURE),
    "no role, two of the name": a_person("Maren Holt", "", ["Port Ellery"], MAYOR, GOALKEEPER, right=UNSURE),
    "no context": a_person("Maren Holt", "the mayor", ["Saltmouth"], MAYOR, right=UNSURE),
    "a politician of that country, of whom there may be many": a_person(
        "Maren Holt", "a Sundian politician", ["Sundia"], MAYOR, right=UNSURE
    ),
    "another sport's player": a_person("Maren Holt", "a Sundian handball player", ["Sundia"], GOALKEEPER, right=UNSURE),
    "goalkeeper alone, and the article has a mayor": a_person(
        "Maren Holt", "mayor of Port Ellery", ["Port Ellery", "Sundia"], GOALKEEPER, right=NOTHING
    ),
    "president of the country": a_person("Tomas Reyl", "Sundian President", ["Sundia", "Norland"], RULER, right="Q3"),
    "president of a club in that country": a_person(
        "Tomas Reyl", "president of Ellery Rovers", ["Sundia", "Ellery Rovers"], RULER, right=UNSURE
    ),
    "president of another country": a_person("Tomas Reyl", "Norlander President", ["Norland"], RULER, right=UNSURE),
    "former president": a_person("Tomas Reyl", "former president of Sundia", ["Sundia"], RULER, right="Q3"),
    "vice president": a_person("Tomas Reyl", "vice president of Sundia", ["Sundia"], RULER, right=UNSURE),
    "spokesman of the president": a_person(
        "Tomas Reyl", "a spokesman for the president of Sundia", ["Sundia"], RULER, right=UNSURE
    ),
    "an office that both of the name hold": a_person(
        "Tomas Reyl",
        "President of Sundia",
        ["Sundia"],
        RULER,
        human("31", "Tomas Reyl", "Sundian politician, president of the Senate", "politician", country="Sundia"),
        right=UNSURE,
    ),
    "namesake of whom nothing is known": a_person(
        "Tomas Reyl", "President of Sundia", ["Sundia"], RULER, human("32", "Tomas Reyl", ""), right=UNSURE
    ),
    "namesake of whom not all offices are known": a_person(
        "Maren Holt",
        "the mayor of Port Ellery",
        ["Port Ellery"],
        MAYOR,
        human("21", "Maren Holt", "footballer", "association football player", is_whole=False),
        right=UNSURE,
    ),
    "namesake who was both": a_person(
        "Maren Holt",
        "mayor of Port Ellery",
        ["Port Ellery"],
        MAYOR,
        human("22", "Maren Holt", "footballer and politician", "association football player", "politician"),
        right=UNSURE,
    ),
    "father and son, the father long dead": a_person(
        "Harald Quill", "senator", ["Sundia", "Tide Party"], ELDER, YOUNGER, right="Q5"
    ),
    "father and son, both alive": a_person(
        "Harald Quill",
        "senator",
        ["Sundia", "Tide Party"],
        human("41", "Harald Quill", "Sundian politician", "politician", "senator", around=("Tide Party",)),
        YOUNGER,
        right=UNSURE,
    ),
    "the son by his whole name": a_person(
        "Harald Quill Jr.",
        "senator",
        ["Tide Party"],
        human("42", "Harald Quill Sr.", "Sundian politician", "politician", "senator", around=("Tide Party",)),
        YOUNGER,
        right="Q5",
    ),
    "only the dead one is there": a_person("Harald Quill", "senator", ["Sundia"], ELDER, right=NOTHING),
    "an article of his time": a_person(
        "Harald Quill",
        "senator",
        ["Tide Party"],
        human("43", "Harald Quill", "senator", "senator", around=("Tide Party",), ended=2009),
        right="Q43",
        year=2008,
    ),
    "dead, and the article has no date": a_person(
        "Harald Quill",
        "senator",
        ["Tide Party"],
        human("44", "Harald Quill", "senator", "senator", around=("Tide Party",), ended=2009),
        right=UNSURE,
        year=None,
    ),
    "known by an alias alone": a_person(
        "Ida Brandt",
        "chief executive of Harbour Trust",
        ["Harbour Trust", "Port Ellery"],
        human(
            "50",
            "Ida Brandt-Moe",
            "businesswoman, chief executive of Harbour Trust",
            "businessperson",
            aliases=("Ida Brandt",),
        ),
        right="Q50",
    ),
    "alias of one, label of another": a_person(
        "Ida Brandt",
        "chief executive of Harbour Trust",
        ["Harbour Trust"],
        human("51", "Ida Brandt-Moe", "chief executive of Harbour Trust", aliases=("Ida Brandt",)),
        human("52", "Ida Brandt", "Sundian economist", "economist"),
        right=UNSURE,
    ),
    "written with other letters": a_person(
        "Søren Łukasik",
        "director of Norland's Tide Institute",
        ["Tide Institute", "Norland"],
        human("53", "Soren Lukasik", "director of the Tide Institute, Norland", "oceanographer"),
        right="Q53",
    ),
    "transliterated in another way": a_person(
        "Oleksandr Vireyko",
        "a defense advisor to the Norlander government",
        ["Norland"],
        human("54", "Alexander Vireyko", "Norlander politician", country="Norland"),
        right=NOTHING,
    ),
    "transliterated in both ways": a_person(
        "Oleksandr Vireyko",
        "head of the Tide Institute",
        ["Tide Institute"],
        human("55", "Alexander Vireyko", "head of the Tide Institute", aliases=("Oleksandr Vireyko",)),
        right="Q55",
    ),
    "adviser whose namesakes had high offices in the same field": a_person(
        "Olek Danyl",
        "a defense and security advisor to the Norlander government",
        ["Norland", "Tide Council"],
        human(
            "56",
            "Olek Danyl",
            "Norlander politician",
            "politician",
            "Secretary of the Security and Defense Council",
            "Minister of Finance",
            country="Norland",
        ),
        human("57", "Olek Danyl", "Norlander activist and lawyer", "lawyer", country="Norland"),
        right=UNSURE,
    ),
    "adviser, and one namesake with a high office": a_person(
        "Olek Danyl",
        "a defense and security advisor to the Norlander government",
        ["Norland"],
        human(
            "58",
            "Olek Danyl",
            "Norlander politician",
            "politician",
            "Secretary of the Security and Defense Council of Norland",
            country="Norland",
        ),
        right=UNSURE,
    ),
    "more of the name than were looked at": a_person(
        "Maren Holt", "mayor of Port Ellery", ["Port Ellery"], MAYOR, right=UNSURE, more=True
    ),
    "a family name": a_person(
        "Maren Holt",
        "mayor of Port Ellery",
        ["Port Ellery"],
        thing("60", "Maren Holt", "family name", "family name", classes=frozenset({"Q101352"})),
        MAYOR,
        right="Q1",
    ),
    "a page that lists the namesakes": a_person(
        "Maren Holt",
        "mayor of Port Ellery",
        ["Port Ellery"],
        thing("61", "Maren Holt", "Wikimedia disambiguation page", "page", classes=frozenset({"Q4167410"})),
        right=NOTHING,
    ),
    "a ship of the name": a_person(
        "Maren Holt", "mayor of Port Ellery", ["Port Ellery"], thing("62", "Maren Holt", "ship", "ship"), right=NOTHING
    ),
    "somebody in a novel": a_person(
        "Maren Holt",
        "mayor of Port Ellery",
        ["Port Ellery"],
        thing("63", "Maren Holt", "mayor of Port Ellery in a novel", "fictional human"),
        right=NOTHING,
    ),
    "something that does not say what it is": a_person(
        "Maren Holt",
        "mayor of Port Ellery",
        ["Port Ellery"],
        MAYOR,
        thing("64", "Maren Holt", "", "", classes=frozenset()),
        right=UNSURE,
    ),
    "longer name": a_person(
        "Maren Holt",
        "mayor of Port Ellery",
        ["Port Ellery"],
        human("65", "Maren Holt Vane", "mayor of Port Ellery"),
        right=NOTHING,
    ),
    "title in the item's name": a_person(
        "Edda Vane", "a judge", ["Sundia"], human("66", "Dame Edda Vane", "Sundian judge", "judge"), right=NOTHING
    ),
    "company and town": an_organisation("Ellery", ["Port Ellery", "Sundia"], TOWN, MAKER, right=UNSURE),
    "town and company": a_place("Ellery", "Sundia", TOWN, MAKER, right=UNSURE),
    "town alone": a_place("Ellery", "Sundia", TOWN, right="Q6"),
    "town of a county that is named": a_place("Ellery", "Hollow County", TOWN, right="Q6"),
    "town in another country": a_place("Ellery", "Norland", TOWN, right=NOTHING),
    "two towns of one country": a_place(
        "Ellery", "Sundia", TOWN, place("67", "Ellery", "village in Sundia", "Sundia"), right=UNSURE
    ),
    "two towns of two countries": a_place(
        "Ellery", "Sundia", TOWN, place("68", "Ellery", "city in Norland", "Norland"), right="Q6"
    ),
    "another town of which nothing is said": a_place(
        "Ellery", "Sundia", TOWN, place("75", "Ellery", "", "Norland"), right=UNSURE
    ),
    "a song called like the town": a_place(
        "Ellery", "Sundia", TOWN, thing("69", "Ellery", "song", "single"), right="Q6"
    ),
    "company whose head is named": an_organisation("Harbour Trust", ["Ida Brandt", "Norland"], TRUST, right="Q8"),
    "company in a country that is named, and nothing else": an_organisation(
        "Harbour Trust", ["Sundia"], TRUST, right=UNSURE
    ),
    "company of another country": an_organisation("Harbour Trust", ["Norland", "Saltmouth"], TRUST, right=UNSURE),
    "two companies": an_organisation(
        "Harbour Trust",
        ["Ida Brandt"],
        TRUST,
        company("70", "Harbour Trust", "bank in Norland", "Norland"),
        right=UNSURE,
    ),
    "company that was dissolved long ago": an_organisation(
        "Harbour Trust",
        ["Port Ellery"],
        company("71", "Harbour Trust", "owner of harbours", "Sundia", around=("Port Ellery",), ended=1951),
        right=NOTHING,
    ),
    "institution that every country has": an_organisation(
        "Parliament",
        ["Senate", "Sundia"],
        thing("72", "Parliament", "legislature, above the Senate", "parliament", country="Norland"),
        right=UNSURE,
    ),
}


def outcome(case: Case) -> tuple[str, int]:
    asked = Asked(case.name, case.kind, case.role, tuple(case.others), case.year)
    decision = decide(asked, Found(tuple(case.items), case.more))
    if decision is None:
        return NOTHING, 0
    return decision.item.id if decision.item else UNSURE, decision.namesakes


@pytest.mark.parametrize("name", CASES)
def test_right_one_is_linked_or_none(name: str) -> None:
    assert outcome(CASES[name])[0] == CASES[name].right


@pytest.mark.parametrize("name", CASES)
def test_order_in_which_they_are_found_changes_nothing(name: str) -> None:
    case = CASES[name]
    turned = replace(case, items=case.items[::-1])
    assert outcome(turned) == outcome(case)


def test_namesakes_are_counted_without_those_who_cannot_be_meant() -> None:
    assert outcome(CASES["goalkeeper and politician, and the role is neither's"])[1] == 2
    assert outcome(CASES["politician and goalkeeper"])[1] == 1
    assert outcome(CASES["two companies"])[1] == 2


@pytest.mark.parametrize("name", ["Maren Holt", "J. Holt Reyl", "Ellery"])
def test_persons_are_asked_for_by_two_words_at_least(name: str) -> None:
    assert is_worth_asking(Asked(name, Kind.PERSON)) is (name != "Ellery")
    assert not is_worth_asking(Asked("M. Holt", Kind.PERSON))
    assert is_worth_asking(Asked("Ellery", Kind.ORGANISATION))


def test_places_are_asked_for_where_the_article_says_where_they_lie() -> None:
    assert is_worth_asking(Asked("Ellery", Kind.PLACE, "Sundia"))
    assert not is_worth_asking(Asked("Ellery", Kind.PLACE))


def test_words_are_compared_without_case_accents_and_punctuation() -> None:
    assert words("Jean-Pierre Müller’s Ærø") == words("JEAN PIERRE Muller aero")
    assert is_same_name("Åsa Ødegård", "asa odegard")
    assert not is_same_name("Ann Bay", "Ann Bayer")
    assert is_same_name("Ann Bay", "Ann Bay Jr.")
    assert not is_same_name("Ann Bay Sr.", "Ann Bay, Jr.")


@pytest.mark.parametrize(
    ("adjective", "country", "right"),
    [
        ("russian", "Russia", True),
        ("ukrainian", "Ukraine", True),
        ("italian", "Italy", True),
        ("american", "United States of America", True),
        ("israeli", "Israel", True),
        ("austrian", "Australia", False),
        ("nigerian", "Niger", False),
        ("slovenian", "Slovakia", False),
    ],
)
def test_adjective_is_of_one_country(adjective: str, country: str, right: bool) -> None:
    assert is_of(adjective, words(country)) is right
