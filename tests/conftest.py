"""Personas and clients that every test may ask for. Ana is an agent, Sam a supervisor, Olli does operations,
Petra acts for supplier A, Paul for supplier B."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.contrib.contenttypes.management import create_contenttypes
from django.db.backends.postgresql.operations import DatabaseOperations
from django.db.models.signals import post_migrate
from django.test import Client, TestCase

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # Playwright keeps an event loop in the test's thread

from common import kept
from staff.models import User
from staff.roles import Role
from suppliers.models import Supplier, SupplierMember
from tests import factories

# What a test needs besides Python; without it the test belongs to the other half of `make test`.
NEEDS = {
    "postgres": lambda: settings.DATABASES["default"]["ENGINE"].endswith("postgres"),
    "redis": lambda: bool(settings.REDIS_URL),
}

MADE_BY_MIGRATIONS = {"django_content_type", "auth_permission"}
SERVED = (*NEEDS, "browser", "django_db")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--write-doors", action="store_true", help="note what every visitor gets in doors.txt")
    parser.addoption("--thorough", action="store_true", help="a thousand histories and 200 teams instead of some")
    parser.addoption("--write-budgets", action="store_true", help="note the queries of every list in budgets.json")


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> Iterator[None]:
    """Deselects what this run's servers cannot serve, and keeps tests that share the one Redis on one worker.

    A test that asks for no database says the same on every kind of it: it is marked `once`. What is `long` comes first.
    """
    missing = {marker for marker, there in NEEDS.items() if not there()}
    left_out = [item for item in items if any(item.get_closest_marker(marker) for marker in missing)]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]
    for item in items:
        if item.get_closest_marker("redis"):
            item.add_marker(pytest.mark.xdist_group("redis"))
        asks = {"db", "transactional_db", "live_server"} & set(getattr(item, "fixturenames", ()))
        asks |= {TestCase} & set(getattr(getattr(item, "cls", None), "__mro__", ()))
        if not asks and not any(item.get_closest_marker(name) for name in SERVED):
            item.add_marker(pytest.mark.once)
    yield
    items.sort(key=lambda item: item.get_closest_marker("long") is None)


@pytest.fixture(scope="session", autouse=True)
def quick_flush() -> Iterator[None]:
    """Rows that a test has committed are deleted: to truncate 160 tables takes PostgreSQL a second, however empty.

    What only a migration changes, the names of models and rights, stays, and is not made anew each time. Only a superuser
    may switch the triggers off that guard what is append-only; for others the tables are truncated.
    """
    truncated = DatabaseOperations.sql_flush

    def deleted(self: DatabaseOperations, style: Any, tables: list[str], **options: Any) -> list[str]:
        with self.connection.cursor() as cursor:
            cursor.execute("SELECT current_setting('is_superuser')")
            if cursor.fetchone() != ("on",):
                return truncated(self, style, tables, **options)
        post_migrate.disconnect(create_contenttypes)
        post_migrate.disconnect(dispatch_uid="django.contrib.auth.management.create_permissions")
        rows = " ".join(f"DELETE FROM {self.quote_name(table)};" for table in tables if table not in MADE_BY_MIGRATIONS)
        return [f"SET LOCAL session_replication_role = replica; {rows}"]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(DatabaseOperations, "sql_flush", deleted)
        yield


@pytest.fixture(autouse=True)
def fresh_names(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test sees the shops, suppliers and rules of the one before; a slow machine reads them as often as a quick one."""
    kept.forget_all()
    monkeypatch.setattr(kept, "SECONDS", 3600)


@pytest.fixture
def noon() -> Iterator[time_machine.Coordinates]:
    """The clock stands at Friday 2026-11-20 12:00 in Shanghai; `noon.shift(seconds)` moves it."""
    with time_machine.travel(factories.NOON, tick=False) as moved:
        yield moved


@pytest.fixture
def ana(db: None) -> User:
    return factories.UserFactory(username="ana", name="安娜", role=Role.AGENT_AFTERSALES, staff_no="K01")


@pytest.fixture
def sam(db: None) -> User:
    return factories.UserFactory(username="sam", name="山姆", role=Role.SUPERVISOR)


@pytest.fixture
def olli(db: None) -> User:
    return factories.UserFactory(username="olli", name="欧丽", role=Role.OPERATIONS)


@pytest.fixture
def supplier_a(db: None) -> Supplier:
    return factories.SupplierFactory(code="GYSA")


@pytest.fixture
def supplier_b(db: None) -> Supplier:
    return factories.SupplierFactory(code="GYSB")


@pytest.fixture
def petra(supplier_a: Supplier) -> User:
    user = factories.UserFactory(username="petra", name="佩特拉", role=Role.SUPPLIER)
    SupplierMember.objects.create(user=user, supplier=supplier_a)
    return user


@pytest.fixture
def paul(supplier_b: Supplier) -> User:
    user = factories.UserFactory(username="paul", name="保罗", role=Role.SUPPLIER)
    SupplierMember.objects.create(user=user, supplier=supplier_b)
    return user


@pytest.fixture
def as_user() -> object:
    """`as_user(ana)` is a browser in which Ana is logged in."""

    def login(user: User) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return login
