"""Encrypts what an installation gave us, for the database: who reads its file or a backup cannot speak as the app."""

from __future__ import annotations

import base64
import json
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from slack_sdk.oauth.installation_store import Installation

from bot.errors import SealBroken

KEPT = (
    "app_id",
    "enterprise_id",
    "team_id",
    "team_name",
    "bot_token",
    "bot_id",
    "bot_user_id",
    "bot_scopes",
    "bot_refresh_token",
    "bot_token_expires_at",
    "user_id",
)
"""What is kept of an installation. Of whoever installed it only the id: his own tokens are not asked for."""

PURPOSE = b"nutgraf.slack.installations"


class Seal:
    """Seals with the first of its *keys*, opens with any: so an operator may change the key."""

    def __init__(self, keys: str) -> None:
        """Take one or more secrets, separated by commas."""
        self._fernet = MultiFernet([Fernet(_derived(key.strip())) for key in keys.split(",") if key.strip()])

    def close(self, installation: Installation) -> bytes:
        """Return what can be stored."""
        told = {name: getattr(installation, name) for name in KEPT}
        return self._fernet.encrypt(json.dumps(told).encode())

    def open(self, sealed: bytes, team: str) -> Installation:
        """Return the installation in *team*, or in the organisation of that id, again.

        Raises:
            SealBroken: it was sealed by another key, or for another team.
        """
        try:
            told: dict[str, Any] = json.loads(self._fernet.decrypt(sealed))
        except InvalidToken as error:
            raise SealBroken(team) from error
        installation = Installation(**told)
        if owner_of(installation) != team:
            raise SealBroken(team)
        return installation


def owner_of(installation: Installation) -> str:
    """Return the id of the team, or of the organisation, in which the app is installed."""
    return installation.team_id or installation.enterprise_id or ""


def _derived(key: str) -> bytes:
    # The setting is long and random, so nothing slow is needed to make a key of the right length of it (RFC 5869).
    made = HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=PURPOSE).derive(key.encode())
    return base64.urlsafe_b64encode(made)
