"""The terminal ↔ what is kept: search it, turn its archive on and off, have it forgotten."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from collections.abc import Awaitable, Callable
from datetime import date
from typing import TYPE_CHECKING, Any

from bot.errors import ChainBroken
from bot.models import Correction, Mistake, Question
from bot.settings import Settings

if TYPE_CHECKING:
    from bot.archive.erase import Erased
    from bot.records import Records

WORKSPACE = "the workspace: slack:TEAM or discord:GUILD"


def add_record_commands(commands: Any, read_settings: Callable[[], Settings]) -> None:
    """Add the commands to those of ``nutgraf``."""

    def add(name: str, told: str, act: Callable[[Records, argparse.Namespace], Awaitable[str]]) -> Any:
        parser = commands.add_parser(name, help=told, description=told[0].upper() + told[1:] + ".")
        parser.set_defaults(command=lambda args: sys.stdout.write(asyncio.run(_acting(read_settings(), args, act))))
        return parser

    search = add("search", "find who said what in the stored briefs of a workspace", _search)
    search.add_argument("words", nargs="*", help='words of it, in any order; "in quotation marks" one after the other')
    search.add_argument("--workspace", required=True, help=WORKSPACE)
    search.add_argument("--speaker", default="", help="whose words; any part of the name")
    search.add_argument("--outlet", default="", help="in which paper")
    search.add_argument("--since", type=_day, metavar="DAY", help="published on that day or later, as 2026-03-17")
    search.add_argument("--until", type=_day, metavar="DAY", help="published on that day or earlier")
    search.add_argument("--limit", type=int, default=20, metavar="N", help="how many at most (20)")

    archive = add("archive", "make the stored briefs of a workspace searchable, or not", _archive)
    archive.add_argument("turn", choices=["on", "off"])
    archive.add_argument("workspace", help=WORKSPACE)

    forget = add("forget", "erase an article, a speaker, a user or a whole workspace, for good", _forget)
    forget.add_argument("what", choices=["article", "speaker", "user", "workspace"])
    forget.add_argument("name", nargs="?", default="", help="the link, the name, or the platform's id of the user")
    forget.add_argument("--workspace", required=True, help=WORKSPACE)

    correct = add("correct", "put right what is wrong in a stored brief", _correct)
    correct.add_argument("brief", help="the brief's id")
    correct.add_argument("mistake", choices=[*Mistake])
    correct.add_argument("ref", help="the quote's or claim's id: q3, c1")
    correct.add_argument("right", nargs="?", help="for a wrong speaker, the right one's name as the article has it")
    correct.add_argument("--who", default="operator", help="who says so")
    correct.add_argument("--workspace", required=True, help=WORKSPACE)

    corrections = add("corrections", "print what was corrected, as JSON lines for training", _corrections)
    corrections.add_argument("--workspace", required=True, help=WORKSPACE)

    audit = add("audit", "verify the chain of what happened, or show what it says", _audit)
    audit.add_argument("what", choices=["verify", "show"])
    audit.add_argument("--workspace", help=WORKSPACE + "; to verify, all of them if it is left out")


async def _acting(
    settings: Settings, args: argparse.Namespace, act: Callable[[Records, argparse.Namespace], Awaitable[str]]
) -> str:
    from bot.records import open_records

    async with open_records(settings) as records:
        return await act(records, args) + "\n"


def _day(text: str) -> date:
    return date.fromisoformat(text)


async def _search(records: Records, args: argparse.Namespace) -> str:
    from bot.findings import tell

    words = " ".join(f'"{word}"' if " " in word else word for word in args.words)  # the shell took the marks away
    question = Question(words, args.speaker, args.outlet, args.since, args.until)
    return tell(await records.search(args.workspace, question, limit=args.limit))


async def _archive(records: Records, args: argparse.Namespace) -> str:
    if args.turn == "on":
        stored = await records.archive.search.turn_on(args.workspace)
        return f"The archive of {args.workspace} is on. Stored briefs that can be searched now: {stored}."
    await records.archive.search.turn_off(args.workspace)
    return f"The archive of {args.workspace} is off, and its index erased. The briefs are still stored."


async def _forget(records: Records, args: argparse.Namespace) -> str:
    acts: dict[str, Callable[[str, str], Awaitable[Erased]]] = {
        "article": records.forget_article,
        "speaker": records.forget_speaker,
        "user": records.forget_user,
    }
    if args.what == "workspace":
        erased = await records.forget_workspace(args.workspace)
    elif not args.name.strip():
        return f"Nothing was erased: say which {args.what}."
    else:
        erased = await acts[args.what](args.workspace, args.name)
    return f"Erased for good: {erased.briefs} briefs, {erased.requests} requests."


async def _correct(records: Records, args: argparse.Namespace) -> str:
    correction = Correction(Mistake(args.mistake), args.ref, args.right)
    await records.correct(args.workspace, args.brief, args.who, correction)
    return "Corrected. Messages that were posted from this brief are edited as soon as the bot runs."


async def _corrections(records: Records, args: argparse.Namespace) -> str:
    return "\n".join(json.dumps(made, ensure_ascii=False) for made in await records.corrections(args.workspace))


async def _audit(records: Records, args: argparse.Namespace) -> str:
    if args.what == "show":
        if not args.workspace:
            return "Say which workspace."
        entries = await records.archive.audit.entries(args.workspace)
        return "\n".join(
            f"{entry.number} {entry.at:%Y-%m-%d %H:%M:%S} {entry.action} "
            f"{'(erased)' if entry.details is None else json.dumps(entry.details, ensure_ascii=False)}"
            for entry in entries
        )
    workspaces = [args.workspace] if args.workspace else await records.archive.audit.workspaces()
    verdicts = [await records.archive.audit.verify(workspace) for workspace in workspaces]
    whole = [
        f"{one.workspace} is whole: {one.entries} entries, the last {one.hash or 'none'}"
        for one in verdicts
        if not one.faults
    ]
    if faults := [f"{one.workspace}: {fault}" for one in verdicts for fault in one.faults]:
        sys.stdout.write("".join(f"{line}\n" for line in whole))
        raise ChainBroken(faults)
    return "\n".join(whole) or "Nothing has happened yet."
