"""Staged files: every kind that suppliers send, workers that die, the command."""

from __future__ import annotations

import io
import json

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command

from orders.models import Fulfilment, Parcel, ShipmentUpload
from orders.states import JobState
from orders.uploads import jobs
from orders.uploads.jobs import run_waiting_uploads, stage_upload
from suppliers.models import Supplier
from tests.factories import FulfilmentFactory, OrderFactory, OrderLineFactory

pytestmark = pytest.mark.django_db
ZTO = "78244801702286"
CHINESE = ["订单编号", "物流公司", "物流单号", "发货时间"]
ENGLISH = ["order_no", "carrier", "tracking_no", "shipped_at"]


def part(supplier: Supplier) -> Fulfilment:
    fulfilment = FulfilmentFactory(order=OrderFactory(), supplier=supplier)
    OrderLineFactory(fulfilment=fulfilment)
    return fulfilment


def text(header: list[str], *rows: list[str]) -> str:
    return "\n".join(",".join(cells) for cells in [header, *rows]) + "\n"


def xlsx(header: list[str], *rows: list[str]) -> bytes:
    book = openpyxl.Workbook()
    for cells in [header, *rows]:
        book.active.append(cells)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def stage(supplier: Supplier, data: bytes, **more: object) -> ShipmentUpload:
    return stage_upload(supplier=supplier, file=SimpleUploadedFile("发货.csv", data), **more)


@pytest.mark.parametrize("kind", ["gb18030", "utf-8", "utf-8-sig", "xlsx", "english"])
def test_every_kind_of_file_is_read(noon, supplier_a, kind):
    row = [part(supplier_a).order.order_no, "中通快递", ZTO, "2026-11-20 10:00:00"]
    header = ENGLISH if kind == "english" else CHINESE
    data = xlsx(header, row) if kind == "xlsx" else text(header, row).encode("utf-8" if kind == "english" else kind)
    stage(supplier_a, data)
    assert run_waiting_uploads() == 1
    upload = ShipmentUpload.objects.get()
    assert (upload.state, upload.row_count, upload.counts["accepted"]) == (JobState.DONE, 1, 1)
    stored = upload.rows.get()
    assert (stored.row, stored.order_no, stored.tracking_no, stored.verdict) == (2, row[0], ZTO, "accepted")


def test_the_same_file_again_changes_nothing(noon, supplier_a):
    data = text(CHINESE, [part(supplier_a).order.order_no, "中通快递", ZTO, ""]).encode()
    for expected in ("accepted", "unchanged"):
        stage(supplier_a, data)
        run_waiting_uploads()
        assert ShipmentUpload.objects.first().counts[expected] == 1
    assert Parcel.objects.count() == 1


def test_an_upload_whose_worker_died_is_taken_up_again_after_two_minutes(noon, supplier_a):
    stage(supplier_a, text(CHINESE, [part(supplier_a).order.order_no, "中通快递", ZTO, ""]).encode())
    assert jobs._claim(noon_now()) is not None  # and then the worker is killed
    assert run_waiting_uploads() == 0
    noon.shift(121)
    assert run_waiting_uploads() == 1
    assert (ShipmentUpload.objects.get().state, Parcel.objects.count()) == (JobState.DONE, 1)


def noon_now():
    from common import clock

    return clock.now()


def test_a_worker_that_lost_its_upload_writes_nothing(noon, supplier_a):
    stage(supplier_a, text(CHINESE, [part(supplier_a).order.order_no, "中通快递", ZTO, ""]).encode())
    slow = jobs._claim(noon_now())
    noon.shift(121)
    quick = jobs._claim(noon_now())
    jobs._run(slow)
    assert (ShipmentUpload.objects.get().state, Parcel.objects.count()) == (JobState.RUNNING, 0)
    jobs._run(quick)
    jobs._run(slow)
    upload = ShipmentUpload.objects.get()
    assert (upload.state, upload.rows.count(), Parcel.objects.count()) == (JobState.DONE, 1, 1)


def test_the_sender_names_the_file_but_not_where_it_is_kept(noon, supplier_a):
    upload = stage_upload(supplier=supplier_a, file=SimpleUploadedFile("../../etc/passwd", b"x"))
    assert "passwd" not in upload.file.name
    assert upload.file.name.startswith("shipment_uploads/")


def test_the_command_prints_the_verdicts_as_json(noon, supplier_a, tmp_path, capsys):
    good = part(supplier_a).order.order_no
    file = tmp_path / "t.csv"
    file.write_text(text(CHINESE, [good, "中通快递", ZTO, ""], ["7.39E+18", "中通快递", "1" * 14, ""]), "gb18030")
    call_command("upload_tracking", "GYSA", str(file), "--dry-run", "--json")
    assert Parcel.objects.count() == 0
    capsys.readouterr()
    call_command("upload_tracking", "GYSA", str(file), "--json")
    told = json.loads(capsys.readouterr().out)
    assert [(r["row"], r["order_no"], r["verdict"]) for r in told["rows"]] == [
        (2, good, "accepted"),
        (3, "7.39E+18", "damaged_order_no"),
    ]
    assert (told["counts"]["accepted"], told["counts"]["damaged_order_no"]) == (1, 1)


def test_the_command_refuses_what_it_does_not_know(noon, supplier_a, tmp_path):
    for supplier, file in (("NOBODY", "x.csv"), ("GYSA", "no-such-file.csv")):
        with pytest.raises(CommandError):
            call_command("upload_tracking", supplier, str(tmp_path / file))
