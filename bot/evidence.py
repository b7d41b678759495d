"""Where the evidence stands: links that open the publisher's page at a passage."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from bot.brief import ArticleCard, Passage
from bot.fragments import Directive, Scene
from bot.models import CharSpan

WHOLE_WORDS = 10
"""Words up to which a passage is named in full. A guess: chat messages bound the length of links, too."""

EDGE_WORDS = (5, 12)
"""Words that name the beginning, and the end, of a longer passage, until nothing else is named so. A guess."""

CONTEXT_WORDS = (2, 8, 20)
"""Words before or behind a passage that are named as well, until nothing else is named so. A guess."""


AROUND = 200
"""Characters on either side in which that context is looked for."""

WORD = re.compile(r"\S+")

LINE = "\n"
"""Ends what is one paragraph of a page; a browser finds the words of one piece of a directive within one only."""


def page_address(article: ArticleCard) -> str | None:
    """Return the address of the publisher's page; None for pasted text.

    The canonical address is what the page says of itself, so it is taken only where it is a web address.
    """
    for url in (article.canonical_url, article.url):
        if url and url.lower().startswith(("http://", "https://")):
            return url
    return None


def publishers_page(article: ArticleCard) -> PublishersPage | None:
    """Return the page that *article* was published on; None for pasted text."""
    address = page_address(article)
    return PublishersPage(address, article) if address else None


@dataclass(frozen=True)
class PublishersPage:
    """The page of an article, at an address, and links to its passages."""

    address: str
    article: ArticleCard

    def at(self, passage: Passage) -> str:
        """Return a link by which a browser scrolls to *passage* and marks it.

        A long passage, or one over several paragraphs, is named by its first and its last words. Where a browser would
        find the same words earlier, in the article or in what was dropped from the page, those around it are named as
        well. Where the address has a fragment already it is kept; where it names another passage, this one takes its
        place.

        Source:
            URL Fragment Text Directives, W3C Web Incubator Community Group.
        """
        page, mark, fragment = self.address.partition("#")
        fragment = fragment.partition(":~:")[0]
        if not passage.text.split():
            return page + mark + fragment
        return f"{page}#{fragment}:~:text={self._named(passage).write(self.article.text)}"

    def _named(self, passage: Passage) -> Directive:
        """Return the shortest directive that is found at *passage* alone; if there is none, the shortest."""
        dropped = "\n\n".join(drop.text for drop in self.article.dropped)
        scene = _scene(self.article.text, dropped)
        text = self.article.text
        found = next(filter(scene.is_named, _directives(text, passage)), None)
        if dropped and not found:
            found = next(filter(scene.is_named_in_article, _directives(text, passage)), None)
        return found or next(_directives(text, passage))


@lru_cache(maxsize=4)  # a brief has hundreds of links
def _scene(text: str, before: str) -> Scene:
    return Scene(text, before)


def _directives(text: str, passage: Passage) -> Iterator[Directive]:
    """Yield what *passage* can be named by, each once, the shortest first."""
    tried = set()
    for one in _ways(text, passage):
        if one not in tried:  # trying costs more: where words repeat, it goes through the whole article
            tried.add(one)
            yield one


def _ways(text: str, passage: Passage) -> Iterator[Directive]:
    words = _words(text, passage.start, passage.end)
    within_line = LINE not in text[words[0].start : words[-1].end]
    named = list(_by_words(text, words, within_line=within_line))
    yield from named
    # First what stands around in the same paragraph: on the page something else may stand between two.
    for start, end in (
        (passage.start, passage.end),
        (len(text[: passage.start].rstrip()), len(text) - len(text[passage.end :].lstrip())),
    ):
        before = _words(text, max(text.rfind(LINE, 0, start) + 1, start - AROUND), start)
        behind = _words(text, end, _line_end(text, end, min(end + AROUND, len(text))))
        yield from _in_context(named, before, behind)
    if within_line:
        yield Directive(_joined(words))


def _by_words(text: str, words: Sequence[CharSpan], *, within_line: bool) -> Iterator[Directive]:
    """Yield directives of *words* alone: of all of them, or of more and more from both ends."""
    if len(words) == 1 or (len(words) <= WHOLE_WORDS and within_line):
        yield Directive(_joined(words))
        return
    # At most half of the words each, so that the end is looked for after the beginning; and each of one paragraph.
    first = _words(text, words[0].start, _line_end(text, words[0].start, words[-1].end))
    last = _words(text, max(text.rfind(LINE, 0, words[-1].end) + 1, words[0].start), words[-1].end)
    for edge in dict.fromkeys(min(edge, max(len(words) // 2, 1)) for edge in EDGE_WORDS):
        yield Directive(_joined(first[:edge]), _joined(last[-edge:]))


def _in_context(
    named: Sequence[Directive], before: Sequence[CharSpan], behind: Sequence[CharSpan]
) -> Iterator[Directive]:
    for count in CONTEXT_WORDS:
        prefix = _joined(before[-count:]) if before else None
        suffix = _joined(behind[:count]) if behind else None
        for one in named:
            if prefix:
                yield Directive(one.start, one.end, prefix)
            if suffix:
                yield Directive(one.start, one.end, None, suffix)
            if prefix and suffix:
                yield Directive(one.start, one.end, prefix, suffix)


def _line_end(text: str, start: int, stop: int) -> int:
    found = text.find(LINE, start, stop)
    return stop if found < 0 else found


def _words(text: str, start: int, end: int) -> list[CharSpan]:
    return [CharSpan(*found.span()) for found in WORD.finditer(text, start, end)]


def _joined(words: Sequence[CharSpan]) -> CharSpan:
    return CharSpan(words[0].start, words[-1].end)
