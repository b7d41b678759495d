"""Discord in trouble: crashes, expired tokens, limits, outages and lost connections cost nobody an answer."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from bot.archive.archive import Archive
from bot.models import Ask, Request
from tests.discord_newsroom import STORY, a_brief_in_a_thread, ended, one_private, online, reply, running, unfinished
from tests.discord_standin import DiscordStandIn
from tests.discord_things import DIRECT, Fault
from tests.fakes import QuickDesk

pytestmark = pytest.mark.anyio


async def test_request_left_by_a_crash_is_answered_by_the_next_process(
    desk: QuickDesk, discord: DiscordStandIn
) -> None:
    async with online(desk, discord):
        await discord.slash(STORY)
        await discord.until(lambda: discord.messages() and reply(discord).loading)
        await unfinished(desk)
    async with running(desk, discord):
        await ended(discord)

    assert discord.threads[0].messages[0].embeds


async def test_request_left_while_reading_is_answered_once(desk: QuickDesk, discord: DiscordStandIn) -> None:
    desk.go_on.clear()
    async with running(desk, discord):
        await discord.slash(STORY)
        await discord.until(lambda: desk.read)
    desk.go_on.set()
    async with running(desk, discord):
        await ended(discord)

    (thread,) = discord.threads
    (answer,) = thread.messages
    assert answer.embeds


async def test_placeholder_whose_id_was_lost_in_a_crash_shows_once(desk: QuickDesk, discord: DiscordStandIn) -> None:
    discord.faults = [Fault("POST", r"/channels/\d+/messages$", 500, after=True)]
    async with running(desk, discord):
        await discord.slash(STORY)
        await ended(discord)

    assert len(discord.threads[0].messages) == 1


async def test_command_is_acknowledged_once_it_is_stored_and_answered_though_that_was_too_late(
    desk: QuickDesk, discord: DiscordStandIn
) -> None:
    """What is acknowledged and not stored would be lost where the process dies."""
    discord.expected = {10015, 10062}  # Discord does not know the interaction any more
    slow = SlowlyStored(desk.archive)
    async with running(slow, discord):
        given = await discord.slash(STORY)
        await slow.storing.wait()
        await asyncio.sleep(2)
        assert given.answer is None
        discord.now += timedelta(seconds=4)
        slow.stored.set()
        await discord.until(lambda: discord.threads and any(one.embeds for one in discord.threads[0].messages))

    assert given.answer is None
    assert slow.read == [STORY]


class SlowlyStored(QuickDesk):
    """A desk whose database takes its time."""

    def __init__(self, archive: Archive) -> None:
        super().__init__(archive)
        self.storing, self.stored = asyncio.Event(), asyncio.Event()

    async def accept(self, ask: Ask) -> Request | None:
        self.storing.set()
        await self.stored.wait()
        return await super().accept(ask)


async def test_answer_after_the_token_has_expired_still_comes(desk: QuickDesk, discord: DiscordStandIn) -> None:
    discord.expected = {50027}
    desk.go_on.clear()
    async with running(desk, discord):
        await discord.slash(STORY)
        await discord.until(lambda: desk.read)
        discord.now += timedelta(minutes=16)
        desk.go_on.set()
        end = await ended(discord)

    assert end.startswith("Read your link.")
    assert discord.threads[0].messages[0].embeds


async def test_request_taken_up_after_the_token_has_expired_gets_a_thread(
    desk: QuickDesk, discord: DiscordStandIn
) -> None:
    discord.expected = {50027}
    async with online(desk, discord):
        await discord.slash(STORY)
        await unfinished(desk)
    discord.now += timedelta(minutes=16)
    async with running(desk, discord):
        await discord.until(lambda: discord.messages()[-1].content.startswith("Read your link."))

    assert reply(discord).loading  # Discord lets nobody touch it any more
    assert discord.threads[0].id == discord.messages()[-1].id
    assert discord.threads[0].messages[0].embeds


async def test_direct_message_after_the_token_has_expired_is_answered(desk: QuickDesk, discord: DiscordStandIn) -> None:
    discord.expected = {50027}
    desk.go_on.clear()
    async with running(desk, discord):
        await discord.slash(STORY, channel=DIRECT)
        await discord.until(lambda: desk.read)
        discord.now += timedelta(minutes=16)
        desk.go_on.set()
        await discord.until(lambda: reply(discord, DIRECT).embeds)

    assert len(discord.messages(DIRECT)) == 1


@pytest.mark.parametrize(
    "fault",
    [
        Fault("POST", r"/messages$", 429, {"retry_after": 0.01, "global": False}, {"Via": "1.1 google"}),
        Fault("PATCH", r"@original$", 429, {"retry_after": 0.01, "global": False}, {"Via": "1.1 google"}),
        Fault("PATCH", r"/channels/", 500, {"message": "500: Internal Server Error", "code": 0}),
        Fault("PATCH", r"/channels/", 503, {"message": "upstream connect error", "code": 0}),
    ],
    ids=lambda fault: f"{fault.method} {fault.path} {fault.status}",
)
async def test_trouble_that_passes_is_waited_for(desk: QuickDesk, discord: DiscordStandIn, fault: Fault) -> None:
    discord.faults = [Fault(fault.method, fault.path, fault.status, fault.body, fault.headers)]
    async with running(desk, discord):
        await discord.slash(STORY)
        await ended(discord)

    assert discord.faults[0].times == 0
    assert len(discord.threads[0].messages) == 1
    assert discord.threads[0].messages[0].embeds


async def test_brief_that_discord_refuses_is_replaced_by_words(desk: QuickDesk, discord: DiscordStandIn) -> None:
    discord.faults = [Fault("PATCH", r"/channels/", 400, {"message": "Invalid Form Body", "code": 50035})]
    async with running(desk, discord):
        await discord.slash(STORY)
        await ended(discord)

    (answer,) = discord.threads[0].messages
    assert answer.content.startswith("Something went wrong on my side.")
    assert answer.buttons


async def test_requests_go_on_after_discord_asks_to_reconnect(desk: QuickDesk, discord: DiscordStandIn) -> None:
    async with running(desk, discord):
        await discord.gateway.ask_to_reconnect()
        await discord.slash(STORY)  # while nobody is connected
        await ended(discord)

    assert discord.gateway.resumes == 1
    assert discord.threads[0].messages[0].embeds


async def test_commands_are_heard_after_discord_ended_the_session(desk: QuickDesk, discord: DiscordStandIn) -> None:
    """Nothing can be taken up then: the client begins anew, and is told of guilds and threads again."""
    async with running(desk, discord):
        await discord.gateway.invalidate_session()
        await discord.until(lambda: discord.gateway.connections == 2)
        await discord.until(lambda: discord.gateway.socket)
        await discord.slash(STORY)
        await ended(discord)

    assert discord.gateway.resumes == 0
    assert discord.threads[0].messages[0].embeds


@pytest.mark.parametrize("code", [4000, 4007, 4009], ids=["unknown error", "invalid sequence", "timed out"])
async def test_connection_that_is_lost_is_taken_up_again(desk: QuickDesk, discord: DiscordStandIn, code: int) -> None:
    async with running(desk, discord):
        await discord.gateway.end_session(code)
        await discord.until(lambda: discord.gateway.resumes or discord.gateway.connections == 2)
        await discord.slash(STORY)
        await ended(discord)

    assert discord.threads[0].messages[0].embeds


LIMITED = {"retry_after": 0.01, "global": True, "message": "You are being rate limited."}
BEHIND_DISCORD = {"Via": "1.1 google"}  # without it, discord.py takes a 429 for a ban and does not try again


@pytest.mark.parametrize("headers", [BEHIND_DISCORD, {}], ids=["limited", "banned"])
async def test_global_limit_that_outlasts_discord_py_is_waited_for(
    desk: QuickDesk, discord: DiscordStandIn, headers: dict[str, str]
) -> None:
    """It tries five times by itself; what was accepted is answered also after a longer one."""
    discord.faults = [Fault("PATCH", r"/channels/", 429, LIMITED, headers, times=6 if headers else 1)]
    async with running(desk, discord):
        await discord.slash(STORY)
        await ended(discord)

    assert discord.faults[0].times == 0
    (answer,) = discord.threads[0].messages
    assert answer.embeds


async def test_command_whose_acknowledgement_is_limited_is_answered_by_a_message(
    desk: QuickDesk, discord: DiscordStandIn
) -> None:
    discord.expected = {10015}  # Discord knows no reply then
    discord.faults = [Fault("POST", r"/callback$", 429, LIMITED, BEHIND_DISCORD, times=5)]
    async with running(desk, discord):
        await discord.slash(STORY)
        await discord.until(lambda: discord.threads and any(one.embeds for one in discord.threads[0].messages))

    assert "Something went wrong" not in str([message.content for message in discord.messages()])


async def test_button_whose_answer_is_limited_leaves_the_bot_at_work(desk: QuickDesk, discord: DiscordStandIn) -> None:
    async with running(desk, discord):
        brief = await a_brief_in_a_thread(discord)
        discord.faults = [Fault("POST", r"/callback$", 429, LIMITED, BEHIND_DISCORD, times=10)]
        await discord.press(brief, "All quotes")
        await discord.until(lambda: not discord.faults[0].times)
        await discord.press(brief, "All quotes")
        shown = await one_private(discord)

    assert "We got the numbers wrong" in shown.words
