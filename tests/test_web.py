"""The evidence page without a browser: who gets what, and what every answer carries."""

from __future__ import annotations

import asyncio
import csv
import io
import json
import re
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

import httpx
import lxml.html
import pytest

from adapters.web.access import Access, Session
from adapters.web.app import MISSING, Opened, open_web, web_app
from adapters.web.config import WebConfig
from adapters.web.marks import Gap, Paragraph, excerpt, mark_article
from adapters.web.reading import WebCourier
from adapters.web.security import BODY, PER_CLIENT, READINGS
from bot.archive.archive import open_archive
from bot.brief import Brief
from bot.errors import SettingsError
from bot.house import Rules
from bot.models import Ask, Wanted
from bot.settings import Who
from tests.fakes import STORY, QuickDesk, a_brief, a_hostile_brief, a_long_brief
from tests.test_compare import a_version

pytestmark = pytest.mark.anyio

CONFIG = WebConfig(secret="s" * 32)
OURS, THEIRS = "slack:T1", "slack:T2"
NASTY = (
    '<script>window.hit=1</script><img src=x onerror=window.hit=1> "\' onmouseover=window.hit=1 x="{{7*7}} '
    "</textarea><svg onload=window.hit=1> javascript:window.hit=1 &lt;b&gt; \u202eedis\u202c"
)


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[QuickDesk]:
    async with open_archive(f"sqlite+aiosqlite:///{tmp_path}/desk.sqlite3") as archive:
        yield QuickDesk(archive)


@pytest.fixture
def access() -> Access:
    return CONFIG.access()


@pytest.fixture
async def browser(desk: QuickDesk, access: Access) -> AsyncIterator[httpx.AsyncClient]:
    """A client that keeps cookies, signed in nowhere yet."""
    transport = httpx.ASGITransport(web_app(desk, CONFIG, access), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://nutgraf.test", follow_redirects=True) as client:
        yield client


@pytest.fixture
async def working(desk: QuickDesk) -> AsyncIterator[None]:
    """The desk, at work for browsers."""
    task = asyncio.create_task(desk.work({"web": WebCourier()}))
    await asyncio.sleep(0)
    yield
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


async def stored(desk: QuickDesk, brief: Brief, workspace: str = OURS) -> str:
    """Store *brief* for *workspace* and return its id."""
    request = await desk.archive.requests.accept(Ask(workspace, "chat", uuid4().hex, "U1", {}, (Wanted(text="x"),)))
    assert request
    return (await desk.archive.briefs.keep(workspace, request.items[0].id, brief)).id


async def sign_in(browser: httpx.AsyncClient, access: Access, workspace: str = OURS) -> httpx.Response:
    return await browser.get("/", params={"t": access.link_token(workspace)})


async def form_token(browser: httpx.AsyncClient) -> str:
    page = lxml.html.fromstring((await browser.get("/")).text)
    return str(page.xpath("//input[@name='token']/@value")[0])


# Who gets what --------------------------------------------------------------------------------------------


async def test_a_link_from_chat_opens_the_page_and_its_token_leaves_the_address(
    desk: QuickDesk, browser: httpx.AsyncClient, access: Access
) -> None:
    brief_id = await stored(desk, a_brief())
    page = await browser.get(f"/b/{brief_id}", params={"t": access.link_token(OURS)})
    assert page.status_code == 200
    assert str(page.url) == f"http://nutgraf.test/b/{brief_id}"
    assert "Harbour wall" in page.text
    assert (await browser.get(f"/b/{brief_id}")).status_code == 200


async def test_nobody_gets_in_without_a_token_and_every_address_looks_the_same(
    desk: QuickDesk, browser: httpx.AsyncClient
) -> None:
    there, nowhere = await stored(desk, a_brief()), "0" * 32
    for path in ("/b/{}", "/b/{}.json", "/r/{}", "/r/{}/events"):
        real, other = [await browser.get(path.format(one)) for one in (there, nowhere)]
        assert real.status_code == other.status_code == 401
        assert real.text == other.text
        assert "Harbour" not in real.text


@pytest.mark.parametrize("form", ["", ".json", ".md", ".csv"])
async def test_another_workspaces_brief_is_no_other_than_one_that_never_was(
    desk: QuickDesk, browser: httpx.AsyncClient, access: Access, form: str
) -> None:
    theirs = await stored(desk, a_brief(), THEIRS)
    await sign_in(browser, access)
    real, none = await browser.get(f"/b/{theirs}{form}"), await browser.get(f"/b/{'0' * 32}{form}")
    assert real.status_code == none.status_code == 404
    assert real.text == none.text
    assert {**real.headers} == {**none.headers}
    assert MISSING in real.text


async def test_another_workspaces_request_is_not_followed(
    desk: QuickDesk, browser: httpx.AsyncClient, access: Access
) -> None:
    request = await desk.accept(Ask(THEIRS, "web", "k", "web", {}, (Wanted(link="https://a.example/x"),)))
    assert request
    await sign_in(browser, access)
    for path in (f"/r/{request.id}", f"/r/{request.id}/events"):
        assert (await browser.get(path)).status_code == 404


@pytest.mark.parametrize("change", ["x{}", "{}x", "{}.", "", "é", "a.b.c"])
async def test_token_that_was_touched_opens_nothing(browser: httpx.AsyncClient, access: Access, change: str) -> None:
    answer = await browser.get("/", params={"t": change.format(access.link_token(OURS))})
    assert answer.status_code == 401


async def test_token_of_another_secret_opens_nothing(browser: httpx.AsyncClient) -> None:
    assert (await sign_in(browser, WebConfig(secret="o" * 32).access())).status_code == 401


def test_tokens_hold_for_what_they_were_signed_for_alone(access: Access) -> None:
    session = access.session(access.enter(access.link_token(OURS)) or "")
    assert session
    assert session.workspace == OURS
    assert access.session(access.link_token(OURS)) is None
    assert access.enter(access.api_token(OURS, 1)) is None
    assert access.api_workspace(access.link_token(OURS)) is None
    assert access.api_workspace(access.api_token(OURS, 1)) == OURS
    assert not access.is_own_form(session, access.link_token(OURS))
    assert not access.is_own_form(session, access.form_token(Session(OURS, "another")))


def test_tokens_expire() -> None:
    """Zero days are over at once."""
    access = WebConfig(secret="s" * 32, link_days=0, session_hours=0).access()
    assert access.enter(access.link_token(OURS)) is None
    assert access.api_workspace(access.api_token(OURS, 0)) is None


async def test_cookie_is_out_of_reach_of_scripts_and_of_other_sites(desk: QuickDesk) -> None:
    config = WebConfig(secret="s" * 32, address="https://nutgraf.test")
    access = config.access()
    transport = httpx.ASGITransport(web_app(desk, config, access))
    async with httpx.AsyncClient(transport=transport, base_url="https://nutgraf.test") as client:
        answer = await sign_in(client, access)
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("__Host-nutgraf=")
    assert {"HttpOnly", "Path=/", "SameSite=lax", "Secure"} <= set(cookie.split("; "))
    assert answer.headers["strict-transport-security"]


# What every answer carries --------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/", "/b/{}", "/b/{}.json", "/b/none", "/nothing", "/static/page.css", "/robots.txt"])
async def test_every_answer_keeps_strangers_scripts_and_search_engines_out(
    desk: QuickDesk, browser: httpx.AsyncClient, access: Access, path: str
) -> None:
    await sign_in(browser, access)
    headers = (await browser.get(path.format(await stored(desk, a_brief())))).headers
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert headers["x-robots-tag"].startswith("noindex")
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["x-content-type-options"] == "nosniff"
    assert "server" not in headers


async def test_an_error_of_ours_has_a_reference_and_the_same_headers(
    desk: QuickDesk, browser: httpx.AsyncClient, access: Access, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(workspace: str, brief_id: str) -> Brief:
        raise ZeroDivisionError("secret words")

    monkeypatch.setattr(desk, "recall", fail)
    await sign_in(browser, access)
    answer = await browser.get("/b/x")
    assert answer.status_code == 500
    assert "Something went wrong on my side" in answer.text
    assert "secret words" not in answer.text
    assert "default-src 'none'" in answer.headers["content-security-policy"]


async def test_pages_have_no_script_or_style_of_their_own(
    desk: QuickDesk, browser: httpx.AsyncClient, access: Access
) -> None:
    await sign_in(browser, access)
    for path in ("/", f"/b/{await stored(desk, a_brief())}"):
        page = lxml.html.fromstring((await browser.get(path)).text)
        assert not page.xpath("//style | //*[@style] | //script[not(@src)]")
        assert not page.xpath("//@*[starts-with(name(), 'on')]")
        for address in page.xpath("//script/@src | //link/@href | //img/@src"):
            assert address.startswith("/static/")


async def test_too_many_requests_are_told_to_wait(browser: httpx.AsyncClient) -> None:
    for _ in range(PER_CLIENT.amount):
        await browser.get("/robots.txt")
    answer = await browser.get("/robots.txt")
    assert answer.status_code == 429
    assert answer.headers["retry-after"] == "60"


# The page of a brief --------------------------------------------------------------------------------------


@pytest.mark.parametrize("brief", [a_brief(), a_long_brief(quotes=30), a_hostile_brief("plain words")])
def test_every_character_of_the_article_is_shown_once_and_marked_where_the_brief_says(brief: Brief) -> None:
    paragraphs = mark_article(brief)
    assert "\n\n".join("".join(s.text for s in one.segments) for one in paragraphs) == brief.article.text
    for quote in brief.quotes:
        marked = "".join(s.text for one in paragraphs for s in one.segments if quote.id in s.quotes.split())
        assert marked == "".join(passage.text for passage in quote.content)
    for claim in brief.claims:
        marked = "".join(s.text for one in paragraphs for s in one.segments if claim.id in s.claims.split())
        assert marked == "".join(passage.text for passage in claim.content)
    anchors = [anchor for one in paragraphs for s in one.segments for anchor in s.anchors]
    assert len(anchors) == len(set(anchors))
    assert {quote.id for quote in brief.quotes} | {claim.id for claim in brief.claims} <= set(anchors)


def test_excerpt_keeps_to_its_budget_and_counts_what_it_leaves_out() -> None:
    paragraphs = mark_article(a_brief())
    assert excerpt(paragraphs, 0) == paragraphs
    for budget in (1, 22, 29, 60, 1000):
        shown = excerpt(paragraphs, budget)
        words = sum(one.words for one in shown if isinstance(one, Paragraph) and one.number)
        left_out = sum(one.words for one in shown if isinstance(one, Gap))
        assert words <= budget
        assert words + left_out == a_brief().article.words
    assert [type(one) for one in excerpt(paragraphs, 30)] == [Paragraph, Paragraph, Gap]


async def test_page_shows_no_more_of_the_text_than_its_budget(desk: QuickDesk) -> None:
    config = WebConfig(secret="s" * 32, excerpt_words=30)
    access = config.access()
    transport = httpx.ASGITransport(web_app(desk, config, access))
    async with httpx.AsyncClient(transport=transport, base_url="http://a.test", follow_redirects=True) as client:
        await sign_in(client, access)
        page = lxml.html.fromstring((await client.get(f"/b/{await stored(desk, a_brief())}")).text)
    article = page.xpath("//article")[0].text_content()
    assert "will cost 48 million pounds" in article
    assert "called the plan" not in article
    assert "3 paragraphs, 63 words, not shown here" in article


def test_paragraphs_are_numbered_as_in_the_brief() -> None:
    brief = a_brief()
    number = {s: one.number for one in mark_article(brief) for seg in one.segments for s in seg.quotes.split()}
    assert number == {quote.id: quote.content[-1].paragraph for quote in brief.quotes}


def test_direct_speech_is_told_from_paraphrase_with_its_marks() -> None:
    segments = [s for one in mark_article(a_brief()) for s in one.segments]
    direct = [s.text for s in segments if "direct" in s.classes.split()]
    assert direct == [
        "“We got the numbers wrong, and I am sorry for that,”",
        "“Nobody has pocketed a penny.”",
        "“a disaster for every boat in the bay”",
    ]
    assert [s.number for s in segments if "q5" in s.quotes.split()] == ["?"]


async def test_page_links_every_quote_to_its_words_and_to_the_publishers(
    desk: QuickDesk, browser: httpx.AsyncClient, access: Access
) -> None:
    await sign_in(browser, access)
    page = lxml.html.fromstring((await browser.get(f"/b/{await stored(desk, a_brief())}")).text)
    assert page.xpath("//ol[@class='voices']/li/button/text()[last()]")[0].strip() == "Maren Holt"
    lines = page.xpath("//li[@data-of]")
    assert [line.get("data-of") for line in lines] == ["q2", "q3", "q1", "q4", "q5"]
    for line in lines:
        (anchor,) = line.xpath(".//span[@class='where']/a[1]/@href")
        assert len(page.xpath(f"//*[@id='{anchor[1:]}']")) == 1
        assert "#:~:text=" in line.xpath(".//a[@class='out']/@href")[0]
    assert len(page.xpath("//@id")) == len(set(page.xpath("//@id")))


@pytest.mark.parametrize("kept", [True, False])
async def test_page_names_the_reading_that_wrote_the_brief(
    desk: QuickDesk, browser: httpx.AsyncClient, access: Access, kept: bool
) -> None:
    brief = a_brief()
    assert brief.reading
    brief_id = await stored(desk, brief if kept else brief.model_copy(update={"reading": None}))
    await sign_in(browser, access)
    facts = lxml.html.fromstring((await browser.get(f"/b/{brief_id}")).text).xpath("//dl[@class='facts']")[0]
    told = " ".join(facts.text_content().split())
    wanted = f"by Nutgraf {brief.reading.program}, models {brief.reading.models_sha256[:12]}"
    assert (wanted if kept else "by an earlier version") in told


async def test_strangers_words_stay_words_on_every_page(
    desk: QuickDesk, browser: httpx.AsyncClient, access: Access
) -> None:
    brief = a_hostile_brief(
        NASTY,
        url="javascript:alert(1)",
        canonical_url='https://a.example/"><script>window.hit=1</script>',
        language="en",
    )
    await sign_in(browser, access)
    text = (await browser.get(f"/b/{await stored(desk, brief)}")).text
    page = lxml.html.fromstring(text)
    assert not page.xpath(
        "//article//script | //article//img | //article//svg | //*[@onerror or @onmouseover or @onload]"
    )
    assert len(page.xpath("//script")) == 1
    assert "{{7*7}}" in page.text_content()
    assert "\u202e" not in text
    assert not [href for href in page.xpath("//@href") if href.startswith("javascript:")]


async def test_a_brief_can_be_saved_in_three_forms(desk: QuickDesk, browser: httpx.AsyncClient, access: Access) -> None:
    brief_id = await stored(desk, a_brief())
    await sign_in(browser, access)
    saved = {form: await browser.get(f"/b/{brief_id}.{form}") for form in ("json", "md", "csv")}
    assert Brief.model_validate_json(saved["json"].text) == a_brief()
    assert saved["md"].text.startswith("# Harbour wall will cost twice as much")
    assert len(list(csv.reader(io.StringIO(saved["csv"].content.decode("utf-8-sig"))))) == 8
    for form, answer in saved.items():
        name = f"harbour-wall-will-cost-twice-as-much-council-admits.{form}"
        assert answer.headers["content-disposition"] == f'attachment; filename="{name}"'
    assert (await browser.get(f"/b/{brief_id}.exe")).status_code == 404


# Comparing ------------------------------------------------------------------------------------------------


async def test_versions_are_laid_side_by_side_each_line_linked_to_its_text(
    desk: QuickDesk, browser: httpx.AsyncClient, access: Access
) -> None:
    words = "We got the numbers wrong, and I am sorry for that."
    one = await stored(desk, a_version(("Maren Holt", words), around="The wall will cost 48 million pounds in all."))
    changed = a_version(
        ("Maren Holt", words.replace("wrong", "right")), around="The wall will cost 45 million pounds in all."
    )
    other = await stored(desk, changed)
    await sign_in(browser, access)
    page = await browser.get("/compare", params={"b": [f"http://nutgraf.test/b/{one}#q1", other]})
    told = lxml.html.fromstring(page.text)
    assert told.xpath("//tbody//th/text()") == ["Maren Holt"]
    assert told.xpath("//tbody//td/a/@href") == [f"/b/{one}#q1", f"/b/{other}#q1"]
    assert ["".join(cut.itertext()) for cut in told.xpath("//del | //ins")] == ["A wrong,", "B right,"]
    assert "A 48 · B 45" in " ".join(told.text_content().split())
    assert told.xpath("//input[@name='b']/@value")[:2] == [f"http://nutgraf.test/b/{one}#q1", f"/b/{other}"]


@pytest.mark.parametrize("asked", [[], ["nonsense"], ["0"]])
async def test_comparison_of_fewer_than_two_asks_for_them(
    desk: QuickDesk, browser: httpx.AsyncClient, access: Access, asked: list[str]
) -> None:
    await sign_in(browser, access)
    page = await browser.get("/compare", params={"b": asked})
    assert page.status_code == (422 if asked else 200)
    assert len(lxml.html.fromstring(page.text).xpath("//input[@name='b']")) >= 2


async def test_another_workspaces_brief_is_not_compared(
    desk: QuickDesk, browser: httpx.AsyncClient, access: Access
) -> None:
    ours, theirs = await stored(desk, a_brief()), await stored(desk, a_brief(), THEIRS)
    await sign_in(browser, access)
    assert (await browser.get("/compare", params={"b": [ours, theirs]})).status_code == 404


async def test_strangers_words_stay_words_in_a_comparison(
    desk: QuickDesk, browser: httpx.AsyncClient, access: Access
) -> None:
    ids = [await stored(desk, a_hostile_brief(NASTY)), await stored(desk, a_hostile_brief(NASTY.replace("7", "8")))]
    await sign_in(browser, access)
    page = lxml.html.fromstring((await browser.get("/compare", params={"b": [*ids, '"><script>']})).text)
    assert not page.xpath("//script | //main//img | //main//svg | //*[@onerror or @onmouseover or @onload]")


# Correcting, and the archive ------------------------------------------------------------------------------


async def correct(browser: httpx.AsyncClient, brief_id: str, **fields: str) -> httpx.Response:
    page = lxml.html.fromstring((await browser.get(f"/b/{brief_id}")).text)
    token = str(page.xpath("//dialog[@id='fix']//input[@name='token']/@value")[0])
    return await browser.post(f"/b/{brief_id}/correct", data={"token": token, **fields})


async def test_wrong_speaker_is_put_right_in_place_and_kept_with_who_said_so(
    desk: QuickDesk, browser: httpx.AsyncClient, access: Access
) -> None:
    brief_id = await stored(desk, a_brief())
    await sign_in(browser, access)
    page = await correct(browser, brief_id, mistake="wrong-speaker", ref="q5", right="Tomas Reyl")
    assert page.status_code == 200
    assert lxml.html.fromstring(page.text).xpath("//li[@data-of='q5']/@data-who") == ["s3"]
    (made,) = await desk.records.corrections(OURS)
    assert (made["before"], made["after"]) == (None, "Tomas Reyl")
    assert str(made["who"]).startswith("web:")


@pytest.mark.parametrize(("mistake", "ref", "gone"), [("not-a-quote", "q4", "q4"), ("wrong-claim", "c2", "c2")])
async def test_what_is_no_quote_or_claim_goes(
    desk: QuickDesk, browser: httpx.AsyncClient, access: Access, mistake: str, ref: str, gone: str
) -> None:
    brief_id = await stored(desk, a_brief())
    await sign_in(browser, access)
    page = lxml.html.fromstring((await correct(browser, brief_id, mistake=mistake, ref=ref)).text)
    assert page.xpath("//*[@id='q2']")
    assert not page.xpath(f"//*[@id='{gone}']")


@pytest.mark.parametrize(
    ("fields", "status", "words"),
    [
        ({"mistake": "wrong-speaker", "ref": "q2", "right": "Nobody Here"}, 400, "does not stand in the article"),
        ({"mistake": "not-a-quote", "ref": "q99"}, 400, "no quote q99"),
        ({"mistake": "wrong-words", "ref": "q2", "words": "We got it right"}, 400, "do not stand in the article"),
        ({"mistake": "made-up", "ref": "q2"}, 422, "did not work"),
        ({"mistake": "not-a-quote", "ref": "q2", "token": "made-up"}, 403, "too old, or not ours"),
    ],
)
async def test_correction_that_fits_nothing_changes_nothing(
    desk: QuickDesk, browser: httpx.AsyncClient, access: Access, fields: dict[str, str], status: int, words: str
) -> None:
    brief_id = await stored(desk, a_brief())
    await sign_in(browser, access)
    answer = await correct(browser, brief_id, **fields)
    assert answer.status_code == status
    assert words in answer.text
    assert await desk.recall(OURS, brief_id) == a_brief()


@pytest.mark.parametrize("corrects", [Who.ASKER, Who.TRUSTED])
async def test_the_house_rules_on_who_corrects_hold_on_the_page_as_well(
    desk: QuickDesk, browser: httpx.AsyncClient, access: Access, corrects: Who
) -> None:
    desk.house.rules = Rules(corrects=corrects)
    brief_id = await stored(desk, a_brief())
    await sign_in(browser, access)
    answer = await correct(browser, brief_id, mistake="not-a-quote", ref="q2")
    assert answer.status_code == 400
    assert "may correct it here" in answer.text
    assert await desk.recall(OURS, brief_id) == a_brief()


async def test_another_workspaces_brief_is_not_corrected(
    desk: QuickDesk, browser: httpx.AsyncClient, access: Access
) -> None:
    ours, theirs = await stored(desk, a_brief()), await stored(desk, a_brief(), THEIRS)
    await sign_in(browser, access)
    page = lxml.html.fromstring((await browser.get(f"/b/{ours}")).text)
    token = page.xpath("//dialog[@id='fix']//input[@name='token']/@value")[0]
    told = {"token": token, "mistake": "not-a-quote", "ref": "q2"}
    assert (await browser.post(f"/b/{theirs}/correct", data=told)).status_code == 404
    assert await desk.recall(THEIRS, theirs) == a_brief()


async def test_archive_that_is_off_has_no_way_in_and_says_so(
    desk: QuickDesk, browser: httpx.AsyncClient, access: Access
) -> None:
    await sign_in(browser, access)
    for path in ("/", f"/b/{await stored(desk, a_brief())}"):
        assert not lxml.html.fromstring((await browser.get(path)).text).xpath("//a[starts-with(@href, '/s')]")
    answer = await browser.get("/search", params={"q": "harbour"})
    assert answer.status_code == 422
    assert "The archive of this workspace is off" in answer.text


async def test_archive_is_searched_by_words_speaker_outlet_and_day(
    desk: QuickDesk, browser: httpx.AsyncClient, access: Access
) -> None:
    await desk.archive.search.turn_on(OURS)
    brief_id = await stored(desk, a_brief())
    await desk.archive.search.turn_on(THEIRS)
    await stored(desk, a_brief(), THEIRS)
    await sign_in(browser, access)
    asked = {"q": "numbers wrong", "speaker": "Holt", "outlet": "Ellery", "since": "2026-03-01", "until": "2026-03-31"}
    page = lxml.html.fromstring((await browser.get("/search", params=asked)).text)
    (line,) = page.xpath("//li[@class='diff']")
    assert line.text_content().startswith("Maren Holt said: “We got the numbers wrong")
    assert line.xpath("a/@href") == [f"/b/{brief_id}#q2"]
    nothing = await browser.get("/search", params={**asked, "until": "2026-03-02"})
    assert "Nothing of that is in the archive" in nothing.text
    assert (await browser.get("/search", params={"since": "soon"})).status_code == 422
    facets = lxml.html.fromstring((await browser.get("/search", params={"q": "wall"})).text)
    (narrowed,) = [link for link in facets.xpath("//div[@class='facets']//a/@href") if "Holt" in link]
    assert len(lxml.html.fromstring((await browser.get(narrowed)).text).xpath("//li[@class='diff']")) == 1


async def test_page_of_a_speaker_has_his_words_roles_and_a_picture_of_when(
    desk: QuickDesk, browser: httpx.AsyncClient, access: Access
) -> None:
    await desk.archive.search.turn_on(OURS)
    brief = a_brief()
    undated, earlier = (brief.article.model_copy(update={"published": day}) for day in (None, date(2025, 11, 3)))
    for one in (brief, *(brief.model_copy(update={"article": article}) for article in (undated, earlier))):
        brief_id = await stored(desk, one)
    await sign_in(browser, access)
    told = lxml.html.fromstring((await browser.get(f"/b/{brief_id}")).text)
    (link,) = [one for one in told.xpath("//a/@href") if one == "/speaker?name=Maren%20Holt"]
    page = lxml.html.fromstring((await browser.get(link)).text)
    assert page.xpath("//h1/text()") == ["Maren Holt"]
    assert len(page.xpath("//section")) == 3
    assert "the council's finance chief" in page.text_content()
    assert page.xpath("//figcaption/text()") == [
        "4 statements, from November 2025 to March 2026; 2 more of no known day"
    ]
    assert page.xpath("//p[@class='ends']/span/text()") == ["November 2025", "March 2026"]
    assert [rect.findtext("title") for rect in page.xpath("//rect")] == [
        "November 2025: 2 statements",
        "March 2026: 2 statements",
    ]


# Reading --------------------------------------------------------------------------------------------------


async def ask_for(browser: httpx.AsyncClient, wanted: str) -> httpx.Response:
    return await browser.post("/read", data={"wanted": wanted, "token": await form_token(browser)})


async def events_of(browser: httpx.AsyncClient, path: str) -> list[dict[str, str]]:
    answer = await asyncio.wait_for(browser.get(f"{path}/events"), 30)
    assert answer.headers["content-type"].startswith("text/event-stream")
    return [json.loads(line) for line in re.findall(r"^data: (.+)$", answer.text, re.M)][:-1]


@pytest.mark.parametrize("wanted", ["https://post.example/harbour", STORY])
async def test_what_the_form_asks_for_is_read_and_its_page_opened(
    desk: QuickDesk, browser: httpx.AsyncClient, access: Access, working: None, wanted: str
) -> None:
    await sign_in(browser, access)
    page = await ask_for(browser, wanted)
    told = await events_of(browser, urlsplit(str(page.url)).path)
    assert told[-1]["state"] == "read"
    assert "Harbour wall" in (await browser.get(told[-1]["address"])).text


async def test_stages_are_told_as_they_come(
    desk: QuickDesk, browser: httpx.AsyncClient, access: Access, working: None
) -> None:
    await sign_in(browser, access)
    desk.go_on.clear()
    page = await ask_for(browser, "https://post.example/harbour")
    path = urlsplit(str(page.url)).path
    await asyncio.wait_for(desk.begun.wait(), 30)
    assert "Fetching the page" in (await browser.get(path)).text
    following = asyncio.create_task(events_of(browser, path))
    await asyncio.sleep(0)
    desk.go_on.set()
    assert [one["words"] for one in await following][-1] == "Read."


async def test_each_link_has_its_own_answer_and_a_failure_its_words(
    desk: QuickDesk, browser: httpx.AsyncClient, access: Access, working: None
) -> None:
    await sign_in(browser, access)
    page = await ask_for(browser, "https://a.example/gone https://a.example/story ftp://a.example/x")
    told = {one["what"]: one for one in await events_of(browser, urlsplit(str(page.url)).path)}
    assert {what: one["state"] for what, one in told.items()} == {
        "https://a.example/gone": "failed",
        "https://a.example/story": "read",
        "ftp://a.example/x": "failed",
    }
    assert "does not exist" in told["https://a.example/gone"]["words"]


@pytest.mark.parametrize("wanted", ["", "hello", "ftp://a.example/x", NASTY])
async def test_what_cannot_be_read_is_told_in_the_form(
    desk: QuickDesk, browser: httpx.AsyncClient, access: Access, wanted: str
) -> None:
    await sign_in(browser, access)
    answer = await ask_for(browser, wanted)
    page = lxml.html.fromstring(answer.text)
    assert answer.status_code == 422
    assert page.xpath("//p[@role='alert']/text()")
    assert page.xpath("//textarea")[0].text_content().strip() == wanted.strip()
    assert not page.xpath("//main//script | //main//svg | //main//img")


@pytest.mark.parametrize(
    ("workspace", "told"),
    [
        ("slack:T1", "everybody in the Slack workspace T1 can see"),
        ("discord:77", "everybody in the Discord server 77 can see"),
        ("local", "everybody sees who can open these pages"),
    ],
)
async def test_form_says_who_will_see_what_is_read(
    browser: httpx.AsyncClient, access: Access, workspace: str, told: str
) -> None:
    """A link that somebody else sent may have signed one in to his workspace."""
    assert told in (await sign_in(browser, access, workspace)).text


@pytest.mark.parametrize("token", ["", "made-up"])
async def test_form_of_another_site_is_not_accepted(
    desk: QuickDesk, browser: httpx.AsyncClient, access: Access, token: str
) -> None:
    await sign_in(browser, access)
    answer = await browser.post("/read", data={"wanted": "https://a.example/story", "token": token})
    assert answer.status_code == 403
    assert await desk.archive.requests.unfinished(["web"]) == []


async def test_form_too_large_to_be_ours_is_not_read(browser: httpx.AsyncClient, access: Access) -> None:
    await sign_in(browser, access)
    assert (await browser.post("/read", content=b"wanted=" + b"x" * BODY)).status_code == 413


async def test_one_session_cannot_have_stories_read_without_end(
    desk: QuickDesk, browser: httpx.AsyncClient, access: Access
) -> None:
    await sign_in(browser, access)
    token = await form_token(browser)
    for _ in range(READINGS.amount):
        assert (await browser.post("/read", data={"wanted": "https://a.example/s", "token": token})).status_code == 200
    assert (await browser.post("/read", data={"wanted": "https://a.example/s", "token": token})).status_code == 429


# Serving --------------------------------------------------------------------------------------------------


@pytest.fixture
async def served(desk: QuickDesk) -> AsyncIterator[Opened]:
    async with open_web(desk, WebConfig(secret="s" * 32, port=0)) as opened:
        yield opened


async def test_pages_are_served_on_loopback_and_the_link_opens_them(served: Opened) -> None:
    assert served.address.startswith("http://127.0.0.1:")
    async with httpx.AsyncClient(follow_redirects=True) as client:
        answer = await client.get(served.link("local"))
    assert answer.status_code == 200
    assert "Who says what" in answer.text


async def test_port_that_is_taken_is_named(desk: QuickDesk, served: Opened) -> None:
    port = urlsplit(served.address).port or 0
    with pytest.raises(SettingsError, match=f"{port}.*WEB_PORT"):
        async with open_web(desk, WebConfig(secret="s" * 32, port=port)):
            pass
