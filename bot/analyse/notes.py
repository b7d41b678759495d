"""Say what the reader of a brief must know about its limits."""

from __future__ import annotations

import re

from spacy.tokens import Doc

from bot.analyse.grammar import text_of
from bot.models import Article, CharSpan, Note

UNDATED = re.compile(
    r"\b(?:(?:last|next|this|on) )?(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\b"
    r"|\b(?:yesterday|today|tonight|tomorrow|(?:last|this past|this|next) (?:week|weekend|month|year))\b",
    re.I,
)
MONTH = (
    r"(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|Oct(?:ober)?"
    r"|Nov(?:ember)?|Dec(?:ember)?)\b\.?"
)
DATED_AFTER = re.compile(
    rf",? (?:the )?(?:\d{{1,2}}(?:st|nd|rd|th)\b|\d{{1,2}} (?:of )?{MONTH}|{MONTH} \d|\d{{1,4}}[-/.]\d)"
)
"""A date right behind: "Tuesday, March 17", "Friday 3 April", "Monday the 2nd"; a mere figure is none."""
PLAIN_READING = Note(
    "plain-reading",
    "This is a plain reading, by rules on grammar: it misses some of what people say, and can be wrong about who "
    "says it.",
)
MOST_NAMED = 4


def find_notes(doc: Doc, article: Article, *, by_rules: bool = True) -> list[Note]:
    """Find what to warn of: relative dates above all, which the text itself never dates.

    *by_rules* is whether rules found the attributions, and not the reader.
    """
    return [*_undated(text_of(doc), article), *([PLAIN_READING] if by_rules else [])]


def _undated(text: str, article: Article) -> list[Note]:
    found: dict[str, CharSpan] = {}
    for match in UNDATED.finditer(text):
        if not DATED_AFTER.match(text, match.end()):
            words = re.sub(r"^on ", "", match.group(), flags=re.I)
            found.setdefault(words.lower(), CharSpan(match.end() - len(words), match.end()))
    if not found:
        return []
    spans = sorted(found.values())
    named = ", ".join(f"“{span.of(text)}”" for span in spans[:MOST_NAMED])
    more = f" and {len(spans) - MOST_NAMED} more" if len(spans) > MOST_NAMED else ""
    verb = "has no date" if len(spans) == 1 else "have no dates"
    unsure = "" if article.published_sure else " (date not confirmed)"  # as in the brief's first line, see wording.py
    dated = f"; the article is of {article.published.isoformat()}{unsure}" if article.published else ""
    return [Note("undated", f"{named}{more} {verb} in the text{dated}.", spans[0])]
