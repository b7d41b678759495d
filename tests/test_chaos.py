"""Processes are killed, the database falls over, platforms misbehave: nothing is lost, nothing is answered twice."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.chaos.run import Plan, chaos
from tests.postgres import Postgres

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
async def test_every_request_is_answered_once_and_in_its_thread(
    tmp_path: Path, shared: Path, request: pytest.FixtureRequest, engine: str
) -> None:
    postgres: Postgres | None = request.getfixturevalue("postgres") if engine == "postgresql" else None
    tally = await chaos(tmp_path, shared / "specs", Plan(requests=40, workers=2, kills=4), postgres)

    assert [(one.lost, one.twice, one.wrong) for one in tally.outcomes.values()] == [(0, 0, 0)] * 2, tally
    assert sum(one.asked for one in tally.outcomes.values()) == 40
    assert sum(tally.kills.values()) + tally.outages == 4
