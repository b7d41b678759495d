"""Figures, traces and faults: that they are told, and that they tell no words."""

from __future__ import annotations

import asyncio
import json
import logging
import re
import socket
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from prometheus_client.parser import text_string_to_metric_families
from pydantic import SecretStr

from adapters.observe import open_metrics, open_traces, set_up_sentry, traces
from adapters.web.config import WebConfig
from adapters.web.health import SCRAPER, Health
from adapters.web.reading import WebCourier
from bot.errands import Errands
from bot.errors import SettingsError
from bot.models import Ask, Wanted
from bot.settings import Settings
from tests.fakes import QuickDesk

pytestmark = pytest.mark.anyio

DASHBOARD = Path(__file__).resolve().parents[1] / "docker" / "grafana-dashboard.json"
STORY, GONE = "https://post.example/story?key=MARKED", "https://post.example/gone?key=MARKED"


def settings(**given: object) -> Settings:
    return Settings(_env_file=None, **given)  # type: ignore[arg-type, call-arg]


@pytest.fixture
def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def read_two(desk: QuickDesk) -> None:
    """Have *desk* read one story, and one that is gone."""
    wanted = (Wanted(link=STORY), Wanted(link=GONE))
    request = await desk.accept(Ask("web:1", "web", "key", "U1", {}, wanted))
    assert request
    errands = Errands(desk.archive, desk._read, {"web": WebCourier()}, metrics=desk.metrics)
    await errands.answer(request)


async def test_figures_count_readings_stages_statements_and_deliveries(desk: QuickDesk) -> None:
    await read_two(desk)
    count = desk.metrics.registry.get_sample_value
    assert count("nutgraf_readings_total", {"ended": "read", "kind": ""}) == 1
    assert count("nutgraf_readings_total", {"ended": "refused", "kind": "PageNotFound"}) == 1
    assert count("nutgraf_stage_seconds_count", {"stage": "fetching"}) == 2
    named = sum(quote.speaker is not None for quote in desk.story.quotes)
    assert count("nutgraf_statements_total", {"speaker": "named"}) == named
    assert count("nutgraf_statements_total", {"speaker": "unattributed"}) == len(desk.story.quotes) - named
    assert count("nutgraf_deliveries_total", {"platform": "web"}) == 2


async def test_figures_of_a_worker_are_served_where_they_are_told_to_be(desk: QuickDesk, free_port: int) -> None:
    await read_two(desk)
    with open_metrics(settings(metrics_port=free_port), desk):
        async with httpx.AsyncClient() as http:
            answer = await http.get(f"http://127.0.0.1:{free_port}/metrics")
    assert 'nutgraf_readings_total{ended="read",kind=""} 1.0' in answer.text
    assert "MARKED" not in answer.text


async def test_port_that_is_taken_is_told(desk: QuickDesk, free_port: int) -> None:
    server = await asyncio.start_server(lambda reader, writer: None, "127.0.0.1", free_port)
    async with server:
        with pytest.raises(SettingsError, match="METRICS_PORT"), open_metrics(settings(metrics_port=free_port), desk):
            pass


async def test_a_trace_has_the_stages_of_a_reading_and_no_words(desk: QuickDesk) -> None:
    exporter = InMemorySpanExporter()
    with traces(exporter, desk):
        await read_two(desk)
    spans = exporter.get_finished_spans()
    whole = [span for span in spans if span.name == "reading"]
    assert sorted(span.attributes["ended"] for span in whole if span.attributes) == ["read", "refused"]
    inner = [span for span in spans if span.name == "fetching"]
    assert {span.parent.span_id for span in inner if span.parent} == {span.context.span_id for span in whole}
    assert "MARKED" not in "".join(span.to_json() for span in spans)


async def test_traces_without_their_extra_say_what_to_install(desk: QuickDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "opentelemetry.exporter.otlp.proto.http.trace_exporter", None)
    address = settings(otlp_address="http://127.0.0.1:4318/v1/traces")
    with pytest.raises(SettingsError, match=r"pip install 'nutgraf\[traces\]'"), open_traces(address, desk):
        pass


async def test_sentry_without_its_extra_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sentry_sdk", None)
    with pytest.raises(SettingsError, match=r"pip install 'nutgraf\[sentry\]'"):
        set_up_sentry(settings(sentry_dsn=SecretStr("https://key@sentry.example/1")))


async def test_sentry_takes_a_dsn_and_nothing_else() -> None:
    with pytest.raises(SettingsError, match="SENTRY_DSN") as caught:
        set_up_sentry(settings(sentry_dsn=SecretStr("MARKED")))
    assert "MARKED" not in str(caught.value)


@pytest.fixture
def sent() -> Iterator[list[str]]:
    """Return what goes to Sentry's server, as it goes there."""
    import sentry_sdk
    from sentry_sdk.transport import Transport

    envelopes: list[str] = []

    class Caught(Transport):
        def capture_envelope(self, envelope: sentry_sdk.envelope.Envelope) -> None:
            envelopes.append(envelope.serialize().decode())

    set_up_sentry(settings(sentry_dsn=SecretStr("https://key@sentry.example/1")))
    sentry_sdk.get_client().transport = Caught()
    yield envelopes
    sentry_sdk.init()


async def test_sentry_hears_where_a_fault_happened_and_no_words(sent: list[str]) -> None:
    story = "MARKED text of a story"
    try:
        raise ValueError(story)
    except ValueError:
        logging.getLogger("bot.jobs").exception("item of %s", STORY)
    logging.getLogger("bot.jobs").error("no fault, but %s", STORY)
    (envelope,) = sent
    assert "test_observe.py" in envelope
    assert "ValueError" in envelope
    assert "MARKED" not in envelope


async def test_every_figure_of_the_dashboard_exists(desk: QuickDesk) -> None:
    await read_two(desk)
    access = WebConfig(secret="s" * 32).access()
    health = Health(desk, access, {"web": WebCourier()}, silent_seconds=90)
    token = access.api_token(SCRAPER, 1)
    figures = await figures_of(health, token)
    queries = re.findall(r'"expr": "((?:[^"\\]|\\.)*)"', DASHBOARD.read_text("utf-8"))
    asked = {name for query in queries for name in re.findall(r"nutgraf_\w+", query)}
    assert len(asked) >= 8
    assert asked - figures == set()


async def figures_of(health: Health, token: str) -> set[str]:
    """Return the names of all samples that are scraped, and of those that only come once something happened."""
    from starlette.applications import Starlette
    from starlette.routing import Route

    transport = httpx.ASGITransport(Starlette(routes=[Route("/metrics", health.metrics)]))
    async with httpx.AsyncClient(transport=transport, base_url="http://nutgraf.example") as http:
        answer = await http.get("/metrics", headers={"Authorization": f"Bearer {token}"})
    suffixes = {"counter": ["_total"], "histogram": ["_bucket", "_count", "_sum"], "gauge": [""]}
    return {
        family.name + suffix
        for family in text_string_to_metric_families(answer.text)
        for suffix in suffixes[family.type]
    }


async def test_dashboard_is_json_with_a_title_for_every_panel() -> None:
    panels = json.loads(DASHBOARD.read_text("utf-8"))["panels"]
    assert all(panel["title"] and panel["targets"] for panel in panels)
