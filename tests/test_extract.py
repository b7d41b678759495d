"""Pages in, articles or named refusals out. The pages in ``articles/`` are made up."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from encodings.aliases import aliases
from pathlib import Path

import pytest
from lxml.html import fromstring

from bot.errors import (
    BotError,
    BotWall,
    ConsentWall,
    ListPage,
    MissingPage,
    NoArticle,
    NotEnglish,
    NotText,
    PaywallStub,
    Refusal,
    ScriptShell,
    SignInWall,
    TooShort,
)
from bot.extract.blocks import Block, find_blocks, restore
from bot.extract.decode import decode
from bot.extract.extract import extract
from bot.models import Article, Page

ARTICLES = Path(__file__).parent / "articles"
DEMO = Path(__file__).parents[1] / "adapters" / "console" / "demo.html"
STORY = (
    "The new harbour wall in Port Ellery will cost 48 million pounds, twice the sum that voters were told in 2024, the "
    "town council admitted on Tuesday. “We got the numbers wrong, and I am sorry for that,” said Maren Holt, the "
    "council’s finance chief. She added that the wall would be finished by 2028."
)


def page(
    body: str | bytes, *, media_type: str = "text/html", charset: str | None = "utf-8", path: str = "/news/x"
) -> Page:
    url = f"https://www.post.example{path}"
    return Page(
        url=url,
        final_url=url,
        body=body.encode() if isinstance(body, str) else body,
        media_type=media_type,
        charset=charset,
        fetched_at=datetime(2026, 3, 18, tzinfo=UTC),
    )


def saved(name: str) -> Article:
    return extract(page((ARTICLES / name).read_bytes()))


def html(inside: str, *, title: str = "Harbour wall will cost twice as much", head: str = "") -> str:
    return f"<!DOCTYPE html><html lang=en><head><title>{title}</title>{head}</head><body>{inside}</body></html>"


def paragraphs(article: Article) -> list[str]:
    return [span.of(article.text) for span in article.paragraphs]


# The story itself -------------------------------------------------------------------------------------------


def test_story_is_read_whole_and_in_order_without_what_stands_around_it() -> None:
    assert paragraphs(saved("harbour.html")) == [
        "Harbour wall will cost twice as much, council admits",
        "The new harbour wall in Port Ellery will cost 48 million pounds, twice the sum that voters were told in 2024, "
        "the town council admitted on Tuesday, hours before a debate.",
        "“We got the numbers wrong, and I am sorry for that,” said Maren Holt, the council’s finance chief. “Nobody "
        "has "
        "pocketed a penny.”",
        "She added that the wall, which halfway through its third year is unfinished, would be ready by 2028.",
        "What the fishermen say",
        "Fishermen fear the delay. Tomas Reyl, who leads the harbour union, called the plan “a disaster for every boat "
        "in the bay” and said 40 boats had left since March. Subscribe to his view or not, he said, the bay is "
        "emptying.",
        "“Sign up for another four years of this? Not us.”",
        "The council listed three causes:",
        "the price of steel",
        "a second survey of the sea bed",
        "work lost in two storms",
        "Year Cost",
        "2024 24 million pounds",
        "2026 48 million pounds",
        "A vote is planned for 2 April.",
    ]


def test_paragraphs_are_joined_by_blank_lines_and_cover_the_text() -> None:
    article = saved("harbour.html")
    assert article.text == "\n\n".join(paragraphs(article))
    assert article.headline == article.paragraphs[0]


def test_metadata_is_found() -> None:
    article = saved("harbour.html")
    assert article.title == "Harbour wall will cost twice as much, council admits"
    assert article.byline == "Ida Quill and Tomas de Witt"
    assert article.outlet == "The Ellery Post"
    assert article.published == date(2026, 3, 17), "the publisher's own day, not the one in Greenwich"
    assert article.language == "en"
    assert article.url == "https://www.post.example/news/x"
    assert article.canonical_url == "https://www.post.example/news/harbour-wall"


def test_same_story_in_old_markup_reads_the_same() -> None:
    article = saved("harbour-bare.html")
    assert article.title == "Harbour wall will cost twice as much, council admits"
    assert article.byline == "Ida Quill"
    assert article.outlet == "post.example"
    assert article.published is None, "2024 in the text is no date of publication"
    assert paragraphs(article)[1:] == [
        "The new harbour wall in Port Ellery will cost 48 million pounds, twice the sum that voters were told in 2024, "
        "the town council admitted on Tuesday.",
        "“We got the numbers wrong, and I am sorry for that,” said Maren Holt, the council’s finance chief. “Nobody "
        "has "
        "pocketed a penny.”",
        "She added that the wall would be finished by 2028.",
        "Fishermen fear the delay. Tomas Reyl, who leads the harbour union, called the plan “a disaster for every boat "
        "in the bay” and said 40 boats had left since March.",
    ]


@pytest.mark.parametrize(
    ("reason", "text"),
    [
        ("byline and date", "By Ida Quill"),
        ("share bar", "Share on Facebook"),
        ("caption", "Photo: Jonas Weir"),
        ("advertisement", "Advertisement"),
        ("related links", "Read more: January storm"),
        ("related links", "Lighthouse café to close"),
        ("credit line", "via Northmouth Press"),
        ("newsletter plea", "Sign up for our newsletter"),
        ("comment form", "Please enter your comment!"),
        ("cookie notice", "We use cookies"),
        ("copyright line", "All rights reserved"),
        ("navigation", "Sport"),
    ],
)
def test_what_was_left_out_is_listed_with_a_plain_reason(reason: str, text: str) -> None:
    assert any(drop.reason == reason and text in drop.text for drop in saved("harbour.html").dropped)


def test_list_of_what_was_left_out_stays_short() -> None:
    links = "".join(
        f'<nav><a href="/{n}">Link {n}</a></nav><aside>Box number {n} {"and on " * 100}</aside>' for n in range(200)
    )
    dropped = extract(
        page(html(f"<article><h1>Harbour wall will cost twice as much</h1><p>{STORY}</p></article>{links}"))
    ).dropped
    assert len(dropped) == 61
    assert "more stretches" in dropped[-1].text
    assert max(len(drop.text) for drop in dropped) <= 300


def test_words_are_neither_glued_nor_split() -> None:
    inside = (
        f"<p>{STORY}</p>"
        "<p>The re<b>build</b>ing cost <a href=x>twi<span>ce</span></a> as <i>much</i>.</p>"
        "<p>It<br>ended there, they said, and nobody<br>was any happier.</p>"
    )
    text = extract(page(html(f"<article><h1>Walls</h1>{inside}</article>"))).text
    assert "The rebuilding cost twice as much." in text
    assert "they said, and nobody was any happier." in text


def test_marks_that_browsers_draw_are_kept() -> None:
    body = (
        f"<article><h1>Walls</h1><p>{STORY}</p><p>He said: <q>It is not over yet, not by a long way.</q></p></article>"
    )
    assert "He said: “It is not over yet, not by a long way.”" in extract(page(html(body))).text


def test_invisible_characters_are_gone_and_visible_ones_kept() -> None:
    sentence = "The har\u00adbour\u200b wall’s “cost”\u00a0– 48&nbsp;million – is ‘final’… she said."
    body = f"<article><h1>Walls</h1><p>{STORY}</p><p>{sentence}</p></article>"
    assert "The harbour wall’s “cost” – 48 million – is ‘final’… she said." in extract(page(html(body))).text


def test_embedded_post_stays() -> None:
    words = "We will not pay for this wall twice, and we said so in May."
    tweet = f'<blockquote class="twitter-tweet"><p>{words}</p></blockquote>'
    body = (
        f"<article><h1>Walls</h1><p>{STORY}</p>{tweet}<p>The council did not answer him, nor anyone else.</p></article>"
    )
    assert "We will not pay for this wall twice" in extract(page(html(body))).text


def test_short_news_is_read() -> None:
    article = extract(page(html(f"<article><h1>Harbour wall will cost twice as much</h1><p>{STORY}</p></article>")))
    assert 45 <= article.words <= 60


@pytest.mark.parametrize(
    ("author", "byline"),
    [
        ("By Ida Quill", "Ida Quill"),
        ("Ida Quill, Tomas Reyl and Jo van der Berg", "Ida Quill, Tomas Reyl and Jo van der Berg"),
        ("Staff Reporter", None),
        ("The Ellery Post", None),
        ("https://post.example/authors/ida", None),
        ("admin", None),
    ],
)
def test_byline_is_a_persons_name_or_nothing(author: str, byline: str | None) -> None:
    head = f'<meta name="author" content="{author}"><meta property="og:site_name" content="The Ellery Post">'
    assert extract(page(html(f"<article><h1>Walls</h1><p>{STORY}</p></article>", head=head))).byline == byline


@pytest.mark.parametrize(
    "title", ["Harbour wall doubles in cost | The Ellery Post", "Harbour wall doubles in cost – post.example"]
)
def test_title_does_not_carry_the_sites_name(title: str) -> None:
    head = '<meta property="og:site_name" content="The Ellery Post">'
    assert (
        extract(page(html(f"<div><p>{STORY}</p></div>", title=title, head=head))).title
        == "Harbour wall doubles in cost"
    )


@pytest.mark.parametrize(
    ("href", "canonical"),
    [
        ("https://post.example/news/wall", "https://post.example/news/wall"),
        ("/news/wall", "https://www.post.example/news/wall"),
        ("https://elsewhere.example/news/wall", None),
        ("javascript:alert(1)", None),
        ("https://www.post.example/", None),
        ("http://[broken", None),
    ],
)
def test_canonical_address_is_taken_only_from_the_same_site(href: str, canonical: str | None) -> None:
    head = f'<link rel="canonical" href="{href}">'
    assert extract(page(html(f"<article><h1>Walls</h1><p>{STORY}</p></article>", head=head))).canonical_url == canonical


def test_body_decides_on_the_language() -> None:
    body = html(f"<article><h1>Walls</h1><p>{STORY}</p></article>").replace("lang=en", "lang=fr")
    assert extract(page(body)).language == "en"


def test_plain_text_page_is_read_like_pasted_text() -> None:
    article = extract(
        page(f"Harbour wall will cost twice as much\n\n{STORY}\n\nSubscribe Today", media_type="text/plain")
    )
    assert article.title == "Harbour wall will cost twice as much"
    assert article.body == STORY
    assert article.url == "https://www.post.example/news/x"
    assert article.outlet == "post.example"


# Encodings ----------------------------------------------------------------------------------------------------

UMLAUTS = (
    "<article><h1>Walls</h1><p>"
    + STORY
    + "</p><p>“Größe über alles”, it’s said in Zürich – nobody laughed at that.</p></article>"
)


@pytest.mark.parametrize(
    ("encoding", "header", "meta"),
    [
        ("utf-8", "utf-8", "utf-8"),
        ("utf-8", "iso-8859-1", None),
        ("utf-8", None, "iso-8859-1"),
        ("utf-8", None, None),
        ("utf-8-sig", "iso-8859-1", "windows-1252"),
        ("cp1252", "utf-8", "utf-8"),
        ("cp1252", "utf-8", None),
        ("cp1252", "iso-8859-1", None),
        ("cp1252", None, "iso-8859-1"),
        ("cp1252", None, None),
        ("cp1252", "nonsense", "ascii"),
        ("utf-16", "utf-8", None),
    ],
)
def test_encoding_is_found_whatever_the_labels_say(encoding: str, header: str | None, meta: str | None) -> None:
    head = f'<meta charset="{meta}">' if meta else ""
    text = extract(page(html(UMLAUTS, head=head).encode(encoding), charset=header)).text
    assert "“Größe über alles”, it’s said in Zürich – nobody laughed at that." in text


def test_stray_byte_does_not_turn_the_page_into_another_encoding() -> None:
    body = html(UMLAUTS * 8).encode() + b"<p>caf\xe9</p>"
    assert "“Größe über alles”" in extract(page(body)).text


# Refusals -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "refusal"),
    [
        ("paywall.html", PaywallStub),
        ("script-shell.html", ScriptShell),
        ("consent.html", ConsentWall),
        ("front.html", ListPage),
        ("missing.html", MissingPage),
        ("german.html", NotEnglish),
    ],
)
def test_page_that_is_no_readable_article_is_refused_by_name(name: str, refusal: type[Refusal]) -> None:
    with pytest.raises(refusal) as caught:
        saved(name)
    assert type(caught.value) is refusal
    assert caught.value.evidence


def test_language_is_named_in_words() -> None:
    with pytest.raises(NotEnglish, match="in German"):
        saved("german.html")


def test_language_need_not_be_asked() -> None:
    article = extract(page((ARTICLES / "german.html").read_bytes()), languages=None)
    assert article.language == "de"


def test_wall_against_robots_is_named() -> None:
    body = html(
        "<h1>Checking your browser before accessing post.example</h1><p>This takes a few seconds.</p>",
        title="Just a moment...",
    )
    with pytest.raises(BotWall, match="proof"):
        extract(page(body))


def test_sign_in_page_is_named() -> None:
    body = html(
        "<h1>Sign in</h1><form><p>E-mail</p><p>Password</p><a href=/lost>Forgot your password?</a></form>",
        title="Sign in to continue",
    )
    with pytest.raises(SignInWall):
        extract(page(body))


def test_free_short_story_under_a_subscribers_menu_is_read() -> None:
    """Every page of a paper with subscriptions has these words in its frame."""
    body = html(
        f"<header><a href=/>Already a subscriber? Log in</a></header><article><h1>Walls</h1><p>{STORY}</p></article>"
    )
    assert extract(page(body)).body == STORY


def test_story_about_cookies_and_robots_is_read() -> None:
    story = (
        "The regulator fined three publishers on Monday because their consent banners did not let readers reject "
        "cookies. "
        "“A page not found is a nuisance, a banner without a way out is a breach,” said Maren Holt, who leads the "
        "office. "
        "The publishers said that they would appeal, and that a captcha had kept inspectors from seeing the second "
        "page."
    )
    head = '<meta property="og:type" content="article">'
    body = html(
        f"<article><h1>Publishers fined over consent banners</h1><p>{story}</p></article>",
        title="Publishers fined over consent banners",
        head=head,
    )
    assert extract(page(body)).body == story


@pytest.mark.parametrize(
    ("body", "media_type", "what"),
    [
        (b"\x89PNG\r\n\x1a\n", "text/html", "a picture"),
        (b"\xff\xd8\xff\xe0", "image/jpeg", "a picture"),
        (b"RIFF\0\0\0\0WEBPVP8 ", "text/html", "a picture"),
        (b"\0\0\0\x18ftypmp42", "application/octet-stream", "a video"),
        (b"anything", "video/mp4", "a video"),
        (b"{}", "application/json", "application/json"),
    ],
)
def test_file_that_is_no_text_is_named(body: bytes, media_type: str, what: str) -> None:
    with pytest.raises(NotText, match=what):
        extract(page(body, media_type=media_type))


def test_feed_is_a_list() -> None:
    with pytest.raises(ListPage):
        extract(
            page(
                '<?xml version="1.0"?><rss version="2.0"><channel><title>Post</title></channel></rss>',
                media_type="text/xml",
            )
        )


def test_two_sentences_are_too_short() -> None:
    with pytest.raises(TooShort):
        extract(
            page(
                html(
                    "<article><h1>Harbour wall</h1><p>The wall is late. Nobody on the council knows why that "
                    "is.</p></article>"
                )
            )
        )


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"   \n ",
        b"<!-- nothing -->",
        b"\0\0\0\0",
        b"<html></html>",
        b"<html><body><p></p></body></html>",
        b"\xff\xfe\xfd<p>\xc3\x28",
        b"<" * 5000,
        b"<div>" * 10_000 + b"deep" + b"</div>" * 10_000,
        b"<table><tr><td>" * 3000,
        b"<a href='http://[::1'>x</a><base href='http://['>",
        b'<script type="application/ld+json">' + b"[" * 50_000 + b"</script>",
        b'<html><head><meta charset="utf-7"><meta charset="\xff"></head><body>+ADw-</body></html>',
        b"<html><body>" + b"&#0;&#xD800;&#x110000;" * 50 + b"</body></html>",
    ],
)
def test_strange_page_is_refused_and_never_a_crash(body: bytes) -> None:
    with pytest.raises(Refusal):
        extract(page(body))


def test_story_among_broken_code_is_still_read() -> None:
    data = '<script type="application/ld+json">{"@type": "NewsArticle", "headline": </script>'
    body = f"{data}<p>\0</p><article><h1>Walls</h1><p>{STORY}</p></b></div>"
    assert STORY in extract(page(html(body))).text


def test_patterns_do_not_run_away() -> None:
    """Rules are regular expressions over what strangers wrote: a page must not keep a reader busy for minutes."""
    nasty = [
        "By " + "A" * 140,
        "By " + "Aa " * 60,
        ", " * 200,
        "share " * 60 + "!",
        "more from the " * 30,
        "Tags: " + "x " * 200,
    ]
    body = html(
        f"<article><h1>Walls</h1><p>{STORY}</p>" + "".join(f"<p>{line}</p>" for line in nasty) * 50 + "</article>"
    )
    assert STORY in extract(page(body)).text  # some 1 s; without bounds it would not end at all


@pytest.mark.parametrize("error", [NoArticle("x"), ListPage("x"), MissingPage("x"), SignInWall("x")])
def test_refusal_ends_with_what_to_do(error: BotError) -> None:
    assert any(word in str(error) for word in ("Paste", "Check", "Send"))


# Blocks -------------------------------------------------------------------------------------------------------


def test_page_is_taken_at_its_own_word_where_extraction_moved_blanks() -> None:
    shown = [Block("Home"), Block("The rebuilding is over."), Block("Two lines"), Block("of one poem.")]
    story = restore([Block("The re build ing is over."), Block("Two linesof one poem.")], shown)
    assert [block.text for block in story] == ["The rebuilding is over.", "Two lines", "of one poem."]


def test_what_the_page_does_not_show_is_kept_as_extracted() -> None:
    story = restore([Block("From the page's data, not from its body.")], [Block("Home")])
    assert [block.text for block in story] == ["From the page's data, not from its body."]


def test_demo_page_is_read_whole() -> None:
    article = extract(page(DEMO.read_bytes()))
    assert article.title == "Ellery’s new ferry failed two safety drills before it sailed, records show"
    assert article.byline == "Ida Quill"
    assert article.outlet == "The Ellery Post"
    assert article.published == date(2026, 3, 12)
    assert 450 <= article.words <= 600
    assert article.text.endswith("The council’s transport committee will question Mr Aldous in public on Tuesday.")
    for furniture in (
        "Advertisement",
        "Read more",
        "Sign up for our",
        "Please enter",
        "Most read",
        "Photo:",
        "Share on",
    ):
        assert furniture not in article.text


def test_blocks_of_a_page_know_what_they_stand_in() -> None:
    blocks = find_blocks(
        fromstring("<body><nav class=Top><a href=/>Home</a></nav><p>Text <b>bold</b>ly.</p><script>x</script></body>")
    )
    assert [(block.text, block.linked) for block in blocks] == [("Home", 1.0), ("Text boldly.", 0.0)]
    assert "nav top" in blocks[0].within


@pytest.mark.parametrize("charset", sorted({*aliases.values(), "idna", "punycode", "undefined", "unicode_escape"}))
def test_whatever_encoding_is_claimed_a_page_becomes_text(charset: str) -> None:
    """Python knows encodings that make no text, and such as undo escapes: no page is written in those."""
    body = b"<p>The wall \x80 \\ud800 holds\xff"
    declared = b'<meta charset="%b">' % charset.encode() + body

    texts = [decode(body, charset), decode(declared)]

    assert [text for text in texts if re.search("[\ud800-\udfff]", text)] == []
    assert all(texts)
