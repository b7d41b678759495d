"""A Discord of our own on loopback: REST and gateway, for a real discord.py in this process or another.

It keeps what people would see, answers with Discord's error codes, and remembers every refusal: a test in which
one occurs without being expected must fail (``unexpected``). Its clock stands still unless a test moves it.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from aiohttp import ClientSession, WSCloseCode, web

from tests.discord_gateway import Gateway
from tests.discord_rest import Rest
from tests.discord_rules import (
    ALL_PERMISSIONS,
    Rules,
)
from tests.discord_things import (
    ADA,
    APPLICATION,
    DIRECT,
    DM,
    EPOCH,
    FOREIGN,
    FORUM_POST,
    GUILD,
    NEWSROOM,
    OTHER_GUILD,
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

MESSAGE_CONTENT = 1 << 15


class DiscordStandIn:
    """The state, and what tests do to it."""

    def __init__(self, specs: Path) -> None:
        self.rules = Rules(specs)
        self.token = TOKEN
        self.now = datetime(2026, 3, 17, 9, 0, tzinfo=UTC)
        self.file_limit = 10_485_760  # bytes of a file that the bot may post
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
        self.direct_messages = True  # whether people let the bot write to them
        self.api_url = self.gateway_url = ""
        self.endpoint: str | None = None  # where interactions are posted to, instead of the gateway
        self.flags = 0  # of the application
        self.locale = "en-GB"  # of whoever gives a command or presses a button
        self._ids = 0
        self._deliveries: dict[str, Json] = {}
        self.gateway = Gateway(self)
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

    async def pick(
        self, name: str, message: Message, *, user: str = ADA, file: tuple[str, bytes] | None = None
    ) -> Interaction:
        """Choose *name* from the menu of somebody's message, which has *file* with it."""
        known = next(command for command in self.commands if command["name"] == name)
        data = {"id": known["id"], "name": name, "type": 3, "target_id": message.id}
        shown = message.json() | {"attachments": [self._attach(*file)] if file else []}
        data["resolved"] = {"messages": {message.id: shown}}
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
            if f"<@{APPLICATION}>" not in words and not self.gateway.intents & MESSAGE_CONTENT:
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

    async def until(self, holds: Callable[[], object], seconds: float = 20) -> None:
        """Wait for a change after which *holds* is true."""
        async with asyncio.timeout(seconds):
            while not holds():
                self._changed.clear()
                with contextlib.suppress(TimeoutError):  # what a test waits for may be the bot's own state
                    async with asyncio.timeout(0.05):  # not wait_for, which loses the end of the time around it
                        await self._changed.wait()

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
            "attachment_size_limit": self.file_limit,
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
        await self.gateway.dispatch(event, data)

    def changed(self) -> None:
        self._changed.set()

    async def attachment(self, request: web.Request) -> web.Response:
        body = self.attached.get(request.match_info["id"])
        return web.Response(status=404) if body is None else web.Response(body=body)


@asynccontextmanager
async def open_standin(specs: Path, port: int = 0) -> AsyncIterator[DiscordStandIn]:
    """Serve a Discord on loopback; ``api_url`` and ``gateway_url`` are what a bot is pointed at."""
    state = DiscordStandIn(specs)
    app = web.Application()
    app.add_routes(
        [
            *Rest(state).routes(),
            web.get("/gateway/", state.gateway.serve),
            web.get("/attachments/{id}", state.attachment),
        ]
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
        if state.gateway.socket is not None:
            await state.gateway.socket.close(code=WSCloseCode.GOING_AWAY)
        await runner.cleanup()
