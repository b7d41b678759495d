"""The bounded child processes in which pages are extracted and articles are read.

Both are pure CPU work on text that strangers wrote, so neither runs in the process that talks to the
platforms: a child that takes too long or too much memory is ended, and costs one request.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import resource
import sys
from collections.abc import AsyncIterator, Callable
from concurrent.futures import TimeoutError as FutureTimeout
from contextlib import asynccontextmanager
from typing import TypeVar

from pebble import ProcessExpired, ProcessPool

from bot.analyse.pipeline import Pipeline, load_pipeline
from bot.errors import ReadingCrashed, ReadingTimeout
from bot.extract.extract import extract, extract_text
from bot.models import Analysis, Article, Page

Result = TypeVar("Result")

_pipeline: Pipeline | None = None  # one in each child, set once by _start_child


@asynccontextmanager
async def open_readers(model: str, *, processes: int, timeout: float, memory_mb: int) -> AsyncIterator[Readers]:
    """Start *processes* children that have the spaCy pipeline *model* loaded.

    Args:
        model: an installed spaCy pipeline.
        processes: how many articles are read side by side.
        timeout: seconds that one extraction or one reading may take.
        memory_mb: megabytes of address space a child may use. Not bounded on macOS, whose kernel ignores it.

    """
    pool = ProcessPool(
        max_workers=processes,
        initializer=_start_child,
        initargs=(model, memory_mb),
        context=multiprocessing.get_context("spawn"),  # fork would copy open sockets and locks
    )
    try:
        yield Readers(pool, timeout)
    finally:
        pool.stop()
        await asyncio.to_thread(pool.join)


class Readers:
    """The children, as awaitable functions."""

    def __init__(self, pool: ProcessPool, timeout: float) -> None:
        self._pool = pool
        self._timeout = timeout

    async def extract(self, page: Page) -> Article:
        """Find the article on *page*.

        Raises:
            Refusal: there is none, or it must not be summed up.
            ReadingError: the child did not come to an end.

        """
        return await self._run(extract, page)

    async def extract_text(self, text: str) -> Article:
        """Take pasted *text* for an article; raises like ``extract``."""
        return await self._run(extract_text, text)

    async def analyse(self, article: Article) -> Analysis:
        """Read *article*; raises ``ReadingError`` where the child did not come to an end."""
        return await self._run(_analyse, article)

    async def _run(self, function: Callable[..., Result], argument: object) -> Result:
        future = self._pool.schedule(function, args=(argument,), timeout=self._timeout)
        try:
            return await asyncio.wrap_future(future)
        except FutureTimeout:
            raise ReadingTimeout(self._timeout) from None
        except (ProcessExpired, MemoryError) as error:
            raise ReadingCrashed from error


def _start_child(model: str, memory_mb: int) -> None:
    global _pipeline
    if sys.platform == "linux":
        limit = memory_mb * 1024 * 1024
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    _pipeline = load_pipeline(model)


def _analyse(article: Article) -> Analysis:
    assert _pipeline is not None  # noqa: S101 - the pool runs _start_child first
    return _pipeline.analyse(article)
