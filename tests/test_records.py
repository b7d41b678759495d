"""Searching and forgetting as an operator does it in a terminal, and what a search tells."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest

from adapters.__main__ import READ, UNREAD, main
from bot.archive.archive import open_archive
from bot.findings import NOTHING, tell
from bot.models import Ask, Correction, Mistake, Question, Wanted
from bot.records import Records
from tests.fakes import a_brief

HOME = "slack:T1"


@pytest.fixture
def url(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    url = f"sqlite+aiosqlite:///{tmp_path}/archive.sqlite3"
    monkeypatch.setenv("DATABASE_URL", url)
    monkeypatch.chdir(tmp_path)

    async def fill() -> None:
        async with open_archive(url) as archive:
            wanted = (Wanted(link="https://post.example/harbour"),)
            request = await archive.requests.accept(Ask(HOME, "slack", "1", "U1", {}, wanted))
            assert request is not None
            await archive.briefs.keep(HOME, request.items[0].id, a_brief())

    asyncio.run(fill())
    return url


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    code = main(arguments)
    printed = capsys.readouterr()
    return code, printed.out + printed.err


def test_search_tells_who_said_it_where_and_with_whose_words(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, "archive", "on", HOME)[0] == READ
    code, told = run(capsys, "search", "disaster", "boat", "--workspace", HOME, "--speaker", "reyl")

    assert code == READ
    assert told.splitlines() == [
        "Harbour wall will cost twice as much, council admits · The Ellery Post · 17 March 2026 · "
        "https://post.example/harbour",
        "  Tomas Reyl called the plan “a disaster for every boat in the bay” [¶4]",
    ]
    assert run(capsys, "search", "a disaster for", "--workspace", HOME)[1].count("¶4") == 1
    assert run(capsys, "search", "lighthouse", "--workspace", HOME) == (READ, NOTHING + "\n")


def test_search_of_a_workspace_whose_archive_is_off_says_so(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    code, told = run(capsys, "search", "disaster", "--workspace", HOME)
    assert code == UNREAD
    assert "nutgraf archive on" in told


def test_corrections_are_printed_for_training_with_the_article(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    async def correct() -> None:
        async with open_archive(url) as archive:
            (request,) = await archive.requests.unfinished(["slack"])
            (item,) = (await archive.requests.get(*request)).items
            quote = a_brief().quotes[0].id
            await archive.corrections.make(
                HOME, item.brief or "", "U7", Correction(Mistake.WRONG_SPEAKER, quote, "Tomas Reyl")
            )

    asyncio.run(correct())
    code, told = run(capsys, "corrections", "--workspace", HOME)

    (made,) = map(json.loads, told.splitlines())
    assert code == READ
    assert (made["mistake"], made["who"], made["after"]) == ("wrong-speaker", "U7", "Tomas Reyl")
    assert made["brief"]["article"]["text"] == a_brief().article.text
    assert run(capsys, "corrections", "--workspace", "slack:T2") == (READ, "\n")


def test_forget_says_how_much_is_gone(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    run(capsys, "archive", "on", HOME)
    assert "say which speaker" in run(capsys, "forget", "speaker", "--workspace", HOME)[1]
    told = run(capsys, "forget", "article", "https://post.example/harbour", "--workspace", HOME)[1]
    assert told == "Erased for good: 1 briefs, 1 requests.\n"
    assert run(capsys, "search", "disaster", "--workspace", HOME)[1] == NOTHING + "\n"


@pytest.mark.anyio
async def test_claim_within_a_quote_that_is_found_as_well_is_told_once(tmp_path: Path) -> None:
    async with open_archive(f"sqlite+aiosqlite:///{tmp_path}/archive.sqlite3") as archive:
        await archive.search.turn_on(HOME)
        request = await archive.requests.accept(Ask(HOME, "slack", "1", "U1", {}, (Wanted(link="https://a.example"),)))
        assert request is not None
        await archive.briefs.keep(HOME, request.items[0].id, a_brief())
        found = await Records(archive).search(HOME, Question('"48 million pounds"'))

    kinds = sorted(one.kind for one in found)
    assert kinds == ["entity", "quote"]
    assert "names 48 million pounds" in tell(found)
