"""What people see in a channel, as text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from tests.slack_things import BOT_USER, Post

WIDTH = 100
LINK = re.compile(r"<([^|<>]+)\|([^<>]+)>")
PICTURES = {"eyes": "👀", "white_check_mark": "✅", "warning": "⚠️"}


def slack_transcript(channel_state: Iterable[Post]) -> str:
    """Return the posts of a channel in the order of their threads, with reactions, links and buttons."""
    posts = list(channel_state)
    lines: list[str] = []
    for parent in (post for post in posts if post.thread_ts is None):
        lines += _post(parent, "")
        for reply in posts:
            if reply.thread_ts == parent.ts:
                lines += _post(reply, "    ")
    return "\n".join(line.rstrip() for line in lines) + "\n"


def _post(post: Post, indent: str) -> list[str]:
    name = "Nutgraf" if post.user == BOT_USER else "Reporter"
    seen = " (only you can see this)" if post.only_for else ""
    edited = " (edited)" if post.edits and not post.blocks else ""
    lines = [f"{name}{seen}"]
    if post.blocks:
        for block in post.blocks:
            lines += [f"  {line}" for line in _block(block)]
    else:
        lines += [f"  {line}{edited}" for line in _unescape(post.text).splitlines()]
    if post.reactions:
        lines.append("  " + " ".join(PICTURES.get(name, f":{name}:") for name in post.reactions))
    return [*(indent + line for line in lines), ""]


def _block(block: Mapping[str, Any]) -> list[str]:
    match block["type"]:
        case "header":
            words = _unescape(block["text"]["text"])
            return [words, "=" * min(len(words), WIDTH)]
        case "section":
            return _unescape(block["text"]["text"]).splitlines()
        case "context":
            return [" · ".join(_unescape(LINK.sub(r"\2 <\1>", element["text"])) for element in block["elements"])]
        case "actions":
            return ["  ".join(f"[ {_label(element)} ]" for element in block["elements"])]
        case "rich_text":
            return [line for part in block["elements"] for line in _part(part)]
        case "divider":
            return []  # a line for the eye; words have their headings
        case other:
            return [f"({other})"]


def _part(part: Mapping[str, Any]) -> list[str]:
    if part["type"] == "rich_text_list":
        return [f"  • {line}" for one in part["elements"] for line in _part(one)]
    return "".join(_element(element) for element in part["elements"]).splitlines()


def _element(element: Mapping[str, Any]) -> str:
    match element["type"]:
        case "text":
            bold = element.get("style", {}).get("bold")
            return f"*{element['text']}*" if bold else str(element["text"])
        case "link":
            words, url = element.get("text"), element["url"]
            return url if words in (None, url) else f"{words} <{url}>"
        case "emoji":
            return PICTURES.get(element["name"], f":{element['name']}:")
        case other:
            return f"({other})"


def _unescape(words: str) -> str:
    return words.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&").replace("\u200b", "")


def _label(element: dict[str, Any]) -> str:
    return f"{element['placeholder']['text']} ▾" if element["type"] == "static_select" else element["text"]["text"]
