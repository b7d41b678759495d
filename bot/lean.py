"""What makes a reading process ready sooner and keeps it small. Nothing that is read depends on it."""

from __future__ import annotations

import ctypes
import gc
import sys
from contextlib import suppress
from types import ModuleType


def leave_out_commands() -> None:
    """Keep spaCy from importing its command line, which nothing here runs.

    With the web client, the template engine and the forms that come along, it takes a third of spaCy's start. Where
    spaCy or its commands are imported already, nothing changes.
    """
    if "spacy" in sys.modules or "spacy.cli" in sys.modules:
        return
    commands, info = ModuleType("spacy.cli"), ModuleType("spacy.cli.info")
    info.info = commands.info = None  # type: ignore[attr-defined] # the one name that spaCy takes from there
    sys.modules.update({"spacy.cli": commands, "spacy.cli.info": info})


def settle() -> None:
    """Take what is loaded for what stays: give back what loading left over, and never look through it again.

    Python's garbage collector would else go through every object of the models each time, and the system's allocator
    (where it is glibc's) would keep the room in which the models were unpacked.
    """
    gc.collect()
    gc.freeze()
    give_back()


def give_back() -> None:
    """Give the system back what is free, where its allocator is glibc's, which keeps what lies between what is not."""
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)
