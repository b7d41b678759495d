"""What people ask in a thread, carried out on a real archive, answered by the worker as in production."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from bot.answers import Compared, Found, Listing, Told, Upload
from bot.archive.archive import Archive, open_archive
from bot.brief import Brief, write_brief
from bot.commands import Compare, Correct, Delete, Export, Help, Retry, Search, Show, Unknown, Watch
from bot.errors import (
    BriefNotFound,
    MayNotDelete,
    NoBriefHere,
    NothingToCompare,
    NothingToRetry,
    PastedTextGone,
    RequestNotFound,
    SeveralSpeakers,
    SpeakerNotQuoted,
)
from bot.models import Ask, Correction, File, Item, Mistake, Person, Question, Request, Speaker, Wanted
from bot.versions import in_short
from tests.fakes import QuickDesk, a_brief, an_analysis, an_article, another_brief, span
from tests.raw import execute

pytestmark = pytest.mark.anyio

HOME = "chat:T1"
THREAD = "C1:1.1"
ASKER = Person(HOME, "U1", thread=THREAD)
COLLEAGUE = replace(ASKER, user="U2")
MODERATOR = replace(ASKER, user="U3", trusted=True)
LINK = "https://post.example/harbour"
PATIENCE = 60.0  # seconds; on a busy machine too


class Thread:
    """A thread as one sees it: messages by their ids, and how often it was closed."""

    def __init__(self) -> None:
        self.messages: dict[str, Brief | str] = {}
        self.closed: list[int] = []

    async def open(self, request: Request) -> Mapping[str, str]:
        return {"channel": "C1", "thread": request.thread or "made"}

    def thread(self, request: Request) -> str:
        return request.place["thread"]

    async def announce(self, request: Request, item: Item) -> str:
        self.messages.setdefault(item.id, "Reading …")
        return item.id

    async def deliver(self, request: Request, item: Item, answer: Brief | str) -> None:
        self.messages[item.message or ""] = answer

    async def remark(self, request: Request, compared: Compared) -> str:
        self.messages["remark"] = in_short(compared)
        return "remark"

    async def withdraw(self, request: Request, message: str) -> None:
        self.messages.pop(message, None)

    async def close(self, request: Request) -> None:
        self.closed.append(len(request.items))

    async def silence(self) -> float:
        return 0.0


@pytest.fixture
async def archive(tmp_path: Path) -> AsyncIterator[Archive]:
    async with open_archive(f"sqlite+aiosqlite:///{tmp_path}/archive.sqlite3") as opened:
        yield opened


@pytest.fixture
def desk(archive: Archive) -> QuickDesk:
    return QuickDesk(archive)


@asynccontextmanager
async def at_work(desk: QuickDesk) -> AsyncIterator[Thread]:
    thread = Thread()
    working = asyncio.create_task(desk.work({"chat": thread}))
    try:
        yield thread
    finally:
        working.cancel()
        with suppress(asyncio.CancelledError):
            await working


async def until_finished(desk: QuickDesk, request: Request) -> Request | None:
    """Wait until nothing is owed any more; return the request, or None where it is gone."""
    async with asyncio.timeout(PATIENCE):
        while True:
            try:
                found = await desk.follow(HOME, request.id)
            except RequestNotFound:
                return None
            if found.finished:
                return found
            await asyncio.sleep(0.01)


async def asked(
    desk: QuickDesk, *wanted: Wanted, who: str = "U1", thread: str = THREAD, story: Brief | None = None
) -> Request:
    """Ask for something, and return the request when it is answered."""
    desk.story = story or a_brief()
    key = f"{who} {thread} {len(desk.read)}"
    request = await desk.accept(Ask(HOME, "chat", key, who, {}, wanted or (Wanted(link=LINK),), thread, "C1", "de"))
    assert request is not None
    return await until_finished(desk, request) or request


async def test_what_was_asked_is_found_again_in_its_thread_by_quotes_of_one_speaker(desk: QuickDesk) -> None:
    async with at_work(desk):
        request = await asked(desk)
        (shown,) = await desk.carry_out(Show("quotes", "holt"), COLLEAGUE)

    assert isinstance(shown, Listing)
    assert shown.brief_id == request.items[0].brief
    assert [group.heading for group in shown.groups] == ["Maren Holt"]
    assert len(shown.groups[0].lines) == 2


async def test_the_briefs_in_which_that_speaker_is_are_chosen_newest_first(desk: QuickDesk) -> None:
    async with at_work(desk):
        first = await asked(desk)
        second = await asked(desk, story=another_brief())
        holt = await desk.carry_out(Show("quotes", "Holt"), ASKER)
        reyl = await desk.carry_out(Show("quotes", "Reyl"), ASKER)

    assert [one.brief_id for one in holt if isinstance(one, Listing)] == [first.items[0].brief]
    assert [one.brief_id for one in reyl if isinstance(one, Listing)] == [second.items[0].brief, first.items[0].brief]


async def test_claims_are_those_of_the_last_request_that_was_answered(desk: QuickDesk) -> None:
    async with at_work(desk):
        await asked(desk)
        second = await asked(desk)
        await asked(desk, Wanted(link="https://post.example/gone"))
        (shown,) = await desk.carry_out(Show("claims"), ASKER)

    assert isinstance(shown, Listing)
    assert shown.brief_id == second.items[0].brief


async def test_a_name_that_fits_nobody_is_answered_with_who_speaks(desk: QuickDesk) -> None:
    async with at_work(desk):
        await asked(desk)
        with pytest.raises(SpeakerNotQuoted, match=r"Nobody called Danylyuk .* Maren Holt, the town council, Tomas"):
            await desk.carry_out(Show("quotes", "Danylyuk"), ASKER)


async def test_a_name_that_fits_two_speakers_is_asked_back(desk: QuickDesk) -> None:
    found = an_analysis()
    ferry = Speaker(span("the bay"), found.speakers[0].kind, None, (span("the bay"),), (3,))
    async with at_work(desk):
        await asked(desk, story=write_brief(an_article(), replace(found, speakers=(*found.speakers[:2], ferry))))
        with pytest.raises(SeveralSpeakers, match="the town council, the bay"):
            await desk.carry_out(Show("quotes", "the"), ASKER)


async def test_another_thread_and_another_workspace_have_briefs_of_their_own(desk: QuickDesk) -> None:
    async with at_work(desk):
        request = await asked(desk)
        for elsewhere in (
            replace(ASKER, thread="C1:2.2"),
            replace(ASKER, thread=""),
            replace(ASKER, workspace="chat:T2"),
        ):
            with pytest.raises(NoBriefHere):
                await desk.carry_out(Show("quotes"), elsewhere)
        for brief in (Show("quotes", brief=request.items[0].brief or ""), Delete(request.items[0].brief or "")):
            with pytest.raises(BriefNotFound):
                await desk.carry_out(brief, replace(MODERATOR, workspace="chat:T2"))


async def test_the_thread_is_what_the_courier_made(desk: QuickDesk) -> None:
    async with at_work(desk):
        request = await asked(desk, thread="")
        (shown,) = await desk.carry_out(Show("claims"), replace(ASKER, thread="made"))

    assert (request.thread, request.channel, request.locale) == ("made", "C1", "de")
    assert isinstance(shown, Listing)


async def test_who_is_heard_is_told_in_words_and_drawn(desk: QuickDesk) -> None:
    async with at_work(desk):
        await asked(desk)
        told, drawn = await desk.carry_out(Show("heard"), ASKER)

    assert isinstance(told, Listing)
    assert told.groups[0].lines[0].text.startswith("3 speakers")
    assert isinstance(drawn, Upload)
    assert drawn.body.startswith(b"\x89PNG")
    assert drawn.name.endswith("-who-is-heard.png")
    assert drawn.alt.startswith("Who is heard: Maren Holt")


async def test_nobody_is_heard_and_nothing_is_drawn(desk: QuickDesk) -> None:
    async with at_work(desk):
        await asked(
            desk, story=write_brief(an_article(), replace(an_analysis(), speakers=(), attributions=(), claims=()))
        )
        (told,) = await desk.carry_out(Show("heard"), ASKER)

    assert isinstance(told, Listing)
    assert list(told.groups) == []


@pytest.mark.parametrize(("form", "ending"), [("markdown", "md"), ("csv", "csv"), ("json", "json"), ("docx", "docx")])
async def test_a_brief_is_exported_as_a_file_called_like_its_headline(desk: QuickDesk, form: str, ending: str) -> None:
    async with at_work(desk):
        await asked(desk)
        (file,) = await desk.carry_out(Export(form), ASKER)  # type: ignore[arg-type]

    assert isinstance(file, Upload)
    assert file.name == f"harbour-wall-will-cost-twice-as-much-council-admits.{ending}"
    assert len(file.body) > 1000


async def test_versions_are_compared_in_words(desk: QuickDesk) -> None:
    async with at_work(desk):
        await asked(desk)
        with pytest.raises(NothingToCompare):
            await desk.carry_out(Compare(), ASKER)
        await asked(desk, story=another_brief())
        (told,) = await desk.carry_out(Compare(), ASKER)

    assert isinstance(told, Compared)
    lines = [line.text for group in told.groups for line in group.lines]
    assert "Maren Holt: A not quoted, B 2 quotes" in lines
    assert "Tomas Reyl: A 1 quote, B 1 quote" in lines


async def test_the_archive_is_searched(desk: QuickDesk, archive: Archive) -> None:
    await archive.search.turn_on(HOME)
    async with at_work(desk):
        await asked(desk)
        (found,) = await desk.carry_out(Search(Question(words="boats")), ASKER)

    assert isinstance(found, Found)
    assert "a disaster for every boat in the bay" in found.text
    assert found.more == 0


async def test_what_a_search_does_not_show_is_counted(
    desk: QuickDesk, archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.followups.MOST_FOUND", 3)
    await archive.search.turn_on(HOME)
    async with at_work(desk):
        await asked(desk, Wanted(link=LINK), Wanted(link=LINK + "/2"), Wanted(link=LINK + "/3"))
        (found,) = await desk.carry_out(Search(Question(words="wall")), ASKER)

    assert isinstance(found, Found)
    assert 0 < len(found.findings) <= 3
    assert found.more == await archive.search.count(HOME, Question(words="wall")) - 3
    assert f"{found.more} older statements answer this as well" in found.text


async def test_a_failed_link_is_read_again_in_the_same_message(desk: QuickDesk) -> None:
    async with at_work(desk) as thread:
        request = await asked(desk, Wanted(link="https://post.example/gone"), Wanted(link=LINK))
        (message,) = [name for name, answer in thread.messages.items() if isinstance(answer, str)]
        times = len(desk.read)
        (told,) = await desk.carry_out(Retry(), COLLEAGUE)
        await until_finished(desk, request)

    assert isinstance(told, Told)
    assert desk.read[times:] == ["https://post.example/gone"]
    assert next(iter(thread.messages)) == message
    assert len(thread.messages) == 2


async def test_nothing_is_tried_again_where_all_was_read(desk: QuickDesk) -> None:
    async with at_work(desk):
        await asked(desk)
        with pytest.raises(NothingToRetry):
            await desk.carry_out(Retry(), ASKER)


async def test_what_was_pasted_cannot_be_tried_again(desk: QuickDesk, archive: Archive) -> None:
    async with at_work(desk):
        request = await asked(desk, Wanted(text="A harbour."))
        await archive.requests.set_problem(HOME, request.items[0].id, "It failed.")
        with pytest.raises(PastedTextGone):
            await desk.carry_out(Retry(request.items[0].id), ASKER)


async def test_beside_what_was_pasted_a_link_is_tried_again(desk: QuickDesk, archive: Archive) -> None:
    async with at_work(desk):
        request = await asked(desk, Wanted(text="A harbour."), Wanted(link="https://post.example/gone"))
        await archive.requests.set_problem(HOME, request.items[0].id, "It failed.")
        times = len(desk.read)
        await desk.carry_out(Retry(), ASKER)
        await until_finished(desk, request)

    assert desk.read[times:] == ["https://post.example/gone"]


async def test_a_file_is_read_and_its_bytes_are_gone_with_the_answer(
    desk: QuickDesk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[tuple[str, bytes]] = []

    async def brief_file(name: str, body: bytes, **_: object) -> Brief:
        seen.append((name, body))
        return a_brief()

    monkeypatch.setattr(desk, "brief_file", brief_file)
    async with at_work(desk):
        request = await asked(desk, Wanted(file=File("wall.txt", b"The wall.\0")))

    assert seen == [("wall.txt", b"The wall.\0")]
    assert request.items[0].brief is not None
    assert execute(f"sqlite+aiosqlite:///{tmp_path}/archive.sqlite3", "SELECT file, file_name FROM items") == [
        (None, "wall.txt")
    ]


async def test_who_asked_has_messages_and_briefs_deleted(desk: QuickDesk, archive: Archive) -> None:
    async with at_work(desk) as thread:
        kept = await asked(desk, who="U2")
        request = await asked(desk)
        await desk.carry_out(Delete(), ASKER)

        assert await until_finished(desk, request) is None
        assert list(thread.messages) == [kept.items[0].id]
        assert thread.closed == [1, 1, 0]
        with pytest.raises(BriefNotFound):
            await desk.recall(HOME, request.items[0].brief or "")
        assert await desk.recall(HOME, kept.items[0].brief or "")

    told = [(entry.action, (entry.details or {}).get("who")) for entry in await archive.audit.entries(HOME)]
    assert (await archive.audit.verify(HOME)).faults == ()
    assert told[-1] == ("erased", None)


async def test_one_brief_of_several_is_deleted_by_its_button(desk: QuickDesk) -> None:
    async with at_work(desk) as thread:
        request = await asked(desk, Wanted(link=LINK), Wanted(link=LINK + "/2"))
        await desk.carry_out(Delete(request.items[0].brief or ""), MODERATOR)
        left = await until_finished(desk, request)

    assert left is not None
    assert [item.id for item in left.items] == [request.items[1].id] == list(thread.messages)


async def test_nobody_deletes_what_another_asked_for(desk: QuickDesk) -> None:
    async with at_work(desk) as thread:
        request = await asked(desk)
        for delete in (Delete(), Delete(request.items[0].brief or "")):
            with pytest.raises(MayNotDelete):
                await desk.carry_out(delete, COLLEAGUE)

        assert list(thread.messages) == [request.items[0].id]


async def test_a_correction_edits_the_message(desk: QuickDesk) -> None:
    async with at_work(desk) as thread:
        request = await asked(desk)
        correction = Correction(Mistake.WRONG_SPEAKER, "q2", "Tomas Reyl")
        await desk.carry_out(Correct(correction, request.items[0].brief or ""), COLLEAGUE)
        await until_finished(desk, request)
        (shown,) = thread.messages.values()

    assert isinstance(shown, Brief)
    speaker = shown.speaker(next(quote for quote in shown.quotes if quote.id == "q2").speaker)
    assert speaker is not None
    assert speaker.name == "Tomas Reyl"


async def test_a_watched_channel_is_read_and_another_is_not(desk: QuickDesk) -> None:
    rules = httpx.MockTransport(lambda request: httpx.Response(404))
    async with httpx.AsyncClient(transport=rules, headers={"User-Agent": "Nutgraf/0.1"}) as http:
        desk = QuickDesk(desk.archive, http)
        post = Ask(HOME, "chat", "post-1", "U1", {}, (Wanted(link=LINK),), "C1:9.9", "C1")
        assert await desk.overhear(post) is None
        await desk.carry_out(Watch(on=True), replace(MODERATOR, channel="C1"))
        async with at_work(desk) as thread:
            request = await desk.overhear(post)
            assert request is not None
            await until_finished(desk, request)

    assert [type(answer) for answer in thread.messages.values()] == [Brief]
    assert await desk.overhear(replace(post, key="post-2", channel="C2")) is None


async def test_help_and_a_hint_are_told_without_a_brief(desk: QuickDesk) -> None:
    (helped,) = await desk.carry_out(Help(), ASKER)
    (hinted,) = await desk.carry_out(Unknown("thanks for the " + "fish " * 40), ASKER)

    assert isinstance(helped, Told)
    assert "quotes NAME" in helped.text
    assert isinstance(hinted, Told)
    assert len(hinted.text) < 200
