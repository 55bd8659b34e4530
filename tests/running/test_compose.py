"""The compose file and the image, read as Docker would."""

from __future__ import annotations

import re
from typing import Any

import pytest
import yaml

from tests.architecture.source import ROOT

COMPOSE = ROOT / "docker-compose.yml"
SECRETS = ("SECRET_KEY", "POSTGRES_PASSWORD", "REDIS_PASSWORD", "METRICS_TOKEN")


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    return yaml.safe_load(COMPOSE.read_text())


def test_the_services(compose: dict[str, Any]) -> None:
    assert set(compose["services"]) == {"migrate", "web", "worker", "beat", "postgres", "redis", "mail"}


def test_everything_that_stays_up_has_a_health_check(compose: dict[str, Any]) -> None:
    without = {name for name, service in compose["services"].items() if "healthcheck" not in service}
    assert without == {"migrate"}


def test_data_lies_in_named_volumes(compose: dict[str, Any]) -> None:
    used = {mount.split(":")[0] for service in compose["services"].values() for mount in service.get("volumes", [])}
    assert used == set(compose["volumes"]) == {"data", "postgres", "redis"}


def test_the_product_runs_in_production_mode(compose: dict[str, Any]) -> None:
    for name in ("migrate", "web", "worker", "beat"):
        assert compose["services"][name]["environment"]["PRODUCTION"] == "1"
        assert compose["services"][name]["read_only"] is True


@pytest.mark.parametrize("secret", SECRETS)
def test_no_secret_has_a_default(secret: str) -> None:
    uses = re.findall(rf"\$\{{{secret}([^}}]*)\}}", COMPOSE.read_text())
    assert uses != []
    assert [use for use in uses if not use.startswith(":?")] == []
    assert re.search(rf"^{secret}=$", (ROOT / ".env.example").read_text(), re.M)


def test_nobody_is_root(compose: dict[str, Any]) -> None:
    users = re.findall(r"^USER (\S+)", (ROOT / "Dockerfile").read_text(), re.M)
    assert users == ["houtai"]
    for name in ("postgres", "redis", "mail"):
        assert compose["services"][name]["user"].split(":")[0] not in {"root", "0"}


def test_redis_keeps_what_it_is_given(compose: dict[str, Any]) -> None:
    command = " ".join(compose["services"]["redis"]["command"])
    for option in ("--appendonly yes", "--appendfsync everysec", "--maxmemory-policy noeviction"):
        assert option in command


def test_servers_are_up_before_those_who_need_them(compose: dict[str, Any]) -> None:
    for name in ("web", "worker", "beat"):
        waits = compose["services"][name]["depends_on"]
        assert waits["postgres"]["condition"] == waits["redis"]["condition"] == "service_healthy"
        assert waits["migrate"]["condition"] == "service_completed_successfully"


def test_the_image_leaves_secrets_and_data_out() -> None:
    ignored = (ROOT / ".dockerignore").read_text().split()
    assert {".env", "var", ".git"} <= set(ignored)
    assert re.search(r"SECRET_KEY=[\"']?\w", (ROOT / "Dockerfile").read_text()) is None
