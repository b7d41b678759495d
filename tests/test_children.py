import asyncio
import logging
import os
import platform
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bot.children import CALLS, Children, open_children
from bot.errors import NoArticle, ReadingCrashed, ReadingTimeout, SettingsError
from tests import work

pytestmark = pytest.mark.anyio

GENEROUS = 60.0  # seconds; nothing here takes as long


@asynccontextmanager
async def children(*, processes: int = 1, timeout: float = GENEROUS, memory_mb: int = 1000) -> AsyncIterator[Children]:
    async with open_children(work.get_ready, processes=processes, timeout=timeout, memory_mb=memory_mb) as opened:
        yield opened


def is_alive(process_id: int) -> bool:
    try:
        os.kill(process_id, 0)
    except ProcessLookupError:
        return False
    stat = Path(f"/proc/{process_id}/stat")
    return not stat.exists() or stat.read_text().rpartition(")")[2].split()[0] != "Z"


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(GENEROUS):
        while not condition():  # noqa: ASYNC110 - another process brings it about
            await asyncio.sleep(0.01)


async def test_a_call_is_carried_out_in_another_process() -> None:
    async with children() as opened:
        assert await opened.run(work.double, 21) == 42
        assert await opened.run(work.own_id, None) != os.getpid()


async def test_more_calls_than_children_all_get_their_own_answer() -> None:
    async with children(processes=2) as opened:
        assert await asyncio.gather(*(opened.run(work.double, n) for n in range(20))) == [n * 2 for n in range(20)]


async def test_a_call_without_end_is_ended_and_the_next_one_works(tmp_path: Path) -> None:
    async with children(timeout=0.3) as opened:
        with pytest.raises(ReadingTimeout, match=r"longer than 0\.3 seconds"):
            await opened.run(work.hang, str(tmp_path / "started"))

        assert await opened.run(work.double, 2) == 4
    assert not is_alive(int((tmp_path / "started").read_text()))


@pytest.mark.parametrize(
    ("function", "argument"),
    [(work.exit_at_once, 1), (work.exit_at_once, 0), (work.crash, None), (work.take_memory, 2000)],
)
async def test_a_child_that_dies_costs_one_call(function: Callable[[object], object], argument: object) -> None:
    async with children() as opened:
        with pytest.raises(ReadingCrashed):
            await opened.run(function, argument)

        assert await opened.run(work.double, 2) == 4


async def test_a_child_that_dies_harms_no_other_call() -> None:
    async with children(processes=2) as opened:
        results = await asyncio.gather(
            *(opened.run(work.exit_at_once if n % 5 == 0 else work.double, n) for n in range(10)),
            return_exceptions=True,
        )

    crashed = [n for n, result in enumerate(results) if isinstance(result, ReadingCrashed)]
    assert crashed == [0, 5]
    assert [result for result in results if isinstance(result, int)] == [n * 2 for n in range(10) if n % 5]


async def test_an_idle_child_that_is_killed_costs_no_call() -> None:
    """The kernel may end a child that waits, when memory runs out elsewhere."""
    async with children() as opened:
        os.kill(await opened.run(work.own_id, None), signal.SIGKILL)

        assert await opened.run(work.double, 2) == 4


async def test_a_child_worn_out_by_earlier_work_is_replaced_and_the_call_repeated(tmp_path: Path) -> None:
    marks = tmp_path / "marks"
    async with children() as opened:
        first = await opened.run(work.die_the_second_time, str(marks))
        second = await opened.run(work.die_the_second_time, str(marks))

    assert first != second
    assert marks.read_text() == "xxx"


async def test_a_fault_of_the_work_itself_is_not_repeated_for_ever() -> None:
    async with children() as opened:
        assert await opened.run(work.double, 1) == 2
        with pytest.raises(ReadingCrashed):
            await opened.run(work.exit_at_once, 1)


async def test_memory_is_bounded_but_enough() -> None:
    async with children(memory_mb=1000) as opened:
        assert await opened.run(work.take_memory, 300) == 300 * 1024 * 1024


async def test_endless_recursion_is_a_crash_in_words() -> None:
    async with children() as opened:
        with pytest.raises(ReadingCrashed):
            await opened.run(work.recurse, 0)


async def test_an_expected_error_arrives_with_its_facts() -> None:
    async with children() as opened:
        with pytest.raises(NoArticle) as caught:
            await opened.run(work.refuse, "a list of links")

    assert caught.value.evidence == "a list of links"
    assert str(caught.value) == str(NoArticle("a list of links"))


async def test_a_fault_arrives_with_the_line_it_came_from() -> None:
    async with children() as opened:
        with pytest.raises(ZeroDivisionError) as caught:
            await opened.run(work.divide, 1)
        with pytest.raises(RuntimeError, match="Unsendable"):
            await opened.run(work.raise_unsendable, None)

    assert "return number / 0" in "".join(caught.value.__notes__)


async def test_a_call_nobody_waits_for_is_ended_and_frees_its_child(tmp_path: Path) -> None:
    started = tmp_path / "started"
    async with children() as opened:
        call = asyncio.create_task(opened.run(work.hang, str(started)))
        await until(lambda: started.exists() and bool(started.read_text()))
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call

        assert await opened.run(work.double, 2) == 4
    assert not is_alive(int(started.read_text()))


async def test_closing_ends_a_busy_child_too(tmp_path: Path) -> None:
    started = tmp_path / "started"
    async with children() as opened:
        call = asyncio.create_task(opened.run(work.hang, str(started)))
        await until(lambda: started.exists() and bool(started.read_text()))
    with pytest.raises(ReadingCrashed):
        await call

    assert not is_alive(int(started.read_text()))


async def test_what_prevents_the_start_is_told_at_the_start() -> None:
    with pytest.raises(SettingsError, match="SPACY_MODEL is nonsuch"):
        async with open_children(work.be_unable, processes=1, timeout=1, memory_mb=1000) as opened:
            await opened.get_ready()


@pytest.mark.parametrize("unready", [work.die_at_start, work.run_out_at_start, work.fail_at_start])
async def test_a_child_that_cannot_get_ready_is_a_matter_of_settings(unready: Callable[[], None]) -> None:
    with pytest.raises(SettingsError, match="READING_MEMORY_MB is 1000"):
        async with open_children(unready, processes=1, timeout=1, memory_mb=1000) as opened:
            await opened.get_ready()


async def test_a_replaced_child_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING)
    async with children() as opened:
        with pytest.raises(ReadingCrashed):
            await opened.run(work.exit_at_once, 7)

    assert "exit code 7" in caplog.text


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM])
async def test_a_signal_to_the_whole_group_leaves_the_reading_to_the_parent(sent: signal.Signals) -> None:
    """A service manager signals every process; a child that obeyed would look like a crash to whoever asked."""
    async with children() as opened:
        child = await opened.run(work.own_id, None)
        os.kill(child, sent)

        assert await opened.run(work.own_id, None) == child


PARENT = """
import asyncio, sys
from bot.children import open_children
from tests import work

async def main():
    async with open_children(work.get_ready, processes=1, timeout=60, memory_mb=1000) as children:
        await children.run(work.hang, sys.argv[1])

if __name__ == "__main__":
    asyncio.run(main())
"""


async def test_children_do_not_outlive_a_killed_parent(tmp_path: Path) -> None:
    started = tmp_path / "started"
    script = tmp_path / "parent.py"
    script.write_text(PARENT)
    parent = subprocess.Popen(  # noqa: ASYNC220, S603
        [sys.executable, str(script), str(started)],
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])},
    )
    await until(lambda: started.exists() and bool(started.read_text()))
    parent.kill()
    parent.wait()

    await until(lambda: not is_alive(int(started.read_text())))


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="another allocator gives memory back by itself")
async def test_memory_that_is_free_is_given_back_after_some_calls() -> None:
    async with children() as opened:
        full = await opened.run(work.use_and_free, 200)
        assert await opened.run(work.held, None) > 180  # it is free, and the allocator keeps it
        for _ in range(CALLS):
            await opened.run(work.double, 1)
        assert await opened.run(work.held, None) < full - 150
