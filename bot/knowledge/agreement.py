"""Which of the items that have a name is meant by an article, if that is certain. Pure: no network, no clock.

A wrong link says of somebody what another did, so doubt of any sort ends in "not sure".
"""

from __future__ import annotations

from dataclasses import dataclass

from bot.analyse.nouns import ORGANISATION
from bot.knowledge.item import Found, Item
from bot.knowledge.roles import has_role, is_in_another_field, is_of_a_country, read_role
from bot.knowledge.words import Words, is_same_name, stands_in, words
from bot.models import Kind

LONG_AGO = 2
"""Years before the article from which somebody who died is not meant. A guess: inquests and trials take as long."""

GENERAL = ORGANISATION | frozenset({"senate"})
"""Single words that name something else in every country, so that they connect nothing: "Parliament"."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A name of an article, and what the article says around it."""

    name: str  # the fullest one
    kind: Kind
    role: str = ""  # what a person is, or where a place lies, in the article's words
    others: tuple[str, ...] = ()  # the other names of the article
    year: int | None = None  # of the article


@dataclass(frozen=True, slots=True)
class Decision:
    """The one who is certainly meant, or how many may be."""

    item: Item | None
    namesakes: int


def is_worth_asking(asked: Asked) -> bool:
    """Tell whether the name can be certain at all.

    A person's has two words at least, initials not counted, and of a place it is said where it lies: there is hardly a
    town that no other is called after.
    """
    named = words(asked.name)
    if asked.kind is Kind.PERSON:
        return len([word for word in named if len(word) > 1]) > 1
    return bool(named) and (asked.kind is not Kind.PLACE or bool(words(asked.role)))


def decide(asked: Asked, found: Found) -> Decision | None:
    """Decide who is meant.

    One is meant where name, kind, role and context agree and nobody else of that name and kind is left; None where
    nobody is left at all.
    """
    left = [item for item in found.items if _has_name(item, asked) and not _is_contradicted(item, asked)]
    if not left:
        return None
    sure = len(left) == 1 and not found.more and _agrees(left[0], asked)
    return Decision(left[0] if sure else None, len(left))


def _has_name(item: Item, asked: Asked) -> bool:
    """Tell whether *item* has the name and may be of the kind.

    A place may be an organisation and the other way round: a tagger tells a town from its company by one word.
    """
    alike = {Kind.PERSON} if asked.kind is Kind.PERSON else {Kind.ORGANISATION, Kind.PLACE}
    return bool(alike & item.kinds) and any(is_same_name(asked.name, name) for name in item.names)


def _is_contradicted(item: Item, asked: Asked) -> bool:
    if item.ended is not None and asked.year is not None and asked.year - item.ended > LONG_AGO:
        return True
    if asked.kind is Kind.PLACE:
        return bool(item.description) and not _lies_in(item, asked.role)
    role = read_role(asked.role) if asked.kind is Kind.PERSON else None
    return role is not None and is_in_another_field(item, role)


def _agrees(item: Item, asked: Asked) -> bool:
    if item.kinds != {asked.kind} or (item.ended is not None and asked.year is None):
        return False
    if asked.kind is Kind.PLACE:
        return _lies_in(item, asked.role)
    in_country, beyond = _context(item, asked)
    if asked.kind is Kind.ORGANISATION:
        return beyond
    role = read_role(asked.role)
    return role is not None and has_role(item, role) and (beyond or (in_country and is_of_a_country(item, role)))


def _lies_in(item: Item, where: str) -> bool:
    return any(stands_in(words(where), words(text)) for text in (*item.countries, *item.around, item.description))


def _context(item: Item, asked: Asked) -> tuple[bool, bool]:
    """Tell whether the article names the item's country, and whether it names something else that the item does."""
    own = set(words(asked.name))
    others = [other for other in map(words, asked.others) if not own & set(other)]
    countries = [words(country) for country in item.countries]
    told = [words(text) for text in (item.description, *item.offices, *item.around)]
    national = [other for other in others if any(stands_in(other, country) for country in countries)]
    beyond = [other for other in others if other not in national and not _is_general(other)]
    return bool(national), any(stands_in(other, text) for other in beyond for text in told)


def _is_general(name: Words) -> bool:
    return len(name) == 1 and (name[0] in GENERAL or len(name[0]) < 3)
