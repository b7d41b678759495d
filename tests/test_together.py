import asyncio
from collections.abc import Sequence

import pytest

from bot.archive.archive import open_archive
from bot.archive.together import Together
from bot.models import Ask, Request, Wanted

pytestmark = pytest.mark.anyio


class Shelf:
    """Squares numbers, slowly, and remembers which it was given together; zero it cannot take."""

    def __init__(self) -> None:
        self.goes: list[list[int]] = []
        self.open = asyncio.Event()
        self.ask = Together[int, int](self.square)

    async def square(self, numbers: Sequence[int]) -> list[int | Exception]:
        self.goes.append(list(numbers))
        await self.open.wait()
        if 0 in numbers:
            raise ZeroDivisionError
        return [ValueError(number) if number < 0 else number * number for number in numbers]


async def ask_while_one_goes(shelf: Shelf, *numbers: int) -> list[int | BaseException]:
    """Ask for 1, and for *numbers* while that goes on; return what became of those."""
    first = asyncio.create_task(shelf.ask(1))
    await asyncio.sleep(0)
    others = [asyncio.create_task(shelf.ask(number)) for number in numbers]
    await asyncio.sleep(0)
    shelf.open.set()
    assert await first == 1
    return await asyncio.gather(*others, return_exceptions=True)


async def test_what_is_asked_meanwhile_is_done_in_one_go() -> None:
    shelf = Shelf()

    assert await ask_while_one_goes(shelf, 2, 3, 4) == [4, 9, 16]
    assert shelf.goes == [[1], [2, 3, 4]]


async def test_what_is_done_together_is_of_one_kind() -> None:
    """One statement is for all of them; who waits longest says of which kind."""
    shelf = Shelf()
    shelf.ask = Together[int, int](shelf.square, lambda number: number % 2)

    assert await ask_while_one_goes(shelf, 2, 3, 4) == [4, 9, 16]
    assert shelf.goes == [[1], [2, 4], [3]]


async def test_each_gets_its_own_answer_or_error() -> None:
    two, minus = await ask_while_one_goes(Shelf(), 2, -1)

    assert two == 4
    assert isinstance(minus, ValueError)


async def test_one_that_breaks_the_go_does_not_break_the_others() -> None:
    two, zero, three = await ask_while_one_goes(Shelf(), 2, 0, 3)

    assert (two, three) == (4, 9)
    assert isinstance(zero, ZeroDivisionError)


async def test_what_nobody_waits_for_any_more_is_not_begun() -> None:
    shelf = Shelf()
    first, second = asyncio.create_task(shelf.ask(1)), asyncio.create_task(shelf.ask(2))
    await asyncio.sleep(0)
    third = asyncio.create_task(shelf.ask(3))
    await asyncio.sleep(0)
    third.cancel()
    shelf.open.set()

    assert await asyncio.gather(first, second) == [1, 4]
    assert 3 not in [number for go in shelf.goes for number in go]


async def test_go_that_a_library_cancels_leaves_nobody_waiting_for_ever() -> None:
    gone = asyncio.Event()

    async def cancelled(numbers: Sequence[int]) -> list[int | Exception]:
        await gone.wait()
        raise asyncio.CancelledError

    ask = Together[int, int](cancelled)
    first = asyncio.create_task(ask(1))
    await asyncio.sleep(0)
    second = asyncio.create_task(ask(2))
    await asyncio.sleep(0)
    gone.set()
    async with asyncio.timeout(20):
        ended = await asyncio.gather(first, second, return_exceptions=True)

    assert [type(error) for error in ended] == [asyncio.CancelledError] * 2


async def test_many_that_ask_at_once_are_all_stored_and_noted_in_a_whole_chain(url: str) -> None:
    async with open_archive(url) as archive:

        async def go_through(number: int) -> Request:
            wanted = (Wanted(link=f"https://post.example/{number}"),)
            request = await archive.requests.accept(Ask(f"slack:T{number % 3}", "slack", str(number), "U1", {}, wanted))
            assert request is not None
            (item,) = request.items
            await archive.requests.set_message(request.workspace, item.id, f"message {number}")
            await archive.requests.set_problem(request.workspace, item.id, f"problem {number}")
            await archive.requests.set_delivered(request.workspace, item.id)
            await archive.requests.finish(request.workspace, request.id)
            return await archive.requests.get(request.workspace, request.id)

        answered = await asyncio.gather(*map(go_through, range(60)))
        verdicts = [await archive.audit.verify(f"slack:T{number}") for number in range(3)]

    for number, request in enumerate(answered):
        (item,) = request.items
        assert (request.finished, item.delivered) == (True, True)
        assert (item.wanted.link, item.message, item.problem) == (
            f"https://post.example/{number}",
            f"message {number}",
            f"problem {number}",
        )
    assert [(verdict.entries, verdict.faults) for verdict in verdicts] == [(40, ())] * 3
