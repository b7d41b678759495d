"""What somebody wants read → a stored request, before Discord hears that we have it."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import aiohttp
import discord

from adapters.discord.markdown import NO_MENTIONS
from adapters.discord.people import channel_of, is_guests, own_workspace, permissions_in, person_at, workspace_of
from adapters.discord.progress import problem
from adapters.discord.refusals import reason_told
from bot.catalogue import later
from bot.errors import AskError, BotError, FileNotRead, NotAllowedByPlatform, Unexpected
from bot.models import Ask, File, Wanted

if TYPE_CHECKING:
    from adapters.discord.client import NutgrafClient

log = logging.getLogger(__name__)

FOLLOW_UPS = 5
"""Messages that Discord lets us send where only the person has installed us, besides the reply itself."""

PUBLIC = "public"  # an interaction's note that all see its deferred reply


async def take(
    interaction: discord.Interaction[NutgrafClient], wanted: tuple[Wanted, ...], *, private: bool = False
) -> None:
    """Store what is wanted, then acknowledge the command.

    Not before: what is stored is answered, also after a crash. Where storing takes longer than Discord waits, whoever
    asked reads that the application did not respond, and is answered all the same.

    Raises:
        BotError: it is not read, here or now.
    """
    if all(one.problem and not one.link for one in wanted):
        raise AskError("\n".join(one.problem or "" for one in wanted))
    await interaction.client.desk.accept(_ask(interaction, wanted, private=private))
    await acknowledge(interaction, private=private)


async def acknowledge(interaction: discord.Interaction[Any], *, private: bool) -> None:
    """Say that an answer will come, unless that was said; where it cannot be, the answer comes as a message."""
    if interaction.response.is_done():
        return
    try:
        await interaction.response.defer(thinking=True, ephemeral=private)
    except (discord.HTTPException, TimeoutError, OSError, aiohttp.ClientError) as error:
        log.warning("interaction %s was acknowledged too late, twice, or not at all: %s", interaction.id, error)
    interaction.extras[PUBLIC] = not private


async def whisper(interaction: discord.Interaction[Any], words: str) -> None:
    """Tell *words* to whoever asked alone; where that is too late, nobody can be told."""
    told: dict[str, Any] = {"allowed_mentions": NO_MENTIONS}
    try:
        if not interaction.response.is_done():
            await interaction.response.send_message(problem(words), ephemeral=True, suppress_embeds=True, **told)
        elif interaction.extras.get(PUBLIC):  # what all see is taken away first: nobody can make it private
            await interaction.delete_original_response()
            await interaction.followup.send(problem(words), ephemeral=True, suppress_embeds=True, **told)
        else:
            await interaction.edit_original_response(
                content=problem(words), embeds=[], attachments=[], view=None, **told
            )
    except discord.HTTPException as error:
        log.warning("interaction %s: nobody could be told “%s”: %s", interaction.id, words, error)


@asynccontextmanager
async def apologising(interaction: discord.Interaction[Any]) -> AsyncIterator[None]:
    """Tell whoever pressed or sent something what went wrong with it: discord.py would only log it."""
    try:
        yield
    except Exception as error:  # noqa: BLE001 - it is told, and logged where it is a fault of ours
        await whisper(interaction, told(error, f"interaction {interaction.id}"))


def told(error: Exception, where: str) -> str:
    """Return what to say of *error*; what was not expected is a fault of ours, whose traceback is in the log."""
    if isinstance(error, BotError):
        return str(error)
    if isinstance(error, discord.HTTPException) and (reason := reason_told(error, "send_messages")):
        return str(NotAllowedByPlatform("Discord", reason))
    reference = uuid4().hex[:8]
    log.error("%s: %s", where, reference, exc_info=error)
    return str(Unexpected(reference))


def most_links(interaction: discord.Interaction[Any], max_links: int) -> int:
    """Return how many links can be answered here; one answer is kept for what tells of those left out."""
    return min(max_links, FOLLOW_UPS - 1) if is_guests(interaction) else max_links


async def fetch_attached(attachment: discord.Attachment, max_bytes: int) -> Wanted:
    """Fetch a file that somebody attached; one that cannot be had carries its problem."""
    name = attachment.filename
    if attachment.size > max_bytes:
        reason = later("it is larger than {size} MB.", size=max_bytes / 1_000_000)
        return Wanted(problem=str(FileNotRead(name, reason)))
    try:
        return Wanted(file=File(name, await attachment.read()))
    except (discord.HTTPException, TimeoutError, OSError, aiohttp.ClientError) as error:
        why = f"HTTP {error.status}" if isinstance(error, discord.HTTPException) else type(error).__name__
        return Wanted(problem=str(FileNotRead(name, later("Discord did not hand it over ({why}).", why=why))))


def ask_at(message: discord.Message, wanted: tuple[Wanted, ...]) -> Ask:
    """Return the request of a *message*, which is answered below it."""
    person = person_at(message)
    permissions = permissions_in(message.channel, message.guild.me).value if message.guild else 0
    return Ask(
        workspace=person.workspace,
        adapter="discord",
        key=str(message.id),
        asker=person.user,
        place={
            "channel": str(message.channel.id),
            "guild": str(message.guild.id) if message.guild else "",
            "message": str(message.id),
            "permissions": str(permissions),
        },
        wanted=wanted,
        channel=channel_of(message.channel),
        locale=person.locale,
    )


def _ask(interaction: discord.Interaction[NutgrafClient], wanted: tuple[Wanted, ...], *, private: bool) -> Ask:
    alone = private or is_guests(interaction)
    return Ask(
        workspace=own_workspace(interaction.user.id) if private else workspace_of(interaction),
        adapter="discord",
        key=str(interaction.id),
        asker=str(interaction.user.id),
        place={
            "application_id": str(interaction.application_id),
            "token": interaction.token,
            "channel": str(interaction.channel_id),
            "guild": str(interaction.guild_id or ""),
            "interaction": str(interaction.id),
            "permissions": str(interaction.app_permissions.value),
            **({"alone": str(interaction.user.id)} if alone else {}),
            **({"private": "yes"} if private else {}),
        },
        wanted=wanted,
        channel=channel_of(interaction.channel),
        locale=str(interaction.locale),
    )
