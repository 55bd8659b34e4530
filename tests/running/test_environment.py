"""What the environment says about the database."""

from __future__ import annotations

import pytest
from django.core.exceptions import ImproperlyConfigured

from config import env

URL = "postgres://houtai:secret@db:5432/houtai?sslmode=require"


def test_a_connection_is_kept_for_a_minute_and_may_stream() -> None:
    found = env.database(URL)
    assert (found["CONN_MAX_AGE"], found["DISABLE_SERVER_SIDE_CURSORS"]) == (60, False)
    assert found["OPTIONS"]["sslmode"] == "require"


def test_behind_a_pooler_nothing_outlives_a_transaction(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONN_MAX_AGE", "0")
    found = env.database(URL)
    assert (found["CONN_MAX_AGE"], found["DISABLE_SERVER_SIDE_CURSORS"]) == (0, True)


def test_an_odd_age_stops_the_start_with_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONN_MAX_AGE", "long")
    with pytest.raises(ImproperlyConfigured, match="CONN_MAX_AGE must be a whole number"):
        env.database(URL)
