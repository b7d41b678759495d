"""The browser ↔ Desk calls: a form that reads, and a page for each brief."""

from __future__ import annotations

import asyncio
import logging
import re
import socket
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from http import HTTPStatus
from types import MappingProxyType
from urllib.parse import parse_qs, urlencode
from uuid import uuid4

import uvicorn
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import (
    HTMLResponse,
    JSONResponse,
    PlainTextResponse,
    RedirectResponse,
    Response,
    StreamingResponse,
)
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp

from adapters.web.access import Access, Session
from adapters.web.api import LONGEST, ROOT, Api
from adapters.web.config import WebConfig
from adapters.web.health import Counting, Health
from adapters.web.reading import WebCourier, events, progress
from adapters.web.render import render_brief, render_page
from adapters.web.security import READINGS, Guard, Limiter, read_body
from adapters.web.versions import MOST, find_ids, render_comparison
from bot import wording
from bot.commands import find_wanted
from bot.desk import Desk
from bot.errors import ArchiveUnavailable, BotError, BriefNotFound, RequestNotFound, SettingsError, Unexpected
from bot.export import render_csv, render_json, render_markdown
from bot.jobs import Courier
from bot.models import Ask

log = logging.getLogger(__name__)

FEW_QUOTES = 12
"""Quotes up to which a page shows all of them unfolded. A guess: they fit beside the story."""

NOT_IN = (
    "This page is for people of the newsroom whose story it is.",
    "Open it by a link that Nutgraf gave you: in your chat, or where it was started. Links hold for some days; "
    "for a new one, ask Nutgraf for the story again.",
)
MISSING = "There is nothing at this address, or not for you."
TOO_OFTEN = "You asked for many stories within a minute. Wait a little and try again."
TOO_FEW = "Two briefs are needed, each by the address of its page."
STALE = "This form is too old, or not ours. Send it again."


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
            f"Cannot serve pages on {config.host}:{config.port}: {error.strerror or error}. "
            "Choose another WEB_PORT, or WEB=false to serve none."
        ) from error
    return listening


def web_app(
    desk: Desk, config: WebConfig, access: Access, couriers: Mapping[str, Courier] = MappingProxyType({})
) -> ASGIApp:
    """Answer browsers, programs and probes."""
    pages = Pages(desk, config, access)
    health = Health(desk, access, couriers)
    api = Api(desk, access, pages.limiter, config.max_links)
    app = Starlette(
        routes=[
            Route("/", pages.front),
            Route("/read", pages.read, methods=["POST"]),
            Route("/r/{id}", pages.reading),
            Route("/r/{id}/events", pages.events),
            Route("/b/{id}.{form}", pages.save),
            Route("/b/{id}", pages.brief),
            Route("/compare", pages.compare),
            Route("/robots.txt", robots),
            Route("/healthz", health.healthz),
            Route("/readyz", health.readyz),
            Route("/metrics", health.metrics),
            *api.routes(),
            Mount("/static", _Static(packages=[("adapters.web", "static")])),
        ],
        exception_handlers={
            HTTPException: _http_error,
            BotError: _bot_error,
            Exception: _unexpected,
        },
    )
    # Around all of it: Starlette answers what was not expected outside of its own middleware.
    return Guard(Counting(app, health), limiter=pages.limiter, https=config.address.startswith("https://"))


class Pages:
    """The pages, for whoever has a session; without one every address of a brief or request looks the same."""

    def __init__(self, desk: Desk, config: WebConfig, access: Access) -> None:
        self.desk = desk
        self.max_links = config.max_links
        self.access = access
        self.limiter = Limiter()
        self._https = config.address.startswith("https://")
        self._cookie = "__Host-nutgraf" if self._https else "nutgraf"

    async def front(self, request: Request) -> Response:
        """Show the form."""
        if answer := self._enter(request):
            return answer
        return self._form(self._session(request))

    async def read(self, request: Request) -> Response:
        """Accept what the form asks for."""
        session = self._session(request)
        form = await _form(request)
        wanted = form.get("wanted", "").strip()[:LONGEST]
        if not self.access.is_own_form(session, form.get("token", "")):
            return self._form(session, wanted, STALE, 403)
        if not await self.limiter.allows(READINGS, "read", session.id):
            return self._form(session, wanted, TOO_OFTEN, 429)
        found = find_wanted(wanted, max_links=self.max_links)
        if all(one.problem for one in found):
            return self._form(session, wanted, " ".join(one.problem or "" for one in found), 422)
        accepted = await self.desk.accept(Ask(session.workspace, "web", uuid4().hex, "web", {}, found))
        assert accepted  # noqa: S101 - the key is new
        return RedirectResponse(f"/r/{accepted.id}", 303)

    async def reading(self, request: Request) -> Response:
        """Show how far a request is."""
        session = self._session(request)
        asked = await self.desk.follow(session.workspace, request.path_params["id"])
        items = progress(self.desk, asked)
        read = [item.address.removeprefix("/b/") for item in items if item.address]
        both = f"/compare?{urlencode({'b': read}, doseq=True)}" if 1 < len(read) <= MOST else ""
        return HTMLResponse(render_page("reading.html", id=asked.id, items=items, compare=both))

    async def events(self, request: Request) -> Response:
        """Tell of each step of a request as it happens."""
        session = self._session(request)
        asked = await self.desk.follow(session.workspace, request.path_params["id"])
        told = events(self.desk, session.workspace, asked.id)
        return StreamingResponse(told, media_type="text/event-stream", headers={"X-Accel-Buffering": "no"})

    async def brief(self, request: Request) -> Response:
        """Show a brief with its article."""
        if answer := self._enter(request):
            return answer
        session = self._session(request)
        brief_id = request.path_params["id"]
        brief = await self.desk.recall(session.workspace, brief_id)
        # A book's worth takes a second.
        page = await asyncio.to_thread(render_brief, brief, brief_id, open=len(brief.quotes) <= FEW_QUOTES)
        return HTMLResponse(page)

    async def compare(self, request: Request) -> Response:
        """Lay briefs side by side."""
        session = self._session(request)
        asked = [one for one in request.query_params.getlist("b")[:MOST] if one.strip()]
        ids = find_ids(asked)
        briefs = [(brief_id, await self.desk.recall(session.workspace, brief_id)) for brief_id in ids]
        problem = TOO_FEW if asked and len(ids) < 2 else ""
        page = await asyncio.to_thread(render_comparison, briefs, asked, problem)  # books take seconds
        return HTMLResponse(page, 422 if problem else 200)

    async def save(self, request: Request) -> Response:
        """Give a brief as a file."""
        session = self._session(request)
        form = request.path_params["form"]
        if form not in FORMS:
            raise HTTPException(404)
        brief = await self.desk.recall(session.workspace, request.path_params["id"])
        write, media_type = FORMS[form]
        name = re.sub(r"[^a-z0-9]+", "-", wording.title(brief).lower())[:60].strip("-") or "brief"
        written = (await asyncio.to_thread(write, brief)).encode("utf-8-sig" if form == "csv" else "utf-8")
        return Response(
            written, media_type=media_type, headers={"Content-Disposition": f'attachment; filename="{name}.{form}"'}
        )

    def _session(self, request: Request) -> Session:
        session = self.access.session(request.cookies.get(self._cookie, ""))
        if session is None:
            raise HTTPException(401)
        return session

    def _enter(self, request: Request) -> Response | None:
        """Turn a token in the address into a session, and send the browser on to the address without it.

        A token that does not hold is dropped as well: whoever has a session already is not thrown out by an old link.
        """
        token = request.query_params.get("t")
        if token is None:
            return None
        answer = RedirectResponse(request.url.path, 303)
        if cookie := self.access.enter(token):
            answer.set_cookie(
                self._cookie,
                cookie,
                max_age=self.access.session_seconds,
                secure=self._https,
                httponly=True,
                samesite="lax",  # strict would not be sent along from the link in chat
            )
        return answer

    def _form(self, session: Session, wanted: str = "", problem: str = "", status: int = 200) -> Response:
        token = self.access.form_token(session)
        page = render_page("read.html", token=token, wanted=wanted, problem=problem, longest=LONGEST)
        return HTMLResponse(page, status)


FORMS = {
    "md": (render_markdown, "text/markdown"),
    "csv": (render_csv, "text/csv"),
    "json": (render_json, "application/json"),
}
"""What a brief can be saved as, with who writes it; CSV with a byte-order mark, by which spreadsheets know UTF-8."""


class _Static(StaticFiles):
    """The style sheet and the scripts: their addresses name the release, so browsers may keep them."""

    def file_response(self, *args: object, **told: object) -> Response:
        answer = super().file_response(*args, **told)  # type: ignore[arg-type]
        answer.headers["Cache-Control"] = "public, max-age=3600"
        return answer


async def robots(request: Request) -> Response:
    """Keep search engines out."""
    return PlainTextResponse("User-agent: *\nDisallow: /\n")


async def _form(request: Request) -> dict[str, str]:
    """Return the fields of a form, the first of each name."""
    body = await read_body(request)
    fields = parse_qs(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=10)
    return {name: values[0] for name, values in fields.items()}


# Errors ---------------------------------------------------------------------------------------------------


def _is_program(request: Request) -> bool:
    return request.url.path.startswith(ROOT)


def _message(title: str, *lines: str, status: int) -> Response:
    return HTMLResponse(render_page("message.html", title=title, lines=lines), status)


async def _http_error(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    if _is_program(request):
        return JSONResponse({"error": HTTPStatus(status).phrase}, status, getattr(error, "headers", None))
    if status == 401:
        return _message("Sign in by a link", *NOT_IN, status=401)
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
