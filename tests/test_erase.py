"""What is to be forgotten is gone: from every table, from the index for full text, from the file itself."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from bot.archive.archive import Archive, open_archive
from bot.brief import write_brief
from bot.errors import BriefNotFound, RequestNotFound
from bot.fetch.cache import Cache
from bot.models import Ask, Page, Question, Request, Wanted
from bot.records import Records
from tests.fakes import an_analysis, an_article
from tests.raw import execute, rows

pytestmark = pytest.mark.anyio

HOME, NEIGHBOUR = "slack:T1", "slack:T2"
NOW = datetime(2026, 3, 18, 9, 30, tzinfo=UTC)
NAME = "Quintessa Brandywine"  # stands in nothing else


@pytest.fixture
async def archive(url: str) -> AsyncIterator[Archive]:
    async with open_archive(url) as opened:
        for workspace in (HOME, NEIGHBOUR):
            await opened.search.turn_on(workspace)
        yield opened


async def store(
    archive: Archive, link: str, *, name: str = "Maren Holt", who: str = "U1", workspace: str = HOME
) -> Request:
    """Ask for *link*, whose story is in the paper of somebody called *name*, and answer it."""
    page = Page(link, link, f"<p>{name} {link}".encode(), "text/html", "utf-8", NOW)
    digest = await archive.snapshots.keep(workspace, page)
    article = replace(
        an_article(), byline=name, outlet=name, url=link, canonical_url=None, fetched_at=NOW, snapshot_sha256=digest
    )
    request = await archive.requests.accept(Ask(workspace, "slack", f"{link} {who}", who, {}, (Wanted(link=link),)))
    assert request is not None
    await archive.briefs.keep(workspace, request.items[0].id, write_brief(article, an_analysis()))
    await archive.requests.finish(workspace, request.id)
    return await archive.requests.get(workspace, request.id)


def remains(url: str, word: str) -> list[str]:
    """Look for *word* in every row of every table, and in the bytes of SQLite's files."""
    found = [row for table in rows(url).values() for row in table if word.casefold() in row.casefold()]
    if url.startswith("sqlite"):
        file = Path(url.partition(":///")[2])
        files = [(path.name, path.read_bytes().lower()) for path in file.parent.glob(file.name + "*")]
        found += [name for name, content in files if word.casefold().encode() in content]
        with closing(sqlite3.connect(file)) as connection:  # terms stand in FTS5's blocks without what they share
            connection.execute("CREATE VIRTUAL TABLE temp.terms USING fts5vocab(main, statement_words, row)")
            terms = [term for (term,) in connection.execute("SELECT term FROM temp.terms")]
        return found + [term for term in terms if any(part.startswith(term) for part in word.casefold().split())]
    statistics = execute(url, "SELECT * FROM pg_stats WHERE tablename !~ '^pg_'")
    return found + [str(row) for row in statistics if word.casefold() in str(row).casefold()]


async def test_article_is_gone_and_others_stay(url: str, archive: Archive) -> None:
    gone = await store(archive, "https://xanthe.example/gone")
    again = await store(archive, "https://xanthe.example/gone", who="U2")
    kept = await store(archive, "https://post.example/kept")
    neighbours = await store(archive, "https://xanthe.example/gone", workspace=NEIGHBOUR)
    assert remains(url, "xanthe")

    erased = await archive.erase.article(HOME, "https://xanthe.example/gone")

    assert (erased.briefs, erased.requests) == (2, 2)
    for request in (gone, again):
        with pytest.raises(BriefNotFound):
            await archive.briefs.get(HOME, request.items[0].brief or "")
        with pytest.raises(RequestNotFound):
            await archive.requests.get(HOME, request.id)
    assert await archive.briefs.get(HOME, kept.items[0].brief or "")
    assert await archive.briefs.get(NEIGHBOUR, neighbours.items[0].brief or "")
    await archive.erase.article(NEIGHBOUR, "https://xanthe.example/gone")
    assert remains(url, "xanthe") == []
    assert {hit.brief for hit in await archive.search.find(HOME, Question("numbers"))} == {kept.items[0].brief}


async def test_article_is_known_by_its_canonical_address_too(archive: Archive) -> None:
    request = await archive.requests.accept(
        Ask(HOME, "slack", "1", "U1", {}, (Wanted(link="https://post.example/?a"),))
    )
    assert request is not None
    await archive.briefs.keep(HOME, request.items[0].id, write_brief(an_article(), an_analysis()))

    assert (await archive.erase.article(HOME, "https://post.example/harbour")).briefs == 1


async def test_speaker_is_gone_with_whatever_names_her(url: str, archive: Archive) -> None:
    await store(archive, "https://post.example/a", name=NAME)
    await store(archive, "https://post.example/quintessa-brandywine-resigns")
    kept = await store(archive, "https://post.example/b")
    page = Page("https://post.example/c", "https://post.example/c", f"<p>{NAME}".encode(), "text/html", None, NOW)
    await archive.snapshots.keep(HOME, page)
    assert remains(url, "Quintessa")

    assert (await archive.erase.speaker(HOME, "quintessa brandywine")).briefs == 2
    assert remains(url, "Quintessa") == []
    assert remains(url, "Brandywine") == []
    assert await archive.briefs.get(HOME, kept.items[0].brief or "")
    assert (await archive.erase.speaker(HOME, " ?")).briefs == 0


async def test_user_is_gone_with_what_was_answered(url: str, archive: Archive) -> None:
    await store(archive, "https://post.example/a", who="U0QUINCE")
    kept = await store(archive, "https://post.example/b", who="U2")
    await archive.channels.watch(HOME, "C1", "U0QUINCE", on=True)
    assert remains(url, "U0QUINCE")

    erased = await archive.erase.user(HOME, "U0QUINCE")
    assert (erased.briefs, erased.requests) == (1, 1)
    assert remains(url, "U0QUINCE") == []
    assert remains(url, "post.example/a") == []
    assert await archive.channels.is_watched(HOME, "C1")
    assert await archive.briefs.get(HOME, kept.items[0].brief or "")


async def test_workspace_is_gone_and_its_neighbour_stays(url: str, archive: Archive) -> None:
    await store(archive, "https://post.example/a")
    kept = await store(archive, "https://post.example/b", workspace=NEIGHBOUR)
    assert remains(url, HOME)

    await archive.erase.workspace(HOME)
    assert remains(url, HOME) == []
    assert await archive.briefs.get(NEIGHBOUR, kept.items[0].brief or "")
    assert await archive.search.find(NEIGHBOUR, Question("numbers"))


async def test_article_that_is_forgotten_while_it_is_read_is_not_stored_afterwards(url: str, archive: Archive) -> None:
    request = await archive.requests.accept(
        Ask(HOME, "slack", "1", "U1", {}, (Wanted(link="https://xanthe.example/"),))
    )
    assert request is not None
    await archive.erase.article(HOME, "https://xanthe.example/")

    with pytest.raises(RequestNotFound):
        await archive.briefs.keep(HOME, request.items[0].id, write_brief(an_article(), an_analysis()))
    assert rows(url)["briefs"] == []


async def test_only_what_is_older_goes_by_its_age(url: str, archive: Archive) -> None:
    old = await store(archive, "https://xanthe.example/old")
    failed = await archive.requests.accept(
        Ask(HOME, "slack", "f", "U1", {}, (Wanted(link="https://xanthe.example/f"),))
    )
    assert failed is not None
    await archive.requests.finish(HOME, failed.id)
    new = await store(archive, "https://post.example/new")
    waiting = await archive.requests.accept(Ask(HOME, "slack", "w", "U1", {}, (Wanted(link="https://post.example/w"),)))
    past = (datetime.now(UTC) - timedelta(days=40)).isoformat(" ")[:26]
    execute(url, "UPDATE briefs SET written_at = ? WHERE id = ?", (past, old.items[0].brief))
    execute(url, "UPDATE requests SET finished_at = ? WHERE id IN (?, ?)", (past, old.id, failed.id))

    assert await archive.erase.older(datetime.now(UTC) - timedelta(days=30)) == 1
    assert remains(url, "xanthe") == []
    assert await archive.briefs.get(HOME, new.items[0].brief or "")
    assert [due.id for due in await archive.requests.unfinished(["slack"])] == [waiting and waiting.id]


async def test_cached_pages_are_forgotten_too(tmp_path: Path, archive: Archive) -> None:
    cache = Cache(tmp_path / "pages", max_bytes=10**6, max_age=300)
    link = "https://post.example/a"
    await cache.keep(Page(link, link, b"<p>A story", "text/html", None, datetime.now(UTC)), {})
    assert await cache.find(httpx.URL(link))

    await Records(archive, cache).forget_article(HOME, link)
    assert await cache.find(httpx.URL(link)) is None
    assert list((tmp_path / "pages").iterdir()) == []
