"""The pages that briefs were written from: kept if told to, for their workspace, and for so long."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.archive.archive import Archive, open_archive
from bot.brief import Brief, write_brief
from bot.errors import BriefNotFound, SnapshotNotFound
from bot.models import Page, Wanted
from bot.opening import open_desk
from bot.settings import Settings
from tests.fakes import STORY, QuickDesk, an_analysis, an_article
from tests.raw import rows
from tests.sites import by_path, open_site, page
from tests.test_desk import PATIENCE, Thread, ask

pytestmark = pytest.mark.anyio

HARBOUR = (Path(__file__).parent / "articles" / "harbour.html").read_bytes()
URL = "https://post.example/harbour"
READ = datetime(2026, 3, 18, 9, 30, 15, 123456, tzinfo=UTC)


@pytest.fixture
async def archive(url: str) -> AsyncIterator[Archive]:
    async with open_archive(url) as opened:
        yield opened


def a_page(body: bytes = HARBOUR, *, read: datetime = READ) -> Page:
    return Page(f"{URL}?a", URL, body, "text/html", "utf-8", read)


def brief_of(snapshot: Page) -> Brief:
    digest = hashlib.sha256(snapshot.body).hexdigest()
    article = replace(an_article(), url=snapshot.url, fetched_at=snapshot.fetched_at, snapshot_sha256=digest)
    return write_brief(article, an_analysis())


async def test_kept_page_comes_back_as_it_was(archive: Archive) -> None:
    assert await archive.snapshots.keep("slack:T1", a_page()) == hashlib.sha256(HARBOUR).hexdigest()
    assert await archive.snapshots.get("slack:T1", brief_of(a_page())) == a_page()


async def test_kept_page_is_its_workspaces_alone(archive: Archive) -> None:
    await archive.snapshots.keep("slack:T1", a_page())
    with pytest.raises(SnapshotNotFound):
        await archive.snapshots.get("slack:T2", brief_of(a_page()))


async def test_same_bytes_read_at_another_time_are_another_snapshot(archive: Archive) -> None:
    await archive.snapshots.keep("slack:T1", a_page())
    with pytest.raises(SnapshotNotFound):
        await archive.snapshots.get("slack:T1", brief_of(a_page(read=READ + timedelta(seconds=1))))


async def test_brief_without_a_snapshot_has_none(archive: Archive) -> None:
    await archive.snapshots.keep("slack:T1", a_page())
    with pytest.raises(SnapshotNotFound):
        await archive.snapshots.get("slack:T1", write_brief(an_article(), an_analysis()))


async def test_only_what_is_older_is_forgotten(archive: Archive) -> None:
    old, new = a_page(b"old"), a_page(b"new", read=READ + timedelta(days=2))
    for one in (old, new):
        await archive.snapshots.keep("slack:T1", one)

    assert await archive.snapshots.forget(READ + timedelta(days=1)) == 1
    assert await archive.snapshots.get("slack:T1", brief_of(new)) == new
    with pytest.raises(SnapshotNotFound, match="not kept"):
        await archive.snapshots.get("slack:T1", brief_of(old))


@pytest.mark.parametrize(("days", "left"), [(0, 0), (1, 1), (30, 2)])
async def test_desk_at_work_forgets_what_was_kept_for_long_enough(
    url: str, archive: Archive, days: int, left: int
) -> None:
    now = datetime.now(UTC)
    pages = [a_page(b"today", read=now - timedelta(minutes=1)), a_page(b"last week", read=now - timedelta(days=7))]
    for one in pages:
        await archive.snapshots.keep("slack:T1", one)
    desk = QuickDesk(archive)
    desk.snapshot_days = days
    thread = Thread()
    working = asyncio.create_task(desk.work({"chat": thread}))
    await desk.accept(ask(Wanted(text=STORY)))
    await asyncio.wait_for(thread.closed.wait(), PATIENCE)
    async with asyncio.timeout(PATIENCE):  # it forgets beside its other work
        while len(rows(url)["snapshots"]) > left:  # noqa: ASYNC110 - a database tells nobody
            await asyncio.sleep(0.01)

    assert len(rows(url)["snapshots"]) == left
    working.cancel()
    with suppress(asyncio.CancelledError):
        await working


@pytest.mark.model
@pytest.mark.parametrize("days", [0, 7])
async def test_brief_is_written_anew_from_its_snapshot_byte_for_byte(tmp_path: Path, days: int) -> None:
    async with open_site(by_path({"/story": page(HARBOUR)})) as site:
        settings = Settings(
            _env_file=None,  # type: ignore[call-arg]
            database_url=f"sqlite+aiosqlite:///{tmp_path}/archive.sqlite3",
            fetch_allow_hosts=site.place,
            snapshot_days=days,
        )
        async with open_desk(settings) as desk:
            thread = Thread()
            working = asyncio.create_task(desk.work({"chat": thread}))
            await desk.accept(ask(Wanted(link=site.url("/story")), Wanted(text=STORY)))
            await asyncio.wait_for(thread.closed.wait(), PATIENCE)
            story, pasted = (item.brief or "" for item in thread.items)
            stored = await desk.recall("chat:T1", story)

            if days:
                assert stored.article.snapshot_sha256 == hashlib.sha256(HARBOUR).hexdigest()
                again = await desk.reproduce("chat:T1", story)
                assert again.model_dump_json() == stored.model_dump_json()
                with pytest.raises(BriefNotFound):
                    await desk.reproduce("chat:T2", story)
            else:
                assert stored.article.snapshot_sha256 is None
            with pytest.raises(SnapshotNotFound):
                await desk.reproduce("chat:T1", pasted if days else story)
            working.cancel()
            with suppress(asyncio.CancelledError):
                await working
