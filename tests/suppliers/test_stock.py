"""`PUT stock/`: a supplier says what it has of its own goods, and how much it may send us in a day (T23)."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse

from aftersales.models import StockQuestion
from common.exceptions import BusinessError
from orders.models import ShipmentUpload
from suppliers import quota
from suppliers.models import StockLevel, Supplier, SupplierToken
from suppliers.services import make_token
from suppliers.stock import StockRow, StockVerdict, put_stock
from tests.aftersales.goods import asked
from tests.factories import NOON, ProductFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]
V = StockVerdict


@pytest.fixture
def goods(supplier_a: Supplier, supplier_b: Supplier) -> None:
    for code, supplier in (("A-1", supplier_a), ("A-2", supplier_a), ("B-1", supplier_b)):
        ProductFactory(code=code, supplier=supplier)


def client_of(supplier: Supplier, *scopes: str) -> Client:
    more = {"scopes": scopes} if scopes else {}
    return Client(headers={"Authorization": f"Bearer {make_token(supplier=supplier, name='t', by=None, **more)[1]}"})


def put(client: Client, *rows: dict) -> list[str]:
    answer = client.put("/api/v1/stock/", {"stock": list(rows)}, content_type="application/json")
    assert answer.status_code == 200, answer.content
    return [row["verdict"] for row in answer.json()["results"]]


def test_the_last_word_counts_and_the_same_again_changes_nothing(supplier_a, goods, noon):
    client = client_of(supplier_a)
    rows = {"sku": "A-1", "quantity": 7}, {"sku": "A-2", "quantity": 0, "again_on": "2027-03-01"}
    assert put(client, *rows) == ["stored", "stored"]
    noon.shift(60)
    assert put(client, *rows) == ["unchanged", "unchanged"]
    assert put(client, {"sku": "A-1", "quantity": 6}, {"sku": "A-1", "quantity": 5}) == ["stored", "twice"]
    minute = NOON + dt.timedelta(minutes=1)
    found = set(StockLevel.objects.values_list("sku", "quantity", "again_on", "at"))
    assert found == {("A-1", 6, None, minute), ("A-2", 0, dt.date(2027, 3, 1), minute)}


def test_goods_of_others_are_as_unknown_as_those_that_do_not_exist(supplier_a, goods):
    """SEC-03."""
    rows = {"sku": "B-1", "quantity": 1}, {"sku": "none", "quantity": 1}
    assert put(client_of(supplier_a), *rows) == ["unknown_sku", "unknown_sku"]
    assert not StockLevel.objects.exists()


def test_a_token_needs_the_right_for_it(supplier_a, goods):
    client = client_of(supplier_a, SupplierToken.Scope.READ)
    answer = client.put("/api/v1/stock/", {"stock": [{"sku": "A-1", "quantity": 1}]}, content_type="application/json")
    assert (answer.status_code, StockLevel.objects.count()) == (403, 0)


@pytest.mark.parametrize("body", [{}, {"stock": []}, {"stock": [{"sku": "A-1", "quantity": -1}]}, {"stock": "x"}])
def test_what_has_not_the_shape_is_refused_whole(supplier_a, goods, body):
    answer = client_of(supplier_a).put("/api/v1/stock/", body, content_type="application/json")
    assert (answer.status_code, StockLevel.objects.count()) == (400, 0)


def test_many_levels_take_the_statements_of_one(supplier_a, goods, django_assert_max_num_queries):
    for number in range(40):
        ProductFactory(code=f"M-{number}", supplier=supplier_a)
    rows = [StockRow(number, f"M-{number}", number) for number in range(40)]
    with django_assert_max_num_queries(9):
        found = put_stock(rows, supplier=supplier_a, by=None)
    assert {result.verdict for result in found} == {V.STORED}


def test_the_service_sees_it_beside_a_question_that_waits(ana, as_user, supplier_a):
    """SUP-05: it answers none."""
    case, question = asked("exchange", ana, supplier_a)
    StockLevel.objects.create(supplier=supplier_a, sku=question.sku, quantity=7123, at=NOON)
    page = as_user(ana).get(f"/cases/{case.pk}/").content.decode()
    assert ("7123" in page, StockQuestion.objects.get().answer) == (True, "")


def test_t23_a_supplier_fills_the_disk_no_further_than_its_day_allows(supplier_a, supplier_b, noon):
    Supplier.objects.filter(pk=supplier_a.pk).update(files_a_day=2, megabytes_a_day=1)
    supplier_a.refresh_from_db()

    def spent(supplier: Supplier, size: int) -> str:
        try:
            quota.spend(supplier=supplier, size=size, now=NOON)
        except BusinessError as refusal:
            return refusal.code
        return "taken"

    taken = [spent(supplier_a, size) for size in (2 * quota.MB, quota.MB - 10, 11, 10, 1)]
    no = "quota_spent"
    assert taken == [no, "taken", no, "taken", no]  # too large alone, and with what came; then two files are there
    assert spent(supplier_b, 10) == "taken"
    quota.spend(supplier=supplier_a, size=10, now=NOON + dt.timedelta(days=1))


def test_t23_one_file_too_many_is_answered_with_429_and_a_sentence(supplier_a, petra, as_user, tmp_path):
    Supplier.objects.filter(pk=supplier_a.pk).update(files_a_day=1)
    client = client_of(supplier_a)

    def send(sender: Client, address: str):
        path = tmp_path / "t.csv"
        path.write_text("order_no,carrier,tracking_no\n1,SF,SF1\n")
        with path.open("rb") as file:
            return sender.post(address, {"file": file})

    assert [send(client, "/api/v1/shipment-uploads/").status_code for _number in range(2)] == [202, 429]
    assert send(client, "/api/v1/shipment-uploads/").json()["code"] == "quota_spent"
    page = send(as_user(petra), reverse("portal:uploads"))
    assert (page.status_code, ShipmentUpload.objects.count()) == (422, 1)
