"""Whether Discord accepts the token, and what the bot may do on its servers. For ``nutgraf doctor``."""

from __future__ import annotations

from typing import Any

import discord
import httpx

from adapters.discord.app import DiscordConfig
from adapters.discord.courier import NEEDED
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


def _permissions(servers: list[dict[str, Any]]) -> Checked:
    if not servers:
        return Checked("Discord servers", "look", "it was added to no server", "Open the address in docs/discord.md.")
    lacking = [told for server in servers if (told := _lacking(server))]
    if lacking:
        return Checked("Discord servers", "look", "; ".join(lacking), INVITE)
    return Checked("Discord servers", "well", f"{len(servers)}, with all permissions")


def _lacking(server: dict[str, Any]) -> str:
    rights = discord.Permissions(int(server.get("permissions", "0")))
    names = [name for right, name in NEEDED.items() if not (rights.administrator or getattr(rights, right))]
    return f"{server.get('name')}: {', '.join(names)}" if names else ""
