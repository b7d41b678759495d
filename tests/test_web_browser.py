"""The evidence page in a real browser: what people see, click and hear."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import suppress
from importlib.resources import files
from pathlib import Path

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, BrowserContext, Page, Request, expect
from pypdf import PdfReader

from adapters.web.app import Opened, open_web
from adapters.web.config import WebConfig
from adapters.web.render import render_page
from benchmarks.page import a_story
from bot import wording
from bot.archive.archive import open_archive
from bot.brief import Brief, DroppedText, Passage
from bot.desk import Desk, open_desk
from bot.evidence import PublishersPage
from bot.export import cite
from bot.models import Ask, Wanted
from bot.settings import Settings
from tests.browser import DESKTOP, PHONE, keep_screenshot, listen, open_browser
from tests.fakes import QuickDesk, a_brief, a_hostile_brief, a_long_brief
from tests.messages import discord_messages, slack_messages, strings
from tests.sites import Site, open_site, page
from tests.test_compare import COST, a_version
from tests.test_web import NASTY, stored

pytestmark = pytest.mark.anyio

DOCS = Path(__file__).parents[1] / "docs" / "pages"
STORY = files("adapters.console").joinpath("demo.html").read_bytes()
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
WEIGHT = 150_000
"""Bytes that a page may bring over the wire, the article among them."""


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with open_browser() as opened:
        yield opened


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[QuickDesk]:
    async with open_archive(f"sqlite+aiosqlite:///{tmp_path}/desk.sqlite3") as archive:
        yield QuickDesk(archive)


@pytest.fixture
async def web(desk: QuickDesk) -> AsyncIterator[Opened]:
    async with serve(desk) as opened:
        yield opened


def newspaper(pages: dict[str, bytes]):
    """Serve *pages*; the pictures and the icon that a browser asks for besides are not found."""

    async def answer(path: str, writer: asyncio.StreamWriter) -> None:
        writer.write(pages.get(path) or page(status="404 Not Found"))

    return open_site(answer)


def serve(desk: Desk):
    return open_web(desk, WebConfig(secret="s" * 32, port=0))


async def sign_in(browser: Browser, web: Opened, **how: object) -> BrowserContext:
    context = await browser.new_context(viewport=DESKTOP, **how)  # type: ignore[arg-type]
    entering = await context.new_page()
    await entering.goto(web.link("local"))
    await entering.close()
    return context


async def show(context: BrowserContext, web: Opened, desk: QuickDesk, brief: Brief, place: str = "") -> Page:
    shown = await context.new_page()
    await shown.goto(f"{web.address}/b/{await stored(desk, brief, 'local')}{place}")
    return shown


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
    assert shown.url.endswith("#q4")
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
        assert shown.url.endswith(f"#{place}"), (key, place, shown.url)
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
    assert "#" not in shown.url
    await shown.reload()
    await shown.keyboard.press("n")
    assert "#" not in shown.url


async def test_wrong_speaker_is_corrected_without_leaving_the_page(
    browser: Browser, desk: QuickDesk, web: Opened
) -> None:
    shown = await show(await sign_in(browser, web), web, desk, a_brief())
    heard = listen(shown)
    await shown.locator("[data-fix=q5]").click()
    await expect(shown.locator("#fix-words")).to_contain_text("the delay")
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


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [DESKTOP, PHONE])
@pytest.mark.parametrize("what", ["", "/b/", "/compare", "/search", "/speaker", "/r/", "lost"])
async def test_axe_finds_nothing_against_wcag_22_aa(
    browser: Browser, desk: QuickDesk, web: Opened, scheme: str, size: dict[str, int], what: str
) -> None:
    context = await sign_in(browser, web, color_scheme=scheme, bypass_csp=True)  # axe is put into the page
    if what == "/b/":
        shown = await show(context, web, desk, a_long_brief("Some words of a story, ", quotes=30), "#q14")
    elif what in ("/search", "/speaker"):
        await desk.archive.search.turn_on("local")
        await stored(desk, a_brief(), "local")
        shown = await context.new_page()
        await shown.goto(f"{web.address}{what}?{'q=wall' if what == '/search' else 'name=Maren+Holt'}")
        await expect(shown.locator("li.diff").first).to_be_visible()
    elif what == "/r/":  # one that waits, and one that failed at once
        wanted = (Wanted(link="https://post.example/harbour"), Wanted(problem="This is no web address."))
        asked = await desk.accept(Ask("local", "web", "key", "web", {}, wanted))
        shown = await context.new_page()
        await shown.goto(f"{web.address}/r/{asked.id if asked else ''}")
        await expect(shown.locator(".progress li")).to_have_count(2)
    elif what == "/compare":
        briefs = [a_brief(), a_version(("Holt", "We got the figures wrong, and I am sorry for that."), around=COST)]
        ids = [await stored(desk, brief, "local") for brief in briefs]
        shown = await context.new_page()
        await shown.goto(f"{web.address}/compare?b={ids[0]}&b={ids[1]}")
    else:
        shown = await context.new_page()
        await shown.goto(f"{web.address}/{what}")
    await shown.set_viewport_size(size)  # type: ignore[arg-type]
    await shown.wait_for_timeout(300)  # colours fade in
    found = await Axe().run(shown, options={"runOnly": {"type": "tag", "values": TAGS}})
    assert found.violations_count == 0, found.generate_report()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [DESKTOP, PHONE])
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
    browser: Browser, web: Opened, scheme: str, size: dict[str, int], template: str, shows: dict[str, object]
) -> None:
    context = await sign_in(browser, web, color_scheme=scheme, bypass_csp=True)
    shown = await context.new_page()
    body = render_page(template, **shows)
    await shown.route("**/shown-here", lambda route: route.fulfill(body=body, content_type="text/html; charset=utf-8"))
    await shown.goto(f"{web.address}/shown-here")
    await shown.set_viewport_size(size)  # type: ignore[arg-type]
    found = await Axe().run(shown, options={"runOnly": {"type": "tag", "values": TAGS}})
    assert await shown.locator("a.way").count() == 2
    assert found.violations_count == 0, found.generate_report()


async def test_printed_page_has_the_story_and_all_that_was_folded(
    browser: Browser, desk: QuickDesk, web: Opened, tmp_path: Path
) -> None:
    brief = a_long_brief(quotes=20)
    shown = await show(await sign_in(browser, web), web, desk, brief)
    await shown.pdf(path=tmp_path / "page.pdf", format="A4")
    printed = " ".join(page.extract_text() for page in PdfReader(tmp_path / "page.pdf").pages)
    for n in range(20):
        assert len(re.findall(rf"\bN{n}\.", printed)) >= 2  # in the story, and among its speaker's quotes
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


# What strangers wrote -------------------------------------------------------------------------------------


async def test_nothing_that_an_article_says_is_run(browser: Browser, desk: QuickDesk, web: Opened) -> None:
    brief = a_hostile_brief(NASTY, canonical_url='https://a.example/"><script>window.hit=1</script>')
    shown = await show(await sign_in(browser, web), web, desk, brief, "#q1")
    heard = listen(shown)
    for button in await shown.locator("button:visible").all():
        await button.hover()
    await shown.locator("article .said[data-q]").first.click()
    assert await shown.evaluate("window.hit") is None
    assert heard == []
    assert "<script>window.hit=1</script>" in (await shown.locator("h1").first.text_content() or "")


@pytest.mark.parametrize("hash", ["#q1'\"]<img src=x onerror=window.hit=1>", "#e999", "#%E0%A4%A", "#s1] *", "#-"])
async def test_no_address_breaks_the_page(browser: Browser, desk: QuickDesk, web: Opened, hash: str) -> None:  # noqa: A002
    context = await sign_in(browser, web)
    shown = await context.new_page()
    heard = listen(shown)
    await shown.goto(f"{web.address}/b/{await stored(desk, a_brief(), 'local')}{hash}")
    await shown.keyboard.press("y")
    assert await shown.evaluate("window.hit") is None
    assert heard == []


# Links to the publisher -----------------------------------------------------------------------------------

SPACED = b"<style>p, li, h1, h2, blockquote { margin: 130vh 0 !important }</style></head>"
"""Puts every paragraph on a screen of its own: what is in view was scrolled to."""

FIND = """([before, words, behind]) => {
  const folded = text => text.replace(/\\s+/g, "");
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  let text = "", nodes = [];
  while (walker.nextNode()) {
    const node = walker.currentNode;
    if (node.parentElement.closest("script, style")) continue;
    nodes.push([text.length, node]);
    text += folded(node.data);
  }
  const start = text.indexOf(folded(before + words + behind));
  if (start < 0) return "not found";
  const at = start + folded(before).length;
  const node = nodes.filter(([start]) => start <= at).pop()[1];
  const box = node.parentElement.getBoundingClientRect();
  return box.bottom > 0 && box.top < innerHeight ? "in view" : `at ${box.top}`;
}"""


def in_its_line(brief: Brief, passage: Passage) -> list[str]:
    """Return what stands before the (first line of the) passage in its paragraph, that, and what stands behind."""
    text, words = brief.article.text, passage.text.split("\n")[0]
    behind = text[passage.start + len(words) :]
    return [text[: passage.start].rpartition("\n")[2], words, behind.partition("\n")[0]]


def linked(brief: Brief) -> list[Passage]:
    """Return every passage that the adapters link to the publisher's page, each place once."""
    lines = [
        *wording.summary_lines(brief),
        *wording.claim_lines(brief),
        *(wording.quote_line(brief, quote) for quote in brief.quotes),
        *map(wording.entity_line, brief.entities),
        *wording.note_lines(brief),
    ]
    found = [passage for line in lines for _, passage in wording.places(line.evidence)]
    found += [speaker.role or speaker.name_at for speaker in brief.speakers]
    return list({(passage.start, passage.end): passage for passage in found}.values())


def directives_in_chat(brief: Brief) -> set[str]:
    """Return what every link to a passage names in all messages of *brief* in Slack and in Discord."""
    links = [link for message in slack_messages(brief) for link in strings(message.blocks, "url")]
    for body in discord_messages(brief):
        links += [link for words in strings(body, "description") for link in re.findall(r"\]\(<?(http[^)>]+)", words)]
    return {link.partition(":~:text=")[2] for link in links if ":~:text=" in link}


@pytest.mark.model
@pytest.mark.parametrize("name", ["demo", "harbour"])
async def test_every_link_to_the_publishers_page_scrolls_to_its_words(
    browser: Browser, tmp_path: Path, name: str
) -> None:
    body = STORY if name == "demo" else (Path(__file__).parent / "articles" / f"{name}.html").read_bytes()
    spaced = body.replace(b"</head>", SPACED, 1)
    assert SPACED in spaced
    async with newspaper({"/story": page(body), "/spaced": page(spaced)}) as site:
        brief = await read(site, tmp_path)
        shown = await browser.new_page(viewport=DESKTOP)
        there = PublishersPage(site.url("/spaced"), brief.article)
        links = {there.at(passage): passage for passage in linked(brief)}
        assert directives_in_chat(brief) <= {link.partition(":~:text=")[2] for link in links}
        wrong = {}
        for link, passage in links.items():
            await shown.goto("about:blank")
            await shown.goto(link)
            await shown.wait_for_timeout(50)  # the fragment is looked for when all is there
            if (seen := await shown.evaluate(FIND, in_its_line(brief, passage))) != "in view":
                wrong[passage.text] = seen
        assert wrong == {}


TWICE = """\
<!doctype html><meta charset="utf-8"><title>x</title><style>p {{ margin: 130vh 0 }}</style>
<nav><p id="menu">The wall will cost more.</p></nav>{}
"""

SAID_TWICE = [
    "“The wall will cost more,” said Holt.",
    "Reyl said: “The wall will cost more.”",
    "No comment.",
    "The wall will cost more, and that is why every boat in the bay will leave before the spring, he told us.",
    "Holt left.",
    "No comment.",
    "The wall will cost more, and that is why every boat in the bay will leave before the spring, she wrote.",
]

IN_VIEW = """() => [...document.querySelectorAll("p")].filter(one => {
  const box = one.getBoundingClientRect();
  return box.bottom > 0 && box.top < innerHeight;
}).map(one => one.id)"""


async def test_words_that_stand_several_times_are_linked_each_to_its_own_place(browser: Browser) -> None:
    text = "\n\n".join(SAID_TWICE)
    article = a_brief().article.model_copy(
        update={"text": text, "dropped": [DroppedText(reason="menu", text="The wall will cost more.")]}
    )
    body = TWICE.format("".join(f'<p id="p{n}">{words}</p>' for n, words in enumerate(SAID_TWICE)))
    shown = await browser.new_page(viewport=DESKTOP)
    found = {}
    async with newspaper({"/story": page(body.encode())}) as site:
        there = PublishersPage(site.url("/story"), article)
        for n, words in enumerate(SAID_TWICE):
            for part in ("The wall will cost more", "No comment.", words):
                if part in words:
                    start = text.index(part, sum(len(one) + 2 for one in SAID_TWICE[:n]))
                    passage = Passage(text=part, start=start, end=start + len(part), paragraph=n + 1)
                    await shown.goto("about:blank")
                    await shown.goto(there.at(passage))
                    await shown.wait_for_timeout(50)
                    found[n, part] = await shown.evaluate(IN_VIEW)
    assert found == {(n, part): [f"p{n}"] for n, part in found}


async def read(site: Site, folder: Path) -> Brief:
    settings = Settings(
        _env_file=None,  # type: ignore[call-arg]
        database_url=f"sqlite+aiosqlite:///{folder}/desk.sqlite3",
        fetch_allow_hosts=site.place,
    )
    async with open_desk(settings) as desk:
        return await desk.brief(site.url("/story"))
