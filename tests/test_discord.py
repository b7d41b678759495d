"""Discord, from the slash command to the brief in the thread: the real discord.py against a Discord of our own."""

from __future__ import annotations

import pytest

from bot.errors import AskError
from bot.models import Ask, Request
from tests.discord_newsroom import GONE, OTHER, STORY, TITLE, ended, one_private, reply, running
from tests.discord_standin import DiscordStandIn
from tests.discord_things import Fault
from tests.discord_transcript import discord_transcript
from tests.fakes import BrokenDesk, QuickDesk

pytestmark = pytest.mark.anyio


class FullDesk(QuickDesk):
    """A desk that takes nothing, and says so."""

    async def accept(self, ask: Ask) -> Request | None:
        raise AskError("I cannot take more at the moment.")


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
