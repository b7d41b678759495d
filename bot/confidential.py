"""What may be told outside of this machine: only words of what anybody can read."""

from __future__ import annotations

import httpx

from bot.models import Page


def is_public(page: Page | None, inner_hosts: frozenset[str]) -> bool:
    """Tell whether *page* came from the public web; None is pasted text or a file, which is nobody else's business.

    *inner_hosts* are "host:port" that may be fetched although not public; what is there is confidential.
    """
    return page is not None and not any(_is_inner(one, inner_hosts) for one in (page.url, *page.hops, page.final_url))


def _is_inner(address: str, inner_hosts: frozenset[str]) -> bool:
    url = httpx.URL(address)
    port = url.port or {"http": 80, "https": 443}.get(url.scheme)
    return f"{url.host}:{port}" in inner_hosts
