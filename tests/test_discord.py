"""Discord, from the slash command to the brief in the thread: the real discord.py against a Discord of our own."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError

from adapters.discord.app import DiscordConfig, open_discord
from bot.answers import Answer
from bot.archive.archive import open_archive
from bot.commands import FollowUp
from bot.errors import AskError, SettingsError
from bot.models import Ask, Person, Request
from tests.discord_newsroom import (
    GONE,
    STORY,
    TITLE,
    a_brief_in_a_thread,
    ended,
    one_private,
    online,
    private,
    reply,
    running,
)
from tests.discord_rules import (
    ALL_PERMISSIONS,
    CREATE_PUBLIC_THREADS,
    EMBED_LINKS,
    SEND_MESSAGES_IN_THREADS,
    VIEW_CHANNEL,
)
from tests.discord_standin import DiscordStandIn, open_standin
from tests.discord_things import BEN, DIRECT, FOREIGN, FORUM_POST, TOKEN, Channel, Fault, Message
from tests.discord_transcript import discord_transcript
from tests.fakes import QuickDesk, a_long_brief

pytestmark = pytest.mark.anyio

OTHER = "https://post.example/ferry"


class BrokenDesk(QuickDesk):
    """A desk whose database is locked."""

    async def accept(self, ask: Ask) -> Request | None:
        raise OperationalError("INSERT", {}, Exception("database is locked"))

    async def carry_out(self, asked: FollowUp, person: Person) -> tuple[Answer, ...]:
        raise OperationalError("SELECT", {}, Exception("database is locked"))


class FullDesk(QuickDesk):
    """A desk that takes nothing, and says so."""

    async def accept(self, ask: Ask) -> Request | None:
        raise AskError("I cannot take more at the moment.")


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[QuickDesk]:
    async with open_archive(f"sqlite+aiosqlite:///{tmp_path}/desk.sqlite3") as archive:
        yield QuickDesk(archive)


@pytest.fixture
async def discord(shared: Path) -> AsyncIterator[DiscordStandIn]:
    async with open_standin(shared / "specs") as standin:
        yield standin
        assert standin.unexpected == []


# A request ------------------------------------------------------------------------------------------------


async def test_link_is_answered_in_a_thread_of_the_reply(desk: QuickDesk, discord: DiscordStandIn) -> None:
    async with running(desk, discord):
        await discord.slash(STORY)
        end = await ended(discord)

    assert end.startswith(f"Read your link. The answers are in the thread.\n• [{TITLE}](<{STORY}>)")
    (thread,) = discord.threads
    assert (thread.id, thread.name) == (reply(discord).id, "post.example")
    (answer,) = thread.messages
    assert answer.content == ""
    assert answer.embeds[0]["title"] == TITLE
    assert "“We got the numbers wrong, and I am sorry for that,”" in answer.words
    assert list(answer.buttons) == ["All quotes (5)", "All claims (2)", "All entities (4)", "About this reading"]
    assert desk.read == [STORY]


async def test_reading_is_announced_before_it_is_done(desk: QuickDesk, discord: DiscordStandIn) -> None:
    desk.go_on.clear()
    async with running(desk, discord):
        await discord.slash(f"{STORY} and {OTHER}")
        await discord.until(lambda: len(desk.read) == 2)

        assert reply(discord).content == "Reading 2 links, in the thread below …"
        assert [message.content for message in discord.threads[0].messages] == ["Reading post.example …"] * 2
        desk.go_on.set()
        await ended(discord)

    assert all(message.embeds for message in discord.threads[0].messages)


async def test_each_of_several_links_gets_its_answer_in_order(desk: QuickDesk, discord: DiscordStandIn) -> None:
    async with running(desk, discord):
        await discord.slash(f"{STORY} {GONE} {OTHER}")
        end = await ended(discord)

    assert end.startswith("Read 2 of 3 links.")
    assert "• not read: post.example/gone" in end
    (thread,) = discord.threads
    assert thread.name == "Links (3)"
    first, second, third = thread.messages
    assert first.embeds
    assert third.embeds
    assert second.content.startswith(f"Could not read <{GONE}>: the site says that this page does not exist")


async def test_command_without_a_link_is_told_so_privately(desk: QuickDesk, discord: DiscordStandIn) -> None:
    async with running(desk, discord):
        await discord.slash("hello @everyone")
        told = await one_private(discord)

    assert "There is no link" in told.content
    assert discord.messages() == []


async def test_links_past_the_limit_are_named_not_read(desk: QuickDesk, discord: DiscordStandIn) -> None:
    async with running(desk, discord):
        await discord.slash(" ".join(f"https://post.example/{number}" for number in range(30)))
        end = await ended(discord)

    assert len(desk.read) == 10
    assert end.startswith("Read 10 links.")
    assert len(end) <= 2000
    assert "20 more were left out" in discord.threads[0].messages[-1].content


async def test_pasted_text_is_read(desk: QuickDesk, discord: DiscordStandIn) -> None:
    text = "The harbour wall in Port Ellery was finished on Monday, the council said. " * 6
    async with running(desk, discord):
        await discord.slash(text)
        end = await ended(discord)

    assert end.startswith("Read your text.")
    assert discord.threads[0].name == "Pasted text"


async def test_same_delivery_twice_is_one_answer(desk: QuickDesk, discord: DiscordStandIn) -> None:
    discord.expected = {40060}
    async with running(desk, discord):
        interaction = await discord.slash(STORY)
        await ended(discord)
        await discord.again(interaction)
        await discord.until(lambda: discord.refusals)

    assert desk.read == [STORY]
    assert len(discord.threads[0].messages) == 1


async def test_database_failure_is_told(desk: QuickDesk, discord: DiscordStandIn) -> None:
    broken = BrokenDesk(desk.archive)
    async with running(broken, discord):
        await discord.slash(STORY)
        told = await one_private(discord)

    assert told.content.startswith("Something went wrong on my side.")


async def test_expected_failure_to_accept_is_told_in_its_own_words(desk: QuickDesk, discord: DiscordStandIn) -> None:
    async with running(FullDesk(desk.archive), discord):
        await discord.slash(STORY)
        told = await one_private(discord)

    assert told.content == "I cannot take more at the moment."


# Where there is no thread -----------------------------------------------------------------------------------


@pytest.mark.parametrize("channel", [DIRECT, FORUM_POST])
async def test_without_threads_the_reply_becomes_the_brief(
    desk: QuickDesk, discord: DiscordStandIn, channel: str
) -> None:
    async with running(desk, discord):
        await discord.slash(STORY, channel=channel)
        await discord.until(lambda: discord.messages(channel) and reply(discord, channel).embeds)

    (answer,) = discord.messages(channel)
    assert TITLE in answer.words
    assert answer.buttons


@pytest.mark.parametrize("channel", [DIRECT, FORUM_POST])
async def test_without_threads_several_links_are_answered_below(
    desk: QuickDesk, discord: DiscordStandIn, channel: str
) -> None:
    async with running(desk, discord):
        await discord.slash(f"{STORY} {GONE}", channel=channel)
        end = await ended(discord, channel)

    assert end.startswith("Read 1 of 2 links.\n")
    _, first, second = discord.messages(channel)
    assert first.embeds
    assert second.content.startswith("Could not read")


@pytest.mark.parametrize("told", [True, False])
@pytest.mark.parametrize(
    ("missing", "name"),
    [(CREATE_PUBLIC_THREADS, "Create Public Threads"), (VIEW_CHANNEL, "View Channel")],
)
async def test_missing_permission_is_named_and_the_answer_comes_all_the_same(
    desk: QuickDesk, discord: DiscordStandIn, missing: int, name: str, told: bool
) -> None:
    """A newsroom's administrator must learn what to allow; the reporter must not wait for that."""
    discord.expected = {50001, 50013}
    discord.permissions = ALL_PERMISSIONS & ~missing
    discord.told_permissions = None if told else ALL_PERMISSIONS
    async with running(desk, discord):
        await discord.slash(f"{STORY} {OTHER}")
        end = await ended(discord)

    assert f"I need the permission “{name}”" in end
    assert not discord.threads
    _, first, second = discord.messages()
    assert first.embeds
    assert second.embeds


@pytest.mark.parametrize(
    ("missing", "name"), [(SEND_MESSAGES_IN_THREADS, "Send Messages in Threads"), (EMBED_LINKS, "Embed Links")]
)
async def test_thread_in_which_nothing_could_be_shown_is_not_made(
    desk: QuickDesk, discord: DiscordStandIn, missing: int, name: str
) -> None:
    discord.permissions = ALL_PERMISSIONS & ~missing
    async with running(desk, discord):
        await discord.slash(STORY)
        await discord.until(lambda: discord.messages() and reply(discord).embeds)

    assert f"I need the permission “{name}”" in reply(discord).content
    assert not discord.threads


async def test_permission_to_write_in_threads_lost_meanwhile_moves_the_answer_to_the_channel(
    desk: QuickDesk, discord: DiscordStandIn
) -> None:
    discord.expected = {50013}
    discord.permissions = ALL_PERMISSIONS & ~SEND_MESSAGES_IN_THREADS
    discord.told_permissions = ALL_PERMISSIONS
    async with running(desk, discord):
        await discord.slash(STORY)
        await ended(discord)

    assert discord.messages()[-1].embeds


async def test_server_with_too_many_threads_is_answered_in_the_channel(
    desk: QuickDesk, discord: DiscordStandIn
) -> None:
    discord.expected = {160006}
    discord.threads_left = 0
    async with running(desk, discord):
        await discord.slash(STORY)
        await discord.until(lambda: discord.messages() and reply(discord).embeds)

    assert "too many active threads" in reply(discord).content


async def test_reply_that_has_a_thread_already_is_answered_there(desk: QuickDesk, discord: DiscordStandIn) -> None:
    """So it is after a crash between making the thread and noting it."""
    discord.expected = {160004}
    discord.faults = [Fault("POST", r"/threads$", 500, after=True)]  # made, but the answer was lost
    async with running(desk, discord):
        await discord.slash(STORY)
        await ended(discord)

    (thread,) = discord.threads
    assert thread.messages[0].embeds


# Time and trouble -------------------------------------------------------------------------------------------


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


async def test_thread_deleted_meanwhile_ends_the_request(desk: QuickDesk, discord: DiscordStandIn) -> None:
    discord.expected = {10003}
    desk.go_on.clear()
    async with running(desk, discord):
        await discord.slash(STORY)
        await discord.until(lambda: desk.read)
        del discord.channels[discord.threads[0].id]
        desk.go_on.set()
        await discord.until(lambda: discord.refusals)
        await unfinished(desk, count=0)


async def test_requests_go_on_after_discord_asks_to_reconnect(desk: QuickDesk, discord: DiscordStandIn) -> None:
    async with running(desk, discord):
        await discord.ask_to_reconnect()
        await discord.slash(STORY)  # while nobody is connected
        await ended(discord)

    assert discord.resumes == 1
    assert discord.threads[0].messages[0].embeds


# Buttons ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("label", "expected"),
    [
        ("All quotes", "a disaster for every boat in the bay"),
        ("All claims", "The Ellery Post, in its own voice"),
        ("All entities", "48 million pounds"),
        ("About this reading", "Sign up for our newsletter"),
    ],
)
async def test_button_shows_the_whole_list_to_who_pressed(
    desk: QuickDesk, discord: DiscordStandIn, label: str, expected: str
) -> None:
    async with running(desk, discord):
        message = await a_brief_in_a_thread(discord)
        await discord.press(message, label, user=BEN)
        shown = await one_private(discord)

    assert shown.only_for == BEN
    assert expected in shown.words
    assert "Next" not in shown.buttons


async def test_button_works_after_a_restart(desk: QuickDesk, discord: DiscordStandIn) -> None:
    async with running(desk, discord):
        message = await a_brief_in_a_thread(discord)
    async with running(desk, discord):
        await discord.press(message, "All quotes")
        shown = await one_private(discord)

    assert "that the wall would be finished by 2028" in shown.words


async def test_pages_are_turned_in_place_and_all_can_be_reached(desk: QuickDesk, discord: DiscordStandIn) -> None:
    desk.story = a_long_brief("word ", quotes=6)
    async with running(desk, discord):
        message = await a_brief_in_a_thread(discord)
        await discord.press(message, "All quotes")
        shown = await one_private(discord)
        assert list(shown.buttons) == ["Next"]
        read = shown.words
        while "Next" in shown.buttons:
            before = shown.edits
            await discord.press(shown, "Next")
            await discord.until(lambda before=before: shown.edits > before)
            read += shown.words
        assert list(shown.buttons) == ["Previous"]
        last = shown.words
        await discord.press(shown, "Previous")
        await discord.until(lambda: shown.words != last)

    assert len(private(discord)) == 1
    assert all(f"N{quote}. " in read for quote in range(6))
    assert all(f"end{quote}" in read for quote in range(6))


async def test_brief_of_another_server_is_not_shown(desk: QuickDesk, discord: DiscordStandIn) -> None:
    """A custom id can be made by hand; what one newsroom had read is none of another's business."""
    async with running(desk, discord):
        message = await a_brief_in_a_thread(discord)
        custom_id = next(iter(message.buttons.values()))
        foreign = Message(discord.snowflake(), FOREIGN, message.author)
        await discord.press_id(foreign, custom_id, channel=FOREIGN)
        shown = await one_private(discord)

    assert shown.words == "That brief is no longer stored. Send the link again and I will read it anew."


async def test_brief_of_a_direct_message_is_not_shown_to_another(desk: QuickDesk, discord: DiscordStandIn) -> None:
    bens = Channel("300000000000000009", "Ben", 1, None)
    discord.channels[bens.id] = bens
    async with running(desk, discord):
        await discord.slash(STORY, channel=DIRECT)
        await discord.until(lambda: discord.messages(DIRECT) and reply(discord, DIRECT).embeds)
        custom_id = next(iter(reply(discord, DIRECT).buttons.values()))
        foreign = Message(discord.snowflake(), bens.id, reply(discord, DIRECT).author)
        await discord.press_id(foreign, custom_id, user=BEN, channel=bens.id)
        shown = await one_private(discord)

    assert "no longer stored" in shown.words


async def test_database_failure_at_a_button_is_told(desk: QuickDesk, discord: DiscordStandIn) -> None:
    async with running(desk, discord):
        message = await a_brief_in_a_thread(discord)
    async with running(BrokenDesk(desk.archive), discord):
        await discord.press(message, "All quotes")
        shown = await one_private(discord)

    assert shown.words.startswith("Something went wrong on my side.")


# The connection ---------------------------------------------------------------------------------------------


async def test_command_is_registered_when_it_changed_and_only_then(desk: QuickDesk, discord: DiscordStandIn) -> None:
    async with online(desk, discord):
        assert discord.syncs == 1
    async with online(desk, discord):
        assert discord.syncs == 1
    discord.commands[0]["description"] = "An older one"
    async with online(desk, discord):
        assert discord.syncs == 2
    assert discord.commands[0]["contexts"] == [0, 1, 2]
    assert discord.commands[0]["integration_types"] == [0, 1]


async def test_wrong_token_is_named_at_start(desk: QuickDesk, discord: DiscordStandIn) -> None:
    discord.token = "another"
    with pytest.raises(SettingsError, match="does not accept DISCORD_TOKEN"):
        async with online(desk, discord):
            pass


async def test_token_that_is_revoked_ends_the_bot_with_its_reason(desk: QuickDesk, discord: DiscordStandIn) -> None:
    with pytest.raises(SettingsError, match="does not accept DISCORD_TOKEN"):
        await be_revoked(desk, discord)


async def be_revoked(desk: QuickDesk, discord: DiscordStandIn) -> None:
    async with online(desk, discord) as courier:
        discord.token = "another"
        await discord.end_session(4000)
        await desk.work({"discord": courier})


async def test_unreachable_discord_is_named(desk: QuickDesk) -> None:
    with pytest.raises(SettingsError, match="could not be reached"):
        async with open_discord(desk, DiscordConfig(TOKEN, "http://127.0.0.1:1/api/v10", "ws://127.0.0.1:1/")):
            pass


async def test_failure_of_the_body_comes_through_as_it_is(desk: QuickDesk, discord: DiscordStandIn) -> None:
    with pytest.raises(KeyError, match="mine"):
        async with online(desk, discord):
            raise KeyError("mine")


# What people see --------------------------------------------------------------------------------------------


async def test_transcript_shows_the_thread_as_people_see_it(desk: QuickDesk, discord: DiscordStandIn) -> None:
    async with running(desk, discord):
        await discord.slash(f"{STORY} {GONE}")
        await ended(discord)

    text = discord_transcript(discord)
    assert "Ada used /brief links: " in text
    assert "└─ thread “Links (2)”" in text
    assert "Maren Holt, the council's finance chief" in text
    assert "[ All quotes (5) ]" in text


async def unfinished(desk: QuickDesk, *, count: int = 1) -> None:
    """Wait until *count* requests are owed an answer."""
    async with asyncio.timeout(20):
        while len(await desk.archive.requests.unfinished({"discord"})) != count:  # noqa: ASYNC110 - the table tells nobody
            await asyncio.sleep(0.01)
