"""Word's .docx to manuscript: what a reader of the accepted text sees (ECMA-376, WordprocessingML)."""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator
from io import BytesIO

from lxml import etree

from bot.errors import BrokenFile, EncryptedFile
from bot.extract.blocks import Block, clean, goes_on
from bot.extract.manuscript import Manuscript
from bot.models import Dropped

MAIN = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
STRICT = "http://purl.oclc.org/ooxml/wordprocessingml/main"
"""The two namespaces that Word writes."""

LARGEST = 30_000_000
"""Bytes that a part of the file may have when unpacked. A guess: a book of 200,000 words has some 10 MB."""

DOCUMENT, STYLES = "word/document.xml", "word/styles.xml"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
HEADING = re.compile(r"heading (\d)")

UNREAD = {"del": "tracked deletion", "moveFrom": "tracked deletion", "Fallback": ""}
"""Elements whose text is not part of the accepted text. A fallback repeats what stands beside it for old programs."""

DELETED = frozenset({"t", "delText"})
BREAKS = {"br": "\n", "cr": "\n", "tab": " ", "ptab": " ", "noBreakHyphen": "-"}


def is_docx(body: bytes) -> bool:
    """Tell whether *body* is a Word file of this kind, also one behind a password."""
    if body.startswith(OLE):
        return ENCRYPTED in body[:100_000]
    if not body.startswith(b"PK\x03\x04"):
        return False
    try:
        with zipfile.ZipFile(BytesIO(body)) as archive:
            return DOCUMENT in archive.namelist()
    except (zipfile.BadZipFile, ValueError, OSError):
        return False


def read_docx(body: bytes) -> Manuscript:
    """Read the paragraphs, headings, lists and tables (a row is a block) of a Word file.

    Tracked insertions are read, tracked deletions and hidden text are dropped, comments and notes are not looked at.

    Raises:
        EncryptedFile: it opens with a password only.
        BrokenFile: it cannot be read, or unpacks to more than ``LARGEST`` bytes.
    """
    if body.startswith(OLE):
        raise EncryptedFile
    try:
        with zipfile.ZipFile(BytesIO(body)) as archive:
            root = _part(archive, DOCUMENT)
            styles = _styles(_part(archive, STYLES)) if STYLES in archive.namelist() else {}
    except (zipfile.BadZipFile, zlib.error, etree.XMLSyntaxError, OSError, RuntimeError) as error:
        raise BrokenFile("Word") from error
    except (KeyError, ValueError, EOFError) as error:  # what zipfile makes of damaged entries
        raise BrokenFile("Word") from error
    reader = _Reader(styles)
    blocks = tuple(reader.blocks(root))
    titles = [block.text for block in blocks if block.tag == "title"] or [b.text for b in blocks if b.tag == "h1"]
    return Manuscript(blocks=blocks, headline=titles[0] if titles else None, dropped=reader.dropped())


def _part(archive: zipfile.ZipFile, name: str) -> etree._Element:
    with archive.open(name) as file:
        unpacked = file.read(LARGEST + 1)
    if len(unpacked) > LARGEST:
        raise BrokenFile("Word")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, recover=False)
    return etree.fromstring(unpacked, parser)


def _styles(root: etree._Element) -> dict[str, str]:
    """Return the styles' names, which are the same in every language, by the ids that paragraphs have."""
    names = {}
    for style in root.iter(f"{{{MAIN}}}style", f"{{{STRICT}}}style"):
        name = next((_value(child) for child in style if _tag(child) == "name"), "")
        names[_attribute(style, "styleId")] = name.lower()
    return names


class _Reader:
    """Holds what the walk through a document collects beside its blocks."""

    def __init__(self, styles: dict[str, str]) -> None:
        self._styles = styles
        self._unread: list[tuple[str, str]] = []

    def blocks(self, parent: etree._Element, tag: str = "p") -> Iterator[Block]:
        for element in parent:
            name = _tag(element)
            if name == "p":
                yield from self._paragraph(element, tag)
            elif name == "tr":
                cells = (" ".join(block.text for block in self.blocks(cell)) for cell in element)
                if text := clean(" ".join(cells)):
                    yield Block(text, "tr")
            elif name not in UNREAD:
                yield from self.blocks(element, tag)

    def _paragraph(self, element: etree._Element, tag: str) -> Iterator[Block]:
        inner: list[Block] = []
        text = "".join(self._words(element, inner))
        tag = self._kind(element) or tag
        lines: list[str] = []
        for line in map(clean, text.split("\n")):
            lines.append(f"{lines.pop()} {line}" if lines and goes_on(lines[-1], line) else line)
        yield from (Block(line, tag) for line in lines if line)
        yield from inner  # a text box is anchored in the middle of a paragraph

    def _words(self, element: etree._Element, inner: list[Block]) -> Iterator[str]:
        for child in element:
            name = _tag(child)
            if name in UNREAD:
                self._note(UNREAD[name], child)
            elif name == "txbxContent":
                inner += self.blocks(child)
            elif name == "r" and _is_hidden(child):
                self._note("hidden text", child)
            elif name == "t":
                yield child.text or ""
            elif name in BREAKS:
                yield BREAKS[name]
            else:
                yield from self._words(child, inner)

    def _kind(self, element: etree._Element) -> str:
        """Return "title", "h1" … or "li" for a paragraph that is styled as such."""
        properties = next((child for child in element if _tag(child) == "pPr"), ())
        for one in properties:
            if _tag(one) == "pStyle":
                style = self._styles.get(_value(one), _value(one).lower())
                if heading := HEADING.match(style):
                    return f"h{heading[1]}"
                if style == "title":
                    return "title"
            if _tag(one) == "numPr":
                return "li"
        return ""

    def _note(self, reason: str, element: etree._Element) -> None:
        words = "".join(part.text or "" for part in element.iter() if _tag(part) in DELETED)
        if reason and words.strip():
            self._unread.append((reason, words))

    def dropped(self) -> tuple[Dropped, ...]:
        """Return what was left out, in the order of the text."""
        return tuple(Dropped(reason, clean(words)) for reason, words in self._unread)


def _is_hidden(run: etree._Element) -> bool:
    properties = next((child for child in run if _tag(child) == "rPr"), ())
    return any(_tag(one) == "vanish" and _value(one) not in ("0", "false", "off") for one in properties)


def _tag(element: etree._Element) -> str:
    """Return the element's name without its namespace; empty for comments."""
    return str(etree.QName(element).localname) if isinstance(element.tag, str) else ""


def _attribute(element: etree._Element, name: str) -> str:
    return next((str(value) for key, value in element.attrib.items() if etree.QName(key).localname == name), "")


def _value(element: etree._Element) -> str:
    return _attribute(element, "val")
