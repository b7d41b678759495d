"""What stands in quotation marks, whatever marks a publisher uses."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.analyse.quotation import Quotation, find_quotations, quoted_parts
from bot.models import CharSpan, split_paragraphs

MARKED = st.text(st.sampled_from("“”‘’'\"`«»„‟ s.,!\n5aW…é🙂\u0301"), max_size=60)


def find(text: str) -> tuple[Quotation, ...]:
    return find_quotations(text, split_paragraphs(text))


def quoted(text: str) -> list[str]:
    return [quotation.inner.of(text) for quotation in find(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('"We lost,” she said. It is not the “best ship.” “We go on."', ["We lost,", "best ship.", "We go on."]),
        ('“We lost," he said. "We go on.”', ["We lost,", "We go on."]),
        ('“He said "no" to us,” she said. “We left."', ['He said "no" to us,', "We left."]),
        ('"He called it “a farce” twice," she said.', ["He called it “a farce” twice,"]),
        ("“A man of 6'2\" came,” he said.", ["A man of 6'2\" came,"]),
    ],
)
def test_mark_of_the_other_kind_may_close(text: str, expected: list[str]) -> None:
    """What follows would be taken for quoted up to the next straight mark, and shown as somebody's very words."""
    assert quoted(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "“We lost,” she said.",
        '"We lost," she said.',
        "''We lost,'' she said.",
        "``We lost,'' she said.",
        "‘We lost,’ she said.",
        "'We lost,' she said.",
        "«We lost,» she said.",
        "« We lost, » she said.",
        "»We lost,« she said.",
        "”We lost,” she said.",
        "„We lost,“ she said.",
        "„We lost,” she said.",
        "She said (“We lost,”) and left.",
        "She said—‘We lost,’—and left.",
    ],
)
def test_marks_of_every_kind_are_read(text: str) -> None:
    assert quoted(text) == ["We lost,"]


@pytest.mark.parametrize(("opening", "closing"), ["“”", "‘’", '""', "''", "«»"])
def test_marks_at_the_very_edges_are_read(opening: str, closing: str) -> None:
    text = f"{opening}We lost{closing}"

    (quotation,) = find(text)

    assert quotation == Quotation(CharSpan(0, 9), CharSpan(1, 8))


@pytest.mark.parametrize("words", ["We don’t know.", "It’s Reyl’s boat.", "We're O'Hara's crew."])
@pytest.mark.parametrize(("opening", "closing"), ["‘’", "''", "“”", '""'])
def test_apostrophe_inside_does_not_close(opening: str, closing: str, words: str) -> None:
    assert quoted(f"She said: {opening}{words}{closing} Nobody spoke.") == [words]


@pytest.mark.parametrize(
    "words",
    ["The voters’ rights are gone,", "The voters' rights are gone,", "In the '90s we won,", "Well, 'tis so,"],
)
@pytest.mark.parametrize(("opening", "closing"), ["‘’", "''"])
def test_possessive_plural_and_left_out_letters_do_not_close_or_open(opening: str, closing: str, words: str) -> None:
    assert quoted(f"{opening}{words}{closing} she said.") == [words]


@pytest.mark.parametrize(
    "text",
    [
        "The voters’ rights and the farmers’ land.",
        "The voters' rights and the farmers' land.",
        "It’s the town’s; it isn't O'Hara's.",
        "In the '90s, 'tis said, rock 'n' roll ruled.",
        "The mast was 5' 10\" and the boom 6'2\" long.",
        "No marks at all.",
        '“” "" ‘’ « »',
        '"',
        "“",
        "",
    ],
)
def test_apostrophes_inches_and_empty_marks_quote_nothing(text: str) -> None:
    assert quoted(text) == []


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("“He said ‘go away’ to me,” she said.", "He said ‘go away’ to me,"),
        ("\"He said 'go away' to me,\" she said.", "He said 'go away' to me,"),
        ("'He said \"go away\" to me,' she said.", 'He said "go away" to me,'),
        ("‘He said “go away” to me,’ she said.", "He said “go away” to me,"),
        ("''He said \"go away\" to me,'' she said.", 'He said "go away" to me,'),
        ("“‘Go away,’ he told me,” she said.", "‘Go away,’ he told me,"),
    ],
)
def test_quotation_inside_a_quotation_is_part_of_it(text: str, words: str) -> None:
    assert quoted(text) == [words]


def test_two_quotations_around_a_cue_are_two() -> None:
    assert quoted("‘We lost,’ said the players’ coach. ‘We paid.’") == ["We lost,", "We paid."]


@pytest.mark.parametrize(("opening", "closing"), ["“”", '""', "«»"])
def test_unclosed_mark_ends_with_its_paragraph(opening: str, closing: str) -> None:
    """Newspapers set a quotation of several paragraphs with an opening mark on each, and one closing mark."""
    text = f"{opening}We lost.\n\n{opening}We paid.{closing}\n\nNobody spoke."

    first, second = find(text)

    assert (first.inner.of(text), first.open_ended) == ("We lost.", True)
    assert (second.inner.of(text), second.open_ended) == ("We paid.", False)


def test_single_mark_that_is_never_closed_is_an_apostrophe() -> None:
    assert quoted("‘We lost, she said.") == []


def test_quoted_parts_are_cut_to_the_content_and_leave_the_marks_out() -> None:
    text = "She called it “a disaster” and “the end” of it."
    content = (CharSpan(text.index("it"), text.index(" end")),)

    parts = quoted_parts(content, find(text))

    assert [part.of(text) for part in parts] == ["a disaster", "the"]


@given(MARKED)
def test_quotations_lie_in_their_paragraphs_in_order_and_apart(text: str) -> None:
    paragraphs = split_paragraphs(text)

    found = find_quotations(text, paragraphs)

    for one in found:
        assert one.outer.covers(one.inner)
        assert one.outer.start < one.inner.start
        assert one.inner.of(text) == one.inner.of(text).strip()
        assert sum(paragraph.covers(one.outer) for paragraph in paragraphs) == 1
        assert one.open_ended == (one.inner.end == one.outer.end)
    assert all(one.outer.end <= other.outer.start for one, other in pairwise(found))


@given(st.text())
def test_any_text_is_read(text: str) -> None:
    assert all(quotation.outer.end <= len(text) for quotation in find(text))
