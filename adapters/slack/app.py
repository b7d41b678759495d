"""Slack events and buttons ↔ Desk calls, by Socket Mode or by HTTP."""

from __future__ import annotations

import logging
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from aiohttp import web
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncBoltContext, AsyncRespond
from slack_bolt.middleware.authorization.async_single_team_authorization import AsyncSingleTeamAuthorization
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.http_retry.builtin_async_handlers import (
    AsyncConnectionErrorRetryHandler,
    AsyncRateLimitErrorRetryHandler,
    AsyncServerErrorRetryHandler,
)
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from adapters.slack.blocks import Message
from adapters.slack.courier import Connected, SlackCourier
from adapters.slack.inbound import is_from_person, plain_text
from adapters.slack.pages import TURN_BACK, TURN_ON, render_page
from adapters.slack.render import SHOW, render_problem
from bot.desk import Desk
from bot.errors import BotError, SettingsError
from bot.jobs import PageLink
from bot.models import Ask, List
from bot.wanted import find_wanted
from bot.wording import LISTS

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
    """Answer mentions, direct messages and buttons."""
    app = AsyncApp(
        token=config.bot_token,
        signing_secret=config.signing_secret or "",
        # A post is acknowledged when it is on disk: what a crash interrupts before, Slack sends again.
        process_before_response=True,
    )
    # At INFO this logger prints the whole body of a request that is not signed properly.
    logging.getLogger("slack_bolt.RequestVerification").setLevel(logging.WARNING)
    _set_up(app.client, config)

    async def accept(event: dict[str, Any], context: AsyncBoltContext) -> None:
        wanted = find_wanted(plain_text(event, context.bot_user_id), max_links=config.max_links)
        place = {"channel": event["channel"], "ts": event["ts"], "thread_ts": event.get("thread_ts") or event["ts"]}
        await desk.accept(
            Ask(
                workspace=f"slack:{context.team_id}",
                adapter="slack",
                # The post and not the delivery: it may come as a mention and as a message, and again by a retry.
                key=f"{event['channel']}:{event['ts']}",
                asker=event["user"],
                place=place,
                wanted=wanted,
            )
        )

    @app.event("app_mention")
    async def mentioned(event: dict[str, Any], context: AsyncBoltContext) -> None:
        if is_from_person(event):
            await accept(event, context)

    @app.event("message")
    async def written(event: dict[str, Any], context: AsyncBoltContext) -> None:
        if event.get("channel_type") == "im" and is_from_person(event):
            await accept(event, context)

    async def show(action: dict[str, Any], body: dict[str, Any], context: AsyncBoltContext) -> None:
        which = action["action_id"].removeprefix(SHOW)
        page = await _page(desk, context, which, 1, action["value"])
        await _show(app.client, body, page)

    async def turn(action: dict[str, Any], respond: AsyncRespond, context: AsyncBoltContext) -> None:
        which, number, brief_id = action["value"].split(" ")
        page = await _page(desk, context, which, int(number), brief_id)
        answer = await respond(text=page.text, blocks=page.blocks, response_type="ephemeral", replace_original=True)
        if answer.status_code != 200:
            log.warning("Slack did not take page %s of %s: HTTP %s", number, which, answer.status_code)

    app.action(re.compile(f"^{SHOW}({'|'.join(LISTS)})$"))(ack=_acknowledge, lazy=[show])
    app.action(re.compile(f"^({TURN_BACK}|{TURN_ON})$"))(ack=_acknowledge, lazy=[turn])
    return app


def _set_up(client: AsyncWebClient, config: SlackConfig) -> None:
    client.base_url = config.api_url.rstrip("/") + "/"
    client.retry_handlers = [
        AsyncConnectionErrorRetryHandler(max_retry_count=1),
        AsyncServerErrorRetryHandler(max_retry_count=2),
        AsyncRateLimitErrorRetryHandler(max_retry_count=5),
    ]


async def _acknowledge(ack: AsyncAck) -> None:
    await ack()


async def _page(desk: Desk, context: AsyncBoltContext, which: List, number: int, brief_id: str) -> Message:
    try:
        brief = await desk.recall(f"slack:{context.team_id}", brief_id)
    except BotError as error:
        return render_problem(str(error))
    return render_page(brief, brief_id, which, number)


async def _show(client: AsyncWebClient, body: dict[str, Any], page: Message) -> None:
    """Show *page* to whoever pressed the button, beside the message that has it."""
    message, container = body.get("message") or {}, body.get("container") or {}
    try:
        await client.chat_postEphemeral(
            channel=body["channel"]["id"],
            user=body["user"]["id"],
            thread_ts=message.get("thread_ts") or container.get("thread_ts"),
            text=page.text,
            blocks=page.blocks,
            parse="none",
        )
    except (TimeoutError, SlackClientError, aiohttp.ClientError) as error:
        log.warning("a page was not shown in %s: %s", body["channel"]["id"], error)


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
