"""Where in Slack somebody wrote or pressed something."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from bot.models import storable

CHANNELS = ("channel", "group")
"""Slack's words for public and private channels, whose posts it delivers where the app has the scopes for it."""


class Place(NamedTuple):
    """Where somebody asked."""

    channel: str
    thread_ts: str
    user: str

    @property
    def thread(self) -> str:
        """The thread's name, as ``SlackCourier.thread`` gives it."""
        return f"{self.channel}:{self.thread_ts}"


def place_of(event: Mapping[str, Any]) -> Place:
    """Return where a post stands."""
    return _place(event["channel"], event.get("thread_ts") or event["ts"], event["user"])


def place_in(body: Mapping[str, Any]) -> Place:
    """Return where a button was pressed; of a message that one person alone sees, Slack sends only its container."""
    message, container = body.get("message") or {}, body.get("container") or {}
    thread = message.get("thread_ts") or container.get("thread_ts") or message.get("ts") or ""
    return _place(body["channel"]["id"], thread, body["user"]["id"])


def _place(*names: Any) -> Place:
    return Place(*(storable(str(name)) for name in names))


def mentions(event: Mapping[str, Any], user: str | None) -> bool:
    """Tell whether a post names *user*."""
    return f"<@{user}>" in str(event.get("text") or "")
