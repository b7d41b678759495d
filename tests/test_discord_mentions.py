"""Messages that name the bot in Discord, or are written to it."""

from __future__ import annotations

import pytest

from tests.discord_newsroom import GONE, NAMED, STORY, a_brief_in_a_thread, running, told_below
from tests.discord_standin import DiscordStandIn
from tests.discord_things import APPLICATION, BEN, DIRECT
from tests.fakes import QuickDesk

pytestmark = pytest.mark.anyio


async def test_mention_with_a_link_is_answered_in_a_thread(desk: QuickDesk, discord: DiscordStandIn) -> None:
    async with running(desk, discord):
        await discord.say(f"{NAMED} {STORY}")
        await discord.until(lambda: discord.threads and any(one.embeds for one in discord.threads[0].messages))
        await discord.until(lambda: discord.messages()[-1].content.startswith("Read your link."))

    assert desk.read == [STORY]


async def test_words_in_the_thread_are_answered_there(desk: QuickDesk, discord: DiscordStandIn) -> None:
    async with running(desk, discord):
        message = await a_brief_in_a_thread(discord)
        await discord.say(f"{NAMED} quotes Reyl", channel=message.channel, user=BEN)
        thread = discord.threads[0]
        await discord.until(lambda: thread.messages[-1].author == APPLICATION)

    assert "a disaster for every boat" in thread.messages[-1].words


async def test_direct_message_with_a_link_is_answered(desk: QuickDesk, discord: DiscordStandIn) -> None:
    async with running(desk, discord):
        await discord.say(STORY, channel=DIRECT)
        await discord.until(lambda: any(one.embeds for one in discord.messages(DIRECT)))

    assert desk.read == [STORY]


async def test_message_to_others_is_not_answered(desk: QuickDesk, discord: DiscordStandIn) -> None:
    async with running(desk, discord):
        await discord.say(f"have you seen {STORY}?")
        await discord.say(f"{NAMED} {GONE}")
        await discord.until(lambda: desk.read)

    assert desk.read == [GONE]


async def test_no_privileged_intent_is_asked_for(desk: QuickDesk, discord: DiscordStandIn) -> None:
    async with running(desk, discord):
        intents = discord.gateway.intents

    assert intents == 1 << 0 | 1 << 9 | 1 << 12


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("claims", "48 million pounds"),
        ("entities", "Port Ellery"),
        ("heard", "Maren Holt: 2 statements"),
        ("reading", "Sign up for our newsletter"),
        ("compare", "only one brief"),
        ("help", "export docx"),
        ("search wall", "archive"),
        ("watch", "message content intent"),
        ("retry", "again"),
    ],
)
async def test_each_word_is_answered_in_the_thread(
    desk: QuickDesk, discord: DiscordStandIn, words: str, told: str
) -> None:
    async with running(desk, discord):
        brief = await a_brief_in_a_thread(discord)
        shown = await told_below(discord, await discord.say(f"{NAMED} {words}", channel=brief.channel))

    assert told in shown.words


async def test_brief_is_deleted_by_a_word(desk: QuickDesk, discord: DiscordStandIn) -> None:
    async with running(desk, discord):
        brief = await a_brief_in_a_thread(discord)
        await discord.say(f"{NAMED} delete", channel=brief.channel)
        await discord.until(lambda: brief not in discord.threads[0].messages)
