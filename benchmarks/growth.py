"""What a growing archive costs: ``python -m benchmarks.growth [--postgresql] [--most 1000000] [--plot growth.svg]``.

Fills an archive with 1,000 stored briefs, ten times as many, and so on, and measures at each size what accepting a
request, fetching a brief by its id and searching take. The searches have the same number of answers at every size: what
grows is what they must not look at. Briefs are small (a few hundred characters), so that a million fit on a laptop.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import insert

from bot.archive.archive import Archive
from bot.archive.briefs import story_of
from bot.archive.database import Database, open_database
from bot.archive.tables import briefs, statements
from bot.models import Ask, Question, Wanted
from tests.fakes import a_brief
from tests.postgres import open_postgres

WORKSPACE = "slack:T1"
TIMES = 200
"""Measurements of each thing at each size; the median is told."""

AT_ONCE = 2000
WORDS = "harbour council ferry budget school clinic bridge union strike rent bus court storm water bakery".split()
MATCHES = 20
"""Statements that have the word looked for, at every size."""

SMALL = a_brief().model_copy(
    update={"quotes": [], "claims": [], "entities": [], "speakers": [], "summary": [], "notes": []}
)


async def fill(database: Database, start: int, end: int) -> None:
    """Store briefs *start* to *end*, each with three statements."""
    json, now, story = SMALL.model_dump_json(), datetime.now(UTC), story_of(SMALL)
    for first in range(start, end, AT_ONCE):
        numbers = range(first, min(first + AT_ONCE, end))
        async with database.writing() as connection:
            await connection.execute(
                insert(briefs),
                [
                    {"id": f"{n:032d}", "workspace": WORKSPACE, "written_at": now, "json": json, "story": story}
                    for n in numbers
                ],
            )
            await connection.execute(insert(statements), [row for n in numbers for row in _statements(n)])
    await database.settle()


def _statements(number: int) -> Iterator[dict[str, Any]]:
    common = {"workspace": WORKSPACE, "brief": f"{number:032d}", "day": date(2026, 3, 17), "outlet": "the ellery post"}
    rare = " lighthouse" if number < MATCHES else ""
    for place, kind in enumerate(("quote", "claim", "entity")):
        words = " ".join(WORDS[(number * 7 + place * 3 + step * step) % len(WORDS)] for step in range(8))
        speaker = f"speaker{number % 997} of{number % 31}"
        yield common | {"kind": kind, "ref": f"q{place}", "words": words + rare * (place == 0), "speaker": speaker}


async def median(act: Callable[[int], Awaitable[object]]) -> float:
    """Return the median milliseconds that *act* takes."""
    taken = []
    for number in range(TIMES):
        began = time.perf_counter()
        await act(number)
        taken.append(time.perf_counter() - began)
    return statistics.median(taken) * 1000


async def measure(archive: Archive, size: int) -> dict[str, float]:
    """Return milliseconds by what was done."""

    async def accept(number: int) -> None:
        ask = Ask(f"slack:{number}", "slack", f"{size}-{number}", "U1", {}, (Wanted(link="https://post.example/"),))
        request = await archive.requests.accept(ask)
        assert request is not None  # noqa: S101

    async def fetch(number: int) -> None:
        await archive.briefs.get(WORKSPACE, f"{(number * 7919) % size:032d}")

    async def search(_: int) -> None:
        found = await archive.search.find(WORKSPACE, Question("lighthouse"))
        assert len(found) == MATCHES  # noqa: S101

    return {"accept": await median(accept), "fetch by id": await median(fetch), "search": await median(search)}


@contextmanager
def an_url(postgresql: bool) -> Iterator[str]:
    """Make an empty database."""
    if postgresql:
        with open_postgres(durable=True) as postgres:
            yield postgres.new_database()
    else:
        with tempfile.TemporaryDirectory() as folder:
            yield f"sqlite+aiosqlite:///{folder}/archive.sqlite3"


async def main(most: int, postgresql: bool) -> dict[int, dict[str, float]]:
    """Measure at each size up to *most*, and print it."""
    measured: dict[int, dict[str, float]] = {}
    with an_url(postgresql) as url:
        async with open_database(url) as database:
            archive = Archive(database)
            await archive.search.turn_on(WORKSPACE)
            size, stored = 1000, 0
            while size <= most:
                await fill(database, stored, size)
                stored = size
                measured[size] = await measure(archive, size)
                told = ", ".join(f"{name} {ms:.2f} ms" for name, ms in measured[size].items())
                print(f"{'PostgreSQL' if postgresql else 'SQLite'}, {size:>9,} briefs: {told}", flush=True)
                size *= 10
    return measured


def plot(measured: dict[int, dict[str, float]]) -> str:
    """Draw milliseconds over the number of briefs (in tenfold steps) as SVG."""
    sizes, names = list(measured), list(next(iter(measured.values())))
    highest = max(max(row.values()) for row in measured.values())
    lines = []
    for name, colour in zip(names, ("#1b6ca8", "#2e8b57", "#c0392b"), strict=True):
        points = [(60 + 160 * n, 240 - 200 * measured[size][name] / highest) for n, size in enumerate(sizes)]
        path = " ".join(f"{x:.0f},{y:.0f}" for x, y in points)
        x, y = points[-1]
        lines.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
        lines.append(
            f'<text x="{x + 6:.0f}" y="{y + 4:.0f}" fill="{colour}">{name} {measured[sizes[-1]][name]:.1f} ms</text>'
        )
    lines += [f'<text x="{60 + 160 * n}" y="262" text-anchor="middle">{size:,}</text>' for n, size in enumerate(sizes)]
    width = 60 + 160 * (len(sizes) - 1) + 160
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} 280" font-family="sans-serif" font-size="12">'
        f'<text x="10" y="20">Milliseconds (median), by stored briefs</text>{"".join(lines)}</svg>\n'
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--postgresql", action="store_true")
    parser.add_argument("--most", type=int, default=100_000)
    parser.add_argument("--plot", type=Path)
    args = parser.parse_args()
    figures = asyncio.run(main(args.most, args.postgresql))
    if args.plot:
        args.plot.write_text(plot(figures))
