"""Links that nobody asked to have read: those posted in a channel that people want watched."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from bot.archive.archive import Archive
from bot.errors import ChannelDenied
from bot.fetch.robots import Robots
from bot.house import HOUR, House
from bot.models import WATCH, Ask


class Overhear:
    """Chooses what of a post is read. Nobody is told why the rest is not: nobody asked."""

    def __init__(self, archive: Archive, house: House, robots: Robots) -> None:
        self._archive = archive
        self._house = house
        self._robots = robots

    async def choose(self, ask: Ask) -> Ask | None:
        """Return *ask* with the links of it that are to be read, or None where there is none.

        The channel must be watched and open, the link's site must let programs come, and there must be room within
        the hour. Where a short link leads is not asked beforehand.
        """
        if not await self._archive.channels.is_watched(ask.workspace, ask.channel):
            return None
        try:
            self._house.check_channel(ask.channel)
        except ChannelDenied:
            return None
        used = await self._archive.usage.in_channel(ask.workspace, ask.channel, datetime.now(UTC) - HOUR, WATCH)
        room = self._house.rules.watched - sum(one.things for one in used)
        links = [one for one in ask.wanted if one.link and not one.problem][: max(room, 0)]
        chosen = tuple([one for one in links if await self._robots.allows(one.link or "")])
        return replace(ask, asker=WATCH, wanted=chosen) if chosen else None
