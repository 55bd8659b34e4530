"""A session knows whose it is: one query, and every reason to turn somebody away still counts."""

from __future__ import annotations

import datetime as dt
from importlib import import_module
from types import SimpleNamespace
from typing import Any

import pytest
import time_machine
from django.apps import apps
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as SignedSessions
from django.db import connection
from django.test import Client

from common import clock
from staff import sessions
from staff.models import Session, User
from staff.session_store import SEEN, SessionStore
from tests import factories

take_over = import_module("staff.migrations.0004_sessions_by_user").take_over


def session_of(client: Client) -> Session:
    return Session.objects.get(pk=client.cookies[settings.SESSION_COOKIE_NAME].value)


def is_in(client: Client) -> bool:
    return client.get("/account/").status_code == 200


@pytest.mark.django_db
def test_one_query_finds_the_session_and_its_user(ana: User, as_user: Any, django_assert_num_queries: Any) -> None:
    key = session_of(as_user(ana)).pk
    with django_assert_num_queries(1):
        store = SessionStore(key)
        assert store[SESSION_KEY] == str(ana.pk)
        assert store.owner == ana
        assert store.owner.password == ana.password
    assert session_of(as_user(ana)).user == ana


@pytest.mark.django_db
def test_a_key_that_nobody_has_or_that_is_over_is_an_empty_session(ana: User, as_user: Any) -> None:
    client = as_user(ana)
    assert SessionStore("x" * 32).load() == {}
    Session.objects.update(expire_date=clock.now() - dt.timedelta(seconds=1))
    assert not is_in(client)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "change", [{"is_active": False}, {"password": "argon2$other"}], ids=["switched off", "another password"]
)
def test_who_may_not_be_in_any_more_is_out_at_once(ana: User, as_user: Any, change: dict[str, Any]) -> None:
    client = as_user(ana)
    assert is_in(client)
    User.objects.filter(pk=ana.pk).update(**change)
    assert not is_in(client)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("key", "value"), [(BACKEND_SESSION_KEY, "some.other.Backend"), (HASH_SESSION_KEY, "no"), (SESSION_KEY, "0")]
)
def test_a_session_that_does_not_prove_its_user_lets_nobody_in(ana: User, as_user: Any, key: str, value: str) -> None:
    client = as_user(ana)
    store = client.session
    store[key] = value
    if key == SESSION_KEY:
        store.create_model_instance = lambda data: Session(  # type: ignore[method-assign]
            pk=store.session_key, session_data=store.encode(data), expire_date=store.get_expiry_date(), user=ana
        )
    store.save()
    assert not is_in(client)


@pytest.mark.django_db
def test_a_key_that_was_changed_with_the_old_one_in_the_fallbacks_keeps_people_in(
    ana: User, as_user: Any, settings: Any
) -> None:
    client = as_user(ana)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "n" * 60
    assert is_in(client)


@pytest.mark.django_db
def test_the_sessions_of_a_user_end_but_for_his_own(ana: User, sam: User, as_user: Any) -> None:
    here, there, other = as_user(ana), as_user(ana), as_user(sam)
    assert sessions.of_user(ana).count() == 2
    assert sessions.end_all(ana, but=session_of(here).pk) == 1
    assert (is_in(here), is_in(there), is_in(other)) == (True, False, True)
    assert sessions.end_all(ana) == 1
    assert not is_in(here)


@pytest.mark.django_db
def test_the_last_activity_is_that_of_the_youngest_session(
    ana: User, sam: User, as_user: Any, django_assert_num_queries: Any
) -> None:
    with time_machine.travel(factories.NOON, tick=False) as moment:
        first, second = as_user(ana), as_user(ana)
        assert is_in(first)
        moment.shift(dt.timedelta(minutes=5))
        assert is_in(second)
        with django_assert_num_queries(1):
            seen = sessions.last_seen([ana.pk, sam.pk], clock.now())
    assert seen == {ana.pk: factories.NOON + dt.timedelta(minutes=5)}


@pytest.mark.django_db
def test_who_was_logged_in_before_stays_so(ana: User, as_user: Any) -> None:
    """Django's own table goes, with its signed data; a session of somebody who is gone comes along as nobody's."""
    client = as_user(ana)
    data = dict(client.session.items())
    key = client.session.session_key
    until = clock.now() + dt.timedelta(hours=1)
    Session.objects.all().delete()
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE django_session (session_key text, session_data text, expire_date timestamp)")
        for name, value, end in (
            (key, data, until),
            ("gone", {SESSION_KEY: "4711"}, until),
            ("over", data, clock.now() - dt.timedelta(days=2)),
        ):
            cursor.execute(
                "INSERT INTO django_session VALUES (%s, %s, %s)",
                [name, SignedSessions().encode(value), end.replace(tzinfo=None)],
            )
    take_over(apps, SimpleNamespace(connection=connection))
    assert is_in(client)
    assert dict(Session.objects.values_list("pk", "user")) == {key: ana.pk, "gone": None}
    assert "django_session" not in connection.introspection.table_names()


@pytest.mark.django_db
def test_the_data_says_when_somebody_was_last_seen(ana: User, as_user: Any) -> None:
    client = as_user(ana)
    store = client.session
    store[SEEN] = int(factories.NOON.timestamp())
    store.save()
    assert session_of(client).seen_at == factories.NOON
