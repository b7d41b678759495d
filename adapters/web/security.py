"""What every answer carries, and what is refused before anybody looks at it."""

from __future__ import annotations

from limits import RateLimitItem, parse
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import MovingWindowRateLimiter
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
        "require-trusted-types-for 'script'",
        "trusted-types 'none'",
    )
)

HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",  # the publisher must not learn which brief led to him
    "X-Robots-Tag": "noindex, nofollow, noarchive",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}

PRIVATE = "no-store"
"""Pages hold what a newsroom reads, so no cache keeps them."""

YEAR = 31_536_000
"""Seconds."""

PER_CLIENT: RateLimitItem = parse("600/minute")
"""Requests of one address. A guess: a newsroom behind one address opens a page a second, with its three files."""

READINGS: RateLimitItem = parse("30/minute")
"""Stories that one session may have read. A guess: faster than anybody reads the briefs."""


BODY = 2_400_000
"""Bytes that may be sent to us: pasted text of 400,000 characters in any script, and in a form's escapes in most."""


async def read_body(request: Request) -> bytes:
    """Return what was sent.

    Raises:
        HTTPException: it is larger than anything that is ours.
    """
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > BODY:
            raise HTTPException(413)
    return body


class Limiter:
    """Counts in this process's memory: of several processes each allows the whole."""

    def __init__(self) -> None:
        self._limiter = MovingWindowRateLimiter(MemoryStorage())

    async def allows(self, limit: RateLimitItem, *whose: str) -> bool:
        """Count one more of *whose*; tell whether that is within *limit*."""
        return await self._limiter.hit(limit, *whose)


class Guard:
    """Limits how often one address may ask, and sets the headers of every answer, also of a failed one."""

    def __init__(self, app: ASGIApp, *, limiter: Limiter, https: bool) -> None:
        self.app = app
        self._limiter = limiter
        self._https = https

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or say that it is too much."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.update(HEADERS)
                headers.setdefault("Cache-Control", PRIVATE)
                if self._https:
                    headers["Strict-Transport-Security"] = f"max-age={YEAR}"
            await send(message)

        request = Request(scope)
        client = request.client.host if request.client else ""
        if await self._limiter.allows(PER_CLIENT, "client", client):
            await self.app(scope, receive, send_guarded)
        else:
            answer = JSONResponse({"error": "Too many requests. Wait a minute."}, 429, {"Retry-After": "60"})
            await answer(scope, receive, send_guarded)
