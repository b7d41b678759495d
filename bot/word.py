"""A brief as a Word document, which LibreOffice opens as well: the same rows as in Markdown, each with its places."""

from __future__ import annotations

import io
import re
from typing import Any

from docx import Document
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import RGBColor
from docx.text.paragraph import Paragraph

from bot import wording
from bot.brief import Brief
from bot.evidence import page_address
from bot.rows import Row, origin, places, sections, web_address
from bot.typography import plain
from bot.wording import Line

INDENT = ("List Bullet", "List Bullet 2", "List Bullet 3")
"""Styles of python-docx's own template, by depth."""

LINK_BLUE = "0563C1"
"""Word's own colour for links."""


def render_docx(brief: Brief) -> bytes:
    """Write the whole *brief* as Office Open XML. Nothing from the page is anything but text or a web address."""
    document = Document()
    title = _text(wording.title(brief))
    document.core_properties.title = title[:255]  # the format's limit
    document.core_properties.author = "Nutgraf"
    document.core_properties.comments = ""  # where the library names itself
    document.add_heading(title, 0)
    document.add_paragraph(_text(origin(brief)))
    if address := page_address(brief.article):
        _link(document.add_paragraph(), web_address(address), web_address(address))
    for heading, rows in sections(brief):
        document.add_heading(heading, 1)
        for row in rows:
            _write(document.add_paragraph(style=_style(row)), brief, row)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _text(words: str) -> str:
    """Return *words* without what cannot be seen, and without the two characters that XML has not (1.0, 2.2)."""
    return re.sub("[\ufffe\uffff]", "\N{REPLACEMENT CHARACTER}", plain(words))


def _style(row: Row) -> str:
    return "Normal" if row.marker[0].isdigit() else INDENT[min(row.depth, len(INDENT) - 1)]


def _write(paragraph: Paragraph, brief: Brief, row: Row) -> None:
    if row.marker[0].isdigit():  # a list that counts would go on counting from section to section
        paragraph.add_run(f"{row.marker} ")
    if row.lead:
        paragraph.add_run(_text(row.lead)).bold = True
        paragraph.add_run(row.between)
    for at, one in enumerate(row.lines):
        if at:
            paragraph.add_run(" · ")
        _piece(paragraph, brief, one)


def _piece(paragraph: Paragraph, brief: Brief, one: Line) -> None:
    paragraph.add_run(_text(one.text))
    if one.credit:
        paragraph.add_run(f" {_text(one.credit)}").italic = True
    if one.link:
        paragraph.add_run(" ")
        _link(paragraph, wording.READ_IT, web_address(one.link))
    for place, address in places(brief, one.evidence):
        paragraph.add_run(" ")
        if address:
            _link(paragraph, place, address)
        else:
            paragraph.add_run(place)


def _link(paragraph: Paragraph, words: str, address: str) -> None:
    """Append *words* that open *address*. python-docx reads links but makes none."""
    link: Any = OxmlElement("w:hyperlink")
    link.set(qn("r:id"), paragraph.part.relate_to(address, RELATIONSHIP_TYPE.HYPERLINK, is_external=True))
    run = paragraph.add_run(words)
    run.font.underline = True
    run.font.color.rgb = RGBColor.from_string(LINK_BLUE)
    link.append(run._r)
    paragraph._p.append(link)
