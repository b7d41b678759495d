"""Brief → the message that stands in the thread: short, and with the number of everything that it leaves out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import groupby

from adapters.slack.blocks import (
    Block,
    Element,
    Message,
    actions,
    as_text,
    bullets,
    button,
    clean,
    context,
    cut,
    emoji,
    header,
    line,
    link,
    named_link,
    plain,
    rich_text,
    text,
)
from adapters.slack.wording import Evidence, claimed_by, counted, evidence_of, introduced, joined, said
from bot.brief import Brief, EntityCard, NoteCard, Quote, SpeakerCard
from bot.evidence import page_address
from bot.models import Kind, QuoteType, Wanted

SENTENCES, SPEAKERS, QUOTES, CLAIMS, NAMES, NOTES = 5, 5, 2, 3, 6, 4
"""How many of each the message shows. Guesses at what is read at a glance."""

SENTENCE_WORDS, QUOTE_WORDS, CLAIM_WORDS, NAME_WORDS, NOTE_WORDS = 350, 220, 220, 30, 160
"""Characters of each. With the numbers above and LINKS, the largest message stays under 12,000 characters."""

LINKS = 3500
"""Characters for the links of one message. Slack refuses messages of about 13,200 characters over all blocks."""

TELLING_WORDS = 4
"""Words from which a quotation tells something by itself. A guess: shorter ones are single terms in marks."""

PROBLEM_WORDS = 1400
"""Characters of a problem's words, whose addresses count twice: as shown and as followed."""

PAGE_LINK = 1500
"""Characters up to which the article's address is linked in the message."""

BUTTONS = {
    "show_quotes": "All quotes",
    "show_claims": "All claims",
    "show_entities": "All entities",
    "show_reading": "About this reading",
}
"""The buttons' action ids, which must not change while old messages carry them, and their labels."""

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

ADDRESS = re.compile(r"https?://[^\s<>\"“”]*[^\s<>\"“”.,;:!?')\]]")


def render_placeholder(wanted: Wanted) -> Message:
    """Say that *wanted* is being read."""
    if wanted.link is None:
        blocks = [rich_text(line([text("Reading the text that you pasted …")]))]
    else:
        blocks = [rich_text(line([text("Reading "), *_with_links(wanted.link), text(" …")]))]
    return Message(as_text(blocks), blocks)


def render_problem(words: str) -> Message:
    """Say why there is no brief."""
    blocks = [rich_text(line([emoji("warning"), text(" "), *_with_links(cut(clean(words), PROBLEM_WORDS))]))]
    return Message(as_text(blocks), blocks)


def render_brief(brief: Brief, brief_id: str) -> Message:
    """Sum *brief* up; *brief_id* is what the buttons bring back."""
    evidence = Evidence(brief.article, LINKS)
    blocks = [
        header(clean(brief.article.title or "") or "Text without a headline"),
        context(*_source(brief)),
        *_summary(brief, evidence),
        *_speakers(brief, evidence),
        *_claims(brief, evidence),
        *_entities(brief.entities),
        *_notes(brief.notes),
        *_left_out(brief),
        actions(*_buttons(brief, brief_id)),
    ]
    return Message(as_text(blocks), blocks)


def _with_links(words: str) -> Iterator[Element]:
    at = 0
    for match in ADDRESS.finditer(words):
        if match.start() > at:
            yield text(words[at : match.start()])
        shown = cut(match.group(), 300)
        yield link(match.group(), shown) if len(match.group()) <= PAGE_LINK else text(shown)
        at = match.end()
    if at < len(words):
        yield text(words[at:])


def _source(brief: Brief) -> Iterator[Element]:
    article = brief.article
    facts = [
        clean(article.outlet or ""),
        f"{article.published.day} {article.published:%B %Y}" if article.published else "",
        f"by {clean(article.byline)}" if article.byline else "",
        f"{counted(article.words, 'word')} read",
    ]
    yield plain(" · ".join(cut(fact, 120) for fact in facts if fact))
    page = page_address(article)
    if page and len(page) <= PAGE_LINK:
        yield named_link(page, "Open the article")


def _summary(brief: Brief, evidence: Evidence) -> Iterator[Block]:
    shown = [
        [text(cut(clean(sentence.shown), SENTENCE_WORDS)), *evidence.at([sentence.passage])]
        for sentence in brief.summary[:SENTENCES]
    ]
    if not shown:
        return
    if rest := len(brief.summary) - len(shown):
        shown.append([text(f"and {counted(rest, 'more sentence', 'more sentences')}", italic=True)])
    yield rich_text(line([text("Summary", bold=True)]), bullets(shown))


def _speakers(brief: Brief, evidence: Evidence) -> Iterator[Block]:
    if not brief.quotes:
        yield rich_text(line([text("Who says what", bold=True), text(": I found nobody quoted in this text.")]))
        return
    ranked = sorted((one for one in brief.speakers if one.quotes), key=lambda one: -len(brief.quotes_of(one)))
    yield rich_text(line([text("Who says what", bold=True)]))
    for speaker in ranked[:SPEAKERS]:
        yield _speaker(brief, speaker, evidence)
    others = [f"{counted(len(ranked) - SPEAKERS, 'more speaker')}"] if len(ranked) > SPEAKERS else []
    if others:
        quotes = sum(len(brief.quotes_of(speaker)) for speaker in ranked[SPEAKERS:])
        others = [f"and {others[0]} with {counted(quotes, 'quote')}"]
    if unattributed := brief.quotes_of(None):
        others.append(f"{counted(len(unattributed), 'quote')} unattributed")
    if others:
        yield rich_text(line([text("; ".join(others), italic=True)]))


def _speaker(brief: Brief, speaker: SpeakerCard, evidence: Evidence) -> Block:
    quotes = brief.quotes_of(speaker)
    shown = sorted(sorted(quotes, key=_tellingness)[:QUOTES], key=quotes.index)
    lines = [[text(said(brief, quote, QUOTE_WORDS)), *evidence.at(evidence_of(quote)[:1])] for quote in shown]
    if rest := len(quotes) - len(shown):
        lines.append([text(f"and {rest:,} more", italic=True)])
    return rich_text(line(introduced(speaker, short=True)), bullets(lines))


def _tellingness(quote: Quote) -> int:
    """Rank a quote, 0 first: words in marks tell more than a paraphrase, and a paraphrase more than one term."""
    words = sum(len(passage.text.split()) for passage in quote.quoted)
    if quote.type is QuoteType.DIRECT and words >= TELLING_WORDS:
        return 0
    return {QuoteType.MIXED: 1, QuoteType.INDIRECT: 2, QuoteType.DIRECT: 3}[quote.type]


def _claims(brief: Brief, evidence: Evidence) -> Iterator[Block]:
    shown = [
        [
            text(f"{joined(claim.content, CLAIM_WORDS)} — {claimed_by(brief, claim)}"),
            *evidence.at(claim.content[:1]),
        ]
        for claim in brief.claims[:CLAIMS]
    ]
    if not shown:
        return
    if rest := len(brief.claims) - len(shown):
        shown.append([text(f"and {rest:,} more", italic=True)])
    yield rich_text(line([text("Worth checking", bold=True)]), bullets(shown))


def _entities(entities: Sequence[EntityCard]) -> Iterator[Block]:
    kinds = list(KINDS)
    ranked = sorted(entities, key=lambda entity: kinds.index(entity.kind))
    lines = []
    for kind, group in groupby(ranked, key=lambda entity: entity.kind):
        names = [cut(clean(entity.name), NAME_WORDS) for entity in group]
        more = f" and {len(names) - NAMES:,} more" if len(names) > NAMES else ""
        lines.append([text(KINDS[kind], italic=True), text(f": {', '.join(names[:NAMES])}{more}")])
    if lines:
        yield rich_text(line([text("Mentioned", bold=True)]), bullets(lines))


def _notes(notes: Sequence[NoteCard]) -> Iterator[Block]:
    words = [cut(clean(note.text), NOTE_WORDS) for note in notes[:NOTES]]
    if len(notes) > NOTES:
        words.append(f"and {counted(len(notes) - NOTES, 'more note')}")
    if words:
        yield context(plain("Note: " + " ".join(words)))


def _left_out(brief: Brief) -> Iterator[Block]:
    if dropped := brief.article.dropped:
        reasons = ", ".join(dict.fromkeys(clean(one.reason) for one in dropped))
        yield context(
            plain(f"{counted(len(dropped), 'piece')} of furniture left out: {cut(reasons, NOTE_WORDS)}"),
        )


def _buttons(brief: Brief, brief_id: str) -> Iterator[Element]:
    counts = {
        "show_quotes": len(brief.quotes),
        "show_claims": len(brief.claims),
        "show_entities": len(brief.entities),
    }
    for action_id, label in BUTTONS.items():
        if action_id not in counts:
            yield button(label, action_id, brief_id)
        elif counts[action_id]:
            yield button(f"{label} ({counts[action_id]:,})", action_id, brief_id)
