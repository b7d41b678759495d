"""How it is deployed: rules that a build would not check, and no engine is needed for."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from compose_spec import PyCompose

from bot.settings import Settings

DOCKER = Path(__file__).resolve().parents[1] / "docker"
DOCKERFILE = (DOCKER / "Dockerfile").read_text("utf-8")
COMPOSED = ["compose.yaml", "compose-sqlite.yaml"]


def services(name: str) -> dict[str, dict[str, Any]]:
    return yaml.safe_load((DOCKER / name).read_text("utf-8"))["services"]  # type: ignore[no-any-return]


def test_linter_finds_nothing() -> None:
    linter = Path(sys.executable).with_name("hadolint")
    found = subprocess.run([linter, DOCKER / "Dockerfile"], capture_output=True, text=True, check=False)  # noqa: S603
    assert (found.returncode, found.stdout) == (0, "")


@pytest.mark.parametrize("name", COMPOSED)
def test_engine_would_take_the_file(name: str) -> None:
    """Names, kinds of values and choices, as the Compose specification has them; anchors are put in first."""
    whole = yaml.safe_load((DOCKER / name).read_text("utf-8"))

    read = PyCompose.from_json(json.dumps(whole))

    assert set(read.service_names()) == set(services(name))
    for service in whole["services"].values():
        service["mem_limt"] = "4g"
    with pytest.raises(ValueError, match="mem_limt"):
        PyCompose.from_json(json.dumps(whole))


def test_packages_come_from_the_lock_with_their_hashes() -> None:
    assert "--require-hashes --only-binary=:all: -r requirements.lock" in DOCKERFILE
    assert (
        re.findall(r"pip install (?!--no-cache-dir (?:--require-hashes|--no-deps --no-build-isolation))", DOCKERFILE)
        == []
    )


def test_last_stage_runs_as_a_user_with_a_number_and_has_a_health_check() -> None:
    last = DOCKERFILE.rpartition("FROM ")[2]
    assert re.search(r"^USER [1-9]\d+:[1-9]\d+$", last, re.M)
    assert "HEALTHCHECK" in last


def test_builder_is_sent_nothing_but_what_the_image_is_made_of() -> None:
    rules = (DOCKER / "Dockerfile.dockerignore").read_text("utf-8").splitlines()
    assert next(rule for rule in rules if not rule.startswith("#")) == "*"
    assert not any(secret in rule for rule in rules for secret in (".env", "sqlite3", ".git"))


@pytest.mark.parametrize("name", COMPOSED)
def test_containers_have_no_rights_beyond_what_they_need(name: str) -> None:
    for service in services(name).values():
        assert service["read_only"] is True
        assert service["cap_drop"] == ["ALL"]
        assert service["security_opt"] == ["no-new-privileges:true"]
        assert service["mem_limit"]
        assert service["pids_limit"]
        assert not service.get("privileged")
        assert all(port.startswith("127.0.0.1:") for port in service.get("ports", []))


@pytest.mark.parametrize("name", COMPOSED)
def test_containers_are_given_settings_that_exist(name: str) -> None:
    known = {field.upper() for field in Settings.model_fields} | {"PGPASSWORD"}
    for service in services(name).values():
        if service["image"] == "nutgraf":
            assert set(service["environment"]) <= known
            Settings(_env_file=None, **{key.lower(): value for key, value in service["environment"].items()})


def test_no_password_stands_in_a_file() -> None:
    text = "".join((DOCKER / name).read_text("utf-8") for name in COMPOSED)
    assert re.findall(r"PASSWORD: (?!\$\{POSTGRES_PASSWORD:\?)", text) == []


def test_one_container_accepts_and_any_number_answer() -> None:
    running = services("compose.yaml")
    assert running["bot"]["command"] == ["run", "--accept-only"]
    assert running["worker"]["command"] == ["worker"]
    assert "container_name" not in running["worker"]  # or there could be one alone
    assert "ports" not in running["worker"]
