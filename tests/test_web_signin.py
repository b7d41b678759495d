"""Signing in to the evidence page by Slack and by Discord, against stand-ins that check what they are sent."""

from __future__ import annotations

import re
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import lxml.html
import pytest

from adapters.web.app import web_app
from adapters.web.config import WebConfig
from adapters.web.providers import Discord, Slack
from bot.archive.archive import open_archive
from tests.fakes import QuickDesk, a_brief
from tests.signin_standin import CLIENT, OTHER_KEY, SECRET, SignInStandIn, open_signin
from tests.test_web import correct, stored

pytestmark = pytest.mark.anyio

PAGES = "http://nutgraf.test"


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[QuickDesk]:
    async with open_archive(f"sqlite+aiosqlite:///{tmp_path}/desk.sqlite3") as archive:
        yield QuickDesk(archive)


@pytest.fixture
async def standin() -> AsyncIterator[SignInStandIn]:
    async with open_signin() as opened:
        yield opened
    assert opened.unexpected == []


@pytest.fixture
async def browser(desk: QuickDesk, standin: SignInStandIn) -> AsyncIterator[httpx.AsyncClient]:
    async with a_browser(desk, standin) as client:
        yield client


def a_browser(desk: QuickDesk, standin: SignInStandIn) -> httpx.AsyncClient:
    config = WebConfig(
        secret="s" * 32,
        address=PAGES,
        providers={
            "slack": Slack(CLIENT, SECRET, standin.url),
            "discord": Discord(CLIENT, SECRET, standin.url, f"{standin.url}/api/v10"),
        },
    )
    ours = httpx.ASGITransport(web_app(desk, config, config.access()), raise_app_exceptions=True)
    return httpx.AsyncClient(mounts={PAGES: ours}, base_url=PAGES, follow_redirects=True)


async def is_in(browser: httpx.AsyncClient) -> bool:
    return (await browser.get("/")).status_code == 200


async def test_member_of_the_slack_workspace_gets_to_the_page_that_was_asked_for(
    desk: QuickDesk, browser: httpx.AsyncClient
) -> None:
    brief_id = await stored(desk, a_brief(), "slack:T1")
    asked = await browser.get(f"/b/{brief_id}")
    assert asked.status_code == 401
    (way,) = lxml.html.fromstring(asked.text).xpath("//a[text()='Sign in with Slack']/@href")
    page = await browser.get(way)
    assert str(page.url) == f"{PAGES}/b/{brief_id}"
    assert "Harbour wall" in page.text


async def test_correction_names_who_signed_in(desk: QuickDesk, browser: httpx.AsyncClient) -> None:
    brief_id = await stored(desk, a_brief(), "slack:T1")
    await browser.get("/signin/slack")
    await correct(browser, brief_id, mistake="not-a-quote", ref="q4")
    assert [made["who"] for made in await desk.records.corrections("slack:T1")] == ["slack:U1"]


async def test_another_workspaces_brief_stays_out_of_sight(desk: QuickDesk, browser: httpx.AsyncClient) -> None:
    await stored(desk, a_brief(), "slack:T1")
    theirs = await stored(desk, a_brief(), "slack:T2")
    await browser.get("/signin/slack")
    assert (await browser.get(f"/b/{theirs}")).status_code == 404


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "https://evil.example"},
        {"aud": "another-app"},
        {"exp": 1_700_000_000},
        {"iat": 4_000_000_000},
        {"nonce": "of-another-time"},
        {"nonce": None},
        {"https://slack.com/team_id": None},
        {"https://slack.com/user_id": ""},
    ],
    ids=str,
)
async def test_id_token_that_is_not_for_this_visit_signs_nobody_in(
    desk: QuickDesk, browser: httpx.AsyncClient, standin: SignInStandIn, claims: dict[str, Any]
) -> None:
    await stored(desk, a_brief(), "slack:T1")
    standin.slack_claims = claims
    answer = await browser.get("/signin/slack")
    assert answer.status_code == 403
    assert "Slack did not confirm who you are" in answer.text
    assert not await is_in(browser)


async def test_id_token_that_somebody_else_signed_signs_nobody_in(
    desk: QuickDesk, browser: httpx.AsyncClient, standin: SignInStandIn
) -> None:
    await stored(desk, a_brief(), "slack:T1")
    standin.slack_key = OTHER_KEY
    assert (await browser.get("/signin/slack")).status_code == 403
    assert not await is_in(browser)


async def test_workspace_in_which_nobody_asked_anything_has_no_pages(browser: httpx.AsyncClient) -> None:
    """Else everybody who has Slack or Discord could have stories read here."""
    answer = await browser.get("/signin/slack")
    assert answer.status_code == 403
    assert "Nobody there has asked Nutgraf" in answer.text
    assert not await is_in(browser)


# Answers that were not asked for, or by somebody else ------------------------------------------------------


async def begun(browser: httpx.AsyncClient) -> httpx.URL:
    """Begin to sign in, and return the address to which Slack sends the browser back."""
    away = await browser.get("/signin/slack", follow_redirects=False)
    back = await browser.get(away.headers["location"], follow_redirects=False)
    return httpx.URL(back.headers["location"])


@pytest.mark.parametrize("change", ["state=x", "state=", "code=made-up", "code=", "error=access_denied&code="])
async def test_answer_that_does_not_fit_signs_nobody_in(
    desk: QuickDesk, browser: httpx.AsyncClient, change: str
) -> None:
    await stored(desk, a_brief(), "slack:T1")
    back = await begun(browser)
    assert (await browser.get(back.copy_merge_params(dict(re.findall(r"(\w+)=([\w-]*)", change))))).status_code == 403
    assert not await is_in(browser)


async def test_answer_is_not_taken_in_another_browser(desk: QuickDesk, standin: SignInStandIn) -> None:
    """Nobody is signed in as somebody else by a link that was sent to him (RFC 6749, 10.12)."""
    await stored(desk, a_brief(), "slack:T1")
    async with a_browser(desk, standin) as thief, a_browser(desk, standin) as victim:
        back = await begun(thief)
        assert (await victim.get(back)).status_code == 403
        await begun(victim)
        assert (await victim.get(back)).status_code == 403
        assert not await is_in(victim)


async def test_code_that_was_taken_is_worth_nothing_to_another(desk: QuickDesk, standin: SignInStandIn) -> None:
    """PKCE: the state can be right, the verifier stays with the browser that began."""
    await stored(desk, a_brief(), "slack:T1")
    async with a_browser(desk, standin) as victim, a_browser(desk, standin) as thief:
        code = (await begun(victim)).params["code"]
        theirs = (await begun(thief)).copy_merge_params({"code": code})
        assert (await thief.get(theirs)).status_code == 403
        assert not await is_in(thief)


async def test_answer_counts_once(desk: QuickDesk, browser: httpx.AsyncClient) -> None:
    await stored(desk, a_brief(), "slack:T1")
    back = await begun(browser)
    assert (await browser.get(back)).status_code == 200
    assert (await browser.get(back)).status_code == 403


@pytest.mark.parametrize("then", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:x"])
async def test_nobody_is_led_elsewhere(desk: QuickDesk, browser: httpx.AsyncClient, then: str) -> None:
    await stored(desk, a_brief(), "slack:T1")
    page = await browser.get("/signin/slack", params={"then": then})
    assert urlsplit(str(page.url)).netloc == "nutgraf.test"
    assert page.url.path == "/"


async def test_provider_that_is_away_is_told(desk: QuickDesk, standin: SignInStandIn) -> None:
    config = WebConfig(secret="s" * 32, address=PAGES, providers={"slack": Slack(CLIENT, SECRET, "http://127.0.0.1:9")})
    access = config.access()
    ours = httpx.ASGITransport(web_app(desk, config, access))
    async with httpx.AsyncClient(mounts={PAGES: ours}, base_url=PAGES) as client:
        away = await client.get("/signin/slack")
        state = httpx.URL(away.headers["location"]).params["state"]
        answer = await client.get("/signin/slack/done", params={"state": state, "code": "c"})
    assert answer.status_code == 403
    assert "Slack did not confirm who you are" in answer.text


async def test_where_nothing_is_configured_nothing_is_offered(desk: QuickDesk) -> None:
    config = WebConfig(secret="s" * 32)
    ours = httpx.ASGITransport(web_app(desk, config, config.access()))
    async with httpx.AsyncClient(transport=ours, base_url=PAGES) as client:
        assert "Sign in with" not in (await client.get("/")).text
        assert (await client.get("/signin/slack")).status_code == 404


# Discord --------------------------------------------------------------------------------------------------


async def test_member_of_one_guild_that_reads_here_is_let_in_at_once(
    desk: QuickDesk, browser: httpx.AsyncClient, standin: SignInStandIn
) -> None:
    brief_id = await stored(desk, a_brief(), "discord:11")
    standin.guilds = [{"id": "11", "name": "Ellery Post"}, {"id": "12", "name": "Knitting"}]
    page = await browser.get("/signin/discord", params={"then": f"/b/{brief_id}"})
    assert page.url.path == f"/b/{brief_id}"
    assert page.status_code == 200


async def test_member_of_several_chooses_and_sees_that_one_alone(
    desk: QuickDesk, browser: httpx.AsyncClient, standin: SignInStandIn
) -> None:
    first, second = await stored(desk, a_brief(), "discord:11"), await stored(desk, a_brief(), "discord:12")
    own = await stored(desk, a_brief(), "discord:dm:77")
    standin.guilds = [{"id": "11", "name": "<b>Ellery</b> Post"}, {"id": "12", "name": "Knitting"}]
    page = lxml.html.fromstring((await browser.get("/signin/discord")).text)
    assert page.xpath("//li/a/text()") == ["<b>Ellery</b> Post", "Knitting", "Direct messages"]
    await browser.get(page.xpath("//li/a/@href")[1])
    assert [(await browser.get(f"/b/{one}")).status_code for one in (first, second, own)] == [404, 200, 404]


async def test_somebody_who_left_the_guild_is_not_let_in(
    desk: QuickDesk, browser: httpx.AsyncClient, standin: SignInStandIn
) -> None:
    await stored(desk, a_brief(), "discord:11")
    standin.guilds = [{"id": "13", "name": "Another"}]
    assert (await browser.get("/signin/discord")).status_code == 403
    assert not await is_in(browser)


@pytest.mark.parametrize("said", [{}, {"id": "not a number"}, [], None, "x"])
async def test_answer_that_says_nothing_of_who_it_is_signs_nobody_in(
    desk: QuickDesk, browser: httpx.AsyncClient, standin: SignInStandIn, said: Any
) -> None:
    await stored(desk, a_brief(), "discord:11")
    standin.discord_user = said
    standin.guilds = [{"id": "11", "name": "Ellery Post"}]
    assert (await browser.get("/signin/discord")).status_code == 403


async def test_choice_that_was_touched_opens_nothing(desk: QuickDesk, browser: httpx.AsyncClient) -> None:
    await stored(desk, a_brief(), "discord:11")
    for token in ("", "made-up", f"x{time.time()}"):
        assert (await browser.get("/enter", params={"t": token})).status_code == 403
    assert not await is_in(browser)
