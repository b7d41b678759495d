"""The bot as an operator starts it, but for the reading: ``python -m tests.chaos.process run``, or ``worker``.

A link becomes, after a moment, a brief whose headline link is that link, so that an answer tells whose it is. SIGUSR1
makes it write where each of its tasks and threads stands.
"""

from __future__ import annotations

import asyncio
import faulthandler
import random
import signal
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from types import FrameType
from typing import Any

import bot.desk
import bot.opening
import bot.queue
from adapters.__main__ import main
from bot.brief import Brief, write_brief
from bot.queue import Pace
from tests.fakes import an_analysis, an_article

LONGEST = 0.2
"""Seconds that a reading takes at most."""


class NoReaders:
    """Reads nothing, and is ready for it at once."""

    async def get_ready(self) -> None:
        """Load nothing."""


@asynccontextmanager
async def no_readers(*_: Any, **__: Any) -> AsyncIterator[NoReaders]:
    """Start no processes."""
    yield NoReaders()


async def brief(_desk: object, url: str, **_: object) -> Brief:
    """Take a moment, as reading does, and write the brief of a story at *url*."""
    await asyncio.sleep(random.uniform(0, LONGEST))  # noqa: S311
    return write_brief(replace(an_article(), url=url, canonical_url=url), an_analysis())


def tell_where(*_: object) -> None:
    """Write where each task stands; the threads follow, also where the event loop does not go round."""
    for task in asyncio.all_tasks():
        places = " < ".join(
            f"{frame.f_code.co_filename.rpartition('/')[2]}:{frame.f_lineno} {frame.f_code.co_name}"
            for frame in _frames(task.get_coro())
        )
        sys.stderr.write(f"{task.get_name()}: {places or task.get_coro()}\n")
    sys.stderr.flush()


def _frames(waiting: Any) -> Iterator[FrameType]:
    """Return where a coroutine stands, and what it waits for, and so on."""
    while waiting is not None:
        kind = next((kind for kind in ("cr", "gi", "ag") if hasattr(waiting, f"{kind}_frame")), None)
        if kind is None:
            return
        if frame := getattr(waiting, f"{kind}_frame"):
            yield frame
        waiting = getattr(waiting, "gi_yieldfrom" if kind == "gi" else f"{kind}_await")


if __name__ == "__main__":
    signal.signal(signal.SIGUSR1, tell_where)
    faulthandler.register(signal.SIGUSR1, chain=True)
    bot.opening.open_readers = no_readers  # type: ignore[assignment]
    bot.desk.Desk.brief = brief  # type: ignore[method-assign,assignment]
    # A dead process is noticed sooner, else a test takes minutes.
    bot.queue.open_queue.__wrapped__.__defaults__ = (Pace(heartbeat=1.0, dead=4.0, care=1.0),)
    sys.exit(main())
