"""A thing whose reading takes the process down is given up after two tries, and takes nobody else's answer with it."""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.archive.archive import Archive, open_archive
from bot.errands import READINGS
from bot.errors import ReadingCrashed
from bot.models import Ask, Wanted
from bot.queue import open_queue
from tests.bot_process import ROOT
from tests.queue_process import POISON, QUICK

pytestmark = pytest.mark.anyio

PATIENCE = 60.0
"""Seconds in which a process answers what waits, or dies of it; on a busy machine too."""

INNOCENT = [f"https://post.example/{number}" for number in range(6)]


@pytest.fixture
async def archive(url: str) -> AsyncIterator[Archive]:
    async with open_archive(url) as opened:
        if url.startswith("sqlite"):
            yield opened
        else:
            async with open_queue(url, QUICK) as queue:
                opened.requests.put = queue.put
                yield opened


async def test_poison_is_given_up_after_two_tries_and_what_was_read_beside_it_is_answered(
    url: str, archive: Archive, tmp_path: Path
) -> None:
    items = {}
    for link in (*INNOCENT[:3], POISON, *INNOCENT[3:]):
        request = await archive.requests.accept(Ask("chat:T1", "chat", link, "U1", {}, (Wanted(link=link),)))
        assert request is not None
        items[link] = request.items[0].id
    folder = tmp_path / "channel"
    folder.mkdir()

    ends = []
    while await archive.requests.unfinished(["chat"]):
        ends.append(await live(url, folder, archive))

    answers = {link: (folder / item).read_text() for link, item in items.items()}
    assert ends[:-1] == [-signal.SIGKILL] * READINGS
    assert answers.pop(POISON) == str(ReadingCrashed())
    assert str(ReadingCrashed()) not in answers.values()
    posts = (folder / "posts").read_text().split()
    assert [posts.count(item) for item in items.values()] == [1] * len(items)


async def live(url: str, folder: Path, archive: Archive) -> int | None:
    """Start a process and return how it ended, where it died before all was answered."""
    command = (sys.executable, "-m", "tests.queue_process", url, str(folder), "die")
    process = await asyncio.create_subprocess_exec(*command, cwd=ROOT)
    try:
        async with asyncio.timeout(PATIENCE):
            while process.returncode is None and await archive.requests.unfinished(["chat"]):  # noqa: ASYNC110
                await asyncio.sleep(0.1)
        return process.returncode
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()
