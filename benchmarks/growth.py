"""What a growing archive costs: ``python -m benchmarks.growth [--postgresql] [--most 1000000] [--plot growth.svg]``.

Fills an archive with 1,000 stored briefs, ten times as many, and so on, and measures at each size what accepting a
request, fetching a brief by its id and searching take; then how much that has grown, beside the logarithm of the size.
A rare word has the same number of answers at every size: what grows is what must not be looked at. A common word is in
most briefs: the newest are to be found without going through all. Briefs are small (a few hundred characters), so that
a million fit on a laptop.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, date, datetime
from math import log
from pathlib import Path
from typing import Any

from sqlalchemy import insert

from benchmarks.plot import plot
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

    async def rare(_: int) -> None:
        found = await archive.search.find(WORKSPACE, Question("lighthouse"))
        assert len(found) == MATCHES  # noqa: S101

    async def common(number: int) -> None:
        found = await archive.search.find(WORKSPACE, Question(WORDS[number % len(WORDS)]))
        assert len(found) == MATCHES  # noqa: S101

    return {
        "accept": await median(accept),
        "fetch by id": await median(fetch),
        "rare word": await median(rare),
        "common word": await median(common),
    }


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


def curves(measured: Mapping[int, Mapping[str, float]]) -> dict[str, list[tuple[float, float]]]:
    """Return, by what was done, the points (briefs, milliseconds)."""
    names = next(iter(measured.values()))
    return {name: [(size, row[name]) for size, row in measured.items()] for name in names}


def growth(measured: Mapping[int, Mapping[str, float]]) -> str:
    """Say how many times what each thing costs in the largest archive is what it costs in the smallest."""
    least, most = min(measured), max(measured)
    times = {name: measured[most][name] / measured[least][name] for name in measured[least]}
    told = ", ".join(f"{name} x {ratio:.1f}" for name, ratio in times.items())
    return f"from {least:,} to {most:,}: {told}; the logarithm grows x {log(most) / log(least):.1f}"


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--postgresql", action="store_true")
    parser.add_argument("--most", type=int, default=100_000)
    parser.add_argument("--plot", type=Path)
    args = parser.parse_args()
    figures = asyncio.run(main(args.most, args.postgresql))
    print(growth(figures))
    if args.plot:
        engine = "PostgreSQL" if args.postgresql else "SQLite"
        args.plot.write_text(plot(f"{engine}: milliseconds (median), by stored briefs", curves(figures)))
