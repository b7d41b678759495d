"""What the reader learns of grammar and names beside attribution: the labels, and how they are kept."""

from __future__ import annotations

from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

GRAMMAR = Path(".reader/grammar.npz")
"""Where ``prepare`` leaves the labels."""

IGNORED = -100
"""The label that the loss leaves out, as torch has it."""

PARTS = (
    *(
        "$",
        "''",
        ",",
        "-LRB-",
        "-RRB-",
        ".",
        ":",
        "ADD",
        "AFX",
        "CC",
        "CD",
        "DT",
        "EX",
        "FW",
        "HYPH",
        "IN",
        "JJ",
        "JJR",
    ),
    *(
        "JJS",
        "LS",
        "MD",
        "NFP",
        "NN",
        "NNP",
        "NNPS",
        "NNS",
        "PDT",
        "POS",
        "PRP",
        "PRP$",
        "RB",
        "RBR",
        "RBS",
        "RP",
        "SYM",
    ),
    *("TO", "UH", "VB", "VBD", "VBG", "VBN", "VBP", "VBZ", "WDT", "WP", "WP$", "WRB", "XX", "_SP", "``"),
)
"""Fine-grained parts of speech, as spaCy's English pipelines have them from the Penn Treebank and OntoNotes."""

RELATIONS = tuple(
    "ROOT acl acomp advcl advmod agent amod appos attr aux auxpass case cc ccomp compound conj csubj csubjpass dative "
    "dep det dobj expl intj mark meta neg nmod npadvmod nsubj nsubjpass nummod oprd parataxis pcomp pobj poss preconj "
    "predet prep prt punct quantmod relcl xcomp".split()
)
"""Dependency relations, as spaCy's English pipelines have them (ClearNLP's)."""

ENTITY_TYPES = tuple(
    "CARDINAL DATE EVENT FAC GPE LANGUAGE LAW LOC MONEY NORP ORDINAL ORG PERCENT PERSON PRODUCT QUANTITY TIME "
    "WORK_OF_ART".split()
)
"""Types of names and figures, OntoNotes's."""

ENTITY_TAGS = ("O", *(f"{place}-{kind}" for kind in ENTITY_TYPES for place in "BI"))

WIDER = {
    "PER": ("PERSON",),
    "ORG": ("ORG",),
    "LOC": ("GPE", "LOC", "FAC"),
    "MISC": ("NORP", "EVENT", "WORK_OF_ART", "LAW", "PRODUCT", "LANGUAGE"),
}
"""CoNLL's four types, and which of OntoNotes's each may be."""

FIGURES = ("CARDINAL", "DATE", "MONEY", "ORDINAL", "PERCENT", "QUANTITY", "TIME")
"""What CoNLL's annotators did not mark, so that what they left out may be any of these."""


def _groups() -> dict[str, frozenset[str]]:
    """Return the labels that the data has: one tag each, or several of which one is right."""
    groups = {tag: frozenset([tag]) for tag in ENTITY_TAGS}
    groups["O*"] = frozenset(["O", *(f"{place}-{kind}" for kind in FIGURES for place in "BI")])
    for wide, kinds in WIDER.items():
        for place in "BI":
            groups[f"{place}*{wide}"] = frozenset(f"{place}-{kind}" for kind in kinds)
    return groups


ENTITY_LABELS = _groups()
"""Each label of the data, and the tags that it leaves open."""

ENTITY_NUMBERS = {label: number for number, label in enumerate(ENTITY_LABELS)}


def allowed_tags() -> NDArray[np.bool_]:
    """Return which tags each label leaves open. Shape ``(labels, tags)``."""
    return np.array([[tag in tags for tag in ENTITY_TAGS] for tags in ENTITY_LABELS.values()])


@dataclass(frozen=True, slots=True)
class Labels:
    """Labels for the ``n`` pieces of an article; ``IGNORED`` where a piece does not begin a token."""

    parts: NDArray[np.int64]  # (n,), indices of PARTS
    relations: NDArray[np.int64]  # (n,), indices of RELATIONS
    heads: NDArray[np.int64]  # (n,), the piece with which the head begins; itself for a sentence's root
    entities: NDArray[np.int64]  # (n,), ENTITY_NUMBERS


def save_labels(found: dict[str, Labels], path: Path) -> None:
    """Write what was *found* of each article."""
    arrays = {f"{id_}/{one.name}": getattr(found[id_], one.name) for id_ in found for one in fields(Labels)}
    np.savez_compressed(path, **arrays)


def load_labels(path: Path) -> dict[str, Labels]:
    """Load what ``save_labels`` wrote, by article."""
    with np.load(path) as arrays:
        ids = {name.rpartition("/")[0] for name in arrays}
        return {id_: Labels(*(arrays[f"{id_}/{one.name}"] for one in fields(Labels))) for id_ in ids}
