"""How soon a request is acknowledged while 200 others wait and all cores read: ``python -m benchmarks.acknowledge``.

Starts ``nutgraf run`` in a process of its own against stand-ins for Slack (Socket Mode) and Discord (gateway), which
it reaches by slack-bolt and discord.py as ever, with one reading process for each core. What is timed is what the
platforms time: from sending an event to its acknowledgement, which comes once the request is on disk, or from an
interaction to its first answer. Prints both for an idle bot and for a busy one, in the same run. Needs ../shared/specs
and what the tests need.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import tempfile
import time
from collections.abc import Awaitable, Callable
from itertools import count
from pathlib import Path
from statistics import quantiles

from tests.bot_process import bot_process, newspaper
from tests.discord_standin import TOKEN, DiscordStandIn, open_standin
from tests.raw import execute
from tests.sites import Site
from tests.slack_standin import SlackStandIn
from tests.slack_things import APP_TOKEN, BOT_TOKEN

SPECS = Path(__file__).resolve().parents[2] / "shared" / "specs"

HEAD_START = 1.3
"""How many more are asked for than shall wait: some are answered meanwhile."""

START, DRAIN = 120.0, 3600.0
"""Seconds for the bot to start, and to answer what was asked."""

Ask = Callable[[], Awaitable[None]]


async def main(waiting: int, asks: int) -> None:
    """Run it all and print the figures."""
    numbers = count()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        async with SlackStandIn(SPECS) as slack, open_standin(SPECS) as discord, newspaper() as site:

            async def by_slack() -> None:
                await slack.mention("C1", f"<{link(site, next(numbers))}>")

            async def by_discord() -> None:
                interaction = await discord.slash(link(site, next(numbers)))
                await discord.until(lambda: interaction.answer is not None)

            async with bot_process(folder, site, settings(slack, discord)):
                await slack.until(lambda: slack.sockets, START)
                await discord.until(lambda: discord.gateway.connections and discord.commands, START)
                await measured([by_slack, by_discord], 3)  # warm
                ways = (by_slack, by_discord)
                idle = [await measured([way], asks // 4, before=lambda: drained(folder)) for way in ways]
                for _ in range(int(waiting * HEAD_START) // 2):
                    await by_slack()
                    await by_discord()
                least = owed(folder)
                busy = [await measured([way], asks) for way in ways]
                least = min(least, owed(folder))
        print(f"{os.cpu_count()} cores, as many reading processes; at least {least} requests waiting while busy")
        for platform, alone, crowded in zip(("Slack", "Discord"), idle, busy, strict=True):
            print(f"{platform}: idle {told(alone)}; busy {told(crowded)}; p99 × {p99(crowded) / p99(alone):.1f}")
        if least < waiting:
            print(f"fewer than {waiting} waited: this machine reads faster than it was asked; take --waiting higher")
        if slack.violations or discord.unexpected:
            print(f"what a platform would have refused: {slack.violations} {discord.unexpected}")


def settings(slack: SlackStandIn, discord: DiscordStandIn) -> dict[str, str]:
    """Return how the bot is started: every core reads, and nothing holds a request back."""
    return {
        "SLACK_BOT_TOKEN": BOT_TOKEN,
        "SLACK_APP_TOKEN": APP_TOKEN,
        "SLACK_API_URL": slack.api_url,
        "DISCORD_TOKEN": TOKEN,
        "DISCORD_API_URL": discord.api_url,
        "DISCORD_GATEWAY_URL": discord.gateway_url,
        "READING_PROCESSES": str(os.cpu_count() or 1),
        "FETCH_AT_ONCE": "16",
        "FETCH_GAP": "0",
        "LIMIT_PER_PERSON": "0",
        "LIMIT_PER_CHANNEL": "0",
    }


def link(site: Site, number: int) -> str:
    """Return the address of the story, another one each time."""
    return site.url("/story") + f"#{number}"


async def measured(ways: list[Ask], asks: int, before: Callable[[], Awaitable[None]] | None = None) -> list[float]:
    """Ask that often, one at a time, and return the milliseconds to each acknowledgement."""
    took = []
    for number in range(asks):
        if before:
            await before()
        began = time.perf_counter()
        await ways[number % len(ways)]()
        took.append(1000 * (time.perf_counter() - began))
    return took


async def drained(folder: Path) -> None:
    """Wait until all is answered."""
    async with asyncio.timeout(DRAIN):
        while owed(folder):  # noqa: ASYNC110 - another process's database tells nobody
            await asyncio.sleep(0.05)


def owed(folder: Path) -> int:
    """Return how many requests are not answered yet."""
    url = f"sqlite+aiosqlite:///{folder}/desk.sqlite3"
    ((number,),) = execute(url, "SELECT count(*) FROM requests WHERE finished_at IS NULL")
    return int(number)


def told(took: list[float]) -> str:
    """Return the figures in words."""
    return f"p50 {quantiles(took, n=100)[49]:.0f} ms, p99 {p99(took):.0f} ms (n = {len(took)})"


def p99(took: list[float]) -> float:
    """Return what 99 of 100 stay below; of fewer than 100, the slowest."""
    return quantiles(took, n=100)[98] if len(took) >= 100 else max(took)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--waiting", type=int, default=200)
    parser.add_argument("--asks", type=int, default=200, help="on each platform, while busy")
    args = parser.parse_args()
    asyncio.run(main(args.waiting, args.asks))
