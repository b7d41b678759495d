"""Where links lead: tracking left out, wrappers undone, news apps named, pages that lead on by themselves."""

from __future__ import annotations

from contextlib import suppress

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import AggregatorLink, BotError, InnerAddress, LeavesTheWeb, TooManyRedirects
from bot.fetch.answers import refresh_target
from bot.fetch.fetch import FetchLimits, fetch, open_client
from bot.fetch.links import asked, without_tracking
from tests.sites import Answer, always, by_path, open_site, page

pytestmark = pytest.mark.anyio

LIMITS = FetchLimits(timeout=10, max_bytes=2_000_000, max_redirects=4)
LINK = "https://paper.example/story"
STORY = b"<!doctype html><title>Ferry</title><p>The ferry to Little Skerry sails again.</p>" * 40


async def paths(answer: Answer, start: str) -> tuple[list[str], bytes]:
    """Fetch *start*; return the paths that were asked for, and the page's body."""
    async with open_site(answer) as site, open_client("Reader", allow_hosts=frozenset({site.place})) as http:
        got = await fetch(http, site.url(start), LIMITS)
    assert got.url == site.url(start)
    return site.paths, got.body


# Tracking -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("link", "fetched"),
    [
        ("/story?utm_source=mail&utm_medium=x&utm_Campaign=y", "/story"),
        ("/story?id=7&fbclid=IwAR0", "/story?id=7"),
        ("/story?gclid=1&id=7&mc_cid=2&mc_eid=3&page=2", "/story?id=7&page=2"),
        ("/story?FBCLID=1", "/story"),
        ("/story?utm_source", "/story"),
        ("/story?a=b%20c&b=d+e&c&=&utm_term=x&d=%C3%A4", "/story?a=b%20c&b=d+e&c&=&d=%C3%A4"),
        ("/story?ref=desk&source=x&cid=1&smid=2&s=3", "/story?ref=desk&source=x&cid=1&smid=2&s=3"),
        ("/story?utmost=1&my_utm_source=2&xfbclid=3", "/story?utmost=1&my_utm_source=2&xfbclid=3"),
        ("/story?", "/story?"),
    ],
)
async def test_site_is_not_told_which_newsletter_the_reader_reads(link: str, fetched: str) -> None:
    assert await paths(always(page(STORY)), link) == ([fetched], STORY)


async def test_redirect_that_adds_tracking_comes_to_its_page() -> None:
    """To leave it out there as well would ask for the first address again, and again."""
    answers = {"/a": page(b"", "Location: /a?utm_source=x", status="302 Found"), "/a?utm_source=x": page(STORY)}

    assert await paths(by_path(answers), "/a") == (["/a", "/a?utm_source=x"], STORY)


@given(st.from_regex(r"https://paper\.example/[a-z]*(\?[a-z0-9_=&%+;:]*)?", fullmatch=True))
def test_link_without_tracking_stays_so(link: str) -> None:
    once = without_tracking(httpx.URL(link))

    assert without_tracking(once) == once


# Wrappers and news apps -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "link",
    [
        "https://www.google.com/url?rct=j&sa=t&url=https://paper.example/story%3Fid%3D7&ct=ga",
        "https://www.google.co.uk/url?q=https%3A%2F%2Fpaper.example%2Fstory%3Fid%3D7%26utm_source%3Dx&sa=D",
        "https://www.google.com/amp/s/paper.example/story?id=7",
        "https://paper-example.cdn.ampproject.org/c/s/paper.example/story?id=7&utm_source=x",
        "https://l.facebook.com/l.php?u=https%3A%2F%2Fpaper.example%2Fstory%3Fid%3D7%26fbclid%3Dx&h=AT0",
    ],
)
def test_story_is_taken_out_of_a_link_that_only_wraps_it(link: str) -> None:
    assert str(asked(link)) == "https://paper.example/story?id=7"


@pytest.mark.parametrize(
    "link", ["https://www.google.com/url?q=ferry", "https://www.google.com/search?q=http://a.example"]
)
def test_link_that_wraps_nothing_stays_as_it_is(link: str) -> None:
    assert str(asked(link)) == link


async def test_wrapped_inner_address_is_refused_like_any_other() -> None:
    async with open_client("Reader", allow_hosts=frozenset()) as http:
        with pytest.raises(InnerAddress):
            await fetch(http, "https://www.google.com/url?q=http://169.254.169.254/latest", LIMITS)


@pytest.mark.parametrize(
    ("link", "name"),
    [
        ("https://news.google.com/rss/articles/CBMiabc?oc=5", "Google News"),
        ("https://news.google.com/articles/CBMiabc", "Google News"),
        ("https://news.google.com/read/CBMiabc?hl=en-GB", "Google News"),
        ("https://NEWS.google.com./stories/CAAqabc", "Google News"),
        ("https://apple.news/AbCdEf", "Apple News"),
        ("https://flipboard.com/@harbourpost/ferry-abc/-/a-x", "Flipboard"),
        ("https://flipboard.com/article/ferry/f-123", "Flipboard"),
        ("https://l.smartnews.com/p-abc/def", "SmartNews"),
        ("https://feedly.com/i/entry/abc", "Feedly"),
    ],
)
async def test_news_app_is_named_and_not_visited(link: str, name: str) -> None:
    async def nobody(request: httpx.Request) -> httpx.Response:
        pytest.fail(f"visited {request.url}")

    async with httpx.AsyncClient(transport=httpx.MockTransport(nobody)) as http:
        with pytest.raises(AggregatorLink, match=f"this is {name}'s page around the story"):
            await fetch(http, link, LIMITS)


async def test_redirect_to_a_news_app_is_named() -> None:
    away = httpx.Response(302, headers={"Location": "https://news.google.com/rss/articles/CBMiabc"})
    async with httpx.AsyncClient(transport=httpx.MockTransport(lambda request: away)) as http:
        with pytest.raises(AggregatorLink):
            await fetch(http, "https://short.example/x", LIMITS)


# Pages that lead on ---------------------------------------------------------------------------------------


def leading(content: str, around: str = "{}") -> bytes:
    tag = f'<meta http-equiv="refresh" content="{content}">'
    return page(f"<!doctype html><html><head>{around.format(tag)}</head><body>One moment …</body></html>".encode())


@pytest.mark.parametrize(
    "content",
    [
        "0; url=/story",
        "0;URL=/story",
        "0,url='/story'",
        "  5 ;  url = &quot;/story&quot; ",
        "10; /story",
        "0.5; url=/story",
        "3 url=/story",
        "0;url='/story",
        "0;url=story#top",
    ],
)
async def test_page_that_soon_leads_on_is_followed(content: str) -> None:
    assert await paths(by_path({"/a": leading(content), "/story": page(STORY)}), "/a") == (["/a", "/story"], STORY)


@pytest.mark.parametrize(
    "content", ["11; url=/x", "300", "0", "0;", "0;url=", "soon; url=/x", "", "5; url=/a", "5;url=#top"]
)
async def test_page_that_stays_or_only_reloads_is_the_page(content: str) -> None:
    assert (await paths(by_path({"/a": leading(content)}), "/a"))[0] == ["/a"]


@pytest.mark.parametrize(
    "around", ["<!-- {} -->", "<noscript>{}</noscript>", "<script>x = '{}'</script>", "<title>{}</title>", "<!-- {}"]
)
async def test_tag_that_browsers_do_not_see_is_not_followed(around: str) -> None:
    assert (await paths(by_path({"/a": leading("0; url=/x", around)}), "/a"))[0] == ["/a"]


async def test_tag_behind_other_things_is_found() -> None:
    answer = leading("0; url=/story", "<title>a</title><!-- b --><script>c</script><meta name=d><META>{}")

    assert (await paths(by_path({"/a": answer, "/story": page(STORY)}), "/a"))[0] == ["/a", "/story"]


async def test_refresh_header_is_followed() -> None:
    answers = {"/a": page(STORY, "Refresh: 0; url=/b"), "/b": page(STORY)}

    assert (await paths(by_path(answers), "/a"))[0] == ["/a", "/b"]


async def test_pages_that_lead_on_in_a_circle_count_as_redirects() -> None:
    answers = {"/a": leading("0; url=/b"), "/b": page(b"", "Refresh: 0; url=/a")}
    async with open_site(by_path(answers)) as site, open_client("Reader", allow_hosts=frozenset({site.place})) as http:
        with pytest.raises(TooManyRedirects):
            await fetch(http, site.url("/a"), LIMITS)

    assert len(site.paths) == LIMITS.max_redirects + 1


@pytest.mark.parametrize(
    ("target", "error"),
    [("http://127.0.0.1:{port}/", InnerAddress), ("javascript:alert(1)", LeavesTheWeb), ("intent://x", LeavesTheWeb)],
)
async def test_page_that_leads_astray_is_refused(target: str, error: type[Exception]) -> None:
    async with open_site(always(page())) as canary:
        away = leading(f"0; url={target.format(port=canary.port)}")
        async with open_site(always(away)) as site, open_client("Reader", allow_hosts=frozenset({site.place})) as http:
            with pytest.raises(error):
                await fetch(http, site.url(), LIMITS)

    assert canary.connections == 0


async def test_amp_page_is_read_as_it_is() -> None:
    """It holds the whole story, and its canonical page may be heavier, or behind a wall."""
    amp = STORY.replace(b"<title>", b'<html \xe2\x9a\xa1><link rel="canonical" href="/story"><title>', 1)

    assert await paths(by_path({"/amp/story": page(amp)}), "/amp/story") == (["/amp/story"], amp)


@pytest.mark.parametrize(
    "body",
    [
        b"<!--" * 16_000,
        b"<meta " * 11_000,
        b"<meta " + b"a" * 65_000 + b">",
        b"<meta " + b"a=" * 32_000 + b">",
        b"<meta " + b"a ='" * 16_000 + b">",
        b"<title>" + b"</titl" * 10_000,
        b"<meta http-equiv=refresh content='0;" + b" " * 65_000 + b"'>",
        b"<meta http-equiv=refresh content='" + b"0" * 65_000 + b"'>",
    ],
)
async def test_no_page_takes_long_to_look_through(body: bytes) -> None:
    """Each takes milliseconds; to a way that is not linear, minutes, and the whole bot would stand still for them."""
    assert (await paths(always(page(body)), "/"))[1] == body


@given(st.text(st.characters(codec="utf-8")))
async def test_no_page_that_leads_on_whatever_is_a_fault_of_ours(target: str) -> None:
    body = f'<meta http-equiv=refresh content="0; url={target}">'.encode()
    answer = httpx.Response(200, content=body, headers={"Content-Type": "text/html"})
    async with httpx.AsyncClient(transport=httpx.MockTransport(lambda request: answer)) as http:
        with suppress(BotError):
            assert (await fetch(http, LINK, LIMITS)).body == body


@given(st.text() | st.from_regex(r"\s*\d*[;, ]*(url=)?['\"]?.*", fullmatch=True))
def test_any_refresh_whatever_has_a_target_or_none(content: str) -> None:
    target = refresh_target(content)

    assert target is None or (target == target.strip() and target in content)
