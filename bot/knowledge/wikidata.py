"""Wikidata, asked for who and what has a name, by the MediaWiki action API.

What is sent is names, so nothing is sent unless the operator turned it on. See
https://www.mediawiki.org/wiki/API:Etiquette and https://www.mediawiki.org/wiki/Manual:Maxlag_parameter.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import httpx
from pydantic import ValidationError

from bot.catalogue import Words, later, mark
from bot.errors import KnowledgeUnavailable
from bot.knowledge.answers import ID, Entities, Entity, Hit, Hits, Problem, item_of, line, named_by
from bot.knowledge.item import Found
from bot.knowledge.words import is_same_name, without_generation, words

SERVICE = "Wikidata"
LINK = "https://www.wikidata.org/wiki/{id}"
"""An item's page, whatever mirror told of it."""

MOST_HITS = 50
"""Results of one search: the most that the API gives to whoever is no bot of theirs."""

CANDIDATES = 8
"""Items of one name that are looked at, so that six names need one request. Those of exactly that name come first;
where there are more of these, nobody is certain."""

AT_ONCE = 50
"""Items of one request: the API's limit."""

MOST_NAMED = 200
"""Items whose labels are asked for: occupations, countries, parties. A guess; what stays without one only lessens
what can agree."""

LAG = 5
"""Seconds that Wikidata's copies may lag behind before it turns us away, as its etiquette asks."""

LARGEST_ANSWER = 20_000_000
"""Bytes. A country has a million."""

PAUSE, LONGEST_PAUSE = 60.0, 3600.0
"""Seconds without a request after one was turned away, where it does not say how long; the longest that it may say."""

EVERYWHERE = "mul"
"""Wikidata's own code for what a thing is called in all languages."""

LATER = mark("it has been asked too often just now, or has too much to do.")
REASONS = {
    400: mark("it did not accept the question."),
    403: mark("it turned us away; see FETCH_USER_AGENT, which should have an address where you can be reached."),
    404: mark("it is not at its address any more (WIKIDATA_URL)."),
    429: LATER,
    503: LATER,
}
CODES = {"maxlag": LATER, "ratelimited": LATER, "readonly": LATER}
"""What the API says, as HTTP 200, by its codes."""


class Wikidata:
    """The service at *url*, asked through the guarded client; *clock* tells seconds."""

    def __init__(self, http: httpx.AsyncClient, url: str, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._http = http
        self._url = url
        self._clock = clock
        self._silent_until = 0.0

    async def find(self, names: Sequence[str], language: str) -> dict[str, Found]:
        """Return what each of *names* finds, in *language* (ISO 639-1) and English.

        Raises:
            KnowledgeUnavailable: it did not answer, or not as it is documented. How long it may take is the caller's.
        """
        languages = list(dict.fromkeys((language, "en", EVERYWHERE)))
        hits = {name: await self._search(name, language) for name in names}
        ids = list(dict.fromkeys(one for found, _ in hits.values() for one in found))
        entities = await self._entities(ids, "labels|aliases|descriptions|claims", languages)
        kept = {name: _named(name, found, entities) for name, (found, _) in hits.items()}
        wanted = list(dict.fromkeys(one for same in kept.values() for entity in same for one in named_by(entity)))
        named = await self._entities(wanted[:MOST_NAMED], "labels", languages)
        labels = {one: entity.term(entity.labels, languages) for one, entity in named.items()}
        return {
            name: Found(tuple(item_of(entity, labels, languages) for entity in kept[name]), more)
            for name, (_, more) in hits.items()
        }

    async def _search(self, name: str, language: str) -> tuple[list[str], bool]:
        """Return the ids of what may be called *name*, and whether there is more."""
        asked = {
            "action": "wbsearchentities",
            "search": without_generation(name),
            "language": language,
            "uselang": language,
        }
        answer = await self._ask(asked | {"type": "item", "limit": str(MOST_HITS)})
        try:
            found = Hits.model_validate(answer)
        except ValidationError as error:
            raise _senseless() from error
        hits = [hit for hit in found.search if ID.fullmatch(hit.id)]
        exact = [hit.id for hit in hits if _is_called(hit, name)]
        longer = [hit.id for hit in hits if hit.id not in exact and _begins(hit, name)]
        ended = found.continues is None or not hits or not _is_called(hits[-1], name)
        return [*exact, *longer][:CANDIDATES], len(exact) > CANDIDATES or not ended

    async def _entities(self, ids: Sequence[str], props: str, languages: Sequence[str]) -> dict[str, Entity]:
        """Return the items by *ids*, also those that lead to another by now; those that are missing are left out."""
        found: dict[str, Entity] = {}
        for at in range(0, len(ids), AT_ONCE):
            asked = {"action": "wbgetentities", "ids": "|".join(ids[at : at + AT_ONCE]), "props": props}
            answer = await self._ask(asked | {"languages": "|".join(languages)})
            try:
                entities = Entities.model_validate(answer).entities
            except ValidationError as error:
                raise _senseless() from error
            found |= {key: entity for key, entity in entities.items() if ID.fullmatch(entity.id)}
            found |= {entity.id: entity for entity in found.values()}
        return found

    async def _ask(self, asked: Mapping[str, str]) -> Mapping[str, Any]:
        if self._clock() < self._silent_until:
            raise KnowledgeUnavailable(SERVICE, Words(LATER))
        asked = {**asked, "format": "json", "formatversion": "2", "maxlag": str(LAG)}
        body = bytearray()
        try:
            async with self._http.stream("GET", self._url, params=asked) as response:
                if response.status_code != httpx.codes.OK:
                    raise self._refused(response, REASONS.get(response.status_code, ""))
                async for chunk in response.aiter_bytes():
                    body += chunk
                    if len(body) > LARGEST_ANSWER:
                        raise KnowledgeUnavailable(SERVICE, later("its answer has no end."))
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise KnowledgeUnavailable(SERVICE, later("the connection failed.")) from error
        try:
            answer = json.loads(body)
            problem = Problem.model_validate(answer.get("error", {})) if isinstance(answer, dict) else None
        except (ValueError, RecursionError, ValidationError) as error:
            raise _senseless() from error
        if problem is None:
            raise _senseless()
        if "error" in answer:
            raise self._refused(response, CODES.get(problem.code, ""))
        return dict(answer)

    def _refused(self, response: httpx.Response, reason: str) -> KnowledgeUnavailable:
        """Say why it did not answer, and keep away for as long as it asks for."""
        if reason == LATER:
            told = response.headers.get("Retry-After", "")
            pause = float(told) if told.isascii() and told.isdigit() else PAUSE  # it may be a date as well
            self._silent_until = self._clock() + min(pause, LONGEST_PAUSE)
        if reason:
            return KnowledgeUnavailable(SERVICE, Words(reason))
        if response.status_code == httpx.codes.OK:
            return KnowledgeUnavailable(SERVICE, later("it answered with an error."))
        if response.status_code >= 500:
            return KnowledgeUnavailable(
                SERVICE, later("it is out of order (HTTP {status}).", status=response.status_code)
            )
        return KnowledgeUnavailable(SERVICE, later("it answered HTTP {status}.", status=response.status_code))


def _senseless() -> KnowledgeUnavailable:
    return KnowledgeUnavailable(SERVICE, later("its answer makes no sense."))


def _named(name: str, ids: Sequence[str], entities: Mapping[str, Entity]) -> list[Entity]:
    """Return those of *ids* that have the *name*; others only begin with it."""
    found = {entity.id: entity for one in ids if (entity := entities.get(one))}
    return [entity for entity in found.values() if any(is_same_name(name, other) for other in entity.names())]


def _is_called(hit: Hit, name: str) -> bool:
    return any(is_same_name(name, one) for one in (hit.label, hit.match.text, *hit.aliases))


def _begins(hit: Hit, name: str) -> bool:
    """Tell whether something that *hit* is called begins with *name*: another name of it may be that name."""
    wanted = words(without_generation(name))
    return any(words(line(one))[: len(wanted)] == wanted for one in (hit.label, hit.match.text, *hit.aliases))
