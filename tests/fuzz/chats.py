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
from adapters.discord.correcting import WrongMenu, WrongTurn
from adapters.slack.app import SlackConfig, slack_app
from adapters.slack.inbound import is_from_person, plain_text
from adapters.slack.listeners import COMMAND
from adapters.slack.pages import TURN_BACK, TURN_ON, WHOSE
from adapters.slack.render import DELETE, MORE, RETRY, SHOW
from adapters.slack.workspaces import OneWorkspace
from bot.archive.archive import open_archive
from bot.corrections import key_of
from bot.models import Ask, Wanted
from bot.wording import LISTS
from tests.discord_things import ADA, APPLICATION, BOT, GUILD, NEWSROOM, Channel, Message, member, person
from tests.fakes import QuickDesk, a_brief
from tests.fuzz.material import MESSAGES, shaped
from tests.slack_things import BOT_ID, BOT_USER, TEAM

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
PRESSED = ("button", "menu", "dialogue")
DISCORD = st.tuples(st.sampled_from(["command", "search", "typing", *PRESSED]), MESSAGES, BUTTONS, st.integers(0, 9))
"""A command with its words, sent or while it is typed, or a press, choice or dialogue with its id; and a number."""

DONE = {"id": "1", "type": 2, "name": "brief", "user": person(ADA)}
YES = {"ok": True, "ts": "1.1", "channel": "C1", "interaction": DONE}


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
        self.desk = desk = QuickDesk(await self.stack.enter_async_context(open_archive("sqlite+aiosqlite://")))
        asked = await desk.archive.requests.accept(Ask("slack:T1", "slack", "0", "U1", {}, (Wanted(text="x"),)))
        assert asked
        self.brief = (await desk.archive.briefs.keep("slack:T1", asked.items[0].id, a_brief())).id
        guild = f"discord:{GUILD}"
        asked = await desk.archive.requests.accept(Ask(guild, "discord", "0", ADA, {}, (Wanted(text="x"),)))
        assert asked
        self.guilds = (await desk.archive.briefs.keep(guild, asked.items[0].id, a_brief())).id
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
        self.discord.add_dynamic_items(*ITEMS, WrongMenu, WrongTurn)

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


def discord_hears(made_up: tuple[str, str, str, int]) -> None:
    """Commands, presses, choices and dialogues are answered, whatever is in them."""
    kind, words, press, number = made_up
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
    if kind in PRESSED:
        interaction |= _pressed(here, kind, words, press, number)
    else:
        name, what, sort = COMMANDS[kind]
        option = {"name": what, "type": 3, "value": words, "focused": True}
        interaction |= {"type": sort, "data": {"id": "1", "name": name, "type": 1, "options": [option]}}

    async def deliver() -> None:
        async_context.set(Yes())
        here.discord._connection.parsers["INTERACTION_CREATE"](json.loads(json.dumps(interaction)))

    here.hear(deliver)


COMMANDS = {"command": ("brief", "links", 2), "search": ("search", "what", 2), "typing": ("quotes", "speaker", 4)}
"""A command, the option that has the words, and the kind of interaction."""


def _pressed(here: Newsroom, kind: str, words: str, press: str, number: int) -> dict[str, Any]:
    """Return a press, a choice or a dialogue: every second one with an id that is ours."""
    ours = (f"wrong:0:{here.guilds}", f"brief:more:{here.guilds}", f"brief:whose:{here.guilds}", "page:1:search")
    refs = ("q1", "c1", "q999", words)
    if kind == "dialogue":
        custom_id = press if number % 2 else f"correct:{refs[number % 3]}:{here.guilds}"
        values = [f"named:{key_of('Tomas Reyl')}", "nobody", "no-claim", words, "named:3"][number % 5 :]
        parts = [
            {"type": 18, "id": 1, "component": {"type": 3, "id": 2, "custom_id": "right", "values": values}},
            {"type": 18, "id": 3, "component": {"type": 4, "id": 4, "custom_id": "name", "value": words[: number * 9]}},
        ]
        return {"type": 5, "data": {"custom_id": custom_id, "components": parts[number % 3 :]}}
    custom_id = press if number % 2 or kind == "button" else ours[number % 4]
    one = {"type": 2, "style": 2, "label": "?", "custom_id": custom_id}
    data: dict[str, Any] = {"custom_id": custom_id, "component_type": 2}
    if kind == "menu":
        one = {"type": 3, "custom_id": custom_id, "options": [{"label": "?", "value": "?"}]}
        data |= {"component_type": 3, "values": [refs[number % 4], words][: 1 + number % 2]}
    shown = Message("1", NEWSROOM, APPLICATION, words, components=[{"type": 1, "components": [one]}]).json()
    return {"type": 3, "data": data, "message": shown}
