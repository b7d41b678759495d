import asyncio
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.sites import Site, open_site, page

pytestmark = [pytest.mark.anyio, pytest.mark.model]

ROOT = Path(__file__).parents[1]
STORY = (ROOT / "tests" / "articles" / "harbour.html").read_bytes()
PATIENCE = 120.0  # seconds; on a busy machine too


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    async def answer(path: str, writer: asyncio.StreamWriter) -> None:
        writer.write(page(STORY) if path == "/story" else page(b"<p>Not here", status="404 Not Found"))

    async with open_site(answer) as opened:
        yield opened


async def live(folder: Path, site: Site, fatal: str) -> int:
    """Start a desk, kill it in the moment *fatal*, or wait for its end; return its exit code."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.desk_process",
        str(folder),
        site.place,
        fatal,
        site.url("/story"),
        site.url("/gone"),
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    async with asyncio.timeout(PATIENCE):
        if fatal != "never":
            assert (await process.stdout.readline()).decode().strip() == fatal
            process.kill()
        await process.stdout.read()
        return await process.wait()


@pytest.mark.parametrize("moment", ["accepted", "announced", "reading", "delivered"])
async def test_a_killed_desk_gives_every_answer_once_when_it_starts_again(
    tmp_path: Path, site: Site, moment: str
) -> None:
    folder = tmp_path / "channel"
    folder.mkdir()
    assert await live(folder, site, moment) == -9
    assert await live(folder, site, "never") == 0

    thread, *messages = (folder / "posts").read_text().split()
    answers = [(folder / message).read_text() for message in messages]
    assert thread == "thread"
    assert len(messages) == 2
    assert "Harbour" in answers[0]
    assert "does not exist (any more)" in answers[1]
    assert sorted(path.name for path in folder.iterdir()) == sorted([*messages, "thread", "posts", "closed"])
