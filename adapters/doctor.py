"""``nutgraf doctor``: whether all is there that running takes, and what to do where it is not."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from collections.abc import Callable
from dataclasses import asdict
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from adapters.platforms import check_everything, discord_config, is_slack_set, slack_config
from bot.errors import SettingsError
from bot.settings import Settings
from bot.typography import plain

if TYPE_CHECKING:
    from bot.checkup import Checked

PATIENCE = 15.0
"""Seconds for one answer of a platform. A guess: three times what is usual at worst."""

MARKS = {"well": "ok   ", "look": "LOOK ", "wrong": "WRONG"}


def add_doctor_command(commands: Any, read_settings: Callable[[], Settings]) -> None:
    """Add the command to *commands*."""
    doctor = commands.add_parser(
        "doctor",
        help="look whether settings, tokens, database, models, clock and guard are well, and what to do if not",
        epilog="exit codes: 0 all is well, or only worth a look; 2 something is wrong",
    )
    doctor.add_argument("--json", action="store_true", help="print it as JSON")
    doctor.set_defaults(command=lambda args: _doctor(read_settings(), args))


def _doctor(settings: Settings, args: argparse.Namespace) -> None:
    found = asyncio.run(examine(settings))
    if args.json:
        sys.stdout.write(json.dumps([asdict(one) for one in found], ensure_ascii=False, indent=2) + "\n")
    else:
        sys.stdout.write("".join(map(_line, found)))
    if wrong := [one.what for one in found if one.state == "wrong"]:
        raise SettingsError(f"Something is wrong: {', '.join(wrong)}.")


def _line(one: Checked) -> str:
    says = "\n      ".join(map(plain, one.says.splitlines()))
    todo = f"      → {one.do}\n" if one.do else ""
    return f"{MARKS[one.state]} {one.what}: {says}\n{todo}"


async def examine(settings: Settings) -> list[Checked]:
    """Look at everything, also where something else is wrong."""
    import httpx

    from bot.checkup import Checked, check_database, check_guard, check_models

    found = [_settings(settings)]
    async with httpx.AsyncClient(timeout=PATIENCE, trust_env=False) as http:
        if is_slack_set(settings):
            from adapters.slack.checkup import check_slack

            found += await check_slack(slack_config(settings), http)
        if settings.discord_token:
            from adapters.discord.checkup import check_discord

            found += await check_discord(discord_config(settings), http)
    if not any(one.what == "clock" for one in found):
        found.append(Checked("clock", "look", "not compared: nobody told the time", "Compare it with `date -u`."))
    found += await check_database(settings)
    story = files("adapters.console").joinpath("demo.html").read_bytes()
    found += await check_models(settings, ("demo.html", story))
    return [*found, await check_guard(settings)]


def _settings(settings: Settings) -> Checked:
    from bot.checkup import Checked

    try:
        check_everything(settings)
    except SettingsError as error:
        return Checked("settings", "wrong", str(error), "All settings: .env.example, or docs/ under “Settings”.")
    return Checked("settings", "well", "complete")
