"""What Discord does not let the bot do: whoever asked reads which permission is missing, and gets what can be had."""

from __future__ import annotations

import pytest

from tests.discord_newsroom import (
    NAMED,
    OTHER,
    STORY,
    TITLE,
    a_brief_in_a_thread,
    ended,
    one_private,
    running,
    told_below,
    told_directly,
    unfinished,
)
from tests.discord_rules import (
    ALL_PERMISSIONS,
    ATTACH_FILES,
    CREATE_PUBLIC_THREADS,
    EMBED_LINKS,
    SEND_MESSAGES,
    SEND_MESSAGES_IN_THREADS,
    VIEW_CHANNEL,
)
from tests.discord_standin import DiscordStandIn
from tests.discord_things import APPLICATION, DIRECT, NEWSROOM
from tests.fakes import QuickDesk

pytestmark = pytest.mark.anyio


async def test_command_is_answered_in_a_thread_without_the_right_to_write_in_the_channel(
    desk: QuickDesk, discord: DiscordStandIn
) -> None:
    discord.permissions = ALL_PERMISSIONS & ~SEND_MESSAGES
    async with running(desk, discord):
        await discord.slash(STORY)
        await ended(discord)

    assert discord.threads[0].messages[0].embeds


async def test_command_is_answered_without_any_right_but_its_own(desk: QuickDesk, discord: DiscordStandIn) -> None:
    """What answers a command by its token needs no permission."""
    discord.expected = {50001, 50013}
    discord.permissions = 0
    async with running(desk, discord):
        await discord.slash(f"{STORY} {OTHER}")
        end = await ended(discord)

    assert "I need the permission" in end
    assert [bool(message.embeds) for message in discord.messages()] == [False, True, True]


@pytest.mark.parametrize(
    ("missing", "name"), [(SEND_MESSAGES, "Send Messages"), (VIEW_CHANNEL, "View Channel")], ids=["send", "view"]
)
async def test_mention_that_cannot_be_answered_there_is_explained_in_a_direct_message(
    desk: QuickDesk, discord: DiscordStandIn, missing: int, name: str
) -> None:
    discord.expected = {50001, 50013}
    discord.permissions = ALL_PERMISSIONS & ~missing
    async with running(desk, discord):
        await discord.say(f"{NAMED} {STORY} {OTHER}")
        await discord.until(lambda: discord.messages(DIRECT))
        await unfinished(desk, count=0)

    (told,) = discord.messages(DIRECT)
    assert told.content.startswith("I could not answer where you asked me:")
    assert f"“{name}”" in told.content


async def test_whoever_takes_no_direct_messages_costs_no_more_than_a_line_in_the_log(
    desk: QuickDesk, discord: DiscordStandIn
) -> None:
    discord.expected = {50007, 50013}
    discord.direct_messages = False
    discord.permissions = ALL_PERMISSIONS & ~SEND_MESSAGES
    async with running(desk, discord):
        await discord.say(f"{NAMED} {STORY}")
        await discord.until(lambda: 50007 in dict(discord.refusals))
        await unfinished(desk, count=0)


async def test_follow_up_in_words_that_cannot_be_answered_there_is_explained_in_a_direct_message(
    desk: QuickDesk, discord: DiscordStandIn
) -> None:
    discord.expected = {50013}
    async with running(desk, discord):
        await a_brief_in_a_thread(discord)
        discord.permissions = ALL_PERMISSIONS & ~SEND_MESSAGES
        await discord.say(f"{NAMED} claims")
        told = await told_directly(discord)

    assert "“Send Messages”" in told.content


async def test_file_that_may_not_be_attached_is_told_of_in_words(desk: QuickDesk, discord: DiscordStandIn) -> None:
    discord.expected = {50013}
    async with running(desk, discord):
        brief = await a_brief_in_a_thread(discord)
        discord.permissions = ALL_PERMISSIONS & ~ATTACH_FILES
        asked = await discord.say(f"{NAMED} export docx", channel=brief.channel)
        told = await told_below(discord, asked)

    assert "“Attach Files”" in told.content
    assert not told.files


async def test_list_that_may_not_be_embedded_is_told_of_in_words(desk: QuickDesk, discord: DiscordStandIn) -> None:
    """Without the permission, Discord takes embeds away and says nothing."""
    discord.expected = {50006}
    async with running(desk, discord):
        brief = await a_brief_in_a_thread(discord)
        discord.permissions = ALL_PERMISSIONS & ~EMBED_LINKS
        asked = await discord.say(f"{NAMED} claims", channel=brief.channel)
        told = await told_below(discord, asked)

    assert "“Embed Links”" in told.content


async def test_brief_that_may_not_be_embedded_is_shown_as_words_with_its_buttons(
    desk: QuickDesk, discord: DiscordStandIn
) -> None:
    discord.permissions = ALL_PERMISSIONS & ~EMBED_LINKS
    async with running(desk, discord):
        await discord.say(f"{NAMED} {STORY}")
        await discord.until(lambda: discord.messages() and TITLE in discord.messages()[-1].content)
        answer = discord.messages()[-1]
        await discord.press(answer, "All quotes")
        shown = await one_private(discord)

    assert answer.content.startswith("I need the permission “Embed Links”")
    assert "We got the numbers wrong" in answer.content
    assert len(answer.content) <= 2000
    assert "that the wall would be finished by 2028" in shown.words


async def test_right_to_embed_that_is_lost_meanwhile_leaves_the_words(desk: QuickDesk, discord: DiscordStandIn) -> None:
    discord.expected = {50006}
    desk.go_on.clear()
    async with running(desk, discord):
        await discord.slash(STORY)
        await discord.until(lambda: desk.read)
        discord.permissions = ALL_PERMISSIONS & ~EMBED_LINKS
        desk.go_on.set()
        await ended(discord)

    (answer,) = discord.threads[0].messages
    assert TITLE in answer.content
    assert answer.buttons


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
        await discord.until(lambda: discord.messages() and discord.messages()[-1].embeds)

    assert f"I need the permission “{name}”" in discord.messages()[-1].content
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


async def test_bot_that_is_removed_while_it_reads_ends_the_request_and_says_so(
    desk: QuickDesk, discord: DiscordStandIn
) -> None:
    discord.expected = {50001}
    desk.go_on.clear()
    async with running(desk, discord):
        await discord.say(f"{NAMED} {STORY}")
        await discord.until(lambda: desk.read)
        discord.permissions = 0
        desk.go_on.set()
        await unfinished(desk, count=0)

    (told,) = discord.messages(DIRECT)
    assert "“View Channel”" in told.content
    assert await desk.archive.threads.recent(f"discord:{discord.channels[NEWSROOM].guild}", told_by(discord), limit=1)


def told_by(discord: DiscordStandIn) -> str:
    """Return who asked."""
    return next(one.author for one in discord.messages() if one.author != APPLICATION)
