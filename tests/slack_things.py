"""What there is in a Slack: posts, files, what is delivered of them, what can be pressed below them."""

from __future__ import annotations

import hashlib
import hmac
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

BOT_TOKEN, APP_TOKEN, SIGNING_SECRET = "xoxb-stand-in", "xapp-stand-in", "stand-in-secret"
TEAM, BOT_USER, BOT_ID, USER = "T1", "U0BOT", "B0BOT", "U1"


@dataclass
class Post:
    """A message as it stands in a channel."""

    channel: str
    ts: str
    user: str
    text: str
    blocks: list[dict[str, Any]] = field(default_factory=list)
    thread_ts: str | None = None
    reactions: list[str] = field(default_factory=list)
    only_for: str | None = None  # the one user who sees it
    edits: int = 0
    client_msg_id: str | None = None


@dataclass
class Upload:
    """A file that the bot put into a thread."""

    name: str
    length: int
    alt: str
    body: bytes = b""
    channel: str | None = None
    thread_ts: str | None = None


@dataclass(frozen=True)
class Fault:
    """How to treat one call on purpose."""

    status: int = 200
    error: str | None = None  # Slack's word
    errors: tuple[str, ...] = ()
    retry_after: int | None = None  # seconds
    cut: bool = False  # do what was asked, but close the connection instead of answering


def event_of(post: Post, kind: str, *, event_id: str | None = None, **more: Any) -> dict[str, Any]:
    """Return what Slack delivers for *post*; *more* goes into the event itself."""
    event = {
        "type": kind,
        "user": post.user,
        "text": post.text,
        "ts": post.ts,
        "event_ts": post.ts,
        "channel": post.channel,
        "team": TEAM,
        **({"thread_ts": post.thread_ts} if post.thread_ts else {}),
        **more,
    }
    return wrapped(event, event_id=event_id or f"Ev{kind}{post.ts}")


def wrapped(event: Mapping[str, Any], *, event_id: str = "Ev1") -> dict[str, Any]:
    """Return an event as Slack delivers it."""
    return {
        "token": "verification",
        "team_id": TEAM,
        "api_app_id": "A1",
        "event": dict(event),
        "type": "event_callback",
        "event_id": event_id,
        "event_time": 1773820000,
        "authorizations": [{"team_id": TEAM, "user_id": BOT_USER, "is_bot": True, "is_enterprise_install": False}],
        "is_ext_shared_channel": False,
    }


def signed(body: str, *, secret: str = SIGNING_SECRET, at: float | None = None) -> dict[str, str]:
    """Return the headers by which Slack proves that *body* is its own, sent *at* a time in Unix seconds."""
    timestamp = str(int(at or time.time()))
    mac = hmac.new(secret.encode(), f"v0:{timestamp}:{body}".encode(), hashlib.sha256)
    return {"X-Slack-Request-Timestamp": timestamp, "X-Slack-Signature": f"v0={mac.hexdigest()}"}


def buttons(post: Post) -> list[dict[str, Any]]:
    """Return the buttons under *post*."""
    return [element for element in _pressable(post) if element["type"] == "button"]


def menus(post: Post) -> list[dict[str, Any]]:
    """Return the menus under *post*."""
    return [element for element in _pressable(post) if element["type"] == "static_select"]


def options_of(element: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return what can be chosen from a menu."""
    groups = element.get("option_groups") or [{"options": element.get("options", [])}]
    return [option for group in groups for option in group["options"]]


def _pressable(post: Post) -> list[dict[str, Any]]:
    return [element for block in post.blocks if block["type"] == "actions" for element in block["elements"]]


def rewrite(post: Post, arguments: Mapping[str, Any]) -> None:
    """Text without blocks takes the old blocks away, as Slack does it."""
    post.text, post.blocks = arguments["text"], arguments.get("blocks") or []
    post.edits += 1
