"""In whose language it is said: each interaction in that of whoever made it, commands in Discord's own choice."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from discord import Locale, app_commands

from bot.catalogue import ENGLISH, known, mark, negotiate, speaking

NAMES = (
    mark("brief"),
    mark("quotes"),
    mark("claims"),
    mark("compare"),
    mark("search"),
    mark("watch"),
    mark("help"),
    mark("links"),
    mark("text"),
    mark("file"),
    mark("private"),
    mark("speaker"),
    mark("form"),
    mark("what"),
    mark("on"),
)
"""What commands and their options are called, which stand in the code as Python's names: small letters, no blanks."""

Parse = Callable[[Any], None]


def in_its_language(parse: Parse) -> Parse:
    """Return *parse*, which begins the tasks that answer an interaction, so that they speak as its sender does."""

    def parse_speaking(told: Mapping[str, Any]) -> None:
        with speaking(str(told.get("locale", ENGLISH))):  # tasks take it along, and dialogues and menus with them
            parse(told)

    return parse_speaking


class CommandTranslator(app_commands.Translator):
    """Says commands, options and choices in the languages that there is a catalogue for."""

    async def translate(
        self, string: app_commands.locale_str, locale: Locale, context: app_commands.TranslationContextTypes
    ) -> str | None:
        """Return *string* in the language of *locale*, or None where Discord is to show it in English."""
        if negotiate(locale.value) == ENGLISH:
            return None
        with speaking(locale.value):
            said = known(string.message)
        if string.message in NAMES:
            said = said.lower()  # German nouns as well, or Discord refuses all commands
        return said if said != string.message else None
