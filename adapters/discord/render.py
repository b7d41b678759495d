"""``Brief`` → embeds: short first, everything else page by page behind buttons.

Every string from the article is escaped. Quotation marks stand only around ``Quote.quoted``, or where the
article has them itself.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Literal, get_args

import discord

from adapters.discord.markdown import escape, fit, link, pieces, plain, with_marks_closed
from bot.brief import Brief, ClaimCard, EntityCard, Passage, Quote, SpeakerCard
from bot.evidence import page_address, text_fragment_link
from bot.models import Kind, QuoteType

List = Literal["quotes", "claims", "entities", "reading"]
LISTS: tuple[List, ...] = get_args(List)

# Discord's limits, in characters. The total counts over all embeds of a message.
TOTAL, DESCRIPTION, TITLE, FOOTER, URL = 6000, 4096, 256, 2048, 2048

# Shares of the total, in characters: guesses that leave some 300 for titles and the rest for links to the evidence.
HEAD, SUMMARY, SPEAKERS, CLAIMS, ENTITIES, NOTES, LEFT_OUT = 300, 1300, 1900, 800, 450, 350, 250

SENTENCE, PASSAGE, NAME, ROLE = 450, 300, 100, 150
"""Characters that a sentence, a quotation or claim, a name, a role may have in the short view. Guesses."""

QUOTES_EACH = 2
NAMES_EACH = 8
MORE = 60  # kept free in each part for the line that counts what is not shown
PAGE = 3500
"""Characters on a page of a list: less than Discord allows, which is more than anybody reads at a glance."""

TELLING = {QuoteType.DIRECT: 0, QuoteType.MIXED: 1, QuoteType.INDIRECT: 2}
FRAGMENT = 4
"""Words under which a quotation is a scare quote rather than a statement. A guess."""

KINDS = {
    Kind.PERSON: "People",
    Kind.ORGANISATION: "Organisations",
    Kind.PLACE: "Places",
    Kind.GROUP: "Groups",
    Kind.DOCUMENT: "Documents",
    Kind.ANONYMOUS: "Unnamed",
    Kind.EVENT: "Events",
    Kind.WORK: "Works",
    Kind.LAW: "Laws",
    Kind.MONEY: "Money",
    Kind.DATE: "Dates",
}


@dataclass(slots=True)
class Line:
    """Finished markup and, where there is one, the passage that proves it."""

    text: str
    passage: Passage | None = None
    link: str | None = None  # set where there is room

    @property
    def shown(self) -> str:
        """The line as it is sent."""
        return f"{self.text} {self.link or mark(self.passage)}" if self.passage else self.text


@dataclass(slots=True)
class Part:
    """One embed: a title, a description of lines."""

    title: str
    lines: list[Line]
    footer: str = ""

    @property
    def description(self) -> str:
        """The lines as they are sent."""
        return "\n".join(line.shown for line in self.lines)

    def __len__(self) -> int:
        return len(self.title) + len(self.description) + len(self.footer)


def render(brief: Brief) -> list[discord.Embed]:
    """Return the short view of *brief*: the embeds of one message, within every limit."""
    parts = [_head(brief), _speakers(brief), _claims(brief), _entities(brief), _notes(brief)]
    parts = [part for part in parts if part.lines]
    parts[-1].footer = _left_out(brief)
    _add_links(parts, page_address(brief.article))
    embeds = [discord.Embed(title=part.title or None, description=part.description) for part in parts]
    embeds[0].url = _address(brief)
    embeds[-1].set_footer(text=parts[-1].footer or None)
    return embeds


def render_list(brief: Brief, which: List) -> list[discord.Embed]:
    """Return all of *which* in *brief*, an embed a page; at least one page."""
    entries = LISTINGS[which](brief)
    pages = list(_packed(entries)) or ["There are none in this article."]
    title = f"{label(brief, which)}: "
    title += headline(brief, TITLE - len(title))
    embeds = [discord.Embed(title=title, description=page) for page in pages]
    for number, embed in enumerate(embeds, 1):
        embed.set_footer(text=f"Page {number} of {len(pages)}")
    return embeds


def label(brief: Brief, which: List) -> str:
    """Return what a list is called, with how much is in it: "All quotes (12)"."""
    if which == "reading":
        return "About this reading"
    return f"All {which} ({len(getattr(brief, which))})"


def lists(brief: Brief) -> list[List]:
    """Return the lists that have something in them."""
    return [which for which in LISTS if which == "reading" or getattr(brief, which)]


def headline(brief: Brief, limit: int) -> str:
    """Return what the article is called, escaped: its title, or where it is from."""
    address = page_address(brief.article)
    return fit(brief.article.title or "", limit) or (fit(address, limit) if address else "Pasted text")


def mark(passage: Passage) -> str:
    """Return where *passage* stands, for people."""
    return f"¶{passage.paragraph}" if passage.paragraph else "headline"


# The short view --------------------------------------------------------------------------------------------


def _head(brief: Brief) -> Part:
    article = brief.article
    published = f"{article.published:%-d %B %Y}" if article.published else None
    byline = f"by {article.byline}" if article.byline else None
    facts = [
        article.outlet and fit(article.outlet, NAME),
        published,
        byline and fit(byline, NAME),
        f"{article.words} words read",
    ]
    lines = [Line(" · ".join(filter(None, facts)))]
    sentences = [Line(f"• {fit(line.shown, SENTENCE)}", line.passage) for line in brief.summary]
    shown = _kept([[sentence] for sentence in sentences], SUMMARY)
    if left := len(sentences) - len(shown):
        shown.append(Line(f"*… and {_of(left, 'more sentence')}*"))
    return Part(headline(brief, TITLE), lines + shown)


def _speakers(brief: Brief) -> Part:
    groups = []
    for speaker in brief.speakers:
        quotes = brief.quotes_of(speaker)
        told = [Line(f"• {_said(quote)}", _evidence(quote)) for quote in _most_telling(quotes)]
        groups.append([Line(f"{_named(speaker)} · {_of(len(quotes), 'quote')}"), *told])
    lines = _kept(groups, SPEAKERS)
    shown = sum(line.passage is not None for line in lines)
    if left := len(brief.quotes) - shown:
        unattributed = len(brief.quotes_of(None))
        whose = f" ({unattributed} unattributed)" if unattributed else ""
        lines.append(Line(f"*… and {_of(left, 'more quote')}{whose}*"))
    return Part("Who says what", lines)


def _claims(brief: Brief) -> Part:
    groups = [
        [Line(f"• {fit(_joined(claim.content), PASSAGE)} — *{_claimer(brief, claim)}*", claim.content[0])]
        for claim in brief.claims
    ]
    lines = _kept(groups, CLAIMS)
    if left := len(groups) - len(lines):
        lines.append(Line(f"*… and {_of(left, 'more claim')}*"))
    return Part("Claims to check", lines)


def _entities(brief: Brief) -> Part:
    groups = []
    for kind, entities in _by_kind(brief.entities):
        names = ", ".join(fit(entity.name, NAME // 2) for entity in entities[:NAMES_EACH])
        more = f" and {len(entities) - NAMES_EACH} more" if len(entities) > NAMES_EACH else ""
        groups.append([Line(f"**{KINDS[kind]}** {names}{more}")])
    lines = _kept(groups, ENTITIES)
    if left := len(groups) - len(lines):
        lines.append(Line(f"*… and {_of(left, 'more kind')}*"))
    return Part("Who and what is mentioned", lines)


def _notes(brief: Brief) -> Part:
    lines = _kept([[Line(f"• {fit(note.text, PASSAGE)}", note.passage)] for note in brief.notes], NOTES)
    if left := len(brief.notes) - len(lines):
        lines.append(Line(f"*… and {_of(left, 'more note')}*"))
    return Part("Please note", lines)


def _left_out(brief: Brief) -> str:
    dropped = brief.article.dropped
    if not dropped:
        return ""
    reasons = Counter(drop.reason for drop in dropped)
    named = ", ".join(f"{reason} ({number})" if number > 1 else reason for reason, number in reasons.items())
    return _short(f"Left out of the page, {_of(len(dropped), 'part')}: {named}", LEFT_OUT)


def _kept(groups: list[list[Line]], room: int) -> list[Line]:
    """Return the lines of the first *groups* that have room, in characters, beside the line that counts the rest."""
    kept: list[Line] = []
    room -= MORE
    for group in groups:
        cost = sum(len(line.shown) + 1 for line in group)
        if cost > room:
            break
        kept += group
        room -= cost
    return kept


def _add_links(parts: list[Part], url: str | None) -> None:
    """Link the evidence, most important first, as far as the limits leave room."""
    if url is None:
        return
    room = TOTAL - sum(map(len, parts))
    for part in parts:
        for line in part.lines:
            linked = line.passage and link(mark(line.passage), text_fragment_link(url, line.passage.text))
            if not line.passage or not linked:
                continue
            cost = len(linked) - len(mark(line.passage))
            if cost <= room and len(part.description) + cost <= DESCRIPTION:
                line.link = linked
                room -= cost


def _most_telling(quotes: list[Quote]) -> list[Quote]:
    """Pick the quotations to show: direct ones first, whole statements before fragments; in text order."""
    ranked = sorted(quotes, key=lambda quote: (TELLING[quote.type], len(_joined(quote.content).split()) < FRAGMENT))
    return [quote for quote in quotes if quote in ranked[:QUOTES_EACH]]


# The lists -------------------------------------------------------------------------------------------------


def _all_quotes(brief: Brief) -> Iterator[str]:
    for speaker in [*brief.speakers, None]:
        for quote in brief.quotes_of(speaker):
            who = _named(speaker) if speaker else _unattributed(quote)
            yield from _entry(brief, f"{who}\n", _words(quote), _by_cue(quote), _evidence(quote))


def _all_claims(brief: Brief) -> Iterator[str]:
    for claim in brief.claims:
        why = f" ({fit(', '.join(claim.reasons), NAME)})" if claim.reasons else ""
        yield from _entry(brief, "• ", _joined(claim.content), f" — *{_claimer(brief, claim)}*{why}", claim.content[0])


def _all_entities(brief: Brief) -> Iterator[str]:
    for kind, entities in _by_kind(brief.entities):
        yield f"**{KINDS[kind]}** ({len(entities)})"
        for entity in entities:
            others = dict.fromkeys(mark(mention) for mention in entity.mentions[1:])
            others.pop(mark(entity.mentions[0]), None)
            also = " · " + _short(f"also {', '.join(others)}", DESCRIPTION - PAGE) if others else ""
            times = f" · {len(entity.mentions)} times" if len(entity.mentions) > 1 else ""
            yield from _entry(brief, "• ", entity.name, times + also, entity.mentions[0])


def _reading(brief: Brief) -> Iterator[str]:
    """Yield what else a brief holds: the whole summary, all notes, and what of the page was left out."""
    article = brief.article
    yield f"Read: {_of(article.words, 'word')} in {_of(article.paragraphs, 'paragraph')}."
    if brief.summary:
        yield f"**Summary** ({_of(len(brief.summary), 'sentence')})"
    for line in brief.summary:
        yield from _entry(brief, "• ", line.shown, "", line.passage)
    if brief.notes:
        yield f"**Notes** ({len(brief.notes)})"
    for note in brief.notes:
        yield from _entry(brief, "• ", note.text, "", note.passage)
    if article.dropped:
        yield f"**Left out of the page** ({_of(len(article.dropped), 'part')})"
    for dropped in article.dropped:
        yield from _entry(brief, f"• *{fit(dropped.reason, NAME)}*: ", dropped.text, "", None)


def _entry(brief: Brief, before: str, words: str, after: str, passage: Passage | None) -> Iterator[str]:
    """Yield one entry of a list: *words* are escaped here, the markup around them is not; long ones go on."""
    url = page_address(brief.article)
    proof = ""
    if passage:
        proof = " " + ((url and link(mark(passage), text_fragment_link(url, passage.text))) or mark(passage))
    goes_on, continued = " *(goes on)*", "*(continued)* "
    around = len(before) + len(after) + len(proof) + len(goes_on) + len(continued)
    found = with_marks_closed(pieces(words, PAGE - around - 4))
    for number, piece in enumerate(found):
        start = continued if number else before
        end = f"{after}{proof}" if number == len(found) - 1 else goes_on
        yield start + escape(piece) + end


def _packed(entries: Iterable[str]) -> Iterator[str]:
    page = ""
    for entry in entries:
        if page and len(page) + len(entry) + 1 > PAGE:
            yield page
            page = ""
        page = f"{page}\n{entry}" if page else entry
    if page:
        yield page


LISTINGS: dict[List, Callable[[Brief], Iterator[str]]] = {
    "quotes": _all_quotes,
    "claims": _all_claims,
    "entities": _all_entities,
    "reading": _reading,
}


# Words -----------------------------------------------------------------------------------------------------


def _said(quote: Quote) -> str:
    """Return the content, cut where it is long, and the article's own cue."""
    return fit(_words(quote), PASSAGE) + _by_cue(quote)


def _words(quote: Quote) -> str:
    """Return the content: direct speech in marks, anything else as it stands in the article."""
    if quote.type is QuoteType.DIRECT and quote.quoted:
        return " … ".join(f"“{passage.text}”" for passage in quote.quoted)
    return _joined(quote.content)


def _by_cue(quote: Quote) -> str:
    return f" · *{fit(_joined(quote.cue), NAME)}*" if quote.cue else ""


def _named(speaker: SpeakerCard) -> str:
    role = f", {fit(speaker.role.text, ROLE)}" if speaker.role else ""
    return f"**{fit(speaker.name, NAME)}**{role}"


def _unattributed(quote: Quote) -> str:
    source = f" (the article: {fit(_joined(quote.source), ROLE)})" if quote.source else ""
    return f"**Unattributed**{source}"


def _claimer(brief: Brief, claim: ClaimCard) -> str:
    """Say whose claim it is, in the article's order of name and cue ("said Maren Holt", "Maren Holt said")."""
    if claim.quote is None:
        return f"{fit(brief.article.outlet, NAME)} writes" if brief.article.outlet else "the article says"
    speaker = brief.speaker(claim.claimer)
    if speaker is None:
        return "unattributed"
    name, cue = fit(speaker.name, NAME), fit(_joined(claim.cue), NAME)
    quote = next(quote for quote in brief.quotes if quote.id == claim.quote)
    cue_first = bool(claim.cue and quote.source and claim.cue[0].start < quote.source[0].start)
    return (f"{cue} {name}" if cue_first else f"{name} {cue}").strip()


def _evidence(quote: Quote) -> Passage:
    return (quote.quoted or quote.content)[0]


def _joined(passages: list[Passage]) -> str:
    return " … ".join(passage.text for passage in passages)


def _by_kind(entities: list[EntityCard]) -> list[tuple[Kind, list[EntityCard]]]:
    """Return *entities* by kind, the kinds in the order in which they first come."""
    kinds: dict[Kind, list[EntityCard]] = {}
    for entity in entities:
        kinds.setdefault(entity.kind, []).append(entity)
    return list(kinds.items())


def _address(brief: Brief) -> str | None:
    url = page_address(brief.article)
    return url if url and len(url) <= URL else None


def _short(text: str, limit: int) -> str:
    """Return *text* unescaped, for where Discord knows no markup."""
    text = plain(text)
    return text if len(text) <= limit else text[: limit - 1] + "…"


def _of(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"
