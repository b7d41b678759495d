"""Where what happens here is told to others, if an operator wants that: Prometheus, OpenTelemetry, Sentry."""

from __future__ import annotations

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
        raise SettingsError(
            f"Cannot serve figures on {settings.metrics_host}:{settings.metrics_port}: {error.strerror or error}. "
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
    """Send a trace of each reading by OTLP, while open: when each stage began, how long it took, how it ended.

    Raises:
        SettingsError: the extra is not installed.
    """
    if not settings.otlp_address:
        yield
        return
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    except ImportError as error:
        raise SettingsError(_missing("OTLP_ADDRESS", "traces")) from error
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


def set_up_sentry(settings: Settings) -> None:
    """Send faults to Sentry where *settings* have its DSN.

    Raises:
        SettingsError: the extra is not installed, or the DSN is none.
    """
    if not settings.sentry_dsn:
        return
    try:
        import sentry_sdk
        from sentry_sdk.integrations.excepthook import ExcepthookIntegration
        from sentry_sdk.integrations.logging import LoggingIntegration
        from sentry_sdk.utils import BadDsn
    except ImportError as error:
        raise SettingsError(_missing("SENTRY_DSN", "sentry")) from error
    try:
        sentry_sdk.init(
            settings.sentry_dsn.get_secret_value(),
            release=version("nutgraf"),
            default_integrations=False,
            auto_enabling_integrations=False,
            integrations=[LoggingIntegration(level=None), ExcepthookIntegration()],
            before_send=bare,  # type: ignore[arg-type] # Sentry's type for an event is of its own
            include_local_variables=False,
            include_source_context=False,
            max_breadcrumbs=0,
            server_name="",
        )
    except BadDsn as error:
        raise SettingsError("SENTRY_DSN is not the address that Sentry shows as a project's DSN.") from error


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


def _missing(setting: str, extra: str) -> str:
    return f"{setting} is set, but what it needs is not installed: pip install 'nutgraf[{extra}]', or leave it empty."
