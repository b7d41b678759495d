"""URL to page: one bounded visit to a link, its redirects followed by hand so that each is checked."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from http.cookiejar import CookieJar, DefaultCookiePolicy

import httpx

from bot.errors import (
    BadCertificate,
    BrokenPage,
    FetchError,
    FetchTimeout,
    HostNotFound,
    InnerAddress,
    LeavesTheWeb,
    NotText,
    ProxyFailed,
    TooLarge,
    TooManyRedirects,
    Unreachable,
)
from bot.fetch.answers import announced_size, refresh_of, refresh_target, retry_after, status_error
from bot.fetch.cache import Cache
from bot.fetch.decode import ACCEPT_ENCODING, DamagedStream, Decoder, content_coding
from bot.fetch.domains import Domains
from bot.fetch.guard import Guard, NameNotFound, NotPublic
from bot.fetch.links import asked, onward
from bot.fetch.manners import ONWARD, Manners
from bot.fetch.media import SNIFFED, declared_type, is_text, kind_of
from bot.fetch.tunnel import Tunnel, tunnelled
from bot.models import Page

SHORT_WAIT = 5.0
"""Seconds that a busy site may ask for and be waited for. A guess: longer, and people think that nothing happens."""

HEADERS = {
    "Accept": "text/html, application/xhtml+xml, text/plain;q=0.9, */*;q=0.5",
    "Accept-Encoding": ACCEPT_ENCODING,
    "Accept-Language": "en, *;q=0.5",
}


@dataclass(frozen=True, slots=True)
class FetchLimits:
    """What one fetch may cost at most."""

    timeout: float  # seconds, redirects included
    max_bytes: int  # of the page, decompressed
    max_redirects: int
    domains: Domains = field(default_factory=Domains)  # all of them


@asynccontextmanager
async def open_client(
    user_agent: str, *, allow_hosts: frozenset[str], at_once: int = 2, gap: float = 0.0, proxy: str = ""
) -> AsyncIterator[httpx.AsyncClient]:
    """Open the client that all pages are fetched with: guarded, mannerly, and without a memory of its visits.

    Args:
        user_agent: how the client names itself to sites.
        allow_hosts: "host:port" that may be reached although not public.
        at_once: visits to one host at the same time.
        gap: seconds between two visits to one host.
        proxy: "http://host:port" that all connections go through; empty: none.

    Raises:
        SettingsError: *proxy* or an entry of *allow_hosts* is not of that form.
    """
    unkept = httpx.Limits(max_connections=None, max_keepalive_connections=0)  # see Guard
    network = tunnelled(proxy, httpx.create_ssl_context()) if proxy else httpx.AsyncHTTPTransport(limits=unkept)
    guard = Guard(network, allow_hosts=allow_hosts)
    async with httpx.AsyncClient(
        transport=Manners(guard, at_once=at_once, gap=gap),
        trust_env=False,  # a proxy that httpx knows of would resolve names on its own
        timeout=None,  # noqa: S113 - FetchLimits bounds the whole visit
        headers={"User-Agent": user_agent},
        cookies=CookieJar(DefaultCookiePolicy(allowed_domains=())),  # one reader's visit must not mark the next's
    ) as http:
        yield http


def check_client(*, allow_hosts: frozenset[str], proxy: str = "") -> None:
    """Raise the ``SettingsError`` that ``open_client`` would, before anything is opened."""
    if proxy:
        Tunnel(proxy)
    Guard(httpx.AsyncBaseTransport(), allow_hosts=allow_hosts)


async def fetch(http: httpx.AsyncClient, url: str, limits: FetchLimits, cache: Cache | None = None) -> Page:
    """Fetch the page at *url*, from *cache* where it is there and fresh.

    Raises:
        NotWebLink: it is neither http nor https.
        NotText: it is a picture or another file; its body is left where it is.
        FetchError: it did not arrive.
    """
    try:
        async with asyncio.timeout(limits.timeout) as deadline:
            return await _Visit(http, url, limits, cache, deadline).page()
    except TimeoutError as error:
        raise FetchTimeout(url, limits.timeout) from error
    except httpx.RequestError as error:
        raise _translated(url, error) from error


class _Visit:
    """One fetch: what was asked for, and the cookies that sites set on the way and want to see again."""

    def __init__(
        self, http: httpx.AsyncClient, url: str, limits: FetchLimits, cache: Cache | None, deadline: asyncio.Timeout
    ) -> None:
        self.http = http
        self.url = url
        self.limits = limits
        self.cache = cache
        self.deadline = deadline
        self.cookies = httpx.Cookies()
        self.may_wait = True
        self.may_try_again = True

    async def page(self) -> Page:
        """Follow the link to its page."""
        address = asked(self.url)
        hops: list[str] = []
        for hop in range(self.limits.max_redirects + 1):
            self.limits.domains.check(self.url, address)
            found = await self.step(address, later=hop > 0)
            if isinstance(found, Page):
                return replace(found, url=self.url, hops=tuple(hops))
            hops.append(str(address))
            address = found
        raise TooManyRedirects(self.url, self.limits.max_redirects)

    async def step(self, address: httpx.URL, *, later: bool) -> Page | httpx.URL:
        """Go to *address*; return the page that is there, or where it leads on to."""
        kept = await self.cache.find(address) if self.cache else None
        if kept and datetime.now(UTC) < kept.fresh_until:
            return kept.page
        request = self.http.build_request(
            "GET", address, headers=HEADERS | (kept.conditions if kept else {}), extensions={ONWARD: later}
        )
        self.cookies.set_cookie_header(request)
        response = await self.patiently(request)
        try:
            self.cookies.extract_cookies(response)
            if self.cache and kept and response.status_code == 304:
                return await self.cache.confirm(kept, response.headers)
            return self.target(response) or await self.read(response)
        finally:
            await response.aclose()

    async def patiently(self, request: httpx.Request) -> httpx.Response:
        """Send *request*; where the site is busy and names a short time, once more after that."""
        response = await self.send(request)
        wait = retry_after(response)
        if wait is None or wait > SHORT_WAIT or not self.may_wait or not self.in_time(wait):
            return response
        self.may_wait = False
        await response.aclose()
        await asyncio.sleep(wait)
        return await self.send(request)

    def in_time(self, seconds: float) -> bool:
        end = self.deadline.when()
        return end is None or asyncio.get_running_loop().time() + seconds < end

    async def send(self, request: httpx.Request) -> httpx.Response:
        """Send *request*, and once more where the connection broke before an answer began.

        The client looks at a redirect's target even where it is told not to follow it.
        """
        try:
            return await self.http.send(request, stream=True, follow_redirects=False)
        except (httpx.ReadError, httpx.WriteError):
            if not self.may_try_again:
                raise
            self.may_try_again = False
            return await self.send(request)
        except httpx.InvalidURL as error:  # the target has a scheme and no host
            raise LeavesTheWeb(self.url) from error
        except UnicodeError as error:  # the target's host begins with xn-- and has no meaning
            raise Unreachable(self.url) from error

    def target(self, response: httpx.Response) -> httpx.URL | None:
        """Find where *response* leads on to by its headers."""
        if response.has_redirect_location:
            return onward(self.url, response.request.url, response.headers["Location"])
        if error := status_error(self.url, response):
            raise error
        return self.elsewhere(response, refresh_target(response.headers.get("Refresh", "")))

    def elsewhere(self, response: httpx.Response, target: str | None) -> httpx.URL | None:
        """Return the address of *target*, unless the page only wants to be loaded again."""
        address = onward(self.url, response.request.url, target) if target else None
        return None if address == response.request.url else address

    async def read(self, response: httpx.Response) -> Page | httpx.URL:
        """Take the page out of *response*, or where it leads on to."""
        declared = declared_type(response.headers.get("Content-Type", ""))
        if declared and not is_text(declared):
            raise NotText(declared)
        body = await self.body(response, declared)
        page = Page(
            url=self.url,
            final_url=str(response.request.url),
            body=body,
            media_type=kind_of(declared, body),
            charset=response.charset_encoding,
            fetched_at=datetime.now(UTC),
        )
        if address := self.elsewhere(response, refresh_of(page)):
            return address
        if self.cache and "Cookie" not in response.request.headers:  # what a cookie brought may be meant for one
            await self.cache.keep(page, response.headers)
        return page

    async def body(self, response: httpx.Response, declared: str | None) -> bytes:
        """Read and inflate the body, as far as it may go, and only if it begins like text."""
        coding = content_coding(response.headers.get("Content-Encoding", ""))
        if coding is None:
            raise BrokenPage(self.url)
        self.check_size(announced_size(response))
        body, decoder, received, checked = bytearray(), Decoder(coding), 0, False
        try:
            async for chunk in _raw(response):
                received += len(chunk)
                self.check_size(received)  # of compressed bytes too: they may inflate to nothing, without end
                for piece in decoder.feed(chunk):
                    body += piece
                    self.check_size(len(body))
                    if not checked and len(body) >= SNIFFED:
                        _check_text(declared, body)
                        checked = True
            decoder.finish()
        except (DamagedStream, httpx.NetworkError, httpx.ProtocolError) as error:
            raise BrokenPage(self.url) from error
        _check_text(declared, body)
        return bytes(body)

    def check_size(self, size: int) -> None:
        if size > self.limits.max_bytes:
            raise TooLarge(self.url, self.limits.max_bytes)


def _raw(response: httpx.Response) -> AsyncIterator[bytes]:
    """Return the body as it came. ``aiter_raw`` would refuse one that a transport handed over whole."""
    assert isinstance(response.stream, httpx.AsyncByteStream)  # noqa: S101 - an AsyncClient's response
    return aiter(response.stream)


def _check_text(declared: str | None, body: bytearray) -> None:
    media_type = kind_of(declared, bytes(body[:SNIFFED]))
    if not is_text(media_type):
        raise NotText(media_type)


def _translated(url: str, error: httpx.RequestError) -> FetchError:
    if isinstance(error, NotPublic):
        return InnerAddress(url)
    if isinstance(error, NameNotFound):
        return HostNotFound(url, error.request.url.host.rstrip("."))
    if isinstance(error, httpx.ProxyError):
        return ProxyFailed(url)
    return BadCertificate(url) if _blames_certificate(error) else Unreachable(url)


def _blames_certificate(error: BaseException | None) -> bool:
    while error and not isinstance(error, ssl.SSLCertVerificationError):
        error = error.__cause__ or error.__context__
    return error is not None
