"""The supplier portal: own rows only, numbers one by one and by file, previews that change nothing."""

from __future__ import annotations

import datetime as dt
import io

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from orders.models import Fulfilment, Parcel, ShipmentUpload
from orders.states import Flag, ShipMode
from orders.uploads.jobs import run_waiting_uploads
from suppliers.models import Supplier
from tests.factories import NOON, FulfilmentFactory, OrderFactory, OrderLineFactory

pytestmark = [pytest.mark.django_db, pytest.mark.once]
ZTO = "78244801702286"
HTMX = {"HTTP_HX_REQUEST": "true"}


def part(supplier: Supplier, **order: object) -> Fulfilment:
    fulfilment = FulfilmentFactory(order=OrderFactory(**order), supplier=supplier)
    OrderLineFactory(fulfilment=fulfilment)
    return fulfilment


def csv(*rows: str) -> SimpleUploadedFile:
    text = "订单编号,物流公司,物流单号,发货时间\n" + "\n".join(rows)
    return SimpleUploadedFile("发货.csv", text.encode("utf-8-sig"))


@pytest.fixture
def petras(noon, as_user, petra):
    return as_user(petra)


def test_what_is_to_ship_is_shown_first_paid_first_and_masked(petras, supplier_a, supplier_b):
    """SUP-15, SEC-07"""
    late = part(supplier_a, flag=Flag.RED, remark_for_supplier="送赠品")
    early = part(supplier_a, ordered_at=NOON - dt.timedelta(hours=5))
    theirs = part(supplier_b)
    page = petras.get("/portal/").content.decode()
    assert 0 < page.index(early.order.order_no) < page.index(late.order.order_no)
    assert theirs.order.order_no not in page
    assert "送赠品" in page
    assert late.order.receiver_phone not in page
    assert "文三路" not in page


def test_people_of_the_house_and_users_without_a_supplier_are_kept_out(client, noon, as_user, ana):
    assert client.get("/portal/").status_code == 302
    assert as_user(ana).get("/portal/").status_code == 403


def test_an_order_on_hold_is_shown_without_a_form(petras, supplier_a):
    part(supplier_a, ship_mode=ShipMode.HOLD)
    assert petras.get("/portal/?show=hold").content.decode().count('class="part"') == 1
    assert 'name="tracking_no"' not in petras.get("/portal/").content.decode()


def test_a_number_is_sent_from_the_list(petras, petra, supplier_a):
    fulfilment = part(supplier_a)
    data = {"order_no": fulfilment.order.order_no, "carrier": "ZTO", "tracking_no": ZTO}
    answer = petras.post("/portal/number/", data, **HTMX)
    assert (answer.status_code, Parcel.objects.get().tracking_no) == (200, ZTO)
    assert 'name="tracking_no"' not in answer.content.decode()
    assert petras.get("/portal/").content.decode().count('class="part"') == 0


def test_an_odd_number_is_asked_about_and_then_taken(petras, supplier_a):
    data = {"order_no": part(supplier_a).order.order_no, "carrier": "SF", "tracking_no": "SF053659577"}
    asked = petras.post("/portal/number/", data, **HTMX).content.decode()
    assert ('name="confirm"' in asked, "SF053659577" in asked, Parcel.objects.count()) == (True, True, 0)
    petras.post("/portal/number/", data | {"confirm": "on"}, **HTMX)
    assert Parcel.objects.count() == 1


def test_without_scripts_the_form_leads_back_with_a_message(petras, supplier_a, supplier_b):
    data = {"order_no": part(supplier_a).order.order_no, "carrier": "ZTO", "tracking_no": ZTO}
    assert petras.post("/portal/number/", data).status_code == 302
    foreign = data | {"order_no": part(supplier_b).order.order_no}
    assert petras.post("/portal/number/", foreign, **HTMX).status_code == 404
    assert Parcel.objects.count() == 1


def test_the_downloaded_table_can_be_filled_in_and_sent_back(petras, petra, supplier_a):
    first, second = part(supplier_a, ordered_at=NOON - dt.timedelta(hours=5)), part(supplier_a)
    part(supplier_a, ship_mode=ShipMode.HOLD)
    answer = petras.get("/portal/to-ship.xlsx")
    book = openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content)))
    sheet = book.active
    assert [cell.value for cell in sheet["A"][1:]] == [first.order.order_no, second.order.order_no]
    assert sheet["A2"].data_type == "s"
    columns = {cell.value: cell.column for cell in sheet[1]}
    sheet.cell(2, columns["物流公司"], "中通快递")
    sheet.cell(2, columns["物流单号"], ZTO)
    filled = io.BytesIO()
    book.save(filled)
    petras.post("/portal/uploads/", {"file": SimpleUploadedFile("back.xlsx", filled.getvalue())})
    run_waiting_uploads()
    assert [(r.row, r.verdict) for r in ShipmentUpload.objects.get().rows.all()] == [(2, "accepted")]


def test_a_file_is_shown_as_a_preview_and_taken_over_when_confirmed(petras, supplier_a):
    good, odd = part(supplier_a), part(supplier_a)
    file = csv(f"{good.order.order_no},中通快递,{ZTO},", f"{odd.order.order_no},顺丰,SF053659577,", "7.39E+18,中通,1,")
    preview = petras.post("/portal/uploads/", {"file": file})["Location"]
    assert 'hx-trigger="every 1s"' in petras.get(preview).content.decode()
    run_waiting_uploads()
    page = petras.get(preview, **HTMX).content.decode()
    assert ("7.39E+18" in page, Parcel.objects.count()) == (True, 0)
    taken = petras.post(preview + "confirm/", {"confirm_odd_numbers": "on"})["Location"]
    run_waiting_uploads()
    upload = ShipmentUpload.objects.first()
    assert (upload.counts["accepted"], upload.counts["damaged_order_no"], Parcel.objects.count()) == (2, 1, 2)
    refused = petras.get(taken + "refused.xlsx")
    sheet = openpyxl.load_workbook(io.BytesIO(b"".join(refused.streaming_content))).active
    assert [cell.value for cell in sheet["A"]] == ["订单编号", "7.39E+18"]
    assert "7.39E+18" in petras.get(taken + "?show=refused").content.decode()


def test_a_preview_without_a_good_row_offers_nothing_to_take_over(petras):
    preview = petras.post("/portal/uploads/", {"file": csv("7.39E+18,中通,1,")})["Location"]
    run_waiting_uploads()
    page = petras.get(preview).content.decode()
    assert ("7.39E+18" in page, "confirm-form" in page) == (True, False)


def test_a_file_that_lacks_a_column_is_refused_in_words(petras):
    file = SimpleUploadedFile("x.csv", "订单编号,物流公司\n1,2\n".encode())
    url = petras.post("/portal/uploads/", {"file": file})["Location"]
    run_waiting_uploads()
    assert "物流单号" in petras.get(url).content.decode()


def test_the_uploads_of_another_supplier_are_not_found(noon, as_user, petra, paul):
    petras, pauls = as_user(petra), as_user(paul)
    url = petras.post("/portal/uploads/", {"file": csv(f"1,中通,{ZTO},")})["Location"]
    run_waiting_uploads()
    for address in (url, url + "refused.xlsx"):
        assert (petras.get(address).status_code, pauls.get(address).status_code) == (200, 404)
    assert pauls.post(url + "confirm/").status_code == 404
    assert ShipmentUpload.objects.count() == 1


def test_the_contact_page_shows_people_and_tokens_but_no_secret(petras, supplier_a, olli):
    from suppliers.services import make_token

    token, text = make_token(supplier=supplier_a, name="仓库程序", by=None)
    page = petras.get(reverse("portal:contact")).content.decode()
    assert (olli.name in page, token.prefix in page, text in page) == (True, True, False)


def test_the_list_takes_the_same_queries_for_any_number_of_orders(petras, supplier_a, django_assert_max_num_queries):
    for _ in range(3):
        part(supplier_a)
    with django_assert_max_num_queries(9):
        petras.get("/portal/")
