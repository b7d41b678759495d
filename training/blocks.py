"""Make ``bot/extract/blocks.npz``, the model that tells which blocks of a page are its story.

    python -m training.blocks evaluate     five-fold cross-validation by page, beside trafilatura, printed
    python -m training.blocks train        on all pages, written to bot/extract/

Needs scikit-learn (dependency group "training") and the two text sets of ../shared/data. A block is story if at
least 60 % of its four-word windows stand in the marked text; a shorter one, if it stands there between such blocks.
"""

from __future__ import annotations

import argparse
import gzip
import json
import re
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier

from bot.extract.blocks import Block
from bot.extract.choice import decide, features
from bot.extract.story import DOUBTFUL, look_again, read_page
from bot.models import Page

DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
SETS = ("article-extraction", "article-fulltext")
MODEL = Path(__file__).resolve().parents[1] / "bot" / "extract" / "blocks.npz"
WORD = re.compile(r"\w+")  # as score_articles.py has it
WINDOW = 4
FOLDS = 5


@dataclass(frozen=True)
class Sample:
    """A page with what was marked on it."""

    name: str
    id: str
    marked: str
    blocks: Sequence[Block]
    taken: list[bool]
    taken_again: list[bool]  # with all of trafilatura's extractors
    story: list[bool]

    @property
    def weights(self) -> np.ndarray:
        """Weigh blocks by their words, and pages about alike."""
        words = np.array([min(max(len(block.text.split()), 1), 60) for block in self.blocks], float)
        return words**0.7 / sum(len(block.text.split()) for block in self.blocks) ** 0.5


def samples() -> Iterator[Sample]:
    """Read the pages of both sets as the extractor sees them."""
    for name in SETS:
        truth = json.loads((DATA / name / "ground-truth.json").read_text(encoding="utf-8"))
        for id_, gold in truth.items():
            body = gzip.decompress((DATA / name / "html" / f"{id_}.html.gz").read_bytes())
            page = Page(gold["url"], gold["url"], body, "text/html", None, datetime.now(UTC))
            seen = read_page(page)
            story = label(seen.shown, gold["articleBody"])
            again = look_again(seen).is_taken
            yield Sample(name, id_, gold["articleBody"], seen.shown, seen.is_taken, again, story)


def label(blocks: Sequence[Block], marked: str) -> list[bool]:
    """Tell which *blocks* stand in the *marked* text."""
    words = WORD.findall(marked)
    windows = set(zip(*(words[k:] for k in range(WINDOW)), strict=False))
    running = f" {' '.join(words)} "
    sure: list[bool | None] = []
    for block in blocks:
        own = WORD.findall(block.text)
        if len(own) >= WINDOW + 2:
            parts = list(zip(*(own[k:] for k in range(WINDOW)), strict=False))
            sure.append(sum(part in windows for part in parts) >= 0.6 * len(parts))
        else:
            sure.append(None if own and f" {' '.join(own)} " in running else False)
    return [_between(sure, blocks, number) if known is None else known for number, known in enumerate(sure)]


def _between(sure: Sequence[bool | None], blocks: Sequence[Block], number: int) -> bool:
    near = [
        known
        for other, known in enumerate(sure[max(number - 3, 0) : number + 4], max(number - 3, 0))
        if known is not None and len(blocks[other].text) > 30
    ]
    return bool(near) and 2 * sum(near) >= len(near)


def fit(pages: Sequence[Sample]) -> HistGradientBoostingClassifier:
    """Train on *pages*; the seed is fixed."""
    model = HistGradientBoostingClassifier(
        max_iter=160,
        max_leaf_nodes=16,
        learning_rate=0.07,
        l2_regularization=10,
        min_samples_leaf=60,
        max_features=0.5,
        random_state=0,
    )
    return model.fit(
        np.vstack([features(page.blocks, page.taken) for page in pages]),
        np.concatenate([page.story for page in pages]),
        sample_weight=np.concatenate([page.weights for page in pages]),
    )


def export(model: HistGradientBoostingClassifier, path: Path) -> None:
    """Write the trees as the plain arrays that ``bot.extract.choice`` reads, for which numpy is enough."""
    trees = [_flatten(predictors[0].nodes) for predictors in model._predictors]
    leaves = max(len(values) for _, values in trees)
    feature = np.zeros((len(trees), leaves - 1), np.int16)
    threshold = np.full((len(trees), leaves - 1), np.inf, np.float32)  # a test that never fails, where a tree is small
    left = np.zeros((len(trees), leaves - 1), np.uint16)
    value = np.zeros((len(trees), leaves), np.float32)
    for row, (tests, values) in enumerate(trees):
        value[row, : len(values)] = values
        for column, test in enumerate(tests):
            feature[row, column], threshold[row, column], left[row, column] = test
    base = np.float32(model._baseline_prediction.ravel()[0])
    np.savez_compressed(path, feature=feature, threshold=threshold, left=left, value=value, base=base)


def _flatten(nodes: np.ndarray, node: int = 0, first: int = 0) -> tuple[list[tuple[int, float, int]], list[float]]:
    """Return a tree's tests (column, threshold, bits of the leaves on the left) and its leaves' values, from the left.

    *first* is the number of the first leaf under *node*.
    """
    if nodes[node]["is_leaf"]:
        return [], [nodes[node]["value"]]
    below, values = _flatten(nodes, nodes[node]["left"], first)
    above, more = _flatten(nodes, nodes[node]["right"], first + len(values))
    bits = ((1 << len(values)) - 1) << first
    return [(nodes[node]["feature_idx"], nodes[node]["num_threshold"], bits), *below, *above], values + more


def evaluate() -> None:
    """Print text scores of pages that the model was not trained on, as ``score_articles.py`` defines them."""
    pages = list(samples())
    fold = [zlib.crc32(page.id.encode()) % FOLDS for page in pages]
    kept: dict[str, list[bool]] = {}
    for number in range(FOLDS):
        model = fit([page for page, own in zip(pages, fold, strict=True) if own != number])
        for page, own in zip(pages, fold, strict=True):
            if own == number:
                kept[page.id] = _choose(model, page)
    for name in SETS:
        mine = [page for page in pages if page.name == name]
        print(f"{name}: {len(mine)} pages")
        for what, choice in (
            ("what trafilatura took", {page.id: page.taken for page in mine}),
            ("with the model, unseen pages", kept),
            ("if every label were met", {page.id: page.story for page in mine}),
        ):
            print(f"  {what:30} {_scores(mine, choice)}")


def _choose(model: HistGradientBoostingClassifier, page: Sample) -> list[bool]:
    """Choose as ``bot.extract.story`` does, with another model."""
    for taken in (page.taken, page.taken_again):
        if not any(taken):
            return taken
        choice = decide(page.blocks, taken, model.predict_proba(features(page.blocks, taken))[:, 1])
        if choice.doubt <= DOUBTFUL:
            break
    return choice.chosen


def _scores(pages: Sequence[Sample], choice: dict[str, list[bool]]) -> str:
    precisions, recalls = [], []
    for page in pages:
        words = "\n".join(b.text for b, own in zip(page.blocks, choice[page.id], strict=True) if own)
        gold, shown = _windows(WORD.findall(page.marked)), _windows(WORD.findall(words))
        shared = sum(min(count, gold.get(window, 0)) for window, count in shown.items())
        if shown:
            precisions.append(shared / sum(shown.values()))
        recalls.append(shared / max(sum(gold.values()), 1))
    precision, recall = float(np.mean(precisions)), float(np.mean(recalls))
    return f"F1 {2 * precision * recall / (precision + recall):.4f}  P {precision:.4f}  R {recall:.4f}"


def _windows(words: Sequence[str]) -> dict[tuple[str, ...], int]:
    counts: dict[tuple[str, ...], int] = {}
    for window in zip(*(words[k:] for k in range(WINDOW)), strict=False):
        counts[window] = counts.get(window, 0) + 1
    return counts


def main() -> None:
    """Run the command that the arguments name."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("command", choices=("evaluate", "train"))
    if parser.parse_args().command == "evaluate":
        evaluate()
    else:
        export(fit(list(samples())), MODEL)


if __name__ == "__main__":
    main()
