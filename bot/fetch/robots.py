"""What sites let programs visit that nobody sent there (RFC 9309). Whoever is sent by a person needs no such leave."""

from __future__ import annotations

import asyncio
import logging
from time import monotonic

import httpx
from protego import Protego

log = logging.getLogger(__name__)

LONGEST = 512_000
"""Bytes of a robots.txt that are read; RFC 9309 (2.5) asks for at least 500 kibibytes."""

KEPT = 86_400.0
"""Seconds for which rules are kept: a day, as RFC 9309 (2.4) has it."""

MOST = 1000
"""Sites whose rules are kept. A guess: some tens of megabytes at worst."""

PATIENCE = 5.0
"""Seconds that a site has to tell its rules. A guess; one that does not is not visited."""

PLAIN = {"Accept": "text/plain", "Accept-Encoding": "identity"}
"""Not compressed: so its size is what arrives."""

ALL, NONE = "", "User-agent: *\nDisallow: /"


class Robots:
    """Asks each site once a day."""

    def __init__(self, http: httpx.AsyncClient) -> None:
        self._http = http
        self._rules: dict[str, tuple[float, Protego]] = {}

    async def allows(self, link: str) -> bool:
        """Tell whether the site of *link* lets this program go there. One whose rules cannot be had does not."""
        try:
            address = httpx.URL(link)
        except httpx.InvalidURL:
            return False
        site = f"{address.scheme}://{address.netloc.decode('ascii')}"
        known = self._rules.get(site)
        if known is None or known[0] < monotonic():
            known = monotonic() + KEPT, Protego.parse(await self._ask(site))
            self._rules.pop(site, None)
            self._rules[site] = known
            if len(self._rules) > MOST:
                del self._rules[next(iter(self._rules))]
        name = self._http.headers["User-Agent"].partition("/")[0]  # rules name programs without their version
        return known[1].can_fetch(link, name)

    async def _ask(self, site: str) -> str:
        try:
            async with (
                asyncio.timeout(PATIENCE),
                self._http.stream("GET", f"{site}/robots.txt", headers=PLAIN, follow_redirects=True) as response,
            ):
                if 400 <= response.status_code < 500:
                    return ALL  # there are no rules (2.3.1.3)
                if response.status_code != 200 or response.headers.get("Content-Encoding", "identity") != "identity":
                    return NONE  # they cannot be had (2.3.1.4)
                body = b""
                async for piece in response.aiter_raw():
                    body += piece
                    if len(body) > LONGEST:
                        break
                return body[:LONGEST].decode("utf-8-sig", "replace")
        except (TimeoutError, httpx.HTTPError) as error:
            log.info("%s does not tell its rules: %s", site, error)
            return NONE
