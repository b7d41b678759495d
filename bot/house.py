"""House rules: how much one person and one channel may ask for, where, and who may do what with the briefs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from itertools import accumulate

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.archive.requests import Allow
from bot.archive.usage import Usage, Used, within
from bot.errors import (
    AskError,
    ChannelDenied,
    ChannelLimit,
    MayNotCorrect,
    MayNotDelete,
    MayNotExport,
    MayNotWatch,
    MoreThanAllowed,
    PersonLimit,
    TooSoon,
)
from bot.models import WATCH, Ask, Person, Request
from bot.settings import Settings, Who

HOUR = timedelta(hours=1)


class Act(StrEnum):
    """What not everybody may do everywhere."""

    CORRECT = "correct"
    EXPORT = "export"
    WATCH = "watch"
    DELETE = "delete"


REFUSALS: dict[Act, Callable[[bool], AskError]] = {
    Act.CORRECT: MayNotCorrect,
    Act.EXPORT: MayNotExport,
    Act.WATCH: MayNotWatch,
    Act.DELETE: MayNotDelete,
}


@dataclass(frozen=True, slots=True)
class Rules:
    """What whoever runs the program has decided; as it is here, nothing is limited. Zero is no limit."""

    per_person: int = 0  # links, texts and files that one person may ask for, or have read again, in an hour
    per_channel: int = 0  # the same for all people in a channel together
    pause: float = 0  # seconds between two requests of one person
    watched: int = 20  # links that are read unasked in one channel in an hour
    allowed_channels: frozenset[str] = frozenset()  # empty: all
    denied_channels: frozenset[str] = frozenset()
    corrects: Who = Who.EVERYONE
    exports: Who = Who.EVERYONE
    watches: Who = Who.TRUSTED
    deletes: Who = Who.ASKER

    def who(self, act: Act) -> Who:
        """Return who may do that."""
        return {
            Act.CORRECT: self.corrects,
            Act.EXPORT: self.exports,
            Act.WATCH: self.watches,
            Act.DELETE: self.deletes,
        }[act]


NO_RULES = Rules()


def read_rules(settings: Settings) -> Rules:
    """Return the rules that *settings* have."""
    return Rules(
        per_person=settings.limit_per_person,
        per_channel=settings.limit_per_channel,
        pause=settings.limit_pause,
        watched=settings.limit_watched,
        allowed_channels=settings.allowed_channels,
        denied_channels=settings.denied_channels,
        corrects=settings.who_corrects,
        exports=settings.who_exports,
        watches=settings.who_watches,
        deletes=settings.who_deletes,
    )


class House:
    """Lets in, or tells why not and how long to wait.

    A door is looked through in the transaction that stores what is let in, so that a limit is exact also where several
    processes share a database.
    """

    def __init__(self, rules: Rules) -> None:
        self.rules = rules

    def door(self, ask: Ask) -> Allow | None:
        """Return what lets *ask* in to be stored, None where nothing is limited.

        What comes from no channel (the page and the API) is for whoever let it in there to limit.

        Raises:
            ChannelDenied: nothing is read in that channel. What is returned raises TooSoon, PersonLimit, ChannelLimit,
                MoreThanAllowed: it is too much.
        """
        if ask.channel:
            self.check_channel(ask.channel)
        if not ask.channel or not (self.rules.per_person or self.rules.per_channel or self.rules.pause):
            return None

        async def allow(connection: AsyncConnection) -> None:
            usage = within(connection)
            try:
                await self._check_limits(usage, ask)
            except AskError:
                # The same delivery again is no new request, and is not refused: it was let in before.
                if not await usage.is_known(ask.workspace, ask.adapter, ask.key):
                    raise

        return allow

    def retry_door(self, person: Person, things: int) -> Allow:
        """Return what lets *person* have *things* read again, which count like those that he asked for.

        What is returned raises TooSoon, PersonLimit, MoreThanAllowed: it is too much.
        """

        async def allow(connection: AsyncConnection) -> None:
            now, usage = datetime.now(UTC), within(connection)
            retried = await usage.retried(person.workspace, person.user, now - self._looked_back)
            await self._check_person(usage, person.workspace, person.user, things, now, retried)

        return allow

    def watch_door(self, ask: Ask) -> Allow:
        """Return what lets in what a watched channel has read unasked; it raises ``ChannelLimit``: it is too much."""

        async def allow(connection: AsyncConnection) -> None:
            now = datetime.now(UTC)
            used = await within(connection).in_channel(ask.workspace, ask.channel, now - HOUR, WATCH)
            if sum(one.things for one in used) + len(ask.wanted) > self.rules.watched:
                raise ChannelLimit(self.rules.watched, HOUR.total_seconds())

        return allow

    def check_channel(self, channel: str) -> None:
        """Raise ``ChannelDenied`` where nothing is to be read."""
        allowed = self.rules.allowed_channels
        if channel in self.rules.denied_channels or (allowed and channel not in allowed):
            raise ChannelDenied

    def check(self, act: Act, person: Person, request: Request | None = None) -> None:
        """Raise why *person* may not do that with what answers *request*; the trusted may do everything."""
        who = self.rules.who(act)
        is_asker = request is not None and request.asker == person.user
        if not (person.trusted or who is Who.EVERYONE or (who is Who.ASKER and is_asker)):
            raise REFUSALS[act](who is Who.ASKER)

    async def _check_limits(self, usage: Usage, ask: Ask) -> None:
        now, things, limit = datetime.now(UTC), len(ask.wanted), self.rules.per_channel
        await self._check_person(usage, ask.workspace, ask.asker, things, now)
        if limit:
            used = await usage.in_channel(ask.workspace, ask.channel, now - HOUR)
            if (wait := time_left(used, things, limit, now)) > 0:
                raise ChannelLimit(limit, wait)

    async def _check_person(
        self, usage: Usage, workspace: str, user: str, things: int, now: datetime, retried: Sequence[Used] = ()
    ) -> None:
        rules = self.rules
        if not (rules.per_person or rules.pause):
            return
        asked = await usage.by_person(workspace, user, now - self._looked_back)
        used = sorted([*asked, *retried])
        if used and (wait := rules.pause - (now - used[-1].at).total_seconds()) > 0:
            raise TooSoon(wait)
        lately = [one for one in used if one.at > now - HOUR]
        if (wait := time_left(lately, things, rules.per_person, now)) > 0:
            raise PersonLimit(rules.per_person, wait)

    @property
    def _looked_back(self) -> timedelta:
        return max(HOUR, timedelta(seconds=self.rules.pause))


def time_left(used: Sequence[Used], things: int, limit: int, now: datetime) -> float:
    """Return the seconds until *things* more fit into the *limit* of an hour, 0 where they do; of a limit of 0, all do.

    *used* is what was asked for in the last hour, in order.

    Raises:
        MoreThanAllowed: they are more than the limit by themselves.
    """
    if not limit:
        return 0
    if things > limit:
        raise MoreThanAllowed(limit)
    over = sum(one.things for one in used) + things - limit
    if over <= 0:
        return 0
    freed = accumulate(one.things for one in used)
    last = next(one for one, room in zip(used, freed, strict=True) if room >= over)
    return max((last.at + HOUR - now).total_seconds(), 1)
