"""What the ranking and the summaries reach on the annotated articles, so that neither gets worse unnoticed."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from benchmarks.predict import newsclaims, summaries, unchanged
from bot.analyse.lifting import POINTING
from bot.analyse.pipeline import Pipeline

pytestmark = pytest.mark.model


def rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def scorer(shared: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(shared / "tools"))
    spec = importlib.util.spec_from_file_location(name, shared / "tools" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_claims_of_news_keep_their_level(shared: Path, shipped: Pipeline, monkeypatch: pytest.MonkeyPatch) -> None:
    golds = rows(shared / "data" / "newsclaims" / "dev.jsonl")

    found = {gold["id"]: newsclaims(gold["text"], shipped.analyse(unchanged(gold["text"]))) for gold in golds}

    reached = scorer(shared, "score_newsclaims", monkeypatch).score(golds, found)
    assert reached["ndcg@5"] >= 83
    assert reached["p@5"] >= 72
    assert reached["ap"] >= 70
    assert reached["claimer right %"] >= 85


def test_sentence_of_a_debate_is_worth_more_with_a_figure(shipped: Pipeline) -> None:
    assert shipped.debate_score("We cut taxes by 40 percent in 2015.") > 0.5 > shipped.debate_score("Thank you, Emma.")


def test_summaries_of_news_beat_the_first_sentences(shared: Path, shipped: Pipeline) -> None:
    """By words in common with the reference, which needs no further package: ROUGE-1's F1 without stemming."""
    golds = rows(shared / "data" / "gum" / "news.jsonl")
    ours, first = [], []
    for gold in golds:
        analysis = shipped.analyse(unchanged(gold["text"]))
        lead = [gold["text"][one["start"] : one["end"]] for one in gold["sentences"][1:4]]
        ours.append(overlap(gold["references"][0], summaries(gold["text"], analysis)["sentences"]))
        first.append(overlap(gold["references"][0], lead))

    assert sum(ours) / len(ours) >= sum(first) / len(first) + 0.01


def overlap(reference: str, sentences: list[str]) -> float:
    gold, found = reference.lower().split(), " ".join(sentences).lower().split()
    common = sum(min(gold.count(word), found.count(word)) for word in set(gold))
    return 2 * common / max(len(gold) + len(found), 1)


@pytest.mark.parametrize("name", ["gum/news", "newsclaims/dev"])
def test_summaries_are_verbatim_and_nothing_dangles(shared: Path, shipped: Pipeline, name: str) -> None:
    for gold in rows(shared / "data" / f"{name}.jsonl"):
        text = gold["text"]
        for line in shipped.analyse(unchanged(text)).summary:
            first = line.sentence.of(text).split()[0].lower().strip("“\"'")
            explained = {one.pronoun.start for one in line.resolved}
            assert first not in POINTING - {"this", "these", "that", "those"} or line.sentence.start in explained
