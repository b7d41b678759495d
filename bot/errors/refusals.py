"""The page arrived, and is no article: it must not be summed up."""

from __future__ import annotations

from bot.catalogue import Tongue, Words, later, mark
from bot.counts import count_of
from bot.errors.error import PASTE, BotError, shown


class Refusal(BotError):
    """A page (or pasted text) that must not be summed up, and what was seen there."""

    def __init__(self, message: str, evidence: str = "", /, **facts: object) -> None:
        super().__init__(message, **facts)
        self.evidence = evidence


def seen(evidence: str) -> object:
    """Return the site's own words for the middle of a sentence, after a colon."""
    return later(": “{words}”", words=shown(evidence)) if evidence.strip() else ""


def aside(evidence: str) -> object:
    """Return what was counted or declared for the middle of a sentence, in brackets."""
    return later(" ({words})", words=Words(shown(evidence))) if evidence.strip() else ""


class PaywallStub(Refusal):
    """Only the teaser is there; the rest is for subscribers or registered readers."""

    def __init__(self, evidence: str) -> None:
        super().__init__(
            mark("Only the beginning of this article is public; the rest is behind a paywall{seen}. {paste}"),
            evidence,
            seen=seen(evidence),
            paste=PASTE,
        )


class NotEnglish(Refusal):
    """A language that this reader does not know."""

    def __init__(self, language: str) -> None:
        super().__init__(
            mark("This article seems to be in {language}. I can only read English so far."),
            language,
            language=Tongue(language),
        )
        self.language = language


class TooShort(Refusal):
    """Text, but not enough of it to say anything about."""

    def __init__(self, words: int) -> None:
        super().__init__(
            mark("There is only {words} to read, too few to sum up honestly. {paste}")
            if words == 1
            else mark("There are only {words} to read, too few to sum up honestly. {paste}"),
            f"{words} word" if words == 1 else f"{words} words",
            words=count_of(words, "word"),
            paste=PASTE,
        )
        self.words = words


class NoArticle(Refusal):
    """A page without the text of an article: empty, a script shell, a list of links."""

    def __init__(self, evidence: str) -> None:
        super().__init__(
            mark("I found no article on this page{aside}. {paste}"), evidence, aside=aside(evidence), paste=PASTE
        )


class SiteDown(NoArticle):
    """A server's error, or work on the site, delivered like any other page."""

    def __init__(self, evidence: str) -> None:
        Refusal.__init__(
            self,
            mark("The site is out of order just now{seen}. Try again later. {paste}"),
            evidence,
            seen=seen(evidence),
            paste=PASTE,
        )


class MissingPage(NoArticle):
    """A page that says "not found" although it was delivered like any other."""

    def __init__(self, evidence: str) -> None:
        Refusal.__init__(
            self,
            mark(
                "The site says that this page does not exist (any more){seen}. Check the link. "
                "If you have the article’s text, paste it and I will read that."
            ),
            evidence,
            seen=seen(evidence),
        )


class WithdrawnStory(NoArticle):
    """A note of the outlet in place of a story that it has taken back."""

    def __init__(self, evidence: str) -> None:
        Refusal.__init__(
            self,
            mark(
                "The outlet has withdrawn this story{seen}. Whoever cites it should know. "
                "If you have its text, paste it and I will read that."
            ),
            evidence,
            seen=seen(evidence),
        )


class ParkedDomain(NoArticle):
    """An address that nobody publishes at any more."""

    def __init__(self, evidence: str) -> None:
        Refusal.__init__(
            self,
            mark(
                "There is no outlet at this address any more: it is for sale or parked{seen}. Check the link. "
                "If you have the article’s text, paste it and I will read that."
            ),
            evidence,
            seen=seen(evidence),
        )


class ListPage(NoArticle):
    """A front page, section or search: links to stories, but no story."""

    def __init__(self, evidence: str) -> None:
        Refusal.__init__(
            self,
            mark(
                "This page is a list of stories{aside}, not one article. "
                "Send me the link of the story itself, or paste its text."
            ),
            evidence,
            aside=aside(evidence),
        )


class GalleryPage(NoArticle):
    """Pictures and their captions, without a story."""

    def __init__(self, evidence: str) -> None:
        Refusal.__init__(
            self,
            mark(
                "This page shows pictures with captions{aside}, and no article. "
                "If there is a story that goes with them, send me its link or paste its text."
            ),
            evidence,
            aside=aside(evidence),
        )


class MediaPage(NoArticle):
    """A video or a recording, with a few words about it."""

    def __init__(self, evidence: str) -> None:
        Refusal.__init__(
            self,
            mark(
                "This page is a video or a recording{aside}, which I can neither watch nor hear. "
                "If there is a transcript, paste it and I will read that."
            ),
            evidence,
            aside=aside(evidence),
        )


class IssueViewer(NoArticle):
    """The pictures of a printed issue's pages."""

    def __init__(self, evidence: str) -> None:
        Refusal.__init__(
            self,
            mark(
                "This page shows a printed issue in pictures, which I cannot read{seen}. "
                "Send me the link of the story itself, or paste its text."
            ),
            evidence,
            seen=seen(evidence),
        )
