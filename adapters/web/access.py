"""Who may see what: signed tokens that name a workspace, and the session that a browser gets for one."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from itsdangerous import BadSignature, URLSafeTimedSerializer
from starlette.responses import Response

DAY = 86_400
"""Seconds."""

# What a token is for: signed into it, so that none can be used for anything else.
LINK, SESSION, API, FORM, PENDING, CHOICE = "link", "session", "api", "form", "pending", "choice"
PURPOSES = (LINK, SESSION, API, FORM, PENDING, CHOICE)

SIGNING_IN = 600
"""Seconds that somebody may take to sign in at Slack or Discord. A guess."""


@dataclass(frozen=True, slots=True)
class Session:
    """What a browser may see, for as long as its cookie holds."""

    workspace: str
    id: str = field(repr=False)
    user: str = ""  # as Slack or Discord names whoever signed in there; a link says nothing of who follows it

    @property
    def who(self) -> str:
        """Return whom to name as having done something: who signed in, or else the session, told from others."""
        return self.user or f"web:{self.id}"


class Access:
    """Signs and checks. Nothing is stored: a new secret ends every token and every session.

    itsdangerous and not a few lines of ``hmac``: it has keys for each purpose, time stamps and comparison in constant
    time right, and is what Starlette's own sessions stand on.
    """

    def __init__(self, secret: str, *, link_days: int, session_hours: int, https: bool = False) -> None:
        self._signers = {purpose: URLSafeTimedSerializer(secret, salt=f"nutgraf.{purpose}") for purpose in PURPOSES}
        self._ages = {LINK: link_days * DAY, SESSION: session_hours * 3600, FORM: session_hours * 3600}
        self._ages |= {PENDING: SIGNING_IN, CHOICE: SIGNING_IN}
        self.session_seconds = session_hours * 3600
        self.pending_seconds = SIGNING_IN
        self._https = https

    def link_token(self, workspace: str) -> str:
        """Return a token that opens the pages of *workspace*, for links in its own chat."""
        return self._sign(LINK, {"w": workspace})

    def api_token(self, workspace: str, days: int) -> str:
        """Return a token with which a program may read the briefs of *workspace* for *days*."""
        return self._sign(API, {"w": workspace, "d": days})

    def enter(self, token: str) -> str | None:
        """Return the cookie of a new session for whoever brings *token*; None where it does not hold."""
        told = self._told(LINK, token)
        return None if told is None else self._session_cookie(told["w"])

    def session(self, cookie: str) -> Session | None:
        """Return the session that *cookie* stands for; None where it does not hold (any more)."""
        told = self._told(SESSION, cookie)
        return None if told is None else Session(told["w"], told["i"], told.get("u", ""))

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

    def pending_token(self, told: Mapping[str, Any]) -> str:
        """Return what a browser keeps while it is with whoever says who it is."""
        return self._sign(PENDING, told)

    def pending(self, token: str) -> dict[str, Any] | None:
        """Return what was told to ``pending_token``; None where it does not hold (any more)."""
        return self._told(PENDING, token)

    def choice_token(self, workspace: str, user: str) -> str:
        """Return what lets *user*, who may see several workspaces, choose that one."""
        return self._sign(CHOICE, {"w": workspace, "u": user})

    def choice(self, token: str) -> tuple[str, str] | None:
        """Return the workspace and the user of ``choice_token``; None where it does not hold (any more)."""
        told = self._told(CHOICE, token)
        return (str(told["w"]), str(told["u"])) if told else None

    def open_session(self, answer: Response, workspace: str, user: str) -> None:
        """Sign a browser in as *user* of *workspace*."""
        self.give(answer, self.cookie, self._session_cookie(workspace, user), self.session_seconds)

    @property
    def cookie(self) -> str:
        """What the cookie of a session is called; over TLS by a name that no other host of the domain can set."""
        return "__Host-nutgraf" if self._https else "nutgraf"

    def give(self, answer: Response, name: str, value: str, seconds: int) -> None:
        """Have the browser keep *value*, out of reach of scripts and of other sites' forms."""
        answer.set_cookie(
            name,
            value,
            max_age=seconds,
            secure=self._https,
            httponly=True,
            samesite="lax",  # strict would not be sent along from the link in chat
        )

    def _session_cookie(self, workspace: str, user: str = "") -> str:
        return self._sign(SESSION, {"w": workspace, "i": secrets.token_urlsafe(12), "u": user})

    def _sign(self, purpose: str, told: Mapping[str, Any]) -> str:
        return str(self._signers[purpose].dumps(dict(told)))

    def _told(self, purpose: str, token: str) -> dict[str, Any] | None:
        try:
            told, signed = self._signers[purpose].loads(token, return_timestamp=True)
            age = self._ages.get(purpose) or int(told["d"]) * DAY
        except (BadSignature, KeyError, TypeError, ValueError):
            return None
        return dict(told) if (datetime.now(UTC) - signed).total_seconds() <= age else None
