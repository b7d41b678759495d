"""How often a published fact-check is found again, how often a wrong one is shown, and how long it takes.

``python -m benchmarks.factchecks``: on the made-up fact-checks in ``tests/factchecks``, those that the threshold was
chosen on and those that were kept apart. ``--speed 10000 100000``: an index of so many, in a database of its own.
"""

from __future__ import annotations

import argparse
import asyncio
import math
import re
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import cycle, islice

import numpy as np
import spacy
from spacy.language import Language

from bot.archive.archive import open_archive
from bot.factchecks.embed import Embedder, packed, unpacked
from bot.factchecks.match import Features, Matcher
from bot.factchecks.query import Query, Reviewed
from bot.factchecks.review import Review
from bot.imports import BATCH
from bot.settings import Settings
from tests.factchecks.made_up import Case, address, load_cases

CLAIMS = 10
"""Claims that are looked up for the time it takes: about those of an article."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A sentence that was looked up among all fact-checks."""

    part: str
    source: str
    kind: str  # "same", or how it differs
    belongs: int | None  # the number of the fact-check of the same claim
    compared: list[tuple[int, Features]]


@dataclass(frozen=True, slots=True)
class Count:
    """What came of some sentences."""

    same: int = 0
    found: int = 0  # of these
    others: int = 0  # sentences that nobody has checked
    wrong_of_others: int = 0
    wrong: int = 0  # fact-checks shown with a claim that they are not of
    kinds: Counter[str] | None = None

    @property
    def shown(self) -> int:
        """How many sentences were given a fact-check."""
        return self.found + self.wrong


def load_matcher(nlp: Language) -> Matcher:
    """Return the matcher as the bot has it."""
    return Matcher(nlp, Embedder(threads=2))


def ask_all(matcher: Matcher, *parts: str) -> list[Asked]:
    """Look up the sentences of *parts* of the made-up set among all of its fact-checks."""
    cases = load_cases()
    vectors = Embedder(threads=2).embed([case.claim for case in cases])
    candidates = tuple(
        Reviewed(case.claim, case.claimant, packed(vector)) for case, vector in zip(cases, vectors, strict=True)
    )
    rows = [
        (number, case, kind, sentence)
        for number, case in enumerate(cases)
        if case.part in parts
        for kind, sentence in _sentences(case)
    ]
    compared = matcher.compare([Query(sentence, "", candidates) for _, _, _, sentence in rows])
    return [
        Asked(case.part, case.source, kind, number if kind == "same" else None, found)
        for (number, case, kind, _), found in zip(rows, compared, strict=True)
    ]


def _sentences(case: Case) -> list[tuple[str, str]]:
    return [*(("same", sentence) for sentence in case.same), *case.other]


def count(asked: Sequence[Asked], likely: Callable[[Features], float], threshold: float) -> Count:
    """Count what is shown from *threshold* on: the likeliest fact-check of each sentence."""
    same = found = others = wrong_of_others = wrong = 0
    kinds: Counter[str] = Counter()
    for one in asked:
        best = max(((likely(features), number) for number, features in one.compared), default=(0.0, -1))
        shown = best[0] >= threshold
        right = shown and best[1] == one.belongs
        same += one.kind == "same"
        others += one.kind != "same"
        found += right
        wrong += shown and not right
        wrong_of_others += shown and one.kind != "same"
        if shown and not right:
            kinds[one.kind] += 1
    return Count(same, found, others, wrong_of_others, wrong, kinds)


def interval(part: int, whole: int) -> str:
    """Return a share with its 95 % interval (Wilson), in per cent."""
    if not whole:
        return "–"
    share, z = part / whole, 1.96
    middle = (share + z * z / (2 * whole)) / (1 + z * z / whole)
    reach = z * math.sqrt(share * (1 - share) / whole + z * z / (4 * whole * whole)) / (1 + z * z / whole)
    return f"{100 * share:.1f} % ({100 * max(middle - reach, 0):.1f}–{100 * (middle + reach):.1f})"


def print_accuracy(nlp: Language) -> None:
    """Print what is found and what is wrongly shown, for each part."""
    matcher = load_matcher(nlp)
    asked = ask_all(matcher, "choose", "report")
    print(f"made-up fact-checks: {len(load_cases())}; shown from {matcher.threshold}")
    for part, label in (("choose", "threshold chosen on"), ("report", "kept apart")):
        for source in ("single", "template", ""):
            rows = [one for one in asked if one.part == part and (not source or one.source == source)]
            found = count(rows, matcher.likely, matcher.threshold)
            print(
                f"{label}, {source or 'all'}: found again {found.found} of {found.same},"
                f" {interval(found.found, found.same)}; wrongly shown with {found.wrong_of_others} of {found.others}"
                f" that nobody checked, {interval(found.wrong_of_others, found.others)};"
                f" wrong of those shown {found.wrong} of {found.shown}, {interval(found.wrong, found.shown)}"
            )
            if not source:
                print(f"  wrongly shown by kind: {dict(found.kinds or {})}")
        rows = [one for one in asked if one.part == part]
        for threshold in (0.5, 0.6, 0.7, 0.8, 0.9, 0.95):
            found = count(rows, matcher.likely, threshold)
            print(
                f"  from {threshold}: found {found.found / found.same:.1%}, wrongly shown"
                f" {found.wrong_of_others / found.others:.1%}, wrong of those shown {found.wrong / found.shown:.1%}"
            )


async def print_speed(nlp: Language, size: int) -> None:
    """Print how long an index of *size* fact-checks takes to fill and to look up, beside comparing all vectors."""
    embedder, matcher = Embedder(), Matcher(nlp, Embedder())
    cases = load_cases()
    vectors = [packed(vector) for vector in embedder.embed([case.claim for case in cases])]
    asked = [case.same[0] for case in cases[:: len(cases) // CLAIMS]][:CLAIMS]
    began = time.perf_counter()
    embedder.embed(asked)
    embedding = (time.perf_counter() - began) / len(asked)
    with tempfile.TemporaryDirectory() as folder:
        async with open_archive(f"sqlite+aiosqlite:///{folder}/index.sqlite3") as archive:
            began = time.perf_counter()
            rows = made_up_rows(cases, vectors, size)
            while batch := list(islice(rows, BATCH)):
                await archive.factchecks.keep(batch, "benchmark")
            storing = (time.perf_counter() - began) / size
            began = time.perf_counter()
            found = [await archive.factchecks.find(claim) for claim in asked]
            finding = (time.perf_counter() - began) / len(asked)
        queries = [
            Query(claim, "", tuple(Reviewed(one.claim, one.claimant or "", vector) for one, vector in some))
            for claim, some in zip(asked, found, strict=True)
        ]
        matcher.match(queries[:1])
        began = time.perf_counter()
        matcher.match(queries)
        matching = (time.perf_counter() - began) / len(asked)
    every = unpacked((vectors * (size // len(vectors) + 1))[:size])
    claims = embedder.embed(asked)
    began = time.perf_counter()
    for claim in claims:
        np.argsort(every @ claim)[:8]
    scanning = (time.perf_counter() - began) / len(asked)
    print(
        f"{size:,} fact-checks: embedding {1e3 * embedding:.1f} ms and storing {1e3 * storing:.2f} ms each; a claim is"
        f" looked up in {1e3 * finding:.1f} ms and compared in {1e3 * matching:.1f} ms; comparing all vectors, held in"
        f" {every.nbytes / 1e6:.0f} MB, would take {1e3 * scanning:.1f} ms"
    )


def made_up_rows(cases: Sequence[Case], vectors: Sequence[bytes], size: int) -> Iterator[tuple[Review, bytes]]:
    """Yield *size* fact-checks: the made-up ones again and again, each time with other names."""
    for number, (case, vector) in enumerate(islice(cycle(zip(cases, vectors, strict=True)), size)):
        turn = number // len(cases)
        claim = re.sub(r"\b[A-Z][a-z]+", lambda name, turn=turn: f"{name[0]}{turn or ''}", case.claim)
        yield (
            Review(
                claim, case.claimant, None, "Tidewatch", "tidewatch.example", address(number), None, "False", None, "en"
            ),
            vector,
        )


def main() -> None:
    """Print what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--speed", type=int, nargs="*", default=[], metavar="N", help="sizes of an index to time")
    sizes = parser.parse_args().speed
    nlp = spacy.load(Settings.model_fields["spacy_model"].default)
    if not sizes:
        print_accuracy(nlp)
    for size in sizes:
        asyncio.run(print_speed(nlp, size))


if __name__ == "__main__":
    main()
