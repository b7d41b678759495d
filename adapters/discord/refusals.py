"""What Discord refuses, and what that means: for a request, and in words for whoever asked."""

from __future__ import annotations

from collections.abc import Sequence

import discord

from bot.catalogue import Words, _, later, mark

# Discord's error codes.
UNKNOWN_CHANNEL, UNKNOWN_GUILD, UNKNOWN_MESSAGE, UNKNOWN_WEBHOOK = 10003, 10004, 10008, 10015
TOO_MANY_EDITS = 30046  # of a message older than an hour, for now
NO_ACCESS, EMPTY, NO_DIRECT_MESSAGES, NO_PERMISSION = 50001, 50006, 50007, 50013
TOKEN_EXPIRED = 50027
ARCHIVED = 50083
HAS_THREAD, LOCKED, TOO_MANY_THREADS = 160004, 160005, 160006

EXPIRED = frozenset({TOKEN_EXPIRED, UNKNOWN_WEBHOOK})  # the 15 minutes of an interaction are over
REFUSED = frozenset({NO_ACCESS, NO_PERMISSION, NO_DIRECT_MESSAGES})
CLOSED = frozenset({ARCHIVED, LOCKED})
LASTING = REFUSED | CLOSED | EXPIRED | {UNKNOWN_CHANNEL, UNKNOWN_GUILD, UNKNOWN_MESSAGE}

RIGHTS = {
    "view_channel": mark("View Channel"),
    "send_messages": mark("Send Messages"),
    "create_public_threads": mark("Create Public Threads"),
    "send_messages_in_threads": mark("Send Messages in Threads"),
    "embed_links": mark("Embed Links"),
    "attach_files": mark("Attach Files"),
}
"""What Discord's settings call the permissions that answers take."""


def is_bad_form(error: discord.HTTPException) -> bool:
    """Tell whether Discord takes the words of a message for wrong: sent again as they are, they are no better."""
    return error.status == 400 and error.code not in CLOSED | {TOO_MANY_EDITS}


def is_lasting(error: discord.HTTPException) -> bool:
    """Tell whether another try would fail as well."""
    return error.code in LASTING or is_bad_form(error)


def named(rights: Sequence[str]) -> str:
    """Return what Discord's settings call some permissions, as they stand in a sentence."""
    return ", ".join(_("“{name}”", name=_(RIGHTS[right])) for right in rights)


def reason_told(error: discord.HTTPException, right: str) -> Words | None:
    """Return what a refusal means to whoever asked, where the *right* is what we tried to use; None of other errors."""
    match error.code:
        case code if code in CLOSED:
            return Words(mark("this thread is locked."))
        case code if code in (UNKNOWN_CHANNEL, UNKNOWN_GUILD):
            return Words(mark("the channel or thread is gone."))
        case code if code in (NO_ACCESS, NO_PERMISSION):
            return lacking("view_channel" if code == NO_ACCESS else right)
        case code if code == EMPTY:  # embeds without the right to send them are dropped, and nothing is left
            return lacking("embed_links")
    return None


def lacking(right: str) -> Words:
    """Return that a permission is missing, and who can give it."""
    return later(
        "I need the permission “{name}” in that channel. Whoever runs the server can give it to me; then ask again.",
        name=Words(RIGHTS[right]),
    )
