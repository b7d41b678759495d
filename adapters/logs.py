"""The log: structlog's lines, for people or for programs, of all that uses the standard library's logging.

A log is read by more people than what a newsroom asks. So no line has words of a story, a message, a link beyond
its host, or a token: see ``bot.faults`` for what is left of exceptions. Libraries tell whole addresses, payloads and
statements below the level of warnings; these never get here, whatever level a library is set to.
"""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import Iterable, Iterator
from types import TracebackType
from typing import Any, TextIO

import structlog
from pydantic import SecretStr
from structlog.typing import EventDict, Processor, WrappedLogger

from bot.faults import scrubbed, told
from bot.settings import Settings

OURS = ("bot", "adapters", "nutgraf")

KEPT = frozenset(
    {"event", "level", "logger", "timestamp", "request", "workspace", "item", "_record", "_from_structlog"}
)
"""What remains of a library's line; whatever else it hands over may be what it was given."""

GIVEN = re.compile(r"[\n(<\[{'\"“‘]|: ")
"""Where a library's sentence goes over to what it was given, or to what an exception says: asyncio tells of a task
that nobody waited for with the exception's words, Bolt of a listener that failed likewise."""

LONGEST = 1000
"""Characters of one value. A guess: more than any message of ours, less than a library's dump of what it was given."""


def set_up_logs(settings: Settings, stream: TextIO | None = None, *, level: str = "") -> None:
    """Send what is logged to *stream* (standard error), in the form and of the *level* that *settings* say."""
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.addFilter(_Ours())
    tidy = Tidy(secrets_of(settings))
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper("iso", utc=True),
        tidy,
    ]
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *_last(settings, handler.stream)],
        )
    )
    root = logging.getLogger()
    for old in list(root.handlers):
        root.removeHandler(old)
    root.addHandler(handler)
    root.setLevel(logging.WARNING)
    for name in OURS:
        logging.getLogger(name).setLevel((level or settings.log_level).upper())
    logging.raiseExceptions = False  # a line that cannot be formatted would be printed with all it was given
    logging.captureWarnings(True)
    sys.excepthook = _last_words


def _last_words(kind: type[BaseException], error: BaseException, places: TracebackType | None) -> None:
    logging.getLogger("nutgraf").critical("stopped by a fault", exc_info=(kind, error, places))


def _last(settings: Settings, stream: TextIO) -> Iterator[Processor]:
    if settings.log_format == "json":
        yield structlog.processors.JSONRenderer(ensure_ascii=False)
    else:
        yield structlog.dev.ConsoleRenderer(colors=stream.isatty())


def secrets_of(settings: Settings) -> frozenset[str]:
    """Return every secret value among *settings*."""
    values = (getattr(settings, name) for name in type(settings).model_fields)
    return frozenset(value.get_secret_value() for value in values if isinstance(value, SecretStr)) - {""}


class _Ours(logging.Filter):
    """Lets through what is ours, and of libraries what is a warning or worse."""

    def filter(self, record: logging.LogRecord) -> bool:
        return record.levelno >= logging.WARNING or is_ours(record.name)


def is_ours(name: str) -> bool:
    """Tell whether the logger of that *name* is ours."""
    return name.partition(".")[0] in OURS


class Tidy:
    """Takes out of an event what must not be in a log."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        self._secrets = sorted(secrets, key=len, reverse=True)

    def __call__(self, logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
        """Return *event* without secrets, addresses or what exceptions say."""
        fault = event.pop("exc_info", None)
        event.pop("exception", None)
        event.pop("stack", None)
        if not is_ours(str(event.get("logger", ""))):
            event = {key: event[key] for key in KEPT & event.keys()}
            event["event"] = GIVEN.split(str(event["event"]), maxsplit=1)[0].rstrip()
        for key, value in event.items():
            if key not in ("_record", "_from_structlog"):
                event[key] = self.value(value)
        error = fault[1] if isinstance(fault, tuple) else fault
        if error is True:
            error = sys.exception()
        if isinstance(error, BaseException):
            event["exception"] = self.words(told(error), most=100 * LONGEST)
        return event

    def value(self, value: Any) -> Any:
        """Return *value* as it may be logged."""
        if value is None or isinstance(value, bool | int | float):
            return value
        if isinstance(value, dict):
            return {key: self.value(one) for key, one in value.items()}
        return self.words(str(value))

    def words(self, words: str, *, most: int = LONGEST) -> str:
        """Return *words* without addresses and secrets, and not endless."""
        for secret in self._secrets:
            words = words.replace(secret, "[secret]")
        words = scrubbed(words)
        return words if len(words) <= most else words[:most] + "…"
