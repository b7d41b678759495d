"""Undo a page's compression in small steps, so that a bomb of a few kilobytes never fills the memory."""

from __future__ import annotations

import sys
import zlib
from collections.abc import Callable, Iterator
from typing import Protocol

import brotli

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

STEP = 131_072
"""Bytes that one step may inflate to."""

BROTLI_STEP = 65_536
"""Bytes after which brotli is asked to stop. It stops at the end of a block of its own, always below ``STEP``."""

ZSTD_WINDOW_LOG = 23
"""zstd may look back over 8 MB, and pages must not ask for more (RFC 9659, 3)."""

ACCEPT_ENCODING = "gzip, deflate, br, zstd"

GZIP_MAGIC = b"\x1f\x8b"
ZSTD_MAGIC = b"\x28\xb5\x2f\xfd"
ZSTD_SKIPPABLE = b"\x2a\x4d\x18"  # behind one byte, 0x50 to 0x5f


class DamagedStream(Exception):
    """Bytes that are not what their coding promises, or that end too soon."""


class _Stream(Protocol):
    """One compressed stream; there may be several in a body, one behind the other."""

    def inflate(self, data: bytes) -> Iterator[bytes]:
        """Inflate *data*, the next bytes, piece by piece."""

    @property
    def rest(self) -> bytes | None:
        """What came behind the stream's end; None while the end has not come."""


def content_coding(header: str) -> str | None:
    """Read a Content-Encoding *header*; return the one coding of the body, or None where this module cannot undo it."""
    codings = [coding.strip().lower().removeprefix("x-") for coding in header.split(",")]
    codings = [coding for coding in codings if coding not in {"", "identity", "none"}] or ["identity"]
    return codings[0] if len(codings) == 1 and codings[0] in {"identity", *STREAMS} else None


class Decoder:
    """Inflates one body.

    gzip may have several members and zstd several frames. Junk behind the last is left out, as browsers do; brotli
    has no mark of a beginning that could tell junk, so there it is damage.
    """

    def __init__(self, coding: str) -> None:
        self._coding = coding
        self._head = b""  # too short to tell what it begins
        self._stream: _Stream | None = None
        self._streams = 0  # begun so far
        self._ended = False  # whatever follows is junk

    def feed(self, data: bytes) -> Iterator[bytes]:
        """Inflate *data*, the next bytes that came, into pieces of at most ``STEP`` bytes.

        Raises:
            DamagedStream: the stream is damaged.
        """
        if self._coding == "identity":
            yield data
            return
        while data and not self._ended:
            if self._stream is None and not (data := self._begin(data)):
                return
            assert self._stream is not None  # noqa: S101 - it was begun
            try:
                yield from self._stream.inflate(data)
            except (zlib.error, brotli.error, zstd.ZstdError) as error:
                raise DamagedStream(str(error)) from error
            data = self._behind()

    def finish(self) -> None:
        """Say that no more bytes come; raises ``DamagedStream`` where the stream is not at its end."""
        if self._stream or (self._head and not self._streams):
            raise DamagedStream("the stream ends too soon")

    def _begin(self, data: bytes) -> bytes:
        """Open the stream that *data* begins; return its bytes as far as they can be fed."""
        data, self._head = self._head + data, b""
        if len(data) < (MARK_LENGTH if self._streams else HEAD_LENGTH)[self._coding]:
            self._head = data
            return b""
        if self._streams and not _goes_on(self._coding, data):
            self._ended = True
            return b""
        self._stream = STREAMS[self._coding](data)
        self._streams += 1
        return data

    def _behind(self) -> bytes:
        """Return what follows the stream's end, if it was reached."""
        if self._stream is None or (rest := self._stream.rest) is None:
            return b""
        self._stream = None
        return rest


class _Zlib:
    """gzip, or "deflate": zlib's format by the standard (RFC 9110, 8.4.1.2), a bare stream by what some servers send.

    Args:
        window: the format, for zlib: 31 is gzip, 15 zlib, -15 bare deflate.
    """

    def __init__(self, window: int) -> None:
        self._zlib = zlib.decompressobj(window)

    def inflate(self, data: bytes) -> Iterator[bytes]:
        more = True
        while more:
            piece = self._zlib.decompress(data, STEP)
            if piece:
                yield piece
            data = self._zlib.unconsumed_tail
            # A full piece: there may be more inside. At the end zlib may name as unconsumed what is unused.
            more = not self._zlib.eof and (bool(data) or len(piece) == STEP)

    @property
    def rest(self) -> bytes | None:
        return self._zlib.unused_data if self._zlib.eof else None


class _Zstd:
    def __init__(self) -> None:
        self._zstd = zstd.ZstdDecompressor(options={zstd.DecompressionParameter.window_log_max: ZSTD_WINDOW_LOG})

    def inflate(self, data: bytes) -> Iterator[bytes]:
        more = True
        while more:
            piece, data = self._zstd.decompress(data, STEP), b""
            if piece:
                yield piece
            more = not (self._zstd.eof or self._zstd.needs_input)

    @property
    def rest(self) -> bytes | None:
        return self._zstd.unused_data if self._zstd.eof else None


class _Brotli:
    def __init__(self) -> None:
        self._brotli = brotli.Decompressor()

    def inflate(self, data: bytes) -> Iterator[bytes]:
        more = True
        while more:
            piece, data = self._brotli.process(data, output_buffer_limit=BROTLI_STEP), b""
            if piece:
                yield piece
            # It may have taken all its input and still hold output: only an empty piece says that there is none.
            more = not self._brotli.is_finished() and (bool(piece) or not self._brotli.can_accept_more_data())

    @property
    def rest(self) -> bytes | None:
        return b"" if self._brotli.is_finished() else None  # it fails where something follows


def _deflate(head: bytes) -> _Zlib:
    wrapped = head[0] & 0x0F == 8 and int.from_bytes(head[:2], "big") % 31 == 0
    return _Zlib(15 if wrapped else -15)


STREAMS: dict[str, Callable[[bytes], _Stream]] = {
    "gzip": lambda head: _Zlib(31),
    "deflate": _deflate,
    "br": lambda head: _Brotli(),
    "zstd": lambda head: _Zstd(),
}
"""How each coding's stream is opened, given its first bytes."""

HEAD_LENGTH = {"gzip": 1, "deflate": 2, "br": 1, "zstd": 1}
"""Bytes that opening the first stream needs."""

MARK_LENGTH = {"gzip": len(GZIP_MAGIC), "deflate": 1, "br": 1, "zstd": len(ZSTD_MAGIC)}
"""Bytes that tell whether another stream follows."""


def _goes_on(coding: str, data: bytes) -> bool:
    """Tell whether *data*, behind the end of a stream, begins another."""
    if coding == "br":
        raise DamagedStream("something follows the end of the stream")
    if coding == "zstd":
        return data.startswith(ZSTD_MAGIC) or (data[1:4] == ZSTD_SKIPPABLE and data[0] >> 4 == 5)
    return coding == "gzip" and data.startswith(GZIP_MAGIC)
