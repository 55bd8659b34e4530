"""The examples of docs/supplier-api.md, run as they stand against a real server."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import pytest

from aftersales.services.supplier_side import ShortageVerdict
from orders.models import Parcel
from orders.states import Verdict
from orders.uploads.jobs import run_waiting_uploads
from suppliers.models import SupplierToken
from suppliers.services import make_token
from suppliers.stock import StockVerdict
from tests.aftersales.goods import a_claim, a_line, asked, coming_back, picture, stopping
from tests.factories import FulfilmentFactory, OrderFactory, OrderLineFactory, ProductFactory

GUIDE = Path(__file__).resolve().parents[1] / "docs" / "supplier-api.md"
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.once]


def test_every_example_of_the_guide_works(live_server, ana, supplier_a, tmp_path):
    OrderFactory.reset_sequence(1_000, force=True)  # the guide's own numbers stay free
    for number in ("6113448474333640001", "6113448474333640002", "6113448474333640003"):
        part = FulfilmentFactory(order=OrderFactory(order_no=number), supplier=supplier_a)
        OrderLineFactory(fulfilment=part, product=product(supplier_a), quantity=2)
    token = make_token(supplier=supplier_a, name="guide", by=None)[1]
    named = cases_of_the_guide(ana, supplier_a)
    (tmp_path / "flaw.jpg").write_bytes(picture().read())
    answers = []
    for example in re.findall(r"```bash\n(.*?)```", GUIDE.read_text("utf-8"), re.DOTALL):
        done = subprocess.run(
            ["bash", "-euc", example],
            env={"HOUTAI": live_server.url, "TOKEN": token, "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", **named},
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=True,
        )
        answers.append(json.loads(done.stdout))
        run_waiting_uploads()
    to_ship, sent, dry, staged, looked_at = answers[:5]
    assert [row["order_no"] for row in to_ship["results"]][:1] == ["6113448474333640001"]
    assert sent["results"][0]["verdict"] == "accepted"
    assert (dry["dry_run"], dry["results"][0]["verdict"]) == (True, "accepted")
    assert (staged["state"], looked_at["state"], looked_at["counts"]["accepted"]) == ("waiting", "done", 1)
    assert set(Parcel.objects.values_list("tracking_no", flat=True)) == {"78244801702286", "78244801702299"}

    returned, receipt, mismatch, asked_for, answered, stock, stops, stopped, again, sent_again = answers[5:15]
    shortages, claims, disputed = answers[15:]
    assert named["RETURN"] in {row["number"] for row in returned["results"]}
    assert (receipt["stage"], len(receipt["photos"]), mismatch["stage"]) == ("counted", 1, "mismatched")
    assert (asked_for["results"][0]["id"], answered["answer"]) == (named["QUESTION"], "yes")
    assert [row["verdict"] for row in stock["results"]] == ["stored", "unknown_sku"]
    assert (stops["results"][0]["how"], stopped["answer"]) == ("cancel", "stopped")
    assert [row["number"] for row in again["results"]] == [named["RESEND"]] == [sent_again["number"]]
    assert [row["verdict"] for row in shortages["results"]] == ["reported", "unknown_order"]
    assert (claims["results"][0]["number"], disputed["state"]) == (named["CLAIM"], "disputed")


def cases_of_the_guide(ana, supplier):
    """What the examples about cases name: the words of their addresses."""
    back, wrong = (coming_back(ana, supplier, to_supplier=True, quantity=2) for _ in range(2))
    case, question = asked("reship", ana, supplier)
    _case, stop = stopping("cancel", ana, supplier)
    a_line(supplier, state="paid", order_no="6113448474333640005")
    claim = a_claim(supplier, coming_back(ana, supplier), number="CL2611001")
    return {
        "RETURN": back.number,
        "WRONG": wrong.number,
        "QUESTION": str(question.public_id),
        "STOP": str(stop.public_id),
        "RESEND": case.number,
        "CLAIM": claim.number,
    }


def product(supplier):
    from suppliers.models import Product

    return Product.objects.filter(code="GYS01-01A").first() or ProductFactory(code="GYS01-01A", supplier=supplier)


def test_the_guide_names_every_verdict_and_every_right():
    text = GUIDE.read_text("utf-8")
    words = [*Verdict.values, *ShortageVerdict.values, *StockVerdict.values, *SupplierToken.Scope.values]
    assert [word for word in words if f"`{word}`" not in text] == []
