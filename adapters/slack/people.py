"""Who somebody is in Slack: the language he reads, and whether he runs the workspace."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import NamedTuple

import aiohttp
from slack_sdk.errors import SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

log = logging.getLogger(__name__)

KNOWN_FOR = 3600.0
"""Seconds after which somebody is asked about anew. A guess: nobody changes his language more often."""

MOST_KNOWN = 10_000
"""People that are remembered; then all are forgotten. A guess: some megabytes."""


class Facts(NamedTuple):
    """What Slack says of somebody."""

    locale: str = "en"
    trusted: bool = False  # an administrator or owner of the workspace


class People:
    """Asks Slack once an hour for each, and goes on without where it does not say (scope ``users:read``)."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._known: dict[str, tuple[float, Facts]] = {}

    async def facts(self, client: AsyncWebClient, team: str | None, user: str) -> Facts:
        """Return what is known of *user*."""
        key = f"{team}:{user}"
        asked, facts = self._known.get(key, (float("-inf"), Facts()))
        if self._clock() - asked > KNOWN_FOR:
            facts = await _ask(client, user)
            if len(self._known) >= MOST_KNOWN:
                self._known.clear()
            self._known[key] = (self._clock(), facts)
        return facts


async def _ask(client: AsyncWebClient, user: str) -> Facts:
    try:
        answer = await client.users_info(user=user, include_locale=True)
    except (TimeoutError, SlackClientError, aiohttp.ClientError) as error:
        log.info("Slack does not say who %s is: %s", user, error)
        return Facts()
    told = answer.get("user") or {}
    return Facts(str(told.get("locale") or "en"), bool(told.get("is_admin") or told.get("is_owner")))
