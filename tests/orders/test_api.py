"""The suppliers' REST interface as it is fixed: shapes, problems, walls, idempotency, limits."""

from __future__ import annotations

import datetime as dt
import json
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connections
from django.test import Client
from django.urls import reverse

from orders.models import Fulfilment, Parcel, ShipmentUpload
from orders.states import ShipMode
from orders.uploads.jobs import run_waiting_uploads
from suppliers.models import IdempotentRequest, Supplier, SupplierToken
from suppliers.services import make_token, revoke_token
from tests.factories import NOON, FulfilmentFactory, OrderFactory, OrderLineFactory

pytestmark = [pytest.mark.django_db, pytest.mark.once]
PROBLEM = "application/problem+json"
ZTO = "78244801702286"
FILE = (
    "订单编号,物流公司,物流单号,发货时间\n{},中通快递,"
    + ZTO
    + ",2026-11-20 10:00:00\n7.39E+18,中通快递,78244801702287,\n"
)


def bearer(supplier: Supplier, *scopes: str) -> dict[str, str]:
    text = make_token(supplier=supplier, name="test", by=None, **({"scopes": scopes} if scopes else {}))[1]
    return {"HTTP_AUTHORIZATION": f"Bearer {text}"}


def part(supplier: Supplier, **order: object) -> Fulfilment:
    fulfilment = FulfilmentFactory(order=OrderFactory(**order), supplier=supplier)
    OrderLineFactory(fulfilment=fulfilment)
    return fulfilment


def post(client: Client, body: object, **headers: str):
    data = body if isinstance(body, str | bytes) else json.dumps(body)
    return client.post("/api/v1/shipments/", data, content_type="application/json", **headers)


def shipment(fulfilment: Fulfilment, number: str = ZTO) -> dict[str, str]:
    return {"order_no": fulfilment.order.order_no, "carrier": "中通快递", "tracking_no": number}


@pytest.fixture
def token_a(noon, supplier_a):
    return bearer(supplier_a)


# ── Who may ──────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("header", ["", "Bearer", "Bearer wrong", "Bearer a b", "Basic eDp5", "Bearer " + "x" * 9000])
def test_without_a_valid_token_401(client, db, header):
    answer = client.get("/api/v1/orders/", **({"HTTP_AUTHORIZATION": header} if header else {}))
    assert (answer.status_code, answer["Content-Type"], answer["WWW-Authenticate"]) == (
        401,
        PROBLEM,
        'Bearer realm="houtai"',
    )


def test_revoked_expired_and_inactive_tokens_401(client, noon, supplier_a):
    _token, text = make_token(supplier=supplier_a, name="t", by=None, expires_at=NOON + dt.timedelta(hours=1))
    headers = {"HTTP_AUTHORIZATION": f"Bearer {text}"}
    assert client.get("/api/v1/orders/", **headers).status_code == 200
    supplier_a.active = False
    supplier_a.save()
    assert client.get("/api/v1/orders/", **headers).status_code == 401
    supplier_a.active = True
    supplier_a.save()
    noon.shift(3600)
    assert client.get("/api/v1/orders/", **headers).status_code == 401
    other = bearer(supplier_a)
    revoke_token(token=SupplierToken.objects.first(), by=None)
    assert client.get("/api/v1/orders/", **other).status_code == 401


def test_a_token_without_the_scope_403(client, noon, supplier_a):
    answer = post(client, {}, **bearer(supplier_a, "orders:read"))
    assert (answer.status_code, answer.json()["code"]) == (403, "insufficient_scope")
    assert client.get("/api/v1/orders/", **bearer(supplier_a, "shipments:write")).status_code == 403


def test_too_many_requests_429(client, token_a, settings):
    settings.API_REQUESTS_A_MINUTE = 3
    assert [client.get("/api/v1/orders/", **token_a).status_code for _ in range(4)] == [200, 200, 200, 429]
    answer = client.get("/api/v1/orders/", **token_a)
    assert 0 < int(answer["Retry-After"]) <= 61


def test_an_unknown_address_is_a_problem_too(client, db):
    for answer in (client.get("/api/v1/nothing/"), client.post("/api/v1/nothing/")):
        assert (answer.status_code, answer["Content-Type"]) == (404, PROBLEM)


# ── GET orders/ ──────────────────────────────────────────────────────────────
def test_orders_are_the_suppliers_own_lines_first_paid_first_and_masked(client, token_a, supplier_a, supplier_b):
    """SUP-15, SEC-07"""
    late = part(supplier_a, ordered_at=NOON - dt.timedelta(hours=1))
    early = part(supplier_a, ordered_at=NOON - dt.timedelta(hours=2), ship_mode=ShipMode.URGENT)
    part(supplier_b)
    rows = client.get("/api/v1/orders/", **token_a).json()["results"]
    assert [row["order_no"] for row in rows] == [early.order.order_no, late.order.order_no]
    assert rows[0]["receiver"] == {
        "name": "杨**",
        "phone": f"138****{early.order.receiver_phone[-4:]}",
        "region": "浙江省杭州市****",
    }
    assert (rows[0]["state"], rows[0]["late"], rows[0]["ship_mode"]) == ("to_ship", False, "urgent")
    assert "id" not in rows[0]


def test_orders_are_paged_by_cursor(client, token_a, supplier_a):
    numbers = [part(supplier_a).order.order_no for _ in range(5)]
    seen, url = [], "/api/v1/orders/?limit=2"
    while url:
        page = client.get(url, **token_a).json()
        seen += [row["order_no"] for row in page["results"]]
        url = page["next"]
    assert seen == numbers


@pytest.mark.parametrize("query", ["state=lost", "limit=0", "limit=501", "limit=x", "cursor=abc"])
def test_a_query_that_makes_no_sense_400(client, token_a, query):
    answer = client.get(f"/api/v1/orders/?{query}", **token_a)
    assert (answer.status_code, answer["Content-Type"]) == (400, PROBLEM)


def test_orders_take_the_same_queries_for_any_number_of_rows(
    client, token_a, supplier_a, django_assert_max_num_queries
):
    for _ in range(3):
        part(supplier_a)
    with django_assert_max_num_queries(5):
        client.get("/api/v1/orders/", **token_a)


# ── POST shipments/ ──────────────────────────────────────────────────────────
def test_one_object_or_a_list(client, token_a, supplier_a):
    one, two = part(supplier_a), part(supplier_a)
    answer = post(client, shipment(one), **token_a)
    assert (answer.status_code, answer.json()["results"][0]["verdict"]) == (200, "accepted")
    body = {"shipments": [shipment(one), shipment(two, "78244801702299")]}
    assert [r["verdict"] for r in post(client, body, **token_a).json()["results"]] == ["unchanged", "accepted"]


def test_a_dry_run_changes_nothing(client, token_a, supplier_a):
    answer = client.post(
        "/api/v1/shipments/?dry_run=1", json.dumps(shipment(part(supplier_a))), "application/json", **token_a
    ).json()
    assert (answer["dry_run"], answer["counts"]["accepted"], Parcel.objects.count()) == (True, 1, 0)


def test_another_suppliers_order_is_not_yours(client, token_a, supplier_b):
    answer = post(client, shipment(part(supplier_b)), **token_a).json()
    assert (answer["results"][0]["verdict"], Parcel.objects.count()) == ("not_yours", 0)


@pytest.mark.parametrize(
    "body",
    [
        "",
        "{",
        "null",
        "[]",
        "{}",
        '"x"',
        '{"shipments": []}',
        '{"shipments": {}}',
        '{"shipments": [1]}',
        '{"order_no": {}}',
        '{"order_no": "\\ud800"}',
        '{"order_no": "a\\u0000b"}',
        '{"order_no": NaN}',
        "[" * 100_000,
        '{"a":' * 100_000,
        b"\xff\xfe",
        json.dumps({"shipments": [{}] * 5001}),
        json.dumps({"order_no": "1" * 100_000}),
    ],
)
def test_hostile_json_is_refused_as_a_problem(client, token_a, body):
    answer = post(client, body, **token_a)
    assert (answer.status_code, answer["Content-Type"]) == (400, PROBLEM)


def test_what_is_missing_in_a_row_gets_a_verdict(client, token_a):
    assert post(client, {"carrier": "ZTO"}, **token_a).json()["results"][0]["verdict"] == "damaged_order_no"


@pytest.mark.parametrize("size", [3, 30])
def test_a_body_that_is_too_large_413(client, token_a, size):
    answer = post(client, b" " * (size << 20), **token_a)
    assert (answer.status_code, answer["Content-Type"]) == (413, PROBLEM)


def test_a_compressed_body_415(client, token_a):
    assert post(client, b"\x1f\x8b", HTTP_CONTENT_ENCODING="gzip", **token_a).status_code == 415


# ── Idempotency ──────────────────────────────────────────────────────────────
def test_the_same_key_gives_the_first_answer_again(client, token_a, supplier_a):
    body = shipment(part(supplier_a))
    first = post(client, body, HTTP_IDEMPOTENCY_KEY='"k1"', **token_a)
    again = post(client, body, HTTP_IDEMPOTENCY_KEY="k1", **token_a)
    assert (again.json(), again["Idempotency-Replayed"]) == (first.json(), "true")
    assert first.json()["results"][0]["verdict"] == "accepted"


def test_a_used_key_with_another_body_422_and_a_running_one_409(client, noon, token_a, supplier_a):
    body = shipment(part(supplier_a))
    post(client, body, HTTP_IDEMPOTENCY_KEY="k1", **token_a)
    assert post(client, {}, HTTP_IDEMPOTENCY_KEY="k1", **token_a).status_code == 422
    IdempotentRequest.objects.update(status=None, body=None)
    assert post(client, body, HTTP_IDEMPOTENCY_KEY="k1", **token_a).json()["code"] == "still_running"
    noon.shift(121)  # the request that held it has died
    assert post(client, body, HTTP_IDEMPOTENCY_KEY="k1", **token_a).json()["results"][0]["verdict"] == "unchanged"


def test_keys_are_kept_seven_days_and_are_each_suppliers_own(client, noon, token_a, supplier_a, supplier_b):
    post(client, shipment(part(supplier_a)), HTTP_IDEMPOTENCY_KEY="k1", **token_a)
    assert post(client, {"order_no": "1"}, HTTP_IDEMPOTENCY_KEY="k1", **bearer(supplier_b)).status_code == 200
    noon.shift(7 * 24 * 3600)
    assert post(client, {"order_no": "1"}, HTTP_IDEMPOTENCY_KEY="k1", **token_a).status_code == 200


def test_a_refused_request_frees_its_key(client, token_a):
    assert post(client, "{", HTTP_IDEMPOTENCY_KEY="k1", **token_a).status_code == 400
    assert IdempotentRequest.objects.count() == 0


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_twenty_at_once_with_one_key_carry_out_once(supplier_a):
    body, headers = shipment(part(supplier_a)), bearer(supplier_a)

    def send(_n: int) -> tuple[int, str]:
        try:
            answer = post(Client(), body, HTTP_IDEMPOTENCY_KEY="k1", **headers)
            return answer.status_code, answer.content.decode()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(send, range(20)))
    assert {status for status, _body in answers} <= {200, 409}
    assert len({text for status, text in answers if status == 200}) == 1
    assert Parcel.objects.count() == 1


# ── Files ────────────────────────────────────────────────────────────────────
def upload(client: Client, text: str, query: str = "", **headers: str):
    file = SimpleUploadedFile("tracking.csv", text.encode("gb18030"))
    return client.post(f"/api/v1/shipment-uploads/{query}", {"file": file}, **headers)


def test_a_file_is_taken_in_and_its_verdicts_can_be_read(client, token_a, supplier_a):
    fulfilment = part(supplier_a)
    answer = upload(client, FILE.format(fulfilment.order.order_no), **token_a)
    assert (answer.status_code, answer.json()["state"]) == (202, "waiting")
    assert run_waiting_uploads() == 1
    seen = client.get(answer["Location"], **token_a).json()
    assert (seen["state"], seen["progress"], seen["row_count"]) == ("done", 2, 2)
    assert [(r["row"], r["verdict"]) for r in seen["rows"]] == [(2, "accepted"), (3, "damaged_order_no")]
    refused = client.get(answer["Location"] + "?rows=refused&limit=1", **token_a).json()
    assert [r["row"] for r in refused["rows"]] == [3]


def test_the_same_upload_with_the_same_key_is_one_upload(client, token_a, supplier_a):
    text = FILE.format(part(supplier_a).order.order_no)
    first = upload(client, text, HTTP_IDEMPOTENCY_KEY="u1", **token_a)
    again = upload(client, text, HTTP_IDEMPOTENCY_KEY="u1", **token_a)
    assert (again["Location"], ShipmentUpload.objects.count()) == (first["Location"], 1)
    assert upload(client, text + "x", HTTP_IDEMPOTENCY_KEY="u1", **token_a).status_code == 422


def test_a_file_that_is_no_table_is_refused_in_words(client, token_a):
    answer = upload(client, "<html><body>log in</body></html>", **token_a)
    run_waiting_uploads()
    seen = client.get(answer["Location"], **token_a).json()
    assert (seen["state"], len(seen["errors"]), seen["rows"]) == ("failed", 1, [])


def test_an_upload_of_another_supplier_is_not_found_like_an_unknown_one(client, token_a, supplier_b):
    theirs = upload(client, FILE.format("1"), **bearer(supplier_b))
    unknown = reverse("api:shipment-upload", args=["00000000-0000-4000-8000-000000000000"])
    foreign, missing = client.get(theirs["Location"], **token_a), client.get(unknown, **token_a)
    assert (foreign.status_code, foreign.json()) == (404, missing.json())


def test_the_document_of_the_interface_and_its_page_are_served(client, db):
    assert "/api/v1/shipment-uploads/" in client.get("/api/schema/").content.decode()
    page = client.get("/api/docs/").content.decode()
    assert "<style" not in page
    assert "//cdn" not in page
