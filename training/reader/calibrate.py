"""Fit how far the reader's confidence can be trusted, on the readings of dev that evaluate keeps.

    python -m training.reader.calibrate --readings .reader/epoch-4.npz

Writes ``calibration.json`` beside the readings: points of a rising curve from raw confidence to the share of
attributions whose content and source are right (isotonic regression). The error that is printed is of a
five-fold cross-validation by article, so that it is not measured on what it was fitted to.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.isotonic import IsotonicRegression

from training.reader.data import DEV, load_articles, minilm_tokenizer
from training.reader.evaluate import load_readings, predict
from training.reader.scoring import calibration_error, judged, show_risk

FOLDS = 5
FEWEST = 30
"""Attributions that a step of the curve rests on at least. A guess: fewer, and chance speaks."""


def fit(confidences: NDArray[np.float64], rights: NDArray[np.bool_]) -> list[tuple[float, float]]:
    """Return the points of the curve, from confidence 0 to 1, never falling."""
    order = np.argsort(confidences, kind="stable")
    parts = np.array_split(order, max(len(order) // FEWEST, 1))
    raw = np.array([confidences[part].mean() for part in parts])
    share = np.array([rights[part].mean() for part in parts])
    risen = IsotonicRegression(y_min=0, y_max=1).fit_transform(raw, share)
    xs, ys = np.round([0, *raw, 1], 4), np.round([risen[0], *risen, risen[-1]], 4)
    steps = np.diff(ys) > 0
    needed = np.append(steps, True) | np.append(True, steps)  # within a level stretch, its ends say all
    return list(zip(xs[needed].tolist(), ys[needed].tolist(), strict=True))


def main() -> None:
    """Fit, check, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--readings", type=Path, required=True)
    arguments = parser.parse_args()

    readings = load_readings(arguments.readings)
    articles = load_articles(DEV, minilm_tokenizer(), len(readings))
    confidences, rights, numbers = judged([article.gold for article in articles], predict(readings, articles))
    if not len(confidences):
        raise SystemExit("these readings have no attributions to calibrate on")
    crossed = np.zeros(len(confidences))
    for fold in range(FOLDS):
        held = numbers % FOLDS == fold
        if held.any() and not held.all():
            crossed[held] = np.interp(confidences[held], *np.array(fit(confidences[~held], rights[~held])).T)
    print(f"calibration error, raw         {100 * calibration_error(confidences, rights):5.1f}")
    print(f"calibration error, calibrated  {100 * calibration_error(crossed, rights):5.1f} (cross-validated)")
    print(show_risk(crossed, rights))
    out = arguments.readings.with_name("calibration.json")
    out.write_text(json.dumps(fit(confidences, rights)) + "\n", encoding="utf-8")
    print(f"wrote {out}")


if __name__ == "__main__":
    main()
