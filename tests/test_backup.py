"""A backup has everything, is of one moment, and goes back into either kind of database."""

from __future__ import annotations

import asyncio
import sqlite3
import stat
from contextlib import closing
from pathlib import Path

import pytest

from adapters.__main__ import READ, UNREAD, main
from bot.archive.archive import open_archive
from bot.archive.backup import back_up, restore
from bot.errors import BackupDamaged, BackupNotWritten, DatabaseNotEmpty, SettingsError
from bot.models import Ask, Correction, Mistake, Page, Question, Request, Wanted
from tests.fakes import a_brief
from tests.postgres import Postgres
from tests.raw import execute, execute_script, rows
from tests.test_migrations import EARLIER

pytestmark = pytest.mark.anyio

HOME = "slack:T1"


async def fill(url: str, *, key: str = "1") -> Request:
    """Keep something of everything."""
    async with open_archive(url) as archive:
        await archive.search.turn_on(HOME)
        asked = await archive.requests.accept(
            Ask(HOME, "slack", key, "U1", {"channel": "C1"}, (Wanted(link="https://post.example/harbour"),))
        )
        assert asked is not None
        brief = a_brief()
        brief_id = (await archive.briefs.keep(HOME, asked.items[0].id, brief)).id
        if key == "1":  # later briefs of the story have the correction from the start
            await archive.corrections.make(HOME, brief_id, "U1", Correction(Mistake.NOT_A_QUOTE, brief.quotes[0].id))
        fetched = brief.article.fetched_at
        assert fetched is not None
        page = Page("https://post.example/", "https://post.example/", b"<p>\0\xff", "text/html", None, fetched)
        await archive.snapshots.keep(HOME, page)
        return await archive.requests.get(HOME, asked.id)


def kept(url: str) -> dict[str, list[str]]:
    """Return all rows but those of indexes, of the queue and of the migrations' own table."""
    return {
        name: found
        for name, found in rows(url).items()
        if not name.startswith(("statement_", "factcheck_", "procrastinate_", "alembic", "sqlite_"))
    }


async def found(url: str) -> int:
    async with open_archive(url) as archive:
        return len(await archive.search.find(HOME, Question("wall")))


@pytest.fixture
def elsewhere(tmp_path: Path) -> str:
    return f"sqlite+aiosqlite:///{tmp_path}/elsewhere.sqlite3"


async def test_everything_comes_back(url: str, tmp_path: Path, elsewhere: str) -> None:
    request = await fill(url)
    counts = await back_up(url, tmp_path / "backup")
    restored = await restore(tmp_path / "backup", elsewhere)

    assert counts == restored
    assert counts["briefs"] == counts["snapshots"] == counts["corrections"] == 1
    async with open_archive(elsewhere) as archive:
        assert await archive.requests.get(HOME, request.id) == request
        assert (await archive.audit.verify(HOME)).faults == ()
    assert await found(elsewhere) == await found(url) > 0


async def test_what_is_in_a_file_moves_to_a_server_and_goes_on_there(
    postgres: Postgres, tmp_path: Path, elsewhere: str
) -> None:
    await fill(elsewhere)
    await back_up(elsewhere, tmp_path / "backup")
    server = postgres.new_database()
    await restore(tmp_path / "backup", server)
    once = await found(server)
    await fill(server, key="2")

    assert once > 0
    assert await found(server) == 2 * once


async def test_a_backup_is_of_one_moment_though_the_bot_goes_on(url: str, tmp_path: Path, elsewhere: str) -> None:
    await fill(url)

    async def go_on() -> None:
        async with open_archive(url) as archive:
            for number in range(30):
                wanted = (Wanted(link=f"https://post.example/{number}"),)
                await archive.requests.accept(Ask(HOME, "slack", f"on {number}", "U1", {}, wanted))

    await asyncio.gather(go_on(), back_up(url, tmp_path / "backup"))
    counts = await restore(tmp_path / "backup", elsewhere)

    asked = execute(elsewhere, "SELECT count(*) FROM audit WHERE action = 'asked'")
    assert counts["requests"] == counts["items"] == asked[0][0]


async def test_nobody_else_may_read_it(url: str, tmp_path: Path) -> None:
    await back_up(url, tmp_path / "backup")

    assert stat.S_IMODE((tmp_path / "backup").stat().st_mode) == 0o600


async def test_a_file_that_is_there_is_never_overwritten(url: str, tmp_path: Path) -> None:
    (tmp_path / "backup").write_text("last night's")
    with pytest.raises(BackupNotWritten, match="exists already"):
        await back_up(url, tmp_path / "backup")

    assert (tmp_path / "backup").read_text() == "last night's"


async def test_what_is_kept_is_replaced_only_where_that_is_said(url: str, tmp_path: Path, elsewhere: str) -> None:
    await fill(elsewhere)
    await back_up(elsewhere, tmp_path / "backup")
    await fill(url, key="newer")
    before = kept(url)
    with pytest.raises(DatabaseNotEmpty):
        await restore(tmp_path / "backup", url)
    assert kept(url) == before

    await restore(tmp_path / "backup", url, replace=True)
    assert execute(url, "SELECT key FROM requests") == [("1",)]


async def test_a_damaged_backup_changes_nothing(url: str, tmp_path: Path, elsewhere: str) -> None:
    await fill(url)
    before = kept(url)
    await fill(elsewhere)
    await back_up(elsewhere, tmp_path / "backup")
    whole = (tmp_path / "backup").read_bytes()
    damaged = {
        "cut": whole[: len(whole) // 2],
        "words": b"Dear diary",
        "holes": whole[:5000] + bytes(9000) + whole[14000:],
    }
    for name, content in damaged.items():
        (tmp_path / name).write_bytes(content)
        with pytest.raises(BackupDamaged, match="Nothing was changed"):
            await restore(tmp_path / name, url, replace=True)

    assert kept(url) == before


async def test_a_backup_whose_audit_log_was_altered_is_refused(url: str, tmp_path: Path, elsewhere: str) -> None:
    await fill(elsewhere)
    await back_up(elsewhere, tmp_path / "backup")
    with closing(sqlite3.connect(tmp_path / "backup")) as connection, connection:
        connection.execute("UPDATE audit SET details = replace(details, 'U1', 'U2')")

    with pytest.raises(BackupDamaged, match="audit log"):
        await restore(tmp_path / "backup", url)


async def test_a_backup_of_an_earlier_version_is_brought_up_to_date(url: str, tmp_path: Path) -> None:
    earlier = tmp_path / "earlier"
    execute_script(f"sqlite:///{earlier}", (EARLIER / "version-1-sqlite.sql").read_text())
    before = earlier.read_bytes()
    counts = await restore(earlier, url)

    assert counts["briefs"] == len(execute(url, "SELECT id FROM briefs WHERE story <> ''")) > 0
    assert earlier.read_bytes() == before


async def test_a_backup_of_a_newer_version_is_not_guessed_at(url: str, tmp_path: Path, elsewhere: str) -> None:
    await fill(elsewhere)
    await back_up(elsewhere, tmp_path / "backup")
    with closing(sqlite3.connect(tmp_path / "backup")) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")

    with pytest.raises(SettingsError, match="newer version"):
        await restore(tmp_path / "backup", url)


def test_in_the_terminal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", "sqlite+aiosqlite:///desk.sqlite3")
    asyncio.run(fill("sqlite+aiosqlite:///desk.sqlite3"))

    assert main(["backup", "monday"]) == READ
    assert "1 requests, 1 briefs, 1 kept pages, 1 corrections, 3 entries" in capsys.readouterr().out
    assert main(["restore", "monday"]) == UNREAD
    assert "--replace" in capsys.readouterr().err
    assert main(["restore", "monday", "--replace"]) == READ
    assert "Restored: 1 requests" in capsys.readouterr().out
