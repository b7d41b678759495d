"""The addresses of the Discord of our own that a bot calls, and what each answers."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from aiohttp import web

from tests.discord_rules import DiscordRefusal, Unauthorized
from tests.discord_things import ADA, APPLICATION, BOT, DIRECT, GUILD, PUBLIC_KEY, Fault, Json, person
from tests.discord_writing import Writing

if TYPE_CHECKING:
    from tests.discord_standin import DiscordStandIn


class Rest:
    """The paths, by the names that Discord's document gives them."""

    def __init__(self, state: DiscordStandIn) -> None:
        self.state = state
        self.writing = Writing(state)

    def routes(self) -> list[web.RouteDef]:
        handlers = [
            ("GET", "/users/@me", self.me, True),
            ("GET", "/users/@me/guilds", self.guilds, True),
            ("GET", "/oauth2/applications/@me", self.application, True),
            ("GET", "/gateway/bot", self.gateway_bot, True),
            ("POST", "/users/@me/channels", self.open_direct, True),
            ("DELETE", "/webhooks/{webhook_id}/{webhook_token}/messages/@original", self.delete_original, False),
            ("DELETE", "/webhooks/{webhook_id}/{webhook_token}/messages/{message_id}", self.delete_original, False),
            ("DELETE", "/channels/{channel_id}/messages/{message_id}", self.delete, True),
            ("GET", "/applications/{application_id}/commands", self.commands, True),
            ("PUT", "/applications/{application_id}/commands", self.register, True),
            ("POST", "/interactions/{interaction_id}/{interaction_token}/callback", self.callback, False),
            ("POST", "/webhooks/{webhook_id}/{webhook_token}", self.follow_up, False),
            ("PATCH", "/webhooks/{webhook_id}/{webhook_token}/messages/@original", self.edit_original, False),
            ("PATCH", "/webhooks/{webhook_id}/{webhook_token}/messages/{message_id}", self.edit_original, False),
            ("GET", "/channels/{channel_id}", self.channel, True),
            ("PATCH", "/channels/{channel_id}", self.change, True),
            ("POST", "/channels/{channel_id}/messages", self.post, True),
            ("PATCH", "/channels/{channel_id}/messages/{message_id}", self.edit, True),
            ("POST", "/channels/{channel_id}/messages/{message_id}/threads", self.start_thread, True),
        ]
        return [
            web.route(method, f"/api/v10{path}", self._answering(method, path, handler, as_bot))
            for method, path, handler, as_bot in handlers
        ]

    def _answering(self, method: str, path: str, handler: Callable[..., Any], as_bot: bool) -> Any:
        async def answer(request: web.Request) -> web.Response:
            body = await _body(request)
            state = self.state
            state.requests.append((method, request.path, body))
            fault = self._fault(request)
            try:
                if fault and not fault.after:
                    return _json(fault.body, fault.status, fault.headers)
                if as_bot and request.headers.get("Authorization") != f"Bot {state.token}":
                    raise Unauthorized
                if method not in ("GET", "DELETE"):
                    state.rules.check(method, path, _as_specified(body))
                result = handler(request.match_info, body)
            except Unauthorized:
                return _json({"message": "401: Unauthorized", "code": 0}, 401)
            except DiscordRefusal as refusal:
                state.refusals.append((refusal.code, f"{method} {request.path}: {refusal}"))
                return _json(refusal.body, refusal.status)
            finally:
                state.changed()
            return _json(fault.body, fault.status, fault.headers) if fault else _json(result)

        return answer

    def _fault(self, request: web.Request) -> Fault | None:
        for fault in self.state.faults:
            if fault.times and fault.method == request.method and re.search(fault.path, request.path):
                fault.times -= 1
                return fault
        return None

    def me(self, _path: Any, _body: Any) -> Json:
        return BOT

    def guilds(self, _path: Any, _body: Any) -> list[Json]:
        return [{"id": GUILD, "name": "Newsroom", "permissions": str(self.state.permissions)}]

    def application(self, _path: Any, _body: Any) -> Json:
        more = {"description": "", "icon": None, "bot_public": False, "bot_require_code_grant": False}
        more |= {"flags": self.state.flags, "interactions_endpoint_url": self.state.endpoint}
        return {"id": APPLICATION, "name": "Nutgraf", "verify_key": PUBLIC_KEY, "owner": person(ADA), **more}

    def commands(self, _path: Any, query: Json | None) -> list[Json]:
        if query and query.get("with_localizations") == "true":
            return self.state.commands
        return [_without_localizations(command) for command in self.state.commands]

    def register(self, path: Any, body: list[Json]) -> list[Json]:
        self.state.syncs += 1
        given = {"application_id": path["application_id"], "version": self.state.snowflake()}
        self.state.commands = [
            {"description": "", "options": [], **command, **given, "id": self.state.snowflake()} for command in body
        ]
        return self.state.commands

    def callback(self, path: Any, body: Json) -> Json:
        interaction = self.state.interactions.get(path["interaction_token"])
        if interaction is None:
            raise DiscordRefusal(10062)
        return self.writing.callback(interaction, body)

    def follow_up(self, path: Any, body: Json) -> Json:
        return self.writing.follow_up(self.writing.by_token(path["webhook_token"]), body).json()

    def edit_original(self, path: Any, body: Json) -> Json:
        interaction = self.writing.by_token(path["webhook_token"])
        message = self.writing.of_webhook(interaction, path.get("message_id", "@original"))
        return self.writing.write_original(message, body).json()

    def gateway_bot(self, _path: Any, _body: Any) -> Json:
        limit = {"total": 1000, "remaining": 999, "reset_after": 0, "max_concurrency": 1}
        return {"url": self.state.gateway_url, "shards": self.state.gateway.shards, "session_start_limit": limit}

    def open_direct(self, _path: Any, body: Json) -> Json:
        return self.state.channels[DIRECT].json() | {"recipients": [person(str(body["recipient_id"]))]}

    def delete_original(self, path: Any, _body: Any) -> Json:
        interaction = self.writing.by_token(path["webhook_token"])
        message = self.writing.of_webhook(interaction, path.get("message_id", "@original"))
        self.state.channels[message.channel].messages.remove(message)
        return {}

    def delete(self, path: Any, _body: Any) -> Json:
        self.writing.delete(path["channel_id"], path["message_id"])
        return {}

    def channel(self, path: Any, _body: Any) -> Json:
        return self.writing.channel(path["channel_id"]).json()

    def change(self, path: Any, body: Json) -> Json:
        return self.writing.change(path["channel_id"], body).json()

    def post(self, path: Any, body: Json) -> Json:
        return self.writing.post(path["channel_id"], body).json()

    def edit(self, path: Any, body: Json) -> Json:
        return self.writing.edit(path["channel_id"], path["message_id"], body).json()

    def start_thread(self, path: Any, body: Json) -> Json:
        return self.writing.start_thread(path["channel_id"], path["message_id"], body).json()


async def _body(request: web.Request) -> Any:
    """Return what was sent, without a body that of the address; files, with names and descriptions, as "_files"."""
    if not request.can_read_body:
        return dict(request.query) or None
    if not request.content_type.startswith("multipart/"):
        return await request.json()
    form = await request.post()
    body: Json = json.loads(str(form["payload_json"]))
    told = {str(one["id"]): one for one in (body.get("data") or body).get("attachments") or []}
    body["_files"] = [
        (part.filename, part.file.read(), told.get(key[6:-1], {}).get("description", ""))
        for key, part in form.items()
        if isinstance(part, web.FileField)
    ]
    return body


def _without_localizations(told: Any) -> Any:
    """Return commands as Discord gives them to whoever does not ask for more."""
    if isinstance(told, list):
        return [_without_localizations(one) for one in told]
    if not isinstance(told, dict):
        return told
    return {key: _without_localizations(one) for key, one in told.items() if not key.endswith("_localizations")}


IDS = frozenset({"id", "recipient_id", "message_id", "channel_id", "guild_id"})


def _as_specified(body: Any) -> Any:
    """Return *body* without its files and with its ids as strings: Discord takes numbers as well."""
    if isinstance(body, list):
        return [_as_specified(one) for one in body]
    if not isinstance(body, dict):
        return body
    return {
        key: str(one) if key in IDS and isinstance(one, int) else _as_specified(one)
        for key, one in body.items()
        if key != "_files"
    }


def _json(body: Any, status: int = 200, headers: dict[str, str] | None = None) -> web.Response:
    # discord.py takes a body for JSON only under exactly this type, without a charset.
    content = {"Content-Type": "application/json", **(headers or {})}
    return web.Response(body=json.dumps(body).encode(), status=status, headers=content)
