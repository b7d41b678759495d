"""Who carries out a request where there are several machines: Procrastinate, a task queue in the same PostgreSQL.

A request is put into the queue in the transaction that stores it. Any number of processes take requests from it; each
beats, and what one was at that beats no more goes to another. The requests table stays the truth: what is owed and
stands in no queue (its job died by a fault, or it was reopened by a correction) is put back.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Collection, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime

from procrastinate import App, BaseRetryStrategy, PsycopgConnector, RetryDecision
from procrastinate.exceptions import AlreadyEnqueued, ConnectorException, JobAborted
from procrastinate.jobs import Job
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.archive.requests import Due, Waiting
from bot.errands import Errands
from bot.errors import ArchiveUnavailable, DeliveryError, RequestNotFound
from bot.jobs import ABREAST
from bot.takings import Takings

log = logging.getLogger(__name__)

TASK = "answer"


@dataclass(frozen=True, slots=True)
class Pace:
    """How soon a dead process is noticed: with these seconds, within half a minute."""

    heartbeat: float = 5.0  # between two signs of life
    dead: float = 20.0  # without one, after which what a process was at goes to another
    care: float = 10.0  # between two looks for what died, or is in no queue


POLL = 1.0
"""Seconds between two looks for jobs of which nobody was told."""

STOPPING = 8.0
"""Seconds that requests have to come to an end when a process is stopped; Docker waits 10 before it kills."""

LONGEST = 600.0
"""Seconds between two tries at most."""

EPOCH = datetime(2026, 1, 1, tzinfo=UTC)
"""Procrastinate's priorities are integers of 32 bits: seconds from here, negated, do until 2094."""

LOST = """
SELECT workspace, id, adapter, turn FROM requests
WHERE finished_at IS NULL AND adapter = ANY(%(adapters)s) AND NOT EXISTS (
    SELECT 1 FROM procrastinate_jobs AS job WHERE job.queueing_lock = requests.id AND job.status IN ('todo', 'doing')
)
ORDER BY turn LIMIT 1000
"""


@asynccontextmanager
async def open_queue(url: str, pace: Pace = Pace()) -> AsyncIterator[Queue]:
    """Open the queue in the database at *url*, where the archive is, and make its tables if they are missing."""
    app = App(connector=PsycopgConnector(conninfo=url.replace("postgresql+psycopg://", "postgresql://"), max_size=10))
    try:
        async with app.open_async():
            await _make_tables(app)
            yield Queue(app, pace)
    except ConnectorException as error:
        raise ArchiveUnavailable from error


async def _make_tables(app: App) -> None:
    if not await app.check_connection_async():
        try:
            await app.schema_manager.apply_schema_async()
        except ConnectorException:  # another process has just made them
            if not await app.check_connection_async():
                raise


class Queue:
    """Requests in the order of their turns; one queue for each adapter."""

    def __init__(self, app: App, pace: Pace) -> None:
        self._app = app
        self._pace = pace

    async def put(self, connection: AsyncConnection, waiting: Sequence[Waiting]) -> None:
        """Put requests into the queue, in the transaction of *connection*: with the requests, or not at all."""
        raw = (await connection.get_raw_connection()).driver_connection
        try:
            await self._app.job_manager.batch_defer_jobs_async([_job(one) for one in waiting], connection=raw)
        except ConnectorException as error:
            raise ArchiveUnavailable from error

    async def work(self, errands: Errands, adapters: Collection[str]) -> None:
        """Have *errands* see to what waits for *adapters*, many at once, until cancelled.

        When the process is stopped, what is being answered has ``STOPPING`` seconds; the rest goes back into the queue.
        """

        async def answer(workspace: str, request_id: str) -> None:
            with suppress(RequestNotFound):  # forgotten meanwhile
                await errands.see_to(Due(workspace, request_id))

        self._app.tasks.pop(TASK, None)
        self._app.task(name=TASK, retry=Patience())(answer)
        async with asyncio.TaskGroup() as group:
            group.create_task(self._care(adapters))
            while True:
                try:
                    await self._take(adapters)
                except ConnectorException as error:
                    log.error("the queue cannot be reached: %s", error.__cause__ or error)
                await asyncio.sleep(self._pace.care)  # it ended by itself: the database went away

    async def _take(self, adapters: Collection[str]) -> None:
        self._app.job_manager = takings = Takings(self._app.connector, ABREAST)
        try:
            await self._app.run_worker_async(
                queues=list(adapters),
                concurrency=ABREAST,
                fetch_job_polling_interval=POLL,
                shutdown_graceful_timeout=STOPPING,
                delete_jobs="always",
                install_signal_handlers=False,
                update_heartbeat_interval=self._pace.heartbeat,
                stalled_worker_timeout=self._pace.dead,
            )
        finally:
            with suppress(ConnectorException):  # then whoever cares for the queue finds that nobody is at it
                await takings.give_back()

    async def _care(self, adapters: Collection[str]) -> None:
        """Give what a dead process was at to others, and put back what is owed and in no queue."""
        manager = self._app.job_manager
        while True:
            try:
                for job in await manager.get_stalled_jobs(seconds_since_heartbeat=self._pace.dead):
                    log.warning("request %s was being answered by a process that is dead", job.queueing_lock)
                    await manager.retry_job(job)
                lost = await self._app.connector.execute_query_all_async(LOST, adapters=list(adapters))
                for row in lost:
                    with suppress(AlreadyEnqueued):  # somebody else looks after it as well
                        await manager.defer_job_async(_job(Waiting(**row)))
            except (ConnectorException, ArchiveUnavailable) as error:
                log.error("the queue cannot be looked after: %s", error)
            await asyncio.sleep(self._pace.care)


def _job(waiting: Waiting) -> Job:
    return Job(
        queue=waiting.adapter,
        priority=-round((waiting.turn - EPOCH).total_seconds()),
        lock=None,
        queueing_lock=waiting.id,
        task_name=TASK,
        task_kwargs={"workspace": waiting.workspace, "request_id": waiting.id},
    )


class Patience(BaseRetryStrategy):
    """Tries again what may pass: at once after a stop of the process, else after longer and longer pauses."""

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:
        """Return when; None for a fault of ours, which is logged and begun again when somebody looks after it."""
        if isinstance(exception, (asyncio.CancelledError, JobAborted)):
            return RetryDecision(retry_in={"seconds": 0})
        if isinstance(exception, (DeliveryError, ArchiveUnavailable)):
            return RetryDecision(retry_in={"seconds": round(min(LONGEST, 2.0 ** min(job.attempts, 20)))})
        return None
