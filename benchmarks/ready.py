"""How soon the bot is ready, and what it takes: ``python -m benchmarks.ready [--starts 5]``.

``nutgraf run`` is started against a Slack of our own on loopback, with an empty database in a file. Printed are the
seconds from the start of the process until it says that it answers, and then the resident memory of all its processes
together: as the system counts it (pages that two of them share count twice), and without what is shared. The first
start, which may find the files not in memory, is left out.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import re
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from statistics import median

from tests.bot_process import ROOT
from tests.slack_standin import SlackStandIn
from tests.slack_things import APP_TOKEN, BOT_TOKEN

SPECS = ROOT.parent / "shared" / "specs"
READY = b"answering in"
"""What it logs then."""


async def main(starts: int) -> None:
    """Start it several times and print."""
    async with SlackStandIn(SPECS) as slack:
        found = [await start(slack.api_url) for _ in range(starts + 1)]
    seconds, counted, own = zip(*found[1:], strict=True)
    print(f"{starts} starts: ready after {median(seconds):.1f} s (slowest {max(seconds):.1f} s)")
    print(f"resident memory: {max(counted):.0f} MB, {max(own):.0f} MB without what its processes share")


async def start(api_url: str) -> tuple[float, float, float]:
    """Start the bot once; return seconds, and megabytes with and without what is shared."""
    with tempfile.TemporaryDirectory() as folder:
        settings = {
            "PYTHONPATH": str(ROOT),
            "DATABASE_URL": f"sqlite+aiosqlite:///{folder}/desk.sqlite3",
            "WEB_PORT": "0",
            "SLACK_BOT_TOKEN": BOT_TOKEN,
            "SLACK_APP_TOKEN": APP_TOKEN,
            "SLACK_API_URL": api_url,
        }
        inherited = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "LANG"}}
        began = time.perf_counter()
        bot = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "adapters", "run"),
            cwd=folder,
            env=inherited | settings,
            stderr=asyncio.subprocess.PIPE,
        )
        try:
            while READY not in (line := await bot.stderr.readline()):  # type: ignore[union-attr] # it is piped
                if not line:
                    sys.exit("the bot ended before it was ready")
            seconds = time.perf_counter() - began
            taken = [memory(process) for process in family(bot.pid)]
        finally:
            with suppress(ProcessLookupError):
                bot.terminate()
            await bot.wait()
    return seconds, sum(counted for counted, _ in taken), sum(own for _, own in taken)


def family(process: int) -> list[int]:
    """Return *process* and all that it started, and these in their turn."""
    children = Path(f"/proc/{process}/task/{process}/children").read_text("ascii").split()
    return [process, *(one for child in children for one in family(int(child)))]


def memory(process: int) -> tuple[float, float]:
    """Return the megabytes that *process* has in memory, and its share of them where others have the same pages."""
    told = Path(f"/proc/{process}/smaps_rollup").read_text("ascii")
    counted, own = (int(re.search(rf"^{kind}:\s+(\d+) kB", told, re.M)[1]) / 1024 for kind in ("Rss", "Pss"))  # type: ignore[index]
    return counted, own


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--starts", type=int, default=5)
    asyncio.run(main(parser.parse_args().starts))
