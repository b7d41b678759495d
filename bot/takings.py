"""Jobs taken from the queue, and ended, many at a time: what they cost is the transactions."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import LiteralString, NamedTuple

from procrastinate.connector import BaseConnector
from procrastinate.exceptions import ConnectorException
from procrastinate.jobs import Job, Status
from procrastinate.manager import JobManager

from bot.archive.together import Together

# Procrastinate's own functions, called for many. They are asked one after the other until nothing is left.
TAKE: LiteralString = """
WITH RECURSIVE taken (place, job) AS (
    SELECT 1, procrastinate_fetch_job_v2(%(queues)s::varchar[], %(worker_id)s)
    UNION ALL
    SELECT place + 1, procrastinate_fetch_job_v2(%(queues)s::varchar[], %(worker_id)s)
    FROM taken WHERE (job).id IS NOT NULL AND place < %(places)s
)
SELECT (job).* FROM taken WHERE (job).id IS NOT NULL ORDER BY place
"""
END: LiteralString = """
SELECT procrastinate_finish_job_v1(id, status, gone)
FROM unnest(%(ids)s::bigint[], %(statuses)s::procrastinate_job_status[], %(gone)s::boolean[]) AS ended(id, status, gone)
"""


class _Ended(NamedTuple):
    id: int
    status: Status
    gone: bool


class Takings(JobManager):
    """What one worker takes: as many jobs at once as it has places for, and never more."""

    def __init__(self, connector: BaseConnector, places: int) -> None:
        super().__init__(connector)
        self._places = places
        self._at: set[int | None] = set()  # taken, and not ended
        self._next: deque[Job] = deque()  # of these, not begun
        self._end = Together[_Ended, None](self._end_all)

    async def fetch_job(self, queues: Iterable[str] | None, worker_id: int) -> Job | None:
        """Return the next job, of those that were taken together if one of them is left."""
        if not self._next:
            places = max(1, self._places - len(self._at))
            rows = await self.connector.execute_query_all_async(TAKE, queues=queues, worker_id=worker_id, places=places)
            self._next.extend(Job.from_row(row) for row in rows)
            self._at.update(job.id for job in self._next)
        return self._next.popleft() if self._next else None

    async def finish_job_by_id_async(self, job_id: int, status: Status, delete_job: bool) -> None:
        """End a job, in one transaction with others that end at the same time."""
        self._at.discard(job_id)
        await self._end(_Ended(job_id, status, delete_job))

    async def retry_job_by_id_async(
        self,
        job_id: int,
        retry_at: datetime,
        priority: int | None = None,
        queue: str | None = None,
        lock: str | None = None,
    ) -> None:
        """Leave a job for later."""
        self._at.discard(job_id)
        await super().retry_job_by_id_async(job_id, retry_at, priority, queue, lock)

    async def give_back(self) -> None:
        """Put back what was taken and not begun; where that fails, others notice that nobody is at it."""
        while self._next:
            await self.retry_job(self._next.popleft())

    async def _end_all(self, ended: Sequence[_Ended]) -> list[ConnectorException | None]:
        ids, statuses, gone = zip(*((one.id, one.status.value, one.gone) for one in ended), strict=True)
        await self.connector.execute_query_async(END, ids=[*ids], statuses=[*statuses], gone=[*gone])
        return [None] * len(ended)
