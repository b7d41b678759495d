"""How long Slack has been silent on our socket."""

from __future__ import annotations

import math
import time

from aiohttp import WSMessage
from slack_sdk.socket_mode.aiohttp import SocketModeClient


class Pulse:
    """Hears when Slack greets a new socket, and looks when it last answered a ping there.

    slack_sdk alone would take a socket that was just opened for a living one, again and again, where something between
    us and Slack opens sockets and then lets nothing through.
    """

    def __init__(self, client: SocketModeClient) -> None:
        self._client = client
        self._greeted: object = None  # the socket on which Slack has spoken
        self._heard = 0.0  # when, in seconds since the epoch, as slack_sdk counts
        client.on_message_listeners.append(self._hear)

    async def silence(self) -> float:
        """Return the seconds since Slack spoke or answered a ping; infinity where there is no living socket."""
        if self._client.current_session is not self._greeted or not await self._client.is_connected():
            return math.inf
        self._heard = max(self._heard, self._client.last_ping_pong_time or 0)
        return max(time.time() - self._heard, 0)

    async def _hear(self, message: WSMessage) -> None:
        self._greeted, self._heard = self._client.current_session, time.time()
