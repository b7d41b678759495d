"""What a search found, in words: who said what, in which article, of which day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from bot.brief import Brief, ClaimCard, EntityCard, Passage, Quote
from bot.typography import plain
from bot.wording import UNATTRIBUTED, UNCONFIRMED, claimed_by, said, title, verbatim

NOTHING = "Nothing of that is in the archive of this workspace."


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


def tell(findings: Sequence[Finding]) -> str:
    """Tell what was found as plain text, article by article; what stands in quotation marks is verbatim."""
    if not findings:
        return NOTHING
    parts = []
    for _, group in groupby(findings, key=lambda one: one.brief_id):
        of_one = list(group)
        parts.append("\n".join([_article(of_one[0].brief), *map(_line, of_one)]))
    return "\n\n".join(parts)


def _article(brief: Brief) -> str:
    article = brief.article
    day = f"{article.published:%d %B %Y}".lstrip("0") if article.published else ""
    if day and not article.published_sure:
        day = f"{day} {UNCONFIRMED}"
    facts = [plain(article.outlet or ""), day, plain(article.canonical_url or article.url or "")]
    return " · ".join([title(brief), *filter(None, facts)])


def _line(finding: Finding) -> str:
    if quote := finding.quote:
        speaker = finding.brief.speaker(quote.speaker)
        name = plain(speaker.name) if speaker else UNATTRIBUTED
        return f"  {name} {said(finding.brief, quote)} {_place(quote.content)}"
    if claim := finding.claim:
        words = verbatim(finding.brief, claim.content, claim.quoted)
        return f"  {words} ({claimed_by(finding.brief, claim)}) {_place(claim.content)}"
    if entity := finding.entity:
        return f"  names {plain(entity.name)} {_place(entity.mentions)}"
    return "  (no longer in the brief)"


def _place(passages: Sequence[Passage]) -> str:
    return f"[¶{passages[0].paragraph}]" if passages else ""
