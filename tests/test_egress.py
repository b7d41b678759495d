"""Nothing leaves the machine but the fetch of the link itself: with the network closed, all still works.

The bot, a Slack and a newspaper run in a network namespace of their own that has loopback alone (``unshare --net``), so
that whatever phones home would fail. Each process of the bot also notes whom it tries to reach. Where the system does
not permit namespaces (some containers, macOS), that watch, which refuses all but loopback, is the test alone.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.bot_process import ROOT

pytestmark = [pytest.mark.anyio, pytest.mark.model]

TITLE = "Ellery’s new ferry failed two safety drills before it sailed, records show"
NAMESPACE = ("unshare", "--map-root-user", "--net")


def namespace() -> tuple[str, ...]:
    """Return the command that closes the network for what it runs; nothing where the system does not permit that."""
    if not shutil.which("unshare"):
        return ()
    permitted = subprocess.run([*NAMESPACE, "true"], capture_output=True).returncode == 0  # noqa: S603 - our own
    return NAMESPACE if permitted else ()


async def run(*command: str) -> str:
    """Run *command* in this project and return what it prints; fails with what it complains of."""
    process = await asyncio.create_subprocess_exec(
        *namespace(), sys.executable, *command, cwd=ROOT, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    printed, complaints = await process.communicate()
    assert process.returncode == 0, complaints.decode()
    return printed.decode().strip()


async def test_story_is_read_and_answered_with_the_network_closed(shared: Path, tmp_path: Path) -> None:
    answer = await run("-m", "tests.egress_process", str(tmp_path), str(shared / "specs"))

    log = tmp_path / "egress.log"
    assert answer == TITLE
    assert not log.exists(), f"the bot tried to reach:\n{log.read_text()}"


@pytest.mark.parametrize(
    "attempt", ["socket.create_connection(('192.0.2.1', 80), 1)", "socket.getaddrinfo('a.example', 80)"]
)
def test_watch_sees_and_stops_what_goes_outside(tmp_path: Path, attempt: str) -> None:
    """What the test above rests on."""
    environment = os.environ | {"PYTHONPATH": str(ROOT / "tests" / "egress"), "EGRESS_LOG": str(tmp_path / "log")}

    ended = subprocess.run(  # noqa: S603 - our own
        [sys.executable, "-c", f"import socket; {attempt}"], env=environment, capture_output=True, text=True
    )

    assert "stopped by the test" in ended.stderr
    assert (tmp_path / "log").read_text().split()[1] in {"192.0.2.1", "a.example"}
