"""Already checked? The claims of a brief beside what was published on them. Never in our own voice."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass

from bot.archive.factchecks import FactChecks
from bot.brief import Brief, ClaimCard, FactCheckCard, NoteCard
from bot.catalogue import later, speaking
from bot.confidential import is_public
from bot.counts import count_of
from bot.errors import ArchiveUnavailable, FactChecksUnavailable, ReadingError
from bot.factchecks.google import SERVICE, Google
from bot.factchecks.query import Query, Reviewed
from bot.factchecks.review import Review
from bot.models import Page
from bot.readers import Readers

log = logging.getLogger(__name__)

IMPORTED = "imported fact-checks"
ENGLISH = "en"
"""The language that claims can be compared in."""

MOST_ASKED = 5
"""Claims of a brief that a service is asked about, the most deserving first. A guess: it costs time and quota."""

UNASKED = "fact-checks-not-asked"
"""The code of the note that says what could not be asked."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A fact-check that may be of a claim."""

    review: Review
    vector: bytes
    found_in: str


class Checks:
    """Looks claims up among imported fact-checks, and asks Google's service where the operator has set a key.

    Args:
        index: what was imported.
        readers: compare.
        google: the service; None: it is never asked.
        timeout: seconds that the service may take for all claims of a brief.
        send_confidential: whether it is also asked about what was not on the public web.
        inner_hosts: "host:port" that may be fetched although not public; what is there is confidential.
    """

    def __init__(
        self,
        index: FactChecks,
        readers: Readers,
        google: Google | None = None,
        *,
        timeout: float,
        send_confidential: bool = False,
        inner_hosts: frozenset[str] = frozenset(),
    ) -> None:
        self._index = index
        self._readers = readers
        self._google = google
        self._timeout = timeout
        self._send_confidential = send_confidential
        self._inner_hosts = inner_hosts

    async def add(self, brief: Brief, page: Page | None) -> Brief:
        """Return *brief* with the fact-checks of its claims. It never fails: what could not be asked is noted.

        *page* is what it was written from; None: pasted text or a file, which is nobody else's business.
        """
        if not brief.claims or brief.article.language not in {ENGLISH, None}:
            return brief
        problems: list[str] = []
        imported = await self._imported(brief, problems)
        named = await self._named(brief, problems) if self._google and self._may_send(page) else None
        found = await self._matching(brief, imported, named, problems)
        claims = [
            claim.model_copy(update={"checks": checks}) for claim, checks in zip(brief.claims, found, strict=True)
        ]
        notes = [NoteCard(code=UNASKED, text=problem, passage=None) for problem in problems]
        return brief.model_copy(update={"claims": claims, "notes": [*brief.notes, *notes]})

    def _may_send(self, page: Page | None) -> bool:
        """Tell whether words of *page* may leave this machine."""
        return self._send_confidential or is_public(page, self._inner_hosts)

    async def _imported(self, brief: Brief, problems: list[str]) -> list[list[Candidate]] | None:
        """Return the candidates of each claim; None where nothing was imported."""
        try:
            if not await self._index.is_filled():
                return None
            found = [await self._index.find(words_of(claim)) for claim in brief.claims]
        except ArchiveUnavailable as error:
            log.error("%s (%s)", error, error.__cause__)
            problems.append("The imported fact-checks could not be looked at just now.")
            return None
        return [[Candidate(review, vector, IMPORTED) for review, vector in one] for one in found]

    async def _named(self, brief: Brief, problems: list[str]) -> list[list[Candidate] | None]:
        """Return the candidates of each claim that the service names; None where it was not asked or did not answer."""
        asked = brief.claims[:MOST_ASKED]
        tasks = [asyncio.create_task(self._ask(claim, brief.article.language)) for claim in asked]
        try:
            done, late = await asyncio.wait(tasks, timeout=self._timeout)
        finally:
            for task in tasks:
                task.cancel()
        failed = [error for task in done if (error := task.exception())]
        if late:
            why = later("it took longer than {time}.", time=count_of(self._timeout, "second"))
            failed.append(FactChecksUnavailable(SERVICE, why))
        with speaking():  # English, as all of our own words in a stored brief
            problems += sorted({str(error) for error in failed})
        found = [task.result() if task in done and not task.exception() else None for task in tasks]
        return [*found, *[None] * (len(brief.claims) - len(asked))]

    async def _ask(self, claim: ClaimCard, language: str | None) -> list[Candidate]:
        assert self._google  # noqa: S101 - see add
        found = await self._google.find(words_of(claim), language)
        return [Candidate(review, b"", SERVICE) for review in found]

    async def _matching(
        self,
        brief: Brief,
        imported: list[list[Candidate]] | None,
        named: list[list[Candidate] | None] | None,
        problems: list[str],
    ) -> list[list[FactCheckCard] | None]:
        """Return for each claim what is of that very claim; None where nothing was looked for."""
        candidates = [
            _together(imported[number] if imported is not None else None, named[number] if named else None)
            for number in range(len(brief.claims))
        ]
        queries = [
            Query(
                words_of(claim),
                around(brief, claim),
                tuple(Reviewed(one.review.claim, one.review.claimant or "", one.vector) for one in some or ()),
            )
            for claim, some in zip(brief.claims, candidates, strict=True)
        ]
        if not any(query.candidates for query in queries):
            return [None if some is None else [] for some in candidates]
        try:
            matches = await self._readers.match(queries)
        except ReadingError as error:
            log.error("fact-checks were not compared: %s", error)
            problems.append("Published fact-checks could not be compared with these claims.")
            return [None] * len(brief.claims)
        return [
            None if some is None else [_card(some[number]) for number in numbers]
            for some, numbers in zip(candidates, matches, strict=True)
        ]


def keep_checks(fresh: Brief, stored: Brief) -> Brief:
    """Return *fresh*, the same reading once more, with what *stored* knew of fact-checks when it was written."""
    checks = {claim.id: claim.checks for claim in stored.claims}
    claims = [claim.model_copy(update={"checks": checks.get(claim.id)}) for claim in fresh.claims]
    notes = [*fresh.notes, *(note for note in stored.notes if note.code == UNASKED)]
    return fresh.model_copy(update={"claims": claims, "notes": notes})


def words_of(claim: ClaimCard) -> str:
    """Return the words of *claim* as one line."""
    return " ".join(" ".join(passage.text for passage in claim.content).split())


def around(brief: Brief, claim: ClaimCard) -> str:
    """Return what the article says around *claim*: its headline, the paragraph, and who claims it."""
    text = brief.article.text
    start = text.rfind("\n", 0, claim.content[0].start) + 1
    end = text.find("\n", claim.content[-1].end)
    speaker = brief.speaker(claim.claimer)
    told = [brief.article.title or "", text[start : end if end >= 0 else len(text)], speaker.name if speaker else ""]
    return " ".join(told)


def _together(imported: Sequence[Candidate] | None, named: Sequence[Candidate] | None) -> list[Candidate] | None:
    """Return both without those that both have; None where neither was looked at."""
    if imported is None and named is None:
        return None
    known = {one.review.url for one in imported or ()}
    return [*(imported or ()), *(one for one in named or () if one.review.url not in known)]


def _card(found: Candidate) -> FactCheckCard:
    review = found.review
    return FactCheckCard(
        claim=review.claim,
        claimant=review.claimant,
        publisher=review.publisher,
        rating=review.rating,
        url=review.url,
        reviewed=review.reviewed,
        found_in=found.found_in,
    )
