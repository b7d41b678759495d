"""Carries answers into the thread: one placeholder for each thing asked for, which becomes its answer."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID, uuid5

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.blocks import Block, Message
from adapters.slack.render import render_brief, render_placeholder, render_problem, render_remark
from adapters.slack.replies import reason_told
from adapters.slack.threads import GONE, post_in_thread
from bot.answers import Compared
from bot.brief import Brief
from bot.catalogue import _, mark
from bot.courier import PageLink
from bot.errors import DeliveryError, NoAnswerThere, of_link
from bot.models import Item, Request
from bot.versions import in_short

log = logging.getLogger(__name__)

DELETED = "message_not_found"
"""Slack's word where somebody wanted a message gone."""

LASTING = frozenset(
    {
        "account_inactive",
        "cannot_reply_to_message",
        "cant_update_message",
        "channel_not_found",
        "is_archived",
        DELETED,
        "messages_tab_disabled",
        "not_in_channel",
        "no_permission",
        "restricted_action",
        "restricted_action_non_threadable_channel",
        "restricted_action_read_only_channel",
        "restricted_action_thread_locked",
        GONE,
        "thread_locked",
        "token_revoked",
    }
)
"""Slack's words for what another try would not change."""

VOID = frozenset({"account_inactive", "token_revoked"})
"""Those of them that say that we may do nothing at all any more, nor tell anybody."""

READING = mark("is reading …")
"""Follows the bot's name below a thread."""

UNAVAILABLE = frozenset(
    {"missing_scope", "not_allowed_token_type", "unknown_method", "access_denied", "method_deprecated"}
)
"""Slack's words for a workspace that shows no status at all."""

REFUSED_BLOCKS = frozenset({"invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long", "msg_too_long"})

PLACEHOLDERS = UUID("6f0a3c1e-58c3-4d8e-9a44-0d5f6f3c7b21")
"""The namespace of the ids that make posting a placeholder twice the same post."""


Silence = Callable[[], Awaitable[float]]
"""Returns the seconds since Slack was last heard where its events come from; see ``Courier.silence``."""

Clients = Callable[[str], Awaitable[AsyncWebClient]]
"""Returns what calls Slack as us in a workspace, or raises ``DeliveryError``."""


class SlackCourier:
    """Answers in the thread of the post that asked. A place is its channel, its ``ts``, and the thread's."""

    def __init__(self, clients: Clients, silence: Silence, page_link: PageLink | None = None) -> None:
        self._clients = clients
        self._page_link = page_link
        self._silence = silence
        self._without_status: set[str] = set()  # workspaces of which Slack said that they have none
        self._explained: set[str] = set()  # requests whose askers know why there is no answer

    async def silence(self) -> float:
        """Return the seconds since Slack was last heard where its events come from."""
        return await self._silence()

    async def open(self, request: Request) -> Mapping[str, str]:
        """Show with a reaction that the post was seen; the thread needs no making."""
        await self._react("reactions.add", "eyes", request)
        return request.place

    def thread(self, request: Request) -> str:
        """Return the thread's name: a post's ``ts`` is its own only within a channel."""
        return f"{request.place['channel']}:{request.place['thread_ts']}"

    async def announce(self, request: Request, item: Item) -> str:
        """Post what becomes *item*'s answer, or at once why it has none."""
        message = render_problem(item.problem) if item.problem else render_placeholder(item.wanted)
        async with _delivery(request.place), self._explaining(request):
            message_id = await self._post(request, message, item.id)
        await self._show_status(request, _(READING))
        return message_id

    async def deliver(self, request: Request, item: Item, answer: Brief | str) -> None:
        """Replace the placeholder; what Slack refuses as blocks is sent as plain text."""
        message = self._brief(request, item, answer) if isinstance(answer, Brief) else _problem(item, answer)
        async with _delivery(request.place), self._explaining(request):
            try:
                await self._update(request, item.message or "", message.text, message.blocks)
            except SlackApiError as error:
                if _reason(error) not in REFUSED_BLOCKS:
                    raise
                log.error("Slack refused the blocks of item %s: %s", item.id, _answer(error))
                await self._update(request, item.message or "", message.text, None)

    def _brief(self, request: Request, item: Item, brief: Brief) -> Message:
        brief_id = item.brief or ""
        return render_brief(brief, brief_id, self._page_link(request.workspace, brief_id) if self._page_link else None)

    async def remark(self, request: Request, compared: Compared) -> str:
        """Say in the thread which briefs tell one story, or edit what was said."""
        message = render_remark(in_short(compared))
        async with _delivery(request.place):
            if request.remark:
                await self._update(request, request.remark, message.text, message.blocks)
                return request.remark
            return await self._post(request, message, request.id)

    async def withdraw(self, request: Request, message: str) -> None:
        """Delete a message; one that somebody has deleted before is not missed."""
        client = await self._clients(request.workspace)
        async with _delivery(request.place):
            try:
                await client.chat_delete(channel=request.place["channel"], ts=message)
            except SlackApiError as error:
                if _reason(error) != DELETED:
                    raise

    async def close(self, request: Request) -> None:
        """Turn the reaction: all answered, or something could not be read, or its message was deleted meanwhile."""
        await self._show_status(request, "")
        failed = any(item.problem or not item.delivered for item in request.items)
        await self._react("reactions.remove", "eyes", request)
        await self._react("reactions.add", "warning" if failed else "white_check_mark", request)

    async def _post(self, request: Request, message: Message, name: str) -> str:
        """Post *message* in the thread; posting it again under the same *name* is the same post."""
        return await post_in_thread(
            await self._clients(request.workspace),
            request.place["channel"],
            request.place["thread_ts"],
            text=message.text,
            blocks=message.blocks,
            client_msg_id=str(uuid5(PLACEHOLDERS, name)),
        )

    @asynccontextmanager
    async def _explaining(self, request: Request) -> AsyncIterator[None]:
        """Tell whoever asked, once, why Slack takes no answer, and never will."""
        try:
            yield
        except SlackApiError as error:
            reason = _reason(error)
            if reason in LASTING - VOID - {DELETED} and request.id not in self._explained:
                self._explained.add(request.id)
                await self._explain(request, reason)
            raise

    async def _explain(self, request: Request, reason: str) -> None:
        """Tell whoever asked, in a direct message, why there is no answer where he asked; else he would wait for it."""
        client = await self._clients(request.workspace)
        message = render_problem(str(NoAnswerThere(reason_told(reason))))
        try:
            await client.chat_postMessage(
                channel=request.asker,
                text=message.text,
                blocks=message.blocks,
                client_msg_id=str(uuid5(PLACEHOLDERS, f"{request.id} refused")),
                unfurl_links=False,
                unfurl_media=False,
                parse="none",
            )
        except (TimeoutError, SlackClientError, aiohttp.ClientError) as error:
            log.info("%s was not told why there is no answer: %s", request.asker, _reason(error))

    async def _update(self, request: Request, message: str, text: str, blocks: list[Block] | None) -> None:
        client = await self._clients(request.workspace)
        await client.chat_update(
            channel=request.place["channel"],
            ts=message,
            text=text,
            blocks=blocks,
            parse="none",  # unlike a new post, an update would otherwise find channels and names in the text
        )

    async def _show_status(self, request: Request, status: str) -> None:
        """Say below the thread what is being done, where the workspace has that; the placeholders say it anyway."""
        if request.workspace in self._without_status:
            return
        client = await self._clients(request.workspace)
        try:
            await client.assistant_threads_setStatus(
                channel_id=request.place["channel"], thread_ts=request.place["thread_ts"], status=status
            )
        except SlackApiError as error:
            if _reason(error) in UNAVAILABLE:
                self._without_status.add(request.workspace)
        except (TimeoutError, SlackClientError, aiohttp.ClientError) as error:
            log.info("no status was shown in %s: %s", request.place["channel"], error)

    async def _react(self, method: str, name: str, request: Request) -> None:
        """Add or remove a reaction. It is an ornament: where it fails, the answers come all the same."""
        client, place = await self._clients(request.workspace), request.place
        try:
            await client.api_call(method, params={"name": name, "channel": place["channel"], "timestamp": place["ts"]})
        except (TimeoutError, SlackClientError, aiohttp.ClientError) as error:
            log.info("%s %s in %s: %s", method, name, place["channel"], _reason(error))


def _problem(item: Item, words: str) -> Message:
    """Say why there is no brief; what was looked for and not found may be there another time."""
    is_page = (item.wanted.link or "").startswith(("http://", "https://"))
    return render_problem(of_link(item.wanted.link, words), item.id if is_page else "")


@asynccontextmanager
async def _delivery(place: Mapping[str, str]) -> AsyncIterator[None]:
    """Translate what Slack's client raises."""
    where = f"Slack channel {place['channel']}"
    try:
        yield
    except SlackClientError as error:
        reason = _reason(error)
        raise DeliveryError(where, reason, lasting=reason in LASTING) from error
    except (TimeoutError, aiohttp.ClientError) as error:
        raise DeliveryError(where, _reason(error), lasting=False) from error


def _reason(error: Exception) -> str:
    """Return Slack's own word for what went wrong, else the kind of failure."""
    if isinstance(error, SlackApiError):
        status = getattr(error.response, "status_code", "?")
        return str(_answer(error).get("error") or f"HTTP {status}")
    return type(error).__name__


def _answer(error: SlackApiError) -> Mapping[str, Any]:
    # Behind a proxy's error page there is no JSON, and then `data` is missing or text.
    data = getattr(error.response, "data", error.response)
    return data if isinstance(data, Mapping) else {}
