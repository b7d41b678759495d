"""Made-up news of any length, as text and as a page: what speed is measured on where no data set is needed."""

from __future__ import annotations

import random
from collections.abc import Iterator
from html import escape

GIVEN = "Ada Maren Tomas Ida Jonas Petra Rufus Lena Oskar Mira Silas Nora Emil Greta Hugo Carla".split()
FAMILY = (
    "Brand Holt Reyl Quill Marsh Voss Lindqvist Okafor Duarte Penn Abara Keller Sorel Whitlow Nyman Castell".split()
)
ROLES = "mayor,council’s finance chief,harbour union’s leader,head teacher,police chief,minister’s spokeswoman".split(
    ","
)
PLACES = "Port Ellery,Little Skerry,Oldhaven,Norbridge,the Ellery Post,the Harbour Board,Northern Rail".split(",")
SUBJECTS = "harbour wall,school roof,ferry line,night bus,clinic,sewage works,market hall,new bridge".split(",")
SAID = (
    "“We got the numbers of the {subject} wrong, and I am sorry for that,” said {name}, the {role}.",
    "{name} said that the {subject} would be finished by {year} and cost {sum} million pounds.",
    "“Nobody has pocketed a penny,” {surname} told reporters in {place} on {day}.",
    "According to {name}, {number} families have left {place} since {month}.",
    "{surname} denied that the council had known of the report on the {subject} before {day}.",
    "Asked about the {subject}, {name} called the plan “a disaster for every boat in the bay”.",
)
TOLD = (
    "The {subject} in {place} has been closed for {number} days, and nobody knows when it will open again.",
    "It was built in {year} for {sum} million pounds, twice the sum that voters were told.",
    "A report that {place} published in {month} counts {number} faults, most of them in the foundations.",
    "Rain had fallen since {day}, and the road to {place} stood under water.",
    "The vote on the {subject} is expected before the end of {month}.",
)
DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()
MONTHS = "January February March April May June July August September October November December".split()
SENTENCES = 3
"""In a paragraph."""


def a_story(words: int, seed: int = 0) -> str:
    """Return a story of about *words* words, a headline and paragraphs; the same for the same *seed*."""
    some = random.Random(seed)  # noqa: S311 - made up
    people = [(f"{given} {family}", family, some.choice(ROLES)) for given, family in _names(some, 2 + words // 150)]
    paragraphs, count = [_sentence(some, TOLD[0], people).rstrip(".")], 0
    while count < words:
        kinds = (some.choice(SAID if some.random() < 0.5 else TOLD) for _ in range(SENTENCES))
        paragraphs.append(" ".join(_sentence(some, kind, people) for kind in kinds))
        count += len(paragraphs[-1].split())
    return "\n\n".join(paragraphs)


def a_page(words: int, seed: int = 0) -> bytes:
    """Return the same story as a page with the usual furniture round it."""
    headline, *paragraphs = a_story(words, seed).split("\n\n")
    body = "".join(f"<p>{escape(paragraph)}</p>" for paragraph in paragraphs)
    return (
        f"<!doctype html><html lang=en><head><meta charset=utf-8><title>{escape(headline)} - The Ellery Post</title>"
        '<meta property="article:published_time" content="2026-03-17"></head><body><nav><a href=/>Home</a>'
        f"<a href=/sport>Sport</a></nav><article><h1>{escape(headline)}</h1><p class=byline>By Ida Quill</p>{body}"
        "</article><aside><h2>Most read</h2><ul><li><a href=/a>Ferry sails again</a></li></ul></aside>"
        "<footer>© The Ellery Post</footer></body></html>"
    ).encode()


def _names(some: random.Random, count: int) -> Iterator[tuple[str, str]]:
    for _ in range(count):
        yield some.choice(GIVEN), some.choice(FAMILY)


def _sentence(some: random.Random, kind: str, people: list[tuple[str, str, str]]) -> str:
    name, surname, role = some.choice(people)
    return kind.format(
        name=name,
        surname=surname,
        role=role,
        subject=some.choice(SUBJECTS),
        place=some.choice(PLACES),
        day=some.choice(DAYS),
        month=some.choice(MONTHS),
        year=some.randrange(1960, 2031),
        number=some.randrange(3, 900),
        sum=some.randrange(2, 90),
    )
