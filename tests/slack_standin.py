"""A Slack of our own on loopback: Web API, Socket Mode, signed HTTP, and what people in a channel see.

The real slack-bolt runs against it, in this process or in another one that gets ``api_url``. Every request is held
against Slack's rules; what Slack would refuse is refused in Slack's way and kept in ``violations``. A ``Fault``
makes it misbehave on purpose.

Example:
    async with SlackStandIn(specs) as slack:
        ...                                      # start the bot with slack.api_url, .bot_token and .app_token
        await slack.connected()
        post = await slack.mention("C1", "<https://post.example/harbour>")
        await slack.until(lambda: "white_check_mark" in post.reactions)
        print(slack.thread(post))
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlencode

import aiohttp
from aiohttp import web

from adapters.slack.checkup import SCOPES
from tests.slack_rules import POSTS, SlackRules

BOT_TOKEN, APP_TOKEN, SIGNING_SECRET = "xoxb-stand-in", "xapp-stand-in", "stand-in-secret"
TEAM, BOT_USER, BOT_ID, USER = "T1", "U0BOT", "B0BOT", "U1"
PATIENCE = 15.0
"""Seconds that a test waits for something to be seen before it fails."""

ACKNOWLEDGE = 3.0
"""Seconds in which Slack wants an answer to what it delivers."""


@dataclass
class Post:
    """A message as it stands in a channel."""

    channel: str
    ts: str
    user: str
    text: str
    blocks: list[dict[str, Any]] = field(default_factory=list)
    thread_ts: str | None = None
    reactions: list[str] = field(default_factory=list)
    only_for: str | None = None  # the one user who sees it
    edits: int = 0
    client_msg_id: str | None = None


@dataclass
class Upload:
    """A file that the bot put into a thread."""

    name: str
    length: int
    alt: str
    body: bytes = b""
    channel: str | None = None
    thread_ts: str | None = None


@dataclass(frozen=True)
class Fault:
    """How to treat one call on purpose."""

    status: int = 200
    error: str | None = None  # Slack's word
    errors: tuple[str, ...] = ()
    retry_after: int | None = None  # seconds
    cut: bool = False  # do what was asked, but close the connection instead of answering


class SlackStandIn:
    """One workspace, with the bot installed."""

    def __init__(self, specs: Path, *, request_url: str | None = None) -> None:
        self.rules = SlackRules(specs)
        self.request_url = request_url  # where HTTP mode is called; None: Socket Mode
        self.posts: list[Post] = []
        self.violations: list[str] = []
        self.calls: list[str] = []
        self.dialogue: dict[str, Any] | None = None  # the one that is open
        self.homes: dict[str, dict[str, Any]] = {}  # by whose they are
        self.people: dict[str, dict[str, Any]] = {}  # what users.info says, by whose id
        self.uploads: list[Upload] = []
        self.files: dict[str, tuple[str, bytes]] = {}  # media type and bytes, by name
        self.status: list[str] = []  # what was shown below threads while the bot worked
        self.sockets: list[web.WebSocketResponse] = []
        self.connections = 0  # sockets ever opened
        self.is_silent = False  # whether sockets stay open while nothing comes over them
        self.scopes = ",".join(sorted(SCOPES))
        self.headers: dict[str, str] = {}  # which every answer has, and may have otherwise
        self._faults: dict[str, list[Fault]] = {}
        self._acknowledged: dict[str, asyncio.Future[None]] = {}
        self._hooks: dict[str, tuple[Post | None, str]] = {}
        self._deleted: set[str | None] = set()
        self._ids = count(1)
        self._change = asyncio.Condition()

    # Running ------------------------------------------------------------------------------------------

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_route("*", "/api/{method}", self._api)
        app.router.add_get("/socket", self._socket)
        app.router.add_post("/hooks/{hook}", self._hook)
        app.router.add_post("/upload/{file}", self._take_upload)
        app.router.add_get("/files/{name}", self._give_file)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        host, port = self._runner.addresses[0][:2]
        self.base = f"{host}:{port}"
        self.api_url = f"http://{self.base}/api/"
        return self

    async def __aexit__(self, *_: object) -> None:
        for socket in self.sockets:
            await socket.close()
        await self._runner.cleanup()

    def misbehave(self, method: str, *faults: Fault) -> None:
        """Treat the next calls of *method* by *faults*, one after the other."""
        self._faults.setdefault(method, []).extend(faults)

    async def until(self, condition: Callable[[], object], patience: float = PATIENCE) -> None:
        """Wait until *condition* holds; it is looked at after every call that the bot makes."""
        async with self._change, asyncio.timeout(patience):
            await self._change.wait_for(condition)

    async def connected(self, times: int = 1) -> None:
        """Wait until the bot has opened its socket for the *times*-th time."""
        await self.until(lambda: self.connections >= times and self.sockets)

    # What people do -----------------------------------------------------------------------------------

    def says(self, channel: str, text: str, *, thread: Post | None = None, user: str = USER) -> Post:
        """Put a post of *user* into *channel*, without telling the bot."""
        post = Post(channel, self._ts(), user, text, thread_ts=(thread.thread_ts or thread.ts) if thread else None)
        self.posts.append(post)
        return post

    def delete(self, post: Post) -> None:
        """Delete *post*; where it has replies, these stay below a note that it was deleted."""
        self.posts.remove(post)
        self._deleted.add(post.ts)

    def _replies(self, thread_ts: str | None, but: Post) -> list[Post]:
        return [post for post in self.posts if post.thread_ts == thread_ts and post is not but]

    async def mention(self, channel: str, text: str, *, thread: Post | None = None, **more: Any) -> Post:
        """Post a mention of the bot and deliver it; *more* goes into the event."""
        post = self.says(channel, f"<@{BOT_USER}> {text}".strip(), thread=thread)
        await self.deliver(event_of(post, "app_mention", **more))
        return post

    async def write(self, text: str, *, channel: str = "D1", **more: Any) -> Post:
        """Send the bot a direct message."""
        post = self.says(channel, text)
        await self.deliver(event_of(post, "message", **{"channel_type": "im", **more}))
        return post

    async def press(self, post: Post, label: str, *, user: str = USER, team: str = TEAM) -> None:
        """Press the button of *post* that begins with *label*."""
        button = next(one for one in buttons(post) if one["text"]["text"].startswith(label))
        await self._act(post, button, user=user, team=team)

    async def choose(self, post: Post, label: str, *, user: str = USER, team: str = TEAM) -> None:
        """Choose the option of a menu of *post* that begins with *label*."""
        for menu in menus(post):
            for option in menu["options"]:
                if option["text"]["text"].startswith(label):
                    chosen = {"type": "static_select", "action_id": menu["action_id"], "selected_option": option}
                    await self._act(post, chosen, user=user, team=team)
                    return
        raise LookupError(f"there is no {label}")

    async def shortcut(self, post: Post, callback_id: str, *, user: str = USER, **more: Any) -> None:
        """Choose the message shortcut *callback_id* on *post*; *more* goes into the message."""
        payload = {
            "type": "message_action",
            "callback_id": callback_id,
            "trigger_id": f"{next(self._ids)}.1",
            "team": {"id": TEAM, "domain": "newsroom"},
            "user": {"id": user, "name": "reporter", "team_id": TEAM},
            "channel": {"id": post.channel, "name": "newsroom"},
            "message_ts": post.ts,
            "message": {"type": "message", "user": post.user, "ts": post.ts, "text": post.text, **more}
            | ({"thread_ts": post.thread_ts} if post.thread_ts else {}),
            "response_url": self._new_hook(post, user),
        }
        await self.deliver(payload, kind="interactive")

    async def command(self, name: str, text: str, *, channel: str = "C1", user: str = USER) -> Post:
        """Type a slash command, and return a stand-in for the line in which it was typed."""
        typed = Post(channel, "", user, "")
        payload = {
            "command": name,
            "text": text,
            "team_id": TEAM,
            "channel_id": channel,
            "user_id": user,
            "trigger_id": f"{next(self._ids)}.1",
            "response_url": self._new_hook(typed, user),
            "api_app_id": "A1",
        }
        await self.deliver(payload, kind="slash_commands")
        return typed

    async def open_home(self, *, user: str = USER, tab: str = "home") -> None:
        """Open the app's own page."""
        event = {"type": "app_home_opened", "user": user, "channel": "D1", "tab": tab, "event_ts": self._ts()}
        await self.deliver(wrapped(event))

    async def choose_in_dialogue(self, action_id: str, label: str, *, user: str = USER) -> None:
        """Choose in the open dialogue what begins with *label*."""
        view = self.dialogue
        assert view is not None, "no dialogue is open"
        for block in view["blocks"]:
            if block.get("element", {}).get("action_id") == action_id:
                option = next(one for one in options_of(block["element"]) if one["text"]["text"].startswith(label))
                action = {"type": "static_select", "action_id": action_id, "selected_option": option}
                view["state"]["values"].setdefault(block["block_id"], {})[action_id] = action
                if block.get("dispatch_action"):
                    await self._deliver_action({**action, "block_id": block["block_id"]}, user, view=view)
                return
        raise LookupError(f"there is no {action_id}")

    async def submit(self, *, user: str = USER) -> None:
        """Submit the open dialogue."""
        view = self.dialogue
        assert view is not None, "no dialogue is open"
        assert view.get("submit"), "it has nothing to submit"
        self.dialogue = None
        payload = {"type": "view_submission", "team": {"id": TEAM}, "user": {"id": user, "team_id": TEAM}, "view": view}
        await self.deliver({**payload, "trigger_id": f"{next(self._ids)}.1"}, kind="interactive")

    async def _deliver_action(self, action: Mapping[str, Any], user: str, **more: Any) -> None:
        payload = {
            "type": "block_actions",
            "team": {"id": TEAM, "domain": "newsroom"},
            "user": {"id": user, "username": "reporter", "name": "reporter", "team_id": TEAM},
            "api_app_id": "A1",
            "trigger_id": f"{next(self._ids)}.1",
            "actions": [{**action, "action_ts": self._ts()}],
            **more,
        }
        await self.deliver(payload, kind="interactive")

    def _new_hook(self, post: Post | None, user: str) -> str:
        hook = f"hook{next(self._ids)}"
        self._hooks[hook] = (post, user)
        return f"http://{self.base}/hooks/{hook}"

    async def _act(self, post: Post, element: Mapping[str, Any], *, user: str, team: str) -> None:
        hook = f"hook{next(self._ids)}"
        self._hooks[hook] = (post, user)
        container = {"type": "message", "message_ts": post.ts, "channel_id": post.channel}
        payload = {
            "type": "block_actions",
            "team": {"id": team, "domain": "newsroom"},
            "user": {"id": user, "username": "reporter", "name": "reporter", "team_id": team},
            "api_app_id": "A1",
            "trigger_id": f"{next(self._ids)}.1",
            "channel": {"id": post.channel, "name": "newsroom"},
            "container": {**container, "is_ephemeral": bool(post.only_for), "thread_ts": post.thread_ts},
            "response_url": f"http://{self.base}/hooks/{hook}",
            "actions": [{**element, "block_id": "b1", "action_ts": self._ts()}],
        }
        if not post.only_for:  # Slack does not keep what only one user sees
            payload["message"] = {
                "type": "message",
                "user": post.user,
                "ts": post.ts,
                "thread_ts": post.thread_ts,
                "text": post.text,
                "blocks": post.blocks,
            }
        await self.deliver(payload, kind="interactive")

    # What people see ----------------------------------------------------------------------------------

    def thread(self, parent: Post, *, user: str = USER) -> list[Post]:
        """Return the replies to *parent* that *user* sees, oldest first."""
        return [post for post in self.posts if post.thread_ts == parent.ts and post.only_for in (None, user)]

    def answers(self, parent: Post) -> list[str]:
        """Return the ``text`` of every reply that everybody sees."""
        return [post.text for post in self.thread(parent) if not post.only_for]

    # Delivery to the bot ------------------------------------------------------------------------------

    async def deliver(self, payload: Mapping[str, Any], *, kind: str = "events_api", retry: int = 0) -> int:
        """Bring *payload* to the bot, by Socket Mode or HTTP, and return the status of its answer."""
        if self.request_url:
            return await self._call(payload, kind=kind, retry=retry)
        envelope = f"envelope{next(self._ids)}"
        done = self._acknowledged[envelope] = asyncio.get_running_loop().create_future()
        message = {"envelope_id": envelope, "type": kind, "payload": payload, "accepts_response_payload": False}
        if kind == "events_api":
            message |= {"retry_attempt": retry, "retry_reason": "timeout" if retry else ""}
        await self.sockets[-1].send_json(message)
        try:
            await asyncio.wait_for(done, ACKNOWLEDGE)
        except TimeoutError:
            self.violations.append(f"{kind} was not acknowledged within {ACKNOWLEDGE:g} seconds")
            return 504
        return 200

    async def _call(self, payload: Mapping[str, Any], *, kind: str, retry: int) -> int:
        form = kind in ("interactive", "slash_commands")
        fields = {"payload": json.dumps(payload)} if kind == "interactive" else payload
        body = urlencode(fields) if form else json.dumps(payload)
        headers = signed(body)
        headers["Content-Type"] = "application/x-www-form-urlencoded" if form else "application/json"
        if retry:
            headers |= {"X-Slack-Retry-Num": str(retry), "X-Slack-Retry-Reason": "http_timeout"}
        return await self.send(body, headers)

    async def send(self, body: str, headers: Mapping[str, str]) -> int:
        """POST *body* to the bot as it is, and return the status of its answer."""
        assert self.request_url is not None
        timeout = aiohttp.ClientTimeout(total=ACKNOWLEDGE)
        async with (
            aiohttp.ClientSession(timeout=timeout) as session,
            session.post(self.request_url, data=body.encode(), headers=headers) as answer,
        ):
            return answer.status

    async def refresh(self) -> None:
        """Ask the bot to open a new connection, as Slack does every few hours."""
        await self.sockets[-1].send_json({"type": "disconnect", "reason": "refresh_requested", "debug_info": {}})

    async def _socket(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse(autoping=False)
        await socket.prepare(request)
        if not self.is_silent:
            await socket.send_json({"type": "hello", "num_connections": 1, "connection_info": {"app_id": "A1"}})
        self.sockets.append(socket)
        self.connections += 1
        await self._changed()
        async for message in socket:
            if message.type is aiohttp.WSMsgType.PING and not self.is_silent:
                await socket.pong(message.data)
            if message.type is aiohttp.WSMsgType.TEXT and message.data.startswith("{"):
                done = self._acknowledged.pop(json.loads(message.data).get("envelope_id"), None)
                if done and not done.done():
                    done.set_result(None)
        if socket in self.sockets:
            self.sockets.remove(socket)
        return socket

    # Web API ------------------------------------------------------------------------------------------

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
        _rewrite(post, arguments)
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
            _rewrite(post, arguments)
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


def event_of(post: Post, kind: str, *, event_id: str | None = None, **more: Any) -> dict[str, Any]:
    """Return what Slack delivers for *post*; *more* goes into the event itself."""
    event = {
        "type": kind,
        "user": post.user,
        "text": post.text,
        "ts": post.ts,
        "event_ts": post.ts,
        "channel": post.channel,
        "team": TEAM,
        **({"thread_ts": post.thread_ts} if post.thread_ts else {}),
        **more,
    }
    return wrapped(event, event_id=event_id or f"Ev{kind}{post.ts}")


def wrapped(event: Mapping[str, Any], *, event_id: str = "Ev1") -> dict[str, Any]:
    """Return an event as Slack delivers it."""
    return {
        "token": "verification",
        "team_id": TEAM,
        "api_app_id": "A1",
        "event": dict(event),
        "type": "event_callback",
        "event_id": event_id,
        "event_time": 1773820000,
        "authorizations": [{"team_id": TEAM, "user_id": BOT_USER, "is_bot": True, "is_enterprise_install": False}],
        "is_ext_shared_channel": False,
    }


def signed(body: str, *, secret: str = SIGNING_SECRET, at: float | None = None) -> dict[str, str]:
    """Return the headers by which Slack proves that *body* is its own, sent *at* a time in Unix seconds."""
    timestamp = str(int(at or time.time()))
    mac = hmac.new(secret.encode(), f"v0:{timestamp}:{body}".encode(), hashlib.sha256)
    return {"X-Slack-Request-Timestamp": timestamp, "X-Slack-Signature": f"v0={mac.hexdigest()}"}


def buttons(post: Post) -> list[dict[str, Any]]:
    """Return the buttons under *post*."""
    return [element for element in _pressable(post) if element["type"] == "button"]


def menus(post: Post) -> list[dict[str, Any]]:
    """Return the menus under *post*."""
    return [element for element in _pressable(post) if element["type"] == "static_select"]


def options_of(element: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return what can be chosen from a menu."""
    groups = element.get("option_groups") or [{"options": element.get("options", [])}]
    return [option for group in groups for option in group["options"]]


def _pressable(post: Post) -> list[dict[str, Any]]:
    return [element for block in post.blocks if block["type"] == "actions" for element in block["elements"]]


def _rewrite(post: Post, arguments: Mapping[str, Any]) -> None:
    """Text without blocks takes the old blocks away, as Slack does it."""
    post.text, post.blocks = arguments["text"], arguments.get("blocks") or []
    post.edits += 1


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
