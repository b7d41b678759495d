"""What Discord refuses: by its own OpenAPI document, and by the rules that this does not state."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

from jsonschema import Draft202012Validator
from jsonschema.exceptions import best_match
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

CONTENT, EMBED_TOTAL = 2000, 6000
EPHEMERAL, LOADING, SUPPRESS_EMBEDS = 1 << 6, 1 << 7, 1 << 2

VIEW_CHANNEL, SEND_MESSAGES, EMBED_LINKS, ATTACH_FILES = 1 << 10, 1 << 11, 1 << 14, 1 << 15
MANAGE_THREADS = 1 << 34
CREATE_PUBLIC_THREADS, SEND_MESSAGES_IN_THREADS = 1 << 35, 1 << 38
ALL_PERMISSIONS = VIEW_CHANNEL | SEND_MESSAGES | EMBED_LINKS | ATTACH_FILES
ALL_PERMISSIONS |= CREATE_PUBLIC_THREADS | SEND_MESSAGES_IN_THREADS

WORDS = {
    10003: (404, "Unknown Channel"),
    10008: (404, "Unknown Message"),
    10015: (404, "Unknown Webhook"),
    10062: (404, "Unknown interaction"),
    40060: (400, "Interaction has already been acknowledged."),
    50001: (403, "Missing Access"),
    50005: (403, "Cannot edit a message authored by another user"),
    50007: (403, "Cannot send messages to this user"),
    50006: (400, "Cannot send an empty message"),
    50013: (403, "Missing Permissions"),
    50024: (400, "Cannot execute action on this channel type"),
    50027: (401, "Invalid Webhook Token"),
    40094: (400, "Follow-up messages of this interaction are used up"),
    50035: (400, "Invalid Form Body"),
    50083: (400, "Thread is archived"),
    160004: (400, "A thread has already been created for this message"),
    160005: (403, "Thread is locked"),
    160006: (400, "Maximum number of active threads reached"),
}

LINK = 5  # the style of a button that opens an address, and has no id


class DiscordRefusal(Exception):
    """Discord's answer with one of its error codes."""

    def __init__(self, code: int, detail: str = "") -> None:
        self.status, self.words = WORDS[code]
        self.code = code
        self.detail = detail
        super().__init__(f"{code} {self.words} {detail}".strip())

    @property
    def body(self) -> dict[str, Any]:
        body: dict[str, Any] = {"message": self.words, "code": self.code}
        if self.code == 50035:
            body["errors"] = {"_errors": [{"code": "INVALID", "message": self.detail}]}
        return body


class Unauthorized(Exception):
    """No bot token, or one that nobody has."""


class Rules:
    """Checks bodies by the document in the folder *specs*."""

    def __init__(self, specs: Path) -> None:
        document = json.loads((specs / "discord-openapi.json").read_text())
        self._paths = document["paths"]
        resource = Resource(contents=document, specification=DRAFT202012)
        self._registry: Registry[Any] = Registry().with_resource("urn:discord", resource)
        self._validator = cache(self._validator_of)

    def check(self, method: str, path: str, body: Any) -> None:
        """Refuse *body* for the document's *path* where its schema does."""
        error = best_match(self._validator(method, path).iter_errors(body))
        if error is not None:
            raise DiscordRefusal(50035, f"{error.json_path}: {error.message[:300]}")

    def _validator_of(self, method: str, path: str) -> Draft202012Validator:
        pointer = "/".join(
            quote(part.replace("~", "~0").replace("/", "~1"), safe="~@")
            for part in ("paths", path, method.lower(), "requestBody", "content", "application/json", "schema")
        )
        assert method.lower() in self._paths[path]
        return Draft202012Validator({"$ref": f"urn:discord#/{pointer}"}, registry=self._registry)


def check_message(body: dict[str, Any]) -> None:
    """Refuse what the document lets pass; also what only a careless bot would send: a write that could ping."""
    if len(body.get("content") or "") > CONTENT:
        raise DiscordRefusal(50035, f"content: Must be {CONTENT} or fewer in length.")
    if (total := sum(map(embed_length, body.get("embeds") or []))) > EMBED_TOTAL:
        raise DiscordRefusal(50035, f"embeds: Embed size exceeds maximum size of {EMBED_TOTAL} ({total})")
    if any(embed_length(embed) == 0 for embed in body.get("embeds") or []):
        raise DiscordRefusal(50035, "embeds: an embed without words")
    buttons = [button for row in body.get("components") or [] for button in row["components"]]
    ids = [button["custom_id"] for button in buttons if button.get("style") != LINK]
    if len(set(ids)) < len(ids):
        raise DiscordRefusal(50035, "components: Component custom id cannot be duplicated")
    if (body.get("allowed_mentions") or {}).get("parse") != []:
        raise DiscordRefusal(50035, "allowed_mentions: this write could ping")


def embed_length(embed: dict[str, Any]) -> int:
    words = [embed.get("title"), embed.get("description")]
    words += [(embed.get(part) or {}).get(key) for part, key in (("footer", "text"), ("author", "name"))]
    words += [field[key] for field in embed.get("fields") or [] for key in ("name", "value")]
    return sum(len(word or "") for word in words)
