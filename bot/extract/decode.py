"""Bytes to characters, where neither the server nor the page need tell the truth about the encoding."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

from charset_normalizer import from_bytes

MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
DECLARED = re.compile(
    rb"""<meta[^>]{0,200}charset\s*=\s*["']?([\w.:-]+)|^\s*<\?xml[^>]{0,100}encoding=["']([\w.:-]+)""", re.I
)
UNDECODED = re.compile("[\udc80-\udcff]")
"""What Python makes of bytes that it was told to carry along undecoded."""

NOT_ASCII = re.compile("[^\x00-\x7f]")
NO_PAGES = frozenset(
    "base64 bz2 hex idna punycode quopri raw-unicode-escape rot-13 undefined unicode-escape utf-7 uu zlib".split()
)
"""Python knows these as well, and no page is written in them: some make no text, some undo what the text escapes."""

HEAD = 4096
"""Bytes in which a declaration is looked for. Browsers look into 1024; sloppier pages have it later."""

STRAY = 0.02
"""Share of undecodable bytes among the non-ASCII ones up to which a page still counts as UTF-8. A guess:
such pages are UTF-8 with a comment or an advertisement pasted in from elsewhere."""

WESTERN = 0.15
"""Share of non-ASCII bytes below which a text is taken to be in Latin script. A guess: German has 2 %,
Russian in an 8-bit encoding has 80 % of its letters there."""


@dataclass(frozen=True, slots=True)
class Decoded:
    """A text, the encoding that it was read in, and why that one."""

    text: str
    charset: str
    why: str


def decode(body: bytes, charset: str | None = None) -> str:
    """Turn *body* into text: see ``read_text``."""
    return read_text(body, charset).text


def read_text(body: bytes, charset: str | None = None) -> Decoded:
    """Turn *body* into text, and say how.

    What is valid UTF-8 is UTF-8, whatever the labels say: other encodings hardly ever look like it. Only
    then *charset* (the server's word) and the page's own are asked, as browsers do, and what is
    called Latin-1 is read as Windows-1252, which has the quotation marks. Never fails: a byte that means
    nothing becomes U+FFFD.
    """
    for mark, encoding in MARKS:
        if body.startswith(mark):
            return Decoded(body.decode(encoding, "replace"), encoding.removesuffix("-sig"), "its byte order mark")
    labels = _labels(body, charset)
    wide = next((label for label in labels if label.startswith("utf-16")), None)
    if wide and body.count(0) > len(body) / 5:
        return Decoded(body.decode(wide, "replace"), wide, "declared, and half of its bytes are null")
    try:
        return Decoded(body.decode("utf-8"), "utf-8", "valid UTF-8")
    except UnicodeDecodeError:
        text = body.decode("utf-8", "surrogateescape")
    stray = len(UNDECODED.findall(text))
    if stray <= STRAY * len(NOT_ASCII.findall(text)):
        return Decoded(_read_stray(text), "utf-8", "nearly all of it is valid UTF-8")
    for label in labels:
        if not label.startswith(("utf-8", "utf-16", "ascii")):
            try:
                return Decoded(body.decode(label), label, "declared, and no valid UTF-8")
            except UnicodeDecodeError:
                continue
    if stray > WESTERN * len(body) and (guess := from_bytes(body[:20_000]).best()):
        return Decoded(body.decode(guess.encoding, "replace"), guess.encoding, "guessed from its letters")
    return Decoded(_read_stray(body.decode("ascii", "surrogateescape")), "cp1252", "assumed: no valid UTF-8")


def _labels(body: bytes, charset: str | None) -> list[str]:
    """Return the encodings that server and page claim, by Python's names, Latin-1 as Windows-1252."""
    claims = [charset or ""]
    claims += [(one or other).decode("ascii") for one, other in DECLARED.findall(body[:HEAD])]
    labels = []
    for claim in claims:
        try:
            label = codecs.lookup(claim.strip()).name
        except (LookupError, ValueError):
            continue
        if label not in NO_PAGES:
            labels.append("cp1252" if label == "iso8859-1" else label)
    return labels


def _read_stray(text: str) -> str:
    """Read each byte that could not be decoded as Windows-1252."""
    return UNDECODED.sub(lambda char: bytes((ord(char.group()) - 0xDC00,)).decode("cp1252", "replace"), text)
