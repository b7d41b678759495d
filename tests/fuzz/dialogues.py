"""Made-up dialogues of Slack, and events of organisations that have the app in many workspaces."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from itertools import count
from typing import Any

from hypothesis import strategies as st
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_sdk.oauth.installation_store import Installation
from slack_sdk.oauth.token_rotation.async_rotator import AsyncTokenRotator
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.app import SlackConfig, slack_app
from adapters.slack.correcting import CORRECT, NOT_A_QUOTE, RIGHT, SPEAKER, UNATTRIBUTED, WHAT, WRONG_CLAIM
from adapters.slack.installing import hear_of_uninstalling
from adapters.slack.seal import Seal
from adapters.slack.workspaces import ManyWorkspaces
from tests.fuzz.chats import SLACK, Newsroom, newsroom
from tests.fuzz.material import MESSAGES
from tests.slack_things import BOT_ID, BOT_USER, TEAM

ORGANISATION, MEMBER = "E1", "T7"

SAID = st.one_of(
    st.sampled_from(["", "q1", "q2", "c1", "q999", UNATTRIBUTED, NOT_A_QUOTE, WRONG_CLAIM, f"{SPEAKER} 0", SPEAKER]),
    MESSAGES,
)
NOTES = st.one_of(st.just("ours"), MESSAGES, SLACK)
DIALOGUES = st.tuples(st.booleans(), SAID, SAID, NOTES, st.one_of(st.none(), SLACK))
"""Whether it is sent, or something is chosen in it; what is wrong, what is right; its notes; what else is in it."""

EVENTS = ("app_mention", "message", "tokens_revoked", "app_uninstalled", "app_home_opened")
FROM_ORGANISATIONS = st.tuples(
    st.sampled_from(EVENTS),
    MESSAGES,
    st.sampled_from([MEMBER, "T8", None]),
    st.booleans(),
    st.dictionaries(st.sampled_from(["context_team_id", "is_ext_shared_channel", "authed_users", "tokens"]), SLACK),
)
"""An event, its words, the workspace that it is from, whether the organisation has the app, and what else is told."""


def slack_dialogue(made_up: tuple[bool, str, str, Any, Any]) -> None:
    """A dialogue is acknowledged, whatever was put into it and whatever it carries."""
    sent, what, right, notes, more = made_up
    here = newsroom()
    carried = json.dumps([here.brief, "C1", "1.1", "U1"]) if notes == "ours" else notes
    state = {"values": {"a": {WHAT: _chosen(what)}, "b": {RIGHT: _chosen(right)}}}
    view = {"id": "V1", "hash": "h", "type": "modal", "callback_id": CORRECT, "private_metadata": carried}
    body: dict[str, Any] = {
        "type": "view_submission" if sent else "block_actions",
        "team": {"id": TEAM},
        "user": {"id": "U1", "team_id": TEAM},
        "view": view | {"state": state if more is None else more},
        "trigger_id": "1.1",
    }
    if not sent:
        body["actions"] = [{"type": "static_select", "block_id": "a", "action_id": WHAT, **_chosen(what)}]
    _deliver(here, here.slack, body)


def slack_of_many(made_up: tuple[str, str, str | None, bool, dict[str, Any]]) -> None:
    """Events of an organisation are acknowledged, and none takes away what another installed."""
    kind, words, team, of_all, more = made_up
    here = newsroom()
    app = _of_many(here)
    number = next(NUMBERS)
    event = {"type": kind, "user": "U1", "text": words, "ts": f"{number}.2", "channel": "C1", "tab": "home"}
    authorized = {"enterprise_id": ORGANISATION, "team_id": None if of_all else team, "user_id": BOT_USER}
    body = {
        "type": "event_callback",
        "team_id": team or MEMBER,
        "enterprise_id": ORGANISATION,
        "event": event | {"tokens": more.get("tokens")} if kind == "tokens_revoked" else event,
        "event_time": 0,  # long before it was installed: late word, which takes nothing away
        "authorizations": [authorized | {"is_bot": True, "is_enterprise_install": of_all}],
    }
    _deliver(here, app, {**more, **body})


NUMBERS = count(1)


def _chosen(value: str) -> dict[str, Any]:
    return {"selected_option": {"value": value, "text": {"type": "plain_text", "text": "?"}}}


def _deliver(here: Newsroom, app: Any, body: Mapping[str, Any]) -> None:
    async def deliver() -> None:
        answer = await app.async_dispatch(AsyncBoltRequest(body=dict(body), mode="socket_mode"))
        assert answer.status != 500, f"HTTP {answer.status}: {answer.body}"

    here.hear(deliver)


@cache
def _of_many(here: Newsroom) -> Any:
    """Return the app as an organisation has it, in all of its workspaces."""
    api = here.hook.removesuffix("hook")
    rotator = AsyncTokenRotator(client_id="1.2", client_secret="s", client=AsyncWebClient(base_url=api))
    kept = here.desk.archive.installations
    workspaces = ManyWorkspaces(kept, Seal("k" * 32), rotator, lambda token: AsyncWebClient(token=token, base_url=api))
    installed = Installation(
        user_id="U1",
        enterprise_id=ORGANISATION,
        is_enterprise_install=True,
        bot_token="xoxb-2",
        bot_id=BOT_ID,
        bot_user_id=BOT_USER,
    )
    here.loop.run(workspaces.keep(installed))
    app = slack_app(here.desk, SlackConfig(signing_secret="s", api_url=api), workspaces)
    hear_of_uninstalling(app, workspaces)
    return app
