"""Through a proxy: the guard checks as ever, and the proxy is told addresses only."""

from __future__ import annotations

import asyncio
import base64
import ssl
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import httpx
import pytest
import trustme

from bot.errors import BadCertificate, FetchTimeout, InnerAddress, ProxyFailed, SettingsError, Unreachable
from bot.fetch.fetch import FetchLimits, fetch, open_client
from bot.fetch.guard import Guard, Resolver
from bot.fetch.tunnel import tunnelled
from tests.sites import always, open_site, page

pytestmark = pytest.mark.anyio

LIMITS = FetchLimits(timeout=10, max_bytes=100_000, max_redirects=4)
SHORT = FetchLimits(timeout=0.3, max_bytes=100_000, max_redirects=4)
PUBLIC, PUBLIC_V6 = "8.8.4.4", "2606:4700::6810:84e5"
OPEN = b"HTTP/1.1 200 Connection established\r\n\r\n"


@dataclass
class Proxy:
    """A proxy on loopback, and the heads of what it was asked."""

    port: int = 0
    heads: list[str] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def asked(self) -> list[str]:
        return [head.split("\r\n")[0] for head in self.heads]


@asynccontextmanager
async def open_proxy(leads_to: int | None, answer: bytes = OPEN) -> AsyncIterator[Proxy]:
    """Serve *answer*; then, whatever was asked for, lead to a port on loopback (None: hang up)."""
    proxy = Proxy()

    async def pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(65_536):
            writer.write(data)
            await writer.drain()
        writer.close()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            proxy.heads.append((await reader.readuntil(b"\r\n\r\n")).decode())
            writer.write(answer)
            await writer.drain()
            if leads_to is not None:
                there_reader, there_writer = await asyncio.open_connection("127.0.0.1", leads_to)
                await asyncio.gather(pump(reader, there_writer), pump(there_reader, writer))
        except (ConnectionError, asyncio.IncompleteReadError):
            pass  # one of the two has gone
        finally:
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    proxy.port = server.sockets[0].getsockname()[1]
    try:
        yield proxy
    finally:
        server.close()


def answers(*addresses: str) -> Resolver:
    async def resolve(host: str, port: int) -> Sequence[str]:
        return addresses

    return resolve


def by_way_of(proxy: Proxy, *addresses: str, tls: ssl.SSLContext | None = None) -> httpx.AsyncClient:
    """Open a guarded client; every name has *addresses*."""
    inner = tunnelled(proxy.url, tls or ssl.create_default_context())
    return httpx.AsyncClient(transport=Guard(inner, resolve=answers(*addresses)), trust_env=False)


# The way through ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("address", "place"), [(PUBLIC, PUBLIC), (PUBLIC_V6, f"[{PUBLIC_V6}]")])
async def test_proxy_is_asked_for_the_checked_address_and_the_site_for_its_name(address: str, place: str) -> None:
    """Nothing in this test goes to that address: the proxy is our own and leads back to loopback."""
    async with open_site(always(page())) as site, open_proxy(site.port) as proxy, by_way_of(proxy, address) as http:
        got = await fetch(http, "http://paper.example/story", LIMITS)

    assert got.final_url == "http://paper.example/story"
    assert proxy.asked == [f"CONNECT {place}:80 HTTP/1.1"]
    assert "paper.example" not in proxy.heads[0]
    assert site.requests[0].startswith("GET /story HTTP/1.1\r\nHost: paper.example\r\n")


async def test_certificate_is_checked_for_the_name() -> None:
    authority = trustme.CA()
    serving, trusting = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), ssl.create_default_context()
    authority.issue_cert("paper.example").configure_cert(serving)
    authority.configure_trust(trusting)
    names: list[str | None] = []
    serving.sni_callback = lambda connection, name, context: names.append(name)

    async with (
        open_site(always(page()), tls=serving) as site,
        open_proxy(site.port) as proxy,
        by_way_of(proxy, PUBLIC, tls=trusting) as http,
    ):
        assert (await fetch(http, "https://paper.example/story", LIMITS)).body
        with pytest.raises(BadCertificate):
            await fetch(http, "https://post.example/story", LIMITS)

    assert names == ["paper.example", "post.example"]
    assert proxy.asked == [f"CONNECT {PUBLIC}:443 HTTP/1.1"] * 2
    assert len(site.requests) == 1


async def test_login_is_for_the_proxy_alone() -> None:
    async with open_site(always(page())) as site, open_proxy(site.port) as proxy:
        inner = tunnelled(f"http://ida:hunter2@127.0.0.1:{proxy.port}", ssl.create_default_context())
        async with httpx.AsyncClient(transport=Guard(inner, resolve=answers(PUBLIC)), trust_env=False) as http:
            await fetch(http, "http://paper.example/", LIMITS)

    login = base64.b64encode(b"ida:hunter2").decode()
    assert f"Proxy-Authorization: Basic {login}\r\n" in proxy.heads[0]
    assert "Proxy-Authorization" not in site.requests[0]


async def test_every_visit_has_a_tunnel_of_its_own() -> None:
    async with open_site(always(page())) as site, open_proxy(site.port) as proxy, by_way_of(proxy, PUBLIC) as http:
        for host in ("paper.example", "post.example"):
            await fetch(http, f"http://{host}/", LIMITS)

    assert len(proxy.asked) == site.connections == 2


# The guard ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "address", ["127.0.0.1", "10.0.0.1", "169.254.169.254", "::1", "fd00:ec2::254", "::ffff:127.0.0.1"]
)
async def test_proxy_is_never_asked_for_an_inner_address(address: str) -> None:
    async with open_proxy(None) as proxy, by_way_of(proxy, address) as http:
        with pytest.raises(InnerAddress):
            await fetch(http, "https://paper.example/", LIMITS)

    assert not proxy.heads


async def test_redirect_through_the_proxy_is_checked_as_well() -> None:
    away = page(b"", "Location: http://192.168.0.1/", status="302 Found")
    async with open_site(always(away)) as site, open_proxy(site.port) as proxy, by_way_of(proxy, PUBLIC) as http:
        with pytest.raises(InnerAddress):
            await fetch(http, "http://paper.example/", LIMITS)

    assert len(proxy.heads) == 1


async def test_link_to_the_proxy_itself_is_refused() -> None:
    """That its own address may be connected to is for tunnels only."""
    async with open_proxy(None) as proxy, open_client("Reader", allow_hosts=frozenset(), proxy=proxy.url) as http:
        with pytest.raises(InnerAddress):
            await fetch(http, f"{proxy.url}/", LIMITS)

    assert not proxy.heads


async def test_allowed_host_goes_through_the_proxy_too() -> None:
    async with (
        open_site(always(page())) as site,
        open_proxy(site.port) as proxy,
        open_client("Reader", allow_hosts=frozenset({site.place}), proxy=proxy.url) as http,
    ):
        await fetch(http, site.url(), LIMITS)

    assert proxy.asked == [f"CONNECT {site.place} HTTP/1.1"]


# Proxies that fail ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 500 Oh\r\n\r\n",
        b"",
        b"220 mail.example ESMTP\r\n\r\n",
        b"\0" * 5000,
    ],
)
async def test_proxy_that_lets_nobody_through_is_named(answer: bytes) -> None:
    """So that nobody tries another link, and another: only the operator can mend this."""
    async with open_proxy(None, answer) as proxy, by_way_of(proxy, PUBLIC, "1.1.1.1") as http:
        with pytest.raises(ProxyFailed, match="FETCH_PROXY"):
            await fetch(http, "https://paper.example/", LIMITS)

    assert len(proxy.heads) == 1


async def test_proxy_that_is_away_is_named() -> None:
    async with open_proxy(None) as proxy:
        pass
    async with by_way_of(proxy, PUBLIC) as http:
        with pytest.raises(ProxyFailed):
            await fetch(http, "https://paper.example/", LIMITS)


async def test_address_that_the_proxy_cannot_reach_leaves_the_others() -> None:
    async with (
        open_proxy(None, b"HTTP/1.1 502 Bad Gateway\r\n\r\n") as proxy,
        by_way_of(proxy, PUBLIC_V6, PUBLIC) as http,
    ):
        with pytest.raises(Unreachable):
            await fetch(http, "http://paper.example/", LIMITS)

    assert proxy.asked == [f"CONNECT [{PUBLIC_V6}]:80 HTTP/1.1", f"CONNECT {PUBLIC}:80 HTTP/1.1"]


async def test_silent_proxy_is_given_up_at_the_deadline() -> None:
    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()

    server = await asyncio.start_server(silent, "127.0.0.1", 0)
    async with server, by_way_of(Proxy(server.sockets[0].getsockname()[1]), PUBLIC) as http:
        with pytest.raises(FetchTimeout):
            await fetch(http, "http://paper.example/", SHORT)


@pytest.mark.parametrize(
    "setting",
    ["proxy.example:3128", "https://proxy.example:3128", "socks5://proxy.example:1080", "http://:80", "http://a:b:c"],
)
async def test_proxy_of_another_form_is_named_to_the_operator_without_its_password(setting: str) -> None:
    with pytest.raises(SettingsError, match="FETCH_PROXY must be of the form http://host:port") as caught:
        async with open_client("Reader", allow_hosts=frozenset(), proxy=setting.replace("//", "//ida:hunter2@")):
            pass

    assert "hunter2" not in str(caught.value)
