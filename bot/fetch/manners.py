"""Good manners towards sites: few visits to one host at a time, and a little time between them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass

import httpx

ONWARD = "onward"
"""The request's extension that says: a further step of a visit that is under way, so no time need pass before it."""


@dataclass
class _Host:
    """One host, for as long as anybody waits for it or has just been there."""

    slots: asyncio.Semaphore
    users: int = 0  # under way or waiting
    free_at: float = 0.0  # the loop's time from which the next visit may begin


class Manners(httpx.AsyncBaseTransport):
    """Passes requests on to *inner*, each when its host can be asked to bear it.

    Args:
        inner: sends the request.
        at_once: requests to one host that may be under way at the same time, bodies included.
        gap: seconds between the beginnings of two visits to one host.
    """

    def __init__(self, inner: httpx.AsyncBaseTransport, *, at_once: int, gap: float) -> None:
        self._inner = inner
        self._at_once = at_once
        self._gap = gap
        self._hosts: dict[str, _Host] = {}

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Wait for the host's turn, and send *request*; the place is given up when the response is closed."""
        host = self._host(request.url.host.rstrip("."))
        async with AsyncExitStack() as stay:
            host.users += 1
            stay.callback(self._leave, host)
            await stay.enter_async_context(host.slots)
            if not request.extensions.get(ONWARD):
                await self._turn(host)
            response = await self._inner.handle_async_request(request)
            if not response.is_closed:  # as one that came whole would be
                assert isinstance(response.stream, httpx.AsyncByteStream)  # noqa: S101 - an async transport's response
                response.stream = _Stay(response.stream, stay.pop_all())
        return response

    async def aclose(self) -> None:
        """Close the connections."""
        await self._inner.aclose()

    def __len__(self) -> int:
        """Return the number of hosts that are remembered."""
        return len(self._hosts)

    def _host(self, name: str) -> _Host:
        """Find the host's entry, and forget those of hosts that nobody need be kept from."""
        now = asyncio.get_running_loop().time()
        self._hosts = {other: host for other, host in self._hosts.items() if host.users or host.free_at > now}
        return self._hosts.setdefault(name, _Host(asyncio.Semaphore(self._at_once)))

    async def _turn(self, host: _Host) -> None:
        now = asyncio.get_running_loop().time()
        begin = max(now, host.free_at)
        host.free_at = begin + self._gap
        if begin > now:
            await asyncio.sleep(begin - now)

    def _leave(self, host: _Host) -> None:
        host.users -= 1


class _Stay(httpx.AsyncByteStream):
    """A response's body; when it is closed, the visit is over."""

    def __init__(self, stream: httpx.AsyncByteStream, stay: AsyncExitStack) -> None:
        self._stream = stream
        self._stay = stay

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for chunk in self._stream:
            yield chunk

    async def aclose(self) -> None:
        try:
            await self._stream.aclose()
        finally:
            await self._stay.aclose()
