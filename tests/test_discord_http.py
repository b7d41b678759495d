"""Discord by HTTP: signed calls do what the gateway's events do; what is not signed, old or repeated does nothing."""

from __future__ import annotations

import json
import time
from collections.abc import Callable

import httpx
import pytest

from adapters.discord.app import DiscordConfig
from bot.errors import SettingsError
from tests.discord_newsroom import (
    STORY,
    TITLE,
    a_brief_in_a_thread,
    by_http,
    ended,
    one_private,
    online,
    private,
    running,
)
from tests.discord_standin import DiscordStandIn
from tests.discord_things import BEN, PUBLIC_KEY, signed
from tests.fakes import QuickDesk, a_long_brief

pytestmark = pytest.mark.anyio

PING = json.dumps({"id": "1", "type": 1, "token": "t", "version": 1, "application_id": "100000000000000001"}).encode()


@pytest.fixture
def config(discord: DiscordStandIn) -> DiscordConfig:
    return by_http(discord)


async def post(discord: DiscordStandIn, body: bytes, headers: dict[str, str]) -> httpx.Response:
    assert discord.endpoint
    async with httpx.AsyncClient() as http:
        return await http.post(discord.endpoint, content=body, headers=headers)


# What the gateway's events do -----------------------------------------------------------------------------------


async def test_command_is_answered_in_a_thread_without_a_gateway(
    desk: QuickDesk, discord: DiscordStandIn, config: DiscordConfig
) -> None:
    async with running(desk, discord, config):
        message = await a_brief_in_a_thread(discord)

    assert TITLE in message.words
    assert discord.gateway.connections == 0


async def test_buttons_and_menus_work(desk: QuickDesk, discord: DiscordStandIn, config: DiscordConfig) -> None:
    desk.story = a_long_brief("word ", quotes=40)
    async with running(desk, discord, config):
        message = await a_brief_in_a_thread(discord)
        await discord.press(message, "All quotes")
        shown = await one_private(discord)
        first = shown.words
        menu = next(iter(shown.menus.values()))
        await discord.choose(shown, "One speaker", menu["options"][1]["value"])
        await discord.until(lambda: shown.words != first)

    assert menu["options"][1]["label"][:20] in shown.words


async def test_correction_is_made_in_a_dialogue(
    desk: QuickDesk, discord: DiscordStandIn, config: DiscordConfig
) -> None:
    async with running(desk, discord, config):
        message = await a_brief_in_a_thread(discord)
        await discord.choose(message, "More", "correct")
        menu = await one_private(discord)
        opened = await discord.choose(menu, "Which", "q2")
        await discord.until(lambda: opened.modal is not None)
        await discord.submit(opened.modal or {}, {"right": "nobody"}, menu)
        await discord.until(lambda: "Corrected" in private(discord)[-1].words)


async def test_links_of_a_message_are_read_from_its_menu(
    desk: QuickDesk, discord: DiscordStandIn, config: DiscordConfig
) -> None:
    async with running(desk, discord, config):
        message = await discord.say(f"look at {STORY}", user=BEN)
        await discord.pick("Brief the links here", message)
        await ended(discord)

    assert desk.read == [STORY]


async def test_speakers_are_offered_while_somebody_types(
    desk: QuickDesk, discord: DiscordStandIn, config: DiscordConfig
) -> None:
    async with running(desk, discord, config):
        message = await a_brief_in_a_thread(discord)
        typing = await discord.command("quotes", {"speaker": "ma"}, channel=message.channel, typing=True)
        await discord.until(lambda: typing.choices is not None)

    assert [one["value"] for one in typing.choices or []] == ["Maren Holt", "Tomas Reyl"]


async def test_failure_is_told_privately(desk: QuickDesk, discord: DiscordStandIn, config: DiscordConfig) -> None:
    async with running(desk, discord, config):
        await discord.slash("no link")
        shown = await one_private(discord)

    assert "no link" in shown.words.lower()


async def test_watching_says_that_no_messages_come_this_way(
    desk: QuickDesk, discord: DiscordStandIn, config: DiscordConfig
) -> None:
    async with running(desk, discord, config):
        await discord.command("watch", {"on": True})  # type: ignore[dict-item]
        shown = await one_private(discord)

    assert "Discord tells me of commands alone" in shown.words


async def test_same_interaction_twice_is_one_answer(
    desk: QuickDesk, discord: DiscordStandIn, config: DiscordConfig
) -> None:
    """Discord may call again, with a new signature, where it has not heard us."""
    discord.expected = {40060}
    async with running(desk, discord, config):
        interaction = await discord.slash(STORY)
        await ended(discord)
        await discord.again(interaction)
        await discord.until(lambda: discord.refusals)

    assert desk.read == [STORY]
    assert len(discord.threads) == 1


# Who calls ------------------------------------------------------------------------------------------------------


async def test_ping_is_answered_at_once(desk: QuickDesk, discord: DiscordStandIn, config: DiscordConfig) -> None:
    async with online(desk, discord, config):
        assert await discord.call(json.loads(PING)) == (200, {"type": 1})


@pytest.mark.parametrize(
    "headers",
    [
        lambda now: {},
        lambda now: {"X-Signature-Ed25519": "00" * 64, "X-Signature-Timestamp": str(int(now))},
        lambda now: {"X-Signature-Ed25519": "no hexadecimal digits", "X-Signature-Timestamp": str(int(now))},
        lambda now: signed(b"other words", now),
        lambda now: signed(PING, now) | {"X-Signature-Timestamp": str(int(now) - 1)},
        lambda now: signed(PING, now - 600),
        lambda now: signed(PING, now + 600),
    ],
    ids=["none", "zeros", "no hexadecimals", "another body", "another time", "old", "of tomorrow"],
)
async def test_what_is_not_signed_properly_is_refused(
    desk: QuickDesk, discord: DiscordStandIn, config: DiscordConfig, headers: Callable[[float], dict[str, str]]
) -> None:
    async with online(desk, discord, config):
        answer = await post(discord, PING, headers(time.time()))

    assert answer.status_code == 401


async def test_signed_request_that_comes_again_is_refused(
    desk: QuickDesk, discord: DiscordStandIn, config: DiscordConfig
) -> None:
    headers = signed(PING, time.time())
    async with online(desk, discord, config):
        statuses = [(await post(discord, PING, headers)).status_code for _ in range(2)]

    assert statuses == [200, 401]


@pytest.mark.parametrize(
    "body",
    [b"", b"null", b"[]", b"{}", b'{"type": 3}', b'{"type": "x"}', b"\xff", b'{"type": 2, "id": {}}', b"[" * 90_000],
    ids=["nothing", "null", "a list", "no type", "no data", "no number", "no text", "no id", "deep"],
)
async def test_signed_nonsense_is_no_interaction(
    desk: QuickDesk, discord: DiscordStandIn, config: DiscordConfig, body: bytes
) -> None:
    async with online(desk, discord, config):
        answer = await post(discord, body, signed(body, time.time()))

    assert answer.status_code == 400


async def test_body_that_is_too_large_is_not_read(
    desk: QuickDesk, discord: DiscordStandIn, config: DiscordConfig
) -> None:
    body = b" " * 1_000_001
    async with online(desk, discord, config):
        answer = await post(discord, body, signed(body, time.time()))

    assert answer.status_code == 413


# Settings -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "words"), [("none", "no public key"), (PUBLIC_KEY[::-1], "is not that of the application")]
)
async def test_wrong_public_key_is_named_at_start(
    desk: QuickDesk, discord: DiscordStandIn, key: str, words: str
) -> None:
    config = DiscordConfig("MTAw.invented.token", discord.api_url, discord.gateway_url, public_key=key, http_port=0)
    with pytest.raises(SettingsError, match=words):
        async with online(desk, discord, config):
            pass


async def test_port_that_is_taken_is_named_at_start(
    desk: QuickDesk, discord: DiscordStandIn, config: DiscordConfig
) -> None:
    async with online(desk, discord, config):
        with pytest.raises(SettingsError, match="Cannot listen for Discord"):
            async with online(desk, discord, config):
                pass
