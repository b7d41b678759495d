"""A brief as a file for use elsewhere: JSON, CommonMark, CSV. What is in them is said as everywhere (``wording``)."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from bot import wording
from bot.brief import Brief, ClaimCard, Passage, Quote, SpeakerCard
from bot.evidence import page_address, text_fragment_link
from bot.typography import is_invisible, plain
from bot.wording import Line

FORMULA = ("=", "+", "-", "@", "'")
"""How a cell begins that spreadsheets run, or from which they take an apostrophe away."""


@dataclass(frozen=True, slots=True)
class Row:
    """One paragraph of a brief, before it is known where it is shown; nothing in it is escaped."""

    lines: tuple[Line, ...]  # side by side
    lead: str = ""  # who, or what kind; set apart from the rest
    between: str = ": "  # the lead and the rest
    marker: str = "•"
    depth: int = 0


Section = tuple[str, list[Row]]
"""Rows under a heading."""


def render_markdown(brief: Brief) -> str:
    """Write the whole *brief* as CommonMark; nothing from the page is read as markup."""
    lines = [f"# {markdown(wording.title(brief))}", "", markdown(origin(brief))]
    if address := page_address(brief.article):
        lines += ["", f"<{web_address(address)}>"]
    for heading, rows in sections(brief):
        lines += ["", f"## {heading}", "", *(_item(brief, row) for row in rows)]
    return "\n".join(lines) + "\n"


def render_json(brief: Brief) -> str:
    """Write the *brief* as JSON in which no character is left that a terminal would obey."""
    return escaped_json(brief.model_dump_json(indent=2))


def escaped_json(json: str) -> str:
    """Return *json* with an escape for each character that is not seen, or that a terminal would obey."""
    return "".join(
        char if not is_invisible(char) or char == "\n" else "".join(f"\\u{unit:04x}" for unit in _utf16(char))
        for char in json
    )


# What is shown --------------------------------------------------------------------------------------------


def origin(brief: Brief) -> str:
    """Return where the story is from, on one line."""
    return " · ".join(wording.origin(brief))


def sections(brief: Brief) -> Iterator[Section]:
    """Return what there is to show, the most wanted first."""
    *speakers, nobody = wording.quote_groups(brief)
    found = (
        (wording.STORY, _rows(wording.summary_lines(brief))),
        (wording.SPEAKERS, [row for group in speakers for row in _speaker(group)] or [Row((Line(wording.NOBODY),))]),
        (wording.UNATTRIBUTED, _rows(nobody.lines)),
        (f"{wording.CLAIMS} ({wording.RANKING})", _claims(brief)),
        (wording.ENTITIES, _entities(brief)),
        (wording.NOTES, _rows(wording.note_lines(brief))),
        (wording.LEFT_OUT, _rows(wording.dropped_lines(brief))),
    )
    return ((heading, rows) for heading, rows in found if rows)


def _rows(lines: Sequence[Line], depth: int = 0) -> list[Row]:
    return [Row((one,), depth=depth) for one in lines]


def _numbered(lines: Sequence[Line]) -> list[Row]:
    return [Row((one,), marker=f"{number}.") for number, one in enumerate(lines, 1)]


def _claims(brief: Brief) -> list[Row]:
    rows = []
    for row in _numbered(wording.claim_lines(brief)):
        rows += [row, *_rows(row.lines[0].below, depth=2)]  # two: Markdown puts it below "10. "
    looked = wording.checked(brief)
    return [*rows, *([Row((Line(looked),), marker="–")] if looked else [])]


def _speaker(group: wording.Group) -> list[Row]:
    role = Line(group.detail, group.evidence)
    return [Row((role,), lead=group.heading, between=", " if group.detail else " "), *_rows(group.lines, depth=1)]


def _entities(brief: Brief) -> list[Row]:
    return [
        Row(tuple(Line(plain(entity.name), entity.mentions) for entity in same), lead=heading)
        for heading, same in wording.by_kind(brief.entities)
    ]


# Markdown -------------------------------------------------------------------------------------------------


def web_address(url: str) -> str:
    """Return *url* without characters that end a link in Markdown or command a terminal."""
    return re.sub(r"[\s<>()\\\"`]", lambda match: f"%{ord(match.group()) % 256:02X}", plain(url))


def markdown(text: str) -> str:
    """Return *text* so that CommonMark, and what chat and code sites make of it, shows it as it stands."""
    escaped = re.sub(r"([\\`*_{}\[\]<>#|~&$^@])", r"\\\1", plain(text))
    escaped = re.sub(r":(?=//)|(?<=\bwww)\.", r"\\\g<0>", escaped, flags=re.I)  # or it would become a link
    return re.sub(r"^(\d*)([-+=.)])", r"\1\\\2", escaped)  # or a list, or a rule


def _utf16(char: str) -> Iterator[int]:
    code = char.encode("utf-16-be", "surrogatepass")
    for at in range(0, len(code), 2):
        yield int.from_bytes(code[at : at + 2])


def _item(brief: Brief, row: Row) -> str:
    lead = f"**{markdown(row.lead)}**{row.between}" if row.lead else ""
    marker = row.marker if row.marker[0].isdigit() else "-"
    return f"{'  ' * row.depth}{marker} {lead}{' · '.join(_piece(brief, one) for one in row.lines)}"


def _piece(brief: Brief, one: Line) -> str:
    credit = f"*{markdown(one.credit)}*" if one.credit else ""
    linked = (f"[{place}]({link})" if link else place for place, link in places(brief, one.evidence))
    source = f"<{web_address(one.link)}>" if one.link else ""
    return " ".join(filter(None, (markdown(one.text), credit, source, *linked)))


def places(brief: Brief, evidence: Sequence[Passage]) -> Iterator[tuple[str, str | None]]:
    """Return each paragraph that has evidence, with a link that opens the publisher's page there."""
    address = page_address(brief.article)
    for place, passage in wording.places(evidence):
        yield place, text_fragment_link(web_address(address), passage.text) if address else None


# A citation -----------------------------------------------------------------------------------------------


def cite(brief: Brief, quote: Quote) -> str:
    """Return *quote* with whose it is and where it stands, to be pasted into a story or a note on it."""
    source = wording.places(quote.content)[0][0].join(cite_source(brief))
    return f"{cite_speaker(brief.speaker(quote.speaker))} {wording.said(brief, quote)}\n{source}"


def cite_speaker(speaker: SpeakerCard | None) -> str:
    """Return how a citation begins: who, and what he is."""
    if speaker is None:
        return f"[{wording.UNATTRIBUTED}]"
    role = wording.role_of(speaker)
    return f"{plain(speaker.name)}{f' ({role})' if role else ''}"


def cite_source(brief: Brief) -> tuple[str, str]:
    """Return how a citation ends: the article, before and after the place in it."""
    article = brief.article
    day = f"{article.published.day} {article.published:%B %Y}" if article.published else ""
    if day and not article.published_sure:
        day += f" {wording.UNCONFIRMED}"
    address = page_address(article)
    seen = f", read {article.fetched_at.day} {article.fetched_at:%B %Y}" if article.fetched_at else ""
    before = ", ".join(filter(None, (f"“{wording.title(brief)}”", plain(article.outlet or ""), day, " ")))
    return before.rstrip() + " ", f". {web_address(address)}{seen}" if address else ""


# A table --------------------------------------------------------------------------------------------------

COLUMNS = "id what who role how cue words reasons paragraph start end link factchecks".split()


def render_csv(brief: Brief) -> str:
    """Write the quotes and the claims of *brief* as a table (RFC 4180), one a line, for a spreadsheet.

    *start* and *end* are characters of the article's text. What a spreadsheet would take for a formula is set
    behind an apostrophe.

    Source:
        OWASP, CSV Injection.
    """
    out = io.StringIO()
    table = csv.writer(out, quoting=csv.QUOTE_ALL)
    table.writerow(COLUMNS)
    for row in (*map(partial(_quote, brief), brief.quotes), *map(partial(_claim, brief), brief.claims)):
        table.writerow(map(cell, row))
    return out.getvalue()


def cell(value: str | int) -> str:
    """Return *value* on one line so that no spreadsheet runs it."""
    words = plain(str(value))
    return f"'{words}" if words.startswith(FORMULA) else words


def _quote(brief: Brief, quote: Quote) -> list[str | int]:
    speaker = brief.speaker(quote.speaker)
    who = [speaker.name, wording.role_of(speaker)] if speaker else [wording.UNATTRIBUTED, ""]
    words = [wording.verbatim(brief, quote.cue), wording.verbatim(brief, quote.content, quote.quoted)]
    return [quote.id, "quote", *who, quote.type.value, *words, "", *_where(brief, quote.content), ""]


def _claim(brief: Brief, claim: ClaimCard) -> list[str | int]:
    words = [wording.verbatim(brief, claim.cue), wording.verbatim(brief, claim.content, claim.quoted)]
    whose = wording.claimed_by(brief, claim)
    published = "; ".join(f"{check.publisher}: {check.rating} ({check.url})" for check in claim.checks or ())
    where = _where(brief, claim.content)
    return [claim.id, "claim", whose, "", "", *words, ", ".join(claim.reasons), *where, published]


def _where(brief: Brief, content: Sequence[Passage]) -> list[str | int]:
    first, last = content[0], content[-1]
    address = page_address(brief.article)
    link = text_fragment_link(web_address(address), first.text) if address else ""
    return [first.paragraph, first.start, last.end, link]
