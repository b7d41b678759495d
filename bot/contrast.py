"""How a comparison reads in words. Versions are called A, B, C, in the order in which they were asked for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot import wording
from bot.brief import Brief
from bot.compare import Change, Comparison, Place, Wording
from bot.typography import plain
from bot.wording import Group, Line, counted

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"

VERSIONS = "Side by side"
DIFFERENT = "Different stories"
NOT_ONE_STORY = "These do not all tell one story, as far as I can see; what follows may be chance."
VOICES = "Who is quoted where"
WORDINGS = "Quotations that differ"
FIGURES = "Figures and days that do not agree"
NOT_COMPARED = "Not compared"
ONLY = "Claims that one version alone tells"


def tell(briefs: Sequence[Brief], comparison: Comparison) -> list[Group]:
    """Tell all of *comparison*, with nothing on which version is right; groups without lines are left out."""
    groups = [
        Group(VERSIONS, list(_versions(briefs, comparison))),
        Group(VOICES, list(_voices(comparison))),
        Group(WORDINGS, [Line(_wording(one)) for one in comparison.wordings]),
        Group(FIGURES, list(_figures(comparison))),
        Group(ONLY, list(_only(briefs, comparison))),
    ]
    return [group for group in groups if group.lines]


def in_short(comparison: Comparison) -> str:
    """Say in one line how much there is to compare: what stands below the briefs of one request."""
    everywhere = sum(all(voice.quotes) for voice in comparison.voices)
    found = [
        counted(everywhere, "speaker") + " in all of them" if everywhere else "",
        counted(len(comparison.wordings), "quotation") + " worded differently" if comparison.wordings else "",
        counted(len(comparison.disagreements), "figure") + " that do not agree" if comparison.disagreements else "",
    ]
    return ", ".join(filter(None, found))


def _versions(briefs: Sequence[Brief], comparison: Comparison) -> Iterator[Line]:
    for at, brief in enumerate(briefs):
        yield Line(f"{LETTERS[at]}: {' · '.join([wording.title(brief), *wording.origin(brief)])}")
    for kin in comparison.kinships:
        pair = f"{LETTERS[kin.first]} and {LETTERS[kin.second]}"
        yield Line(
            f"{pair} share {round(kin.share * 100)} % of their runs of three words: one story, republished or edited"
        )


def _voices(comparison: Comparison) -> Iterator[Line]:
    for voice in comparison.voices:
        told = (
            f"{LETTERS[at]} {counted(number, 'quote') if number else 'not quoted'}"
            for at, number in enumerate(voice.quotes)
        )
        yield Line(f"{plain(voice.name)}: {', '.join(told)}")


def _wording(one: Wording) -> str:
    who = f"{plain(one.first.speaker)}, " if one.first.speaker else ""
    first = f"{LETTERS[one.first.version]}: “{plain(one.first.text)}”"
    if one.change is Change.LEFT_OUT or one.second is None:
        return f"{who}left out in {LETTERS[one.without or 0]}. {first}"
    if one.change is Change.REASSIGNED:
        second = f"{LETTERS[one.second.version]} by {_whose(one.second)}"
        return f"said in {LETTERS[one.first.version]} by {_whose(one.first)}, in {second}. {first}"
    return f"{who}{one.change.value}. {first} {LETTERS[one.second.version]}: “{plain(one.second.text)}”"


def _whose(place: Place) -> str:
    return plain(place.speaker or "nobody")


def _figures(comparison: Comparison) -> Iterator[Line]:
    for one in comparison.disagreements:
        sides = (
            f"{LETTERS[place.version]} has {', '.join(numbers)}: {plain(place.text)}"
            for place, numbers in zip((one.first, one.second), one.numbers, strict=True)
        )
        yield Line(" — ".join(sides))


def _only(briefs: Sequence[Brief], comparison: Comparison) -> Iterator[Line]:
    for at, claims in enumerate(comparison.only):
        for claim in claims:
            yield Line(f"{LETTERS[at]}: {wording.verbatim(briefs[at], claim.content, claim.quoted)}")
