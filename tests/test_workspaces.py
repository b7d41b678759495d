"""What was asked, read and kept for one workspace is never read or changed for another: every method is tried."""

from __future__ import annotations

import inspect
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, event

from bot.archive.archive import Archive, open_archive
from bot.archive.tables import metadata
from bot.brief import Brief, write_brief
from bot.errors import BotError
from bot.models import Ask, Correction, Mistake, Page, Question, Request, Wanted
from tests.fakes import an_analysis, an_article
from tests.raw import execute, rows

pytestmark = pytest.mark.anyio

OURS, THEIRS = "slack:T1", "slack:T2"
SECRET = "wharfinger"  # stands in everything of the other workspace, and nowhere else
FETCHED = datetime(2026, 3, 18, 9, 30, tzinfo=UTC)


@dataclass(frozen=True)
class Theirs:
    """What the other workspace has, and we know the ids of."""

    request: Request
    brief_id: str
    brief: Brief

    @property
    def item_id(self) -> str:
        return self.request.items[0].id


async def fill(archive: Archive, workspace: str, word: str) -> Theirs:
    """Do for *workspace* all that can be done."""
    await archive.search.turn_on(workspace)
    await archive.channels.watch(workspace, word, word, on=True)
    await archive.installations.keep(workspace, word.encode(), word)
    page = Page(f"https://{word}.example/a", f"https://{word}.example/a", word.encode(), "text/html", "utf-8", FETCHED)
    digest = await archive.snapshots.keep(workspace, page)
    brief = write_brief(
        replace(an_article(), outlet=word, url=page.url, fetched_at=FETCHED, snapshot_sha256=digest), an_analysis()
    )
    asked = await archive.requests.accept(
        Ask(
            workspace,
            "slack",
            "C1:1.1",
            word,
            {"channel": word},
            (Wanted(link=page.url), Wanted(text=f"A {word}.")),
            word,
            word,
        )
    )
    assert asked is not None
    brief_id = (await archive.briefs.keep(workspace, asked.items[0].id, brief)).id
    correction = Correction(Mistake.WRONG_SPEAKER, brief.quotes[0].id, None)
    await archive.corrections.make(workspace, brief_id, word, correction)
    return Theirs(asked, brief_id, brief)


Attempt = Callable[[Archive, Theirs], Awaitable[object]]

ATTEMPTS: dict[str, Attempt] = {
    "requests.accept": lambda archive, theirs: archive.requests.accept(
        Ask(OURS, "slack", "C1:1.1", "U1", {}, (Wanted(link="https://post.example/"),))
    ),
    "requests.get": lambda archive, theirs: archive.requests.get(OURS, theirs.request.id),
    "requests.has_asked": lambda archive, theirs: archive.requests.has_asked(OURS),
    "requests.set_place": lambda archive, theirs: archive.requests.set_place(OURS, theirs.request.id, {"x": "y"}, "z"),
    "requests.set_remark": lambda archive, theirs: archive.requests.set_remark(OURS, theirs.request.id, "ours"),
    "requests.set_message": lambda archive, theirs: archive.requests.set_message(OURS, theirs.item_id, "ours"),
    "requests.count_try": lambda archive, theirs: archive.requests.count_try(OURS, theirs.item_id),
    "requests.set_problem": lambda archive, theirs: archive.requests.set_problem(OURS, theirs.item_id, "ours"),
    "requests.set_delivered": lambda archive, theirs: archive.requests.set_delivered(OURS, theirs.item_id),
    "requests.finish": lambda archive, theirs: archive.requests.finish(OURS, theirs.request.id),
    "threads.requests": lambda archive, theirs: archive.threads.requests(OURS, SECRET),
    "threads.in_channel": lambda archive, theirs: archive.threads.in_channel(OURS, SECRET),
    "threads.recent": lambda archive, theirs: archive.threads.recent(OURS, SECRET, limit=5),
    "threads.request_of_brief": lambda archive, theirs: archive.threads.request_of_brief(OURS, theirs.brief_id),
    "threads.request_of_item": lambda archive, theirs: archive.threads.request_of_item(OURS, theirs.item_id),
    "threads.begin_again": lambda archive, theirs: archive.threads.begin_again(
        OURS, theirs.request.id, [theirs.item_id], "U1"
    ),
    "threads.withdraw": lambda archive, theirs: archive.threads.withdraw(
        OURS, theirs.request.id, [theirs.item_id], "U1"
    ),
    "usage.by_person": lambda archive, theirs: archive.usage.by_person(OURS, SECRET, FETCHED),
    "usage.retried": lambda archive, theirs: archive.usage.retried(OURS, SECRET, FETCHED),
    "usage.is_known": lambda archive, theirs: archive.usage.is_known(OURS, "slack", "C1:1.1"),
    "usage.in_channel": lambda archive, theirs: archive.usage.in_channel(OURS, SECRET, FETCHED),
    "channels.watch": lambda archive, theirs: archive.channels.watch(OURS, SECRET, "U1", on=False),
    "channels.is_watched": lambda archive, theirs: archive.channels.is_watched(OURS, SECRET),
    "deliveries.take": lambda archive, theirs: archive.deliveries.take(OURS, SECRET),
    "installations.keep": lambda archive, theirs: archive.installations.keep(OURS, b"ours", "U1"),
    "installations.get": lambda archive, theirs: archive.installations.get(OURS),
    "installations.renew": lambda archive, theirs: archive.installations.renew(
        OURS, b"ours", instead_of=SECRET.encode()
    ),
    "installations.remove": lambda archive, theirs: archive.installations.remove(OURS, datetime.now(UTC)),
    "briefs.keep": lambda archive, theirs: archive.briefs.keep(OURS, theirs.item_id, theirs.brief),
    "briefs.get": lambda archive, theirs: archive.briefs.get(OURS, theirs.brief_id),
    "search.turn_on": lambda archive, theirs: archive.search.turn_on(OURS),
    "search.turn_off": lambda archive, theirs: archive.search.turn_off(OURS),
    "search.is_on": lambda archive, theirs: archive.search.is_on(OURS),
    "search.find": lambda archive, theirs: archive.search.find(OURS, Question(outlet=SECRET)),
    "search.count": lambda archive, theirs: archive.search.count(OURS, Question(outlet=SECRET)),
    "corrections.make": lambda archive, theirs: archive.corrections.make(
        OURS, theirs.brief_id, "U1", Correction(Mistake.NOT_A_QUOTE, "q1")
    ),
    "corrections.all": lambda archive, theirs: archive.corrections.all(OURS),
    "audit.entries": lambda archive, theirs: archive.audit.entries(OURS),
    "audit.verify": lambda archive, theirs: archive.audit.verify(OURS),
    "erase.article": lambda archive, theirs: archive.erase.article(OURS, f"https://{SECRET}.example/a"),
    "erase.speaker": lambda archive, theirs: archive.erase.speaker(OURS, SECRET),
    "erase.items": lambda archive, theirs: archive.erase.items(OURS, theirs.request.id, [theirs.item_id]),
    "erase.user": lambda archive, theirs: archive.erase.user(OURS, SECRET),
    "erase.workspace": lambda archive, theirs: archive.erase.workspace(OURS),
    "snapshots.keep": lambda archive, theirs: archive.snapshots.keep(
        OURS, Page("https://post.example/", "https://post.example/", b"ours", "text/html", None, FETCHED)
    ),
    "snapshots.get": lambda archive, theirs: archive.snapshots.get(OURS, theirs.brief),
}
"""Every public method, called for our workspace with what the other one's things are called."""

FOR_ALL: dict[str, Attempt] = {
    "requests.unfinished": lambda archive, theirs: archive.requests.unfinished(["slack"]),
    "audit.workspaces": lambda archive, theirs: archive.audit.workspaces(),
    "erase.older": lambda archive, theirs: archive.erase.older(FETCHED - timedelta(days=1)),
    "factchecks.keep": lambda archive, theirs: archive.factchecks.keep([], "x"),
    "factchecks.remove_replaced": lambda archive, theirs: archive.factchecks.remove_replaced("x"),
    "factchecks.is_filled": lambda archive, theirs: archive.factchecks.is_filled(),
    "factchecks.count": lambda archive, theirs: archive.factchecks.count(),
    "factchecks.find": lambda archive, theirs: archive.factchecks.find(SECRET),
    "snapshots.forget": lambda archive, theirs: archive.snapshots.forget(FETCHED - timedelta(days=1)),
}
"""What is asked for all workspaces: by a worker, which gets nothing but ids with the workspace of each, or a number;
and what was published anyway."""

PUBLISHED = {"factchecks"}
"""Tables of what is public in itself. Nothing of a workspace is in them."""


def methods(archive: Archive) -> Iterator[str]:
    """Return the names of all public methods, noun by noun."""
    for noun, tables in vars(archive).items():
        if not noun.startswith("_"):
            for name, _ in inspect.getmembers(tables, inspect.ismethod):
                if not name.startswith("_"):
                    yield f"{noun}.{name}"


@pytest.fixture
async def archive(url: str) -> AsyncIterator[Archive]:
    async with open_archive(url) as opened:
        yield opened


async def test_every_public_method_is_tried(archive: Archive) -> None:
    assert set(methods(archive)) == {*ATTEMPTS, *FOR_ALL}


@pytest.mark.parametrize("name", ATTEMPTS)
async def test_method_neither_reads_nor_changes_what_is_anothers(url: str, archive: Archive, name: str) -> None:
    theirs = await fill(archive, THEIRS, SECRET)
    before = [row for table in rows(url).values() for row in table if SECRET in row or THEIRS in row]
    seen: object = None
    with suppress(BotError):
        seen = await ATTEMPTS[name](archive, theirs)

    after = [row for table in rows(url).values() for row in table]
    assert [row for row in before if row not in after] == []
    assert SECRET not in repr(seen)


async def test_what_is_asked_for_all_workspaces_returns_nothing_of_theirs_but_ids(archive: Archive) -> None:
    await fill(archive, THEIRS, SECRET)
    for name, attempt in FOR_ALL.items():
        assert SECRET not in repr(await attempt(archive, None)), name  # type: ignore[arg-type]


@contextmanager
def statements() -> Iterator[list[str]]:
    """Collect the SQL of all that happens meanwhile."""
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: Any) -> None:
        seen.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(Engine, "before_cursor_execute", note)


@pytest.mark.parametrize("name", ATTEMPTS)
async def test_every_statement_of_a_method_names_the_workspace(archive: Archive, name: str) -> None:
    """Ids are hard to guess, but that alone must keep nothing apart."""
    theirs = await fill(archive, THEIRS, SECRET)
    with statements() as seen, suppress(BotError):
        await ATTEMPTS[name](archive, theirs)

    keyed = [name for name, table in metadata.tables.items() if "workspace" in table.columns]
    touching = [one for one in seen if re.search(rf"\b(?:FROM|UPDATE|INTO|JOIN)\s+(?:{'|'.join(keyed)})\b", one)]
    assert touching
    for statement in touching:
        condition = statement if statement.startswith("INSERT") else statement.partition("WHERE")[2]
        assert "workspace" in condition, statement


async def test_every_table_is_keyed_by_workspace(url: str, archive: Archive) -> None:
    assert {name for name, table in metadata.tables.items() if "workspace" not in table.columns} == PUBLISHED
    await fill(archive, THEIRS, SECRET)
    for table in metadata.tables.keys() - PUBLISHED:
        assert execute(url, f'SELECT * FROM "{table}" WHERE workspace IS NULL') == []  # noqa: S608
