"""From a link in chat to its answer, through the whole bot.

    python -m benchmarks.answer [--links 40] [--words 600] [--plot load.svg]

The bot runs as an operator starts it, with as many reading processes as there are cores, a database in a file, and a
Slack and a Discord of our own on loopback; the newspaper is on loopback, too, and answers at once, so that the time is
our own. Stories are made up. First links come one at a time: the seconds from the event until the message carries the
brief. Then up to 64 come at once, in Slack: until the last is acknowledged, until the last is answered, and answers a
second, beside what one at a time would come to on as many cores.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from itertools import count
from pathlib import Path
from statistics import median, quantiles

from benchmarks.plot import plot
from benchmarks.story import a_page
from tests.bot_process import ROOT, bot_process
from tests.discord_standin import TOKEN, DiscordStandIn, open_standin
from tests.sites import Site, open_site, page
from tests.slack_standin import SlackStandIn
from tests.slack_things import APP_TOKEN, BOT_TOKEN

SPECS = ROOT.parent / "shared" / "specs"
LOADS = (1, 2, 4, 8, 16, 32, 64)
PATIENCE = 600.0
"""Seconds that an answer may take before this gives up."""

DONE = {"white_check_mark", "warning"}
Ask = Callable[[str], Awaitable[None]]
"""Asks for a link, and comes back when it is answered."""


Loads = list[tuple[int, tuple[float, float]]]
"""For each number of links at once the seconds until the last was acknowledged, and answered."""


async def main(links: int, words: int) -> Loads:
    """Measure both chats one at a time, then Slack under load, and print."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    async with newspaper(words) as site, SlackStandIn(SPECS) as slack, open_standin(SPECS) as discord:
        settings = {
            "SLACK_BOT_TOKEN": BOT_TOKEN,
            "SLACK_APP_TOKEN": APP_TOKEN,
            "SLACK_API_URL": slack.api_url,
            "DISCORD_TOKEN": TOKEN,
            "DISCORD_API_URL": discord.api_url,
            "DISCORD_GATEWAY_URL": discord.gateway_url,
            "READING_PROCESSES": str(cores),
            "FETCH_GAP": "0",  # politeness to one site, of which all stories are here
            "FETCH_AT_ONCE": "64",
            "LIMIT_PER_PERSON": "0",  # one person asks for it all
            "LIMIT_PER_CHANNEL": "0",
        }
        with tempfile.TemporaryDirectory() as folder:
            async with bot_process(Path(folder), site, settings):
                await slack.until(lambda: slack.sockets, PATIENCE)
                await discord.until(lambda: discord.gateway.connections and discord.commands, PATIENCE)
                numbers = count(1)
                asks: dict[str, Ask] = {"Slack": in_slack(slack), "Discord": in_discord(discord)}
                single = 0.0
                for name, ask in asks.items():
                    seconds = await one_by_one(ask, site, numbers, links)
                    single = single or 1 / median(seconds)
                    tell(name, seconds)
                loads = [(load, await at_once(slack, site, numbers, load)) for load in LOADS]
    for load, (acknowledged, answered) in loads:
        rate = load / answered
        print(
            f"{load:>3} at once: acknowledged within {acknowledged:.2f} s, answered within {answered:.1f} s; "
            f"{rate:.2f} a second, {rate / single / cores:.0%} of one at a time on {cores} cores"
        )
    return loads


@asynccontextmanager
async def newspaper(words: int) -> AsyncIterator[Site]:
    """Serve a story of its own at each number."""

    async def answer(path: str, writer: asyncio.StreamWriter) -> None:
        writer.write(page(a_page(words, int(path.strip("/")))))

    async with open_site(answer) as site:
        yield site


def in_slack(slack: SlackStandIn) -> Ask:
    """Ask by a mention."""

    async def ask(link: str) -> None:
        post = await slack.mention("C1", f"<{link}>")
        await slack.until(lambda: DONE & set(post.reactions), PATIENCE)

    return ask


def in_discord(discord: DiscordStandIn) -> Ask:
    """Ask by the slash command."""

    async def ask(link: str) -> None:
        before = len(discord.threads)
        await discord.slash(link)
        await discord.until(
            lambda: any(message.embeds for new in discord.threads[before:] for message in discord.messages(new.id)),
            PATIENCE,
        )

    return ask


async def one_by_one(ask: Ask, site: Site, numbers: count[int], links: int) -> list[float]:
    """Return the seconds of each of *links* links; the first three, which warm all up, are left out."""
    seconds = []
    for _ in range(links + 3):
        began = time.perf_counter()
        await ask(site.url(f"/{next(numbers)}"))
        seconds.append(time.perf_counter() - began)
    return seconds[3:]


async def at_once(slack: SlackStandIn, site: Site, numbers: count[int], load: int) -> tuple[float, float]:
    """Send *load* mentions at once; return the seconds until the last was acknowledged, and answered."""
    began = time.perf_counter()
    posts = await asyncio.gather(*(slack.mention(f"C{n}", f"<{site.url(f'/{next(numbers)}')}>") for n in range(load)))
    acknowledged = time.perf_counter() - began
    await slack.until(lambda: all(DONE & set(post.reactions) for post in posts), PATIENCE)
    return acknowledged, time.perf_counter() - began


def tell(name: str, seconds: list[float]) -> None:
    """Print how long answers took."""
    cuts = quantiles(seconds, n=100, method="inclusive")
    print(
        f"{name}: from the event to the answer p50 {median(seconds):.2f} s, p95 {cuts[94]:.2f} s, p99 {cuts[98]:.2f} s"
        f" ({len(seconds)} links, one at a time)",
        flush=True,
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--links", type=int, default=40, help="links one at a time, in each chat")
    parser.add_argument("--words", type=int, default=600)
    parser.add_argument("--plot", type=Path, help="where to draw the load, as SVG")
    args = parser.parse_args()
    measured = asyncio.run(main(args.links, args.words))
    if args.plot:
        drawn = {
            "answered": [(load, answered) for load, (_, answered) in measured],
            "acknowledged": [(load, acknowledged) for load, (acknowledged, _) in measured],
        }
        args.plot.write_text(plot("Seconds until all are answered, by links at once", drawn), encoding="utf-8")
