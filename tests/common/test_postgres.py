"""The health check of a connection: it tells the dead from the living without asking."""

from __future__ import annotations

import time

import pytest
from django.db import connection, connections
from django.db.backends.postgresql import base

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def pid() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return int(cursor.fetchone()[0])


def end(backend: int) -> None:
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(%s)", [backend])
            until = time.monotonic() + 10
            while time.monotonic() < until:
                cursor.execute("SELECT 1 FROM pg_stat_activity WHERE pid = %s", [backend])
                if cursor.fetchone() is None:
                    return
        raise AssertionError("the server did not end the connection")
    finally:
        other.close()


def test_a_sound_connection_is_told_without_a_statement(monkeypatch: pytest.MonkeyPatch) -> None:
    pid()
    monkeypatch.setattr(base.DatabaseWrapper, "is_usable", lambda self: pytest.fail("the server was asked"))
    assert connection.is_usable()


def test_a_connection_that_the_server_ended_is_found_out_and_replaced() -> None:
    before = pid()
    end(before)
    assert not connection.is_usable()
    connection.health_check_done, connection.health_check_enabled = False, True
    connections["default"].close_if_health_check_failed()
    assert pid() != before


def test_one_that_was_never_made_or_is_closed_cannot_be_used() -> None:
    pid()
    connection.connection.close()
    assert not connection.is_usable()
    connection.close()
    assert not connection.is_usable()
