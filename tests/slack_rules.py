"""What Slack would refuse: its published schemas, and the rules that these do not state.

The schemas lie in ``specs`` of the shared development data; the rules beside them are from Slack's documentation
and from what bots report in its trackers.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

NEWER_ARGUMENTS = {
    "chat.postMessage": {"client_msg_id", "metadata", "markdown_text"},
    "chat.update": {"metadata", "markdown_text", "file_ids", "reply_broadcast"},
    "chat.postEphemeral": {"markdown_text"},
}
"""Arguments that came after the published specification, besides ``team_id``, which every method takes."""

POSTS = ("chat.postMessage", "chat.update", "chat.postEphemeral")
RICH_ELEMENTS = {"text", "link", "emoji", "user", "usergroup", "channel", "broadcast", "date", "color"}
BLOCK_CHARACTERS = 13_200
MARKDOWN_CHARACTERS = 12_000
VIEW_BYTES = 250_000
TEXT_CHARACTERS = 4_000

Arguments = Mapping[str, Any]


class SlackRules:
    """Checks the arguments of Web API calls."""

    def __init__(self, specs: Path) -> None:
        methods = json.loads((specs / "slack-web-openapi-v2-2021.json").read_text())["paths"]
        self._parameters = {
            path.removeprefix("/"): next(iter(verbs.values()))["parameters"] for path, verbs in methods.items()
        }
        self._blocks = Draft202012Validator(json.loads((specs / "slack-block-kit.schema.json").read_text()))

    def argument_faults(self, method: str, arguments: Arguments) -> Iterator[str]:
        """Say what is wrong with the arguments of *method* by its published specification."""
        known = {parameter["name"]: parameter for parameter in self._parameters.get(method, ())}
        if not known:
            return
        for name, parameter in known.items():
            if name != "token" and parameter.get("required") and not arguments.get(name):
                yield f"{name} is required"
        for name, value in arguments.items():
            if name not in known and name not in {"team_id", *NEWER_ARGUMENTS.get(method, ())}:
                yield f"{name} is no argument"
            elif known.get(name, {}).get("type") == "boolean" and value not in (True, False, "true", "false", "1", "0"):
                yield f"{name} is no boolean"

    def post_faults(self, method: str, arguments: Arguments) -> Iterator[str]:
        """Say what users or operators would complain about although Slack takes it."""
        if not arguments.get("text"):
            yield "text is missing: it is the notification"
        if len(arguments.get("text") or "") > TEXT_CHARACTERS:
            yield "text has more than 4,000 characters and may be split"
        if method == "chat.postMessage":
            for flag in ("unfurl_links", "unfurl_media"):
                if arguments.get(flag) not in (False, "false", "0"):
                    yield f"{flag} is not false"

    def view_faults(self, view: Arguments) -> Iterator[str]:
        """Say what is wrong with a dialogue or a home page."""
        blocks = view.get("blocks") or []
        if not 1 <= len(blocks) <= 100:
            yield "a view has 1 to 100 blocks"
        for start in range(0, len(blocks), 50):  # the schema is for messages, which have 50 at most
            faults = self.block_faults(blocks[start : start + 50])
            yield from (fault for fault in faults if fault != "msg_blocks_too_long")
        if len(json.dumps(view)) > VIEW_BYTES:
            yield "view_too_large"
        for part in ("title", "submit", "close"):
            if len((view.get(part) or {}).get("text", "")) > 24:
                yield f"{part} has more than 24 characters"
        if len(view.get("private_metadata") or "") > 3000:
            yield "private_metadata has more than 3,000 characters"
        for block in blocks:
            if block.get("type") == "input":
                yield from _input_faults(block)
                if view.get("type") == "modal" and not view.get("submit") and not block.get("dispatch_action"):
                    yield "an input needs something to submit it"

    def block_faults(self, blocks: Any) -> Iterator[str]:
        """Say, as Slack does, what is wrong with *blocks*."""
        for error in self._blocks.iter_errors(blocks):
            yield f"{error.message[:200]} [json-pointer:/blocks/{'/'.join(map(str, error.absolute_path))}]"
        if not isinstance(blocks, list):
            return
        ids = [block["block_id"] for block in blocks if "block_id" in block]
        if len(ids) != len(set(ids)):
            yield "block_id is not unique"
        for block in blocks:
            yield from _rich_text_faults(block)
            yield from _action_faults(block)
        if sum(map(len, _strings(blocks, {"text", "url"}))) > BLOCK_CHARACTERS:
            yield "msg_blocks_too_long"
        markdown = [block.get("text", "") for block in blocks if block.get("type") == "markdown"]
        if sum(map(len, markdown)) > MARKDOWN_CHARACTERS:
            yield "more than 12,000 characters over all markdown blocks"


def _input_faults(block: Mapping[str, Any]) -> Iterator[str]:
    element = block["element"]
    groups = element.get("option_groups") or [{"options": element.get("options") or []}]
    if len(groups) > 100 or any(not 1 <= len(group["options"]) <= 100 for group in groups):
        yield "a menu has 1 to 100 groups of 1 to 100 options"
    for option in (option for group in groups for option in group["options"]):
        if not 1 <= len(option["text"]["text"]) <= 75 or not 1 <= len(option["value"]) <= 150:
            yield f"an option's words or value are too long: {option}"
    if len((block.get("label") or {}).get("text", "")) > 2000:
        yield "a label has more than 2,000 characters"


def _rich_text_faults(block: Mapping[str, Any]) -> Iterator[str]:
    if block.get("type") != "rich_text":
        return
    if sum(map(len, _strings(block, {"text"}))) > 3000:
        yield "a rich_text block has more than 3,000 characters"
    for element in _leaves(block["elements"]):
        if element.get("type") not in RICH_ELEMENTS:
            yield f"{element.get('type')} is no rich text element"
        if element.get("type") == "text" and not element.get("text"):
            yield "must be more than 0 characters"
        if element.get("type") == "link" and not str(element.get("url", "")).startswith(("https://", "http://")):
            yield "a link is no web address"
        if len(element.get("url", "")) > 3000:
            yield "a link has more than 3,000 characters"


def _action_faults(block: Mapping[str, Any]) -> Iterator[str]:
    if block.get("type") == "actions":
        ids = [element.get("action_id") for element in block.get("elements", ())]
        if len(ids) != len(set(ids)):
            yield "action_id is not unique in its block"


def _leaves(elements: Iterable[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    for element in elements:
        if "elements" in element:
            yield from _leaves(element["elements"])
        else:
            yield element


def _strings(value: Any, names: set[str]) -> Iterator[str]:
    if isinstance(value, list):
        for one in value:
            yield from _strings(one, names)
    elif isinstance(value, dict):
        for name, one in value.items():
            if name in names and isinstance(one, str):
                yield one
            else:
                yield from _strings(one, names)
