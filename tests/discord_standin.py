"""A Discord of our own on loopback: REST and gateway, for a real discord.py in this process or another.

It keeps what people would see, answers with Discord's error codes, and remembers every refusal: a test in which
one occurs without being expected must fail (``unexpected``). Its clock stands still unless a test moves it.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from aiohttp import ClientSession, WSCloseCode, WSMsgType, web

from tests.discord_rules import (
    ALL_PERMISSIONS,
    CREATE_PUBLIC_THREADS,
    EMBED_LINKS,
    EPHEMERAL,
    LOADING,
    SEND_MESSAGES,
    SEND_MESSAGES_IN_THREADS,
    SUPPRESS_EMBEDS,
    VIEW_CHANNEL,
    DiscordRefusal,
    Rules,
    Unauthorized,
    check_message,
)
from tests.discord_things import (
    ADA,
    APPLICATION,
    BOT,
    DIRECT,
    DM,
    EPOCH,
    FOREIGN,
    FORUM_POST,
    GUILD,
    NEWSROOM,
    OTHER_GUILD,
    PUBLIC_KEY,
    PUBLIC_THREAD,
    TEXT,
    TOKEN,
    Channel,
    Fault,
    Interaction,
    Json,
    Message,
    member,
    person,
    signed,
)

FOLLOW_UPS = 5  # where only the person has the bot installed
MESSAGE_CONTENT = 1 << 15

ACKNOWLEDGE, TOKEN_LIFE, NONCE_LIFE = timedelta(seconds=3), timedelta(minutes=15), timedelta(minutes=5)


class DiscordStandIn:
    """The state, and what tests do to it."""

    def __init__(self, specs: Path) -> None:
        self.rules = Rules(specs)
        self.token = TOKEN
        self.now = datetime(2026, 3, 17, 9, 0, tzinfo=UTC)
        self.channels = {
            channel.id: channel
            for channel in (
                Channel(NEWSROOM, "newsroom"),
                Channel(FORUM_POST, "harbour-planning", PUBLIC_THREAD, GUILD, NEWSROOM),
                Channel(FOREIGN, "elsewhere", TEXT, OTHER_GUILD),
                Channel(DIRECT, "Ada", DM, None),
            )
        }
        self.permissions = ALL_PERMISSIONS  # what the bot may do in guilds
        self.told_permissions: int | None = None  # what interactions say of it, where that is out of date
        self.threads_left = 1000
        self.commands: list[Json] = []
        self.syncs = 0
        self.faults: list[Fault] = []
        self.expected: set[int] = set()
        self.refusals: list[tuple[int, str]] = []
        self.requests: list[tuple[str, str, Any]] = []
        self.interactions: dict[str, Interaction] = {}
        self.attached: dict[str, bytes] = {}
        self.intents = 0
        self.direct_messages = True  # whether people let the bot write to them
        self.connections = 0
        self.resumes = 0
        self.shards = 1
        self.heartbeat = 41.25  # seconds between two, as Discord itself has it
        self.is_silent = False  # whether the gateway stays open while nothing comes over it
        self.is_away = False  # whether the gateway takes no further connection
        self.api_url = self.gateway_url = ""
        self.endpoint: str | None = None  # where interactions are posted to, instead of the gateway
        self.flags = 0  # of the application
        self.locale = "en-GB"  # of whoever gives a command or presses a button
        self._ids = 0
        self._deliveries: dict[str, Json] = {}
        self._nonces: dict[tuple[str, str], tuple[datetime, Message]] = {}
        self._socket: web.WebSocketResponse | None = None  # of the shard that identified last
        self._sockets: dict[int, web.WebSocketResponse] = {}  # by shard
        self._unsent: list[Json] = []
        self._sequence = 0
        self._changed = asyncio.Event()

    @property
    def unexpected(self) -> list[tuple[int, str]]:
        """The refusals that no test announced."""
        return [refusal for refusal in self.refusals if refusal[0] not in self.expected]

    # What people do ------------------------------------------------------------------------------------------

    async def slash(self, links: str, *, user: str = ADA, channel: str = NEWSROOM) -> Interaction:
        """Type ``/brief links:…``."""
        return await self.command("brief", {"links": links}, user=user, channel=channel)

    async def command(
        self,
        name: str,
        options: Json | None = None,
        *,
        user: str = ADA,
        channel: str = NEWSROOM,
        guest: bool = False,
        file: tuple[str, bytes] | None = None,
        typing: bool = False,
    ) -> Interaction:
        """Give a command; *guest* where only the person has the bot installed, *typing* while it is not yet sent."""
        known = next(command for command in self.commands if command["name"] == name)
        kinds = {option["name"]: option["type"] for option in known["options"]}
        given = [
            {"name": key, "type": kinds[key], "value": value, **({"focused": True} if typing else {})}
            for key, value in (options or {}).items()
        ]
        data: Json = {"id": known["id"], "name": name, "type": 1, "options": given}
        if file:
            attached = self._attach(*file)
            given.append({"name": "file", "type": kinds["file"], "value": attached["id"]})
            data["resolved"] = {"attachments": {attached["id"]: attached}}
        words = " ".join(f"{key}: {value}" for key, value in (options or {}).items())
        interaction = self._interaction(channel, user, command=f"/{name} {words}".rstrip())
        await self._send_interaction(interaction, {"type": 4 if typing else 2, "data": data}, guest=guest)
        return interaction

    async def pick(self, name: str, message: Message, *, user: str = ADA) -> Interaction:
        """Choose *name* from the menu of somebody's message."""
        known = next(command for command in self.commands if command["name"] == name)
        data = {"id": known["id"], "name": name, "type": 3, "target_id": message.id}
        data["resolved"] = {"messages": {message.id: message.json()}}
        interaction = self._interaction(message.channel, user, command=name)
        await self._send_interaction(interaction, {"type": 2, "data": data})
        return interaction

    async def choose(self, message: Message, menu: str, value: str, *, user: str = ADA) -> Interaction:
        """Choose the option with *value* from the menu of *message* that begins with *menu*."""
        found = next(one for words, one in message.menus.items() if words.startswith(menu))
        assert value in [option["value"] for option in found["options"]]
        interaction = self._interaction(message.channel, user, source=message)
        data = {"custom_id": found["custom_id"], "component_type": 3, "values": [value]}
        await self._send_interaction(interaction, {"type": 3, "data": data, "message": message.json()})
        return interaction

    async def submit(self, modal: Json, values: dict[str, str], source: Message, *, user: str = ADA) -> Interaction:
        """Send a dialogue with what was put into it."""
        parts = []
        for number, label in enumerate(modal["components"]):
            component = label["component"]
            value = values.get(component["custom_id"], "")
            told = {"values": [value] if value else []} if component["type"] == 3 else {"value": value}
            told |= {"type": component["type"], "custom_id": component["custom_id"], "id": 2 * number + 2}
            parts.append({"type": 18, "id": 2 * number + 1, "component": told})
        data = {"custom_id": modal["custom_id"], "components": parts}
        interaction = self._interaction(source.channel, user, source=source)
        await self._send_interaction(interaction, {"type": 5, "data": data, "message": source.json()})
        return interaction

    async def say(
        self, words: str, *, user: str = ADA, channel: str = NEWSROOM, file: tuple[str, bytes] | None = None
    ) -> Message:
        """Post a message, of which the bot is told; the words only where it is named, or directly spoken to."""
        message = Message(self.snowflake(), channel, user, words)
        self.channels[channel].messages.append(message)
        body = message.json() | {"attachments": [self._attach(*file)] if file else []}
        where = self.channels[channel]
        if where.guild:
            body |= {"guild_id": where.guild, "member": member(user)}
            if f"<@{APPLICATION}>" not in words and not self.intents & MESSAGE_CONTENT:
                body |= {"content": "", "attachments": []}
        await self._dispatch("MESSAGE_CREATE", body)
        return message

    def _attach(self, name: str, body: bytes) -> Json:
        id_ = self.snowflake()
        self.attached[id_] = body
        url = self.api_url.replace("/api/v10", f"/attachments/{id_}")
        return {"id": id_, "filename": name, "size": len(body), "url": url, "proxy_url": url}

    async def press(self, message: Message, label: str, *, user: str = ADA) -> Interaction:
        """Press the button of *message* that begins with *label*."""
        custom_id = next(id_ for words, id_ in message.buttons.items() if words.startswith(label))
        return await self.press_id(message, custom_id, user=user)

    async def press_id(
        self, message: Message, custom_id: str, *, user: str = ADA, channel: str | None = None
    ) -> Interaction:
        """Send a press as Discord would, also one that no button of *message* makes."""
        interaction = self._interaction(channel or message.channel, user, source=message)
        data = {"custom_id": custom_id, "component_type": 2}
        shown = message.json()
        if custom_id not in message.buttons.values():
            button = {"type": 2, "style": 2, "label": "?", "custom_id": custom_id}
            shown["components"] = [{"type": 1, "components": [button]}]
        await self._send_interaction(interaction, {"type": 3, "data": data, "message": shown})
        return interaction

    async def again(self, interaction: Interaction) -> None:
        """Deliver an interaction a second time, as after a connection was resumed."""
        body = self._deliveries[interaction.id] | {"again": True}  # or it would be signed just as before
        await self._dispatch("INTERACTION_CREATE", body)

    async def ask_to_reconnect(self) -> None:
        """Send op 7, upon which the client comes back and resumes."""
        assert self._socket is not None
        socket, self._socket = self._socket, None
        await socket.send_json({"op": 7, "d": None, "s": None, "t": None})

    async def lose_shard(self, number: int) -> None:
        """Close the connection of one shard, and take no new one."""
        self.is_away = True
        await self._sockets[number].close(code=1001)

    async def end_session(self, code: int) -> None:
        """Close the connection with one of Discord's codes."""
        assert self._socket is not None
        await self._socket.close(code=code)

    async def until(self, holds: Callable[[], object], seconds: float = 20) -> None:
        """Wait for a change after which *holds* is true."""
        async with asyncio.timeout(seconds):
            while not holds():
                self._changed.clear()
                with contextlib.suppress(TimeoutError):  # what a test waits for may be the bot's own state
                    await asyncio.wait_for(self._changed.wait(), 0.05)

    # What there is to see ------------------------------------------------------------------------------------

    def messages(self, channel: str = NEWSROOM) -> list[Message]:
        """What everybody sees there, oldest first."""
        return [message for message in self.channels[channel].messages if message.only_for is None]

    @property
    def threads(self) -> list[Channel]:
        """The threads that the bot made."""
        return [one for one in self.channels.values() if one.type == PUBLIC_THREAD and one.id != FORUM_POST]

    # Inside --------------------------------------------------------------------------------------------------

    def snowflake(self) -> str:
        """Make an id as Discord does: milliseconds, then a running number."""
        self._ids += 1
        return str((int((self.now - EPOCH).total_seconds() * 1000) << 22) + self._ids)

    def _interaction(self, channel: str, user: str, **more: Any) -> Interaction:
        id_ = self.snowflake()
        interaction = Interaction(id_, f"token-of-{id_}", channel, user, self.now, **more)
        self.interactions[interaction.token] = interaction
        return interaction

    async def _send_interaction(self, interaction: Interaction, body: Json, *, guest: bool = False) -> None:
        channel = self.channels[interaction.channel]
        permissions = ALL_PERMISSIONS if channel.type == DM else self.permissions
        told = permissions if self.told_permissions is None else self.told_permissions
        body |= {
            "id": interaction.id,
            "application_id": APPLICATION,
            "token": interaction.token,
            "version": 1,
            "channel_id": channel.id,
            "channel": channel.json(),
            "app_permissions": str(told),
            "locale": self.locale,
            "entitlements": [],
            "attachment_size_limit": 10485760,
            "authorizing_integration_owners": {"1": interaction.user} if guest else {"0": channel.guild or "0"},
            "context": 1 if channel.type == DM else 0,
        }
        if channel.type == DM:
            body["user"] = person(interaction.user)
        else:
            body |= {"guild_id": channel.guild, "member": member(interaction.user)}
        interaction.guest = guest
        self._deliveries[interaction.id] = body
        await self._dispatch("INTERACTION_CREATE", body)

    async def call(self, body: Json) -> tuple[int, Any]:
        """Post an interaction, signed, and return what is answered at once: a status and JSON where there is any."""
        assert self.endpoint
        sent = json.dumps(body).encode()
        headers = signed(sent, time.time()) | {"Content-Type": "application/json"}
        async with (
            ClientSession() as http,
            http.post(self.endpoint, data=sent, headers=headers) as answer,
        ):
            words = await answer.read()
            return answer.status, json.loads(words) if answer.content_type == "application/json" else None

    async def _dispatch(self, event: str, data: Json) -> None:
        if self.endpoint and event == "INTERACTION_CREATE":
            assert await self.call(data) == (202, None)  # the answer comes as a call of the bot's
            return
        self._sequence += 1
        frame = {"op": 0, "t": event, "s": self._sequence, "d": data}
        if self._socket is None or self._socket.closed:
            self._unsent.append(frame)
        else:
            await self._socket.send_json(frame)

    def changed(self) -> None:
        self._changed.set()

    async def attachment(self, request: web.Request) -> web.Response:
        body = self.attached.get(request.match_info["id"])
        return web.Response(status=404) if body is None else web.Response(body=body)

    # The gateway ---------------------------------------------------------------------------------------------

    async def gateway(self, request: web.Request) -> web.WebSocketResponse:
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
        if self._socket is socket:
            self._socket = None
        self.changed()
        return socket

    async def _heard(self, socket: web.WebSocketResponse, frame: Json) -> None:
        match frame["op"]:
            case 1 if not self.is_silent:
                await socket.send_json({"op": 11, "d": None, "s": None, "t": None})
            case 2 | 6 if frame["d"]["token"] != self.token:
                await socket.close(code=4004, message=b"Authentication failed.")
            case 2:
                self._socket = self._sockets[frame["d"].get("shard", [0])[0]] = socket
                self.connections += 1
                self.intents = frame["d"]["intents"]
                guilds = sorted({channel.guild for channel in self.channels.values() if channel.guild})
                ready = {
                    "v": 10,
                    "user": BOT,
                    "guilds": [{"id": guild, "unavailable": True} for guild in guilds],
                    "session_id": "session",
                    "resume_gateway_url": self.gateway_url,
                    "application": {"id": APPLICATION, "flags": 0},
                    **({"shard": frame["d"]["shard"]} if "shard" in frame["d"] else {}),
                }
                await self._dispatch("READY", ready)
                for guild in guilds:
                    await self._dispatch("GUILD_CREATE", self._guild(guild))
            case 6:
                self._socket = socket
                self.resumes += 1
                missed, self._unsent = self._unsent, []
                for one in missed:
                    await socket.send_json(one)
                await self._dispatch("RESUMED", {})
        self.changed()

    def _guild(self, guild: str) -> Json:
        inside = [channel for channel in self.channels.values() if channel.guild == guild]
        everyone = {
            "id": guild,
            "name": "@everyone",
            "color": 0,
            "colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None},
            "hoist": False,
            "position": 0,
            "permissions": str(self.permissions),
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

    # REST: interactions --------------------------------------------------------------------------------------

    def callback(self, interaction: Interaction, body: Json) -> Json:
        if interaction.answer is not None:
            raise DiscordRefusal(40060)
        if self.now - interaction.at > ACKNOWLEDGE:
            raise DiscordRefusal(10062)
        interaction.answer = body["type"]
        data = body.get("data") or {}
        if body["type"] == 8:
            interaction.choices = data["choices"]
            return {"interaction": {"id": interaction.id, "type": 4}}
        if body["type"] == 9:
            interaction.modal = data
            return {"interaction": {"id": interaction.id, "type": 3}}
        if body["type"] == 4:
            check_message(data)
            private = bool(data.get("flags", 0) & EPHEMERAL)
            shown = self._add(interaction.channel, only_for=interaction.user if private else None)
            interaction.original = self._write(shown, data, new=True, may_embed=True)
        elif body["type"] == 7 and interaction.source:
            interaction.original = self._write(interaction.source, data, may_embed=True)
        elif body["type"] == 5:
            private = bool((body.get("data") or {}).get("flags", 0) & EPHEMERAL)
            interaction.original = self._add(
                interaction.channel,
                flags=LOADING | EPHEMERAL * private,
                only_for=interaction.user if private else None,
                command=interaction.command,
            )
        elif body["type"] == 6 and interaction.source:
            interaction.original = interaction.source
        else:
            raise DiscordRefusal(50035, f"type: {body['type']} is none that this stand-in knows here")
        original = interaction.original
        return {
            "interaction": {
                "id": interaction.id,
                "type": 2,
                "response_message_id": original.id,
                "response_message_loading": original.loading,
                "response_message_ephemeral": bool(original.flags & EPHEMERAL),
            },
            "resource": {"type": body["type"], "message": original.json()},
        }

    def by_token(self, token: str) -> Interaction:
        interaction = self.interactions.get(token)
        if interaction is None or interaction.answer is None:
            raise DiscordRefusal(10015)
        if self.now - interaction.at > TOKEN_LIFE:
            raise DiscordRefusal(50027)
        return interaction

    def of_webhook(self, interaction: Interaction, message: str) -> Message:
        if message == "@original" and interaction.original:
            return interaction.original
        found = self._find(interaction.channel, message)
        if found.author != APPLICATION:
            raise DiscordRefusal(10008)
        return found

    def follow_up(self, interaction: Interaction, body: Json) -> Message:
        check_message(body)
        interaction.follow_ups += 1
        if interaction.guest and interaction.follow_ups > FOLLOW_UPS:
            raise DiscordRefusal(40094)
        private = bool(body.get("flags", 0) & EPHEMERAL)
        message = self._add(interaction.channel, only_for=interaction.user if private else None)
        return self._write(message, body, new=True, may_embed=True)

    # REST: channels ------------------------------------------------------------------------------------------

    def channel(self, id_: str) -> Channel:
        channel = self.channels.get(id_)
        if channel is None:
            raise DiscordRefusal(10003)
        self._require(channel, VIEW_CHANNEL, 50001)
        return channel

    def post(self, id_: str, body: Json) -> Message:
        channel = self.channel(id_)
        check_message(body)
        self._require(channel, SEND_MESSAGES_IN_THREADS if channel.type == PUBLIC_THREAD else SEND_MESSAGES, 50013)
        nonce = (id_, str(body.get("nonce")))
        if body.get("enforce_nonce") and nonce in self._nonces and self.now - self._nonces[nonce][0] < NONCE_LIFE:
            return self._nonces[nonce][1]
        message = self._write(self._add(id_), body, new=True, may_embed=self._may(channel, EMBED_LINKS))
        if "nonce" in body:
            self._nonces[nonce] = (self.now, message)
        return message

    def edit(self, id_: str, message_id: str, body: Json) -> Message:
        channel = self.channel(id_)
        message = self._find(id_, message_id)
        if message.only_for:
            raise DiscordRefusal(10008)  # only the interaction's token reaches it
        if message.author != APPLICATION:
            raise DiscordRefusal(50005)
        check_message(body)
        return self._write(message, body, may_embed=self._may(channel, EMBED_LINKS))

    def delete(self, id_: str, message_id: str) -> None:
        self.channel(id_)
        message = self._find(id_, message_id)
        if message.only_for:
            raise DiscordRefusal(10008)
        if message.author != APPLICATION:
            raise DiscordRefusal(50013)
        self.channels[id_].messages.remove(message)

    def start_thread(self, id_: str, message_id: str, body: Json) -> Channel:
        channel = self.channel(id_)
        message = self._find(id_, message_id)
        if channel.type != TEXT:
            raise DiscordRefusal(50024)
        self._require(channel, CREATE_PUBLIC_THREADS, 50013)
        if message.thread:
            raise DiscordRefusal(160004)
        if self.threads_left < 1:
            raise DiscordRefusal(160006)
        self.threads_left -= 1
        message.thread = message.id
        self.channels[message.id] = Channel(message.id, body["name"], PUBLIC_THREAD, channel.guild, channel.id)
        return self.channels[message.id]

    def _may(self, channel: Channel, permission: int) -> bool:
        return channel.type == DM or bool(self.permissions & permission)

    def _require(self, channel: Channel, permission: int, code: int) -> None:
        if not self._may(channel, permission):
            raise DiscordRefusal(code)

    def _find(self, channel: str, id_: str) -> Message:
        for message in self.channels[channel].messages:
            if message.id == id_:
                return message
        raise DiscordRefusal(10008)

    def _add(self, channel: str, **more: Any) -> Message:
        message = Message(self.snowflake(), channel, APPLICATION, **more)
        self.channels[channel].messages.append(message)
        return message

    def write_original(self, message: Message, body: Json) -> Message:
        check_message(body)
        return self._write(message, body, may_embed=True)

    def _write(self, message: Message, body: Json, *, may_embed: bool, new: bool = False) -> Message:
        """Change what *body* names; without the permission, Discord drops embeds without a word."""
        embeds = body.get("embeds", message.embeds) or []
        content = body.get("content", message.content) or ""
        if not content.strip() and not (embeds and may_embed) and not body.get("_files"):
            if new:
                self.channels[message.channel].messages.remove(message)
            raise DiscordRefusal(50006)
        message.content, message.embeds = content, embeds if may_embed else []
        message.files = body.get("_files") or ([] if "attachments" in body else message.files)
        message.components = body.get("components", message.components) or []
        message.flags = message.flags & ~LOADING | (body.get("flags") or 0) & SUPPRESS_EMBEDS
        message.edits += not new
        return message


class Rest:
    """The paths, by the names that Discord's document gives them."""

    def __init__(self, state: DiscordStandIn) -> None:
        self.state = state

    def routes(self) -> list[web.RouteDef]:
        handlers = [
            ("GET", "/users/@me", self.me, True),
            ("GET", "/users/@me/guilds", self.guilds, True),
            ("GET", "/oauth2/applications/@me", self.application, True),
            ("GET", "/gateway/bot", self.gateway_bot, True),
            ("POST", "/users/@me/channels", self.open_direct, True),
            ("DELETE", "/webhooks/{webhook_id}/{webhook_token}/messages/@original", self.delete_original, False),
            ("DELETE", "/webhooks/{webhook_id}/{webhook_token}/messages/{message_id}", self.delete_original, False),
            ("DELETE", "/channels/{channel_id}/messages/{message_id}", self.delete, True),
            ("GET", "/applications/{application_id}/commands", self.commands, True),
            ("PUT", "/applications/{application_id}/commands", self.register, True),
            ("POST", "/interactions/{interaction_id}/{interaction_token}/callback", self.callback, False),
            ("POST", "/webhooks/{webhook_id}/{webhook_token}", self.follow_up, False),
            ("PATCH", "/webhooks/{webhook_id}/{webhook_token}/messages/@original", self.edit_original, False),
            ("PATCH", "/webhooks/{webhook_id}/{webhook_token}/messages/{message_id}", self.edit_original, False),
            ("GET", "/channels/{channel_id}", self.channel, True),
            ("POST", "/channels/{channel_id}/messages", self.post, True),
            ("PATCH", "/channels/{channel_id}/messages/{message_id}", self.edit, True),
            ("POST", "/channels/{channel_id}/messages/{message_id}/threads", self.start_thread, True),
        ]
        return [
            web.route(method, f"/api/v10{path}", self._answering(method, path, handler, as_bot))
            for method, path, handler, as_bot in handlers
        ]

    def _answering(self, method: str, path: str, handler: Callable[..., Any], as_bot: bool) -> Any:
        async def answer(request: web.Request) -> web.Response:
            body = await _body(request)
            state = self.state
            state.requests.append((method, request.path, body))
            fault = self._fault(request)
            try:
                if fault and not fault.after:
                    return _json(fault.body, fault.status, fault.headers)
                if as_bot and request.headers.get("Authorization") != f"Bot {state.token}":
                    raise Unauthorized
                if method not in ("GET", "DELETE"):
                    state.rules.check(method, path, _as_specified(body))
                result = handler(request.match_info, body)
            except Unauthorized:
                return _json({"message": "401: Unauthorized", "code": 0}, 401)
            except DiscordRefusal as refusal:
                state.refusals.append((refusal.code, f"{method} {request.path}: {refusal}"))
                return _json(refusal.body, refusal.status)
            finally:
                state.changed()
            return _json(fault.body, fault.status, fault.headers) if fault else _json(result)

        return answer

    def _fault(self, request: web.Request) -> Fault | None:
        for fault in self.state.faults:
            if fault.times and fault.method == request.method and re.search(fault.path, request.path):
                fault.times -= 1
                return fault
        return None

    def me(self, _path: Any, _body: Any) -> Json:
        return BOT

    def guilds(self, _path: Any, _body: Any) -> list[Json]:
        return [{"id": GUILD, "name": "Newsroom", "permissions": str(self.state.permissions)}]

    def application(self, _path: Any, _body: Any) -> Json:
        more = {"description": "", "icon": None, "bot_public": False, "bot_require_code_grant": False}
        more |= {"flags": self.state.flags, "interactions_endpoint_url": self.state.endpoint}
        return {"id": APPLICATION, "name": "Nutgraf", "verify_key": PUBLIC_KEY, "owner": person(ADA), **more}

    def commands(self, _path: Any, query: Json | None) -> list[Json]:
        if query and query.get("with_localizations") == "true":
            return self.state.commands
        return [_without_localizations(command) for command in self.state.commands]

    def register(self, path: Any, body: list[Json]) -> list[Json]:
        self.state.syncs += 1
        given = {"application_id": path["application_id"], "version": self.state.snowflake()}
        self.state.commands = [
            {"description": "", "options": [], **command, **given, "id": self.state.snowflake()} for command in body
        ]
        return self.state.commands

    def callback(self, path: Any, body: Json) -> Json:
        interaction = self.state.interactions.get(path["interaction_token"])
        if interaction is None:
            raise DiscordRefusal(10062)
        return self.state.callback(interaction, body)

    def follow_up(self, path: Any, body: Json) -> Json:
        return self.state.follow_up(self.state.by_token(path["webhook_token"]), body).json()

    def edit_original(self, path: Any, body: Json) -> Json:
        interaction = self.state.by_token(path["webhook_token"])
        message = self.state.of_webhook(interaction, path.get("message_id", "@original"))
        return self.state.write_original(message, body).json()

    def gateway_bot(self, _path: Any, _body: Any) -> Json:
        limit = {"total": 1000, "remaining": 999, "reset_after": 0, "max_concurrency": 1}
        return {"url": self.state.gateway_url, "shards": self.state.shards, "session_start_limit": limit}

    def open_direct(self, _path: Any, body: Json) -> Json:
        return self.state.channels[DIRECT].json() | {"recipients": [person(str(body["recipient_id"]))]}

    def delete_original(self, path: Any, _body: Any) -> Json:
        interaction = self.state.by_token(path["webhook_token"])
        message = self.state.of_webhook(interaction, path.get("message_id", "@original"))
        self.state.channels[message.channel].messages.remove(message)
        return {}

    def delete(self, path: Any, _body: Any) -> Json:
        self.state.delete(path["channel_id"], path["message_id"])
        return {}

    def channel(self, path: Any, _body: Any) -> Json:
        return self.state.channel(path["channel_id"]).json()

    def post(self, path: Any, body: Json) -> Json:
        return self.state.post(path["channel_id"], body).json()

    def edit(self, path: Any, body: Json) -> Json:
        return self.state.edit(path["channel_id"], path["message_id"], body).json()

    def start_thread(self, path: Any, body: Json) -> Json:
        return self.state.start_thread(path["channel_id"], path["message_id"], body).json()


async def _body(request: web.Request) -> Any:
    """Return what was sent, without a body that of the address; files, with names and descriptions, as "_files"."""
    if not request.can_read_body:
        return dict(request.query) or None
    if not request.content_type.startswith("multipart/"):
        return await request.json()
    form = await request.post()
    body: Json = json.loads(str(form["payload_json"]))
    told = {str(one["id"]): one for one in (body.get("data") or body).get("attachments") or []}
    body["_files"] = [
        (part.filename, part.file.read(), told.get(key[6:-1], {}).get("description", ""))
        for key, part in form.items()
        if isinstance(part, web.FileField)
    ]
    return body


def _without_localizations(told: Any) -> Any:
    """Return commands as Discord gives them to whoever does not ask for more."""
    if isinstance(told, list):
        return [_without_localizations(one) for one in told]
    if not isinstance(told, dict):
        return told
    return {key: _without_localizations(one) for key, one in told.items() if not key.endswith("_localizations")}


IDS = frozenset({"id", "recipient_id", "message_id", "channel_id", "guild_id"})


def _as_specified(body: Any) -> Any:
    """Return *body* without its files and with its ids as strings: Discord takes numbers as well."""
    if isinstance(body, list):
        return [_as_specified(one) for one in body]
    if not isinstance(body, dict):
        return body
    return {
        key: str(one) if key in IDS and isinstance(one, int) else _as_specified(one)
        for key, one in body.items()
        if key != "_files"
    }


def _json(body: Any, status: int = 200, headers: dict[str, str] | None = None) -> web.Response:
    # discord.py takes a body for JSON only under exactly this type, without a charset.
    content = {"Content-Type": "application/json", **(headers or {})}
    return web.Response(body=json.dumps(body).encode(), status=status, headers=content)


@asynccontextmanager
async def open_standin(specs: Path, port: int = 0) -> AsyncIterator[DiscordStandIn]:
    """Serve a Discord on loopback; ``api_url`` and ``gateway_url`` are what a bot is pointed at."""
    state = DiscordStandIn(specs)
    app = web.Application()
    app.add_routes(
        [*Rest(state).routes(), web.get("/gateway/", state.gateway), web.get("/attachments/{id}", state.attachment)]
    )
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", port)
    await site.start()
    host, port = runner.addresses[0][:2]
    state.api_url, state.gateway_url = f"http://{host}:{port}/api/v10", f"ws://{host}:{port}/gateway/"
    try:
        yield state
    finally:
        if state._socket is not None:
            await state._socket.close(code=WSCloseCode.GOING_AWAY)
        await runner.cleanup()
