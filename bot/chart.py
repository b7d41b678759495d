"""Who is quoted how much, as a picture: one bar for each speaker, and the same in words for whoever does not see it."""

from __future__ import annotations

import io
from collections.abc import Sequence
from functools import cache

import pymupdf_fonts
from PIL import Image, ImageDraw, ImageFont

from bot import wording
from bot.brief import Brief, SpeakerCard
from bot.catalogue import _
from bot.counts import more
from bot.typography import cut, plain

MOST = 12
"""Speakers in the picture; the rest is counted. A guess: more rows are too small on a phone."""

NAME = 60
"""Characters of a name in the picture and in its words. A guess."""

ALT = 1000
"""Characters of the words for the picture: Discord takes 1,024, Slack 2,000."""

WIDTH, ROW, MARGIN, NAME_HEIGHT, BAR, LONGEST_BAR = 1000, 84, 32, 40, 24, 360
"""Pixels. Twice what is shown on a phone, so that letters stay sharp."""

TITLE_SIZE, TEXT_SIZE = 30, 26
INK, SHADE, PAPER = "#1d1c1d", "#1264a3", "#ffffff"
"""Each of the first two has at least the contrast of 4.5 to 1 on paper that WCAG 2.1 (1.4.3) asks for."""

FONT, BOLD = "figo", "figbo"
"""FiraGO: Latin, Greek, Cyrillic, Arabic, Hebrew, Georgian, Thai and Devanagari letters."""

NO_LETTER = "\U0010ffff"
"""What no font has a picture of; what looks the same is missing as well."""


def draw(brief: Brief) -> tuple[bytes, str]:
    """Draw who is quoted how much.

    A name in letters that the font does not have would be a row of boxes. It is shown as "Speaker 3" instead, and
    the words for the picture tell who that is.

    Returns:
        A PNG, and the same in words, of at most ``ALT`` characters.

    Raises:
        ValueError: nobody is quoted.
    """
    speakers = wording.speaking(brief)
    if not speakers:
        raise ValueError("a picture of nobody")
    shown, rest = speakers[:MOST], speakers[MOST:]
    image = Image.new("RGB", (WIDTH, 2 * MARGIN + ROW * (len(shown) + 1 + bool(rest))), PAPER)
    picture = ImageDraw.Draw(image)
    picture.text((MARGIN, MARGIN), _(wording.HEARD), INK, _font(BOLD, TITLE_SIZE))
    most = max(len(brief.quotes_of(speaker)) for speaker in shown)
    for row, speaker in enumerate(shown, 1):
        top, bar = MARGIN + ROW * row, MARGIN + ROW * row + NAME_HEIGHT
        length = max(round(LONGEST_BAR * len(brief.quotes_of(speaker)) / most), 1)
        picture.text((MARGIN, top), _fitted(label(speaker, row)), INK, _font(FONT, TEXT_SIZE))
        picture.rectangle((MARGIN, bar, MARGIN + length, bar + BAR), SHADE)
        picture.text((2 * MARGIN + length, bar - 6), wording.measured(brief, speaker), INK, _font(FONT, TEXT_SIZE))
    if rest:
        words = more(len(rest), "speaker")
        picture.text((MARGIN, MARGIN + ROW * (MOST + 1)), words, INK, _font(FONT, TEXT_SIZE))
    out = io.BytesIO()
    image.save(out, "PNG", optimize=True)
    return out.getvalue(), describe(brief, speakers)


def label(speaker: SpeakerCard, number: int) -> str:
    """Return the name as the picture shows it: a number where its letters cannot be drawn."""
    name = plain(speaker.name)
    return name if _is_drawable(name) else _("Speaker {number}", number=number)


def describe(brief: Brief, speakers: Sequence[SpeakerCard]) -> str:
    """Return the picture in words; whoever has no room is counted."""
    told = f"{_(wording.HEARD)}: "
    for number, speaker in enumerate(speakers, 1):
        name, shown = cut(plain(speaker.name), NAME), label(speaker, number)
        who = name if shown == plain(speaker.name) else _("{shown} is {name}", shown=shown, name=name)
        one = f"{who}, {wording.measured(brief, speaker)}; "
        left = f"{more(len(speakers) - number + 1, 'speaker')}."
        if len(told) + len(one) + len(left) > ALT:
            return told + left
        told += one
    return told.removesuffix("; ") + "."


def _fitted(name: str) -> str:
    """Return *name*, or what of it has room on a line."""
    length = NAME
    while _font(FONT, TEXT_SIZE).getlength(cut(name, length)) > WIDTH - 2 * MARGIN:
        length -= 5
    return cut(name, length)


@cache
def _font(name: str, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(io.BytesIO(pymupdf_fonts.myfont(name)), size)


def _is_drawable(words: str) -> bool:
    """Tell whether the font has each letter of *words*."""
    font = _font(FONT, TEXT_SIZE)
    missing = bytes(font.getmask(NO_LETTER))
    return all(bytes(font.getmask(char)) != missing for char in set(words))
