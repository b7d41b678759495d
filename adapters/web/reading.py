"""What is being read for a browser: the request is stored like any other, and its page tells how far it is."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from dataclasses import asdict, dataclass
from typing import Literal

from bot.answers import Compared
from bot.brief import Brief
from bot.desk import Desk
from bot.models import Item, Request
from bot.typography import cut, plain

INTERVAL = 0.25
"""Seconds between two looks at a request. It is the table that is looked at: any process may be reading."""

SHOWN = 300
"""Characters of a link that are shown."""

ELSEWHERE = "being read"
"""By another process, which tells no more than that it has begun."""

WAITING = "waiting for its turn"


class WebCourier:
    """Satisfies the worker: the page looks for its answers itself, so there is nothing to carry."""

    async def open(self, request: Request) -> Mapping[str, str]:
        """Return the place as it is."""
        return request.place

    def thread(self, request: Request) -> str:
        """Return that there is none: a page has its own ways to go on."""
        return request.thread

    async def announce(self, request: Request, item: Item) -> str:
        """Return the item's id: its line on the page is called so."""
        return item.id

    async def deliver(self, request: Request, item: Item, answer: Brief | str) -> None:
        """Do nothing: what is stored is what the page shows."""

    async def remark(self, request: Request, compared: Compared) -> str:
        """Post nothing: the page has a link to the comparison."""
        return ""

    async def withdraw(self, request: Request, message: str) -> None:
        """Do nothing: what is erased is shown no more."""

    async def close(self, request: Request) -> None:
        """Do nothing."""

    async def silence(self) -> float:
        """Return 0: whoever can ask this is connected."""
        return 0.0


@dataclass(frozen=True, slots=True)
class Progress:
    """How far one thing wanted is."""

    id: str
    what: str
    state: Literal["working", "read", "failed"]
    words: str
    address: str = ""  # of the brief's page


def progress(desk: Desk, request: Request) -> list[Progress]:
    """Tell how far each thing wanted by *request* is."""
    return [_progress(desk, request, item) for item in request.items]


def _progress(desk: Desk, request: Request, item: Item) -> Progress:
    what = cut(plain(item.wanted.link), SHOWN) if item.wanted.link else "The text that you pasted"
    if item.problem:
        return Progress(item.id, what, "failed", plain(item.problem))
    if item.brief:
        return Progress(item.id, what, "read", "Read.", f"/b/{item.brief}")
    stage = desk.stage(request.workspace, item.wanted)
    words = stage.value if stage else ELSEWHERE if item.tries else WAITING
    return Progress(item.id, what, "working", words.capitalize())


async def events(desk: Desk, workspace: str, request_id: str) -> AsyncIterator[str]:
    """Yield a server-sent event whenever something changes, and ``done`` once all is answered.

    Source:
        HTML Living Standard, 9.2, Server-sent events.
    """
    told: dict[str, Progress] = {}
    while True:
        now = progress(desk, await desk.follow(workspace, request_id))
        for one in now:
            if told.get(one.id) != one:
                told[one.id] = one
                yield f"event: item\ndata: {json.dumps(asdict(one))}\n\n"
        if all(one.state != "working" for one in now):
            yield "event: done\ndata: {}\n\n"
            return
        await asyncio.sleep(INTERVAL)
