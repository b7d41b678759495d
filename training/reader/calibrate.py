"""Fit how far the reader's confidence can be trusted, on the readings of dev that evaluate keeps.

    python -m training.reader.calibrate --readings .reader/epoch-7.npz --plot docs/reader-calibration.svg

Writes ``calibration.json`` beside the readings: points of a rising curve from raw confidence to the share of
attributions whose content and source are right (isotonic regression). The error that is printed, and the plot, are of
a five-fold cross-validation by article, so that they are not measured on what the curve was fitted to.
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


BINS = 10
"""Points of the plot, each of as many attributions."""

SIDE, MARGIN = 360, 48
"""Of the plot, in pixels."""


def draw(readings: dict[str, tuple[NDArray[np.float64], str]], rights: NDArray[np.bool_]) -> str:
    """Return the reliability plot as SVG: how much was right, by confidence.

    *readings* are the confidences and the colour of each series, by name.
    """

    def place(share: float, *, down: bool = False) -> float:
        across = MARGIN + share * (SIDE - 2 * MARGIN)
        return round(SIDE - across if down else across, 1)

    low, high = place(0), place(1)
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {SIDE} {SIDE}" font-family="sans-serif" font-size="12">',
        f'<rect width="{SIDE}" height="{SIDE}" fill="white"/>',
        f'<path d="M{low} {low}V{high}H{high}V{low}Z M{low} {high}L{high} {low}" fill="none" stroke="#999"/>',
        f'<text x="{SIDE / 2}" y="{SIDE - 10}" text-anchor="middle">confidence</text>',
        f'<text x="14" y="{SIDE / 2}" transform="rotate(-90 14 {SIDE / 2})" text-anchor="middle">share right</text>',
    ]
    for tick in (0.0, 0.5, 1.0):
        lines.append(f'<text x="{place(tick)}" y="{high + 16}" text-anchor="middle">{tick:g}</text>')
        lines.append(f'<text x="{low - 6}" y="{place(tick, down=True) + 4}" text-anchor="end">{tick:g}</text>')
    for number, (name, (confidences, colour)) in enumerate(readings.items()):
        parts = np.array_split(np.argsort(confidences, kind="stable"), min(BINS, len(confidences)))
        points = [(place(confidences[part].mean()), place(rights[part].mean(), down=True)) for part in parts]
        path = " ".join(f"{x},{y}" for x, y in points)
        lines.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
        lines += [f'<circle cx="{x}" cy="{y}" r="4" fill="{colour}"/>' for x, y in points]
        lines.append(f'<text x="{low + 10}" y="{low + 18 * (number + 1)}" fill="{colour}">{name}</text>')
    return "\n".join([*lines, "</svg>"]) + "\n"


def main() -> None:
    """Fit, check, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--readings", type=Path, required=True)
    parser.add_argument("--plot", type=Path, help="where to draw the reliability plot (SVG)")
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
    if arguments.plot:
        series = {"raw": (confidences, "#999999"), "calibrated, cross-validated": (crossed, "#1f5fa8")}
        arguments.plot.write_text(draw(series, rights), encoding="utf-8")
    out = arguments.readings.with_name("calibration.json")
    out.write_text(json.dumps(fit(confidences, rights)) + "\n", encoding="utf-8")
    print(f"wrote {out}")


if __name__ == "__main__":
    main()
