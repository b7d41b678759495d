"""Buttons, menus and dialogues below a brief in Discord."""

from __future__ import annotations

import pytest

from bot.models import Correction, Mistake
from tests.discord_newsroom import (
    GONE,
    OTHER,
    STORY,
    a_brief_in_a_thread,
    chosen,
    ended,
    one_private,
    private,
    reply,
    running,
)
from tests.discord_standin import DiscordStandIn
from tests.discord_things import ADA, BEN, DIRECT, FOREIGN, GUILD, Channel, Message
from tests.fakes import BrokenDesk, QuickDesk, TwoOutlets, a_long_brief

pytestmark = pytest.mark.anyio


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


async def test_menu_shows_who_is_quoted_how_much_with_a_picture(desk: QuickDesk, discord: DiscordStandIn) -> None:
    async with running(desk, discord):
        message = await a_brief_in_a_thread(discord)
        shown = await chosen(discord, message, "heard")
        await discord.until(lambda: private(discord)[-1].files)

    assert "Maren Holt: 2 statements" in shown.words
    ((name, body, alt),) = private(discord)[-1].files
    assert name.endswith(".png")
    assert body.startswith(b"\x89PNG")
    assert "Maren Holt" in alt


async def test_quotes_are_narrowed_to_a_speaker_and_turned(desk: QuickDesk, discord: DiscordStandIn) -> None:
    desk.story = a_long_brief("word ", quotes=40)
    async with running(desk, discord):
        message = await a_brief_in_a_thread(discord)
        await discord.press(message, "All quotes")
        shown = await one_private(discord)
        menu = next(iter(shown.menus.values()))
        first = shown.words
        await discord.choose(shown, "One speaker", menu["options"][1]["value"])
        await discord.until(lambda: shown.words != first)
        name = menu["options"][1]["label"]

    assert name[:20] in shown.words


async def test_correction_is_made_in_a_dialogue(desk: QuickDesk, discord: DiscordStandIn) -> None:
    async with running(desk, discord):
        message = await a_brief_in_a_thread(discord)
        menu = await chosen(discord, message, "correct")
        opened = await discord.choose(menu, "Which", "q2")
        await discord.until(lambda: opened.modal is not None)
        assert opened.modal is not None
        options = opened.modal["components"][0]["component"]["options"]
        reyl = next(one["value"] for one in options if "Reyl" in one["label"])
        before = message.edits
        await discord.submit(opened.modal, {"right": reyl}, menu)
        await discord.until(lambda: message.edits > before)

    assert "Corrected" in private(discord)[-1].words
    quoted = message.words.partition("Tomas Reyl")[2]
    assert "We got the numbers wrong" in quoted


async def test_every_quote_of_a_long_brief_can_be_corrected(desk: QuickDesk, discord: DiscordStandIn) -> None:
    """Discord takes 25 options a menu and four of our menus a message."""
    desk.story = a_long_brief("w ", quotes=110)
    told = [quote.id for quote in desk.story.quotes] + [claim.id for claim in desk.story.claims]
    async with running(desk, discord):
        menu = await chosen(discord, await a_brief_in_a_thread(discord), "correct")
        offered = options(menu)
        before = menu.edits
        await discord.press(menu, "Next")
        await discord.until(lambda: menu.edits > before)
        offered += options(menu)
        opened = await discord.choose(menu, "Quotes and claims from number 101", offered[100])
        await discord.until(lambda: opened.modal is not None)
        before = menu.edits
        await discord.press(menu, "Previous")
        await discord.until(lambda: menu.edits > before)

    assert offered == told[: len(offered)]
    assert len(offered) >= 110
    assert options(menu) == told[:100]


def options(menu: Message) -> list[str]:
    return [option["value"] for one in menu.menus.values() for option in one["options"]]


async def test_choice_means_the_same_person_where_somebody_else_corrected_meanwhile(
    desk: QuickDesk, discord: DiscordStandIn
) -> None:
    async with running(desk, discord):
        message = await a_brief_in_a_thread(discord)
        menu = await chosen(discord, message, "correct")
        opened = await discord.choose(menu, "Which", "q2")
        await discord.until(lambda: opened.modal is not None)
        assert opened.modal is not None
        options = opened.modal["components"][0]["component"]["options"]
        council = next(one["value"] for one in options if "council" in one["label"])
        (kept,) = await desk.archive.threads.recent(f"discord:{GUILD}", ADA, limit=1)
        bens = Correction(Mistake.WRONG_SPEAKER, "q2", "Tomas Reyl")
        await desk.archive.corrections.make(f"discord:{GUILD}", kept, BEN, bens)
        before = len(private(discord))
        await discord.submit(opened.modal, {"right": council}, menu)
        await discord.until(lambda: len(private(discord)) > before and not private(discord)[-1].loading)

    made = await desk.archive.corrections.all(f"discord:{GUILD}")
    assert [(one.who, one.before, one.after) for one in made] == [
        (BEN, "Maren Holt", "Tomas Reyl"),
        (ADA, "Tomas Reyl", "the town council"),
    ]


async def test_correction_that_says_nothing_changes_nothing(desk: QuickDesk, discord: DiscordStandIn) -> None:
    async with running(desk, discord):
        message = await a_brief_in_a_thread(discord)
        menu = await chosen(discord, message, "correct")
        opened = await discord.choose(menu, "Which", "q2")
        await discord.until(lambda: opened.modal is not None)
        before = len(private(discord))
        await discord.submit(opened.modal or {}, {}, menu)
        await discord.until(lambda: len(private(discord)) > before)

    assert private(discord)[-1].words == "You did not say what is right, so nothing was changed."


async def test_whoever_corrects_a_brief_that_is_gone_is_told(desk: QuickDesk, discord: DiscordStandIn) -> None:
    async with running(desk, discord):
        message = await a_brief_in_a_thread(discord)
        menu = await chosen(discord, message, "correct")
        await desk.archive.erase.workspace("discord:200000000000000001")
        await discord.choose(menu, "Which", "q2")
        await discord.until(lambda: len(private(discord)) == 2)
        shown = await chosen(discord, message, "correct")

    assert "no longer stored" in private(discord)[1].words
    assert "no longer stored" in shown.words


async def test_brief_is_deleted_by_who_asked_once_sure(desk: QuickDesk, discord: DiscordStandIn) -> None:
    async with running(desk, discord):
        message = await a_brief_in_a_thread(discord)
        sure = await chosen(discord, message, "delete")
        assert message in discord.threads[0].messages
        await discord.press(sure, "Delete it")
        await discord.until(lambda: message not in discord.threads[0].messages)

    assert "Deleted" in sure.words


async def test_failed_link_is_tried_again_by_its_button(desk: QuickDesk, discord: DiscordStandIn) -> None:
    async with running(desk, discord):
        await discord.slash(GONE)
        await ended(discord)
        (failed,) = discord.threads[0].messages
        before = len(desk.read)
        await discord.press(failed, "Try again")
        await discord.until(lambda: len(desk.read) > before)

    assert "trying again" in private(discord)[-1].words


@pytest.mark.parametrize("form", ["docx", "markdown", "csv", "json"])
async def test_brief_is_saved_from_the_menu(desk: QuickDesk, discord: DiscordStandIn, form: str) -> None:
    async with running(desk, discord):
        message = await a_brief_in_a_thread(discord)
        shown = await chosen(discord, message, f"export {form}")

    ((name, body, _alt),) = shown.files
    assert name.endswith({"markdown": "md"}.get(form, form))
    assert body


async def test_file_that_discord_would_not_take_is_told(desk: QuickDesk, discord: DiscordStandIn) -> None:
    discord.file_limit = 100_000
    desk.story = a_long_brief(quotes=60)
    async with running(desk, discord):
        shown = await chosen(discord, await a_brief_in_a_thread(discord), "export json")

    assert shown.files == []
    assert "MB, and Discord takes 0.1 MB at most here" in shown.words


async def test_versions_are_compared_from_the_menu_and_turned(desk: QuickDesk, discord: DiscordStandIn) -> None:
    versions = TwoOutlets(desk.archive)
    versions.story = a_long_brief("word ", quotes=40)
    async with running(versions, discord):
        await discord.slash(f"{STORY} {OTHER}")
        await ended(discord)
        shown = await chosen(discord, discord.threads[0].messages[0], "compare")
        first = shown.words
        await discord.press(shown, "Next")
        await discord.until(lambda: shown.words != first)

    assert "Page 2 of" in shown.words
