"""Where a line's words stand: paragraph numbers that open the publisher's page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from adapters.slack.blocks import Element, link, text
from bot.brief import ArticleCard, Passage
from bot.evidence import publishers_page
from bot.wording import places

EVIDENCE_LINK = 500
"""Characters of a link to a passage; where a page's address is longer, the paragraph's number stands alone."""


class Evidence:
    """Links to passages, as long as the characters for them last."""

    def __init__(self, article: ArticleCard | None, allowance: int | None = None) -> None:
        self._page = publishers_page(article) if article else None
        self._allowance = allowance

    def at(self, passages: Sequence[Passage]) -> Iterator[Element]:
        """Say in which paragraphs *passages* stand, each once."""
        for place, passage in places(passages):
            yield text(" ")
            yield self._link(place, passage)

    def source(self, url: str, words: str) -> Iterator[Element]:
        """Link *words* to another site's page, if there is one and not too long; without, nothing is said."""
        if url and self._takes(url):
            yield text(" ")
            yield link(url, words)

    def _link(self, place: str, passage: Passage) -> Element:
        if self._page is None:
            return text(place)
        url = self._page.at(passage)
        return link(url, place) if self._takes(url) else text(place)

    def _takes(self, url: str) -> bool:
        """Take the characters of *url* from what is left of them, or tell that they do not suffice."""
        if len(url) > EVIDENCE_LINK or (self._allowance is not None and len(url) > self._allowance):
            return False
        if self._allowance is not None:
            self._allowance -= len(url)
        return True
