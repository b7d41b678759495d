"""What Discord is sent beside briefs and lists: comparisons, what searches find, help, dialogues, commands."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import discord
import pytest
from discord import app_commands

from adapters.discord.buttons import COMPARE, SEARCH, brief_view, page_view, retry_view, turning_view
from adapters.discord.commands import COMMANDS
from adapters.discord.correcting import correction_view, dialogue
from adapters.discord.language import CommandTranslator
from adapters.discord.markdown import NO_MENTIONS
from adapters.discord.pages import LONGEST_QUESTION, render_comparison, render_findings, render_list
from adapters.discord.progress import THREAD_NAME, ending, in_words, placeholder, problem, reading, thread_name
from adapters.discord.refusals import RIGHTS, lacking, named
from adapters.discord.render import render
from adapters.discord.replies import ALT, Shown, show
from bot.answers import Found, Listing, Told
from bot.brief import Brief
from bot.catalogue import LANGUAGES, _, speaking
from bot.commands import Help
from bot.export import chart
from bot.findings import Finding
from bot.instructions import HELP, hint
from bot.models import Item, Wanted
from bot.versions import compared, in_short
from bot.wording import speaking as speakers
from tests.briefs import BRIEFS, HOSTILE
from tests.discord_rules import Rules, check_message
from tests.messages import BRIEF_ID, strings
from tests.test_errors import KINDS, make

POST = "/channels/{channel_id}/messages"
ANSWER = "/interactions/{interaction_id}/{interaction_token}/callback"
REGISTER = "/applications/{application_id}/commands"
EVERY = pytest.mark.parametrize("name", BRIEFS)
TONGUES = pytest.mark.parametrize("language", LANGUAGES)

MODAL, WHOLE_COMMAND, DESCRIPTION = 9, 8000, 100
"""The kind of answer that opens a dialogue; and Discord's limits: characters of a command in one language with all that
is in it, and of one description."""

NAME_OF_FILE = 260
"""Characters of a file's name. A guess: what systems take on which it is saved."""

NAME = re.compile(r"[-_\w]{1,32}")


@pytest.fixture(scope="module")
def rules(shared: Path) -> Rules:
    return Rules(shared / "specs")


def body(embeds: list[discord.Embed], view: discord.ui.View | None, content: str = "") -> dict[str, Any]:
    return {
        "content": content,
        "embeds": [embed.to_dict() for embed in embeds],
        "components": view.to_components() if view else [],
        "allowed_mentions": NO_MENTIONS.to_dict(),
    }


def hold(rules: Rules, message: dict[str, Any]) -> None:
    """Check *message* by the document, and by the rules that it does not state."""
    rules.check("POST", POST, message)
    check_message(message)
    for words in (*strings(message, "description"), *strings(message, "title"), message["content"]):
        assert not re.search(r"@(?:everyone|here)|(?<!\\)<(?:@|#|t:)", words)


def findings(brief: Brief) -> Found:
    """Return what a search finds that finds everything."""
    quotes = [Finding(BRIEF_ID, brief, "quote", one.id) for one in brief.quotes]
    claims = [Finding(BRIEF_ID, brief, "claim", one.id) for one in brief.claims]
    return Found((*quotes, *claims), "", 7)


@EVERY
def test_every_page_of_a_comparison_is_taken(rules: Rules, name: str) -> None:
    embeds = render_comparison(compared([("0" * 32, BRIEFS["usual"]), ("1" * 32, BRIEFS[name])]))
    for number, embed in enumerate(embeds):
        hold(rules, body([embed], turning_view(COMPARE, number, len(embeds))))


@EVERY
def test_every_page_of_what_a_search_found_is_taken_below_the_longest_question(rules: Rules, name: str) -> None:
    asked = "@everyone <@1> **" + "w" * (LONGEST_QUESTION - 17)
    embeds = render_findings(findings(BRIEFS[name]), asked)
    for number, embed in enumerate(embeds):
        assert asked in str(embed.footer.text)  # it is what the buttons ask for again
        hold(rules, body([embed], turning_view(SEARCH, number, len(embeds))))


@TONGUES
@EVERY
def test_menus_and_dialogues_for_corrections_are_taken(rules: Rules, name: str, language: str) -> None:
    brief = BRIEFS[name]
    refs = [*(one.id for one in brief.quotes), *(one.id for one in brief.claims)]
    with speaking(language):
        for start in range(0, len(refs), 100):
            hold(rules, body([], correction_view(brief, BRIEF_ID, start), _("What is wrong?")))
        for ref in (*refs[:3], *refs[-3:]):
            opened = {"type": MODAL, "data": dialogue(brief, BRIEF_ID, ref).to_dict()}
            rules.check("POST", ANSWER, opened)


@pytest.mark.anyio
@TONGUES
async def test_help_and_words_of_strangers_are_taken(rules: Rules, language: str) -> None:
    with speaking(language):
        for words in (_(HELP), *(hint(one) for one in HOSTILE.values()), "x" * 5000):
            shown = await show(Told(words), 0, Help(), most_bytes=1)
            hold(rules, body([], retry_view("0" * 32), shown.words or ""))


# Around the briefs -----------------------------------------------------------------------------------------------


def items_of(words: str) -> list[Item]:
    """Return as many things wanted as there can be, read, unread, and with strangers' words for what went wrong."""
    link = f"https://evil.example/{words}"
    read = [Item(f"i{number}", Wanted(link=link), brief=BRIEF_ID) for number in range(4)]
    failed = [Item(f"f{number}", Wanted(link=link), problem=words) for number in range(4)]
    return [*read, *failed, Item("p", Wanted(problem=words), problem=words), Item("t", Wanted(text=words))]


@TONGUES
@pytest.mark.parametrize("words", [*HOSTILE.values(), "x" * 5000], ids=str.__len__)
def test_what_stands_around_the_briefs_is_taken(rules: Rules, words: str, language: str) -> None:
    items = items_of(words)
    with speaking(language):
        for in_thread in (True, False):
            for shown in (
                reading(items, in_thread=in_thread, why=named([*RIGHTS])),
                ending(items, {item.id: words for item in items}, in_thread=in_thread, why=named([*RIGHTS])),
            ):
                hold(rules, body([], retry_view("0" * 32), shown))
        for item in items:
            assert 0 < len(thread_name([item])) <= THREAD_NAME
            hold(rules, body([], None, placeholder(item)))


@TONGUES
@pytest.mark.parametrize("words", [*HOSTILE.values(), "x" * 5000], ids=str.__len__)
def test_every_failure_with_strangers_words_is_taken(rules: Rules, words: str, language: str) -> None:
    with speaking(language):
        for kind in KINDS:
            told = str(make(kind, evidence=words, name=words, host=words, url=words, reason=words))
            hold(rules, body([], retry_view("0" * 32), problem(told)))


@TONGUES
@EVERY
def test_brief_as_words_and_the_remark_on_versions_are_taken(rules: Rules, name: str, language: str) -> None:
    with speaking(language):
        shown = in_words(str(lacking("embed_links")), render(BRIEFS[name]))
        hold(rules, body([], brief_view(BRIEFS[name], BRIEF_ID), shown))
        remark = in_short(compared([("0" * 32, BRIEFS["usual"]), ("1" * 32, BRIEFS[name])]))
        hold(rules, body([], None, problem(remark)))


@EVERY
def test_pages_of_every_speaker_are_taken(rules: Rules, name: str) -> None:
    for speaker in BRIEFS[name].speakers[:20]:
        listing = Listing(BRIEF_ID, BRIEFS[name], "quotes", speaker.id)
        embeds = render_list(listing)
        for number, embed in enumerate(embeds):
            hold(rules, body([embed], page_view(listing, number, len(embeds))))


@EVERY
def test_who_is_heard_is_taken_with_its_picture(rules: Rules, name: str) -> None:
    listing = Listing(BRIEF_ID, BRIEFS[name], "heard")
    embeds = render_list(listing)
    for number, embed in enumerate(embeds):
        hold(rules, body([embed], page_view(listing, number, len(embeds))))
    if speakers(BRIEFS[name]):
        sent = Shown(upload=chart(BRIEFS[name])).posted()["file"]
        assert 0 < len(sent.description) <= ALT
        assert len(sent.filename) <= NAME_OF_FILE


# Commands -------------------------------------------------------------------------------------------------------


@pytest.fixture
async def definitions() -> list[dict[str, Any]]:
    tree = app_commands.CommandTree(discord.Client(intents=discord.Intents.none()))
    return [await command.get_translated_payload(tree, CommandTranslator()) for command in COMMANDS]


def said(one: dict[str, Any], what: str, language: str) -> str:
    return str((one.get(f"{what}_localizations") or {}).get(language) or one.get(what) or "")


def parts(command: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield a command, its options, and their choices."""
    yield command
    for option in command.get("options") or ():
        yield option
        yield from option.get("choices") or ()


@pytest.mark.anyio
async def test_definitions_of_commands_are_taken(rules: Rules, definitions: list[dict[str, Any]]) -> None:
    rules.check("PUT", REGISTER, definitions)


@pytest.mark.anyio
@TONGUES
async def test_names_are_such_as_discord_takes_and_differ(definitions: list[dict[str, Any]], language: str) -> None:
    slash = [one for one in definitions if one["type"] == 1]
    for group in (slash, *(command["options"] for command in slash)):
        names = [said(one, "name", language) for one in group]
        assert [name for name in names if not NAME.fullmatch(name) or name != name.lower()] == []
        assert len(set(names)) == len(names)


@pytest.mark.anyio
@TONGUES
async def test_descriptions_are_as_short_as_discord_wants_them(
    definitions: list[dict[str, Any]], language: str
) -> None:
    for command in definitions:
        told = [(said(one, "name", language), said(one, "description", language)) for one in parts(command)]
        assert [words for _name, words in told if len(words) > DESCRIPTION] == []
        assert sum(len(name) + len(words) for name, words in told) <= WHOLE_COMMAND
