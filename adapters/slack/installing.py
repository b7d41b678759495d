"""How a workspace installs the app by itself: Slack's OAuth pages, and what we answer to who comes back from there."""

from __future__ import annotations

import html
import logging
import secrets
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web
from itsdangerous import BadSignature, URLSafeTimedSerializer
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.async_app import AsyncApp
from slack_bolt.error import BoltError
from slack_bolt.oauth.async_callback_options import AsyncCallbackOptions, AsyncFailureArgs, AsyncSuccessArgs
from slack_bolt.oauth.async_oauth_flow import AsyncOAuthFlow
from slack_bolt.oauth.async_oauth_settings import AsyncOAuthSettings
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.oauth.installation_store import Installation
from slack_sdk.oauth.state_store.async_state_store import AsyncOAuthStateStore
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.workspaces import ManyWorkspaces
from bot.catalogue import _, accepted, language, mark, speaking
from bot.errors import BotError

log = logging.getLogger(__name__)

INSTALL, DONE = "/slack/install", "/slack/oauth_redirect"
"""Where an installation begins, and where Slack sends people back to. docs/slack-manifest.yaml has the second."""

SCOPES = (
    "app_mentions:read",
    "chat:write",
    "im:history",
    "reactions:write",
    "commands",
    "files:read",
    "files:write",
    "users:read",
)
"""What we ask a workspace for: what docs/slack-manifest.yaml has, with what each is for. A test compares the two."""

STATE_SECONDS = 600
"""For how long somebody may look at Slack's page; Bolt's cookie lasts as long."""

FAILED = {
    "access_denied": mark("Nothing was installed: it was not allowed on Slack's page."),
    "invalid_browser": mark("This browser did not begin the installation, or more than ten minutes ago."),
    "invalid_state": mark("This browser did not begin the installation, or more than ten minutes ago."),
    "missing_code": mark("Slack did not say who installs the app."),
    "invalid_code": mark("Slack did not confirm the installation."),
}


@dataclass(frozen=True, slots=True)
class OAuth:
    """As which app we let workspaces install us."""

    client_id: str
    client_secret: str = field(repr=False)
    tokens_key: str = field(repr=False)  # encrypts what is stored; several are separated by commas
    url: str = "https://slack.com"  # where people allow it


class SignedStates(AsyncOAuthStateStore):
    """Stores nothing: what Slack hands back is signed; any process may take it. Bolt's cookie ties it to a browser."""

    def __init__(self, secret: str) -> None:
        self._signer = URLSafeTimedSerializer(secret, salt="nutgraf.slack.install")

    async def async_issue(self, *args: Any, **kwargs: Any) -> str:
        """Return what nobody else could."""
        return str(self._signer.dumps(secrets.token_urlsafe(16)))

    async def async_consume(self, state: str) -> bool:
        """Tell whether it is ours, and not too old."""
        try:
            self._signer.loads(state, max_age=STATE_SECONDS)
        except BadSignature:
            return False
        return True


class Installing(AsyncOAuthFlow):
    """Bolt's way through Slack's pages, with our store behind it."""

    def __init__(self, oauth: OAuth, client: AsyncWebClient, workspaces: ManyWorkspaces) -> None:
        super().__init__(
            client=client,
            settings=AsyncOAuthSettings(
                client_id=oauth.client_id,
                client_secret=oauth.client_secret,
                scopes=SCOPES,
                user_scopes=(),
                install_path=INSTALL,
                redirect_uri_path=DONE,
                install_page_rendering_enabled=False,
                authorization_url=f"{oauth.url.rstrip('/')}/oauth/v2/authorize",
                state_store=SignedStates(oauth.client_secret),
                state_expiration_seconds=STATE_SECONDS,
                callback_options=AsyncCallbackOptions(success=_succeeded, failure=_failed),
            ),
        )
        self._workspaces = workspaces

    async def store_installation(self, request: AsyncBoltRequest, installation: Installation) -> None:
        """Keep it; what Bolt shows to whoever installs is the words of its own error."""
        try:
            await self._workspaces.keep(installation)
        except BotError as error:
            raise BoltError(str(error)) from error

    def add_routes(self, pages: web.Application) -> None:
        """Serve both pages."""
        pages.router.add_get(INSTALL, self._begin)
        pages.router.add_get(DONE, self._end)

    async def _begin(self, request: web.Request) -> web.Response:
        return await to_aiohttp_response(await self.handle_installation(await to_bolt_request(request)))

    async def _end(self, request: web.Request) -> web.Response:
        return await to_aiohttp_response(await self.handle_callback(await to_bolt_request(request)))


def hear_of_uninstalling(app: AsyncApp, workspaces: ManyWorkspaces) -> None:
    """Have tokens forgotten that a workspace has taken back."""

    @app.event("app_uninstalled")
    async def uninstalled(body: dict[str, Any]) -> None:
        await workspaces.remove(_whose(body), body["event_time"])

    @app.event("tokens_revoked")
    async def revoked(event: dict[str, Any], body: dict[str, Any]) -> None:
        tokens = event.get("tokens")
        if isinstance(tokens, dict) and tokens.get("bot"):
            await workspaces.remove(_whose(body), body["event_time"])


def _whose(body: dict[str, Any]) -> str:
    """Return the id of the team, or of the organisation, that an event about an installation is of."""
    told = {**body, **next(iter(body.get("authorizations") or []), {})}
    return str(told["enterprise_id"] if told.get("is_enterprise_install") else body["team_id"])


async def _succeeded(args: AsyncSuccessArgs) -> BoltResponse:
    log.info("installed in Slack workspace %s by %s", args.installation.team_id, args.installation.user_id)
    with speaking(*_wishes(args)):
        team = args.installation.team_name or args.installation.enterprise_name or _("your workspace")
        words = _(
            "Nutgraf is installed in {team}. Invite it to a channel (/invite @nutgraf) and mention it with a link.",
            team=team,
        )
        return _page(200, words, args)


async def _failed(args: AsyncFailureArgs) -> BoltResponse:
    log.warning("not installed: %s", args.reason)
    with speaking(*_wishes(args)):
        words = str(args.error.__cause__ or args.error) if args.error else _failure(args.reason)
        return _page(args.suggested_status_code, " ".join([words, _("You can begin again.")]), args, again=True)


def _wishes(args: AsyncSuccessArgs | AsyncFailureArgs) -> list[str]:
    return accepted(",".join(args.request.headers.get("accept-language", [])))


def _failure(reason: str) -> str:
    if reason in FAILED:
        return _(FAILED[reason])
    return _("Slack did not install the app: {reason}.", reason=reason)


def _page(status: int, words: str, args: AsyncSuccessArgs | AsyncFailureArgs, *, again: bool = False) -> BoltResponse:
    install = html.escape(_("Install Nutgraf in Slack"))
    link = f'<p><a href="{INSTALL}">{install}</a></p>' if again else ""
    head = f'<!doctype html><html lang="{language()}"><meta charset="utf-8"><title>Nutgraf</title>'
    return BoltResponse(
        status=status,
        body=f"{head}<p>{html.escape(words)}</p>{link}",
        headers={
            "Content-Type": "text/html; charset=utf-8",
            "Content-Security-Policy": "default-src 'none'",
            "Set-Cookie": args.settings.state_utils.build_set_cookie_for_deletion(),
        },
    )
