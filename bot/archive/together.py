"""Group commit: what many ask of the database at the same time is done in one transaction."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Hashable, Sequence
from typing import Generic, TypeVar

Asked = TypeVar("Asked")
Answer = TypeVar("Answer")

MOST = 100
"""What is done in one go at most. A guess: a transaction of some milliseconds, for which others' rows are locked."""


class Together(Generic[Asked, Answer]):
    """Does what is asked at once; what is asked while that goes on, and is alike, is done together in the next go.

    Nobody waits for company, and alone it costs what it always did. Who were told at the same time come back at the
    same time, and each statement is for all of them: the more there is to do, the less each costs. Whoever asked is
    told when it is on disk, not before.

    Source:
        Group commit, as in DeWitt et al., Implementation techniques for main memory database systems, 1984.
    """

    def __init__(
        self,
        do: Callable[[Sequence[Asked]], Awaitable[Sequence[Answer | Exception]]],
        kind: Callable[[Asked], Hashable] = lambda asked: None,
    ) -> None:
        """*do* returns an answer, or an error, for each that it is given; what it raises holds for all of them.

        It is given what is of one *kind*, first of all that of who waits longest.
        """
        self._do = do
        self._kind = kind
        self._waiting: list[tuple[Asked, asyncio.Future[Answer]]] = []
        self._company = False  # whether there was some in the last go
        self._going: asyncio.Task[None] | None = None

    async def __call__(self, asked: Asked) -> Answer:
        """Have *asked* done, and return its answer or raise its error."""
        answer: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._waiting.append((asked, answer))
        if self._going is None:
            self._going = asyncio.create_task(self._go())
        return await answer

    async def _go(self) -> None:
        try:
            while self._waiting:
                if self._company:
                    await asyncio.sleep(0)  # who was in the last go is about to ask for the next step
                wanted = self._take()
                self._company = len(wanted) > 1
                if wanted:
                    await self._one_go(wanted)
        finally:
            self._going = None
            for _, answer in self._waiting:  # there are some only where this was cut short
                answer.cancel()

    def _take(self) -> list[tuple[Asked, asyncio.Future[Answer]]]:
        """Return what is done in the next go."""
        # Who does not wait any more was cancelled before it was begun, as a single statement would be.
        waiting = [(asked, answer) for asked, answer in self._waiting if not answer.done()]
        taken: list[tuple[Asked, asyncio.Future[Answer]]] = []
        self._waiting = []
        for one in waiting:
            fits = len(taken) < MOST and self._kind(one[0]) == self._kind(waiting[0][0])
            (taken if fits else self._waiting).append(one)
        return taken

    async def _one_go(self, wanted: Sequence[tuple[Asked, asyncio.Future[Answer]]]) -> None:
        try:
            answers = await self._do([asked for asked, _ in wanted])
        except Exception as error:  # noqa: BLE001 - it goes to whoever asked
            if len(wanted) == 1:
                _tell(wanted[0][1], error)
                return
            for one in wanted:  # one of them may be what the database refuses; the others are not to suffer for it
                await self._one_go([one])
            return
        except BaseException:  # this process ends
            for _, answer in wanted:
                answer.cancel()
            raise
        for (_, answer), told in zip(wanted, answers, strict=True):
            _tell(answer, told)


def _tell(answer: asyncio.Future[Answer], told: Answer | Exception) -> None:
    if answer.done():  # who asked was cancelled meanwhile
        return
    if isinstance(told, Exception):
        answer.set_exception(told)
    else:
        answer.set_result(told)
