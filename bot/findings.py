"""What a search found, in words: who said what, in which article, of which day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from bot.brief import Brief, ClaimCard, EntityCard, Passage, Quote
from bot.catalogue import _, day, mark
from bot.typography import plain
from bot.wording import UNATTRIBUTED, UNCONFIRMED, Group, Line, claimed_by, said, title, verbatim

NOTHING = mark("Nothing of that is in the archive of this workspace.")


@dataclass(frozen=True, slots=True)
class Finding:
    """A statement of a stored brief."""

    brief_id: str
    brief: Brief
    kind: str  # "quote", "claim", "entity"
    ref: str

    @property
    def quote(self) -> Quote | None:
        """The quote that was found, if it is one."""
        return next((one for one in self.brief.quotes if self.kind == "quote" and one.id == self.ref), None)

    @property
    def claim(self) -> ClaimCard | None:
        """The claim that was found, if it is one."""
        return next((one for one in self.brief.claims if self.kind == "claim" and one.id == self.ref), None)

    @property
    def entity(self) -> EntityCard | None:
        """Who or what was found, if it is that."""
        return next((one for one in self.brief.entities if self.kind == "entity" and one.name == self.ref), None)


def groups(findings: Sequence[Finding]) -> list[tuple[Brief, Group]]:
    """Tell what was found article by article, each with its brief; what stands in quotation marks is verbatim."""
    found = []
    for _id, group in groupby(findings, key=lambda one: one.brief_id):
        of_one = list(group)
        brief = of_one[0].brief
        found.append((brief, Group(title(brief), [_line(one) for one in of_one], " · ".join(_origin(brief)))))
    return found


def tell(findings: Sequence[Finding]) -> str:
    """Tell what was found as plain text."""
    if not findings:
        return _(NOTHING)
    return "\n\n".join(
        "\n".join(
            [
                " · ".join(filter(None, [group.heading, group.detail, _address(brief)])),
                *(f"  {line.text} {_place(line.evidence)}".rstrip() for line in group.lines),
            ]
        )
        for brief, group in groups(findings)
    )


def _origin(brief: Brief) -> list[str]:
    article = brief.article
    published = day(article.published) if article.published else ""
    if published and not article.published_sure:
        published = f"{published} {_(UNCONFIRMED)}"
    return [*filter(None, [plain(article.outlet or ""), published])]


def _address(brief: Brief) -> str:
    return plain(brief.article.canonical_url or brief.article.url or "")


def _line(finding: Finding) -> Line:
    if quote := finding.quote:
        speaker = finding.brief.speaker(quote.speaker)
        name = plain(speaker.name) if speaker else _(UNATTRIBUTED)
        return Line(f"{name} {said(finding.brief, quote)}", quote.content)
    if claim := finding.claim:
        words = verbatim(finding.brief, claim.content, claim.quoted)
        return Line(f"{words} ({claimed_by(finding.brief, claim)})", claim.content)
    if entity := finding.entity:
        return Line(_("names {name}", name=plain(entity.name)), entity.mentions)
    return Line(_("(no longer in the brief)"))


def _place(passages: Sequence[Passage]) -> str:
    return f"[¶{passages[0].paragraph}]" if passages else ""
