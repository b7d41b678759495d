"""A file that somebody has (attached, saved, uploaded) to article: its content says what it is, not its name."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import replace
from datetime import UTC, datetime

from bot.errors import NotText, UnknownFile
from bot.extract.decode import decode
from bot.extract.docx import is_docx
from bot.extract.extract import extract, extract_manuscript, extract_text
from bot.extract.language import ENGLISH
from bot.extract.markdown import is_markdown, read_markdown
from bot.extract.pdf import is_pdf
from bot.extract.refusals import text_type
from bot.models import Article, Page

MARKUP = re.compile(r"<(?:!doctype\s+html|html|head|body|article|main|div|p|table|h1)\b[^<>]*>", re.I)
"""What a saved page has near its beginning, whatever stands before it."""

START = 4000
"""Characters in which that is looked for; saved pages may begin with comments. A guess."""

SAVED_FROM = re.compile(rb"<!-- saved from url=\(\d+\)(https?://[^\s<>\"]{1,2000})")
"""What browsers write into a page that they save."""

BINARY = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
WIDE_MARKS = (b"\xff\xfe", b"\xfe\xff")
"""Byte order marks of UTF-16, which is text although every other byte is null."""


def extract_file(name: str, body: bytes, *, languages: Collection[str] | None = ENGLISH) -> Article:
    """Find the article in a file: PDF, Word (.docx), saved web page, Markdown or plain text.

    Args:
        name: the file's name. It only helps to tell Markdown from plain text, and is named where there is a problem.
        body: what is in it.
        languages: what it may be written in, as in ``extract``.

    Raises:
        Refusal: it is of another kind, cannot be opened, or holds no article.
    """
    page = page_of(name, body)
    text = decode(body) if page.media_type.startswith("text/") else ""
    if page.media_type == "text/markdown":
        return extract_manuscript(read_markdown(text), languages=languages)
    if page.media_type == "text/plain":
        return extract_text(text, languages=languages)
    return replace(extract(page, languages=languages), url=None, fetched_at=None)


def page_of(name: str, body: bytes) -> Page:
    """Return the file as a page without an address, of the kind that its content shows.

    Raises:
        UnknownFile: it holds no text for us.
    """
    saved = SAVED_FROM.search(body[:START])
    address = saved[1].decode("ascii", "replace") if saved else ""
    return Page("", address, body, _media_type(name, body), charset=None, fetched_at=datetime.now(UTC))


def _media_type(name: str, body: bytes) -> str:
    if is_pdf(body):
        return "application/pdf"
    if is_docx(body):
        return "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    if body.lstrip().startswith(b"{\\rtf"):
        raise UnknownFile(name, "text/rtf")
    try:
        text_type(Page("", "", body, "", charset=None, fetched_at=datetime.now(UTC)))
    except NotText as error:
        raise UnknownFile(name, error.media_type) from error
    if BINARY.search(body[:START]) and not body.startswith(WIDE_MARKS):
        raise UnknownFile(name, "application/octet-stream")
    text = decode(body)
    if MARKUP.search(text[:START]):
        return "text/html"
    return "text/markdown" if is_markdown(text, name) else "text/plain"
