"""A file that holds no article, or none that can be read."""

from __future__ import annotations

from bot.catalogue import Words, later, mark
from bot.counts import count_of
from bot.errors.error import PASTE, shown
from bot.errors.refusals import Refusal

KINDS = {
    "application/pdf": mark("a PDF"),
    "image": mark("a picture"),
    "video": mark("a video"),
    "audio": mark("a sound recording"),
    "font": mark("a font"),
    "application/zip": mark("a zip archive"),
    "application/msword": mark("a Word document"),
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": mark("a Word document"),
    "application/vnd.ms-excel": mark("a spreadsheet"),
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": mark("a spreadsheet"),
    "application/octet-stream": mark("a file to download"),
}
"""What media types, or their first halves, are called."""


def _what(media_type: str) -> Words:
    if known := KINDS.get(media_type) or KINDS.get(media_type.split("/")[0]):
        return Words(known)
    if not media_type.strip():
        return later("a file of an unknown type")
    return later("a file of type {type}", type=shown(media_type))


class NotText(Refusal):
    """A PDF, picture, film or other file."""

    def __init__(self, media_type: str) -> None:
        super().__init__(
            mark("The link leads to {what}, not to an article's page. {paste}"),
            media_type,
            what=_what(media_type),
            paste=PASTE,
        )
        self.media_type = media_type


class UnknownFile(Refusal):
    """An attached or saved file of a kind that holds no text for us."""

    def __init__(self, name: str, media_type: str) -> None:
        super().__init__(
            mark(
                "I cannot read {name}. I read PDF and Word files (.docx), Markdown, plain text and saved web pages. "
                "Or paste the text and I will read that instead."
            ),
            media_type,
            name=shown(name) or later("this file"),
        )
        self.name = name
        self.media_type = media_type


class EncryptedFile(Refusal):
    """A file that opens with a password only."""

    def __init__(self) -> None:
        super().__init__(
            mark("This file is protected by a password, so I cannot open it. {paste}"), "encrypted", paste=PASTE
        )


class ScannedFile(Refusal):
    """A PDF of pictures of pages, without their text."""

    def __init__(self, pages: int) -> None:
        super().__init__(
            mark(
                "This PDF seems to be scanned: its {pages} holds no text that I can read, only pictures of it. {paste}"
            )
            if pages == 1
            else mark(
                "This PDF seems to be scanned: its {pages} hold no text that I can read, only pictures of it. {paste}"
            ),
            f"no legible text on {pages} {'page' if pages == 1 else 'pages'}",
            pages=count_of(pages, "page"),
            paste=PASTE,
        )
        self.pages = pages


class TooManyPages(Refusal):
    """A file that is longer than what can be read honestly as one article."""

    def __init__(self, pages: int, limit: int) -> None:
        super().__init__(
            mark(
                "This file has {pages}, and I read at most {limit}. "
                "Paste the part of its text that you need and I will read that."
            ),
            f"{pages} {'page' if pages == 1 else 'pages'}",
            pages=count_of(pages, "page"),
            limit=limit,
        )
        self.pages = pages
        self.limit = limit


class BrokenFile(Refusal):
    """A file that is not what it says, or damaged."""

    def __init__(self, kind: str) -> None:
        super().__init__(
            mark("This {kind} file is damaged, so I cannot read it. {paste}"),
            f"damaged {kind} file",
            kind=kind,
            paste=PASTE,
        )
        self.kind = kind
