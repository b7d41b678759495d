"""Which sites may be read at all, as whoever runs the program has it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

import httpx

from bot.errors import DomainDenied, SettingsError

HOST = re.compile(r"[a-z0-9_-]+(?:\.[a-z0-9_-]+)*")
NOT_A_NAME = frozenset("/:@?#")
"""What is only in a whole address."""


@dataclass(frozen=True, slots=True)
class Domains:
    """Names of sites, each with all that is below it: "post.example" is also www.post.example."""

    allowed: frozenset[str] = frozenset()  # empty: all
    denied: frozenset[str] = frozenset()

    def check(self, asked: str, address: httpx.URL) -> None:
        """Raise ``DomainDenied`` for an *address*, to which a link as *asked* leads, that may not be read."""
        host = address.raw_host.decode("ascii").rstrip(".")
        if _is_among(host, self.denied) or (self.allowed and not _is_among(host, self.allowed)):
            raise DomainDenied(asked, host)


def domains(names: Iterable[str]) -> frozenset[str]:
    """Return *names* of sites in the form in which they are compared; raise ``SettingsError`` for what is none."""
    return frozenset(map(_host, names))


def _host(name: str) -> str:
    try:
        host = httpx.URL(f"https://{name.removeprefix('*.')}").raw_host.decode("ascii").rstrip(".")
    except httpx.InvalidURL:
        host = ""
    if not HOST.fullmatch(host) or NOT_A_NAME & set(name):
        raise SettingsError(f"ALLOW_DOMAINS and DENY_DOMAINS take names such as post.example, and not {name!r}.")
    return host


def _is_among(host: str, names: frozenset[str]) -> bool:
    return any(host == name or host.endswith(f".{name}") for name in names)
