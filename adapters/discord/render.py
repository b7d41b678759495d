"""``Brief`` → embeds: short first, the rest is behind buttons. Every string of it is escaped."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import discord
from discord.utils import escape_mentions

from adapters.discord.markdown import fit, link
from adapters.discord.pages import FACT, named, source_of
from bot import wording
from bot.brief import Brief, Passage
from bot.catalogue import _, plural
from bot.counts import Shortened, more
from bot.evidence import PublishersPage, page_address, publishers_page
from bot.typography import cut
from bot.wording import Line

# Discord's limits, in characters. The total counts over all embeds of a message.
TOTAL, DESCRIPTION, TITLE, URL = 6000, 4096, 256, 2048

# Shares of the total, in characters: guesses that leave some 500 for titles and links to the evidence.
SUMMARY, SPEAKERS, CLAIMS, ENTITIES, NOTES, LEFT_OUT = 1300, 1900, 900, 450, 350, 250

MORE = 80
"""Characters kept free in each part for the count of what is not shown."""


@dataclass(slots=True)
class Row:
    """Finished markup and, where there is one, the passage that proves it."""

    text: str
    passage: Passage | None = None
    after: str = ""
    link: str | None = None  # set where there is room

    @property
    def shown(self) -> str:
        """The row as it is sent."""
        return f"{self.text} {self.link or self.place}{self.after}" if self.passage else self.text + self.after

    @property
    def place(self) -> str:
        """Where the passage stands, for people."""
        return wording.places([self.passage])[0][0] if self.passage else ""


@dataclass(slots=True)
class Part:
    """One embed: a title, a description of rows."""

    title: str
    rows: list[Row]
    footer: str = ""

    @property
    def description(self) -> str:
        """The rows as they are sent."""
        return "\n".join(row.shown for row in self.rows)

    def __len__(self) -> int:
        return len(self.title) + len(self.description) + len(self.footer)


def render(brief: Brief) -> list[discord.Embed]:
    """Return the short view of *brief*: the embeds of one message, within every limit."""
    parts = [_head(brief), _speakers(brief), _claims(brief), _entities(brief), _notes(brief)]
    parts = [part for part in parts if part.rows]
    parts[-1].footer = escape_mentions(cut(wording.left_out(brief), LEFT_OUT))  # a footer knows no markup
    address = page_address(brief.article)
    _add_links(parts, publishers_page(brief.article))
    embeds = [discord.Embed(title=part.title, description=part.description) for part in parts]
    embeds[0].url = address if address and len(address) <= URL else None
    embeds[-1].set_footer(text=parts[-1].footer or None)
    return embeds


# The short view --------------------------------------------------------------------------------------------


def _head(brief: Brief) -> Part:
    rows = [Row(" · ".join(fit(fact, FACT) for fact in wording.origin(brief)))]
    lines, retold = wording.summary_lines(brief), wording.retold_lines(brief)
    share = SUMMARY // 2 if retold else SUMMARY
    shown = _kept([[_row(one, wording.SENTENCE)] for one in lines[: wording.MOST_SENTENCES]], share)
    if lines:
        rows += [Row(f"**{_(wording.STORY)}**"), *_and_more(shown, len(lines), "sentence")]
    if retold:
        told = _kept([[_row(one, wording.SENTENCE)] for one in retold[: wording.MOST_SENTENCES]], share)
        above = f"**{fit(wording.retold_by(brief), FACT)}**, *{_(wording.COMPARED)}*"
        rows += [Row(above), *_and_more(told, len(retold), "sentence")]
    return Part(fit(wording.title(brief), TITLE), rows)


def _speakers(brief: Brief) -> Part:
    groups = []
    for speaker in wording.speaking(brief)[: wording.MOST_SPEAKERS]:
        quotes = brief.quotes_of(speaker)
        told = [_row(wording.quote_line(brief, quote), wording.QUOTE) for quote in wording.most_telling(quotes)]
        if rest := len(quotes) - len(told):
            told[-1].after = f" · *{more(rest, 'quote')}*"  # as a line of its own it costs room
        name = Row(named(fit(speaker.name, wording.NAME), fit(wording.role_of(speaker), wording.ROLE)))
        groups.append([name, *told])
    shown = _kept(groups, SPEAKERS)
    rows = [row for group in shown for row in group]
    if others := wording.others(brief, len(shown)):
        rows.append(Row(f"*{others}*"))
    return Part(_(wording.SPEAKERS), rows or [Row(_(wording.NOBODY))])


def _claims(brief: Brief) -> Part:
    lines = wording.claim_lines(brief)
    told = [[_row(one, wording.CLAIM), *_first_check(one)] for one in lines[: wording.MOST_CLAIMS]]
    shown = _kept(told, CLAIMS)
    rows = _and_more(shown, len(lines), "claim")
    if looked := wording.checked(brief):
        rows.append(Row(f"*{fit(looked, wording.CHECK)}*"))
    return Part(f"{_(wording.CLAIMS)} ({_(wording.RANKING)})", rows)


def _first_check(one: Line) -> Iterator[Row]:
    """Yield the first fact-check of a claim, and the number of the others."""
    for check in one.below[:1]:
        rest = f" · *{more(len(one.below) - 1, 'fact-check')}*" if len(one.below) > 1 else ""
        yield Row(f"  - {fit(check.text, wording.CHECK)}{source_of(check)}{rest}")


def _entities(brief: Brief) -> Part:
    groups = []
    for kind, entities in wording.by_kind(brief.entities):
        names = [fit(entity.name, wording.ENTITY) for entity in entities[: wording.MOST_NAMES]]
        named = ", ".join(names)
        if rest := len(entities) - len(names):
            named = plural("{names} and {number} more", "{names} and {number} more", rest, names=named)
        groups.append([Row(f"**{kind}**: {named}")])
    return Part(_(wording.ENTITIES), _and_more(_kept(groups, ENTITIES), len(groups), "kind"))


def _notes(brief: Brief) -> Part:
    lines = wording.note_lines(brief)
    shown = _kept([[_row(one, wording.NOTE)] for one in lines[: wording.MOST_NOTES]], NOTES)
    return Part(_(wording.NOTES), _and_more(shown, len(lines), "note"))


def _row(one: Line, limit: int) -> Row:
    """Return *one* with its words cut to *limit* characters; whose it is stays."""
    whose = f" — *{fit(one.whose, wording.ROLE)}*" if one.whose else ""
    return Row(f"• {fit(one.text, limit)}{whose}", next(iter(one.evidence), None))


def _and_more(shown: Sequence[list[Row]], number: int, what: Shortened) -> list[Row]:
    """Return the rows of the groups *shown*, and one that says how many groups of *number* are not."""
    rows = [row for group in shown for row in group]
    rest = number - len(shown)
    return [*rows, *([Row(f"*{more(rest, what)}*")] if rest else [])]


def _kept(groups: list[list[Row]], room: int) -> list[list[Row]]:
    """Return the first *groups* that have room, in characters, beside the count of the rest."""
    kept = []
    room -= MORE
    for group in groups:
        room -= sum(len(row.shown) + 1 for row in group)
        if room < 0:
            break
        kept.append(group)
    return kept


def _add_links(parts: list[Part], page: PublishersPage | None) -> None:
    """Link the evidence, most important first, as far as the limits leave room."""
    if page is None:
        return
    room = TOTAL - sum(map(len, parts))
    for part in parts:
        for row in part.rows:
            linked = row.passage and link(row.place, page.at(row.passage))
            if not linked:
                continue
            cost = len(linked) - len(row.place)
            if cost <= room and len(part.description) + cost <= DESCRIPTION:
                row.link = linked
                room -= cost
