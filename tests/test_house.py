"""House rules: how much may be asked for, where, by whom; and how long somebody who is turned away has to wait."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from bot.archive.archive import Archive, open_archive
from bot.archive.usage import Used
from bot.commands import Correct, Delete, Export, Retry, Watch
from bot.errors import (
    AskError,
    BotError,
    ChannelDenied,
    ChannelLimit,
    MayNotCorrect,
    MayNotDelete,
    MayNotExport,
    MayNotWatch,
    MoreThanAllowed,
    NoChannelToWatch,
    PersonLimit,
    TooSoon,
)
from bot.fetch.robots import Robots
from bot.followups import FollowUps
from bot.house import House, Rules, read_rules, time_left
from bot.models import WATCH, Ask, Correction, Mistake, Person, Request, Wanted
from bot.overhear import Overhear
from bot.records import Records
from bot.settings import Settings, Who
from tests.fakes import QuickDesk, a_brief
from tests.raw import execute

HOME = "chat:T1"
LINK = "https://post.example/harbour"
NOW = datetime(2026, 3, 18, 9, 30, tzinfo=UTC)
ASKER = Person(HOME, "U1", thread="C1:1", channel="C1")
COLLEAGUE = replace(ASKER, user="U2")
MODERATOR = replace(ASKER, user="U3", trusted=True)


def ask(key: str, *, who: str = "U1", channel: str = "C1", links: int = 1) -> Ask:
    wanted = tuple(Wanted(link=f"{LINK}/{number}") for number in range(links))
    return Ask(HOME, "chat", key, who, {}, wanted, "C1:1", channel)


@pytest.fixture
async def archive(url: str) -> AsyncIterator[Archive]:
    async with open_archive(url) as opened:
        yield opened


async def enter(archive: Archive, rules: Rules, asked: Ask) -> Request | None:
    """Ask as the desk does."""
    return await archive.requests.accept(asked, House(rules).door(asked))


def let_time_pass(url: str, **passed: float) -> None:
    """Move everything that was asked into the past."""
    at = (datetime.now(UTC) - timedelta(**passed)).strftime("%Y-%m-%d %H:%M:%S.000000")
    execute(url, f"UPDATE requests SET accepted_at = '{at}'")  # noqa: S608


# How much -------------------------------------------------------------------------------------------------


@pytest.mark.anyio
async def test_one_person_has_so_many_an_hour_and_others_have_their_own(url: str, archive: Archive) -> None:
    rules = Rules(per_person=3)
    await enter(archive, rules, ask("1", links=2))
    with pytest.raises(PersonLimit, match=r"3 articles.*Send it again in (60 minutes|1 hour)"):
        await enter(archive, rules, ask("2", links=2))
    assert await enter(archive, rules, ask("3", links=1))
    assert await enter(archive, rules, ask("4", who="U2", links=3))

    let_time_pass(url, minutes=59)
    with pytest.raises(PersonLimit) as caught:
        await enter(archive, rules, ask("5"))
    assert 0 < caught.value.wait <= 60

    let_time_pass(url, minutes=61)
    assert await enter(archive, rules, ask("6", links=3))


@pytest.mark.anyio
async def test_one_channel_has_so_many_an_hour_whoever_asks(archive: Archive) -> None:
    rules = Rules(per_channel=2)
    await enter(archive, rules, ask("1", who="U1"))
    await enter(archive, rules, ask("2", who="U2"))
    with pytest.raises(ChannelLimit):
        await enter(archive, rules, ask("3", who="U3"))
    assert await enter(archive, rules, ask("4", who="U3", channel="C2"))


@pytest.mark.anyio
async def test_between_two_requests_of_one_person_there_is_a_pause(url: str, archive: Archive) -> None:
    rules = Rules(pause=30)
    await enter(archive, rules, ask("1"))
    with pytest.raises(TooSoon) as caught:
        await enter(archive, rules, ask("2"))
    assert 0 < caught.value.wait <= 30

    let_time_pass(url, seconds=31)
    assert await enter(archive, rules, ask("3"))


@pytest.mark.anyio
async def test_of_many_at_once_no_more_are_let_in_than_there_is_room_for(archive: Archive) -> None:
    house = House(Rules(per_person=3))

    results = await asyncio.gather(
        *(archive.requests.accept(ask(str(key)), house.door(ask(str(key)))) for key in range(10)),
        return_exceptions=True,
    )
    assert sum(isinstance(result, Request) for result in results) == 3
    assert sum(isinstance(result, PersonLimit) for result in results) == 7


RULED = {"person": (Rules(per_person=3), 3), "channel": (Rules(per_channel=4), 4), "pause": (Rules(pause=60), 1)}


@pytest.mark.anyio
@pytest.mark.parametrize(("rules", "room"), RULED.values(), ids=RULED)
async def test_of_many_at_once_in_several_processes_no_more_are_let_in_than_there_is_room_for(
    url: str, rules: Rules, room: int
) -> None:
    """Each has connections of its own to the database, and knows of the others by nothing else."""
    async with AsyncExitStack() as stack:
        archives = [await stack.enter_async_context(open_archive(url)) for _ in range(4)]
        results = await asyncio.gather(
            *(enter(archives[number % 4], rules, ask(str(number))) for number in range(24)), return_exceptions=True
        )

    assert sum(isinstance(result, Request) for result in results) == room
    assert sum(isinstance(result, PersonLimit | ChannelLimit | TooSoon) for result in results) == 24 - room


@pytest.mark.anyio
async def test_of_many_retries_at_once_in_several_processes_no_more_are_let_in(url: str, archive: Archive) -> None:
    items = [await failed(archive, str(number)) for number in range(6)]
    async with AsyncExitStack() as stack:
        archives = [await stack.enter_async_context(open_archive(url)) for _ in range(3)]
        houses = [FollowUps(one, Records(one), House(Rules(per_person=2))) for one in archives]
        results = await asyncio.gather(
            *(houses[number % 3].carry_out(Retry(item), ASKER) for number, item in enumerate(items)),
            return_exceptions=True,
        )

    assert sum(isinstance(result, PersonLimit) for result in results) == 4


@pytest.mark.anyio
async def test_of_many_watched_links_at_once_in_several_processes_no_more_are_read_than_may_be(url: str) -> None:
    async with AsyncExitStack() as stack:
        archives = [await stack.enter_async_context(open_archive(url)) for _ in range(3)]
        await archives[0].channels.watch(HOME, "C1", "U1", on=True)
        desks = [QuickDesk(one, await stack.enter_async_context(a_web())) for one in archives]
        for desk in desks:
            desk.house = House(Rules(watched=2))
            desk._overhear = Overhear(desk.archive, desk.house, Robots(desk.http))
        read = await asyncio.gather(*(desks[number % 3].overhear(ask(str(number))) for number in range(9)))

    assert sum(isinstance(request, Request) for request in read) == 2


async def failed(archive: Archive, key: str) -> str:
    """Have a link fail that the colleague asked for, and return its item's id."""
    asked = await archive.requests.accept(ask(key, who=COLLEAGUE.user))
    assert asked
    await archive.requests.set_problem(HOME, asked.items[0].id, "It failed.")
    return asked.items[0].id


@pytest.mark.anyio
async def test_what_is_read_again_counts_for_whoever_wants_it(url: str, archive: Archive) -> None:
    house = House(Rules(per_person=2))
    followups = FollowUps(archive, Records(archive), house)
    item = await failed(archive, "1")
    for _ in range(2):
        await followups.carry_out(Retry(item), ASKER)
        await archive.requests.set_problem(HOME, item, "It failed once more.")
    with pytest.raises(PersonLimit):
        await followups.carry_out(Retry(item), ASKER)
    await followups.carry_out(Retry(item), COLLEAGUE)

    at = (datetime.now(UTC) - timedelta(minutes=61)).strftime("%Y-%m-%d %H:%M:%S.000000")
    execute(url, f"UPDATE audit SET at = '{at}'")  # noqa: S608
    await archive.requests.set_problem(HOME, item, "It failed once more.")
    await followups.carry_out(Retry(item), ASKER)


@pytest.mark.anyio
async def test_between_two_retries_of_one_person_there_is_a_pause(archive: Archive) -> None:
    followups = FollowUps(archive, Records(archive), House(Rules(pause=30)))
    item = await failed(archive, "1")
    await followups.carry_out(Retry(item), ASKER)
    await archive.requests.set_problem(HOME, item, "It failed once more.")
    with pytest.raises(TooSoon):
        await followups.carry_out(Retry(item), ASKER)


@pytest.mark.anyio
async def test_a_delivery_that_comes_again_is_not_refused(archive: Archive) -> None:
    """The platform repeats what it thinks was not heard; whoever asked once must not be told to wait."""
    rules = Rules(per_person=1, pause=60)
    assert await enter(archive, rules, ask("1"))
    assert await enter(archive, rules, ask("1")) is None


@pytest.mark.anyio
async def test_what_comes_from_no_channel_is_limited_where_it_comes_in(archive: Archive) -> None:
    rules = Rules(per_person=1, allowed_channels=frozenset({"C1"}))
    for key in "123":
        assert await enter(archive, rules, ask(key, channel=""))


def test_the_time_left_is_until_enough_of_the_hour_has_passed() -> None:
    used = [Used(NOW - timedelta(minutes=50), 5), Used(NOW - timedelta(minutes=20), 3)]

    assert time_left(used, 2, 10, NOW) == 0
    assert time_left(used, 3, 10, NOW) == 600
    assert time_left(used, 8, 10, NOW) == 2400
    assert time_left(used, 900, 0, NOW) == 0
    with pytest.raises(MoreThanAllowed):
        time_left([], 11, 10, NOW)


# Where ----------------------------------------------------------------------------------------------------


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("rules", "open_ones"),
    [
        (Rules(), "C1 C2"),
        (Rules(denied_channels=frozenset({"C2"})), "C1"),
        (Rules(allowed_channels=frozenset({"C2"})), "C2"),
        (Rules(allowed_channels=frozenset({"C1", "C2"}), denied_channels=frozenset({"C1"})), "C2"),
    ],
)
async def test_only_open_channels_are_answered(archive: Archive, rules: Rules, open_ones: str) -> None:
    for channel in ("C1", "C2"):
        if channel in open_ones.split():
            assert await enter(archive, rules, ask(channel, channel=channel))
        else:
            with pytest.raises(ChannelDenied):
                await enter(archive, rules, ask(channel, channel=channel))


def test_rules_are_read_from_the_settings() -> None:
    settings = Settings(
        _env_file=None,  # type: ignore[call-arg]
        limit_per_person=7,
        deny_channels="C1, C2",
        who_exports=Who.ASKER,
    )
    rules = read_rules(settings)

    assert (rules.per_person, rules.denied_channels, rules.exports) == (7, {"C1", "C2"}, Who.ASKER)


# Who ------------------------------------------------------------------------------------------------------


async def answered(archive: Archive) -> str:
    """Ask for something as ``ASKER`` and keep its brief; return the brief's id."""
    request = await archive.requests.accept(ask("1"))
    assert request is not None
    brief_id = (await archive.briefs.keep(HOME, request.items[0].id, a_brief())).id
    await archive.requests.finish(HOME, request.id)
    return brief_id


@pytest.mark.anyio
@pytest.mark.parametrize(("who", "allowed"), [(Who.EVERYONE, "U1 U2 U3"), (Who.ASKER, "U1 U3"), (Who.TRUSTED, "U3")])
async def test_each_act_is_for_those_whom_the_rules_name(archive: Archive, who: Who, allowed: str) -> None:
    brief_id = await answered(archive)
    rules = Rules(corrects=who, exports=who, watches=who, deletes=who)
    followups = FollowUps(archive, Records(archive), House(rules))
    wrong = Correction(Mistake.WRONG_CLAIM, "c9")  # which is not there, so that all can try
    acts = (
        (Export("json", brief_id), MayNotExport),
        (Correct(wrong, brief_id), MayNotCorrect),
        (Delete(brief_id), MayNotDelete),
    )
    for act, refusal in acts:
        for person in (ASKER, COLLEAGUE, MODERATOR):
            refused: BotError | None = None
            try:
                await followups.carry_out(act, person)
            except BotError as error:
                refused = error
            assert isinstance(refused, refusal) == (person.user not in allowed.split()), (act, person)


@pytest.mark.anyio
async def test_moderators_decide_whether_a_channel_is_watched(archive: Archive) -> None:
    followups = FollowUps(archive, Records(archive), House(Rules()))
    with pytest.raises(MayNotWatch):
        await followups.carry_out(Watch(on=True), ASKER)
    with pytest.raises(NoChannelToWatch):
        await followups.carry_out(Watch(on=True), replace(MODERATOR, channel=""))
    for on in (True, True, False):
        await followups.carry_out(Watch(on=on), MODERATOR)
        assert await archive.channels.is_watched(HOME, "C1") is on

    acts = [entry.details for entry in await archive.audit.entries(HOME) if entry.action == "watch"]
    assert [(act or {})["on"] for act in acts] == [True, True, False]


# Unasked --------------------------------------------------------------------------------------------------


def a_web(rules: str = "User-agent: *\nDisallow: /private\n", status: int = 200) -> httpx.AsyncClient:
    """Return a client to whom every site tells the same *rules*."""
    transport = httpx.MockTransport(
        lambda request: httpx.Response(status, stream=httpx.ByteStream(rules.encode()))  # not read as yet
    )
    return httpx.AsyncClient(transport=transport, headers={"User-Agent": "Nutgraf/0.1 (reads)"})


@pytest.mark.anyio
async def test_a_channel_that_nobody_wants_watched_is_not(archive: Archive) -> None:
    async with a_web() as http:
        overhear = Overhear(archive, House(Rules()), Robots(http))
        assert await overhear.choose(ask("1")) is None


@pytest.mark.anyio
async def test_of_a_watched_channel_links_are_read_on_nobodys_account_within_the_hours_cap(archive: Archive) -> None:
    await archive.channels.watch(HOME, "C1", "U3", on=True)
    async with a_web() as http:
        overhear = Overhear(archive, House(Rules(watched=3)), Robots(http))
        first = await overhear.choose(ask("1", links=2))
        assert first is not None
        assert (first.asker, len(first.wanted)) == (WATCH, 2)
        await archive.requests.accept(first)
        await archive.requests.accept(ask("asked", who="U2", links=5))
        second = await overhear.choose(ask("2", links=2))
        assert second is not None
        assert len(second.wanted) == 1
        await archive.requests.accept(second)
        assert await overhear.choose(ask("3")) is None


@pytest.mark.anyio
async def test_unasked_nothing_is_read_that_is_no_link_or_that_its_site_does_not_want(archive: Archive) -> None:
    await archive.channels.watch(HOME, "C1", "U3", on=True)
    wanted = (
        Wanted(text="A long talk."),
        Wanted(link="ftp://post.example/a", problem="That is not a web page's address."),
        Wanted(link="https://post.example/private/a"),
        Wanted(link=LINK),
    )
    async with a_web() as http:
        overhear = Overhear(archive, House(Rules()), Robots(http))
        chosen = await overhear.choose(replace(ask("1"), wanted=wanted))
        closed = Overhear(archive, House(Rules(denied_channels=frozenset({"C1"}))), Robots(http))

        assert chosen is not None
        assert chosen.wanted == (Wanted(link=LINK),)
        assert await closed.choose(ask("1")) is None


def test_every_refusal_is_an_error_of_its_own() -> None:
    kinds = (ChannelDenied, ChannelLimit, MayNotWatch, MoreThanAllowed, PersonLimit, TooSoon)
    assert all(issubclass(kind, AskError) for kind in kinds)
