"""A process that answers what waits until it is killed: ``python -m tests.queue_process URL FOLDER [hang|die]``.

To hang is to begin to read, say so, and read for ever. To die is to do so, by a signal, as soon as POISON is read.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from pathlib import Path

from bot.archive.archive import open_archive
from bot.brief import Brief
from bot.errands import Errands
from bot.jobs import Worker
from bot.models import Wanted
from bot.queue import Pace, open_queue
from tests.desk_process import FolderCourier, Moments
from tests.fakes import a_brief

QUICK = Pace(heartbeat=0.3, dead=1.5, care=0.3)
POISON = "https://post.example/poison"
LONG = 0.3
"""Seconds that whatever else is read takes, so that it is being read when the process dies."""


async def main(url: str, folder: Path, way: str = "") -> None:
    """Answer into *folder*, from the queue where there is one."""

    async def read(workspace: str, wanted: Wanted) -> Brief:
        if way == "hang":
            print("reading", flush=True)  # noqa: T201
            await asyncio.Event().wait()
        if way == "die":
            await asyncio.sleep(LONG / 2 if wanted.link == POISON else LONG)
            if wanted.link == POISON:
                os.kill(os.getpid(), signal.SIGKILL)
        return a_brief()

    async with open_archive(url) as archive:
        errands = Errands(archive, read, {"chat": FolderCourier(folder, Moments("never"))}, patience=())
        if url.startswith("sqlite"):
            await Worker(archive, errands, ["chat"]).run()
        else:
            async with open_queue(url, QUICK) as queue:
                await queue.work(errands, ["chat"])


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], Path(sys.argv[2]), *sys.argv[3:]))
