"""Figures, traces and faults: that they are told, and that they tell no words."""

from __future__ import annotations

import asyncio
import json
import logging
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import promql_parser
import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span
from prometheus_client.parser import text_string_to_metric_families
from pydantic import SecretStr

from adapters.observe import check_observing, open_metrics, open_traces, set_up_sentry
from adapters.web.config import WebConfig
from adapters.web.health import SCRAPER, Health
from adapters.web.reading import WebCourier
from bot.archive.requests import Due
from bot.errands import Errands
from bot.errors import SettingsError
from bot.models import Ask, Wanted
from bot.settings import Settings
from tests.collector import Collector, open_collector
from tests.fakes import QuickDesk
from tests.slack_things import BOT_TOKEN

pytestmark = pytest.mark.anyio

ROOT = Path(__file__).resolve().parents[1]
DASHBOARD = ROOT / "docker" / "grafana-dashboard.json"
PANELS = json.loads(DASHBOARD.read_text("utf-8"))["panels"]
QUERIES = [target["expr"] for panel in PANELS for target in panel["targets"]]
STORY, GONE = "https://post.example/story?key=MARKED", "https://post.example/gone?key=MARKED"


def settings(**given: object) -> Settings:
    return Settings(_env_file=None, **given)  # type: ignore[arg-type, call-arg]


@pytest.fixture
def collector() -> Iterator[Collector]:
    with open_collector() as opened:
        yield opened


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
    await errands.see_to(Due(request.workspace, request.id))


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


async def test_traces_reach_a_collector_with_the_stages_of_each_reading_and_no_words(
    desk: QuickDesk, collector: Collector
) -> None:
    with open_traces(settings(otlp_address=f"http://127.0.0.1:{collector.port}/v1/traces"), desk):
        await read_two(desk)
    spans = spans_of(collector)
    whole = {span.span_id: span for span in spans if span.name == "reading"}
    facts = [{fact.key: fact.value.string_value for fact in span.attributes} for span in whole.values()]
    assert sorted(fact["ended"] for fact in facts) == ["read", "refused"]
    assert {fact["workspace"] for fact in facts} == {"web:1"}
    inner = [span for span in spans if span.name == "fetching"]
    assert {span.parent_span_id for span in inner} == whole.keys()
    assert b"MARKED" not in b"".join(body for _, body in collector.came)


def spans_of(collector: Collector) -> list[Span]:
    """Return the spans that came, as OpenTelemetry's own messages."""
    sent = [ExportTraceServiceRequest.FromString(body) for body in collector.at("/v1/traces")]
    return [span for one in sent for whole in one.resource_spans for part in whole.scope_spans for span in part.spans]


async def test_what_others_are_told_at_is_checked_before_it_is_used() -> None:
    with pytest.raises(SettingsError, match=r"(?s)OTLP_ADDRESS.*SENTRY_DSN") as caught:
        check_observing(settings(otlp_address="MARKED:4318", sentry_dsn=SecretStr("MARKED")))
    assert "MARKED" not in str(caught.value)


@pytest.fixture
def sentry(collector: Collector) -> Iterator[None]:
    import sentry_sdk

    set_up_sentry(settings(sentry_dsn=SecretStr(f"http://key@127.0.0.1:{collector.port}/1")))
    yield
    sentry_sdk.init()


async def test_sentry_hears_where_a_fault_happened_and_no_words(collector: Collector, sentry: None) -> None:
    import sentry_sdk

    story = f"MARKED text of a story, {BOT_TOKEN}"
    try:
        raise ValueError(story)
    except ValueError:
        logging.getLogger("bot.jobs").exception("item of %s", STORY)
    logging.getLogger("bot.jobs").error("no fault, but %s", STORY)
    await asyncio.to_thread(sentry_sdk.flush)
    (envelope,) = faults_at(collector)
    assert b"test_observe.py" in envelope
    assert b"ValueError" in envelope
    assert b"MARKED" not in envelope
    assert BOT_TOKEN.encode() not in envelope


def faults_at(collector: Collector) -> list[bytes]:
    """Return the faults that came; what the client counts of its own work comes there as well."""
    return [envelope for envelope in collector.at("/api/1/envelope/") if b'"type":"event"' in envelope]


CRASH = """
import sys
from adapters.logs import set_up_logs
from adapters.observe import set_up_sentry
from bot.settings import Settings
settings = Settings(_env_file=None, sentry_dsn=sys.argv[1])
set_up_logs(settings)
set_up_sentry(settings)
raise KeyError("MARKED")
"""


def test_fault_that_ends_the_process_reaches_sentry_as_well(collector: Collector) -> None:
    dsn = f"http://key@127.0.0.1:{collector.port}/1"
    ended = subprocess.run([sys.executable, "-c", CRASH, dsn], cwd=ROOT, capture_output=True, text=True)  # noqa: S603
    assert ended.returncode == 1
    assert "MARKED" not in ended.stderr
    (envelope,) = faults_at(collector)
    assert b"KeyError" in envelope
    assert b"MARKED" not in envelope


async def test_every_figure_of_the_dashboard_exists(desk: QuickDesk) -> None:
    await read_two(desk)
    access = WebConfig(secret="s" * 32).access()
    health = Health(desk, access, {"web": WebCourier()}, silent_seconds=90)
    token = access.api_token(SCRAPER, 1)
    figures = await figures_of(health, token)
    asked = {name for query in QUERIES for name in re.findall(r"nutgraf_\w+", query)}
    assert len(asked) >= 8
    assert asked - figures == set()


@pytest.mark.parametrize("query", QUERIES)
def test_every_query_of_the_dashboard_can_be_parsed(query: str) -> None:
    """By the parser that Prometheus' own grammar was carried over to; Grafana puts the interval in."""
    promql_parser.parse(query.replace("$__rate_interval", "5m"))


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
    assert all(panel["title"] and panel["targets"] for panel in PANELS)
