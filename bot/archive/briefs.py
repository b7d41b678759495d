"""Briefs, and the pages that they were written from."""

from __future__ import annotations

import hashlib
import logging
import zlib
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple
from uuid import uuid4

from pydantic import ValidationError
from sqlalchemy import bindparam, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.archive.corrections import apply, corrections_of
from bot.archive.database import Database
from bot.archive.search import add_statements
from bot.archive.tables import briefs, items, snapshots
from bot.brief import Brief
from bot.errors import BotError, BriefDamaged, BriefNotFound, RequestNotFound, SnapshotNotFound
from bot.models import Page

log = logging.getLogger(__name__)


class Kept(NamedTuple):
    """A brief as it is stored."""

    workspace: str
    item: str
    id: str
    brief: Brief


class Briefs:
    """What was answered, for the workspace that asked, and for no other."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def keep(self, workspace: str, item_id: str, brief: Brief) -> Kept:
        """Keep *brief* as the answer to an item, and return it as it is kept: what was corrected before is put right.

        Raises:
            RequestNotFound: that workspace has no such item, or not any more; then nothing is kept.
        """
        kept: Kept = await self._database.write_together(_keep, Kept(workspace, item_id, uuid4().hex, brief))
        return kept

    async def get(self, workspace: str, brief_id: str) -> Brief:
        """Return a stored brief of that workspace.

        Raises:
            BriefNotFound: there is none, or it belongs to another workspace.
            BriefDamaged: it is not as it was written.
        """
        found: Brief = await self._database.read_together(_find, (workspace, brief_id))
        return found


async def _find(connection: AsyncConnection, asked: Sequence[tuple[str, str]]) -> list[Brief | BotError]:
    wanted = {"of": [*{workspace for workspace, _ in asked}], "which": [brief_id for _, brief_id in asked]}
    stored = {(row.workspace, row.id): row.json for row in await connection.execute(FIND, wanted)}
    return [_read(stored.get(one)) for one in asked]


FIND = (
    select(briefs.c.workspace, briefs.c.id, briefs.c.json)
    .where(briefs.c.workspace.in_(bindparam("of", expanding=True)))
    .where(briefs.c.id.in_(bindparam("which", expanding=True)))
)


def _read(json: str | None) -> Brief | BotError:
    if json is None:
        return BriefNotFound()
    try:
        return read_brief(json)
    except BriefDamaged as error:
        return error


async def _keep(connection: AsyncConnection, kept: Sequence[Kept]) -> list[Kept | RequestNotFound]:
    asked = {"of": [*{one.workspace for one in kept}], "which": [one.item for one in kept]}
    there = {tuple(row) for row in await connection.execute(ASKED, asked)}
    kept_now = [one for one in kept if (one.workspace, one.item) in there]
    corrected: list[Kept] = []
    if kept_now:
        made = await corrections_of(connection, {(one.workspace, story_of(one.brief)) for one in kept_now})
        corrected = [one._replace(brief=apply(one.brief, made[one.workspace, story_of(one.brief)])) for one in kept_now]
        now = datetime.now(UTC)
        await connection.execute(insert(briefs), [_row(one, now) for one in corrected])
        await add_statements(connection, [(one.workspace, one.id, one.brief) for one in corrected])
        answered = [{"of": one.workspace, "which": one.item, "to": one.id} for one in corrected]
        await connection.execute(SET_BRIEF, answered)
    stored = {one.id: one for one in corrected}
    return [stored.get(one.id) or RequestNotFound() for one in kept]


ASKED = (
    select(items.c.workspace, items.c.id)
    .where(items.c.workspace.in_(bindparam("of", expanding=True)))
    .where(items.c.id.in_(bindparam("which", expanding=True)))
    .with_for_update()
)
SET_BRIEF = (
    update(items)
    .where(items.c.workspace == bindparam("of"), items.c.id == bindparam("which"))
    .values(brief=bindparam("to"))
)


def _row(kept: Kept, now: datetime) -> dict[str, Any]:
    return {
        "id": kept.id,
        "workspace": kept.workspace,
        "written_at": now,
        "json": kept.brief.model_dump_json(),
        "story": story_of(kept.brief),
    }


def read_brief(json: str) -> Brief:
    """Read a brief as it is stored, or raise ``BriefDamaged``."""
    try:
        return Brief.model_validate_json(json)
    except ValidationError as error:
        log.error("a stored brief is damaged: %s", error)  # which tells no words of it
        raise BriefDamaged from error


def story_of(brief: Brief) -> str:
    """Return what is the same for every brief of one article: a digest of its address, or of pasted text itself."""
    article = brief.article
    return digest_of(article.canonical_url or article.url or article.text_sha256)


def digest_of(name: str) -> str:
    """Return the key under which an article of that address, or of that text's digest, is found."""
    return hashlib.sha256(name.encode()).hexdigest()


class Snapshots:
    """The bytes of pages, kept for a while where the operator wants it."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def keep(self, workspace: str, page: Page) -> str:
        """Keep the bytes of *page* for that workspace, and return their SHA-256."""
        digest = hashlib.sha256(page.body).hexdigest()
        await self._database.write(
            insert(snapshots).values(
                id=uuid4().hex,
                workspace=workspace,
                sha256=digest,
                url=page.url,
                final_url=page.final_url,
                media_type=page.media_type,
                charset=page.charset,
                fetched_at=page.fetched_at,
                body=zlib.compress(page.body),
            )
        )
        return digest

    async def get(self, workspace: str, brief: Brief) -> Page:
        """Return the page that *brief* was written from, as that workspace read it.

        Raises:
            SnapshotNotFound: it was not kept, or not for so long.
        """
        article = brief.article
        query = select(snapshots).where(
            snapshots.c.workspace == workspace,
            snapshots.c.sha256 == article.snapshot_sha256,
            snapshots.c.url == article.url,
            snapshots.c.fetched_at == article.fetched_at,
        )
        async with self._database.reading() as connection:
            row = (await connection.execute(query)).mappings().first()
        if row is None:
            raise SnapshotNotFound
        body = zlib.decompress(row["body"])
        return Page(row["url"], row["final_url"], body, row["media_type"], row["charset"], row["fetched_at"])

    async def forget(self, before: datetime) -> int:
        """Remove every workspace's pages that were fetched before that time, and return how many these were."""
        return await self._database.write(delete(snapshots).where(snapshots.c.fetched_at < before))
