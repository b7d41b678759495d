"""Who is it? What Wikidata has under the names of a brief: a link where that is certain, "not sure" elsewhere."""

from __future__ import annotations

import asyncio
import re

from bot.brief import Brief, EntityCard, KnowledgeCard, NoteCard
from bot.catalogue import later, speaking
from bot.confidential import is_public
from bot.counts import count_of
from bot.errors import KnowledgeUnavailable
from bot.knowledge.agreement import Asked, Decision, decide, is_worth_asking
from bot.knowledge.item import Found
from bot.knowledge.memory import Memory
from bot.knowledge.wikidata import LINK, SERVICE, Wikidata
from bot.models import Kind, Page

KINDS = (Kind.PERSON, Kind.ORGANISATION, Kind.PLACE)

MOST_ASKED = 6
"""Names of a brief that are asked for, the most salient first: each is a request, and some four are made for all
together. A guess at what a reader wants to look up."""

ENGLISH = "en"
"""The language that is asked in where the article's is not known."""

UNASKED = "wikidata-not-asked"
"""The code of the note that says why nothing could be asked."""

TITLE = re.compile(r"(?:\b[A-Z][^\W\d_]+(?:['’-][^\W\d_]+)*[^\S\n]+){1,4}$")
"""Words with capitals right before a name: "Ukrainian President (Olena Marsh)"."""

WHERE = re.compile(r"(?:,[^\S\n]+|[^\S\n]+in[^\S\n]+)(?P<where>[A-Z][^\W\d_]+(?:[^\S\n]+[A-Z][^\W\d_]+){0,2})")
"""What stands behind a name to say where it lies: "(Port Ellery), Sundia", "(Ellery) in Hollow County"."""

AROUND = 80
"""Characters before and behind a name among which these are looked for."""


class Known:
    """Asks *wikidata* for the names of a brief.

    Args:
        wikidata: the service.
        timeout: seconds that it may take for all names of a brief.
        send_confidential: whether it is also asked about what was not on the public web.
        inner_hosts: "host:port" that may be fetched although not public; what is there is confidential.
    """

    def __init__(
        self,
        wikidata: Wikidata,
        *,
        timeout: float,
        send_confidential: bool = False,
        inner_hosts: frozenset[str] = frozenset(),
    ) -> None:
        self._wikidata = wikidata
        self._memory = Memory()
        self._timeout = timeout
        self._send_confidential = send_confidential
        self._inner_hosts = inner_hosts

    async def add(self, brief: Brief, page: Page | None) -> Brief:
        """Return *brief* with what its names are known as. It never fails: what could not be asked is noted.

        *page* is what it was written from; None: pasted text or a file, which is nobody else's business.
        """
        if not (self._send_confidential or is_public(page, self._inner_hosts)):
            return brief
        asked = {number: one for number, one in enumerate(questions(brief)) if one and is_worth_asking(one)}
        asked = dict(list(asked.items())[:MOST_ASKED])
        try:
            async with asyncio.timeout(self._timeout):
                found = await self._find([one.name for one in asked.values()], brief.article.language or ENGLISH)
        except TimeoutError:
            why = later("it took longer than {time}.", time=count_of(self._timeout, "second"))
            return _noted(brief, KnowledgeUnavailable(SERVICE, why))
        except KnowledgeUnavailable as error:
            return _noted(brief, error)
        entities = list(brief.entities)
        for number, one in asked.items():
            if decision := decide(one, found[one.name]):
                entities[number] = entities[number].model_copy(update={"knowledge": _card(decision)})
        return brief.model_copy(update={"entities": entities})

    async def _find(self, names: list[str], language: str) -> dict[str, Found]:
        kept = {name: self._memory.get(name, language) for name in names}
        fresh = [name for name, found in kept.items() if found is None]
        asked = await self._wikidata.find(fresh, language) if fresh else {}
        for name, found in asked.items():
            self._memory.keep(name, language, found)
        return {name: found for name, found in kept.items() if found is not None} | asked


def keep_known(fresh: Brief, stored: Brief) -> Brief:
    """Return *fresh*, the same reading once more, with what *stored* knew of its names when it was written."""
    known = {(one.name, one.kind): one.knowledge for one in stored.entities}
    entities = [one.model_copy(update={"knowledge": known.get((one.name, one.kind))}) for one in fresh.entities]
    notes = [*fresh.notes, *(note for note in stored.notes if note.code == UNASKED)]
    return fresh.model_copy(update={"entities": entities, "notes": notes})


def questions(brief: Brief) -> list[Asked | None]:
    """Return what is to be known of each entity of *brief*, in its order; None of those that are no name."""
    article = brief.article
    read = article.published or article.fetched_at
    names = [one.name if one.kind in KINDS else "" for one in brief.entities]
    return [
        Asked(
            name=one.name,
            kind=one.kind,
            role=_role(brief, one),
            others=tuple(name for at, name in enumerate(names) if name and at != number),
            year=read.year if read else None,
        )
        if names[number]
        else None
        for number, one in enumerate(brief.entities)
    ]


def _role(brief: Brief, entity: EntityCard) -> str:
    """Return what a person is, or where a place lies, in the article's words."""
    text = brief.article.text
    if entity.kind is Kind.PLACE:
        lies = (WHERE.match(text, mention.end, mention.end + AROUND) for mention in entity.mentions)
        return next((found["where"] for found in lies if found), "")
    if entity.kind is not Kind.PERSON:
        return ""
    places = {(mention.start, mention.end) for mention in entity.mentions}
    for speaker in brief.speakers:
        if speaker.role and (speaker.name_at.start, speaker.name_at.end) in places:
            return speaker.role.text
    for mention in entity.mentions:
        if mention.text == entity.name and (title := TITLE.search(text, max(mention.start - AROUND, 0), mention.start)):
            return title[0].strip()
    return ""


def _card(decision: Decision) -> KnowledgeCard:
    item = decision.item
    if item is None:
        return KnowledgeCard(sure=False, namesakes=decision.namesakes)
    return KnowledgeCard(
        sure=True,
        namesakes=decision.namesakes,
        id=item.id,
        url=LINK.format(id=item.id),
        label=item.label or None,
        description=item.description or None,
    )


def _noted(brief: Brief, problem: KnowledgeUnavailable) -> Brief:
    with speaking():  # English, as all of our own words in a stored brief
        note = NoteCard(code=UNASKED, text=str(problem), passage=None)
    return brief.model_copy(update={"notes": [*brief.notes, note]})
