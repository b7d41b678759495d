from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from bot.archive.archive import Archive, open_archive
from bot.factchecks.review import Review

pytestmark = pytest.mark.anyio

VECTOR = bytes(384)
HARBOUR = Review(
    claim="Port Ellery's new harbour wall will cost £48 million",
    claimant="Maren Holt",
    claimed=None,
    publisher="Tidewatch",
    site="tidewatch.example",
    url="https://tidewatch.example/checks/1",
    title=None,
    rating="Half the story",
    reviewed=None,
    language="en",
)
GARLIC = replace(HARBOUR, claim="Raw garlic cures the grey fever", url="https://tidewatch.example/checks/2")


@pytest.fixture
async def archive(url: str) -> AsyncIterator[Archive]:
    async with open_archive(url) as opened:
        yield opened


async def claims(archive: Archive, words: str) -> list[str]:
    return [review.claim for review, _ in await archive.factchecks.find(words)]


async def test_a_fact_check_is_found_by_the_words_of_its_claim(archive: Archive) -> None:
    assert await archive.factchecks.keep([(HARBOUR, VECTOR), (GARLIC, VECTOR)], "first") == 2

    ((found, vector),) = await archive.factchecks.find("The harbour walls of Port Ellery cost 48 million, he said")
    assert (found, vector) == (HARBOUR, VECTOR)
    assert await claims(archive, "is garlic a cure?") == [GARLIC.claim]


@pytest.mark.parametrize("words", ["", "the of and", '"*" OR NEAR(', "' | !& :*", "harbour\0wall \ud800"])
async def test_any_words_may_be_looked_for(archive: Archive, words: str) -> None:
    await archive.factchecks.keep([(GARLIC, VECTOR)], "first")
    assert await claims(archive, words) == []


async def test_the_same_fact_check_again_is_one_and_brought_up_to_date(archive: Archive) -> None:
    await archive.factchecks.keep([(HARBOUR, VECTOR)], "first")
    again = replace(HARBOUR, rating="False", claim=HARBOUR.claim.upper())

    assert await archive.factchecks.keep([(again, VECTOR), (again, VECTOR)], "second") == 0
    assert [review for review, _ in await archive.factchecks.find("harbour")] == [again]
    assert await archive.factchecks.count() == 1


async def test_what_a_page_no_longer_says_goes_with_the_next_import_of_it(archive: Archive) -> None:
    reworded = replace(HARBOUR, claim="The quay in Port Ellery will cost £48 million")
    await archive.factchecks.keep([(HARBOUR, VECTOR), (GARLIC, VECTOR)], "first")
    await archive.factchecks.keep([(reworded, VECTOR)], "second")

    assert await archive.factchecks.remove_replaced("second") == 1
    assert await claims(archive, "Port Ellery") == [reworded.claim]
    assert await claims(archive, "harbour wall") == []
    assert await claims(archive, "garlic") == [GARLIC.claim]
