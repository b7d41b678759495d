"""Files and pasted text in Discord, by each way in, and what is told where there is nothing to read."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest

from adapters.discord.app import DiscordConfig
from tests.discord_newsroom import NAMED, STORY, one_private, running
from tests.discord_standin import DiscordStandIn
from tests.discord_things import APPLICATION, BEN, TOKEN, Message
from tests.fakes import QuickDesk

pytestmark = pytest.mark.anyio

TEXT = "The wall was finished, the council said. " * 3
FILE = ("story.txt", TEXT.encode())
MENU = "Brief the links here"


Attached = tuple[str, bytes]
Ask = Callable[[DiscordStandIn, Attached], Awaitable[object]]


async def by_command(discord: DiscordStandIn, file: Attached) -> None:
    await discord.command("brief", file=file)


async def by_mention(discord: DiscordStandIn, file: Attached) -> None:
    await discord.say(NAMED, file=file)


async def by_menu(discord: DiscordStandIn, file: Attached) -> None:
    await discord.pick(MENU, await discord.say("here it is", user=BEN), file=file)


def briefs(discord: DiscordStandIn) -> list[Message]:
    return [one for thread in discord.threads for one in thread.messages if one.embeds]


def told(discord: DiscordStandIn) -> str:
    """Return all that the bot has written, whoever sees it."""
    return "\n".join(
        one.words for channel in discord.channels.values() for one in channel.messages if one.author == APPLICATION
    )


@pytest.mark.parametrize("ask", [by_command, by_mention, by_menu])
async def test_file_is_read(desk: QuickDesk, discord: DiscordStandIn, ask: Ask) -> None:
    async with running(desk, discord):
        await ask(discord, FILE)
        await discord.until(lambda: briefs(discord))

    assert desk.read == [f"story.txt: {TEXT}"]


async def test_text_is_read_beside_a_link(desk: QuickDesk, discord: DiscordStandIn) -> None:
    async with running(desk, discord):
        await discord.command("brief", {"links": STORY, "text": TEXT})
        await discord.until(lambda: len(briefs(discord)) == 2)

    assert sorted(desk.read) == sorted([STORY, TEXT])


@pytest.mark.parametrize("ask", [by_command, by_mention, by_menu])
async def test_file_that_is_too_large_is_not_fetched(desk: QuickDesk, discord: DiscordStandIn, ask: Ask) -> None:
    config = DiscordConfig(TOKEN, discord.api_url, discord.gateway_url, max_bytes=1_000_000)
    async with running(desk, discord, config):
        await ask(discord, ("story.txt", b"x" * 1_000_001))
        await discord.until(lambda: "it is larger than 1 MB" in told(discord))

    assert "story.txt" in told(discord)
    assert desk.read == []


@pytest.mark.parametrize("ask", [by_command, by_mention, by_menu])
async def test_file_that_discord_does_not_hand_over_is_named(
    desk: QuickDesk, discord: DiscordStandIn, ask: Ask
) -> None:
    discord.attached = Lost()
    async with running(desk, discord):
        await ask(discord, FILE)
        await discord.until(lambda: "did not hand it over (HTTP 404)" in told(discord))

    assert desk.read == []


class Lost(dict[str, bytes]):
    """Keeps nothing that is put into it."""

    def __setitem__(self, key: str, value: bytes) -> None:
        pass


async def test_command_with_nothing_to_read_says_how_to_ask(desk: QuickDesk, discord: DiscordStandIn) -> None:
    async with running(desk, discord):
        await discord.command("brief")
        shown = await one_private(discord)

    assert "link" in shown.words
    assert desk.read == []


async def test_message_with_nothing_to_read_says_so(desk: QuickDesk, discord: DiscordStandIn) -> None:
    async with running(desk, discord):
        await discord.pick(MENU, await discord.say("good morning", user=BEN))
        shown = await one_private(discord)

    assert "link" in shown.words
    assert desk.read == []
