"""Pieces of a Slack message, and what Slack allows them to be.

Page text goes into ``rich_text`` and ``plain_text``, which Slack does not parse: no mention, no link and no
formatting can hide in it. Only what this program writes itself goes into ``mrkdwn``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from bot.catalogue import _
from bot.typography import CUT, cut, plain

Element = dict[str, Any]
Block = dict[str, Any]

HEADER = 150
"""Characters of a header block."""

CONTEXT = 2000
"""Characters of one context element. Slack names no limit; this is the one of a section's field."""

TEXT = 3900
"""Characters of a message's ``text``: from 4,000 Slack may split it."""

OPTIONS, OPTION = 100, 75
"""Options of a menu, and the characters of each."""

LINK = 3000
"""Characters of an address."""


@dataclass(frozen=True, slots=True)
class Message:
    """What is sent: ``text`` is the notification, what a screen reader says, and what remains without blocks."""

    text: str
    blocks: list[Block]


def escape(words: str) -> str:
    """Return *words* so that Slack shows them as they are: no mention, no link."""
    return words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def escape_within(words: str, limit: int) -> str:
    """Return *words* escaped, cut to *limit* characters but never inside an escape."""
    escaped = escape(words)
    if len(escaped) <= limit:
        return escaped
    return re.sub(r"&[a-z]{0,3}$", "", escaped[: limit - len(CUT)]).rstrip() + CUT


# Pieces of rich text ---------------------------------------------------------------------------------------


def text(words: str, *, bold: bool = False, italic: bool = False) -> Element:
    """Return words to be shown exactly so."""
    style = {name: True for name, wanted in (("bold", bold), ("italic", italic)) if wanted}
    return {"type": "text", "text": words, **({"style": style} if style else {})}


def link(url: str, words: str) -> Element:
    """Return *words* that open *url*."""
    return {"type": "link", "url": url, "text": words}


def emoji(name: str) -> Element:
    """Return the picture that Slack calls *name*."""
    return {"type": "emoji", "name": name}


def line(elements: Iterable[Element]) -> Element:
    """Return a paragraph."""
    return {"type": "rich_text_section", "elements": list(elements)}


def bullets(lines: Iterable[Iterable[Element]], *, indent: int = 0) -> Element:
    """Return a list, *indent* steps to the right."""
    deeper = {"indent": indent} if indent else {}
    elements = [line(elements) for elements in lines]
    return {"type": "rich_text_list", "style": "bullet", **deeper, "elements": elements}


def size(elements: Iterable[Element]) -> int:
    """Return the characters that count towards Slack's limits: words and addresses."""
    return sum(len(element.get("text", "")) + len(element.get("url", "")) for element in elements)


def split(elements: Sequence[Element], limit: int) -> list[list[Element]]:
    """Divide *elements* into runs of at most *limit* characters each, long texts between words; nothing is lost."""
    runs: list[list[Element]] = [[]]
    used = 0
    for element in elements:
        for piece in _pieces(element, limit):
            if runs[-1] and used + size([piece]) > limit:
                runs.append([])
                used = 0
            runs[-1].append(piece)
            used += size([piece])
    return runs


def _pieces(element: Element, limit: int) -> Iterable[Element]:
    words = element.get("text", "")
    while element["type"] == "text" and len(words) > limit:
        at = words.rfind(" ", limit // 2, limit) + 1 or limit
        yield {**element, "text": words[:at]}
        words = words[at:]
    yield {**element, "text": words} if "text" in element else element


# Blocks ----------------------------------------------------------------------------------------------------


def header(words: str) -> Block:
    """Return a headline."""
    return {"type": "header", "text": unparsed(words, HEADER)}


def rich_text(*parts: Element) -> Block:
    """Return paragraphs and lists."""
    return {"type": "rich_text", "elements": list(parts)}


DIVIDER: Block = {"type": "divider"}
"""A line across the message."""


def context(*elements: Element) -> Block:
    """Return a line in small print."""
    return {"type": "context", "elements": list(elements)}


def actions(*buttons: Element) -> Block:
    """Return a row of buttons."""
    return {"type": "actions", "elements": list(buttons)}


def button(label: str, action_id: str, value: str, *, sure: str = "") -> Element:
    """Return a button; *value* comes back when it is pressed. With *sure*, Slack asks that question first."""
    asked = {"style": "danger", "confirm": _confirm(sure, label)} if sure else {}
    return {"type": "button", "text": _plain(label), "action_id": action_id, "value": value, **asked}


def _confirm(question: str, label: str) -> Element:
    return {
        "title": _plain(label),
        "text": _plain(question),
        "confirm": _plain(label),
        "deny": _plain(_("No")),
    }


def menu(label: str, action_id: str, options: Sequence[tuple[str, str]]) -> Element:
    """Return a menu of *options*, each with its words and the value that comes back: at most ``OPTIONS`` of them."""
    return {
        "type": "static_select",
        "action_id": action_id,
        "placeholder": _plain(label),
        "options": [{"text": _plain(cut(plain(words), OPTION)), "value": value} for words, value in options[:OPTIONS]],
    }


def _plain(words: str) -> Element:
    return {"type": "plain_text", "text": words, "emoji": False}


def unparsed(words: str, limit: int = CONTEXT) -> Element:
    """Return words that Slack must not parse, for headers and small print."""
    return {"type": "plain_text", "text": escape_within(words, limit), "emoji": False}


def named_links(links: Sequence[tuple[str, str]]) -> Element:
    """Return links, each an address and a label, for small print; the labels are this program's own."""
    shown = " · ".join(f"<{_address(url)}|{label}>" for url, label in links)
    return {"type": "mrkdwn", "text": shown, "verbatim": True}


def _address(url: str) -> str:
    return url.replace("|", "%7C").replace("<", "%3C").replace(">", "%3E").replace(" ", "%20").replace("&", "&amp;")


# Without blocks --------------------------------------------------------------------------------------------


def as_text(blocks: Iterable[Block]) -> str:
    """Return what *blocks* say as a message's ``text``; buttons are left out."""
    words = "\n".join(filter(None, (_block_text(block) for block in blocks)))
    # Slack formats text between these characters. A zero-width space after each of them takes their effect.
    return escape_within(re.sub(r"([*_~`])", "\\1\u200b", words), TEXT)


def _block_text(block: Block) -> str:
    if block["type"] == "header":
        return _unescape(str(block["text"]["text"]))
    if block["type"] == "context":
        return " ".join(_unescape(part["text"]) for part in block["elements"] if part["type"] == "plain_text")
    if block["type"] == "rich_text":
        return "\n".join(_part_text(part) for part in block["elements"])
    return ""


def _part_text(part: Element) -> str:
    if part["type"] == "rich_text_list":
        return "\n".join(f"• {_part_text(one)}" for one in part["elements"])
    return "".join(element.get("text") or element.get("url", "") for element in part["elements"])


def _unescape(words: str) -> str:
    return words.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
