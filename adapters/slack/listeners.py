"""What people write in Slack ↔ Desk calls: mentions, direct messages, the shortcut and the command; the home page."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncBoltContext, AsyncRespond
from slack_sdk.errors import SlackApiError

from adapters.slack.answering import Answering, privately, refused
from adapters.slack.buttons import Buttons
from adapters.slack.home import MOST, render_home
from adapters.slack.inbound import files_in, is_from_person, plain_text
from adapters.slack.places import CHANNELS, Place, mentions, place_of
from adapters.slack.render import render_problem
from adapters.slack.replies import whisper
from adapters.slack.shared_files import fetch_shared
from bot.catalogue import Words, _
from bot.commands import Command, Read, understand
from bot.courier import PageLink
from bot.errors import ArchiveUnavailable, BotError, NothingToRead
from bot.models import Ask, Wanted, storable

log = logging.getLogger(__name__)

READ_LINKS, COMMAND = "read_links", "/nutgraf"
"""The message shortcut and the slash command, as docs/slack-manifest.yaml names them."""


@dataclass
class Listeners:
    """What is registered with Bolt. Whoever waits for an article has it stored before Slack hears that we have it."""

    answers: Answering
    api_url: str
    max_links: int
    max_bytes: int
    settings: tuple[Words, ...] = ()
    page_link: PageLink | None = None

    def register(self, app: AsyncApp) -> None:
        """Have *app* call us."""
        app.event("app_mention")(ack=self.accept_mention, lazy=[self.follow_up_mention])
        app.event("message")(ack=self.accept_message, lazy=[self.follow_up_message, self.overhear])
        app.event("app_home_opened")(ack=_acknowledge_event, lazy=[self.show_home])
        app.shortcut(READ_LINKS)(ack=_acknowledge, lazy=[self.read_message])
        app.command(COMMAND)(ack=_acknowledge, lazy=[self.carry_out_command])
        Buttons(self.answers).register(app)

    # In words ---------------------------------------------------------------------------------------------

    async def accept_mention(self, event: dict[str, Any], context: AsyncBoltContext) -> None:
        """Store what is to be read."""
        if is_from_person(event):
            await self._accept(event, context)

    async def accept_message(self, event: dict[str, Any], context: AsyncBoltContext) -> None:
        """Store what a direct message wants read; other messages are none of ours."""
        if event.get("channel_type") == "im" and is_from_person(event):
            await self._accept(event, context)

    async def follow_up_mention(self, event: dict[str, Any], context: AsyncBoltContext) -> None:
        """Do what is asked of the briefs in a thread."""
        if is_from_person(event):
            await self._follow_up(event, context)

    async def follow_up_message(self, event: dict[str, Any], context: AsyncBoltContext) -> None:
        """The same in direct messages."""
        if event.get("channel_type") == "im" and is_from_person(event):
            await self._follow_up(event, context)

    async def _accept(self, event: Mapping[str, Any], context: AsyncBoltContext) -> None:
        if not isinstance(self._understood(event, context), Read) and not files_in(event):
            return
        key = f"{event['channel']}:{event['ts']}"  # and not the delivery: it may come as a mention and as a message
        await self._read(event, context, key=key, place=place_of(event))

    async def _read(self, message: Mapping[str, Any], context: AsyncBoltContext, *, key: str, place: Place) -> None:
        """Store what *message* wants read; what cannot be stored for a reason, its reader is told."""
        async with self.answers.in_language_of(place.user, context) as facts:
            shared = await fetch_shared(
                files_in(message),
                context.bot_token or "",
                api_url=self.api_url,
                max_bytes=self.max_bytes,
                most=self.max_links,
            )
            understood = self._understood(message, context)
            wanted = (*shared, *(understood.wanted if isinstance(understood, Read) else ()))
            ask = _ask(message, wanted, context, key=key, place=place, locale=facts.locale)
            try:
                await self.answers.desk.accept(ask)
            except ArchiveUnavailable:
                raise  # Slack delivers it again
            except BotError as error:
                await whisper(context.client, place, render_problem(str(error)))

    async def overhear(self, event: dict[str, Any], context: AsyncBoltContext) -> None:
        """Read the links that are posted in a watched channel; a post that mentions us comes as a mention as well."""
        if (
            event.get("channel_type") not in CHANNELS
            or not is_from_person(event)
            or mentions(event, context.bot_user_id)
        ):
            return
        place = place_of(event)
        if not await self.answers.desk.archive.channels.is_watched(f"slack:{context.team_id}", place.channel):
            return
        async with self.answers.in_language_of(place.user, context) as facts:
            asked = self._understood(event, context)
            if isinstance(asked, Read):
                key = f"{event['channel']}:{event['ts']}"
                ask = _ask(event, asked.wanted, context, key=key, place=place, locale=facts.locale)
                await self.answers.desk.overhear(ask)

    async def _follow_up(self, event: Mapping[str, Any], context: AsyncBoltContext) -> None:
        asked = self._understood(event, context)
        if isinstance(asked, Read) or files_in(event):
            return
        if not await self.answers.desk.archive.deliveries.take(
            f"slack:{context.team_id}", storable(f"{event['channel']}:{event['ts']}")
        ):
            return  # Slack may deliver a message several times, and to several processes
        await self.answers.answer(asked, place_of(event), context, private=False)

    def _understood(self, message: Mapping[str, Any], context: AsyncBoltContext) -> Command:
        return understand(plain_text(message, context.bot_user_id), max_links=self.max_links)

    # By shortcut and command ------------------------------------------------------------------------------

    async def read_message(self, shortcut: dict[str, Any], respond: AsyncRespond, context: AsyncBoltContext) -> None:
        """Read the links, and the files, of the message that somebody has chosen."""
        message = {**shortcut["message"], "channel": shortcut["channel"]["id"]}
        asked = self._understood(message, context)
        place = place_of(message | {"user": shortcut["user"]["id"]})
        async with self.answers.in_language_of(place.user, context):
            if not isinstance(asked, Read) and not files_in(message):
                await respond(**privately(render_problem(str(NothingToRead()))))
                return
            try:
                await context.client.reactions_add(channel=place.channel, timestamp=message["ts"], name="eyes")
            except SlackApiError as error:
                if error.response.get("error") != "already_reacted":
                    await respond(**privately(render_problem(refused(error))))
                    return
        await self._read(message, context, key=f"{place.thread}:{shortcut['trigger_id']}", place=place)

    async def carry_out_command(
        self, command: dict[str, Any], respond: AsyncRespond, context: AsyncBoltContext
    ) -> None:
        """Do what stands behind the slash command; what it reads gets a thread of its own."""
        asked = self._understood(command, context)
        place = Place(command["channel_id"], "", command["user_id"])
        if not isinstance(asked, Read):
            await self.answers.answer(asked, place, context, private=True, respond=respond)
            return
        async with self.answers.in_language_of(place.user, context):
            said = _("{person} asks me to read:", person=f"<@{place.user}>")
            try:
                begun = await context.client.chat_postMessage(
                    channel=place.channel, text=said, unfurl_links=False, unfurl_media=False
                )
            except SlackApiError as error:
                await respond(**privately(render_problem(refused(error))))
                return
        message = {"text": command.get("text") or "", "ts": begun["ts"]}
        opened = place._replace(thread_ts=str(begun["ts"]))
        await self._read(message, context, key=opened.thread, place=opened)

    # The app's own page -----------------------------------------------------------------------------------

    async def show_home(self, event: dict[str, Any], context: AsyncBoltContext) -> None:
        """Show what the app can do, and what this person had read."""
        if event.get("tab", "home") != "home":
            return
        workspace = f"slack:{context.team_id}"
        recent = []
        try:
            for brief_id in await self.answers.desk.archive.threads.recent(workspace, event["user"], limit=MOST):
                page = self.page_link(workspace, brief_id) if self.page_link else None
                recent.append((brief_id, await self.answers.desk.recall(workspace, brief_id), page))
        except BotError as error:
            log.warning("the home page of %s lacks briefs: %s", event["user"], error)
        async with self.answers.in_language_of(event["user"], context):
            view = render_home(recent, self.settings)
        try:
            await context.client.views_publish(user_id=event["user"], view=view)
        except SlackApiError as error:  # the tab is off in the app's settings, or its reader has left
            log.warning("the home page of %s was not shown: %s", event["user"], error.response.get("error"))


async def _acknowledge(ack: AsyncAck) -> None:
    await ack()


async def _acknowledge_event() -> None:
    """Events are acknowledged when this returns."""


def _ask(
    message: Mapping[str, Any],
    wanted: tuple[Wanted, ...],
    context: AsyncBoltContext,
    *,
    key: str,
    place: Place,
    locale: str,
) -> Ask:
    return Ask(
        workspace=f"slack:{context.team_id}",
        adapter="slack",
        key=key,
        asker=place.user,
        place={"channel": place.channel, "ts": str(message["ts"]), "thread_ts": place.thread_ts},
        wanted=wanted,
        thread=place.thread,
        channel=place.channel,
        locale=locale,
    )
