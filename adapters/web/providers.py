"""What Slack (OpenID Connect) and Discord (OAuth2) say of whoever signs in there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from authlib.integrations.httpx_client import AsyncOAuth2Client
from joserfc import jwt
from joserfc.jwk import KeySet

from bot.settings import Settings

LEEWAY = 60
"""Seconds by which two clocks may differ."""

GUILDS = 200
"""Guilds that Discord names at once; nobody can be in more."""


class Unclear(Exception):
    """A provider's answer does not say who somebody is."""


@dataclass(frozen=True, slots=True)
class Workspace:
    """Whose pages may be seen: as it is called here, and by people."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Member:
    """Who signed in, and of what."""

    user: str
    workspaces: tuple[Workspace, ...]


class Provider(Protocol):
    """Where people can sign in."""

    name: str
    client_id: str
    client_secret: str
    scope: str
    is_openid: bool
    authorize_url: str
    token_url: str

    async def member(self, client: AsyncOAuth2Client, token: Mapping[str, Any], nonce: str) -> Member:
        """Return who it is that *token* was given for.

        Raises:
            Unclear, JoseError, HTTPError: the provider's answer proves nothing.
        """


class Slack:
    """Sign in with Slack: the id token names the person and the team.

    Source:
        OpenID Connect Core 1.0, 3.1.3.7; Slack's documentation, "Sign in with Slack".
    """

    name = "Slack"
    scope = "openid profile"
    is_openid = True

    def __init__(self, client_id: str, client_secret: str, url: str) -> None:
        url = url.rstrip("/")
        self.client_id, self.client_secret = client_id, client_secret
        self.authorize_url = f"{url}/openid/connect/authorize"
        self.token_url = f"{url}/api/openid.connect.token"
        self._keys_url = f"{url}/openid/connect/keys"
        self._issuer = url

    async def member(self, client: AsyncOAuth2Client, token: Mapping[str, Any], nonce: str) -> Member:
        """Return whom the id token names, once its signature, issuer, audience, age and nonce are right."""
        keys = await client.request("GET", self._keys_url, withhold_token=True)
        keys.raise_for_status()
        told = jwt.decode(str(token.get("id_token", "")), KeySet.import_key_set(keys.json()), algorithms=["RS256"])
        jwt.JWTClaimsRegistry(
            leeway=LEEWAY,
            iss={"essential": True, "value": self._issuer},
            aud={"essential": True, "value": self.client_id},
            exp={"essential": True},
            iat={"essential": True},
            nonce={"essential": True, "value": nonce},
        ).validate(told.claims)
        team, user = told.claims.get("https://slack.com/team_id"), told.claims.get("https://slack.com/user_id")
        if not (team and user):
            raise Unclear
        name = told.claims.get("https://slack.com/team_name") or team
        return Member(f"slack:{user}", (Workspace(f"slack:{team}", str(name)),))


class Discord:
    """Discord: whoever is in a guild may see its pages, and everybody those of his own direct messages.

    Source:
        Discord's documentation, "OAuth2" and "Get Current User Guilds".
    """

    name = "Discord"
    scope = "identify guilds"
    is_openid = False

    def __init__(self, client_id: str, client_secret: str, url: str, api_url: str) -> None:
        self.client_id, self.client_secret = client_id, client_secret
        self.authorize_url = f"{url.rstrip('/')}/oauth2/authorize"
        self.token_url = f"{api_url.rstrip('/')}/oauth2/token"
        self._user_url = f"{api_url.rstrip('/')}/users/@me"

    async def member(self, client: AsyncOAuth2Client, token: Mapping[str, Any], nonce: str) -> Member:
        """Return who the token is for, and the guilds that he is in just now."""
        guilds_url = f"{self._user_url}/guilds"
        answers = [await client.get(self._user_url), await client.get(guilds_url, params={"limit": GUILDS})]
        for answer in answers:
            answer.raise_for_status()
        user, guilds = (answer.json() for answer in answers)
        try:
            shared = [Workspace(f"discord:{int(guild['id'])}", str(guild["name"])) for guild in guilds]
            own = Workspace(f"discord:dm:{int(user['id'])}", "Direct messages")
            return Member(f"discord:{int(user['id'])}", (*shared, own))
        except (KeyError, TypeError) as error:
            raise Unclear from error


def providers(settings: Settings) -> dict[str, Provider]:
    """Return where people can sign in, by the name that it has in our addresses."""
    found: dict[str, Provider] = {}
    if settings.slack_client_id and settings.slack_client_secret:
        secret = settings.slack_client_secret.get_secret_value()
        found["slack"] = Slack(settings.slack_client_id, secret, settings.slack_url)
    if settings.discord_client_id and settings.discord_client_secret:
        secret = settings.discord_client_secret.get_secret_value()
        found["discord"] = Discord(settings.discord_client_id, secret, settings.discord_url, settings.discord_api_url)
    return found
