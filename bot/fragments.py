"""Text directives: how a link names words, and where a browser then finds them.

Source:
    URL Fragment Text Directives, W3C Web Incubator Community Group, 3.5, Navigating to a Text Fragment.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from urllib.parse import quote

from bot.models import CharSpan


@dataclass(frozen=True, slots=True)
class Directive:
    """What names a passage: its words, or the first and the last of them, and what stands right around."""

    start: CharSpan
    end: CharSpan | None = None
    prefix: CharSpan | None = None
    suffix: CharSpan | None = None

    def write(self, text: str) -> str:
        """Write it as it stands in a link to *text*."""
        prefix = f"{_encoded(text, self.prefix)}-" if self.prefix else ""
        suffix = f"-{_encoded(text, self.suffix)}" if self.suffix else ""
        end = _encoded(text, self.end) if self.end else ""
        return ",".join(filter(None, (prefix, _encoded(text, self.start), end, suffix)))


class Scene:
    """The text in which a browser looks: of an article, with what is *before* it on the page."""

    def __init__(self, text: str, before: str) -> None:
        folded = _folded(text)
        # A run of blanks is one: of each character, where it stands then.
        new = (not char.isspace() or (at > 0 and not folded[at - 1].isspace()) for at, char in enumerate(folded))
        lead = " ".join(_folded(before).split()) + " "
        self._at = [len(lead) + at for at in accumulate(new, initial=0)]
        self._text = lead + " ".join(folded.split()) + " "
        self._begins = len(lead)

    def is_named(self, directive: Directive) -> bool:
        """Tell whether a browser that looks for *directive* finds it where it is meant, and not before."""
        return self._is_named(directive, 0)

    def is_named_in_article(self, directive: Directive) -> bool:
        """Tell the same, were there nothing before the article."""
        return self._is_named(directive, self._begins)

    def _is_named(self, directive: Directive, since: int) -> bool:
        start, end = directive.start, directive.end
        first = CharSpan((directive.prefix or start).start, (directive.suffix or start).end if not end else start.end)
        if not self._is_first(first, since):
            return False
        return not end or self._is_first(CharSpan(end.start, (directive.suffix or end).end), self._at[start.end])

    def _is_first(self, span: CharSpan, since: int) -> bool:
        place = self._at[span.start]
        words = self._text[place : self._at[span.end]]
        at = self._text.find(words, since)
        while at < place and not self._is_whole(at, at + len(words)):
            at = self._text.find(words, at + 1)
        return at == place

    def _is_whole(self, start: int, end: int) -> bool:
        """Tell whether no word is cut there: browsers look for whole ones."""
        text = self._text
        cut_before = start > 0 and text[start - 1].isalnum() and text[start].isalnum()
        return not cut_before and not (text[end - 1].isalnum() and text[end].isalnum())


def _folded(text: str) -> str:
    """Return *text* without case and accents, character for character: browsers look for neither."""
    if text.isascii():
        return text.lower()
    return "".join(map(_fold, text))


@lru_cache(maxsize=4096)
def _fold(char: str) -> str:
    folded = unicodedata.normalize("NFKD", char)[0].lower()
    return folded if len(folded) == 1 else char


def _encoded(text: str, span: CharSpan) -> str:
    # A dash next to a comma marks a prefix or a suffix, and "," and "&" part the directive's pieces.
    return quote(" ".join(span.of(text).split()), safe="").replace("-", "%2D")
