"""PDF to manuscript, by its text layer: lines with their places on the page, joined to paragraphs."""

from __future__ import annotations

import logging
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from itertools import pairwise
from statistics import median
from typing import TYPE_CHECKING, Any

from bot.errors import BrokenFile, EncryptedFile, ScannedFile, TooManyPages
from bot.extract.blocks import Block, clean
from bot.extract.manuscript import Manuscript
from bot.models import Dropped

if TYPE_CHECKING:
    from pypdf import PageObject, PdfReader

# pypdf is imported when the first PDF comes: with its cryptography it takes 30 MB, and most links lead to pages.

MOST_PAGES = 60
"""Pages that are read; a longer PDF is refused, since the summary of its first pages would not be one of it.
A guess: longer than any article and most reports' summaries, and read within a few seconds."""

SPARSE = 12
"""Words to a page below which a PDF counts as scanned. A guess: a stamp or a header in the text layer has as many."""

LEGIBLE = 0.6
"""Share of letters and digits among visible characters below which the text layer is noise: fonts without a table of
what their signs mean. A guess: prose has .95, tables of figures .8."""

EDGE = 3
"""Lines at the top and the bottom of a page that may be its running header and footer. A guess."""

APART = 1.6
"""How far apart from the rest such a line stands, in units of its size. A guess: lines of text are 1.2 apart."""

BIGGER = 1.15
"""How much larger than the body type a headline is set, at least. A guess."""

GAP = 1.3
"""How much wider than between lines the space between paragraphs is, at least. A guess: usual are 1.5 to 2."""

SHORT, SHORTEST = 0.8, 0.6
"""Share of the usual line's characters below which a line ends its paragraph if it ends a sentence, and if it does
not. Guesses: the next word would have had room."""

HEADLINE_WORDS, MASTHEAD_WORDS = 30, 3
"""Words that a headline and an outlet's name above it have at most. Guesses."""

PAGE_NUMBER = re.compile(
    r"(?:page |p\. ?)?[-–—\[(]? ?(?:\d{1,4}|[ivxl]{1,6}) ?[-–—\])]?(?: ?(?:of|/) ?\d{1,4})?"
    r"|https?://\S+(?: +\d+ ?/ ?\d+)?"  # as browsers print them around a page
    r"|\d{1,4}[./-]\d{1,2}[./-]\d{1,4},? \d{1,2}:\d{2}(?: ?[AP]M)?\b.{0,150}",
    re.I,
)
SENTENCE_END = re.compile(r"[.!?…:][\"”’')\]]*$")
OPENING, CLOSING = "“„«", "”»"
LIGATURES = str.maketrans(
    {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "ft", "ﬆ": "st"}  # two letters cast as one type
)
BROKEN_WORD = re.compile(r"([^\W\d_]+)[-\u2010]$")
FIRST_WORD = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True, slots=True)
class Line:
    """A line of print: where it begins, in points from the page's lower left corner, and how large it is set."""

    text: str
    page: int
    x: float
    y: float
    size: float


def is_pdf(body: bytes) -> bool:
    """Tell whether *body* is a PDF; readers allow for junk before its mark (ISO 32000, Annex H)."""
    return body[:1024].lstrip().startswith(b"%PDF-")


def read_pdf(body: bytes) -> Manuscript:
    """Read the text layer of a PDF.

    Columns come in the order in which the file has them. Running headers, footers and page numbers are dropped.
    A word broken at a line's end loses its hyphen only where the same file also has it in one piece; any other
    keeps it ("re-elected"), so that no word comes out that is not in the file.

    Raises:
        EncryptedFile: it opens with a password only.
        ScannedFile: it holds pictures of pages, or signs without a meaning.
        TooManyPages: it has more than ``MOST_PAGES``.
        BrokenFile: it cannot be read.
    """
    from pypdf.errors import DependencyError

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # its warnings repeat what is mended or raised
    try:
        reader = _open(body)
        pages = [list(_lines(page, number)) for number, page in enumerate(reader.pages)]
    except (MemoryError, EncryptedFile, TooManyPages):
        raise
    except DependencyError as error:
        raise EncryptedFile from error
    except Exception as error:  # on broken files it raises whatever its parsing trips over
        raise BrokenFile("PDF") from error
    lines = [line for page in pages for line in page]
    _refuse_unreadable(lines, len(pages))
    running = _running(pages)
    body_lines = [line for line in lines if line not in running]
    paragraphs = list(_paragraphs(body_lines, _words(lines)))
    blocks = tuple(Block(text) for text, _ in paragraphs)
    return Manuscript(blocks=blocks, headline=_headline(paragraphs, body_lines), dropped=_dropped(running))


def _open(body: bytes) -> PdfReader:
    from pypdf import PasswordType, PdfReader

    reader = PdfReader(BytesIO(body))
    if reader.is_encrypted and reader.decrypt("") is PasswordType.NOT_DECRYPTED:  # many only forbid printing
        raise EncryptedFile
    if len(reader.pages) > MOST_PAGES:
        raise TooManyPages(len(reader.pages), MOST_PAGES)
    return reader


def _lines(page: PageObject, number: int) -> Iterator[Line]:
    """Put the lines of a page together from the pieces that pypdf finds."""
    pieces: list[tuple[str, float, float, float]] = []

    def visit(text: str, around: Any, at: Any, _font: Any, size: float) -> None:
        x = at[4] * around[0] + at[5] * around[2] + around[4]
        y = at[4] * around[1] + at[5] * around[3] + around[5]
        pieces.append((text, x, y, abs(size * (at[3] or at[1] or 1) * (around[3] or around[1] or 1))))

    page.extract_text(visitor_text=visit)
    text, start = "", None
    for words, x, y, size in [*pieces, ("\n", 0.0, 0.0, 0.0)]:
        for part in re.split(r"(\n)", words):
            if part != "\n":
                start = start or ((x, y, size) if part.strip() else None)
                text += part
            elif start:
                yield Line(_plain(text), number, *start)
            if part == "\n":
                text, start = "", None


def _plain(text: str) -> str:
    """Collapse white space; a soft hyphen at the line's end stays, as the sign that the word goes on."""
    broken = text.rstrip().endswith("\u00ad")
    return clean(text.translate(LIGATURES)) + "\u00ad" * broken


def _refuse_unreadable(lines: Sequence[Line], pages: int) -> None:
    text = "".join(line.text for line in lines)
    visible = sum(not char.isspace() for char in text)
    legible = sum(char.isalnum() or char in ".,;:!?'’“”\"()-–—" for char in text)
    words = sum(len(line.text.split()) for line in lines)
    if words < SPARSE * max(pages, 1) or legible < LEGIBLE * visible:
        raise ScannedFile(pages)


# What stands on every page --------------------------------------------------------------------------------


def _running(pages: Sequence[Sequence[Line]]) -> frozenset[Line]:
    """Find page numbers, and what stands at one place at the edge of half of the pages, whatever its figures."""
    edges = [line for page in pages for line in _edge(page)]
    seen = Counter(place for page in pages for place in {(_pattern(line), round(line.y)) for line in _edge(page)})
    often = {place for place, times in seen.items() if times >= 2 and times * 2 >= len(pages)}
    return frozenset(
        line for line in edges if PAGE_NUMBER.fullmatch(line.text) or (_pattern(line), round(line.y)) in often
    )


def _edge(page: Sequence[Line]) -> list[Line]:
    """Return the lines at the top and at the bottom of a page that a gap parts from the rest."""
    down = sorted(page, key=lambda line: -line.y)
    return [*_apart(down), *_apart(down[::-1])]


def _apart(lines: Sequence[Line]) -> Sequence[Line]:
    for number, (line, following) in enumerate(pairwise(lines[: EDGE + 1]), 1):
        if abs(line.y - following.y) > APART * max(line.size, following.size):
            return lines[:number]
    return lines if len(lines) <= EDGE else ()


def _pattern(line: Line) -> str:
    return re.sub(r"\d+", "0", line.text.lower())


def _dropped(running: Iterable[Line]) -> tuple[Dropped, ...]:
    first = {_pattern(line): line for line in sorted(running, key=lambda line: (-line.page, line.y))}
    return tuple(Dropped("page header or footer", line.text) for line in reversed(first.values()))


# Paragraphs -----------------------------------------------------------------------------------------------


def _paragraphs(lines: Sequence[Line], words: frozenset[str]) -> Iterator[tuple[str, Line]]:
    """Join lines to paragraphs, each with its first line."""
    if not lines:
        return
    leading = _leading(lines)
    usual = median(sorted(len(line.text) for line in lines)[len(lines) // 2 :])
    text, first = lines[0].text, lines[0]
    for line, following in pairwise(lines):
        if _ends(line, following, text, leading, usual):
            yield text.rstrip("\u00ad"), first
            text, first = following.text, following
        else:
            text = join_lines(text, following.text, words)
    yield text.rstrip("\u00ad"), first


def _leading(lines: Sequence[Line]) -> float:
    """Return the usual distance between lines, in units of their size."""
    gaps = Counter(
        round((line.y - following.y) / (line.size or 1), 1)
        for line, following in pairwise(lines)
        if line.page == following.page and line.y > following.y
    )
    return min((gap for gap, times in gaps.items() if times * 3 >= max(gaps.values()) and gap >= 0.8), default=1.2)


def _ends(line: Line, following: Line, paragraph: str, leading: float, usual: float) -> bool:
    """Tell whether a paragraph ends between two lines."""
    size = line.size or 1
    if abs(following.size - line.size) > 0.05 * size:
        return True
    goes_on = not SENTENCE_END.search(line.text) and following.text[:1].islower()
    if goes_on or line.text.endswith(("-", "\u00ad", "\u2010", ",")):
        return False
    inside_quotation = sum(map(paragraph.count, OPENING)) > sum(map(paragraph.count, CLOSING))
    if line.page != following.page or following.y > line.y:  # on the next page, or in the next column
        return bool(SENTENCE_END.search(line.text)) and not inside_quotation
    if line.y - following.y > GAP * leading * size:
        return True
    if 0.5 * size < following.x - line.x < 4 * size:  # its first line is set in
        return True
    full = SHORT if SENTENCE_END.search(line.text) else SHORTEST
    return len(line.text) < full * usual and not following.text[:1].islower() and not inside_quotation


def join_lines(text: str, following: str, words: frozenset[str]) -> str:
    """Join the next line to a paragraph; *words* decide on a word broken at the end of *text*: see ``read_pdf``."""
    if text.endswith("\u00ad"):
        return text[:-1] + following
    broken, rest = BROKEN_WORD.search(text), FIRST_WORD.match(following)
    if not broken or not rest or not rest.group()[0].islower():
        return f"{text} {following}"
    first, second = broken[1].lower(), rest.group().lower()
    one_word = first + second in words and f"{first}-{second}" not in words
    return (text[:-1] if one_word else text) + following


def _words(lines: Sequence[Line]) -> frozenset[str]:
    """Return the words that stand whole on a line, also those with a hyphen, in lower case."""
    whole = (re.sub(r"\S+[-\u2010\u00ad]$", "", line.text.lower()) for line in lines)
    return frozenset(word for text in whole for word in re.findall(r"[^\W\d_]+(?:-[^\W\d_]+)*", text))


def _headline(paragraphs: Sequence[tuple[str, Line]], lines: Sequence[Line]) -> str | None:
    """Return what is set largest on the first page, if it is larger than the body; the outlet's name is shorter."""
    letters: Counter[float] = Counter()
    for line in lines:
        letters[round(line.size, 1)] += len(line.text)
    body = letters.most_common(1)[0][0] if letters else 0.0
    large = [
        (text, first.size)
        for text, first in paragraphs
        if first.page == lines[0].page and first.size >= BIGGER * body and 1 < len(text.split()) <= HEADLINE_WORDS
    ]
    return max(large, key=lambda one: (len(one[0].split()) > MASTHEAD_WORDS, one[1]), default=(None, 0.0))[0]
