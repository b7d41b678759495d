"""The messages as people see them: rendered to HTML and looked at in a browser.

``UPDATE_SCREENSHOTS=1 pytest tests/test_pictures.py`` makes the pictures in docs/messages anew.
"""

from __future__ import annotations

from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.async_api import Browser

from bot.brief import Brief, write_brief
from bot.extract.extract import extract
from bot.models import Page
from tests.browser import keep_screenshot
from tests.chat_html import discord_html, slack_html
from tests.messages import discord_brief, discord_pages_of, slack_brief, slack_pages_of

if TYPE_CHECKING:
    from bot.analyse.pipeline import Pipeline

pytestmark = [pytest.mark.anyio, pytest.mark.model]

DOCS = Path(__file__).parents[1] / "docs" / "messages"
STORY = files("adapters.console").joinpath("demo.html").read_bytes()


@pytest.fixture(scope="module")
def brief(shipped: Pipeline) -> Brief:
    url, day = "https://post.example/ferry", datetime(2026, 3, 12, 3, 2, tzinfo=UTC)
    article = extract(Page(url, url, STORY, "text/html", "utf-8", day))
    return write_brief(article, shipped.analyse(article))


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("platform", ["slack", "discord"])
@pytest.mark.parametrize("which", ["brief", "quotes", "claims"])
async def test_message_is_read_from_top_to_bottom_without_scrolling_sideways(
    browser: Browser, brief: Brief, platform: str, which: str, scheme: str
) -> None:
    if platform == "slack":
        messages = [slack_brief(brief)] if which == "brief" else list(slack_pages_of(brief, which))[:1]
        html = slack_html([message.blocks for message in messages], scheme)
    else:
        bodies = [discord_brief(brief)] if which == "brief" else list(discord_pages_of(brief, which))[:1]
        html = discord_html(bodies, scheme)
    shown = await browser.new_page(viewport={"width": 720, "height": 400})
    await shown.set_content(html)
    assert await shown.evaluate("document.documentElement.scrollWidth") <= 720
    seen = await shown.inner_text("body")
    assert "Maren Holt" in seen or which == "claims"
    assert "\\" not in seen
    assert "**" not in seen
    if (which == "brief" or scheme == "light") and (path := keep_screenshot(DOCS, f"{platform}-{which}-{scheme}")):
        DOCS.mkdir(exist_ok=True)
        await shown.screenshot(path=path, full_page=True)
