"""Fixtures that several test files share."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture
def anyio_backend() -> str:
    """Run async tests on asyncio, as the bot does."""
    return "asyncio"


@pytest.fixture(scope="session")
def shared() -> Path:
    """Return the folder of annotated development data beside the project; it is no part of a clone."""
    folder = Path(__file__).resolve().parents[2] / "shared"
    if not folder.is_dir():
        pytest.skip("the annotated development data (../shared) is not beside this checkout")
    return folder
