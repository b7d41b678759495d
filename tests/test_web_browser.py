"""The evidence page in a real browser: what people see, click and press."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import suppress
from importlib.resources import files
from pathlib import Path

import pytest
from playwright.async_api import Browser, BrowserContext, Page, expect

from adapters.web.app import Opened
from bot.archive.archive import open_archive
from bot.export import cite
from bot.opening import open_desk
from bot.settings import Settings
from tests.browser import DESKTOP, PHONE, keep_screenshot, listen
from tests.evidence_page import newspaper, serve, show, sign_in
from tests.fakes import QuickDesk, a_brief, a_long_brief
from tests.sites import page

pytestmark = pytest.mark.anyio

DOCS = Path(__file__).parents[1] / "docs" / "pages"
STORY = files("adapters.console").joinpath("demo.html").read_bytes()


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[QuickDesk]:
    async with open_archive(f"sqlite+aiosqlite:///{tmp_path}/desk.sqlite3") as archive:
        yield QuickDesk(archive)


@pytest.fixture
async def web(desk: QuickDesk) -> AsyncIterator[Opened]:
    async with serve(desk) as opened:
        yield opened


async def lit(shown: Page) -> list[str]:
    return await shown.eval_on_selector_all("article .lit", "all => all.map(one => one.textContent)")


# A story, from the link to its page -----------------------------------------------------------------------


@pytest.mark.model
async def test_a_link_is_read_from_the_form_to_the_page_with_its_words_marked(browser: Browser, tmp_path: Path) -> None:
    async with newspaper({"/story": page(STORY)}) as site:
        settings = Settings(
            _env_file=None,  # type: ignore[call-arg]
            database_url=f"sqlite+aiosqlite:///{tmp_path}/desk.sqlite3",
            fetch_allow_hosts=site.place,
        )
        async with open_desk(settings) as desk, serve(desk) as web:
            working = asyncio.create_task(desk.work({"web": web.courier}))
            context = await sign_in(browser, web)
            shown = await context.new_page()
            heard = listen(shown)
            await shown.goto(web.address)
            await shown.screenshot(path=keep_screenshot(DOCS, "read"))
            await shown.fill("#wanted", site.url("/story"))
            await shown.press("#wanted", "Control+Enter")
            await shown.wait_for_url("**/b/*", timeout=60_000)
            await expect(shown.locator("h1")).to_contain_text("ferry failed two safety drills")
            await expect(shown.locator("button.name", has_text="Maren Holt")).to_be_visible()
            await shown.locator("button.name", has_text="Maren Holt").hover()
            assert any("We were told the ship was ready" in words for words in await lit(shown))
            await shown.mouse.move(0, 0)
            await take_screenshots(context, shown.url)
            assert heard == []
            working.cancel()
            with suppress(asyncio.CancelledError):
                await working


async def take_screenshots(context: BrowserContext, address: str) -> None:
    """Make docs/pages/ anew, if asked to."""
    if not keep_screenshot(DOCS, ""):
        return
    DOCS.mkdir(exist_ok=True)
    for name, size, scheme, do in (
        ("brief", DESKTOP, "light", ""),
        ("dark", DESKTOP, "dark", "#q2"),
        ("phone", PHONE, "light", "#q2"),
    ):
        shown = await context.new_page()
        await shown.set_viewport_size(size)  # type: ignore[arg-type]
        await shown.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        await shown.goto(address + do)
        await shown.wait_for_timeout(300)  # colours fade in
        await shown.screenshot(path=keep_screenshot(DOCS, name))


async def test_a_refusal_is_told_in_words_where_it_was_asked_for(
    browser: Browser, desk: QuickDesk, web: Opened
) -> None:
    working = asyncio.create_task(desk.work({"web": web.courier}))
    shown = await (await sign_in(browser, web)).new_page()
    await shown.goto(web.address)
    await shown.fill("#wanted", "https://post.example/gone")
    await shown.click("button[type=submit]")
    await expect(shown.locator(".progress")).to_contain_text("the site says that this page does not exist")
    working.cancel()
    with suppress(asyncio.CancelledError):
        await working


# Deep links -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", [1, 11, 20])
async def test_deep_link_shows_the_very_words_marked_and_in_view(
    browser: Browser, desk: QuickDesk, web: Opened, number: int
) -> None:
    brief = a_long_brief(quotes=20)
    quote = brief.quotes[number - 1]
    shown = await show(await sign_in(browser, web), web, desk, brief, f"#{quote.id}")
    here = shown.locator("article .here")
    assert "".join(await here.all_text_contents()) == "".join(passage.text for passage in quote.content)
    await expect(here.first).to_be_in_viewport()
    line = shown.locator(f"[data-of={quote.id}]")
    assert await line.get_attribute("aria-current") == "true"
    await expect(line).to_be_in_viewport()


async def test_every_piece_of_a_quotation_is_marked(browser: Browser, desk: QuickDesk, web: Opened) -> None:
    shown = await show(await sign_in(browser, web), web, desk, a_brief(), "#q2")
    assert await shown.locator("article .here").all_text_contents() == [
        "“We got the numbers wrong, and I am sorry for that,”",
        "“Nobody has pocketed a penny.”",
    ]


async def test_links_of_the_side_lead_into_the_text(browser: Browser, desk: QuickDesk, web: Opened) -> None:
    shown = await show(await sign_in(browser, web), web, desk, a_brief())
    await shown.locator("[data-of=q4] .where a").first.click()
    await expect(shown).to_have_url(re.compile("#q4$"))
    assert "".join(await shown.locator("article .here").all_text_contents()).startswith("the plan “a disaster")


# Lights, keys, copying ------------------------------------------------------------------------------------


async def test_all_words_of_a_speaker_light_up_under_the_pointer_and_the_focus(
    browser: Browser, desk: QuickDesk, web: Opened
) -> None:
    shown = await show(await sign_in(browser, web), web, desk, a_brief())
    holt = shown.locator("button.name", has_text="Maren Holt")
    assert await lit(shown) == []
    await holt.hover()
    words = "".join(await lit(shown))
    assert "We got the numbers wrong" in words
    assert "that the wall would be finished by 2028" in words
    assert "disaster" not in words
    await shown.mouse.move(5, 5)
    assert await lit(shown) == []
    await holt.focus()
    assert "".join(await lit(shown)) == words


async def test_page_is_used_by_keyboard_alone(browser: Browser, desk: QuickDesk, web: Opened) -> None:
    context = await sign_in(browser, web)
    await context.grant_permissions(["clipboard-read", "clipboard-write"])
    shown = await show(context, web, desk, a_brief())
    await shown.keyboard.press("Tab")
    await expect(shown.locator(".skip")).to_be_focused()
    await shown.keyboard.press("Enter")
    await shown.keyboard.press("Tab")
    await expect(shown.locator("button.name").first).to_be_focused()
    await shown.keyboard.press("Enter")
    await expect(shown.locator("button.name").first).to_have_attribute("aria-pressed", "true")
    await shown.keyboard.press("Escape")
    await expect(shown.locator("button.name").first).to_have_attribute("aria-pressed", "false")
    for key, place in (("n", "q1"), ("n", "q2"), ("p", "q1"), ("c", "c1"), ("n", "q1")):
        await shown.keyboard.press(key)
        await expect(shown).to_have_url(re.compile(f"#{place}$"))
    await shown.keyboard.press("y")
    await expect(shown.locator("[data-of=q1] [data-copy]")).to_contain_text("Copied")
    copied = await shown.evaluate("navigator.clipboard.readText()")
    assert copied == cite(a_brief(), a_brief().quotes[0])
    await shown.keyboard.press("?")
    await expect(shown.locator("#keys")).to_be_visible()
    await shown.keyboard.press("Escape")
    await expect(shown.locator("#keys")).to_be_hidden()


async def test_keys_can_be_put_off(browser: Browser, desk: QuickDesk, web: Opened) -> None:
    """WCAG 2.1.4: whoever speaks to the browser would set them off."""
    shown = await show(await sign_in(browser, web), web, desk, a_brief())
    await shown.keyboard.press("?")
    await shown.locator("#keys-on").uncheck()
    await shown.keyboard.press("Escape")
    await shown.keyboard.press("n")
    assert await shown.evaluate("location.hash") == ""  # shown.url may lag behind the page
    await shown.reload()
    await shown.keyboard.press("n")
    assert await shown.evaluate("location.hash") == ""  # shown.url may lag behind the page


async def test_wrong_speaker_is_corrected_without_leaving_the_page(
    browser: Browser, desk: QuickDesk, web: Opened
) -> None:
    shown = await show(await sign_in(browser, web), web, desk, a_brief())
    heard = listen(shown)
    await shown.locator("[data-fix=q5]").click()
    await expect(shown.locator("#fix-words")).to_have_text("[Unattributed] fear the delay")
    await shown.locator("#fix [name=right]").fill("Tomas Reyl")
    await shown.locator("#fix [type=submit]").click()
    await shown.wait_for_url("**#q5")
    await expect(shown.locator("[data-of=q5]")).to_have_attribute("data-who", "s3")
    assert heard == []


async def test_quote_that_ends_elsewhere_is_corrected_from_the_words_that_it_has(
    browser: Browser, desk: QuickDesk, web: Opened
) -> None:
    shown = await show(await sign_in(browser, web), web, desk, a_brief())
    await shown.locator("[data-fix=q2]").click()
    field = shown.locator("#fix [name=words]")
    await expect(field).to_have_value(
        "“We got the numbers wrong, and I am sorry for that,” … “Nobody has pocketed a penny.”"
    )
    await field.fill("“We got the numbers wrong")
    await shown.locator("#fix [type=submit]").click()
    await shown.wait_for_url("**#q2")
    assert await shown.locator("article .here").all_text_contents() == ["“We got the numbers wrong"]


async def test_filters_take_marks_out_of_the_text(browser: Browser, desk: QuickDesk, web: Opened) -> None:
    shown = await show(await sign_in(browser, web), web, desk, a_brief())
    line = "one => getComputedStyle(one).textDecorationLine"
    direct, indirect = shown.locator("article p .direct").first, shown.locator("article p .indirect").first
    assert await direct.evaluate(line) == await indirect.evaluate(line) == "underline"
    styles = [await one.evaluate("one => getComputedStyle(one).textDecorationStyle") for one in (direct, indirect)]
    assert styles == ["solid", "dotted"]  # told apart without colour
    await shown.locator("#show-direct").uncheck()
    assert await direct.evaluate(line) == "none"
    assert await indirect.evaluate(line) == "underline"
