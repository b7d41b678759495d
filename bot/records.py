"""What a workspace can do with what is kept for it: search it, have it forgotten. Needs no reading."""

from __future__ import annotations

import json
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import asdict
from pathlib import Path

from bot.archive.archive import Archive, open_archive
from bot.archive.erase import Erased
from bot.brief import Brief
from bot.errors import BriefNotFound
from bot.fetch.cache import Cache
from bot.findings import Finding
from bot.models import Correction, Question
from bot.settings import Settings

log = logging.getLogger(__name__)


@asynccontextmanager
async def open_records(settings: Settings) -> AsyncIterator[Records]:
    """Open what is kept, without what reads."""
    async with open_archive(settings.database_url.get_secret_value()) as archive:
        yield Records(archive, open_cache(settings))


def open_cache(settings: Settings) -> Cache | None:
    """Open the folder of fetched pages, if *settings* name one; raises ``SettingsError``."""
    if not settings.fetch_cache_folder:
        return None
    return Cache(
        Path(settings.fetch_cache_folder),
        max_bytes=settings.fetch_cache_mb * 1_000_000,
        max_age=settings.fetch_cache_seconds,
    )


class Records:
    """Every method is for one workspace, and raises ``ArchiveUnavailable`` when the database fails."""

    def __init__(self, archive: Archive, cache: Cache | None = None) -> None:
        self.archive = archive
        self.cache = cache

    async def search(self, workspace: str, question: Question, *, limit: int = 20) -> list[Finding]:
        """Find statements in the stored briefs of *workspace*, the newest first, each with its brief as it now is.

        A claim that is made in a quote which is found as well is left out.

        Raises:
            SearchIsOff: the workspace has not turned it on.
            NothingToSearch: there is no word to look for.
        """
        found: list[Finding] = []
        for hit in await self.archive.search.find(workspace, question, limit=limit):
            try:
                brief = next((one.brief for one in found if one.brief_id == hit.brief), None)
                brief = brief or await self.archive.briefs.get(workspace, hit.brief)
            except BriefNotFound:  # forgotten in between
                continue
            found.append(Finding(hit.brief, brief, hit.kind, hit.ref))
        shown = {(one.brief_id, one.ref) for one in found}
        return [one for one in found if one.claim is None or (one.brief_id, one.claim.quote) not in shown]

    async def correct(self, workspace: str, brief_id: str, who: str, correction: Correction) -> Brief:
        """Correct a stored brief; messages that were posted from it are edited by whoever answers requests.

        Raises:
            BriefNotFound: there is none of that workspace.
            CannotCorrect: it has no such quote or claim, or the right speaker's name does not stand in the article.
        """
        return await self.archive.corrections.make(workspace, brief_id, who, correction)

    async def corrections(self, workspace: str) -> list[dict[str, object]]:
        """Return what was corrected in *workspace*, each as JSON that a training can use, with the article's text."""
        told: list[dict[str, object]] = []
        for made in await self.archive.corrections.all(workspace):
            facts = {**asdict(made), "at": made.at.isoformat()}
            told.append({**facts, "brief": json.loads(made.brief)})
        return told

    async def forget_article(self, workspace: str, link: str) -> Erased:
        """Erase all that is kept of the article at *link*."""
        return await self._forgotten(await self.archive.erase.article(workspace, link))

    async def forget_speaker(self, workspace: str, name: str) -> Erased:
        """Erase all that names somebody: whole briefs, since nobody can be cut out of a text."""
        return await self._forgotten(await self.archive.erase.speaker(workspace, name))

    async def forget_user(self, workspace: str, asker: str) -> Erased:
        """Erase what somebody asked for and was answered."""
        return await self._forgotten(await self.archive.erase.user(workspace, asker))

    async def forget_workspace(self, workspace: str) -> Erased:
        """Erase all that is kept of *workspace*."""
        return await self._forgotten(await self.archive.erase.workspace(workspace))

    async def _forgotten(self, erased: Erased) -> Erased:
        if self.cache:
            await self.cache.clear()
        return erased
