"""Agents hear of new orders once an import (ORD-07), and the tasks of this app do what their services do."""

from __future__ import annotations

from notifications.models import BellItem, Message
from notifications.render import bell_text
from orders import tasks
from orders.signals import orders_imported
from tests import factories

NOON = factories.NOON


def test_ord_07_one_bell_item_an_import_and_no_mail(noon, ana, sam):
    for _ in range(2):
        orders_imported.send(sender=None, batch_id=7, placed=12, paid=9, now=NOON)
    item = BellItem.objects.get()
    assert (item.user, item.url, item.context["placed"], item.context["paid"]) == (ana, "/orders/", 12, 9)
    assert Message.objects.count() == 0
    assert "12" in bell_text(item.kind, item.context)


def test_ord_07_an_import_without_news_tells_nobody(noon, ana):
    orders_imported.send(sender=None, batch_id=7, placed=0, paid=0, now=NOON)
    assert BellItem.objects.count() == 0


def test_the_round_and_the_forgetting_run_as_tasks(noon, ana):
    factories.OrderFactory(state="unpaid", ordered_at=factories.at("2026-11-19 10:00"))
    assert tasks.payment_round() == 1
    assert tasks.forget_old_buyers() == 0
    assert bell_text("orders.payment_round", BellItem.objects.get().context)
