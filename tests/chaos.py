"""Chaos: requests pour in while processes are killed, the database falls over and Slack misbehaves.

In small a test; longer by ``python -m tests.chaos --requests 2000 --workers 4`` (PostgreSQL), and by ``python -m
tests.chaos --sqlite --kills 50``. Every request that was acknowledged must be answered in its own thread, by exactly
one message.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import sys
import tempfile
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from tests.bot_process import ROOT
from tests.postgres import Postgres, open_postgres
from tests.slack_standin import APP_TOKEN, BOT_TOKEN, Fault, Post, SlackStandIn, event_of

SEED = 7
FAULTS = (
    Fault(status=429, retry_after=1),
    Fault(status=500),
    Fault(status=503),
    Fault(cut=True),
    Fault(error="internal_error"),
)


@dataclass
class Tally:
    """What became of it all."""

    asked: int = 0
    lost: int = 0
    twice: int = 0
    wrong: int = 0
    kills: Counter[str] = field(default_factory=Counter)
    redelivered: int = 0
    outages: int = 0
    faults: int = 0
    seconds: float = 0.0

    def __str__(self) -> str:
        killed = ", ".join(f"{number} of the {name}" for name, number in sorted(self.kills.items())) or "none"
        return (
            f"{self.asked} requests in {self.seconds:.0f} s: {self.lost} lost, {self.twice} answered twice, "
            f"{self.wrong} in a wrong thread. Meanwhile: kill -9: {killed}; {self.outages} database restarts, "
            f"{self.redelivered} deliveries repeated, {self.faults} calls refused or cut by Slack."
        )


class Chaos:
    """One run."""

    def __init__(
        self, slack: SlackStandIn, folder: Path, *, postgres: Postgres | None, workers: int, kills: int
    ) -> None:
        self.slack = slack
        self.folder = folder
        self.postgres = postgres
        self.kills = kills
        self.random = random.Random(SEED)  # noqa: S311
        self.tally = Tally()
        self.processes: dict[str, asyncio.subprocess.Process] = {}
        self.commands = {"adapter": ["run"]}
        if postgres:
            self.commands = {"adapter": ["run", "--accept-only"], **{f"worker {n}": ["worker"] for n in range(workers)}}
        self.url = postgres.new_database() if postgres else f"sqlite+aiosqlite:///{folder}/desk.sqlite3"

    async def run(self, requests: int) -> Tally:
        """Have *requests* made while things break, mend them, wait for the answers, and count."""
        began = time.monotonic()
        for name in self.commands:
            await self._start(name)
        await self.slack.until(lambda: self.slack.sockets, 120)
        breaking = asyncio.create_task(self._break())
        keeping = asyncio.create_task(self._keep_alive())
        try:
            posts = await self._ask(requests)
            await breaking
            await self._answered(posts)
        finally:
            for task in (breaking, keeping):
                task.cancel()
            await asyncio.gather(breaking, keeping, return_exceptions=True)
            for process in self.processes.values():
                with suppress(ProcessLookupError):
                    process.terminate()
            await asyncio.gather(*(process.wait() for process in self.processes.values()))
        self._count(posts)
        self.tally.seconds = time.monotonic() - began
        return self.tally

    # Asking ----------------------------------------------------------------------------------------------

    async def _ask(self, requests: int) -> dict[str, Post]:
        """Post *requests* mentions, each with a link of its own; a repeated delivery here and there."""
        posts: dict[str, Post] = {}
        for number in range(requests):
            link = f"https://post.example/{number}-"
            posts[link] = self.slack.says(f"C{number % 7}", f"<@U0BOT> <{link}>")
            await self._deliver(posts[link])
            if self.random.random() < 0.1:
                self.tally.redelivered += 1
                asyncio.create_task(self._deliver(posts[link]))  # noqa: RUF006
            if self.random.random() < 0.1:
                self.slack.misbehave(
                    self.random.choice(("chat.update", "chat.postMessage")), self.random.choice(FAULTS)
                )
                self.tally.faults += 1
        self.tally.asked = requests
        return posts

    async def _deliver(self, post: Post) -> None:
        """Deliver *post* until the bot has acknowledged it, as Slack does."""
        for retry in range(1000):
            with suppress(IndexError, ConnectionError, RuntimeError):
                if await self.slack.deliver(event_of(post, "app_mention"), retry=retry) == 200:
                    return
            self.tally.redelivered += 1
            await asyncio.sleep(0.2)
        raise AssertionError("the bot does not come back")

    async def _answered(self, posts: dict[str, Post]) -> None:
        with suppress(TimeoutError):
            await self.slack.until(
                lambda: all("white_check_mark" in post.reactions for post in posts.values()), 60 + len(posts)
            )
        await asyncio.sleep(2)  # whoever answers a second time does it now

    def _count(self, posts: dict[str, Post]) -> None:
        for link, post in posts.items():
            thread = self.slack.thread(post)
            right = [answer for answer in thread if link in json.dumps(answer.blocks)]
            self.tally.lost += not right
            self.tally.twice += len(thread) > 1
            self.tally.wrong += any("post.example" in str(one.blocks) and one not in right for one in thread)

    # Breaking --------------------------------------------------------------------------------------------

    async def _break(self) -> None:
        for number in range(self.kills):
            await asyncio.sleep(self.random.uniform(0.5, 2.0))
            if self.postgres and number % 5 == 2:
                self.tally.outages += 1
                await asyncio.to_thread(self.postgres.stop)
                await asyncio.sleep(self.random.uniform(0.1, 1.0))
                await asyncio.to_thread(self.postgres.start)
                continue
            name = self.random.choice(sorted(self.processes))
            self.tally.kills[name.split()[0]] += 1
            with suppress(ProcessLookupError):
                self.processes[name].kill()

    async def _keep_alive(self) -> None:
        """Start again what has ended, as an operator's supervisor does."""
        while True:
            for name, process in list(self.processes.items()):
                if process.returncode is not None:
                    await self._start(name)
            await asyncio.sleep(0.2)

    async def _start(self, name: str) -> None:
        inherited = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "LANG"}}
        with (self.folder / "log").open("ab") as log:
            self.processes[name] = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "tests.chaos_process", *self.commands[name]),
                cwd=self.folder,
                env={
                    **inherited,
                    "PYTHONPATH": str(ROOT),
                    "DATABASE_URL": self.url,
                    "SLACK_BOT_TOKEN": BOT_TOKEN,
                    "SLACK_APP_TOKEN": APP_TOKEN,
                    "SLACK_API_URL": self.slack.api_url,
                },
                stderr=log,
            )


async def chaos(
    folder: Path, specs: Path, *, postgres: Postgres | None, requests: int, workers: int = 2, kills: int = 4
) -> Tally:
    """Run chaos in *folder*, on a new database of *postgres*, or on SQLite with one process."""
    async with SlackStandIn(specs) as slack:
        tally = await Chaos(slack, folder, postgres=postgres, workers=workers, kills=kills).run(requests)
        unexpected = [one for one in slack.violations if "was not acknowledged" not in one]
        assert unexpected == [], unexpected[:5]
    return tally


def main() -> None:
    """Run the long one, and print what became of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--requests", type=int, default=2000)
    parser.add_argument("--workers", type=int, default=4)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--sqlite", action="store_true", help="one process on a file instead")
    args = parser.parse_args()
    specs = ROOT.parent / "shared" / "specs"
    with tempfile.TemporaryDirectory() as folder:
        common = {"requests": args.requests, "workers": args.workers, "kills": args.kills}
        if args.sqlite:
            tally = asyncio.run(chaos(Path(folder), specs, postgres=None, **common))
        else:
            with open_postgres() as postgres:
                tally = asyncio.run(chaos(Path(folder), specs, postgres=postgres, **common))
    print(tally)  # noqa: T201
    sys.exit(bool(tally.lost or tally.twice or tally.wrong))


if __name__ == "__main__":
    main()
