"""The pages, for whoever has a session: the form that reads, briefs, comparisons, the archive."""

from __future__ import annotations

import asyncio
import re
from urllib.parse import parse_qs, quote, urlencode
from uuid import uuid4

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import (
    HTMLResponse,
    RedirectResponse,
    Response,
    StreamingResponse,
)

from adapters.web.access import Access, Session
from adapters.web.api import LONGEST
from adapters.web.archive import FIELDS, question, render_search, render_speaker
from adapters.web.archive import MOST as MOST_FOUND
from adapters.web.config import WebConfig
from adapters.web.reading import events, progress
from adapters.web.render import render_brief, render_page
from adapters.web.security import READINGS, Limiter, read_body
from adapters.web.versions import MOST, find_ids, render_comparison
from bot import wording
from bot.commands import Correct
from bot.desk import Desk
from bot.errors import (
    BotError,
    NothingToSearch,
    SearchIsOff,
)
from bot.export import render_csv, render_json, render_markdown
from bot.models import Ask, Correction, Mistake, Person, Question
from bot.wanted import find_wanted

LONGEST_QUESTION = 500
"""Characters of a field of the search."""

FEW_QUOTES = 12
"""Quotes up to which a page shows all of them unfolded. A guess: they fit beside the story."""

TOO_OFTEN = "You asked for many stories within a minute. Wait a little and try again."
TOO_FEW = "Two briefs are needed, each by the address of its page."
NO_DAY = "A day is written as 2026-03-17."
STALE = "This form is too old, or not ours. Send it again."


class Pages:
    """The pages, for whoever has a session; without one every address of a brief or request looks the same."""

    def __init__(self, desk: Desk, config: WebConfig, access: Access) -> None:
        self.desk = desk
        self.max_links = config.max_links
        self.access = access
        self.excerpt_words = config.excerpt_words
        self.limiter = Limiter()

    async def front(self, request: Request) -> Response:
        """Show the form."""
        if answer := self._enter(request):
            return answer
        session = self._session(request)
        return self._form(session, searchable=await self.desk.archive.search.is_on(session.workspace))

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
        page = await asyncio.to_thread(
            render_brief,
            brief,
            brief_id,
            token=self.access.form_token(session),
            budget=self.excerpt_words,
            unfolded=len(brief.quotes) <= FEW_QUOTES,
            searchable=await self.desk.archive.search.is_on(session.workspace),
        )
        return HTMLResponse(page)

    async def correct(self, request: Request) -> Response:
        """Put right what somebody says is wrong in a brief, by the same house rules as in chat."""
        session = self._session(request)
        form = await _form(request)
        if not self.access.is_own_form(session, form.get("token", "")):
            return HTMLResponse(render_page("message.html", title="That did not work", lines=[STALE]), 403)
        brief_id, ref = request.path_params["id"], form.get("ref", "")
        try:
            mistake = Mistake(form.get("mistake", ""))
        except ValueError as error:
            raise HTTPException(422) from error
        right = form.get("words" if mistake is Mistake.WRONG_WORDS else "right", "").strip()
        correction = Correction(mistake, ref, right or None)
        await self.desk.carry_out(Correct(correction, brief_id), Person(session.workspace, session.who))
        return RedirectResponse(f"/b/{brief_id}#{quote(ref)}", 303)

    async def search(self, request: Request) -> Response:
        """Search the workspace's archive."""
        session = self._session(request)
        asked = {field: request.query_params.get(field, "").strip()[:LONGEST_QUESTION] for field in FIELDS}
        if not any(asked.values()):
            return HTMLResponse(render_search(asked, [], searched=False))
        try:
            found = await self.desk.records.search(session.workspace, question(asked), limit=MOST_FOUND)
        except (NothingToSearch, SearchIsOff, ValueError) as error:
            problem = str(error) if isinstance(error, BotError) else NO_DAY
            return HTMLResponse(render_search(asked, [], searched=True, problem=problem), 422)
        return HTMLResponse(await asyncio.to_thread(render_search, asked, found, searched=True))

    async def speaker(self, request: Request) -> Response:
        """Show what the archive has of somebody."""
        session = self._session(request)
        name = request.query_params.get("name", "").strip()[:LONGEST_QUESTION]
        try:
            found = await self.desk.records.search(session.workspace, Question(speaker=name), limit=MOST_FOUND)
        except (NothingToSearch, SearchIsOff) as error:
            return HTMLResponse(render_speaker(name or "Nobody", [], str(error)), 422)
        return HTMLResponse(await asyncio.to_thread(render_speaker, name, found))

    async def compare(self, request: Request) -> Response:
        """Lay briefs side by side."""
        session = self._session(request)
        asked = [one for one in request.query_params.getlist("b")[:MOST] if one.strip()]
        ids = find_ids(asked)
        briefs = [(brief_id, await self.desk.recall(session.workspace, brief_id)) for brief_id in ids]
        problem = TOO_FEW if asked and len(ids) < 2 else ""
        searchable = await self.desk.archive.search.is_on(session.workspace)
        page = await asyncio.to_thread(  # books take seconds
            render_comparison, briefs, asked, searchable=searchable, problem=problem
        )
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
        session = self.access.session(request.cookies.get(self.access.cookie, ""))
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
            self.access.give(answer, self.access.cookie, cookie, self.access.session_seconds)
        return answer

    def _form(
        self, session: Session, wanted: str = "", problem: str = "", status: int = 200, *, searchable: bool = False
    ) -> Response:
        token = self.access.form_token(session)
        told = {"token": token, "wanted": wanted, "problem": problem, "longest": LONGEST, "seen_by": _seen_by(session)}
        return HTMLResponse(render_page("read.html", searchable=searchable, **told), status)


PLACES = {"slack": "the Slack workspace", "discord": "the Discord server"}


def _seen_by(session: Session) -> str:
    """Say who sees what is read: a link that somebody else sent may have signed one in to his workspace."""
    platform, _, name = session.workspace.partition(":")
    if not name:
        return "What you read here, everybody sees who can open these pages."
    return f"What you read here, everybody in {PLACES.get(platform, platform)} {name} can see."


FORMS = {
    "md": (render_markdown, "text/markdown"),
    "csv": (render_csv, "text/csv"),
    "json": (render_json, "application/json"),
}
"""What a brief can be saved as, with who writes it; CSV with a byte-order mark, by which spreadsheets know UTF-8."""


async def _form(request: Request) -> dict[str, str]:
    """Return the fields of a form, the first of each name."""
    body = await read_body(request)
    fields = parse_qs(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=10)
    return {name: values[0] for name, values in fields.items()}
