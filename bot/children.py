"""Child processes that carry out one function call at a time, within bounds of time and memory.

Each child has a pipe of its own and shares no lock, so that none can hang or harm the others, however it ends.
"""

from __future__ import annotations

import asyncio
import logging
import os
import pickle
import signal
import sys
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress
from multiprocessing import get_context, parent_process
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from pathlib import Path
from threading import Thread
from typing import Any, TypeVar

from bot.errors import BotError, ReadingCrashed, ReadingTimeout, SettingsError
from bot.faults import ChildsFault, told
from bot.lean import give_back

log = logging.getLogger(__name__)
Result = TypeVar("Result")

START_TIMEOUT = 180.0
"""Seconds that a child may take to get ready. A guess: a trained model from a slow disk, on a busy machine."""

CALLS = 20
"""Calls after which a child gives free memory back: some ten articles, which take seconds, for a few milliseconds. It
keeps a reading process a tenth smaller, and flat (``python -m benchmarks.leak``)."""

SPAWN = get_context("spawn")  # fork would copy open sockets and locks


@asynccontextmanager
async def open_children(
    prepare: Callable[[], None], *, processes: int, timeout: float, memory_mb: int
) -> AsyncIterator[Children]:
    """Start *processes* children, each of which calls *prepare* first; ``get_ready`` waits for that.

    Args:
        prepare: called once in each child; it and whatever is called later must be importable there.
        processes: how many calls run side by side; further ones wait.
        timeout: seconds that one call may take, waiting not counted.
        memory_mb: megabytes of address space a child may use. Not bounded on macOS, whose kernel ignores it.

    """
    children = Children([_Child(prepare, timeout, memory_mb) for _ in range(processes)])
    try:
        yield children
    finally:
        children.close()


class Children:
    """The child processes, behind one awaitable call."""

    def __init__(self, children: list[_Child]) -> None:
        self._children = children
        self._idle: asyncio.Queue[_Child] = asyncio.Queue()
        self._threads = ThreadPoolExecutor(len(children), "child")  # each waits at one child's pipe
        for child in children:
            self._idle.put_nowait(child)

    async def get_ready(self) -> None:
        """Wait until every child can be called.

        Raises:
            SettingsError: one cannot be got ready.
        """
        loop = asyncio.get_running_loop()
        await asyncio.gather(*(loop.run_in_executor(self._threads, child.get_ready) for child in self._children))

    async def run(self, function: Callable[[Any], Result], argument: object) -> Result:
        """Return ``function(argument)``, called in a child that has nothing else to do.

        Raises:
            ReadingTimeout: it took too long, and the child was ended.
            ReadingCrashed: the child died of it, or had not enough memory.
            Exception: what the function raised.
        """
        child = await self._idle.get()
        call: asyncio.Future[Result] = asyncio.get_running_loop().run_in_executor(
            self._threads, child.call, function, argument
        )
        call.add_done_callback(lambda _: self._idle.put_nowait(child))
        try:
            await asyncio.wait([call])
        except asyncio.CancelledError:
            child.abandon()
            await asyncio.wait([call])  # at once, with an error that nobody waits for
            call.exception()
            raise
        return call.result()

    def close(self) -> None:
        """End all children, also in the middle of a call."""
        for child in self._children:
            child.close()
        self._threads.shutdown()  # their calls come back at once
        for child in self._children:
            child.close()  # also one that was started anew in the meantime


class _Child:
    """One child process and the pipe to it, for one thread at a time; ``abandon`` and ``close`` from any."""

    _pipe: Connection
    _process: SpawnProcess
    _ready: bool
    _used: bool

    def __init__(self, prepare: Callable[[], None], timeout: float, memory_mb: int) -> None:
        self._prepare = prepare
        self._timeout = timeout
        self._memory_mb = memory_mb
        self._abandoned = False
        self._closed = False
        self._start()

    def call(self, function: Callable[[Any], Any], argument: object) -> Any:
        """Return ``function(argument)``; raises like ``Children.run``."""
        self._abandoned = False
        was_used = self._used
        try:
            return self._call(function, argument)
        except ReadingCrashed:
            # A child that has read before may have died of what it kept: memory grows with every new word.
            if not was_used or self._abandoned or self._closed:
                raise
            return self._call(function, argument)

    def get_ready(self) -> None:
        """Wait until the child has prepared itself; raises ``SettingsError``."""
        if self._ready:
            return
        try:
            if not self._pipe.poll(START_TIMEOUT):
                raise SettingsError(f"A reading process was not ready after {START_TIMEOUT:g} seconds.")
            error = self._pipe.recv()
        except (EOFError, OSError) as ended:
            error = ended
        if isinstance(error, SettingsError):
            raise error
        if error:
            raise SettingsError(
                "A reading process could not get ready; the log says why. "
                f"READING_MEMORY_MB is {self._memory_mb}, which may be too little."
            ) from error
        self._ready = True

    def abandon(self) -> None:
        """End the call that is under way."""
        self._abandoned = True
        self._process.kill()

    def close(self) -> None:
        """End the process for good."""
        self._closed = True
        self._process.kill()
        self._process.join()

    def _call(self, function: Callable[[Any], Any], argument: object) -> Any:
        try:
            self.get_ready()
            self._used = True
            self._pipe.send((function, argument))
            if not self._pipe.poll(self._timeout):
                raise ReadingTimeout(self._timeout)
            worked, result = self._pipe.recv()
        except ReadingTimeout:
            self._replace()
            raise
        except (EOFError, OSError, SettingsError) as error:
            self._replace()
            raise ReadingCrashed from error
        if not worked:
            raise result
        return result

    def _start(self) -> None:
        self._ready = self._used = False
        self._pipe, far = SPAWN.Pipe()
        self._process = SPAWN.Process(
            target=_serve, args=(far, self._prepare, self._memory_mb), name="nutgraf-reader", daemon=True
        )
        self._process.start()
        far.close()  # the child holds the other end alone, so that its death is seen

    def _replace(self) -> None:
        self._process.kill()
        self._process.join()
        self._pipe.close()
        if not self._closed:
            if not self._abandoned:
                log.warning("a reading process ended (exit code %s); another takes its place", self._process.exitcode)
            self._start()


# In the child ---------------------------------------------------------------------------------------------


def _serve(pipe: Connection, prepare: Callable[[], None], memory_mb: int) -> None:
    """Answer calls until the pipe closes."""
    # Ctrl-C and a service manager's stop reach the whole group; only the parent decides when a child ends.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    Thread(target=_end_with_parent, daemon=True).start()
    _bound(memory_mb)
    logging.getLogger().addHandler(logging.NullHandler())  # libraries tell what they read; what matters is raised
    worked, error = _outcome(lambda _: prepare(), None)
    with suppress(EOFError, BrokenPipeError):  # the parent has gone
        pipe.send(None if worked else error)
        while worked:
            for _ in range(CALLS):
                function, argument = pipe.recv()
                pipe.send(_outcome(function, argument))
            give_back()  # after the answer, so that nobody waits for it


def _outcome(function: Callable[[Any], Any], argument: Any) -> tuple[bool, Any]:
    """Return whether the call worked, and what it returned or raised, as something that can be sent."""
    try:
        return True, function(argument)
    except MemoryError as error:
        sys.stderr.write(told(error) + "\n")
        os._exit(1)  # what was allocated may never be given back
    except RecursionError as error:
        sys.stderr.write(told(error) + "\n")
        return False, ReadingCrashed()
    except Exception as error:  # noqa: BLE001 - it belongs to whoever called, in the parent
        return False, _sendable(error)


def _sendable(error: Exception) -> Exception:
    if isinstance(error, BotError):
        return error
    fault = ChildsFault(told(error))
    error.add_note(fault)
    try:
        pickle.loads(pickle.dumps(error))  # noqa: S301 - our own bytes
    except Exception:  # noqa: BLE001 - not every library's errors survive this, and each fails in its own way
        stranger = RuntimeError(type(error).__qualname__)
        stranger.add_note(fault)
        return stranger
    return error


def _bound(memory_mb: int) -> None:
    if sys.platform != "linux":
        return
    import resource

    limit = memory_mb * 1024 * 1024
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    # One thread a child: each would reserve address space, and as many children read as there are cores.
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ.setdefault(name, "1")
    with suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("1000")  # memory runs out: this process goes, not the bot


def _end_with_parent() -> None:
    parent = parent_process()
    if parent:
        parent.join()
    os._exit(1)
