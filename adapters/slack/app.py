"""The connection to Slack, by Socket Mode or by HTTP."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from aiohttp import web
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_bolt.middleware.authorization.async_single_team_authorization import AsyncSingleTeamAuthorization
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.http_retry.builtin_async_handlers import (
    AsyncConnectionErrorRetryHandler,
    AsyncRateLimitErrorRetryHandler,
    AsyncServerErrorRetryHandler,
)
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from adapters.slack.courier import Connected, SlackCourier
from adapters.slack.listeners import Listeners
from bot.desk import Desk
from bot.errors import SettingsError
from bot.jobs import PageLink

log = logging.getLogger(__name__)

EVENTS_PATH = "/slack/events"


@dataclass(frozen=True, slots=True)
class SlackConfig:
    """How to reach Slack, and how Slack reaches us: by Socket Mode where there is an app token, else by HTTP."""

    bot_token: str = field(repr=False)
    app_token: str | None = field(default=None, repr=False)
    signing_secret: str | None = field(default=None, repr=False)
    api_url: str = "https://slack.com/api/"
    http_host: str = "127.0.0.1"
    http_port: int = 3000
    max_links: int = 10
    max_bytes: int = 20_000_000  # of a shared file
    settings: tuple[str, ...] = ()  # what is told of them on the app's own page
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
    app = slack_app(desk, config)
    _sign_in(app, await _check("SLACK_BOT_TOKEN", config.api_url, app.client.auth_test()))
    connected = _socket if config.app_token else _http
    async with connected(app, config) as is_connected:
        yield SlackCourier(app.client, is_connected, config.page_link)


def slack_courier(config: SlackConfig) -> SlackCourier:
    """Return what carries answers to Slack, for a process that takes no requests from it."""
    client = AsyncWebClient(token=config.bot_token)
    _set_up(client, config)
    return SlackCourier(client, _listening, config.page_link)


def slack_app(desk: Desk, config: SlackConfig) -> AsyncApp:
    """Return the app with all that it answers to."""
    app = AsyncApp(
        token=config.bot_token,
        signing_secret=config.signing_secret or "",
        # A post is acknowledged when it is on disk: what a crash interrupts before, Slack sends again.
        process_before_response=True,
    )
    # At INFO this logger prints the whole body of a request that is not signed properly.
    logging.getLogger("slack_bolt.RequestVerification").setLevel(logging.WARNING)
    _set_up(app.client, config)

    Listeners(
        desk,
        config.api_url,
        config.max_links,
        config.max_bytes,
        config.settings,
        config.page_link,
    ).register(app)
    return app


def _set_up(client: AsyncWebClient, config: SlackConfig) -> None:
    client.base_url = config.api_url.rstrip("/") + "/"
    client.retry_handlers = [
        AsyncConnectionErrorRetryHandler(max_retry_count=1),
        AsyncServerErrorRetryHandler(max_retry_count=2),
        AsyncRateLimitErrorRetryHandler(max_retry_count=5),
    ]


@asynccontextmanager
async def _socket(app: AsyncApp, config: SlackConfig) -> AsyncIterator[Connected]:
    token = config.app_token or ""
    opened = await _check("SLACK_APP_TOKEN", config.api_url, app.client.apps_connections_open(app_token=token))
    handler = AsyncSocketModeHandler(app, token)
    handler.client.wss_uri = opened["url"]  # else the handler asks again, and for ever where the token is wrong
    try:
        await handler.connect_async()  # type: ignore[no-untyped-call]
        yield handler.client.is_connected  # which counts a socket as lost whose pings are not answered
    finally:
        await handler.close_async()  # type: ignore[no-untyped-call]


@asynccontextmanager
async def _http(app: AsyncApp, config: SlackConfig) -> AsyncIterator[Connected]:
    runner = web.AppRunner(app.web_app(EVENTS_PATH), access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, config.http_host, config.http_port).start()
    except OSError as error:
        await runner.cleanup()
        where = f"{config.http_host}:{config.http_port}"
        raise SettingsError(f"Cannot listen for Slack on {where}: {error.strerror or error}.") from error
    try:
        yield _listening
    finally:
        await runner.cleanup()


async def _listening() -> bool:
    """Tell that Slack can call us: nothing is connected that could be lost."""
    return True


def _sign_in(app: AsyncApp, identity: AsyncSlackResponse) -> None:
    """Give Bolt the answer of auth.test that it would else ask for with the first event.

    Were Slack's API down just then, Bolt would acknowledge that event without anybody hearing of it.
    """
    for middleware in app._async_middleware_list:
        if isinstance(middleware, AsyncSingleTeamAuthorization):
            middleware.auth_test_result = identity


async def _check(setting: str, api_url: str, call: Any) -> Any:
    """Await a first *call*; whoever sets the bot up learns which setting is wrong."""
    try:
        return await call
    except SlackApiError as error:
        raise SettingsError(f"Slack does not accept {setting}: {error.response.get('error')}.") from error
    except (TimeoutError, SlackClientError, aiohttp.ClientError) as error:
        raise SettingsError(f"Slack cannot be reached at {api_url}: {error}.") from error
