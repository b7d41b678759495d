"""Entry point: read the settings, build the Desk, start what is configured."""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import os
import shlex
import signal
import sys
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, cast

from pydantic import ValidationError

from adapters.console.backup import add_backup_commands
from adapters.console.records import add_record_commands
from adapters.doctor import add_doctor_command
from adapters.logs import set_up_logs
from adapters.observe import open_metrics, open_traces, set_up_sentry
from adapters.platforms import check_everything, discord_config, is_slack_set, slack_config
from adapters.web.config import check_web, web_config
from bot.catalogue import speaking
from bot.errors import BotError, SettingsError
from bot.settings import Settings

if TYPE_CHECKING:
    from adapters.web.app import Opened
    from bot.courier import Courier
    from bot.desk import Desk

log = logging.getLogger("nutgraf")

# What only one command needs is imported by it: reading in the terminal must not wait for Slack's and
# Discord's libraries, and the children that read articles import this module, too.

READ, UNREAD, WRONG, INTERRUPTED = 0, 1, 2, 130

HEARTBEAT = 10.0
"""Seconds; the description of the setting heartbeat_file and docker/Dockerfile know it as well."""

EXIT_CODES = """\
exit codes: 0 read; 1 it could not be read, and standard error says why; 2 wrong usage or settings;
130 interrupted"""

NEXT = """
That was a story of our own, served from this machine and read like any other. Now read one of yours:

    {nutgraf} brief https://…

To have it answer in Slack or Discord, copy .env.example to .env, fill in the tokens (README.md tells where
they are found), and start it:

    {nutgraf} run
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command that *arguments* name and return its exit code."""
    args = _parser().parse_args(arguments)
    for stream in (sys.stdout, sys.stderr):
        if stream is not None:
            stream.reconfigure(errors="replace")  # type: ignore[union-attr] # a terminal without ¶ gets "?"
    # Those that serve others speak the language of each, and to whoever started them English, like the log.
    with speaking(*([] if args.command in (_run, _worker, _web) else _wishes())):
        return _run_command(args)


def _run_command(args: argparse.Namespace) -> int:
    try:
        args.command(args)
    except KeyboardInterrupt:
        return INTERRUPTED
    except SettingsError as error:
        _complain(str(error))
        return WRONG
    except BotError as error:
        _complain(str(error))
        return UNREAD
    except BrokenPipeError:
        # Whoever read our output has seen enough. Python would complain when it flushes at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return READ


def _wishes() -> list[str]:
    """Return the language that the environment asks for: "de_DE.UTF-8"."""
    return [next((words for name in ("LC_ALL", "LC_MESSAGES", "LANG") if (words := os.environ.get(name))), "")]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="nutgraf",
        description="Read a news story: who says what in it, and which claims are worth checking.",
        epilog=EXIT_CODES,
    )
    commands = parser.add_subparsers(metavar="COMMAND", required=True)

    brief = commands.add_parser("brief", help="read one story and print its brief", epilog=EXIT_CODES)
    brief.add_argument(
        "source",
        metavar="LINK|FILE|-",
        help="a link, a file (PDF, .docx, .md, .txt, a saved page), or - for pasted text",
    )
    form = brief.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_const", dest="form", const="json", help="print the brief as JSON")
    form.add_argument("--markdown", action="store_const", dest="form", const="markdown", help="print it as Markdown")
    brief.set_defaults(command=_brief, form="terminal")

    explain = commands.add_parser(
        "explain", help="tell how a link or file was read, what was left out and why", epilog=EXIT_CODES
    )
    explain.add_argument("source", metavar="LINK|FILE|-", help="as for brief")
    explain.add_argument("--json", action="store_true", help="print the report as JSON")
    explain.set_defaults(command=_explain)

    demo = commands.add_parser("demo", help="read a story that ships with Nutgraf")
    demo.set_defaults(command=_demo)
    run = commands.add_parser("run", help="answer in Slack and Discord, whichever is configured, until stopped")
    run.add_argument(
        "--accept-only", action="store_true", help="take requests, and leave it to `nutgraf worker` to answer them"
    )
    run.set_defaults(command=_run)
    worker = commands.add_parser(
        "worker", help="take requests from the queue in PostgreSQL and answer them, until stopped"
    )
    worker.set_defaults(command=_worker)
    web = commands.add_parser("web", help="read stories in the browser, on this machine, until stopped")
    web.set_defaults(command=_web)
    link = commands.add_parser("link", help="print a link that opens a workspace's pages")
    link.add_argument("workspace", help="as slack:T024BE7LD, discord:81384788765712384, or local")
    link.set_defaults(command=_link)
    add_record_commands(commands, read_settings)
    add_backup_commands(commands, read_settings)
    add_doctor_command(commands, read_settings)
    token = commands.add_parser("token", help="print a token with which programs read a workspace's briefs")
    token.add_argument("workspace", help="as for link; or metrics, for who collects the figures at /metrics")
    token.add_argument("--days", type=int, default=90, help="for how long it holds (default: 90)")
    token.set_defaults(command=_token)
    factchecks = commands.add_parser("factchecks", help="published fact-checks, to show beside the claims of a story")
    actions = factchecks.add_subparsers(metavar="ACTION", required=True)
    importing = actions.add_parser(
        "import", help="import ClaimReview data: a page, JSON-LD or a whole data feed", epilog=EXIT_CODES
    )
    importing.add_argument("source", metavar="LINK|FILE", help="a link or a file, also packed by gzip")
    importing.set_defaults(command=_import_factchecks)
    schema = commands.add_parser("schema", help="print the JSON Schema of what brief --json prints")
    schema.set_defaults(command=_schema)
    return parser


def _complain(message: str) -> None:
    """Say on standard error what went wrong; it may hold words from a page."""
    from bot.typography import plain

    for line in message.splitlines():
        indent = line[: len(line) - len(line.lstrip())]
        sys.stderr.write(f"{indent}{plain(line)}\n")


# The commands ---------------------------------------------------------------------------------------------


def _brief(args: argparse.Namespace) -> None:
    from adapters.console.app import Form, print_brief

    logging.basicConfig(level=logging.ERROR)
    print_brief(read_settings(), args.source, Form(args.form))


def _explain(args: argparse.Namespace) -> None:
    from adapters.console.explain import print_report

    logging.basicConfig(level=logging.ERROR)
    print_report(read_settings(), args.source, as_json=args.json)


def _demo(args: argparse.Namespace) -> None:
    from adapters.console.app import print_demo

    logging.basicConfig(level=logging.ERROR)
    print_demo(read_settings())
    sys.stdout.write(NEXT.format(nutgraf=_own_name()))


def _import_factchecks(args: argparse.Namespace) -> None:
    from adapters.console.factchecks import print_import

    logging.basicConfig(level=logging.ERROR)
    print_import(read_settings(), args.source)


def _schema(args: argparse.Namespace) -> None:
    sys.stdout.write(brief_schema())


def _run(args: argparse.Namespace) -> None:
    settings = read_settings()
    set_up_logs(settings)
    check_everything(settings, queue_for="run --accept-only" if args.accept_only else "")
    set_up_sentry(settings)
    asyncio.run(run(settings, answer=not args.accept_only))


def _worker(args: argparse.Namespace) -> None:
    settings = read_settings()
    set_up_logs(settings)
    check_everything(settings, queue_for="worker")
    set_up_sentry(settings)
    asyncio.run(run_worker(settings))


def _web(args: argparse.Namespace) -> None:
    settings = read_settings()
    set_up_logs(settings, level="warning")
    check_web(settings)
    asyncio.run(run_web(settings))


def _link(args: argparse.Namespace) -> None:
    settings = read_settings()
    check_web(settings)
    if not (settings.web_address and settings.web_secret):
        raise SettingsError("Set WEB_ADDRESS and WEB_SECRET first: without them a link would not hold anywhere.")
    token = web_config(settings).access().link_token(args.workspace)
    sys.stdout.write(f"{settings.web_address.rstrip('/')}/?t={token}\n")


def _token(args: argparse.Namespace) -> None:
    settings = read_settings()
    check_web(settings)
    if not settings.web_secret:
        raise SettingsError("Set WEB_SECRET first: without it a token would not hold anywhere.")
    sys.stdout.write(f"{web_config(settings).access().api_token(args.workspace, args.days)}\n")


def _own_name() -> str:
    """Return how this command was called, short enough to be typed again."""
    called = sys.argv[0]
    return "nutgraf" if called.endswith(".py") else shlex.quote(min(called, os.path.relpath(called), key=len))


def brief_schema() -> str:
    """Return the JSON Schema of a brief as ``docs/brief-1.schema.json`` has it."""
    from bot.brief import Brief

    return json.dumps(Brief.model_json_schema(), indent=2) + "\n"


# Settings -------------------------------------------------------------------------------------------------


def read_settings() -> Settings:
    """Read the settings from the environment and ``.env``.

    Raises:
        SettingsError: some have values that they cannot have; all of these are named.
    """
    try:
        return Settings()
    except ValidationError as error:
        # Never what was given: it might be a secret in the wrong place.
        wrong = [f"  {str(one['loc'][0]).upper()}: {one['msg']}" for one in error.errors() if one["loc"]]
        raise SettingsError("\n".join(["These settings cannot be used:", *wrong])) from error
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"The file .env cannot be read: {error}") from error


# Running --------------------------------------------------------------------------------------------------


async def run(settings: Settings, *, answer: bool = True) -> None:
    """Answer in whatever is configured until SIGINT or SIGTERM; or only accept, and leave the answers to workers.

    What is being read then stays in the database, and is taken up at the next start.
    """
    from bot.archive.database import wait_for_database
    from bot.opening import open_desk

    _stop_on_signals()
    try:
        await wait_for_database(settings.database_url.get_secret_value())
        async with open_desk(settings) as desk, AsyncExitStack() as stack:
            stack.enter_context(open_traces(settings, desk))
            couriers = await _open_platforms(settings, desk, stack)
            log.info("answering in %s; stop with Ctrl-C", " and ".join(couriers))
            ours = dict(couriers) if answer else {}
            if settings.web:
                ours["web"] = (await _open_web(settings, desk, stack, couriers)).courier
            async with asyncio.TaskGroup() as group:
                if settings.heartbeat_file:
                    group.create_task(_beat(Path(settings.heartbeat_file)))
                group.create_task(desk.work(ours))
    except asyncio.CancelledError:
        log.info("stopped; what was not answered yet is taken up at the next start")


async def run_worker(settings: Settings) -> None:
    """Answer requests that other processes have accepted, until SIGINT or SIGTERM."""
    from bot.archive.database import wait_for_database
    from bot.opening import open_desk

    _stop_on_signals()
    try:
        await wait_for_database(settings.database_url.get_secret_value())
        async with open_desk(settings) as desk, AsyncExitStack() as stack:
            stack.enter_context(open_traces(settings, desk))
            stack.enter_context(open_metrics(settings, desk))
            couriers: dict[str, Courier] = {}
            if is_slack_set(settings):
                from adapters.slack.app import slack_courier

                couriers["slack"] = slack_courier(desk, slack_config(settings))
            if settings.discord_token:
                from adapters.discord.app import open_discord_courier

                discord = open_discord_courier(desk, discord_config(settings))
                couriers["discord"] = await stack.enter_async_context(discord)
            log.info("answering what others accepted for %s; stop with Ctrl-C", " and ".join(couriers))
            async with asyncio.TaskGroup() as group:
                if settings.heartbeat_file:
                    group.create_task(_beat(Path(settings.heartbeat_file)))
                group.create_task(desk.work(couriers))
    except asyncio.CancelledError:
        log.info("stopped; what was not answered yet is taken up by others, or at the next start")


async def run_web(settings: Settings) -> None:
    """Read stories in the browser, for whoever is at this machine, until SIGINT or SIGTERM."""
    from bot.opening import open_desk

    _stop_on_signals()
    try:
        async with open_desk(settings) as desk, AsyncExitStack() as stack:
            opened = await _open_web(settings, desk, stack)
            sys.stdout.write(f"Open this in your browser; stop with Ctrl-C:\n\n    {opened.link('local')}\n\n")
            sys.stdout.flush()
            await desk.work({"web": opened.courier})
    except asyncio.CancelledError:
        log.info("stopped; what was not answered yet is taken up at the next start")


def _stop_on_signals() -> None:
    us = cast("asyncio.Task[None]", asyncio.current_task())
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, us.cancel)


async def _open_web(
    settings: Settings, desk: Desk, stack: AsyncExitStack, couriers: Mapping[str, Courier] = MappingProxyType({})
) -> Opened:
    from adapters.web.app import open_web

    opened = await stack.enter_async_context(open_web(desk, web_config(settings), couriers))
    log.info("serving the evidence page at %s", opened.address)
    return opened


async def _beat(file: Path) -> None:
    """Touch *file* for as long as the event loop goes round; whoever looks at its age knows that it does."""
    while True:
        await asyncio.to_thread(file.touch)
        await asyncio.sleep(HEARTBEAT)


async def _open_platforms(settings: Settings, desk: Desk, stack: AsyncExitStack) -> dict[str, Courier]:
    couriers: dict[str, Courier] = {}
    if is_slack_set(settings):
        from adapters.slack.app import open_slack

        couriers["slack"] = await stack.enter_async_context(open_slack(desk, slack_config(settings)))
    if settings.discord_token:
        from adapters.discord.app import open_discord

        couriers["discord"] = await stack.enter_async_context(open_discord(desk, discord_config(settings)))
    return couriers


if __name__ == "__main__":
    sys.exit(main())
