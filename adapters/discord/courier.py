"""Carries answers into a thread of the bot's own reply, from nothing but the stored place: also after a restart."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

import aiohttp
import discord

from adapters.discord import pulse, threads
from adapters.discord.buttons import brief_view, retry_view
from adapters.discord.messages import CHANNEL, FOLLOW_UP, REPLY, THREAD, Messages
from adapters.discord.progress import ending, placeholder, problem, reading
from adapters.discord.refusals import is_bad_form, is_lasting, reason_told
from adapters.discord.render import render
from bot.answers import Compared
from bot.brief import Brief
from bot.catalogue import Words, _
from bot.courier import PageLink
from bot.desk import Desk
from bot.errors import BriefNotFound, DeliveryError, NoAnswerThere, Unexpected, of_link
from bot.models import WATCH, Item, Request
from bot.versions import in_short

log = logging.getLogger(__name__)


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
        self._messages = Messages(client)
        self._page_link = page_link
        self._desk = desk

    async def silence(self) -> float:
        """Return how long the shard that has waited longest for Discord's answer to a heartbeat has waited."""
        return pulse.silence(self._client)

    async def open(self, request: Request) -> Mapping[str, str]:
        """Say what is being read, and make the thread from that reply."""
        if "reply" in request.place:
            return request.place
        async with self._delivery(request, "send_messages"):
            can, why = await threads.is_possible(self._client, request)
            reply = await self._messages.reply(request, reading(request.items, in_thread=can, why=why))
            thread = ""
            if can:
                thread, why = await threads.make(self._client, request, reply)
                if not thread:
                    await self._messages.reply(request, reading(request.items, in_thread=False, why=why))
        return {**request.place, "reply": str(reply), "thread": thread, "why": why}

    def thread(self, request: Request) -> str:
        """Return the id of the thread, or of the channel where there is none."""
        return request.place["thread"] or request.place["channel"]

    async def announce(self, request: Request, item: Item) -> str:
        """Post the placeholder; the only thing wanted, without a thread, becomes the reply itself."""
        place, words, messages = request.place, placeholder(item), self._messages
        async with self._delivery(request, "send_messages_in_threads" if place["thread"] else "send_messages"):
            if not place["thread"] and len(request.items) == 1:
                return f"{REPLY}:{place['reply']}"
            if place.get("alone"):
                return await messages.follow_up(place, words) or f"{FOLLOW_UP}:0"
            if place["thread"]:
                try:
                    return await messages.post(THREAD, place["thread"], item.id, words)
                except discord.Forbidden:
                    log.warning("may not write in thread %s, answering below the command", place["thread"])
            if place["why"]:  # what is missing may be the right to write here at all: a follow-up needs none
                return await messages.follow_up(place, words) or await messages.post(
                    CHANNEL, place["channel"], item.id, words
                )
            try:
                return await messages.post(CHANNEL, place["channel"], item.id, words)
            except (discord.Forbidden, discord.NotFound):
                if followed := await messages.follow_up(place, words):
                    return followed
                raise

    async def deliver(self, request: Request, item: Item, answer: Brief | str) -> None:
        """Turn the placeholder into *answer*; what Discord refuses as embeds becomes words."""
        async with self._delivery(request, "send_messages"):
            if isinstance(answer, str):
                view = retry_view(item.id) if item.wanted.link else None
                words = problem(of_link(item.wanted.link, answer))
                await self._messages.edit(request.place, item, words, view=view)
                return
            brief_id = item.brief or ""
            page = self._page_link(request.workspace, brief_id) if self._page_link else None
            below = brief_view(answer, brief_id, page)
            try:
                await self._messages.edit(request.place, item, self._remark(request, item), render(answer), below)
            except discord.HTTPException as error:
                if not is_bad_form(error):
                    raise
                reference = item.id[:8]
                log.exception("Discord refused the brief of item %s", reference)
                await self._messages.edit(request.place, item, problem(str(Unexpected(reference))), view=below)

    async def remark(self, request: Request, compared: Compared) -> str:
        """Say where the answers stand which of them tell one story, or edit what was said."""
        place, words = request.place, problem(in_short(compared))
        async with self._delivery(request):
            if request.remark:
                if not place.get("alone"):
                    await self._messages.edit_words(place, request.remark, words)
                return request.remark
            if place.get("alone"):
                return await self._messages.follow_up(place, words) or f"{FOLLOW_UP}:0"
            where = THREAD if place["thread"] else CHANNEL
            return await self._messages.post(where, place["thread"] or place["channel"], request.id, words)

    async def withdraw(self, request: Request, message: str) -> None:
        """Delete a message; one that somebody has deleted before is not missed."""
        async with self._delivery(request):
            try:
                await self._messages.delete(request.place, message)
            except discord.NotFound:
                log.info("message %s is gone already", message)

    async def close(self, request: Request) -> None:
        """Turn the reply into what was read, and what was not."""
        if any(item.message and item.message.startswith(REPLY) for item in request.items):
            return
        in_thread = bool(request.place["thread"])
        words = ending(request.items, await self._titles(request), in_thread=in_thread, why=request.place["why"])
        async with self._delivery(request):
            await self._messages.reply(request, words)

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

    def _remark(self, request: Request, item: Item) -> str | None:
        """Return what stands above a brief that takes the place of the reply."""
        return request.place["why"] or None if (item.message or "").startswith(REPLY) else None

    # What goes wrong -----------------------------------------------------------------------------------------

    @asynccontextmanager
    async def _delivery(self, request: Request, right: str = "") -> AsyncIterator[None]:
        """Translate what discord.py raises; where nobody would get an answer for want of a *right*, say so."""
        where = f"Discord channel {request.place['channel']}"
        try:
            yield
        except discord.HTTPException as error:
            lasting = is_lasting(error)
            if right and lasting and (reason := reason_told(error, right)):
                await self._explain(request, reason)
            raise DeliveryError(
                where, f"HTTP {error.status}, code {error.code}, {error.text}", lasting=lasting
            ) from error
        except (TimeoutError, OSError, aiohttp.ClientError) as error:
            raise DeliveryError(where, type(error).__name__, lasting=False) from error

    async def _explain(self, request: Request, reason: Words) -> None:
        """Tell whoever asked, in a direct message, why there is no answer where he asked; else he would wait for it."""
        if request.asker == WATCH or request.place.get("alone"):
            return
        words = problem(str(NoAnswerThere(reason)))
        try:
            await self._messages.direct(request.asker, request.id, content=words, suppress_embeds=True)
        except (discord.HTTPException, TimeoutError, OSError, aiohttp.ClientError) as error:
            log.info("%s was not told why there is no answer: %s", request.asker, error)
