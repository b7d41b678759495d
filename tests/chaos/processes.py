"""The processes of one bot under a supervisor that starts again what has ended."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from tests.bot_process import ROOT

AT_ONCE = 0.2
"""Seconds between two looks for what has ended."""


class Processes:
    """What runs, by name; what it says stands in one log."""

    def __init__(self, commands: Mapping[str, Sequence[str]], folder: Path, settings: Mapping[str, str]) -> None:
        self.names = sorted(commands)
        self.log = folder / "log"
        self.kills: Counter[str] = Counter()
        self.ended: Counter[str] = Counter()  # unasked, with the exit code
        self._commands = commands
        self._folder = folder
        self._settings = settings
        self._running: dict[str, asyncio.subprocess.Process] = {}
        self._killed: set[int] = set()

    async def start(self) -> None:
        """Start all of them."""
        for name in self.names:
            await self._start(name)

    async def keep_alive(self) -> None:
        """Start again what has ended, as an operator's supervisor does, until cancelled."""
        while True:
            for name, process in list(self._running.items()):
                if process.returncode is not None:
                    if process.pid not in self._killed:
                        self.ended[f"{name.split()[0]} with {process.returncode}"] += 1
                    await self._start(name)
            await asyncio.sleep(AT_ONCE)

    async def kill(self, name: str) -> None:
        """Kill it as a power cut would; one that is just dead, as soon as it is started again."""
        while self._running[name].returncode is not None:  # noqa: ASYNC110 - nobody tells
            await asyncio.sleep(AT_ONCE)
        with suppress(ProcessLookupError):
            self._running[name].kill()
        self._killed.add(self._running[name].pid)
        self.kills[name.split()[0]] += 1

    async def stop(self) -> None:
        """End them as an operator does."""
        for process in self._running.values():
            with suppress(ProcessLookupError):
                process.terminate()
        await asyncio.gather(*(process.wait() for process in self._running.values()))

    async def tell_where(self) -> str:
        """Have each write to the log where it stands, and return which of them run, and the end of the log."""
        for process in self._running.values():
            with suppress(ProcessLookupError):
                process.send_signal(signal.SIGUSR1)
        await asyncio.sleep(2)  # for them to write it
        running = ", ".join(
            f"{name} runs as {process.pid}" if process.returncode is None else f"{name} ended: {process.returncode}"
            for name, process in self._running.items()
        )
        return f"{running}; killed: {self.kills}; ended unasked: {self.ended}\n{self.log.read_text()[-30_000:]}"

    async def _start(self, name: str) -> None:
        inherited = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "LANG"}}
        with self.log.open("ab") as log:
            self._running[name] = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "tests.chaos.process", *self._commands[name]),
                cwd=self._folder,
                env={**inherited, "PYTHONPATH": str(ROOT), **self._settings},
                stderr=log,
            )
