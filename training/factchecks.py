"""Fit how likely a fact-check is of the very claim, and choose from when it is shown.

    python -m training.factchecks                    writes bot/factchecks/match.json

Learns from the choosing part of the made-up fact-checks in ``tests/factchecks`` alone; what came of it on the part
that only reports is printed by ``python -m benchmarks.factchecks``.
"""

from __future__ import annotations

import json

import numpy as np
import spacy
from sklearn.linear_model import LogisticRegression

from benchmarks.factchecks import Asked, ask_all, count, load_matcher
from bot.factchecks.match import MODEL, Features
from bot.settings import Settings

LARGEST_RISK = 0.01
"""Part of what is shown that may be wrong on the choosing part: half of what the reporting part may have."""

SINGLES_COUNT = 3.0
"""How much more a claim written by itself weighs than one of a row, of which there are more and more alike."""

STRENGTH = 3.0
"""Of the regularisation, inverted, as scikit-learn has it. A guess that was not tuned."""


def fit(asked: list[Asked]) -> tuple[list[float], float]:
    """Return weights and bias."""
    rows: list[Features] = []
    right: list[bool] = []
    weights: list[float] = []
    for one in asked:
        for number, features in one.compared:
            rows.append(features)
            right.append(number == one.belongs)
            weights.append(SINGLES_COUNT if one.source == "single" else 1.0)
    model = LogisticRegression(C=STRENGTH).fit(np.array(rows), np.array(right), sample_weight=np.array(weights))
    return [round(float(weight), 4) for weight in model.coef_[0]], round(float(model.intercept_[0]), 4)


def choose(asked: list[Asked], weights: list[float], bias: float) -> float:
    """Return the lowest threshold from which on at most ``LARGEST_RISK`` of what is shown is wrong."""
    for threshold in np.arange(0.5, 1.0, 0.005):
        found = count(asked, lambda features: 1 / (1 + np.exp(-np.dot(weights, features) - bias)), float(threshold))
        if found.wrong <= LARGEST_RISK * found.shown and found.wrong_of_others <= LARGEST_RISK * found.others:
            return round(float(threshold), 3)
    raise SystemExit("no threshold is safe enough")


def main() -> None:
    """Compare, fit, choose, write."""
    path = MODEL
    if not path.exists():
        path.write_text(json.dumps({"weights": [], "bias": 0, "threshold": 1}), encoding="utf-8")
    asked = ask_all(load_matcher(spacy.load(Settings.model_fields["spacy_model"].default)), "choose")
    weights, bias = fit(asked)
    model = {"weights": weights, "bias": bias, "threshold": choose(asked, weights, bias)}
    path.write_text(json.dumps(model, indent=1) + "\n", encoding="utf-8")
    print(model)


if __name__ == "__main__":
    main()
