"""The API for those who build on it: briefs as JSON, with a token that a workspace was given."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any
from uuid import uuid4

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from adapters.web.access import Access
from adapters.web.health import bearer
from adapters.web.reading import Progress, progress
from adapters.web.security import READINGS, Limiter, read_body
from bot.brief import Brief
from bot.desk import Desk
from bot.errors import ArchiveUnavailable, BotError, BriefNotFound, RequestNotFound
from bot.models import Ask
from bot.models import Request as Accepted
from bot.wanted import find_wanted

ROOT = "/api/v1"
NO_TOKEN = "A token is needed: Authorization: Bearer …; whoever runs Nutgraf makes one with “nutgraf token”."  # noqa: S105
TOO_OFTEN = "Too many stories within a minute."
NOT_JSON = "The body must be a JSON object with “wanted”: a link, several links, or a story's text."

LONGEST = 400_000
"""Characters of pasted text, as in the form."""


class Wanted(BaseModel):
    """What is to be read."""

    model_config = ConfigDict(extra="forbid")

    wanted: str = Field(min_length=1, max_length=LONGEST, description="A link, several links, or a story's text.")


class ItemCard(BaseModel):
    """One thing wanted, and how far it is."""

    what: str = Field(description="The link, or that it is pasted text.")
    state: str = Field(description="“working”, “read” or “failed”.")
    words: str = Field(description="The same for people; why it failed.")
    brief: str | None = Field(description="Id of the brief, once it is read.")


class RequestCard(BaseModel):
    """A request as it stands now."""

    id: str
    items: list[ItemCard]


class Problem(BaseModel):
    """Why there is no answer, in words for people."""

    error: str


class Api:
    """Answers programs. Cookies count for nothing here, so no other site can ask in somebody's name."""

    def __init__(self, desk: Desk, access: Access, limiter: Limiter, max_links: int) -> None:
        self._desk = desk
        self._access = access
        self._limiter = limiter
        self._max_links = max_links

    def routes(self) -> list[Route]:
        """Return where it answers."""
        return [
            Route(f"{ROOT}/openapi.json", self.describe),
            Route(f"{ROOT}/briefs/{{id}}", self.brief),
            Route(f"{ROOT}/requests", self.ask, methods=["POST"]),
            Route(f"{ROOT}/requests/{{id}}", self.request),
        ]

    async def describe(self, request: Request) -> Response:
        """Give the OpenAPI document; it needs no token."""
        return JSONResponse(openapi())

    async def brief(self, request: Request) -> Response:
        """Give a brief."""
        workspace = bearer(request, self._access)
        if workspace is None:
            return _problem(NO_TOKEN, 401)
        try:
            brief = await self._desk.recall(workspace, request.path_params["id"])
        except BotError as error:
            return _refused(error)
        return Response(brief.model_dump_json(), media_type="application/json")

    async def ask(self, request: Request) -> Response:
        """Accept something to be read."""
        workspace = bearer(request, self._access)
        if workspace is None:
            return _problem(NO_TOKEN, 401)
        body = await read_body(request)
        try:
            asked = Wanted.model_validate_json(body)
        except ValidationError:
            return _problem(NOT_JSON, 422)
        found = find_wanted(asked.wanted, max_links=self._max_links)
        if all(one.problem for one in found):
            return _problem(" ".join(one.problem or "" for one in found), 422)
        if not await self._limiter.allows(READINGS, "api", workspace):
            return _problem(TOO_OFTEN, 429)
        try:
            accepted = await self._desk.accept(Ask(workspace, "web", uuid4().hex, "api", {}, found))
        except BotError as error:
            return _refused(error)
        assert accepted  # noqa: S101 - the key is new
        return JSONResponse(self._card(accepted).model_dump(), 202, {"Location": f"{ROOT}/requests/{accepted.id}"})

    async def request(self, request: Request) -> Response:
        """Tell how far a request is."""
        workspace = bearer(request, self._access)
        if workspace is None:
            return _problem(NO_TOKEN, 401)
        try:
            accepted = await self._desk.follow(workspace, request.path_params["id"])
        except BotError as error:
            return _refused(error)
        return JSONResponse(self._card(accepted).model_dump())

    def _card(self, accepted: Accepted) -> RequestCard:
        briefs = [item.brief if not item.problem else None for item in accepted.items]
        return RequestCard(
            id=accepted.id,
            items=[_item(one, brief) for one, brief in zip(progress(self._desk, accepted), briefs, strict=True)],
        )


def _item(one: Progress, brief: str | None) -> ItemCard:
    return ItemCard(what=one.what, state=one.state, words=one.words, brief=brief)


def _refused(error: BotError) -> Response:
    if isinstance(error, BriefNotFound | RequestNotFound):
        return _problem(str(error), 404)
    return _problem(str(error), 503 if isinstance(error, ArchiveUnavailable) else 400)


def _problem(words: str, status: int) -> Response:
    headers = {"WWW-Authenticate": "Bearer"} if status == 401 else {}
    return JSONResponse({"error": words}, status, headers)


# The description ------------------------------------------------------------------------------------------


def openapi() -> dict[str, Any]:
    """Return the OpenAPI document of what is here, its schemas made from the models themselves."""
    schemas: dict[str, Any] = {}
    for model in (Brief, Wanted, RequestCard, Problem):
        schema = model.model_json_schema(ref_template="#/components/schemas/{model}")
        schemas.update(schema.pop("$defs", {}))
        schemas[model.__name__] = schema
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Nutgraf",
            "version": "1",
            "description": "Who says what in a news story. Ask with POST, look at the request until it is read, and "
            "fetch the brief.",
        },
        "paths": {
            f"{ROOT}/requests": {
                "post": {
                    "operationId": "ask",
                    "summary": "Have something read.",
                    "requestBody": {"required": True, "content": _json("Wanted")},
                    "responses": _answers(202, "RequestCard", 413, 422, 429),
                }
            },
            f"{ROOT}/requests/{{id}}": {
                "get": {
                    "operationId": "follow",
                    "summary": "Tell how far a request is.",
                    "parameters": [_ID],
                    "responses": _answers(200, "RequestCard", 404),
                }
            },
            f"{ROOT}/briefs/{{id}}": {
                "get": {
                    "operationId": "brief",
                    "summary": "Give a brief.",
                    "parameters": [_ID],
                    "responses": _answers(200, "Brief", 404),
                }
            },
        },
        "components": {"schemas": schemas, "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}}},
        "security": [{"token": []}],
    }


_ID = {"name": "id", "in": "path", "required": True, "schema": {"type": "string", "pattern": "^[0-9a-f]{32}$"}}


def _json(model: str) -> dict[str, Any]:
    return {"application/json": {"schema": {"$ref": f"#/components/schemas/{model}"}}}


def _answers(well: int, model: str, *statuses: int) -> dict[str, Any]:
    answers = {str(well): {"description": HTTPStatus(well).phrase, "content": _json(model)}}
    for status in (401, 429, *statuses, 503):
        answers[str(status)] = {"description": HTTPStatus(status).phrase, "content": _json("Problem")}
    return answers
