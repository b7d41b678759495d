"""A brief as a Word document, read back: all of it is there, each thing with its place, as text and links alone."""

from __future__ import annotations

import io
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest
from docx import Document
from hypothesis import given, settings
from hypothesis import strategies as st

from bot import wording
from bot.brief import Brief
from bot.extract.docx import read_docx
from bot.models import storable
from bot.word import render_docx
from tests.briefs import HOSTILE
from tests.fakes import a_brief, a_hostile_brief, a_long_brief

NASTY = "=HYPERLINK(1) <w:p>&amp; \u202egnp.exe\u202c \x07\x0b\ufffe javascript:alert(1) ]]>"


def paragraphs(brief: Brief) -> list[str]:
    return [paragraph.text for paragraph in Document(io.BytesIO(render_docx(brief))).paragraphs]


def test_all_of_a_brief_is_in_it() -> None:
    told = paragraphs(a_brief())

    assert told[0] == "Harbour wall will cost twice as much, council admits"
    assert told[1].startswith("The Ellery Post · 17 March 2026 · by Ida Quill")
    for group in (*wording.quote_groups(a_brief()), *wording.listing(a_brief(), "claims")):
        for line in group.lines:
            assert any(line.text in one for one in told), line.text
    assert "subscribe box: Sign up for our newsletter" in told


def test_a_long_brief_is_in_it_whole() -> None:
    told = "\n".join(paragraphs(a_long_brief()))

    assert [n for n in range(60) if f"end{n}." not in told] == []


def test_each_place_is_a_link_to_the_sentence() -> None:
    links = [
        link.url
        for paragraph in Document(io.BytesIO(render_docx(a_brief()))).paragraphs
        for link in paragraph.hyperlinks
    ]

    assert links[0] == "https://post.example/harbour"
    assert "https://post.example/harbour#:~:text=We%20got%20the%20numbers%20wrong" in "".join(links)


def test_what_a_page_says_is_never_markup_nor_a_link() -> None:
    body = render_docx(a_hostile_brief(NASTY))
    document = Document(io.BytesIO(body))

    assert all(
        link.url.startswith("https://a.example/") for paragraph in document.paragraphs for link in paragraph.hyperlinks
    )
    assert any("<w:p>&amp; gnp.exe" in paragraph.text for paragraph in document.paragraphs)
    with zipfile.ZipFile(io.BytesIO(body)) as file:
        assert "\u202e" not in file.read("word/document.xml").decode()


@settings(max_examples=25, deadline=None)
@given(st.text(min_size=1, max_size=40).filter(lambda words: words.strip() and "\n" not in words))
def test_every_text_makes_a_file_that_opens(words: str) -> None:
    brief = a_brief()
    article = brief.article.model_copy(update={"title": storable(words), "outlet": storable(words)})
    assert paragraphs(brief.model_copy(update={"article": article}))


def test_our_own_reader_of_word_files_reads_it() -> None:
    manuscript = read_docx(render_docx(a_brief()))

    assert any("Nobody has pocketed a penny" in block.text for block in manuscript.blocks)


@pytest.mark.parametrize("brief", [a_brief(), a_long_brief(), a_hostile_brief("x")])
def test_the_package_has_what_word_and_libreoffice_look_for(brief: Brief) -> None:
    with zipfile.ZipFile(io.BytesIO(render_docx(brief))) as file:
        assert file.testzip() is None
        assert {"[Content_Types].xml", "_rels/.rels", "word/document.xml", "word/styles.xml"} <= set(file.namelist())


@pytest.mark.skipif(
    not shutil.which("soffice"), reason="LibreOffice is not installed (Debian: libreoffice-writer-nogui)"
)
@pytest.mark.parametrize("brief", [a_brief(), a_hostile_brief(" ".join(HOSTILE.values())), a_long_brief(quotes=20)])
def test_libreoffice_opens_it(tmp_path: Path, brief: Brief) -> None:
    (tmp_path / "brief.docx").write_bytes(render_docx(brief))
    command = [
        "soffice",
        f"-env:UserInstallation={tmp_path.as_uri()}/profile",
        "--headless",
        "--convert-to",
        "txt:Text",
    ]
    subprocess.run([*command, "brief.docx"], cwd=tmp_path, check=True, capture_output=True, timeout=120)  # noqa: S603

    text = (tmp_path / "brief.txt").read_text(encoding="utf-8-sig")
    assert all(speaker.name.split()[0] in text for speaker in brief.speakers)
    assert len(text) > len(brief.article.title or "")
