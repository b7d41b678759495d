"""A stand-in for Wikidata on loopback: ``wbsearchentities`` and ``wbgetentities`` as its API's help describes them.

It finds labels and aliases by their beginning, gives 50 items a request at most, tells mistakes as HTTP 200 with an
``error``, lags, limits, and writes an object without members as a list, as PHP does.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.sites import Site, open_site, page

LIMIT = 50


def statement(value: object, kind: str = "wikibase-entityid", rank: str = "normal") -> dict[str, Any]:
    """Return a statement of *value*; one of None says that something is not known."""
    snak: dict[str, Any] = {"snaktype": "somevalue", "property": "P0", "hash": "0"}
    if value is not None:
        snak |= {"snaktype": "value", "datavalue": {"value": value, "type": kind}}
    return {"mainsnak": snak, "type": "statement", "id": "Q0$0", "rank": rank}


def leads_to(*ids: str) -> list[dict[str, Any]]:
    """Return statements whose values are the items of *ids*."""
    return [statement({"entity-type": "item", "numeric-id": int(one[1:]), "id": one}) for one in ids]


def in_year(year: int) -> list[dict[str, Any]]:
    """Return a statement of a date of which the year is known."""
    value = {
        "time": f"{year:+05d}-00-00T00:00:00Z",
        "timezone": 0,
        "before": 0,
        "after": 0,
        "precision": 9,
        "calendarmodel": "http://www.wikidata.org/entity/Q1985727",
    }
    return [statement(value, "time")]


def a_term(value: str, language: str = "en") -> dict[str, str]:
    return {"language": language, "value": value}


def an_entity(
    id: str,  # noqa: A002 - its name there
    label: str,
    description: str = "",
    aliases: Sequence[str] = (),
    claims: Mapping[str, list[dict[str, Any]]] | None = None,
    language: str = "en",
) -> dict[str, Any]:
    """Return an item as ``wbgetentities`` writes it."""
    return {
        "type": "item",
        "id": id,
        "labels": {language: a_term(label, language)},
        "descriptions": {language: a_term(description, language)} if description else [],
        "aliases": {language: [a_term(one, language) for one in aliases]} if aliases else [],
        "claims": dict(claims or {}) or [],
    }


@dataclass
class Standin:
    """What Wikidata has and how it behaves; what it was asked."""

    items: dict[str, dict[str, Any]] = field(default_factory=dict)
    redirects: dict[str, str] = field(default_factory=dict)
    status: int = 200
    error: str = ""  # a code of the API
    retry_after: str = ""
    junk: bytes | None = None
    delay: float = 0.0  # seconds
    site: Site | None = None
    asked: list[dict[str, str]] = field(default_factory=list)

    def has(self, *entities: dict[str, Any]) -> None:
        self.items |= {one["id"]: one for one in entities}

    @property
    def url(self) -> str:
        assert self.site
        return self.site.url("/w/api.php")

    @property
    def searched(self) -> list[str]:
        return [one["search"] for one in self.asked if one["action"] == "wbsearchentities"]

    async def answer(self, path: str, writer: asyncio.StreamWriter) -> None:
        parts = urlsplit(path)
        asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
        self.asked.append(asked)
        await asyncio.sleep(self.delay)
        headers = [f"Retry-After: {self.retry_after}"] if self.retry_after else []
        if parts.path != "/w/api.php":
            writer.write(page(b"", status="404 Not Found"))
        elif self.status != 200:
            writer.write(page(b"<html>Wikimedia Error</html>", *headers, status=f"{self.status} No"))
        elif self.junk is not None:
            writer.write(page(self.junk, *headers, media_type="application/json"))
        else:
            told = self._told(asked)
            if "error" in told:
                headers.append(f"MediaWiki-API-Error: {told['error']['code']}")
            writer.write(page(json.dumps(told).encode(), *headers, media_type="application/json; charset=utf-8"))

    def _told(self, asked: dict[str, str]) -> dict[str, Any]:
        if self.error:
            return _error(self.error)
        if asked.get("format") != "json" or asked.get("formatversion") != "2":
            return _error("badvalue")
        if asked.get("action") == "wbsearchentities":
            return self._found(asked)
        if asked.get("action") == "wbgetentities":
            return self._entities(asked)
        return _error("badvalue")

    def _found(self, asked: dict[str, str]) -> dict[str, Any]:
        limit = int(asked.get("limit", "7"))
        if not asked.get("search") or not asked.get("language") or limit > LIMIT:
            return _error("badvalue")
        wanted = asked["search"].casefold()
        hits = []
        for item in self.items.values():
            labels = [one["value"] for one in item["labels"].values()]
            aliases = [one["value"] for same in dict(item["aliases"]).values() for one in same]
            for kind, text in [*(("label", one) for one in labels), *(("alias", one) for one in aliases)]:
                if text.casefold().startswith(wanted):
                    hits.append((text.casefold() != wanted, item["id"], kind, text, labels[0]))
                    break
        hits.sort(key=lambda hit: hit[0])  # whole names first, as it ranks them
        start = int(asked.get("continue", "0"))
        told = [_hit(*hit[1:]) for hit in hits[start : start + limit]]
        more = {"search-continue": start + limit} if len(hits) > start + limit else {}
        return {"searchinfo": {"search": asked["search"]}, "search": told, **more, "success": 1}

    def _entities(self, asked: dict[str, str]) -> dict[str, Any]:
        ids = asked.get("ids", "").split("|")
        if len(ids) > LIMIT:
            return _error("toomanyvalues")
        props, languages = asked["props"].split("|"), asked["languages"].split("|")
        return {"entities": {one: self._entity(one, props, languages) for one in ids}, "success": 1}

    def _entity(self, id: str, props: Sequence[str], languages: Sequence[str]) -> dict[str, Any]:  # noqa: A002
        item = self.items.get(self.redirects.get(id, id))
        if item is None:
            return {"id": id, "missing": True}
        told = {"type": "item", "id": item["id"]}
        for prop in ("labels", "descriptions", "aliases"):
            if prop in props:
                told[prop] = {one: item[prop][one] for one in languages if one in item[prop]} or []
        return told | ({"claims": item["claims"]} if "claims" in props else {})


def _hit(id: str, kind: str, text: str, label: str) -> dict[str, Any]:  # noqa: A002 - its name there
    return {
        "id": id,
        "title": id,
        "pageid": 1,
        "concepturi": f"http://www.wikidata.org/entity/{id}",
        "repository": "wikidata",
        "url": f"//www.wikidata.org/wiki/{id}",
        "display": {"label": a_term(label)},
        "label": label,
        "match": {"type": kind, "language": "en", "text": text},
        **({"aliases": [text]} if kind == "alias" else {}),
    }


def _error(code: str) -> dict[str, Any]:
    return {"error": {"code": code, "info": "no", "docref": "See the help."}, "servedby": "mw1"}


@asynccontextmanager
async def open_standin(**behaviour: Any) -> AsyncIterator[Standin]:
    """Serve it on a free port."""
    standin = Standin(**behaviour)
    async with open_site(standin.answer) as site:
        standin.site = site
        yield standin
