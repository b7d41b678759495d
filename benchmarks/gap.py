"""The question that GAP asks: which of two names a pronoun means (Webster et al., 2018).

What ranks the pronouns of a brief is asked, with the two names that the data set gives: whatever else may be meant is
left out, as the task has it ("gold two mention"). In a brief nobody gives names, and unsure answers are left out.
"""

from __future__ import annotations

from typing import Any

from bot.analyse.antecedents import Choice, Discourse, choices
from bot.analyse.component import seen_in
from bot.analyse.coreference import rank
from bot.analyse.entities import find_entities
from bot.analyse.pipeline import Pipeline
from bot.analyse.quotation import find_quotations
from bot.models import split_paragraphs

Row = dict[str, Any]


def predict_gap(pipeline: Pipeline, row: Row) -> dict[str, bool]:
    """Return what ``score_entities.py gap`` reads: whether the pronoun means name a, and whether name b."""
    text = row["text"]
    doc, quotations = pipeline.seen(text), find_quotations(text, split_paragraphs(text))
    discourse = Discourse(doc, split_paragraphs(text), quotations, find_entities(doc, None, quotations))
    vectors = seen_in(doc)
    asked = [one for one in choices(discourse) if doc[one.token].idx == row["pronoun"]["start"]]
    if not asked or vectors is None:
        return {"a": False, "b": False}
    (chances,) = rank(asked, vectors)
    told = [which_name(discourse, asked[0], number, row) for number in range(len(asked[0].heads))]
    given = [number for number, name in enumerate(told) if name]
    best = max((*given, len(told)), key=lambda number: float(chances[number]))  # the last is for none of them
    meant = told[best] if best < len(told) else 0
    return {"a": bool(meant & 1), "b": bool(meant & 2)}


def which_name(discourse: Discourse, choice: Choice, number: int, row: Row) -> int:
    """Return 1 if what may be meant is the row's first name, 2 for its second, 3 for both, 0 for neither."""
    owner, head = int(choice.owners[number]), discourse.doc[int(choice.heads[number])]
    places = (
        [(one.start, one.end) for one in discourse.entities[owner].mentions]
        if owner >= 0
        else [(head.idx, head.idx + len(head.text))]
    )
    found = 0
    for bit, name in ((1, row["a"]), (2, row["b"])):
        start, end = name["start"], name["start"] + len(name["text"])
        if any(first < end and start < last for first, last in places):
            found |= bit
    return found
