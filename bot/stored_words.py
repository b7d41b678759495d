"""Our own words that a stored brief holds, in English: why a claim is checkable, what was left out, what to note.

A brief is the same for everybody, so they are stored in English, and said here in the language of whoever reads them.
"""

from __future__ import annotations

import re
from datetime import date

from bot.catalogue import _, mark, plural

REASONS = (
    mark("figure"),
    mark("date"),
    mark("comparison"),
    mark("cause"),
    mark("accusation"),
    mark("record"),
    mark("named parties"),
    mark("named source"),
)
"""What makes a claim checkable: ``bot/analyse/reasons.py``."""

LEFT_OUT = (
    mark("above the headline"),
    mark("advertisement"),
    mark("and more"),
    mark("author"),
    mark("below the story"),
    mark("byline and date"),
    mark("caption"),
    mark("chat line"),
    mark("chat stamp"),
    mark("code"),
    mark("comment form"),
    mark("cookie notice"),
    mark("copyright line"),
    mark("credit line"),
    mark("forwarding line"),
    mark("hidden text"),
    mark("links"),
    mark("mail signature"),
    mark("message header"),
    mark("navigation"),
    mark("newsletter plea"),
    mark("not part of the story"),
    mark("note above what was forwarded"),
    mark("note to readers"),
    mark("page header or footer"),
    mark("player"),
    mark("pull quote"),
    mark("readers' comments"),
    mark("related links"),
    mark("share bar"),
    mark("subscription plea"),
    mark("tracked deletion"),
)
"""Parts of a page that are not read: ``bot/extract``."""

PLAIN_READING = mark(
    "This is a plain reading, by rules on grammar: it misses some of what people say, and can be wrong about who "
    "says it."
)

UNDATED = re.compile(
    r"(?P<words>“.*?”)(?: and (?P<more>\d+) more)? ha(?:s no date|ve no dates) in the text"
    r"(?:; the article is of (?P<day>\d{4}-\d\d-\d\d)(?P<unsure> \(date not confirmed\))?)?\."
)
"""The note of ``bot/analyse/notes.py`` on words such as "yesterday"."""

KNOWN = frozenset((*REASONS, *LEFT_OUT, PLAIN_READING))


def said(words: str) -> str:
    """Say some of a stored brief's own *words*; what is not known here (an older version's) stays as it is."""
    if words in KNOWN:
        return _(words)
    undated = UNDATED.fullmatch(words)
    return _undated(undated) if undated else words


def _undated(note: re.Match[str]) -> str:
    named, number = note["words"], note["words"].count("“")
    if note["more"]:
        rest = int(note["more"])
        number += rest
        named = plural("{words} and {number} more", "{words} and {number} more", rest, words=named)
    if not note["day"]:
        return plural("{words} has no date in the text.", "{words} have no dates in the text.", number, words=named)
    published = date.fromisoformat(note["day"])
    if note["unsure"]:
        return plural(
            "{words} has no date in the text; the article is of {day} (date not confirmed).",
            "{words} have no dates in the text; the article is of {day} (date not confirmed).",
            number,
            words=named,
            day=published,
        )
    return plural(
        "{words} has no date in the text; the article is of {day}.",
        "{words} have no dates in the text; the article is of {day}.",
        number,
        words=named,
        day=published,
    )
