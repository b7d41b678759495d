"""Script injection in a real browser: whatever strangers wrote, and whatever an address asks for, nothing runs.

Each page is looked at twice. With the policy that we send, a browser tells of whatever it blocked, so that words which
came alive are heard even where they were stopped; without it, escaping alone must do.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from playwright.async_api import Browser, Page, expect

from adapters.web.app import Opened
from adapters.web.archive import FIELDS
from bot.archive.archive import open_archive
from bot.brief import (
    AmountCard,
    Brief,
    FactCheckCard,
    KnowledgeCard,
    LinkCard,
    ReplyCard,
    ResolvedCard,
    RetoldCard,
    RetoldLine,
)
from bot.models import AmountKind, Ask, Wanted
from tests.browser import listen
from tests.evidence_page import serve, sign_in
from tests.fakes import QuickDesk, a_brief, a_hostile_brief
from tests.test_web import NASTY, stored

pytestmark = pytest.mark.anyio

ADDRESSES = [
    "javascript:window.hit=1",
    'https://a.example/"><script>window.hit=1</script>',
    "https://a.example/' onmouseover=window.hit=1 x='",
    "data:text/html,<script>parent.window.hit=1</script>",
]

OURS = {"kind", "type", "sort", "published", "fetched_at", "reviewed"}
"""Fields whose form the brief holds to: words of our own, and dates."""

NUMBER = re.compile(r"[qsc]\d+|brief/1")
"""Ids of a brief's parts, and its version."""

EMPTY = {".quotes.confidence"}
"""What nobody can write words into."""

SCRIPT = "<script>window.hit=1</script>"


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[QuickDesk]:
    async with open_archive(f"sqlite+aiosqlite:///{tmp_path}/desk.sqlite3") as archive:
        await archive.search.turn_on("local")
        yield QuickDesk(archive)


@pytest.fixture
async def web(desk: QuickDesk) -> AsyncIterator[Opened]:
    async with serve(desk) as opened:
        yield opened


def a_brief_of_nothing_else(words: str, address: str) -> Brief:
    """Return a brief in which every string of an article, a reading or a fact-check is *words*, or *address*."""
    brief = a_hostile_brief(words, language=words)
    place = brief.quotes[0].cue[0]
    check = FactCheckCard(
        claim=words, claimant=words, publisher=words, rating=words, url=address, reviewed=None, found_in=words
    )
    claims = [
        claim.model_copy(
            update={
                "checks": [check],
                "shown": words,
                "resolved": [ResolvedCard(passage=place, meaning=words)],
                "amounts": [AmountCard(passage=place, kind=AmountKind.SUM, value=words, unit=words)],
                "repeats": [[place]],
                "reply": ReplyCard(accused=place, quote="q1", no_comment=place),
                "reasons": [words],
            }
        )
        for claim in brief.claims
    ]
    quotes = [
        one.model_copy(update={"chain": [LinkCard(source=place, cue=place)], "candidate": [place]})
        for one in brief.quotes
    ]
    speakers = [one.model_copy(update={"anonymity": place}) for one in brief.speakers]
    card = KnowledgeCard(sure=True, namesakes=1, id=words, url=address, label=words, description=words)
    entities = [one.model_copy(update={"knowledge": card}) for one in brief.entities]
    retold = RetoldCard(model=words, lines=[RetoldLine(text=words, evidence=[place])])
    told = brief.model_copy(
        update={
            "entities": entities,
            "claims": claims,
            "set_aside": claims,
            "quotes": quotes,
            "speakers": speakers,
            "retold": retold,
        }
    ).model_dump(mode="json")
    told["article"] |= dict.fromkeys(("snapshot_sha256", "fingerprint"), words)
    spoiled = _spoil(told, words)
    spoiled["article"] |= {"url": address, "canonical_url": address}
    return Brief.model_validate(spoiled)


def _spoil(told: Any, words: str) -> Any:
    if isinstance(told, dict):
        return {
            name: value if name in OURS | {"checks", "knowledge"} else _spoil(value, words)
            for name, value in told.items()
        }
    if isinstance(told, list):
        return [_spoil(one, words) for one in told]
    clean = isinstance(told, str) and words not in told and not NUMBER.fullmatch(told)
    return words if clean else told


async def use(shown: Page) -> None:
    """Point at everything, move the focus to everything, unfold and open everything."""
    await shown.evaluate(
        """() => {
          for (const one of document.querySelectorAll("body *")) {
            for (const what of ["pointerenter", "mouseover", "focusin"])
              one.dispatchEvent(new Event(what, { bubbles: true }));
            if (one.tagName === "DETAILS") one.open = true;
          }
          document.querySelectorAll("button:not([type=submit]), .said").forEach((one) => one.click());
        }"""
    )
    await shown.wait_for_timeout(50)  # for pictures that are not there, whose errors come late


@pytest.mark.parametrize("policy", [True, False])
@pytest.mark.parametrize("address", ADDRESSES)
async def test_nothing_that_an_article_says_is_run_on_any_page(
    browser: Browser, desk: QuickDesk, web: Opened, policy: bool, address: str
) -> None:
    briefs = a_brief_of_nothing_else(NASTY, address), a_hostile_brief(NASTY.replace("7", "8"))
    ids = [await stored(desk, brief, "local") for brief in briefs]
    shown = await (await sign_in(browser, web, bypass_csp=not policy)).new_page()
    heard = listen(shown)
    for path in (
        f"/b/{ids[0]}#q1",
        f"/compare?b={ids[0]}&b={ids[1]}",
        "/search?q=window",
        f"/speaker?{urlencode({'name': NASTY})}",
    ):
        await shown.goto(web.address + path)
        assert SCRIPT in await shown.locator("main").inner_text(), path
        await use(shown)
        assert await shown.evaluate("window.hit") is None, path
        addresses = await shown.eval_on_selector_all("a", "all => all.map(one => one.protocol)")
        assert set(addresses) <= {"http:", "https:"}
    assert heard == []


@pytest.mark.parametrize("policy", [True, False])
async def test_nothing_is_run_that_an_address_or_a_form_brings_along(
    browser: Browser, desk: QuickDesk, web: Opened, policy: bool
) -> None:
    context = await sign_in(browser, web, bypass_csp=not policy)
    shown = await context.new_page()
    brief_id = await stored(desk, a_brief(), "local")
    asked = dict.fromkeys(FIELDS, NASTY)
    refused = []
    shown.on("response", lambda answer: refused.append(answer.status) if answer.status >= 400 else None)
    ran: list[str] = []
    shown.on("pageerror", lambda error: ran.append(str(error)))
    shown.on("dialog", lambda dialog: ran.append(dialog.message))
    for path in (
        f"/search?{urlencode(asked)}",
        f"/search?{urlencode(asked | {'since': '', 'until': ''})}",
        f"/speaker?{urlencode({'name': NASTY})}",
        f"/compare?{urlencode({'b': [NASTY, brief_id]}, doseq=True)}",
        f"/?{urlencode({'t': NASTY})}",
        f"/b/{brief_id}?{urlencode({'t': NASTY})}",
        f"/b/{quote(NASTY, safe='')}",
        f"/r/{quote(NASTY, safe='')}",
        f"/{quote(NASTY)}",
        f"/signin/slack?{urlencode({'error': NASTY, 'state': NASTY, 'code': NASTY})}",
    ):
        await shown.goto(web.address + path)
        await use(shown)
        assert await shown.evaluate("window.hit") is None, path
    await shown.goto(web.address)
    await shown.fill("#wanted", NASTY)
    await shown.click("[type=submit]")
    assert await shown.input_value("#wanted") == NASTY
    await use(shown)
    assert await shown.evaluate("window.hit") is None
    assert ran == []


@pytest.mark.parametrize("policy", [True, False])
async def test_nothing_is_run_that_a_link_or_its_refusal_says(
    browser: Browser, desk: QuickDesk, web: Opened, policy: bool
) -> None:
    wanted = (Wanted(link=f"https://a.example/gone{NASTY}"), Wanted(problem=NASTY))
    asked = await desk.accept(Ask("local", "web", "key", "web", {}, wanted))
    assert asked
    shown = await (await sign_in(browser, web, bypass_csp=not policy)).new_page()
    heard = listen(shown)
    await shown.goto(f"{web.address}/r/{asked.id}")
    working = asyncio.create_task(desk.work({"web": web.courier}))
    await expect(shown.locator("[data-state=failed]")).to_have_count(2)
    assert (await shown.locator(".progress").inner_text()).count(SCRIPT) == 3  # the link is named in its refusal
    await use(shown)
    assert await shown.evaluate("window.hit") is None
    assert heard == []
    working.cancel()
    with suppress(asyncio.CancelledError):
        await working


@pytest.mark.parametrize("hash", ["#q1'\"]<img src=x onerror=window.hit=1>", "#e999", "#%E0%A4%A", "#s1] *", "#-"])
async def test_no_address_breaks_the_page(browser: Browser, desk: QuickDesk, web: Opened, hash: str) -> None:  # noqa: A002
    context = await sign_in(browser, web)
    shown = await context.new_page()
    heard = listen(shown)
    await shown.goto(f"{web.address}/b/{await stored(desk, a_brief(), 'local')}{hash}")
    await shown.keyboard.press("y")
    assert await shown.evaluate("window.hit") is None
    assert heard == []


def test_brief_of_nothing_else_leaves_no_string_of_strangers_out() -> None:
    """A field that the brief gets must be spoiled here as well."""
    leaves = list(_leaves(a_brief_of_nothing_else(NASTY, ADDRESSES[0]).model_dump(mode="json")))
    filled = [f"{place}." for place, value in leaves if value not in (None, "", [])]
    assert {place for place, _ in leaves if not any(other.startswith(f"{place}.") for other in filled)} == EMPTY
    words = {(place, value) for place, value in leaves if isinstance(value, str) and not NUMBER.fullmatch(value)}
    clean = {place for place, value in words if NASTY not in value}
    assert clean == {
        ".article.url",
        ".article.canonical_url",
        ".claims.checks.url",
        ".entities.knowledge.url",
        ".set_aside.checks.url",
    }


def _leaves(told: Any, place: str = "") -> Iterator[tuple[str, Any]]:
    """Yield each value of a brief that is no other's, with the names of the fields that lead to it."""
    if isinstance(told, dict):
        for name in told.keys() - OURS:
            yield from _leaves(told[name], f"{place}.{name}")
    elif isinstance(told, list) and told:
        for value in told:
            yield from _leaves(value, place)
    else:
        yield place, told
