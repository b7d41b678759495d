"""A stand-in for Google's Fact Check Tools API on loopback, as its reference describes ``claims:search`` (v1alpha1).

It wants a key, answers in pages, and fails in the documented form: ``{"error": {"code", "message", "status"}}``.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.sites import Site, open_site, page

KEY = "AIza-made-up"
STATUS = {400: "INVALID_ARGUMENT", 403: "PERMISSION_DENIED", 429: "RESOURCE_EXHAUSTED", 500: "INTERNAL"}


def a_claim(text: str, number: int = 0, **review: Any) -> dict[str, Any]:
    """Return a claim as the service has it, with one review."""
    return {
        "text": text,
        "claimant": "Maren Holt",
        "claimDate": "2026-03-17T00:00:00Z",
        "claimReview": [
            {
                "publisher": {"name": "Tidewatch", "site": "tidewatch.example"},
                "url": f"https://www.tidewatch.example/checks/{number}",
                "title": "What the wall will cost",
                "reviewDate": "2026-03-20T00:00:00Z",
                "textualRating": "Half the story",
                "languageCode": "en",
                **review,
            }
        ],
    }


@dataclass
class Standin:
    """What the service knows and how it behaves; what it was asked."""

    claims: list[dict[str, Any]] = field(default_factory=list)
    status: int = 200
    junk: bytes | None = None
    delay: float = 0.0  # seconds
    site: Site | None = None
    queries: list[dict[str, str]] = field(default_factory=list)

    @property
    def url(self) -> str:
        assert self.site
        return self.site.url("")

    async def answer(self, path: str, writer: asyncio.StreamWriter) -> None:
        parts = urlsplit(path)
        asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
        self.queries.append(asked)
        await asyncio.sleep(self.delay)
        assert self.site
        allowed = f"x-goog-api-key: {KEY}".lower() in self.site.requests[-1].lower()
        if parts.path != "/v1alpha1/claims:search":
            writer.write(_error(404))
        elif not allowed:
            writer.write(_error(403))
        elif self.status != 200 or not asked.get("query"):
            writer.write(_error(self.status if self.status != 200 else 400))
        elif self.junk is not None:
            writer.write(page(self.junk, media_type="application/json"))
        else:
            writer.write(page(json.dumps(self._found(asked)).encode(), media_type="application/json; charset=UTF-8"))

    def _found(self, asked: dict[str, str]) -> dict[str, Any]:
        size, start = int(asked.get("pageSize", "10")), int(asked.get("pageToken", "0"))
        found: dict[str, Any] = {"claims": self.claims[start : start + size]} if self.claims else {}
        if start + size < len(self.claims):
            found["nextPageToken"] = str(start + size)
        return found


def _error(code: int) -> bytes:
    body = {"error": {"code": code, "message": "no", "status": STATUS.get(code, "NOT_FOUND")}}
    return page(json.dumps(body).encode(), status=f"{code} No", media_type="application/json; charset=UTF-8")


@asynccontextmanager
async def open_standin(**behaviour: Any) -> AsyncIterator[Standin]:
    """Serve it on a free port."""
    standin = Standin(**behaviour)
    async with open_site(standin.answer) as site:
        standin.site = site
        yield standin
