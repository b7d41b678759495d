"""Embeds: within every limit, verbatim, and nothing from a page does anything."""

from __future__ import annotations

import re
from dataclasses import replace

import discord
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from adapters.discord.markdown import cut, escape, fit, link, pieces
from adapters.discord.pages import render_list
from adapters.discord.progress import ending, placeholder, problem, thread_name
from adapters.discord.render import render
from bot.answers import Listing
from bot.brief import Brief, write_brief
from bot.errors import PageNotFound
from bot.models import Analysis, Attribution, CharSpan, Item, QuoteType, Wanted, split_paragraphs
from bot.typography import plain
from bot.wording import LISTS
from tests.discord_rules import CONTENT, EMBED_TOTAL, embed_length
from tests.discord_transcript import shown
from tests.fakes import a_brief, a_hostile_brief, a_long_brief, an_analysis, an_article

NASTY = (
    "@everyone <@123456789012345678> [prize](https://evil.example) **bold** `code` <t:0> :smile: \u202egnp.exe ||x||"
)


def assert_valid(embeds: list[discord.Embed]) -> None:
    """Hold one message's embeds against Discord's limits."""
    bodies = [embed.to_dict() for embed in embeds]
    assert 1 <= len(bodies) <= 10
    assert sum(map(embed_length, bodies)) <= EMBED_TOTAL  # type: ignore[arg-type]
    for body in bodies:
        assert len(body.get("title", "")) <= 256
        assert 1 <= len(body.get("description", "")) <= 4096
        assert len(body.get("footer", {}).get("text", "")) <= 2048
        assert len(body.get("url", "")) <= 2048
        assert "fields" not in body


def words(embeds: list[discord.Embed]) -> str:
    """Return what is read in *embeds*, as sent."""
    return "\n".join(f"{embed.title}\n{embed.description}\n{embed.footer.text}" for embed in embeds)


def every_message(brief: Brief) -> list[list[discord.Embed]]:
    """Return the short view and every page of every list."""
    return [render(brief), *([page] for which in LISTS for page in render_list(Listing("0" * 32, brief, which)))]


# The short view ---------------------------------------------------------------------------------------------


def test_short_view_reads_like_this() -> None:
    assert shown(words(render(a_brief()))) == SHORT_VIEW


SHORT_VIEW = """\
Harbour wall will cost twice as much, council admits
The Ellery Post · 17 March 2026 · by Ida Quill · 90 words read
What the story says
• The new harbour wall in Port Ellery will cost 48 million pounds, twice the sum that voters were told in 2024, \
the town council admitted on Tuesday. ¶1
• She [Maren Holt] added that the wall would be finished by 2028. ¶3
None
Who says what
Maren Holt, the council's finance chief
• said: “We got the numbers wrong, and I am sorry for that,” … “Nobody has pocketed a penny.” ¶2
• added that the wall would be finished by 2028 ¶3
the town council
• admitted: The new harbour wall in Port Ellery will cost 48 million pounds ¶1
Tomas Reyl, who leads the harbour union
• called the plan “a disaster for every boat in the bay” ¶4
1 quote unattributed
None
Worth checking (most deserving first, never a verdict)
• The new harbour wall in Port Ellery will cost 48 million pounds — the town council admitted ¶1
• 40 boats had left since March — The Ellery Post, in its own voice ¶4
None
Who and what is mentioned
People: Maren Holt, Tomas Reyl
Places: Port Ellery
Sums: 48 million pounds
None
To be noted
• “Tuesday” has no date in the text. ¶1
• This is a plain reading by rules on grammar.
Left out, 2 parts of the page: subscribe box, comment form"""


def test_list_reads_like_this() -> None:
    assert shown(words(render_list(Listing("0" * 32, a_brief(), "quotes")))) == QUOTES


QUOTES = """\
All quotes (5) · Harbour wall will cost twice as much, council admits
Maren Holt, the council's finance chief ¶2
• said: “We got the numbers wrong, and I am sorry for that,” … “Nobody has pocketed a penny.” ¶2
• added that the wall would be finished by 2028 ¶3
the town council ¶1
• admitted: The new harbour wall in Port Ellery will cost 48 million pounds ¶1
Tomas Reyl, who leads the harbour union ¶4
• called the plan “a disaster for every boat in the bay” ¶4
Unattributed
• fear the delay ¶4
Page 1 of 1"""


def test_evidence_links_scroll_to_the_passage() -> None:
    text = words(render(a_brief()))
    assert "[¶3](<https://post.example/harbour#:~:text=that%20the%20wall%20would%20be%20finished%20by%202028>)" in text


def a_brief_over_paragraphs(number: int) -> Brief:
    """Return a brief of one quotation that goes on over *number* paragraphs."""
    told = [f"“Part {place} of the wall cost 48 million pounds." for place in range(number)]
    text = "\n\n".join(["Mayor Emma Cole said:", *told]) + "”"
    paragraphs = split_paragraphs(text)
    content = tuple(CharSpan(one.start + 1, one.end) for one in paragraphs[1:])
    source, cue = (CharSpan(text.index(word), text.index(word) + len(word)) for word in ("Emma Cole", "said"))
    said = Attribution((source,), (cue,), content, content, QuoteType.DIRECT)
    article = replace(an_article(), text=text, paragraphs=paragraphs, headline=None)
    return write_brief(
        article, replace(an_analysis(), attributions=(said,), speakers=(), claims=(), entities=(), summary=(), notes=())
    )


def test_each_paragraph_of_a_quotation_is_linked() -> None:
    (page,) = render_list(Listing("0" * 32, a_brief_over_paragraphs(4), "quotes"))

    assert re.findall(r"\[¶(\d)\]\(<https://post\.example/harbour#:~:text=", page.description or "") == [
        "2",
        "3",
        "4",
        "5",
    ]


def test_paragraphs_without_room_for_a_link_are_named() -> None:
    pages = render_list(Listing("0" * 32, a_brief_over_paragraphs(30), "quotes"))
    shown = "\n".join(page.description or "" for page in pages)

    assert_valid(pages[:1])
    assert shown.count("](<https://") >= 5
    assert set(re.findall(r"¶(\d+)", shown)) == {str(number) for number in range(2, 32)}


def test_title_leads_to_the_page() -> None:
    assert render(a_brief())[0].url == "https://post.example/harbour"


def test_pasted_text_has_no_links() -> None:
    brief = write_brief(replace(an_article(), url=None, canonical_url=None, headline=None), an_analysis())
    embeds = render(brief)
    assert embeds[0].title == "Text without a headline"
    assert embeds[0].url is None
    assert "](" not in words(embeds)


@pytest.mark.parametrize("url", ["javascript:alert(1)", "https://post.example/" + "a" * 3000])
def test_address_that_cannot_be_linked_is_left_out(url: str) -> None:
    embeds = render(a_hostile_brief("Story", url=url))
    assert embeds[0].url is None
    assert_valid(embeds)


@pytest.mark.parametrize("filler", ["word ", "* ", "_", "@everyone ", "“", "\u200b ", "é"])
def test_quotes_of_three_thousand_characters_are_valid(filler: str) -> None:
    for message in every_message(a_long_brief(filler, quotes=60 if filler in ("word ", "* ") else 6)):
        assert_valid(message)


@pytest.mark.parametrize("filler", ["word ", "* ", "_"])
def test_every_word_of_every_quote_is_on_some_page(filler: str) -> None:
    brief = a_long_brief(filler)
    pages = "".join(embed.description or "" for embed in render_list(Listing("0" * 32, brief, "quotes")))
    read = solid(re.sub(r" \*\(goes on\)\*|• \*\(continued\)\* |\*\*[^*]*\*\* \(continued\)", "", pages))
    assert all(solid(plain((quote.quoted or quote.content)[0].text)) in read for quote in brief.quotes)


def solid(markup: str) -> str:
    """Undo the escapes, and leave out blanks and quotation marks, which a page's end may add or take."""
    return re.sub(r"[\s“”]", "", re.sub(r"\\([^0-9A-Za-z\s])", r"\1", markup))


def test_page_that_begins_amid_a_speakers_quotes_names_the_speaker() -> None:
    brief = a_long_brief("word ")
    for embed in render_list(Listing("0" * 32, brief, "quotes")):
        assert re.match(r"\*\*(Person\d+ Longname|Unattributed)", embed.description or "")


def test_what_is_not_shown_is_counted() -> None:
    embeds = render(a_long_brief("word "))
    text = words(embeds)
    told = len(re.findall(r"^\*\*Person", embeds[1].description or "", re.M))
    assert told > 0
    assert f"and {12 - told} more speakers with " in text
    assert "; 4 quotes unattributed" in text
    assert len(re.findall("and [23] more quotes", text)) == told
    assert "more sentences" in text
    assert re.search("and 3[789] more claims", text)
    assert "and 54 more" in text  # of the 60 people
    assert "Left out, 30 parts of the page" in text


@pytest.mark.parametrize("brief", [a_brief(), a_long_brief("word "), a_long_brief("said ‘that’ and ")])
def test_quotation_marks_hold_words_of_the_article(brief: Brief) -> None:
    source = " ".join(brief.article.text.split())
    told = [note.text for note in brief.notes]
    for message in every_message(brief):
        for quoted in re.findall(r"“([^“”]*)”", shown(words(message))):
            assert quoted in source or any(quoted in note for note in told)


def test_claims_bear_no_verdict_and_are_somebodys() -> None:
    text = shown(words(render_list(Listing("0" * 32, a_brief(), "claims"))))
    assert "Worth checking, most deserving first, never a verdict\n" in text
    assert "— the town council admitted (figure) ¶1" in text
    assert "— The Ellery Post, in its own voice (figure) ¶4" in text


def test_empty_reading_still_says_what_was_read() -> None:
    brief = write_brief(an_article(), Analysis((), (), (), (), (), ()))
    head, speakers = render(brief)
    assert "90 words read" in (head.description or "")
    assert speakers.description == "I found nobody in this text who says something."
    assert shown(words(render_list(Listing("0" * 32, brief, "quotes")))).startswith("All quotes (0) · Harbour wall")


# Text from pages --------------------------------------------------------------------------------------------


def test_nothing_from_a_page_does_anything() -> None:
    for message in every_message(a_hostile_brief(NASTY)):
        assert "@everyone" not in words(message)
        text = "\n".join(f"{embed.title}\n{embed.description}" for embed in message)  # footers know no markup
        assert "\u202e" not in text
        assert not re.search(r"(?<!\\)<(?!https://a\.example)", text)
        assert not re.search(r"(?<!\\)\[prize", text)
        assert "https://evil" not in text
        assert not re.search(r"(?<!\\)`", text)


def test_two_masked_links_on_a_line_are_both_disarmed() -> None:
    assert escape("[a](https://b.example) [c](https://d.example)").count("\\[") == 2


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("# Heading", "\\# Heading"),
        ("- item", "\\- item"),
        ("1. item", "1\\. item"),
        ("2*3_4", "2\\*3\\_4"),
        ("soft\u00adhyphen\u200b zero\ufeff", "softhyphen zero"),
        ("two\nlines\tand\u2028more\x00", "two lines and more"),
        ("at 10:30, :tada: <:x:1>", "at 10:30, \\:tada: \\<\\:x:1\\>"),
        ("“Curly”, ‘single’ – dash", "“Curly”, ‘single’ – dash"),
    ],
)
def test_text_is_shown_as_it_stands(text: str, expected: str) -> None:
    assert escape(text) == expected


@given(st.text(max_size=400), st.integers(20, 120))
@settings(max_examples=150, deadline=None)
def test_fitted_text_is_within_its_limit_whatever_it_is(text: str, limit: int) -> None:
    assert len(fit(text, limit)) <= limit
    assert all(len(escape(piece)) <= limit for piece in pieces(text, limit))


@given(st.text(st.characters(exclude_categories=["Cc", "Cf", "Co", "Cs", "Zl", "Zp", "Zs"]), max_size=300))
@example("0" * 40)
@settings(max_examples=100, deadline=None)
def test_pieces_are_the_whole_text(text: str) -> None:
    assert "".join(pieces(text, 40)) == text


@given(st.text(min_size=1, max_size=500).filter(lambda text: text.strip() and "\n" not in text))
@settings(max_examples=60, deadline=None)
def test_any_title_makes_valid_embeds(title: str) -> None:
    text = " ".join(title.split()) or "x"
    for message in every_message(a_hostile_brief(text)):
        assert_valid(message)


def test_cut_quotation_is_closed_before_the_sign_of_the_cut() -> None:
    assert cut("“one two three four”", 18) == "“one two”" + " […]"


def test_link_cannot_be_ended_by_its_address() -> None:
    assert link("¶1", "https://a.example/(x)>[y") == "[¶1](<https://a.example/%28x%29%3E%5By>)"


# Around the briefs ------------------------------------------------------------------------------------------


def an_item(link: str | None = None, **more: object) -> Item:
    return Item("0" * 32, Wanted(link=link), **more)  # type: ignore[arg-type]


def test_problem_names_the_link_without_preview() -> None:
    words = problem(str(PageNotFound("https://a.example/x_y_z")))
    assert words.startswith("Could not read <https://a.example/x_y_z>: the site says")


def test_problem_longer_than_a_message_is_cut() -> None:
    assert len(problem("https://a.example/" + "_" * 3000 + " is too long " + "* " * 2000)) <= CONTENT


def test_problem_with_markup_is_disarmed() -> None:
    assert problem("There is no site named **x** @everyone.") == "There is no site named \\*\\*x\\*\\* @\u200beveryone."


def test_thread_is_named_for_the_site_or_the_number_of_links() -> None:
    assert thread_name([an_item("https://post.example/a")]) == "post.example"
    assert thread_name([an_item("https://post.example/a"), an_item("https://b.example/")]) == "Links (2)"
    assert thread_name([an_item()]) == "Pasted text"
    assert len(thread_name([an_item(f"https://{'a' * 300}.example/")])) <= 100
    assert thread_name([an_item("http://[broken")]) == "http://[broken"


def test_placeholder_names_the_site() -> None:
    assert placeholder(an_item("https://post.example/a?b=1")) == "Reading post.example …"


def test_ending_of_many_links_fits_a_message() -> None:
    items = [
        Item(f"{number:032}", Wanted(link=f"https://a.example/{'a' * 500}{number}"), brief="b", delivered=True)
        for number in range(10)
    ]
    text = ending(items, {item.id: "* " * 200 for item in items}, in_thread=True)
    assert len(text) <= CONTENT
    assert "more" in text


def test_ending_without_any_reading_says_so() -> None:
    items = [an_item("https://a.example/", problem="Gone.")]
    assert ending(items, {}, in_thread=True).startswith("I could not read the link. The answers are in the thread.")
