"""What strangers may send: made-up messages, links, pages, files, and payloads of chats."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from tests.pdfs import a_docx, a_pdf, set_lines

PROJECT = Path(__file__).resolve().parents[2]

ODD = ["\0", "\r", "\u2028", "\u200b", "\u202e", "\ufeff", "\ud800", "\U0001f469\u200d\U0001f692", "e\u0301", "\u00a0"]
MARKS = ["“", "”", "‘", "’", '"', "'", "„", "«", "»", "``", "''", "—", "(", ")", "[", "]", ",", ".", "?", "…", ":"]
WORDS = "Mayor Ada Brand said the budget of 4.5 million had doubled since May she told Reuters on Tuesday not".split()
PLACES = [*"post.example 127.0.0.1 [::1] 0x7f.1 2130706433 xn-- münchen.example".split(), "ex ample", "a" * 70]
SCHEMES = [*"http:// https:// HTTP: ftp:// javascript: data:text/html, // mailto:".split(), "x" * 40 + "://"]
PARTS = r"/ ? # @ : % %00 %2f .. \ & = utm_source=x :0 :99999 a:b@ | >".split()
CHAT = [*"< > <@U0BOT> <!channel> <#C1|x> &amp; * _ ~ ` ``` || ]( @everyone".split(), "\n", "\n\n"]
COMMANDS = "quotes claims entities heard reading compare export search retry delete watch unwatch help".split()

TAGS = "html head body article main div p h1 h2 li ul table tr td a span b br img script style noscript form".split()
ATTRIBUTES = (
    """class="article-body"|class="comment"|id="paywall"|href="https://post.example/a"|href='//x'|style="display:none"|"""
    """itemprop="articleBody"|datetime="2026-13-45"|rel="author"|hidden|lang="en\""""
).split("|")
HEADS = """\
<meta property="og:title" content="Harbour wall will cost twice as much">
<meta property="article:published_time" content="2026-02-30T99:00">
<meta charset="utf-7">
<meta http-equiv="refresh" content="0;url=/on">
<link rel="canonical" href="http://[">
<script type="application/ld+json">{"@type":"NewsArticle","headline":[1],"author":{"name":null}}</script>
<script type="application/ld+json">[[[{"@graph":{}}]]]</script>
<title>Harbour wall</title>
<base href=x>
<!--
-->
<![CDATA[
&#0;
&#xD800;
&nbsp;
&lt;p&gt;""".splitlines()
SENTENCE = "The new harbour wall will cost 48 million pounds, the council said on Tuesday, twice what was planned. "
SENTENCES = [SENTENCE, "“We got the numbers wrong,” said Maren Holt, the council's finance chief. ", "Subscribe now. "]


def joined(pieces: list[str], most: int) -> SearchStrategy[str]:
    """Return up to *most* of *pieces*, in any order, behind one another."""
    return st.lists(st.sampled_from(pieces), max_size=most).map("".join)


ANYTHING = st.text(max_size=60)
SPACED = [f"{word} " for word in WORDS]
LINKS = st.one_of(
    joined(SCHEMES + PLACES + PARTS + ODD, 10), st.builds("".join, st.tuples(st.sampled_from(SCHEMES), ANYTHING))
)
MESSAGES = st.one_of(
    joined([*SCHEMES, *PLACES, *PARTS, *CHAT, *COMMANDS, *ODD, *SPACED, "https://post.example/a "], 60),
    joined([*SPACED, *MARKS, "\n\n"], 300),
    ANYTHING,
)
PROSE = st.one_of(joined([*SPACED, *MARKS, *ODD, "\n\n", "\n"], 80), ANYTHING)


def _tagged(tag: str, attribute: str, inside: str) -> str:
    return f"<{tag} {attribute}>{inside}</{tag}>"


ELEMENTS = st.builds(_tagged, st.sampled_from(TAGS), st.sampled_from(["", *ATTRIBUTES]), joined(SENTENCES + MARKS, 8))
PAGES = st.lists(
    st.one_of(
        ELEMENTS,
        st.sampled_from([f"<p>{SENTENCE}{SENTENCES[1]}</p>", *HEADS, *(f"<{tag}>" for tag in TAGS), *ODD]),
        st.sampled_from([f"</{tag}>" for tag in TAGS]),
    ),
    max_size=40,
).map("".join)


def spoilt(original: bytes, most: int = 8) -> SearchStrategy[bytes]:
    """Return *original* with up to *most* stretches replaced, left out, or doubled."""
    change = st.tuples(st.integers(0, max(len(original) - 1, 0)), st.integers(0, 64), st.binary(max_size=16))

    def with_changes(changes: list[tuple[int, int, bytes]]) -> bytes:
        body = bytearray(original)
        for at, length, new in changes:
            body[at : at + length] = new
        return bytes(body)

    return st.lists(change, max_size=most).map(with_changes)


DOCUMENTS = joined([*SENTENCES, *ODD, "<w:p>", "</w:p>", "<w:r><w:t>", "</w:t></w:r>", "&x;", "<w:tbl/>"], 30).map(
    lambda body: a_docx(body.encode("utf-8", "replace").decode())
)
PDF = a_pdf(set_lines(["Harbour wall will cost twice as much", "", SENTENCE[:60], SENTENCE[60:]]))


def shaped(keys: list[str], words: list[str], most: int = 5) -> SearchStrategy[Any]:
    """Return JSON with *keys*, and with *words* and values of any other kind as its leaves."""
    leaves = st.one_of(st.sampled_from([*words, *CHAT, *ODD, None, True, 0, -1, 1.5, 2**70]), st.text(max_size=20))
    return st.recursive(
        leaves,
        lambda inner: st.lists(inner, max_size=most) | st.dictionaries(st.sampled_from(keys), inner, max_size=most),
        max_leaves=10,
    )
