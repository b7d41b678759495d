"""A follow-up is carried out once, however often and to whichever process it is delivered."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import pytest

from bot.archive.archive import open_archive
from bot.archive.deliveries import KEPT
from tests.raw import execute

pytestmark = pytest.mark.anyio
HOME = "chat:T1"


async def test_a_delivery_is_taken_once(url: str) -> None:
    async with open_archive(url) as archive:
        assert [await archive.deliveries.take(HOME, "C1:1.1") for _ in range(3)] == [True, False, False]
        assert await archive.deliveries.take(HOME, "C1:1.2")
        assert await archive.deliveries.take("chat:T2", "C1:1.1")


async def test_of_several_processes_one_takes_it(url: str) -> None:
    async with open_archive(url) as one, open_archive(url) as other:
        taken = await asyncio.gather(*(archive.deliveries.take(HOME, "C1:1.1") for archive in (one, other) * 4))

    assert sorted(taken) == [False] * 7 + [True]


async def test_it_is_known_after_a_restart(url: str) -> None:
    async with open_archive(url) as archive:
        await archive.deliveries.take(HOME, "C1:1.1")
    async with open_archive(url) as archive:
        assert not await archive.deliveries.take(HOME, "C1:1.1")


async def test_it_is_forgotten_after_a_day(url: str) -> None:
    async with open_archive(url) as archive:
        await archive.deliveries.take(HOME, "C1:1.1")
        long_ago = datetime.now(UTC) - 2 * KEPT
        execute(url, "UPDATE deliveries SET at = ?", [f"{long_ago:%Y-%m-%d %H:%M:%S.%f}"])
        await archive.deliveries.take(HOME, "C1:1.2")
        kept = execute(url, "SELECT key FROM deliveries")

    assert [key for (key,) in kept] == ["C1:1.2"]
