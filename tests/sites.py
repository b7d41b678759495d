"""Web sites of our own on loopback, for tests that need real bytes, and real connections to count."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

Answer = Callable[[str, asyncio.StreamWriter], Awaitable[None]]
"""Writes the whole answer to a request for a path, status line included."""


@dataclass
class Site:
    """A running site, and what it saw."""

    port: int
    connections: int = 0
    requests: list[str] = field(default_factory=list)  # the heads, as they came

    @property
    def place(self) -> str:
        return f"127.0.0.1:{self.port}"

    def url(self, path: str = "/") -> str:
        return f"http://{self.place}{path}"

    @property
    def paths(self) -> list[str]:
        return [head.split()[1] for head in self.requests]


@asynccontextmanager
async def open_site(answer: Answer, *, tls: ssl.SSLContext | None = None) -> AsyncIterator[Site]:
    """Serve *answer* on a free port; a connection is kept open for as long as the client likes."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        site.connections += 1
        try:
            while (method := await reader.readexactly(4)) == b"GET ":  # whatever else was begun, TLS perhaps, ends here
                head = (method + await reader.readuntil(b"\r\n\r\n")).decode()
                site.requests.append(head)
                await answer(head.split()[1], writer)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass  # the client has gone
        finally:
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=tls)
    site = Site(server.sockets[0].getsockname()[1])
    try:
        yield site
    finally:
        server.close()


def page(
    body: bytes = b"<!doctype html><p>News</p>", *headers: str, status: str = "200 OK", media_type: str = "text/html"
) -> bytes:
    """Return a whole answer; *headers* stand beside Content-Type (left out when empty) and Content-Length."""
    lines = [f"HTTP/1.1 {status}", *headers, f"Content-Length: {len(body)}"]
    if media_type:
        lines.append(f"Content-Type: {media_type}")
    return "\r\n".join([*lines, "", ""]).encode() + body


def always(answer: bytes) -> Answer:
    """Answer every request with the same bytes."""

    async def write(path: str, writer: asyncio.StreamWriter) -> None:
        writer.write(answer)

    return write


def by_path(answers: dict[str, bytes]) -> Answer:
    """Answer each path with its own bytes."""

    async def write(path: str, writer: asyncio.StreamWriter) -> None:
        writer.write(answers[path])

    return write


def truncated(answer: bytes) -> Answer:
    """Hang up after *answer*, which promises more than it holds."""

    async def write(path: str, writer: asyncio.StreamWriter) -> None:
        writer.write(answer)
        await writer.drain()
        writer.close()

    return write
