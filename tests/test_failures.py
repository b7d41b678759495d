"""What goes wrong with machines: full disks, servers that go away, locked files, damaged rows, clocks set back."""

from __future__ import annotations

import asyncio
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import closing, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.archive.archive import Archive, open_archive
from bot.archive.database import wait_for_database
from bot.errands import Errands
from bot.errors import ArchiveUnavailable, BriefDamaged, DatabaseAway, SettingsError
from bot.jobs import Worker
from bot.models import Ask, Question, Request, Wanted
from bot.queue import open_queue
from bot.records import Records
from tests.fakes import a_brief
from tests.postgres import Postgres, open_postgres
from tests.queue_process import QUICK
from tests.raw import execute
from tests.test_jobs import Channel, ChannelCourier, all_answered, running

pytestmark = pytest.mark.anyio

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def server() -> Iterator[Postgres]:
    """A server of this file's own: it is stopped again and again."""
    with open_postgres() as started:
        yield started


@pytest.fixture
async def archive(url: str) -> AsyncIterator[Archive]:
    async with open_archive(url) as opened:
        yield opened


async def accept(archive: Archive, number: int = 1, *, text: str = "") -> Request:
    wanted = (Wanted(text=text) if text else Wanted(link=f"https://post.example/{number}"),)
    request = await archive.requests.accept(Ask("chat:T1", "chat", str(number), "U1", {}, wanted))
    assert request is not None
    return request


async def read(workspace: str, wanted: Wanted):  # type: ignore[no-untyped-def]
    return a_brief()


def errands(archive: Archive, channel: Channel) -> Errands:
    return Errands(archive, read, {"chat": ChannelCourier(channel)}, patience=[0.05] * 3)


def at_work(archive: Archive, channel: Channel) -> Worker:
    return Worker(archive, errands(archive, channel), ["chat"], rest=0.05)


# The disk --------------------------------------------------------------------------------------------------

FULL = """
import asyncio, resource, signal, sys
from pathlib import Path
from bot.archive.archive import open_archive
from bot.errors import ArchiveUnavailable
from tests.test_failures import accept

async def main(file):
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    async with open_archive(f"sqlite+aiosqlite:///{file}") as archive:
        stored, wal = [], Path(file + "-wal")
        room = max(Path(file).stat().st_size, wal.stat().st_size) + 60_000
        _, most = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (room, most))  # no file may grow beyond that: as on a full disk
        refused = 0
        for number in range(60):
            try:
                stored.append((await accept(archive, number, text="word " * 4000)).id)
            except ArchiveUnavailable:
                refused += 1
        resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))  # somebody has made room
        stored.append((await accept(archive, 99)).id)
        kept = [due.id for due in await archive.requests.unfinished(["chat"])]
        print(refused, sorted(kept) == sorted(stored))

asyncio.run(main(sys.argv[1]))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="needs a limit on the size of files")
def test_full_disk_refuses_what_it_cannot_keep_keeps_the_rest_and_goes_on_when_there_is_room(tmp_path: Path) -> None:
    command = [sys.executable, "-c", FULL, str(tmp_path / "archive.sqlite3")]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603
    assert done.returncode == 0, done.stderr
    refused, whole = done.stdout.split()
    assert int(refused) > 0
    assert whole == "True"


@pytest.mark.skipif(not shutil.which("prlimit"), reason="only Linux limits the files of a running process (prlimit)")
async def test_full_disk_of_the_server_refuses_what_it_cannot_keep_and_goes_on_when_there_is_room() -> None:
    stored, refused = [], 0
    with open_postgres() as server:
        async with open_archive(server.new_database()) as archive:
            stored.append((await accept(archive, 0)).id)
            server.limit_files(18_000_000)  # a file of its log has 16 MB
            for number in range(1, 30):
                try:
                    stored.append((await accept(archive, number, text=os.urandom(600_000).hex())).id)
                except ArchiveUnavailable:
                    refused += 1
            read_meanwhile = await archive.requests.get("chat:T1", stored[0])
            server.limit_files(0)
            stored.append((await accept(archive, 99, text=os.urandom(600_000).hex())).id)
            kept = [due.id for due in await archive.requests.unfinished(["chat"])]

    assert refused > 0
    assert len(stored) > 2
    assert read_meanwhile.id == stored[0]
    assert sorted(kept) == sorted(stored)


# The server ------------------------------------------------------------------------------------------------


async def test_server_that_is_away_at_the_start_is_waited_for(
    server: Postgres, caplog: pytest.LogCaptureFixture
) -> None:
    url = server.new_database()
    server.stop()
    with pytest.raises(DatabaseAway, match="DATABASE_URL"):
        async with open_archive(url):
            pass
    waiting = asyncio.create_task(wait_for_database(url, pause=0.05))
    await asyncio.sleep(0.3)
    assert not waiting.done()
    assert "Next try in" in caplog.text
    await asyncio.to_thread(server.start)
    await asyncio.wait_for(waiting, 30)


async def test_database_that_there_is_not_is_not_waited_for(server: Postgres) -> None:
    with pytest.raises(SettingsError) as caught:
        await wait_for_database(server.new_database().replace("nutgraf_", "nonesuch_"), pause=0.05)
    assert not isinstance(caught.value, DatabaseAway)


async def test_server_that_goes_away_and_comes_back_loses_nothing(server: Postgres) -> None:
    channel = Channel()
    async with open_archive(server.new_database()) as archive:
        requests = [await accept(archive, number) for number in range(5)]
        working = at_work(archive, channel)
        async with running(working):
            server.stop()
            with pytest.raises(ArchiveUnavailable, match="Try again in a few minutes"):
                await accept(archive, 50)
            await asyncio.to_thread(server.start)
            async with asyncio.timeout(30):
                while True:
                    with suppress(ArchiveUnavailable):
                        requests.append(await accept(archive, 51))
                        working.wake()  # as the desk does
                        break
                while True:
                    with suppress(ArchiveUnavailable):
                        await all_answered(archive)
                        break

    assert sorted(channel.messages) == sorted(item.id for request in requests for item in request.items)
    assert list(channel.messages.values()) == [a_brief()] * len(requests)


async def test_queue_is_taken_up_again_when_the_server_comes_back(server: Postgres) -> None:
    url, channel = server.new_database(), Channel()
    # Procrastinate leaves it to the event loop to say that a job's end could not be written; here nobody need say it.
    asyncio.get_running_loop().set_exception_handler(lambda loop, context: None)
    async with open_archive(url) as archive, open_queue(url, QUICK) as queue:
        archive.requests.put = queue.put
        working = asyncio.create_task(queue.work(errands(archive, channel), ["chat"]))
        requests = [await accept(archive, 1)]
        await all_answered(archive)
        server.stop()
        await asyncio.sleep(0.5)
        await asyncio.to_thread(server.start)
        async with asyncio.timeout(60):
            while len(requests) < 2:
                with suppress(ArchiveUnavailable):
                    requests.append(await accept(archive, 2))
            while len(channel.closed) < 2:  # noqa: ASYNC110 - the channel tells nobody
                await asyncio.sleep(0.05)
        assert not working.done()
        working.cancel()
        await asyncio.gather(working, return_exceptions=True)
    assert channel.closed == [request.id for request in requests]


# The file --------------------------------------------------------------------------------------------------


async def test_locked_file_is_waited_for(tmp_path: Path) -> None:
    file = tmp_path / "archive.sqlite3"
    async with open_archive(f"sqlite+aiosqlite:///{file}") as archive:
        with closing(sqlite3.connect(file, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            accepting = asyncio.create_task(accept(archive))
            await asyncio.sleep(0.5)
            assert not accepting.done()
            other.execute("COMMIT")
        assert await asyncio.wait_for(accepting, 30)


async def test_damaged_brief_is_told_and_stands_in_nobodys_way(url: str, archive: Archive) -> None:
    await archive.search.turn_on("chat:T1")
    damaged, whole = await accept(archive, 1), await accept(archive, 2)
    ids = [(await archive.briefs.keep("chat:T1", one.items[0].id, a_brief())).id for one in (damaged, whole)]
    execute(url, "UPDATE briefs SET json = ? WHERE id = ?", ('{"version":"brief/1","article":', ids[0]))

    with pytest.raises(BriefDamaged, match="Send the link again"):
        await archive.briefs.get("chat:T1", ids[0])
    found = await Records(archive).search("chat:T1", Question('"numbers wrong"'))
    assert [one.brief_id for one in found] == [ids[1]]
    await archive.search.turn_on("chat:T1")
    assert (await archive.erase.speaker("chat:T1", "Maren Holt")).briefs == 1
    assert (await archive.erase.workspace("chat:T1")).briefs == 1


async def test_damaged_request_does_not_keep_others_from_their_answer(url: str, archive: Archive) -> None:
    damaged, whole = await accept(archive, 1), await accept(archive, 2)
    channel = Channel()
    if url.startswith("sqlite"):
        execute(url, "UPDATE requests SET place = '{' WHERE id = ?", (damaged.id,))
    else:
        execute(url, "UPDATE requests SET place = '[7]' WHERE id = ?", (damaged.id,))
    async with running(at_work(archive, channel)), asyncio.timeout(30):
        while channel.closed != [whole.id]:  # noqa: ASYNC110 - the channel tells nobody
            await asyncio.sleep(0.01)


# The clock -------------------------------------------------------------------------------------------------


async def test_clock_that_is_set_back_delays_nobody_and_breaks_no_chain(url: str, archive: Archive) -> None:
    """What was accepted before is from the future then."""
    before = await accept(archive, 1)
    future = (datetime.now(UTC) + timedelta(days=400)).isoformat(" ")[:26]
    execute(url, "UPDATE requests SET accepted_at = ?, turn = ?", (future, future))
    after = await accept(archive, 2)
    channel = Channel()
    async with running(at_work(archive, channel)):
        await all_answered(archive)

    assert sorted(channel.closed) == sorted([before.id, after.id])
    assert (await archive.audit.verify("chat:T1")).faults == ()
