"""What can be asked for, told in one place: help, and a hint to whoever is not understood."""

from __future__ import annotations

from bot.catalogue import _, mark, plural
from bot.typography import cut, plain

HELP = mark(
    """\
Send me links, paste the text of an article, or share it as a file (PDF, Word, text, a saved page): I answer in the \
thread with what it says, who says what, what is worth checking, and who and what is mentioned.

In the thread of a brief you can then ask:
• quotes, or quotes NAME: all that is said, or what one speaker says
• claims, entities, heard, reading: all claims, all names, who is quoted how much, what was read and left out
• compare: versions of one story side by side
• export docx, export markdown, export csv, export json: the brief as a file
• retry: read again what could not be read
• delete: take my answers to your last request away, with all that is stored of them
Anywhere:
• search harbour wall, also with speaker:Holt outlet:Post since:2026-03-01: who said what in all briefs so far
• watch, unwatch: read every link that is posted in this channel, or stop doing so (moderators)"""
)

SHOWN = 60
"""Characters of what was not understood. A guess: enough to see which message is meant."""


def narrower(more: int) -> str:
    """Return how to find what a search does not show."""
    return plural(
        "{number} older statement answers this as well. To find it, add words, speaker:NAME, outlet:NAME, "
        "since:2026-03-01 or until:2026-03-31.",
        "{number} older statements answer this as well. To find them, add words, speaker:NAME, outlet:NAME, "
        "since:2026-03-01 or until:2026-03-31.",
        more,
    )


def hint(words: str) -> str:
    """Return one line for whoever asked for something unknown."""
    return _(
        "I do not know what to do with “{words}”. Send me a link, or ask: quotes, claims, compare, export, help.",
        words=cut(plain(words), SHOWN),
    )
