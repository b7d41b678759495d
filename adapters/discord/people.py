"""Who somebody is in Discord, and whose briefs can be seen where he asks."""

from __future__ import annotations

from typing import Any

import discord

from bot.models import Person


def own_workspace(user: int) -> str:
    """Return the workspace of what one person alone has read: in direct messages, privately, as the user's own app."""
    return f"discord:dm:{user}"


def is_guests(interaction: discord.Interaction[Any]) -> bool:
    """Tell whether only the person has installed us here: then we may answer the command, and write nothing else."""
    if interaction.context.dm_channel:  # with us: there we may write
        return False
    return interaction.is_user_integration() and not interaction.is_guild_integration()


def workspace_of(interaction: discord.Interaction[Any]) -> str:
    """Return whose briefs can be seen here: the guild's, where it has us installed, or one person's."""
    if interaction.guild_id and not is_guests(interaction):
        return f"discord:{interaction.guild_id}"
    return own_workspace(interaction.user.id)


async def found(client: discord.Client, message: discord.Message) -> discord.Message:
    """Return *message* in its channel; discord.py knows threads only from what it was told since it connected.

    Raises:
        discord.HTTPException: Discord does not say which channel that is.
    """
    if isinstance(message.channel, discord.PartialMessageable) and message.guild:
        message.channel = await client.fetch_channel(message.channel.id)  # type: ignore[assignment] # it has messages
    return message


def permissions_in(channel: object, member: discord.Member) -> discord.Permissions:
    """Return what *member* may do in a guild's *channel*; nothing, where that cannot be told."""
    if isinstance(channel, discord.Thread) and channel.parent is None:  # which was deleted
        return discord.Permissions.none()
    if isinstance(channel, discord.Thread | discord.abc.GuildChannel):
        return channel.permissions_for(member)
    return discord.Permissions.none()


def channel_of(channel: object) -> str:
    """Return the id of a channel, or of the one that a thread is in."""
    if isinstance(channel, discord.Thread):
        return str(channel.parent_id)
    return str(channel.id) if isinstance(channel, discord.abc.Snowflake) else ""


def people_of(interaction: discord.Interaction[Any]) -> tuple[Person, ...]:
    """Return as whom somebody may ask: as one of the guild, then for what he alone had read."""
    workspaces = dict.fromkeys((workspace_of(interaction), own_workspace(interaction.user.id)))
    return tuple(_person(interaction, workspace) for workspace in workspaces)


def _person(interaction: discord.Interaction[Any], workspace: str) -> Person:
    in_guild = workspace == f"discord:{interaction.guild_id}"
    return Person(
        workspace=workspace,
        user=str(interaction.user.id),
        thread=str(interaction.channel_id or ""),
        channel=channel_of(interaction.channel) if in_guild else "",
        locale=str(interaction.locale),
        trusted=in_guild and interaction.permissions.manage_messages,
    )


def person_at(message: discord.Message) -> Person:
    """Return who wrote *message*."""
    guild, author = message.guild, message.author
    trusted = isinstance(author, discord.Member) and permissions_in(message.channel, author).manage_messages
    return Person(
        workspace=f"discord:{guild.id}" if guild else own_workspace(author.id),
        user=str(author.id),
        thread=str(message.channel.id),
        channel=channel_of(message.channel) if guild else "",
        locale=str(guild.preferred_locale) if guild else "en",  # Discord tells the person's own with a command alone
        trusted=trusted,
    )
