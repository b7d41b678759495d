"""Brief → everything of one sort, over as many pages as it takes: nothing in here is cut."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from adapters.slack.blocks import (
    Element,
    Message,
    actions,
    as_text,
    button,
    clean,
    context,
    cut,
    line,
    plain,
    rich_text,
    size,
    split,
    text,
)
from adapters.slack.render import KINDS
from adapters.slack.wording import Evidence, claimed_by, evidence_of, introduced, joined, said
from bot.brief import Brief, Quote

ENTRY = 2400
"""Characters of one block. Slack gives no limit for rich text; a section may have 3,000."""

PAGE = 5000
ENTRIES = 12
"""Characters and blocks of one page: some two screens. Slack's own limits are 13,200 and 50."""

Entry = list[Element]

TURN_BACK, TURN_ON = "turn_page_back", "turn_page_on"


def render_page(brief: Brief, brief_id: str, view: str, number: int) -> Message:
    """Show page *number*, from 1, of a view: "quotes", "claims", "entities" or "reading".

    A number past the last page shows the last.
    """
    title, entries_of = VIEWS[view]
    entries = list(entries_of(brief))
    pages = _pages(entries)
    number = min(max(number, 1), len(pages))
    headline = clean(brief.article.title or "") or "Text without a headline"
    blocks = [
        rich_text(line([text(title, bold=True), text(f" · {cut(headline, 200)}")])),
        *(rich_text(line(entry)) for entry in pages[number - 1]),
    ]
    if len(pages) > 1:
        blocks.append(context(plain(f"Page {number} of {len(pages)}")))
        blocks.append(actions(*_turns(brief_id, view, number, len(pages))))
    return Message(as_text(blocks), blocks)


def _turns(brief_id: str, view: str, number: int, pages: int) -> Iterator[Element]:
    if number > 1:
        yield button("Previous", TURN_BACK, f"{view} {number - 1} {brief_id}")
    if number < pages:
        yield button("Next", TURN_ON, f"{view} {number + 1} {brief_id}")


def _pages(entries: list[Entry]) -> list[list[Entry]]:
    pages: list[list[Entry]] = [[]]
    used = 0
    for entry in entries:
        for position, run in enumerate(split(entry, ENTRY)):
            piece = [text("(continued) ", italic=True), *run] if position else run
            if pages[-1] and (used + size(piece) > PAGE or len(pages[-1]) == ENTRIES):
                pages.append([])
                used = 0
            pages[-1].append(piece)
            used += size(piece)
    return pages if pages[0] else [[[text("There is nothing of this sort in the text.")]]]


def _quotes(brief: Brief) -> Iterator[Entry]:
    evidence = Evidence(brief.article)
    known = {speaker.id for speaker in brief.speakers}
    for speaker in brief.speakers:
        for quote in brief.quotes_of(speaker):
            comma = ", " if speaker.role else " "
            yield [*introduced(speaker), text(comma), *_quote(brief, quote, evidence)]
    for quote in brief.quotes:
        if quote.speaker not in known:
            yield [text("Unattributed", bold=True), *_source_words(quote), text(": "), *_quote(brief, quote, evidence)]


def _source_words(quote: Quote) -> Iterator[Element]:
    if quote.source:
        yield text(f" (the article’s words for the source: {joined(quote.source)})")


def _quote(brief: Brief, quote: Quote, evidence: Evidence) -> Iterator[Element]:
    yield text(said(brief, quote))
    yield from evidence.at(evidence_of(quote))


def _claims(brief: Brief) -> Iterator[Entry]:
    evidence = Evidence(brief.article)
    for number, claim in enumerate(brief.claims, 1):
        reasons = f" ({', '.join(clean(reason) for reason in claim.reasons)})" if claim.reasons else ""
        yield [
            text(f"{number}. {joined(claim.content)} — {claimed_by(brief, claim)}{reasons}"),
            *evidence.at(claim.content),
        ]


def _entities(brief: Brief) -> Iterator[Entry]:
    evidence = Evidence(brief.article)
    kinds = list(KINDS)
    for entity in sorted(brief.entities, key=lambda entity: kinds.index(entity.kind)):
        times = f"{len(entity.mentions)} mentions" if len(entity.mentions) > 1 else "1 mention"
        yield [
            text(clean(entity.name), bold=True),
            text(f" ({entity.kind.value}), {times}:"),
            *evidence.at(entity.mentions),
        ]


def _reading(brief: Brief) -> Iterator[Entry]:
    evidence = Evidence(brief.article)
    for sentence in brief.summary:
        yield [text("Summary: ", italic=True), text(clean(sentence.shown)), *evidence.at([sentence.passage])]
    for note in brief.notes:
        where = [note.passage] if note.passage else []
        yield [text("Note: ", italic=True), text(clean(note.text)), *evidence.at(where)]
    for dropped in brief.article.dropped:
        yield [text(f"Left out, {clean(dropped.reason)}: ", italic=True), text(clean(dropped.text) or "(no words)")]


VIEWS: dict[str, tuple[str, Callable[[Brief], Iterator[Entry]]]] = {
    "quotes": ("All quotes", _quotes),
    "claims": ("All claims worth checking", _claims),
    "entities": ("All entities", _entities),
    "reading": ("About this reading", _reading),
}
