"""Report → what a terminal shows: what was fetched, how it was read, what was left out and why."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterator

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from adapters.console.app import MEMORY, WIDEST, find_link, load, name_of, progress
from bot.counts import counted
from bot.export import escaped_json
from bot.opening import open_desk
from bot.report import Fact, Fetched, Kept, Refused, Report
from bot.settings import Settings
from bot.typography import plain

INDENT = "  "


def print_report(settings: Settings, source: str, *, as_json: bool) -> None:
    """Read *source* (a link, a file's name, or "-" for standard input) and print how that went.

    Raises:
        BotError: it was not fetched. A page that was fetched and refused is a report like any other.
    """
    link = find_link(source)
    body = b"" if link else load(source, settings.fetch_max_bytes)
    report = asyncio.run(_explain(settings, link, name_of(source), body))
    if as_json:
        sys.stdout.buffer.write(escaped_json(report.model_dump_json(indent=2)).encode() + b"\n")
        sys.stdout.buffer.flush()
        return
    console = Console(highlight=False)
    for line in render_report(report):
        words = line.lstrip()
        shown = Text(words, style="" if line.startswith(INDENT) else "bold cyan")
        console.print(Padding(shown, (0, 0, 0, len(line) - len(words)), expand=False), width=min(console.width, WIDEST))


async def _explain(settings: Settings, link: str | None, name: str, body: bytes) -> Report:
    async with open_desk(settings.model_copy(update={"database_url": MEMORY})) as desk:
        with progress() as tell:
            tell(f"Fetching {link} …" if link else "Reading …")
            return await desk.explain(link) if link else await desk.explain_file(name, body)


def render_report(report: Report) -> Iterator[str]:
    """Write *report* line by line: headings at the margin, what stands under them set in."""
    if report.fetched:
        yield from _section("What was fetched", _fetched(report.fetched))
    yield from _section("How it was read", _read(report))
    if report.kept:
        yield from _section("What it says of itself", _facts(report.kept))
        yield from _section("What was left out", _left_out(report.kept))
    if report.refused:
        yield from _section("Why there is no brief", _refused(report.refused))


def _section(heading: str, lines: Iterator[str]) -> Iterator[str]:
    yield heading
    for line in lines:
        yield (2 * INDENT if line.startswith(INDENT) else INDENT) + plain(line)
    yield ""


def _fetched(fetched: Fetched) -> Iterator[str]:
    yield f"Asked for: {fetched.asked}"
    yield from (f"Led on by: {hop}" for hop in fetched.hops)
    if fetched.address:
        yield f"Found at: {fetched.address}"
    yield f"Kind: {fetched.media_type or 'unknown'}, {counted(fetched.bytes, 'byte')}"
    yield f"SHA-256 of the bytes: {fetched.sha256}"
    if fetched.fetched_at:
        yield f"Fetched: {fetched.fetched_at:%d %B %Y, %H:%M:%S} UTC"


def _read(report: Report) -> Iterator[str]:
    if report.read_as:
        yield f"Read as: {report.read_as}"
    if report.charset:
        yield f"Letters: {report.charset.charset} ({report.charset.why})"
    if report.words_on_page is not None:
        yield f"Words on the page: {report.words_on_page:,}"
    if report.kept:
        paragraphs = counted(report.kept.paragraphs, "paragraph")
        yield f"Words kept: {report.kept.words:,}, in {paragraphs}, the headline not counted"
    else:
        yield "Words kept: none"


def _facts(kept: Kept) -> Iterator[str]:
    yield f"Headline: {_fact(kept.headline)}"
    yield f"By-line: {_fact(kept.byline)}"
    yield f"Published: {_fact(kept.published)}"
    yield f"Outlet: {kept.outlet or 'not found'}"
    yield from (f"Republished from: {origin}" for origin in kept.origins)
    yield f"Language: {kept.language or 'not found'}"
    if kept.canonical_url:
        yield f"Its own address: {kept.canonical_url}"


def _fact(fact: Fact) -> str:
    if fact.value is None:
        return "not found"
    seen = f"seen in {', '.join(fact.seen_in)}" if fact.seen_in else "worked out"
    return f"{fact.value} ({'sure' if fact.sure else 'not sure'}: {seen})"


def _left_out(kept: Kept) -> Iterator[str]:
    if not kept.left_out:
        yield "Nothing."
    for group in kept.left_out:
        yield f"{group.reason} ({counted(group.stretches, 'part')} of the page)"
        yield from (f"{INDENT}• {text}" for text in group.texts)


def _refused(refused: Refused) -> Iterator[str]:
    yield refused.message
    yield f"Name of this refusal: {refused.kind}"
    if refused.evidence:
        yield f"What gave it away: {refused.evidence}"
    if refused.beginning:
        yield "What the page shows first:"
        yield from (f"{INDENT}• {text}" for text in refused.beginning)
