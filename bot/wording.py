"""How a brief reads in words, the same in the thread, in the terminal and on a page.

Adapters add markup, and cut to their platform's limits; what is said, and whose it is, is decided here.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence

from bot.brief import Brief, ClaimCard, EntityCard, Passage, Quote
from bot.models import Kind, QuoteType

KINDS = {
    Kind.PERSON: "People",
    Kind.ORGANISATION: "Organisations",
    Kind.PLACE: "Places",
    Kind.GROUP: "Groups",
    Kind.DOCUMENT: "Documents",
    Kind.ANONYMOUS: "Not named",
    Kind.EVENT: "Events",
    Kind.WORK: "Works",
    Kind.LAW: "Laws",
    Kind.MONEY: "Sums",
    Kind.DATE: "Dates",
}
"""Headings for entities, in the order in which they are shown."""

CUT = " […]"
"""Says that the article's words go on."""

MARKS = frozenset("\"“”„‟«»‘’'`")
JOINERS = "\u200c\u200d"
"""Invisible, but parts of words in some scripts and of some emoji."""

INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})
"""Unicode's categories of control, format (zero-width, text direction), surrogate and private characters."""

TELLING_WORDS = 4
"""Words from which a quotation tells something by itself. A guess: shorter ones are single terms in marks."""


def plain(text: str) -> str:
    """Return *text* on one line, without what cannot be seen: it could hide a link or turn the text around."""
    if not text.isprintable():  # looking at each character takes its time, and is hardly ever needed
        text = "".join(_visible(char) for char in text)
    return " ".join(text.split())


def _visible(char: str) -> str:
    if char.isspace():
        return " "
    return "" if is_invisible(char) else char


def is_invisible(char: str) -> bool:
    """Tell whether nothing is seen of *char*, or whether it commands a terminal or the direction of writing."""
    return unicodedata.category(char) in INVISIBLE and char not in JOINERS


def title(brief: Brief) -> str:
    """Return the headline, or what stands in for it."""
    return plain(brief.article.title or "") or "Text without a headline"


def origin(brief: Brief) -> list[str]:
    """Return outlet, date, by-line and words read, as far as they are known."""
    article = brief.article
    known = [plain(article.outlet or "")]
    if article.published:
        known.append(f"{article.published.day} {article.published:%B %Y}")
    if article.byline:
        known.append(f"by {plain(article.byline)}")
    return [fact for fact in [*known, f"{counted(article.words, 'word')} read"] if fact]


def place(passage: Passage) -> str:
    """Return where *passage* stands, for people."""
    return f"¶{passage.paragraph}" if passage.paragraph else "headline"


def verbatim(brief: Brief, content: Sequence[Passage], quoted: Sequence[Passage] = ()) -> str:
    """Return the words of *content*, with quotation marks around *quoted* and around nothing else that was said.

    What interrupts the pieces in the article is marked by an ellipsis.
    """
    text, shown, end = brief.article.text, "", 0
    for piece in content:
        if shown:
            shown += " … " if text[end : piece.start].strip() else " "
        shown += _marked(text, piece, quoted)
        end = piece.end
    return plain(shown)


def _marked(text: str, piece: Passage, quoted: Sequence[Passage]) -> str:
    shown, at = "", piece.start
    for part in quoted:
        start, end = max(part.start, piece.start), min(part.end, piece.end)
        if start < end:
            shown += f"{_without_mark(text[at:start])}“{text[start:end]}”"
            at = end + (end < piece.end and text[end] in MARKS)
    return shown + text[at : piece.end]


def _without_mark(before: str) -> str:
    """Cut the opening mark, which may be two characters long."""
    while before[-1:] in MARKS and before:
        before = before[:-1]
    return before


def content_of(brief: Brief, quote: Quote) -> str:
    """Return what was said, in marks as far as the article quotes it."""
    return verbatim(brief, quote.content, quote.quoted)


def cue_of(brief: Brief, card: Quote | ClaimCard) -> str:
    """Return the article's own word for it: "said", "denied"; empty where there is none."""
    return verbatim(brief, card.cue)


def runs_on(brief: Brief, quote: Quote) -> bool:
    """Tell whether the content follows its cue at once, so that both read on as in the article."""
    if quote.type is QuoteType.DIRECT or len(quote.cue) != 1 or not quote.content:
        return False
    start, end = quote.cue[0].end, quote.content[0].start
    return start <= end and not brief.article.text[start:end].strip()


def claimed_by(brief: Brief, claim: ClaimCard) -> str:
    """Say whose a claim is, in the article's order of name and cue: "Maren Holt said", "according to the log"."""
    if claim.quote is None:
        return f"{plain(brief.article.outlet or 'the article')}, in its own voice"
    cue, speaker = cue_of(brief, claim), brief.speaker(claim.claimer)
    if speaker is None:
        return f"unattributed; the article’s word is: {cue}" if cue else "unattributed"
    quote = next(quote for quote in brief.quotes if quote.id == claim.quote)
    cue_first = bool(claim.cue and quote.source and claim.cue[0].start < quote.source[0].start)
    return " ".join(filter(None, (cue, plain(speaker.name)) if cue_first else (plain(speaker.name), cue)))


def evidence_of(quote: Quote) -> list[Passage]:
    """Return the passages that a quote's links lead to: inside its marks, whose shape differs between pages."""
    return quote.quoted if quote.type is QuoteType.DIRECT and quote.quoted else quote.content


def most_telling(quotes: Sequence[Quote], number: int) -> list[Quote]:
    """Choose *number* of *quotes*, in text order: whole sentences in marks first, then paraphrases, then terms."""
    chosen = sorted(quotes, key=_tellingness)[:number]
    return [quote for quote in quotes if quote in chosen]


def _tellingness(quote: Quote) -> int:
    words = sum(len(passage.text.split()) for passage in quote.quoted)
    if quote.type is QuoteType.DIRECT and words >= TELLING_WORDS:
        return 0
    return {QuoteType.MIXED: 1, QuoteType.INDIRECT: 2, QuoteType.DIRECT: 3}[quote.type]


def by_kind(entities: Sequence[EntityCard]) -> Iterator[tuple[str, list[EntityCard]]]:
    """Group *entities* under their headings."""
    for kind, heading in KINDS.items():
        if same := [entity for entity in entities if entity.kind is kind]:
            yield heading, same


def left_out(brief: Brief) -> str:
    """Count what of the page was left out, and name its kinds; empty where nothing was."""
    dropped = brief.article.dropped
    if not dropped:
        return ""
    reasons = Counter(plain(drop.reason) for drop in dropped)
    named = ", ".join(f"{reason} ({number})" if number > 1 else reason for reason, number in reasons.items())
    return f"{counted(len(dropped), 'part')} of the page left out: {named}"


def cut(text: str, limit: int) -> str:
    """Return *text*, at most *limit* characters of it: cut between words, marks closed, with a sign for the rest."""
    if len(text) <= limit:
        return text
    kept = text[: max(limit - len(CUT) - 1, 0)]
    if " " in kept and not text[len(kept)].isspace():
        kept = kept.rsplit(" ", 1)[0]
    kept = kept.rstrip()
    return (f"{kept}”" if kept.rfind("“") > kept.rfind("”") else kept) + CUT


def counted(number: int, one: str, many: str | None = None) -> str:
    """Return "1 quote", "12 quotes"."""
    return f"{number:,} {one if number == 1 else many or f'{one}s'}"
