"""What the settings say of the evidence page, and the links to it. Serves nothing itself."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from adapters.web.access import Access
from adapters.web.providers import Provider, providers
from bot.errors import SettingsError
from bot.settings import Settings

if TYPE_CHECKING:
    from bot.courier import PageLink


@dataclass(frozen=True, slots=True)
class WebConfig:
    """Where the pages are served, and who may see them."""

    secret: str = field(repr=False)
    host: str = "127.0.0.1"
    port: int = 8470
    address: str = ""  # as people reach it: "https://nutgraf.post.example"; empty: host and port
    max_links: int = 10
    link_days: int = 7
    session_hours: int = 12
    excerpt_words: int = 0
    silent_seconds: float = 90.0  # without an answered heartbeat, after which a chat counts as lost
    providers: Mapping[str, Provider] = field(default_factory=dict)  # where people can sign in

    @property
    def https(self) -> bool:
        """Whether people reach the pages by TLS."""
        return self.address.startswith("https://")

    def access(self) -> Access:
        """Return who may see what."""
        return Access(self.secret, link_days=self.link_days, session_hours=self.session_hours, https=self.https)


SHORTEST_SECRET = 32
"""Characters. With random ones, far more than can be tried."""


def check_web(settings: Settings) -> None:
    """Check that the evidence page is not configured by half.

    Raises:
        SettingsError: links would be signed by a secret that is gone, or too short, or the address is none; with all
            of these that are so.
    """
    wrong = []
    secret = settings.web_secret.get_secret_value() if settings.web_secret else ""
    if secret and len(secret) < SHORTEST_SECRET:
        wrong.append(f"WEB_SECRET is too short: it needs {SHORTEST_SECRET} or more random characters.")
    if settings.web_address and not secret:
        wrong.append("WEB_ADDRESS is set, so WEB_SECRET is needed as well: 32 or more random characters.")
    if settings.web_address and not settings.web_address.startswith(("http://", "https://")):
        wrong.append("WEB_ADDRESS must be a web address, as https://nutgraf.example.")
    if wrong:
        raise SettingsError("\n".join(wrong))


def web_config(settings: Settings) -> WebConfig:
    """Return what *settings* say of the evidence page."""
    return WebConfig(
        secret=settings.web_secret.get_secret_value() if settings.web_secret else secrets.token_urlsafe(),
        host=settings.web_host,
        port=settings.web_port,
        address=settings.web_address,
        max_links=settings.max_links,
        link_days=settings.web_link_days,
        session_hours=settings.web_session_hours,
        excerpt_words=settings.web_excerpt_words,
        silent_seconds=settings.silent_seconds,
        providers=providers(settings) if settings.web_address else {},
    )


def page_link(settings: Settings) -> PageLink | None:
    """Return what makes links from chat to a brief's page; None where people could not follow them."""
    if not (settings.web and settings.web_address):
        return None
    access, address = web_config(settings).access(), settings.web_address.rstrip("/")
    return lambda workspace, brief_id: f"{address}/b/{brief_id}?t={access.link_token(workspace)}"
