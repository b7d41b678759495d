"""Whether memory stays flat: ``python -m benchmarks.leak [--articles 5000] [--words 300]``.

Made-up stories, each with other names, figures and words, go through one reading process as the bot runs it: extracted,
read. Its resident memory is printed ten times, and how much it grew from the first tenth to the end.
"""

from __future__ import annotations

import argparse
import asyncio
import re
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from benchmarks.story import a_page
from bot.children import open_children
from bot.lean import give_back
from bot.models import Page, SummaryLength
from bot.readers import _analyse, _extract, _load
from bot.settings import Settings


def resident(_: object) -> float:
    """Return the megabytes that the process it is called in keeps: what is free is given back first.

    A child does that after ``CALLS`` calls; else it would matter how many of them have passed.
    """
    give_back()
    found = re.search(r"VmRSS:\s+(\d+) kB", Path("/proc/self/status").read_text("ascii"))
    return int(found[1]) / 1024 if found else 0.0


async def main(articles: int, words: int) -> None:
    """Read, and print the memory as it goes."""
    settings = Settings(_env_file=None)  # type: ignore[call-arg]
    prepare = partial(_load, settings.models, 0.0, SummaryLength())
    seen: list[float] = []
    async with open_children(
        prepare, processes=1, timeout=settings.reading_timeout, memory_mb=settings.reading_memory_mb
    ) as children:
        for number in range(1, articles + 1):
            address = f"https://post.example/{number}"
            page = Page(address, address, a_page(words, number), "text/html", None, datetime(2026, 3, 18, tzinfo=UTC))
            await children.run(_analyse, await children.run(_extract, page))
            if number % max(articles // 10, 1) == 0:
                seen.append(await children.run(resident, None))
                print(f"{number:>7,} articles: {seen[-1]:.1f} MB", flush=True)
    print(f"from the first tenth to the end it grew by {seen[-1] / seen[0] - 1:.1%}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=5000)
    parser.add_argument("--words", type=int, default=300)
    args = parser.parse_args()
    asyncio.run(main(args.articles, args.words))
