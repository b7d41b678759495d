"""Briefs, and the pages that they were written from."""

from __future__ import annotations

import hashlib
import logging
import zlib
from datetime import UTC, datetime
from uuid import uuid4

from pydantic import ValidationError
from sqlalchemy import delete, insert, select, update

from bot.archive.corrections import apply
from bot.archive.database import Database
from bot.archive.search import index
from bot.archive.tables import briefs, items, snapshots
from bot.brief import Brief
from bot.errors import BriefDamaged, BriefNotFound, RequestNotFound, SnapshotNotFound
from bot.models import Page, storable

log = logging.getLogger(__name__)


class Briefs:
    """What was answered, for the workspace that asked, and for no other."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def keep(self, workspace: str, item_id: str, brief: Brief) -> str:
        """Keep *brief* as the answer to an item, and return its id. What was corrected in it before is put right.

        Raises:
            RequestNotFound: that workspace has no such item, or not any more; then nothing is kept.
        """
        brief_id = uuid4().hex
        story = story_of(brief)
        async with self._database.writing() as connection:
            brief = await apply(connection, workspace, story, brief)
            await connection.execute(
                insert(briefs).values(
                    id=brief_id,
                    workspace=workspace,
                    written_at=datetime.now(UTC),
                    json=brief.model_dump_json(),
                    story=story,
                )
            )
            await index(connection, workspace, brief_id, brief)
            answered = await connection.execute(
                update(items).where(items.c.workspace == workspace, items.c.id == item_id).values(brief=brief_id)
            )
            if not answered.rowcount:
                raise RequestNotFound
        return brief_id

    async def get(self, workspace: str, brief_id: str) -> Brief:
        """Return a stored brief of that workspace.

        Raises:
            BriefNotFound: there is none, or it belongs to another workspace.
            BriefDamaged: it is not as it was written.
        """
        query = select(briefs.c.json).where(briefs.c.id == storable(brief_id), briefs.c.workspace == workspace)
        async with self._database.reading() as connection:
            json = (await connection.execute(query)).scalar_one_or_none()
        if json is None:
            raise BriefNotFound
        return read_brief(json)


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
