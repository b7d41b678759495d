"""How many requests a second go through PostgreSQL when nothing is read: ``python -m benchmarks.dispatch``.

Starts a PostgreSQL (as it is installed: writes reach the disk), one process that accepts and some that answer, in which
page, reading and platform take no time. Prints requests a second, and at half of that how long one waits for its turn.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import statistics
import sys
import time
from collections.abc import Mapping
from datetime import datetime

from bot.answers import Compared
from bot.archive.archive import Archive, open_archive
from bot.brief import Brief
from bot.errands import Errands
from bot.models import Ask, Item, Request, Wanted
from bot.queue import open_queue
from tests.fakes import a_brief
from tests.postgres import open_postgres
from tests.raw import execute

BRIEF = a_brief()
WORKSPACES = 50
ACCEPTING = 16
"""Requests that are accepted side by side."""


class NoCourier:
    """Takes no time, and keeps in the place when it was called."""

    async def open(self, request: Request) -> Mapping[str, str]:
        """Keep when a request's turn came."""
        return {**request.place, "opened": str(time.time())}

    def thread(self, request: Request) -> str:
        """Return that there is none."""
        return request.thread

    async def announce(self, request: Request, item: Item) -> str:
        """Post nothing."""
        return item.id

    async def deliver(self, request: Request, item: Item, answer: Brief | str) -> None:
        """Deliver nothing."""

    async def remark(self, request: Request, compared: Compared) -> str:
        """Say nothing."""
        return ""

    async def withdraw(self, request: Request, message: str) -> None:
        """Delete nothing."""

    async def close(self, request: Request) -> None:
        """Show nothing."""


async def read(workspace: str, wanted: Wanted) -> Brief:
    """Read nothing."""
    return BRIEF


async def work(url: str) -> None:
    """Answer from the queue until killed."""
    async with open_archive(url) as archive, open_queue(url) as queue:
        print("ready", flush=True)
        await queue.work(Errands(archive, read, {"none": NoCourier()}, patience=()), ["none"])


async def accept(archive: Archive, numbers: range, rate: float | None) -> None:
    """Accept a request for each number, *rate* a second or as many as go."""
    waiting = iter(numbers)
    began = time.monotonic()

    async def one_by_one() -> None:
        for number in waiting:
            if rate:
                await asyncio.sleep(max(0.0, began + (number - numbers.start) / rate - time.monotonic()))
            wanted = (Wanted(link=f"https://post.example/{number}"),)
            await archive.requests.accept(Ask(f"none:{number % WORKSPACES}", "none", str(number), "U1", {}, wanted))

    await asyncio.gather(*(one_by_one() for _ in range(ACCEPTING)))


async def measure(archive: Archive, url: str, numbers: range, rate: float | None) -> tuple[float, list[float]]:
    """Return requests a second from the first accepted to the last finished, and the seconds each waited, sorted."""
    began = time.monotonic()
    await accept(archive, numbers, rate)
    while await archive.requests.unfinished(["none"], limit=1):  # noqa: ASYNC110 - a database tells nobody
        await asyncio.sleep(0.02)
    seconds = time.monotonic() - began
    rows = execute(url, "SELECT accepted_at, place FROM requests ORDER BY accepted_at DESC LIMIT ?", (len(numbers),))
    waits = sorted(float(_place(place)["opened"]) - _stamp(accepted) for accepted, place in rows)
    return len(numbers) / seconds, waits


def _commits(url: str) -> int:
    """Return how many transactions the database has seen; it counts them with a second's delay."""
    time.sleep(1.5)
    ((commits,),) = execute(url, "SELECT xact_commit FROM pg_stat_database WHERE datname = current_database()")
    return int(commits)


def _place(place: object) -> dict[str, str]:
    return dict(json.loads(place) if isinstance(place, str) else place)  # type: ignore[call-overload,no-any-return]


def _stamp(accepted: datetime) -> float:
    return accepted.timestamp()


async def main(requests: int, processes: int) -> None:
    """Run it all and print the figures."""
    with open_postgres(durable=True) as postgres:
        url = postgres.new_database()
        async with open_archive(url) as archive, open_queue(url) as queue:
            archive.requests.put = queue.put
            command = (sys.executable, "-m", "benchmarks.dispatch", "--work", url)
            workers = [
                await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE) for _ in range(processes)
            ]
            for worker in workers:
                await worker.stdout.readline()  # type: ignore[union-attr] # it is piped
            try:
                await measure(archive, url, range(100), None)  # warm
                before = _commits(url)
                most, _ = await measure(archive, url, range(100, 100 + requests), None)
                commits = _commits(url) - before
                half = range(100 + requests, 100 + 2 * requests)
                rate, waits = await measure(archive, url, half, most / 2)
            finally:
                for worker in workers:
                    worker.kill()
                    await worker.wait()
    p95 = statistics.quantiles(waits, n=100)[94]
    print(f"{requests} requests of {WORKSPACES} workspaces, 1 process accepting, {processes} answering:")
    print(f"  {most:.0f} requests a second from accepting to finished, {commits / requests:.0f} transactions each")
    print(f"  at {rate:.0f} a second, one waits {statistics.median(waits) * 1000:.0f} ms (p95 {p95 * 1000:.0f} ms)")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--requests", type=int, default=2000)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--work", metavar="URL", help="answer from the queue there, until killed")
    arguments = parser.parse_args()
    asyncio.run(work(arguments.work) if arguments.work else main(arguments.requests, arguments.processes))
