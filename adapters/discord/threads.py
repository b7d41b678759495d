"""The thread in which a request is answered: whether there can be one, and, where people could change that, why not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import discord

from adapters.discord.progress import thread_name
from adapters.discord.refusals import HAS_THREAD, NO_ACCESS, REFUSED, TOO_MANY_THREADS, named
from bot.catalogue import _, plural
from bot.models import Request

Place = Mapping[str, str]

NEEDED = ("view_channel", "create_public_threads", "send_messages_in_threads", "embed_links")
"""The permissions that answering in a thread takes."""


async def is_possible(client: discord.Client, request: Request) -> tuple[bool, str]:
    """Tell whether a thread can and should be made, and if not, what people could change about that."""
    place = request.place
    if not place["guild"] or place.get("alone") or all(item.problem for item in request.items):
        return False, ""
    try:
        channel = await _channel(client, place)
    except discord.HTTPException as error:
        if error.code not in REFUSED:
            raise
        return False, _missing(["view_channel"])
    if not isinstance(channel, discord.TextChannel):
        return False, ""  # a thread already, or a kind of channel that has none
    permissions = discord.Permissions(int(place["permissions"]))
    lacking = [right for right in NEEDED if not getattr(permissions, right)]
    return not lacking, _missing(lacking) if lacking else ""


async def make(client: discord.Client, request: Request, reply: int) -> tuple[str, str]:
    """Make the thread of message *reply*; return its id, or "" and why there is none."""
    channel = await _channel(client, request.place)
    assert isinstance(channel, discord.TextChannel)  # noqa: S101 - is_possible looked
    try:
        thread = await channel.get_partial_message(reply).create_thread(name=thread_name(request.items))
    except discord.HTTPException as error:
        if error.code == HAS_THREAD:
            return str(reply), ""  # a thread has the id of the message that it was made from
        if error.code == TOO_MANY_THREADS:
            return "", _("This server has too many active threads, so I answer here.")
        if error.code in REFUSED:
            return "", _missing(["view_channel" if error.code == NO_ACCESS else "create_public_threads"])
        raise
    return str(thread.id), ""


async def _channel(client: discord.Client, place: Place) -> object:
    channel = int(place["channel"])
    return client.get_channel(channel) or await client.fetch_channel(channel)


def _missing(rights: Sequence[str]) -> str:
    return plural(
        "To answer in a thread I need the permission {names} in this channel, so I answer here.",
        "To answer in a thread I need the permissions {names} in this channel, so I answer here.",
        len(rights),
        names=named(rights),
    )
