"""URL to page: one bounded visit to a link, its redirects followed by hand so that each is checked."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from http.cookiejar import CookieJar, DefaultCookiePolicy

import httpx

from bot.errors import (
    BadCertificate,
    BadStatus,
    BrokenPage,
    Busy,
    FetchError,
    FetchTimeout,
    HostNotFound,
    InnerAddress,
    LeavesTheWeb,
    MalformedLink,
    NotText,
    NotWebLink,
    PageNotFound,
    TooLarge,
    TooManyRedirects,
    Unreachable,
    Withheld,
)
from bot.fetch.decode import ACCEPT_ENCODING, DamagedStream, Decoder, content_coding
from bot.fetch.guard import Guard, NameNotFound, NotPublic
from bot.fetch.media import SNIFFED, declared_type, is_text, sniff
from bot.models import Page

LONGEST_URL = 8000
"""Characters of an address. Servers are asked to take as many (RFC 9110, 4.1); no article's is near it."""

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


@asynccontextmanager
async def open_client(user_agent: str, *, allow_hosts: frozenset[str]) -> AsyncIterator[httpx.AsyncClient]:
    """Open the client that all pages are fetched with: guarded, and without a memory of its visits.

    Args:
        user_agent: how the client names itself to sites.
        allow_hosts: "host:port" that may be reached although not public.

    Raises:
        SettingsError: an entry of *allow_hosts* is not of that form.
    """
    unkept = httpx.Limits(max_connections=None, max_keepalive_connections=0)  # see Guard
    guard = Guard(httpx.AsyncHTTPTransport(limits=unkept), allow_hosts=allow_hosts)
    async with httpx.AsyncClient(
        transport=guard,
        trust_env=False,  # a proxy would resolve names on its own
        timeout=None,  # noqa: S113 - FetchLimits bounds the whole visit
        headers={"User-Agent": user_agent},
        cookies=CookieJar(DefaultCookiePolicy(allowed_domains=())),  # one reader's visit must not mark the next's
    ) as http:
        yield http


async def fetch(http: httpx.AsyncClient, url: str, limits: FetchLimits) -> Page:
    """Fetch the page at *url*.

    Raises:
        NotWebLink: it is neither http nor https.
        NotText: it is a PDF, a picture or another file; its body is left where it is.
        FetchError: it did not arrive.
    """
    try:
        async with asyncio.timeout(limits.timeout):
            return await _Visit(http, url, limits).page()
    except TimeoutError as error:
        raise FetchTimeout(url, limits.timeout) from error
    except httpx.RequestError as error:
        raise _translated(url, error) from error


class _Visit:
    """One fetch: what was asked for, and the cookies that sites set on the way and want to see again."""

    def __init__(self, http: httpx.AsyncClient, url: str, limits: FetchLimits) -> None:
        self.http = http
        self.url = url
        self.limits = limits
        self.cookies = httpx.Cookies()

    async def page(self) -> Page:
        """Follow the link to its page."""
        address = _asked(self.url)
        for _ in range(self.limits.max_redirects + 1):
            request = self.http.build_request("GET", address, headers=HEADERS)
            self.cookies.set_cookie_header(request)
            response = await self.send(request)
            try:
                self.cookies.extract_cookies(response)
                if not response.has_redirect_location:
                    return await self.read(response)
                address = _redirected(self.url, response)
            finally:
                await response.aclose()
        raise TooManyRedirects(self.url, self.limits.max_redirects)

    async def send(self, request: httpx.Request) -> httpx.Response:
        """Send *request*. The client looks at a redirect's target even where it is told not to follow it."""
        try:
            return await self.http.send(request, stream=True, follow_redirects=False)
        except httpx.InvalidURL as error:  # the target has a scheme and no host
            raise LeavesTheWeb(self.url) from error
        except UnicodeError as error:  # the target's host begins with xn-- and has no meaning
            raise Unreachable(self.url) from error

    async def read(self, response: httpx.Response) -> Page:
        """Take the page out of *response*."""
        if error := _status_error(self.url, response.status_code):
            raise error
        declared = declared_type(response.headers.get("Content-Type", ""))
        if declared and not is_text(declared):
            raise NotText(declared)
        body = await self.body(response, sniffing=declared is None)
        return Page(
            url=self.url,
            final_url=str(response.request.url),
            body=body,
            media_type=declared or sniff(body),
            charset=response.charset_encoding,
            fetched_at=datetime.now(UTC),
        )

    async def body(self, response: httpx.Response, *, sniffing: bool) -> bytes:
        """Read and inflate the body, as far as it may go; with *sniffing*, only if it begins like text."""
        coding = content_coding(response.headers.get("Content-Encoding", ""))
        if coding is None:
            raise BrokenPage(self.url)
        self.check_size(_announced(response))
        body, decoder, received = bytearray(), Decoder(coding), 0
        try:
            async for chunk in _raw(response):
                received += len(chunk)
                self.check_size(received)  # of compressed bytes too: they may inflate to nothing, without end
                for piece in decoder.feed(chunk):
                    body += piece
                    self.check_size(len(body))
                    if sniffing and len(body) >= SNIFFED:
                        _check_text(body)
                        sniffing = False
            decoder.finish()
        except (DamagedStream, httpx.NetworkError, httpx.ProtocolError) as error:
            raise BrokenPage(self.url) from error
        if sniffing:
            _check_text(body)
        return bytes(body)

    def check_size(self, size: int) -> None:
        if size > self.limits.max_bytes:
            raise TooLarge(self.url, self.limits.max_bytes)


def _asked(url: str) -> httpx.URL:
    """Parse what somebody asked for."""
    try:
        address = httpx.URL(url.strip())
        if address.scheme not in {"http", "https", ""}:
            raise NotWebLink(url)
        return _bare(address)
    except (httpx.InvalidURL, ValueError) as error:
        raise MalformedLink(url) from error


def _redirected(url: str, response: httpx.Response) -> httpx.URL:
    """Find where *response* leads on to."""
    try:
        address = response.request.url.join(response.headers["Location"])
        if address.scheme not in {"http", "https"}:
            raise LeavesTheWeb(url)
        return _bare(address)
    except (httpx.InvalidURL, ValueError) as error:
        raise Unreachable(url) from error


def _bare(address: httpx.URL) -> httpx.URL:
    """Leave out what is not the page's address: a login, which nobody meant to share, and the fragment.

    Raises:
        ValueError: there is no host, no such port, or no end.
    """
    address = address.copy_with(userinfo=b"", fragment=None)
    if not (address.scheme and address.host) or "%" in address.host:  # host: fails where xn-- has no meaning
        raise ValueError("no host that a name or an address could be")
    if address.port is not None and not 0 < address.port < 65_536:
        raise ValueError(f"no such port: {address.port}")
    if len(str(address)) > LONGEST_URL:
        raise ValueError(f"more than {LONGEST_URL} characters")
    return address


def _status_error(url: str, status: int) -> FetchError | None:
    if status in {401, 402, 403, 451}:
        return Withheld(url, status)
    if status in {404, 410}:
        return PageNotFound(url)
    if status == 429:
        return Busy(url)
    return None if 200 <= status < 300 else BadStatus(url, status)


def _raw(response: httpx.Response) -> AsyncIterator[bytes]:
    """Return the body as it came. ``aiter_raw`` would refuse one that a transport handed over whole."""
    assert isinstance(response.stream, httpx.AsyncByteStream)  # noqa: S101 - an AsyncClient's response
    return aiter(response.stream)


def _announced(response: httpx.Response) -> int:
    length = response.headers.get("Content-Length", "")
    return int(length) if length.isdecimal() else 0


def _check_text(body: bytearray) -> None:
    media_type = sniff(bytes(body[:SNIFFED]))
    if not is_text(media_type):
        raise NotText(media_type)


def _translated(url: str, error: httpx.RequestError) -> FetchError:
    if isinstance(error, NotPublic):
        return InnerAddress(url)
    if isinstance(error, NameNotFound):
        return HostNotFound(url, error.request.url.host.rstrip("."))
    return BadCertificate(url) if _blames_certificate(error) else Unreachable(url)


def _blames_certificate(error: BaseException | None) -> bool:
    while error and not isinstance(error, ssl.SSLCertVerificationError):
        error = error.__cause__ or error.__context__
    return error is not None
