"""How a passage, a quote and a claim read: the article's words, whose they are, and where they stand.

Quotation marks go around ``Quote.quoted`` and nothing else; other content keeps the marks that the article gave it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from adapters.slack.blocks import CUT, Element, clean, cut, link, text
from bot.brief import ArticleCard, Brief, ClaimCard, Passage, Quote, SpeakerCard
from bot.evidence import page_address, text_fragment_link
from bot.models import QuoteType

EVIDENCE_LINK = 500
"""Characters of a link to a passage; where a page's address is longer, the paragraph's number stands alone."""

NAME = 80
ROLE = 120
CUE = 40
"""Characters that a name, a role and a cue may take in the short view. Guesses: what fits on two lines."""


class Evidence:
    """Paragraph numbers that open the publisher's page, as long as the characters for links last."""

    def __init__(self, article: ArticleCard, allowance: int | None = None) -> None:
        self._page = page_address(article)
        self._allowance = allowance

    def at(self, passages: Sequence[Passage]) -> Iterator[Element]:
        """Say in which paragraphs *passages* stand, each once."""
        first = {passage.paragraph: passage for passage in reversed(passages)}
        for paragraph in sorted(first):
            yield text(" ")
            yield self._number(first[paragraph])

    def _number(self, passage: Passage) -> Element:
        number = f"¶{passage.paragraph}" if passage.paragraph else "headline"
        if self._page is None:
            return text(number)
        url = text_fragment_link(self._page, passage.text)
        if len(url) > EVIDENCE_LINK or (self._allowance is not None and len(url) > self._allowance):
            return text(number)
        if self._allowance is not None:
            self._allowance -= len(url)
        return link(url, number)


def said(brief: Brief, quote: Quote, limit: int | None = None) -> str:
    """Return a quote with its cue: 'said: “We lost.”', 'added that the wall would be finished'.

    Args:
        brief: where the quote is from.
        quote: what to word.
        limit: characters for its words, which are cut with a mark; None for all of them.

    """
    words = _content(quote, limit)
    cue = joined(quote.cue, CUE if limit else None)
    if not cue:
        return words
    return f"{cue} {words}" if _runs_on(brief, quote) else f"{cue}: {words}"


def _content(quote: Quote, limit: int | None) -> str:
    if quote.type is not QuoteType.DIRECT or not quote.quoted:
        return joined(quote.content, limit)
    shown = ""
    for passage in quote.quoted:
        words = clean(passage.text)
        if limit is not None and len(shown) + len(words) > limit:
            kept = cut(words, max(limit - len(shown), 0)).removesuffix(CUT)
            return f"{shown}“{kept}”{CUT}" if kept else f"{shown.rstrip()}{CUT}"  # the mark is not the article's
        shown += f"“{words}” "
    return shown.rstrip()


def _runs_on(brief: Brief, quote: Quote) -> bool:
    """Tell whether the content follows its cue at once, so that both read on as in the article."""
    if quote.type is QuoteType.DIRECT or len(quote.cue) != 1 or not quote.content:
        return False
    between = brief.article.text[quote.cue[0].end : quote.content[0].start]
    return quote.cue[0].end <= quote.content[0].start and not between.strip()


def joined(passages: Sequence[Passage], limit: int | None = None) -> str:
    """Return *passages* as one text: what interrupts them in the article is marked."""
    words = " … ".join(filter(None, (clean(passage.text) for passage in passages)))
    if limit is None or len(words) <= limit:
        return words
    kept = cut(words, limit).removesuffix(CUT)
    for opening, closing in (("“", "”"), ("‘", "’")):
        if kept.rfind(opening) > kept.rfind(closing):
            kept += closing
    return (f'{kept}"' if kept.count('"') % 2 else kept) + CUT


def evidence_of(quote: Quote) -> list[Passage]:
    """Return the passages that a quote's links lead to: inside its marks, whose shape differs between pages."""
    return quote.quoted if quote.type is QuoteType.DIRECT and quote.quoted else quote.content


def introduced(speaker: SpeakerCard, *, short: bool = False) -> Iterator[Element]:
    """Name a speaker, with the role that the article gives."""
    yield text(cut(clean(speaker.name), NAME) if short else clean(speaker.name), bold=True)
    if speaker.role:
        role = clean(speaker.role.text)
        yield text(f", {cut(role, ROLE) if short else role}")


def claimed_by(brief: Brief, claim: ClaimCard) -> str:
    """Say whose a claim is, in the article's own word for it: "Maren Holt said", "The Ellery Post writes"."""
    if claim.quote is None:
        return f"{cut(clean(brief.article.outlet or 'the article'), NAME)} writes"
    speaker = brief.speaker(claim.claimer)
    cue = joined(claim.cue, CUE)
    if speaker is None:
        return f"unattributed, the article’s word is: {cue}" if cue else "unattributed"
    return f"{cut(clean(speaker.name), NAME)} {cue}".rstrip()


def counted(number: int, one: str, many: str | None = None) -> str:
    """Return "1 quote", "12 quotes"."""
    return f"{number:,} {one if number == 1 else many or f'{one}s'}"
