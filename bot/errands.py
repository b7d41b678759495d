"""A request seen through, from wherever it was left, also by another process before it died."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import nullcontext, suppress
from dataclasses import replace
from functools import partial
from typing import TypeVar

from structlog.contextvars import bind_contextvars, bound_contextvars

from bot.answers import Compared
from bot.archive.archive import Archive
from bot.archive.requests import Due
from bot.brief import Brief
from bot.catalogue import speaking
from bot.courier import Courier
from bot.errors import ArchiveUnavailable, BotError, BriefNotFound, DeliveryError, ReadingCrashed, Unexpected
from bot.metrics import Metrics
from bot.models import WATCH, Item, Request, Wanted
from bot.versions import find_versions

log = logging.getLogger(__name__)
Result = TypeVar("Result")

READINGS = 2
"""Readings of one item that may be cut short by an end of this process; then it counts as the cause."""

PATIENCE = (1.0, 2.0, 5.0, 10.0, 30.0, 60.0, 120.0, 300.0, 600.0)
"""Seconds between tries to deliver. A guess: a platform's outage of a quarter of an hour is survived."""


class Errands:
    """Has what a request asks for read and its answers delivered, each step noted before the next."""

    def __init__(
        self,
        archive: Archive,
        read: Callable[[str, Wanted], Awaitable[Brief]],
        couriers: Mapping[str, Courier],
        *,
        patience: Sequence[float] = PATIENCE,
        metrics: Metrics | None = None,
    ) -> None:
        self._archive = archive
        self._read = read
        self._couriers = couriers
        self._patience = patience
        self._metrics = metrics or Metrics()
        self._again = asyncio.Lock()

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
            item = replace(item, delivered=True)
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
            if is_stopped():  # that is not the article's fault
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


def is_stopped() -> bool:
    """Tell whether somebody wants the task that asks to end; else what cancelled it came from inside a library."""
    task = asyncio.current_task()
    return bool(task and task.cancelling())
