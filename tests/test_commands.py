"""What people write in a thread, and what it asks for; the same on every platform."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.commands import Compare, Delete, Export, FollowUp, Help, Read, Retry, Search, Show, Unknown, Watch, understand
from bot.models import File, Question, Wanted

STORY = "https://post.example/harbour"
FILE = File("harbour.pdf", b"%PDF-1.7")


@pytest.mark.parametrize(
    ("message", "asked"),
    [
        ("quotes", Show("quotes")),
        ("Quotes!", Show("quotes")),
        ("show me all the quotes, please", Show("quotes")),
        ("quotes Danylyuk", Show("quotes", "Danylyuk")),
        ("quotes by Maren Holt.", Show("quotes", "Maren Holt")),
        ("quotes from “Oleksandr Danylyuk”", Show("quotes", "Oleksandr Danylyuk")),
        ("Zitate von Ursula von der Leyen", Show("quotes", "Ursula von der Leyen")),
        ("citations de Charles de Gaulle", Show("quotes", "Charles de Gaulle")),
        ("claims", Show("claims")),
        ("zeig mir die Behauptungen", Show("claims")),
        ("entities", Show("entities")),
        ("heard", Show("heard")),
        ("reading", Show("reading")),
        ("compare", Compare()),
        ("compare them please", Compare()),
        ("export", Export("docx")),
        ("export csv", Export("csv")),
        ("export this as Word", Export("docx")),
        ("export .md", Export("markdown")),
        ("exportieren als json", Export("json")),
        ("retry", Retry()),
        ("delete this", Delete()),
        ("löschen", Delete()),
        ("watch", Watch(on=True)),
        ("unwatch", Watch(on=False)),
        ("help?", Help()),
        ("aide", Help()),
        ("", Help()),
        ("search harbour wall", Search(Question(words="harbour wall"))),
        (
            'search "harbour wall" speaker:Holt outlet:“Ellery Post” since:2026-03-01 until:2026-04-01',
            Search(Question('"harbour wall"', "Holt", "Ellery Post", date(2026, 3, 1), date(2026, 4, 1))),
        ),
        ("search wall since:spring", Search(Question(words="wall since:spring"))),
        ("who said what about the harbour wall?", Search(Question(words="the harbour wall"))),
        ("Wer hat was über die Hafenmauer gesagt?", Search(Question(words="die Hafenmauer"))),
    ],
)
def test_a_follow_up_is_understood(message: str, asked: FollowUp) -> None:
    assert understand(message, max_links=10) == asked


@pytest.mark.parametrize(
    "message",
    [
        "thanks",
        "claims are wrong here",
        "export pptx",
        "compare this with yesterday's paper",
        "deleted it",
        "quotes are the hardest thing to get right in a newsroom, as we know",
        "help yourself to the biscuits",
    ],
)
def test_talk_is_not_taken_for_a_command(message: str) -> None:
    """A wrong guess at "delete" would be worse than a hint."""
    assert understand(message, max_links=10) == Unknown(message)


@pytest.mark.parametrize("message", [STORY, f"quotes {STORY}", f"delete {STORY}", "post.example"])
def test_a_message_with_a_link_is_to_be_read(message: str) -> None:
    assert isinstance(understand(message, max_links=10), Read)


def test_files_are_read_before_what_stands_beside_them() -> None:
    assert understand("what do you make of this?", max_links=10, files=[FILE]) == Read((Wanted(file=FILE),))
    assert understand(STORY, max_links=10, files=[FILE]) == Read((Wanted(file=FILE), Wanted(link=STORY)))


def test_files_past_the_limit_are_named_not_read() -> None:
    files = [File(f"story{number}.txt", b"") for number in range(5)]
    read = understand("", max_links=3, files=files)

    assert isinstance(read, Read)
    assert [one.file for one in read.wanted] == [*files[:3], None]
    assert "2 more were left out (story3.txt, story4.txt)" in (read.wanted[3].problem or "")


@given(st.text(max_size=300))
def test_every_message_is_understood_as_something(message: str) -> None:
    assert understand(message, max_links=10) is not None
