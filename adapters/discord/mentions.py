"""Messages that name the bot, or are written to it: Discord tells their words without a privileged intent."""

from __future__ import annotations

import logging
import re
from typing import TYPE_CHECKING

import discord

from adapters.discord.asking import ask_at, fetch_attached, told
from adapters.discord.commands import NOT_WATCHING
from adapters.discord.markdown import NO_MENTIONS
from adapters.discord.people import person_at
from adapters.discord.progress import problem
from adapters.discord.replies import Shown, show
from bot.catalogue import _, speaking
from bot.commands import Read, Unknown, Watch, understand
from bot.errors import AskError
from bot.models import Wanted
from bot.wanted import find_links

if TYPE_CHECKING:
    from adapters.discord.client import NutgrafClient

log = logging.getLogger(__name__)

FILE_LIMIT = 10_485_760
"""Bytes of a file that Discord takes everywhere."""


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
            await _answer(client, message, words.strip())
        except Exception as error:  # noqa: BLE001 - it is told, and logged where it is a fault of ours
            await _reply(message, Shown(problem(told(error, f"message {message.id}"))))


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
        await _reply(message, await show(answer, 0, asked, most_bytes=FILE_LIMIT))


async def _overhear(client: NutgrafClient, message: discord.Message) -> None:
    """Read the links of a watched channel; without the message content intent there are no words to see."""
    if links := find_links(message.content):
        await client.desk.overhear(ask_at(message, tuple(Wanted(link=link) for link in links)))


async def _reply(message: discord.Message, shown: Shown) -> None:
    try:
        await message.reply(mention_author=False, **(shown.posted() | {"allowed_mentions": NO_MENTIONS}))
    except discord.HTTPException as error:
        log.warning("message %s was not answered: %s", message.id, error)
