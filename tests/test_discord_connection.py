"""How Discord is reached: tokens, registered commands, connections that end."""

from __future__ import annotations

import pytest

from adapters.discord.app import DiscordConfig, open_discord
from bot.errors import SettingsError
from tests.discord_newsroom import online
from tests.discord_standin import DiscordStandIn
from tests.discord_things import TOKEN
from tests.fakes import QuickDesk

pytestmark = pytest.mark.anyio


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


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (4014, "Turn on Message Content Intent in the Developer Portal .* or set DISCORD_READS_MESSAGES=false"),
        (4013, r"closed the connection for good \(code 4013\); `nutgraf doctor`"),
    ],
)
async def test_what_discord_does_not_allow_is_named_at_start(
    desk: QuickDesk, discord: DiscordStandIn, code: int, words: str
) -> None:
    discord.gateway.refuses = code
    with pytest.raises(SettingsError, match=words):
        async with online(desk, discord):
            pass


async def be_revoked(desk: QuickDesk, discord: DiscordStandIn) -> None:
    async with online(desk, discord) as courier:
        discord.token = "another"
        await discord.gateway.end_session(4000)
        await desk.work({"discord": courier})


async def test_unreachable_discord_is_named(desk: QuickDesk) -> None:
    with pytest.raises(SettingsError, match="could not be reached"):
        async with open_discord(desk, DiscordConfig(TOKEN, "http://127.0.0.1:1/api/v10", "ws://127.0.0.1:1/")):
            pass


async def test_failure_of_the_body_comes_through_as_it_is(desk: QuickDesk, discord: DiscordStandIn) -> None:
    with pytest.raises(KeyError, match="mine"):
        async with online(desk, discord):
            raise KeyError("mine")
