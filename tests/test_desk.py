import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import suppress
from pathlib import Path

import pytest

from bot.answers import Compared
from bot.brief import Brief
from bot.desk import Desk
from bot.errors import BriefNotFound, PageNotFound, TooShort
from bot.models import Ask, Item, Request, Stage, Wanted
from bot.opening import open_desk
from bot.settings import Settings
from tests.fakes import STORY
from tests.sites import Site, by_path, open_site, page

pytestmark = [pytest.mark.anyio, pytest.mark.model]

HARBOUR = (Path(__file__).parent / "articles" / "harbour.html").read_bytes()
TITLE = "Harbour wall will cost twice as much, council admits"
PATIENCE = 120.0  # seconds; on a busy machine too


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    pages = {
        "/story": page(HARBOUR),
        "/gone": page(status="404 Not Found"),
        "/file": page(b"%PDF-1.7 ...", media_type="application/pdf"),
        "/empty": page(b""),
    }
    async with open_site(by_path(pages)) as opened:
        yield opened


@pytest.fixture
async def desk(site: Site, tmp_path: Path) -> AsyncIterator[Desk]:
    settings = Settings(
        _env_file=None,  # type: ignore[call-arg]
        database_url=f"sqlite+aiosqlite:///{tmp_path}/archive.sqlite3",
        fetch_allow_hosts=site.place,
    )
    async with open_desk(settings) as opened:
        yield opened


class Thread:
    """A thread that keeps its messages in order; it is full when everything is answered."""

    def __init__(self) -> None:
        self.answers: dict[str, Brief | str] = {}
        self.items: tuple[Item, ...] = ()
        self.closed = asyncio.Event()

    async def open(self, request: Request) -> Mapping[str, str]:
        return request.place

    def thread(self, request: Request) -> str:
        return request.thread

    async def announce(self, request: Request, item: Item) -> str:
        self.answers.setdefault(item.id, "Reading …")
        return item.id

    async def deliver(self, request: Request, item: Item, answer: Brief | str) -> None:
        self.answers[item.id] = answer

    async def remark(self, request: Request, compared: Compared) -> str:
        return ""

    async def withdraw(self, request: Request, message: str) -> None:
        self.answers.pop(message, None)

    async def close(self, request: Request) -> None:
        self.items = request.items
        self.closed.set()


def ask(*wanted: Wanted, key: str = "event-1") -> Ask:
    return Ask("chat:T1", "chat", key, "U1", {"channel": "C1"}, wanted)


async def test_a_link_becomes_a_brief(desk: Desk, site: Site) -> None:
    stages: list[Stage] = []
    brief = await desk.brief(site.url("/story"), tell=stages.append)

    assert stages == [Stage.FETCHING, Stage.EXTRACTING, Stage.READING, Stage.CHECKING]
    assert brief.article.title == TITLE
    assert brief.article.url == site.url("/story")
    assert "Maren Holt" in [speaker.name for speaker in brief.speakers]
    assert brief.summary
    for quote in brief.quotes:
        for passage in (*quote.content, *quote.quoted, *quote.cue, *quote.source):
            assert brief.article.text[passage.start : passage.end] == passage.text


async def test_a_link_that_leads_nowhere_is_an_error_in_words(desk: Desk, site: Site) -> None:
    with pytest.raises(PageNotFound):
        await desk.brief(site.url("/gone"))


async def test_pasted_text_becomes_a_brief_without_an_address(desk: Desk) -> None:
    brief = await desk.brief_text(STORY.replace("said Maren Holt", "said \ud800Maren Holt"))

    assert brief.article.url is None
    assert "Maren Holt" in brief.article.text
    assert Brief.model_validate_json(brief.model_dump_json()) == brief
    with pytest.raises(TooShort):
        await desk.brief_text("Two sentences. No more.")


async def test_a_request_is_answered_item_by_item_whatever_becomes_of_the_others(desk: Desk, site: Site) -> None:
    thread = Thread()
    working = asyncio.create_task(desk.work({"chat": thread}))
    await asyncio.sleep(0)  # the desk is at work before anything arrives
    request = await desk.accept(
        ask(
            Wanted(link=site.url("/gone")),
            Wanted(link=site.url("/story")),
            Wanted(link="http://10.0.0.1/"),
            Wanted(link=site.url("/file")),
            Wanted(link=site.url("/empty")),
            Wanted(text=STORY),
            Wanted(link="ftp://post.example/a", problem="That is not a web page's address."),
        )
    )
    assert request is not None
    await asyncio.wait_for(thread.closed.wait(), PATIENCE)

    gone, story, inner, file, empty, pasted, ftp = thread.answers.values()
    assert list(thread.answers) == [item.id for item in request.items]
    assert "does not exist" in str(gone)
    assert isinstance(story, Brief)
    assert story.article.title == TITLE
    assert "inner address" in str(inner)
    assert "This PDF file is damaged" in str(file)
    assert "no article" in str(empty)
    assert isinstance(pasted, Brief)
    assert ftp == "That is not a web page's address."

    assert await desk.recall("chat:T1", thread.items[1].brief or "") == story
    with pytest.raises(BriefNotFound):
        await desk.recall("chat:T2", thread.items[1].brief or "")
    working.cancel()
    with suppress(asyncio.CancelledError):
        await working


async def test_what_was_accepted_before_the_desk_worked_is_answered_and_a_repeat_is_not(desk: Desk, site: Site) -> None:
    thread = Thread()
    assert await desk.accept(ask(Wanted(link=site.url("/gone")))) is not None
    assert await desk.accept(ask(Wanted(link=site.url("/gone")))) is None
    working = asyncio.create_task(desk.work({"chat": thread}))
    await asyncio.wait_for(thread.closed.wait(), PATIENCE)

    assert await desk.accept(ask(Wanted(link=site.url("/gone")))) is None
    assert len(thread.answers) == 1
    working.cancel()
    with suppress(asyncio.CancelledError):
        await working
