"""Make ``bot/analyse/worth.npz``, which ranks claims by how much they deserve a check.

    python -m training.claims see CACHE      read ClaimBuster and the graded news, and keep what the model sees (.npz)
    python -m training.claims evaluate CACHE cross-validation by transcript and by article, printed
    python -m training.claims train CACHE    on all of it, written to bot/analyse/

Needs scikit-learn (dependency group "training"), ``claimbuster``, ``checkthat`` and ``polnear`` of ../shared/data. What
the model sees is made by the shipped pipeline itself, so that nothing differs when it is used. ``grades.jsonl`` holds
no text: ids of articles of PolNeAR's train part, and for each sentence its offsets and its grade, as newsclaims
defines them (0 nothing to check, 1 checkable, 2 worth a check).
"""

from __future__ import annotations

import argparse
import json
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.metrics import average_precision_score

from benchmarks.predict import unchanged
from bot.analyse.pipeline import Pipeline, load_pipeline
from bot.analyse.worth import (
    MODEL,
    Statement,
    Story,
    Worth,
    debate_inputs,
    news_inputs,
    sentence_inputs,
    with_neighbours,
)
from bot.models import CharSpan
from bot.settings import Settings

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
GRADES = Path(__file__).with_name("grades.jsonl")
FOLDS = 5
DEBATE_C = 0.003
"""Of the logistic regression, chosen among .001 to .1 by cross-validation on ClaimBuster."""

NEWS_ALPHA = 100.0
"""Of the ridge regression, chosen among 10, 100 and 300 on newsclaims' dev part."""

GRADE_ALPHA = 1000.0
"""Of the grade head's, chosen among 300, 1,000, 3,000 and 10,000 by cross-validation on the graded news."""

AIMS = np.array([0, 0.3, 1])
"""What the heads shall answer for each grade. Chosen likewise: halfway for 1 ranks worse."""

WORTH = 2
"""The grade of what is worth a check."""

TOP = 5
"""How many sentences are looked at first."""

WEAK = 0.5
"""How much the signs count beside place and heads, before the ridge shrinks them. Chosen on newsclaims' dev part."""

Cache = dict[str, np.ndarray]


class Recorder(Worth):
    """Takes the model's place in the pipeline, and keeps what it is asked about."""

    def __init__(self) -> None:
        self.asked: list[tuple[Story, Statement]] = []

    def scores(self, story: Story, statements: Sequence[Statement]) -> np.ndarray:
        """Keep *statements*, and call all of them worth nothing."""
        self.asked += [(story, one) for one in statements]
        return np.zeros(len(statements), np.float32)


def rows(path: Path) -> list[dict[str, Any]]:
    """Read a file of JSON lines."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def see(cache: Path) -> None:
    """Write what the model sees of both sets."""
    recorder = Recorder()
    shipped = load_pipeline(Settings.model_fields["spacy_model"].default, worth=recorder)
    np.savez(cache, **see_news(shipped, recorder), **see_debates(shipped))


def see_debates(pipeline: Pipeline) -> Cache:
    """Return inputs, labels and folds of ClaimBuster's sentences, each read alone; those of CheckThat's dev beside."""
    sentences = rows(DATA / "claimbuster" / "sentences.jsonl")
    others = rows(DATA / "checkthat" / "english2024.jsonl")
    return {
        "debates": np.stack([_alone(pipeline, row["text"]) for row in sentences]),
        "debates_label": np.array([row["label"] for row in sentences]),
        "debates_fold": np.array([zlib.crc32(row["doc"].encode()) % FOLDS for row in sentences]),
        "checkthat": np.stack([_alone(pipeline, row["text"]) for row in others]),
        "checkthat_label": np.array([row["label"] for row in others]),
    }


def _alone(pipeline: Pipeline, text: str) -> np.ndarray:
    shown, seen = debate_inputs(pipeline.seen(text), (CharSpan(0, len(text)),))
    return np.concatenate([shown, seen]).astype(np.float16)


def see_news(pipeline: Pipeline, recorder: Recorder) -> Cache:
    """Return inputs, grades and articles of all statements in the graded news."""
    texts = {row["id"]: row["text"] for row in rows(DATA / "polnear" / "train.jsonl")}
    debate, news, sees, grades, articles, sentences, weights = [], [], [], [], [], [], []
    for number, article in enumerate(rows(GRADES)):
        recorder.asked = []
        pipeline.analyse(unchanged(texts[article["id"]]))
        graded = {(start, end): grade for start, end, grade in article["sentences"]}
        places = [
            (story.sentences[one.sentence].start, story.sentences[one.sentence].end) for story, one in recorder.asked
        ]
        for (story, one), place in zip(recorder.asked, places, strict=True):
            if place not in graded:
                continue
            shown, seen = debate_inputs(story.doc, one.pieces)
            debate.append(np.concatenate([shown, seen]))
            news.append(news_inputs(story, one, shown))
            sees.append(sentence_inputs(story, one.sentence))
            grades.append(graded[place])
            articles.append(number)
            sentences.append(one.sentence)
            weights.append(1 / places.count(place))
    lists = {"grade": grades, "article": articles, "sentence": sentences, "weight": weights}
    return {
        "news_debate": np.stack(debate),
        "news": np.stack(news),
        "news_seen": np.stack(sees).astype(np.float16),
        **{f"news_{name}": np.array(values) for name, values in lists.items()},
    }


# The heads ----------------------------------------------------------------------------------------------


def scaled(inputs: np.ndarray, *, strong: int | None = None) -> tuple[np.ndarray, np.ndarray]:
    """Return mean and scale; all but the first *strong* columns are made to count less."""
    scale = inputs.std(0) + 1e-3
    if strong is not None:
        scale[strong:] /= WEAK
    return inputs.mean(0), scale


def fit_debate(inputs: np.ndarray, labels: np.ndarray) -> Cache:
    """Fit the debate head."""
    inputs = inputs.astype(np.float32)
    mean, scale = scaled(inputs)
    model = LogisticRegression(C=DEBATE_C, max_iter=300).fit((inputs - mean) / scale, labels)
    return _head("debate", mean, scale, model.coef_[0], model.intercept_[0])


def fit_news(head: str, inputs: np.ndarray, grades: np.ndarray, weights: np.ndarray, *, strong: int) -> Cache:
    """Fit the news head, or "plain", which has no debate head to ask."""
    mean, scale = scaled(inputs, strong=strong)
    model = Ridge(alpha=NEWS_ALPHA).fit((inputs - mean) / scale, AIMS[grades], sample_weight=weights)
    return _head(head, mean, scale, model.coef_, model.intercept_)


def _head(head: str, mean: np.ndarray, scale: np.ndarray, weights: np.ndarray, bias: float) -> Cache:
    arrays = {"mean": mean, "scale": scale, "weights": weights, "bias": np.array(bias)}
    return {f"{head}_{name}": array.astype(np.float32) for name, array in arrays.items()}


def apply(model: Cache, head: str, inputs: np.ndarray) -> np.ndarray:
    """Return the head's answers."""
    return (inputs - model[f"{head}_mean"]) / model[f"{head}_scale"] @ model[f"{head}_weights"] + model[f"{head}_bias"]


def fit_grade(cache: Cache, chosen: np.ndarray) -> Cache:
    """Fit the grade head on the sentences of the *chosen* statements, each once."""
    numbers = np.flatnonzero(chosen)
    places = np.stack([cache["news_article"], cache["news_sentence"]], 1)[numbers]
    numbers = numbers[np.unique(places, axis=0, return_index=True)[1]]
    inputs = cache["news_seen"][numbers].astype(np.float32)
    mean, scale = scaled(inputs)
    model = Ridge(alpha=GRADE_ALPHA).fit((inputs - mean) / scale, AIMS[cache["news_grade"][numbers]])
    return _head("grade", mean, scale, model.coef_, model.intercept_)


STRONG = 2 + 13
"""Columns that are not made to count less: the two other heads' answers and those of ``bot.analyse.worth.place``."""


def with_below(model: Cache, cache: Cache, head: str, graded: np.ndarray) -> np.ndarray:
    """Return what a news head sees: the debate head's answers and those *graded* first, which "plain" does not know."""
    below = np.stack([apply(model, "debate", cache["news_debate"]), graded], 1)
    return np.concatenate([below * (head == "news"), cache["news"]], 1).astype(np.float32)


def fit_heads(cache: Cache, model: Cache, chosen: np.ndarray) -> Cache:
    """Return *model*, which has a debate head, with the grade head and both news heads, fitted on *chosen* statements.

    What the news head is shown of the grade head is what one says that has not seen the article: else it would learn to
    trust it too much (Wolpert, 1992, "Stacked Generalization").
    """
    folds, graded = cache["news_article"] // FOLDS % FOLDS, np.zeros(len(chosen))
    for fold in range(FOLDS):
        unseen = fit_grade(cache, chosen & (folds != fold))
        graded[folds == fold] = apply(unseen, "grade", cache["news_seen"][folds == fold])
    model = model | fit_grade(cache, chosen)
    grades, weights = cache["news_grade"][chosen], cache["news_weight"][chosen]
    for head in ("news", "plain"):
        inputs = with_below(model, cache, head, graded)[chosen]
        model = model | fit_news(head, inputs, grades, weights, strong=STRONG)
    return model


def fit(cache: Cache) -> Cache:
    """Fit everything on everything."""
    debate = fit_debate(cache["debates"], cache["debates_label"])
    return fit_heads(cache, debate, np.ones(len(cache["news"]), bool))


def evaluate(cache: Cache) -> None:
    """Print average precision on transcripts, and on articles, that the model has not seen."""
    labels, folds = cache["debates_label"], cache["debates_fold"]
    answers = np.zeros(len(labels))
    for fold in range(FOLDS):
        head = fit_debate(cache["debates"][folds != fold], labels[folds != fold])
        answers[folds == fold] = apply(head, "debate", cache["debates"][folds == fold].astype(np.float32))
    print(f"ClaimBuster, {FOLDS} folds by transcript: AP {average_precision_score(labels, answers):.3f}")
    model = fit_debate(cache["debates"], labels)
    other = apply(model, "debate", cache["checkthat"].astype(np.float32))
    print(f"CheckThat 2024, dev-test part: AP {average_precision_score(cache['checkthat_label'], other):.3f}")
    print(f"graded news, {FOLDS} folds by article, mean over articles   AP    nDCG@{TOP}  P@{TOP}")
    for head, found in evaluate_news(cache, model).items():
        print(f"  {head:8}" + "".join(f"  {value:.3f}" for value in found))


def evaluate_news(cache: Cache, model: Cache) -> dict[str, np.ndarray]:
    """Return of each head the mean of ``ranking_scores`` over articles not seen."""
    folds = cache["news_article"] % FOLDS
    answers = {head: np.zeros(len(folds)) for head in ("grade", "news", "plain")}
    for fold in range(FOLDS):
        mine = folds == fold
        fitted = fit_heads(cache, model, ~mine)
        graded = apply(fitted, "grade", cache["news_seen"])
        answers["grade"][mine] = graded[mine]
        for head in ("news", "plain"):
            answers[head][mine] = apply(fitted, head, with_below(fitted, cache, head, graded))[mine]
    return {head: np.mean(list(ranking_scores(cache, found)), axis=0) for head, found in answers.items()}


def ranking_scores(cache: Cache, answers: np.ndarray) -> Iterator[tuple[float, float, float]]:
    """Yield for each article that has something worth a check how well *answers* rank its statements.

    That is the average precision, and by sentences, each by its best statement, nDCG and precision of the first five.
    """
    for article in np.unique(cache["news_article"]):
        mine = cache["news_article"] == article
        sentences, grades = cache["news_sentence"][mine], cache["news_grade"][mine]
        if not (grades == WORTH).any():
            continue
        found = with_neighbours(answers[mine], list(sentences))
        order = np.argsort(-found, kind="stable")
        first = np.sort(np.unique(sentences[order], return_index=True)[1])
        ranked = grades[order][first]
        top = ranked[:TOP]
        gains = [
            (2.0**some - 1) @ (1 / np.log2(np.arange(2, 2 + len(some)))) for some in (top, -np.sort(-ranked)[:TOP])
        ]
        yield average_precision_score(grades == WORTH, found), gains[0] / gains[1], float(np.mean(top == WORTH))


def main() -> None:
    """Run the command that the arguments name."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("command", choices=("see", "evaluate", "train"))
    parser.add_argument("cache", type=Path, help="a file for what the model sees; about 40 MB")
    args = parser.parse_args()
    if args.command == "see":
        see(args.cache)
        return
    with np.load(args.cache) as stored:
        cache = dict(stored)
    if args.command == "evaluate":
        evaluate(cache)
    else:
        np.savez_compressed(MODEL, **fit(cache))


if __name__ == "__main__":
    main()
