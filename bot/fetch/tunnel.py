"""Through a proxy without giving up the guard: a tunnel to the very address that was checked.

A proxy that is given a name resolves it on its own, and so it could be led inside. It is therefore only ever asked to
connect (CONNECT, RFC 9110, 9.3.6) to an address and port; TLS and the Host header, with the name, go through the
tunnel. Plain http goes the same way: asked for ``http://address/`` instead, a proxy must replace the Host header by the
address (RFC 9112, 3.2.2), and a site could answer with another site's page.
"""

from __future__ import annotations

import base64
import ssl
from collections.abc import Iterable
from typing import Any

import httpcore
import httpx

from bot.errors import SettingsError


class Tunnel(httpcore.AsyncNetworkBackend):
    """Connects by way of a proxy.

    Args:
        proxy: "http://host:port", perhaps with a login: "http://name:password@host:port".

    Raises:
        SettingsError: *proxy* is not of that form.
    """

    def __init__(self, proxy: str) -> None:
        self._proxy, login = _proxy(proxy)
        self._headers = [(b"Proxy-Authorization", b"Basic " + base64.b64encode(login))] if login else []
        self._network = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Open a tunnel to *host*, which is an address.

        Raises:
            httpcore.ProxyError: the proxy does not answer, or does not let anybody through.
            httpcore.ConnectError: it found nobody at that address.
        """
        try:
            stream = await self._network.connect_tcp(
                self._proxy.host.decode("ascii"), self._proxy.port, timeout, local_address, socket_options
            )
            return await self._through(stream, host, port, timeout)
        except (httpcore.ConnectTimeout, httpcore.ReadTimeout) as error:
            raise httpcore.ConnectTimeout(str(error)) from error
        except (httpcore.NetworkError, httpcore.RemoteProtocolError) as error:
            if isinstance(error, NobodyThere):
                raise
            raise httpcore.ProxyError(str(error)) from error

    async def sleep(self, seconds: float) -> None:
        """Wait, as connections do between tries."""
        await self._network.sleep(seconds)

    async def _through(
        self, stream: httpcore.AsyncNetworkStream, host: str, port: int, timeout: float | None
    ) -> httpcore.AsyncNetworkStream:
        place = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
        connection = httpcore.AsyncHTTP11Connection(self._proxy, stream)
        request = httpcore.Request(
            b"CONNECT",
            httpcore.URL(scheme=b"http", host=self._proxy.host, port=self._proxy.port, target=place.encode("ascii")),
            headers=[(b"Host", place.encode("ascii")), *self._headers],
            extensions={"timeout": {"read": timeout, "write": timeout}},
        )
        try:
            response = await connection.handle_async_request(request)
        except BaseException:
            await stream.aclose()
            raise
        if not 200 <= response.status < 300:
            await connection.aclose()
            # RFC 9110, 15.6: bad gateway, unavailable, gateway timeout are about the site, all else about the proxy.
            kind = NobodyThere if response.status in {502, 503, 504} else httpcore.ProxyError
            raise kind(f"the proxy answered {response.status}")
        tunnel: httpcore.AsyncNetworkStream = response.extensions["network_stream"]
        return tunnel


class NobodyThere(httpcore.ConnectError):
    """The proxy works, and could not reach the address."""


def tunnelled(proxy: str, tls: ssl.SSLContext) -> httpx.AsyncHTTPTransport:
    """Make a transport whose every connection goes through *proxy*, and is closed when it has served."""
    transport = httpx.AsyncHTTPTransport(verify=tls)
    # httpx has no public way to say how connections are made, and its own tunnel tells TLS the address as the name.
    transport._pool = httpcore.AsyncConnectionPool(
        ssl_context=tls, max_connections=None, max_keepalive_connections=0, network_backend=Tunnel(proxy)
    )
    return transport


def _proxy(proxy: str) -> tuple[httpcore.Origin, bytes]:
    problem = "FETCH_PROXY must be of the form http://host:port, with a login as http://name:password@host:port."
    try:
        url = httpx.URL(proxy)
    except httpx.InvalidURL as error:
        raise SettingsError(problem) from error
    if url.scheme != "http" or not url.raw_host or url.path.strip("/") or url.query:
        raise SettingsError(problem)
    login = f"{url.username}:{url.password}" if url.userinfo else ""
    return httpcore.Origin(b"http", url.raw_host, url.port or 80), login.encode()
