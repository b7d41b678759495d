"""Every failure that a user can meet. ``str(error)`` is fit to post in a thread as it stands.

An error is named for what happened and carries the facts; nothing in here knows where it was raised.
Errors cross process boundaries, so each must survive pickling: see ``BotError.__reduce__``.
"""

from __future__ import annotations

from typing import Any

PASTE = "Paste the article's text and I will read that instead."


class BotError(Exception):
    """An expected failure, in words that a journalist can act on."""

    def __reduce__(self) -> tuple[Any, ...]:
        # Exception's own way calls the class with the finished message, which subclasses do not take.
        return _rebuild, (type(self), self.args, self.__dict__)


def _rebuild(kind: type[BotError], args: tuple[Any, ...], facts: dict[str, Any]) -> BotError:
    error = kind.__new__(kind, *args)
    error.args = args
    error.__dict__.update(facts)
    return error


# What was asked ------------------------------------------------------------------------------------------


class AskError(BotError):
    """The request itself cannot be carried out."""


class NothingToRead(AskError):
    """A message without a link and without enough text to read."""

    def __init__(self) -> None:
        super().__init__("There is no link in that message. Send me one or more links, or paste an article's text.")


class NotWebLink(AskError):
    """An address that is not http or https."""

    def __init__(self, url: str) -> None:
        super().__init__(f"I can only read web pages (http and https), not {url}")
        self.url = url


class TooManyLinks(AskError):
    """More links than one request may have; the first ones are read all the same."""

    def __init__(self, read: int, left_out: tuple[str, ...]) -> None:
        some = ", ".join(left_out[:5]) + (" …" if len(left_out) > 5 else "")
        super().__init__(
            f"I read {read} links at a time. {len(left_out)} more were left out; send them in another message: {some}"
        )
        self.left_out = left_out


class BriefNotFound(AskError):
    """A button of a brief that is no longer stored, or that belongs to another workspace."""

    def __init__(self) -> None:
        super().__init__("That brief is no longer stored. Send the link again and I will read it anew.")


# The page did not arrive -----------------------------------------------------------------------------------


class FetchError(BotError):
    """The page at *url* did not arrive."""

    def __init__(self, url: str, reason: str) -> None:
        super().__init__(f"Could not read {url}: {reason}")
        self.url = url


class InnerAddress(FetchError):
    """The link leads to an address that is not on the public web."""

    def __init__(self, url: str) -> None:
        super().__init__(url, "it leads to an inner address, and I only fetch from the public web.")


class HostNotFound(FetchError):
    """The name in the link does not resolve."""

    def __init__(self, url: str, host: str) -> None:
        super().__init__(url, f"there is no site named {host}. Is the link complete?")


class Unreachable(FetchError):
    """The site was found but no answer could be had."""

    def __init__(self, url: str) -> None:
        super().__init__(url, "the site did not answer properly. Try again in a few minutes.")


class FetchTimeout(FetchError):
    """The page took longer than the whole fetch may."""

    def __init__(self, url: str, seconds: float) -> None:
        super().__init__(url, f"the page took longer than {seconds:g} seconds. Try again, or paste the text.")


class PageNotFound(FetchError):
    """404 or 410."""

    def __init__(self, url: str) -> None:
        super().__init__(url, "the site says that this page does not exist (any more). Check the link.")


class Withheld(FetchError):
    """401, 402, 403 or 451: the site answers, but not to us."""

    def __init__(self, url: str, status: int) -> None:
        super().__init__(url, f"the site withholds it from me (HTTP {status}). {PASTE}")
        self.status = status


class Busy(FetchError):
    """429: the site asks to be left alone for a while."""

    def __init__(self, url: str) -> None:
        super().__init__(url, "the site asks me to slow down (HTTP 429). Try again in a few minutes.")


class BadStatus(FetchError):
    """Any other answer that is not a page."""

    def __init__(self, url: str, status: int) -> None:
        super().__init__(url, f"the site answered with an error (HTTP {status}). Try again later.")
        self.status = status


class TooLarge(FetchError):
    """More bytes than an article can have."""

    def __init__(self, url: str, limit: int) -> None:
        super().__init__(url, f"the page is larger than {limit / 1e6:.0f} MB, which no article is.")


class TooManyRedirects(FetchError):
    """A chain of redirects without end."""

    def __init__(self, url: str, limit: int) -> None:
        super().__init__(url, f"it was redirected more than {limit} times.")


class BrokenPage(FetchError):
    """Bytes that cannot be decompressed or decoded."""

    def __init__(self, url: str) -> None:
        super().__init__(url, "what the site sent is damaged. Try again later.")


# The page is not an article -------------------------------------------------------------------------------


class Refusal(BotError):
    """A page (or pasted text) that must not be summed up, and what was seen there."""

    def __init__(self, reason: str, evidence: str = "") -> None:
        super().__init__(reason)
        self.evidence = evidence


class NotText(Refusal):
    """A PDF, picture, film or other file."""

    def __init__(self, media_type: str) -> None:
        known = {
            "application/pdf": "a PDF",
            "image": "a picture",
            "video": "a video",
            "audio": "a sound recording",
        }
        what = known.get(media_type) or known.get(media_type.split("/")[0]) or f"a file of type {media_type}"
        super().__init__(f"The link leads to {what}, not to an article's page. {PASTE}", media_type)


class PaywallStub(Refusal):
    """Only the teaser is there; the rest is for subscribers."""

    def __init__(self, evidence: str) -> None:
        super().__init__(
            f"Only the beginning of this article is public; the rest is behind a paywall. {PASTE}", evidence
        )


class NoArticle(Refusal):
    """A page without the text of an article: empty, a script shell, a list of links."""

    def __init__(self, evidence: str) -> None:
        super().__init__(f"I found no article on this page ({evidence}). {PASTE}", evidence)


class TooShort(Refusal):
    """Text, but not enough of it to say anything about."""

    def __init__(self, words: int) -> None:
        super().__init__(f"There are only {words} words to read, too few to sum up honestly.", f"{words} words")


class NotEnglish(Refusal):
    """A language that this reader does not know."""

    def __init__(self, language: str) -> None:
        super().__init__(f"This article seems to be in {language}. I can only read English so far.", language)


# The reading failed ---------------------------------------------------------------------------------------


class ReadingError(BotError):
    """The article was fetched, but reading it did not end well."""


class ReadingTimeout(ReadingError):
    """The reading took longer than it may."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"Reading this article took longer than {seconds:g} seconds, so I stopped. {PASTE}")


class ReadingCrashed(ReadingError):
    """The reading process died, for lack of memory or by a fault in a library."""

    def __init__(self) -> None:
        super().__init__("Reading this article failed: the page is too large or too unusual for me.")


class Unexpected(BotError):
    """A fault of ours. The reference stands in the log beside the traceback."""

    def __init__(self, reference: str) -> None:
        super().__init__(f"Something went wrong on my side. Whoever runs me finds it in the log as {reference}.")
        self.reference = reference


# The answer did not get through ----------------------------------------------------------------------------


class DeliveryError(BotError):
    """A platform did not take a message. For the log: there is nobody whom it could be shown to."""

    def __init__(self, place: str, reason: str, *, lasting: bool) -> None:
        super().__init__(f"{place} did not take the message: {reason}")
        self.lasting = lasting  # True where another try would fail as well: the channel is gone


class SettingsError(BotError):
    """What an operator must add or mend before this can start."""
