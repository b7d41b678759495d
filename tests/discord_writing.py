"""What Discord of our own does with what it is sent: messages, threads, first answers to interactions."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from tests.discord_rules import (
    ATTACH_FILES,
    CREATE_PUBLIC_THREADS,
    EMBED_LINKS,
    EPHEMERAL,
    LOADING,
    MANAGE_THREADS,
    SEND_MESSAGES,
    SEND_MESSAGES_IN_THREADS,
    SUPPRESS_EMBEDS,
    VIEW_CHANNEL,
    DiscordRefusal,
    check_message,
)
from tests.discord_things import APPLICATION, DM, PUBLIC_THREAD, TEXT, Channel, Interaction, Json, Message

if TYPE_CHECKING:
    from tests.discord_standin import DiscordStandIn

FOLLOW_UPS = 5  # where only the person has the bot installed

ACKNOWLEDGE, TOKEN_LIFE, NONCE_LIFE = timedelta(seconds=3), timedelta(minutes=15), timedelta(minutes=5)


class Writing:
    """Writes, or refuses with Discord's error codes."""

    def __init__(self, state: DiscordStandIn) -> None:
        self.state = state
        self._nonces: dict[tuple[str, str], tuple[datetime, Message]] = {}

    def callback(self, interaction: Interaction, body: Json) -> Json:
        if interaction.answer is not None:
            raise DiscordRefusal(40060)
        if self.state.now - interaction.at > ACKNOWLEDGE:
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
        interaction = self.state.interactions.get(token)
        if interaction is None or interaction.answer is None:
            raise DiscordRefusal(10015)
        if self.state.now - interaction.at > TOKEN_LIFE:
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

    # Channels ------------------------------------------------------------------------------------------

    def channel(self, id_: str) -> Channel:
        channel = self.state.channels.get(id_)
        if channel is None:
            raise DiscordRefusal(10003)
        self._require(channel, VIEW_CHANNEL, 50001)
        return channel

    def post(self, id_: str, body: Json) -> Message:
        channel = self.channel(id_)
        check_message(body)
        if channel.type == DM and not self.state.direct_messages:
            raise DiscordRefusal(50007)
        self._require(channel, SEND_MESSAGES_IN_THREADS if channel.type == PUBLIC_THREAD else SEND_MESSAGES, 50013)
        if body.get("_files"):
            self._require(channel, ATTACH_FILES, 50013)
        if channel.locked:
            self._require(channel, MANAGE_THREADS, 160005)
        self._check_reference(id_, body.get("message_reference") or {})
        channel.archived = False  # as whoever writes in it takes it out of the archive
        nonce = (id_, str(body.get("nonce")))
        if body.get("enforce_nonce") and nonce in self._nonces and self.state.now - self._nonces[nonce][0] < NONCE_LIFE:
            return self._nonces[nonce][1]
        below = (body.get("message_reference") or {}).get("message_id")
        message = self._add(id_, below=str(below) if below else None)
        message = self._write(message, body, new=True, may_embed=self._may(channel, EMBED_LINKS))
        if "nonce" in body:
            self._nonces[nonce] = (self.state.now, message)
        return message

    def edit(self, id_: str, message_id: str, body: Json) -> Message:
        channel = self.channel(id_)
        message = self._find(id_, message_id)
        self._require_open(channel)
        if message.only_for:
            raise DiscordRefusal(10008)  # only the interaction's token reaches it
        if message.author != APPLICATION:
            raise DiscordRefusal(50005)
        check_message(body)
        return self._write(message, body, may_embed=self._may(channel, EMBED_LINKS))

    def delete(self, id_: str, message_id: str) -> None:
        channel = self.channel(id_)
        message = self._find(id_, message_id)
        self._require_open(channel)
        if message.only_for:
            raise DiscordRefusal(10008)
        if message.author != APPLICATION:
            raise DiscordRefusal(50013)
        self.state.channels[id_].messages.remove(message)

    def start_thread(self, id_: str, message_id: str, body: Json) -> Channel:
        channel = self.channel(id_)
        message = self._find(id_, message_id)
        if channel.type != TEXT:
            raise DiscordRefusal(50024)
        self._require(channel, CREATE_PUBLIC_THREADS, 50013)
        if message.thread:
            raise DiscordRefusal(160004)
        if self.state.threads_left < 1:
            raise DiscordRefusal(160006)
        self.state.threads_left -= 1
        message.thread = message.id
        self.state.channels[message.id] = Channel(message.id, body["name"], PUBLIC_THREAD, channel.guild, channel.id)
        return self.state.channels[message.id]

    def change(self, id_: str, body: Json) -> Channel:
        """Take a thread out of the archive, which what is locked in there needs a moderator for."""
        channel = self.channel(id_)
        self._require(channel, MANAGE_THREADS if channel.locked else SEND_MESSAGES_IN_THREADS, 50013)
        channel.archived = body["archived"]
        return channel

    def _require_open(self, channel: Channel) -> None:
        if channel.archived:
            raise DiscordRefusal(50083)

    def _check_reference(self, id_: str, told: Json) -> None:
        if told and told.get("fail_if_not_exists", True) and self._gone(id_, told["message_id"]):
            raise DiscordRefusal(50035, "message_reference: Unknown message")

    def _gone(self, channel: str, id_: str) -> bool:
        return id_ not in [message.id for message in self.state.channels[channel].messages]

    def _may(self, channel: Channel, permission: int) -> bool:
        return channel.type == DM or bool(self.state.permissions & permission)

    def _require(self, channel: Channel, permission: int, code: int) -> None:
        if not self._may(channel, permission):
            raise DiscordRefusal(code)

    def _find(self, channel: str, id_: str) -> Message:
        for message in self.state.channels[channel].messages:
            if message.id == id_:
                return message
        raise DiscordRefusal(10008)

    def _add(self, channel: str, **more: Any) -> Message:
        message = Message(self.state.snowflake(), channel, APPLICATION, **more)
        self.state.channels[channel].messages.append(message)
        return message

    def write_original(self, message: Message, body: Json) -> Message:
        check_message(body)
        self._require_open(self.state.channels[message.channel])
        return self._write(message, body, may_embed=True)

    def _write(self, message: Message, body: Json, *, may_embed: bool, new: bool = False) -> Message:
        """Change what *body* names; without the permission, Discord drops embeds without a word."""
        embeds = body.get("embeds", message.embeds) or []
        content = body.get("content", message.content) or ""
        if not content.strip() and not (embeds and may_embed) and not body.get("_files"):
            if new:
                self.state.channels[message.channel].messages.remove(message)
            raise DiscordRefusal(50006)
        message.content, message.embeds = content, embeds if may_embed else []
        message.files = body.get("_files") or ([] if "attachments" in body else message.files)
        message.components = body.get("components", message.components) or []
        message.flags = message.flags & ~LOADING | (body.get("flags") or 0) & SUPPRESS_EMBEDS
        message.edits += not new
        return message
