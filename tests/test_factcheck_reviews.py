from __future__ import annotations

import gzip
import io
import json
import tracemalloc
from datetime import date
from typing import Any

import pytest

from bot.factchecks.review import Broken, Review, read_reviews
from tests.factchecks.made_up import load_cases, make_feed


def an_entry(**changes: Any) -> dict[str, Any]:
    entry = {
        "@context": "https://schema.org",
        "@type": "ClaimReview",
        "url": "https://www.tidewatch.example/checks/1",
        "claimReviewed": "The harbour wall will cost\n£48 million",
        "datePublished": "2026-03-20T08:00:00Z",
        "inLanguage": "en-GB",
        "author": {"@type": "Organization", "name": "Tidewatch"},
        "itemReviewed": {"@type": "Claim", "author": {"name": "Maren Holt"}, "datePublished": "2026-03-17"},
        "reviewRating": {"@type": "Rating", "ratingValue": 2, "bestRating": 5, "alternateName": "Half the story"},
    }
    return {name: value for name, value in {**entry, **changes}.items() if value is not None}


def read(content: object) -> list[Review | Broken]:
    return list(read_reviews(io.BytesIO(content if isinstance(content, bytes) else json.dumps(content).encode())))


REVIEW = Review(
    claim="The harbour wall will cost £48 million",
    claimant="Maren Holt",
    claimed=date(2026, 3, 17),
    publisher="Tidewatch",
    site="tidewatch.example",
    url="https://www.tidewatch.example/checks/1",
    title=None,
    rating="Half the story",
    reviewed=date(2026, 3, 20),
    language="en",
)
LINE = json.dumps(an_entry()).encode()


@pytest.mark.parametrize(
    "content",
    [
        an_entry(),
        [an_entry()],
        {"@context": "https://schema.org", "@graph": [{"@type": "WebPage", "name": "x"}, an_entry()]},
        {"@type": "DataFeed", "dataFeedElement": [{"@type": "DataFeedItem", "item": [an_entry()]}]},
        {"@type": "DataFeed", "dataFeedElement": [{"item": None}, {"item": an_entry()}]},
        an_entry(**{"@type": ["Review", "http://schema.org/ClaimReview"]}),
        b"\xef\xbb\xbf  " + LINE,
        gzip.compress(LINE),
        b'<!doctype html><p>A check</p><script type="application/ld+json">' + LINE + b"</script>",
    ],
)
def test_every_form_that_is_met_is_read(content: object) -> None:
    assert read(content) == [REVIEW]


def test_lines_of_json_and_several_scripts_are_read_in_order() -> None:
    other = json.dumps(an_entry(url="https://tidewatch.example/checks/2")).encode()
    script = b'<script type="application/ld+json">%s</script>'
    for content in (LINE + b"\n" + other, b"<html>" + script % LINE + script % other):
        assert [one.url[-1] for one in read(content) if isinstance(one, Review)] == ["1", "2"]


@pytest.mark.parametrize(
    ("rating", "words"),
    [
        ([{"alternateName": "Four Herrings"}], "Four Herrings"),
        ({"alternateName": {"@value": "Falsch", "@language": "de"}}, "Falsch"),
        ({"ratingValue": "1", "bestRating": "7", "worstRating": 1}, "1 on a scale from 1 to 7"),
        ({"ratingValue": 2.5, "bestRating": 5}, "2.5 on a scale from 1 to 5"),
        ({"name": "Unproven", "ratingValue": 3}, "Unproven"),
    ],
)
def test_the_rating_is_in_the_outlets_words_and_else_in_its_numbers(rating: object, words: str) -> None:
    (found,) = read(an_entry(reviewRating=rating))
    assert isinstance(found, Review)
    assert found.rating == words


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"claimReviewed": None}, "no claimReviewed"),
        ({"claimReviewed": {"no": "words"}}, "no claimReviewed"),
        ({"url": "javascript:alert(1)"}, "no a web address"),
        ({"url": "https://[broken"}, "no a web address"),
        ({"reviewRating": None}, "no reviewRating"),
        ({"reviewRating": {"ratingValue": "-1", "bestRating": "-1"}}, "no reviewRating"),
        ({"url": None, "reviewRating": []}, "and"),
    ],
)
def test_an_entry_that_lacks_something_is_named_and_the_others_are_read(changes: dict[str, Any], reason: str) -> None:
    broken, good = read([an_entry(**changes), an_entry()])
    assert isinstance(broken, Broken)
    assert broken.place.startswith("entry 1")
    assert reason.replace("no a web", "a web") in broken.reason
    assert good == REVIEW


def test_publisher_is_the_site_where_no_name_is_given() -> None:
    (found,) = read(an_entry(author=None))
    assert isinstance(found, Review)
    assert found.publisher == "tidewatch.example"


def test_what_comes_before_the_damage_is_read() -> None:
    good, broken = read(b"[" + LINE + b', {"@type": "Cla')
    assert good == REVIEW
    assert isinstance(broken, Broken)
    assert broken.place == "the file"


@pytest.mark.parametrize(
    "content", [b"", b"junk", b"\x1f\x8bjunk", b"[" * 10_000, b'{"a": "' + b"x" * 9_000_000 + b'"}', b"\x00\xff"]
)
def test_junk_is_one_broken_file_and_costs_little(content: bytes) -> None:
    tracemalloc.start()
    (found,) = read(content)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert isinstance(found, Broken)
    assert peak < 40_000_000


def test_hostile_values_of_any_type_break_nothing() -> None:
    for value in (None, True, 7, 1e400, [], {}, [[]], {"name": {"name": {}}}, "\ud800", ["", {}], "x" * 100_000):
        for name in an_entry():
            read(an_entry(**{name: value}))


class Endless(io.RawIOBase):
    """A feed of so many entries, which is never in memory as a whole."""

    def __init__(self, entries: int) -> None:
        self.left = entries
        self.buffer = b'{"@type": "DataFeed", "dataFeedElement": [{}'

    def read(self, size: int = -1) -> bytes:
        while len(self.buffer) < size and self.left >= 0:
            self.left -= 1
            self.buffer += b', {"item": [' + LINE + b"]}" if self.left >= 0 else b"]}"
        found, self.buffer = self.buffer[:size], self.buffer[size:]
        return found


def test_memory_stays_flat_however_long_the_feed() -> None:
    peaks = []
    for entries in (200, 4000):
        tracemalloc.start()
        assert sum(isinstance(one, Review) for one in read_reviews(Endless(entries))) == entries
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < 1.5 * peaks[0]


def test_the_made_up_feed_is_read_whole() -> None:
    cases = load_cases()
    found = read(make_feed(cases))
    assert len(found) >= 300
    assert [one.claim for one in found if isinstance(one, Review)] == [case.claim for case in cases]
