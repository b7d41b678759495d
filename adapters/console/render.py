"""Brief → what a terminal shows, and Brief → Markdown: the same lines in two forms."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.style import Style
from rich.table import Table
from rich.text import Text

from bot.brief import Brief, ClaimCard, Passage, Quote, SpeakerCard
from bot.evidence import page_address, text_fragment_link
from bot.models import Kind, QuoteType

MARKS = frozenset("\"'“”„‟‘’‚«»‹›")
JOINERS = "\u200c\u200d"
"""Invisible, but parts of words in some scripts and of some emoji."""

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
TYPES = {QuoteType.DIRECT: "", QuoteType.INDIRECT: "paraphrase", QuoteType.MIXED: "partly quoted"}


@dataclass(frozen=True, slots=True)
class Piece:
    """Words, and the passages that show where they are from."""

    text: str
    evidence: tuple[Passage, ...] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a brief, before it is known where it is shown; its words may come from the page as they are."""

    pieces: tuple[Piece, ...]
    lead: str = ""  # who, or what kind; set apart from the rest
    colon: bool = True  # between the lead and the rest; else a comma
    aside: str = ""
    marker: str = "•"
    depth: int = 0


@dataclass(frozen=True, slots=True)
class Section:
    """Lines under a heading."""

    heading: str
    lines: tuple[Line, ...]


def render(brief: Brief) -> RenderableType:
    """Show the whole *brief*, headline first; nothing in it is read as markup or as a terminal's command."""
    parts: list[RenderableType] = [Text(plain(title(brief)), style="bold"), Text(plain(origin(brief)), style="dim")]
    if address := page_address(brief.article):
        parts.append(Text(web_address(address), style="dim"))
    for section in sections(brief):
        parts += [Text(), Text(section.heading, style="bold cyan"), *(_row(brief, line) for line in section.lines)]
    return Group(*parts)


def render_markdown(brief: Brief) -> str:
    """Write the whole *brief* as CommonMark; nothing from the page is read as markup."""
    lines = [f"# {markdown(title(brief))}", "", markdown(origin(brief))]
    if address := page_address(brief.article):
        lines += ["", f"<{web_address(address)}>"]
    for section in sections(brief):
        lines += ["", f"## {section.heading}", ""]
        lines += [_item(brief, line) for line in section.lines]
    return "\n".join(lines) + "\n"


def render_json(brief: Brief) -> str:
    """Write the *brief* as JSON in which no character is left that a terminal would obey."""
    return "".join(
        char if not _invisible(char) or char == "\n" else "".join(f"\\u{unit:04x}" for unit in _utf16(char))
        for char in brief.model_dump_json(indent=2)
    )


# What is said ---------------------------------------------------------------------------------------------


def title(brief: Brief) -> str:
    """Return the headline, or what stands in for it."""
    return brief.article.title or "Text without a headline"


def origin(brief: Brief) -> str:
    """Return outlet, date, by-line and words read, as far as they are known."""
    article = brief.article
    known = [article.outlet] if article.outlet else []
    if article.published:
        known.append(f"{article.published.day} {article.published:%B %Y}")
    if article.byline:
        known.append(f"by {article.byline}")
    return " · ".join([*known, f"{article.words:,} words read"])


def sections(brief: Brief) -> Iterator[Section]:
    """Return what there is to show, the most wanted first."""
    found = (
        ("What the story says", _summary(brief)),
        ("Who says what", _speakers(brief)),
        ("Said or believed, but it is not clear by whom", (_quote(brief, quote, 0) for quote in brief.quotes_of(None))),
        ("Worth checking (most deserving first; this is no verdict)", _claims(brief)),
        ("Who and what is mentioned", _entities(brief)),
        ("To be noted", _notes(brief)),
        ("Left out, because it is not part of the article", _dropped(brief)),
    )
    for heading, lines in found:
        if listed := tuple(lines):
            yield Section(heading, listed)


def _summary(brief: Brief) -> Iterator[Line]:
    for line in brief.summary:
        yield Line((Piece(line.shown, (line.passage,)),))


def _speakers(brief: Brief) -> Iterator[Line]:
    if not brief.quotes:
        yield Line((Piece("I found nobody in this text who says something."),))
    for speaker in brief.speakers:
        role = Piece(speaker.role.text if speaker.role else "", (speaker.role or speaker.name_at,))
        aside = "not named" if speaker.kind is Kind.ANONYMOUS else ""
        yield Line((role,), lead=speaker.name, colon=False, aside=aside)
        yield from (_quote(brief, quote, 1) for quote in brief.quotes_of(speaker))


def _quote(brief: Brief, quote: Quote, depth: int) -> Line:
    cue = words(brief, quote.cue)
    said = f"{cue}: {content(brief, quote)}" if cue else content(brief, quote)
    return Line((Piece(said, tuple(quote.content)),), aside=TYPES[quote.type], depth=depth)


def _claims(brief: Brief) -> Iterator[Line]:
    for number, claim in enumerate(brief.claims, 1):
        yield Line(
            (Piece(words(brief, claim.content), tuple(claim.content)),),
            lead=claimer(brief, claim),
            aside=", ".join(claim.reasons),
            marker=f"{number}.",
        )


def claimer(brief: Brief, claim: ClaimCard) -> str:
    """Return whose claim it is, with the article's own cue."""
    speaker: SpeakerCard | None = brief.speaker(claim.claimer)
    if claim.quote is None:
        return f"{brief.article.outlet or 'The article'}, in its own voice"
    who = speaker.name if speaker else "Not clear who"
    cue = words(brief, claim.cue)
    return f"{who} ({cue})" if cue else who


def _entities(brief: Brief) -> Iterator[Line]:
    for kind, heading in KINDS.items():
        if named := [entity for entity in brief.entities if entity.kind is kind]:
            yield Line(tuple(Piece(entity.name, tuple(entity.mentions)) for entity in named), lead=heading)


def _notes(brief: Brief) -> Iterator[Line]:
    for note in brief.notes:
        yield Line((Piece(note.text, (note.passage,) if note.passage else ()),))


def _dropped(brief: Brief) -> Iterator[Line]:
    for dropped in brief.article.dropped:
        yield Line((Piece(plain(dropped.text)),), lead=dropped.reason)


def content(brief: Brief, quote: Quote) -> str:
    """Return what was said, verbatim, with the article's own quotation marks and no others."""
    text = brief.article.text
    return _joined(
        brief,
        (
            Passage(
                text=_mark(text, passage.start - 1, quote.quoted, passage.start)
                + passage.text
                + _mark(text, passage.end, quote.quoted, passage.end),
                start=passage.start,
                end=passage.end,
                paragraph=passage.paragraph,
            )
            for passage in quote.content
        ),
    )


def _mark(text: str, at: int, quoted: list[Passage], edge: int) -> str:
    """Return the mark at *at* where a quoted part begins or ends at the very *edge* of the content."""
    beside = any(edge in (part.start, part.end) for part in quoted) and 0 <= at < len(text)
    return text[at] if beside and text[at] in MARKS else ""


def words(brief: Brief, passages: Iterable[Passage]) -> str:
    """Return the words of *passages*, verbatim, with an ellipsis where the article has other words between them."""
    return _joined(brief, passages)


def _joined(brief: Brief, passages: Iterable[Passage]) -> str:
    out, end = "", 0
    for passage in passages:
        if out:
            out += " … " if brief.article.text[end : passage.start].strip() else " "
        out, end = out + passage.text, passage.end
    return out


# How it is written ----------------------------------------------------------------------------------------


def plain(text: str) -> str:
    """Return *text* on one line, without control characters and without those that turn the direction of writing."""
    shown = "".join(" " if char.isspace() else char for char in text if char.isspace() or not _invisible(char))
    return " ".join(shown.split())


def lines_of(text: str) -> list[str]:
    """Return the lines of *text*, each as ``plain`` has it: a quotation over two paragraphs begins each with a mark."""
    return [line for line in map(plain, text.splitlines()) if line]


def web_address(url: str) -> str:
    """Return *url* without characters that end a link in Markdown or command a terminal."""
    return re.sub(r"[\s<>()\\\"`]", lambda match: f"%{ord(match.group()) % 256:02X}", plain(url))


def markdown(text: str) -> str:
    """Return *text* so that CommonMark, and what chat and code sites make of it, shows it as it stands."""
    escaped = re.sub(r"([\\`*_{}\[\]<>#|~&$^@])", r"\\\1", plain(text))
    escaped = re.sub(r":(?=//)|(?<=\bwww)\.", r"\\\g<0>", escaped, flags=re.I)  # or it would become a link
    return re.sub(r"^(\d*)([-+=.)])", r"\1\\\2", escaped)  # or a list, or a rule


def _invisible(char: str) -> bool:
    return unicodedata.category(char) in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp") and char not in JOINERS


def _utf16(char: str) -> Iterator[int]:
    code = char.encode("utf-16-be", "surrogatepass")
    for at in range(0, len(code), 2):
        yield int.from_bytes(code[at : at + 2])


def _row(brief: Brief, line: Line) -> RenderableType:
    text = Text.assemble((plain(line.lead), "bold"), _between(line))
    for number, piece in enumerate(line.pieces):
        text.append(" · " if number else "")
        text.append("\n".join(lines_of(piece.text)))
        for place, link in _places(brief, piece):
            text.append("" if text.plain.endswith(" ") else " ")
            text.append(place, Style(dim=True, link=link))
    if line.aside:
        text.append(f" · {plain(line.aside)}", "dim italic")
    grid = Table.grid(padding=(0, 1))
    grid.add_row(Text(line.marker, "dim"), text)
    return Padding(grid, (0, 0, 0, 2 + 2 * line.depth), expand=False)


def _item(brief: Brief, line: Line) -> str:
    item = f"**{markdown(line.lead)}**" if line.lead else ""
    item += _between(line)
    item += " · ".join(
        " ".join(
            filter(
                None,
                (_broken(piece.text, line.depth), *(_linked(place, link) for place, link in _places(brief, piece))),
            )
        )
        for piece in line.pieces
    )
    if line.aside:
        item += f" · *{markdown(line.aside)}*"
    marker = "-" if line.marker == "•" else line.marker
    return f"{'  ' * line.depth}{marker} {item}"


def _broken(text: str, depth: int) -> str:
    """Write *text* with its line breaks, within the list item at *depth*."""
    return ("\\\n" + "  " * (depth + 1)).join(markdown(line) for line in lines_of(text))


def _between(line: Line) -> str:
    """Return what stands between the lead of *line* and the rest."""
    if not line.lead:
        return ""
    if line.colon:
        return ": "
    return ", " if line.pieces[0].text else " "


def _linked(place: str, link: str | None) -> str:
    return f"[{place}]({link})" if link else place


def _places(brief: Brief, piece: Piece) -> Iterator[tuple[str, str | None]]:
    """Return each paragraph that has evidence, once, with a link that opens the publisher's page there."""
    address = page_address(brief.article)
    seen = set()
    for passage in piece.evidence:
        if passage.paragraph not in seen:
            seen.add(passage.paragraph)
            place = f"¶{passage.paragraph}" if passage.paragraph else "headline"
            yield place, text_fragment_link(web_address(address), passage.text) if address else None
