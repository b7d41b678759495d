"""The Web API of the Slack of our own: each call is held against Slack's rules, and changes what people see."""

from __future__ import annotations

import asyncio
import json
from itertools import count
from pathlib import Path
from typing import Any

from aiohttp import web

from adapters.slack.checkup import SCOPES
from tests.slack_rules import POSTS, SlackRules
from tests.slack_things import APP_TOKEN, BOT_ID, BOT_TOKEN, BOT_USER, TEAM, Fault, Post, Upload, rewrite


class SlackWebApi:
    """One workspace as the bot sees it: what it calls, and what that does."""

    def __init__(self, specs: Path) -> None:
        self.rules = SlackRules(specs)
        self.base = ""  # host and port
        self.posts: list[Post] = []
        self.violations: list[str] = []
        self.calls: list[str] = []
        self.dialogue: dict[str, Any] | None = None  # the one that is open
        self.homes: dict[str, dict[str, Any]] = {}  # by whose they are
        self.people: dict[str, dict[str, Any]] = {}  # what users.info says, by whose id
        self.uploads: list[Upload] = []
        self.files: dict[str, tuple[str, bytes]] = {}  # media type and bytes, by name
        self.status: list[str] = []  # what was shown below threads while the bot worked
        self.scopes = ",".join(sorted(SCOPES))
        self.headers: dict[str, str] = {}  # which every answer has, and may have otherwise
        self._faults: dict[str, list[Fault]] = {}
        self._hooks: dict[str, tuple[Post | None, str]] = {}
        self._deleted: set[str | None] = set()
        self._ids = count(1)
        self._change = asyncio.Condition()

    def misbehave(self, method: str, *faults: Fault) -> None:
        """Treat the next calls of *method* by *faults*, one after the other."""
        self._faults.setdefault(method, []).extend(faults)

    async def _api(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        self.calls.append(method)
        fault = self._faults[method].pop(0) if self._faults.get(method) else Fault()
        answer = self._answer(method, fault, await _arguments(request), _token(request))
        if fault.cut and request.transport:
            request.transport.close()
        await self._changed()
        headers = {} if fault.retry_after is None else {"Retry-After": str(fault.retry_after)}
        headers |= {"x-oauth-scopes": self.scopes} | self.headers
        return web.json_response(answer, status=fault.status, headers=headers)

    def _answer(self, method: str, fault: Fault, arguments: dict[str, Any], token: str) -> dict[str, Any]:
        if method == "api.test":
            return {"ok": True}  # to whoever asks
        if fault.error or fault.status != 200:
            word = fault.error or ("ratelimited" if fault.status == 429 else "internal_error")
            return {"ok": False, "error": word, **({"errors": list(fault.errors)} if fault.errors else {})}
        token = arguments.pop("token", None) or token
        if not self.is_token(method, token):
            return self._refuse(method, "invalid_auth" if token else "not_authed")
        handler = getattr(self, "_" + method.replace(".", "_"), None)
        if handler is None:
            return self._refuse(method, "unknown_method")
        if faults := list(self.rules.argument_faults(method, arguments)):
            return self._refuse(method, "invalid_arguments", faults)
        if method.startswith("views."):
            faults = [f"{method}: {fault}" for fault in self.rules.view_faults(arguments.get("view") or {})]
            if faults:
                return self._refuse(method, "invalid_arguments", faults)
        if method in POSTS:
            self.violations.extend(f"{method}: {fault}" for fault in self.rules.post_faults(method, arguments))
            if faults := list(self.rules.block_faults(arguments.get("blocks") or [])):
                word = "msg_blocks_too_long" if "msg_blocks_too_long" in faults else "invalid_blocks"
                return self._refuse(method, word, faults)
        return handler(arguments)

    def is_token(self, method: str, token: str) -> bool:
        """Tell whether *token* is good for *method*."""
        return token == (APP_TOKEN if method == "apps.connections.open" else BOT_TOKEN)

    def _not_found(self, method: str, ts: str) -> dict[str, Any]:
        """Refuse what is asked for a message that is not there: no fault of whoever does not know of its deletion."""
        if ts in self._deleted:
            return {"ok": False, "error": "message_not_found"}
        return self._refuse(method, "message_not_found")

    def _refuse(self, method: str, error: str, errors: list[str] | None = None) -> dict[str, Any]:
        self.violations.append(f"{method}: {error} {errors or ''}".strip())
        return {"ok": False, "error": error, **({"errors": errors} if errors else {})}

    def _auth_test(self, _arguments: dict[str, Any]) -> dict[str, Any]:
        return {
            "ok": True,
            "url": f"http://{self.base}/",
            "team": "Newsroom",
            "team_id": TEAM,
            "user": "nutgraf",
            "user_id": BOT_USER,
            "bot_id": BOT_ID,
            "is_enterprise_install": False,
        }

    def _apps_connections_open(self, _arguments: dict[str, Any]) -> dict[str, Any]:
        return {"ok": True, "url": f"ws://{self.base}/socket"}

    def _chat_postMessage(self, arguments: dict[str, Any]) -> dict[str, Any]:  # noqa: N802 - Slack's name
        channel, key = arguments["channel"], arguments.get("client_msg_id")
        post = next((one for one in self.posts if key and one.client_msg_id == key), None)
        if post is None:
            if not self._has_thread(channel, arguments.get("thread_ts")):
                return self._refuse("chat.postMessage", "thread_not_found")
            post = self._new_post(arguments)
            if post.thread_ts in self._deleted and not self._replies(post.thread_ts, but=post):
                post.thread_ts = None  # as Slack does it, without a word
        told = {"text": post.text} | ({"thread_ts": post.thread_ts} if post.thread_ts else {})
        return {"ok": True, "channel": channel, "ts": post.ts, "message": told}

    def _chat_update(self, arguments: dict[str, Any]) -> dict[str, Any]:
        post = self._find(arguments["channel"], arguments["ts"])
        if post is None or post.only_for:
            return self._not_found("chat.update", arguments["ts"])
        if post.user != BOT_USER:
            return self._refuse("chat.update", "cant_update_message")
        rewrite(post, arguments)
        return {"ok": True, "channel": post.channel, "ts": post.ts, "text": post.text}

    def _chat_delete(self, arguments: dict[str, Any]) -> dict[str, Any]:
        post = self._find(arguments["channel"], arguments["ts"])
        if post is None or post.only_for:
            return self._refuse("chat.delete", "message_not_found")
        if post.user != BOT_USER:
            return self._refuse("chat.delete", "cant_delete_message")
        self.posts.remove(post)
        return {"ok": True, "channel": post.channel, "ts": post.ts}

    def _chat_postEphemeral(self, arguments: dict[str, Any]) -> dict[str, Any]:  # noqa: N802 - Slack's name
        if not self._has_thread(arguments["channel"], arguments.get("thread_ts")):
            return self._refuse("chat.postEphemeral", "thread_not_found")
        return {"ok": True, "message_ts": self._new_post(arguments, only_for=arguments["user"]).ts}

    def _users_info(self, arguments: dict[str, Any]) -> dict[str, Any]:
        return {
            "ok": True,
            "user": {"id": arguments["user"], "locale": "en-GB", **self.people.get(arguments["user"], {})},
        }

    def _views_open(self, arguments: dict[str, Any]) -> dict[str, Any]:
        self.dialogue = {**arguments["view"], "id": "V1", "hash": "h1", "state": {"values": {}}}
        return {"ok": True, "view": self.dialogue}

    def _views_update(self, arguments: dict[str, Any]) -> dict[str, Any]:
        if self.dialogue is None or arguments.get("hash") not in (None, self.dialogue["hash"]):
            return self._refuse("views.update", "hash_conflict")
        kept = {block["block_id"] for block in arguments["view"]["blocks"] if "block_id" in block}
        values = {name: value for name, value in self.dialogue["state"]["values"].items() if name in kept}
        self.dialogue = {**arguments["view"], "id": "V1", "hash": f"h{next(self._ids)}", "state": {"values": values}}
        return {"ok": True, "view": self.dialogue}

    def _views_publish(self, arguments: dict[str, Any]) -> dict[str, Any]:
        self.homes[arguments["user_id"]] = arguments["view"]
        return {"ok": True, "view": arguments["view"]}

    def _assistant_threads_setStatus(self, arguments: dict[str, Any]) -> dict[str, Any]:  # noqa: N802 - Slack's name
        self.status.append(arguments["status"])
        return {"ok": True}

    def _files_getUploadURLExternal(self, arguments: dict[str, Any]) -> dict[str, Any]:  # noqa: N802 - Slack's name
        self.uploads.append(Upload(arguments["filename"], int(arguments["length"]), arguments.get("alt_txt") or ""))
        file = f"F{len(self.uploads)}"
        return {"ok": True, "upload_url": f"http://{self.base}/upload/{file}", "file_id": file}

    async def _take_upload(self, request: web.Request) -> web.Response:
        upload = self.uploads[int(request.match_info["file"][1:]) - 1]
        upload.body = await request.read()
        if len(upload.body) != upload.length:
            self.violations.append(f"{upload.name} has {len(upload.body)} bytes instead of {upload.length}")
        return web.Response(text="OK")

    def _files_completeUploadExternal(self, arguments: dict[str, Any]) -> dict[str, Any]:  # noqa: N802 - Slack's name
        files = arguments["files"]
        for file in json.loads(files) if isinstance(files, str) else files:
            upload = self.uploads[int(file["id"][1:]) - 1]
            upload.channel, upload.thread_ts = arguments.get("channel_id"), arguments.get("thread_ts")
        return {"ok": True, "files": [{"id": "F1"}]}

    async def _give_file(self, request: web.Request) -> web.Response:
        if _token(request) != BOT_TOKEN:
            return web.Response(text="<!DOCTYPE html><title>Sign in to Slack</title>", content_type="text/html")
        if request.match_info["name"] not in self.files:
            return web.Response(status=404)
        media_type, body = self.files[request.match_info["name"]]
        return web.Response(body=body, content_type=media_type)

    def shares(self, name: str, media_type: str, body: bytes) -> dict[str, Any]:
        """Keep a file that somebody shares, and return what a message says of it."""
        self.files[name] = (media_type, body)
        url = f"http://{self.base}/files/{name}"
        return {"id": "F9", "name": name, "mimetype": media_type, "size": len(body), "url_private_download": url}

    def _reactions_add(self, arguments: dict[str, Any]) -> dict[str, Any]:
        post = self._find(arguments["channel"], arguments["timestamp"])
        if post is None:
            return self._not_found("reactions.add", arguments["timestamp"])
        if arguments["name"] in post.reactions:
            return {"ok": False, "error": "already_reacted"}
        post.reactions.append(arguments["name"])
        return {"ok": True}

    def _reactions_remove(self, arguments: dict[str, Any]) -> dict[str, Any]:
        post = self._find(arguments["channel"], arguments["timestamp"])
        if post is None or arguments["name"] not in post.reactions:
            return {"ok": False, "error": "no_reaction"}
        post.reactions.remove(arguments["name"])
        return {"ok": True}

    async def _hook(self, request: web.Request) -> web.Response:
        """Take what is sent to a ``response_url``: it replaces the message of the button, or adds one."""
        post, user = self._hooks[request.match_info["hook"]]
        arguments = await request.json()
        faults = [*self.rules.post_faults("response_url", arguments), *self.rules.block_faults(arguments["blocks"])]
        self.violations.extend(f"response_url: {fault}" for fault in faults)
        if arguments.get("replace_original") and post:
            rewrite(post, arguments)
        else:
            self._new_post({**arguments, "channel": post.channel if post else ""}, only_for=user)
        await self._changed()
        return web.Response(text="ok")

    # State --------------------------------------------------------------------------------------------

    def _new_post(self, arguments: dict[str, Any], only_for: str | None = None) -> Post:
        post = Post(
            channel=arguments["channel"],
            ts=self._ts(),
            user=BOT_USER,
            text=arguments.get("text", ""),
            blocks=arguments.get("blocks") or [],
            thread_ts=arguments.get("thread_ts"),
            only_for=only_for,
            client_msg_id=arguments.get("client_msg_id"),
        )
        self.posts.append(post)
        return post

    def _find(self, channel: str, ts: str) -> Post | None:
        return next((post for post in self.posts if (post.channel, post.ts) == (channel, ts)), None)

    def _has_thread(self, channel: str, thread_ts: str | None) -> bool:
        if thread_ts in self._deleted:
            return True
        parent = self._find(channel, thread_ts) if thread_ts else None
        return thread_ts is None or (parent is not None and parent.thread_ts is None)

    def _ts(self) -> str:
        return f"1773820000.{next(self._ids):06d}"

    async def _changed(self) -> None:
        async with self._change:
            self._change.notify_all()


async def _arguments(request: web.Request) -> dict[str, Any]:
    """Read arguments from wherever Slack's clients put them: the query, a form, or JSON."""
    arguments: dict[str, Any] = dict(request.query)
    if request.content_type == "application/json":
        arguments |= await request.json()
    else:
        arguments |= dict(await request.post())
    for name in ("blocks", "view"):
        if isinstance(arguments.get(name), str):
            arguments[name] = json.loads(arguments[name])
    return arguments


def _token(request: web.Request) -> str:
    return request.headers.get("Authorization", "").removeprefix("Bearer ")
