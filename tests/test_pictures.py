"""The messages as people see them: rendered to HTML and looked at in a browser.

``UPDATE_SCREENSHOTS=1 pytest tests/test_pictures.py`` makes the pictures in docs/messages anew.
"""

from __future__ import annotations

from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

import discord
import pytest
from playwright.async_api import Browser

from adapters.discord.buttons import retry_view
from adapters.discord.progress import problem, reading
from adapters.discord.refusals import lacking
from adapters.slack.render import render_placeholder, render_problem
from adapters.slack.replies import reason_told
from bot.brief import Brief, write_brief
from bot.errors import NoAnswerThere, PageNotFound, PaywallStub, PersonLimit, of_link
from bot.extract.extract import extract
from bot.models import Item, Page, Wanted
from tests.browser import keep_screenshot
from tests.chat_html import discord_html, slack_html
from tests.messages import discord_brief, discord_pages_of, slack_brief, slack_pages_of

if TYPE_CHECKING:
    from bot.analyse.pipeline import Pipeline

pytestmark = [pytest.mark.anyio, pytest.mark.model]

DOCS = Path(__file__).parents[1] / "docs" / "messages"
LINK = "https://post.example/ferry"
MISSING = "To answer in a thread I need the permission “Create Public Threads” in this channel, so I answer here."
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
    kept = f"{platform}-{which}-{scheme}" if which == "brief" or scheme == "light" else ""
    seen = await looked_at(browser, html, kept)
    assert "Maren Holt" in seen or which == "claims"


@pytest.mark.parametrize("platform", ["slack", "discord"])
async def test_trouble_is_told_in_words_that_say_what_to_do(browser: Browser, platform: str) -> None:
    told = [str(PageNotFound(LINK)), of_link(LINK, str(PaywallStub(""))), str(PersonLimit(30, 600))]
    if platform == "slack":
        gone = NoAnswerThere(reason_told("not_in_channel"))
        shown = [render_placeholder(Wanted(link=LINK)), render_problem(told[0], "item")]
        html = slack_html([one.blocks for one in (*shown, *map(render_problem, (*told[1:], str(gone))))], "light")
    else:
        item = Item("item", Wanted(link=LINK))
        html = discord_html(
            [
                discord_words(reading([item], in_thread=False, why=MISSING)),
                discord_words(problem(told[0]), retry_view("0" * 32)),
                *(discord_words(problem(words)) for words in told[1:]),
                discord_words(problem(str(NoAnswerThere(lacking("send_messages"))))),
            ],
            "light",
        )
    seen = await looked_at(browser, html, f"{platform}-trouble-light")
    assert "Paste the article's text" in seen
    assert "Try again" in seen


async def looked_at(browser: Browser, html: str, kept: str) -> str:
    """Return what can be read on a page, of which a picture is *kept* under that name."""
    shown = await browser.new_page(viewport={"width": 720, "height": 400})
    await shown.set_content(html)
    assert await shown.evaluate("document.documentElement.scrollWidth") <= 720
    seen = await shown.inner_text("body")
    assert "\\" not in seen
    assert "**" not in seen
    if kept and (path := keep_screenshot(DOCS, kept)):
        DOCS.mkdir(exist_ok=True)
        await shown.screenshot(path=path, full_page=True)
    return seen


def discord_words(words: str, view: discord.ui.View | None = None) -> dict[str, Any]:
    """Return the body of a message without embeds."""
    return {"content": words, "embeds": [], "components": view.to_components() if view else []}
