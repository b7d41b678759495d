"""What a page says of itself: headline, by-line, day of publication, and how sure these are."""

from __future__ import annotations

import json
from datetime import date

import pytest
from lxml.html import document_fromstring

from bot.extract.blocks import find_blocks
from bot.extract.metadata import Metadata, find_metadata, is_person, split_names

URL = "https://www.post.example/news/harbour-wall"
STORY = (
    "<p>"
    + "The new harbour wall in Port Ellery will cost twice the sum that voters were told, it was said. " * 3
    + "</p>"
)
TITLE = "Harbour wall will cost twice as much"


def read(body: str = "", *, head: str = "", data: object = None, url: str = URL) -> Metadata:
    """Read a page with this *body* below its headline, this *head* and this JSON-LD."""
    script = "" if data is None else f'<script type="application/ld+json">{json.dumps(data)}</script>'
    tree = document_fromstring(
        f"<html lang=en><head><title>{TITLE} | The Ellery Post</title>"
        f'<meta property="og:site_name" content="The Ellery Post">{head}{script}</head>'
        f"<body><article><h1>{TITLE}</h1>{body}{STORY}</article></body></html>"
    )
    return find_metadata(tree, find_blocks(tree.find("body")), url)


def story(**fields: object) -> dict[str, object]:
    return {"@type": "NewsArticle", **fields}


# Headline -----------------------------------------------------------------------------------------------------


def page(head: str, body: str, url: str = URL) -> Metadata:
    tree = document_fromstring(f"<html><head>{head}</head><body>{body}{STORY}</body></html>")
    return find_metadata(tree, find_blocks(tree.find("body")), url)


def test_shown_headline_wins_over_one_for_search_engines() -> None:
    metadata = page("<title>Port Ellery sea defences: all prices</title>", f"<h1>{TITLE}</h1>")
    assert metadata.headline == TITLE


def test_section_above_the_headline_is_not_the_headline() -> None:
    head = f'<title>News - Ellery Post</title><meta property="og:title" content="{TITLE}">'
    assert page(head, f"<h1>News</h1><h1>{TITLE}</h1>").headline == TITLE


def test_name_of_the_site_in_the_largest_type_is_not_the_headline() -> None:
    """Old blogs set their own name as the main heading and the story's title below it."""
    head = "<title>The wall that never was : Tales from our bay</title>"
    body = "<h1>Tales from our bay</h1><h2>The wall that never was</h2>"
    assert page(head, body).headline == "The wall that never was"


def test_line_above_the_headline_in_its_element_is_left_out() -> None:
    head = f'<meta property="og:title" content="{TITLE}">'
    assert page(head, f"<h1><span>Port Ellery</span> <span>{TITLE}</span></h1>").headline == TITLE


def test_beginning_with_a_colon_belongs_to_the_headline() -> None:
    head = f'<meta property="og:title" content="{TITLE}">'
    assert page(head, f"<h1><b>“A disaster”:</b> {TITLE}</h1>").headline == f"“A disaster”: {TITLE}"


def test_declared_title_serves_where_no_heading_is() -> None:
    assert page(f"<title>{TITLE}</title>", "").headline == TITLE


# By-line: declared ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("author", "byline"),
    [
        ({"@type": "Person", "name": "Ida Quill"}, "Ida Quill"),
        ([{"@type": "Person", "name": "Ida Quill"}, {"@type": "Person", "name": "Tom Reyl"}], "Ida Quill and Tom Reyl"),
        ({"@type": ["Person"], "name": ["Ida Quill", "Tom Reyl"]}, "Ida Quill and Tom Reyl"),
        ({"@type": "Person", "name": "Von Ida Quill und Tom Reyl"}, "Ida Quill and Tom Reyl"),
        ({"@type": "Person", "name": "quilly"}, "quilly"),
        ({"@type": "Person", "name": "ida.quill"}, "Ida Quill"),
        ({"name": "Ida Quill"}, "Ida Quill"),
        ("Ida Quill", "Ida Quill"),
        (["Ida Quill", "Tom Reyl"], "Ida Quill and Tom Reyl"),
        ({"@type": "Organization", "name": "Northmouth Press"}, None),
        ({"@type": "Person", "name": "dpa"}, None),
        ({"@type": "Person", "name": "det/dpa"}, None),
        ({"@type": "Person", "name": "Redaktion"}, None),
        ({"@type": "Person", "name": "oradmin"}, None),
        ({"@type": "Person", "name": "The Ellery Post"}, None),
        ("Staff Reporter", None),
    ],
)
def test_byline_in_json_ld(author: object, byline: str | None) -> None:
    assert read(data=story(author=author)).byline == byline


def test_author_that_is_told_elsewhere_in_the_graph() -> None:
    graph = [story(author={"@id": "#ida"}), {"@type": "Person", "@id": "#ida", "name": "Ida Quill"}]
    assert read(data={"@graph": graph}).byline == "Ida Quill"


@pytest.mark.parametrize("name", ["author", "parsely-author", "dc.creator", "byl", "article:author"])
def test_byline_in_meta_tags(name: str) -> None:
    assert read(head=f'<meta name="{name}" content="Ida Quill">').byline == "Ida Quill"


def test_address_of_an_author_is_no_name() -> None:
    assert read(head='<meta property="article:author" content="https://social.example/ida.quill">').byline is None


# By-line: printed -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("printed", "byline"),
    [
        ("<p>By Ida Quill</p>", "Ida Quill"),
        ("<p>Von Ida Quill und Tom Reyl</p>", "Ida Quill and Tom Reyl"),
        ("<p>Par Ida Quill</p>", "Ida Quill"),
        ("<p>Por Ida Quill</p>", "Ida Quill"),
        ("<p>Text von Ida Quill</p>", "Ida Quill"),
        ("<div>ByIda Quill</div>", "Ida Quill"),
        ("<div>17 March 2026 | Ida Quill</div>", "Ida Quill"),
        ("<div>Posted on 17 March 2026 by quilly</div>", "quilly"),
        ('<span class="byline">Geschrieben von Ida Quill am 17. März 2026</span>', "Ida Quill"),
        ('<span class="author vcard">quilly</span>', "quilly"),
        ('<a rel="author" href="/x">Ida</a>', "Ida"),
        ('<a href="/author/ida/">Ida Quill</a>', "Ida Quill"),
        ('<span itemprop="author">Ida Quill, Northmouth</span>', "Ida Quill"),
        ('<span class="author">Ida Quill</span> <span class="author">Tom Reyl</span>', "Ida Quill and Tom Reyl"),
        ('<div class="author"><a rel="author">Ida Quill</a> <i>Political Observer</i></div>', "Ida Quill"),
        ("<p>Von Ida von Quill</p>", "Ida von Quill"),
        ('<span class="author">By Ida May</span>', "Ida May"),
        ('<span class="author">Redaktion</span>', None),
        ('<span class="author">Montag</span>', None),
        ('<span class="author">AFP</span>', None),
        ('<span class="author">Video: Ida Quill</span>', None),
        ('<span class="author">The Ellery Post</span>', None),
        ('<div class="comments"><span class="comment-author">Ida Quill</span></div>', None),
        ('<aside class="related"><span class="author">Ida Quill</span></aside>', None),
        ('<figure><span class="author">Ida Quill</span></figure>', None),
        ("<p>By popular demand</p>", None),
        ('<span class="author">https://post.example/ida</span>', None),
        ('<span class="author">Ida Quill, Senior Director</span>', "Ida Quill"),
    ],
)
def test_byline_printed_near_the_headline(printed: str, byline: str | None) -> None:
    assert read(printed).byline == byline


def test_printed_byline_goes_before_who_put_the_story_online() -> None:
    data = story(author={"@type": "Person", "name": "Tom Reyl"})
    assert read('<span class="byline">By Ida Quill</span>', data=data).byline == "Ida Quill"


def test_full_name_goes_before_a_first_name() -> None:
    data = story(author={"@type": "Person", "name": "Ida Quill"})
    metadata = read('<span class="author">Ida</span>', data=data)
    assert metadata.byline == "Ida Quill"


def test_byline_below_the_story_counts_if_all_there_say_the_same() -> None:
    below = STORY * 4 + '<div class="author">{}</div><div class="author">Ida Quill</div>'
    assert read(below.format("Ida Quill")).byline == "Ida Quill"
    assert read(below.format("Tom Reyl")).byline is None


def test_byline_is_sure_where_two_places_agree() -> None:
    data = story(author={"@type": "Person", "name": "Ida Quill"})
    assert read("<p>By Ida Quill</p>", data=data).byline_sure
    assert not read(data=data).byline_sure
    assert not read("<p>By Ida Quill</p>").byline_sure
    assert not read().byline_sure


@pytest.mark.parametrize(
    "printed",
    [
        '<p class="byline">By Ida Quill</p>',
        '<div class="byline"><p>By <a rel="author" href="/ida">Ida Quill</a></p></div>',
        '<p>12 June 2017 by <span class="author">Ida Quill</span></p>',
        '<p class="byline">By Ida Quill</p><p>By Ida Quill</p>',
    ],
)
def test_printed_byline_is_one_place_however_it_is_found(printed: str) -> None:
    metadata = read(printed)
    assert (metadata.byline, metadata.byline_sure) == ("Ida Quill", False)
    assert read(printed, head='<meta name="author" content="Ida Quill">').byline_sure


def test_two_nodes_of_json_ld_are_one_place() -> None:
    nodes = [story(author={"@type": "Person", "name": "Ida Quill"}), story(author="Ida Quill")]
    assert not read(data={"@graph": nodes}).byline_sure


@pytest.mark.parametrize(
    ("words", "names"),
    [
        ("By Ida Quill and Tom Reyl", ["Ida Quill", "Tom Reyl"]),
        ("Ida Quill, Tom Reyl & Jo van der Berg", ["Ida Quill", "Tom Reyl", "Jo van der Berg"]),
        ("Ida Quill | 17 March 2026", ["Ida Quill"]),
        ("", []),
    ],
)
def test_names_are_split(words: str, names: list[str]) -> None:
    assert split_names(words) == names


@pytest.mark.parametrize("name", ["Ida Quill", "Jo van der Berg", "Juan Ortega y Gasset", "María de la Luz Reyes"])
def test_person(name: str) -> None:
    assert is_person(name, None)


@pytest.mark.parametrize("name", ["Ida", "News Desk", "the harbour wall", "Ida Quill 2026", "Die Redaktion", "x@y.z"])
def test_no_person(name: str) -> None:
    assert not is_person(name, None)


# Date -----------------------------------------------------------------------------------------------------------

DAY = date(2026, 3, 17)


@pytest.mark.parametrize(
    "written",
    [
        "2026-03-17T23:30:00+01:00",
        "2026-03-17",
        "20260317",
        "17 March 2026",
        "March 17th, 2026",
        "17. März 2026",
        "17.3.2026",
        "17/03/2026",
        "17 mars 2026",
        "17 de marzo de 2026",
        "17 marca 2026",
        "17 марта 2026",
        "2026年3月17日",
    ],
)
def test_date_in_each_form(written: str) -> None:
    assert read(head=f'<meta property="article:published_time" content="{written}">').published == DAY


@pytest.mark.parametrize(
    "body",
    [
        '<time datetime="2026-03-17T08:00">today</time>',
        '<span itemprop="datePublished" content="2026-03-17"></span><span itemprop="datePublished">17.03.2026</span>',
        '<p class="posted-on">Tuesday, 17 March 2026</p>',
        "<div>17 March 2026, 8 pm</div>",
        "<div>Updated 18 March 2026, first published 17 March 2026</div>",
    ],
)
def test_date_printed_near_the_headline(body: str) -> None:
    metadata = read(body)
    assert metadata.published == DAY


@pytest.mark.parametrize(
    "path", ["/2026/03/17/wall", "/news/2026-03-17-wall.html", "/2026/3/17/wall", "/a/20260317/wall"]
)
def test_date_in_the_address_alone_is_not_sure(path: str) -> None:
    metadata = read(url=f"https://www.post.example{path}")
    assert (metadata.published, metadata.published_sure) == (DAY, False)


def test_number_in_the_address_is_no_date() -> None:
    assert read(url="https://www.post.example/story-120260317999").published is None


def test_date_is_sure_where_two_places_agree() -> None:
    metadata = read("<time datetime='2026-03-17'>x</time>", data=story(datePublished="2026-03-17T07:00:00Z"))
    assert (metadata.published, metadata.published_sure) == (DAY, True)


def test_date_that_one_place_tells_is_not_sure() -> None:
    metadata = read(data=story(datePublished="2026-03-17"))
    assert (metadata.published, metadata.published_sure) == (DAY, False)


@pytest.mark.parametrize(
    "printed",
    [
        "<time>17 March 2026</time>",
        "<p>Published <time datetime='2026-03-17T08:00'>17 March 2026</time>, 8 am</p>",
        "<div class='meta'><p>Ida Quill</p><p>17 March 2026</p></div>",
        "<time>17 March 2026</time><p>17 March 2026</p>",
    ],
)
def test_printed_date_is_one_place_however_it_is_found(printed: str) -> None:
    metadata = read(printed)
    assert (metadata.published, metadata.published_sure) == (DAY, False)
    assert read(printed, url="https://post.example/2026/03/17/wall").published_sure


def test_places_that_disagree_make_a_date_unsure() -> None:
    metadata = read("<div>2 January 2026</div>", data=story(datePublished="2026-03-17"))
    assert (metadata.published, metadata.published_sure) == (DAY, False)


def test_vague_tag_yields_to_what_is_printed() -> None:
    """Many a library's "date" is that of the record, or of the last change."""
    assert read("<div>17 March 2026</div>", head='<meta name="dc.date" content="2026-01-02">').published == DAY


def test_two_places_outweigh_one() -> None:
    metadata = read(
        "<div>17 March 2026</div>", data=story(datePublished="2026-01-02"), url="https://post.example/2026/03/17/wall"
    )
    assert (metadata.published, metadata.published_sure) == (DAY, True)


def test_printed_day_goes_before_the_day_in_greenwich() -> None:
    metadata = read("<div>17 March 2026, 11 pm</div>", data=story(datePublished="2026-03-18T04:00:00Z"))
    assert metadata.published == DAY


def test_date_of_a_change_is_no_date_of_publication() -> None:
    metadata = read('<div class="updated">Last updated 18 March 2026</div>', data=story(datePublished="2026-03-17"))
    assert (metadata.published, metadata.published_sure) == (DAY, False)


def test_dates_of_other_stories_and_comments_do_not_count() -> None:
    others = '<div class="comment"><time datetime="2026-03-19">x</time></div>'
    others += '<aside><time datetime="2026-03-20">x</time></aside>'
    assert read(others, data=story(datePublished="2026-03-17")).published == DAY


# Hostile and broken pages ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "value",
    [7, -1.5, True, None, [], {}, [[["x"]]], {"a": {"b": [1]}}, "x" * 2_000_000, "\x00", "0001-01-01", "9999-12-31",
     "2026-02-31", "1969-07-20", {"@id": ["x"]}, {"@id": {}}, {"@type": {"x": 1}, "name": 3}, ["", 0, {"@type": 5}]],
)  # fmt: skip
def test_hostile_value_is_passed_over(value: object) -> None:
    metadata = read(data=story(headline=value, author=value, datePublished=value, publisher={"name": value}))
    assert metadata.headline == TITLE
    assert metadata.byline is None
    assert metadata.published is None


@pytest.mark.parametrize("script", ["{", "[" * 100_000, '"', "{'a': 1}", "<!-- x -->", '{"@type": NaN}'])
def test_broken_json_ld_is_passed_over(script: str) -> None:
    head = f'<script type="application/ld+json">{script}</script>'
    assert read(head=head + '<meta name="author" content="Ida Quill">').byline == "Ida Quill"


@pytest.mark.parametrize("url", ["", "x", "https://post.example/9999/99/99/", "http://post.example:x/"])
def test_broken_address_is_passed_over(url: str) -> None:
    assert read(url=url).headline == TITLE


def test_page_of_a_million_bylines_is_read() -> None:
    """Only the first are looked at; the time for a page must not grow with its square."""
    metadata = read('<span class="author">x9 y9</span>' * 30_000 + "<div class=author>" * 200 + "<br>" * 10_000)
    assert metadata.headline == TITLE


def test_date_that_cannot_be_guessed_does_not_cost_the_story(monkeypatch: pytest.MonkeyPatch) -> None:
    def break_down(*_: object, **__: object) -> str:
        raise TypeError

    monkeypatch.setattr("bot.extract.dates.guess_date", break_down)
    assert read().headline == TITLE
    assert read().published is None
