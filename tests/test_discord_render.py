"""Embeds: within every limit, verbatim, and nothing from a page does anything."""

from __future__ import annotations

import re
from dataclasses import replace

import discord
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.discord.markdown import cut, escape, fit, link, pieces
from adapters.discord.progress import ending, placeholder, problem, thread_name
from adapters.discord.render import LISTS, render, render_list
from bot.brief import Brief, write_brief
from bot.errors import PageNotFound
from bot.models import (
    Analysis,
    Article,
    Attribution,
    CharSpan,
    Claim,
    Dropped,
    Entity,
    Item,
    Kind,
    Note,
    QuoteType,
    Speaker,
    SummarySentence,
    Wanted,
    split_paragraphs,
)
from tests.discord_rules import CONTENT, EMBED_TOTAL, embed_length
from tests.discord_transcript import shown
from tests.fakes import a_brief, an_analysis, an_article

NASTY = (
    "@everyone <@123456789012345678> [prize](https://evil.example) **bold** `code` <t:0> :smile: \u202egnp.exe ||x||"
)


def a_long_brief(filler: str = "* ", quotes: int = 60, characters: int = 3000) -> Brief:
    """Return the brief of an article with *quotes* quotations, each of another person."""
    texts = [
        f"Person{number} said: “number{number} {filler * (characters // len(filler))}end{number}”"
        for number in range(quotes)
    ]
    text = "\n\n".join(["Long story", *texts])
    paragraphs = split_paragraphs(text)
    names = [CharSpan(at.start, text.index(" said", at.start)) for at in paragraphs[1:]]
    cues = [CharSpan(name.end + 1, name.end + 5) for name in names]
    contents = [CharSpan(cue.end + 2, at.end) for cue, at in zip(cues, paragraphs[1:], strict=True)]
    article = Article(
        text=text,
        paragraphs=paragraphs,
        headline=paragraphs[0],
        outlet="The Long Post",
        url="https://long.example/" + "a" * 300,
        dropped=tuple(Dropped(f"reason {number}", "words " * 2000) for number in range(40)),
    )
    analysis = Analysis(
        attributions=tuple(
            Attribution((name,), (cue,), (at,), (CharSpan(at.start + 1, at.end - 1),), QuoteType.DIRECT)
            for name, cue, at in zip(names, cues, contents, strict=True)
        ),
        speakers=tuple(Speaker(name, Kind.PERSON, None, (name,), (number,)) for number, name in enumerate(names)),
        claims=tuple(Claim((at,), (), number, 0.5, ("figure",)) for number, at in enumerate(contents)),
        entities=tuple(Entity(name, Kind.PERSON, (name,)) for name in names),
        summary=tuple(SummarySentence(at) for at in paragraphs[1:8]),
        notes=tuple(Note("undated", "A long note. " * 60) for _ in range(12)),
    )
    return write_brief(article, analysis)


def titled(title: str, **changes: object) -> Brief:
    """Return a brief of an article whose every string comes from a page that means ill."""
    text = f"{title}\n\n“{title},” said {title}, {title}."
    paragraphs = split_paragraphs(text)
    name = CharSpan(text.index("said ") + 5, text.index("said ") + 5 + len(title))
    quoted = CharSpan(paragraphs[1].start + 1, paragraphs[1].start + 1 + len(title))
    role = CharSpan(name.end + 2, name.end + 2 + len(title))
    article = Article(
        text=text, paragraphs=paragraphs, headline=paragraphs[0], byline=title, outlet=title, url="https://a.example/"
    )
    analysis = Analysis(
        attributions=(
            Attribution((name,), (CharSpan(name.start - 5, name.start - 1),), (quoted,), (quoted,), QuoteType.DIRECT),
        ),
        speakers=(Speaker(name, Kind.PERSON, role, (name,), (0,)),),
        claims=(Claim((quoted,), (), None, 0.5, ()),),
        entities=(Entity(name, Kind.PERSON, (name,)),),
        summary=(SummarySentence(paragraphs[1]),),
        notes=(),
    )
    return write_brief(replace(article, **changes), analysis)  # type: ignore[arg-type]


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
    return [render(brief), *([page] for which in LISTS for page in render_list(brief, which))]


# The short view ---------------------------------------------------------------------------------------------


def test_short_view_reads_like_this() -> None:
    assert shown(words(render(a_brief()))) == SHORT_VIEW


SHORT_VIEW = """\
Harbour wall will cost twice as much, council admits
The Ellery Post · 17 March 2026 · by Ida Quill · 90 words read
• The new harbour wall in Port Ellery will cost 48 million pounds, twice the sum that voters were told in 2024, \
the town council admitted on Tuesday. ¶1
• She [Maren Holt] added that the wall would be finished by 2028. ¶3
None
Who says what
Maren Holt, the council's finance chief · 2 quotes
• “We got the numbers wrong, and I am sorry for that,” … “Nobody has pocketed a penny.” · said ¶2
• that the wall would be finished by 2028 · added ¶3
the town council · 1 quote
• The new harbour wall in Port Ellery will cost 48 million pounds · admitted ¶1
Tomas Reyl, who leads the harbour union · 1 quote
• the plan “a disaster for every boat in the bay” · called ¶4
… and 1 more quote (1 unattributed)
None
Claims to check
• The new harbour wall in Port Ellery will cost 48 million pounds — the town council admitted ¶1
• 40 boats had left since March — The Ellery Post writes ¶4
None
Who and what is mentioned
People Maren Holt, Tomas Reyl
Places Port Ellery
Money 48 million pounds
None
Please note
• “Tuesday” has no date in the text. ¶1
• This is a plain reading by rules on grammar.
Left out of the page, 2 parts: subscribe box, comment form"""


def test_evidence_links_scroll_to_the_passage() -> None:
    text = words(render(a_brief()))
    assert "[¶3](<https://post.example/harbour#:~:text=that%20the%20wall%20would%20be%20finished%20by%202028>)" in text


def test_title_leads_to_the_page() -> None:
    assert render(a_brief())[0].url == "https://post.example/harbour"


def test_pasted_text_has_no_links() -> None:
    brief = write_brief(replace(an_article(), url=None, canonical_url=None, headline=None), an_analysis())
    embeds = render(brief)
    assert embeds[0].title == "Pasted text"
    assert embeds[0].url is None
    assert "](" not in words(embeds)


@pytest.mark.parametrize("url", ["javascript:alert(1)", "https://post.example/" + "a" * 3000])
def test_address_that_cannot_be_linked_is_left_out(url: str) -> None:
    embeds = render(titled("Story", url=url))
    assert embeds[0].url is None
    assert_valid(embeds)


@pytest.mark.parametrize("filler", ["word ", "* ", "_", "@everyone ", "“", "\u200b ", "é"])
def test_sixty_quotes_of_three_thousand_characters_are_valid(filler: str) -> None:
    for message in every_message(a_long_brief(filler, quotes=60 if filler in ("word ", "* ") else 6)):
        assert_valid(message)


@pytest.mark.parametrize("filler", ["word ", "* ", "_"])
def test_every_word_of_every_quote_is_on_some_page(filler: str) -> None:
    brief = a_long_brief(filler)
    pages = "".join(embed.description or "" for embed in render_list(brief, "quotes"))
    read = solid(re.sub(r" \*\(goes on\)\*|\*\(continued\)\* ", "", pages))
    assert all(solid(quote.quoted[0].text) in read for quote in brief.quotes)


def solid(markup: str) -> str:
    """Undo the escapes, and leave out blanks and quotation marks, which a page's end may add or take."""
    return re.sub(r"[\s“”]", "", re.sub(r"\\([^0-9A-Za-z\s])", r"\1", markup))


def test_what_is_not_shown_is_counted() -> None:
    brief = a_long_brief("word ")
    embeds = render(brief)
    text = words(embeds)
    told = len(re.findall(r"^• “number", embeds[1].description or "", re.M))
    assert f"… and {60 - told} more quotes" in text
    assert "Person7 and 52 more" in text
    assert "Left out of the page, 40 parts" in text


@pytest.mark.parametrize(
    "brief", [a_brief(), a_long_brief("word "), a_long_brief("said “that” and "), titled("x " * 90)]
)
def test_quotation_marks_hold_words_of_the_article(brief: Brief) -> None:
    source = " ".join(brief.article.text.split())
    told = [note.text for note in brief.notes]
    for message in every_message(brief):
        for quoted in re.findall(r"“([^“”]*)”", shown(words(message))):
            assert quoted in source or any(quoted in note for note in told)


def test_paraphrase_gets_no_marks() -> None:
    assert "“that the wall" not in words(render(a_brief())) + words(render_list(a_brief(), "quotes"))


def test_claims_bear_no_verdict_and_are_somebodys() -> None:
    text = shown(words(render_list(a_brief(), "claims")))
    assert "— the town council admitted (figure) ¶1" in text
    assert "— The Ellery Post writes (figure) ¶4" in text
    assert "true" not in text


def test_unattributed_quote_is_called_that() -> None:
    assert "Unattributed\nthe delay · fear ¶4" in shown(words(render_list(a_brief(), "quotes")))


def test_empty_reading_still_says_what_was_read() -> None:
    brief = write_brief(an_article(), Analysis((), (), (), (), (), ()))
    (embed,) = render(brief)
    assert "90 words read" in (embed.description or "")
    assert words(render_list(brief, "quotes")).startswith("All quotes (0)")


# Text from pages --------------------------------------------------------------------------------------------


def test_nothing_from_a_page_does_anything() -> None:
    for message in every_message(titled(NASTY)):
        text = words(message)
        assert "@everyone" not in text
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


@given(st.text(st.characters(exclude_categories=["Cc", "Cf", "Cs", "Zl", "Zp", "Zs"]), max_size=300))
@settings(max_examples=100, deadline=None)
def test_pieces_are_the_whole_text(text: str) -> None:
    assert "".join(pieces(text, 40)) == text


@given(st.text(min_size=1, max_size=500).filter(lambda text: text.strip() and "\n" not in text))
@settings(max_examples=60, deadline=None)
def test_any_title_makes_valid_embeds(title: str) -> None:
    text = " ".join(title.split()) or "x"
    for message in every_message(titled(text)):
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
        Item(f"{number:032}", Wanted(link=f"https://a.example/{'a' * 500}{number}"), brief="b") for number in range(10)
    ]
    text = ending(items, {item.id: "* " * 200 for item in items}, in_thread=True)
    assert len(text) <= CONTENT
    assert "more" in text


def test_ending_without_any_reading_says_so() -> None:
    items = [an_item("https://a.example/", problem="Gone.")]
    assert ending(items, {}, in_thread=True).startswith("I could not read the link. The answers are in the thread.")
