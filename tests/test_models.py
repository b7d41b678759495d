import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.models import Article, CharSpan, split_paragraphs, storable
from tests.fakes import an_article

BREAKS = "\n\r\v\f\u2028\u2029"
TEXTS = st.text() | st.text(alphabet=BREAKS + "\x1c\x1d\x1e\x1f\x85\xa0\u200b\ufeff \ta“é𝔸\ud800")


@pytest.mark.parametrize(("start", "end"), [(0, 0), (3, 2), (-1, 4), (-5, -2)])
def test_a_span_without_characters_is_a_mistake(start: int, end: int) -> None:
    with pytest.raises(ValueError, match="no characters"):
        CharSpan(start, end)


def test_spans_that_touch_do_not_overlap() -> None:
    assert not CharSpan(0, 3).overlaps(CharSpan(3, 5))
    assert CharSpan(0, 4).overlaps(CharSpan(3, 5))


@given(*[st.tuples(st.integers(0, 9), st.integers(1, 9)) for _ in range(2)])
def test_overlap_and_cover_are_those_of_sets_of_characters(one: tuple[int, int], other: tuple[int, int]) -> None:
    spans = [CharSpan(start, start + length) for start, length in (one, other)]
    first, second = (set(range(span.start, span.end)) for span in spans)

    assert spans[0].overlaps(spans[1]) == bool(first & second)
    assert spans[0].covers(spans[1]) == (first >= second)


@given(TEXTS)
@example("One.\u2028Two.\x0bThree.\x0cFour.\r\nFive.\rSix.\u2029Seven.")
def test_paragraphs_hold_every_word_once_and_in_order(text: str) -> None:
    paragraphs = split_paragraphs(text)
    inside = [position for span in paragraphs for position in range(span.start, span.end)]

    assert inside == sorted(set(inside))
    assert all(char.isspace() for position, char in enumerate(text) if position not in set(inside))


@given(TEXTS)
def test_a_paragraph_has_no_blank_edge_and_no_break_inside(text: str) -> None:
    for span in split_paragraphs(text):
        words = span.of(text)
        assert words == words.strip()
        assert not set(words) & set(BREAKS)


@given(TEXTS)
def test_paragraphs_on_lines_of_their_own_are_found_again(text: str) -> None:
    words = [span.of(text) for span in split_paragraphs(text)]
    joined = "\n\n".join(words)

    assert [span.of(joined) for span in split_paragraphs(joined)] == words


def test_an_ellipsis_under_a_wrong_charset_breaks_no_quotation() -> None:
    """Windows' ellipsis, read as Latin-1, is U+0085, which Python takes for the end of a line."""
    text = "“We tried\x85 and failed,” she said."
    assert [span.of(text) for span in split_paragraphs(text)] == [text]


def test_text_without_words_has_no_paragraphs() -> None:
    assert split_paragraphs("") == split_paragraphs(" \n\t\u2028 \n") == ()


def test_the_headline_is_paragraph_nought_and_the_body_counts_from_one() -> None:
    article = an_article()
    assert [article.paragraph_of(span) for span in article.paragraphs] == list(range(len(article.paragraphs)))


def test_without_a_headline_the_first_paragraph_is_one() -> None:
    text = "One.\n\nTwo.\n\nThree."
    article = Article(text, split_paragraphs(text))
    assert [article.paragraph_of(span) for span in article.paragraphs] == [1, 2, 3]


@given(st.lists(st.text("ab “”.", min_size=1).filter(str.strip), min_size=1), st.booleans(), st.data())
def test_every_part_of_a_paragraph_has_its_number(lines: list[str], headline: bool, data: st.DataObject) -> None:
    text = "\n\n".join(lines)
    paragraphs = split_paragraphs(text)
    article = Article(text, paragraphs, headline=paragraphs[0] if headline else None)
    position = data.draw(st.integers(0, len(paragraphs) - 1))
    paragraph = paragraphs[position]
    start = data.draw(st.integers(paragraph.start, paragraph.end - 1))

    assert article.paragraph_of(CharSpan(start, len(text))) == position + (not headline)


def test_the_number_of_a_span_before_all_paragraphs_is_that_of_the_first() -> None:
    text = "  One.\nTwo."
    paragraphs = split_paragraphs(text)
    assert Article(text, paragraphs, headline=paragraphs[0]).paragraph_of(CharSpan(0, 3)) == 0
    assert Article(text, paragraphs).paragraph_of(CharSpan(0, 3)) == 1


def test_the_headline_is_no_part_of_the_words_read() -> None:
    text = "A headline of five words\n\nThree words here."
    paragraphs = split_paragraphs(text)
    article = Article(text, paragraphs, headline=paragraphs[0])

    assert (article.title, article.body, article.words) == ("A headline of five words", "Three words here.", 3)
    assert (Article(text, paragraphs).title, Article(text, paragraphs).words) == (None, 8)


@given(st.text(st.characters()) | st.text(alphabet="a\0\ud800\udfff𝔸"))
def test_storable_text_can_be_stored_and_moves_no_position(text: str) -> None:
    stored = storable(text)

    assert stored.encode().decode() == stored
    assert "\0" not in stored
    assert len(stored) == len(text)
    assert all(new in (old, "\ufffd") for old, new in zip(text, stored, strict=True))
