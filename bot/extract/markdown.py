"""Markdown to manuscript: its paragraphs without the marks (CommonMark, with tables)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date

from lxml.html import fragment_fromstring
from markdown_it import MarkdownIt
from markdown_it.token import Token

from bot.extract.blocks import Block, clean, find_blocks
from bot.extract.manuscript import Manuscript
from bot.models import Dropped

FRONT_MATTER = re.compile(r"\A\ufeff?---[ \t]*\r?\n(.{0,5000}?)\r?\n(?:---|\.\.\.)[ \t]*(?:\r?\n|\Z)", re.S)
FIELD = re.compile(r"^(title|author|date)[ \t]*:[ \t]*[\"']?(.*?)[\"']?[ \t]*$", re.I | re.M)
SIGNS = re.compile(
    r"^#{1,6} +\S|^[^\s|#>-][^\n]{2,150}\n=+[ \t]*$|\]\(https?://|^```|(?<![*\w])\*\*\w|^[ \t]*[*-] \[[ x]\]", re.M
)
"""What Markdown has and plain text hardly: headings, links, code, bold words."""


def is_markdown(text: str, name: str) -> bool:
    """Tell whether *text* is Markdown, by its file's *name*, or by two of its signs."""
    named = name.lower().endswith((".md", ".markdown", ".mdown", ".mkd"))
    return named or bool(FRONT_MATTER.match(text)) or len(SIGNS.findall(text[:20_000])) >= 2


def read_markdown(text: str) -> Manuscript:
    """Read Markdown; its first heading, or the title of its front matter, is the headline. Code is dropped."""
    front = FRONT_MATTER.match(text)
    fields = {key.lower(): value.strip() for key, value in FIELD.findall(front[1])} if front else {}
    tokens = MarkdownIt("commonmark").enable("table").parse(text[front.end() :] if front else text)
    blocks = tuple(_blocks(tokens))
    code = tuple(Dropped("code", clean(token.content)) for token in tokens if token.type in ("fence", "code_block"))
    return Manuscript(
        blocks=blocks,
        headline=clean(fields.get("title", "")) or next((block.text for block in blocks if block.tag == "h1"), None),
        byline=fields.get("author") or None,
        published=_day(fields.get("date", "")),
        dropped=tuple(one for one in code if one.text),
    )


def _blocks(tokens: Sequence[Token]) -> Iterator[Block]:
    tags, cells = ["p"], list[str]()
    for token in tokens:
        if token.type in ("heading_open", "list_item_open", "tr_open"):
            tags.append(token.tag)
        elif token.type in ("heading_close", "list_item_close"):
            tags.pop()
        elif token.type == "tr_close":
            tags.pop()
            yield Block(clean(" ".join(cells)), "tr")
            cells.clear()
        elif token.type == "html_block":
            yield from find_blocks(fragment_fromstring(token.content, create_parent="div"))
        elif token.type == "inline":
            lines = _shown(token.children or ())
            if tags[-1] == "tr":
                cells.append(lines.replace("\n", " "))
            else:
                yield from (Block(line, tags[-1]) for line in map(clean, lines.split("\n")) if line)


def _shown(inline: Sequence[Token]) -> str:
    """Return the words that a reader sees; a picture's description is no text of the story."""
    text = {"softbreak": " ", "hardbreak": "\n"}
    return "".join(
        text.get(one.type) or (one.content if one.type in ("text", "text_special", "code_inline") else "")
        for one in inline
    )


def _day(words: str) -> date | None:
    try:
        return date.fromisoformat(words[:10])
    except ValueError:
        return None
