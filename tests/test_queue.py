"""Several processes answer from one queue in PostgreSQL: each request once, also when one of them dies."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from procrastinate import App, PsycopgConnector
from procrastinate.jobs import Status

from adapters.__main__ import WRONG, main
from bot.archive.archive import Archive, open_archive
from bot.brief import Brief
from bot.errands import Errands
from bot.errors import ArchiveUnavailable, DeliveryError
from bot.models import Ask, Item, Request, Wanted
from bot.queue import POLL, Pace, Queue, open_queue
from bot.takings import Takings
from tests.fakes import a_brief
from tests.postgres import Postgres
from tests.queue_process import QUICK
from tests.raw import execute
from tests.test_jobs import Channel, ChannelCourier, until

ROOT = Path(__file__).parents[1]
PATIENCE = 60.0  # seconds; "within a minute" is the promise


@pytest.fixture
def url(postgres: Postgres) -> str:
    return postgres.new_database()


@pytest.fixture
async def archive(url: str) -> AsyncIterator[Archive]:
    async with open_archive(url) as opened:
        yield opened


@pytest.fixture
async def queue(url: str, archive: Archive) -> AsyncIterator[Queue]:
    async with open_queue(url, QUICK) as opened:
        archive.requests.put = opened.put
        yield opened


async def accept(archive: Archive, number: int = 1, *, links: int = 1, workspace: str = "chat:T1") -> Request:
    wanted = tuple(Wanted(link=f"https://post.example/{number}/{link}") for link in range(links))
    request = await archive.requests.accept(Ask(workspace, "chat", f"{number}", "U1", {}, wanted))
    assert request is not None
    return request


async def read(workspace: str, wanted: Wanted) -> Brief:
    return a_brief()


@asynccontextmanager
async def at_work(queue: Queue, errands: Errands) -> AsyncIterator[None]:
    task = asyncio.create_task(queue.work(errands, ["chat"]))
    try:
        yield
        assert not task.done()
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def answered(archive: Archive) -> None:
    async def nothing_left() -> bool:
        return not await archive.requests.unfinished(["chat"])

    await until(nothing_left)


@pytest.mark.anyio
async def test_several_workers_answer_each_request_once(url: str, archive: Archive, queue: Queue) -> None:
    channel = Channel()
    readings: list[str | None] = []

    async def count(workspace: str, wanted: Wanted) -> Brief:
        readings.append(wanted.link)
        return a_brief()

    requests = [await accept(archive, number, links=2) for number in range(15)]
    async with open_archive(url) as other_archive, open_queue(url, QUICK) as other_queue:
        one = Errands(archive, count, {"chat": ChannelCourier(channel)}, patience=())
        two = Errands(other_archive, count, {"chat": ChannelCourier(channel)}, patience=())
        async with at_work(queue, one), at_work(other_queue, two):
            requests += [await accept(archive, number, links=2) for number in range(15, 30)]
            await answered(archive)

    assert sorted(channel.threads) == sorted(channel.closed) == sorted(request.id for request in requests)
    assert sorted(channel.messages) == sorted(item.id for request in requests for item in request.items)
    assert sorted(map(str, readings)) == sorted(str(item.wanted.link) for request in requests for item in request.items)
    assert execute(url, "SELECT count(*) FROM procrastinate_jobs WHERE status <> 'doing'") == [(0,)]


@pytest.mark.anyio
async def test_request_that_cannot_be_queued_is_not_stored(url: str, archive: Archive, queue: Queue) -> None:
    """It would be acknowledged, and nobody would answer it."""
    execute(url, "ALTER TABLE procrastinate_jobs RENAME TO away")
    with pytest.raises(ArchiveUnavailable):
        await accept(archive)
    execute(url, "ALTER TABLE away RENAME TO procrastinate_jobs")

    assert await archive.requests.unfinished(["chat"]) == []
    assert await accept(archive)


@pytest.mark.anyio
async def test_what_a_killed_process_was_at_goes_to_another(
    url: str, archive: Archive, queue: Queue, tmp_path: Path
) -> None:
    request = await accept(archive)
    command = (sys.executable, "-m", "tests.queue_process", url, str(tmp_path), "hang")
    process = await asyncio.create_subprocess_exec(*command, cwd=ROOT, stdout=asyncio.subprocess.PIPE)
    assert process.stdout is not None
    async with asyncio.timeout(PATIENCE):
        assert await process.stdout.readline() == b"reading\n"
    process.kill()
    await process.wait()

    channel = Channel()
    async with (
        asyncio.timeout(PATIENCE),
        at_work(queue, Errands(archive, read, {"chat": FolderAndChannel(tmp_path, channel)}, patience=())),
    ):
        await answered(archive)
    assert channel.messages == {request.items[0].id: a_brief()}
    assert (tmp_path / "posts").read_text().split() == ["thread", request.items[0].id]


class FolderAndChannel(ChannelCourier):
    """Goes on where the killed process left its posts in a folder."""

    def __init__(self, folder: Path, channel: Channel) -> None:
        super().__init__(channel)
        self.folder = folder

    async def announce(self, request: Request, item: Item) -> str:
        raise AssertionError("the killed process has posted the placeholder")

    async def deliver(self, request: Request, item: Item, answer: Brief | str) -> None:
        assert (self.folder / (item.message or "")).exists()
        self.channel.messages[item.id] = answer


@pytest.mark.anyio
async def test_outage_of_a_platform_is_waited_out_without_holding_up_others(archive: Archive, queue: Queue) -> None:
    channel = Channel()
    tries: list[str] = []
    down = await accept(archive)

    class Down(ChannelCourier):
        async def open(self, request: Request) -> Mapping[str, str]:
            tries.append(request.id)
            if tries.count(down.id) < 3 and request.id == down.id:
                raise DeliveryError("Chat", "it is down", lasting=False)
            return await super().open(request)

    other = await accept(archive, 2)
    async with at_work(queue, Errands(archive, read, {"chat": Down(channel)}, patience=())):
        await answered(archive)

    assert channel.closed == [other.id, down.id]
    assert tries.count(down.id) == 3


@pytest.mark.anyio
async def test_message_that_nobody_will_ever_take_ends_the_request(archive: Archive, queue: Queue) -> None:
    class Gone(ChannelCourier):
        async def open(self, request: Request) -> Mapping[str, str]:
            raise DeliveryError("Chat", "channel_not_found", lasting=True)

    await accept(archive)
    async with at_work(queue, Errands(archive, read, {"chat": Gone(Channel())}, patience=())):
        await answered(archive)


@pytest.mark.anyio
async def test_request_that_is_in_no_queue_is_put_back(url: str, archive: Archive, queue: Queue) -> None:
    """Its job died by a fault of ours, or a correction has reopened it."""
    request = await accept(archive)
    execute(url, "DELETE FROM procrastinate_jobs")
    channel = Channel()
    async with at_work(queue, Errands(archive, read, {"chat": ChannelCourier(channel)}, patience=())):
        await answered(archive)
    assert channel.closed == [request.id]


@pytest.mark.anyio
async def test_stopped_worker_lets_what_it_is_at_come_to_an_end(archive: Archive, queue: Queue) -> None:
    channel, begun, go_on = Channel(), asyncio.Event(), asyncio.Event()

    async def read_slowly(workspace: str, wanted: Wanted) -> Brief:
        begun.set()
        await go_on.wait()
        return a_brief()

    request = await accept(archive)
    task = asyncio.create_task(
        queue.work(Errands(archive, read_slowly, {"chat": ChannelCourier(channel)}, patience=()), ["chat"])
    )
    await asyncio.wait_for(begun.wait(), PATIENCE)
    task.cancel()
    asyncio.get_running_loop().call_later(0.2, go_on.set)
    await asyncio.gather(task, return_exceptions=True)

    assert channel.closed == [request.id]
    assert await archive.requests.unfinished(["chat"]) == []


@pytest.mark.anyio
async def test_what_is_not_done_when_a_worker_stops_goes_back_at_once_and_is_not_blamed(
    url: str, archive: Archive, queue: Queue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.queue.STOPPING", 0.1)
    begun = asyncio.Event()

    async def read_for_ever(workspace: str, wanted: Wanted) -> Brief:
        begun.set()
        await asyncio.Event().wait()
        raise AssertionError

    request = await accept(archive)
    async with at_work(queue, Errands(archive, read_for_ever, {"chat": ChannelCourier(Channel())}, patience=())):
        async with asyncio.timeout(PATIENCE):
            await begun.wait()

    assert execute(url, "SELECT status::text FROM procrastinate_jobs") == [("todo",)]
    assert (await archive.requests.get(request.workspace, request.id)).items[0].tries == 0


@pytest.mark.anyio
async def test_person_who_waits_is_taken_before_a_batch_and_workspaces_in_turn(
    url: str, archive: Archive, queue: Queue
) -> None:
    batch = await accept(archive, 1, links=10)
    busy = [await accept(archive, number, workspace="chat:T2") for number in (2, 3, 4)]
    person = await accept(archive, 5, workspace="chat:T3")

    async with App(connector=PsycopgConnector(conninfo=plain(url))).open_async() as app:
        takings = Takings(app.connector, 5)
        worker = await takings.register_worker()
        taken = [await takings.fetch_job(["chat"], worker) for _ in range(5)]
    first, *others = [job.queueing_lock for job in taken if job]
    assert {first, others[0]} == {busy[0].id, person.id}
    assert others[1:] == [busy[1].id, busy[2].id, batch.id]


def test_what_a_dead_process_was_at_is_taken_by_another_within_a_minute() -> None:
    pace = Pace()
    assert pace.heartbeat < pace.dead / 2  # one that comes late is not yet a death
    assert pace.dead + pace.care + POLL < 60


@pytest.mark.anyio
async def test_one_takes_as_many_as_it_has_places_for_and_gives_back_what_it_has_not_begun(
    url: str, archive: Archive, queue: Queue
) -> None:
    requests = [await accept(archive, number) for number in range(5)]
    async with App(connector=PsycopgConnector(conninfo=plain(url))).open_async() as app:
        takings = Takings(app.connector, 3)
        worker = await takings.register_worker()
        job = await takings.fetch_job(["chat"], worker)
        assert job is not None
        assert job.queueing_lock == requests[0].id
        assert _doing(url) == 3
        await takings.finish_job(job, Status.SUCCEEDED, delete_job=True)
        assert await takings.fetch_job(["chat"], worker)
        assert _doing(url) == 2
        await takings.give_back()
        assert _doing(url) == 1

    assert execute(url, "SELECT count(*) FROM procrastinate_jobs WHERE status = 'todo'") == [(3,)]


def plain(url: str) -> str:
    return url.replace("postgresql+psycopg://", "postgresql://")


def _doing(url: str) -> int:
    ((number,),) = execute(url, "SELECT count(*) FROM procrastinate_jobs WHERE status = 'doing'")
    return int(number)


@pytest.mark.parametrize("command", [["worker"], ["run", "--accept-only"]])
def test_several_processes_need_a_server(
    command: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", f"sqlite+aiosqlite:///{tmp_path}/archive.sqlite3")
    monkeypatch.setenv("DISCORD_TOKEN", "x")
    assert main(command) == WRONG
    assert "postgresql+psycopg://" in capsys.readouterr().err
