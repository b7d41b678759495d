"""Whether Discord accepts the token, and what the bot may do on its servers. For ``nutgraf doctor``."""

from __future__ import annotations

from typing import Any

import discord
import httpx

from adapters.discord.app import DiscordConfig
from adapters.discord.endpoint import PATH
from adapters.discord.refusals import RIGHTS
from bot.checkup import Checked, check_clock

INVITE = "Open the address in docs/discord.md again, or give the bot's role what is missing."


async def check_discord(config: DiscordConfig, http: httpx.AsyncClient) -> list[Checked]:
    """Ask Discord who the token is for, and what it may do on each server that it was added to."""
    headers = {"Authorization": f"Bot {config.token}"}
    base = config.api_url.rstrip("/")
    try:
        me = await http.get(f"{base}/users/@me", headers=headers)
        found = [_token(me)]
        if me.is_success:
            application = (await http.get(f"{base}/oauth2/applications/@me", headers=headers)).raise_for_status()
            found += _calls(application.json(), config) + _intent(application.json(), config)
            servers = (await http.get(f"{base}/users/@me/guilds", headers=headers)).raise_for_status()
            found.append(_permissions(servers.json()))
    except (httpx.HTTPError, ValueError, KeyError) as error:
        do = "Check the connection, a proxy between, and DISCORD_API_URL."
        return [Checked("Discord", "wrong", f"not reached ({type(error).__name__})", do)]
    clock = check_clock(me.headers.get("date"), "Discord")
    return found + ([clock] if clock else [])


def _token(answer: httpx.Response) -> Checked:
    if answer.is_success:
        return Checked("Discord", "well", str(answer.json()["username"]))
    do = "Reset and copy the token in the Developer Portal: your application, Bot."
    return Checked("Discord", "wrong", f"DISCORD_TOKEN is not accepted (HTTP {answer.status_code})", do)


def _calls(application: dict[str, Any], config: DiscordConfig) -> list[Checked]:
    """Tell whether Discord sends commands the way on which we wait for them."""
    called, key = application.get("interactions_endpoint_url"), application.get("verify_key")
    if config.public_key and config.public_key.lower() != key:
        do = "Copy it from the Developer Portal: your application, General Information."
        return [Checked("Discord calls", "wrong", "DISCORD_PUBLIC_KEY is not that of DISCORD_TOKEN's application", do)]
    if config.public_key and not called:
        do = f"Put the address that leads to {PATH} there, in the Developer Portal; Discord tries it at once."
        return [Checked("Discord calls", "look", "the application has no Interactions Endpoint URL yet", do)]
    if called and not config.public_key:
        do = "Take it away in the Developer Portal (General Information), or set DISCORD_PUBLIC_KEY."
        return [Checked("Discord calls", "wrong", f"commands go to {called}, so the gateway gets none of them", do)]
    return [Checked("Discord calls", "well", str(called))] if called else []


def _intent(application: dict[str, Any], config: DiscordConfig) -> list[Checked]:
    """Tell whether the messages of watched channels can be seen."""
    flags = discord.ApplicationFlags._from_value(int(application.get("flags") or 0))
    allowed = flags.gateway_message_content or flags.gateway_message_content_limited
    what = "Discord messages"
    if config.reads_messages and config.public_key:
        do = "Take DISCORD_READS_MESSAGES away, or DISCORD_PUBLIC_KEY."
        return [Checked(what, "look", "no channel can be watched where Discord calls us by HTTP", do)]
    if config.reads_messages and not allowed:
        do = "Turn on Message Content Intent in the Developer Portal (Bot), or set DISCORD_READS_MESSAGES=false."
        return [Checked(what, "wrong", "DISCORD_READS_MESSAGES is set, and the message content intent is off", do)]
    if config.reads_messages:
        return [Checked(what, "well", "channels can be watched")]
    if allowed:
        do = "Turn it off in the Developer Portal (Bot), or set DISCORD_READS_MESSAGES=true to let channels be watched."
        return [Checked(what, "look", "the message content intent is on, and nothing uses it", do)]
    return []


def _permissions(servers: list[dict[str, Any]]) -> Checked:
    if not servers:
        return Checked("Discord servers", "look", "it was added to no server", "Open the address in docs/discord.md.")
    lacking = [told for server in servers if (told := _lacking(server))]
    if lacking:
        return Checked("Discord servers", "look", "; ".join(lacking), INVITE)
    return Checked("Discord servers", "well", f"{len(servers)}, with all permissions")


def _lacking(server: dict[str, Any]) -> str:
    rights = discord.Permissions(int(server.get("permissions", "0")))
    names = [name for right, name in RIGHTS.items() if not (rights.administrator or getattr(rights, right))]
    return f"{server.get('name')}: {', '.join(names)}" if names else ""
