"""Work for the child processes of test_children.py: they import it by name."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path
from typing import Any

from bot.errors import NoArticle, SettingsError


def get_ready() -> None:
    """Prepare nothing."""


def be_unable() -> None:
    raise SettingsError("SPACY_MODEL is nonsuch, which is not installed here.")


def die_at_start() -> None:
    os._exit(3)


def run_out_at_start() -> None:
    raise MemoryError


def fail_at_start() -> None:
    raise ValueError("could not reserve memory")


def double(number: int) -> int:
    return number * 2


def own_id(_: Any) -> int:
    return os.getpid()


def hang(started: str) -> None:
    """Say in the file *started* who hangs, and hang."""
    Path(started).write_text(str(os.getpid()))
    while True:
        time.sleep(60)


def exit_at_once(code: int) -> None:
    os._exit(code)


def crash(_: Any) -> None:
    os.kill(os.getpid(), signal.SIGSEGV)


def take_memory(megabytes: int) -> int:
    return len(bytearray(megabytes * 1024 * 1024))


def recurse(depth: int) -> int:
    return recurse(depth + 1)


def refuse(evidence: str) -> None:
    raise NoArticle(evidence)


def divide(number: int) -> float:
    return number / 0


class Unsendable(Exception):
    """Cannot be unpickled: it takes two values and keeps one."""

    def __init__(self, one: str, _two: str) -> None:
        super().__init__(one)


def raise_unsendable(_: Any) -> None:
    raise Unsendable("one", "two")


def die_the_second_time(marks: str) -> int:
    """Die in a child that has done this before, as from memory that it kept; count the tries in *marks*."""
    with Path(marks).open("a") as file:
        file.write("x")
    if os.environ.get("DONE_BEFORE"):
        os._exit(1)
    os.environ["DONE_BEFORE"] = "1"
    return os.getpid()


def use_and_free(megabytes: int) -> float:
    """Take that much memory in small pieces, free all but the last, and return how many megabytes are held then."""
    pieces = [bytes(1000) for _ in range(megabytes * 1000)]  # larger than what Python keeps in arenas of its own
    KEPT.append(pieces[-1])
    del pieces
    return held()


def held(_: object = None) -> float:
    """Return the megabytes that this process has in memory."""
    fields = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text("ascii").splitlines())
    return int(fields["VmRSS"].split()[0]) / 1024


KEPT: list[bytes] = []
