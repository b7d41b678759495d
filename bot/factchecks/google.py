"""Google's Fact Check Tools API: published fact-checks by the words of a claim.

What is sent is the claim itself, so nothing is sent unless the operator has set a key. See
https://developers.google.com/fact-check/tools/api/reference/rest/v1alpha1/claims/search.
"""

from __future__ import annotations

import json
from typing import Any

import httpx
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.catalogue import Words, later, mark
from bot.errors import FactChecksUnavailable
from bot.factchecks.review import LONGEST_WORDS, Review, day_of, site_of
from bot.models import storable

SERVICE = "Google’s Fact Check Tools"

PAGE_SIZE, MOST_PAGES = 10, 2
"""Claims of one answer, and answers that are asked for: what is of a claim comes first."""

LONGEST_QUERY = 300
"""Characters of a claim that are sent. A guess."""

LARGEST_ANSWER = 2_000_000
"""Bytes."""

REASONS = {
    400: mark("it did not accept the question or the key (GOOGLE_FACTCHECK_KEY)."),
    401: mark("it does not know the key (GOOGLE_FACTCHECK_KEY)."),
    403: mark("the key (GOOGLE_FACTCHECK_KEY) may not be used for it."),
    404: mark("it is not at its address any more (GOOGLE_FACTCHECK_URL)."),
    429: mark("it has been asked too often just now."),
}


class _Part(BaseModel):
    model_config = ConfigDict(extra="ignore", hide_input_in_errors=True)


class _Publisher(_Part):
    name: str = ""
    site: str = ""


class _ClaimReview(_Part):
    publisher: _Publisher = Field(default_factory=_Publisher)
    url: str = ""
    title: str = ""
    reviewDate: str = ""  # noqa: N815 - Google's names
    textualRating: str = ""  # noqa: N815
    languageCode: str = ""  # noqa: N815


class _Claim(_Part):
    text: str = ""
    claimant: str = ""
    claimDate: str = ""  # noqa: N815
    claimReview: list[_ClaimReview] = []  # noqa: N815


class _Answer(_Part):
    claims: list[_Claim] = []
    nextPageToken: str = ""  # noqa: N815


class Google:
    """The service, asked through the guarded client with the operator's key."""

    def __init__(self, http: httpx.AsyncClient, key: str, url: str) -> None:
        self._http = http
        self._key = key
        self._url = f"{url.rstrip('/')}/v1alpha1/claims:search"

    async def find(self, claim: str, language: str | None) -> list[Review]:
        """Return what was published on claims like *claim*, in *language* (ISO 639-1; None: in any).

        Raises:
            FactChecksUnavailable: it did not answer, or not as it is documented. How long it may take is the caller's.
        """
        asked = {"query": claim[:LONGEST_QUERY], "pageSize": str(PAGE_SIZE)}
        asked |= {"languageCode": language} if language else {}
        found: list[Review] = []
        for _ in range(MOST_PAGES):
            answer = await self._ask(asked)
            found += [review for claimed in answer.claims for review in _reviews(claimed)]
            if not answer.nextPageToken:
                break
            asked["pageToken"] = answer.nextPageToken
        return found

    async def _ask(self, asked: dict[str, str]) -> _Answer:
        # In a header: addresses are logged, keys must not be.
        headers = {"X-Goog-Api-Key": self._key, "Accept": "application/json"}
        body = bytearray()
        try:
            async with self._http.stream("GET", self._url, params=asked, headers=headers) as response:
                if response.status_code != httpx.codes.OK:
                    raise FactChecksUnavailable(SERVICE, _reason(response.status_code))
                async for chunk in response.aiter_bytes():
                    body += chunk
                    if len(body) > LARGEST_ANSWER:
                        raise FactChecksUnavailable(SERVICE, later("its answer has no end."))
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise FactChecksUnavailable(SERVICE, later("the connection failed.")) from error
        try:
            return _Answer.model_validate(json.loads(body))
        except (ValueError, RecursionError, ValidationError) as error:
            raise FactChecksUnavailable(SERVICE, later("its answer makes no sense.")) from error


def _reason(status: int) -> Words:
    if status in REASONS:
        return Words(REASONS[status])
    if status >= 500:
        return later("it is out of order (HTTP {status}).", status=status)
    return later("it answered HTTP {status}.", status=status)


def _reviews(claim: _Claim) -> list[Review]:
    """Return the reviews of *claim* that say who, what and where."""
    found = []
    for review in claim.claimReview:
        site = site_of(review.url)
        words = _line(claim.text, "claim"), _line(review.textualRating, "rating")
        if not (site and all(words)):
            continue
        found.append(
            Review(
                claim=words[0],
                claimant=_line(claim.claimant, "claimant") or None,
                claimed=day_of(claim.claimDate),
                publisher=_line(review.publisher.name, "publisher") or site,
                site=site,
                url=review.url[: LONGEST_WORDS["url"]],
                title=_line(review.title, "title") or None,
                rating=words[1],
                reviewed=day_of(review.reviewDate),
                language=review.languageCode[:2].lower() or None,
            )
        )
    return found


def _line(words: Any, what: str) -> str:
    return " ".join(storable(words).split())[: LONGEST_WORDS[what]]
