"""Made-up payloads of Slack and Discord, delivered to the real slack-bolt and discord.py as we set them up.

A desk with a real archive takes what is asked; nobody answers. What the libraries send goes to a server on loopback
that says yes to everything. Whatever is logged as an error is a failure: both libraries log what a listener raises.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from functools import cache
from itertools import count
from typing import Any

from aiohttp import web
from discord.user import ClientUser
from discord.webhook.async_ import AsyncWebhookAdapter, async_context
from hypothesis import strategies as st
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_sdk.web.async_client import AsyncWebClient

from adapters.discord.buttons import ITEMS
from adapters.discord.client import NutgrafClient
from adapters.slack.app import SlackConfig, slack_app
from adapters.slack.inbound import is_from_person, plain_text
from adapters.slack.listeners import COMMAND
from adapters.slack.pages import TURN_BACK, TURN_ON, WHOSE
from adapters.slack.render import DELETE, MORE, RETRY, SHOW
from adapters.slack.workspaces import OneWorkspace
from bot.archive.archive import open_archive
from bot.models import Ask, Wanted
from bot.wording import LISTS
from tests.discord_things import ADA, APPLICATION, BOT, GUILD, NEWSROOM, Channel, Message, member
from tests.fakes import QuickDesk, a_brief
from tests.fuzz.material import MESSAGES, shaped
from tests.slack_standin import BOT_ID, BOT_USER, TEAM

SLACK = shaped(
    "type text blocks elements url user_id range unicode subtype bot_id thread_ts channel_type files name".split(),
    "rich_text rich_text_section rich_text_list text link user broadcast emoji 1f600 d800 zz file_share im".split(),
)
EVENTS, TURNS = ("app_mention", "message"), (TURN_BACK, TURN_ON)
HEARD = st.tuples(
    st.sampled_from(
        [*EVENTS, COMMAND, *TURNS, *(SHOW + which for which in LISTS), MORE, DELETE, RETRY, WHOSE, "other"]
    ),
    MESSAGES,
    st.integers(),
    SLACK,
)
"""What Slack delivers: an event or a slash command with its words, or a press with the page that it asks for; and what
else is in it."""

BUTTONS = st.builds(
    ":".join,
    st.lists(
        st.one_of(st.sampled_from(["brief", "open", "turn", *LISTS, "0" * 32, "1", "9999", ""]), st.text(max_size=9)),
        max_size=6,
    ),
)
DISCORD = st.tuples(st.sampled_from(["command", "button"]), MESSAGES, BUTTONS)
"""A command with its words, or a press with its id."""

YES = {"ok": True, "ts": "1.1", "channel": "C1", "interaction": {"id": "1", "type": 2}}


class Yes(AsyncWebhookAdapter):
    """Answers interactions instead of Discord."""

    async def request(self, *args: Any, **kwargs: Any) -> Any:
        """Say yes."""
        return YES | Message("1", NEWSROOM, APPLICATION).json()


class Errors(logging.Handler):
    """Keeps what is logged as an error."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.records: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep *record*."""
        self.records.append(record)


class Newsroom:
    """Both chats with one desk, in an event loop of their own."""

    def __init__(self) -> None:
        self.loop = asyncio.Runner()
        self.errors = Errors()
        logging.getLogger().addHandler(self.errors)
        self.numbers = count(1)
        self.loop.run(self._open())

    async def _open(self) -> None:
        self.stack = AsyncExitStack()  # closed by nobody: it goes with the process
        desk = QuickDesk(await self.stack.enter_async_context(open_archive("sqlite+aiosqlite://")))
        asked = await desk.archive.requests.accept(Ask("slack:T1", "slack", "0", "U1", {}, (Wanted(text="x"),)))
        assert asked
        self.brief = await desk.archive.briefs.keep("slack:T1", asked.items[0].id, a_brief())
        runner = web.AppRunner(_agreeing(), access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        api = f"http://127.0.0.1:{runner.addresses[0][1]}/"
        self.hook = f"{api}hook"
        client = AsyncWebClient(token="xoxb-1", base_url=api)
        identity = AuthorizeResult.from_auth_test_response(auth_test_response=await client.auth_test())
        workspaces = OneWorkspace(client, identity)
        self.slack = slack_app(desk, SlackConfig(signing_secret="s", api_url=api), workspaces)
        self.discord = await self.stack.enter_async_context(NutgrafClient(desk, 10))
        self.discord._connection.application_id = int(APPLICATION)
        self.discord._connection.user = ClientUser(state=self.discord._connection, data=BOT)  # type: ignore[arg-type]
        self.discord.add_dynamic_items(*ITEMS)

    def hear(self, deliver: Callable[[], Awaitable[None]]) -> None:
        """Deliver something and let everything that it begins come to its end; raises where an error was logged."""
        self.errors.records.clear()
        self.loop.run(_settled(deliver))
        for record in self.errors.records:
            raise AssertionError(record.getMessage()) from (record.exc_info[1] if record.exc_info else None)


def _agreeing() -> web.Application:
    async def agree(request: web.Request) -> web.Response:
        told = {"user_id": BOT_USER, "bot_id": BOT_ID, "team_id": TEAM, "upload_url": str(request.url), "file_id": "F1"}
        return web.json_response(YES | told | {"files": [{"id": "F1"}]})

    app = web.Application()
    app.router.add_route("*", "/{tail:.*}", agree)
    return app


async def _settled(deliver: Callable[[], Awaitable[None]]) -> None:
    before = asyncio.all_tasks()
    await deliver()
    while begun := asyncio.all_tasks() - before:
        await asyncio.wait(begun)


@cache
def newsroom() -> Newsroom:
    """Return the one newsroom."""
    return Newsroom()


def slack_words(event: Any) -> None:
    """The words of any message can be read."""
    if isinstance(event, dict):
        is_from_person(event)
    assert isinstance(plain_text(event if isinstance(event, dict) else {"blocks": event}, BOT_USER), str)


def slack_hears(made_up: tuple[str, str, int, Any]) -> None:
    """A mention, a direct message and a press are acknowledged, whatever is in them."""
    kind, words, page, more = made_up
    here = newsroom()
    number = next(here.numbers)
    event = {"user": "U1", "text": words, "ts": f"{number}.1", "channel": "C1"} | (
        more if isinstance(more, dict) else {"blocks": more}
    )
    if kind in EVENTS:
        body = _event(event | {"type": kind})
    elif kind == COMMAND:
        body = {"command": kind, "text": words, "team_id": TEAM, "user_id": "U1", "channel_id": "C1"}
        body |= {"response_url": here.hook, "trigger_id": "1.1"}
    else:
        body = _press(here, event, kind, page, words)

    async def deliver() -> None:
        answer = await here.slack.async_dispatch(AsyncBoltRequest(body=body, mode="socket_mode"))
        assert answer.status != 500, f"HTTP {answer.status}: {answer.body}"

    here.hear(deliver)


def _event(event: dict[str, Any]) -> dict[str, Any]:
    people = [{"team_id": TEAM, "user_id": BOT_USER, "is_bot": True, "is_enterprise_install": False}]
    return {"team_id": TEAM, "type": "event_callback", "event": event, "authorizations": people}


def _press(here: Newsroom, event: dict[str, Any], action: str, page: int, words: str) -> dict[str, Any]:
    brief = here.brief if page % 2 else "".join(words.split())
    value = f"quotes {page} {brief}" if action in TURNS else brief
    verb = ("correct", "delete", "heard", "export")[page % 4]
    chosen = f"{verb} {brief} csv" if action == MORE else f"{brief} s{page}"
    return {
        "type": "block_actions",
        "team": {"id": TEAM},
        "user": {"id": "U1", "team_id": TEAM},
        "channel": {"id": "C1"},
        "container": {"type": "message", "message_ts": "1.1", "channel_id": "C1"},
        "message": event,
        "response_url": here.hook,
        "trigger_id": "1.1",
        "actions": [
            {
                "type": "button",
                "block_id": "b",
                "action_id": action,
                "value": value,
                "selected_option": {"value": chosen},
            }
        ],
    }


def discord_hears(made_up: tuple[str, str, str]) -> None:
    """A command and a press are answered, whatever is in them."""
    kind, words, press = made_up
    here = newsroom()
    interaction = {
        "id": str(next(here.numbers)),
        "application_id": APPLICATION,
        "token": "token",
        "version": 1,
        "channel": Channel(NEWSROOM, "newsroom").json(),
        "channel_id": NEWSROOM,
        "guild_id": GUILD,
        "member": member(ADA),
        "app_permissions": "0",
        "locale": "en-GB",
        "entitlements": [],
        "authorizing_integration_owners": {},
        "context": 0,
        "attachment_size_limit": 10_485_760,
    }
    if kind == "command":
        option = {"name": "links", "type": 3, "value": words}
        interaction |= {"type": 2, "data": {"id": "1", "name": "brief", "type": 1, "options": [option]}}
    else:
        button = {"type": 2, "style": 2, "label": "?", "custom_id": press}
        shown = Message("1", NEWSROOM, APPLICATION, components=[{"type": 1, "components": [button]}]).json()
        interaction |= {"type": 3, "data": {"custom_id": press, "component_type": 2}, "message": shown}

    async def deliver() -> None:
        async_context.set(Yes())
        here.discord._connection.parse_interaction_create(json.loads(json.dumps(interaction)))

    here.hear(deliver)
