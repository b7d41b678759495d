"""The bot as an operator starts it, but for the reading: ``python -m tests.chaos_process run``, or ``worker``.

A link becomes, after a moment, a brief whose headline link is that link, so that an answer tells whose it is.
"""

from __future__ import annotations

import asyncio
import random
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import bot.desk
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


if __name__ == "__main__":
    bot.desk.open_readers = no_readers  # type: ignore[assignment]
    bot.desk.Desk.brief = brief  # type: ignore[method-assign,assignment]
    # A dead process is noticed sooner, else a test takes minutes.
    bot.queue.open_queue.__wrapped__.__defaults__ = (Pace(heartbeat=1.0, dead=4.0, care=1.0),)
    sys.exit(main())
