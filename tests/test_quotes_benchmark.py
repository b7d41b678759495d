"""What the comparisons of quotations and of speed print."""

from __future__ import annotations

from pathlib import Path

from benchmarks.quotes import as_markdown, as_table, as_text, intervals, judged, load_scorer, risk, score
from benchmarks.speakers import curve
from benchmarks.speed import sized, table

TEXT = "Ida Quill said the wall would hold. “It is old,” the mayor warned."


def spans(*words: str) -> list[list[int]]:
    return [[TEXT.index(word), TEXT.index(word) + len(word)] for word in words]


HELD = {"source": spans("Ida Quill"), "cue": spans("said"), "content": spans("the wall would hold")}
OLD = {"source": spans("the mayor"), "cue": spans("warned"), "content": spans("“It is old,”")}
GOLD = {"id": "a", "text": TEXT, "attributions": [HELD, OLD]}
MIXED_UP = {"attributions": [{**HELD, "confidence": 0.9}, {**OLD, "source": spans("Ida Quill"), "confidence": 0.4}]}


def test_every_row_has_its_figure_and_interval(shared: Path) -> None:
    figures = score(load_scorer(shared=shared), [GOLD], [MIXED_UP], 20)
    assert figures["quote+speaker F1"] == "50.0 (50.0–50.0)"
    assert figures["content overlap F1"] == "100.0 (100.0–100.0)"
    assert figures["direct, quote+speaker F1"] == "0.0 (0.0–0.0)"
    assert figures["indirect, quote+speaker F1"] == "100.0 (100.0–100.0)"
    assert len(figures) == 9


def test_intervals_are_those_of_the_scorer(shared: Path) -> None:
    scorer = load_scorer(shared=shared)
    counts = [scorer.count_doc(GOLD, {"attributions": found}, 0.8) for found in ([HELD], [OLD, HELD], [])]
    low, high = intervals(scorer, counts, counts, 50)["quote+speaker F1"]
    assert [low / 100, high / 100] == scorer.bootstrap(counts, 50)["quote_speaker_f1"]


def test_the_surest_are_shown_first(shared: Path) -> None:
    curve = risk(judged(load_scorer(shared=shared), [GOLD], [MIXED_UP]))
    assert ["50%", "0.90", "0.0%"] in curve
    assert ["100%", "0.40", "50.0%"] in curve


def test_without_confidence_there_is_no_curve(shared: Path) -> None:
    assert (
        risk(judged(load_scorer(shared=shared), [GOLD], [{"attributions": [HELD, {**OLD, "confidence": None}]}])) == []
    )


def test_what_others_lack_is_a_dash() -> None:
    rows = as_table("per cent", {"ours": {"exact": "66.0", "overlap": "86.0"}, "theirs": {"overlap": "70.8"}})
    assert as_text(rows).splitlines()[1:] == ["exact     66.0       –", "overlap   86.0    70.8"]
    assert as_markdown(rows).splitlines()[1:3] == ["| --- | ---: | ---: |", "| exact | 66.0 | – |"]


def test_articles_are_made_of_one_size_from_whole_paragraphs() -> None:
    text = "Harbour wall\n\nIt is old, said Quill.\n\nIt will hold."
    assert sized(text, 6) == "Harbour wall\n\nIt is old, said Quill."
    assert sized(text, 11) == f"{text}\n\nHarbour wall"


def test_speed_is_told_by_600_words_and_beside_the_first() -> None:
    assert table({"spaCy": 2.0, "reader": 1.0}, 6000)[1:] == [["spaCy", "5.0", "1.00"], ["reader", "10.0", "2.00"]]


def test_a_higher_threshold_names_fewer(shared: Path) -> None:
    gold = {
        "id": "a",
        "text": TEXT,
        "speakers": [{"name": "Ida Quill", "role": None}],
        "attributions": [{**HELD, "speaker": ["Ida Quill"]}, {**OLD, "speaker": ["the mayor"]}],
    }
    attributions = [{**HELD, "speaker": "Quill", "confidence": 0.9}, {**OLD, "speaker": "Quill", "confidence": 0.45}]
    found = {"a": {"speakers": [], "attributions": attributions}}

    rows = curve(load_scorer("score_speakers", shared), [gold], found)
    assert ["0.4", "100%", "50.0%", "50.0%"] in rows
    assert ["0.5", "50%", "0.0%", "50.0%"] in rows
