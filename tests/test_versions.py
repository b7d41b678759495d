"""Which briefs tell one story: by text, by a quotation, by how they begin; and what is said of it in one line."""

from __future__ import annotations

from dataclasses import replace

from bot.brief import Brief, write_brief
from bot.models import Analysis, Article, Attribution, CharSpan, QuoteType, split_paragraphs
from bot.versions import MOST, compared, find_versions, in_short, is_one_story
from tests.fakes import a_brief, a_long_brief, an_analysis, an_article

TIDE = (
    "Port Ellery’s harbour wall to cost 48 million pounds\n\nThe price of the harbour wall in Port Ellery has doubled "
    "to 48 million pounds, the council admitted, and fishermen fear a delay of the wall until 2028."
)
FERRY = (
    "Ferry to the islands stops for winter\n\nThe ferry between Stenness and the outer islands will not sail before "
    "April, its owner said. Pensioners will have to fly to see a doctor on the mainland."
)
SAYING = "I have never in my life seen such a storm"


def brief_of(text: str, outlet: str = "Tidewatch", said: str = "") -> Brief:
    """Return a brief of *text*, in which nobody says anything but what is *said*."""
    paragraphs = split_paragraphs(text)
    article = Article(text=text, paragraphs=paragraphs, headline=paragraphs[0], outlet=outlet)
    spans = [CharSpan(text.index(said), text.index(said) + len(said))] if said else []
    attributions = tuple(Attribution((), (), (span,), (span,), QuoteType.DIRECT) for span in spans)
    return write_brief(article, Analysis(attributions, (), (), (), (), ()))


def test_the_same_text_is_one_story() -> None:
    assert is_one_story(a_brief(), a_brief())


def test_another_outlets_words_on_the_same_are_one_story() -> None:
    assert is_one_story(a_brief(), brief_of(TIDE))


def test_other_news_is_another_story() -> None:
    assert not is_one_story(a_brief(), brief_of(FERRY))
    assert not is_one_story(brief_of(TIDE), brief_of(FERRY))


def test_a_long_quotation_in_both_is_one_story() -> None:
    one = brief_of(f"A night at sea\n\n“{SAYING},” a skipper told us.", said=SAYING)
    other = brief_of(f"{FERRY}\n\nHer owner: “{SAYING}.”", said=SAYING)

    assert is_one_story(one, other)
    assert not is_one_story(one, brief_of(FERRY))


def test_those_of_one_story_are_compared_in_the_order_asked_and_others_left_out() -> None:
    asked = [("1", brief_of(FERRY)), ("2", a_brief()), ("3", a_long_brief()), ("4", brief_of(TIDE))]

    found = find_versions(asked)
    assert found is not None
    assert [brief_id for brief_id, _ in found.versions] == ["2", "4"]


def test_different_stories_are_compared_for_whoever_asks_and_said_to_be_different() -> None:
    told = [group.heading for group in compared([("1", brief_of(TIDE)), ("2", brief_of(FERRY))]).groups]
    assert told[:2] == ["Different stories", "Side by side"]
    assert "Different stories" not in [
        group.heading for group in compared([("1", a_brief()), ("2", brief_of(TIDE))]).groups
    ]


def test_of_other_languages_words_alone_prove_nothing() -> None:
    """Articles, prepositions and pronouns would, which are in every text."""
    one, other = (
        replace(Article(text=text, paragraphs=split_paragraphs(text)), language="de", outlet="Die Flut")
        for text in (TIDE, f"{TIDE} Mehr folgt.")
    )
    nothing = Analysis((), (), (), (), (), ())
    assert not is_one_story(write_brief(one, nothing), write_brief(other, nothing))


def test_nothing_is_compared_where_all_differ() -> None:
    assert find_versions([]) is None
    assert find_versions([("1", a_brief())]) is None
    assert find_versions([("1", a_brief()), ("2", brief_of(FERRY))]) is None
    assert find_versions([("1", a_brief()), ("2", a_brief())]) is None


def test_no_more_are_compared_than_anybody_reads() -> None:
    found = find_versions([(str(number), brief_of(f"{TIDE} {number}")) for number in range(MOST + 3)])

    assert found is not None
    assert len(found.versions) == MOST
    assert found.left_out == 3
    assert found.groups[-1].lines[0].text == "3 more briefs"
    assert "and 3 more briefs" in in_short(found)


def test_in_short_it_says_who_tells_the_story_and_how_much_differs() -> None:
    other = write_brief(replace(an_article(), outlet="Tide\u202ewatch\nNews"), an_analysis())

    assert in_short(compared([("1", a_brief()), ("2", other)])) == (
        "Versions of one story: A The Ellery Post, B Tidewatch News. 3 speakers in all of them. To see it all: compare"
    )


def test_in_short_nothing_is_said_of_what_there_is_not() -> None:
    found = compared([("1", brief_of(TIDE)), ("2", brief_of(f"{TIDE} More follows.", "The Ellery Post"))])
    assert in_short(found) == "Versions of one story: A Tidewatch, B The Ellery Post. To see it all: compare"
