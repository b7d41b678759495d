"""The gateway of the Discord of our own: who is connected, and what he is told."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from aiohttp import WSMsgType, web

from tests.discord_things import ADA, APPLICATION, BOT, PUBLIC_THREAD, TEXT, Json, member

if TYPE_CHECKING:
    from tests.discord_standin import DiscordStandIn


class Gateway:
    """One connection, which may be lost and taken up again."""

    def __init__(self, state: DiscordStandIn) -> None:
        self.state = state
        self.intents = 0
        self.connections = 0
        self.resumes = 0
        self.shards = 1
        self.heartbeat = 41.25  # seconds between two, as Discord itself has it
        self.is_silent = False  # whether it stays open while nothing comes over it
        self.is_away = False  # whether it takes no further connection
        self.refuses: int | None = None  # the code by which it refuses whoever identifies
        self.socket: web.WebSocketResponse | None = None  # of the shard that identified last
        self._sockets: dict[int, web.WebSocketResponse] = {}  # by shard
        self._unsent: list[Json] = []
        self._sequence = 0

    async def dispatch(self, event: str, data: Json) -> None:
        """Tell of *event*, now or once somebody is connected again."""
        self._sequence += 1
        frame = {"op": 0, "t": event, "s": self._sequence, "d": data}
        if self.socket is None or self.socket.closed:
            self._unsent.append(frame)
        else:
            await self.socket.send_json(frame)

    async def ask_to_reconnect(self) -> None:
        """Send op 7, upon which the client comes back and resumes."""
        assert self.socket is not None
        socket, self.socket = self.socket, None
        await socket.send_json({"op": 7, "d": None, "s": None, "t": None})

    async def lose_shard(self, number: int) -> None:
        """Close the connection of one shard, and take no new one."""
        self.is_away = True
        await self._sockets[number].close(code=1001)

    async def invalidate_session(self) -> None:
        """Send op 9: the client must begin anew, and what happened meanwhile it is never told."""
        assert self.socket is not None
        socket, self.socket = self.socket, None
        await socket.send_json({"op": 9, "d": False, "s": None, "t": None})

    async def end_session(self, code: int) -> None:
        """Close the connection with one of Discord's codes."""
        assert self.socket is not None
        await self.socket.close(code=code)

    async def serve(self, request: web.Request) -> web.WebSocketResponse:
        if self.is_away:
            raise web.HTTPServiceUnavailable
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        hello = {"heartbeat_interval": round(self.heartbeat * 1000)}
        await socket.send_json({"op": 10, "d": hello, "s": None, "t": None})
        async for frame in socket:
            if frame.type is not WSMsgType.TEXT:
                break
            await self._heard(socket, json.loads(frame.data))
        if self.socket is socket:
            self.socket = None
        self.state.changed()
        return socket

    async def _heard(self, socket: web.WebSocketResponse, frame: Json) -> None:
        match frame["op"]:
            case 1 if not self.is_silent:
                await socket.send_json({"op": 11, "d": None, "s": None, "t": None})
            case 2 | 6 if frame["d"]["token"] != self.state.token:
                await socket.close(code=4004, message=b"Authentication failed.")
            case 2 if self.refuses:
                await socket.close(code=self.refuses)
            case 2:
                self.socket = self._sockets[frame["d"].get("shard", [0])[0]] = socket
                self._unsent = []
                self.connections += 1
                self.intents = frame["d"]["intents"]
                guilds = sorted({channel.guild for channel in self.state.channels.values() if channel.guild})
                ready = {
                    "v": 10,
                    "user": BOT,
                    "guilds": [{"id": guild, "unavailable": True} for guild in guilds],
                    "session_id": "session",
                    "resume_gateway_url": self.state.gateway_url,
                    "application": {"id": APPLICATION, "flags": 0},
                    **({"shard": frame["d"]["shard"]} if "shard" in frame["d"] else {}),
                }
                await self.dispatch("READY", ready)
                for guild in guilds:
                    await self.dispatch("GUILD_CREATE", self._guild(guild))
            case 6:
                self.socket = socket
                self.resumes += 1
                missed, self._unsent = self._unsent, []
                for one in missed:
                    await socket.send_json(one)
                await self.dispatch("RESUMED", {})
        self.state.changed()

    def _guild(self, guild: str) -> Json:
        inside = [channel for channel in self.state.channels.values() if channel.guild == guild]
        everyone = {
            "id": guild,
            "name": "@everyone",
            "color": 0,
            "colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None},
            "hoist": False,
            "position": 0,
            "permissions": str(self.state.permissions),
            "managed": False,
            "mentionable": False,
            "flags": 0,
        }
        return {
            "id": guild,
            "name": "The Ellery Post",
            "owner_id": ADA,
            "roles": [everyone],
            "emojis": [],
            "stickers": [],
            "features": [],
            "channels": [channel.json() for channel in inside if channel.type == TEXT],
            "threads": [channel.json() for channel in inside if channel.type == PUBLIC_THREAD],
            "members": [member(APPLICATION)],
            "member_count": 3,
            "verification_level": 0,
            "default_message_notifications": 0,
            "explicit_content_filter": 0,
            "mfa_level": 0,
            "nsfw_level": 0,
            "premium_tier": 0,
            "preferred_locale": "en-GB",
            "afk_timeout": 300,
            "system_channel_flags": 0,
            "premium_progress_bar_enabled": False,
            "unavailable": False,
        }
