from __future__ import annotations

import ipaddress
import socket
import ssl
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import httpx
import pytest
import trustme
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import BadCertificate, HostNotFound, InnerAddress, SettingsError, Unreachable
from bot.fetch.fetch import FetchLimits, fetch, open_client
from bot.fetch.guard import Guard, NotPublic, Resolver, is_public
from tests.sites import Site, always, by_path, open_site, page

pytestmark = pytest.mark.anyio

LIMITS = FetchLimits(timeout=10, max_bytes=100_000, max_redirects=4)
PUBLIC, PUBLIC_V6 = "8.8.4.4", "2606:4700::6810:84e5"

NOT_PUBLIC = [
    "0.0.0.0/8",
    "10.0.0.0/8",
    "100.64.0.0/10",
    "127.0.0.0/8",
    "169.254.0.0/16",
    "172.16.0.0/12",
    "192.0.0.0/24",
    "192.0.2.0/24",
    "192.88.99.0/24",
    "192.168.0.0/16",
    "198.18.0.0/15",
    "198.51.100.0/24",
    "203.0.113.0/24",
    "224.0.0.0/4",
    "240.0.0.0/4",
    "::/128",
    "::1/128",
    "::/96",
    "::ffff:0:0/96",
    "64:ff9b::/96",
    "64:ff9b:1::/48",
    "100::/64",
    "2001::/32",
    "2001:2::/48",
    "2001:10::/28",
    "2001:20::/28",
    "2001:db8::/32",
    "2002::/16",
    "3fff::/20",
    "5f00::/16",
    "fc00::/7",
    "fe80::/10",
    "fec0::/10",
    "ff00::/8",
]
"""IANA's registries of special-purpose addresses, written down anew and not taken from the guard."""

METADATA = ["169.254.169.254", "169.254.170.2", "168.63.129.16", "100.100.100.200", "192.0.0.192", "fd00:ec2::254"]


def answers(*addresses: str) -> Resolver:
    """Return a resolver that knows nothing but *addresses*."""

    async def resolve(host: str, port: int) -> Sequence[str]:
        return addresses

    return resolve


class Recorder(httpx.AsyncBaseTransport):
    """Stands where connections are made; *dead* addresses do not answer."""

    def __init__(self, *dead: str) -> None:
        self.requests: list[httpx.Request] = []
        self.dead = dead

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        if request.url.host in self.dead:
            raise httpx.ConnectError("no answer")
        return httpx.Response(200, text="News", headers={"Content-Type": "text/plain"})

    @property
    def hosts(self) -> list[str]:
        return [request.url.host for request in self.requests]


@asynccontextmanager
async def resolving(*allowed: str, to: Resolver, tls: ssl.SSLContext | None = None) -> AsyncIterator[httpx.AsyncClient]:
    """Open a guarded client with real connections and a resolver of ours."""
    unkept = httpx.Limits(max_keepalive_connections=0)
    inner = httpx.AsyncHTTPTransport(verify=tls or ssl.create_default_context(), limits=unkept)
    async with httpx.AsyncClient(transport=Guard(inner, allow_hosts=allowed, resolve=to), trust_env=False) as http:
        yield http


# Addresses ------------------------------------------------------------------------------------------------


@given(st.sampled_from(NOT_PUBLIC).flatmap(lambda network: st.ip_addresses(network=network)))
def test_no_address_of_a_special_network_is_public(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> None:
    assert not is_public(address)


@given(st.ip_addresses())
def test_whatever_is_public_is_so_by_the_standard_library_too(
    address: ipaddress.IPv4Address | ipaddress.IPv6Address,
) -> None:
    if is_public(address):
        assert address.is_global
        assert not address.is_multicast
        assert not address.is_reserved


@given(st.ip_addresses(v=4), st.integers(0, 0xFFFF))
def test_no_ipv4_address_hides_inside_ipv6(address: ipaddress.IPv4Address, more: int) -> None:
    """Each of these is carried on to the address inside it, by this machine or by a gateway."""
    inside = int(address)
    mapped = 0xFFFF << 32 | inside
    nat64 = 0x64FF9B << 96 | inside
    in_6to4 = 0x2002 << 112 | inside << 80 | more
    teredo = 0x20010000 << 96 | more << 64 | inside ^ 0xFFFFFFFF

    for disguised in (inside, mapped, nat64, in_6to4, teredo):
        assert not is_public(ipaddress.IPv6Address(disguised))


@pytest.mark.parametrize("address", METADATA)
def test_metadata_services_are_not_public(address: str) -> None:
    assert not is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize(
    "address",
    [
        "1.1.1.1",
        "8.8.8.8",
        "11.0.0.1",
        "100.63.255.255",
        "172.32.0.1",
        "192.0.1.1",
        "223.255.255.255",
        "2001:4860:4860::8888",
        "2606:4700::1111",
        "2a00:1450::1",
    ],
)
def test_the_public_web_is_public(address: str) -> None:
    assert is_public(ipaddress.ip_address(address))


def test_zoned_address_is_not_public() -> None:
    assert not is_public(ipaddress.ip_address("2606:4700::1111%eth0"))


# Refusals -------------------------------------------------------------------------------------------------


@given(st.sampled_from(NOT_PUBLIC).flatmap(lambda network: st.ip_addresses(network=network)))
async def test_name_that_leads_inside_is_refused_before_any_connection(address: ipaddress.IPv4Address) -> None:
    recorder = Recorder()
    guard = Guard(recorder, resolve=answers(str(address)))

    with pytest.raises(NotPublic):
        await guard.handle_async_request(httpx.Request("GET", "https://paper.example/story"))

    assert not recorder.requests


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "127.1",
        "2130706433",
        "0x7f.1",
        "0x7f000001",
        "017700000001",
        "0",
        "localhost",
        "localhost.",
        "LOCALHOST",
        "[::1]",
        "[::]",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "[::127.0.0.1]",
        "user:secret@127.0.0.1",
        "paper.example@127.0.0.1",
        "127。0。0。1",
    ],
)
async def test_no_spelling_of_loopback_gets_through(host: str) -> None:
    """Asked of the system's own resolver, which knows more spellings than any list of ours."""
    async with open_site(always(page())) as canary, open_client("Reader", allow_hosts=frozenset()) as http:
        with pytest.raises((InnerAddress, HostNotFound)):
            await fetch(http, f"http://{host}:{canary.port}/", LIMITS)

    assert canary.connections == 0


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "2130706433", "[::ffff:127.0.0.1]"])
async def test_redirect_to_an_inner_address_is_refused(host: str) -> None:
    async with open_site(always(page())) as canary:
        away = page(b"", f"Location: http://{host}:{canary.port}/", status="302 Found")
        async with open_site(always(away)) as site, open_client("Reader", allow_hosts=frozenset({site.place})) as http:
            with pytest.raises(InnerAddress) as caught:
                await fetch(http, site.url("/story"), LIMITS)

    assert canary.connections == 0
    assert site.url("/story") in str(caught.value)


async def test_answer_that_changes_between_check_and_connection_makes_no_difference() -> None:
    asked: list[str] = []

    async def fickle(host: str, port: int) -> Sequence[str]:
        asked.append(host)
        return [PUBLIC] if len(asked) == 1 else ["127.0.0.1"]

    recorder = Recorder()
    async with httpx.AsyncClient(transport=Guard(recorder, resolve=fickle)) as http:
        await fetch(http, "http://paper.example/story", LIMITS)

    assert recorder.hosts == [PUBLIC]
    assert asked == ["paper.example"]


async def test_answer_that_changes_between_hops_is_checked_again() -> None:
    """The first name is allowed so that its page can come from loopback; the second is that of any site."""
    asked: dict[str, int] = {}

    async def fickle(host: str, port: int) -> Sequence[str]:
        asked[host] = asked.get(host, 0) + 1
        return ["127.0.0.1"]

    async with open_site(always(page())) as canary:
        away = page(b"", f"Location: http://paper.example:{canary.port}/", status="302 Found")
        async with (
            open_site(always(away)) as site,
            resolving(f"paper.example:{site.port}", to=fickle) as http,
        ):
            with pytest.raises(InnerAddress):
                await fetch(http, f"http://paper.example:{site.port}/", LIMITS)

    assert asked == {"paper.example": 2}
    assert canary.connections == 0


async def test_only_public_ones_of_mixed_answers_are_tried() -> None:
    recorder = Recorder(PUBLIC)
    guard = Guard(recorder, resolve=answers("127.0.0.1", PUBLIC, "10.0.0.1", "::1"))

    with pytest.raises(httpx.ConnectError):
        await guard.handle_async_request(httpx.Request("GET", "http://paper.example/"))

    assert recorder.hosts == [PUBLIC]


@pytest.mark.parametrize("scheme", ["ftp", "file", "gopher", "ws"])
async def test_other_schemes_do_not_pass_the_guard(scheme: str) -> None:
    recorder = Recorder()
    guard = Guard(recorder, resolve=answers(PUBLIC))

    with pytest.raises(httpx.UnsupportedProtocol):
        await guard.handle_async_request(httpx.Request("GET", f"{scheme}://paper.example/"))

    assert not recorder.requests


# Ways that are open ---------------------------------------------------------------------------------------


async def test_request_goes_to_the_checked_address_in_the_name_of_the_link() -> None:
    recorder = Recorder()
    guard = Guard(recorder, resolve=answers(PUBLIC_V6))

    await guard.handle_async_request(httpx.Request("GET", "https://paper.example.:8443/story?page=2"))

    (sent,) = recorder.requests
    assert str(sent.url) == f"https://[{PUBLIC_V6}]:8443/story?page=2"
    assert sent.headers["Host"] == "paper.example.:8443"
    assert sent.extensions["sni_hostname"] == "paper.example"


async def test_addresses_are_tried_in_turn_until_one_answers() -> None:
    recorder = Recorder(PUBLIC_V6, "1.1.1.1")
    guard = Guard(recorder, resolve=answers(PUBLIC_V6, "2a00:1450::1", "1.1.1.1", PUBLIC))

    response = await guard.handle_async_request(httpx.Request("GET", "http://paper.example/"))

    assert response.status_code == 200
    assert recorder.hosts == [PUBLIC_V6, "1.1.1.1", "2a00:1450::1"]


async def test_every_address_but_the_last_has_little_time_to_connect() -> None:
    """A dead IPv6 way must leave time for IPv4."""
    recorder = Recorder(PUBLIC_V6)
    guard = Guard(recorder, resolve=answers(PUBLIC_V6, PUBLIC))

    await guard.handle_async_request(httpx.Request("GET", "http://paper.example/"))

    assert [request.extensions.get("timeout", {}).get("connect") for request in recorder.requests] == [4.0, None]


async def test_hundreds_of_addresses_are_not_all_tried() -> None:
    many = [f"11.0.0.{number}" for number in range(200)]
    recorder = Recorder(*many)

    with pytest.raises(httpx.ConnectError):
        await Guard(recorder, resolve=answers(*many)).handle_async_request(httpx.Request("GET", "http://a.example/"))

    assert len(recorder.requests) < 10


@pytest.mark.parametrize("entry", ["intranet.example:{port}", "INTRANET.example:{port}", "[::1]:{port}"])
async def test_allowed_host_is_reached_on_its_port_only(entry: str) -> None:
    recorder = Recorder()
    guard = Guard(recorder, allow_hosts=[entry.format(port=8080)], resolve=answers("10.1.2.3"))
    host = entry.split(":{")[0]

    await guard.handle_async_request(httpx.Request("GET", f"http://{host}:8080/"))
    with pytest.raises(NotPublic):
        await guard.handle_async_request(httpx.Request("GET", f"http://{host}:8081/"))

    assert len(recorder.requests) == 1


@pytest.mark.parametrize(
    ("entry", "url"),
    [("münchen.example:80", "http://xn--mnchen-3ya.example/"), ("intranet.example:443", "https://intranet.example/")],
)
async def test_allowed_host_is_known_by_its_other_spellings(entry: str, url: str) -> None:
    recorder = Recorder()

    await Guard(recorder, allow_hosts=[entry], resolve=answers("10.1.2.3")).handle_async_request(
        httpx.Request("GET", url)
    )

    assert recorder.hosts == ["10.1.2.3"]


@pytest.mark.parametrize("entry", ["intranet.example", "http://intranet.example:80", ":80", "a.example:http", "a:80/x"])
async def test_allowed_host_of_another_form_is_named_to_the_operator(entry: str) -> None:
    with pytest.raises(SettingsError, match="must be host:port") as caught:
        async with open_client("Reader", allow_hosts=frozenset({entry})):
            pass

    assert entry in str(caught.value)


async def test_proxy_of_the_environment_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """A proxy would resolve names by itself, and so lead around the guard."""
    async with open_site(always(page())) as proxy, open_site(always(page())) as site:
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
            monkeypatch.setenv(name, proxy.url())
        async with open_client("Reader", allow_hosts=frozenset({site.place})) as http:
            await fetch(http, site.url(), LIMITS)
            with pytest.raises(InnerAddress):
                await fetch(http, proxy.url(), LIMITS)

    assert (proxy.connections, site.connections) == (0, 1)


# Names ----------------------------------------------------------------------------------------------------


def failing(code: int) -> Resolver:
    async def resolve(host: str, port: int) -> Sequence[str]:
        raise socket.gaierror(code, "no answer")

    return resolve


async def test_name_that_does_not_exist_is_named() -> None:
    async with resolving(to=failing(socket.EAI_NONAME)) as http:
        with pytest.raises(HostNotFound, match=r"there is no site named pappper.example"):
            await fetch(http, "https://pappper.example/story", LIMITS)


async def test_foreign_name_is_shown_as_it_was_written() -> None:
    async with resolving(to=failing(socket.EAI_NONAME)) as http:
        with pytest.raises(HostNotFound, match=r"there is no site named münchen.example"):
            await fetch(http, "https://MÜNCHEN.example/", LIMITS)


async def test_name_without_an_address_is_named() -> None:
    async with resolving(to=answers()) as http:
        with pytest.raises(HostNotFound):
            await fetch(http, "https://paper.example/", LIMITS)


async def test_silent_name_server_does_not_make_a_name_unknown() -> None:
    async with resolving(to=failing(socket.EAI_AGAIN)) as http:
        with pytest.raises(Unreachable):
            await fetch(http, "https://paper.example/", LIMITS)


@pytest.mark.parametrize(
    "host",
    [
        "tips2e4vm7p4umfv.onion",
        "Tips.ONION.",
        "paper.invalid",
        ".example",
        "paper..example",
        f"{'a' * 64}.example",
        "a." * 150 + "example",
        "pa*per.example",
    ],
)
async def test_name_that_dns_cannot_hold_is_never_asked_for(host: str) -> None:
    """To ask for an .onion name tells the name server whom a journalist is about to read."""

    async def resolve(host: str, port: int) -> Sequence[str]:
        pytest.fail(f"asked for {host}")

    async with resolving(to=resolve) as http:
        with pytest.raises(HostNotFound):
            await fetch(http, f"http://{host}/", LIMITS)


# Connections and certificates -----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


def serving(authority: trustme.CA, *names: str) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(*names).configure_cert(context)
    return context


def trusting(authority: trustme.CA) -> ssl.SSLContext:
    context = ssl.create_default_context()
    authority.configure_trust(context)
    return context


@asynccontextmanager
async def secure_site(authority: trustme.CA, *names: str) -> AsyncIterator[tuple[Site, httpx.AsyncClient]]:
    """Serve TLS as *names*; every name under .example leads there."""
    async with open_site(always(page()), tls=serving(authority, *names)) as site:
        allowed = [f"{name}:{site.port}" for name in ("paper.example", "post.example", "127.0.0.1")]
        async with resolving(*allowed, to=answers("127.0.0.1"), tls=trusting(authority)) as http:
            yield site, http


async def test_certificate_for_the_name_is_accepted(authority: trustme.CA) -> None:
    async with secure_site(authority, "paper.example") as (site, http):
        got = await fetch(http, f"https://paper.example:{site.port}/story", LIMITS)

    assert got.body
    assert got.final_url == f"https://paper.example:{site.port}/story"
    assert f"Host: paper.example:{site.port}" in site.requests[0]


async def test_certificate_for_another_name_is_refused(authority: trustme.CA) -> None:
    async with secure_site(authority, "paper.example", "127.0.0.1") as (site, http):
        with pytest.raises(BadCertificate, match="security certificate"):
            await fetch(http, f"https://post.example:{site.port}/", LIMITS)

    assert not site.requests


async def test_certificate_of_an_unknown_authority_is_refused(authority: trustme.CA) -> None:
    async with secure_site(trustme.CA(), "paper.example") as (site, _):
        place = f"paper.example:{site.port}"
        async with resolving(place, to=answers("127.0.0.1"), tls=trusting(authority)) as stranger:
            with pytest.raises(BadCertificate):
                await fetch(stranger, f"https://{place}/", LIMITS)

    assert not site.requests


async def test_certificate_for_an_address_is_accepted(authority: trustme.CA) -> None:
    async with secure_site(authority, "127.0.0.1") as (site, http):
        assert (await fetch(http, f"https://127.0.0.1:{site.port}/", LIMITS)).body


async def test_site_without_tls_is_unreachable_by_https(authority: trustme.CA) -> None:
    async with (
        open_site(always(page())) as site,
        resolving(f"paper.example:{site.port}", to=answers("127.0.0.1"), tls=trusting(authority)) as http,
    ):
        with pytest.raises(Unreachable):
            await fetch(http, f"https://paper.example:{site.port}/", LIMITS)


async def test_two_names_at_one_address_never_share_a_connection(authority: trustme.CA) -> None:
    async with secure_site(authority, "paper.example", "post.example") as (site, http):
        for name in ("paper.example", "post.example", "paper.example"):
            await fetch(http, f"https://{name}:{site.port}/", LIMITS)

    assert site.connections == 3


async def test_bundled_client_keeps_no_connection_alive() -> None:
    async with (
        open_site(by_path({"/": page(), "/2": page()})) as site,
        open_client("Reader", allow_hosts=frozenset({site.place})) as http,
    ):
        await fetch(http, site.url("/"), LIMITS)
        await fetch(http, site.url("/2"), LIMITS)

    assert site.connections == 2


async def test_address_that_refuses_connections_is_unreachable() -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))  # taken, and nobody listens
        place = f"127.0.0.1:{closed.getsockname()[1]}"
        async with open_client("Reader", allow_hosts=frozenset({place})) as http:
            with pytest.raises(Unreachable):
                await fetch(http, f"http://{place}/", LIMITS)
