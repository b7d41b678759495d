"""Slack's and Discord's sign-in on loopback, as they document it: they check what they are sent, and answer."""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlencode

import uvicorn
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

CLIENT, SECRET, ACCESS = "123.456", "client-secret", "access-token"
KEY = RSAKey.generate_key(2048, {"kid": "k1"})
OTHER_KEY = RSAKey.generate_key(2048, {"kid": "k1"})


@dataclass
class SignInStandIn:
    """What it says of whoever signs in, and how tests spoil that."""

    url: str
    slack_claims: dict[str, Any] = field(default_factory=dict)  # over the right ones; None leaves one out
    slack_key: RSAKey = field(default_factory=lambda: KEY)
    discord_user: dict[str, Any] = field(default_factory=lambda: {"id": "77", "username": "quill"})
    guilds: list[dict[str, Any]] = field(default_factory=list)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)  # what was asked for each
    unexpected: list[str] = field(default_factory=list)

    def authorize(self, request: Request) -> Response:
        """Send the browser back with a code, as if somebody had pressed "Allow"."""
        asked = dict(request.query_params)
        for name in ("client_id", "redirect_uri", "state", "scope", "code_challenge"):
            if not asked.get(name):
                self.unexpected.append(f"no {name}")
        if asked.get("response_type") != "code" or asked.get("code_challenge_method") != "S256":
            self.unexpected.append("another flow")
        if "openid" in asked["scope"].split() and not asked.get("nonce"):
            self.unexpected.append("no nonce")
        code = f"code-{len(self.codes)}"
        self.codes[code] = asked
        return RedirectResponse(f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}", 302)

    async def traded(self, request: Request) -> dict[str, str] | None:
        """Return what was asked for the code that is traded for a token, once; None where it may not be."""
        form = dict(parse_qsl((await request.body()).decode()))
        asked = self.codes.pop(form.get("code", ""), None)
        if not asked or (form["client_id"], form["client_secret"]) != (CLIENT, SECRET):
            return None
        if form["grant_type"] != "authorization_code" or form["redirect_uri"] != asked["redirect_uri"]:
            return None
        challenge = create_s256_code_challenge(form.get("code_verifier", ""))
        return asked if challenge == asked["code_challenge"] else None

    async def slack_token(self, request: Request) -> Response:
        """Answer as ``openid.connect.token``: refusals come with 200 as well."""
        asked = await self.traded(request)
        if asked is None:
            return JSONResponse({"ok": False, "error": "invalid_code"})
        now = int(time.time())
        claims = {
            "iss": self.url,
            "aud": CLIENT,
            "sub": "U1",
            "iat": now,
            "exp": now + 300,
            "nonce": asked["nonce"],
            "https://slack.com/team_id": "T1",
            "https://slack.com/user_id": "U1",
        } | self.slack_claims
        told = {name: value for name, value in claims.items() if value is not None}
        signed = jwt.encode({"alg": "RS256", "kid": "k1"}, told, self.slack_key)
        return JSONResponse({"ok": True, "access_token": ACCESS, "token_type": "Bearer", "id_token": signed})

    def slack_keys(self, request: Request) -> Response:
        """Give the public key."""
        return JSONResponse(KeySet([KEY]).as_dict(private=False))

    async def discord_token(self, request: Request) -> Response:
        """Answer as Discord's token endpoint."""
        if await self.traded(request) is None:
            return JSONResponse({"error": "invalid_grant"}, 400)
        return JSONResponse({"access_token": ACCESS, "token_type": "Bearer", "expires_in": 604800, "scope": "identify"})

    def discord_me(self, request: Request) -> Response:
        """Tell who it is."""
        return self._guarded(request, self.discord_user)

    def discord_guilds(self, request: Request) -> Response:
        """Tell in which guilds."""
        return self._guarded(request, self.guilds)

    def _guarded(self, request: Request, told: Any) -> Response:
        allowed = request.headers.get("authorization") == f"Bearer {ACCESS}"
        return JSONResponse(told if allowed else {"message": "401: Unauthorized", "code": 0}, 200 if allowed else 401)


@asynccontextmanager
async def open_signin() -> AsyncIterator[SignInStandIn]:
    """Serve both on a free port."""
    listening = socket.create_server(("127.0.0.1", 0))
    standin = SignInStandIn(f"http://127.0.0.1:{listening.getsockname()[1]}")
    app = Starlette(
        routes=[
            Route("/openid/connect/authorize", standin.authorize),
            Route("/openid/connect/keys", standin.slack_keys),
            Route("/api/openid.connect.token", standin.slack_token, methods=["POST"]),
            Route("/oauth2/authorize", standin.authorize),
            Route("/api/v10/oauth2/token", standin.discord_token, methods=["POST"]),
            Route("/api/v10/users/@me", standin.discord_me),
            Route("/api/v10/users/@me/guilds", standin.discord_guilds),
        ]
    )
    server = uvicorn.Server(uvicorn.Config(app, log_config=None, lifespan="off", timeout_graceful_shutdown=1))
    serving = asyncio.create_task(server._serve([listening]))
    try:
        yield standin
    finally:
        server.should_exit = True
        await serving
        listening.close()
