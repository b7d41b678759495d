"""Threads in Discord: archived, locked, unknown, deleted; posts of a forum; and where there is none."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.archive.archive import Archive
from bot.house import House, Rules
from bot.models import Correction, Mistake
from tests.discord_newsroom import (
    GONE,
    NAMED,
    STORY,
    TITLE,
    a_brief_in_a_thread,
    ended,
    online,
    private,
    reply,
    running,
    told_directly,
    unfinished,
)
from tests.discord_standin import DiscordStandIn
from tests.discord_things import ADA, APPLICATION, BEN, DIRECT, FORUM_POST, GUILD, NEWSROOM, PUBLIC_THREAD, Channel
from tests.fakes import QuickDesk

pytestmark = pytest.mark.anyio

OLD = "300000000000000077"


def ruled(archive: Archive, **rules: frozenset[str]) -> QuickDesk:
    """Return a desk with house rules."""
    desk = QuickDesk(archive)
    desk.house = House(Rules(**rules))
    return desk


def an_old_thread(discord: DiscordStandIn) -> Channel:
    """Return a thread of the newsroom that the bot, being connected, was never told of."""
    discord.channels[OLD] = Channel(OLD, "last year's budget", PUBLIC_THREAD, GUILD, NEWSROOM)
    return discord.channels[OLD]


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


async def test_mention_in_a_forums_post_is_answered_there(desk: QuickDesk, discord: DiscordStandIn) -> None:
    async with running(desk, discord):
        await discord.say(f"{NAMED} {STORY}", channel=FORUM_POST)
        await discord.until(lambda: discord.messages(FORUM_POST)[-1].embeds)

    assert TITLE in discord.messages(FORUM_POST)[-1].words
    assert discord.threads == []


# Threads that the bot was not told of -----------------------------------------------------------------------


async def test_mention_in_an_unknown_thread_is_answered_there(desk: QuickDesk, discord: DiscordStandIn) -> None:
    async with running(desk, discord):
        old = an_old_thread(discord)
        await discord.say(f"{NAMED} {STORY}", channel=OLD)
        await discord.until(lambda: old.messages[-1].embeds)

    assert TITLE in old.messages[-1].words


@pytest.mark.parametrize(
    "rules",
    [{"denied_channels": frozenset({NEWSROOM})}, {"allowed_channels": frozenset({"300000000000000055"})}],
    ids=["denied", "not allowed"],
)
async def test_mention_in_an_unknown_thread_keeps_to_the_rules_of_its_channel(
    desk: QuickDesk, discord: DiscordStandIn, rules: dict[str, frozenset[str]]
) -> None:
    strict = ruled(desk.archive, **rules)
    async with running(strict, discord):
        old = an_old_thread(discord)
        await discord.say(f"{NAMED} {STORY}", channel=OLD)
        await discord.until(lambda: old.messages[-1].author == APPLICATION)

    assert "does not let me read anything in this channel" in old.messages[-1].content
    assert strict.read == []


async def test_mention_in_an_unknown_thread_of_an_allowed_channel_is_answered(
    desk: QuickDesk, discord: DiscordStandIn
) -> None:
    open_there = ruled(desk.archive, allowed_channels=frozenset({NEWSROOM}))
    async with running(open_there, discord):
        old = an_old_thread(discord)
        await discord.say(f"{NAMED} {STORY}", channel=OLD)
        await discord.until(lambda: old.messages[-1].embeds)

    assert open_there.read == [STORY]


# Archived and locked ----------------------------------------------------------------------------------------


async def test_brief_in_a_thread_that_is_archived_since_is_edited_all_the_same(
    desk: QuickDesk, discord: DiscordStandIn
) -> None:
    """Discord archives a thread after a day without words, and lets nothing in it be edited then."""
    discord.expected = {50083}
    async with running(desk, discord):
        brief = await a_brief_in_a_thread(discord)
        discord.threads[0].archived = True
        before = brief.edits
        (kept,) = await desk.archive.threads.recent(f"discord:{GUILD}", ADA, limit=1)
        await desk.archive.corrections.make(
            f"discord:{GUILD}", kept, BEN, Correction(Mistake.WRONG_SPEAKER, "q2", "Tomas Reyl")
        )
    async with running(desk, discord):
        await discord.until(lambda: brief.edits > before)
        await unfinished(desk, count=0)

    assert brief.embeds
    assert not discord.threads[0].archived


async def test_thread_that_is_locked_while_it_reads_is_explained_in_a_direct_message(
    desk: QuickDesk, discord: DiscordStandIn
) -> None:
    discord.expected = {50013, 50083}
    desk.go_on.clear()
    async with running(desk, discord):
        await discord.slash(STORY)
        await discord.until(lambda: desk.read and discord.threads)
        discord.threads[0].archived = discord.threads[0].locked = True
        desk.go_on.set()
        told = await told_directly(discord)
        await unfinished(desk, count=0)

    assert told.content == "I could not answer where you asked me: this thread is locked."


async def test_mention_in_a_locked_thread_is_explained_in_a_direct_message(
    desk: QuickDesk, discord: DiscordStandIn
) -> None:
    """Moderators may write there, and the bot may not."""
    discord.expected = {160005}
    async with running(desk, discord):
        discord.channels[FORUM_POST].locked = True
        await discord.say(f"{NAMED} {STORY}", channel=FORUM_POST)
        told = await told_directly(discord)
        await unfinished(desk, count=0)
        await discord.say(f"{NAMED} help", channel=FORUM_POST)
        await discord.until(lambda: len(discord.messages(DIRECT)) == 2)

    assert "this thread is locked" in told.content


async def test_command_whose_thread_is_locked_and_archived_ends(desk: QuickDesk, discord: DiscordStandIn) -> None:
    discord.expected = {50013, 50083}
    async with online(desk, discord):
        await discord.slash(STORY, channel=FORUM_POST)
        await unfinished(desk)
        discord.channels[FORUM_POST].archived = discord.channels[FORUM_POST].locked = True
    async with running(desk, discord):
        told = await told_directly(discord)
        await unfinished(desk, count=0)

    assert "this thread is locked" in told.content


# What is deleted meanwhile ------------------------------------------------------------------------------------


async def test_thread_deleted_meanwhile_ends_the_request(desk: QuickDesk, discord: DiscordStandIn) -> None:
    discord.expected = {10003}
    desk.go_on.clear()
    async with running(desk, discord):
        await discord.slash(STORY)
        await discord.until(lambda: desk.read)
        del discord.channels[discord.threads[0].id]
        desk.go_on.set()
        told = await told_directly(discord)
        await unfinished(desk, count=0)

    assert told.content == "I could not answer where you asked me: the channel or thread is gone."


async def test_message_that_asked_and_is_deleted_is_answered_without_it(
    desk: QuickDesk, discord: DiscordStandIn
) -> None:
    async with online(desk, discord):
        asked = await discord.say(f"{NAMED} {STORY}")
        await unfinished(desk)
        discord.channels[NEWSROOM].messages.remove(asked)
    async with running(desk, discord):
        await discord.until(lambda: any(one.embeds for thread in discord.threads for one in thread.messages))


async def test_thread_whose_first_message_is_deleted_keeps_its_answer(desk: QuickDesk, discord: DiscordStandIn) -> None:
    discord.expected = {10008}
    desk.go_on.clear()
    async with running(desk, discord):
        await discord.say(f"{NAMED} {STORY}")
        await discord.until(lambda: desk.read)
        discord.channels[NEWSROOM].messages.remove(discord.messages()[-1])
        desk.go_on.set()
        await unfinished(desk, count=0)

    assert discord.threads[0].messages[0].embeds


async def test_placeholder_that_somebody_deletes_is_not_posted_again_and_the_brief_can_be_asked_for(
    desk: QuickDesk, discord: DiscordStandIn
) -> None:
    """Only moderators can delete it; whoever asked finds what was read by asking on."""
    discord.expected = {10008}
    desk.go_on.clear()
    async with running(desk, discord):
        await discord.slash(STORY)
        await discord.until(lambda: desk.read and discord.threads[0].messages)
        thread = discord.threads[0]
        thread.messages.clear()
        desk.go_on.set()
        await unfinished(desk, count=0)
        assert thread.messages == []
        assert ": the answer was deleted" in reply(discord).content
        await discord.command("quotes", channel=thread.id)
        await discord.until(lambda: private(discord) and private(discord)[-1].embeds)

    assert "We got the numbers wrong" in private(discord)[-1].words
    assert discord.messages(DIRECT) == []


async def test_mention_in_a_thread_whose_channel_is_gone_is_answered_there(
    desk: QuickDesk, discord: DiscordStandIn
) -> None:
    async with running(desk, discord):
        discord.channels[OLD] = Channel(OLD, "orphan", PUBLIC_THREAD, GUILD, "300000000000000066")
        await discord.say(f"{NAMED} {STORY}", channel=OLD)
        await discord.until(lambda: discord.channels[OLD].messages[-1].embeds)


async def test_late_answer_to_a_command_in_a_channel_that_is_closed_is_explained(
    desk: QuickDesk, discord: DiscordStandIn
) -> None:
    """After a quarter of an hour the token is void, and then the bot's own rights count."""
    discord.expected = {50001, 50027}
    async with online(desk, discord):
        await discord.slash(STORY)
        await unfinished(desk)
    discord.now += timedelta(minutes=16)
    discord.permissions = 0
    async with running(desk, discord):
        told = await told_directly(discord)
        await unfinished(desk, count=0)

    assert "“View Channel”" in told.content
