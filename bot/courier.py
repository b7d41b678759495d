"""What carries answers back to where a request came from: each chat adapter brings one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Protocol

from bot.answers import Compared
from bot.brief import Brief
from bot.models import Item, Request

PageLink = Callable[[str, str], str]
"""Returns an address that opens a stored brief's page, from its workspace and its id."""


class Courier(Protocol):
    """Carries answers back to where a request came from; each chat adapter brings one.

    Every method may be called again after a crash and must then show nothing twice. A message that the
    platform does not take is a ``DeliveryError``.
    """

    async def open(self, request: Request) -> Mapping[str, str]:
        """Make the place for the answers (a thread) and return it, or the place as it is."""

    def thread(self, request: Request) -> str:
        """Return the name of the thread in which people follow up on *request*, once its place is open."""

    async def announce(self, request: Request, item: Item) -> str:
        """Post the placeholder that becomes *item*'s answer, and return its id."""

    async def deliver(self, request: Request, item: Item, answer: Brief | str) -> None:
        """Turn the placeholder ``item.message`` into *answer*: a brief, or why there is none.

        ``item.brief`` is the stored brief's id, for buttons.
        """

    async def remark(self, request: Request, compared: Compared) -> str:
        """Say in short what briefs of *request* that tell one story have in common, and return the message's id.

        Where ``request.remark`` is the id of such a message, edit that one.
        """

    async def withdraw(self, request: Request, message: str) -> None:
        """Delete *message* for good; one that is gone already is as well."""

    async def close(self, request: Request) -> None:
        """Show that every item is answered; where there is none, that all were deleted."""

    async def silence(self) -> float:
        """Return the seconds since the platform last answered a heartbeat on the connection that brings requests.

        0 where there is no connection to keep, infinity where it is lost.
        """
