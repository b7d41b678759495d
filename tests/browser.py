"""Debian's Chromium, for tests that look at pages with a real browser's eyes."""

from __future__ import annotations

import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, async_playwright

FLAGS = (
    "--no-sandbox",  # as root, in a container
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
DESKTOP, PHONE = {"width": 1280, "height": 860}, {"width": 390, "height": 800}


def find_chromium() -> str:
    """Return the path of Chromium, or skip the test and say why."""
    path = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    if not path:
        pytest.skip("Chromium is not installed, and pages are looked at in it (Debian: apt-get install chromium)")
    return path


@asynccontextmanager
async def open_browser() -> AsyncIterator[Browser]:
    """Start Chromium with an empty profile."""
    path = find_chromium()
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=FLAGS)
        try:
            yield browser
        finally:
            await browser.close()


def listen(page: Page) -> list[str]:
    """Return a list to which everything is added that *page* complains of: errors, and what its policy blocks."""
    heard: list[str] = []
    page.on("pageerror", lambda error: heard.append(str(error)))
    page.on("console", lambda message: heard.append(message.text) if message.type == "error" else None)
    page.on("dialog", lambda dialog: heard.append(f"dialog: {dialog.message}"))
    return heard


def keep_screenshot(folder: Path, name: str) -> str | None:
    """Return where a screenshot for docs/ goes, if these are to be made anew (UPDATE_SCREENSHOTS=1)."""
    return str(folder / f"{name}.png") if os.environ.get("UPDATE_SCREENSHOTS") else None
