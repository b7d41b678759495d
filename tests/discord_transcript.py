"""What people see in Discord, as text: markup rendered, links by their words, threads below their message."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tests.discord_standin import DiscordStandIn
from tests.discord_things import ADA, DM, NAMES, PUBLIC_THREAD, Channel, Message


def discord_transcript(state: DiscordStandIn) -> str:
    """Return every channel in which something stands."""
    parents = [channel for channel in state.channels.values() if channel.messages]
    made = {message.thread for channel in parents for message in channel.messages}
    lines = [line for channel in parents if channel.id not in made for line in _channel(state, channel)]
    return "\n".join(line.rstrip() for line in lines) + "\n"


def _channel(state: DiscordStandIn, channel: Channel) -> Iterator[str]:
    mark = {DM: "direct messages with ", PUBLIC_THREAD: "thread "}.get(channel.type, "#")
    yield f"{mark}{channel.name}"
    yield ""
    for message in channel.messages:
        yield from _message(message, "  ")
        if message.thread:
            thread = state.channels[message.thread]
            yield f"  └─ thread “{thread.name}”"
            yield ""
            for answer in thread.messages:
                yield from _message(answer, "     ")


def _message(message: Message, indent: str) -> Iterator[str]:
    if message.command:
        yield f"{indent}{NAMES[message.only_for or ADA]} used {message.command}"
    private = f" (only {NAMES[message.only_for]} can see this)" if message.only_for else ""
    yield f"{indent}{NAMES[message.author]}{private}"
    if message.loading:
        yield f"{indent}  Nutgraf is thinking …"
    for line in shown(message.content).splitlines():
        yield f"{indent}  {line}"
    for embed in message.embeds:
        yield f"{indent}  ┃ {shown(embed.get('title', '')).upper()}"
        if url := embed.get("url"):
            yield f"{indent}  ┃ {url}"
        for line in shown(embed.get("description", "")).splitlines():
            yield f"{indent}  ┃ {line}"
        if footer := embed.get("footer"):
            yield f"{indent}  ┃ – {footer['text']}"
    if message.buttons:
        yield indent + "  " + "  ".join(f"[ {label} ]" for label in message.buttons)
    yield ""


def shown(markup: str) -> str:
    """Render Discord's markup as far as the bot uses it."""
    found = re.sub(r"(?<!\\)\[((?:\\.|[^\]\\])*)\]\(<([^>]*)>\)", r"\1", markup)
    found = re.sub(r"(?<!\\)<(https?://[^>]*)>", r"\1", found)
    found = re.sub(r"(?<!\\)\*", "", found)
    return re.sub(r"\\([^0-9A-Za-z\s])", r"\1", found)
