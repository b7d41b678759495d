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
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlencode

import aiohttp
from aiohttp import web

from tests.slack_things import BOT_USER, TEAM, USER, Post, buttons, event_of, menus, options_of, signed, wrapped
from tests.slack_web_api import SlackWebApi

PATIENCE = 15.0
"""Seconds that a test waits for something to be seen before it fails."""

ACKNOWLEDGE = 3.0
"""Seconds in which Slack wants an answer to what it delivers."""


class SlackStandIn(SlackWebApi):
    """One workspace, with the bot installed."""

    def __init__(self, specs: Path, *, request_url: str | None = None) -> None:
        super().__init__(specs)
        self.request_url = request_url  # where HTTP mode is called; None: Socket Mode
        self.sockets: list[web.WebSocketResponse] = []
        self.connections = 0  # sockets ever opened
        self.is_silent = False  # whether sockets stay open while nothing comes over them
        self._acknowledged: dict[str, asyncio.Future[None]] = {}

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
