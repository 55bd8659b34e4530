"""The pages of operations: import with preview, codes, promotions."""

from __future__ import annotations

import pytest
from django.urls import reverse

from audit.models import Entry
from orders.imports.services import run_waiting_imports
from orders.models import ImportBatch, Order, PromotionWindow
from orders.states import JobState
from tests import factories
from tests.orders.imports import files

pytestmark = [pytest.mark.once, pytest.mark.django_db]


def upload(client, *sent, **data):
    for name, stream in sent:
        stream.name = name
    return client.post(reverse("orders:imports"), {"files": [stream for _name, stream in sent], **data})


def test_a_preview_is_looked_at_and_then_imported_for_good(noon, as_user, olli):
    client = as_user(olli)
    answer = upload(client, files.orders(), files.lines({"购买数量": "x"}), preview="1")
    preview = ImportBatch.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, reverse("orders:import", args=[preview.public_id]))
    assert (preview.state, preview.dry_run, preview.files.count()) == (JobState.WAITING, True, 2)
    assert run_waiting_imports() == 1
    page = client.get(answer["Location"]).content.decode()
    assert "购买数量" in page
    assert Order.objects.count() == 0
    client.post(reverse("orders:import_repeat", args=[preview.public_id]))
    assert run_waiting_imports() == 1
    assert (Order.objects.count(), run_waiting_imports()) == (1, 0)
    book = client.post(reverse("orders:import_errors", args=[preview.public_id]))
    assert (book.status_code, book.content[:2]) == (200, b"PK")
    assert Entry.objects.get(action="staff.exported").data == {"what": "orders.import_errors", "rows": 1}  # SEC-02
    assert client.get(reverse("orders:imports")).status_code == 200


def test_an_import_whose_worker_died_is_taken_up_again(noon, as_user, olli):
    upload(as_user(olli), files.orders(), files.lines())
    ImportBatch.objects.update(state=JobState.RUNNING, heartbeat_at=factories.NOON)
    assert run_waiting_imports() == 0
    noon.shift(121)
    assert run_waiting_imports() == 1
    assert ImportBatch.objects.get().state == JobState.DONE


def test_agents_may_not_import(as_user, ana):
    assert upload(as_user(ana), files.orders()).status_code == 403
    assert ImportBatch.objects.count() == 0


def test_codes_are_assigned_on_their_page(noon, as_user, olli):
    files.take(files.orders(), files.lines())
    supplier = factories.SupplierFactory()
    client = as_user(olli)
    assert "A-1" in client.get(reverse("orders:codes")).content.decode()
    client.post(reverse("orders:codes"), {"code": "A-1", "supplier": supplier.pk})
    assert Order.objects.get().fulfilments.get().supplier == supplier
    assert client.get(reverse("orders:codes")).status_code == 200


def test_promotions_are_declared_and_withdrawn(noon, as_user, olli):
    shop = factories.ShopFactory()
    client, page = as_user(olli), reverse("orders:promotions")
    data = {"shop": shop.pk, "name": "双11", "starts_at": "2026-11-20T00:00", "ends_at": "2026-11-21T00:00"}
    assert client.post(page, data | {"ends_at": "2026-11-19T00:00"}).status_code == 422
    assert client.post(page, data).status_code == 302
    assert client.post(page, data).status_code == 422  # it overlaps itself
    window = PromotionWindow.objects.get()
    client.get(page)
    client.post(reverse("orders:promotion_withdraw", args=[window.pk]))
    assert PromotionWindow.objects.count() == 0
