"""The catalogue out of files."""

from __future__ import annotations

import io

import pytest

from common.tablefile import BadFile
from suppliers.catalogue import import_catalogue
from suppliers.models import Category, Product, Supplier

pytestmark = pytest.mark.django_db
SUPPLIERS = "供应商编码,供应商名称,主营类目,联系人,电话,邮箱,退货地址\r\nG1,甲厂,食品,张,138,a@example.com,杭州\r\n"
PRODUCTS = "商家编码,商品标题,供应商编码,类目,售价,是否包邮,是否定制,保质期天数\r\nA,茶,G1,食品,9.90,是,否,180\r\n"


def take(*texts: str, **kwargs: object) -> dict[str, dict[str, object]]:
    files = [(f"{at}.csv", io.BytesIO(text.encode("gb18030"))) for at, text in enumerate(texts)]
    return import_catalogue(files=files, by=None, **kwargs).as_json()


def test_suppliers_and_products_come_in_whatever_their_order():
    report = take(PRODUCTS, SUPPLIERS)
    assert (report["suppliers"]["created"], report["products"]["created"]) == (1, 1)
    product = Product.objects.get()
    assert (product.supplier.name, str(product.price), product.shelf_life_days) == ("甲厂", "9.90", 180)
    assert (product.free_shipping, product.custom_made) == (True, False)
    assert Category.objects.get(name="食品").needs_batch_and_expiry is True  # QA-06


def test_the_same_again_changes_nothing_and_a_change_is_counted():
    take(SUPPLIERS, PRODUCTS)
    again = take(SUPPLIERS, PRODUCTS)
    assert [again[kind]["unchanged"] for kind in ("suppliers", "products")] == [1, 1]
    assert take(PRODUCTS.replace("9.90", "8.80"))["products"]["updated"] == 1
    assert Product.objects.get().version == 2


def test_odd_rows_are_named_and_the_others_taken():
    report = take(SUPPLIERS, PRODUCTS + "B,茶,G9,食品,1,是,否,\r\nC,茶,G1,食品,x,是,否,\r\n")
    found = [(error["row"], error["column"]) for error in report["products"]["errors"]]
    assert (found, report["products"]["created"]) == ([(3, "供应商编码"), (4, "售价")], 1)


def test_a_preview_keeps_nothing():
    assert take(SUPPLIERS, PRODUCTS, dry_run=True)["products"]["created"] == 1
    assert Supplier.objects.count() == 0


def test_another_file_is_refused():
    with pytest.raises(BadFile):
        take("甲,乙\r\n1,2\r\n")
