from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date
from typing import Any

import pytest

from bot.errors import FactChecksUnavailable
from bot.factchecks.google import LARGEST_ANSWER, Google
from bot.fetch.fetch import open_client
from tests.factcheck_standin import KEY, Standin, a_claim, open_standin

pytestmark = pytest.mark.anyio

WALL = "Port Ellery’s new harbour wall will cost £48 million"


@asynccontextmanager
async def asking(key: str = KEY, **behaviour: Any) -> AsyncIterator[tuple[Google, Standin]]:
    async with (
        open_standin(**behaviour) as standin,
        open_client("Nutgraf", allow_hosts=frozenset({standin.url.removeprefix("http://")})) as http,
    ):
        yield Google(http, key, standin.url), standin


async def test_what_the_service_says_of_a_review_is_taken_over() -> None:
    async with asking(claims=[a_claim(WALL)]) as (google, standin):
        (found,) = await google.find("The wall costs 48 million & more", "en")

    assert (found.claim, found.claimant, found.claimed) == (WALL, "Maren Holt", date(2026, 3, 17))
    assert (found.publisher, found.site, found.rating) == ("Tidewatch", "tidewatch.example", "Half the story")
    assert (found.url, found.reviewed) == ("https://www.tidewatch.example/checks/0", date(2026, 3, 20))
    assert standin.queries == [{"query": "The wall costs 48 million & more", "pageSize": "10", "languageCode": "en"}]


async def test_further_pages_are_asked_for_with_the_same_question() -> None:
    async with asking(claims=[a_claim(WALL, number) for number in range(35)]) as (google, standin):
        found = await google.find(WALL, None)

    assert [review.url.rpartition("/")[2] for review in found] == [str(number) for number in range(20)]
    assert [one.get("pageToken") for one in standin.queries] == [None, "10"]
    assert {one["query"] for one in standin.queries} == {WALL}
    assert all("languageCode" not in one for one in standin.queries)


async def test_nothing_found_is_an_empty_object() -> None:
    async with asking() as (google, _):
        assert await google.find(WALL, "en") == []


async def test_key_stands_in_no_address() -> None:
    async with asking() as (google, standin):
        await google.find(WALL, "en")
    assert standin.site
    assert all(KEY not in path for path in standin.site.paths)


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (400, "did not accept the question or the key"),
        (403, "may not be used for it"),
        (429, "asked too often"),
        (500, "out of order (HTTP 500)"),
        (302, "HTTP 302"),
    ],
)
async def test_each_failure_of_the_service_has_its_words(status: int, words: str) -> None:
    async with asking(status=status) as (google, _):
        with pytest.raises(FactChecksUnavailable) as caught:
            await google.find(WALL, "en")
    assert words in str(caught.value)
    assert KEY not in str(caught.value)


async def test_a_wrong_key_is_told_as_such() -> None:
    async with asking(key="another") as (google, _):
        with pytest.raises(FactChecksUnavailable, match="GOOGLE_FACTCHECK_KEY"):
            await google.find(WALL, "en")


@pytest.mark.parametrize(
    "junk",
    [
        b"",
        b"<html>Sign in to the hotel's network</html>",
        b"[]",
        b'{"claims": {"text": "no list"}}',
        b'{"claims": [{"text": 7}]}',
        b"[" * 100_000,
        b"\xff\xfe",
        b" " * (LARGEST_ANSWER + 1),
    ],
)
async def test_an_answer_that_makes_no_sense_is_an_error_in_words(junk: bytes) -> None:
    async with asking(junk=junk) as (google, _):
        with pytest.raises(FactChecksUnavailable):
            await google.find(WALL, "en")


@pytest.mark.parametrize(
    "lack", [{"textualRating": ""}, {"url": ""}, {"url": "javascript:alert(1)"}, {"url": "http://[broken"}]
)
async def test_a_review_without_rating_or_address_is_left_out(lack: dict[str, str]) -> None:
    async with asking(claims=[a_claim(WALL, 0, **lack), a_claim(WALL, 1)]) as (google, _):
        assert [review.url[-1] for review in await google.find(WALL, "en")] == ["1"]


async def test_a_review_without_a_publishers_name_is_its_sites() -> None:
    async with asking(claims=[a_claim(WALL, 0, publisher={})]) as (google, _):
        (found,) = await google.find(WALL, "en")
    assert found.publisher == "tidewatch.example"


async def test_a_service_that_is_not_there_is_an_error_in_words() -> None:
    async with open_client("Nutgraf", allow_hosts=frozenset()) as http:
        with pytest.raises(FactChecksUnavailable, match="connection failed"):
            await Google(http, KEY, "http://127.0.0.1:9").find(WALL, "en")
