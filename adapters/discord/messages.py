"""Messages, written where a request is answered: by the interaction's token while it lives, else as the bot."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, TypeVar, cast

import discord

from adapters.discord.markdown import NO_MENTIONS
from adapters.discord.progress import in_words
from adapters.discord.refusals import ARCHIVED, EMPTY, EXPIRED, UNKNOWN_WEBHOOK, lacking
from bot.models import Item, Request

log = logging.getLogger(__name__)
Done = TypeVar("Done")

Place = Mapping[str, str]

ORIGINAL = cast("int", "@original")  # what Discord calls the deferred reply, where discord.py expects an id

UNTIL_ACKNOWLEDGED = (0.2, 0.5, 1.0, 2.0)
"""Seconds between tries to write a reply that Discord does not know yet: a request is stored before it is acknowledged,
which has three seconds."""

# Where a message stands: before the colon of its stored id.
THREAD, CHANNEL, FOLLOW_UP, REPLY = "thread", "channel", "followup", "reply"


class Messages:
    """Writes, edits and deletes at a place, as ``DiscordCourier`` describes it; raises what discord.py does."""

    def __init__(self, client: discord.Client) -> None:
        self._client = client

    async def reply(self, request: Request, words: str) -> int:
        """Write the reply to the command, as long as that is possible, else a message of its own; return its id."""
        place = request.place
        if "token" in place and (message := await self._original(place, words)):
            return message.id
        if place.get("alone"):
            return int(place.get("reply") or 0)  # its answer goes to direct messages
        channel = self._client.get_partial_messageable(int(place["channel"]))
        if reply := place.get("reply"):
            await channel.get_partial_message(int(reply)).edit(content=words, allowed_mentions=NO_MENTIONS)
            return int(reply)
        told: dict[str, Any] = {"content": words, "suppress_embeds": True, "allowed_mentions": NO_MENTIONS}
        if "message" in place:
            asked = channel.get_partial_message(int(place["message"]))
            told["reference"] = asked.to_reference(fail_if_not_exists=False)  # who deleted it may still wait
        return (await channel.send(nonce=request.id[:25], **told)).id

    async def _original(self, place: Place, words: str) -> discord.WebhookMessage | None:
        """Write the deferred reply; None once the token has expired."""
        for pause in UNTIL_ACKNOWLEDGED if "reply" not in place else (0.0,):
            try:
                return await self._webhook(place).edit_message(ORIGINAL, content=words, allowed_mentions=NO_MENTIONS)
            except discord.HTTPException as error:
                if error.code not in EXPIRED:
                    raise
                if error.code != UNKNOWN_WEBHOOK:
                    return None
            await asyncio.sleep(pause)
        return None

    async def post(self, where: str, channel: str, name: str, words: str) -> str:
        """Post as the bot. The nonce makes repeating it under that *name*, soon after a crash, show it once."""
        message = await self._client.get_partial_messageable(int(channel)).send(
            words, nonce=name[:25], suppress_embeds=True, allowed_mentions=NO_MENTIONS
        )
        return f"{where}:{message.id}"

    async def follow_up(self, place: Place, words: str) -> str | None:
        """Post below the command by the interaction's token; None where that has expired."""
        if "token" not in place:
            return None
        try:
            message = await self._webhook(place).send(
                words,
                wait=True,
                suppress_embeds=True,
                allowed_mentions=NO_MENTIONS,
                ephemeral="private" in place,
            )
        except discord.HTTPException as error:
            if error.code not in EXPIRED:
                raise
            return None
        return f"{FOLLOW_UP}:{message.id}"

    async def direct(self, person: str, name: str, **said: Any) -> None:
        """Send a direct message, shown once under that *name*."""
        channel = await self._client.create_dm(discord.Object(int(person)))
        await channel.send(nonce=name[:25], allowed_mentions=NO_MENTIONS, **said)

    async def edit(
        self,
        place: Place,
        item: Item,
        content: str | None,
        embeds: Sequence[discord.Embed] = (),
        view: discord.ui.View | None = None,
    ) -> None:
        """Turn *item*'s placeholder into that; where Discord drops the embeds, their words stand for them."""
        where, _, message = (item.message or "").partition(":")
        words: dict[str, Any] = {"content": content, "embeds": embeds, "view": view}
        if where in (FOLLOW_UP, REPLY) and "token" in place:
            try:
                of_webhook = ORIGINAL if where == REPLY else int(message)
                await self._webhook(place).edit_message(of_webhook, allowed_mentions=NO_MENTIONS, **words)
            except discord.HTTPException as error:
                if error.code not in EXPIRED:
                    raise
            else:
                return
        if alone := place.get("alone"):
            await self.direct(alone, item.id, **(words | ({} if view else {"view": discord.utils.MISSING})))
            return
        await self._awake(place, where, lambda: self._edit(self._message(place, where, message), **words))

    async def _edit(self, message: discord.PartialMessage, **words: Any) -> None:
        try:
            edited = await message.edit(allowed_mentions=NO_MENTIONS, **words)
        except discord.HTTPException as error:
            if error.code != EMPTY or not words["embeds"]:
                raise
        else:
            if len(edited.embeds) == len(words["embeds"]):
                return
        # Without the right to them, Discord drops embeds and says nothing.
        words |= {"content": in_words(str(lacking("embed_links")), words["embeds"]), "embeds": []}
        await message.edit(allowed_mentions=NO_MENTIONS, **words)

    async def edit_words(self, place: Place, name: str, words: str) -> None:
        """Put *words* in the place of those of a message of the bot's."""
        where, _, message = name.partition(":")
        edit = self._message(place, where, message).edit
        await self._awake(place, where, lambda: edit(content=words, allowed_mentions=NO_MENTIONS))

    async def delete(self, place: Place, name: str) -> None:
        """Delete a message."""
        where, _, message = name.partition(":")
        if where in (FOLLOW_UP, REPLY) and "token" in place:
            try:
                await self._webhook(place).delete_message(ORIGINAL if where == REPLY else int(message))
            except discord.HTTPException as error:
                if error.code not in EXPIRED:
                    raise
            else:
                return
        await self._awake(place, where, self._message(place, where, message).delete)

    async def _awake(self, place: Place, where: str, do: Callable[[], Awaitable[Done]]) -> Done:
        """Do something with a message, if need be after opening its thread, which Discord archives after a day.

        Raises the refusal as it was where that cannot be: the thread is locked.
        """
        try:
            return await do()
        except discord.HTTPException as error:
            if error.code != ARCHIVED:
                raise
            try:
                thread = await self._client.fetch_channel(_channel(place, where))
                if not isinstance(thread, discord.Thread):
                    raise
                await thread.edit(archived=False)
            except discord.Forbidden:
                raise error from None
        return await do()

    def _message(self, place: Place, where: str, message: str) -> discord.PartialMessage:
        return self._client.get_partial_messageable(_channel(place, where)).get_partial_message(int(message))

    def _webhook(self, place: Place) -> discord.Webhook:
        webhook = discord.Webhook.partial(int(place["application_id"]), place["token"], client=self._client)
        webhook.type = discord.WebhookType.application  # of an interaction: it may send what one person alone sees
        return webhook


def _channel(place: Place, where: str) -> int:
    return int(place["thread"] if where == THREAD else place["channel"])
