import asyncio
import inspect
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.answers import Compared
from bot.archive.archive import Archive, open_archive
from bot.archive.requests import Due
from bot.brief import Brief, write_brief
from bot.errands import READINGS, Errands
from bot.errors import BriefNotFound, DeliveryError, NoArticle, ReadingCrashed
from bot.jobs import Worker
from bot.models import WATCH, Ask, Item, Request, Wanted
from tests.fakes import a_brief, a_long_brief, an_analysis, an_article
from tests.raw import execute

pytestmark = pytest.mark.anyio

SOON = 20.0  # seconds; nothing here takes as long
GOOD = Wanted(link="https://post.example/harbour")
BAD = Wanted(link="https://post.example/empty")
KNOWN = Wanted(link="ftp://post.example/a", problem="That is not a web page's address.")
OTHER = Wanted(link="https://tide.example/wall")
REFUSED = NoArticle("a list of links")


def another_brief() -> Brief:
    """Return the brief of another outlet's version, which has the same text with one sentence more."""
    article = an_article()
    return write_brief(replace(article, text=f"{article.text} More follows.", outlet="Tidewatch"), an_analysis())


class Channel:
    """A chat channel as one sees it: threads, and in them messages that can be edited."""

    def __init__(self) -> None:
        self.threads: list[str] = []  # ids of requests
        self.messages: dict[str, Brief | str] = {}  # by the item's id, in the order they were posted
        self.closed: list[str] = []
        self.remarks: dict[str, Compared] = {}  # by the request's id


class ChannelCourier:
    """Answers in a ``Channel``; like a real one it looks for what an earlier life of it has posted."""

    def __init__(self, channel: Channel) -> None:
        self.channel = channel

    async def open(self, request: Request) -> Mapping[str, str]:
        if request.id not in self.channel.threads:
            self.channel.threads.append(request.id)
        return {**request.place, "thread": request.id}

    def thread(self, request: Request) -> str:
        return request.place["thread"]

    async def announce(self, request: Request, item: Item) -> str:
        assert request.place["thread"] == request.id
        self.channel.messages.setdefault(item.id, "Reading …")
        return f"message of {item.id}"

    async def deliver(self, request: Request, item: Item, answer: Brief | str) -> None:
        assert item.message == f"message of {item.id}"
        assert item.brief or isinstance(answer, str)
        self.channel.messages[item.id] = answer

    async def remark(self, request: Request, compared: Compared) -> str:
        self.channel.remarks[request.id] = compared
        return f"remark of {request.id}"

    async def withdraw(self, request: Request, message: str) -> None:
        self.channel.remarks.pop(message.removeprefix("remark of "), None)
        self.channel.messages.pop(message.removeprefix("message of "), None)

    async def close(self, request: Request) -> None:
        assert all(item.read for item in request.items)
        self.channel.closed.append(request.id)


class Outage(ChannelCourier):
    """A platform that refuses the first *failures* calls of each method."""

    def __init__(self, channel: Channel, failures: int, *, lasting: bool = False) -> None:
        super().__init__(channel)
        self.failures = failures
        self.lasting = lasting
        self.calls = {"open": 0, "announce": 0, "deliver": 0, "close": 0}

    def _fail(self, method: str) -> None:
        self.calls[method] += 1
        if self.calls[method] <= self.failures:
            raise DeliveryError("Chat", "it is down", lasting=self.lasting)

    async def open(self, request: Request) -> Mapping[str, str]:
        self._fail("open")
        return await super().open(request)

    async def announce(self, request: Request, item: Item) -> str:
        self._fail("announce")
        return await super().announce(request, item)

    async def deliver(self, request: Request, item: Item, answer: Brief | str) -> None:
        self._fail("deliver")
        await super().deliver(request, item, answer)

    async def close(self, request: Request) -> None:
        self._fail("close")
        await super().close(request)


async def read(workspace: str, wanted: Wanted) -> Brief:
    if wanted == BAD:
        raise REFUSED
    if wanted == OTHER:
        return another_brief()
    return a_brief()


@pytest.fixture
async def archive(url: str) -> AsyncIterator[Archive]:
    async with open_archive(url) as opened:
        yield opened


async def accept(archive: Archive, *wanted: Wanted, key: str = "event-1", adapter: str = "chat") -> Request:
    request = await archive.requests.accept(Ask("chat:T1", adapter, key, "U1", {"channel": "C1"}, wanted or (GOOD,)))
    assert request is not None
    return request


def due(request: Request) -> Due:
    return Due(request.workspace, request.id)


def errands(
    archive: Archive,
    courier: ChannelCourier,
    read: Callable[[str, Wanted], Awaitable[Brief]] = read,
    retries: int = 3,
) -> Errands:
    return Errands(archive, read, {"chat": courier}, patience=[0.0] * retries)


def worker(
    archive: Archive,
    courier: ChannelCourier,
    *,
    read: Callable[[str, Wanted], Awaitable[Brief]] = read,
    retries: int = 3,
    rest: float = 1000,
) -> Worker:
    return Worker(archive, errands(archive, courier, read, retries), ["chat"], rest=rest)


@asynccontextmanager
async def running(worker: Worker) -> AsyncIterator[None]:
    task = asyncio.create_task(worker.run())
    try:
        yield
        assert not task.done()
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def until(condition: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(SOON):
        while not await condition():  # noqa: ASYNC110 - what is waited for is on the disk
            await asyncio.sleep(0.005)


async def all_answered(archive: Archive) -> None:
    async def nothing_left() -> bool:
        return not await archive.requests.unfinished(["chat"])

    await until(nothing_left)


async def answer_all(archive: Archive, courier: ChannelCourier, **kwargs: Any) -> None:
    async with running(worker(archive, courier, **kwargs)):
        await all_answered(archive)


async def test_every_item_gets_its_answer_in_the_order_asked(archive: Archive) -> None:
    channel = Channel()
    request = await accept(archive, GOOD, BAD, KNOWN)
    await answer_all(archive, ChannelCourier(channel))

    assert channel.threads == [request.id]
    assert list(channel.messages) == [item.id for item in request.items]
    assert list(channel.messages.values()) == [a_brief(), str(REFUSED), KNOWN.problem]
    assert channel.closed == [request.id]


async def test_the_answer_can_be_recalled_by_the_id_that_was_delivered(archive: Archive) -> None:
    request = await accept(archive)
    await answer_all(archive, ChannelCourier(Channel()))

    (item,) = (await archive.requests.get(request.workspace, request.id)).items
    assert await archive.briefs.get("chat:T1", item.brief or "") == a_brief()


async def test_request_that_is_answered_is_not_answered_again(archive: Archive) -> None:
    """A process may die between the last message and the word to the queue that it is done."""
    channel = Channel()
    request = await accept(archive)
    await answer_all(archive, ChannelCourier(channel))
    await errands(archive, ChannelCourier(channel)).see_to(due(request))

    assert channel.closed == [request.id]


async def test_what_arrives_while_others_wait_is_answered_at_once(archive: Archive) -> None:
    channel = Channel()
    slow = Wanted(link="https://slow.example/story")
    released = asyncio.Event()

    async def read_slowly(workspace: str, wanted: Wanted) -> Brief:
        if wanted == slow:
            await released.wait()
        return a_brief()

    first = await accept(archive, slow)
    waking = worker(archive, ChannelCourier(channel), read=read_slowly)
    async with running(waking):

        async def second_closed() -> bool:
            return bool(channel.closed)

        async def first_announced() -> bool:
            return bool(channel.messages)

        await until(first_announced)
        second = await accept(archive, key="event-2")
        waking.wake()
        await until(second_closed)
        assert channel.closed == [second.id]
        assert channel.messages[first.items[0].id] == "Reading …"
        released.set()
        await all_answered(archive)

    assert channel.closed == [second.id, first.id]


async def test_an_outage_is_waited_out(archive: Archive) -> None:
    channel = Channel()
    await accept(archive, GOOD, BAD)
    await answer_all(archive, Outage(channel, failures=2))

    assert list(channel.messages.values()) == [a_brief(), str(REFUSED)]
    assert len(channel.closed) == 1


async def test_after_a_long_outage_the_request_is_begun_again(archive: Archive) -> None:
    channel = Channel()
    await accept(archive)
    await answer_all(archive, Outage(channel, failures=7), retries=1, rest=0)

    assert list(channel.messages.values()) == [a_brief()]


async def test_where_patience_ends_the_next_start_takes_the_request_up_without_reading_again(url: str) -> None:
    channel = Channel()
    readings = []

    async def read_and_count(workspace: str, wanted: Wanted) -> Brief:
        readings.append(wanted)
        return a_brief()

    class NeverDelivers(ChannelCourier):
        tries = 0

        async def deliver(self, request: Request, item: Item, answer: Brief | str) -> None:
            self.tries += 1
            raise DeliveryError("Chat", "it is down", lasting=False)

    async with open_archive(url) as archive:
        request = await accept(archive)
        courier = NeverDelivers(channel)

        async def gave_up() -> bool:
            return courier.tries == 2

        async with running(worker(archive, courier, read=read_and_count, retries=1)):
            await until(gave_up)
        assert await archive.requests.unfinished(["chat"]) == [due(request)]

    async with open_archive(url) as archive:
        await answer_all(archive, ChannelCourier(channel), read=read_and_count)

    assert list(channel.messages.values()) == [a_brief()]
    assert len(readings) == 1


async def test_where_nobody_can_be_told_any_more_the_request_ends(archive: Archive) -> None:
    """The channel is gone, or the bot was thrown out of it: to try for ever helps nobody."""
    courier = Outage(Channel(), failures=10**6, lasting=True)
    await accept(archive)
    await answer_all(archive, courier)

    assert courier.calls == {"open": 1, "announce": 0, "deliver": 0, "close": 0}


async def test_a_deleted_placeholder_does_not_keep_the_others_from_their_answer(archive: Archive) -> None:
    channel = Channel()
    request = await accept(archive, GOOD, GOOD)
    deleted = request.items[0].id

    class Deleted(ChannelCourier):
        async def deliver(self, request: Request, item: Item, answer: Brief | str) -> None:
            if item.id == deleted:
                raise DeliveryError("Chat", "message_not_found", lasting=True)
            await super().deliver(request, item, answer)

    await answer_all(archive, Deleted(channel))

    assert channel.messages[request.items[1].id] == a_brief()
    assert channel.closed == [request.id]


async def test_one_outage_does_not_end_a_request_of_which_another_part_is_refused_for_good(archive: Archive) -> None:
    channel = Channel()
    request = await accept(archive, GOOD, GOOD)
    first, second = (item.id for item in request.items)
    tries = []

    class Mixed(ChannelCourier):
        async def deliver(self, request: Request, item: Item, answer: Brief | str) -> None:
            if item.id == first:
                raise DeliveryError("Chat", "message_not_found", lasting=True)
            tries.append(item.id)
            if len(tries) < 5:
                raise DeliveryError("Chat", "it is down", lasting=False)
            await super().deliver(request, item, answer)

    await answer_all(archive, Mixed(channel), retries=1, rest=0)

    assert channel.messages[second] == a_brief()


async def test_a_fault_of_ours_is_told_with_a_reference_that_is_in_the_log(
    archive: Archive, caplog: pytest.LogCaptureFixture
) -> None:
    channel = Channel()

    async def fail(workspace: str, _: Wanted) -> Brief:
        raise ZeroDivisionError("a fault of ours")

    request = await accept(archive)
    await answer_all(archive, ChannelCourier(channel), read=fail)

    (answer,) = channel.messages.values()
    reference = request.items[0].id[:8]
    assert f"in the log as {reference}" in str(answer)
    assert reference in caplog.text
    assert "ZeroDivisionError: a fault of ours" in caplog.text


async def test_a_brief_that_cannot_be_shown_is_told_and_not_passed_over(
    archive: Archive, caplog: pytest.LogCaptureFixture
) -> None:
    channel = Channel()

    class CannotShow(ChannelCourier):
        async def deliver(self, request: Request, item: Item, answer: Brief | str) -> None:
            if isinstance(answer, Brief):
                raise KeyError("a fault in rendering")
            await super().deliver(request, item, answer)

    await accept(archive, GOOD, BAD)
    await answer_all(archive, CannotShow(channel))

    first, second = channel.messages.values()
    assert "Something went wrong on my side" in str(first)
    assert second == str(REFUSED)
    assert "a fault in rendering" in caplog.text


async def test_a_fault_in_one_request_leaves_the_others_alone(archive: Archive) -> None:
    channel = Channel()
    broken = await accept(archive, key="event-1")
    whole = await accept(archive, key="event-2")

    class CannotOpen(ChannelCourier):
        async def open(self, request: Request) -> Mapping[str, str]:
            if request.id == broken.id:
                raise KeyError("a fault in opening")
            return await super().open(request)

    async def whole_answered() -> bool:
        return await archive.requests.unfinished(["chat"]) == [due(broken)]

    async with running(worker(archive, CannotOpen(channel))):
        await until(whole_answered)
    assert channel.messages[whole.items[0].id] == a_brief()


async def test_an_item_that_takes_the_process_down_each_time_is_given_up(archive: Archive) -> None:
    channel = Channel()
    readings = []

    class ProcessDown(BaseException):
        pass

    async def take_down(workspace: str, wanted: Wanted) -> Brief:
        readings.append(wanted)
        raise ProcessDown

    await accept(archive)
    for _ in range(READINGS):
        with pytest.raises(BaseExceptionGroup):
            await worker(archive, ChannelCourier(channel), read=take_down).run()
    await answer_all(archive, ChannelCourier(channel), read=take_down)

    assert len(readings) == READINGS
    assert list(channel.messages.values()) == [str(ReadingCrashed())]


async def test_one_platforms_outage_does_not_hold_up_the_other(archive: Archive) -> None:
    chat, mail = Channel(), Channel()
    down = Outage(chat, failures=10**6)
    for number in range(30):
        await accept(archive, key=f"event-{number}")
    request = await accept(archive, key="event-x", adapter="mail")
    both = Errands(archive, read, {"chat": down, "mail": ChannelCourier(mail)}, patience=[1000.0])

    async def mail_closed() -> bool:
        return mail.closed == [request.id]

    async with running(Worker(archive, both, ["chat", "mail"])):
        await until(mail_closed)


async def test_a_database_that_is_away_for_a_while_does_not_end_the_worker(
    url: str, archive: Archive, caplog: pytest.LogCaptureFixture
) -> None:
    channel = Channel()
    await accept(archive)
    execute(url, "ALTER TABLE requests RENAME TO away")

    async def noticed() -> bool:
        return "I cannot get at my records" in caplog.text

    caplog.set_level(logging.ERROR)
    async with running(worker(archive, ChannelCourier(channel))):
        await until(noticed)
        execute(url, "ALTER TABLE away RENAME TO requests")
        await all_answered(archive)

    assert list(channel.messages.values()) == [a_brief()]


async def test_a_stop_in_the_middle_is_clean_and_the_next_start_goes_on(
    archive: Archive, caplog: pytest.LogCaptureFixture
) -> None:
    channel = Channel()
    begun = asyncio.Event()

    async def never_end(workspace: str, _: Wanted) -> Brief:
        begun.set()
        await asyncio.Event().wait()
        raise AssertionError

    await accept(archive)
    async with running(worker(archive, ChannelCourier(channel), read=never_end)):
        await asyncio.wait_for(begun.wait(), SOON)
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]

    await answer_all(archive, ChannelCourier(channel))
    assert list(channel.messages.values()) == [a_brief()]


async def test_stops_in_the_middle_are_not_counted_against_the_article(archive: Archive) -> None:
    """Whoever brings out three versions in an afternoon stops a long reading as often; the article is not to blame."""
    channel = Channel()
    begun = asyncio.Event()

    async def never_end(workspace: str, _: Wanted) -> Brief:
        begun.set()
        await asyncio.Event().wait()
        raise AssertionError

    await accept(archive)
    for _ in range(READINGS + 1):
        begun.clear()
        async with running(worker(archive, ChannelCourier(channel), read=never_end)):
            await asyncio.wait_for(begun.wait(), SOON)

    await answer_all(archive, ChannelCourier(channel))
    assert list(channel.messages.values()) == [a_brief()]


async def test_what_was_being_read_when_a_process_died_is_read_one_at_a_time(archive: Archive) -> None:
    """Of what dies together one is the cause; were they read together again, all would be given up with it."""
    channel = Channel()
    reading: set[str] = set()
    together: list[set[str]] = []

    async def note(workspace: str, wanted: Wanted) -> Brief:
        reading.add(wanted.link or "")
        together.append(set(reading))
        await asyncio.sleep(0.01)
        reading.discard(wanted.link or "")
        return a_brief()

    suspects = [Wanted(link=f"https://post.example/{number}") for number in range(5)]
    for number, wanted in enumerate(suspects):
        request = await accept(archive, wanted, key=f"event-{number}")
        await archive.requests.count_try(request.workspace, request.items[0].id)
    await answer_all(archive, ChannelCourier(channel), read=note)

    assert together == [{wanted.link} for wanted in suspects]
    assert list(channel.messages.values()) == [a_brief()] * 5


async def test_what_is_read_for_the_first_time_does_not_wait_for_what_is_read_again(archive: Archive) -> None:
    channel = Channel()

    async def hang_on_suspects(workspace: str, wanted: Wanted) -> Brief:
        if wanted == OTHER:
            await asyncio.Event().wait()
        return a_brief()

    suspect = await accept(archive, OTHER)
    await archive.requests.count_try(suspect.workspace, suspect.items[0].id)
    fresh = await accept(archive, key="event-2")

    async def closed() -> bool:
        return channel.closed == [fresh.id]

    async with running(worker(archive, ChannelCourier(channel), read=hang_on_suspects)):
        await until(closed)


async def test_request_that_a_library_cancels_is_begun_again(
    archive: Archive, caplog: pytest.LogCaptureFixture
) -> None:
    """A future that was cancelled inside a client ends its task as a stop would, of which no task group complains."""
    channel = Channel()

    class Cancelled(Outage):
        def _fail(self, method: str) -> None:
            try:
                super()._fail(method)
            except DeliveryError:
                raise asyncio.CancelledError from None

    await accept(archive)
    await answer_all(archive, Cancelled(channel, failures=1), rest=0.0)

    assert list(channel.messages.values()) == [a_brief()]
    assert "CancelledError" in caplog.text


async def test_what_is_owed_anew_while_the_last_message_goes_out_is_not_lost(archive: Archive) -> None:
    """A correction, a deletion or a retry may come between the last answer and the note that all is answered."""
    channel = Channel()
    request = await accept(archive)
    again: list[str] = []

    class Interrupted(ChannelCourier):
        async def close(self, request: Request) -> None:
            await super().close(request)
            if not again:
                again.append(request.id)
                await archive.threads.begin_again(request.workspace, request.id, [request.items[0].id], "U1")

    await answer_all(archive, Interrupted(channel))

    found = await archive.requests.get(request.workspace, request.id)
    assert found.finished
    assert channel.closed == [request.id, request.id]


async def test_two_briefs_of_one_story_are_compared_once_and_no_more_when_one_is_deleted(archive: Archive) -> None:
    channel = Channel()
    request = await accept(archive, GOOD, OTHER, BAD)
    await answer_all(archive, ChannelCourier(channel))

    found = channel.remarks[request.id]
    stored = await archive.requests.get(request.workspace, request.id)
    assert [brief_id for brief_id, _ in found.versions] == [item.brief for item in stored.items[:2]]
    assert stored.remark == f"remark of {request.id}"

    await archive.threads.withdraw(request.workspace, request.id, [request.items[0].id], "U1")
    await answer_all(archive, ChannelCourier(channel))
    assert channel.remarks == {}
    assert (await archive.requests.get(request.workspace, request.id)).remark == ""


async def test_briefs_of_different_stories_are_not_compared(archive: Archive) -> None:
    channel = Channel()

    async def read_another(workspace: str, wanted: Wanted) -> Brief:
        return a_long_brief() if wanted == BAD else a_brief()

    await accept(archive, GOOD, BAD)
    await answer_all(archive, ChannelCourier(channel), read=read_another)
    assert channel.remarks == {}


async def test_a_comparison_that_cannot_be_posted_holds_nothing_up(archive: Archive) -> None:
    class Mute(ChannelCourier):
        async def remark(self, request: Request, compared: Compared) -> str:
            raise DeliveryError("Chat", "it takes no more", lasting=True)

    channel = Channel()
    request = await accept(archive, GOOD, OTHER)
    await answer_all(archive, Mute(channel))
    assert channel.closed == [request.id]


async def test_what_nobody_asked_for_is_shown_only_where_it_could_be_read(archive: Archive) -> None:
    channel = Channel()
    for key, wanted in (("1", (BAD, GOOD)), ("2", (BAD,))):
        await archive.requests.accept(Ask("chat:T1", "chat", key, WATCH, {"channel": "C1"}, wanted))
    await answer_all(archive, ChannelCourier(channel))

    assert list(channel.messages.values()) == [a_brief()]
    assert len(channel.threads) == 1


# Death at every step ---------------------------------------------------------------------------------------


class Died(BaseException):
    """The process is no more."""


class Life:
    """Counts steps and ends at one of them; after that nothing that is tried happens any more."""

    def __init__(self, steps: int | None = None) -> None:
        self.steps = steps
        self.taken = 0

    def step(self) -> None:
        if self.taken == self.steps:
            raise Died
        self.taken += 1


class Mortal:
    """Passes every call on to *target*, with a step of life before it and one after."""

    def __init__(self, target: object, life: Life) -> None:
        self._target = target
        self._life = life

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._target, name)
        if not callable(method):
            return Mortal(method, self._life)
        if not inspect.iscoroutinefunction(method):
            return method  # takes no time in which to die

        async def call(*args: Any, **kwargs: Any) -> Any:
            self._life.step()
            result = await method(*args, **kwargs)
            self._life.step()
            return result

        return call


async def live(url: str, channel: Channel, life: Life) -> None:
    """Work until everything is answered, or until *life* ends."""

    async def mortal_read(workspace: str, wanted: Wanted) -> Brief:
        life.step()
        return await read(workspace, wanted)

    async with open_archive(url) as archive:
        archive_with_death: Any = Mortal(archive, life)
        courier: Any = Mortal(ChannelCourier(channel), life)
        task = asyncio.create_task(worker(archive_with_death, courier, read=mortal_read).run())

        async def over() -> bool:
            return task.done() or not await archive.requests.unfinished(["chat"])

        await until(over)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def test_whenever_the_process_dies_everything_is_shown_once(tmp_path: Path) -> None:
    """The promise: a request that was accepted is answered, also after a crash, and no answer shows twice."""
    steps = 0
    while True:
        url = f"sqlite+aiosqlite:///{tmp_path / f'{steps}.sqlite3'}"
        async with open_archive(url) as archive:
            request = await accept(archive, GOOD, BAD, KNOWN, OTHER)
        channel = Channel()
        life = Life(steps)
        await live(url, channel, life)
        await live(url, channel, Life())

        assert list(channel.messages) == [item.id for item in request.items], f"died at step {steps}"
        answers = [a_brief(), str(REFUSED), KNOWN.problem, another_brief()]
        assert list(channel.messages.values()) == answers, f"died at step {steps}"
        assert list(channel.remarks) == [request.id], f"died at step {steps}"
        assert channel.threads == [request.id], f"died at step {steps}"
        if life.taken < steps:
            break  # it lived to the end: there was no such step
        steps += 1

    assert steps > 40


async def test_whenever_the_process_dies_what_is_to_be_deleted_is_deleted(tmp_path: Path) -> None:
    """Neither a message that nobody can find any more nor a brief that somebody thinks is gone."""
    steps = 0
    while True:
        url = f"sqlite+aiosqlite:///{tmp_path / f'{steps}.sqlite3'}"
        channel = Channel()
        async with open_archive(url) as archive:
            request = await accept(archive, GOOD, OTHER)
            await answer_all(archive, ChannelCourier(channel))
            unwanted, kept = (await archive.requests.get(request.workspace, request.id)).items
            await archive.threads.withdraw(request.workspace, request.id, [unwanted.id], "U1")
        life = Life(steps)
        await live(url, channel, life)
        await live(url, channel, Life())

        async with open_archive(url) as archive:
            with pytest.raises(BriefNotFound):
                await archive.briefs.get(request.workspace, unwanted.brief or "")
            left = await archive.requests.get(request.workspace, request.id)
        assert [item.id for item in left.items] == [kept.id] == list(channel.messages), f"died at step {steps}"
        assert channel.remarks == {}, f"died at step {steps}"
        if life.taken < steps:
            break
        steps += 1

    assert steps > 10
