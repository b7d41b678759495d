"""Answers to follow-ups → posts in the thread, files, or words for whoever asked alone."""

from __future__ import annotations

import logging
from typing import assert_never

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.blocks import Message, as_text, line, rich_text, text
from adapters.slack.pages import render_comparison, render_findings, render_page
from adapters.slack.places import Place
from adapters.slack.threads import GONE, post_in_thread
from bot.answers import Answer, Compared, Found, Listing, Told, Upload
from bot.catalogue import Words, later, mark
from bot.commands import FollowUp, Search
from bot.errors import NotAllowedByPlatform
from bot.models import Question

log = logging.getLogger(__name__)


def render_told(words: str) -> Message:
    """Show this program's own words."""
    blocks = [rich_text(line([text(words)]))]
    return Message(as_text(blocks), blocks)


def render_answer(answer: Answer, asked: FollowUp, number: int = 1) -> Message | Upload:
    """Return what shows *answer*; a file is to be uploaded as it is."""
    match answer:
        case Listing():
            return render_page(answer.brief, answer.brief_id, answer.which, number, answer.speaker)
        case Compared():
            return render_comparison(answer, number)
        case Found():
            return render_findings(answer, asked.question if isinstance(asked, Search) else Question(), number)
        case Told():
            return render_told(answer.text)
        case Upload():
            return answer
        case _:
            assert_never(answer)


async def post(client: AsyncWebClient, place: Place, shown: Message | Upload, *, private: bool) -> None:
    """Post *shown* in the thread, or, if *private*, to whoever asked alone; a file is always for all.

    Raises:
        NotAllowedByPlatform: Slack does not let us; in words for whoever asked.
    """
    try:
        if isinstance(shown, Upload):
            await client.files_upload_v2(
                channel=place.channel,
                thread_ts=place.thread_ts,
                filename=shown.name,
                content=shown.body,
                title=shown.name,
                alt_txt=shown.alt or None,
            )
        elif private:
            await whisper(client, place, shown)
        else:
            await post_in_thread(client, place.channel, place.thread_ts, text=shown.text, blocks=shown.blocks)
    except SlackApiError as error:
        raise NotAllowedByPlatform("Slack", reason_told(str(error.response.get("error")))) from error


async def whisper(client: AsyncWebClient, place: Place, message: Message) -> None:
    """Show *message* to one person alone; where Slack does not let us, nobody can be told."""
    try:
        await client.chat_postEphemeral(
            channel=place.channel,
            user=place.user,
            thread_ts=place.thread_ts or None,
            text=message.text,
            blocks=message.blocks,
            parse="none",
        )
    except (TimeoutError, SlackClientError, aiohttp.ClientError) as error:
        log.warning("a message to one person was not shown in %s: %s", place.channel, error)


REASONS = {
    "missing_scope": mark(
        "a permission (scope) is missing. Whoever set me up finds the list in docs/slack-manifest.yaml."
    ),
    "not_in_channel": mark("I am not in this channel. Invite me with /invite @nutgraf, then ask again."),
    "channel_not_found": mark("I am not in this channel. Invite me with /invite @nutgraf, then ask again."),
    "is_archived": mark("this channel is archived."),
    "restricted_action": mark("this workspace does not let me post here."),
    "restricted_action_read_only_channel": mark("this workspace does not let me post here."),
    "restricted_action_thread_locked": mark("this thread is locked."),
    "restricted_action_non_threadable_channel": mark("this channel has no threads."),
    "thread_locked": mark("this thread is locked."),
    GONE: mark("the message in which you asked me was deleted."),
}


def reason_told(reason: str) -> Words:
    """Return what Slack's word for a refusal means to whoever asked."""
    return Words(REASONS[reason]) if reason in REASONS else later("it says “{reason}”.", reason=reason)
