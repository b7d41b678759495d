"""What somebody wrote in Slack, as plain text."""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from typing import Any

MARKUP = re.compile(r"<([^<>]*)>")

CODE = re.compile(r"[0-9a-fA-F]{1,6}")

NEW_POSTS = (None, "file_share", "thread_broadcast")
"""Subtypes of messages that a person writes; all others are edits, deletions, joins and the like."""


def is_from_person(event: Mapping[str, Any]) -> bool:
    """Tell whether *event* is a new message that a person wrote."""
    return event.get("subtype") in NEW_POSTS and not event.get("bot_id") and bool(event.get("user"))


def plain_text(event: Mapping[str, Any], bot_user: str | None) -> str:
    """Return the words of a message: links as bare addresses, and the mention of *bot_user* left out."""
    rich = [block for block in _parts(event, "blocks") if block.get("type") == "rich_text"]
    if rich:
        words = "\n".join(_rich_text(part, bot_user) for block in rich for part in _parts(block, "elements"))
    else:
        words = _unescape(MARKUP.sub(lambda match: _markup(match.group(1), bot_user), str(event.get("text") or "")))
    return words.strip()


def files_in(event: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return what Slack tells of the files that were shared with a message."""
    return _parts(event, "files")


def _parts(whole: Mapping[str, Any], key: str) -> list[Mapping[str, Any]]:
    """Return the parts of *whole* under *key*; whatever is none is left out, as Slack adds kinds without notice."""
    found = whole.get(key)
    return [part for part in found if isinstance(part, Mapping)] if isinstance(found, list) else []


def _rich_text(part: Mapping[str, Any], bot_user: str | None) -> str:
    """Word one part of a rich_text block; lists hold parts of their own."""
    between = "\n" if part.get("type") == "rich_text_list" else ""
    return between.join(
        _rich_text(element, bot_user) if "elements" in element else _element(element, bot_user)
        for element in _parts(part, "elements")
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
            return "".join(_letter(code) for code in str(element.get("unicode", "")).split("-"))
        case _:
            return ""


def _letter(code: str) -> str:
    """Return the letter that a hexadecimal *code* stands for; nothing where it stands for none."""
    return chr(int(code, 16)) if CODE.fullmatch(code) and int(code, 16) <= sys.maxunicode else ""


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
