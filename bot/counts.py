"""How many of something: "12 quotes", "and 1 more speaker"."""

from __future__ import annotations

from typing import Literal

from bot.catalogue import Words, later_plural, mark_plural, plural

Noun = Literal[
    "answer",
    "article",
    "brief",
    "byte",
    "claim",
    "day",
    "fact-check",
    "figure",
    "file",
    "group",
    "hour",
    "kind",
    "link",
    "mention",
    "minute",
    "note",
    "page",
    "paragraph",
    "paraphrase",
    "part",
    "person",
    "organisation",
    "document",
    "unnamed source",
    "quotation",
    "quote",
    "second",
    "sentence",
    "speaker",
    "statement",
    "text",
    "time",
    "word",
]

COUNTED: dict[Noun, tuple[str, str]] = {
    "answer": mark_plural("{number} answer", "{number} answers"),
    "article": mark_plural("{number} article", "{number} articles"),
    "brief": mark_plural("{number} brief", "{number} briefs"),
    "byte": mark_plural("{number} byte", "{number} bytes"),
    "claim": mark_plural("{number} claim", "{number} claims"),
    "day": mark_plural("{number} day", "{number} days"),
    "fact-check": mark_plural("{number} fact-check", "{number} fact-checks"),
    "figure": mark_plural("{number} figure", "{number} figures"),
    "file": mark_plural("{number} file", "{number} files"),
    "group": mark_plural("{number} group", "{number} groups"),
    "hour": mark_plural("{number} hour", "{number} hours"),
    "kind": mark_plural("{number} kind", "{number} kinds"),
    "link": mark_plural("{number} link", "{number} links"),
    "mention": mark_plural("{number} mention", "{number} mentions"),
    "minute": mark_plural("{number} minute", "{number} minutes"),
    "note": mark_plural("{number} note", "{number} notes"),
    "page": mark_plural("{number} page", "{number} pages"),
    "paragraph": mark_plural("{number} paragraph", "{number} paragraphs"),
    "paraphrase": mark_plural("{number} paraphrase", "{number} paraphrases"),
    "part": mark_plural("{number} part", "{number} parts"),
    "person": mark_plural("{number} person", "{number} persons"),
    "organisation": mark_plural("{number} organisation", "{number} organisations"),
    "document": mark_plural("{number} document", "{number} documents"),
    "unnamed source": mark_plural("{number} unnamed source", "{number} unnamed sources"),
    "quotation": mark_plural("{number} quotation", "{number} quotations"),
    "quote": mark_plural("{number} quote", "{number} quotes"),
    "second": mark_plural("{number} second", "{number} seconds"),
    "sentence": mark_plural("{number} sentence", "{number} sentences"),
    "speaker": mark_plural("{number} speaker", "{number} speakers"),
    "statement": mark_plural("{number} statement", "{number} statements"),
    "text": mark_plural("{number} text", "{number} texts"),
    "time": mark_plural("{number} time", "{number} times"),
    "word": mark_plural("{number} word", "{number} words"),
}

Shortened = Literal["brief", "claim", "fact-check", "kind", "note", "quote", "sentence", "speaker"]
"""What a message shows the first few of."""

MORE: dict[Shortened, tuple[str, str]] = {
    "brief": mark_plural("and {number} more brief", "and {number} more briefs"),
    "claim": mark_plural("and {number} more claim", "and {number} more claims"),
    "fact-check": mark_plural("and {number} more fact-check", "and {number} more fact-checks"),
    "kind": mark_plural("and {number} more kind", "and {number} more kinds"),
    "note": mark_plural("and {number} more note", "and {number} more notes"),
    "quote": mark_plural("and {number} more quote", "and {number} more quotes"),
    "sentence": mark_plural("and {number} more sentence", "and {number} more sentences"),
    "speaker": mark_plural("and {number} more speaker", "and {number} more speakers"),
}


def counted(number: float, what: Noun) -> str:
    """Return "1 quote", "12 quotes"."""
    return plural(*COUNTED[what], number)


def count_of(number: float, what: Noun) -> Words:
    """Return what ``counted`` would say, to be said where somebody reads it."""
    return later_plural(*COUNTED[what], number)


def more(number: int, what: Shortened) -> str:
    """Count what is not shown: "and 1 more quote"."""
    return plural(*MORE[what], number)
