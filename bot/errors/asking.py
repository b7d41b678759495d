"""What was asked cannot be done."""

from __future__ import annotations

from bot.catalogue import later, later_plural, mark
from bot.counts import count_of
from bot.errors.error import BotError, Reason, sentence, shown, some


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
            mark("{url} is not a web page's address. I can only read links that begin with http or https."),
            url=shown(url),
        )
        self.url = url


class TooManyLinks(AskError):
    """More links than one request may have; the first ones are read all the same."""

    def __init__(self, read: int, left_out: tuple[str, ...]) -> None:
        super().__init__(
            mark("I read at most {links} at a time; {rest}. Send what is missing in another message."),
            links=count_of(read, "link"),
            rest=_left_out(left_out),
        )
        self.read = read
        self.left_out = left_out


class TooManyFiles(AskError):
    """More files than one request may have; the first ones are read all the same."""

    def __init__(self, read: int, left_out: tuple[str, ...]) -> None:
        super().__init__(
            mark("I read at most {files} at a time; {rest}. Send what is missing in another message."),
            files=count_of(read, "file"),
            rest=_left_out(left_out),
        )
        self.read = read
        self.left_out = left_out


def _left_out(names: tuple[str, ...]) -> object:
    return later_plural(
        "{number} more was left out ({some})", "{number} more were left out ({some})", len(names), some=some(names)
    )


class LinksInText(AskError):
    """Links inside a pasted text, which is read while they are not."""

    def __init__(self, links: tuple[str, ...]) -> None:
        super().__init__(
            mark(
                "I read the text that you pasted, and did not open the {links} in it. To have a link read, send it "
                "without the text."
            ),
            links=count_of(len(links), "link"),
        )
        self.links = links


class FileNotRead(AskError):
    """A file, on the reader's own machine or at a chat, that cannot be opened."""

    def __init__(self, name: str, reason: Reason) -> None:
        super().__init__(mark("Could not read {name}: {reason}"), name=shown(name), reason=sentence(reason))
        self.name = name


class NoBriefHere(AskError):
    """A follow-up where no brief stands."""

    def __init__(self) -> None:
        super().__init__(mark("There is no brief here that I could look into. Send me a link and I will read it."))


class SpeakerNotQuoted(AskError):
    """A question for the quotes of somebody whom no brief of the thread quotes."""

    def __init__(self, name: str, speakers: tuple[str, ...]) -> None:
        super().__init__(
            mark("Nobody called {name} is quoted in the briefs of this thread.{heard}"),
            name=shown(name),
            heard=later(" Those who speak: {speakers}.", speakers=some(speakers)) if speakers else "",
        )
        self.name = name
        self.speakers = speakers


class SeveralSpeakers(AskError):
    """A name that fits more than one speaker of a brief."""

    def __init__(self, name: str, speakers: tuple[str, ...]) -> None:
        super().__init__(
            mark("More than one speaker may be called {name}: {speakers}. Tell me the full name."),
            name=shown(name),
            speakers=some(speakers),
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


class CannotCorrect(AskError):
    """A correction that fits nothing in its brief."""


class NothingToCorrect(AskError):
    """A brief without quotes and claims."""

    def __init__(self) -> None:
        super().__init__(mark("There is no quote and no claim in this brief that could be corrected."))


class NothingToSearch(AskError):
    """A question without a word that could be looked for."""

    def __init__(self) -> None:
        super().__init__(
            mark(
                "Tell me what to look for: a few words of it, a speaker or an outlet. "
                "Words such as “the” and “about” are not looked for."
            )
        )
