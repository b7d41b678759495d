"""Discord in German and French: commands, answers, buttons, dialogues and errors, by the language of whoever asks."""

from __future__ import annotations

from typing import Any

import pytest

from tests.discord_newsroom import STORY, a_brief_in_a_thread, by_http, one_private, online, private, running
from tests.discord_standin import DiscordStandIn
from tests.discord_things import ADA, DIRECT
from tests.fakes import QuickDesk, a_long_brief

pytestmark = pytest.mark.anyio


def called(one: dict[str, Any], locale: str) -> str:
    return str((one.get("name_localizations") or {}).get(locale, one["name"]))


async def test_commands_and_options_are_called_in_each_language(desk: QuickDesk, discord: DiscordStandIn) -> None:
    async with online(desk, discord):
        commands = {command["name"]: command for command in discord.commands}

    assert [called(commands[name], "de") for name in ("brief", "quotes", "help")] == ["briefing", "zitate", "hilfe"]
    assert [called(commands[name], "fr") for name in ("brief", "quotes", "help")] == ["synthèse", "citations", "aide"]
    assert called(commands["Brief the links here"], "de") == "Links dieser Nachricht lesen"
    assert commands["claims"]["description_localizations"]["fr"].startswith("Montrer toutes les affirmations")
    assert [called(option, "fr") for option in commands["brief"]["options"]] == ["liens", "texte", "fichier", "privé"]
    (form,) = commands["export"]["options"]
    assert [called(choice, "de") for choice in form["choices"]] == ["Word", "Markdown", "Tabelle (CSV)", "Daten (JSON)"]


async def test_commands_are_registered_anew_where_only_a_translation_changed(
    desk: QuickDesk, discord: DiscordStandIn
) -> None:
    async with online(desk, discord):
        assert discord.syncs == 1
    async with online(desk, discord):
        assert discord.syncs == 1
    discord.commands[0]["description_localizations"]["de"] = "Wie es vorher hieß."
    async with online(desk, discord):
        assert discord.syncs == 2


async def test_list_and_its_buttons_speak_as_whoever_pressed(desk: QuickDesk, discord: DiscordStandIn) -> None:
    desk.story = a_long_brief("word ", quotes=40)
    async with running(desk, discord):
        message = await a_brief_in_a_thread(discord)
        discord.locale = "de"
        await discord.press(message, "All quotes")
        shown = await one_private(discord)

    assert "Seite 1 von" in shown.words
    assert list(shown.buttons) == ["Weiter"]
    assert list(shown.menus) == ["Nur eine Stimme …"]


async def test_dialogue_for_corrections_is_in_french(desk: QuickDesk, discord: DiscordStandIn) -> None:
    async with running(desk, discord):
        message = await a_brief_in_a_thread(discord)
        discord.locale = "fr"
        await discord.choose(message, "More", "correct")
        menu = await one_private(discord)
        opened = await discord.choose(menu, "Quelle citation", "q2")
        await discord.until(lambda: opened.modal is not None)
        assert opened.modal is not None
        await discord.submit(opened.modal, {}, menu)
        await discord.until(lambda: len(private(discord)) > 1)

    assert menu.content == "Qu’est-ce qui est faux\u202f?"
    assert opened.modal["title"] == "Corriger cette synthèse"
    assert private(discord)[-1].words == "Vous n’avez pas dit ce qui est juste, rien n’a donc été changé."


async def test_brief_and_all_below_it_are_in_the_language_of_whoever_asked(
    desk: QuickDesk, discord: DiscordStandIn
) -> None:
    discord.locale = "de"
    async with running(desk, discord):
        await discord.slash(STORY)
        await discord.until(lambda: discord.threads and any(one.embeds for one in discord.threads[0].messages))
        message = discord.threads[0].messages[0]

    assert next(iter(message.buttons)).startswith("Alle Zitate")
    assert list(message.menus) == ["Mehr …"]
    options = [option["label"] for option in message.menus["Mehr …"]["options"]]
    assert "Als Word-Datei speichern" in options
    assert any(one.endswith("Briefing löschen") for one in options)


@pytest.mark.parametrize(
    ("locale", "words"),
    [("de", "Hier steht kein Briefing"), ("fr", "Il n’y a ici aucune synthèse"), ("pl", "There is no")],
)
async def test_error_is_told_in_the_language_of_whoever_asked(
    desk: QuickDesk, discord: DiscordStandIn, locale: str, words: str
) -> None:
    discord.locale = locale
    async with running(desk, discord):
        await discord.command("quotes")
        shown = await one_private(discord)

    assert shown.words.startswith(words)
    assert shown.only_for == ADA


async def test_language_of_a_call_by_http_is_that_of_whoever_asked(desk: QuickDesk, discord: DiscordStandIn) -> None:
    config = by_http(discord)
    discord.locale = "de"
    async with running(desk, discord, config):
        await discord.command("help")
        shown = await one_private(discord)

    assert shown.words.startswith("Schick mir Links")


async def test_two_people_at_once_are_each_answered_in_their_own(desk: QuickDesk, discord: DiscordStandIn) -> None:
    async with running(desk, discord):
        for discord.locale in ("de", "fr", "en-US"):
            await discord.command("claims", channel=DIRECT)
        await discord.until(lambda: len(private(discord)) == 3 and not any(one.loading for one in private(discord)))

    assert {one.words.split()[0] for one in private(discord)} == {"Hier", "Il", "There"}
