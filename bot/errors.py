"""Every failure that a user can meet. ``str(error)`` is fit to post in a thread as it stands.

An error is named for what happened and carries the facts; nothing in here knows where it was raised.
Errors cross process boundaries, so each must survive pickling: see ``BotError.__reduce__``.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from bot.catalogue import known, mark

SHOWN_URL = 120
"""Characters of an address that a message shows. A guess: enough to recognise the link by, one line or two."""

SOME = 5
"""Names or links of many that a message tells. A guess."""

LOGIN = re.compile(r"(?<=://)[^/?#]*@")
"""The user name and password that an address may carry before its host."""

PASTE = "Paste the article's text and I will read that instead."


def shown(url: str) -> str:
    """Return *url* as messages show it: on one line, not endless, without a password, nothing invisible in it."""
    url = LOGIN.sub("", url.strip())
    url = "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in url[: SHOWN_URL + 1])
    return url if len(url) <= SHOWN_URL else url[: SHOWN_URL - 1] + "…"


class BotError(Exception):
    """An expected failure, in words that a journalist can act on."""

    def __str__(self) -> str:
        # An error is raised in nobody's language, and read by somebody: what has no facts is in the catalogue whole.
        return known(super().__str__())

    def __reduce__(self) -> tuple[Any, ...]:
        # Exception's own way calls the class with the finished message, which subclasses do not take.
        return _rebuild, (type(self), self.args, self.__dict__)


def _rebuild(kind: type[BotError], args: tuple[Any, ...], facts: dict[str, Any]) -> BotError:
    error = kind.__new__(kind, *args)
    error.args = args
    error.__dict__.update(facts)
    return error


def _count(number: float, noun: str) -> str:
    return f"{number:g} {noun}" if number == 1 else f"{number:g} {noun}s"


def _duration(seconds: float) -> str:
    """Return a time to wait as people say it, rounded up: "2 minutes"."""
    for unit, size in (("day", 86_400), ("hour", 3600), ("minute", 60)):
        if seconds > 1.5 * size:
            return _count(-(-seconds // size), unit)
    return _count(max(1, -(-seconds // 1)), "second")


def _some(names: Sequence[str]) -> str:
    return ", ".join(shown(name) for name in names[:SOME]) + (", …" if len(names) > SOME else "")


def _sentence(reason: str) -> str:
    """Return *reason*, which may be another program's words, with the full stop that a sentence ends in."""
    line = " ".join(reason.split())
    return line if line.endswith((".", "!", "?", "…")) else line + "."


# What was asked ------------------------------------------------------------------------------------------


class AskError(BotError):
    """The request itself cannot be carried out."""


class NothingToRead(AskError):
    """A message without a link and without enough text to read."""

    def __init__(self) -> None:
        super().__init__(
            mark("There is no link in that message. Send me one or more links, or paste an article's text.")
        )


class NotWebLink(AskError):
    """An address that is not http or https."""

    def __init__(self, url: str) -> None:
        super().__init__(
            f"{shown(url)} is not a web page's address. I can only read links that begin with http or https."
        )
        self.url = url


class TooManyLinks(AskError):
    """More links than one request may have; the first ones are read all the same."""

    def __init__(self, read: int, left_out: tuple[str, ...]) -> None:
        some = _some(left_out)
        were = "was" if len(left_out) == 1 else "were"
        super().__init__(
            f"I read at most {_count(read, 'link')} at a time; {len(left_out)} more {were} left out ({some}). "
            "Send what is missing in another message."
        )
        self.read = read
        self.left_out = left_out


class TooManyFiles(AskError):
    """More files than one request may have; the first ones are read all the same."""

    def __init__(self, read: int, left_out: tuple[str, ...]) -> None:
        were = "was" if len(left_out) == 1 else "were"
        super().__init__(
            f"I read at most {_count(read, 'file')} at a time; {len(left_out)} more {were} left out "
            f"({_some(left_out)}). Send what is missing in another message."
        )
        self.read = read
        self.left_out = left_out


class LinksInText(AskError):
    """Links inside a pasted text, which is read while they are not."""

    def __init__(self, links: tuple[str, ...]) -> None:
        super().__init__(
            f"I read the text that you pasted, and did not open the {_count(len(links), 'link')} in it. "
            "To have a link read, send it without the text."
        )
        self.links = links


class FileNotRead(AskError):
    """A file on the reader's own machine that cannot be opened."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(f"Could not read {shown(name)}: {_sentence(reason)}")
        self.name = name


class BriefNotFound(AskError):
    """A button of a brief that is no longer stored, or that belongs to another workspace."""

    def __init__(self) -> None:
        super().__init__(mark("That brief is no longer stored. Send the link again and I will read it anew."))


class BriefDamaged(BriefNotFound):
    """A stored brief that is not as it was written: a disk's fault, or somebody's who wrote to the database."""


class RequestNotFound(AskError):
    """A request that was forgotten, perhaps while it was being answered, or that is another workspace's."""

    def __init__(self) -> None:
        super().__init__(mark("That request is no longer stored. Send the link again and I will read it anew."))


class SnapshotNotFound(AskError):
    """A brief whose page was not kept, or not for so long."""

    def __init__(self) -> None:
        super().__init__(
            mark("The page that this brief was written from is not kept (any more), so I cannot read it again.")
        )


class CannotCorrect(AskError):
    """A correction that fits nothing in its brief."""


class NoBriefHere(AskError):
    """A follow-up where no brief stands."""

    def __init__(self) -> None:
        super().__init__(mark("There is no brief here that I could look into. Send me a link and I will read it."))


class SpeakerNotQuoted(AskError):
    """A question for the quotes of somebody whom no brief of the thread quotes."""

    def __init__(self, name: str, speakers: tuple[str, ...]) -> None:
        heard = f" Those who speak: {_some(speakers)}." if speakers else ""
        super().__init__(f"Nobody called {shown(name)} is quoted in the briefs of this thread.{heard}")
        self.name = name
        self.speakers = speakers


class SeveralSpeakers(AskError):
    """A name that fits more than one speaker of a brief."""

    def __init__(self, name: str, speakers: tuple[str, ...]) -> None:
        super().__init__(
            f"More than one speaker may be called {shown(name)}: {_some(speakers)}. Tell me the full name."
        )
        self.name = name
        self.speakers = speakers


class NothingToCompare(AskError):
    """A comparison where there is only one brief."""

    def __init__(self) -> None:
        super().__init__(
            mark("There is only one brief in this thread. Send me the link of another version to compare it with.")
        )


class NothingToRetry(AskError):
    """A thread in which everything was read."""

    def __init__(self) -> None:
        super().__init__(
            mark("There is nothing in this thread that I could not read. To have a link read anew, send it again.")
        )


class PastedTextGone(AskError):
    """Pasted text, or a file, that was erased when it had been answered."""

    def __init__(self) -> None:
        super().__init__(
            mark(
                "I do not keep what is pasted or shared as a file once I have answered, so I cannot try again. "
                "Send it once more and I will read it."
            )
        )


def _only(asker_may: bool) -> str:
    return "Only who asked for a brief, and moderators of this place, may" if asker_may else "Only moderators may"


class MayNotDelete(AskError):
    """A deletion that the house rules leave to others."""

    def __init__(self, asker_may: bool) -> None:
        super().__init__(f"{_only(asker_may)} have it deleted.")
        self.asker_may = asker_may


class MayNotCorrect(AskError):
    """A correction that the house rules leave to others."""

    def __init__(self, asker_may: bool) -> None:
        super().__init__(f"{_only(asker_may)} correct it here. Tell one of them what is wrong.")
        self.asker_may = asker_may


class MayNotExport(AskError):
    """A file that the house rules leave to others."""

    def __init__(self, asker_may: bool) -> None:
        super().__init__(f"{_only(asker_may)} take it along as a file here.")
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
        super().__init__(f"Please wait another {_duration(wait)} before you ask for more.")
        self.wait = wait


class PersonLimit(AskError):
    """More than one person may ask for in an hour."""

    def __init__(self, limit: int, wait: float) -> None:
        super().__init__(
            f"You have asked for about as much as one person may in an hour ({_count(limit, 'article')}). "
            f"Send it again in {_duration(wait)}."
        )
        self.limit = limit
        self.wait = wait


class ChannelLimit(AskError):
    """More than may be asked for in one channel in an hour."""

    def __init__(self, limit: int, wait: float) -> None:
        super().__init__(
            f"About as much was asked for in this channel as may be in an hour ({_count(limit, 'article')}). "
            f"Send it again in {_duration(wait)}."
        )
        self.limit = limit
        self.wait = wait


class MoreThanAllowed(AskError):
    """One request that is larger than what may be asked for in an hour."""

    def __init__(self, limit: int) -> None:
        super().__init__(f"I may read at most {_count(limit, 'article')} an hour here. Send me fewer at a time.")
        self.limit = limit


class SearchIsOff(AskError):
    """A question to a workspace that has not turned its archive on."""

    def __init__(self) -> None:
        super().__init__(
            mark(
                "The archive of this workspace is off, so there is nothing to search. "
                "Whoever runs me turns it on: nutgraf archive on."
            )
        )


class NothingToSearch(AskError):
    """A question without a word that could be looked for."""

    def __init__(self) -> None:
        super().__init__(
            mark(
                "Tell me what to look for: a few words of it, a speaker or an outlet. "
                "Words such as “the” and “about” are not looked for."
            )
        )


# The page did not arrive -----------------------------------------------------------------------------------


class FetchError(BotError):
    """The page at *url* did not arrive."""

    def __init__(self, url: str, reason: str) -> None:
        super().__init__(f"Could not read {shown(url)}: {_sentence(reason)}")
        self.url = url


class MalformedLink(FetchError):
    """An address that no browser could open: without a host, with an impossible port, endlessly long."""

    def __init__(self, url: str) -> None:
        super().__init__(url, "this is not a complete and correct web address. Check the link.")


class InnerAddress(FetchError):
    """The link leads to an address that is not on the public web."""

    def __init__(self, url: str) -> None:
        super().__init__(url, "it leads to an inner address, and I only fetch from the public web.")


class DomainDenied(FetchError):
    """A site that the house rules close."""

    def __init__(self, url: str, host: str) -> None:
        super().__init__(url, f"whoever runs me does not let me read {shown(host)}. {PASTE}")
        self.host = host


class HostNotFound(FetchError):
    """The name in the link does not resolve."""

    def __init__(self, url: str, host: str) -> None:
        super().__init__(url, f"there is no site named {shown(host)}. Is the link complete?")
        self.host = host


class Unreachable(FetchError):
    """The site was found but no answer could be had."""

    def __init__(self, url: str) -> None:
        super().__init__(url, "the site did not answer properly. Try again in a few minutes.")


class ProxyFailed(FetchError):
    """The proxy that the operator set did not answer, or did not let the request through."""

    def __init__(self, url: str) -> None:
        super().__init__(
            url,
            "the proxy that I go through did not answer or did not let me pass. Whoever runs me can mend that "
            f"(setting FETCH_PROXY). {PASTE}",
        )


class BadCertificate(FetchError):
    """The site cannot prove that it is the one that the link names."""

    def __init__(self, url: str) -> None:
        super().__init__(
            url,
            "the site's security certificate is not valid, so I cannot tell whether the page is really theirs. "
            f"If you trust it: {PASTE[0].lower()}{PASTE[1:]}",
        )


class FetchTimeout(FetchError):
    """The page took longer than the whole fetch may."""

    def __init__(self, url: str, seconds: float) -> None:
        super().__init__(url, f"the page took longer than {_count(seconds, 'second')}. Try again, or paste the text.")
        self.seconds = seconds


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
    """429, or 503 with a time to come back: the site asks to be left alone for *wait* seconds (None: for a while)."""

    def __init__(self, url: str, status: int, wait: float | None) -> None:
        asks = "asks me to slow down" if status == 429 else "is overloaded or being repaired"
        when = "a few minutes" if wait is None else _duration(wait)
        super().__init__(url, f"the site {asks} (HTTP {status}). Try again in {when}.")
        self.status = status
        self.wait = wait


class BadStatus(FetchError):
    """Any other answer that is not a page."""

    def __init__(self, url: str, status: int) -> None:
        super().__init__(url, f"the site answered with an error (HTTP {status}). Try again later.")
        self.status = status


class TooLarge(FetchError):
    """More bytes than an article can have."""

    def __init__(self, url: str, limit: int) -> None:
        super().__init__(url, f"the page is larger than {limit / 1e6:.3g} MB, which no article is.")
        self.limit = limit


class TooManyRedirects(FetchError):
    """A chain of redirects without end."""

    def __init__(self, url: str, limit: int) -> None:
        super().__init__(
            url, f"it was redirected more than {_count(limit, 'time')}. Send the address where your browser ends up."
        )
        self.limit = limit


class AggregatorLink(FetchError):
    """A news app's own page around somebody else's story, which needs JavaScript to get there."""

    def __init__(self, url: str, name: str) -> None:
        super().__init__(
            url,
            f"this is {shown(name)}'s page around the story, which only opens in a browser or an app. "
            "Open it there and send me the address of the outlet's own page.",
        )
        self.name = name


class LeavesTheWeb(FetchError):
    """A redirect to something that is not http or https: an app, a mail address."""

    def __init__(self, url: str) -> None:
        super().__init__(url, "it leads on to something that is not a web page, such as an app or a mail address.")


class BrokenPage(FetchError):
    """Bytes that cannot be decompressed or decoded."""

    def __init__(self, url: str) -> None:
        super().__init__(url, "what the site sent is damaged. Try again later.")


# The page is not an article -------------------------------------------------------------------------------


def _seen(evidence: str) -> str:
    """Return the site's own words for the middle of a sentence, after a colon."""
    return f": “{shown(evidence)}”" if evidence.strip() else ""


def _aside(evidence: str) -> str:
    """Return what was counted or declared for the middle of a sentence, in brackets."""
    return f" ({shown(evidence)})" if evidence.strip() else ""


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
            "font": "a font",
            "application/zip": "a zip archive",
            "application/msword": "a Word document",
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "a Word document",
            "application/vnd.ms-excel": "a spreadsheet",
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "a spreadsheet",
            "application/octet-stream": "a file to download",
        }
        unknown = f"a file of type {shown(media_type)}" if media_type.strip() else "a file of an unknown type"
        what = known.get(media_type) or known.get(media_type.split("/")[0]) or unknown
        super().__init__(f"The link leads to {what}, not to an article's page. {PASTE}", media_type)
        self.media_type = media_type


class UnknownFile(Refusal):
    """An attached or saved file of a kind that holds no text for us."""

    def __init__(self, name: str, media_type: str) -> None:
        super().__init__(
            f"I cannot read {shown(name) or 'this file'}. I read PDF and Word files (.docx), Markdown, plain text and "
            "saved web pages. Or paste the text and I will read that instead.",
            media_type,
        )
        self.name = name
        self.media_type = media_type


class EncryptedFile(Refusal):
    """A file that opens with a password only."""

    def __init__(self) -> None:
        super().__init__(f"This file is protected by a password, so I cannot open it. {PASTE}", "encrypted")


class ScannedFile(Refusal):
    """A PDF of pictures of pages, without their text."""

    def __init__(self, pages: int) -> None:
        super().__init__(
            f"This PDF seems to be scanned: its {_count(pages, 'page')} {'holds' if pages == 1 else 'hold'} no text "
            f"that I can read, only pictures of it. {PASTE}",
            f"no legible text on {_count(pages, 'page')}",
        )
        self.pages = pages


class TooManyPages(Refusal):
    """A file that is longer than what can be read honestly as one article."""

    def __init__(self, pages: int, limit: int) -> None:
        super().__init__(
            f"This file has {_count(pages, 'page')}, and I read at most {limit}. "
            "Paste the part of its text that you need and I will read that.",
            _count(pages, "page"),
        )
        self.pages = pages
        self.limit = limit


class BrokenFile(Refusal):
    """A file that is not what it says, or damaged."""

    def __init__(self, kind: str) -> None:
        super().__init__(f"This {kind} file is damaged, so I cannot read it. {PASTE}", f"damaged {kind} file")
        self.kind = kind


class PaywallStub(Refusal):
    """Only the teaser is there; the rest is for subscribers or registered readers."""

    def __init__(self, evidence: str) -> None:
        super().__init__(
            f"Only the beginning of this article is public; the rest is behind a paywall{_seen(evidence)}. {PASTE}",
            evidence,
        )


class NoArticle(Refusal):
    """A page without the text of an article: empty, a script shell, a list of links."""

    def __init__(self, evidence: str) -> None:
        seen = f" ({shown(evidence)})" if evidence.strip() else ""
        super().__init__(f"I found no article on this page{seen}. {PASTE}", evidence)


class SignInWall(NoArticle):
    """A page that asks for an account first."""

    def __init__(self, evidence: str) -> None:
        Refusal.__init__(
            self, f"The site wants readers to sign in before it shows this page{_seen(evidence)}. {PASTE}", evidence
        )


class ConsentWall(NoArticle):
    """A page that asks for consent to cookies first."""

    def __init__(self, evidence: str) -> None:
        Refusal.__init__(
            self,
            f"The site asks for consent to cookies before it shows the article{_seen(evidence)}. {PASTE}",
            evidence,
        )


class BotWall(NoArticle):
    """A page that turns programs away, or wants proof that a person is reading."""

    def __init__(self, evidence: str) -> None:
        Refusal.__init__(
            self,
            f"The site turns programs like me away, or wants proof that a person is reading{_seen(evidence)}. {PASTE}",
            evidence,
        )


class CaptchaWall(NoArticle):
    """A puzzle that only a person can solve."""

    def __init__(self, evidence: str) -> None:
        Refusal.__init__(
            self,
            f"The site wants a puzzle solved (a captcha) before it shows the article{_seen(evidence)}. "
            f"You can solve it in your browser. {PASTE}",
            evidence,
        )


class RegionBlocked(NoArticle):
    """A page that is not shown in the country where this program runs."""

    def __init__(self, evidence: str) -> None:
        Refusal.__init__(
            self,
            f"The site does not show this page in the country where I run{_seen(evidence)}. "
            f"If you can open it where you are: {PASTE[0].lower()}{PASTE[1:]}",
            evidence,
        )


class AgeGate(NoArticle):
    """A page that asks for the reader's age first."""

    def __init__(self, evidence: str) -> None:
        Refusal.__init__(
            self, f"The site asks for the reader’s age before it shows this page{_seen(evidence)}. {PASTE}", evidence
        )


class AppWall(NoArticle):
    """A page that sends readers to the outlet's app."""

    def __init__(self, evidence: str) -> None:
        Refusal.__init__(self, f"The site shows this story only in its app{_seen(evidence)}. {PASTE}", evidence)


class OfferPage(NoArticle):
    """Subscriptions for sale, and no story."""

    def __init__(self, evidence: str) -> None:
        Refusal.__init__(
            self, f"The link leads to an offer of subscriptions, not to the article{_seen(evidence)}. {PASTE}", evidence
        )


class ScriptShell(NoArticle):
    """A page whose text only comes by JavaScript."""

    def __init__(self, evidence: str) -> None:
        Refusal.__init__(
            self,
            f"This page has no text until a browser runs its scripts, which I do not do{_seen(evidence)}. {PASTE}",
            evidence,
        )


class MissingPage(NoArticle):
    """A page that says "not found" although it was delivered like any other."""

    def __init__(self, evidence: str) -> None:
        Refusal.__init__(
            self,
            f"The site says that this page does not exist (any more){_seen(evidence)}. Check the link. "
            f"If you have the article’s text, paste it and I will read that.",
            evidence,
        )


class WithdrawnStory(NoArticle):
    """A note of the outlet in place of a story that it has taken back."""

    def __init__(self, evidence: str) -> None:
        Refusal.__init__(
            self,
            f"The outlet has withdrawn this story{_seen(evidence)}. Whoever cites it should know. "
            f"If you have its text, paste it and I will read that.",
            evidence,
        )


class SiteDown(NoArticle):
    """A server's error, or work on the site, delivered like any other page."""

    def __init__(self, evidence: str) -> None:
        Refusal.__init__(
            self, f"The site is out of order just now{_seen(evidence)}. Try again later. {PASTE}", evidence
        )


class ParkedDomain(NoArticle):
    """An address that nobody publishes at any more."""

    def __init__(self, evidence: str) -> None:
        Refusal.__init__(
            self,
            f"There is no outlet at this address any more: it is for sale or parked{_seen(evidence)}. Check the link. "
            f"If you have the article’s text, paste it and I will read that.",
            evidence,
        )


class ListPage(NoArticle):
    """A front page, section or search: links to stories, but no story."""

    def __init__(self, evidence: str) -> None:
        Refusal.__init__(
            self,
            f"This page is a list of stories{_aside(evidence)}, not one article. "
            "Send me the link of the story itself, or paste its text.",
            evidence,
        )


class GalleryPage(NoArticle):
    """Pictures and their captions, without a story."""

    def __init__(self, evidence: str) -> None:
        Refusal.__init__(
            self,
            f"This page shows pictures with captions{_aside(evidence)}, and no article. "
            "If there is a story that goes with them, send me its link or paste its text.",
            evidence,
        )


class MediaPage(NoArticle):
    """A video or a recording, with a few words about it."""

    def __init__(self, evidence: str) -> None:
        Refusal.__init__(
            self,
            f"This page is a video or a recording{_aside(evidence)}, which I can neither watch nor hear. "
            "If there is a transcript, paste it and I will read that.",
            evidence,
        )


class IssueViewer(NoArticle):
    """The pictures of a printed issue's pages."""

    def __init__(self, evidence: str) -> None:
        Refusal.__init__(
            self,
            f"This page shows a printed issue in pictures, which I cannot read{_seen(evidence)}. "
            "Send me the link of the story itself, or paste its text.",
            evidence,
        )


class TooShort(Refusal):
    """Text, but not enough of it to say anything about."""

    def __init__(self, words: int) -> None:
        found = f"There is only {words} word" if words == 1 else f"There are only {words} words"
        super().__init__(f"{found} to read, too few to sum up honestly. {PASTE}", _count(words, "word"))
        self.words = words


class NotEnglish(Refusal):
    """A language that this reader does not know."""

    def __init__(self, language: str) -> None:
        super().__init__(f"This article seems to be in {language}. I can only read English so far.", language)
        self.language = language


# The reading failed ---------------------------------------------------------------------------------------


class ReadingError(BotError):
    """The article was fetched, but reading it did not end well."""


class ReadingTimeout(ReadingError):
    """The reading took longer than it may."""

    def __init__(self, seconds: float) -> None:
        super().__init__(
            f"Reading this article took longer than {_count(seconds, 'second')}, so I stopped. "
            "Paste the part of its text that you need and I will read that."
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
        super().__init__(f"Something went wrong on my side. Whoever runs me finds it in the log as {reference}.")
        self.reference = reference


class FactChecksUnavailable(BotError):
    """A service that knows published fact-checks could not be asked."""

    def __init__(self, service: str, reason: str) -> None:
        super().__init__(f"{service} could not be asked for fact-checks: {_sentence(reason)}")
        self.service = service


class NoFactChecks(BotError):
    """A file in which no published fact-check was found."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"There is no fact-check in {shown(name)} that I could take. I read ClaimReview data: JSON-LD, also inside "
            "a web page, and data feeds of it."
        )
        self.name = name


# The answer did not get through ----------------------------------------------------------------------------


class DeliveryError(BotError):
    """A platform did not take a message. For the log: there is nobody whom it could be shown to."""

    def __init__(self, place: str, reason: str, *, lasting: bool) -> None:
        super().__init__(f"{place} did not take the message: {_sentence(reason)}")
        self.place = place
        self.lasting = lasting  # True where another try would fail as well: the channel is gone


class SealBroken(BotError):
    """What is stored of an installation was encrypted by another key, or belongs to another workspace."""

    def __init__(self, workspace: str) -> None:
        super().__init__(
            f"The tokens of workspace {workspace} cannot be decrypted: they were stored with another key. Put the "
            "former key behind the new one, with a comma between, or have the app installed there anew."
        )
        self.workspace = workspace


class NotInstallable(BotError):
    """Somebody wants to install the app for all workspaces of an organisation at once."""

    def __init__(self) -> None:
        super().__init__(
            mark(
                "I can be installed in one workspace at a time, not for a whole organisation. Choose a workspace, and "
                "install me there."
            )
        )


class ArchiveUnavailable(BotError):
    """The database did not take or give what was asked: its disk is full, its server away."""

    def __init__(self) -> None:
        super().__init__(
            mark("I cannot get at my records just now, so I could not do that. Try again in a few minutes.")
        )


class NotConfirmed(BotError):
    """Whoever was to say who somebody is did not, or not so that it could be trusted."""

    def __init__(self, service: str) -> None:
        super().__init__(f"{service} did not confirm who you are, so you are not signed in. Try again.")
        self.service = service


FAULTS_TOLD = 10
"""Faults of an audit log that are told one by one."""


class ChainBroken(BotError):
    """The audit log is not as it was written."""

    def __init__(self, faults: Sequence[str]) -> None:
        told = "; ".join(faults[:FAULTS_TOLD])
        more = f" (and {len(faults) - FAULTS_TOLD:,} more)" if len(faults) > FAULTS_TOLD else ""
        super().__init__(f"The audit log was changed by somebody else than me: {told}{more}.")
        self.faults = tuple(faults)


class SettingsError(BotError):
    """What an operator must add or mend before this can start."""


class DatabaseAway(SettingsError):
    """A server that cannot be reached, or does not take connections just now; it may come back."""


class BackupNotWritten(BotError):
    """A backup's file exists already, or cannot be written."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(f"No backup was written to {shown(name)}: {_sentence(reason)}")
        self.name = name


class BackupDamaged(BotError):
    """A file that is no backup, or not as it was written."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(f"I cannot restore {shown(name)}: {_sentence(reason)} Nothing was changed.")
        self.name = name


class DatabaseNotEmpty(BotError):
    """A backup is to be restored where something is kept already."""

    def __init__(self) -> None:
        super().__init__(
            mark(
                "Something is kept in the database of DATABASE_URL already, so nothing was restored. Name an empty "
                "one, or have what is there replaced with --replace."
            )
        )


class NotAllowedByPlatform(BotError):
    """A platform does not let us do what somebody asks for."""

    def __init__(self, place: str, reason: str) -> None:
        super().__init__(f"{place} does not let me do that: {_sentence(reason)}")
        self.place = place
        self.reason = reason


class NoAnswerThere(BotError):
    """A platform does not take the answer where it was asked for."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"I could not answer where you asked me: {_sentence(reason)}")
        self.reason = reason


class NothingToCorrect(AskError):
    """A brief without quotes and claims."""

    def __init__(self) -> None:
        super().__init__(mark("There is no quote and no claim in this brief that could be corrected."))
