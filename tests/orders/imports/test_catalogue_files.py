"""Suppliers and products sent on the import page, alone and beside orders; what the command tells of a workbook."""

from __future__ import annotations

import io
import json

import pytest
from django.core.management import call_command
from django.urls import reverse
from openpyxl import Workbook

from orders.imports.report import report
from orders.imports.services import run_import, run_waiting_imports, stage_import
from orders.models import Fulfilment, ImportBatch, Order, Shop
from orders.states import JobState
from staff.models import User
from suppliers.models import Product, Supplier
from tests.orders.imports import files
from tests.orders.imports.files import LINE, ORDER, numbers, take

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]
SUPPLIERS = "供应商编码,供应商名称,邮箱\r\nG1,甲厂,a@example.com\r\n"
PRODUCTS = "商家编码,商品标题,供应商编码,售价\r\nA-1,衬衫,G1,59.90\r\nA-2,茶,G9,1\r\n"


def suppliers() -> tuple[str, io.BytesIO]:
    return "suppliers.csv", io.BytesIO(SUPPLIERS.encode("gb18030"))


def products() -> tuple[str, io.BytesIO]:
    return "products.csv", io.BytesIO(PRODUCTS.encode("gb18030"))


def workbook(*sheets: list[list[str]]) -> io.BytesIO:
    book, stream = Workbook(), io.BytesIO()
    book.remove(book.active)
    for rows in sheets:
        page = book.create_sheet()
        for row in rows:
            page.append(row)
    book.save(stream)
    stream.seek(0)
    return stream


def test_a_catalogue_alone_is_an_import_of_its_own_kind():
    batch = take(products(), suppliers())
    assert (batch.state, batch.kind, batch.progress) == (JobState.DONE, ImportBatch.Kind.CATALOGUE, 3)
    assert set(batch.counts) == {"suppliers", "products"}
    assert (numbers(batch, "suppliers"), numbers(batch, "products")) == ((1, 0, 0), (1, 0, 0))
    error = batch.row_errors.get()
    assert (error.file.name, error.row, error.column, error.cells) == (
        "products.csv", 3, "供应商编码", ["A-2", "茶", "G9", "1"],
    )  # fmt: skip
    assert batch.counts["products"]["errors"] == batch.error_count == 1


def test_orders_sent_with_their_catalogue_find_their_suppliers():
    batch = take(files.orders(), files.lines(), products(), suppliers())
    assert (batch.state, batch.kind) == (JobState.DONE, ImportBatch.Kind.ORDERS)
    assert [numbers(batch, kind)[0] for kind in ("suppliers", "products", "orders", "lines")] == [1, 1, 1, 1]
    assert Fulfilment.objects.get().supplier == Supplier.objects.get(code="G1")


def test_a_preview_of_both_keeps_nothing():
    batch = take(files.orders(), files.lines(), products(), suppliers(), dry_run=True)
    assert [numbers(batch, kind)[0] for kind in ("suppliers", "products", "orders", "lines")] == [1, 1, 1, 1]
    assert (Supplier.objects.count(), Product.objects.count(), Order.objects.count()) == (0, 0, 0)


def test_the_page_takes_a_catalogue_and_gives_its_odd_rows_back(as_user, olli):
    client, sent = as_user(olli), []
    for name, stream in (suppliers(), products()):
        stream.name = name
        sent.append(stream)
    page = client.post(reverse("orders:imports"), {"files": sent})["Location"]
    assert run_waiting_imports() == 1
    shown = client.get(page).content.decode()
    assert "products.csv" in shown
    assert Product.objects.get().supplier.name == "甲厂"
    batch = ImportBatch.objects.get()
    book = client.post(reverse("orders:import_errors", args=[batch.public_id])).content
    Supplier.objects.create(code="G9", name="乙厂")
    again = take(("mended.xlsx", io.BytesIO(book)))
    assert (numbers(again, "products"), again.error_count) == ((1, 0, 0), 0)


def test_who_may_not_change_the_catalogue_is_refused(ana: User):
    batch = run_import(stage_import(files=[suppliers()], by=ana, at_once=True))
    assert (batch.state, batch.counts) == (JobState.FAILED, {})
    assert Supplier.objects.count() == 0


def test_the_errors_of_a_workbook_stand_under_the_kind_of_their_sheet():
    orders = [[name.strip() for name in ORDER], [value.strip("='\"") for value in ORDER.values()]]
    bad_line = LINE | {"购买数量": "x"}
    lines = [list(bad_line), [value.strip("='\"") for value in bad_line.values()]]
    batch = take(("all.xlsx", workbook(orders, lines)))
    found = report(batch)
    assert [(kind, len(found[kind]["errors"])) for kind in found] == [("orders", 0), ("lines", 1), ("refunds", 0)]
    assert found["lines"]["errors"][0]["column"] == "购买数量"


def command(tmp_path, capsys, *options: str) -> dict[str, object]:
    nameless = {name: value for name, value in ORDER.items() if name not in {"店铺名称", "店铺Id"}}
    path = tmp_path / "orders.csv"
    path.write_bytes(files.csv_bytes([nameless]))
    call_command("import_orders", str(path), "--json", "--shop", "新店", *options)
    return json.loads(capsys.readouterr().out)


def test_a_preview_by_command_makes_no_shop(tmp_path, capsys):
    assert command(tmp_path, capsys, "--dry-run")["orders"]["created"] == 1
    assert (Shop.objects.count(), Order.objects.count()) == (0, 0)
    assert command(tmp_path, capsys)["orders"]["created"] == 1
    assert (Shop.objects.get().name, Order.objects.get().shop.platform) == ("新店", "taobao")
