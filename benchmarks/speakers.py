"""Print how often the right speaker is named, and what a higher threshold of confidence would cost.

    python -m benchmarks.speakers [--set FILE] [--markdown]

The pipeline that the bot runs reads the articles of ../shared/data/speakers, in which every source was resolved by
hand, or of FILE, which has its form; ../shared/tools/score_speakers.py scores. The second table is the risk–coverage
curve: attributions whose confidence is below ``READING_LEAST_CONFIDENCE`` are shown as unattributed.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

from benchmarks.predict import speakers, unchanged
from benchmarks.quotes import SHARED, as_markdown, as_text, load_scorer
from bot.analyse.pipeline import Pipeline, load_pipeline
from bot.settings import Settings

DEV = SHARED / "data" / "speakers" / "dev.jsonl"
THRESHOLDS = (0.0, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8)

Row = dict[str, Any]


def main(arguments: Sequence[str] | None = None) -> None:
    """Read, score, print both tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--set", metavar="FILE", type=Path, default=DEV, help="annotated articles, one a line")
    parser.add_argument("--markdown", action="store_true", help="for a model card")
    parser.add_argument("--model", default=Settings.model_fields["spacy_model"].default, help="the spaCy pipeline")
    args = parser.parse_args(arguments)
    scorer = load_scorer("score_speakers")
    golds = [json.loads(line) for line in args.set.read_text(encoding="utf-8").splitlines() if line.strip()]
    found = predict(load_pipeline(args.model), golds)
    show = as_markdown if args.markdown else as_text
    figures, _ = scorer.score(golds, found)
    print(show([["per cent", args.set.stem], *([row, f"{value}"] for row, value in figures.items())]))
    print(f"\nRisk and coverage:\n\n{show(curve(scorer, golds, found))}")


def predict(pipeline: Pipeline, golds: list[Row]) -> dict[str, Row]:
    """Return what *pipeline* finds in each article, by its id, with confidence where it has one."""
    found = {}
    for number, gold in enumerate(golds, 1):
        analysis = pipeline.analyse(unchanged(gold["text"]))
        found[gold["id"]] = speakers(gold["text"], analysis)
        for row, attribution in zip(found[gold["id"]]["attributions"], analysis.attributions, strict=True):
            row["confidence"] = attribution.confidence
        if sys.stderr.isatty():
            print(f"\r{number}", end="", file=sys.stderr, flush=True)
    return found


def curve(scorer: ModuleType, golds: list[Row], found: dict[str, Row]) -> list[list[str]]:
    """Return for each threshold how many attributions have a speaker, and how many of these a wrong one."""
    rows = [["confidence from", "shown", "wrong", "right of all"]]
    for least in THRESHOLDS:
        figures, _ = scorer.score(golds, {name: surest(one, least) for name, one in found.items()})
        shown = figures["shown"] / figures["attributions with a speaker"]
        wrong, right = figures["wrong % of shown"] or 0, figures["end to end right %"]
        rows.append([f"{least:.1f}", f"{shown:.0%}", f"{wrong:.1f}%", f"{right:.1f}%"])
    return rows


def surest(found: Row, least: float) -> Row:
    """Return *found* with those unattributed whose confidence is below *least*; what rules found has none and stays."""
    attributions = [
        {**row, "speaker": row["speaker"] if row["confidence"] is None or row["confidence"] >= least else None}
        for row in found["attributions"]
    ]
    return {**found, "attributions": attributions}


if __name__ == "__main__":
    main()
