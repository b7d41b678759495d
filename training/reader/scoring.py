"""How good attributions are, by the project's own scorer, and how far their confidence can be trusted."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.analyse.decoding import Linked
from bot.models import Spans
from training.reader.data import SHARED

sys.path.insert(0, str(SHARED / "tools"))
import score_quotes  # type: ignore[import-not-found]

DIRECT_SHARE = 0.8
"""The share of words in quotation marks that makes a content direct: the scorer's default."""

COVERAGES = (0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 1.0)


def as_prediction(gold: dict[str, Any], found: list[Linked]) -> dict[str, Any]:
    """Return what was found in the article *gold*, as the scorer reads it."""

    def pairs(spans: Spans) -> list[list[int]]:
        return [[span.start, span.end] for span in spans]

    attributions = [
        {
            "source": pairs(one.source),
            "cue": pairs(one.cue),
            "content": pairs(one.content),
            "confidence": round(one.confidence, 6),
        }
        for one in found
    ]
    return {"id": gold["id"], "attributions": attributions}


def main_rows(golds: list[dict[str, Any]], predictions: list[dict[str, Any]]) -> dict[str, float]:
    """Return the figures that the project is measured by, in per cent."""
    of_all = _report(golds, predictions)
    of_speech = _report(golds, predictions, "speech")
    content, types = of_all["content"], of_all["types"]
    rows = {
        "quote+speaker": of_all["quote_speaker"]["f1"],
        "content overlap": content["overlap"]["f1"],
        "exact (words)": content["exact_word"]["f1"],
        "content tokens": content["tokens"]["f1"],
        "attribution accuracy": of_all["attribution_accuracy"],
        **{f"quote+speaker {name}": types[name]["quote_speaker"]["f1"] for name in score_quotes.TYPES},
        "quote+speaker --only speech": of_speech["quote_speaker"]["f1"],
    }
    return {name: round(100 * value, 1) for name, value in rows.items()}


def _report(golds: list[dict[str, Any]], predictions: list[dict[str, Any]], only: str | None = None) -> dict[str, Any]:
    by_id = {prediction["id"]: prediction for prediction in predictions}
    counts = [score_quotes.count_doc(gold, by_id.get(gold["id"]), DIRECT_SHARE, only) for gold in golds]
    report: dict[str, Any] = score_quotes.report(score_quotes.total(counts))
    return report


def show_rows(rows: dict[str, float]) -> str:
    """Return *rows* for a log."""
    return "\n".join(f"  {name:<28} {value:5.1f}" for name, value in rows.items())


def judge(gold: dict[str, Any], prediction: dict[str, Any]) -> list[bool]:
    """Tell of each predicted attribution whether it is right as "quote+speaker" has it: content met, source met."""
    text = gold["text"]
    words = score_quotes.words_of(text)
    mask = score_quotes.quoted_mask(text, words)
    golds, predicted = (
        [score_quotes.Item(attribution, text, words, mask, DIRECT_SHARE) for attribution in one["attributions"]]
        for one in (gold, prediction)
    )
    right = {
        at for of, at in score_quotes.pair(golds, predicted) if score_quotes.source_right(golds[of], predicted[at])
    }
    return [number in right for number in range(len(predicted))]


def judged(
    golds: Iterable[dict[str, Any]], predictions: Iterable[dict[str, Any]]
) -> tuple[NDArray[np.float64], NDArray[np.bool_], NDArray[np.int64]]:
    """Return of all predicted attributions the confidence, whether they are right, and the number of the article."""
    rows = [
        (attribution["confidence"], right, number)
        for number, (gold, prediction) in enumerate(zip(golds, predictions, strict=True))
        for attribution, right in zip(prediction["attributions"], judge(gold, prediction), strict=True)
    ]
    confidences, rights, numbers = zip(*rows, strict=True) if rows else ((), (), ())
    return np.array(confidences, float), np.array(rights, bool), np.array(numbers, int)


def show_risk(confidences: NDArray[np.float64], rights: NDArray[np.bool_]) -> str:
    """Return the risk–coverage curve: keeping the most confident share, how many are wrong."""
    order = np.argsort(-confidences, kind="stable")
    lines = ["  coverage  confidence from  wrong"]
    for coverage in COVERAGES:
        kept = order[: max(round(coverage * len(order)), 1)]
        if len(kept):
            lines.append(f"  {coverage:8.0%}  {confidences[kept].min():15.2f}  {1 - rights[kept].mean():5.1%}")
    return "\n".join(lines)


def calibration_error(confidences: NDArray[np.float64], rights: NDArray[np.bool_], bins: int = 10) -> float:
    """Return how far confidence is from the share that is right, over equally full bins (ECE)."""
    order = np.argsort(confidences, kind="stable")
    parts = [part for part in np.array_split(order, bins) if len(part)]
    gaps = [len(part) * abs(confidences[part].mean() - rights[part].mean()) for part in parts]
    return float(sum(gaps) / max(len(order), 1))
