"""What all failures have in common, and the words that their messages are put together of."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from bot.catalogue import Words, _, known, later, later_plural
from bot.counts import count_of

SHOWN_URL = 120
"""Characters of an address that a message shows. A guess: enough to recognise the link by, one line or two."""

SOME = 5
"""Names or links of many that a message tells. A guess."""

LOGIN = re.compile(r"(?<=://)[^/?#]*@")
"""The user name and password that an address may carry before its host."""

PASTE = later("Paste the article's text and I will read that instead.")

Reason = str | Words
"""Why something failed: our own words, or another program's."""


class BotError(Exception):
    """An expected failure, in words that a journalist can act on.

    It is raised in nobody's language and read in somebody's: *message* stands in the catalogue, and the *facts* are put
    in where it is read. A message without facts may be another program's words.
    """

    def __init__(self, message: str = "", /, **facts: object) -> None:
        super().__init__(message)
        self.facts = facts

    def __str__(self) -> str:
        message = super().__str__()
        return _(message, **self.facts) if self.facts else known(message)

    def __reduce__(self) -> tuple[Any, ...]:
        # Exception's own way calls the class with the finished message, which subclasses do not take.
        return _rebuild, (type(self), self.args, self.__dict__)


def _rebuild(kind: type[BotError], args: tuple[Any, ...], facts: dict[str, Any]) -> BotError:
    error = kind.__new__(kind, *args)
    error.args = args
    error.__dict__.update(facts)
    return error


def shown(url: str) -> str:
    """Return *url* as messages show it: on one line, not endless, without a password, nothing invisible in it."""
    url = LOGIN.sub("", url.strip())
    url = "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in url[: SHOWN_URL + 1])
    return url if len(url) <= SHOWN_URL else url[: SHOWN_URL - 1] + "…"


def of_link(link: str | None, problem: str) -> str:
    """Return why *link* was not read, with the link itself: of several, people must see which it is."""
    if not link or shown(link) in problem:
        return problem
    return _("Could not read {link}. {problem}", link=shown(link), problem=problem)


def some(names: Sequence[str]) -> str:
    """Return the first of *names* for a message."""
    return ", ".join(shown(name) for name in names[:SOME]) + (", …" if len(names) > SOME else "")


def sentence(reason: Reason) -> Words:
    """Return *reason* with the full stop that a sentence ends in; ours have it."""
    if isinstance(reason, Words):
        return reason
    line = " ".join(reason.split())
    return Words(line if line.endswith((".", "!", "?", "…")) else line + ".")


def duration(seconds: float) -> Words:
    """Return a time to wait as people say it, rounded up: "2 minutes"."""
    if seconds > 1.5 * 86_400:
        return count_of(-(-seconds // 86_400), "day")
    if seconds > 1.5 * 3600:
        return count_of(-(-seconds // 3600), "hour")
    if seconds > 1.5 * 60:
        return count_of(-(-seconds // 60), "minute")
    return count_of(max(1, -(-seconds // 1)), "second")


def ahead(seconds: float) -> Words:
    """Return when a time to wait is over: "in 2 minutes", "in 3 Tagen"."""
    if seconds > 1.5 * 86_400:
        return later_plural("in {number} day", "in {number} days", -(-seconds // 86_400))
    return later("in {time}", time=duration(seconds))
