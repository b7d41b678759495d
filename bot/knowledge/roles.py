"""Whether the role that an article gives a person is one that an item has."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.knowledge.item import Item
from bot.knowledge.words import Words, is_of, words

FIRST_PART = re.compile(r"^.*?(?=,|;|\(|\b(?:at|for|from|in|of|on|since|that|to|under|who|whose|with)\b|$)", re.S)
"""The noun of a role with what stands before it: "a defence advisor" of "a defence advisor to the government"."""

PASSED_OVER = frozenset("a an and current ex former formerly her his its late of our the their then".split())
"""Words of a role that need stand in no item: an item has what somebody was as well."""

FIELDS = {
    "politics": "ambassador chancellor congressman councillor diplomat governor lawmaker legislator mayor minister mp "
    "parliamentarian politician senator",
    "sport": "athlete boxer cricketer cyclist footballer goalkeeper golfer midfielder player runner skier striker "
    "swimmer wrestler",
    "arts": "actor composer dancer guitarist musician novelist painter poet rapper sculptor singer songwriter",
    "science": "astronomer biologist botanist chemist geologist mathematician physicist physiologist zoologist",
    "church": "archbishop bishop cardinal imam missionary pastor priest rabbi vicar",
}
"""Words for what people do, by field. Made to be extended; what stands in none says nothing against anybody."""

FIELD_OF = {word: field for field, listed in FIELDS.items() for word in listed.split()}


@dataclass(frozen=True, slots=True)
class Role:
    """A role, taken apart."""

    noun: str  # "advisor"
    before: Words  # "defence", "security"
    names: Words  # what is written with a capital beside the noun: "ukrainian"
    all: Words


def read_role(text: str) -> Role | None:
    """Take apart the role *text*, in the article's words; None where there is none."""
    first = FIRST_PART.match(text)
    *before, noun = [word for word in words(first[0] if first else "") if word not in PASSED_OVER] or [""]
    if not noun:
        return None
    capital = words(" ".join(word for word in re.findall(r"[^\W_][\w'’]*", text) if word[0].isupper()))
    names = tuple(word for word in capital if word != noun and word not in PASSED_OVER)
    return Role(noun, tuple(before), names, words(text))


def has_role(item: Item, role: Role) -> bool:
    """Tell whether *item* has the noun of *role* with all that stands before it, and all the names beside it."""
    everything = _everything(item)
    named = {name for name in role.names if name in everything or _is_of_its_country(name, item)}
    return named.issuperset(role.names) and any(_fits(office, role, named) for office in _offices(item))


def is_of_a_country(item: Item, role: Role) -> bool:
    """Tell whether *role* is an office that a whole country has: "President of Russia" and nothing more."""
    countries = {word for country in item.countries for word in words(country)}
    may_be_said = {role.noun, *role.before, *role.names} | countries | PASSED_OVER
    offices = [set(office) for office in _offices(item)]
    return any(role.noun in office and office & countries and office <= may_be_said for office in offices)


def is_in_another_field(item: Item, role: Role) -> bool:
    """Tell whether *item* does something quite different, as far as all of it is known."""
    wanted = _fields(role.all)
    known = _fields(_everything(item))
    return bool(item.is_whole and wanted and known and not wanted & known)


def _fits(office: Words, role: Role, named: set[str]) -> bool:
    return role.noun in office and all(word in office or word in named for word in role.before)


def _offices(item: Item) -> list[Words]:
    # A description has the years of an office in brackets, and often several offices side by side.
    described = re.split(r"[,;]| and ", re.sub(r"\([^)]*\)", "", item.description))
    return [words(text) for text in (*described, *item.offices)]


def _everything(item: Item) -> set[str]:
    told = (item.description, *item.offices, *item.countries, *item.around)
    return {word for text in told for word in words(text)}


def _is_of_its_country(name: str, item: Item) -> bool:
    return any(is_of(name, words(country)) for country in item.countries)


def _fields(told: Words | set[str]) -> set[str]:
    return {FIELD_OF[word] for word in told if word in FIELD_OF}
