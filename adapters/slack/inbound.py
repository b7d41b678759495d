"""What somebody wrote in Slack, as plain text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

MARKUP = re.compile(r"<([^<>]*)>")

NEW_POSTS = (None, "file_share", "thread_broadcast")
"""Subtypes of messages that a person writes; all others are edits, deletions, joins and the like."""


def is_from_person(event: Mapping[str, Any]) -> bool:
    """Tell whether *event* is a new message that a person wrote."""
    return event.get("subtype") in NEW_POSTS and not event.get("bot_id") and bool(event.get("user"))


def plain_text(event: Mapping[str, Any], bot_user: str | None) -> str:
    """Return the words of a message: links as bare addresses, and the mention of *bot_user* left out."""
    rich = [block for block in event.get("blocks") or () if block.get("type") == "rich_text"]
    if rich:
        words = "\n".join(_rich_text(part, bot_user) for block in rich for part in block.get("elements", ()))
    else:
        words = _unescape(MARKUP.sub(lambda match: _markup(match.group(1), bot_user), event.get("text") or ""))
    return words.strip()


def _rich_text(part: Mapping[str, Any], bot_user: str | None) -> str:
    """Word one part of a rich_text block; lists hold parts of their own."""
    elements: Iterable[Mapping[str, Any]] = part.get("elements", ())
    between = "\n" if part.get("type") == "rich_text_list" else ""
    return between.join(
        _rich_text(element, bot_user) if "elements" in element else _element(element, bot_user) for element in elements
    )


def _element(element: Mapping[str, Any], bot_user: str | None) -> str:
    match element.get("type"):
        case "text":
            return str(element.get("text", ""))
        case "link":
            return f" {element.get('url', '')} "  # blanks: what was typed right behind is no part of it
        case "user":
            return "" if element.get("user_id") == bot_user else f"@{element.get('user_id')}"
        case "broadcast":
            return f"@{element.get('range')}"
        case "emoji":
            return "".join(chr(int(code, 16)) for code in str(element.get("unicode", "")).split("-") if code)
        case _:
            return ""


def _markup(inside: str, bot_user: str | None) -> str:
    target, _, label = inside.partition("|")
    if target.startswith("@"):
        return "" if target[1:] == bot_user else f"@{label or target[1:]}"
    if target.startswith("#"):
        return f"#{label or target[1:]}"
    if target.startswith("!"):
        return label or f"@{target[1:]}"
    if target.startswith(("mailto:", "tel:")):
        return label or target
    return f" {target} "


def _unescape(words: str) -> str:
    return words.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
