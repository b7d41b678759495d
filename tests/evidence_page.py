"""The evidence page, served and looked at: what tests of it in a browser share."""

from __future__ import annotations

import asyncio
from contextlib import AbstractAsyncContextManager

from playwright.async_api import Browser, BrowserContext, Page

from adapters.web.app import Opened, open_web
from adapters.web.config import WebConfig
from bot.brief import Brief
from bot.desk import Desk
from tests.browser import DESKTOP
from tests.fakes import QuickDesk
from tests.sites import Site, open_site, page
from tests.test_web import stored


def serve(desk: Desk) -> AbstractAsyncContextManager[Opened]:
    """Serve the pages of *desk* on a free port."""
    return open_web(desk, WebConfig(secret="s" * 32, port=0))


async def sign_in(browser: Browser, web: Opened, **how: object) -> BrowserContext:
    """Open a context of *browser* that has followed a link from chat."""
    context = await browser.new_context(viewport=DESKTOP, **how)  # type: ignore[arg-type]
    await context.request.get(web.link("local"))
    return context


async def show(context: BrowserContext, web: Opened, desk: QuickDesk, brief: Brief, place: str = "") -> Page:
    """Store *brief* and open its page, at *place* ("#q1")."""
    shown = await context.new_page()
    await shown.goto(f"{web.address}/b/{await stored(desk, brief, 'local')}{place}")
    return shown


def newspaper(pages: dict[str, bytes]) -> AbstractAsyncContextManager[Site]:
    """Serve *pages*; the pictures and the icon that a browser asks for besides are not found."""

    async def answer(path: str, writer: asyncio.StreamWriter) -> None:
        writer.write(pages.get(path) or page(status="404 Not Found"))

    return open_site(answer)
