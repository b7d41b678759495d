"""The picture of who is quoted how much: names in every script, long ones, many; nobody becomes a row of boxes."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from bot.brief import Brief, SpeakerCard
from bot.chart import ALT, describe, draw, label
from bot.wording import speaking
from tests.fakes import a_brief, a_hostile_brief, a_long_brief


def named(name: str) -> Brief:
    """Return the brief of the story with its first speaker called *name*."""
    brief = a_brief()
    first, *rest = brief.speakers
    return brief.model_copy(update={"speakers": [first.model_copy(update={"name": name}), *rest]})


def the_first(brief: Brief) -> SpeakerCard:
    return speaking(brief)[0]


def test_each_speaker_has_a_bar_as_long_as_he_is_quoted() -> None:
    body, _ = draw(a_brief())

    with Image.open(io.BytesIO(body)) as image:
        assert image.format == "PNG"
        lengths = [
            sum(image.getpixel((x, y)) == (0x12, 0x64, 0xA3) for x in range(image.width)) for y in (170, 254, 338)
        ]
    assert lengths == [361, 181, 181]


def test_the_words_for_the_picture_tell_all_that_it_shows() -> None:
    assert draw(a_brief())[1] == (
        "Who is heard: Maren Holt, 2 statements, 16 words in quotation marks; "
        "the town council, 1 statement, 0 words in quotation marks; "
        "Tomas Reyl, 1 statement, 8 words in quotation marks."
    )


@pytest.mark.parametrize(
    "name", ["Łukasz Żółć", "Олександр Данилюк", "Νίκος", "محمد علي", "דוד", "ნინო", "สมชาย", "अमित", "Nguyễn Văn Ấn"]
)
def test_a_name_in_letters_of_the_font_is_drawn(name: str) -> None:
    assert label(the_first(named(name)), 1) == name


@pytest.mark.parametrize("name", ["王小明", "김민준", "Jo \U0001f1fa\U0001f1e6", "ቴዎድሮስ"])
def test_a_name_that_cannot_be_drawn_is_a_number_and_told_in_the_words(name: str) -> None:
    brief = named(name)

    assert label(the_first(brief), 1) == "Speaker 1"
    assert describe(brief, speaking(brief)).startswith(f"Who is heard: Speaker 1 is {name}, 2 statements")


def test_what_has_no_room_is_counted() -> None:
    brief = a_long_brief(quotes=60)
    body, words = draw(brief)

    assert len(words) <= ALT
    assert words.endswith("more speakers.")
    with Image.open(io.BytesIO(body)) as image:
        assert image.width <= 1000
        assert image.height <= 1400


def test_hostile_names_are_drawn_as_text() -> None:
    body, words = draw(a_hostile_brief("<@U1> \u202eevil\u202c [x](http://a) @everyone"))

    assert body.startswith(b"\x89PNG")
    assert "\u202e" not in words


def test_nobody_is_no_picture() -> None:
    brief = a_brief()
    with pytest.raises(ValueError, match="nobody"):
        draw(brief.model_copy(update={"speakers": []}))
