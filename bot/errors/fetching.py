"""The page did not arrive."""

from __future__ import annotations

from bot.catalogue import later, mark
from bot.counts import count_of
from bot.errors.error import PASTE, BotError, Reason, ahead, sentence, shown


class FetchError(BotError):
    """The page at *url* did not arrive."""

    def __init__(self, url: str, reason: Reason) -> None:
        super().__init__(mark("Could not read {url}: {reason}"), url=shown(url), reason=sentence(reason))
        self.url = url


class MalformedLink(FetchError):
    """An address that no browser could open: without a host, with an impossible port, endlessly long."""

    def __init__(self, url: str) -> None:
        super().__init__(url, later("this is not a complete and correct web address. Check the link."))


class InnerAddress(FetchError):
    """The link leads to an address that is not on the public web."""

    def __init__(self, url: str) -> None:
        super().__init__(url, later("it leads to an inner address, and I only fetch from the public web."))


class DomainDenied(FetchError):
    """A site that the house rules close."""

    def __init__(self, url: str, host: str) -> None:
        super().__init__(
            url, later("whoever runs me does not let me read {host}. {paste}", host=shown(host), paste=PASTE)
        )
        self.host = host


class HostNotFound(FetchError):
    """The name in the link does not resolve."""

    def __init__(self, url: str, host: str) -> None:
        super().__init__(url, later("there is no site named {host}. Is the link complete?", host=shown(host)))
        self.host = host


class Unreachable(FetchError):
    """The site was found but no answer could be had."""

    def __init__(self, url: str) -> None:
        super().__init__(url, later("the site did not answer properly. Try again in a few minutes."))


class ProxyFailed(FetchError):
    """The proxy that the operator set did not answer, or did not let the request through."""

    def __init__(self, url: str) -> None:
        super().__init__(
            url,
            later(
                "the proxy that I go through did not answer or did not let me pass. Whoever runs me can mend that "
                "(setting FETCH_PROXY). {paste}",
                paste=PASTE,
            ),
        )


class BadCertificate(FetchError):
    """The site cannot prove that it is the one that the link names."""

    def __init__(self, url: str) -> None:
        super().__init__(
            url,
            later(
                "the site's security certificate is not valid, so I cannot tell whether the page is really theirs. "
                "If you trust it: paste the article's text and I will read that instead."
            ),
        )


class FetchTimeout(FetchError):
    """The page took longer than the whole fetch may."""

    def __init__(self, url: str, seconds: float) -> None:
        super().__init__(
            url,
            later(
                "the page took longer than {time}. Try again, or paste the text.",
                time=count_of(seconds, "second"),
            ),
        )
        self.seconds = seconds


class PageNotFound(FetchError):
    """404 or 410."""

    def __init__(self, url: str) -> None:
        super().__init__(url, later("the site says that this page does not exist (any more). Check the link."))


class Withheld(FetchError):
    """401, 402, 403 or 451: the site answers, but not to us."""

    def __init__(self, url: str, status: int) -> None:
        super().__init__(
            url, later("the site withholds it from me (HTTP {status}). {paste}", status=status, paste=PASTE)
        )
        self.status = status


class Busy(FetchError):
    """429, or 503 with a time to come back: the site asks to be left alone for *wait* seconds (None: for a while)."""

    def __init__(self, url: str, status: int, wait: float | None) -> None:
        when = later("in a few minutes") if wait is None else ahead(wait)
        super().__init__(
            url,
            later("the site asks me to slow down (HTTP {status}). Try again {when}.", status=status, when=when)
            if status == 429
            else later(
                "the site is overloaded or being repaired (HTTP {status}). Try again {when}.", status=status, when=when
            ),
        )
        self.status = status
        self.wait = wait


class BadStatus(FetchError):
    """Any other answer that is not a page."""

    def __init__(self, url: str, status: int) -> None:
        super().__init__(url, later("the site answered with an error (HTTP {status}). Try again later.", status=status))
        self.status = status


class TooLarge(FetchError):
    """More bytes than an article can have."""

    def __init__(self, url: str, limit: int) -> None:
        super().__init__(url, later("the page is larger than {size} MB, which no article is.", size=limit / 1e6))
        self.limit = limit


class TooManyRedirects(FetchError):
    """A chain of redirects without end."""

    def __init__(self, url: str, limit: int) -> None:
        super().__init__(
            url,
            later(
                "it was redirected more than {times}. Send the address where your browser ends up.",
                times=count_of(limit, "time"),
            ),
        )
        self.limit = limit


class AggregatorLink(FetchError):
    """A news app's own page around somebody else's story, which needs JavaScript to get there."""

    def __init__(self, url: str, name: str) -> None:
        super().__init__(
            url,
            later(
                "this is {name}'s page around the story, which only opens in a browser or an app. "
                "Open it there and send me the address of the outlet's own page.",
                name=shown(name),
            ),
        )
        self.name = name


class LeavesTheWeb(FetchError):
    """A redirect to something that is not http or https: an app, a mail address."""

    def __init__(self, url: str) -> None:
        super().__init__(
            url, later("it leads on to something that is not a web page, such as an app or a mail address.")
        )


class BrokenPage(FetchError):
    """Bytes that cannot be decompressed or decoded."""

    def __init__(self, url: str) -> None:
        super().__init__(url, later("what the site sent is damaged. Try again later."))
