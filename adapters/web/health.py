"""What those who run us look at: whether we are alive, whether we can answer, and how much we have done."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from math import isfinite
from time import perf_counter

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from adapters.web.access import Access
from bot.courier import Courier
from bot.desk import Desk
from bot.errors import ArchiveUnavailable

SCRAPER = "metrics"
"""Stands in the token of whoever may read the figures, in the place of a workspace."""

PATIENCE = 5.0
"""Seconds that a check may take. A guess below what probes wait by default."""

UNKNOWN = "unknown"
"""Stands for a path that is none of ours: whoever tries many must not make as many time series."""


class Health:
    """Answers probes and scrapes. *couriers* are those of the chats.

    A chat that has not answered a heartbeat for *silent_seconds* is not connected, whatever its socket looks like.
    """

    def __init__(self, desk: Desk, access: Access, couriers: Mapping[str, Courier], *, silent_seconds: float) -> None:
        self._desk = desk
        self._silent_seconds = silent_seconds
        self._access = access
        self._couriers = dict(couriers)
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "nutgraf_http_requests", "Answers by route and status.", ["route", "status"], registry=self.registry
        )
        self.seconds = Histogram(
            "nutgraf_http_seconds", "Seconds to the head of an answer.", ["route"], registry=self.registry
        )

    async def healthz(self, request: Request) -> Response:
        """Answer: that is the sign of life."""
        return PlainTextResponse("alive\n")

    async def readyz(self, request: Request) -> Response:
        """Tell whether a request would be answered, and what stands against it."""
        wrong = await self.problems()
        return JSONResponse({"ready": not wrong, "problems": wrong}, 503 if wrong else 200)

    async def metrics(self, request: Request) -> Response:
        """Give the figures to whoever has the token for them: they tell how much is read here."""
        if bearer(request, self._access) != SCRAPER:
            words = "A token is needed: “nutgraf token metrics” makes one.\n"
            return PlainTextResponse(words, 401, {"WWW-Authenticate": "Bearer"})
        scraped = CollectorRegistry()
        scraped.register(_Now(await self._silences(), self._silent_seconds, await self._owed()))
        figures = b"".join(map(generate_latest, (self.registry, self._desk.metrics.registry, scraped)))
        return Response(figures, media_type=CONTENT_TYPE_LATEST)

    async def problems(self) -> dict[str, str]:
        """Return what is wrong, by what it is wrong with."""
        wrong = {}
        if not self._desk.is_reading_well():
            wrong["model"] = "missing"
        try:
            async with asyncio.timeout(PATIENCE):
                await self._desk.archive.requests.unfinished(())
        except (ArchiveUnavailable, TimeoutError):
            wrong["database"] = "unreachable"
        for name, silence in (await self._silences()).items():
            if silence > self._silent_seconds:
                wrong[name] = f"silent for {silence:.0f} seconds" if isfinite(silence) else "not connected"
        return wrong

    async def _silences(self) -> dict[str, float]:
        return {name: await courier.silence() for name, courier in self._couriers.items()}

    async def _owed(self) -> int | None:
        try:
            return len(await self._desk.archive.requests.unfinished((*self._couriers, "web")))
        except ArchiveUnavailable:
            return None


class _Now(Collector):
    """How it stands at the moment of a scrape."""

    def __init__(self, silences: Mapping[str, float], silent_seconds: float, owed: int | None) -> None:
        self._silences = silences
        self._silent_seconds = silent_seconds
        self._owed = owed

    def collect(self) -> Iterator[Metric]:
        """Yield what is known."""
        links = GaugeMetricFamily("nutgraf_connected", "Whether a chat is connected.", labels=["platform"])
        ages = GaugeMetricFamily(
            "nutgraf_heartbeat_age_seconds", "Seconds since a chat last answered a heartbeat.", labels=["platform"]
        )
        for name, silence in self._silences.items():
            links.add_metric([name], float(silence <= self._silent_seconds))
            ages.add_metric([name], silence)
        yield links
        yield ages
        if self._owed is not None:
            yield GaugeMetricFamily("nutgraf_requests_owed", "Accepted requests that wait for answers.", self._owed)


class Counting:
    """Counts every answer by its route, never by its address."""

    def __init__(self, app: ASGIApp, health: Health) -> None:
        self.app = app
        self._health = health

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, and count."""
        began = perf_counter()

        async def counted(message: Message) -> None:
            if message["type"] == "http.response.start":
                route = str(getattr(scope.get("route"), "path", UNKNOWN))
                self._health.requests.labels(route, str(message["status"])).inc()
                self._health.seconds.labels(route).observe(perf_counter() - began)
            await send(message)

        await self.app(scope, receive, counted if scope["type"] == "http" else send)


def bearer(request: Request, access: Access) -> str | None:
    """Return for which workspace the request's token is; None without a token that holds."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return access.api_workspace(token.strip()) if scheme.lower() == "bearer" else None
