"""What makes a statement checkable: a figure, a date, a comparison, a cause, an accusation, a record, names."""

from __future__ import annotations

import re

from spacy.tokens import Span

from bot.analyse.signs import NAMED

ACCUSATION = "accusation"

SIGNS: dict[str, re.Pattern[str]] = {
    "figure": re.compile(
        r"[$£€]\s?\d|\b\d+(?:[.,]\d+)*\s?(?:%|percent|per cent|million|billion|trillion)|\b\d{1,3}(?:,\d{3})+\b"
        r"|(?<![\d.:])\b\d+\b(?![.:]\d\d\b)(?!\s?(?:a\.?m|p\.?m|o’clock))|\b(?:two|three|four|five|six|seven|eight|nine|ten"
        r"|dozens?|hundreds?|thousands?|millions?|billions?|half|third|quarter|majority)\b",
        re.I,
    ),
    "date": re.compile(
        r"\b(?:19|20)\d{2}\b|\b(?:January|February|March|April|June|July|August|September|October|November|December)"
        r"\b|\b(?:last|past|since|ago)\b"
    ),
    "comparison": re.compile(
        r"\b(?:more|less|fewer|higher|lower|larger|bigger|worse|better) than\b|\b(?:most|least|largest|biggest|highest"
        r"|lowest|worst|first|only|never|record|twice|double|tripled?|rose|fell|increased?|decreased?|grew|dropped)\b",
        re.I,
    ),
    "cause": re.compile(
        r"\b(?:because|caus(?:e[sd]?|ing)|led to|due to|result(?:s|ed)? in|thanks to|killed|created)\b", re.I
    ),
    ACCUSATION: re.compile(
        r"\b(?:lied?|lying|liar|fraud|stole|stolen|illegal\w*|corrupt\w*|crimes?|criminal|brib\w+|abus\w+|attack\w*|bomb\w*"
        r"|kill\w*|murder\w*|assault\w*|hack\w*|violat\w+|smuggl\w+|tortur\w+|rigg\w+|cover(?:ed)?[- ]up"
        r"|covert\w*|secretly|betray\w*|launder\w*|cheat\w*|hid|hiding)\b",
        re.I,
    ),
    "record": re.compile(
        r"\b(?:law|bill|court|ruling|report|study|data|figures|vot(?:e[sd]?|ing)|elected|signed|budget|tax\w*|treaty"
        r"|contract|census|survey|poll|records?|aid|weapons|debt|cost\w*)\b",
        re.I,
    ),
}
"""How each is seen in the words."""

PARTIES = "named parties"
SOURCE = "named source"


def reasons_of(span: Span, words: str, *, chain: bool) -> tuple[str, ...]:
    """Return what makes the statement checkable whose *words* stand in *span*; *chain*: it names its own source."""
    found = [name for name, sign in SIGNS.items() if sign.search(words)]
    found += [SOURCE] if chain else []
    if not found and any(token.ent_iob_ == "B" and token.ent_type_ in NAMED for token in span):
        return (PARTIES,)
    return tuple(found)
