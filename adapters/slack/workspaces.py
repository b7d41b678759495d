"""As whom we speak in which workspace: by one token from the settings, or by those of each installation."""

from __future__ import annotations

import asyncio
import logging
import time
from collections import defaultdict
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Protocol

import aiohttp
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.errors import SlackClientError, SlackTokenRotationError
from slack_sdk.oauth.installation_store import Installation
from slack_sdk.oauth.token_rotation.async_rotator import AsyncTokenRotator
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.seal import Seal, owner_of
from bot.archive.installations import Installations
from bot.errors import DeliveryError

log = logging.getLogger(__name__)

RENEW_BEFORE = 120
"""Minutes before its end from which a token is renewed, as Bolt does: Slack's rotating tokens last 12 hours."""


class Workspaces(Protocol):
    """Knows as whom we speak."""

    async def identity(self, team: str, organisation: str | None = None) -> AuthorizeResult | None:
        """Return who we are in *team*, which may be of an *organisation*; None where the app is not installed."""

    async def client(self, workspace: str) -> AsyncWebClient:
        """Return what calls Slack as us in *workspace*, or raise ``DeliveryError``."""


class OneWorkspace:
    """One token, which was checked when the bot started."""

    def __init__(self, client: AsyncWebClient, identity: AuthorizeResult | None = None) -> None:
        self._client = client
        self._identity = identity

    async def identity(self, team: str, organisation: str | None = None) -> AuthorizeResult | None:
        """Return who we are, in every team: where people of two share a channel, events name the other one as well."""
        return self._identity

    async def client(self, workspace: str) -> AsyncWebClient:
        """Return what calls Slack."""
        return self._client


class ManyWorkspaces:
    """What each installation gave us, stored sealed; tokens that end are renewed before they do."""

    def __init__(
        self,
        kept: Installations,
        seal: Seal,
        rotator: AsyncTokenRotator,
        client_with: Callable[[str], AsyncWebClient],
    ) -> None:
        self._kept = kept
        self._seal = seal
        self._rotator = rotator
        self._client_with = client_with
        self._turns: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def identity(self, team: str, organisation: str | None = None) -> AuthorizeResult | None:
        """Return who we are in *team*, without asking Slack: were it away just then, the event would be lost."""
        found = await self._current(team)
        if found is None and organisation and (found := await self._current(organisation)):
            # Whoever answers later knows the team alone, perhaps in another process.
            member = Installation(user_id=found.user_id, team_id=team, enterprise_id=organisation)
            await self._kept.keep(f"slack:{team}", self._seal.close(member), found.user_id)
        if found is None:
            return None
        return AuthorizeResult(
            enterprise_id=found.enterprise_id,
            team_id=team,
            bot_id=found.bot_id,
            bot_user_id=found.bot_user_id,
            bot_token=found.bot_token,
            bot_scopes=found.bot_scopes,
        )

    async def client(self, workspace: str) -> AsyncWebClient:
        """Return what calls Slack by the token of *workspace*."""
        team = workspace.removeprefix("slack:")
        try:
            found = await self._current(team)
        except (TimeoutError, SlackClientError, aiohttp.ClientError) as error:
            raise DeliveryError(
                f"Slack workspace {team}", f"its token was not renewed ({error})", lasting=False
            ) from error
        if found is None:
            raise DeliveryError(f"Slack workspace {team}", "the app is not installed there any more", lasting=True)
        return self._client_with(found.bot_token or "")

    async def _current(self, team: str) -> Installation | None:
        """Return what is installed in *team*, or in an organisation, with a token that still holds."""
        workspace = f"slack:{team}"
        async with self._turns[team]:
            sealed = await self._kept.get(workspace)
            if sealed is None:
                return None
            found = self._seal.open(sealed, team)
            if not found.bot_token and found.enterprise_id:  # a member of an organisation that has the app
                return await self._current(found.enterprise_id)
            try:
                renewed = await self._rotator.perform_token_rotation(
                    installation=found, minutes_before_expiration=RENEW_BEFORE
                )
            except (TimeoutError, SlackTokenRotationError, aiohttp.ClientError) as error:
                return await self._despite(error, found, sealed)
            if renewed and not await self._kept.renew(workspace, self._seal.close(renewed), instead_of=sealed):
                return await self._stored(team)  # installed anew, or uninstalled, meanwhile
            return renewed or found

    async def _despite(self, error: Exception, found: Installation, sealed: bytes) -> Installation | None:
        """Return what holds although *found* could not be renewed: another process may have been quicker."""
        team = owner_of(found)
        if await self._kept.get(f"slack:{team}") != sealed:
            return await self._stored(team)
        if (found.bot_token_expires_at or 0) <= time.time():
            raise error
        log.warning("the token of Slack workspace %s was not renewed, and holds for now: %s", team, error)
        return found

    async def _stored(self, team: str) -> Installation | None:
        sealed = await self._kept.get(f"slack:{team}")
        return self._seal.open(sealed, team) if sealed else None

    # Installing and uninstalling --------------------------------------------------------------------------

    async def keep(self, installation: Installation) -> None:
        """Keep what somebody has just installed, in one workspace or in all of an organisation."""
        whose = f"slack:{owner_of(installation)}"
        await self._kept.keep(whose, self._seal.close(installation), installation.user_id)

    async def remove(self, team: str, at: float) -> None:
        """Forget the tokens of *team*, or of an organisation, taken back *at* that Unix time; not what is newer."""
        await self._kept.remove(f"slack:{team}", datetime.fromtimestamp(at, UTC))
