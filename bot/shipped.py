"""The model files that ship with the program: each is what it was when it was released, or is not loaded.

Their SHA-256 stand in ``shipped.json``, which ``python -m training.shipped`` writes anew after a model was made.
"""

from __future__ import annotations

import hashlib
import json
from functools import cache
from pathlib import Path

from bot.errors import SettingsError

PACKAGE = Path(__file__).parent
DIGESTS = PACKAGE / "shipped.json"


def read_shipped(path: Path) -> bytes:
    """Return the bytes of the model file at *path*.

    One that is not in this package was made by whoever runs it, and is read as it is.

    Raises:
        SettingsError: the file is missing, or is not the one that shipped.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise SettingsError(f"The model file {path.name} is missing; install Nutgraf anew.") from error
    if path.is_relative_to(PACKAGE) and hashlib.sha256(content).hexdigest() != digests().get(name_of(path)):
        raise SettingsError(f"The model file {path.name} is not the one that shipped; install Nutgraf anew.")
    return content


@cache
def digests() -> dict[str, str]:
    """Return the SHA-256 of each model file that ships, by its name within the package."""
    return {str(name): str(digest) for name, digest in json.loads(DIGESTS.read_text(encoding="utf-8")).items()}


def name_of(path: Path) -> str:
    """Return the name of a model file within the package, with slashes."""
    return path.relative_to(PACKAGE).as_posix()


@cache
def models_sha256() -> str:
    """Return one SHA-256 over all of them: what reads with the same models has the same."""
    return hashlib.sha256(DIGESTS.read_bytes()).hexdigest()
