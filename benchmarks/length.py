"""How the reading grows with an article's length: ``python -m benchmarks.length [--most 50000] [--plot length.svg]``.

Made-up stories of 100 words, twice as many, and so on; CPU time of one core and one thread for each step, and for 600
words of it, which stays the same where the time is linear. Short ones are read several times and the least time counts,
since whatever else a machine does slows some of them. The last line is the power of the length that the time grows
with, by least squares over the lengths from 1,000 words on: 1 is linear, 2 quadratic.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import numpy as np

from benchmarks.plot import plot
from benchmarks.speed import pin
from benchmarks.story import a_page, a_story
from bot.analyse.pipeline import load_pipeline
from bot.brief import write_brief
from bot.extract.extract import extract
from bot.models import Page
from bot.settings import Settings

LENGTHS = (100, 200, 500, 1000, 2000, 5000, 10_000, 20_000, 50_000)
STEPS = ("extract", "analyse", "write the brief")
WORDS = 600
AT_LEAST = 10_000
"""Words that are read of each length."""

LONG = 1000
"""Words from which on the growth is measured; below, what each article costs once counts for more."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print a line for each length."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--most", type=int, default=LENGTHS[-1], help="words of the longest article")
    parser.add_argument("--plot", type=Path, help="where to draw it, as SVG")
    args = parser.parse_args(arguments)
    pipeline = load_pipeline(Settings.model_fields["spacy_model"].default)
    pipeline.analyse(extract(a_page_of(WORDS)))
    found: list[tuple[int, list[float]]] = []
    for length in (one for one in LENGTHS if one <= args.most):
        spent = min((measure(pipeline.analyse, length) for _ in range(max(AT_LEAST // length, 1))), key=sum)
        words = len(a_story(length).split())
        found.append((words, spent))
        told = ", ".join(f"{step} {seconds:.2f} s" for step, seconds in zip(STEPS, spent, strict=True))
        print(f"{words:>7,} words: {told}; {sum(spent) / words * WORDS:.3f} s for {WORDS} words", flush=True)
    long = [(words, sum(spent)) for words, spent in found if words >= LONG]
    if len(long) > 1:
        (power, _) = np.polyfit(*np.log(np.array(long)).T, 1)
        print(f"the time grows with the length to the power of {power:.2f}")
    if args.plot:
        series = {step: [(words, spent[at]) for words, spent in found] for at, step in enumerate(STEPS)}
        args.plot.write_text(plot("Seconds of CPU time, by words of the article", series), encoding="utf-8")


def measure(analyse, length: int) -> list[float]:  # type: ignore[no-untyped-def] # Pipeline.analyse
    """Return seconds of CPU time of each of ``STEPS`` for a story of *length* words."""
    page = a_page_of(length)
    times = [time.process_time()]
    article = extract(page)
    times.append(time.process_time())
    analysis = analyse(article)
    times.append(time.process_time())
    write_brief(article, analysis)
    times.append(time.process_time())
    return [max(after - before, 1e-6) for before, after in pairwise(times)]


def a_page_of(words: int) -> Page:
    """Return a made-up page as if it had been fetched."""
    address = f"https://post.example/{words}"
    return Page(address, address, a_page(words), "text/html", "utf-8", datetime(2026, 3, 18, tzinfo=UTC))


if __name__ == "__main__":
    pin("benchmarks.length")
    main()
