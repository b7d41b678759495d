"""How a comparison reads in words. Versions are called A, B, C, in the order in which they were asked for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot import wording
from bot.brief import Brief
from bot.catalogue import _, mark, mark_plural, plural
from bot.compare import Change, Comparison, Place, Wording
from bot.counts import counted
from bot.typography import plain
from bot.wording import Group, Line

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"

CHANGES = {Change.ALTERED: mark("altered"), Change.SHORTENED: mark("shortened")}
"""What became of a sentence that both versions have from one speaker."""

VERSIONS = mark("Side by side")
DIFFERENT = mark("Different stories")
NOT_ONE_STORY = mark("These do not all tell one story, as far as I can see; what follows may be chance.")
VOICES = mark("Who is quoted where")
WORDINGS = mark("Quotations that differ")
FIGURES = mark("Figures and days that do not agree")
NOT_COMPARED = mark("Not compared")
ONLY = mark("Claims that one version alone tells")


def tell(briefs: Sequence[Brief], comparison: Comparison) -> list[Group]:
    """Tell all of *comparison*, with nothing on which version is right; groups without lines are left out."""
    groups = [
        Group(_(VERSIONS), list(_versions(briefs, comparison))),
        Group(_(VOICES), list(_voices(comparison))),
        Group(_(WORDINGS), [Line(_wording(one)) for one in comparison.wordings]),
        Group(_(FIGURES), list(_figures(comparison))),
        Group(_(ONLY), list(_only(briefs, comparison))),
    ]
    return [group for group in groups if group.lines]


def in_short(comparison: Comparison) -> str:
    """Say in one line how much there is to compare: what stands below the briefs of one request."""
    everywhere = sum(all(voice.quotes) for voice in comparison.voices)
    found = [
        (everywhere, mark_plural("{number} speaker in all of them", "{number} speakers in all of them")),
        (
            len(comparison.wordings),
            mark_plural("{number} quotation worded differently", "{number} quotations worded differently"),
        ),
        (
            len(comparison.disagreements),
            mark_plural("{number} figure that does not agree", "{number} figures that do not agree"),
        ),
    ]
    return ", ".join(plural(*words, number) for number, words in found if number)


def _versions(briefs: Sequence[Brief], comparison: Comparison) -> Iterator[Line]:
    for at, brief in enumerate(briefs):
        yield Line(f"{LETTERS[at]}: {' · '.join([wording.title(brief), *wording.origin(brief)])}")
    for kin in comparison.kinships:
        yield Line(
            _(
                "{first} and {second} share {share} % of their runs of three words: one story, republished or edited",
                first=LETTERS[kin.first],
                second=LETTERS[kin.second],
                share=round(kin.share * 100),
            )
        )


def _voices(comparison: Comparison) -> Iterator[Line]:
    silent = _("not quoted")
    for voice in comparison.voices:
        told = (
            f"{LETTERS[at]} {counted(number, 'quote') if number else silent}" for at, number in enumerate(voice.quotes)
        )
        yield Line(f"{plain(voice.name)}: {', '.join(told)}")


def _wording(one: Wording) -> str:
    who = f"{plain(one.first.speaker)}, " if one.first.speaker else ""
    first = _quoted(one.first)
    if one.change is Change.LEFT_OUT or one.second is None:
        return who + _("left out in {version}. {first}", version=LETTERS[one.without or 0], first=first)
    if one.change is Change.REASSIGNED:
        return _(
            "said in {version} by {speaker}, in {other_version} by {other_speaker}. {first}",
            version=LETTERS[one.first.version],
            speaker=_whose(one.first),
            other_version=LETTERS[one.second.version],
            other_speaker=_whose(one.second),
            first=first,
        )
    return f"{who}{_(CHANGES[one.change])}. {first} {_quoted(one.second)}"


def _quoted(place: Place) -> str:
    return f"{LETTERS[place.version]}: “{plain(place.text)}”"


def _whose(place: Place) -> str:
    return plain(place.speaker or _("nobody"))


def _figures(comparison: Comparison) -> Iterator[Line]:
    for one in comparison.disagreements:
        sides = (
            _(
                "{version} has {numbers}: {words}",
                version=LETTERS[place.version],
                numbers=", ".join(numbers),
                words=plain(place.text),
            )
            for place, numbers in zip((one.first, one.second), one.numbers, strict=True)
        )
        yield Line(" — ".join(sides))


def _only(briefs: Sequence[Brief], comparison: Comparison) -> Iterator[Line]:
    for at, claims in enumerate(comparison.only):
        for claim in claims:
            yield Line(f"{LETTERS[at]}: {wording.verbatim(briefs[at], claim.content, claim.quoted)}")
