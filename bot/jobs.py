"""Who carries out a request: this process, from the requests table, also after a crash."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import nullcontext, suppress
from dataclasses import replace
from functools import partial
from typing import Protocol, TypeVar

from structlog.contextvars import bind_contextvars, bound_contextvars

from bot.answers import Compared
from bot.archive.archive import Archive
from bot.archive.requests import Due
from bot.brief import Brief
from bot.catalogue import speaking
from bot.errors import (
    ArchiveUnavailable,
    BotError,
    BriefNotFound,
    DeliveryError,
    ReadingCrashed,
    RequestNotFound,
    Unexpected,
)
from bot.metrics import Metrics
from bot.models import WATCH, Item, Request, Wanted
from bot.versions import find_versions

log = logging.getLogger(__name__)
Result = TypeVar("Result")

READINGS = 2
"""Readings of one item that may be cut short by an end of this process; then it counts as the cause."""

PATIENCE = (1.0, 2.0, 5.0, 10.0, 30.0, 60.0, 120.0, 300.0, 600.0)
"""Seconds between tries to deliver. A guess: a platform's outage of a quarter of an hour is survived."""

REST = 60.0
"""Seconds until a request whose answer did not get through for all that patience is begun again. A guess."""

LOOK = 30.0
"""Seconds after which the table is looked at unasked: another process may have stored something. A guess."""

ABREAST = 20
"""Requests of one adapter worked on at once. A guess: each costs little memory while it waits for a site or a reader.

Each adapter has its own places, so that one platform's outage does not hold up the other."""


PageLink = Callable[[str, str], str]
"""Returns an address that opens a stored brief's page, from its workspace and its id."""


class Courier(Protocol):
    """Carries answers back to where a request came from; each chat adapter brings one.

    Every method may be called again after a crash and must then show nothing twice. A message that the
    platform does not take is a ``DeliveryError``.
    """

    async def open(self, request: Request) -> Mapping[str, str]:
        """Make the place for the answers (a thread) and return it, or the place as it is."""

    def thread(self, request: Request) -> str:
        """Return the name of the thread in which people follow up on *request*, once its place is open."""

    async def announce(self, request: Request, item: Item) -> str:
        """Post the placeholder that becomes *item*'s answer, and return its id."""

    async def deliver(self, request: Request, item: Item, answer: Brief | str) -> None:
        """Turn the placeholder ``item.message`` into *answer*: a brief, or why there is none.

        ``item.brief`` is the stored brief's id, for buttons.
        """

    async def remark(self, request: Request, compared: Compared) -> str:
        """Say in short what briefs of *request* that tell one story have in common, and return the message's id.

        Where ``request.remark`` is the id of such a message, edit that one.
        """

    async def withdraw(self, request: Request, message: str) -> None:
        """Delete *message* for good; one that is gone already is as well."""

    async def close(self, request: Request) -> None:
        """Show that every item is answered; where there is none, that all were deleted."""

    async def silence(self) -> float:
        """Return the seconds since the platform last answered a heartbeat on the connection that brings requests.

        0 where there is no connection to keep, infinity where it is lost.
        """


class Worker:
    """Works off the requests table, oldest first, many at once."""

    def __init__(
        self,
        archive: Archive,
        read: Callable[[str, Wanted], Awaitable[Brief]],
        couriers: Mapping[str, Courier],
        *,
        patience: Sequence[float] = PATIENCE,
        rest: float = REST,
        metrics: Metrics | None = None,
    ) -> None:
        self._archive = archive
        self._read = read
        self._couriers = couriers
        self._patience = patience
        self._rest = rest
        self._metrics = metrics or Metrics()
        self._arrived = asyncio.Event()
        self._begun: set[Due] = set()
        self._busy = dict.fromkeys(couriers, 0)
        self._again = asyncio.Lock()

    def wake(self) -> None:
        """Say that a request was stored."""
        self._arrived.set()

    async def run(self) -> None:
        """Answer what is stored, and then whatever arrives, until cancelled."""
        async with asyncio.TaskGroup() as group:
            while True:
                self._arrived.clear()
                for adapter in self._couriers:
                    for due in await self._next(adapter):
                        self._begun.add(due)
                        self._busy[adapter] += 1
                        group.create_task(self._begin(adapter, due))
                with suppress(TimeoutError):
                    async with asyncio.timeout(LOOK):  # wait_for loses a stop that comes together with a request
                        await self._arrived.wait()

    async def _next(self, adapter: str) -> list[Due]:
        """Return whose turn it is, no more than there are places for."""
        begun = frozenset(self._begun)  # before the look: what ends during it is not begun again
        free = ABREAST - self._busy[adapter]
        while free:
            try:
                found = await self._archive.requests.unfinished([adapter], limit=len(begun) + free)
                return [due for due in found if due not in begun][:free]
            except ArchiveUnavailable as error:
                log.error("%s (%s)", error, error.__cause__)
                await asyncio.sleep(self._patience[0])
        return []

    async def _begin(self, adapter: str, due: Due) -> None:
        """Answer a request; where that fails, let it rest and leave it to be begun again."""
        try:
            try:
                rest = await self._attempt(due)
            finally:
                self._busy[adapter] -= 1
                self.wake()
            await asyncio.sleep(rest)
        finally:  # however this ends: what counts as begun is not begun again
            self._begun.discard(due)
            self.wake()

    async def _attempt(self, due: Due) -> float:
        """Answer a request, and return the seconds until it may be begun again if it is still owed then."""
        try:
            await self.see_to(due)
        except RequestNotFound:
            log.info("request %s was forgotten before it was answered", due.id)
        except DeliveryError as error:
            log.warning("request %s: %s", due.id, error)
            return self._rest
        except asyncio.CancelledError:
            if _is_stopped():
                raise
            log.exception("request %s", due.id)  # inside a library, which its group would take for a stop
            return self._rest
        except Exception:  # one request's fault must not end the others'
            log.exception("request %s", due.id)
            return self._rest
        return 0.0

    async def see_to(self, due: Due) -> None:
        """Answer what is still owed of a request; raises like ``answer``, and ``RequestNotFound``."""
        with bound_contextvars(request=due.id, workspace=due.workspace):
            request = await self._archive.requests.get(*due)
            if not request.finished:  # whoever finished it may have died before the queue heard of it
                with speaking(request.locale):
                    await self.answer(request)

    async def answer(self, request: Request) -> None:
        """See one request through, from wherever it was left.

        Raises:
            DeliveryError: a message did not get through for now; what was read is kept.
        """
        try:
            await self._answer(self._couriers[request.adapter], request)
        except DeliveryError as error:
            if not error.lasting:
                raise
            log.warning("request %s: %s", request.id, error)  # nobody is left to tell
        if gone := [item.id for item in request.items if item.withdrawn]:
            await self._archive.erase.items(request.workspace, request.id, gone)
        await self._archive.requests.finish(request.workspace, request.id, request.reopened)

    async def _answer(self, courier: Courier, request: Request) -> None:
        if request.asker == WATCH and not (request := await self._readable(request)).items:
            return
        place = await self._insist(request, lambda: courier.open(request))
        thread = courier.thread(replace(request, place=place))
        if (place, thread) != (request.place, request.thread):
            await self._archive.requests.set_place(request.workspace, request.id, place, thread)
            request = replace(request, place=place, thread=thread)
        for item in request.items:
            if item.withdrawn and item.message is not None:
                await self._take_away(courier, request, item.message)
        request = replace(request, items=tuple(item for item in request.items if not item.withdrawn))
        announced = []
        for item in request.items:  # one after the other: the thread keeps the order of the links
            if item.message is None:
                message = await self._insist(request, partial(courier.announce, request, item))
                await self._archive.requests.set_message(request.workspace, item.id, message)
                item = replace(item, message=message)
            announced.append(item)
        request = replace(request, items=tuple(announced))
        answering = (self._answer_item(courier, request, item) for item in request.items)
        answered = await asyncio.gather(*answering, return_exceptions=True)
        for failure in answered:
            if isinstance(failure, BaseException):
                raise failure  # only now that the others are through
        request = replace(request, items=tuple(item for item in answered if isinstance(item, Item)))
        await self._compare(courier, request)
        await self._insist(request, lambda: courier.close(request))

    async def _readable(self, request: Request) -> Request:
        """Read all, and return the request without what could not be read: nobody asked, so nobody is told."""
        items = [
            item if item.read or item.withdrawn else (await self._read_item(request, item))[0] for item in request.items
        ]
        return replace(request, items=tuple(item for item in items if item.message or not item.problem))

    async def _take_away(self, courier: Courier, request: Request, message: str) -> None:
        """Delete a message that somebody wants gone."""
        try:
            await self._insist(request, partial(courier.withdraw, request, message))
        except DeliveryError as error:
            if not error.lasting:
                raise
            log.warning("message %s of request %s: %s", message, request.id, error)  # nobody sees it any more

    async def _compare(self, courier: Courier, request: Request) -> None:
        """Say once which of the briefs tell one story, and keep what is said as the briefs now are."""
        found = await self._find_versions(request)
        if found:
            try:
                message = await self._insist(request, partial(courier.remark, request, found))
            except DeliveryError as error:
                if not error.lasting:
                    raise
                log.warning("request %s: %s", request.id, error)  # the answers themselves are there
                return
        elif request.remark:
            await self._take_away(courier, request, request.remark)
            message = ""
        else:
            return
        if message != request.remark:
            await self._archive.requests.set_remark(request.workspace, request.id, message)

    async def _find_versions(self, request: Request) -> Compared | None:
        briefs = []
        answered = [item.brief for item in request.items if item.brief and not item.problem]
        for brief_id in answered if len(answered) > 1 else ():
            with suppress(BriefNotFound):  # forgotten a moment ago
                briefs.append((brief_id, await self._archive.briefs.get(request.workspace, brief_id)))
        try:
            return await asyncio.to_thread(find_versions, briefs)  # books take seconds
        except Exception:  # a fault of ours: it is only in addition to the answers, which have been given
            log.exception("request %s", request.id)
            return None

    async def _answer_item(self, courier: Courier, request: Request, item: Item) -> Item:
        """Read and deliver what is not yet read and delivered, and return the item as it is then."""
        bind_contextvars(item=item.id)  # for the log; this is a task of its own
        if item.delivered:
            return item
        brief = None
        if not item.read:
            item, brief = await self._read_item(request, item)
        try:
            item = await self._deliver(courier, request, item, brief)
        except DeliveryError as error:
            if not error.lasting:
                raise
            log.warning("item %s of request %s: %s", item.id, request.id, error)  # somebody deleted its message
        else:
            await self._archive.requests.set_delivered(request.workspace, item.id)
            self._metrics.deliveries.labels(request.adapter).inc()
        return item

    async def _deliver(self, courier: Courier, request: Request, item: Item, brief: Brief | None) -> Item:
        """Deliver what is stored of *item*: its *brief*, perhaps just written, or why there is none."""
        if item.brief and not item.problem:
            try:
                brief = brief or await self._archive.briefs.get(request.workspace, item.brief)
                await self._insist(request, partial(courier.deliver, request, item, brief))
                return item
            except (ArchiveUnavailable, DeliveryError):
                raise
            except BriefNotFound as error:  # forgotten, or damaged on the disk
                item = await self._set_problem(request, item, str(error))
            except Exception:  # a brief that cannot be shown is a fault of ours, and no reason for silence
                log.exception("item %s of request %s", item.id, request.id)
                item = await self._set_problem(request, item, str(Unexpected(item.id[:8])))
        await self._insist(request, partial(courier.deliver, request, item, item.problem or ""))
        return item

    async def _read_item(self, request: Request, item: Item) -> tuple[Item, Brief | None]:
        if item.tries >= READINGS:
            return await self._set_problem(request, item, str(ReadingCrashed())), None
        # Of what was being read when a process died one is the cause: read one at a time, only that one dies again.
        async with self._again if item.tries else nullcontext():
            await self._archive.requests.count_try(request.workspace, item.id)
            return await self._read_counted(request, item)

    async def _read_counted(self, request: Request, item: Item) -> tuple[Item, Brief | None]:
        try:
            brief = await self._read(request.workspace, item.wanted)
        except asyncio.CancelledError:
            if _is_stopped():  # that is not the article's fault
                await self._archive.requests.count_try(request.workspace, item.id, -1)
            raise
        except ArchiveUnavailable:  # that passes: it is no answer
            raise
        except BotError as error:
            return await self._set_problem(request, item, str(error)), None
        except Exception:  # a fault of ours: whoever waits is told, and the log has it all
            log.exception("item %s of request %s", item.id, request.id)
            return await self._set_problem(request, item, str(Unexpected(item.id[:8]))), None
        kept = await self._archive.briefs.keep(request.workspace, item.id, brief)
        return replace(item, brief=kept.id), kept.brief

    async def _set_problem(self, request: Request, item: Item, problem: str) -> Item:
        await self._archive.requests.set_problem(request.workspace, item.id, problem)
        return replace(item, problem=problem)

    async def _insist(self, request: Request, send: Callable[[], Awaitable[Result]]) -> Result:
        for pause in self._patience:
            try:
                return await self._send(request, send)
            except DeliveryError as error:
                if error.lasting:
                    raise
                log.info("%s; next try in %g s", error, pause)
            await asyncio.sleep(pause)
        return await self._send(request, send)

    async def _send(self, request: Request, send: Callable[[], Awaitable[Result]]) -> Result:
        try:
            return await send()
        except DeliveryError as error:
            self._metrics.count_refused(request.adapter, error)
            raise


def _is_stopped() -> bool:
    """Tell whether somebody wants the task that asks to end."""
    task = asyncio.current_task()
    return bool(task and task.cancelling())
