"""What people do in Slack ↔ Desk calls: mentions, direct messages, shortcuts, commands, buttons, menus, dialogues."""

from __future__ import annotations

import logging
import re
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncBoltContext, AsyncRespond
from slack_sdk.errors import SlackApiError

from adapters.slack.blocks import Message, actions, as_text, button, line, rich_text, text
from adapters.slack.correcting import (
    CORRECT,
    RIGHT,
    WHAT,
    chosen_in,
    read_correction,
    read_metadata,
    render_dialogue,
)
from adapters.slack.home import MOST, render_home
from adapters.slack.inbound import files_in, is_from_person, plain_text
from adapters.slack.pages import TURN_BACK, TURN_ON, WHOSE
from adapters.slack.people import People
from adapters.slack.places import CHANNELS, Place, mentions, place_in, place_of
from adapters.slack.render import DELETE, MORE, RETRY, SHOW, render_problem
from adapters.slack.replies import post, reason_told, render_answer, whisper
from adapters.slack.shared_files import fetch_shared
from bot.answers import Answer, Listing, Told
from bot.catalogue import Words, _, mark, speaking
from bot.commands import Command, Compare, Delete, Export, FollowUp, Read, Retry, Search, Show, understand
from bot.desk import Desk
from bot.errors import ArchiveUnavailable, BotError, NotAllowedByPlatform, NothingToCorrect, NothingToRead
from bot.jobs import PageLink
from bot.models import Ask, Person, Wanted, storable
from bot.wording import LISTS

log = logging.getLogger(__name__)

READ_LINKS, COMMAND = "read_links", "/nutgraf"
"""The message shortcut and the slash command, as docs/slack-manifest.yaml names them."""

REMEMBERED = 1000
"""Follow-ups that are not carried out again when Slack delivers them once more. A guess: some minutes' worth."""

DELETE_FOR_ALL = mark("Delete this brief for everybody?")


@dataclass
class Listeners:
    """What is registered with Bolt. Whoever waits for an article has it stored before Slack hears that we have it."""

    desk: Desk
    api_url: str
    max_links: int
    max_bytes: int
    settings: tuple[Words, ...] = ()
    page_link: PageLink | None = None
    people: People = field(default_factory=People)
    _done: OrderedDict[str, None] = field(default_factory=OrderedDict)

    def register(self, app: AsyncApp) -> None:
        """Have *app* call us."""
        app.event("app_mention")(ack=self.accept_mention, lazy=[self.follow_up_mention])
        app.event("message")(ack=self.accept_message, lazy=[self.follow_up_message, self.overhear])
        app.event("app_home_opened")(ack=_acknowledge_event, lazy=[self.show_home])
        app.shortcut(READ_LINKS)(ack=_acknowledge, lazy=[self.read_message])
        app.command(COMMAND)(ack=_acknowledge, lazy=[self.carry_out_command])
        app.action(re.compile(f"^{SHOW}({'|'.join(LISTS)})$"))(ack=_acknowledge, lazy=[self.show])
        app.action(re.compile(f"^({TURN_BACK}|{TURN_ON})$"))(ack=_acknowledge, lazy=[self.turn])
        app.action(WHOSE)(ack=_acknowledge, lazy=[self.show_speaker])
        app.action(MORE)(ack=_acknowledge, lazy=[self.more])
        app.action(DELETE)(ack=_acknowledge, lazy=[self.delete])
        app.action(RETRY)(ack=_acknowledge, lazy=[self.retry])
        app.action(WHAT)(ack=_acknowledge, lazy=[self.choose])
        app.action(RIGHT)(ack=_acknowledge, lazy=[])
        app.view(CORRECT)(ack=self.check_correction, lazy=[])

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
        shared = await fetch_shared(
            files_in(message),
            context.bot_token or "",
            api_url=self.api_url,
            max_bytes=self.max_bytes,
            most=self.max_links,
        )
        understood = self._understood(message, context)
        wanted = (*shared, *(understood.wanted if isinstance(understood, Read) else ()))
        ask = await self._ask(message, wanted, context, key=key, place=place)
        try:
            await self.desk.accept(ask)
        except ArchiveUnavailable:
            raise  # Slack delivers it again
        except BotError as error:
            with speaking(ask.locale):
                problem = render_problem(str(error))
            await whisper(context.client, place, problem)

    async def _ask(
        self,
        message: Mapping[str, Any],
        wanted: tuple[Wanted, ...],
        context: AsyncBoltContext,
        *,
        key: str,
        place: Place,
    ) -> Ask:
        facts = await self.people.facts(context.client, context.team_id, place.user)
        return Ask(
            workspace=f"slack:{context.team_id}",
            adapter="slack",
            key=key,
            asker=place.user,
            place={"channel": place.channel, "ts": str(message["ts"]), "thread_ts": place.thread_ts},
            wanted=wanted,
            thread=place.thread,
            channel=place.channel,
            locale=facts.locale,
        )

    async def overhear(self, event: dict[str, Any], context: AsyncBoltContext) -> None:
        """Read the links that are posted in a watched channel; a post that mentions us comes as a mention as well."""
        if (
            event.get("channel_type") not in CHANNELS
            or not is_from_person(event)
            or mentions(event, context.bot_user_id)
        ):
            return
        place = place_of(event)
        if not await self.desk.archive.channels.is_watched(f"slack:{context.team_id}", place.channel):
            return
        asked = self._understood(event, context)
        if isinstance(asked, Read):
            key = f"{event['channel']}:{event['ts']}"
            await self.desk.overhear(await self._ask(event, asked.wanted, context, key=key, place=place))

    async def _follow_up(self, event: Mapping[str, Any], context: AsyncBoltContext) -> None:
        asked = self._understood(event, context)
        if isinstance(asked, Read) or files_in(event) or not self._is_new(f"{event['channel']}:{event['ts']}"):
            return
        await self._answer(asked, place_of(event), context, private=False)

    def _understood(self, message: Mapping[str, Any], context: AsyncBoltContext) -> Command:
        return understand(plain_text(message, context.bot_user_id), max_links=self.max_links)

    def _is_new(self, key: str) -> bool:
        """Remember *key*, and tell whether it was not there before: Slack may deliver a message several times."""
        new = key not in self._done
        self._done[key] = None
        while len(self._done) > REMEMBERED:
            self._done.popitem(last=False)
        return new

    # By shortcut and command ------------------------------------------------------------------------------

    async def read_message(self, shortcut: dict[str, Any], respond: AsyncRespond, context: AsyncBoltContext) -> None:
        """Read the links, and the files, of the message that somebody has chosen."""
        message = {**shortcut["message"], "channel": shortcut["channel"]["id"]}
        asked = self._understood(message, context)
        if not isinstance(asked, Read) and not files_in(message):
            await respond(**_privately(render_problem(str(NothingToRead()))))
            return
        place = Place(message["channel"], message.get("thread_ts") or message["ts"], shortcut["user"]["id"])
        try:
            await context.client.reactions_add(channel=place.channel, timestamp=message["ts"], name="eyes")
        except SlackApiError as error:
            if error.response.get("error") != "already_reacted":
                await respond(**_privately(render_problem(_refused(error))))
                return
        await self._read(message, context, key=f"{place.thread}:{shortcut['trigger_id']}", place=place)

    async def carry_out_command(
        self, command: dict[str, Any], respond: AsyncRespond, context: AsyncBoltContext
    ) -> None:
        """Do what stands behind the slash command; what it reads gets a thread of its own."""
        asked = understand(command.get("text") or "", max_links=self.max_links)
        place = Place(command["channel_id"], "", command["user_id"])
        if not isinstance(asked, Read):
            await self._answer(asked, place, context, private=True, respond=respond)
            return
        said = _("{person} asks me to read:", person=f"<@{place.user}>")
        try:
            begun = await context.client.chat_postMessage(
                channel=place.channel, text=said, unfurl_links=False, unfurl_media=False
            )
        except SlackApiError as error:
            await respond(**_privately(render_problem(_refused(error))))
            return
        message = {"text": command.get("text") or "", "ts": begun["ts"]}
        opened = place._replace(thread_ts=str(begun["ts"]))
        await self._read(message, context, key=opened.thread, place=opened)

    # By buttons and menus ---------------------------------------------------------------------------------

    async def show(
        self, action: dict[str, Any], body: dict[str, Any], respond: AsyncRespond, context: AsyncBoltContext
    ) -> None:
        """Show all of one sort to whoever pressed."""
        which = action["action_id"].removeprefix(SHOW)
        await self._answer(Show(which, brief=storable(action["value"])), place_in(body), context, private=True)

    async def show_speaker(
        self, action: dict[str, Any], body: dict[str, Any], respond: AsyncRespond, context: AsyncBoltContext
    ) -> None:
        """Show what one speaker says, in place of all quotes."""
        brief_id, speaker = action["selected_option"]["value"].split(" ")
        await self._turn_to(f"quotes 1 {brief_id} {speaker}", body, respond, context)

    async def turn(
        self, action: dict[str, Any], body: dict[str, Any], respond: AsyncRespond, context: AsyncBoltContext
    ) -> None:
        """Show another page in place of the one below which the button stands."""
        await self._turn_to(action["value"], body, respond, context)

    async def more(
        self, action: dict[str, Any], body: dict[str, Any], respond: AsyncRespond, context: AsyncBoltContext
    ) -> None:
        """Do what was chosen from the menu below a brief."""
        verb, brief_id, *rest = action["selected_option"]["value"].split(" ")
        place = place_in(body)
        if verb == "correct":
            await self._open_dialogue(body["trigger_id"], brief_id, place, context)
        elif verb == "delete":
            await whisper(context.client, place, _sure(brief_id))
        elif verb == "export":
            await self._answer(Export(rest[0], brief_id), place, context, private=True)
        else:
            await self._answer(Show("heard", brief=brief_id), place, context, private=True)

    async def delete(
        self, action: dict[str, Any], body: dict[str, Any], respond: AsyncRespond, context: AsyncBoltContext
    ) -> None:
        """Delete a brief, now that whoever wants it is sure."""
        await self._answer(Delete(action["value"]), place_in(body), context, private=True, respond=respond)

    async def retry(
        self, action: dict[str, Any], body: dict[str, Any], respond: AsyncRespond, context: AsyncBoltContext
    ) -> None:
        """Read again what could not be read."""
        await self._answer(Retry(action["value"]), place_in(body), context, private=True)

    # The dialogue for corrections -------------------------------------------------------------------------

    async def _open_dialogue(self, trigger: str, brief_id: str, place: Place, context: AsyncBoltContext) -> None:
        try:
            brief = await self.desk.recall(f"slack:{context.team_id}", brief_id)
            if not (brief.quotes or brief.claims):
                raise NothingToCorrect
            await context.client.views_open(trigger_id=trigger, view=render_dialogue(brief, brief_id, place))
        except BotError as error:
            await whisper(context.client, place, render_problem(str(error)))
        except SlackApiError as error:
            await whisper(context.client, place, render_problem(_refused(error)))

    async def choose(self, body: dict[str, Any], context: AsyncBoltContext) -> None:
        """Ask what is right, once it is chosen what is wrong."""
        view = body["view"]
        brief_id, place = read_metadata(view)
        what, _right = chosen_in(view)
        brief = await self.desk.recall(f"slack:{context.team_id}", brief_id)
        dialogue = render_dialogue(brief, brief_id, place, what)
        await context.client.views_update(view_id=view["id"], hash=view["hash"], view=dialogue)

    async def check_correction(
        self, ack: AsyncAck, view: dict[str, Any], body: dict[str, Any], context: AsyncBoltContext
    ) -> None:
        """Correct the brief, and close the dialogue or say in it why not."""
        brief_id, place = read_metadata(view)
        what, right = chosen_in(view)
        try:
            brief = await self.desk.recall(f"slack:{context.team_id}", brief_id)
            asked = read_correction(brief, brief_id, what, right)
            await self.desk.carry_out(asked, await self._person(place._replace(user=body["user"]["id"]), context))
        except BotError as error:
            await ack(response_action="errors", errors={WHAT: str(error)})
        else:
            await ack()

    # The app's own page -----------------------------------------------------------------------------------

    async def show_home(self, event: dict[str, Any], context: AsyncBoltContext) -> None:
        """Show what the app can do, and what this person had read."""
        if event.get("tab", "home") != "home":
            return
        workspace = f"slack:{context.team_id}"
        recent = []
        try:
            for brief_id in await self.desk.archive.threads.recent(workspace, event["user"], limit=MOST):
                page = self.page_link(workspace, brief_id) if self.page_link else None
                recent.append((brief_id, await self.desk.recall(workspace, brief_id), page))
        except BotError as error:
            log.warning("the home page of %s lacks briefs: %s", event["user"], error)
        facts = await self.people.facts(context.client, context.team_id, event["user"])
        with speaking(facts.locale):
            view = render_home(recent, self.settings)
        await context.client.views_publish(user_id=event["user"], view=view)

    # Answering --------------------------------------------------------------------------------------------

    async def _person(self, place: Place, context: AsyncBoltContext) -> Person:
        facts = await self.people.facts(context.client, context.team_id, place.user)
        workspace = f"slack:{context.team_id}"
        return Person(workspace, place.user, place.thread, place.channel, facts.locale, facts.trusted)

    async def _answer(
        self,
        asked: FollowUp,
        place: Place,
        context: AsyncBoltContext,
        *,
        private: bool,
        respond: AsyncRespond | None = None,
    ) -> None:
        """Carry out what was *asked* and answer in the thread, or by *respond* in place of what was pressed."""
        person = await self._person(place, context)
        with speaking(person.locale):
            try:
                for answer in await self.desk.carry_out(asked, person):
                    shown = render_answer(answer, asked)
                    if respond and isinstance(shown, Message):
                        await respond(**_privately(shown, replace=bool(place.thread_ts)))
                    else:
                        await post(context.client, place, shown, private=private or isinstance(answer, Told))
            except BotError as error:
                problem = render_problem(str(error))
                if respond:
                    await respond(**_privately(problem, replace=bool(place.thread_ts)))
                else:
                    await whisper(context.client, place, problem)

    async def _turn_to(
        self, value: str, body: dict[str, Any], respond: AsyncRespond, context: AsyncBoltContext
    ) -> None:
        which, number, *rest = storable(value).split(" ")
        place = place_in(body)
        alone = bool((body.get("container") or {}).get("is_ephemeral"))
        person = await self._person(place, context)
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


async def _acknowledge(ack: AsyncAck) -> None:
    await ack()


async def _acknowledge_event() -> None:
    """Events are acknowledged when this returns."""


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


def _sure(brief_id: str) -> Message:
    """Ask whether a brief is to go; a second question stands on the button, as nothing brings it back."""
    words = _("This takes the brief out of the thread for everybody, with all that is stored of it.")
    delete = button(_("Delete it"), DELETE, brief_id, sure=_(DELETE_FOR_ALL))
    blocks = [rich_text(line([text(words)])), actions(delete)]
    return Message(as_text(blocks), blocks)


def _privately(message: Message, *, replace: bool = False) -> dict[str, Any]:
    return {
        "text": message.text,
        "blocks": message.blocks,
        "response_type": "ephemeral",
        "replace_original": replace,
    }


def _refused(error: SlackApiError) -> str:
    return str(NotAllowedByPlatform("Slack", reason_told(str(error.response.get("error")))))
