"""Carries answers into a thread of the bot's own reply, from nothing but the stored place: also after a restart."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any, cast

import aiohttp
import discord

from adapters.discord import pulse
from adapters.discord.buttons import brief_view, retry_view
from adapters.discord.markdown import NO_MENTIONS
from adapters.discord.progress import ending, placeholder, problem, reading, thread_name
from adapters.discord.render import render
from bot.answers import Compared
from bot.brief import Brief
from bot.catalogue import _, mark, plural
from bot.desk import Desk
from bot.errors import BriefNotFound, DeliveryError, Unexpected
from bot.jobs import PageLink
from bot.models import Item, Request
from bot.versions import in_short

log = logging.getLogger(__name__)

Place = Mapping[str, str]

# Discord's error codes.
UNKNOWN_CHANNEL, UNKNOWN_MESSAGE, UNKNOWN_WEBHOOK = 10003, 10008, 10015
NO_ACCESS, NO_PERMISSION, NO_DIRECT_MESSAGES = 50001, 50013, 50007
TOKEN_EXPIRED = 50027
BAD_FORM = 50035
HAS_THREAD, TOO_MANY_THREADS = 160004, 160006

EXPIRED = frozenset({TOKEN_EXPIRED, UNKNOWN_WEBHOOK})  # the 15 minutes of an interaction are over
REFUSED = frozenset({NO_ACCESS, NO_PERMISSION, NO_DIRECT_MESSAGES})
LASTING = REFUSED | {UNKNOWN_CHANNEL, UNKNOWN_MESSAGE, BAD_FORM, TOKEN_EXPIRED, UNKNOWN_WEBHOOK}

ORIGINAL = cast("int", "@original")  # what Discord calls the deferred reply, where discord.py expects an id

NEEDED = {
    "view_channel": mark("View Channel"),
    "create_public_threads": mark("Create Public Threads"),
    "send_messages_in_threads": mark("Send Messages in Threads"),
    "embed_links": mark("Embed Links"),
}
"""The permissions that answering in a thread takes, and what Discord's settings call them."""

UNTIL_ACKNOWLEDGED = (0.2, 0.5, 1.0, 2.0)
"""Seconds between tries to write a reply that Discord does not know yet: a request is stored before it is acknowledged,
which has three seconds."""

# Where a placeholder stands: before the colon of its stored id.
THREAD, CHANNEL, FOLLOW_UP, REPLY = "thread", "channel", "followup", "reply"


class DiscordCourier:
    """Answers in a thread where there can be one, else below the command.

    A place is channel, guild ("" in direct messages), permissions, and, for a command, application_id, token and
    interaction, for a mention message (its id). Opening it adds reply (the message's id), thread ("" if none) and why
    (there is none, where people can change that). What only the one who asked may see, or where Discord lets us write
    nothing but answers, has alone (his id), the former also private; too late for an answer there, it goes to his
    direct messages.
    """

    def __init__(self, client: discord.Client, desk: Desk, page_link: PageLink | None = None) -> None:
        self._client = client
        self._page_link = page_link
        self._desk = desk

    async def silence(self) -> float:
        """Return how long the shard that has waited longest for Discord's answer to a heartbeat has waited."""
        return pulse.silence(self._client)

    async def open(self, request: Request) -> Mapping[str, str]:
        """Say what is being read, and make the thread from that reply."""
        if "reply" in request.place:
            return request.place
        async with _delivery(request.place):
            can, why = await self._thread_possible(request)
            reply = await self._reply(request, reading(request.items, in_thread=can, why=why))
            thread = ""
            if can:
                thread, why = await self._make_thread(request, reply)
                if not thread:
                    await self._reply(request, reading(request.items, in_thread=False, why=why))
        return {**request.place, "reply": str(reply), "thread": thread, "why": why}

    def thread(self, request: Request) -> str:
        """Return the id of the thread, or of the channel where there is none."""
        return request.place["thread"] or request.place["channel"]

    async def announce(self, request: Request, item: Item) -> str:
        """Post the placeholder; the only thing wanted, without a thread, becomes the reply itself."""
        place, words = request.place, placeholder(item)
        async with _delivery(place):
            if not place["thread"] and len(request.items) == 1:
                return f"{REPLY}:{place['reply']}"
            if place.get("alone"):
                return await self._follow_up(place, words) or f"{FOLLOW_UP}:0"
            if place["thread"]:
                try:
                    return await self._post(THREAD, place["thread"], item.id, words)
                except discord.Forbidden:
                    log.warning("may not write in thread %s, answering below the command", place["thread"])
            if place["why"]:  # what is missing may be the right to write here at all: a follow-up needs none
                return await self._follow_up(place, words) or await self._post(
                    CHANNEL, place["channel"], item.id, words
                )
            try:
                return await self._post(CHANNEL, place["channel"], item.id, words)
            except (discord.Forbidden, discord.NotFound):
                if followed := await self._follow_up(place, words):
                    return followed
                raise

    async def deliver(self, request: Request, item: Item, answer: Brief | str) -> None:
        """Turn the placeholder into *answer*; what Discord refuses as embeds becomes words."""
        async with _delivery(request.place):
            if isinstance(answer, str):
                view = retry_view(item.id) if item.wanted.link else None
                await self._edit(request.place, item, problem(answer), [], view)
                return
            brief_id = item.brief or ""
            page = self._page_link(request.workspace, brief_id) if self._page_link else None
            below = brief_view(answer, brief_id, page)
            try:
                await self._edit(request.place, item, self._remark(request, item), render(answer), below)
            except discord.HTTPException as error:
                if error.code != BAD_FORM:
                    raise
                reference = item.id[:8]
                log.exception("Discord refused the brief of item %s", reference)
                await self._edit(request.place, item, problem(str(Unexpected(reference))), [], below)

    async def remark(self, request: Request, compared: Compared) -> str:
        """Say where the answers stand which of them tell one story, or edit what was said."""
        place, words = request.place, problem(in_short(compared))
        async with _delivery(place):
            if request.remark:
                where, _, message = request.remark.partition(":")
                if not place.get("alone"):
                    await self._message(place, where, message).edit(content=words, allowed_mentions=NO_MENTIONS)
                return request.remark
            if place.get("alone"):
                return await self._follow_up(place, words) or f"{FOLLOW_UP}:0"
            where = THREAD if place["thread"] else CHANNEL
            return await self._post(where, place["thread"] or place["channel"], request.id, words)

    async def withdraw(self, request: Request, message: str) -> None:
        """Delete a message; one that somebody has deleted before is not missed."""
        async with _delivery(request.place):
            try:
                await self._delete(request.place, message)
            except discord.NotFound:
                log.info("message %s is gone already", message)

    async def close(self, request: Request) -> None:
        """Turn the reply into what was read, and what was not."""
        if any(item.message and item.message.startswith(REPLY) for item in request.items):
            return
        in_thread = bool(request.place["thread"])
        words = ending(request.items, await self._titles(request), in_thread=in_thread, why=request.place["why"])
        async with _delivery(request.place):
            await self._reply(request, words)

    # The reply ---------------------------------------------------------------------------------------------

    async def _reply(self, request: Request, words: str) -> int:
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
            told["reference"] = channel.get_partial_message(int(place["message"]))
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

    async def _titles(self, request: Request) -> dict[str, str]:
        titles = {}
        for item in request.items:
            if item.brief:
                try:
                    article = (await self._desk.recall(request.workspace, item.brief)).article
                except BriefNotFound:  # forgotten on request, a moment ago
                    continue
                titles[item.id] = article.title or (item.wanted.link or _("Pasted text"))
        return titles

    # The thread --------------------------------------------------------------------------------------------

    async def _thread_possible(self, request: Request) -> tuple[bool, str]:
        """Tell whether a thread can and should be made, and if not, what people could change about that."""
        place = request.place
        if not place["guild"] or place.get("alone") or all(item.read for item in request.items):
            return False, ""
        try:
            channel = await self._channel(place)
        except discord.HTTPException as error:
            if error.code not in REFUSED:
                raise
            return False, _missing([NEEDED["view_channel"]])
        if not isinstance(channel, discord.TextChannel):
            return False, ""  # a thread already, or a kind of channel that has none
        permissions = discord.Permissions(int(place["permissions"]))
        lacking = [name for right, name in NEEDED.items() if not getattr(permissions, right)]
        return not lacking, _missing(lacking) if lacking else ""

    async def _make_thread(self, request: Request, reply: int) -> tuple[str, str]:
        """Make the thread of message *reply*; return its id, or "" and why there is none."""
        channel = await self._channel(request.place)
        assert isinstance(channel, discord.TextChannel)  # noqa: S101 - _thread_possible looked
        try:
            thread = await channel.get_partial_message(reply).create_thread(name=thread_name(request.items))
        except discord.HTTPException as error:
            if error.code == HAS_THREAD:
                return str(reply), ""  # a thread has the id of the message that it was made from
            if error.code == TOO_MANY_THREADS:
                return "", _("This server has too many active threads, so I answer here.")
            if error.code in REFUSED:
                right = "view_channel" if error.code == NO_ACCESS else "create_public_threads"
                return "", _missing([NEEDED[right]])
            raise
        return str(thread.id), ""

    async def _channel(self, place: Place) -> object:
        channel = int(place["channel"])
        return self._client.get_channel(channel) or await self._client.fetch_channel(channel)

    # Messages ----------------------------------------------------------------------------------------------

    async def _post(self, where: str, channel: str, item_id: str, words: str) -> str:
        """Post by the bot's own token. The nonce makes repeating it, soon after a crash, show it once."""
        message = await self._client.get_partial_messageable(int(channel)).send(
            words, nonce=item_id[:25], suppress_embeds=True, allowed_mentions=NO_MENTIONS
        )
        return f"{where}:{message.id}"

    async def _follow_up(self, place: Place, words: str) -> str | None:
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

    async def _edit(
        self,
        place: Place,
        item: Item,
        content: str | None,
        embeds: Sequence[discord.Embed],
        view: discord.ui.View | None,
    ) -> None:
        where, _, message = (item.message or "").partition(":")
        words: dict[str, Any] = {"content": content, "embeds": embeds, "view": view, "allowed_mentions": NO_MENTIONS}
        if where in (FOLLOW_UP, REPLY) and "token" in place:
            try:
                await self._webhook(place).edit_message(ORIGINAL if where == REPLY else int(message), **words)
            except discord.HTTPException as error:
                if error.code not in EXPIRED:
                    raise
            else:
                return
        if alone := place.get("alone"):
            direct = await self._client.create_dm(discord.Object(int(alone)))
            await direct.send(nonce=item.id[:25], **(words | ({} if view else {"view": discord.utils.MISSING})))
            return
        await self._message(place, where, message).edit(**words)

    async def _delete(self, place: Place, name: str) -> None:
        where, _, message = name.partition(":")
        if where in (FOLLOW_UP, REPLY) and "token" in place:
            try:
                await self._webhook(place).delete_message(ORIGINAL if where == REPLY else int(message))
            except discord.HTTPException as error:
                if error.code not in EXPIRED:
                    raise
            else:
                return
        await self._message(place, where, message).delete()

    def _message(self, place: Place, where: str, message: str) -> discord.PartialMessage:
        channel = int(place["thread"] if where == THREAD else place["channel"])
        return self._client.get_partial_messageable(channel).get_partial_message(int(message))

    def _webhook(self, place: Place) -> discord.Webhook:
        webhook = discord.Webhook.partial(int(place["application_id"]), place["token"], client=self._client)
        webhook.type = discord.WebhookType.application  # of an interaction: it may send what one person alone sees
        return webhook

    def _remark(self, request: Request, item: Item) -> str | None:
        """Return what stands above a brief that takes the place of the reply."""
        return request.place["why"] or None if (item.message or "").startswith(REPLY) else None


def _missing(names: Sequence[str]) -> str:
    quoted = ", ".join(_("“{name}”", name=_(name)) for name in names)
    return plural(
        "To answer in a thread I need the permission {names} in this channel, so I answer here.",
        "To answer in a thread I need the permissions {names} in this channel, so I answer here.",
        len(names),
        names=quoted,
    )


@asynccontextmanager
async def _delivery(place: Place) -> AsyncIterator[None]:
    """Translate what discord.py raises."""
    where = f"Discord channel {place['channel']}"
    try:
        yield
    except discord.HTTPException as error:
        reason = f"HTTP {error.status}, code {error.code}, {error.text}"
        raise DeliveryError(where, reason, lasting=error.code in LASTING) from error
    except (TimeoutError, OSError, aiohttp.ClientError) as error:
        raise DeliveryError(where, type(error).__name__, lasting=False) from error
