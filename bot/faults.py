"""A fault as the log may have it: where it happened, and not what was being read when it did.

What a library says of its failure often quotes what it failed on, which here is somebody's story, link or token. So the
words of an exception are kept only where they are ours (and then without addresses, see ``scrubbed``); of all
others the type and the places in the code remain.
"""

from __future__ import annotations

import re
import traceback
from collections.abc import Iterator

from bot.errors import BotError

ADDRESS = re.compile(r"(?i)\b([a-z][a-z0-9+.-]{1,20}://)(?:[^\s/?#\"'<>]*@)?([^\s/?#\"'<>)\]]*)([^\s\"'<>)\]]*)")
"""Scheme, host and the rest of an address, of which the rest and a password before the host are cut."""

TOKEN = re.compile(r"\b(?:xox[a-z]|xapp|xoxe\.xox[a-z])-[\w-]+|\b[\w-]{23,28}\.[\w-]{6,7}\.[\w-]{27,}\b")
"""Slack's tokens, and Discord's: three parts in base 64."""


def scrubbed(words: str) -> str:
    """Return *words* with addresses cut to their hosts, and without tokens."""
    return TOKEN.sub("[token]", ADDRESS.sub(lambda at: f"{at[1]}{at[2]}{'/…' if at[3] else ''}", words))


def told(error: BaseException) -> str:
    """Return the places in the code that *error* and its causes came through."""
    return "".join(_told(traceback.TracebackException.from_exception(error), error)).rstrip("\n")


def _told(formatted: traceback.TracebackException, error: BaseException) -> Iterator[str]:
    cause, link = error.__cause__, "\nThe above was the direct cause of:\n\n"
    if cause is None and not error.__suppress_context__:
        cause, link = error.__context__, "\nWhile that was handled, there came:\n\n"
    before = formatted.__cause__ or formatted.__context__
    if cause is not None and before is not None:
        yield from _told(before, cause)
        yield link
    yield "Traceback (most recent call last):\n"
    yield from formatted.stack.format()
    yield words(error) + "\n"
    yield from (f"{note}\n" for note in getattr(error, "__notes__", ()) if isinstance(note, ChildsFault))
    if isinstance(error, BaseExceptionGroup):
        for one in error.exceptions:
            yield from (f"  | {line}\n" for line in told(one).splitlines())


def words(error: BaseException) -> str:
    """Return the type of *error*, and what it says where that is ours."""
    name = type(error).__qualname__
    if isinstance(error, BotError):
        return f"{name}: {scrubbed(str(error))}"
    if isinstance(error, OSError) and error.strerror:
        return f"{name}: {error.strerror}"
    return f"{name} (what it says is left out)"


class ChildsFault(str):
    """Where an error came from in a reading process, told like here, as a note on the error."""
