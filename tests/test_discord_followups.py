"""What people ask in Discord by commands: follow-ups, files, privacy, a message's menu."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.discord_newsroom import GONE, STORY, TITLE, a_brief_in_a_thread, ended, one_private, private, running
from tests.discord_standin import DiscordStandIn
from tests.discord_things import ADA, BEN, DIRECT, FORUM_POST, NEWSROOM, Message
from tests.fakes import QuickDesk, a_long_brief

pytestmark = pytest.mark.anyio


async def asked(discord: DiscordStandIn, thread: str, name: str, options: dict[str, str] | None = None) -> Message:
    """Give a command in the thread of a brief and return the answer."""
    before = len(private(discord))
    await discord.command(name, options, channel=thread)
    await discord.until(lambda: len(private(discord)) > before and not private(discord)[-1].loading)
    return private(discord)[before]


@pytest.mark.parametrize(
    ("name", "options", "expected"),
    [
        ("quotes", {}, "We got the numbers wrong"),
        ("quotes", {"speaker": "Reyl"}, "a disaster for every boat"),
        ("quotes", {"speaker": "Nobody"}, "Maren Holt"),
        ("claims", {}, "48 million pounds"),
        ("compare", {}, "only one"),
        ("search", {"what": "harbour wall"}, "48 million pounds"),
        ("help", {}, "search harbour wall"),
    ],
)
async def test_command_in_the_thread_is_answered_privately(
    desk: QuickDesk,
    discord: DiscordStandIn,
    name: str,
    options: dict[str, str],
    expected: str,
) -> None:
    async with running(desk, discord):
        await desk.archive.search.turn_on("discord:200000000000000001")
        message = await a_brief_in_a_thread(discord)
        shown = await asked(discord, message.channel, name, options)

    assert expected in shown.words
    assert shown.only_for == ADA


async def test_command_in_the_channel_is_about_its_newest_brief(desk: QuickDesk, discord: DiscordStandIn) -> None:
    """The brief stands in the thread of the reply, and people type where they typed before."""
    async with running(desk, discord):
        await a_brief_in_a_thread(discord)
        shown = await asked(discord, NEWSROOM, "quotes")

    assert "We got the numbers wrong" in shown.words


async def test_command_where_no_brief_stands_says_what_to_do(desk: QuickDesk, discord: DiscordStandIn) -> None:
    async with running(desk, discord):
        shown = await asked(discord, NEWSROOM, "claims")

    assert shown.words == "There is no brief here that I could look into. Send me a link and I will read it."


async def test_command_in_another_thread_is_not_about_this_one(desk: QuickDesk, discord: DiscordStandIn) -> None:
    async with running(desk, discord):
        await a_brief_in_a_thread(discord)
        shown = await asked(discord, FORUM_POST, "quotes")

    assert "no brief here" in shown.words


async def test_pages_of_a_long_search_are_turned_after_a_restart(desk: QuickDesk, discord: DiscordStandIn) -> None:
    """A button's id has 100 characters, a question has not: it stands in the message."""
    desk.story = a_long_brief("word ", quotes=40)
    question = f"speaker:Longname {'word ' * 80}"
    async with running(desk, discord):
        await desk.archive.search.turn_on("discord:200000000000000001")
        message = await a_brief_in_a_thread(discord)
        shown = await asked(discord, message.channel, "search", {"what": question})
        first = shown.words
        assert list(shown.buttons) == ["Next"]
    async with running(desk, discord):
        await discord.press(shown, "Next")
        await discord.until(lambda: shown.words != first)

    assert "Page 2 of" in shown.words
    assert next(iter(shown.buttons)) == "Previous"


async def test_quotes_of_one_speaker_have_no_other(desk: QuickDesk, discord: DiscordStandIn) -> None:
    async with running(desk, discord):
        message = await a_brief_in_a_thread(discord)
        shown = await asked(discord, message.channel, "quotes", {"speaker": "Tomas Reyl"})

    assert "Tomas Reyl" in shown.words
    assert "We got the numbers wrong" not in shown.words


async def test_speakers_are_offered_while_somebody_types(desk: QuickDesk, discord: DiscordStandIn) -> None:
    async with running(desk, discord):
        message = await a_brief_in_a_thread(discord)
        typing = await discord.command("quotes", {"speaker": "ma"}, channel=message.channel, typing=True)
        await discord.until(lambda: typing.choices is not None)

    assert [one["value"] for one in typing.choices or []] == ["Maren Holt", "Tomas Reyl"]


@pytest.mark.parametrize("form", ["docx", "markdown", "csv", "json"])
async def test_brief_is_handed_over_as_a_file(desk: QuickDesk, discord: DiscordStandIn, form: str) -> None:
    async with running(desk, discord):
        message = await a_brief_in_a_thread(discord)
        shown = await asked(discord, message.channel, "export", {"form": form})

    ((name, body, _),) = shown.files
    assert name.endswith({"markdown": ".md"}.get(form, f".{form}"))
    assert len(body) > 500


async def test_channel_is_not_watched_where_its_messages_are_not_shown(
    desk: QuickDesk,
    discord: DiscordStandIn,
) -> None:
    async with running(desk, discord):
        await discord.command("watch", {"on": True})  # type: ignore[dict-item]
        shown = await one_private(discord)

    assert "message content intent" in shown.words


async def test_links_of_a_message_are_read_from_its_menu(desk: QuickDesk, discord: DiscordStandIn) -> None:
    async with running(desk, discord):
        message = await discord.say(f"look at {STORY}", user=BEN)
        await discord.pick("Brief the links here", message)
        await discord.until(lambda: discord.threads and any(one.embeds for one in discord.threads[0].messages))

    assert desk.read == [STORY]


async def test_private_brief_is_seen_by_who_asked_alone(desk: QuickDesk, discord: DiscordStandIn) -> None:
    async with running(desk, discord):
        await discord.command("brief", {"links": f"{STORY} {GONE}", "private": True})  # type: ignore[dict-item]
        await discord.until(lambda: len(private(discord)) == 3 and "Read 1 of 2" in private(discord)[0].words)
        answer = next(one for one in private(discord) if one.embeds)
        await discord.press(answer, "All quotes")
        await discord.until(lambda: len(private(discord)) == 4 and not private(discord)[-1].loading)

    assert discord.messages() == []
    assert discord.threads == []
    assert "We got the numbers wrong" in private(discord)[-1].words


async def test_private_brief_that_comes_too_late_goes_to_direct_messages(
    desk: QuickDesk,
    discord: DiscordStandIn,
) -> None:
    discord.expected = {50027}
    desk.go_on.clear()
    async with running(desk, discord):
        await discord.command("brief", {"links": STORY, "private": True})  # type: ignore[dict-item]
        await discord.until(lambda: desk.read)
        discord.now += timedelta(minutes=16)
        desk.go_on.set()
        await discord.until(lambda: discord.messages(DIRECT))

    assert TITLE in discord.messages(DIRECT)[0].words
    assert discord.messages() == []


async def test_guest_is_answered_within_five_messages(desk: QuickDesk, discord: DiscordStandIn) -> None:
    """Where only the person has the bot installed, Discord takes five messages besides the reply."""
    links = " ".join(f"https://post.example/{number}" for number in range(9))
    async with running(desk, discord):
        interaction = await discord.command("brief", {"links": links}, guest=True)
        await ended(discord)

    assert len(desk.read) == 4
    assert interaction.follow_ups <= 5
    assert "5 more were left out" in discord.messages()[-1].content
    assert discord.threads == []
