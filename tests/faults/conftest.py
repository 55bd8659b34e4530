"""What the fault tests share: a mail server, files that other processes can read, a broker and cache to be lost."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from config.settings import base
from notifications.services import queue_mail
from suppliers.models import Supplier
from suppliers.services import make_token
from tests.factories import FulfilmentFactory, OrderFactory, OrderLineFactory, ShopFactory
from tests.faults.machines import MailServer
from tests.orders.imports import files
from tests.reports.conftest import month, promise  # noqa: F401 — fixtures

ROUND = {"total": 1, "groups": [{"kind": "breach", "policy": "orders.chased", "count": 1, "urgent": []}]}


@pytest.fixture
def mail_server(settings: Any) -> Iterator[MailServer]:
    server = MailServer()
    server.controller.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", server.port, 5
    yield server
    server.controller.stop()


@pytest.fixture
def shared_files(settings: Any, tmp_path: Path) -> Path:
    """The house's folder, with the files where a worker finds them."""
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.STORAGES = settings.STORAGES | {"default": base.STORAGES["default"]}
    return tmp_path


@pytest.fixture
def redis_at(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """`redis_at(url)`: from now on the web's broker, cache and counters are there."""

    def move(url: str) -> None:
        monkeypatch.setenv("CELERY_BROKER_URL", url)
        settings.REDIS_URL = url
        settings.CACHES = {
            "default": {
                "BACKEND": "django.core.cache.backends.redis.RedisCache",
                "LOCATION": url,
                "OPTIONS": base.REDIS_PATIENCE,
            }
        }

    return move


def put_mails(count: int, first: int = 0) -> None:
    for n in range(first, first + count):
        address = f"p{n}@example.com"
        queue_mail(kind="sla.round", address=address, context=ROUND, language="en", dedupe_key=f"f:{n}")


def parts(supplier: Supplier, count: int) -> list[str]:
    """Order numbers of `count` parts that the supplier is to ship."""
    shop, numbers = ShopFactory(), []
    for _ in range(count):
        part = FulfilmentFactory(order=OrderFactory(shop=shop), supplier=supplier)
        OrderLineFactory(fulfilment=part, product=None, sku="A-1")
        numbers.append(part.order.order_no)
    return numbers


def table(order_nos: list[str], first: int = 0) -> SimpleUploadedFile:
    rows = [f"{number},中通快递,{78244801702286 + n}," for n, number in enumerate(order_nos, first)]
    return SimpleUploadedFile("sent.csv", "\n".join(["订单编号,物流公司,物流单号,发货时间", *rows]).encode())


class Web:
    """Requests as a supplier's program and the people of operations send them."""

    def __init__(self, supplier: Supplier, operations: Any) -> None:
        self.bearer = {"Authorization": f"Bearer {make_token(supplier=supplier, name='test', by=None)[1]}"}
        self.browser = Client()
        self.browser.force_login(operations)

    def to_ship(self) -> Any:
        return Client().get("/api/v1/orders/", headers=self.bearer)

    def upload(self, order_nos: list[str]) -> Any:
        return Client().post("/api/v1/shipment-uploads/", {"file": table(order_nos)}, headers=self.bearer)

    def import_orders(self) -> Any:
        sent = []
        for name, stream in (files.orders(), files.lines()):
            stream.name = name
            sent.append(stream)
        return self.browser.post(reverse("orders:imports"), {"files": sent})


@pytest.fixture
def web(supplier_a: Supplier, olli: Any) -> Web:
    return Web(supplier_a, olli)
