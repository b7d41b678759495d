"""Which briefs a follow-up in a thread is about: those of its last request, or those in which somebody speaks."""

from __future__ import annotations

from dataclasses import dataclass

from bot.archive.archive import Archive
from bot.brief import Brief, SpeakerCard
from bot.compare import fold
from bot.errors import BriefNotFound, NoBriefHere, RequestNotFound, SeveralSpeakers, SpeakerNotQuoted
from bot.models import Item, Person, Request
from bot.wording import speaking


@dataclass(frozen=True, slots=True)
class Kept:
    """A stored brief, and what it answers."""

    id: str
    brief: Brief
    request: Request


class Threads:
    """Finds what somebody means who does not say which."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive

    async def requests(self, person: Person) -> list[Request]:
        """Return the last requests of the thread in which *person* is, the newest first.

        Who is in no thread, but in the channel itself, means what was asked there, whichever thread has the answers.
        """
        found = []
        for request_id in await self._ids(person):
            try:
                found.append(await self._archive.requests.get(person.workspace, request_id))
            except RequestNotFound:  # forgotten in between
                continue
        return found

    async def _ids(self, person: Person) -> list[str]:
        threads = self._archive.threads
        in_channel = (
            await threads.in_channel(person.workspace, person.channel) if person.thread == person.channel else []
        )
        return in_channel or await threads.requests(person.workspace, person.thread)

    async def one(self, person: Person, brief_id: str) -> Kept:
        """Return the brief of that id, or raise ``BriefNotFound``."""
        request_id = await self._archive.threads.request_of_brief(person.workspace, brief_id)
        request = await self._archive.requests.get(person.workspace, request_id)
        return Kept(brief_id, await self._archive.briefs.get(person.workspace, brief_id), request)

    async def all(self, person: Person) -> list[Kept]:
        """Return the thread's briefs, those of the newest request first, in the order of its links.

        Raises:
            NoBriefHere: there is none.
        """
        found = [kept for request in await self.requests(person) for kept in await self._of(request)]
        if not found:
            raise NoBriefHere
        return found

    async def last(self, person: Person, brief_id: str = "") -> list[Kept]:
        """Return that brief, or else the thread's briefs of the newest request that has any; raises like ``all``."""
        if brief_id:
            return [await self.one(person, brief_id)]
        for request in await self.requests(person):
            if found := await self._of(request):
                return found
        raise NoBriefHere

    async def quoting(self, person: Person, name: str, brief_id: str = "") -> list[tuple[Kept, SpeakerCard]]:
        """Return the briefs in which somebody of that name speaks, with his card.

        A surname or first name will do, without regard to case and accents; a full name goes before a part of one.

        Raises:
            NoBriefHere: the thread has none.
            SpeakerNotQuoted: nobody of that name speaks in them.
            SeveralSpeakers: the name fits more than one in the same brief.
        """
        looked_at = [await self.one(person, brief_id)] if brief_id else await self.all(person)
        found = []
        for kept in looked_at:
            meant = find_speakers(kept.brief, name)
            if len(meant) > 1:
                raise SeveralSpeakers(name, tuple(one.name for one in meant))
            found += [(kept, one) for one in meant]
        if not found:
            speakers = dict.fromkeys(one.name for kept in looked_at for one in speaking(kept.brief))
            raise SpeakerNotQuoted(name, tuple(speakers))
        return found

    async def _of(self, request: Request) -> list[Kept]:
        found = []
        for item in request.items:
            if is_answered(item):
                try:
                    brief = await self._archive.briefs.get(request.workspace, item.brief or "")
                except BriefNotFound:  # forgotten, or damaged on the disk
                    continue
                found.append(Kept(item.brief or "", brief, request))
        return found


def is_answered(item: Item) -> bool:
    """Tell whether a brief is the answer to *item*, and is to stay."""
    return item.brief is not None and item.problem is None and not item.withdrawn


def find_speakers(brief: Brief, name: str) -> list[SpeakerCard]:
    """Return who of those who speak in *brief* may be called *name*; one who is called just so alone."""
    wanted = fold(name)
    named = [(fold(one.name), one) for one in speaking(brief)]
    whole = [one for words, one in named if words == wanted]
    part = [one for words, one in named if wanted and f" {' '.join(wanted)} " in f" {' '.join(words)} "]
    return whole if len(whole) == 1 else part
