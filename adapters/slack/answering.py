"""Carries out follow-ups for somebody in Slack, in his language, and shows what came of it."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any

from slack_bolt.async_app import AsyncBoltContext, AsyncRespond
from slack_sdk.errors import SlackApiError

from adapters.slack.blocks import Message
from adapters.slack.people import Facts, People
from adapters.slack.places import Place, place_in
from adapters.slack.render import render_problem
from adapters.slack.replies import post, reason_told, render_answer, whisper
from bot.answers import Answer, Listing, Told
from bot.catalogue import speaking
from bot.commands import Compare, FollowUp, Search, Show, understand
from bot.desk import Desk
from bot.errors import BotError, NotAllowedByPlatform, NothingToRead
from bot.models import Person, storable

log = logging.getLogger(__name__)


@dataclass
class Answering:
    """Does what a person asks of stored briefs."""

    desk: Desk
    people: People = field(default_factory=People)

    @asynccontextmanager
    async def in_language_of(self, user: str, context: AsyncBoltContext) -> AsyncIterator[Facts]:
        """Speak, within, what *user* reads, and tell what is known of him."""
        facts = await self.people.facts(context.client, context.team_id, user)
        with speaking(facts.locale):
            yield facts

    async def person(self, place: Place, context: AsyncBoltContext) -> Person:
        """Return who acts at *place*."""
        facts = await self.people.facts(context.client, context.team_id, place.user)
        workspace = f"slack:{context.team_id}"
        return Person(workspace, place.user, place.thread, place.channel, facts.locale, facts.trusted)

    async def answer(
        self,
        asked: FollowUp,
        place: Place,
        context: AsyncBoltContext,
        *,
        private: bool,
        respond: AsyncRespond | None = None,
    ) -> None:
        """Carry out what was *asked* and answer in the thread, or by *respond* in place of what was pressed."""
        person = await self.person(place, context)
        with speaking(person.locale):
            try:
                for answer in await self.desk.carry_out(asked, person):
                    shown = render_answer(answer, asked)
                    if respond and isinstance(shown, Message):
                        await respond(**privately(shown, replace=bool(place.thread_ts)))
                    else:
                        await post(context.client, place, shown, private=private or isinstance(answer, Told))
            except BotError as error:
                problem = render_problem(str(error))
                if respond:
                    await respond(**privately(problem, replace=bool(place.thread_ts)))
                else:
                    await whisper(context.client, place, problem)

    async def turn_to(self, value: str, body: dict[str, Any], respond: AsyncRespond, context: AsyncBoltContext) -> None:
        """Show what *value*, which a button carries, names: which list, page, brief and speaker."""
        which, number, *rest = storable(value).split(" ")
        place = place_in(body)
        alone = bool((body.get("container") or {}).get("is_ephemeral"))
        person = await self.person(place, context)
        with speaking(person.locale):
            try:
                asked, speaker = _asked_again(which, rest)
                answers = await self.desk.carry_out(asked, person)
                shown = render_answer(_only(answers[0], speaker), asked, int(number))
            except BotError as error:
                shown, alone = render_problem(str(error)), True
        if isinstance(shown, Message):
            kind = "ephemeral" if alone else "in_channel"
            told = await respond(text=shown.text, blocks=shown.blocks, response_type=kind, replace_original=True)
            if told.status_code != 200:
                log.warning("Slack did not take page %s of %s: HTTP %s", number, which, told.status_code)


def _asked_again(which: str, rest: Sequence[str]) -> tuple[FollowUp, str | None]:
    """Return what a page is of, and whose quotes alone it has, from what a button carries."""
    if which == "compare":
        return Compare(), None
    if which == "search":
        asked = understand(f"search {' '.join(rest)}", max_links=0)
        if isinstance(asked, Search):
            return asked, None
        raise NothingToRead
    return Show(which, brief=rest[0]), rest[1] if len(rest) > 1 else None  # type: ignore[arg-type]


def _only(answer: Answer, speaker: str | None) -> Answer:
    return replace(answer, speaker=speaker) if isinstance(answer, Listing) else answer


def privately(message: Message, *, replace: bool = False) -> dict[str, Any]:
    """Return what answers a button or command so that one person alone sees it."""
    return {
        "text": message.text,
        "blocks": message.blocks,
        "response_type": "ephemeral",
        "replace_original": replace,
    }


def refused(error: SlackApiError) -> str:
    """Return what to tell whoever asked for what Slack does not let us do."""
    return str(NotAllowedByPlatform("Slack", reason_told(str(error.response.get("error")))))
