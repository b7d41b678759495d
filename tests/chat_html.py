"""Block Kit and embeds as HTML that looks about as Slack and Discord show them, to be looked at and photographed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from html import escape
from pathlib import Path
from typing import Any

Part = Mapping[str, Any]

EMOJI = {"warning": "⚠️"}

CSS = (Path(__file__).parent / "chat_html.css").read_text("utf-8")


def slack_html(messages: Iterable[list[dict[str, Any]]], scheme: str) -> str:
    """Return a page with *messages*, each a list of blocks, one below the other."""
    return _page("slack", scheme, (_post(map(_block, blocks)) for blocks in messages))


def discord_html(messages: Iterable[Part], scheme: str) -> str:
    """Return a page with *messages*, each the body of one."""
    return _page("discord", scheme, (_post(_discord(body)) for body in messages))


def _page(platform: str, scheme: str, posts: Iterable[str]) -> str:
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{platform}</title><style>{CSS}</style>'
        f'<body class="{platform} {scheme}">{"".join(posts)}</body></html>'
    )


def _post(inner: Iterable[str]) -> str:
    who = '<p class="who"><b>Nutgraf</b> <span class="app">APP</span> <time>03:02</time></p>'
    return f'<article><div class="avatar">N</div><div class="told">{who}{"".join(inner)}</div></article>'


# Slack ----------------------------------------------------------------------------------------------------


def _block(block: Part) -> str:
    match block["type"]:
        case "header":
            return f"<h2>{block['text']['text']}</h2>"  # escaped already, as Slack wants it
        case "divider":
            return "<hr>"
        case "section" | "context":
            texts = [block["text"]] if "text" in block else block.get("elements", [])
            return f'<p class="{block["type"]}">{" ".join(map(_text, texts))}</p>'
        case "actions":
            return f'<p class="actions">{"".join(map(_action, block["elements"]))}</p>'
        case "rich_text":
            return "".join(map(_rich, block["elements"]))
    raise ValueError(block["type"])


def _text(one: Part) -> str:
    """Return a text object's words, which Slack wants escaped; mrkdwn links are called by their names."""
    if one["type"] != "mrkdwn":
        return str(one["text"])
    return re.sub(r"<(https?:[^|>]*)\|([^>]*)>", r'<a href="#">\2</a>', one["text"])


def _action(element: Part) -> str:
    words = (element.get("text") or element.get("placeholder") or {"text": "…"})["text"]
    return f"<button>{escape(words, quote=False)}{'' if element['type'] == 'button' else ' ▾'}</button>"


def _rich(element: Part) -> str:
    inner = element["elements"]
    match element["type"]:
        case "rich_text_list":
            tag = "ol" if element["style"] == "ordered" else "ul"
            items = "".join(f"<li>{_rich(one)}</li>" for one in inner)
            return f'<{tag} class="indent{element.get("indent", 0)}">{items}</{tag}>'
        case "rich_text_quote":
            return f"<blockquote>{''.join(map(_leaf, inner))}</blockquote>"
        case "rich_text_section" | "rich_text_preformatted":
            return f"<div>{''.join(map(_leaf, inner))}</div>"
    raise ValueError(element["type"])


def _leaf(leaf: Part) -> str:
    if leaf["type"] == "emoji":
        return EMOJI[leaf["name"]]
    words = escape(leaf.get("text") or leaf.get("url", "")).replace("\n", "<br>")
    for style, tag in (("bold", "b"), ("italic", "i"), ("strike", "s"), ("code", "code")):
        if leaf.get("style", {}).get(style):
            words = f"<{tag}>{words}</{tag}>"
    return f'<a href="#">{words}</a>' if leaf["type"] == "link" else words


# Discord --------------------------------------------------------------------------------------------------


def _discord(body: Part) -> Iterator[str]:
    if content := body.get("content"):
        yield f"<div>{_markdown(content)}</div>"
    for embed in body["embeds"]:
        title = f"<h3>{_markdown(embed['title'])}</h3>" if embed.get("title") else ""
        footer = f"<footer>{escape(embed['footer']['text'])}</footer>" if embed.get("footer") else ""
        yield f'<section class="embed">{title}<div>{_markdown(embed.get("description", ""))}</div>{footer}</section>'
    for row in body["components"]:
        words = (one.get("label") or one.get("placeholder") or "…" for one in row["components"])
        yield f'<p class="actions">{"".join(f"<button>{escape(one)}</button>" for one in words)}</p>'


def _markdown(markup: str) -> str:
    """Render what of Discord's markup the bot uses: bold, italic, links, lists."""
    shown = re.sub(r"\\([^0-9A-Za-z\s])", lambda escaped: f"&#{ord(escaped[1])};", re.sub(r"&", "&amp;", markup))
    shown = re.sub(r"\[([^\]]*)\]\(<[^>]*>\)", r'<a href="#">\1</a>', shown)
    shown = re.sub(r"<(https?:[^>]*)>", r'<a href="#">\1</a>', shown)
    shown = re.sub(r"\*\*(.+?)\*\*", r"<b>\1</b>", shown)
    shown = re.sub(r"\*(.+?)\*", r"<i>\1</i>", shown)
    shown = re.sub(r"(?m)^(?P<in> *)- (.*)$", r'<span class="below">\2</span>', shown)
    return (
        re.sub(r"(?m)^• (.*)$", r'<span class="item">• \1</span>', shown)
        .replace("\n", "<br>")
        .replace("</span><br>", "</span>")
    )
