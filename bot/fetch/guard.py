"""The guard: the one way out to the web, and only to its public part.

Links come from strangers' pages and messages, so any of them may point at the machine itself, at the
network that it stands in, or at a cloud's metadata service, by a name that somebody else controls. The
guard resolves each name once, checks every address, and connects to the very address that it checked.
"""

from __future__ import annotations

import asyncio
import ipaddress
import re
import socket
from collections.abc import Awaitable, Callable, Iterable, Sequence
from itertools import chain, zip_longest

import httpx

from bot.errors import SettingsError

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Resolver = Callable[[str, int], Awaitable[Sequence[str]]]
"""Host name and port to addresses in text form, best first; ``OSError`` where there is no answer."""

INNER_V4 = tuple(
    map(
        ipaddress.IPv4Network,
        (
            "0.0.0.0/8",  # this network
            "10.0.0.0/8",  # private
            "100.64.0.0/10",  # shared by a carrier's customers
            "127.0.0.0/8",  # loopback
            "168.63.129.16/32",  # Azure's own services, from inside
            "169.254.0.0/16",  # link-local, metadata of most clouds
            "172.16.0.0/12",  # private
            "192.0.0.0/24",  # protocol assignments
            "192.0.2.0/24",  # documentation
            "192.88.99.0/24",  # 6to4 relays
            "192.168.0.0/16",  # private
            "198.18.0.0/15",  # benchmarks
            "198.51.100.0/24",  # documentation
            "203.0.113.0/24",  # documentation
            "224.0.0.0/4",  # multicast
            "240.0.0.0/4",  # reserved, broadcast
        ),
    )
)
"""IPv4 that is not public: IANA's special-purpose registry, and what clouds keep for themselves."""

PUBLIC_V6 = ipaddress.IPv6Network("2000::/3")
"""All of IPv6 that is given out as global unicast; mapped, NAT64, local and multicast lie outside of it."""

INNER_V6 = tuple(
    map(
        ipaddress.IPv6Network,
        (
            "2001::/23",  # protocol assignments, Teredo among them
            "2001:db8::/32",  # documentation
            "2002::/16",  # 6to4: an IPv4 address inside, perhaps a private one
            "3fff::/20",  # documentation
        ),
    )
)
"""The parts of ``PUBLIC_V6`` that are not public all the same."""

HOST_NAME = re.compile(r"(?=.{1,254}\Z)(?:[a-z0-9_-]{1,63}\.)*[a-z0-9_-]{1,63}\.?")
"""Names that DNS can hold. Numbers such as 2130706433 are among them: the resolver turns them into addresses."""

NOWHERE = re.compile(r"(?:^|\.)(?:invalid|onion)\.?$")
"""Names that must never be asked of DNS (RFC 6761, RFC 7686): a source's .onion address is nobody else's business."""

CONNECT_PATIENCE = 4.0
"""Seconds for one address of several before the next is tried. A guess: far more than a working way needs."""

MOST_TRIES = 6
"""Addresses that are tried for one name: its owner may list hundreds, and means them to be somebody else's."""


class NotPublic(httpx.ConnectError):
    """The host has no address on the public web."""


class NameNotFound(httpx.ConnectError):
    """The host's name does not resolve."""


class Guard(httpx.AsyncBaseTransport):
    """Passes requests on to *inner*, each to an address that was checked.

    Args:
        inner: makes the connection. It must keep none alive: it sees addresses instead of names, so that a
            kept connection could serve another name at the same address.
        allow_hosts: "host:port" (the host as links have it) that may be reached although not public.
        resolve: looks names up.

    Raises:
        SettingsError: an entry of *allow_hosts* has no port, or is no host.
    """

    def __init__(
        self, inner: httpx.AsyncBaseTransport, *, allow_hosts: Iterable[str] = (), resolve: Resolver | None = None
    ) -> None:
        self._inner = inner
        self._allowed = frozenset(map(_allowed, allow_hosts))
        self._resolve = resolve or look_up

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send *request* to its host's addresses in turn, until one of them answers.

        Raises:
            NotPublic: none of them is public.
            NameNotFound: there is none.
            httpx.TransportError: as *inner* has it.
        """
        if request.url.scheme not in {"http", "https"}:
            raise httpx.UnsupportedProtocol(f"not for the web: {request.url.scheme}")
        *others, last = await self._addresses(request.url)
        for address in others:
            try:
                return await self._inner.handle_async_request(_pinned(request, address, CONNECT_PATIENCE))
            except (httpx.ConnectError, httpx.ConnectTimeout):
                continue
        return await self._inner.handle_async_request(_pinned(request, last, None))

    async def aclose(self) -> None:
        """Close the connections."""
        await self._inner.aclose()

    async def _addresses(self, url: httpx.URL) -> list[Address]:
        port = url.port if url.port is not None else {"http": 80, "https": 443}[url.scheme]
        found = await self._find(_host(url), port)
        if (_host(url), port) not in self._allowed:
            found = [address for address in found if is_public(address)]
        if not found:
            raise NotPublic(f"{_host(url)} is not on the public web")
        return _in_turn(found)[:MOST_TRIES]

    async def _find(self, host: str, port: int) -> list[Address]:
        try:
            return [ipaddress.ip_address(host)]
        except ValueError:
            if not HOST_NAME.fullmatch(host) or NOWHERE.search(host):
                raise NameNotFound(f"{host} cannot exist") from None
        try:
            found = [ipaddress.ip_address(address) for address in await self._resolve(host, port)]
        except socket.gaierror as error:
            if error.errno == socket.EAI_AGAIN:  # the name server is at fault, which says nothing about the name
                raise httpx.ConnectError(f"{host} could not be looked up") from error
            raise NameNotFound(f"{host} does not exist") from error
        if not found:
            raise NameNotFound(f"{host} has no address")
        return found


async def look_up(host: str, port: int) -> Sequence[str]:
    """Ask the system's resolver for *host*; raises ``socket.gaierror``."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(sockaddr[0]) for *_, sockaddr in found))


def is_public(address: Address) -> bool:
    """Tell whether *address* is one that anybody on the internet could reach.

    ``ipaddress.is_global`` is not asked: it lets multicast, NAT64 and some IPv4 inside IPv6 pass, and its
    answers changed between versions of Python.
    """
    if isinstance(address, ipaddress.IPv4Address):
        return not any(address in network for network in INNER_V4)
    if address.scope_id:
        return False
    return address in PUBLIC_V6 and not any(address in network for network in INNER_V6)


def _allowed(entry: str) -> tuple[str, int]:
    problem = f"FETCH_ALLOW_HOSTS: {entry} must be host:port, such as intranet.example:443."
    try:
        url = httpx.URL(f"//{entry}")
    except httpx.InvalidURL as error:
        raise SettingsError(problem) from error
    if not url.raw_host or not url.port or url.path.strip("/"):
        raise SettingsError(problem)
    return _host(url), url.port


def _host(url: httpx.URL) -> str:
    return url.raw_host.decode("ascii").lower()


def _in_turn(addresses: Sequence[Address]) -> list[Address]:
    """Alternate between the families (RFC 8305), so that a broken IPv6 costs one try, not many."""
    families = [[one for one in addresses if one.version == version] for version in (4, 6)]
    families.sort(key=lambda family: addresses[0] not in family)
    return [one for one in chain.from_iterable(zip_longest(*families)) if one]


def _pinned(request: httpx.Request, address: Address, patience: float | None) -> httpx.Request:
    """Address *request* to *address*; the Host header and the certificate's name stay those of the link."""
    extensions = dict(request.extensions)
    extensions["sni_hostname"] = _host(request.url).rstrip(".")
    if patience is not None:
        extensions["timeout"] = {**request.extensions.get("timeout", {}), "connect": patience}
    return httpx.Request(
        request.method,
        request.url.copy_with(host=str(address)),
        headers=request.headers,
        stream=request.stream,
        extensions=extensions,
    )
