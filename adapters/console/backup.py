"""The terminal ↔ backups: write one while the bot runs, restore one where it does not."""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from bot.settings import Settings


def add_backup_commands(commands: Any, read_settings: Callable[[], Settings]) -> None:
    """Add the commands to those of ``nutgraf``."""
    backup = commands.add_parser("backup", help="write all that is kept into one file, also while the bot runs")
    backup.add_argument("file", type=Path, help="a file that does not exist yet")
    backup.set_defaults(command=lambda args: _back_up(read_settings(), args))

    restore = commands.add_parser("restore", help="put a backup into the database of DATABASE_URL; stop the bot first")
    restore.add_argument("file", type=Path, help="a file that `nutgraf backup` wrote, also of an earlier version")
    restore.add_argument("--replace", action="store_true", help="erase what is kept there now")
    restore.set_defaults(command=lambda args: _restore(read_settings(), args))


def _back_up(settings: Settings, args: argparse.Namespace) -> None:
    from bot.archive.backup import back_up

    counts = asyncio.run(back_up(settings.database_url.get_secret_value(), args.file))
    sys.stdout.write(f"Written to {args.file}, and read again to check it: {_told(counts)}.\n")


def _restore(settings: Settings, args: argparse.Namespace) -> None:
    from bot.archive.backup import restore

    counts = asyncio.run(restore(args.file, settings.database_url.get_secret_value(), replace=args.replace))
    sys.stdout.write(f"Restored: {_told(counts)}. Requests that were open then are answered when the bot starts.\n")


def _told(counts: Mapping[str, int]) -> str:
    shown = ("requests", "briefs", "snapshots", "corrections", "audit")
    names = {"audit": "entries of the audit log", "snapshots": "kept pages"}
    return ", ".join(f"{counts.get(name, 0):,} {names.get(name, name)}" for name in shown)
