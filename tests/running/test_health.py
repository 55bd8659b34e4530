"""/healthz, /readyz and /metrics."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client
from pytest_django import Settings

from config import health
from notifications.models import Message
from tests.factories import NOON


def test_alive_asks_nobody(client: Client) -> None:
    """No database mark here: a query would fail the test."""
    answer = client.get("/healthz")
    assert (answer.status_code, answer.content) == (200, b"ok\n")


@pytest.mark.django_db
def test_ready_says_how_far_behind_the_work_is(client: Client, noon: object) -> None:
    Message.objects.create(
        kind="k", address="a@example.com", dedupe_key="d", next_try_at=NOON, created_at=NOON - dt.timedelta(minutes=5)
    )
    answer = client.get("/readyz")
    assert answer.status_code == 200
    figures = answer.json()
    assert (figures["database"], figures["broker"]) == ("ok", "ok")
    assert figures["oldest_unsent_message_seconds"] == 300
    assert figures["oldest_due_clock_seconds"] is None


def test_without_a_database_it_is_not_ready(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "database_error", lambda: "OperationalError")
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()) == (503, {"database": "OperationalError", "broker": "ok"})


@pytest.mark.django_db
def test_without_a_broker_it_is_not_ready(client: Client, settings: Settings) -> None:
    settings.REDIS_URL = ""
    settings.BROKER_FOLDER = settings.BROKER_FOLDER / "gone"
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["broker"]) == (503, "FileNotFoundError")


@pytest.mark.django_db
def test_metrics_are_for_this_machine_only(client: Client) -> None:
    assert b"houtai_database_up 1" in client.get("/metrics").content
    assert client.get("/metrics", REMOTE_ADDR="10.0.0.9").status_code == 403


@pytest.mark.django_db
def test_a_proxy_on_this_machine_is_not_this_machine(client: Client) -> None:
    assert client.get("/metrics", headers={"X-Forwarded-For": "203.0.113.7"}).status_code == 403


@pytest.mark.django_db
def test_metrics_with_a_token(client: Client, settings: Settings) -> None:
    settings.METRICS_TOKEN = "m" * 40
    right, wrong = {"Authorization": f"Bearer {'m' * 40}"}, {"Authorization": "Bearer x"}
    assert client.get("/metrics", headers=right, REMOTE_ADDR="10.0.0.9").status_code == 200
    assert client.get("/metrics", headers=wrong).status_code == 403
    assert client.get("/metrics").status_code == 403


@pytest.mark.django_db
def test_figures_take_few_queries(client: Client, django_assert_max_num_queries: object) -> None:
    with django_assert_max_num_queries(6):  # type: ignore[operator]
        client.get("/metrics")
