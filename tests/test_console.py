from __future__ import annotations

import csv
import io
import json
import os
import re
import shlex
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import httpx
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from rich.cells import cell_len
from rich.console import Console

from adapters.console.app import find_link, load, serve_demo
from adapters.console.render import render
from bot.brief import Brief, write_brief
from bot.errors import FileNotRead, TooLarge
from bot.export import COLUMNS, cite, markdown, render_csv, render_json, render_markdown
from bot.typography import plain
from tests.fakes import STORY, a_brief, a_hostile_brief, an_analysis, an_article

ARTICLES = Path(__file__).parent / "articles"
NASTY = "\x1b[31mred\x1b[0m \x9b2J [bold]loud[/bold] \u202eedis\u202c :boom: <!channel> *x* _y_ `z` [a](https://evil.example)"


def shown(brief: Brief, width: int = 80, *, terminal: bool = False) -> str:
    console = Console(file=io.StringIO(), width=width, force_terminal=terminal, highlight=False)
    console.print(render(brief))
    return console.file.getvalue()  # type: ignore[attr-defined]


def words_of(text: str) -> str:
    return " ".join(text.split())


def a_nasty_brief() -> Brief:
    return a_hostile_brief(NASTY, canonical_url="https://post.example/a)b\x1b]8;;https://evil.example\x07<x>")


# The terminal ---------------------------------------------------------------------------------------------


def test_brief_is_shown_whole_at_80_columns() -> None:
    assert shown(a_brief()).splitlines()[:12] == [
        "Harbour wall will cost twice as much, council admits",
        "The Ellery Post · 17 March 2026 · by Ida Quill · 90 words read",
        "https://post.example/harbour",
        "",
        "What the story says",
        "  • The new harbour wall in Port Ellery will cost 48 million pounds, twice the  ",
        "    sum that voters were told in 2024, the town council admitted on Tuesday. ¶1 ",
        "  • She [Maren Holt] added that the wall would be finished by 2028. ¶3",
        "",
        "Who says what",
        "  • Maren Holt, the council's finance chief ¶2",
        "    • said: “We got the numbers wrong, and I am sorry for that,” … “Nobody has  ",
    ]


@pytest.mark.parametrize("width", [20, 40, 80, 200])
def test_every_quote_claim_entity_and_note_is_shown_at_any_width(width: int) -> None:
    """Nothing is cut with an ellipsis, however narrow the terminal."""
    brief = a_brief()
    text = shown(brief, width)
    assert all(cell_len(line) <= width for line in text.splitlines())
    words = words_of(text)
    for quote in brief.quotes:
        for passage in quote.content:
            assert words_of(passage.text) in words
    for passage in (passage for claim in brief.claims for passage in claim.content):
        assert words_of(passage.text) in words
    assert all(entity.name in words for entity in brief.entities)
    assert all(note.text in words for note in brief.notes)
    assert all(drop.text in words for drop in brief.article.dropped)


def test_every_quotation_shown_in_marks_stands_so_in_the_article() -> None:
    for quotation in re.findall("“[^”]*”", shown(a_brief(), 400)):
        assert quotation in STORY or quotation == "“Tuesday”"  # the note's own


def test_quotes_read_like_this() -> None:
    text = shown(a_brief(), 200)
    quotes = text[text.index("Who says what") : text.index("Who and what")]
    assert [line.rstrip() for line in quotes.splitlines()] == [
        "Who says what",
        "  • Maren Holt, the council's finance chief ¶2",
        "    • said: “We got the numbers wrong, and I am sorry for that,” … “Nobody has pocketed a penny.” ¶2",
        "    • added that the wall would be finished by 2028 ¶3",
        "  • the town council ¶1",
        "    • admitted: The new harbour wall in Port Ellery will cost 48 million pounds ¶1",
        "  • Tomas Reyl, who leads the harbour union ¶4",
        "    • called the plan “a disaster for every boat in the bay” ¶4",
        "",
        "Unattributed",
        "  • fear the delay ¶4",
        "",
        "Worth checking (most deserving first, never a verdict)",
        "  1. The new harbour wall in Port Ellery will cost 48 million pounds — the town council admitted (figure) ¶1",
        "  2. 40 boats had left since March — The Ellery Post, in its own voice (figure) ¶4",
        "",
    ]


def test_a_story_in_which_nobody_speaks_says_so() -> None:
    brief = write_brief(an_article(), replace(an_analysis(), attributions=(), speakers=(), claims=()))
    assert "I found nobody in this text who says something." in shown(brief)


def test_paragraph_numbers_open_the_page_at_the_passage() -> None:
    links = re.findall(r"\x1b\]8;[^;]*;([^\x1b]+)\x1b", shown(a_brief(), 200, terminal=True))
    assert any(unquote(link).endswith("#:~:text=that the wall would be finished by 2028") for link in links)


def test_pasted_text_has_paragraph_numbers_without_links() -> None:
    brief = write_brief(replace(an_article(), url=None, canonical_url=None), an_analysis())
    assert "\x1b]8" not in shown(brief, 200, terminal=True)
    assert "¶2" in shown(brief, 200)
    assert "](" not in render_markdown(brief)


def test_page_cannot_command_the_terminal() -> None:
    text = shown(a_nasty_brief(), 400)
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", text)
    assert "[bold]loud[/bold]" in text  # rich's markup and its emoji are words like any others
    assert ":boom:" in text


def test_page_cannot_end_the_link_that_the_terminal_is_given() -> None:
    text = shown(a_nasty_brief(), 400, terminal=True)
    assert "]8;;https://evil.example" in text.replace("\x1b", "")
    assert "\x1b]8;;https://evil.example" not in text
    assert "\x07" not in text


@given(st.text())
def test_no_text_brings_control_characters_along(text: str) -> None:
    cleaned = plain(text)
    assert not re.search(r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]", cleaned)


# Markdown -------------------------------------------------------------------------------------------------


@given(st.text(st.sampled_from("ab 1.)#*_`~<>[]()!&;:/\\|-+=\n@$^\"'“ww")))
@example("# title")
@example("1. one")
@example("+ one")
@example("---")
@example("www.evil.example https://evil.example a@evil.example")
@example("![x](https://evil.example/pixel.png)")
@example("&lt;b&gt; <b>")
@example("| a | b |")
def test_markdown_shows_words_of_a_page_as_they_stand(text: str) -> None:
    tokens = MarkdownIt("commonmark", {"html": True}).parse(f"- {markdown(text)}\n")
    inline = [token for token in tokens if token.type == "inline"]
    assert {token.type for token in tokens} <= {
        *("bullet_list_open", "list_item_open", "paragraph_open", "inline"),
        *("paragraph_close", "list_item_close", "bullet_list_close"),
    }
    children: list[Any] = [child for token in inline for child in token.children or []]
    assert {child.type for child in children} <= {"text", "text_special"}
    assert "".join(child.content for child in children) == plain(text)


def test_markdown_has_all_sections_and_links_to_passages() -> None:
    text = render_markdown(a_brief())
    assert text.startswith("# Harbour wall will cost twice as much, council admits\n")
    assert "- **Maren Holt**, the council's finance chief [¶2](https://post.example/harbour#:~:text=" in text
    assert "1. The new harbour wall in Port Ellery will cost 48 million pounds *— the town council admitted" in text
    assert text.count("\n## ") == 7


def test_markdown_of_a_hostile_page_has_no_link_of_the_pages_own() -> None:
    tokens = MarkdownIt("commonmark", {"html": True}).parse(render_markdown(a_nasty_brief()))
    children: list[Any] = [child for token in tokens for child in token.children or []]
    links = [child.attrs["href"] for child in children if child.type == "link_open"]
    assert {httpx.URL(str(link)).host for link in links} == {"post.example"}
    assert not [child for child in children if child.type in ("image", "html_inline")]


# JSON -----------------------------------------------------------------------------------------------------


def test_json_is_the_brief_and_nothing_else() -> None:
    assert Brief.model_validate_json(render_json(a_brief())) == a_brief()


def test_json_has_no_character_that_a_terminal_obeys() -> None:
    written = render_json(a_nasty_brief())
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e]", written)
    assert json.loads(written)["article"]["outlet"] == NASTY


# What is read ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "link"),
    [
        ("https://post.example/harbour", "https://post.example/harbour"),
        ("HTTP://post.example", "HTTP://post.example"),
        ("ftp://post.example/x", "ftp://post.example/x"),  # refused in words, not taken for a file
        ("post.example/harbour", "https://post.example/harbour"),
        ("www.post.example", "https://www.post.example"),
        ("post.example:8080/harbour", "https://post.example:8080/harbour"),
        ("story.txt", None),
        ("./post.example/story", None),
        ("/tmp/story.html", None),  # noqa: S108 - only a name
        ("-", None),
    ],
)
def test_link_is_told_from_a_file(source: str, link: str | None) -> None:
    assert find_link(source) == link


def test_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileNotRead, match=r"nowhere\.txt: there is no such file, and links begin with https://"):
        load(str(tmp_path / "nowhere.txt"), 100)


def test_folder_is_no_story(tmp_path: Path) -> None:
    with pytest.raises(FileNotRead, match="directory"):
        load(str(tmp_path), 100)


def test_file_larger_than_a_page_may_be_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "story.txt").write_bytes(b"x" * 101)
    with pytest.raises(TooLarge):
        load(str(tmp_path / "story.txt"), 100)


def test_demo_is_a_page_like_any_other() -> None:
    with serve_demo() as link:
        answer = httpx.get(link)
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert "<html" in answer.text


# The command ----------------------------------------------------------------------------------------------


def nutgraf(*arguments: str, given: bytes = b"", **settings: str) -> subprocess.CompletedProcess[bytes]:
    """Run the command in a process of its own, as in a terminal that is none."""
    command = [sys.executable, "-m", "adapters", *arguments]
    environment = {**os.environ, "COLUMNS": "80", **settings}
    return subprocess.run(command, input=given, capture_output=True, env=environment, timeout=120, check=False)  # noqa: S603


@pytest.mark.parametrize(
    ("wished", "told"),
    [
        ({"LC_ALL": "", "LC_MESSAGES": "", "LANG": "de_DE.UTF-8"}, "no.html konnte ich nicht lesen: es gibt keine"),
        ({"LC_ALL": "", "LC_MESSAGES": "fr_FR.UTF-8", "LANG": "de_DE.UTF-8"}, "Impossible de lire no.html"),
        (
            {"LC_ALL": "C.UTF-8", "LC_MESSAGES": "fr_FR.UTF-8", "LANG": "de_DE.UTF-8"},
            "Could not read no.html: there is",
        ),
    ],
)
def test_the_terminal_speaks_the_language_of_the_environment(wished: dict[str, str], told: str) -> None:
    run = nutgraf("brief", "no.html", PYTHONIOENCODING="utf-8", **wished)

    assert told in run.stderr.decode()


@pytest.mark.model
def test_saved_page_is_read_to_json_and_nothing_else_is_printed() -> None:
    run = nutgraf("brief", str(ARTICLES / "harbour.html"), "--json")
    assert run.returncode == 0
    assert run.stderr == b""
    brief = Brief.model_validate_json(run.stdout)
    assert brief.article.title == "Harbour wall will cost twice as much, council admits"
    assert brief.article.url is None
    assert brief.speakers


@pytest.mark.model
def test_pasted_text_is_read_from_standard_input() -> None:
    run = nutgraf("brief", "-", "--markdown", given=STORY.encode())
    assert run.returncode == 0
    assert "“We got the numbers wrong, and I am sorry for that,”" in run.stdout.decode()


@pytest.mark.model
def test_demo_is_read_over_loopback_and_tells_how_to_go_on() -> None:
    run = nutgraf("demo")
    assert run.returncode == 0
    words = words_of(run.stdout.decode())
    assert "Who says what" in words
    assert "copy .env.example to .env" in words


@pytest.mark.model
def test_refused_file_is_explained_and_ends_in_0() -> None:
    run = nutgraf("explain", str(ARTICLES / "paywall.html"))
    assert run.returncode == 0
    assert "Name of this refusal: PaywallStub" in words_of(run.stdout.decode())
    report = json.loads(nutgraf("explain", "-", "--json", given=(ARTICLES / "harbour.html").read_bytes()).stdout)
    assert report["kept"]["words"] > 40
    assert report["refused"] is None


@pytest.mark.model
def test_page_that_does_not_arrive_is_not_explained_and_ends_in_1() -> None:
    run = nutgraf("explain", "http://127.0.0.1:9/x", FETCH_ALLOW_HOSTS="")
    assert run.returncode == 1
    assert "inner address" in run.stderr.decode()


@pytest.mark.parametrize(
    ("source", "given", "words"),
    [
        ("-", b"Too short to be a story. It ends here.", "too few"),
        ("-", b"%PDF-1.7", "This PDF file is damaged"),
        ("-", b"\x89PNG\r\n\x1a\n", "I cannot read standard input. I read PDF and Word files"),
        ("nowhere.txt", b"", "there is no such file"),
        ("ftp://post.example/x", b"", "http or https"),
        ("http://127.0.0.1:9/x", b"", "inner address"),
        ("http://post.example:x/\x1b[31m", b"", "Check the link"),
    ],
)
@pytest.mark.model
def test_what_cannot_be_read_is_told_on_standard_error_and_ends_in_1(source: str, given: bytes, words: str) -> None:
    run = nutgraf("brief", source, given=given, FETCH_ALLOW_HOSTS="")
    assert run.returncode == 1
    assert run.stdout == b""
    assert words in run.stderr.decode()
    assert b"\x1b" not in run.stderr
    assert b"Traceback" not in run.stderr


@pytest.mark.model
def test_reader_that_has_seen_enough_causes_no_complaint() -> None:
    command = f"{shlex.quote(sys.executable)} -m adapters brief - --json | head -c 1"
    run = subprocess.run(  # noqa: S602 - a pipe is what is tested
        command, shell=True, input=STORY.encode() * 3, capture_output=True, timeout=120, check=False
    )
    assert run.stdout == b"{"
    assert run.stderr == b""


@pytest.mark.model
def test_terminal_that_only_knows_ascii_gets_the_brief_all_the_same() -> None:
    run = nutgraf("brief", "-", given=STORY.encode(), PYTHONIOENCODING="ascii", PYTHONUTF8="0")
    assert run.returncode == 0
    assert b"?We got the numbers wrong" in run.stdout


# A citation -----------------------------------------------------------------------------------------------


def test_citation_has_words_speaker_role_source_and_place() -> None:
    brief = a_brief()
    assert cite(brief, brief.quotes[3]).splitlines() == [
        "Tomas Reyl (who leads the harbour union) called the plan “a disaster for every boat in the bay”",
        "“Harbour wall will cost twice as much, council admits”, The Ellery Post, 17 March 2026, ¶4. "
        "https://post.example/harbour, read 18 March 2026",
    ]
    assert cite(brief, brief.quotes[4]).startswith("[Unattributed] fear the delay\n")


# A table --------------------------------------------------------------------------------------------------


def test_table_has_a_line_for_each_quote_and_each_claim() -> None:
    brief = a_brief()
    heads, *rows = csv.reader(io.StringIO(render_csv(brief)))
    assert heads == COLUMNS
    assert [row[0] for row in rows] == ["q1", "q2", "q3", "q4", "q5", "c1", "c2"]
    told = dict(zip(heads, rows[1], strict=True))
    assert (told["who"], told["role"], told["how"]) == ("Maren Holt", "the council's finance chief", "direct")
    assert told["words"] == "“We got the numbers wrong, and I am sorry for that,” … “Nobody has pocketed a penny.”"
    assert brief.article.text[int(told["start"]) : int(told["end"])].startswith("“We got")
    assert unquote(told["link"]).startswith("https://post.example/harbour#:~:text=“We got")


@pytest.mark.parametrize("nasty", ['=HYPERLINK("https://evil.example")', "@SUM(1)", "+1", "-1", "\t=1", "'=1"])
def test_nothing_in_a_table_is_run_as_a_formula(nasty: str) -> None:
    for row in csv.reader(io.StringIO(render_csv(a_hostile_brief(nasty)))):
        assert not any(value.lstrip().startswith(("=", "+", "-", "@")) for value in row)
