"""What programs and probes are told by the evidence page's server."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from jsonschema import Draft202012Validator
from prometheus_client.parser import text_string_to_metric_families
from schemathesis.checks import not_a_server_error

from adapters.web.access import Access
from adapters.web.api import LONGEST, openapi
from adapters.web.app import open_web, web_app
from adapters.web.config import WebConfig
from adapters.web.health import SCRAPER
from adapters.web.reading import WebCourier
from bot import readers
from bot.archive.archive import open_archive
from bot.brief import Brief
from bot.courier import Courier
from bot.desk import Desk
from bot.errors import ArchiveUnavailable
from tests.fakes import STORY, QuickDesk, a_brief
from tests.test_web import CONFIG, OURS, THEIRS, stored

pytestmark = pytest.mark.anyio


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[QuickDesk]:
    async with open_archive(f"sqlite+aiosqlite:///{tmp_path}/desk.sqlite3") as archive:
        yield QuickDesk(archive)


@pytest.fixture
def access() -> Access:
    return CONFIG.access()


def client(
    desk: Desk, access: Access, token: str | None = None, couriers: Mapping[str, Courier] | None = None
) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(web_app(desk, CONFIG, access, couriers or {}), raise_app_exceptions=False)
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    return httpx.AsyncClient(transport=transport, base_url="http://nutgraf.test", headers=headers)


# The API --------------------------------------------------------------------------------------------------


async def test_a_program_asks_follows_and_fetches(desk: QuickDesk, access: Access) -> None:
    working = asyncio.create_task(desk.work({"web": WebCourier()}))
    async with client(desk, access, access.api_token(OURS, 1)) as api:
        asked = await api.post("/api/v1/requests", json={"wanted": STORY})
        assert asked.status_code == 202
        while (told := (await api.get(asked.headers["location"])).json())["items"][0]["state"] == "working":  # noqa: ASYNC110 - as programs do
            await asyncio.sleep(0.05)
        brief = await api.get(f"/api/v1/briefs/{told['items'][0]['brief']}")
    assert Brief.model_validate_json(brief.text) == a_brief()
    working.cancel()


@pytest.mark.parametrize("token", [None, "", "made-up", "link", "session"])
async def test_without_its_token_a_program_learns_nothing(desk: QuickDesk, access: Access, token: str | None) -> None:
    made = {"link": access.link_token(OURS), "session": access.enter(access.link_token(OURS))}
    brief_id = await stored(desk, a_brief())
    async with client(desk, access, made.get(token or "", token)) as api:
        for method, path in (("GET", f"briefs/{brief_id}"), ("GET", f"requests/{'0' * 32}"), ("POST", "requests")):
            answer = await api.request(method, f"/api/v1/{path}", json={"wanted": "https://a.example/x"})
            assert answer.status_code == 401
            assert set(answer.json()) == {"error"}


async def test_another_workspaces_brief_is_not_found(desk: QuickDesk, access: Access) -> None:
    theirs = await stored(desk, a_brief(), THEIRS)
    async with client(desk, access, access.api_token(OURS, 1)) as api:
        real, none = await api.get(f"/api/v1/briefs/{theirs}"), await api.get(f"/api/v1/briefs/{'0' * 32}")
    assert real.status_code == none.status_code == 404
    assert real.text == none.text


async def test_a_browsers_session_counts_for_nothing_in_the_api(desk: QuickDesk, access: Access) -> None:
    """Else any site could ask in the name of whoever visits it."""
    cookie = access.enter(access.link_token(OURS)) or ""
    async with client(desk, access) as api:
        answer = await api.post(
            "/api/v1/requests", json={"wanted": "https://a.example/x"}, headers={"Cookie": f"nutgraf={cookie}"}
        )
    assert answer.status_code == 401


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"{", b"\xff", b'{"wanted": 1}', b'{"wanted": "x", "more": 1}', b'{"wanted": "hello"}']
)
async def test_what_cannot_be_read_is_told_in_words(desk: QuickDesk, access: Access, body: bytes) -> None:
    async with client(desk, access, access.api_token(OURS, 1)) as api:
        answer = await api.post("/api/v1/requests", content=body)
    assert answer.status_code == 422
    assert answer.json()["error"]


async def test_description_has_the_published_brief_and_all_that_is_there(desk: QuickDesk, access: Access) -> None:
    async with client(desk, access) as api:
        told = (await api.get("/api/v1/openapi.json")).json()
    assert told == openapi()
    brief = {"$ref": "#/components/schemas/Brief", "components": told["components"]}
    Draft202012Validator(brief).validate(a_brief().model_dump(mode="json"))
    assert told["components"]["schemas"]["Wanted"]["properties"]["wanted"]["maxLength"] == LONGEST


def test_schemathesis_finds_no_server_error(tmp_path: Path) -> None:
    """In small: a few requests of each sort, made from the description, against a real server's app."""

    async def exercise() -> None:
        async with open_archive(f"sqlite+aiosqlite:///{tmp_path}/api.sqlite3") as archive:
            desk = QuickDesk(archive)
            access = CONFIG.access()
            async with open_web(desk, WebConfig(secret=CONFIG.secret, port=0)) as web:
                await asyncio.to_thread(call_all, web.address, access.api_token(OURS, 1))

    asyncio.run(exercise())


def call_all(address: str, token: str) -> None:
    schema = schemathesis.openapi.from_url(f"{address}/api/v1/openapi.json")
    answered: list[int] = []
    for result in schema.get_all_operations():
        operation = result.ok()

        @settings(max_examples=15, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
        def call(case: Any) -> None:
            headers = {"Authorization": f"Bearer {token}"}
            answered.append(case.call_and_validate(headers=headers, checks=[not_a_server_error]).status_code)

        given(case=operation.as_strategy())(call)()
    assert {404, 422} <= set(answered)  # it got past the door


# Probes and figures ---------------------------------------------------------------------------------------


async def test_probes_are_answered_without_a_token(desk: QuickDesk, access: Access) -> None:
    async with client(desk, access) as probe:
        assert (await probe.get("/healthz")).status_code == 200
        assert (await probe.get("/readyz")).json() == {"ready": True, "problems": {}}


async def test_database_that_is_away_is_told(desk: QuickDesk, access: Access, monkeypatch: pytest.MonkeyPatch) -> None:
    async def away(adapters: object) -> list[object]:
        raise ArchiveUnavailable

    monkeypatch.setattr(desk.archive.requests, "unfinished", away)
    async with client(desk, access) as probe:
        answer = await probe.get("/readyz")
        assert (await probe.get("/healthz")).status_code == 200
    assert answer.status_code == 503
    assert answer.json() == {"ready": False, "problems": {"database": "unreachable"}}


async def test_reader_that_is_missing_is_told(
    desk: QuickDesk, access: Access, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(readers, "files", lambda package: tmp_path)
    async with client(desk, access) as probe:
        assert (await probe.get("/readyz")).json()["problems"] == {"model": "missing"}


async def test_figures_are_for_who_has_the_token_for_them(desk: QuickDesk, access: Access) -> None:
    async with client(desk, access, access.api_token(OURS, 1)) as ours:
        assert (await ours.get("/metrics")).status_code == 401
    async with client(desk, access, access.api_token(SCRAPER, 1), {"slack": WebCourier()}) as scraper:
        await scraper.get("/healthz")
        await scraper.get("/b/secret-brief-id")
        answer = await scraper.get("/metrics")
    assert "secret-brief-id" not in answer.text
    found = {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }
    assert found["nutgraf_http_requests_total", "/healthz", "200"] == 1
    assert found["nutgraf_http_requests_total", "/b/{id}", "401"] == 1
    assert found["nutgraf_connected", "slack"] == 1
    assert found["nutgraf_heartbeat_age_seconds", "slack"] == 0
    assert found["nutgraf_requests_owed",] == 0


async def test_readings_are_counted_by_how_they_ended(desk: QuickDesk, access: Access) -> None:
    working = asyncio.create_task(desk.work({"web": WebCourier()}))
    async with client(desk, access, access.api_token(OURS, 1)) as api:
        links = "https://a.example/story https://a.example/gone"
        path = (await api.post("/api/v1/requests", json={"wanted": links})).headers["location"]
        while "working" in {item["state"] for item in (await api.get(path)).json()["items"]}:  # noqa: ASYNC110 - as programs do
            await asyncio.sleep(0.05)
    count = desk.metrics.registry.get_sample_value
    assert count("nutgraf_readings_total", {"ended": "read", "kind": ""}) == 1
    assert count("nutgraf_readings_total", {"ended": "refused", "kind": "PageNotFound"}) == 1
    working.cancel()
