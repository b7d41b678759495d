"""What kind of thing a link leads to, by what the server says, or else by its first bytes."""

from __future__ import annotations

import re

SNIFFED = 1024
"""Bytes that are looked at."""

MEDIA_TYPE = re.compile(r"[a-z]+/[a-z0-9!#$&^_.+-]+")

TEXTS = re.compile(
    r"text/.+|application/(?:.+\+)?(?:xml|json)|application/pdf"
    r"|application/vnd\.openxmlformats-officedocument\.wordprocessingml\.document"
)
"""Types that may hold an article: application/xhtml+xml is the one that newspapers once used; the last is .docx."""

SIGNATURES = {
    b"%PDF-": "application/pdf",
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
    b"GIF8": "image/gif",
    b"PK\x03\x04": "application/zip",
    b"\x1f\x8b": "application/gzip",
    b"ID3": "audio/mpeg",
    b"OggS": "audio/ogg",
    b"\x1aE\xdf\xa3": "video/webm",
}
"""How files begin that are not text (WHATWG, MIME Sniffing)."""

TEXT_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
"""Byte order marks: what looks binary behind them is UTF-16."""

HTML = re.compile(
    rb"\s*(?:<\?xml[^>]*>\s*)?"
    rb"<(?:!doctype html|!--|html|head|title|meta|link|script|style|body|main|article|div|table|h1|p|br|a|b)[\s>]",
    re.I,
)
BINARY = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")


def declared_type(header: str) -> str | None:
    """Read a Content-Type *header*: lower case, without parameters. None where it says nothing usable."""
    media_type = re.split("[;,]", header, maxsplit=1)[0].strip().lower()
    return media_type if MEDIA_TYPE.fullmatch(media_type) else None


def is_text(media_type: str) -> bool:
    """Tell whether an article can be read from *media_type*."""
    return bool(TEXTS.fullmatch(media_type))


def kind_of(declared: str | None, head: bytes) -> str:
    """Tell the media type of a body that begins with *head*: the server's word, unless it cannot be true."""
    seen = sniff(head)
    if declared is None:
        return seen
    is_file = seen in SIGNATURES.values() or seen in {"image/webp", "video/mp4"}
    certain = seen == "application/pdf" or BINARY.search(head[:SNIFFED])  # a story may begin with "ID3"
    return seen if is_file and certain and declared.startswith("text/") else declared


def sniff(head: bytes) -> str:
    """Guess the media type of a body that begins with *head*."""
    head = head[:SNIFFED]
    for signature, media_type in SIGNATURES.items():
        if head.startswith(signature):
            return media_type
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp"
    if head[4:8] == b"ftyp":
        return "video/mp4"
    if head.startswith(TEXT_MARKS):
        head = head[2:].removeprefix(b"\xbf").replace(b"\0", b"")
    elif BINARY.search(head):
        return "application/octet-stream"
    if HTML.match(head):
        return "text/html"
    return "application/xml" if head.lstrip().startswith(b"<?xml") else "text/plain"
