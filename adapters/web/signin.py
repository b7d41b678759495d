"""Signing in by Slack or Discord: who somebody is, and which workspaces' pages may be seen therefore."""

from __future__ import annotations

import logging
import re
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from urllib.parse import urlencode

import httpx2
from authlib.integrations.base_client import OAuthError
from authlib.integrations.httpx_client import AsyncOAuth2Client
from joserfc.errors import JoseError
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from adapters.web.access import Access
from adapters.web.providers import Provider, Unclear
from adapters.web.render import render_page
from bot.archive.archive import Archive
from bot.errors import NotConfirmed

log = logging.getLogger(__name__)

COOKIE = "nutgraf-signin"
"""What a browser keeps while it is with Slack or Discord."""

PATIENCE = httpx2.Timeout(10)
"""Seconds that Slack or Discord may take to answer. A guess. (Authlib stands on httpx2.)"""

OURS = re.compile(r"/(?![/\\])[\w/.?=&%-]*")
"""Where somebody may be sent afterwards: to our own pages alone."""

NOT_HERE = "Nobody there has asked Nutgraf for a story yet, or Nutgraf is not installed there."
OTHER_BROWSER = "Begin here again, in one browser: what it kept for signing in is not there, or too old."


@dataclass(frozen=True, slots=True)
class Pending:
    """What a browser that was sent to a provider must come back with."""

    provider: str
    state: str  # against answers that somebody else asked for (RFC 6749, 10.12)
    nonce: str  # the same for an id token (OpenID Connect Core, 15.5.2)
    verifier: str  # against codes that somebody else took (PKCE, RFC 7636)
    then: str


class SignIn:
    """Sends browsers to a provider, and gives those who come back a session."""

    def __init__(self, providers: Mapping[str, Provider], access: Access, archive: Archive, address: str) -> None:
        self._providers = dict(providers)
        self._access = access
        self._archive = archive
        self._address = address.rstrip("/")

    def routes(self) -> list[Route]:
        """Return where it answers."""
        return [
            Route("/signin/{provider}", self.begin),
            Route("/signin/{provider}/done", self.finish),
            Route("/enter", self.enter),
        ]

    def offers(self, then: str) -> list[tuple[str, str]]:
        """Return the name of each provider, and the address that signs in by it and then leads to *then*."""
        asked = urlencode({"then": then})
        return [(one.name, f"/signin/{provider}?{asked}") for provider, one in self._providers.items()]

    async def begin(self, request: Request) -> Response:
        """Send the browser to the provider."""
        name = request.path_params["provider"]
        provider = self._providers.get(name)
        if provider is None:
            return _told("Nothing here", "There is nothing at this address.", 404)
        then = request.query_params.get("then", "/")
        token = secrets.token_urlsafe
        pending = Pending(name, token(24), token(24), token(48), then if OURS.fullmatch(then) else "/")
        async with self._client(name, provider) as client:
            told = {"nonce": pending.nonce} if provider.is_openid else {}
            address, _ = client.create_authorization_url(
                provider.authorize_url, state=pending.state, code_verifier=pending.verifier, **told
            )
        answer = RedirectResponse(address, 303)
        self._access.give(answer, COOKIE, self._access.pending_token(asdict(pending)), self._access.pending_seconds)
        return answer

    async def finish(self, request: Request) -> Response:
        """Take what the provider says of who came back."""
        told = self._access.pending(request.cookies.get(COOKIE, ""))
        pending = Pending(**told) if told else None
        name, state = request.path_params["provider"], request.query_params.get("state", "")
        if (
            not pending
            or pending.provider != name
            or not secrets.compare_digest(state.encode(), pending.state.encode())
        ):
            return _told("You are not signed in", OTHER_BROWSER, 403)
        provider = self._providers[name]
        try:
            async with self._client(name, provider) as client:
                code = request.query_params.get("code", "")  # none where the person said no
                token = await client.fetch_token(provider.token_url, code=code, code_verifier=pending.verifier)
                member = await provider.member(client, token, pending.nonce)
        except (httpx2.HTTPError, OAuthError, JoseError, Unclear, ValueError) as error:
            log.warning("signing in by %s: %s", name, type(error).__name__)  # its words may hold what was sent
            return _told("You are not signed in", str(NotConfirmed(provider.name)), 403)
        known = [one for one in member.workspaces if await self._archive.requests.has_asked(one.id)]
        answer = self._welcome(member.user, [(one.id, one.name) for one in known], pending.then)
        answer.delete_cookie(COOKIE)
        return answer

    async def enter(self, request: Request) -> Response:
        """Open the one workspace that somebody of several chose."""
        chosen = self._access.choice(request.query_params.get("t", ""))
        if chosen is None:
            return _told("You are not signed in", OTHER_BROWSER, 403)
        then = request.query_params.get("then", "/")
        return self._signed_in(*chosen, then if OURS.fullmatch(then) else "/")

    def _welcome(self, user: str, known: list[tuple[str, str]], then: str) -> Response:
        if not known:
            return _told("There is nothing for you yet", NOT_HERE, 403)
        if len(known) == 1:
            return self._signed_in(known[0][0], user, then)
        choices = [
            (name, f"/enter?{urlencode({'t': self._access.choice_token(workspace, user), 'then': then})}")
            for workspace, name in known
        ]
        return HTMLResponse(render_page("choose.html", choices=choices))

    def _signed_in(self, workspace: str, user: str, then: str) -> Response:
        answer = RedirectResponse(then, 303)
        self._access.open_session(answer, workspace, user)
        return answer

    def _client(self, name: str, provider: Provider) -> AsyncOAuth2Client:
        """Return a client of our own: this goes to the provider that was configured, never where a page leads."""
        return AsyncOAuth2Client(
            provider.client_id,
            provider.client_secret,
            scope=provider.scope,
            redirect_uri=f"{self._address}/signin/{name}/done",
            code_challenge_method="S256",
            token_endpoint_auth_method="client_secret_post",  # noqa: S106 - the method's name
            timeout=PATIENCE,
            trust_env=False,
        )


def _is_same(kept: str, brought: str) -> bool:
    return secrets.compare_digest(kept.encode(), brought.encode())


def _told(title: str, words: str, status: int) -> Response:
    return HTMLResponse(render_page("message.html", title=title, lines=[words]), status)
