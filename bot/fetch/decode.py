"""Undo a page's compression in small steps, so that a bomb of a few kilobytes never fills the memory."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from zlib import _Decompress

STEP = 65_536
"""Bytes that one step may inflate to."""

CODINGS = frozenset({"identity", "gzip", "deflate"})
ACCEPT_ENCODING = "gzip, deflate"

GZIP_MAGIC = b"\x1f\x8b"


def content_coding(header: str) -> str | None:
    """Read a Content-Encoding *header*; return one of ``CODINGS``, or None where this module cannot undo it."""
    codings = [coding.strip().lower().removeprefix("x-") for coding in header.split(",")]
    codings = [coding for coding in codings if coding not in {"", "identity", "none"}] or ["identity"]
    return codings[0] if len(codings) == 1 and codings[0] in CODINGS else None


class Decoder:
    """Inflates one body.

    gzip may have several members, and junk behind the last is left out, as browsers do. "deflate" is zlib's
    format by the standard (RFC 9110, 8.4.1.2) and a bare deflate stream by what some servers send; both are read.
    """

    def __init__(self, coding: str) -> None:
        self._coding = coding
        self._head = b""  # too short to tell the format
        self._stream: _Decompress | None = None
        self._streams = 0  # begun so far
        self._ended = coding == "identity"  # whatever follows is junk

    def feed(self, data: bytes) -> Iterator[bytes]:
        """Inflate *data*, the next bytes that came, into pieces of at most ``STEP`` bytes.

        Raises:
            zlib.error: the stream is damaged.
        """
        if self._coding == "identity":
            yield data
            return
        while data and not self._ended:
            if self._stream is None and not (data := self._begin(data)):
                return
            yield from self._inflate(data)
            data = self._behind()

    def finish(self) -> None:
        """Say that no more bytes come; raises ``zlib.error`` where the stream is not at its end."""
        if self._stream or (self._head and not self._streams):
            raise zlib.error("the stream ends too soon")

    def _begin(self, data: bytes) -> bytes:
        """Open the stream that *data* begins; return its bytes as far as they can be fed."""
        data, self._head = self._head + data, b""
        if len(data) < len(GZIP_MAGIC):
            self._head = data
            return b""
        if self._streams and (self._coding == "deflate" or not data.startswith(GZIP_MAGIC)):
            self._ended = True
            return b""
        self._stream = zlib.decompressobj(_window(self._coding, data))
        self._streams += 1
        return data

    def _inflate(self, data: bytes) -> Iterator[bytes]:
        assert self._stream is not None  # noqa: S101 - feed has begun it
        more = True
        while more:
            piece = self._stream.decompress(data, STEP)
            if piece:
                yield piece
            data = self._stream.unconsumed_tail
            # A full piece: there may be more inside. At the end zlib may name as unconsumed what is unused.
            more = not self._stream.eof and (bool(data) or len(piece) == STEP)

    def _behind(self) -> bytes:
        """Return what follows the stream's end, if it was reached."""
        if self._stream is None or not self._stream.eof:
            return b""
        rest, self._stream = self._stream.unused_data, None
        return rest


def _window(coding: str, head: bytes) -> int:
    """Tell zlib the format: 31 is gzip, 15 zlib, -15 bare deflate."""
    if coding == "gzip":
        return 31
    wrapped = head[0] & 0x0F == 8 and int.from_bytes(head[:2], "big") % 31 == 0
    return 15 if wrapped else -15
