"""Files of every kind in, articles or named refusals out."""

from __future__ import annotations

import zipfile
from datetime import date
from io import BytesIO

import pytest

from bot.errors import BotError, BrokenFile, EncryptedFile, ListPage, ScannedFile, TooManyPages, TooShort, UnknownFile
from bot.extract.files import extract_file
from bot.extract.pdf import MOST_PAGES
from bot.models import Article
from tests.pdfs import a_docx, a_pdf, locked, paragraph, set_lines

TITLE = "Harbour wall will cost twice as much, council admits"
FIRST = (
    "The new harbour wall in Port Ellery will cost 48 million pounds, twice the sum that voters were told in 2024, the "
    "town council admitted on Tuesday."
)
SECOND = (
    "“We got the numbers wrong, and I am sorry for that,” said Maren Holt, the council’s finance chief. “Nobody has "
    "pocketed a penny.”"
)
THIRD = "She added that the wall would be finished by 2028, and that the quay would stay open until then."
STORY = [TITLE, FIRST, SECOND, THIRD]
PRINT = [
    "The new harbour wall in Port Ellery will cost 48 million pounds, twice the",
    "sum that voters were told in 2024, the town council admitted on Tuesday.",
    "",
    "“We got the numbers wrong, and I am sorry for that,” said Maren Holt, the",
    "council’s finance chief. “Nobody has pocketed a penny.”",
    "",
    "She added that the wall would be finished by 2028, and that the quay would",
    "stay open until then.",
]


def paragraphs(article: Article) -> list[str]:
    return [span.of(article.text) for span in article.paragraphs]


def dropped(article: Article) -> list[tuple[str, str]]:
    return [(drop.reason, drop.text) for drop in article.dropped]


# PDF ------------------------------------------------------------------------------------------------------


def a_story_in_print() -> list[tuple[float, float, float, str]]:
    return [(70, 730, 18, TITLE), *set_lines(PRINT)]


def test_printed_lines_become_the_paragraphs_that_the_page_shows() -> None:
    article = extract_file("story.pdf", a_pdf(a_story_in_print()))
    assert paragraphs(article) == STORY
    assert article.title == TITLE
    assert article.language == "en"
    assert article.url is None


def test_indented_first_lines_begin_paragraphs() -> None:
    lines = [line for line in PRINT if line]
    begins = {lines[0], lines[2], lines[4]}
    page = [(x + 12 if words in begins else x, y, size, words) for x, y, size, words in set_lines(lines)]
    assert paragraphs(extract_file("story.pdf", a_pdf(page))) == STORY[1:]


def test_short_last_lines_end_paragraphs_where_nothing_else_does() -> None:
    assert paragraphs(extract_file("", a_pdf(set_lines([*PRINT[3:5], *PRINT[6:]])))) == STORY[2:]


def test_second_column_goes_on_where_the_first_ends() -> None:
    page = [*set_lines(PRINT[:4]), *set_lines(PRINT[4:], x=320)]
    assert paragraphs(extract_file("story.pdf", a_pdf(page))) == STORY[1:]


def test_sentence_goes_on_over_the_page_and_its_running_lines() -> None:
    pages = [
        [(70, 770, 8, "The Ellery Post 17 March 2026"), *set_lines(lines), (300, 30, 8, f"Page {number} of 2")]
        for number, lines in ((1, PRINT[:4]), (2, PRINT[4:]))
    ]
    article = extract_file("story.pdf", a_pdf(*pages))
    assert paragraphs(article) == STORY[1:]
    assert dropped(article) == [("page header or footer", "The Ellery Post 17 March 2026 · Page 1 of 2")]


def test_what_stands_on_every_page_within_the_text_stays() -> None:
    """Only what a gap parts from the text can be a running line."""
    chorus = "“The wall will stand,” the crowd sang again and again at the quay."
    article = extract_file("", a_pdf(*(set_lines([chorus, *PRINT[:2], *PRINT[3:5], chorus]) for _ in range(3))))
    assert article.text.count(chorus) == 6


@pytest.mark.parametrize(
    "number", ["3", "- 3 -", "Page 3", "page 3 of 12", "3/12", "xiv", "https://post.example/a 1/3"]
)
def test_page_number_is_no_text(number: str) -> None:
    article = extract_file("", a_pdf([*a_story_in_print(), (300, 30, 8, number)]))
    assert paragraphs(article) == STORY
    assert dropped(article) == [("page header or footer", number)]


def test_broken_word_keeps_its_hyphen_unless_the_file_has_it_in_one_piece() -> None:
    """Joined blindly, "re-elected" becomes a word that is not in the story."""
    lines = ["The harbour board was re-", "elected, and its trans-", "parency praised. All praised the transparency."]
    article = extract_file("", a_pdf(set_lines([*lines, "", *PRINT])))
    assert "The harbour board was re-elected, and its transparency praised." in article.text


def test_word_with_a_hyphen_elsewhere_keeps_it() -> None:
    lines = ["They re-", "sign the treaty. To resign was no way out; they re-sign it every year, he said."]
    assert "They re-sign the treaty." in extract_file("", a_pdf(set_lines([*lines, "", *PRINT]))).text


def test_outlets_name_in_larger_type_is_not_the_headline() -> None:
    page = [(70, 770, 30, "The Ellery Post"), *a_story_in_print()]
    article = extract_file("", a_pdf(page))
    assert article.title == TITLE
    assert paragraphs(article) == STORY


@pytest.mark.parametrize("algorithm", ["RC4-128", "AES-256"])
def test_pdf_behind_a_password_is_refused_by_name(algorithm: str) -> None:
    with pytest.raises(EncryptedFile, match="password"):
        extract_file("", locked(a_pdf(a_story_in_print()), password="secret", algorithm=algorithm))


@pytest.mark.parametrize("algorithm", ["RC4-128", "AES-256"])
def test_pdf_that_only_forbids_printing_is_read(algorithm: str) -> None:
    assert paragraphs(extract_file("", locked(a_pdf(a_story_in_print()), password="", algorithm=algorithm))) == STORY


@pytest.mark.parametrize("lines", [[], [(70, 700, 10, "Scanned with a phone")]], ids=["nothing", "a stamp"])
def test_pdf_without_a_text_layer_is_refused_by_name(lines: list[tuple[float, float, float, str]]) -> None:
    with pytest.raises(ScannedFile, match="its 2 pages hold no text"):
        extract_file("", a_pdf(lines, lines))


def test_pdf_whose_signs_mean_nothing_is_refused_by_name() -> None:
    noise = ["¤¦§¨©¬ ®¯°±²³ µ¶·¸¹º »¼½¾¿× ÷¤¦§¨© ¬®¯°±² ³µ¶·¸¹ º»¼½¾¿"] * 9
    with pytest.raises(ScannedFile):
        extract_file("", a_pdf(set_lines(noise)))


def test_pdf_of_too_many_pages_is_refused_with_their_number() -> None:
    with pytest.raises(TooManyPages, match=f"has {MOST_PAGES + 1} pages, and I read at most {MOST_PAGES}"):
        extract_file("", a_pdf(*([set_lines(PRINT)] * (MOST_PAGES + 1))))


@pytest.mark.parametrize("keep", [20, 200, 700])
def test_damaged_pdf_is_refused_by_name(keep: int) -> None:
    with pytest.raises((BrokenFile, ScannedFile)):
        extract_file("", a_pdf(a_story_in_print())[:keep])


# Word -----------------------------------------------------------------------------------------------------


def test_word_file_is_read_with_its_title_headings_lists_and_tables() -> None:
    item = "<w:p><w:pPr><w:numPr/></w:pPr><w:r><w:t>a second survey of the sea bed</w:t></w:r></w:p>"
    cells = "".join(f"<w:tc>{paragraph(words)}</w:tc>" for words in ("Steel", "12 million pounds"))
    body = (
        paragraph(TITLE, style="Titel")
        + "".join(map(paragraph, STORY[1:]))
        + paragraph("The causes", style="berschrift2")
        + item
        + f"<w:tbl><w:tr>{cells}</w:tr></w:tbl>"
        + paragraph(THIRD)
    )
    styles = (
        '<w:style w:styleId="Titel"><w:name w:val="Title"/></w:style>'
        '<w:style w:styleId="berschrift2"><w:name w:val="heading 2"/></w:style>'
    )
    article = extract_file("story.docx", a_docx(body, styles=styles))
    expected = [*STORY, "The causes", "a second survey of the sea bed", "Steel 12 million pounds", THIRD]
    assert paragraphs(article) == expected
    assert article.title == TITLE


def test_tracked_changes_are_read_as_if_accepted() -> None:
    sentence = paragraph(
        "The wall will cost ",
        '<w:del w:author="x"><w:r><w:delText>24</w:delText></w:r></w:del>',
        '<w:ins w:author="x"><w:r><w:t>48</w:t></w:r></w:ins>',
        " million, said the ",
        "<w:moveFrom><w:r><w:t>angry </w:t></w:r></w:moveFrom>",
        "<w:r><w:rPr><w:vanish/></w:rPr><w:t>secret </w:t></w:r>",
        '<w:r><w:rPr><w:vanish w:val="0"/></w:rPr><w:t>council.</w:t></w:r>',
    )
    article = extract_file("", a_docx("".join(map(paragraph, STORY)) + sentence))
    assert paragraphs(article)[-1] == "The wall will cost 48 million, said the council."
    assert dropped(article) == [("tracked deletion", "24 · angry"), ("hidden text", "secret")]


def test_runs_links_breaks_and_text_boxes_keep_their_words_together() -> None:
    linked = "<w:hyperlink><w:r><w:t>harbour</w:t></w:r></w:hyperlink>"
    box = (
        "<w:r><w:pict><w:txbxContent>"
        + paragraph("The box stands beside the text.")
        + "</w:txbxContent></w:pict></w:r>"
    )
    words = paragraph(
        "The ha", "rbo", "ur: ", linked, "<w:r><w:tab/><w:t>wall</w:t><w:br/><w:t>New line</w:t></w:r>", box
    )
    article = extract_file("", a_docx("".join(map(paragraph, STORY)) + words + paragraph(THIRD)))
    assert paragraphs(article)[4:7] == ["The harbour: harbour wall", "New line", "The box stands beside the text."]


def test_word_file_that_unpacks_without_end_is_refused() -> None:
    with pytest.raises(BrokenFile):
        extract_file("bomb.docx", a_docx(paragraph("0" * 40_000_000)))


def test_entities_of_a_word_file_are_not_resolved() -> None:
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("word/document.xml", '<!DOCTYPE d [<!ENTITY e SYSTEM "file:///etc/hostname">]><d>&e;</d>')
    with pytest.raises(TooShort):
        extract_file("", out.getvalue())


@pytest.mark.parametrize("content", ["", "<w:document", "\0\0"])
def test_damaged_word_file_is_refused_by_name(content: str) -> None:
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("word/document.xml", content)
    with pytest.raises(BrokenFile, match="This Word file is damaged"):
        extract_file("", out.getvalue())


def test_word_file_behind_a_password_is_refused_by_name() -> None:
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le")
    with pytest.raises(EncryptedFile):
        extract_file("story.docx", ole)


# Text, Markdown, saved pages ------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_plain_text_is_read_in_whatever_encoding(encoding: str) -> None:
    assert paragraphs(extract_file("story.txt", "\n\n".join(STORY).encode(encoding))) == STORY


def test_markdown_is_read_without_its_marks() -> None:
    text = (
        f"---\ntitle: {TITLE}\nauthor: Ida Quill\ndate: 2026-03-17\n---\n\n"
        "The new harbour wall in [Port Ellery](https://ellery.example/) will cost **48 million pounds**, twice the\n"
        "sum that voters were told in 2024, the town council _admitted_ on Tuesday.\n\n"
        f"> {SECOND}\n\n![A picture](wall.jpg)\n\n## The causes\n\n- the price of steel\n- a strike in May\n\n"
        "| what | sum |\n| --- | --- |\n| Steel | 12 \\* |\n\n```\nprint(1)\n```\n\n" + THIRD
    )
    article = extract_file("story.md", text.encode())
    rest = ["The causes", "the price of steel", "a strike in May", "what sum", "Steel 12 *", THIRD]
    assert paragraphs(article) == [TITLE, FIRST, SECOND, *rest]
    assert (article.title, article.byline, article.published) == (TITLE, "Ida Quill", date(2026, 3, 17))
    assert dropped(article) == [("code", "print(1)")]


def test_markdown_without_the_name_is_known_by_its_signs() -> None:
    text = f"# {TITLE}\n\n{FIRST}\n\n{SECOND}\n\n{THIRD} See [the minutes](https://ellery.example/minutes)."
    article = extract_file("story.txt", text.encode())
    assert article.title == TITLE
    assert article.text.endswith("See the minutes.")


@pytest.mark.parametrize("sign", ["5 * 4 is 20, and # is a sign.", "Tel. # 5", "> said he", "- and so on -"])
def test_plain_text_with_a_sign_in_it_is_no_markdown(sign: str) -> None:
    assert sign.lstrip("> ") in extract_file("story.txt", "\n\n".join([*STORY, sign, THIRD]).encode()).text


def test_saved_page_is_read_like_a_fetched_one_whatever_its_name() -> None:
    body = f"<h1>{TITLE}</h1>" + "".join(f"<p>{words}</p>" for words in STORY[1:])
    mark = "<!-- saved from url=(0027)https://post.example/harbour -->"
    saved = f"{mark}\n<html><body><article>{body}</article></body></html>"
    article = extract_file("story.txt", saved.encode())
    assert paragraphs(article) == STORY
    assert article.outlet == "post.example"
    assert article.url is None


@pytest.mark.parametrize(
    ("body", "media_type"),
    [
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 50, "image/png"),
        (b"PK\x03\x04" + b"\0" * 50, "application/zip"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 50, "application/msword"),
        (b"{\\rtf1 The wall}", "text/rtf"),
        (b"\0\1\2\3 harbour wall", "application/octet-stream"),
    ],
)
def test_file_of_another_kind_is_refused_by_its_name(body: bytes, media_type: str) -> None:
    with pytest.raises(UnknownFile, match=r"I cannot read harbour\.bin") as caught:
        extract_file("harbour.bin", body)
    assert caught.value.evidence == media_type


def test_empty_file_is_refused() -> None:
    with pytest.raises(BotError):
        extract_file("story.txt", b"")


def test_saved_feed_is_a_list() -> None:
    with pytest.raises(ListPage):
        extract_file("feed.html", b"<rss><channel><item><p>Harbour</p></item></channel></rss>")
