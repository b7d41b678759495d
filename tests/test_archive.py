import asyncio
import os
import subprocess
import sys
import threading
import traceback
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from sqlalchemy.exc import IntegrityError

from bot.archive.archive import Archive, open_archive
from bot.errors import ArchiveUnavailable, BriefNotFound, SettingsError
from bot.models import Ask, Item, Request, Wanted
from tests.fakes import a_brief
from tests.postgres import Postgres
from tests.raw import execute, tables

pytestmark = pytest.mark.anyio

LINK = Wanted(link="https://post.example/harbour")
SECRET = "Nobody has pocketed a penny, she whispered."


def ask(key: str = "event-1", *wanted: Wanted, workspace: str = "slack:T1", adapter: str = "slack") -> Ask:
    return Ask(workspace, adapter, key, "U1", {"channel": "C1"}, wanted or (LINK,))


@pytest.fixture
async def archive(url: str) -> AsyncIterator[Archive]:
    async with open_archive(url) as opened:
        yield opened


async def accepted(archive: Archive, *args: str | Wanted, **kwargs: str) -> Request:
    request = await archive.requests.accept(ask(*args, **kwargs))  # type: ignore[arg-type]
    assert request is not None
    return request


async def only_item(archive: Archive, request: Request) -> Item:
    (item,) = (await archive.requests.get(request.workspace, request.id)).items
    return item


async def test_what_was_asked_is_stored_in_order(archive: Archive) -> None:
    wanted = (LINK, Wanted(text="A pasted story."), Wanted(link="ftp://x.example", problem="Not a web page."))
    request = await accepted(archive, "event-1", *wanted)

    assert request.place == {"channel": "C1"}
    assert [(item.wanted.link, item.wanted.text, item.problem) for item in request.items] == [
        (one.link, one.text, one.problem) for one in wanted
    ]
    assert request == await archive.requests.get(request.workspace, request.id)


async def test_the_same_delivery_many_times_at_once_is_one_request(archive: Archive) -> None:
    """Slack repeats an event that it thinks we missed, also to another of our connections."""
    results = await asyncio.gather(*(archive.requests.accept(ask()) for _ in range(20)))

    assert sum(result is not None for result in results) == 1
    assert len(await archive.requests.unfinished(["slack"])) == 1


@pytest.mark.parametrize(
    "other",
    [ask("event-2"), ask(workspace="slack:T2"), ask(adapter="discord"), ask("k" * 300), ask("k" * 299 + "l")],
)
async def test_another_delivery_is_another_request(archive: Archive, other: Ask) -> None:
    await archive.requests.accept(ask())
    await archive.requests.accept(ask("k" * 300 + "x"))

    assert await archive.requests.accept(other) is not None
    assert await archive.requests.accept(other) is None


async def test_a_request_that_cannot_be_stored_is_no_duplicate(archive: Archive) -> None:
    """To take any failure for a repeated delivery would drop a request without a word."""
    broken = Ask("slack:T1", "slack", "event-1", None, {}, (LINK,))  # type: ignore[arg-type]
    with pytest.raises(Exception, match=r"(?i)not.null"):
        await archive.requests.accept(broken)

    assert await archive.requests.accept(ask()) is not None


def test_an_ask_for_nothing_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="something"):
        Ask("slack:T1", "slack", "event-1", "U1", {}, ())


async def test_everything_survives_closing_and_opening(url: str) -> None:
    async with open_archive(url) as archive:
        request = await accepted(archive)
        item = request.items[0]
        await archive.requests.set_place(request.workspace, request.id, {"channel": "C1", "thread": "17.5"}, "C1:17.5")
        await archive.requests.set_message(request.workspace, item.id, "m1")
        await archive.requests.count_try(request.workspace, item.id)
        await archive.briefs.keep(request.workspace, item.id, a_brief())
        await archive.requests.set_delivered(request.workspace, item.id)
        before = await archive.requests.get(request.workspace, request.id)

    async with open_archive(url) as archive:
        after = await archive.requests.get(request.workspace, request.id)
        stored = await archive.briefs.get("slack:T1", after.items[0].brief or "")
        unfinished = await archive.requests.unfinished(["slack"])

    assert after == before
    assert after.place == {"channel": "C1", "thread": "17.5"}
    assert (after.items[0].message, after.items[0].tries, after.items[0].delivered) == ("m1", 1, True)
    assert stored == a_brief()
    assert unfinished == [(request.workspace, request.id)]


async def test_unfinished_requests_come_oldest_first_and_for_those_adapters_only(archive: Archive) -> None:
    ids = [(await accepted(archive, f"event-{number}")).id for number in range(5)]
    await accepted(archive, "event-1", adapter="discord")
    await archive.requests.finish("slack:T1", ids[2])

    assert await archive.requests.unfinished(["slack"]) == [("slack:T1", ids[n]) for n in (0, 1, 3, 4)]
    assert await archive.requests.unfinished([]) == []


async def test_a_person_who_waits_goes_before_a_batch_and_workspaces_take_turns(archive: Archive) -> None:
    batch = await accepted(archive, "batch", *[LINK] * 10)
    busy = [(await accepted(archive, f"busy-{number}", workspace="slack:T2")).id for number in range(3)]
    person = await accepted(archive, "person", workspace="slack:T3")

    turns = [due.id for due in await archive.requests.unfinished(["slack"])]
    assert turns == [busy[0], person.id, busy[1], busy[2], batch.id]
    assert [due.id for due in await archive.requests.unfinished(["slack"], limit=2)] == turns[:2]


async def test_what_is_answered_puts_nobody_off(archive: Archive) -> None:
    for number in range(5):
        await archive.requests.finish("slack:T1", (await accepted(archive, f"done-{number}", LINK, LINK)).id)
    first = await accepted(archive, "first")
    await accepted(archive, "second", workspace="slack:T2")

    assert (await archive.requests.unfinished(["slack"]))[0].id == first.id


async def test_one_workspace_cannot_read_what_was_written_for_another(archive: Archive) -> None:
    request = await accepted(archive)
    await archive.briefs.keep(request.workspace, request.items[0].id, a_brief())
    brief_id = (await only_item(archive, request)).brief or ""

    assert await archive.briefs.get("slack:T1", brief_id) == a_brief()
    for workspace in ("slack:T2", "discord:1", "local", "", "SLACK:T1"):
        with pytest.raises(BriefNotFound):
            await archive.briefs.get(workspace, brief_id)


@pytest.mark.parametrize("brief_id", ["0" * 32, "", "\ud800", "\0", "x" * 10_000])
async def test_a_brief_that_never_was_is_not_found(archive: Archive, brief_id: str) -> None:
    """Ids come back from buttons and addresses, so they may be anything."""
    with pytest.raises(BriefNotFound):
        await archive.briefs.get("slack:T1", brief_id)


async def test_pasted_text_is_gone_from_the_disk_once_answered(tmp_path: Path, url: str) -> None:
    async with open_archive(url) as archive:
        request = await accepted(archive, "event-1", Wanted(text=SECRET), Wanted(text=SECRET * 500))
        assert request.items[0].wanted.text == SECRET
        await archive.requests.finish(request.workspace, request.id)
        after = await archive.requests.get(request.workspace, request.id)
        assert [item.wanted.text for item in after.items] == [None, None]

    if url.startswith("sqlite"):
        assert SECRET.encode() not in b"".join(path.read_bytes() for path in tmp_path.iterdir())  # noqa: ASYNC240
    assert not [row for table in tables(url) for row in execute(url, f"SELECT * FROM {table}") if SECRET in str(row)]  # noqa: S608


async def test_what_a_database_refuses_is_stored_with_a_replacement(archive: Archive) -> None:
    request = await accepted(archive, "event-1", Wanted(text="a \ud800 lone half and a \0 nought"))

    assert request.items[0].wanted.text == "a \ufffd lone half and a \ufffd nought"


async def test_many_writers_at_once_all_get_through(url: str) -> None:
    async with open_archive(url) as one, open_archive(url) as two:

        async def go_through(archive: Archive, number: int) -> None:
            request = await accepted(archive, f"event-{number}", LINK, LINK)
            for item in request.items:
                await archive.requests.set_message(request.workspace, item.id, "m")
                await archive.briefs.keep(request.workspace, item.id, a_brief())
                await archive.requests.set_delivered(request.workspace, item.id)
            await archive.requests.finish(request.workspace, request.id)

        await asyncio.gather(*(go_through((one, two)[number % 2], number) for number in range(40)))

        assert await one.requests.unfinished(["slack"]) == []


OPEN = """
import asyncio, sys
from bot.archive.archive import open_archive
async def main():
    async with open_archive(sys.argv[1]): pass
asyncio.run(main())
"""


def test_processes_that_start_together_on_a_new_file_do_not_disturb_one_another(url: str) -> None:
    root = Path(__file__).parents[1]
    started = [
        subprocess.Popen([sys.executable, "-c", OPEN, url], cwd=root, stderr=subprocess.PIPE)  # noqa: S603
        for _ in range(4)
    ]
    errors = [process.communicate()[1].decode() for process in started]

    assert [process.returncode for process in started] == [0] * 4, errors


@asynccontextmanager
async def refused(url: str) -> AsyncIterator[pytest.ExceptionInfo[SettingsError]]:
    with pytest.raises(SettingsError) as caught:
        async with open_archive(url):
            pass
    for thread in threading.enumerate():
        if "_connection_worker_thread" in thread.name:  # aiosqlite's would miss the event loop when it stops
            await asyncio.to_thread(thread.join, 10)
    yield caught
    assert "DATABASE_URL" in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "url",
    [
        "nutgraf.sqlite3",
        "",
        "oracle+nonsuch://host/db",
        "sqlite:///nutgraf.sqlite3",
        "postgresql+asyncpg_nonsuch://host/db",
    ],
)
async def test_an_address_of_no_database_is_told_with_an_example(url: str) -> None:
    async with refused(url) as caught:
        assert "sqlite+aiosqlite:///nutgraf.sqlite3" in str(caught.value)


async def test_a_missing_folder_is_told(tmp_path: Path) -> None:
    async with refused(f"sqlite+aiosqlite:///{tmp_path}/nowhere/archive.sqlite3") as caught:
        assert "unable to open database file" in str(caught.value)


async def test_a_database_that_cannot_be_written_is_told_at_the_start(tmp_path: Path) -> None:
    async with open_archive(f"sqlite+aiosqlite:///{tmp_path}/archive.sqlite3"):
        pass
    async with refused(f"sqlite+aiosqlite:///file:{tmp_path}/archive.sqlite3?mode=ro&uri=true") as caught:
        assert "readonly" in str(caught.value)


async def test_a_file_that_is_no_database_is_told(tmp_path: Path) -> None:
    path = tmp_path / "story.txt"
    path.write_text("The harbour wall will cost twice as much. " * 50)
    async with refused(f"sqlite+aiosqlite:///{path}") as caught:
        assert "not a database" in str(caught.value)


async def test_a_password_is_not_shown() -> None:
    async with refused("nonsuch://nutgraf:hunter2@db.example/nutgraf") as caught:
        assert "hunter2" not in str(caught.value)
    async with refused("nutgraf:hunter2@db.example/nutgraf") as caught:
        assert "hunter2" not in str(caught.value)


async def test_a_database_that_fails_later_is_told_without_what_was_pasted(url: str, archive: Archive) -> None:
    execute(url, "DROP TABLE items")

    with pytest.raises(ArchiveUnavailable, match="Try again in a few minutes") as caught:
        await archive.requests.accept(ask("event-1", Wanted(text=SECRET)))
    assert SECRET not in str(caught.value.__cause__)


async def test_what_postgresql_tells_of_a_row_that_it_refuses_is_told_without_what_was_pasted(
    postgres: Postgres,
) -> None:
    """Its own words for that have the whole row in them: "Failing row contains (…)"."""
    url = postgres.new_database()
    async with open_archive(url) as archive:
        execute(url, "ALTER TABLE items ADD CONSTRAINT none CHECK (text IS NULL)")
        with pytest.raises(IntegrityError, match="violates check constraint") as caught:
            await archive.requests.accept(ask("event-1", Wanted(text=SECRET)))
    assert SECRET not in "".join(traceback.format_exception(caught.value))


async def test_a_server_that_is_not_there_is_told(tmp_path: Path) -> None:
    async with refused(f"postgresql+psycopg://nutgraf:hunter2@/nutgraf?host={tmp_path}") as caught:
        assert "No such file or directory" in str(caught.value)
        assert "hunter2" not in str(caught.value)


@pytest.mark.skipif(os.name != "posix", reason="needs a process of its own")
async def test_a_stored_request_survives_a_kill(url: str) -> None:
    script = f"""
import asyncio, os, signal
from bot.archive.archive import open_archive
from tests.test_archive import ask
async def main():
    async with open_archive({url!r}) as archive:
        await archive.requests.accept(ask())
        os.kill(os.getpid(), signal.SIGKILL)
asyncio.run(main())
"""
    root = Path(__file__).parents[1]
    killed = subprocess.run([sys.executable, "-c", script], cwd=root, check=False)  # noqa: ASYNC221, S603
    assert killed.returncode < 0

    async with open_archive(url) as archive:
        assert len(await archive.requests.unfinished(["slack"])) == 1
        assert await archive.requests.accept(ask()) is None
