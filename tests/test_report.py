"""What is told of how a page was read."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from pathlib import Path

import pytest

from adapters.console.explain import render_report
from bot.errors import NotText
from bot.extract.extract import extract
from bot.extract.report import explain_file, explain_page
from bot.models import Page
from bot.report import Report, refused_unread
from tests.pdfs import a_pdf, set_lines

ARTICLES = Path(__file__).parent / "articles"
NOW = datetime(2026, 3, 18, 9, 30, tzinfo=UTC)


def a_page(name: str, *, charset: str | None = "utf-8", hops: tuple[str, ...] = ()) -> Page:
    body = (ARTICLES / f"{name}.html").read_bytes()
    return Page("https://t.example/x", "https://post.example/harbour", body, "text/html", charset, NOW, hops)


def test_report_tells_what_was_fetched_from_where() -> None:
    page = a_page("harbour", hops=("https://t.example/x", "http://post.example/harbour"))
    fetched = explain_page(page).fetched
    assert fetched is not None
    assert (fetched.asked, fetched.address) == ("https://t.example/x", "https://post.example/harbour")
    assert fetched.hops == ["https://t.example/x", "http://post.example/harbour"]
    assert fetched.bytes == len(page.body)
    assert fetched.sha256 == hashlib.sha256(page.body).hexdigest()
    assert fetched.fetched_at == NOW


def test_report_tells_what_was_kept_and_what_was_left_out_for_which_reason() -> None:
    report = explain_page(a_page("harbour"))
    assert report.kept is not None
    assert report.refused is None
    assert report.words_on_page is not None
    assert 40 < report.kept.words < report.words_on_page
    assert "comment form" in [group.reason for group in report.kept.left_out]
    assert all(group.stretches == len(group.texts) and group.words for group in report.kept.left_out)


def test_fact_that_two_places_agree_on_is_sure() -> None:
    html = (
        "<html><head><title>Council admits harbour wall costs - Post</title></head><body><article>"
        "<h1>Council admits harbour wall costs</h1><p>By Ida Quill</p>"
        + "".join(
            f"<p>The wall costs {n} million pounds, the council said on day {n} of the talks.</p>" for n in range(9)
        )
        + "</article></body></html>"
    )
    page = Page("https://post.example/a", "https://post.example/a", html.encode(), "text/html", None, NOW)
    kept = explain_page(page).kept
    assert kept is not None
    assert kept.headline.sure
    assert set(kept.headline.seen_in) == {"the page's main heading", "the window's title"}
    assert not kept.byline.sure
    assert kept.published.value is None
    assert not kept.published.sure


def a_story(*, head: str = "", below: str = "", url: str = "https://post.example/a") -> Page:
    body = "".join(
        f"<p>The wall costs {n} million pounds, the council said on day {n} of the talks.</p>" for n in range(9)
    )
    html = (
        f"<html><head><title>Council admits harbour wall costs</title>{head}</head><body><article>"
        f"<h1>Council admits harbour wall costs</h1>{below}{body}</article></body></html>"
    )
    return Page(url, url, html.encode(), "text/html", None, NOW)


@pytest.mark.parametrize(
    ("head", "below", "url", "seen"),
    [
        ('<meta name="pubdate" content="2026-03-17">', "", "", {"the tag pubdate"}),
        (
            '<meta property="article:published_time" content="2026-03-17T09:00:00+00:00">',
            "<div>Dienstag, 17. März 2026</div>",
            "",
            {"the tag article:published_time", "the page's text"},
        ),
        (
            '<script type="application/ld+json">{"@type": "NewsArticle", "datePublished": "2026-03-17"}</script>',
            "",
            "https://post.example/2026/3/17/wall",
            {"JSON-LD", "its address"},
        ),
    ],
)
def test_report_tells_where_the_date_is_seen_and_is_as_sure_as_the_brief(
    head: str, below: str, url: str, seen: set[str]
) -> None:
    page = a_story(head=head, below=below, url=url or "https://post.example/a")
    kept = explain_page(page).kept
    assert kept is not None
    assert kept.published.value == "2026-03-17"
    assert set(kept.published.seen_in) == seen
    assert kept.published.sure == extract(page).published_sure


def test_time_of_a_change_is_no_place_that_names_the_date() -> None:
    head = (
        '<meta name="pubdate" content="2026-03-17"><meta property="og:updated_time" content="2026-03-17T10:00:00">'
        '<meta name="last-updated" content="2026-03-17">'
    )
    kept = explain_page(a_story(head=head)).kept
    assert kept is not None
    assert kept.published.seen_in == ["the tag pubdate"]


def test_byline_is_sure_where_two_places_name_the_same_authors() -> None:
    head = '<meta name="author" content="Ida Quill">'
    kept = explain_page(a_story(head=head, below='<p class="byline">By Ida Quill</p>')).kept
    assert kept is not None
    assert kept.byline.sure
    assert kept.byline.seen_in == ["the page's text", "the tag author"]

    one = explain_page(a_story(head=head)).kept
    assert one is not None
    assert not one.byline.sure


def test_date_of_a_file_is_seen_in_the_file() -> None:
    body = "The council met and spoke of the wall for hours on end, he said.\n\n" * 9
    kept = explain_file("wall.md", f"---\ntitle: Wall\ndate: 2026-03-17\n---\n\n{body}".encode()).kept
    assert kept is not None
    assert (kept.published.value, kept.published.seen_in) == ("2026-03-17", ["the file itself"])


@pytest.mark.parametrize(
    ("body", "declared", "charset", "why"),
    [
        ("council’s wall".encode(), "latin-1", "utf-8", "valid UTF-8"),
        ("council’s wall".encode("cp1252"), "latin-1", "cp1252", "declared, and no valid UTF-8"),
        ("council’s wall".encode("cp1252"), None, "cp1252", "assumed: no valid UTF-8"),
        ("council’s wall".encode("utf-16"), None, "utf-16", "its byte order mark"),
    ],
)
def test_report_tells_how_bytes_became_letters(body: bytes, declared: str | None, charset: str, why: str) -> None:
    report = explain_page(Page("", "https://post.example/a", body, "text/plain", declared, NOW))
    assert report.charset is not None
    assert (report.charset.charset, report.charset.why) == (charset, why)


def test_refused_page_is_explained_with_what_was_seen_there() -> None:
    report = explain_page(a_page("paywall"))
    assert report.kept is None
    assert report.refused is not None
    assert report.refused.kind == "PaywallStub"
    assert report.refused.evidence
    assert report.refused.beginning


def test_file_is_explained_like_a_page() -> None:
    pdf = a_pdf(set_lines(["The council met on Tuesday and spoke of the wall for hours on end, he said."] * 9))
    report = explain_file("minutes.pdf", pdf)
    assert report.fetched is not None
    assert (report.fetched.asked, report.fetched.address, report.read_as) == ("minutes.pdf", None, "PDF")
    assert report.kept is not None


def test_file_of_another_kind_is_explained_too() -> None:
    report = explain_file("a.png", b"\x89PNG\r\n\x1a\n")
    assert report.refused is not None
    assert report.refused.kind == "UnknownFile"


@pytest.mark.parametrize("name", ["harbour", "paywall", "consent", "script-shell", "front", "german", "missing"])
def test_report_survives_json_and_is_shown_whole(name: str) -> None:
    report = explain_page(a_page(name))
    assert Report.model_validate_json(report.model_dump_json()) == report
    shown = "\n".join(render_report(report))
    assert "What was fetched" in shown
    assert (report.kept is None) == ("Why there is no brief" in shown)
    for group in report.kept.left_out if report.kept else ():
        assert group.reason in shown


def test_page_cannot_command_the_terminal_by_its_report() -> None:
    html = b"<html><title>\x1b[31m404 not found</title><body>\x1b]8;;https://evil.example\x07 Not found</body></html>"
    page = Page("https://a.example/\x1b[2J", "https://a.example/", html, "text/html", None, NOW)
    assert "\x1b" not in "\n".join(render_report(explain_page(page)))


def test_answer_refused_by_its_headers_is_a_report() -> None:
    shown = "\n".join(render_report(refused_unread(NotText("image/png"))))
    assert "a picture" in shown
    assert "Name of this refusal: NotText" in shown


def test_what_was_left_out_stands_under_its_reason() -> None:
    lines = list(render_report(explain_page(a_page("harbour"))))
    reason = next(number for number, line in enumerate(lines) if line.startswith("  share bar (1 part"))
    assert lines[reason + 1].startswith("    • Share on Facebook")
