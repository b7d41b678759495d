"""How a brief reads: whose words they are, which of them stand in marks, and that nothing goes missing unsaid."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from bot.analyse.pipeline import Pipeline
from bot.brief import Brief, write_brief
from bot.counts import counted, more
from bot.models import (
    Analysis,
    Article,
    Attribution,
    CharSpan,
    Claim,
    Dropped,
    Kind,
    QuoteType,
    Spans,
    Speaker,
    split_paragraphs,
)
from bot.wording import (
    HEARD,
    KINDS,
    by_kind,
    claimed_by,
    label,
    left_out,
    listing,
    lists,
    most_telling,
    origin,
    others,
    places,
    role_of,
    said,
    title,
    verbatim,
)
from tests.fakes import STORY, a_brief, a_long_brief, an_analysis, an_article, span
from tests.reading import read

EMPTY = Analysis((), (), (), (), (), ())


def spans(text: str, *words: str) -> Spans:
    return tuple(span(one, text) for one in words)


def a_quotation(
    text: str, content: tuple[str, ...], quoted: tuple[str, ...] = (), cue: str = "", source: str = ""
) -> Brief:
    """Return a brief of *text* with one quote and one claim, both of the same words; nobody is known to say them."""
    type_ = QuoteType.DIRECT if quoted else QuoteType.INDIRECT
    said_by = spans(text, *filter(None, [source]))
    attribution = Attribution(
        said_by, spans(text, *filter(None, [cue])), spans(text, *content), spans(text, *quoted), type_
    )
    claim = Claim(attribution.content, attribution.quoted, 0, 0.5, ())
    return write_brief(
        Article(text, split_paragraphs(text)), replace(EMPTY, attributions=(attribution,), claims=(claim,))
    )


def words_of(brief: Brief) -> str:
    return verbatim(brief, brief.quotes[0].content, brief.quotes[0].quoted)


# Verbatim --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "content", "quoted", "expected"),
    [
        ("“We lost,” she said.", ["“We lost,”"], ["We lost,"], "“We lost,”"),
        ("“We lost,” she said.", ["We lost,"], ["We lost,"], "“We lost,”"),
        ("''We lost,'' she said.", ["''We lost,''"], ["We lost,"], "“We lost,”"),
        ("« We lost », dit-elle.", ["« We lost »"], ["We lost"], "“We lost”"),
        ("She called it “a mess” today.", ["it “a mess” today"], ["a mess"], "it “a mess” today"),
        ("the voters’ “last hope”", ["the voters’ “last hope”"], ["last hope"], "the voters’ “last hope”"),
        ("It is the ‘end’ of the dogs’ home.", ["the ‘end’ of the dogs’"], ["end"], "the “end” of the dogs’"),
        (
            "“What he calls “hell”, today.”",
            ["“What he calls “hell”"],
            ["What he calls “hell"],
            "“What he calls “hell””",
        ),
        ("“He said ‘never’.”", ["“He said ‘never’.”"], ["He said ‘never’."], "“He said ‘never’.”"),
    ],
)
def test_marks_stand_around_what_is_quoted_whatever_marks_the_article_has(
    text: str, content: list[str], quoted: list[str], expected: str
) -> None:
    assert words_of(a_quotation(text, tuple(content), tuple(quoted))) == expected


def test_words_that_interrupt_a_quotation_are_marked() -> None:
    text = "“We lost,” she said. “We will go on.”"
    brief = a_quotation(text, ("“We lost,”", "“We will go on.”"), ("We lost,", "We will go on."))
    assert words_of(brief) == "“We lost,” … “We will go on.”"


@pytest.mark.parametrize("pieces", [["“One is first.\n\n“Two is last.”"], ["“One is first.", "“Two is last.”"]])
def test_quotation_that_goes_on_in_the_next_paragraph_has_its_marks_balanced(pieces: list[str]) -> None:
    """Newspapers close only the last paragraph; on one line that would look like a mistake."""
    text = "He said: “One is first.\n\n“Two is last.”"
    brief = a_quotation(text, tuple(pieces), ("One is first.", "Two is last."))
    assert words_of(brief) == "“One is first.” “Two is last.”"


def test_claim_out_of_the_middle_of_a_quotation_stands_in_marks() -> None:
    text = "“We lost. They left 40 boats behind. We go on,” she said."
    brief = a_quotation(text, ("They left 40 boats behind.",), ("They left 40 boats behind.",))
    claim = brief.claims[0]
    assert verbatim(brief, claim.content, claim.quoted) == "“They left 40 boats behind.”"


def test_paraphrase_gets_no_marks() -> None:
    assert words_of(a_quotation("She said that they lost.", ("that they lost",))) == "that they lost"


# Cue and content -------------------------------------------------------------------------------------------


def test_quotes_read_with_their_cue_as_in_the_article() -> None:
    brief = a_brief()
    assert [said(brief, quote) for quote in brief.quotes] == [
        "admitted: The new harbour wall in Port Ellery will cost 48 million pounds",
        "said: “We got the numbers wrong, and I am sorry for that,” … “Nobody has pocketed a penny.”",
        "added that the wall would be finished by 2028",
        "called the plan “a disaster for every boat in the bay”",
        "fear the delay",
    ]


def test_cue_that_is_only_a_mark_is_not_read_out() -> None:
    brief = a_quotation("Holt: They lost.", ("They lost",), cue=":", source="Holt")
    assert [said(brief, quote) for quote in brief.quotes] == ["Holt: They lost"]


def test_colon_of_the_cue_is_not_doubled() -> None:
    brief = a_quotation("Holt explains: “We lost.”", ("“We lost.”",), ("We lost.",), cue="explains:", source="Holt")
    assert [said(brief, quote) for quote in brief.quotes] == ["Holt explains: “We lost.”"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Holt told reporters on Tuesday that they lost.", "Holt told reporters on Tuesday that they lost"),
        ("Holt told him. It was bad. We know that they lost.", "Holt told: that they lost"),
        ("Holt told all the many people of the town and bay that they lost.", "Holt told: that they lost"),
        ("So told Holt that they lost.", "Holt told: that they lost"),
    ],
)
def test_few_words_between_cue_and_content_are_read_along(text: str, expected: str) -> None:
    brief = a_quotation(text, ("that they lost",), cue="told", source="Holt")
    assert said(brief, brief.quotes[0]) == expected


@pytest.mark.parametrize(
    ("text", "cue", "source", "expected"),
    [
        ("The mayor denied that they lost.", "denied", "The mayor", "unattributed: The mayor denied"),
        ("According to him, that they lost.", "According to", "him", "unattributed: According to him"),
        ("Fears that they lost.", "Fears", "", "unattributed: Fears"),
        ("And that they lost.", "", "", "unattributed"),
    ],
)
def test_claim_that_is_not_clear_by_whom_gets_no_name_but_the_articles_words(
    text: str, cue: str, source: str, expected: str
) -> None:
    brief = a_quotation(text, ("that they lost",), cue=cue, source=source)
    assert claimed_by(brief, brief.claims[0]) == expected


def test_claims_are_somebodys() -> None:
    brief = a_brief()
    assert [claimed_by(brief, claim) for claim in brief.claims] == [
        "the town council admitted",
        "The Ellery Post, in its own voice",
    ]
    unknown = write_brief(replace(an_article(), outlet=None), an_analysis())
    assert claimed_by(unknown, unknown.claims[1]) == "the article, in its own voice"


@pytest.mark.parametrize(
    ("role", "shown"), [("The mayor", "the mayor"), ("Its chief", "its chief"), ("Mayor of Ellery", "Mayor of Ellery")]
)
def test_role_behind_a_name_does_not_begin_like_a_sentence(role: str, shown: str) -> None:
    text = f"{role}, Holt, spoke."
    speaker = Speaker(span("Holt", text), Kind.PERSON, span(role, text), (), ())
    brief = write_brief(Article(text, split_paragraphs(text)), replace(EMPTY, speakers=(speaker,)))
    assert role_of(brief.speakers[0]) == shown


# What is chosen --------------------------------------------------------------------------------------------


def a_choice(*told: tuple[str, QuoteType]) -> list[str]:
    """Return what of *told*, each a paragraph below the first one's headline, is chosen to be shown."""
    text = "\n\n".join(words for words, _ in told)
    paragraphs = split_paragraphs(text)
    attributions = tuple(
        Attribution((), (), (at,), () if type_ is QuoteType.INDIRECT else (at,), type_)
        for at, (_, type_) in zip(paragraphs, told, strict=True)
    )
    article = Article(text, paragraphs, headline=paragraphs[0])
    brief = write_brief(article, replace(EMPTY, attributions=attributions))
    return [quote.content[0].text for quote in most_telling(brief.quotes)]


def test_whole_sentences_in_marks_come_before_paraphrases_and_those_before_single_terms() -> None:
    headline = ("a word on it", QuoteType.INDIRECT)
    term, sentence = ("a mess", QuoteType.DIRECT), ("We lost it all today", QuoteType.DIRECT)
    mixed, paraphrase = ("the plan a total mess", QuoteType.MIXED), ("that they had lost it", QuoteType.INDIRECT)
    assert a_choice(headline, term, paraphrase, mixed, sentence) == [mixed[0], sentence[0]]
    assert a_choice(headline, term, paraphrase) == [headline[0], paraphrase[0]]
    assert a_choice(headline, paraphrase, paraphrase) == [paraphrase[0], paraphrase[0]]
    assert a_choice(headline, mixed, paraphrase) == [mixed[0], paraphrase[0]]


# Counts ----------------------------------------------------------------------------------------------------


def test_counts_are_words() -> None:
    assert counted(1, "quote") == "1 quote"
    assert counted(1200, "quote") == "1,200 quotes"
    assert more(1, "claim") == "and 1 more claim"


@pytest.mark.parametrize(
    ("shown", "expected"),
    [
        (3, "1 quote unattributed"),
        (2, "and 1 more speaker with 1 quote; 1 quote unattributed"),
        (0, "and 3 more speakers with 4 quotes; 1 quote unattributed"),
    ],
)
def test_speakers_that_are_not_shown_are_counted(shown: int, expected: str) -> None:
    assert others(a_brief(), shown) == expected


def test_what_was_left_out_is_counted_by_its_kind() -> None:
    dropped = (Dropped("caption", "x"), Dropped("share bar", "y"), Dropped("caption", "z"))
    brief = write_brief(replace(an_article(), dropped=dropped), EMPTY)
    assert left_out(brief) == "Left out, 3 parts of the page: caption (2), share bar"
    assert left_out(write_brief(replace(an_article(), dropped=()), EMPTY)) == ""


def test_lists_that_have_something_in_them_are_called_by_how_much_it_is() -> None:
    assert [label(a_brief(), which) for which in lists(a_brief())] == [
        "All quotes (5)",
        "All claims (2)",
        "All entities (4)",
        "About this reading",
    ]
    assert lists(write_brief(an_article(), EMPTY)) == ["reading"]


@pytest.mark.parametrize("brief", [a_brief(), a_long_brief()], ids=["usual", "long"])
def test_lists_hold_everything(brief: Brief) -> None:
    def number(which: str) -> int:
        return sum(len(group.lines) for group in listing(brief, which))  # type: ignore[arg-type]

    assert number("quotes") == len(brief.quotes)
    assert number("claims") == len(brief.claims)
    assert number("entities") == len(brief.entities)
    heard = 1 + len(brief.speakers)
    assert number("reading") == 1 + heard + len(brief.summary) + len(brief.notes) + len(brief.article.dropped)


def test_speakers_stand_in_the_briefs_order_and_the_unattributed_last() -> None:
    groups = listing(a_brief(), "quotes")
    assert [group.heading for group in groups] == ["Maren Holt", "the town council", "Tomas Reyl", "Unattributed"]


def test_every_kind_of_entity_has_its_heading() -> None:
    assert set(KINDS) == set(Kind)
    assert [heading for heading, _ in by_kind(a_brief().entities)] == ["People", "Places", "Sums"]


def test_places_are_named_once_in_the_articles_order() -> None:
    brief = a_brief()
    content = brief.quotes[0].content[0]
    headline = content.model_copy(update={"paragraph": 0})
    assert [place for place, _ in places([content, headline, content])] == ["(headline)", "¶1"]


def test_origin_and_title_are_told_as_far_as_they_are_known() -> None:
    assert origin(a_brief()) == ["The Ellery Post", "17 March 2026", "by Ida Quill", "90 words read"]
    unsure = write_brief(replace(an_article(), published_sure=False), an_analysis())
    assert origin(unsure)[1] == "17 March 2026 (date not confirmed)"
    bare = write_brief(Article("One.", split_paragraphs("One.")), EMPTY)
    assert (title(bare), origin(bare)) == ("Text without a headline", ["1 word read"])


def test_every_quotation_shown_in_marks_stands_so_in_the_article() -> None:
    told = [said(a_brief(), quote) for quote in a_brief().quotes]
    for quotation in re.findall("“([^”]*)”", " ".join(told)):
        assert quotation in STORY
        assert CharSpan(STORY.index(quotation) - 1, STORY.index(quotation)).of(STORY) == "“"


@pytest.mark.model
def test_who_is_heard_is_counted(pipeline: Pipeline) -> None:
    text = "“It could fall,” Emma Cole said. She said it was late. “It holds,” said an engineer from Ellery."
    heard = next(group for group in listing(read(pipeline, text), "reading") if group.heading == HEARD)

    assert [line.text for line in heard.lines] == [
        "2 speakers: 1 person, 1 unnamed source",
        "Emma Cole: 2 statements, 3 words in quotation marks",
        "an engineer from Ellery: 1 statement, 2 words in quotation marks",
    ]
