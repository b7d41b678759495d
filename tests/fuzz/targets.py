"""What is fuzzed, and what must hold whatever comes in: an answer, or an error that was meant."""

from __future__ import annotations

import gzip
import zlib
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import numpy as np
from hypothesis import strategies as st

from bot.analyse.decoding import ROLES, TAGS, Reading, decode
from bot.analyse.pieces import KINDS, Pieces, cut_windows
from bot.analyse.quotation import find_quotations
from bot.commands import find_wanted
from bot.errors import BotError
from bot.extract.extract import extract, extract_text
from bot.extract.files import extract_file
from bot.fetch.answers import refresh_of, refresh_target
from bot.fetch.decode import STEP, STREAMS, DamagedStream, Decoder
from bot.fetch.links import asked, onward
from bot.models import Article, Page, split_paragraphs, storable
from tests.bot_process import STORY
from tests.fuzz.chats import DISCORD, HEARD, SLACK, discord_hears, slack_hears, slack_words
from tests.fuzz.dialogues import DIALOGUES, FROM_ORGANISATIONS, slack_dialogue, slack_of_many
from tests.fuzz.material import DOCUMENTS, LINKS, MESSAGES, PAGES, PDF, PROSE, SENTENCE, spoilt
from tests.fuzz.rounds import Target

NOON = datetime(2026, 3, 18, 12, tzinfo=UTC)
MAX_LINKS = 10
MOST_PIECES = 40


def read_message(message: str) -> None:
    """A message asks for something, or is told why not; nothing but links to the web would be fetched."""
    wanted = find_wanted(message, max_links=MAX_LINKS)
    assert wanted
    assert all(one.link or one.text or one.problem for one in wanted)
    fetched = [one.link for one in wanted if one.link and not one.problem]
    assert len(fetched) <= MAX_LINKS
    assert all(link.startswith(("http://", "https://")) and storable(link) == link for link in fetched)


def follow_link(link: str) -> None:
    """A link is an address on the web, without a login, or refused in words."""
    with suppress(BotError):
        address = asked(link)
        assert address.scheme in {"http", "https"}
        assert address.host
        assert not address.userinfo
        onward(link, address, link)
    refresh_target(link)


def inflate(packed: tuple[str, bytes]) -> None:
    """Whatever a body is compressed with, it comes in small pieces, or is named as damaged."""
    coding, body = packed
    decoder = Decoder(coding)
    with suppress(DamagedStream):
        for at in range(0, len(body), 7):
            assert all(len(piece) <= STEP for piece in decoder.feed(body[at : at + 7]))
        decoder.finish()


def read_page(body: str | bytes) -> None:
    """A page is an article whose spans lie in its text, or refused by name."""
    sent = body if isinstance(body, bytes) else body.encode("utf-8", "surrogatepass")
    page = Page("https://post.example/a", "https://post.example/a", sent, "text/html", None, NOON)
    refresh_of(page)
    with suppress(BotError):
        hold(extract(page))


def read_file(body: bytes) -> None:
    """The same of a file."""
    with suppress(BotError):
        hold(extract_file("story", body))


def read_pasted(text: str) -> None:
    """The same of pasted text."""
    with suppress(BotError):
        hold(extract_text(storable(text)))


def hold(article: Article) -> None:
    """Paragraphs are in order, do not overlap, and have all words; the text can be stored."""
    at = 0
    for paragraph in article.paragraphs:
        assert not article.text[at : paragraph.start].strip()
        assert paragraph.of(article.text).strip()
        at = paragraph.end
    assert not article.text[at:].strip()
    assert storable(article.text) == article.text
    assert article.headline is None or article.headline == article.paragraphs[0]


def find_marks(text: str) -> None:
    """Quotations are in order, in their marks, and within their paragraphs."""
    paragraphs = split_paragraphs(text)
    at = 0
    for quotation in find_quotations(text, paragraphs):
        assert at <= quotation.outer.start < quotation.inner.start < quotation.inner.end <= quotation.outer.end
        assert quotation.inner.of(text) == quotation.inner.of(text).strip()
        assert any(paragraph.covers(quotation.outer) for paragraph in paragraphs)
        at = quotation.outer.end


def decode_reading(made_up: tuple[str, int, int]) -> None:
    """Whatever the model says, attributions lie in the text, and no two contents share a character."""
    text, seed, longest = made_up
    paragraphs = split_paragraphs(text)
    quotations = find_quotations(text, paragraphs)
    pieces = _pieces(text, seed)
    if not len(pieces):
        return
    found = decode(_reading(len(pieces), seed, longest), pieces, text, quotations, calibration=((0, 0), (1, 1)))
    taken = bytearray(len(text))
    for one in found:
        assert one.content
        assert 0 <= one.confidence <= 1
        assert all(span.end <= len(text) for role in ROLES for span in getattr(one, role))
        for span in one.content:
            assert not any(taken[span.start : span.end])
            taken[span.start : span.end] = b"\1" * (span.end - span.start)


def _pieces(text: str, seed: int) -> Pieces:
    """Cut *text* into words, some of them into several pieces."""
    rows: list[tuple[int, int, int]] = []
    end = 0
    for number, word in enumerate(text.split()[:MOST_PIECES]):
        start = text.index(word, end)
        end = start + len(word)
        middle = start + 1 + (seed + number) % len(word)
        rows += [(start, middle, number), *([(middle, end, number)] if middle < end else [])]
    table = np.array(rows, np.int32).reshape(-1, 3)
    kinds = np.random.default_rng(seed).integers(0, KINDS, len(table))
    return Pieces(np.zeros(len(table), np.int64), table[:, :2], kinds, table[:, 2])


def _reading(count: int, seed: int, longest: int) -> Reading:
    """Make up what the model says of *count* pieces: sharp or flat, at random."""
    some = np.random.default_rng(seed)
    windows = cut_windows(count, longest, longest // 3)

    def chances(rows: int, columns: int) -> Any:
        raw = some.random((rows, columns)) ** (1 + seed % 40)
        return raw / np.maximum(raw.sum(1, keepdims=True), 1e-9)

    links, speakers = (
        tuple(chances(len(window), 1 + len(window)).astype(np.float16) for window in windows) for _ in range(2)
    )
    return Reading(chances(count, len(TAGS)).astype(np.float32), windows, links, speakers)


def _compressed() -> st.SearchStrategy[tuple[str, bytes]]:
    plain = SENTENCE.encode() * 40
    bodies = [
        b"",
        plain,
        gzip.compress(plain),
        gzip.compress(b"") * 2,
        zlib.compress(plain),
        zlib.compress(plain)[2:-4],
    ]
    return st.tuples(st.sampled_from([*STREAMS, "identity"]), st.sampled_from(bodies).flatmap(spoilt))


READINGS = st.tuples(PROSE, st.integers(0, 2**32 - 1), st.integers(4, 20))

TARGETS = {
    target.name: target
    for target in (
        Target("commands", MESSAGES, read_message, 200),
        Target("links", LINKS, follow_link, 200),
        Target("compression", _compressed(), inflate, 100),
        Target("quotation marks", PROSE, find_marks, 200),
        Target("decoding", READINGS, decode_reading, 80),
        Target("pasted text", PROSE | MESSAGES, read_pasted, 40),
        Target("pages", PAGES, read_page, 40),
        Target("spoilt pages", spoilt(STORY), read_page, 4),
        Target("files", DOCUMENTS | spoilt(PDF) | DOCUMENTS.flatmap(spoilt), read_file, 20),
        Target("slack words", SLACK, slack_words, 80),
        Target("slack", HEARD, slack_hears, 18),
        Target("slack dialogues", DIALOGUES, slack_dialogue, 18),
        Target("slack organisations", FROM_ORGANISATIONS, slack_of_many, 18),
        Target("discord", DISCORD, discord_hears, 18),
    )
}
