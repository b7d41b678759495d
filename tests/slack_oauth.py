"""A Slack in which several workspaces can install the app: its OAuth pages, tokens for each, and tokens that end."""

from __future__ import annotations

import asyncio
import base64
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import parse_qs, urlsplit

import aiohttp

from adapters.slack.app import SlackConfig, open_slack
from adapters.slack.installing import OAuth
from bot.models import Ask, Wanted
from tests.fakes import QuickDesk
from tests.slack_newsroom import STORY, free_port
from tests.slack_standin import SlackStandIn
from tests.slack_things import APP_TOKEN, BOT_USER, SIGNING_SECRET, Fault, Post, event_of

CLIENT_ID, CLIENT_SECRET = "1.1", "stand-in-client-secret"


class SlackOfMany(SlackStandIn):
    """Gives a token to each team that installs the app, and takes it back."""

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.tokens: dict[str, str] = {}  # whose each one is
        self.used: list[tuple[str, str]] = []  # method and token
        self.lasts: int | None = None  # seconds for which tokens hold; None: for ever
        self._codes: dict[str, dict[str, Any]] = {}
        self._refreshes: dict[str, str] = {}

    def allow(self, team: str | None, *, user: str = "U1") -> str:
        """Let *user* allow the app in *team* (None: in a whole organisation), and return the code for the app."""
        code = f"code{next(self._ids)}"
        self._codes[code] = {"team": {"id": team, "name": f"Newsroom {team}"} if team else None, "user": user}
        return code

    async def install(self, site: str, team: str | None) -> tuple[int, str]:
        """Install the app in *team*, as a browser does that begins at *site*; return the last page."""
        async with aiohttp.ClientSession() as browser:
            async with browser.get(f"{site}/slack/install", allow_redirects=False) as begun:
                asked = parse_qs(urlsplit(begun.headers["Location"]).query)
                # Over plain http no cookie jar returns a cookie that is marked as secure.
                cookie = begun.headers["Set-Cookie"].partition(";")[0]
            where = {"code": self.allow(team), "state": asked["state"][0]}
            return await come_back(site, where, cookie)

    def revoke(self, team: str) -> None:
        """Take back the tokens of *team*, without a word."""
        self.tokens = {token: whose for token, whose in self.tokens.items() if whose != team}

    def _answer(self, method: str, fault: Fault, arguments: dict[str, Any], token: str) -> dict[str, Any]:
        if method == "oauth.v2.access" and not fault.error:
            return self._exchange(arguments, token)
        token = arguments.get("token") or token
        self.used.append((method, token))
        if token.startswith("xoxb-") and token not in self.tokens and not fault.error:
            return {"ok": False, "error": "token_revoked"}
        return super()._answer(method, fault, arguments, token)

    def is_token(self, method: str, token: str) -> bool:
        """Take what a team was given."""
        return token in self.tokens or super().is_token(method, token)

    def _exchange(self, arguments: dict[str, Any], authorization: str) -> dict[str, Any]:
        app = base64.b64encode(f"{CLIENT_ID}:{CLIENT_SECRET}".encode()).decode()
        if authorization != f"Basic {app}":
            return {"ok": False, "error": "bad_client_secret"}
        if arguments.get("grant_type") == "refresh_token":
            team = self._refreshes.pop(arguments["refresh_token"], None)
            return self._given(team) if team else {"ok": False, "error": "invalid_refresh_token"}
        allowed = self._codes.pop(arguments["code"], None)
        if allowed is None:
            return {"ok": False, "error": "invalid_code"}
        given = self._given((allowed["team"] or {}).get("id", ""))
        more = {"is_enterprise_install": True, "enterprise": {"id": "E1"}} if allowed["team"] is None else {}
        return {**given, "team": allowed["team"], "authed_user": {"id": allowed["user"]}, **more}

    def _given(self, team: str) -> dict[str, Any]:
        token = f"xoxb-{team}-{next(self._ids)}"
        self.tokens[token] = team
        given = {"ok": True, "app_id": "A1", "token_type": "bot", "access_token": token, "bot_user_id": BOT_USER}
        if self.lasts is not None:
            given |= {"refresh_token": f"xoxe-{next(self._ids)}", "expires_in": self.lasts}
            self._refreshes[str(given["refresh_token"])] = team
        return given


async def come_back(site: str, where: dict[str, str], cookie: str) -> tuple[int, str]:
    """Open the page that Slack sends people back to; return status and text."""
    async with (
        aiohttp.ClientSession() as browser,
        browser.get(f"{site}/slack/oauth_redirect", params=where, headers={"Cookie": cookie}) as page,
    ):
        return page.status, await page.text()


KEY = "a key of thirty-two characters or more"


@asynccontextmanager
async def running(desk: QuickDesk, slack: SlackOfMany, mode: str = "http", *, key: str = KEY) -> AsyncIterator[str]:
    """Run the bot for whoever installs it, its worker included, and tell where its pages are."""
    site = f"http://127.0.0.1:{free_port()}"
    config = SlackConfig(
        oauth=OAuth(CLIENT_ID, CLIENT_SECRET, key, f"http://{slack.base}"),
        app_token=APP_TOKEN if mode == "socket" else None,
        signing_secret=SIGNING_SECRET,
        api_url=slack.api_url,
        http_port=int(site.rpartition(":")[2]),
    )
    slack.request_url = f"{site}/slack/events" if mode == "http" else None
    async with open_slack(desk, config) as courier:
        worker = asyncio.create_task(desk.work({"slack": courier}))
        try:
            if mode == "socket":
                await slack.connected()
            yield site
        finally:
            worker.cancel()
            await asyncio.wait([worker])


async def mention(slack: SlackOfMany, team: str, channel: str) -> Post:
    """Mention the bot in a channel of *team*."""
    post = slack.says(channel, f"<@{BOT_USER}> {STORY}")
    authorizations = [{"team_id": team, "user_id": BOT_USER, "is_bot": True, "is_enterprise_install": False}]
    payload = event_of(post, "app_mention") | {"team_id": team, "authorizations": authorizations}
    await slack.deliver(payload)
    return post


async def deliver_word(slack: SlackOfMany, team: str, event: dict[str, Any], *, at: float | None = None) -> None:
    """Deliver that *team* took something back *at* that time (Unix seconds; None: a moment from now)."""
    payload = event_of(slack.says("C1", ""), str(event["type"]))
    await slack.deliver(payload | {"team_id": team, "event": event, "event_time": int(at or time.time() + 1)})


def tokens_of(slack: SlackOfMany, team: str) -> set[str]:
    """Return the tokens of *team* that messages were written by."""
    return {token for method, token in slack.used if method.startswith("chat.") and slack.tokens.get(token) == team}


def asked_in(team: str) -> Ask:
    """Return a request of somebody in *team*."""
    place = {"channel": "C1", "ts": "1.1", "thread_ts": "1.1"}
    return Ask(f"slack:{team}", "slack", "C1:1.1", "U1", place, (Wanted(link="https://post.example/harbour"),))
