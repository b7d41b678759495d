"""Who may see what: signed tokens that name a workspace, and the session that a browser gets for one."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from itsdangerous import BadSignature, URLSafeTimedSerializer

DAY = 86_400
"""Seconds."""

# What a token is for: signed into it, so that none can be used for anything else.
LINK, SESSION, API, FORM = "link", "session", "api", "form"


@dataclass(frozen=True, slots=True)
class Session:
    """What a browser may see, for as long as its cookie holds."""

    workspace: str
    id: str = field(repr=False)


class Access:
    """Signs and checks. Nothing is stored: a new secret ends every token and every session.

    itsdangerous and not a few lines of ``hmac``: it has keys for each purpose, time stamps and comparison in constant
    time right, and is what Starlette's own sessions stand on.
    """

    def __init__(self, secret: str, *, link_days: int, session_hours: int) -> None:
        self._signers = {
            purpose: URLSafeTimedSerializer(secret, salt=f"nutgraf.{purpose}") for purpose in (LINK, SESSION, API, FORM)
        }
        self._ages = {LINK: link_days * DAY, SESSION: session_hours * 3600, FORM: session_hours * 3600}
        self.session_seconds = session_hours * 3600

    def link_token(self, workspace: str) -> str:
        """Return a token that opens the pages of *workspace*, for links in its own chat."""
        return self._sign(LINK, {"w": workspace})

    def api_token(self, workspace: str, days: int) -> str:
        """Return a token with which a program may read the briefs of *workspace* for *days*."""
        return self._sign(API, {"w": workspace, "d": days})

    def enter(self, token: str) -> str | None:
        """Return the cookie of a new session for whoever brings *token*; None where it does not hold."""
        told = self._told(LINK, token)
        return None if told is None else self._sign(SESSION, {"w": told["w"], "i": secrets.token_urlsafe(12)})

    def session(self, cookie: str) -> Session | None:
        """Return the session that *cookie* stands for; None where it does not hold (any more)."""
        told = self._told(SESSION, cookie)
        return None if told is None else Session(told["w"], told["i"])

    def api_workspace(self, token: str) -> str | None:
        """Return whose briefs *token* lets a program read; None where it does not hold."""
        told = self._told(API, token)
        return None if told is None else str(told["w"])

    def form_token(self, session: Session) -> str:
        """Return what a form of that session must bring back."""
        return self._sign(FORM, {"i": session.id})

    def is_own_form(self, session: Session, token: str) -> bool:
        """Tell whether *token* was given to a form of that session."""
        told = self._told(FORM, token)
        return told is not None and secrets.compare_digest(str(told["i"]), session.id)

    def _sign(self, purpose: str, told: Mapping[str, Any]) -> str:
        return str(self._signers[purpose].dumps(dict(told)))

    def _told(self, purpose: str, token: str) -> dict[str, Any] | None:
        try:
            told, signed = self._signers[purpose].loads(token, return_timestamp=True)
            age = self._ages.get(purpose) or int(told["d"]) * DAY
        except (BadSignature, KeyError, TypeError, ValueError):
            return None
        return dict(told) if (datetime.now(UTC) - signed).total_seconds() <= age else None
