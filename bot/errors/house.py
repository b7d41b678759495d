"""The house rules do not let somebody do what he wants."""

from __future__ import annotations

from bot.catalogue import mark
from bot.counts import count_of
from bot.errors.asking import AskError
from bot.errors.error import ahead, duration


class MayNotDelete(AskError):
    """A deletion that the house rules leave to others."""

    def __init__(self, asker_may: bool) -> None:
        super().__init__(
            mark("Only who asked for a brief, and moderators of this place, may have it deleted.")
            if asker_may
            else mark("Only moderators may have it deleted.")
        )
        self.asker_may = asker_may


class MayNotCorrect(AskError):
    """A correction that the house rules leave to others."""

    def __init__(self, asker_may: bool) -> None:
        super().__init__(
            mark(
                "Only who asked for a brief, and moderators of this place, may correct it here. "
                "Tell one of them what is wrong."
            )
            if asker_may
            else mark("Only moderators may correct it here. Tell one of them what is wrong.")
        )
        self.asker_may = asker_may


class MayNotExport(AskError):
    """A file that the house rules leave to others."""

    def __init__(self, asker_may: bool) -> None:
        super().__init__(
            mark("Only who asked for a brief, and moderators of this place, may take it along as a file here.")
            if asker_may
            else mark("Only moderators may take it along as a file here.")
        )
        self.asker_may = asker_may


class MayNotWatch(AskError):
    """A channel that others decide on."""

    def __init__(self, asker_may: bool) -> None:
        super().__init__(mark("Only moderators of this place may have me watch a channel, or stop me."))
        self.asker_may = asker_may


class NoChannelToWatch(AskError):
    """A wish to watch where there is no channel, as in direct messages."""

    def __init__(self) -> None:
        super().__init__(mark("There is no channel here that I could watch. Ask me in the channel that you mean."))


class ChannelDenied(AskError):
    """A request in a channel that the house rules close."""

    def __init__(self) -> None:
        super().__init__(mark("Whoever runs me does not let me read anything in this channel. Ask me in another one."))


class TooSoon(AskError):
    """A second request of one person before the pause between two is over."""

    def __init__(self, wait: float) -> None:
        super().__init__(mark("Please wait another {time} before you ask for more."), time=duration(wait))
        self.wait = wait


class PersonLimit(AskError):
    """More than one person may ask for in an hour."""

    def __init__(self, limit: int, wait: float) -> None:
        super().__init__(
            mark("You have asked for about as much as one person may in an hour ({articles}). Send it again {when}."),
            articles=_articles(limit),
            when=ahead(wait),
        )
        self.limit = limit
        self.wait = wait


class ChannelLimit(AskError):
    """More than may be asked for in one channel in an hour."""

    def __init__(self, limit: int, wait: float) -> None:
        super().__init__(
            mark(
                "About as much was asked for in this channel as may be in an hour ({articles}). Send it again {when}."
            ),
            articles=_articles(limit),
            when=ahead(wait),
        )
        self.limit = limit
        self.wait = wait


class MoreThanAllowed(AskError):
    """One request that is larger than what may be asked for in an hour."""

    def __init__(self, limit: int) -> None:
        super().__init__(
            mark("I may read at most {articles} an hour here. Send me fewer at a time."), articles=_articles(limit)
        )
        self.limit = limit


def _articles(number: int) -> object:
    return count_of(number, "article")
