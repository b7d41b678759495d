"""Print how well who says what is found, beside two human annotators and the best known system.

    python -m benchmarks.quotes [--set FILE] [--boot N] [--reader FOLDER] [--markdown]

The pipeline that the bot runs reads the annotated articles of PolNeAR's dev part, or of FILE, which has its form,
once with the reader (the one that ships, or that of FOLDER) and once by the rules alone, which is all there is where
there is no reader; ../shared/tools/score_quotes.py scores both. Behind each figure is its 95 % interval: articles
drawn with replacement, N times. Where attributions have a confidence, the risk–coverage curve follows: showing only
the surest share of them, how many are wrong.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import random
import sys
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

import spacy

from benchmarks.predict import quotes, unchanged
from bot.analyse.pipeline import Pipeline, load_pipeline
from bot.analyse.reader import DESCRIPTION, FOLDER
from bot.settings import Settings

SHARED = Path(__file__).resolve().parents[2] / "shared"
DEV = SHARED / "data" / "polnear" / "dev.jsonl"

Row = dict[str, Any]
Figures = dict[str, float]
"""From a row of the table to its figure, in per cent."""

Counts = list[dict[str, int]]
"""What the scorer counted in each article."""

OTHERS: dict[str, Figures] = {
    "two human annotators": {
        "quote+speaker F1": 79.2,
        "content overlap F1": 85.8,
        "exact (words) F1": 69.5,
        "content token F1": 91.6,
        "direct, quote+speaker F1": 98.0,
        "mixed, quote+speaker F1": 90.9,
        "indirect, quote+speaker F1": 71.6,
        "speech only, quote+speaker F1": 82.9,
    },
    "BBC Citron, retrained": {"quote+speaker F1": 61.7, "content overlap F1": 70.8, "content token F1": 73.0},
}
"""What others reach, with the same scorer, measured elsewhere."""

SOURCE = """\
The figures of the human annotators and of BBC Citron were measured elsewhere, not in this run: PolNeAR
(../shared/data/polnear) with the same scorer. Citron, retrained, read these articles. Over which articles the
annotators were compared is not known; of these, two were marked by several."""

COVERAGES = (0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 1.0)
DIRECT_SHARE = 0.8
"""The share of words in quotation marks that makes a content direct: the scorer's default."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Read, score, print the table and the curve."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--set", metavar="FILE", type=Path, default=DEV, help="annotated articles, one a line")
    parser.add_argument("--boot", metavar="N", type=int, default=1000, help="draws for the intervals; 0 for none")
    parser.add_argument("--markdown", action="store_true", help="for a model card")
    parser.add_argument("--model", default=Settings.model_fields["spacy_model"].default, help="the spaCy pipeline")
    parser.add_argument("--reader", metavar="FOLDER", type=Path, default=FOLDER, help="where its model lies")
    args = parser.parse_args(arguments)
    scorer = load_scorer()
    golds = [json.loads(line) for line in args.set.read_text(encoding="utf-8").splitlines() if line.strip()]
    ours = {name: predict(pipeline, golds) for name, pipeline in load_pipelines(args.model, args.reader).items()}
    columns = {name: score(scorer, golds, found, args.boot) for name, found in ours.items()}
    on_dev = args.set.resolve() == DEV.resolve()
    if on_dev:
        columns |= {name: {row: f"{value:.1f}" for row, value in others.items()} for name, others in OTHERS.items()}
    show = as_markdown if args.markdown else as_text
    print(
        f"{args.set.stem}: {len(golds)} articles, {sum(len(gold['attributions']) for gold in golds):,} attributions\n"
    )
    print(show(as_table("per cent", columns)))
    if on_dev:
        print(f"\n{SOURCE}")
    for name, found in ours.items():
        if curve := risk(judged(scorer, golds, found)):
            print(f"\nRisk and coverage, {name}:\n\n{show(curve)}")


def load_pipelines(model: str, reader: Path = FOLDER) -> dict[str, Pipeline]:
    """Load what is compared: the bot's pipeline, and the same without the reader; the latter alone if there is none."""
    rules = {"the rules alone": Pipeline(spacy.load(model))}
    if not (reader / DESCRIPTION).exists():
        return rules
    return {"this reading": load_pipeline(model, folder=reader), **rules}


def predict(pipeline: Pipeline, golds: list[Row]) -> list[Row]:
    """Return what *pipeline* finds in each article, as the scorer reads it, with confidence where it has one."""
    found = []
    for number, gold in enumerate(golds, 1):
        analysis = pipeline.analyse(unchanged(gold["text"]))
        prediction = quotes(gold["text"], analysis)
        for row, attribution in zip(prediction["attributions"], analysis.attributions, strict=True):
            row["confidence"] = getattr(attribution, "confidence", None)
        found.append(prediction)
        if sys.stderr.isatty():
            print(f"\r{number}", end="", file=sys.stderr, flush=True)
    return found


# Scores ---------------------------------------------------------------------------------------------------


def score(scorer: ModuleType, golds: list[Row], found: list[Row], draws: int) -> dict[str, str]:
    """Return each row's figure with its interval."""
    of_all, of_speech = (
        [scorer.count_doc(gold, prediction, DIRECT_SHARE, only) for gold, prediction in zip(golds, found, strict=True)]
        for only in (None, "speech")
    )
    values = figures(scorer, of_all, of_speech)
    spans = intervals(scorer, of_all, of_speech, draws) if draws else {}
    return {
        row: f"{value:.1f}" + (f" ({spans[row][0]:.1f}–{spans[row][1]:.1f})" if spans else "")
        for row, value in values.items()
    }


def figures(scorer: ModuleType, of_all: Counts, of_speech: Counts) -> Figures:
    """Return the rows of the table for the articles counted; *of_speech* counts the same articles."""
    report = scorer.report(scorer.total(of_all))
    speech = scorer.report(scorer.total(of_speech))
    content = report["content"]
    shares = {
        "quote+speaker F1": report["quote_speaker"]["f1"],
        "content overlap F1": content["overlap"]["f1"],
        "exact (words) F1": content["exact_word"]["f1"],
        "content token F1": content["tokens"]["f1"],
        "attribution accuracy": report["attribution_accuracy"],
        **{f"{name}, quote+speaker F1": report["types"][name]["quote_speaker"]["f1"] for name in scorer.TYPES},
        "speech only, quote+speaker F1": speech["quote_speaker"]["f1"],
    }
    return {row: 100 * share for row, share in shares.items()}


def intervals(scorer: ModuleType, of_all: Counts, of_speech: Counts, draws: int) -> dict[str, tuple[float, float]]:
    """Return each row's 95 % percentile interval over articles; the draws are those of the scorer's ``--boot``."""
    chance = random.Random(0)  # noqa: S311 - nothing is secret here
    drawn = []
    for _ in range(draws):
        articles = chance.choices(range(len(of_all)), k=len(of_all))
        drawn.append(figures(scorer, [of_all[at] for at in articles], [of_speech[at] for at in articles]))
    ordered = {row: sorted(one[row] for one in drawn) for row in drawn[0]}
    low, high = int(0.025 * draws), min(draws - 1, int(0.975 * draws))
    return {row: (values[low], values[high]) for row, values in ordered.items()}


def judged(scorer: ModuleType, golds: list[Row], found: list[Row]) -> list[tuple[float, bool]]:
    """Return confidence, and whether content and source are right, of each attribution that has a confidence."""
    return [
        (row["confidence"], right)
        for gold, prediction in zip(golds, found, strict=True)
        for row, right in zip(prediction["attributions"], judge(scorer, gold, prediction), strict=True)
        if row.get("confidence") is not None
    ]


def judge(scorer: ModuleType, gold: Row, prediction: Row) -> list[bool]:
    """Tell of each predicted attribution whether it is right as quote+speaker has it."""
    words = scorer.words_of(gold["text"])
    mask = scorer.quoted_mask(gold["text"], words)
    golds, predicted = (
        [scorer.Item(attribution, gold["text"], words, mask, DIRECT_SHARE) for attribution in one["attributions"]]
        for one in (gold, prediction)
    )
    pairs = scorer.pair(golds, predicted)
    right = {at for of, at in pairs if scorer.source_right(golds[of], predicted[at])}
    return [number in right for number in range(len(predicted))]


def risk(judgements: list[tuple[float, bool]]) -> list[list[str]]:
    """Return the risk–coverage curve as a table, empty where nothing has a confidence."""
    if not judgements:
        return []
    ordered = sorted(judgements, key=lambda one: -one[0])
    rows = [["shown", "confidence from", "wrong"]]
    for coverage in COVERAGES:
        kept = ordered[: max(round(coverage * len(ordered)), 1)]
        wrong = sum(not right for _, right in kept) / len(kept)
        rows.append([f"{coverage:.0%}", f"{kept[-1][0]:.2f}", f"{wrong:.1%}"])
    return rows


# Tables ---------------------------------------------------------------------------------------------------


def as_table(corner: str, columns: dict[str, dict[str, str]]) -> list[list[str]]:
    """Return *columns* row by row, the first of which has all rows; what a column lacks is a dash."""
    names = next(iter(columns.values()))
    return [[corner, *columns], *([row, *(column.get(row, "–") for column in columns.values())] for row in names)]


def as_text(rows: list[list[str]]) -> str:
    """Return *rows* in columns of equal width."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(
        "  ".join([cells[0].ljust(widths[0]), *map(str.rjust, cells[1:], widths[1:])]).rstrip() for cells in rows
    )


def as_markdown(rows: list[list[str]]) -> str:
    """Return *rows* as a table in Markdown."""
    rule = ["---", *["---:"] * (len(rows[0]) - 1)]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (rows[0], rule, *rows[1:]))


def load_scorer(name: str = "score_quotes", shared: Path = SHARED) -> ModuleType:
    """Load a scorer, which lies beside the data."""
    path = shared / "tools" / f"{name}.py"
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None or not path.exists():
        sys.exit(f"{path} is not there")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


if __name__ == "__main__":
    main()
