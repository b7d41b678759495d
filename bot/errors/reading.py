"""The reading failed, or something on our side."""

from __future__ import annotations

from bot.catalogue import mark
from bot.counts import count_of
from bot.errors.error import BotError, Reason, sentence, shown


class ReadingError(BotError):
    """The article was fetched, but reading it did not end well."""


class ReadingTimeout(ReadingError):
    """The reading took longer than it may."""

    def __init__(self, seconds: float) -> None:
        super().__init__(
            mark(
                "Reading this article took longer than {time}, so I stopped. "
                "Paste the part of its text that you need and I will read that."
            ),
            time=count_of(seconds, "second"),
        )
        self.seconds = seconds


class ReadingCrashed(ReadingError):
    """The reading process died, for lack of memory or by a fault in a library."""

    def __init__(self) -> None:
        super().__init__(
            mark(
                "Reading this article failed: it is too large or too unusual for me. "
                "Paste the part of its text that you need and I will read that."
            )
        )


class Unexpected(BotError):
    """A fault of ours. The reference stands in the log beside the traceback."""

    def __init__(self, reference: str) -> None:
        super().__init__(
            mark("Something went wrong on my side. Whoever runs me finds it in the log as {reference}."),
            reference=reference,
        )
        self.reference = reference


class FactChecksUnavailable(BotError):
    """A service that knows published fact-checks could not be asked."""

    def __init__(self, service: str, reason: Reason) -> None:
        super().__init__(
            mark("{service} could not be asked for fact-checks: {reason}"), service=service, reason=sentence(reason)
        )
        self.service = service


class KnowledgeUnavailable(BotError):
    """A service that knows who and what has a name could not be asked."""

    def __init__(self, service: str, reason: Reason) -> None:
        super().__init__(
            mark("{service} could not be asked about names: {reason}"), service=service, reason=sentence(reason)
        )
        self.service = service


class RetellingUnavailable(BotError):
    """The language model that the operator named could not be asked to tell an article in other words."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(
            mark("The language model could not be asked for a summary in other words: {reason}"),
            reason=sentence(reason),
        )


class RetellingDoubtful(BotError):
    """What a language model wrote is not borne out by the article, or too little of it."""

    def __init__(self) -> None:
        super().__init__(
            mark(
                "What the language model wrote is not shown: the article does not bear it out. "
                "The summary in the article's own words stands."
            )
        )


class NoFactChecks(BotError):
    """A file in which no published fact-check was found."""

    def __init__(self, name: str) -> None:
        super().__init__(
            mark(
                "There is no fact-check in {name} that I could take. I read ClaimReview data: JSON-LD, also inside "
                "a web page, and data feeds of it."
            ),
            name=shown(name),
        )
        self.name = name
