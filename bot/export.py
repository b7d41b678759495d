"""A brief as a file for use elsewhere: JSON, CommonMark, CSV, Word. Their content is said as always (``wording``)."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator, Sequence
from functools import partial

from bot import wording
from bot.answers import Upload
from bot.brief import Brief, ClaimCard, Passage, Quote, SpeakerCard
from bot.catalogue import _, day
from bot.commands import Form
from bot.evidence import page_address
from bot.rows import Row, origin, places, publishers_page, sections, web_address
from bot.typography import is_invisible, plain
from bot.wording import Line

FORMULA = ("=", "+", "-", "@", "'")
"""How a cell begins that spreadsheets run, or from which they take an apostrophe away."""


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


# Markdown -------------------------------------------------------------------------------------------------


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


# A citation -----------------------------------------------------------------------------------------------


def cite(brief: Brief, quote: Quote) -> str:
    """Return *quote* with whose it is and where it stands, to be pasted into a story or a note on it."""
    source = wording.places(quote.content)[0][0].join(cite_source(brief))
    return f"{cite_speaker(brief.speaker(quote.speaker))} {wording.said(brief, quote)}\n{source}"


def cite_speaker(speaker: SpeakerCard | None) -> str:
    """Return how a citation begins: who, and what he is."""
    if speaker is None:
        return f"[{_(wording.UNATTRIBUTED)}]"
    role = wording.role_of(speaker)
    return f"{plain(speaker.name)}{f' ({role})' if role else ''}"


def cite_source(brief: Brief) -> tuple[str, str]:
    """Return how a citation ends: the article, before and after the place in it."""
    article = brief.article
    published = day(article.published) if article.published else ""
    if published and not article.published_sure:
        published += f" {_(wording.UNCONFIRMED)}"
    address = page_address(article)
    seen = _(", read {day}", day=article.fetched_at) if article.fetched_at else ""
    before = ", ".join(filter(None, (f"“{wording.title(brief)}”", plain(article.outlet or ""), published, " ")))
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
    who = [speaker.name, wording.role_of(speaker)] if speaker else [_(wording.UNATTRIBUTED), ""]
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
    page = publishers_page(brief.article)
    link = page.at(first) if page else ""
    return [first.paragraph, first.start, last.end, link]


# A file --------------------------------------------------------------------------------------------------

NAME = 60
"""Characters of a file's name. A guess: file managers show as much."""


def _docx(brief: Brief) -> bytes:
    from bot.word import render_docx  # whose library needs memory, and is seldom asked for

    return render_docx(brief)


WRITERS: dict[Form, tuple[str, str, Callable[[Brief], str | bytes]]] = {
    "markdown": ("md", "text/markdown", render_markdown),
    "csv": ("csv", "text/csv", render_csv),
    "json": ("json", "application/json", render_json),
    "docx": ("docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", _docx),
}


def export(brief: Brief, form: Form) -> Upload:
    """Write *brief* as a file that is called like its headline."""
    ending, media_type, write = WRITERS[form]
    written = write(brief)
    body = written.encode() if isinstance(written, str) else written
    return Upload(f"{file_name(brief)}.{ending}", body, media_type)


def chart(brief: Brief) -> Upload:
    """Draw who is quoted how much in *brief*, in which somebody must be."""
    from bot.chart import draw  # its library and font need memory, and are seldom asked for

    picture, alt = draw(brief)
    return Upload(f"{file_name(brief)}-who-is-heard.png", picture, "image/png", alt)


def file_name(brief: Brief) -> str:
    """Return the headline's words as every system takes them for a file's name, without an ending."""
    words = re.findall(r"[^\W_]+", wording.title(brief))
    return "-".join(words)[:NAME].strip("-").casefold() or "brief"
