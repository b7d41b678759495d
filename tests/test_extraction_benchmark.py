"""What the comparison of extractors counts as right and as wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.extraction import load_scorer, main, score_facts


def test_wrong_is_counted_among_what_was_given(shared: Path) -> None:
    """Who gives nothing is not wrong; who gives one fact of two, and that wrongly, is wrong always."""
    gold = {"title": "Harbour wall", "author": "Ida Quill", "date": "2026-03-17"}
    pages = dict.fromkeys("ab", (b"", gold))
    found = {"a": {"title": "Harbour wall | Ellery Post", "author": None, "date": "2026-03-18"}, "b": {}}
    assert score_facts(pages, found, load_scorer(shared)) == (
        "title right 0.500 wrong 0.000  author not given                date right 0.000 wrong 1.000"
    )


def test_what_is_no_data_set_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["article-nothing"])
    assert "there is no article-nothing" in capsys.readouterr().err


def test_help_tells_the_data_sets(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--help"])
    assert "article-metadata" in capsys.readouterr().out
