"""Files that people share along with a mention → what is to be read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

import httpx

from bot.catalogue import _, later
from bot.errors import FileNotRead, TooManyFiles
from bot.models import File, Wanted

SECONDS = 20.0
"""That a file may take to come."""

HOSTS = ("slack.com", "slack-files.com")
"""Whose files get the token; nobody else's."""


async def fetch_shared(
    files: Sequence[Mapping[str, Any]], token: str, *, api_url: str, max_bytes: int, most: int
) -> tuple[Wanted, ...]:
    """Fetch the first *most* files of a message; one that cannot be had carries its problem, and so do all others."""
    if not files:
        return ()  # a client loads every certificate that is trusted, which held up whoever asked at the same time
    async with httpx.AsyncClient(timeout=SECONDS, headers={"Authorization": f"Bearer {token}"}) as client:
        found = tuple([await _fetch(client, file, api_url, max_bytes) for file in files[:most]])
    left_out = tuple(_name(file) for file in files[most:])
    return (*found, Wanted(problem=str(TooManyFiles(most, left_out)))) if left_out else found


def _name(file: Mapping[str, Any]) -> str:
    return str(file.get("name") or file.get("title") or _("the file"))


async def _fetch(client: httpx.AsyncClient, file: Mapping[str, Any], api_url: str, max_bytes: int) -> Wanted:
    name = _name(file)
    url = str(file.get("url_private_download") or file.get("url_private") or "")
    try:
        if not _is_slacks(url, api_url):
            raise FileNotRead(name, later("it is not kept by Slack. Send me its link, or the file itself."))
        body = await _download(client, url, name, max_bytes)
    except httpx.HTTPError as error:
        return Wanted(
            problem=str(FileNotRead(name, later("Slack did not hand it over ({why}).", why=type(error).__name__)))
        )
    except FileNotRead as error:
        return Wanted(problem=str(error))
    if _is_sign_in(body, str(file.get("mimetype") or "")):
        reason = later("Slack does not let me open files yet. Whoever set me up must give me the scope files:read.")
        return Wanted(problem=str(FileNotRead(name, reason)))
    return Wanted(file=File(name, body))


async def _download(client: httpx.AsyncClient, url: str, name: str, max_bytes: int) -> bytes:
    body = b""
    async with client.stream("GET", url) as answer:
        if answer.status_code != httpx.codes.OK:
            raise FileNotRead(name, later("Slack did not hand it over ({why}).", why=f"HTTP {answer.status_code}"))
        async for part in answer.aiter_bytes():
            body += part
            if len(body) > max_bytes:
                raise FileNotRead(name, later("it is larger than {size} MB.", size=max_bytes / 1_000_000))
    return body


def _is_slacks(url: str, api_url: str) -> bool:
    try:
        parts, ours = urlsplit(url), urlsplit(api_url)
    except ValueError:
        return False
    if parts.netloc == ours.netloc and parts.scheme == ours.scheme:
        return True
    host = parts.hostname or ""
    return parts.scheme == "https" and any(host == known or host.endswith(f".{known}") for known in HOSTS)


def _is_sign_in(body: bytes, media_type: str) -> bool:
    """Tell Slack's page for signing in, which comes instead of a file where a scope is missing."""
    return "html" not in media_type and body[:200].lstrip().lower().startswith((b"<!doctype html", b"<html"))
