"""Measure a reader on PolNeAR's dev part, by the very code that runs in the bot.

    python -m training.reader.evaluate --model .reader/epoch-4.pt       a checkpoint, its readings kept beside it
    python -m training.reader.evaluate --readings .reader/epoch-4.npz   those readings decoded anew, in seconds
    python -m training.reader.evaluate --onnx bot/analyse               what ships
    python -m training.reader.evaluate --labels                         the labels themselves: what decoding loses

Prints the rows of ../shared/tools/score_quotes.py that count and the risk–coverage curve. ``--out FILE`` keeps the
predictions in that scorer's format.
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from bot.analyse.decoding import TAGS, Reading, decode
from bot.analyse.pieces import cut_windows
from bot.analyse.reader import Answer, Reader, Run, read_windows
from training.reader.data import DEV, Labelled, fill, load_articles, minilm_tokenizer
from training.reader.grammar import IGNORED
from training.reader.model import Probabilities, ReaderModel, load_model
from training.reader.scoring import as_prediction, calibration_error, judged, main_rows, show_risk, show_rows


def torch_run(model: ReaderModel) -> Run:
    """Let *model* stand in for the exported one."""
    model.eval()
    probabilities = Probabilities(model)

    def run(ids: NDArray[np.int64], kinds: NDArray[np.int64]) -> Answer:
        with torch.inference_mode():
            tags, links, speakers, vectors = probabilities(torch.from_numpy(ids), torch.from_numpy(kinds))
        return tags.numpy(), links.numpy(), speakers.numpy(), vectors.numpy()

    return run


def read_all(model: ReaderModel, articles: list[Labelled]) -> list[Reading]:
    """Read every article with *model*, before it is exported."""
    run = torch_run(model)
    return [read_windows(run, article.pieces, longest=model.size.longest) for article in articles]


def perfect_reading(article: Labelled) -> Reading:
    """Return what a reader would say that knew the labels and was hardly ever in doubt."""
    windows = cut_windows(len(article.pieces))
    tags = np.full((len(article.pieces), len(TAGS)), 0.01, np.float32)
    tags[range(len(tags)), article.tags.clip(min=0)] = 0.94
    shown = [fill([(0, window)], [article]) for window in windows]
    links = tuple(perfect_links(one.anchors[0, 1:-1]) for one in shown)
    speakers = tuple(perfect_links(one.speakers[0, 1:-1, None]) for one in shown)
    return Reading(tags, windows, links, speakers)


def perfect_links(gold: NDArray[np.int64]) -> NDArray[np.float16]:
    """Return the link probabilities of a window that has the labels *gold*, ``(length, links)``."""
    known = gold != IGNORED
    shares = np.full((len(gold), 1 + len(gold)), 1e-3, np.float16)
    rows, columns = known.nonzero()
    shares[rows, gold[rows, columns]] = 0.9 / known.sum(1)[rows]
    return shares


def predict(
    readings: list[Reading], articles: list[Labelled], calibration: tuple[tuple[float, float], ...] = ()
) -> list[dict[str, Any]]:
    """Return what the readings say of the articles, in the scorer's format."""
    return [
        as_prediction(
            article.gold,
            decode(reading, article.pieces, article.gold["text"], article.quotations, calibration=calibration),
        )
        for reading, article in zip(readings, articles, strict=True)
    ]


def save_readings(readings: list[Reading], path: Path) -> None:
    """Write *readings*, so that they can be decoded again without the model."""
    arrays: dict[str, NDArray[Any]] = {}
    for number, reading in enumerate(readings):
        arrays[f"{number}.tags"] = reading.tags
        arrays[f"{number}.windows"] = np.array([(window.start, window.stop) for window in reading.windows], int)
        arrays |= {f"{number}.links.{at}": links for at, links in enumerate(reading.links)}
        arrays |= {f"{number}.speakers.{at}": speakers for at, speakers in enumerate(reading.speakers)}
    np.savez_compressed(path, **arrays)


def load_readings(path: Path) -> list[Reading]:
    """Load what ``save_readings`` wrote."""
    readings = []
    with np.load(path) as arrays:
        while f"{len(readings)}.tags" in arrays:
            number = len(readings)
            windows = tuple(range(start, stop) for start, stop in arrays[f"{number}.windows"].reshape(-1, 2).tolist())
            links = tuple(arrays[f"{number}.links.{at}"] for at in range(len(windows)))
            speakers = tuple(arrays[f"{number}.speakers.{at}"] for at in range(len(windows)))
            readings.append(Reading(arrays[f"{number}.tags"], windows, links, speakers))
    return readings


def save_predictions(predictions: list[dict[str, Any]], path: Path) -> None:
    """Write *predictions* as the scorer reads them, one article a line."""
    path.write_text("".join(json.dumps(prediction) + "\n" for prediction in predictions), encoding="utf-8")


def show(articles: list[Labelled], predictions: list[dict[str, Any]]) -> str:
    """Return all figures of *predictions*, for a log."""
    golds = [article.gold for article in articles]
    confidences, rights, _ = judged(golds, predictions)
    return "\n".join(
        [
            show_rows(main_rows(golds, predictions)),
            f"  calibration error            {100 * calibration_error(confidences, rights):5.1f}",
            show_risk(confidences, rights),
        ]
    )


def main() -> None:
    """Read or take the readings, decode, score."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--model", type=Path, help="a checkpoint of training.reader.train")
    what.add_argument("--onnx", type=Path, help="the folder of an exported reader")
    what.add_argument("--readings", type=Path, help="readings as --model keeps them")
    what.add_argument("--labels", action="store_true", help="instead of a reading, what the annotators marked")
    parser.add_argument("--out", type=Path, help="where to write the predictions")
    parser.add_argument("--articles", type=int, help="only the first so many")
    arguments = parser.parse_args()

    articles = load_articles(DEV, minilm_tokenizer(), arguments.articles)
    calibration: tuple[tuple[float, float], ...] = ()
    start = time.process_time()
    if arguments.readings:
        readings = load_readings(arguments.readings)[: len(articles)]
    elif arguments.labels:
        readings = [perfect_reading(article) for article in articles]
    elif arguments.onnx:
        reader = Reader(arguments.onnx)
        calibration = reader.calibration
        readings = [reader.read(article.pieces) for article in articles]
    else:
        readings = read_all(load_model(arguments.model), articles)
        save_readings(readings, arguments.model.with_suffix(".npz"))
    read = time.process_time()
    predictions = predict(readings, articles, calibration)
    print(f"read in {read - start:.1f} s, decoded in {time.process_time() - read:.1f} s (CPU)")
    print(show(articles, predictions))
    if arguments.out:
        save_predictions(predictions, arguments.out)


if __name__ == "__main__":
    main()
