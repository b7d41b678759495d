"""Who carries out a request: this process, from the requests table, also after a crash."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial
from typing import Protocol, TypeVar

from bot.archive.archive import Archive
from bot.brief import Brief
from bot.errors import BotError, DeliveryError, ReadingCrashed, Unexpected
from bot.models import Item, Request, Wanted

log = logging.getLogger(__name__)
Result = TypeVar("Result")

READINGS = 2
"""Readings of one item that may be cut short by a crash of this process; then it counts as the cause."""

PATIENCE = (1.0, 2.0, 5.0, 10.0, 30.0, 60.0, 120.0, 300.0, 600.0)
"""Seconds between tries to deliver. A guess: a platform's outage of a quarter of an hour is survived."""

ABREAST = 20
"""Requests worked on at once. A guess: each costs little memory while it waits for a site or a reader."""


class Courier(Protocol):
    """Carries answers back to where a request came from; each chat adapter brings one.

    Every method may be called again after a crash and must then show nothing twice. A message that the
    platform does not take is a ``DeliveryError``.
    """

    async def open(self, request: Request) -> Mapping[str, str]:
        """Make the place for the answers (a thread) and return it, or the place as it is."""

    async def announce(self, request: Request, item: Item) -> str:
        """Post the placeholder that becomes *item*'s answer, and return its id."""

    async def deliver(self, request: Request, item: Item, answer: Brief | str) -> None:
        """Turn the placeholder ``item.message`` into *answer*: a brief, or why there is none.

        ``item.brief`` is the stored brief's id, for buttons.
        """

    async def close(self, request: Request) -> None:
        """Show that every item is answered."""


class Worker:
    """Works off the requests table, oldest first, many at once."""

    def __init__(
        self,
        archive: Archive,
        read: Callable[[Wanted], Awaitable[Brief]],
        couriers: Mapping[str, Courier],
        *,
        patience: Sequence[float] = PATIENCE,
    ) -> None:
        self._archive = archive
        self._read = read
        self._couriers = couriers
        self._patience = patience
        self._arrived = asyncio.Event()
        self._slots = asyncio.Semaphore(ABREAST)

    def wake(self) -> None:
        """Say that a request was stored."""
        self._arrived.set()

    async def run(self) -> None:
        """Answer what is stored, and then whatever arrives, until cancelled."""
        begun: set[str] = set()
        async with asyncio.TaskGroup() as group:
            while True:
                self._arrived.clear()
                for request_id in await self._archive.unfinished(self._couriers.keys()):
                    if request_id not in begun:
                        begun.add(request_id)
                        group.create_task(self._guarded(request_id))
                await self._arrived.wait()

    async def _guarded(self, request_id: str) -> None:
        async with self._slots:
            try:
                await self.answer(await self._archive.request(request_id))
            except DeliveryError as error:
                log.warning("request %s: %s", request_id, error)
                if error.lasting:
                    await self._archive.finish(request_id)  # nobody is left to tell
                # Otherwise it stays unfinished, and whoever starts the bot next time tries again.
            except Exception:  # one request's fault must not end the others'
                log.exception("request %s", request_id)

    async def answer(self, request: Request) -> None:
        """See one request through, from wherever it was left.

        Raises:
            DeliveryError: a message did not get through; what was read is kept.

        """
        courier = self._couriers[request.adapter]
        place = await self._insist(lambda: courier.open(request))
        await self._archive.set_place(request.id, place)
        request = await self._archive.request(request.id)
        for item in request.items:  # one after the other: the thread keeps the order of the links
            if item.message is None:
                message = await self._insist(partial(courier.announce, request, item))
                await self._archive.set_message(item.id, message)
        request = await self._archive.request(request.id)
        failures = await asyncio.gather(*(self._answer_item(courier, request, item) for item in request.items))
        for failure in filter(None, failures):
            raise failure
        request = await self._archive.request(request.id)
        await self._insist(lambda: courier.close(request))
        await self._archive.finish(request.id)

    async def _answer_item(self, courier: Courier, request: Request, item: Item) -> DeliveryError | None:
        """Read and deliver one item; return what went wrong with the delivery, so that the others go on."""
        if item.delivered:
            return None
        if not item.read:
            await self._read_item(request, item)
        item = next(one for one in (await self._archive.request(request.id)).items if one.id == item.id)
        answer = await self._archive.brief(request.workspace, item.brief) if item.brief else item.problem or ""
        try:
            await self._insist(partial(courier.deliver, request, item, answer))
        except DeliveryError as error:
            return error
        await self._archive.set_delivered(item.id)
        return None

    async def _read_item(self, request: Request, item: Item) -> None:
        try:
            if item.tries >= READINGS:
                raise ReadingCrashed
            await self._archive.count_try(item.id)
            brief = await self._read(item.wanted)
        except BotError as error:
            await self._archive.set_problem(item.id, str(error))
        except Exception:  # a fault of ours: whoever waits is told, and the log has it all
            reference = item.id[:8]
            log.exception("item %s of request %s", reference, request.id)
            await self._archive.set_problem(item.id, str(Unexpected(reference)))
        else:
            await self._archive.set_brief(request.workspace, item.id, brief)

    async def _insist(self, send: Callable[[], Awaitable[Result]]) -> Result:
        for pause in self._patience:
            try:
                return await send()
            except DeliveryError as error:
                if error.lasting:
                    raise
                log.info("%s; next try in %g s", error, pause)
            await asyncio.sleep(pause)
        return await send()
