"""Who says what, by which words: source, cue and content."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from spacy.tokens import Doc
from spacy.vocab import Vocab

from bot.analyse.attribution import find_attributions, take_attributions
from bot.analyse.decoding import Linked
from bot.analyse.pipeline import Pipeline
from bot.analyse.quotation import find_quotations
from bot.analyse.signed import find_signed
from bot.models import Attribution, CharSpan, QuoteType, split_paragraphs
from tests.reading import article, read, said

pytestmark = pytest.mark.model


@pytest.mark.parametrize(
    ("text", "source", "cue", "content"),
    [
        ("“We lost the harbour,” Emma Cole said.", "Emma Cole", "said", "“We lost the harbour,”"),
        ("“We lost the harbour,” said Emma Cole, the mayor.", "Emma Cole", "said", "“We lost the harbour,”"),
        ("Emma Cole said: “We lost the harbour.”", "Emma Cole", "said", "“We lost the harbour.”"),
        ("Emma Cole said, “We lost the harbour.”", "Emma Cole", "said", "“We lost the harbour.”"),
        ("“Who lost the harbour?” asked Emma Cole.", "Emma Cole", "asked", "“Who lost the harbour?”"),
        ("“We lost the harbour,” she grinned.", "she", "grinned", "“We lost the harbour,”"),
        ("'We lost the harbour,' Emma Cole said.", "Emma Cole", "said", "'We lost the harbour,'"),
        ("The council said in a statement: “We regret it.”", "The council", "said", "“We regret it.”"),
        ("Asked about the delay, Cole said: “We lost the plans.”", "Cole", "said", "“We lost the plans.”"),
        (
            "“It is over,” Emma Cole, the town’s mayor, told the Ellery Post on Friday.",
            "Emma Cole",
            "told",
            "“It is over,”",
        ),
    ],
)
def test_quotation_has_its_cue_and_its_source(
    pipeline: Pipeline, text: str, source: str, cue: str, content: str
) -> None:
    (quote,) = read(pipeline, text).quotes

    assert [one.text for one in quote.source] == [source]
    assert [one.text for one in quote.cue] == [cue]
    assert [one.text for one in quote.content] == [content]
    assert [one.text for one in quote.quoted] == [content[1:-1]]
    assert quote.type is QuoteType.DIRECT


@pytest.mark.parametrize(
    "text",
    [
        "“We lost the harbour,” Emma Cole said. “Nobody paid for it.”",
        "“We lost the harbour,” Emma Cole said, “and nobody paid for it.”",
        "“We lost the harbour,” Emma Cole said.\n\n“Nobody paid for it.”",
        "“We lost the harbour,” Emma Cole said. “Nobody paid for it.\n\n“And nobody will.”",
        "“We lost the whole harbour.\n\n“Nobody paid for it,” Emma Cole said.",
        "“We lost the whole harbour.\n\n“Nobody paid for it.\n\n“And nobody will,” Emma Cole said.",
    ],
)
def test_interrupted_quotation_and_one_over_paragraphs_is_one(pipeline: Pipeline, text: str) -> None:
    (quote,) = read(pipeline, text).quotes

    assert [one.text for one in quote.source] == ["Emma Cole"]
    assert len(quote.content) == text.count("“")
    assert quote.type is QuoteType.DIRECT


def test_paragraph_in_marks_of_its_own_is_nobodys(pipeline: Pipeline) -> None:
    """It was closed, so the next paragraph's speaker need not be the one who said it."""
    (first, second) = read(pipeline, "“We lost the whole harbour.”\n\n“Nobody paid for it,” Emma Cole said.").quotes

    assert (first.source, first.speaker) == ([], None)
    assert [one.text for one in second.source] == ["Emma Cole"]


@pytest.mark.parametrize(
    ("text", "attributions"),
    [
        ("Emma Cole said that the wall was late.", [("Emma Cole", "that the wall was late")]),
        ("Emma Cole said the wall would be late.", [("Emma Cole", "the wall would be late")]),
        ("The wall was late, Emma Cole said.", [("Emma Cole", "The wall was late")]),
        ("The wall was late, said Emma Cole, the mayor.", [("Emma Cole", "The wall was late")]),
        ("The wall, Emma Cole said, would cost more.", [("Emma Cole", "The wall … would cost more")]),
        ("Emma Cole denied that she took the money.", [("Emma Cole", "that she took the money")]),
        ("Emma Cole told reporters that the wall was late.", [("Emma Cole", "that the wall was late")]),
        ("Asked about it, Cole said the plans were lost.", [("Cole", "the plans were lost")]),
        ("According to Emma Cole, the wall was late.", [("Emma Cole", "the wall was late")]),
        ("The wall was late, according to the town’s auditors.", [("the town’s auditors", "The wall was late")]),
        ("Cole’s claim that the wall was safe was wrong.", [("Cole", "that the wall was safe")]),
        (
            "Emma Cole said the wall was late, adding that nobody had paid.",
            [("Emma Cole", "the wall was late"), ("Emma Cole", "that nobody had paid")],
        ),
    ],
)
def test_paraphrase_is_read_by_its_grammar(pipeline: Pipeline, text: str, attributions: list[tuple[str, str]]) -> None:
    brief = read(pipeline, text)

    assert said(brief) == attributions
    assert {quote.type for quote in brief.quotes} == {QuoteType.INDIRECT}


def test_paraphrase_with_words_in_marks_is_mixed(pipeline: Pipeline) -> None:
    (quote,) = read(pipeline, "Emma Cole called the plan “a disaster for the town” and left the room.").quotes

    assert quote.type is QuoteType.MIXED
    assert [one.text for one in quote.content] == ["the plan “a disaster for the town”"]
    assert [one.text for one in quote.quoted] == ["a disaster for the town"]


def test_paraphrase_that_goes_on_in_marks_is_one(pipeline: Pipeline) -> None:
    (quote,) = read(pipeline, "Cole insisted that all was well, but “we have to build the wall again.”").quotes

    assert [one.text for one in quote.content] == ["that all was well", "“we have to build the wall again.”"]


def test_transcript_is_read_line_by_line(pipeline: Pipeline) -> None:
    brief = read(pipeline, "The debate\n\nCOLE: We lost the harbour, and “they” paid.\n\nREED: That is not true.")

    assert said(brief) == [("COLE", "We lost the harbour, and “they” paid."), ("REED", "That is not true.")]


@pytest.mark.parametrize("marks", ["‘{}’", "“{}”", "'{}'"])
def test_headline_of_name_and_quotation_is_read(pipeline: Pipeline, marks: str) -> None:
    content = marks.format("We lost the harbour")

    brief = read(pipeline, f"Emma Cole: {content}\n\nThe wall was never built.", headline=True)

    assert said(brief) == [("Emma Cole", content)]


@pytest.mark.parametrize(
    "text",
    [
        "The film “The Last Harbour” opened in Port Ellery.",
        "The so-called “experts” met in Port Ellery.",
        "The ‘new’ harbour is not new.",
        "The wall fell. Nobody was hurt.",
    ],
)
def test_titles_and_scare_quotes_are_nobodys_words(pipeline: Pipeline, text: str) -> None:
    assert read(pipeline, text).quotes == []


@pytest.mark.parametrize(
    "content",
    ["“Cole said we would pay for the wall,”", "“I told you that the mayor claimed it was safe,”"],
)
def test_cue_inside_a_quotation_is_part_of_it(pipeline: Pipeline, content: str) -> None:
    assert said(read(pipeline, f"{content} Thomas Reed said.")) == [("Thomas Reed", content)]


def test_attributions_need_a_parse() -> None:
    doc = Doc(Vocab(), words=["We", "lost"])

    with pytest.raises(ValueError, match="dependency parse"):
        find_attributions(doc, (), find_quotations(doc.text, ()))


WORDS = st.sampled_from(
    "Emma Cole Reed she he said told claims that the wall harbour 40 according to adding and but . , : ; “ ” ‘ ’ ' \" "
    "« » „ … — ( ) 🙂 é \n\n \n COLE: who is was not denied asked".split(" ")
)


@settings(deadline=None, max_examples=150)  # a parse takes as long as the machine takes
@given(text=st.lists(WORDS, max_size=40).map(" ".join) | st.text(max_size=120))
def test_any_text_is_read_the_same_way_each_time(pipeline: Pipeline, text: str) -> None:
    """Spans lie in the text, no words are said twice, and the same text has the same reading."""
    story = article(text)

    analysis = pipeline.analyse(story)

    assert analysis == pipeline.analyse(story)
    pieces = [piece for one in analysis.attributions for piece in one.content]
    assert not [pair for pair in combinations(pieces, 2) if pair[0].overlaps(pair[1])]
    for one in analysis.attributions:
        assert one.content
        assert all(span.end <= len(text) for span in (*one.source, *one.cue, *one.content))
        assert all(any(piece.covers(part) for piece in one.content) for part in one.quoted)


def taken(text: str, *found: tuple[str, list[str]], least: float = 0.0) -> list[Attribution]:
    """Return what becomes of what the reader *found*: pairs of a source, which may be empty, and pieces of content."""

    def spans(*parts: str) -> tuple[CharSpan, ...]:
        return tuple(CharSpan(text.index(part), text.index(part) + len(part)) for part in parts if part)

    linked = [Linked(spans(source), (), spans(*content), 0.5) for source, content in found]
    return take_attributions(text, linked, find_quotations(text, split_paragraphs(text)), least=least)


@pytest.mark.parametrize(
    ("text", "pieces", "content", "type_"),
    [
        ("Cole said it was “a disaster for us”.", ["it was “a disaster"], ["it was “a disaster for us”"], "mixed"),
        ("“We lost the harbour,” Cole said.", ["lost the harbour,"], ["“We lost the harbour,”"], "direct"),
        ("''We lost it,'' Cole said.", ["'", "'We lost it,''"], ["''We lost it,''"], "direct"),
        ("Cole said, the wall fell, too.", [", the wall fell, "], ["the wall fell"], "indirect"),
        ("Cole said that “we lost”.", ["that", "“we lost”"], ["that “we lost”"], "mixed"),
        ("Cole: “We lost.\n\n“They won.”", ["“We lost.\n\n“They won.”"], ["“We lost.", "“They won.”"], "direct"),
        ("“We lost,” Cole told “The Last Harbour”.", ["“We lost,”", "“The Last Harbour”"], ["“We lost,”"], "direct"),
        ("Cole said: the wall fell – 🙂.", ["the wall fell", "🙂"], ["the wall fell"], "indirect"),
    ],
)
def test_marks_and_lines_bound_what_the_reader_found(
    text: str, pieces: list[str], content: list[str], type_: str
) -> None:
    (one,) = taken(text, ("Cole", pieces))

    assert [piece.of(text) for piece in one.content] == content
    assert (one.type, one.confidence) == (QuoteType(type_), 0.5)


def test_quotation_in_which_two_speak_is_not_given_to_one() -> None:
    text = "“We lost, he said we won,” it went."

    assert [
        [piece.of(text) for piece in one.content] for one in taken(text, ("", ["We lost"]), ("he", ["we won"]))
    ] == [
        ["We lost"],
        ["we won"],
    ]


@pytest.mark.parametrize("part", ["“The Last Harbour”", "…", ", "])
def test_title_or_no_word_is_nobodys_content(part: str) -> None:
    assert taken("Cole filmed “The Last Harbour” … , and left.", ("Cole", [part])) == []


@pytest.mark.parametrize(
    "address",
    [
        "https://a.example/one/two/three/four/five/six/seven/eight?nine=10",
        "www.a.example",
        "cole@post.example",
        "a.example",
    ],
)
def test_address_in_quotation_marks_is_nobodys_words(address: str) -> None:
    text = f"Go to “{address}”, Cole said."
    assert taken(text, ("Cole", [f"“{address}”"])) == taken(text) == []


def test_long_quotation_that_the_reader_passed_over_is_unattributed() -> None:
    text = "Cole left. “We lost the harbour and all that was in it.” It rained."
    (one,) = taken(text)

    assert (one.content[0].of(text), one.source, one.confidence) == (text[11:-11], (), None)


@pytest.mark.parametrize(("least", "source", "candidate"), [(0.5, "Cole", ""), (0.51, "", "Cole")])
def test_doubtful_source_is_only_a_candidate(least: float, source: str, candidate: str) -> None:
    text = "The wall fell, Cole said."
    (one,) = taken(text, ("Cole", ["The wall fell"]), least=least)

    assert "".join(span.of(text) for span in one.source) == source
    assert "".join(span.of(text) for span in one.candidate) == candidate


@given(
    text=st.lists(WORDS, max_size=30).map(" ".join),
    edges=st.lists(st.integers(0, 150), unique=True, max_size=12).map(sorted),
    owners=st.lists(st.integers(0, 3), min_size=6, max_size=6),
)
def test_whatever_the_reader_finds_contents_never_overlap(text: str, edges: list[int], owners: list[int]) -> None:
    """Contents may be anything that does not overlap, also pieces of several by turns."""
    found: dict[int, list[CharSpan]] = {}
    for owner, start, end in zip(owners, edges[::2], edges[1::2], strict=False):
        if end <= len(text):
            found.setdefault(owner, []).append(CharSpan(start, end))
    linked = [Linked((), (), tuple(content), 0.5) for content in found.values()]

    attributions = take_attributions(text, linked, find_quotations(text, split_paragraphs(text)))

    pieces = [piece for one in attributions for piece in one.content]
    assert not [pair for pair in combinations(pieces, 2) if pair[0].overlaps(pair[1])]
    assert all(piece.end <= len(text) and piece.of(text).strip() == piece.of(text) for piece in pieces)


def test_signed_quotations_belong_to_who_signs_them() -> None:
    text = (
        "“The harbour is no place for a hotel of this size.” ― Orla Vint\n"
        "“Nobody asked us before the trees were felled.” – Tom Reyl, a baker.\n"
        "“Two Ships” – The band’s first record"
    )
    paragraphs = split_paragraphs(text)
    found = find_signed(text, paragraphs, find_quotations(text, paragraphs))

    assert [one.source[0].of(text) for one in found] == ["Orla Vint", "Tom Reyl"]
    assert found[0].content[0].of(text) == "“The harbour is no place for a hotel of this size.”"


def test_layout_overrules_the_reader() -> None:
    text = "VINT: We will not sell the harbour.\nREYL: Then who will pay for the wall?"
    paragraphs = split_paragraphs(text)
    quotations = find_quotations(text, paragraphs)
    everything = Linked((), (), (CharSpan(0, len(text)),), 0.9)
    taken = take_attributions(text, [everything], quotations, signed=find_signed(text, paragraphs, quotations))

    assert [(one.source[0].of(text), one.content[0].of(text)) for one in taken] == [
        ("VINT", "We will not sell the harbour."),
        ("REYL", "Then who will pay for the wall?"),
    ]
