"""One run: requests pour in while processes are killed, the database falls over and the platforms misbehave."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Callable, Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.ext.asyncio import create_async_engine

from bot.archive.tables import items, requests
from tests.chaos.discord import DiscordPeople
from tests.chaos.processes import Processes
from tests.chaos.slack import SlackPeople
from tests.chaos.tally import Tally
from tests.discord_standin import open_standin
from tests.postgres import Postgres
from tests.slack_standin import SlackStandIn

AT_ONCE = 8
"""People of one platform who ask at the same time."""

IN_FLIGHT = 80
"""Requests without an answer at most, so that what is broken is broken from the first request to the last."""

START = 120.0
STALLED = 150.0
"""Seconds in which something must be answered. What does not get through rests for a minute before another try."""

NO_LIMIT = "1000000"
"""Articles in an hour: more than are asked for, but counted, as they are for any newsroom."""

LOOK = 0.5
"""Seconds between two looks at what is answered."""


@dataclass(frozen=True)
class Plan:
    """How much there is to be of it."""

    requests: int
    workers: int
    kills: int  # of processes, and every fifth time of the database server
    seed: int = 7


class Unanswered(AssertionError):
    """Somebody waits for an answer that does not come; says all that can be known of why."""


class Chaos:
    """One run."""

    def __init__(
        self, folder: Path, plan: Plan, slack: SlackPeople, discord: DiscordPeople, postgres: Postgres | None
    ) -> None:
        self.plan = plan
        self.postgres = postgres
        self.people: dict[str, SlackPeople | DiscordPeople] = {"Slack": slack, "Discord": discord}
        self.tally = Tally()
        self.url = postgres.new_database() if postgres else f"sqlite+aiosqlite:///{folder}/desk.sqlite3"
        commands = {"adapter": ["run"]}
        if postgres:
            commands = {"adapter": ["run", "--accept-only"]}
            commands |= {f"worker {number}": ["worker"] for number in range(plan.workers)}
        settings = {"DATABASE_URL": self.url, "WEB": "no", "LIMIT_PER_PERSON": NO_LIMIT, "LIMIT_PER_CHANNEL": NO_LIMIT}
        self.processes = Processes(commands, folder, {**settings, **slack.settings, **discord.settings})
        self._chance = random.Random(plan.seed)  # noqa: S311
        self._discord = discord
        self._unanswered: list[str] = []
        self._asked = 0

    async def run(self) -> Tally:
        """Have all requests made while things break, mend them, wait for the answers, and count."""
        began = time.monotonic()
        await self.processes.start()
        try:
            async with asyncio.TaskGroup() as group:  # if one of these fails, so does the run
                living = [
                    group.create_task(self.processes.keep_alive()),
                    group.create_task(self._discord.live()),
                    group.create_task(self._watch()),
                ]
                async with asyncio.timeout(START):
                    await _until(lambda: all(one.is_heard() for one in self.people.values()))
                breaking = group.create_task(self._break())
                async with asyncio.TaskGroup() as askers:
                    for one in self.people.values():
                        numbers = iter(range(self.plan.requests // len(self.people)))
                        for _ in range(AT_ONCE):
                            askers.create_task(self._ask(one, numbers))
                await breaking
                while self._unanswered or await self._owed():  # noqa: ASYNC110 - the table tells nobody
                    await asyncio.sleep(LOOK)
                await asyncio.sleep(2)  # whoever answers a second time does it now
                for task in living:
                    task.cancel()
        finally:
            await self.processes.stop()
        self.tally.outcomes = {platform: one.count() for platform, one in self.people.items()}
        self.tally.kills, self.tally.ended = self.processes.kills, self.processes.ended
        self.tally.seconds = time.monotonic() - began
        return self.tally

    async def _ask(self, people: SlackPeople | DiscordPeople, numbers: Iterator[int]) -> None:
        for number in numbers:
            await _until(lambda: len(self._unanswered) <= IN_FLIGHT)
            await people.ask(number)
            self._asked += 1

    async def _watch(self) -> None:
        """Look what is answered, and complain where that stays the same for too long."""
        since, before = time.monotonic(), (0, 0)
        while True:
            self._unanswered = [link for one in self.people.values() for link in one.unanswered()]
            now = (self._asked, len(self._unanswered))
            if now != before:
                since, before = time.monotonic(), now
            elif self._asked and time.monotonic() - since > STALLED:
                raise Unanswered(await self._explain())
            await asyncio.sleep(LOOK)

    async def _break(self) -> None:
        """Kill and stop things, evenly over all that is answered."""
        moments = sorted(self._chance.randrange(self.plan.requests) for _ in range(self.plan.kills))
        names = [*self.processes.names, "adapter"]  # there is only one of it
        for number, moment in enumerate(moments):
            await _until(partial(self._is_past, moment))
            await asyncio.sleep(self._chance.uniform(0, 1))
            if self.postgres and number % 5 == 2:
                self.tally.outages += 1
                await asyncio.to_thread(self.postgres.stop)
                await asyncio.sleep(self._chance.uniform(0.1, 1.0))
                await asyncio.to_thread(self.postgres.start)
            else:
                await self.processes.kill(self._chance.choice(names))

    def _is_past(self, moment: int) -> bool:
        return self._asked - len(self._unanswered) >= moment

    # The database ----------------------------------------------------------------------------------------

    async def _owed(self) -> list[str]:
        """Return the requests that the table says are not answered."""
        engine = create_async_engine(self.url)
        try:
            async with engine.connect() as connection:
                owed = select(requests, items).join(items, items.c.request == requests.c.id, isouter=True)
                rows = await connection.execute(owed.where(requests.c.finished_at.is_(None)))
                return [str(dict(row)) for row in rows.mappings()]
        finally:
            await engine.dispose()

    async def _explain(self) -> str:
        seen = [f"{link}: {one.seen_of(link)}" for one in self.people.values() for link in one.unanswered()]
        return "\n".join(
            [
                f"{len(self._unanswered)} of {self._asked} requests wait, and nothing happens any more.",
                *seen,
                *await self._owed(),
                await self.processes.tell_where(),
            ]
        )


async def _until(holds: Callable[[], bool]) -> None:
    while not holds():  # noqa: ASYNC110 - what is looked at tells nobody
        await asyncio.sleep(LOOK)


async def chaos(folder: Path, specs: Path, plan: Plan, postgres: Postgres | None) -> Tally:
    """Have requests made in Slack and Discord while processes die, the database falls over and calls are refused.

    On a new database of *postgres*, with workers; or on SQLite, with one process. Raises ``Unanswered``.
    """
    async with AsyncExitStack() as stack:
        chance = random.Random(plan.seed)  # noqa: S311
        slack = SlackPeople(await stack.enter_async_context(SlackStandIn(specs)), chance)
        discord = DiscordPeople(await stack.enter_async_context(open_standin(specs)), chance)
        tally = await Chaos(folder, plan, slack, discord, postgres).run()
        complaints = [*slack.complaints(), *discord.complaints()]
        assert complaints == [], complaints[:5]
    return tally
