"""Brief → everything of one sort, over as many pages as it takes: nothing in here is cut."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from adapters.slack.blocks import (
    Block,
    Element,
    Message,
    actions,
    as_text,
    bullets,
    button,
    context,
    line,
    menu,
    rich_text,
    size,
    split,
    text,
    unparsed,
)
from adapters.slack.evidence import Evidence
from adapters.slack.render import heading
from bot import wording
from bot.answers import Compared, Found, Listing
from bot.brief import Brief
from bot.catalogue import _, plural
from bot.commands import as_words
from bot.counts import counted
from bot.findings import NOTHING, groups
from bot.models import List, Question
from bot.typography import DEEPEST, cut, with_marks_closed
from bot.wording import Group, Line

HEADING, ENTRY = 900, 2000
"""Characters of a block's heading, and of what stands below it. Slack gives no limit for rich text; a section may have
3,000."""

PAGE = 5000
ENTRIES = 12
"""Characters and blocks of one page: some two screens. Slack's own limits are 13,200 and 50."""

TITLE = 200
"""Characters of the article's headline over a page."""

TURN_BACK, TURN_ON = "turn_page_back", "turn_page_on"
WHOSE = "show_quotes_of"

Told = Iterable[tuple[Group, Evidence]]


def render_page(brief: Brief, brief_id: str, which: List, number: int, speaker: str | None = None) -> Message:
    """Show page *number*, from 1, of a list; a number past the last page shows the last."""
    listing = Listing(brief_id, brief, which, speaker)
    evidence = Evidence(brief.article)
    title = [text(wording.label(brief, which), bold=True), text(f" · {cut(wording.title(brief), TITLE)}")]
    more = [menu(_("One speaker only …"), WHOSE, names)] if which == "quotes" and (names := _names(listing)) else []
    turns = (which, " ".join(filter(None, [brief_id, speaker])))
    return _page(title, ((group, evidence) for group in listing.groups), number, turns, more)


def render_comparison(compared: Compared, number: int) -> Message:
    """Show page *number* of versions side by side."""
    title = [text(_("Compared: {number} versions", number=len(compared.versions)), bold=True)]
    return _page(title, ((group, Evidence(None)) for group in compared.groups), number, ("compare", ""))


def render_findings(found: Found, question: Question, number: int) -> Message:
    """Show page *number* of what a search found."""
    told = [(group, Evidence(brief.article)) for brief, group in groups(found.findings)]
    statements = counted(len(found.findings), "statement")
    if found.more:
        statements = plural(
            "{statements}, and {number} older", "{statements}, and {number} older", found.more, statements=statements
        )
    title = [text(_("Found: {statements}", statements=statements), bold=True)]
    return _page(title, told, number, ("search", as_words(question)), nothing=_(NOTHING))


def _page(
    title: list[Element],
    told: Told,
    number: int,
    turns: tuple[str, str],
    more: Sequence[Element] = (),
    nothing: str = "",
) -> Message:
    pages = _pages(told) or [[rich_text(line([text(nothing or _(wording.NOTHING))]))]]
    number = min(max(number, 1), len(pages))
    blocks = [rich_text(line(title)), *pages[number - 1]]
    if len(pages) > 1:
        blocks.append(context(unparsed(_("Page {number} of {pages}", number=number, pages=len(pages)))))
    if pressed := [*_turns(turns, number, len(pages)), *more]:
        blocks.append(actions(*pressed))
    return Message(as_text(blocks), blocks)


def _names(listing: Listing) -> list[tuple[str, str]]:
    speakers = wording.speaking(listing.brief)
    if len(speakers) < 2:
        return []
    return [(one.name, f"{listing.brief_id} {one.id}") for one in speakers if one.id != listing.speaker]


def _turns(turns: tuple[str, str], number: int, pages: int) -> Iterator[Element]:
    which, rest = turns
    if number > 1:
        yield button(_("Previous"), TURN_BACK, f"{which} {number - 1} {rest}".rstrip())
    if number < pages:
        yield button(_("Next"), TURN_ON, f"{which} {number + 1} {rest}".rstrip())


def _pages(told: Told) -> list[list[Block]]:
    pages: list[list[Block]] = [[]]
    used = 0
    for group, evidence in told:
        over = [*heading(group.heading, group.detail)["elements"], *evidence.at(group.evidence)]
        for run in (run for one in group.lines for run in _runs(one, evidence)):
            if pages[-1] and (used + size(over) + size(run) > PAGE or len(pages[-1]) >= ENTRIES):
                pages.append([])
                used = 0
                over = over or [text(_("{heading} (continued)", heading=group.heading), bold=True)]
            *long, last = split(over, HEADING)
            pages[-1] += [rich_text(line(piece)) for piece in long]
            pages[-1].append(rich_text(*([line(last)] if last else []), bullets([run])))
            used += size(over) + size(run)
            over = []
    return pages if pages[0] else []


def _runs(one: Line, evidence: Evidence) -> Iterator[list[Element]]:
    """Yield *one* in as many pieces as it takes, the later ones marked."""
    *first, last = with_marks_closed(
        [piece["text"].strip() for (piece,) in split([text(one.text)], ENTRY - 2 * DEEPEST)]
    )
    credit = [text(f" {one.credit}", italic=True)] if one.credit else []
    ending = split([text(last), *credit, *evidence.at(one.evidence)], ENTRY)
    for number, run in enumerate([*([text(piece)] for piece in first), *ending]):
        yield [text(_("(continued)") + " ", italic=True), *run] if number else run
    for below in one.below:
        yield from split([text(f"↳ {below.text}"), *evidence.source(below.link, _(wording.READ_IT))], ENTRY)
