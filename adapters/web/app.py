"""The browser ↔ Desk calls: a form that reads, and a page for each brief."""

from __future__ import annotations

import asyncio
import logging
import os
import socket
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from types import MappingProxyType
from urllib.parse import urlencode
from uuid import uuid4

import uvicorn
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import (
    HTMLResponse,
    JSONResponse,
    PlainTextResponse,
    Response,
)
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp

from adapters.web.access import Access
from adapters.web.api import ROOT, Api
from adapters.web.config import WebConfig
from adapters.web.health import Counting, Health
from adapters.web.pages import Pages
from adapters.web.reading import WebCourier
from adapters.web.render import render_page
from adapters.web.security import Guard
from adapters.web.signin import SignIn
from bot.courier import Courier
from bot.desk import Desk
from bot.errors import ArchiveUnavailable, BotError, BriefNotFound, RequestNotFound, SettingsError, Unexpected

log = logging.getLogger(__name__)

NOT_IN = (
    "This page is for people of the newsroom whose story it is.",
    "Open it by a link that Nutgraf gave you: in your chat, or where it was started. Links hold for some days; "
    "for a new one, ask Nutgraf for the story again.",
)
MISSING = "There is nothing at this address, or not for you."


@dataclass(frozen=True, slots=True)
class Opened:
    """What is served: the courier for the desk, and where it is."""

    courier: WebCourier
    address: str
    access: Access

    def link(self, workspace: str) -> str:
        """Return a link that opens the pages of *workspace*."""
        return f"{self.address}/?{urlencode({'t': self.access.link_token(workspace)})}"


@asynccontextmanager
async def open_web(
    desk: Desk, config: WebConfig, couriers: Mapping[str, Courier] = MappingProxyType({})
) -> AsyncIterator[Opened]:
    """Serve the pages while open; *couriers* are the chats that must be connected for us to be ready.

    Raises:
        SettingsError: the port is not free.
    """
    listening = _listen(config)
    host, port = listening.getsockname()[:2]
    access = config.access()
    address = config.address.rstrip("/") or f"http://{f'[{host}]' if ':' in host else host}:{port}"
    server = uvicorn.Server(
        uvicorn.Config(
            web_app(desk, config, access, couriers),
            log_config=None,
            access_log=False,  # addresses have tokens, and what a newsroom reads is nobody's business
            server_header=False,
            lifespan="off",
            timeout_graceful_shutdown=2,
        )
    )
    serving = asyncio.create_task(_serve(server, listening))
    try:
        yield Opened(WebCourier(), address, access)
    finally:
        server.should_exit = True
        await serving
        listening.close()


async def _serve(server: uvicorn.Server, listening: socket.socket) -> None:
    # Not serve(): that would take SIGINT and SIGTERM from whoever runs us.
    await server._serve([listening])


def _listen(config: WebConfig) -> socket.socket:
    try:
        family = socket.AF_INET6 if ":" in config.host else socket.AF_INET
        listening = socket.create_server((config.host, config.port), family=family)
    except OSError as error:
        raise SettingsError(
            f"Cannot serve pages on {config.host}:{config.port}: {os.strerror(error.errno or 0)}. "
            "Choose another WEB_PORT, or WEB=false to serve none."
        ) from error
    return listening


def web_app(
    desk: Desk, config: WebConfig, access: Access, couriers: Mapping[str, Courier] = MappingProxyType({})
) -> ASGIApp:
    """Answer browsers, programs and probes."""
    pages = Pages(desk, config, access)
    health = Health(desk, access, couriers, silent_seconds=config.silent_seconds)
    api = Api(desk, access, pages.limiter, config.max_links)
    signin = SignIn(config.providers, access, desk.archive, config.address)
    app = Starlette(
        routes=[
            Route("/", pages.front),
            Route("/read", pages.read, methods=["POST"]),
            Route("/r/{id}", pages.reading),
            Route("/r/{id}/events", pages.events),
            Route("/b/{id}.{form}", pages.save),
            Route("/b/{id}", pages.brief),
            Route("/b/{id}/correct", pages.correct, methods=["POST"]),
            Route("/compare", pages.compare),
            Route("/search", pages.search),
            Route("/speaker", pages.speaker),
            Route("/robots.txt", robots),
            Route("/healthz", health.healthz),
            Route("/readyz", health.readyz),
            Route("/metrics", health.metrics),
            *api.routes(),
            *signin.routes(),
            Mount("/static", _Static(packages=[("adapters.web", "static")])),
        ],
        exception_handlers={
            HTTPException: partial(_http_error, signin),
            BotError: _bot_error,
            Exception: _unexpected,
        },
    )
    # Around all of it: Starlette answers what was not expected outside of its own middleware.
    # What is compressed is not a secret's length: other sites' requests come without the cookie, so none can be timed.
    return Guard(
        GZipMiddleware(Counting(app, health), compresslevel=5),
        limiter=pages.limiter,
        https=config.address.startswith("https://"),
    )


class _Static(StaticFiles):
    """The style sheet and the scripts: their addresses name the release, so browsers may keep them."""

    def file_response(self, *args: object, **told: object) -> Response:
        answer = super().file_response(*args, **told)  # type: ignore[arg-type]
        answer.headers["Cache-Control"] = "public, max-age=3600"
        return answer


async def robots(request: Request) -> Response:
    """Keep search engines out."""
    return PlainTextResponse("User-agent: *\nDisallow: /\n")


# Errors ---------------------------------------------------------------------------------------------------


def _is_program(request: Request) -> bool:
    return request.url.path.startswith(ROOT)


def _message(title: str, *lines: str, status: int, ways: Sequence[tuple[str, str]] = ()) -> Response:
    return HTMLResponse(render_page("message.html", title=title, lines=lines, ways=ways), status)


async def _http_error(signin: SignIn, request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    if _is_program(request):
        return JSONResponse({"error": HTTPStatus(status).phrase}, status, getattr(error, "headers", None))
    if status == 401:
        then = request.url.path if request.method == "GET" else "/"
        ways = signin.offers(f"{then}?{request.url.query}" if request.url.query else then)
        return _message("Sign in" if ways else "Sign in by a link", *NOT_IN, status=401, ways=ways)
    if status in (404, 405):
        return _message("Nothing here", MISSING, status=status)
    return _message("That did not work", "This was not a request that I can answer.", status=status)


async def _bot_error(request: Request, error: Exception) -> Response:
    if isinstance(error, BriefNotFound | RequestNotFound):
        return _message("Nothing here", MISSING, str(error), status=404)
    return _message("That did not work", str(error), status=503 if isinstance(error, ArchiveUnavailable) else 400)


async def _unexpected(request: Request, error: Exception) -> Response:
    reference = uuid4().hex[:8]
    log.error("page %s: %s", request.url.path, reference)  # Starlette raises it anew, and uvicorn logs it
    if _is_program(request):
        return JSONResponse({"error": str(Unexpected(reference))}, 500)
    return _message("That did not work", str(Unexpected(reference)), status=500)
