"""The connection to Slack, by Socket Mode or by HTTP."""

from __future__ import annotations

import logging
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import aiohttp
from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.http_retry.builtin_async_handlers import (
    AsyncConnectionErrorRetryHandler,
    AsyncRateLimitErrorRetryHandler,
    AsyncServerErrorRetryHandler,
)
from slack_sdk.oauth.token_rotation.async_rotator import AsyncTokenRotator
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.answering import Answering
from adapters.slack.courier import Silence, SlackCourier
from adapters.slack.installing import Installing, OAuth, hear_of_uninstalling
from adapters.slack.listeners import Listeners
from adapters.slack.pulse import Pulse
from adapters.slack.seal import Seal
from adapters.slack.workspaces import ManyWorkspaces, OneWorkspace, Workspaces
from bot.catalogue import Words
from bot.courier import PageLink
from bot.desk import Desk
from bot.errors import SettingsError

log = logging.getLogger(__name__)

EVENTS_PATH = "/slack/events"


@dataclass(frozen=True, slots=True)
class SlackConfig:
    """How to reach Slack, and how Slack reaches us: by Socket Mode where there is an app token, else by HTTP."""

    bot_token: str = field(default="", repr=False)
    oauth: OAuth | None = None  # then each workspace that installs the app has a token of its own
    app_token: str | None = field(default=None, repr=False)
    signing_secret: str | None = field(default=None, repr=False)
    api_url: str = "https://slack.com/api/"
    ping_seconds: float = 10.0  # between two of our pings in Socket Mode: slack-bolt's own default
    http_host: str = "127.0.0.1"
    http_port: int = 3000
    max_links: int = 10
    max_bytes: int = 20_000_000  # of a shared file
    settings: tuple[Words, ...] = ()  # what is told of them on the app's own page
    page_link: PageLink | None = None


@asynccontextmanager
async def open_slack(desk: Desk, config: SlackConfig) -> AsyncIterator[SlackCourier]:
    """Take requests from Slack while open, and offer what carries the answers back.

    Raises:
        SettingsError: Slack does not accept a token, cannot be reached, or the port is not free.
    """
    if not (config.app_token or config.signing_secret):
        raise SettingsError(
            "Slack needs SLACK_APP_TOKEN (for Socket Mode) or SLACK_SIGNING_SECRET (to be called by HTTP)."
        )
    workspaces = await _workspaces(desk, config)
    app = slack_app(desk, config, workspaces)
    pages = web.Application()
    if isinstance(workspaces, ManyWorkspaces) and config.oauth:
        hear_of_uninstalling(app, workspaces)
        Installing(config.oauth, app.client, workspaces).add_routes(pages)
    async with AsyncExitStack() as stack:
        silence: Silence = _none_to_lose
        if config.app_token:
            silence = await stack.enter_async_context(_socket(app, config))
        else:
            pages.router.add_post(EVENTS_PATH, _events(app))
        if config.oauth or not config.app_token:
            await stack.enter_async_context(_serving(pages, config))
        yield SlackCourier(workspaces.client, silence, config.page_link)


def slack_courier(desk: Desk, config: SlackConfig) -> SlackCourier:
    """Return what carries answers to Slack, for a process that takes no requests from it."""
    workspaces = _many(desk, config, config.oauth) if config.oauth else OneWorkspace(_client(config, config.bot_token))
    return SlackCourier(workspaces.client, _none_to_lose, config.page_link)


async def _workspaces(desk: Desk, config: SlackConfig) -> Workspaces:
    if config.oauth:
        return _many(desk, config, config.oauth)
    client = _client(config, config.bot_token)
    identity = await _check("SLACK_BOT_TOKEN", config.api_url, client.auth_test())
    signed_in = AuthorizeResult.from_auth_test_response(auth_test_response=identity, bot_token=config.bot_token)
    return OneWorkspace(client, signed_in)


def _many(desk: Desk, config: SlackConfig, oauth: OAuth) -> ManyWorkspaces:
    rotator = AsyncTokenRotator(
        client_id=oauth.client_id, client_secret=oauth.client_secret, client=_client(config, None)
    )
    return ManyWorkspaces(desk.archive.installations, Seal(oauth.tokens_key), rotator, partial(_client, config))


def slack_app(desk: Desk, config: SlackConfig, workspaces: Workspaces) -> AsyncApp:
    """Return the app with all that it answers to."""

    async def authorize(team_id: str | None, enterprise_id: str | None) -> Any:
        """Tell as whom an event is heard. What cannot be told for now raises, so that Slack delivers it again."""
        return await workspaces.identity(team_id or enterprise_id or "", enterprise_id)

    app = _App(
        client=_client(config, None),
        # Ours, and not what Bolt makes of SLACK_CLIENT_ID where that is in the environment for the evidence page.
        authorize=authorize,
        signing_secret=config.signing_secret or "",
        # A post is acknowledged when it is on disk: what a crash interrupts before, Slack sends again.
        process_before_response=True,
    )
    # At INFO this logger prints the whole body of a request that is not signed properly.
    logging.getLogger("slack_bolt.RequestVerification").setLevel(logging.WARNING)

    Listeners(
        Answering(desk),
        config.api_url,
        config.max_links,
        config.max_bytes,
        config.settings,
        config.page_link,
    ).register(app)
    return app


class _App(AsyncApp):
    """Bolt's, which knows the workspace of an event also where a whole organisation has installed the app."""

    async def async_dispatch(self, req: AsyncBoltRequest) -> BoltResponse:
        """Answer *req*; Slack's authorization of an organisation names no team, what is around it does."""
        if req.context.team_id is None and req.body.get("team_id"):
            req.context["team_id"] = req.body["team_id"]
        return await super().async_dispatch(req)


def _client(config: SlackConfig, token: str | None) -> AsyncWebClient:
    """Return what calls Slack by *token*."""
    return AsyncWebClient(
        token=token,
        base_url=config.api_url.rstrip("/") + "/",
        retry_handlers=[
            AsyncConnectionErrorRetryHandler(max_retry_count=1),
            AsyncServerErrorRetryHandler(max_retry_count=2),
            AsyncRateLimitErrorRetryHandler(max_retry_count=5),
        ],
    )


@asynccontextmanager
async def _socket(app: AsyncApp, config: SlackConfig) -> AsyncIterator[Silence]:
    token = config.app_token or ""
    opened = await _check("SLACK_APP_TOKEN", config.api_url, app.client.apps_connections_open(app_token=token))
    handler = AsyncSocketModeHandler(app, token, ping_interval=config.ping_seconds)
    handler.client.wss_uri = opened["url"]  # else the handler asks again, and for ever where the token is wrong
    pulse = Pulse(handler.client)
    try:
        await handler.connect_async()  # type: ignore[no-untyped-call]
        yield pulse.silence
    finally:
        await handler.close_async()  # type: ignore[no-untyped-call]


@asynccontextmanager
async def _serving(pages: web.Application, config: SlackConfig) -> AsyncIterator[None]:
    runner = web.AppRunner(pages, access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, config.http_host, config.http_port).start()
    except OSError as error:
        await runner.cleanup()
        where = f"{config.http_host}:{config.http_port}"
        raise SettingsError(
            f"Cannot listen for Slack on {where}: {os.strerror(error.errno or 0)}. Choose another SLACK_HTTP_PORT."
        ) from error
    try:
        yield
    finally:
        await runner.cleanup()


def _events(app: AsyncApp) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def take(request: web.Request) -> web.Response:
        return await to_aiohttp_response(await app.async_dispatch(await to_bolt_request(request)))

    return take


async def _none_to_lose() -> float:
    """Return 0: Slack calls us, so there is no connection that could fall silent."""
    return 0.0


async def _check(setting: str, api_url: str, call: Any) -> Any:
    """Await a first *call*; whoever sets the bot up learns which setting is wrong."""
    try:
        return await call
    except SlackApiError as error:
        raise SettingsError(
            f"Slack does not accept {setting} ({error.response.get('error')}). Copy it again from the app's page; "
            "docs/slack.md says where it stands there."
        ) from error
    except (TimeoutError, SlackClientError, aiohttp.ClientError) as error:
        raise SettingsError(
            f"Slack cannot be reached at {api_url} ({error}). Check the connection, a proxy between, and SLACK_API_URL."
        ) from error
