"""Posts in threads, which Slack puts into the channel, for everybody, where the thread is gone."""

from __future__ import annotations

from typing import Any

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

GONE = "thread_not_found"
"""Slack's own word, and ours where it says nothing."""


async def post_in_thread(client: AsyncWebClient, channel: str, thread_ts: str, **said: Any) -> str:
    """Post what is *said* below a post, without previews, and return the message's ``ts``.

    Raises:
        SlackApiError: Slack refuses it, or the post was deleted; what Slack then showed in the channel is taken away.
    """
    posted = await client.chat_postMessage(
        channel=channel,
        thread_ts=thread_ts,
        unfurl_links=False,  # previews would bury the answers
        unfurl_media=False,
        parse="none",
        **said,
    )
    message = posted.get("message")
    if thread_ts and message is not None and "thread_ts" not in message:
        await client.chat_delete(channel=channel, ts=posted["ts"])
        raise SlackApiError(GONE, {"error": GONE})  # type: ignore[no-untyped-call]
    return str(posted["ts"])
