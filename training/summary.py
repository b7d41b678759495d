"""Make ``bot/analyse/salience.json``, which weighs what tells that a sentence belongs into a summary.

    python -m training.summary        train, print the weights, and write them to bot/analyse/

Needs scikit-learn and rouge-score (dependency groups "training" and "benchmarks"), ``cnndm`` and ``gum`` of
../shared/data. It learns from the 233 articles of ``qags_consistency.jsonl``, which have a machine's summary each and
serve nothing else here, and from GUM's other genres, with one by a person each; realsumm and GUM's news are kept to
choose on. Two sets of weights are put together: a ridge regression on how much each sentence tells of the summary, and
what a random local search finds for the ROUGE-1 of whole summaries that obey all rules. No text is kept.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from rouge_score.rouge_scorer import RougeScorer
from sklearn.linear_model import Ridge

from benchmarks.predict import unchanged
from bot.analyse.lifting import Lifter
from bot.analyse.pipeline import Pipeline, load_pipeline
from bot.analyse.quotation import find_quotations
from bot.analyse.salience import MODEL, NAMES, salience_signs
from bot.analyse.sentences import find_sentences
from bot.analyse.summary import SHARE, Candidate, choose, find_candidates
from bot.analyse.worth import Story
from bot.models import split_paragraphs
from bot.settings import Settings

DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
ALPHA = 30.0
"""Of the ridge regression; among 3, 30 and 300 it makes little difference."""

FEWEST = 6
"""Sentences that a text must have for the regression: of fewer there is not much to choose."""

START = {"near the top": 1.0, "depth": -1.0, "many such words": 0.5, "words of the headline": 0.5, "quoted": -0.5}
"""Where the search begins: news tells its story at the top, in words that come back."""

TRIES, STEP, CHANGED = 1500, 0.3, 0.3
"""Changes tried, their standard deviation, and the share of the weights that each changes."""

MOST = 3
PENALTY = 0.002
"""What the mean square of the weights costs, so that none grows on little evidence. A guess."""

MIXED = 0.15
"""How much the search's weights count beside the regression's: among 0, .1, .15, .2, .3 and .6 on realsumm and GUM's
news."""

SHIFTS = {"length": -0.8, "depth": -0.7, "like the whole": 1.0}
"""Added in the end, chosen on the same two sets among a few values each: the regression looks at single sentences, and
so it finds long ones too good."""


class Example:
    """A text's sentences, those among them that may be chosen, and the summary that they are compared with."""

    def __init__(self, text: str, summary: str, story: Story, signs: np.ndarray, found: Sequence[Candidate]) -> None:
        self.text, self.summary, self.signs, self.candidates = text, summary, signs, found
        self.sentences = [story.sentences[number].of(text) for number in story.body]
        self.most = max(1, min(MOST, len(story.body) // SHARE))

    def rouge(self, weights: np.ndarray) -> float:
        """Return the ROUGE-1 F1 of what *weights* choose."""
        chosen = choose(self.candidates, weights, most=self.most)
        return rouge(self.summary, "\n".join(one.sentence.of(self.text) for one in chosen))[0]


@cache
def rouge(reference: str, summary: str) -> tuple[float, float]:
    """Return the F1 of ROUGE-1 and of ROUGE-2, stemmed."""
    scores = RougeScorer(["rouge1", "rouge2"], use_stemmer=True).score(reference, summary)
    return float(scores["rouge1"].fmeasure), float(scores["rouge2"].fmeasure)


def example(pipeline: Pipeline, text: str, summary: str) -> Example:
    """Read *text* as ``Pipeline.analyse`` does, up to the summary."""
    article, paragraphs = unchanged(text), split_paragraphs(text)
    analysis = pipeline.analyse(article)
    quotations = find_quotations(text, paragraphs)
    doc = pipeline.seen(text)
    headline = article.headline if len(paragraphs) > 1 else None
    story = Story(doc, find_sentences(doc, paragraphs, quotations), headline)
    lifter = Lifter(doc, paragraphs, quotations, analysis.attributions, analysis.speakers, analysis.entities)
    signs = np.stack([salience_signs(story, number, quotations) for number in story.body])
    return Example(text, summary, story, signs, find_candidates(story, lifter, quotations, analysis.attributions))


def regress(examples: Sequence[Example]) -> np.ndarray:
    """Return weights for how much each sentence tells of the summary, both counted from the text's mean."""
    signs, told = [], []
    for one in examples:
        if len(one.sentences) >= FEWEST:
            worth = np.array([sum(rouge(one.summary, sentence)) for sentence in one.sentences])
            signs.append(one.signs - one.signs.mean(0))
            told.append((worth - worth.mean()) / (worth.std() + 1e-6))
    inputs = np.concatenate(signs)
    scale = inputs.std(0) + 1e-3
    model = Ridge(alpha=ALPHA, fit_intercept=False).fit(inputs / scale, np.concatenate(told))
    return np.asarray(model.coef_ / scale, np.float32)


def search(examples: Sequence[Example]) -> np.ndarray:
    """Return the weights that the search ends with; the seed is fixed."""
    chance = np.random.default_rng(0)
    best = np.array([START.get(name, 0.0) for name in NAMES], np.float32)
    value = worth(examples, best)
    for _ in range(TRIES):
        tried = best + (chance.normal(0, STEP, len(best)) * (chance.random(len(best)) < CHANGED)).astype(np.float32)
        if (found := worth(examples, tried)) > value:
            best, value = tried, found
    return best


def worth(examples: Sequence[Example], weights: np.ndarray) -> float:
    """Return the mean ROUGE-1 less the penalty."""
    return float(np.mean([one.rouge(weights) for one in examples]) - PENALTY * float(weights @ weights) / len(weights))


def rows(name: str) -> list[dict[str, Any]]:
    """Read a file of JSON lines."""
    return [json.loads(line) for line in (DATA / name).read_text(encoding="utf-8").splitlines() if line.strip()]


def main() -> None:
    """Train and write."""
    argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter).parse_args()
    pipeline = load_pipeline(Settings.model_fields["spacy_model"].default)
    news = [
        example(pipeline, row["text"], one["summary"])
        for row in rows("cnndm/qags_consistency.jsonl")
        for one in row["systems"].values()
    ]
    others = [example(pipeline, row["text"], row["references"][0]) for row in rows("gum/other_genres.jsonl")]
    weights = regress([*news, *others]) + MIXED * search(news)
    weights += np.array([SHIFTS.get(name, 0.0) for name in NAMES], np.float32)
    named = {name: round(float(weight), 3) for name, weight in zip(NAMES, weights, strict=True)}
    for name, weight in named.items():
        print(f"{weight:8.3f}  {name}")
    MODEL.write_text(json.dumps({"weights": named}, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
