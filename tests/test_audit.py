"""What happened stands in a chain: whoever alters, removes or reorders an entry is found out."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from adapters.__main__ import READ, UNREAD, main
from bot.archive.archive import Archive, open_archive
from bot.models import Ask, Request, Wanted
from tests.fakes import a_brief
from tests.raw import execute, rows

pytestmark = pytest.mark.anyio

HOME = "slack:T1"
PASTED = "Nobody has pocketed a penny, she whispered."


@pytest.fixture
async def archive(url: str) -> AsyncIterator[Archive]:
    async with open_archive(url) as opened:
        yield opened


async def go_through(archive: Archive, number: int, *, workspace: str = HOME, who: str = "U1") -> Request:
    """Have one link and one pasted text asked for and answered."""
    wanted = (Wanted(link=f"https://post.example/{number}"), Wanted(text=PASTED))
    request = await archive.requests.accept(Ask(workspace, "slack", str(number), who, {}, wanted))
    assert request is not None
    await archive.briefs.keep(workspace, request.items[0].id, a_brief())
    await archive.requests.set_problem(workspace, request.items[1].id, "Too short.")
    for item in request.items:
        await archive.requests.set_delivered(workspace, item.id)
    await archive.requests.finish(workspace, request.id)
    return await archive.requests.get(workspace, request.id)


async def test_who_asked_what_and_what_was_shown_is_noted(url: str, archive: Archive) -> None:
    request = await go_through(archive, 1)
    asked, *shown = await archive.audit.entries(HOME)

    assert asked.action == "asked"
    assert asked.details == {
        "who": "U1",
        "adapter": "slack",
        "request": request.id,
        "links": ["https://post.example/1"],
        "pasted": 1,
        "files": 0,
    }
    assert [(entry.action, entry.details) for entry in shown] == [
        ("shown", {"request": request.id, "item": request.items[0].id, "brief": request.items[0].brief, "problem": ""}),
        ("shown", {"request": request.id, "item": request.items[1].id, "brief": "", "problem": "Too short."}),
    ]
    assert not [row for row in rows(url)["audit"] if "penny" in row]


async def test_untouched_chain_is_whole_also_when_many_write_at_once(archive: Archive) -> None:
    await asyncio.gather(*(go_through(archive, number) for number in range(12)))
    verdict = await archive.audit.verify(HOME)

    assert verdict.faults == ()
    assert verdict.entries == 12 * 3
    assert (await archive.audit.verify("slack:T2")).faults == ()


DAMAGE = {
    "altered": ("UPDATE audit SET action = 'shown' WHERE number = 1", "entry 1 was altered"),
    "told otherwise": ("UPDATE audit SET details = replace(details, 'U1', 'U2') WHERE number = 4", "entry 4 says"),
    "dated back": ("UPDATE audit SET at = '2020-01-01 00:00:00+00:00' WHERE number = 2", "entry 2 was altered"),
    "missing": ("DELETE FROM audit WHERE number = 3", "entry 3 is missing"),
    "missing at the start": ("DELETE FROM audit WHERE number < 3", "entries 1 to 2 are missing"),
    "missing at the end": ("DELETE FROM audit WHERE number > 4", "should end with entry 6, and ends with entry 4"),
    "all missing": ("DELETE FROM audit", "should end with entry 6, and ends with entry 0"),
    "emptied": ("UPDATE audit SET details = NULL, salt = NULL WHERE number = 5", "entry 5 was emptied"),
    "moved": ("UPDATE audit SET number = 7 WHERE number = 6", "entry 6 is missing"),
}


@pytest.mark.parametrize("damage", DAMAGE)
async def test_damage_is_found_and_named(url: str, archive: Archive, damage: str) -> None:
    for number in range(2):
        await go_through(archive, number)
    statement, told = DAMAGE[damage]
    execute(url, statement.replace("+00:00", "") if url.startswith("sqlite") else statement)

    assert told in "\n".join((await archive.audit.verify(HOME)).faults)


async def test_two_entries_in_each_others_place_are_found(url: str, archive: Archive) -> None:
    await go_through(archive, 1)
    for old, new in ((2, 99), (3, 2), (99, 3)):
        execute(url, "UPDATE audit SET number = ? WHERE number = ?", (new, old))

    assert "entry 2 was altered, or stands in another's place" in (await archive.audit.verify(HOME)).faults


async def test_what_was_forgotten_leaves_no_words_and_a_whole_chain(url: str, archive: Archive) -> None:
    await go_through(archive, 1, who="U0QUINCE")
    await go_through(archive, 2)
    await archive.erase.user(HOME, "U0QUINCE")
    await archive.erase.article(HOME, "https://post.example/2")

    assert (await archive.audit.verify(HOME)).faults == ()
    assert not [row for row in rows(url)["audit"] if "U0QUINCE" in row or "post.example" in row]
    *_, last = await archive.audit.entries(HOME)
    assert last.action == "erased"
    assert last.details == {"what": "article", "briefs": 1, "requests": 0, "emptied": [4, 5]}


def test_operator_verifies_in_the_terminal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path}/archive.sqlite3"
    monkeypatch.setenv("DATABASE_URL", url)
    monkeypatch.chdir(tmp_path)

    async def fill() -> None:
        async with open_archive(url) as archive:
            await go_through(archive, 1)
            await go_through(archive, 2, workspace="discord:7")

    asyncio.run(fill())
    assert main(["audit", "verify"]) == READ
    assert capsys.readouterr().out.count("whole: 3 entries, the last ") == 2
    execute(url, "DELETE FROM audit WHERE number = 2 AND workspace = 'discord:7'")
    assert main(["audit", "verify"]) == UNREAD
    told = capsys.readouterr()
    assert "slack:T1 is whole" in told.out
    assert "discord:7: entry 2 is missing" in told.err
    assert main(["audit", "show", "--workspace", HOME]) == READ
    assert "asked" in capsys.readouterr().out
