"""Who carries out requests where there is one process: itself, from the requests table, also after a crash."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Collection
from contextlib import suppress

from bot.archive.archive import Archive
from bot.archive.requests import Due
from bot.errands import Errands, is_stopped
from bot.errors import ArchiveUnavailable, DeliveryError, RequestNotFound

log = logging.getLogger(__name__)

REST = 60.0
"""Seconds until a request whose answer did not get through for all that patience is begun again. A guess."""

LOOK = 30.0
"""Seconds after which the table is looked at unasked: another process may have stored something. A guess."""

PAUSE = 1.0
"""Seconds between two looks while the database is away."""

ABREAST = 20
"""Requests of one adapter worked on at once. A guess: each costs little memory while it waits for a site or a reader.

Each adapter has its own places, so that one platform's outage does not hold up the other."""


class Worker:
    """Works off the requests table, oldest first, many at once."""

    def __init__(self, archive: Archive, errands: Errands, adapters: Collection[str], *, rest: float = REST) -> None:
        """*rest* is in seconds."""
        self._archive = archive
        self._errands = errands
        self._rest = rest
        self._arrived = asyncio.Event()
        self._begun: set[Due] = set()
        self._busy = dict.fromkeys(adapters, 0)

    def wake(self) -> None:
        """Say that a request was stored."""
        self._arrived.set()

    async def run(self) -> None:
        """Answer what is stored, and then whatever arrives, until cancelled."""
        async with asyncio.TaskGroup() as group:
            while True:
                self._arrived.clear()
                for adapter in self._busy:
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
                await asyncio.sleep(PAUSE)
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
        finally:  # however this ends: what counts as begun is begun by nobody
            self._begun.discard(due)
            self.wake()

    async def _attempt(self, due: Due) -> float:
        """Answer a request, and return the seconds until it may be begun again if it is still owed then."""
        try:
            await self._errands.see_to(due)
        except RequestNotFound:
            log.info("request %s was forgotten before it was answered", due.id)
        except DeliveryError as error:
            log.warning("request %s: %s", due.id, error)
            return self._rest
        except asyncio.CancelledError:
            if is_stopped():
                raise
            log.exception("request %s", due.id)  # inside a library, which its group would take for a stop
            return self._rest
        except Exception:  # one request's fault must not end the others'
            log.exception("request %s", due.id)
            return self._rest
        return 0.0
