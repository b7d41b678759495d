"""Whether it is Discord that calls us: Ed25519 over the time and the body of a request."""

from __future__ import annotations

import time
from collections.abc import Mapping

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from bot.errors import SettingsError

SIGNATURE, TIMESTAMP = "X-Signature-Ed25519", "X-Signature-Timestamp"

OLDEST = 300.0
"""Seconds that the time of a request may be off. Discord names none; Slack's five minutes."""


class Signature:
    """Tells requests of Discord from all others, each of them once."""

    def __init__(self, public_key: str) -> None:
        """Take the application's public key, 64 hexadecimal digits, or raise ``SettingsError``."""
        try:
            self._key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(public_key))
        except ValueError as error:
            raise SettingsError(
                "DISCORD_PUBLIC_KEY is no public key: it has 64 hexadecimal digits, and stands in the Developer Portal "
                "under General Information."
            ) from error
        self._seen: dict[bytes, float] = {}  # signatures and when they were taken, the oldest first

    def accepts(self, headers: Mapping[str, str], body: bytes) -> bool:
        """Tell whether Discord has signed *body* just now, and whether that comes for the first time."""
        timestamp = headers.get(TIMESTAMP, "")
        try:
            signature = bytes.fromhex(headers.get(SIGNATURE, ""))
            self._key.verify(signature, timestamp.encode() + body)
            age = abs(time.time() - int(timestamp))
        except (InvalidSignature, ValueError):
            return False
        return age <= OLDEST and self._is_first(signature)

    def _is_first(self, signature: bytes) -> bool:
        now = time.monotonic()
        # What is older than this cannot come again: its time is off by more than is allowed.
        while self._seen and now - next(iter(self._seen.values())) > 2 * OLDEST:
            del self._seen[next(iter(self._seen))]
        if signature in self._seen:
            return False
        self._seen[signature] = now
        return True
