"""Finds prose in the code that is not in the catalogue: what somebody would read in English, whatever his language."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

SAID_BY = {"_", "plural", "mark", "mark_plural", "later", "later_plural"}
"""What puts words into the catalogue."""

FOR_OPERATORS = {"SettingsError", "DeliveryError", "compile", "TypeVar"}
"""Calls whose words are read by whoever runs the program, or by nobody."""

LOGS = {"debug", "info", "warning", "error", "exception", "critical"}

UNSEEN = (
    "text/html",
    '"><meta',
    "default-src",
    "<!doctype",
    "no legible text",
    "quotes 1",
    "unnamed source",
    "Slack channel",
    "Discord channel",
    "invalid request signature",
    "not an interaction",
)
"""Beginnings of what nobody reads, or what has been said by another name."""

PROSE = re.compile(r"[A-Za-z’']{2,}[,;:]? [a-z’']{2,}")
"""Two words in a row. Ids, markup and patterns have none."""


def unsaid(file: Path) -> Iterator[tuple[int, str]]:
    """Yield line and words of what *file* may show without asking the catalogue."""
    tree = ast.parse(file.read_text("utf-8"))
    yield from _prose(tree)


def asked_for(file: Path) -> Iterator[str]:
    """Yield the messages that *file* asks the catalogue for."""
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Call) and _name(node.func) in SAID_BY and node.args:
            message = node.args[0]
            if isinstance(message, ast.Constant) and isinstance(message.value, str):
                yield message.value


def _prose(node: ast.AST) -> Iterator[tuple[int, str]]:
    if isinstance(node, ast.Call) and (_name(node.func) in SAID_BY | FOR_OPERATORS | LOGS):
        return
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        return  # a docstring
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and _is_prose(node.value):
        yield node.lineno, node.value
    if isinstance(node, ast.Assert):
        return
    for below in ast.iter_child_nodes(node):
        yield from _prose(below)


def _is_prose(words: str) -> bool:
    return bool(PROSE.search(words)) and not words.lstrip().startswith(UNSEEN)


def _name(called: ast.expr) -> str:
    return called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
