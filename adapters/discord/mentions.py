"""Messages that name the bot, or are written to it: Discord tells their words without a privileged intent."""

from __future__ import annotations

import logging
import re
from typing import TYPE_CHECKING

import aiohttp
import discord

from adapters.discord.asking import ask_at, fetch_attached, told
from adapters.discord.commands import NOT_WATCHING
from adapters.discord.markdown import NO_MENTIONS
from adapters.discord.people import found, person_at
from adapters.discord.progress import problem
from adapters.discord.refusals import lacking, reason_told
from adapters.discord.replies import Shown, show
from bot.catalogue import Words, _, speaking
from bot.commands import Read, Unknown, Watch, understand
from bot.errors import AskError, NoAnswerThere, NotAllowedByPlatform
from bot.models import Wanted
from bot.wanted import find_links

if TYPE_CHECKING:
    from adapters.discord.client import NutgrafClient

log = logging.getLogger(__name__)

FILE_LIMIT = 10_485_760
"""Bytes of a file that Discord takes everywhere."""

UNSENT = (discord.HTTPException, TimeoutError, OSError, aiohttp.ClientError)
"""What keeps a message from being sent."""


async def hear(client: NutgrafClient, message: discord.Message) -> None:
    """Answer *message* if it is for us; look whether its links are to be read if its channel is watched."""
    if message.author.bot or message.type not in (discord.MessageType.default, discord.MessageType.reply):
        return
    named = client.user is not None and re.search(rf"<@!?{client.user.id}>", message.content)
    if not named and message.guild:
        await _overhear(client, message)
        return
    words = re.sub(rf"<@!?{client.user.id}>", " ", message.content) if client.user else message.content
    with speaking(person_at(message).locale):
        try:
            await _answer(client, await found(client, message), words.strip())
        except Exception as error:  # noqa: BLE001 - it is told, and logged where it is a fault of ours
            await reply(message, Shown(problem(told(error, f"message {message.id}"))))


async def _answer(client: NutgrafClient, message: discord.Message, words: str) -> None:
    files = [await fetch_attached(one, client.max_bytes) for one in message.attachments]
    asked = understand(words, max_links=client.max_links, files=[one.file for one in files if one.file])
    broken = tuple(one for one in files if one.problem)
    if isinstance(asked, Read) or broken:
        wanted = asked.wanted if isinstance(asked, Read) else ()
        await client.desk.accept(ask_at(message, (*wanted, *broken)))
        return
    if isinstance(asked, Watch) and asked.on and not client.reads_messages:
        raise AskError(_(NOT_WATCHING))
    if isinstance(asked, Unknown) and message.reference:
        return  # a remark below a brief is not for us
    for answer in await client.desk.carry_out(asked, person_at(message)):
        await reply(message, await show(answer, 0, asked, most_bytes=FILE_LIMIT))


async def _overhear(client: NutgrafClient, message: discord.Message) -> None:
    """Read the links of a watched channel; without the message content intent there are no words to see."""
    if links := find_links(message.content):
        message = await found(client, message)
        await client.desk.overhear(ask_at(message, tuple(Wanted(link=link) for link in links)))


async def reply(message: discord.Message, shown: Shown) -> None:
    """Answer below *message*; where Discord does not let us, say why, there or else to its author alone."""
    lacks = await _post(message, shown)
    if lacks and await _post(message, Shown(problem(str(NotAllowedByPlatform("Discord", lacks))))):
        words = problem(str(NoAnswerThere(lacks)))
        try:
            await message.author.send(words, suppress_embeds=True, allowed_mentions=NO_MENTIONS)
        except UNSENT as error:
            log.info("%s was not told why there is no answer: %s", message.author.id, error)


async def _post(message: discord.Message, shown: Shown) -> Words | None:
    """Post *shown*, and return what we lack where not all of it is to be seen."""
    below = message.to_reference(fail_if_not_exists=False)  # whoever deleted his message may still wait
    posted = shown.posted() | {"allowed_mentions": NO_MENTIONS}
    try:
        sent = await message.channel.send(reference=below, mention_author=False, **posted)
    except UNSENT as error:
        log.warning("message %s was not answered as it should be: %s", message.id, error)
        right = "attach_files" if shown.upload else "send_messages"
        return reason_told(error, right) if isinstance(error, discord.HTTPException) else None
    return lacking("embed_links") if shown.embed and not sent.embeds else None
