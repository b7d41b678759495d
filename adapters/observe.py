"""Where what happens here is told to others, if an operator wants that: Prometheus, OpenTelemetry, Sentry."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from structlog.contextvars import get_contextvars

from bot.errors import SettingsError
from bot.faults import words
from bot.settings import Settings
from bot.watch import Reading

if TYPE_CHECKING:
    from opentelemetry.sdk.trace.export import SpanExporter

    from bot.desk import Desk

NANO = 1_000_000_000


@contextmanager
def open_metrics(settings: Settings, desk: Desk) -> Iterator[None]:
    """Serve the figures of a process that serves no page, while open.

    Raises:
        SettingsError: the port is not free.
    """
    if not settings.metrics_port:
        yield
        return
    from prometheus_client import start_http_server

    try:
        server, thread = start_http_server(settings.metrics_port, settings.metrics_host, desk.metrics.registry)
    except OSError as error:
        where = f"{settings.metrics_host}:{settings.metrics_port}"
        raise SettingsError(
            f"Cannot serve figures on {where}: {os.strerror(error.errno or 0)}. "
            "Choose another METRICS_PORT, or 0 to serve none."
        ) from error
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def open_traces(settings: Settings, desk: Desk) -> Iterator[None]:
    """Send a trace of each reading by OTLP, while open: when each stage began, how long it took, how it ended."""
    if not settings.otlp_address:
        yield
        return
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter

    with traces(OTLPSpanExporter(endpoint=settings.otlp_address), desk):
        yield


@contextmanager
def traces(exporter: SpanExporter, desk: Desk) -> Iterator[None]:
    """Send traces of what *desk* reads by *exporter*, while open."""
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor
    from opentelemetry.trace import Status, StatusCode, set_span_in_context

    provider = TracerProvider(resource=Resource({"service.name": "nutgraf", "service.version": version("nutgraf")}))
    provider.add_span_processor(BatchSpanProcessor(exporter))
    tracer = provider.get_tracer("nutgraf")

    def trace(reading: Reading) -> None:
        if not reading.laps:
            return
        facts = {"source": reading.source, "ended": reading.ended, "kind": reading.kind} | _request()
        whole = tracer.start_span("reading", attributes=facts, start_time=round(reading.laps[0].began * NANO))
        if reading.ended == "failed":
            whole.set_status(Status(StatusCode.ERROR))
        for lap in reading.laps:
            name, began = lap.stage.name.lower(), round(lap.began * NANO)
            span = tracer.start_span(name, set_span_in_context(whole), start_time=began)
            span.end(began + round(lap.seconds * NANO))
        last = reading.laps[-1]
        whole.end(round((last.began + last.seconds) * NANO))

    desk.watchers.append(trace)
    try:
        yield
    finally:
        desk.watchers.remove(trace)
        provider.shutdown()


def check_observing(settings: Settings) -> None:
    """Check the addresses that traces and faults are sent to.

    Raises:
        SettingsError: with each of them that cannot be one.
    """
    wrong = []
    if settings.otlp_address and not settings.otlp_address.startswith(("http://", "https://")):
        wrong.append("OTLP_ADDRESS must be a web address, as http://collector:4318/v1/traces.")
    if settings.sentry_dsn and not _is_dsn(settings.sentry_dsn.get_secret_value()):
        wrong.append("SENTRY_DSN is not the address that Sentry shows as a project's DSN.")
    if wrong:
        raise SettingsError("\n".join(wrong))


def _is_dsn(address: str) -> bool:
    from sentry_sdk.utils import BadDsn, Dsn

    try:
        Dsn(address)
    except BadDsn:
        return False
    return True


def set_up_sentry(settings: Settings) -> None:
    """Send faults to Sentry where *settings* have its DSN, that which ends the process included."""
    if not settings.sentry_dsn:
        return
    import sentry_sdk
    from sentry_sdk.integrations.atexit import AtexitIntegration
    from sentry_sdk.integrations.logging import LoggingIntegration

    sentry_sdk.init(
        settings.sentry_dsn.get_secret_value(),
        release=version("nutgraf"),
        default_integrations=False,
        auto_enabling_integrations=False,
        integrations=[LoggingIntegration(level=None), AtexitIntegration(callback=_wait_in_silence)],
        before_send=bare,  # type: ignore[arg-type] # Sentry's type for an event is of its own
        include_local_variables=False,
        include_source_context=False,
        max_breadcrumbs=0,
        server_name="",
    )


def _wait_in_silence(pending: int, timeout: float) -> None:
    """Say nothing while what is *pending* is sent at the end."""


def bare(event: dict[str, Any], hint: dict[str, Any]) -> dict[str, Any] | None:
    """Return of a Sentry event only where in the code it happened; None for what is no fault."""
    error = hint["exc_info"][1] if hint.get("exc_info") else None
    if error is None:
        return None
    exceptions = [
        {"type": one.get("type"), "module": one.get("module"), "stacktrace": one.get("stacktrace")}
        for one in event.get("exception", {}).get("values", [])
    ]
    if exceptions:
        exceptions[-1]["value"] = words(error)
    kept = ("event_id", "timestamp", "level", "platform", "release", "logger")
    return {name: event[name] for name in kept if name in event} | {
        "exception": {"values": exceptions},
        "tags": _request(),
    }


def _request() -> dict[str, str]:
    """Return which request is being answered, as the log names it."""
    return {name: str(value) for name, value in get_contextvars().items() if name in ("request", "item", "workspace")}
