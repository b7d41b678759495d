"""Print how close the summaries come to those that people wrote, beside other systems in the same run.

    python -m benchmarks.summaries [--set FILE …] [--sentences N]

The sets are by default CNN and Daily Mail articles (REALSumm) and GUM's news; each system chooses N sentences, ours by
its own rules (whole, verbatim, no dangling pronoun, no quotation without its speaker), the others among the same
sentences of the body: the first ones; LexRank and TextRank as sumy has them; pytextrank, all of dependency group
"benchmarks". Scored by ../shared/tools/score_summaries.py; below, how many of our sentences are not verbatim, and how
many leave a pronoun in the air.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

import spacy

from benchmarks.predict import summaries, unchanged
from benchmarks.quotes import SHARED, as_text
from bot.analyse.pipeline import Pipeline, load_pipeline
from bot.analyse.quotation import find_quotations
from bot.analyse.sentences import find_sentences
from bot.settings import Settings

SETS = (SHARED / "data" / "cnndm" / "realsumm.jsonl", SHARED / "data" / "gum" / "news.jsonl")
ROWS = {"ROUGE-1": "rouge1_max", "ROUGE-2": "rouge2_max", "ROUGE-L": "rougeL_max", "words": "words"}

Row = dict[str, Any]
Choose = Callable[[list[str], int], list[str]]
"""Chooses so many of an article's sentences, in text order."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Sum up, score, print a table for each set."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--set", metavar="FILE", type=Path, nargs="+", default=SETS, help="articles with references")
    parser.add_argument("--sentences", metavar="N", type=int, default=3, help="in a summary")
    args = parser.parse_args(arguments)
    scorer = load_scorer()
    pipeline = load_pipeline(Settings.model_fields["spacy_model"].default)
    for path in args.set:
        golds = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
        found = predict(pipeline, golds, args.sentences)
        print(f"{path.stem}: {len(golds)} articles, {args.sentences} sentences\n")
        print(as_text(table(scorer, golds, found)) + "\n")


def predict(pipeline: Pipeline, golds: list[Row], number: int) -> dict[str, list[Row]]:
    """Return each system's summaries."""
    found: dict[str, list[Row]] = {name: [] for name in ("this summary", *OTHERS)}
    for gold in golds:
        text = gold["text"]
        analysis = pipeline.analyse(unchanged(text))
        found["this summary"].append({"id": gold["id"], **summaries(text, analysis)})
        sentences = body(pipeline, text)
        for name, choose in OTHERS.items():
            found[name].append({"id": gold["id"], "sentences": choose(sentences, number)})
    return found


def body(pipeline: Pipeline, text: str) -> list[str]:
    """Return the sentences below the headline, as the pipeline cuts them."""
    article = unchanged(text)
    doc = pipeline.parse(text, article.paragraphs)
    found = find_sentences(doc, article.paragraphs, find_quotations(text, article.paragraphs))
    headline = article.headline if len(article.paragraphs) > 1 else None
    return [" ".join(one.of(text).split()) for one in found if not (headline and headline.covers(one))]


def table(scorer: ModuleType, golds: list[Row], found: dict[str, list[Row]]) -> list[list[str]]:
    """Return a line for each figure, with a column for each system."""
    scores = {name: scorer.score(golds, rows)[0] for name, rows in found.items()}
    lines = [["", *scores]]
    for row, key in ROWS.items():
        factor = 1 if key == "words" else 100
        lines.append([row, *(f"{factor * one[key]:.1f}" for one in scores.values())])
    return lines


# The others -------------------------------------------------------------------------------------------------


def lead(sentences: list[str], number: int) -> list[str]:
    """Take the first ones."""
    return sentences[:number]


def by_sumy(name: str) -> Choose:
    """Return sumy's *name*, on sentences that are already cut."""

    def choose(sentences: list[str], number: int) -> list[str]:
        from sumy.models.dom import ObjectDocumentModel, Paragraph, Sentence
        from sumy.nlp.stemmers import Stemmer
        from sumy.summarizers.lex_rank import LexRankSummarizer
        from sumy.summarizers.text_rank import TextRankSummarizer
        from sumy.utils import get_stop_words

        words = Words()
        made = [Sentence(sentence, words) for sentence in sentences]
        summarizer = {"LexRank": LexRankSummarizer, "TextRank": TextRankSummarizer}[name](Stemmer("english"))
        summarizer.stop_words = get_stop_words("english")
        chosen = summarizer(ObjectDocumentModel([Paragraph(made)]), number)
        return [str(sentence) for sentence in chosen]

    return choose


class Words:
    """Cuts words as sumy wants them; its own cutter would fetch data."""

    def to_words(self, sentence: str) -> tuple[str, ...]:
        """Return the words of a sentence."""
        return tuple(word for word in (part.strip(".,;:!?()[]\"“”‘’'") for part in sentence.split()) if word)


def by_pytextrank(sentences: list[str], number: int) -> list[str]:
    """Take those that pytextrank finds nearest to the phrases of most weight."""
    import pytextrank  # noqa: F401 - registers "textrank" with spaCy

    nlp = spacy.load(Settings.model_fields["spacy_model"].default)
    nlp.add_pipe("textrank")
    doc = nlp(" ".join(sentences))
    starts, at = [], 0
    for sentence in sentences:
        starts.append(at)
        at += len(sentence) + 1
    ranked = [
        max(at for at, start in enumerate(starts) if start <= one.start_char)
        for one in doc._.textrank.summary(limit_phrases=15, limit_sentences=2 * number, preserve_order=False)
    ]
    chosen = list(dict.fromkeys(ranked))[:number]
    return [sentences[at] for at in sorted(chosen)]


OTHERS: dict[str, Choose] = {
    "lead": lead,
    "LexRank": by_sumy("LexRank"),
    "TextRank": by_sumy("TextRank"),
    "pytextrank": by_pytextrank,
}


def load_scorer(shared: Path = SHARED) -> ModuleType:
    """Load the scorer, which lies beside the data."""
    path = shared / "tools" / "score_summaries.py"
    spec = importlib.util.spec_from_file_location("score_summaries", path)
    if spec is None or spec.loader is None or not path.exists():
        sys.exit(f"{path} is not there")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


if __name__ == "__main__":
    main()
