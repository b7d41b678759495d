"""The whole bot in a process of its own, as an operator starts it, and a site for it to read from."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

from tests.sites import Site, open_site, page

ROOT = Path(__file__).resolve().parents[1]
STORY = (ROOT / "adapters" / "console" / "demo.html").read_bytes()


class Gate:
    """Holds back the first page that is asked for, until it is opened."""

    def __init__(self) -> None:
        self.reached = asyncio.Event()
        self.open = asyncio.Event()


@asynccontextmanager
async def newspaper(gate: Gate | None = None) -> AsyncIterator[Site]:
    """Serve the story that ships with Nutgraf at /story; any other page is not found."""

    async def answer(path: str, writer: asyncio.StreamWriter) -> None:
        if gate and not gate.open.is_set():
            gate.reached.set()
            await gate.open.wait()
        writer.write(page(STORY) if path == "/story" else page(b"<p>Not here", status="404 Not Found"))

    async with open_site(answer) as site:
        yield site


@asynccontextmanager
async def bot_process(
    folder: Path, site: Site, settings: Mapping[str, str]
) -> AsyncIterator[asyncio.subprocess.Process]:
    """Run ``nutgraf run`` with *settings*, its database in *folder*, until the block ends or it is killed."""
    inherited = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "LANG", "SYSTEMROOT"}}
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "adapters",
        "run",
        cwd=folder,
        env={
            **inherited,
            "PYTHONPATH": str(ROOT),
            "DATABASE_URL": f"sqlite+aiosqlite:///{folder}/desk.sqlite3",
            "FETCH_ALLOW_HOSTS": site.place,
            "WEB_PORT": "0",  # several bots may run side by side
            **settings,
        },
        stderr=asyncio.subprocess.PIPE,
    )
    log = asyncio.create_task(process.stderr.read())  # type: ignore[union-attr] # it is piped
    try:
        yield process
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()
        sys.stderr.write((await log).decode(errors="replace"))  # pytest shows it when the test fails
