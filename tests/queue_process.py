"""A process that answers from the queue until it is killed: ``python -m tests.queue_process URL FOLDER [hang]``."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from bot.archive.archive import open_archive
from bot.brief import Brief
from bot.jobs import Worker
from bot.models import Wanted
from bot.queue import Pace, open_queue
from tests.desk_process import FolderCourier, Moments
from tests.fakes import a_brief

QUICK = Pace(heartbeat=0.3, dead=1.5, care=0.3)


async def main(url: str, folder: Path, *, hang: bool) -> None:
    """Answer into *folder*; or begin to read, say so, and read for ever."""

    async def read(workspace: str, wanted: Wanted) -> Brief:
        if hang:
            print("reading", flush=True)  # noqa: T201
            await asyncio.Event().wait()
        return a_brief()

    async with open_archive(url) as archive, open_queue(url, QUICK) as queue:
        worker = Worker(archive, read, {"chat": FolderCourier(folder, Moments("never"))}, patience=())
        await queue.work(worker, ["chat"])


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], Path(sys.argv[2]), hang="hang" in sys.argv))
