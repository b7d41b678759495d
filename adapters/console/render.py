"""Brief → what a terminal shows."""

from __future__ import annotations

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.style import Style
from rich.table import Table
from rich.text import Text

from bot import wording
from bot.brief import Brief
from bot.evidence import page_address
from bot.rows import Row, origin, places, sections, web_address


def render(brief: Brief) -> RenderableType:
    """Show the whole *brief*, headline first; nothing in it is read as markup or as a terminal's command."""
    parts: list[RenderableType] = [Text(wording.title(brief), style="bold"), Text(origin(brief), style="dim")]
    if address := page_address(brief.article):
        parts.append(Text(web_address(address), style="dim"))
    for heading, rows in sections(brief):
        parts += [Text(), Text(heading, style="bold cyan"), *(_row(brief, row) for row in rows)]
    return Group(*parts)


def _row(brief: Brief, row: Row) -> RenderableType:
    text = Text.assemble((row.lead, "bold"), row.between if row.lead else "")
    for number, one in enumerate(row.lines):
        text.append(" · " if number else "").append(one.text)
        if one.credit:
            text.append(f" {one.credit}", "italic")
        if one.link:
            text.append(" ").append(web_address(one.link), Style(dim=True, link=web_address(one.link)))
        for place, link in places(brief, one.evidence):
            text.append("" if text.plain.endswith(" ") else " ")
            text.append(place, Style(dim=True, link=link))
    grid = Table.grid(padding=(0, 1))
    grid.add_row(Text(row.marker, "dim"), text)
    return Padding(grid, (0, 0, 0, 2 + 2 * row.depth), expand=False)
