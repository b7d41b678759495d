"""Brief → the message that stands in the thread: short, and with the number of everything that it leaves out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from adapters.slack.blocks import (
    DIVIDER,
    Block,
    Element,
    Message,
    actions,
    as_text,
    bullets,
    button,
    context,
    emoji,
    header,
    line,
    link,
    menu,
    named_links,
    rich_text,
    text,
    unparsed,
)
from adapters.slack.evidence import Evidence
from bot import wording
from bot.brief import Brief, SpeakerCard
from bot.catalogue import _, mark, plural
from bot.counts import Shortened, more
from bot.evidence import page_address
from bot.models import Wanted
from bot.typography import cut, plain
from bot.wording import Line

LINKS = 3500
"""Characters for the links of one message, which with all that it says stays under 12,000: Slack refuses messages of
about 13,200 characters over all blocks."""

FACT, REASONS = 120, 300
"""Characters of outlet and by-line, and of the kinds of what was left out."""

PROBLEM = 1400
"""Characters of a problem's words, whose addresses count twice: as shown and as followed."""

PAGE_LINK = 1500
"""Characters up to which the article's address is linked in the message."""

SHOW = "show_"
"""Begins the action ids of the buttons; they must not change while old messages carry them."""

MORE, DELETE, RETRY = "more_of_brief", "delete_brief", "retry_item"
"""The action ids of the menu below a brief, and of what it leads to."""

EXPORTS = (
    (mark("Save as Word"), "docx"),
    (mark("Save as Markdown"), "markdown"),
    (mark("Save as CSV"), "csv"),
    (mark("Save as JSON"), "json"),
)

ADDRESS = re.compile(r"https?://[^\s<>\"“”]*[^\s<>\"“”.,;:!?')\]]")


def render_placeholder(wanted: Wanted) -> Message:
    """Say that *wanted* is being read."""
    if wanted.link is None:
        blocks = [rich_text(line([text(_("Reading the text that you pasted …"))]))]
    else:
        blocks = [rich_text(line(_with_links(_("Reading {link} …", link=wanted.link))))]
    return Message(as_text(blocks), blocks)


def render_problem(words: str, item: str = "") -> Message:
    """Say why there is no brief; *item* is the id of what can be tried again."""
    shown = _with_links(cut(plain(words), PROBLEM))
    blocks = [rich_text(line([emoji("warning"), text(" "), *shown]))]
    if item:
        blocks.append(actions(button(_("Try again"), RETRY, item)))
    return Message(as_text(blocks), blocks)


def render_remark(words: str) -> Message:
    """Say something about all the answers together."""
    blocks = [rich_text(line([text(cut(plain(words), PROBLEM))]))]
    return Message(as_text(blocks), blocks)


def render_brief(brief: Brief, brief_id: str, page: str | None = None) -> Message:
    """Sum *brief* up; *brief_id* is what the buttons bring back, *page* the address of the brief's own page."""
    evidence = Evidence(brief.article, LINKS)
    blocks = [
        header(wording.title(brief)),
        context(*_origin(brief, page)),
        *_summary(brief, evidence),
        *_speakers(brief, evidence),
        *_claims(brief, evidence),
        *_entities(brief),
        *_notes(brief),
        *_left_out(brief),
        actions(
            *(button(wording.label(brief, one), f"{SHOW}{one}", brief_id) for one in wording.lists(brief)),
            menu(_("More …"), MORE, _more(brief, brief_id)),
        ),
    ]
    return Message(as_text(blocks), blocks)


def _more(brief: Brief, brief_id: str) -> list[tuple[str, str]]:
    heard = [(wording.label(brief, "heard"), f"heard {brief_id}")] if wording.speaking(brief) else []
    wrong = [(_("Correct something"), f"correct {brief_id}")] if brief.quotes or brief.claims else []
    return [
        *heard,
        *((_(words), f"export {brief_id} {form}") for words, form in EXPORTS),
        *wrong,
        (_("Delete this brief"), f"delete {brief_id}"),
    ]


def heading(words: str, detail: str = "") -> Element:
    """Return a line that stands over others."""
    return line([text(words, bold=True), *([text(f", {detail}")] if detail else [])])


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


def _origin(brief: Brief, page: str | None) -> Iterator[Element]:
    yield unparsed(" · ".join(cut(fact, FACT) for fact in wording.origin(brief)))
    address = page_address(brief.article)
    links = [(address, _("Open the article"))] if address and len(address) <= PAGE_LINK else []
    links += [(page, _(wording.ITS_PAGE))] if page else []
    if links:
        yield named_links(links)


def _summary(brief: Brief, evidence: Evidence) -> Iterator[Block]:
    lines = wording.summary_lines(brief)
    shown = [_line(one, wording.SENTENCE, evidence) for one in lines[: wording.MOST_SENTENCES]]
    if shown:
        yield rich_text(heading(_(wording.STORY)), bullets(_and_more(shown, len(lines), "sentence")))
    if retold := wording.retold_lines(brief):
        told = [_line(one, wording.SENTENCE, evidence) for one in retold[: wording.MOST_SENTENCES]]
        above = heading(cut(wording.retold_by(brief), FACT), _(wording.COMPARED))
        yield rich_text(above, bullets(_and_more(told, len(retold), "sentence")))


def _speakers(brief: Brief, evidence: Evidence) -> Iterator[Block]:
    yield DIVIDER  # or the heading looks like one more speaker's name
    yield rich_text(heading(_(wording.SPEAKERS)))
    for speaker in wording.speaking(brief)[: wording.MOST_SPEAKERS]:
        yield _speaker(brief, speaker, evidence)
    if others := wording.others(brief, wording.MOST_SPEAKERS):
        yield rich_text(line([text(others, italic=True)]))
    elif not brief.quotes:
        yield rich_text(line([text(_(wording.NOBODY))]))


def _speaker(brief: Brief, speaker: SpeakerCard, evidence: Evidence) -> Block:
    quotes = brief.quotes_of(speaker)
    told = wording.most_telling(quotes)
    shown = [_line(wording.quote_line(brief, quote), wording.QUOTE, evidence) for quote in told]
    if rest := len(quotes) - len(told):
        shown[-1].append(text(f" · {more(rest, 'quote')}", italic=True))  # as a line of its own it costs room
    name = cut(plain(speaker.name), wording.NAME)
    role = cut(wording.role_of(speaker), wording.ROLE)
    return rich_text(heading(name, role), bullets(shown))


def _claims(brief: Brief, evidence: Evidence) -> Iterator[Block]:
    lines = wording.claim_lines(brief)
    told = lines[: wording.MOST_CLAIMS]
    shown = [_line(one, wording.CLAIM, evidence) for one in told]
    if not shown:
        return
    if not any(one.below for one in told):
        parts = [bullets(_and_more(shown, len(lines), "claim"))]
    else:
        parts = [part for one, claim in zip(told, shown, strict=True) for part in _with_checks(one, claim, evidence)]
        parts += [bullets(left)] if (left := _and_more([], len(lines) - len(told), "claim")) else []
    yield DIVIDER
    yield rich_text(heading(_(wording.CLAIMS), _(wording.RANKING)), *parts)
    if looked := wording.checked(brief):
        yield context(unparsed(looked))


def _with_checks(one: Line, claim: list[Element], evidence: Evidence) -> Iterator[Element]:
    """Yield a claim and, below it, the first fact-check of it and the number of the others."""
    yield bullets([claim])
    for check in one.below[:1]:
        rest = f" · {more(len(one.below) - 1, 'fact-check')}" if len(one.below) > 1 else ""
        words = [text(cut(check.text, wording.CHECK)), *evidence.source(check.link, _(wording.READ_IT))]
        yield bullets([[*words, *([text(rest, italic=True)] if rest else [])]], indent=1)


def _entities(brief: Brief) -> Iterator[Block]:
    lines = []
    for kind, entities in wording.by_kind(brief.entities):
        names = [cut(plain(entity.name), wording.ENTITY) for entity in entities[: wording.MOST_NAMES]]
        named = ", ".join(names)
        if rest := len(entities) - len(names):
            named = plural("{names} and {number} more", "{names} and {number} more", rest, names=named)
        lines.append([text(kind, italic=True), text(f": {named}")])
    if lines:
        yield DIVIDER
        yield rich_text(heading(_(wording.ENTITIES)), bullets(lines))


def _notes(brief: Brief) -> Iterator[Block]:
    words = [cut(one.text, wording.NOTE) for one in wording.note_lines(brief)[: wording.MOST_NOTES]]
    if rest := len(brief.notes) - len(words):
        words.append(more(rest, "note"))
    if words:
        yield context(unparsed(f"{_(wording.NOTES)}: {' '.join(words)}"))


def _left_out(brief: Brief) -> Iterator[Block]:
    if words := wording.left_out(brief):
        yield context(unparsed(cut(words, REASONS)))


def _line(one: Line, limit: int, evidence: Evidence) -> list[Element]:
    """Return *one* with its words cut to *limit* characters; whose it is stays."""
    whose = [text(f" — {cut(one.whose, wording.ROLE)}", italic=True)] if one.whose else []
    return [text(cut(one.text, limit)), *whose, *evidence.at(one.evidence[:1])]


def _and_more(shown: Sequence[list[Element]], number: int, what: Shortened) -> list[list[Element]]:
    """Return the lines *shown*, and one that says how many of *number* are not."""
    rest = number - len(shown)
    return [*shown, *([[text(more(rest, what), italic=True)]] if rest else [])]
