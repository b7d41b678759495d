"""What people press and choose below a brief in Slack ↔ Desk calls: buttons, menus, the dialogue for corrections."""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncBoltContext, AsyncRespond
from slack_sdk.errors import SlackApiError

from adapters.slack.answering import Answering, refused
from adapters.slack.blocks import Message, actions, as_text, button, line, rich_text, text
from adapters.slack.correcting import (
    CORRECT,
    RIGHT,
    WHAT,
    chosen_in,
    read_correction,
    read_metadata,
    render_dialogue,
    render_refusal,
)
from adapters.slack.pages import TURN_BACK, TURN_ON, WHOSE
from adapters.slack.places import Place, place_in
from adapters.slack.render import DELETE, MORE, RETRY, SHOW, render_problem
from adapters.slack.replies import whisper
from bot.catalogue import _, mark
from bot.commands import Delete, Export, Retry, Show
from bot.errors import BotError, NothingToCorrect
from bot.models import storable
from bot.wording import LISTS

log = logging.getLogger(__name__)

DELETE_FOR_ALL = mark("Delete this brief for everybody?")


@dataclass
class Buttons:
    """What is registered with Bolt for what stands below briefs."""

    answers: Answering

    def register(self, app: AsyncApp) -> None:
        """Have *app* call us."""
        app.action(re.compile(f"^{SHOW}({'|'.join(LISTS)})$"))(ack=_acknowledge, lazy=[self.show])
        app.action(re.compile(f"^({TURN_BACK}|{TURN_ON})$"))(ack=_acknowledge, lazy=[self.turn])
        app.action(WHOSE)(ack=_acknowledge, lazy=[self.show_speaker])
        app.action(MORE)(ack=_acknowledge, lazy=[self.more])
        app.action(DELETE)(ack=_acknowledge, lazy=[self.delete])
        app.action(RETRY)(ack=_acknowledge, lazy=[self.retry])
        app.action(WHAT)(ack=_acknowledge, lazy=[self.choose])
        app.action(RIGHT)(ack=_acknowledge, lazy=[])
        app.view(CORRECT)(ack=self.check_correction, lazy=[])

    async def show(
        self, action: dict[str, Any], body: dict[str, Any], respond: AsyncRespond, context: AsyncBoltContext
    ) -> None:
        """Show all of one sort to whoever pressed."""
        which = action["action_id"].removeprefix(SHOW)
        await self.answers.answer(Show(which, brief=storable(action["value"])), place_in(body), context, private=True)

    async def show_speaker(
        self, action: dict[str, Any], body: dict[str, Any], respond: AsyncRespond, context: AsyncBoltContext
    ) -> None:
        """Show what one speaker says, in place of all quotes."""
        brief_id, speaker = action["selected_option"]["value"].split(" ")
        await self.answers.turn_to(f"quotes 1 {brief_id} {speaker}", body, respond, context)

    async def turn(
        self, action: dict[str, Any], body: dict[str, Any], respond: AsyncRespond, context: AsyncBoltContext
    ) -> None:
        """Show another page in place of the one below which the button stands."""
        await self.answers.turn_to(action["value"], body, respond, context)

    async def more(
        self, action: dict[str, Any], body: dict[str, Any], respond: AsyncRespond, context: AsyncBoltContext
    ) -> None:
        """Do what was chosen from the menu below a brief."""
        verb, brief_id, *rest = action["selected_option"]["value"].split(" ")
        place = place_in(body)
        if verb == "correct":
            await self._open_dialogue(body["trigger_id"], brief_id, place, context)
        elif verb == "delete":
            async with self.answers.in_language_of(place.user, context):
                await whisper(context.client, place, _sure(brief_id))
        elif verb == "export":
            await self.answers.answer(Export(rest[0], brief_id), place, context, private=True)
        else:
            await self.answers.answer(Show("heard", brief=brief_id), place, context, private=True)

    async def delete(
        self, action: dict[str, Any], body: dict[str, Any], respond: AsyncRespond, context: AsyncBoltContext
    ) -> None:
        """Delete a brief, now that whoever wants it is sure."""
        await self.answers.answer(Delete(action["value"]), place_in(body), context, private=True, respond=respond)

    async def retry(
        self, action: dict[str, Any], body: dict[str, Any], respond: AsyncRespond, context: AsyncBoltContext
    ) -> None:
        """Read again what could not be read."""
        await self.answers.answer(Retry(action["value"]), place_in(body), context, private=True)

    # The dialogue for corrections -------------------------------------------------------------------------

    async def _open_dialogue(self, trigger: str, brief_id: str, place: Place, context: AsyncBoltContext) -> None:
        async with self.answers.in_language_of(place.user, context):
            try:
                brief = await self.answers.desk.recall(f"slack:{context.team_id}", brief_id)
                if not (brief.quotes or brief.claims):
                    raise NothingToCorrect
                await context.client.views_open(trigger_id=trigger, view=render_dialogue(brief, brief_id, place))
            except BotError as error:
                await whisper(context.client, place, render_problem(str(error)))
            except SlackApiError as error:
                await whisper(context.client, place, render_problem(refused(error)))

    async def choose(self, body: dict[str, Any], context: AsyncBoltContext) -> None:
        """Ask what is right, once it is chosen what is wrong."""
        view = body["view"]
        what, _right = chosen_in(view)
        async with self.answers.in_language_of(body["user"]["id"], context):
            try:
                brief_id, place = read_metadata(view)
                brief = await self.answers.desk.recall(f"slack:{context.team_id}", brief_id)
                dialogue = render_dialogue(brief, brief_id, place, what)
            except BotError as error:
                dialogue = render_refusal(str(error))
        try:
            await context.client.views_update(view_id=view["id"], hash=view["hash"], view=dialogue)
        except SlackApiError as error:  # whoever chose has closed it, or chosen again
            log.info("a dialogue was not updated: %s", error.response.get("error"))

    async def check_correction(
        self, ack: AsyncAck, view: dict[str, Any], body: dict[str, Any], context: AsyncBoltContext
    ) -> None:
        """Correct the brief, and close the dialogue or say in it why not."""
        what, right = chosen_in(view)
        async with self.answers.in_language_of(body["user"]["id"], context):
            try:
                brief_id, place = read_metadata(view)
                person = await self.answers.person(place._replace(user=body["user"]["id"]), context)
                brief = await self.answers.desk.recall(person.workspace, brief_id)
                await self.answers.desk.carry_out(read_correction(brief, brief_id, what, right), person)
            except BotError as error:
                await ack(response_action="errors", errors={WHAT: str(error)})
            else:
                await ack()


async def _acknowledge(ack: AsyncAck) -> None:
    await ack()


def _sure(brief_id: str) -> Message:
    """Ask whether a brief is to go; a second question stands on the button, as nothing brings it back."""
    words = _("This takes the brief out of the thread for everybody, with all that is stored of it.")
    delete = button(_("Delete it"), DELETE, brief_id, sure=_(DELETE_FOR_ALL))
    blocks = [rich_text(line([text(words)])), actions(delete)]
    return Message(as_text(blocks), blocks)
