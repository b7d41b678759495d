"""The terminal ↔ Desk calls: a link, a file or pasted text in, one brief out."""

from __future__ import annotations

import asyncio
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.resources import files
from pathlib import Path
from threading import Thread
from typing import BinaryIO
from urllib.parse import urlsplit

from pydantic import SecretStr
from rich.console import Console
from rich.text import Text

from adapters.console.render import render
from bot.brief import Brief
from bot.catalogue import later
from bot.desk import Desk
from bot.errors import FileNotRead, TooLarge
from bot.export import render_json, render_markdown
from bot.models import Stage
from bot.opening import open_desk
from bot.settings import Settings
from bot.typography import plain

WIDEST = 100
"""Columns that are used of a wider terminal: longer lines are hard to read. A typographer's rule of thumb."""

LINK = re.compile(r"[a-z][a-z0-9+.-]*://", re.I)
BARE_LINK = re.compile(r"(?:www\.[\w-]+|[\w-]+)(?:\.[\w-]+)+(?::\d+)?/|www\.", re.I)
"""An address as people write it, without https://. A file of that name goes first."""

MEMORY = SecretStr("sqlite+aiosqlite://")
"""What is read in a terminal is not kept."""


class Form(StrEnum):
    """How a brief is printed."""

    TERMINAL = "terminal"
    MARKDOWN = "markdown"
    JSON = "json"


def print_brief(settings: Settings, source: str, form: Form) -> None:
    """Read *source* (a link, a file's name, or "-" for standard input) and print the brief of it.

    Raises:
        BotError: it could not be read.
    """
    link = find_link(source)
    body = b"" if link else load(source, settings.fetch_max_bytes)
    show(asyncio.run(_read(settings, link, name_of(source), body)), form)


def print_demo(settings: Settings) -> None:
    """Print the brief of the story that ships with us, fetched over loopback like any other."""
    with serve_demo() as link:
        allowed = settings.model_copy(update={"fetch_allow_hosts": urlsplit(link).netloc})
        show(asyncio.run(_read(allowed, link)), Form.TERMINAL)


def find_link(source: str) -> str | None:
    """Return the link that *source* is, completed with https:// where it lacks that; None for a file."""
    if LINK.match(source):
        return source
    if BARE_LINK.match(source) and not Path(source).exists():
        return f"https://{source}"
    return None


def load(source: str, limit: int) -> bytes:
    """Return what is in the file *source*, or on standard input for "-".

    Raises:
        FileNotRead: it cannot be opened.
        TooLarge: it has more than *limit* bytes.
    """
    if source == "-":
        if sys.stdin is None:
            raise FileNotRead("standard input", later("it is closed."))
        if sys.stdin.isatty():
            sys.stderr.write("Paste the article, then press Enter and Ctrl-D.\n")
        return _bounded(sys.stdin.buffer, "standard input", limit)
    try:
        with Path(source).open("rb") as file:
            return _bounded(file, source, limit)
    except FileNotFoundError:
        raise FileNotRead(source, later("there is no such file, and links begin with https:// or http://.")) from None
    except (OSError, ValueError) as error:  # ValueError: a name with a null character
        raise FileNotRead(source, getattr(error, "strerror", None) or str(error)) from error


def name_of(source: str) -> str:
    """Return what messages call the file *source*."""
    return "standard input" if source == "-" else source


def _bounded(file: BinaryIO, name: str, limit: int) -> bytes:
    body = file.read(limit + 1)
    if len(body) > limit:
        raise TooLarge(name, limit)
    return body


async def _read(settings: Settings, link: str | None, name: str = "", body: bytes = b"") -> Brief:
    unkept = settings.model_copy(update={"database_url": MEMORY})
    async with open_desk(unkept, factchecks_url=settings.database_url.get_secret_value()) as desk:
        with progress() as tell:
            return await _read_at(desk, link, name, body, tell)


async def _read_at(desk: Desk, link: str | None, name: str, body: bytes, tell: Callable[[str], None]) -> Brief:
    if link is None:
        tell("Reading …")
        return await desk.brief_file(name, body)
    return await desk.brief(
        link, tell=lambda stage: tell(f"Fetching {link} …" if stage is Stage.FETCHING else "Reading …")
    )


@contextmanager
def progress() -> Iterator[Callable[[str], None]]:
    """Show on standard error what is being done; say nothing where that is no terminal."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda doing: None
        return
    with console.status(Text()) as status:
        yield lambda doing: status.update(Text(plain(doing), no_wrap=True, overflow="ellipsis"))


def show(brief: Brief, form: Form) -> None:
    """Print *brief* on standard output."""
    if form is Form.TERMINAL:
        console = Console(highlight=False)
        console.print(render(brief), width=min(console.width, WIDEST))
        return
    written = render_json(brief) + "\n" if form is Form.JSON else render_markdown(brief)
    sys.stdout.buffer.write(written.encode())  # UTF-8 for whoever reads it next, whatever this terminal speaks
    sys.stdout.buffer.flush()


@contextmanager
def serve_demo() -> Iterator[str]:
    """Serve the page that ships with us on a free port of loopback, and offer its address."""
    page = files("adapters.console").joinpath("demo.html").read_bytes()

    class DemoHandler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(page)))
            self.end_headers()
            self.wfile.write(page)

        def log_message(self, *_: object) -> None:
            """Say nothing: the terminal belongs to the brief."""

    with ThreadingHTTPServer(("127.0.0.1", 0), DemoHandler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/demo"
        finally:
            server.shutdown()
