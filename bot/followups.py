"""Carries out what people ask of the briefs in their thread: buttons, commands and words alike."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import assert_never

from bot import findings, instructions
from bot.answers import Answer, Compared, Found, Listing, Told, Upload
from bot.archive.archive import Archive
from bot.catalogue import _
from bot.commands import Compare, Correct, Delete, Export, FollowUp, Help, Retry, Search, Show, Unknown, Watch
from bot.errors import NoBriefHere, NoChannelToWatch, NothingToCompare, NothingToRetry, PastedTextGone
from bot.export import chart, export
from bot.house import Act, House
from bot.instructions import HELP, hint
from bot.models import Item, Person, Request
from bot.records import Records
from bot.threads import Threads
from bot.versions import compared
from bot.wording import speaking

MOST_FOUND = 50
"""Statements that a search shows, the newest. A guess: some pages to turn."""


class FollowUps:
    """Answers to what is asked where a brief stands."""

    def __init__(self, archive: Archive, records: Records, house: House) -> None:
        self._house = house
        self._archive = archive
        self._records = records
        self._threads = Threads(archive)

    async def carry_out(self, asked: FollowUp, person: Person) -> tuple[Answer, ...]:
        """Do what *person* asks.

        Raises:
            BotError: why not, in words fit to post.
        """
        match asked:
            case Show():
                return await self._show(asked, person)
            case Compare():
                return (await self._compare(person),)
            case Export():
                return await self._export(asked, person)
            case Search():
                return (await self._search(asked, person),)
            case Retry():
                return (await self._retry(asked, person),)
            case Delete():
                return (await self._delete(asked, person),)
            case Correct():
                return (await self._correct(asked, person),)
            case Watch():
                return (await self._watch(asked, person),)
            case Help():
                return (Told(_(HELP)),)
            case Unknown():
                return (Told(hint(asked.words)),)
            case _:
                assert_never(asked)

    async def _show(self, asked: Show, person: Person) -> tuple[Answer, ...]:
        if asked.speaker:
            quoting = await self._threads.quoting(person, asked.speaker, asked.brief)
            return tuple(Listing(kept.id, kept.brief, "quotes", speaker.id) for kept, speaker in quoting)
        found = await self._threads.last(person, asked.brief)
        listings = tuple(Listing(kept.id, kept.brief, asked.which) for kept in found)
        if asked.which != "heard":
            return listings
        charts = [await asyncio.to_thread(chart, one.brief) for one in listings if speaking(one.brief)]
        return (*listings, *charts)

    async def _export(self, asked: Export, person: Person) -> tuple[Upload, ...]:
        found = await self._threads.last(person, asked.brief)
        for kept in found:
            self._house.check(Act.EXPORT, person, kept.request)
        # A book takes seconds.
        return tuple([await asyncio.to_thread(export, kept.brief, asked.form) for kept in found])

    async def _compare(self, person: Person) -> Compared:
        """Compare what the last request asked for, or, where that was one thing, the thread's last briefs."""
        found = await self._threads.last(person)
        if len(found) == 1:
            found = await self._threads.all(person)
        if len(found) == 1:
            raise NothingToCompare
        return await asyncio.to_thread(compared, [(kept.id, kept.brief) for kept in found])  # books take seconds

    async def _search(self, asked: Search, person: Person) -> Found:
        found = await self._records.search(person.workspace, asked.question, limit=MOST_FOUND)
        more = max(await self._archive.search.count(person.workspace, asked.question) - MOST_FOUND, 0)
        told = findings.tell(found)
        return Found(tuple(found), f"{told}\n\n{instructions.narrower(more)}" if more else told, more)

    async def _correct(self, asked: Correct, person: Person) -> Told:
        kept = await self._threads.one(person, asked.brief)
        self._house.check(Act.CORRECT, person, kept.request)
        await self._records.correct(person.workspace, asked.brief, person.user, asked.correction)
        return Told(_("Corrected. The message with the brief is being edited."))

    async def _watch(self, asked: Watch, person: Person) -> Told:
        if not person.channel:
            raise NoChannelToWatch
        self._house.check(Act.WATCH, person)
        await self._archive.channels.watch(person.workspace, person.channel, person.user, on=asked.on)
        if not asked.on:
            return Told(_("I do not watch this channel any more. To have a link read, mention me with it."))
        return Told(
            _(
                "From now on I read links that are posted in this channel, where their site lets programs do so, "
                "and at most {limit} an hour. To stop that: unwatch.",
                limit=self._house.rules.watched,
            )
        )

    async def _retry(self, asked: Retry, person: Person) -> Told:
        request, failed = await self._failed(asked, person)
        again = [item.id for item in failed if not _is_text_gone(item)]
        if not again:
            raise PastedTextGone
        door = self._house.retry_door(person, len(again))
        await self._archive.threads.begin_again(person.workspace, request.id, again, person.user, door)
        return Told(_("I am trying again. The answer takes the place of the message above."))

    async def _failed(self, asked: Retry, person: Person) -> tuple[Request, list[Item]]:
        if asked.item:
            request_id = await self._archive.threads.request_of_item(person.workspace, asked.item)
            requests: Sequence[Request] = [await self._archive.requests.get(person.workspace, request_id)]
        else:
            requests = await self._threads.requests(person)
        for request in requests:
            failed = [item for item in request.items if _has_failed(item) and asked.item in ("", item.id)]
            if failed:
                return request, failed
        raise NothingToRetry

    async def _delete(self, asked: Delete, person: Person) -> Told:
        """Delete one brief, or all that a request of the thread asked for: the last one of *person*, else the last."""
        if asked.brief:
            kept = await self._threads.one(person, asked.brief)
            request, items = kept.request, [item for item in kept.request.items if item.brief == asked.brief]
        else:
            asked_for = await self._threads.requests(person)
            own = [one for one in asked_for if one.asker == person.user]
            if not asked_for:
                raise NoBriefHere
            request = (own or asked_for)[0]
            items = list(request.items)
        self._house.check(Act.DELETE, person, request)
        await self._archive.threads.withdraw(person.workspace, request.id, [item.id for item in items], person.user)
        return Told(_("Deleted: the messages go in a moment, and what is stored of them as well."))


def _has_failed(item: Item) -> bool:
    """Tell whether reading *item* failed; what was wrong with it from the start is no better another time."""
    return item.problem is not None and not item.withdrawn and (item.tries > 0 or item.wanted.link is not None)


def _is_text_gone(item: Item) -> bool:
    return item.wanted.link is None and item.wanted.text is None and item.wanted.file is None
