"""The evidence page on a phone, in the dark, on paper, and for whoever cannot see it: in a real browser."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Page, Request, expect
from pypdf import PdfReader

from adapters.web.app import Opened
from adapters.web.render import render_page
from benchmarks.page import a_story
from bot.archive.archive import open_archive
from bot.brief import Brief
from bot.models import Ask, Wanted
from tests.browser import DESKTOP, PHONE, keep_screenshot
from tests.evidence_page import serve, show, sign_in
from tests.fakes import QuickDesk, a_brief, a_hostile_brief, a_long_brief
from tests.test_compare import COST, a_version
from tests.test_web import stored

pytestmark = pytest.mark.anyio


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[QuickDesk]:
    async with open_archive(f"sqlite+aiosqlite:///{tmp_path}/desk.sqlite3") as archive:
        yield QuickDesk(archive)


@pytest.fixture
async def web(desk: QuickDesk) -> AsyncIterator[Opened]:
    async with serve(desk) as opened:
        yield opened


DOCS = Path(__file__).parents[1] / "docs" / "pages"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
WEIGHT = 150_000
"""Bytes that a page may bring over the wire, the article among them."""


# Sizes, schemes, paper ------------------------------------------------------------------------------------


@pytest.mark.parametrize("brief", [a_brief(), a_long_brief(quotes=20), a_hostile_brief("x" * 300)])
async def test_page_fits_a_phone(browser: Browser, desk: QuickDesk, web: Opened, brief: Brief) -> None:
    shown = await show(await sign_in(browser, web, has_touch=True), web, desk, brief)
    await shown.set_viewport_size(PHONE)  # type: ignore[arg-type]
    assert await shown.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    await shown.locator("article .said[data-q]").first.tap()
    await expect(shown.locator("#card")).to_be_in_viewport()
    await expect(shown.locator("#card p").first).not_to_be_empty()
    ids = await shown.eval_on_selector_all("[id]", "all => all.map(one => one.id)")
    assert len(ids) == len(set(ids))


async def open_archive_page(browser: Browser, desk: QuickDesk, web: Opened, path: str) -> Page:
    """Open the page at *path*, in which "{a}" and "{b}" stand for two versions of one story."""
    await desk.archive.search.turn_on("local")
    told = ("Maren Holt", "We got the figures wrong, and I am sorry for that.")
    article = a_brief().article.model_copy(update={"published": date(2025, 6, 3), "outlet": "Harbour Radio"})
    earlier = a_brief().model_copy(update={"article": article})
    version = a_version(told, around="The wall will cost 45 million pounds in all.", title="Council is sorry")
    briefs = {"a": a_brief(), "b": version, "earlier": earlier}
    ids = {name: await stored(desk, brief, "local") for name, brief in briefs.items()}
    shown = await (await sign_in(browser, web)).new_page()
    await shown.goto(web.address + path.format(**ids))
    return shown


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("form", "/"),
        ("compare", "/compare?b={a}&b={b}"),
        ("search", "/search?q=wall"),
        ("speaker", "/speaker?name=Maren+Holt"),
    ],
)
async def test_every_other_page_fits_a_phone(
    browser: Browser, desk: QuickDesk, web: Opened, name: str, path: str
) -> None:
    shown = await open_archive_page(browser, desk, web, path)
    if name != "form" and (picture := keep_screenshot(DOCS, name)):
        await shown.screenshot(path=picture)
    await shown.set_viewport_size(PHONE)  # type: ignore[arg-type]
    assert await shown.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    assert await shown.locator(".wordmark").evaluate("one => one.offsetHeight") < 2 * 20  # one line


async def hold_against_wcag(shown: Page) -> None:
    """Have axe look at a page in light and dark, on a desk and on a phone."""
    for scheme in ("light", "dark"):
        await shown.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        for size in (DESKTOP, PHONE):
            await shown.set_viewport_size(size)  # type: ignore[arg-type]
            await shown.wait_for_timeout(200)  # colours fade in
            found = await Axe().run(shown, options={"runOnly": {"type": "tag", "values": TAGS}})
            assert found.violations_count == 0, (scheme, size, found.generate_report())


@pytest.mark.parametrize(
    "what",
    [
        "/",
        "/lost",
        "/compare",
        "/compare?b=nonsense",
        "/compare?b={brief}&b={version}",
        "/search",
        "/search?q=wall",
        "/search?since=soon",
        "/speaker?name=Maren+Holt",
        "/r/{request}",
        "/b/{brief}#q2",
        "/b/{folded}#q14",
    ],
)
async def test_axe_finds_nothing_against_wcag_22_aa(browser: Browser, desk: QuickDesk, web: Opened, what: str) -> None:
    await desk.archive.search.turn_on("local")
    wanted = (Wanted(link="https://post.example/harbour"), Wanted(problem="This is no web address."))
    asked = await desk.accept(Ask("local", "web", "key", "web", {}, wanted))  # one waits, and one failed at once
    assert asked
    version = a_version(("Holt", "We got the figures wrong, and I am sorry for that."), around=COST)
    briefs = {"brief": a_brief(), "version": version, "folded": a_story(words=600, quotes=14)}
    ids = {name: await stored(desk, brief, "local") for name, brief in briefs.items()}
    context = await sign_in(browser, web, bypass_csp=True)  # axe is put into the page
    shown = await context.new_page()
    await shown.goto(web.address + what.format(request=asked.id, **ids))
    await hold_against_wcag(shown)


@pytest.mark.parametrize("opened", ["#help", "[data-fix=q2]", "[data-fix=c1]", "summary:has-text('Save as')"])
async def test_axe_finds_nothing_in_what_opens_over_the_page(
    browser: Browser, desk: QuickDesk, web: Opened, opened: str
) -> None:
    context = await sign_in(browser, web, bypass_csp=True)
    shown = await show(context, web, desk, a_brief())
    await shown.locator(opened).click()
    await hold_against_wcag(shown)


@pytest.mark.parametrize(
    ("template", "shows"),
    [
        (
            "message.html",
            {"title": "Sign in", "ways": [("Slack", "/in/slack"), ("Discord", "/in/discord")], "lines": ["x"]},
        ),
        ("choose.html", {"choices": [("The Ellery Post", "/enter?t=1"), ("Harbour Radio", "/enter?t=2")]}),
    ],
)
async def test_axe_finds_nothing_where_people_sign_in(
    browser: Browser, web: Opened, template: str, shows: dict[str, object]
) -> None:
    context = await sign_in(browser, web, bypass_csp=True)
    shown = await context.new_page()
    body = render_page(template, **shows)
    await shown.route("**/shown-here", lambda route: route.fulfill(body=body, content_type="text/html; charset=utf-8"))
    await shown.goto(f"{web.address}/shown-here")
    assert await shown.locator("a.way").count() == 2
    await hold_against_wcag(shown)


async def test_printed_page_has_the_story_and_all_that_was_folded(
    browser: Browser, desk: QuickDesk, web: Opened, tmp_path: Path
) -> None:
    shown = await show(await sign_in(browser, web), web, desk, a_story(words=900, quotes=30))
    assert await shown.locator(".side details:not([open])").count() > 0
    there = (await shown.locator("main").text_content() or "").count("spring")  # the last word of each quote
    await shown.pdf(path=tmp_path / "page.pdf", format="A4")
    printed = " ".join(page.extract_text() for page in PdfReader(tmp_path / "page.pdf").pages)
    assert printed.count("spring") == there
    assert "Show in the text" not in printed


async def test_page_of_a_long_story_with_many_quotes_is_light(browser: Browser, desk: QuickDesk, web: Opened) -> None:
    shown = await (await sign_in(browser, web)).new_page()
    sizes: list[int] = []

    async def weigh(request: Request) -> None:
        sizes.append((await request.sizes())["responseBodySize"])

    shown.on("requestfinished", weigh)
    brief = a_story(words=5000, quotes=200)
    await shown.goto(f"{web.address}/b/{await stored(desk, brief, 'local')}", wait_until="networkidle")
    assert sizes
    assert sum(sizes) < WEIGHT
