"""The slash commands, and what is in a message's menu."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

import discord
from discord import app_commands

from adapters.discord.asking import acknowledge, fetch_attached, most_links, take
from adapters.discord.pages import LONGEST_QUESTION
from adapters.discord.people import people_of
from bot.catalogue import _, mark
from bot.commands import Compare, Export, Form, Help, Search, Show, Watch, read_question
from bot.errors import AskError, BotError, NothingToRead
from bot.models import Wanted
from bot.wanted import find_wanted
from bot.wording import speaking

if TYPE_CHECKING:
    from adapters.discord.client import NutgrafClient

log = logging.getLogger(__name__)

CHOICES, CHOICE = 25, 100
"""Discord's limits: names that are offered while somebody types, characters of each."""

FORMS = (("Word", "docx"), ("Markdown", "markdown"), (mark("Table (CSV)"), "csv"), (mark("Data (JSON)"), "json"))

NOT_WATCHING = mark(
    "I cannot watch a channel here: Discord shows me only messages that mention me, unless whoever runs me turns on "
    "the message content intent (DISCORD_READS_MESSAGES). Mention me with the links instead."
)

NOT_CALLED_FOR = mark(
    "I cannot watch a channel here: Discord tells me of commands alone, not of messages. Give me the links with /brief."
)

Asked = discord.Interaction["NutgrafClient"]


@app_commands.command(
    description=mark("Read articles: who says what, which claims to check, who and what is mentioned.")
)
@app_commands.describe(
    links=mark("One or more links"),
    text=mark("The text of an article"),
    file=mark("A story as PDF, Word, Markdown, text or a saved page"),
    private=mark("Show the answer to you alone"),
)
async def brief(
    interaction: discord.Interaction[Any],
    links: str = "",
    text: str = "",
    file: discord.Attachment | None = None,
    private: bool = False,
) -> None:
    """Have things read."""
    client: NutgrafClient = interaction.client
    if file:
        await acknowledge(interaction, private=private)  # fetching it may take longer than Discord waits
    wanted = find_wanted(links, max_links=most_links(interaction, client.max_links)) if links else ()
    if text:
        wanted = (*wanted, Wanted(text=text))
    if file:
        wanted = (*wanted, await fetch_attached(file, client.max_bytes))
    if not wanted:
        raise NothingToRead
    await take(interaction, wanted, private=private)


@app_commands.context_menu(name=mark("Brief the links here"))
async def brief_message(interaction: discord.Interaction[Any], message: discord.Message) -> None:
    """Have the links of somebody's message read, what it shows as embeds and files among them."""
    client: NutgrafClient = interaction.client
    if message.attachments:
        await acknowledge(interaction, private=False)
    files = tuple([await fetch_attached(one, client.max_bytes) for one in message.attachments])
    shown = " ".join(filter(None, (embed.url for embed in message.embeds)))
    said = message.content or shown
    wanted = find_wanted(said, max_links=most_links(interaction, client.max_links)) if said else ()
    if files:
        wanted = tuple(one for one in wanted if not one.problem or one.link)
    if not (wanted or files):
        raise NothingToRead
    await take(interaction, (*wanted, *files))


@app_commands.command(description=mark("Show all that is said in the last brief here, or what one speaker says."))
@app_commands.describe(speaker=mark("Whose quotes alone"))
async def quotes(interaction: discord.Interaction[Any], speaker: str = "") -> None:
    """Show quotes."""
    await interaction.client.follow_up(interaction, Show("quotes", speaker))


@quotes.autocomplete("speaker")
async def offer_speakers(interaction: discord.Interaction[Any], current: str) -> list[app_commands.Choice[str]]:
    """Offer those who speak in the briefs here."""
    names: dict[str, None] = {}
    for person in people_of(interaction):
        try:
            answers = await interaction.client.desk.carry_out(Show("quotes"), person)
        except BotError as error:
            log.info("no speakers to offer: %s", error)
            continue
        names |= dict.fromkeys(speaker.name for listing in answers for speaker in speaking(listing.brief))
    fitting = [name for name in names if current.casefold() in name.casefold() and len(name) <= CHOICE]
    return [app_commands.Choice(name=name, value=name) for name in fitting[:CHOICES]]


@app_commands.command(description=mark("Show all claims of the last brief here that are worth checking."))
async def claims(interaction: discord.Interaction[Any]) -> None:
    """Show claims."""
    await interaction.client.follow_up(interaction, Show("claims"))


@app_commands.command(description=mark("Lay the last briefs of one story here side by side."))
async def compare(interaction: discord.Interaction[Any]) -> None:
    """Compare."""
    await interaction.client.follow_up(interaction, Compare())


@app_commands.command(description=mark("Take the last brief here along as a file."))
@app_commands.choices(form=[app_commands.Choice(name=name, value=form) for name, form in FORMS])
@app_commands.describe(form=mark("As what"))
async def export(interaction: discord.Interaction[Any], form: app_commands.Choice[str]) -> None:
    """Export."""
    chosen: Form = form.value  # type: ignore[assignment] # one of the choices above
    await interaction.client.follow_up(interaction, Export(chosen))


@app_commands.command(description=mark("Find who said what in all briefs so far."))
@app_commands.describe(
    what=mark("Words of a statement; also speaker:Holt outlet:Post since:2026-03-01 until:2026-04-01")
)
async def search(interaction: discord.Interaction[Any], what: app_commands.Range[str, 1, LONGEST_QUESTION]) -> None:
    """Search."""
    await interaction.client.follow_up(interaction, Search(read_question(what)))


@app_commands.command(description=mark("Read every link that is posted in this channel, or stop doing so."))
@app_commands.describe(on=mark("Whether to watch"))
async def watch(interaction: discord.Interaction[Any], on: bool) -> None:
    """Watch a channel, where its messages can be seen at all."""
    if on and not interaction.client.reads_messages:
        raise AskError(_(NOT_CALLED_FOR if interaction.client.is_called else NOT_WATCHING))
    await interaction.client.follow_up(interaction, Watch(on))


@app_commands.command(name="help", description=mark("Say what I can do."))
async def help_(interaction: discord.Interaction[Any]) -> None:
    """Help."""
    await interaction.client.follow_up(interaction, Help())


COMMANDS: tuple[app_commands.Command[Any, ..., Any] | app_commands.ContextMenu, ...] = (
    brief,
    brief_message,
    quotes,
    claims,
    compare,
    export,
    search,
    watch,
    help_,
)
