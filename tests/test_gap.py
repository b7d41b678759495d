"""The benchmark that asks GAP's question."""

from __future__ import annotations

from typing import Any

import pytest

from benchmarks.gap import predict_gap
from bot.analyse.pipeline import Pipeline

pytestmark = pytest.mark.model

TEXT = "Karen Holt wrote to her brother Tom. Later that week Holt sold the house, and she moved to the coast."


def row(pronoun: str, first: str, second: str) -> dict[str, Any]:
    return {
        "id": "1",
        "text": TEXT,
        "pronoun": {"text": pronoun, "start": TEXT.index(f" {pronoun} ") + 1},
        "a": {"text": first, "start": TEXT.index(first)},
        "b": {"text": second, "start": TEXT.index(second)},
    }


def test_pronoun_means_the_name_it_fits(shipped: Pipeline) -> None:
    assert predict_gap(shipped, row("she", "Karen Holt", "Tom")) == {"a": True, "b": False}
    assert predict_gap(shipped, row("she", "Tom", "Karen Holt")) == {"a": False, "b": True}


def test_what_is_no_pronoun_means_nobody(shipped: Pipeline) -> None:
    assert predict_gap(shipped, row("sold", "Karen Holt", "Tom")) == {"a": False, "b": False}
