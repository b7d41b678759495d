"""Tables are brought up to date at the start, from nothing and from every earlier form, on both engines."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import create_async_engine

from bot.archive.archive import open_archive
from bot.archive.migrate import alembic_config
from bot.archive.requests import Due
from bot.archive.tables import metadata
from bot.errors import SettingsError
from tests.fakes import a_brief
from tests.raw import execute, execute_script, rows

pytestmark = pytest.mark.anyio

EARLIER = Path(__file__).parent / "databases"
"""Databases as earlier versions left them: version 1 is the last that had no migrations."""


def lay(url: str, form: str) -> None:
    """Put a database of an earlier *form* at *url*."""
    engine = "sqlite" if url.startswith("sqlite") else "postgresql"
    execute_script(url, (EARLIER / f"{form}-{engine}.sql").read_text())


async def differences(url: str) -> list[object]:
    """Compare the tables at *url* with what the code takes them for."""

    def compare(connection: Connection) -> list[object]:
        context = MigrationContext.configure(connection, opts={"include_name": _is_not_full_text})
        found: list[object] = compare_metadata(context, metadata)
        return found

    engine = create_async_engine(url)
    async with engine.connect() as connection:
        found = await connection.run_sync(compare)
    await engine.dispose()
    return found


def _is_not_full_text(name: str | None, *_: object) -> bool:
    """Leave out what differs between the engines, and which the tests of searching look at."""
    return not (name or "").startswith(("statement_", "factcheck_"))


async def newest(url: str) -> str:
    engine = create_async_engine(url)
    async with engine.connect() as connection:
        config = await connection.run_sync(alembic_config)
    await engine.dispose()
    return ScriptDirectory.from_config(config).get_current_head() or ""


@pytest.mark.parametrize("form", [None, "version-1"])
async def test_every_earlier_database_ends_with_the_tables_of_today(url: str, form: str | None) -> None:
    if form:
        lay(url, form)
    async with open_archive(url):
        pass

    assert await differences(url) == []
    assert execute(url, "SELECT version_num FROM alembic_version") == [(await newest(url),)]


async def test_what_an_earlier_version_stored_is_answered_and_found(url: str) -> None:
    lay(url, "version-1")
    async with open_archive(url) as archive:
        (due,) = await archive.requests.unfinished(["slack", "discord"])
        request = await archive.requests.get(*due)
        read, pasted = request.items
        brief = await archive.briefs.get("slack:T1", read.brief or "")
        ((digest,),) = execute(url, "SELECT sha256 FROM snapshots")
        article = brief.article.model_copy(update={"snapshot_sha256": digest})
        snapshot = await archive.snapshots.get("slack:T1", brief.model_copy(update={"article": article}))
        await archive.requests.finish(*due)

        assert await archive.requests.unfinished(["slack", "discord"]) == []

    assert (request.workspace, request.place["thread_ts"]) == ("slack:T1", "1.1")
    assert (read.message, read.delivered, read.tries) == ("1.2", True, 1)
    assert pasted.wanted.text == "A pasted story."
    # The rest of it may say more in a later version.
    assert brief.article.text == a_brief().article.text
    assert [(one.id, one.content) for one in brief.quotes] == [(one.id, one.content) for one in a_brief().quotes]
    assert snapshot.body == b"<p>The harbour wall."
    assert execute(url, "SELECT text FROM items WHERE text IS NOT NULL") == []
    assert set(execute(url, "SELECT workspace, link FROM items")) == {
        ("slack:T1", "https://post.example/harbour"),
        ("slack:T1", None),
        ("discord:7", "https://post.example/gone"),
    }


async def test_archive_that_is_up_to_date_does_not_meet_one_that_is_made(url: str, tmp_path: Path) -> None:
    """A backup is laid out as a new database while the bot opens its own; Alembic has one place for both."""

    async def open_one(url: str) -> None:
        async with open_archive(url):
            pass

    await open_one(url)
    for number in range(3):
        await asyncio.gather(open_one(f"sqlite+aiosqlite:///{tmp_path}/{number}.sqlite3"), open_one(url), open_one(url))


async def test_new_archives_are_made_at_the_same_moment(url: str, tmp_path: Path) -> None:
    made = [f"sqlite+aiosqlite:///{tmp_path}/new-{number}.sqlite3" for number in range(3)]

    async def open_one(url: str) -> list[Due]:
        async with open_archive(url) as archive:
            return await archive.requests.unfinished(["slack"])

    assert await asyncio.gather(*map(open_one, [*made, url, url])) == [[]] * 5


async def test_migration_that_fails_leaves_everything_as_it_was(url: str) -> None:
    """Half a migration would be a database that no version can use."""
    lay(url, "version-1")
    items = "id, request, position, delivered, tries"
    if url.startswith("sqlite"):
        execute(url, f"INSERT INTO items ({items}) VALUES ('orphan', 'nobody', 0, false, 0)")  # noqa: S608
    else:
        execute(url, "ALTER TABLE items DROP CONSTRAINT items_request_fkey")
        execute(url, f"INSERT INTO items ({items}) VALUES ('orphan', 'nobody', 0, false, 0)")  # noqa: S608
    before = rows(url)

    with pytest.raises(SettingsError, match="DATABASE_URL"):
        async with open_archive(url):
            pass
    assert rows(url) == before


async def test_database_of_a_newer_version_is_told_and_left_alone(url: str) -> None:
    async with open_archive(url):
        pass
    execute(url, "UPDATE alembic_version SET version_num = '9999'")
    before = rows(url)

    with pytest.raises(SettingsError, match="newer version"):
        async with open_archive(url):
            pass
    assert rows(url) == before
