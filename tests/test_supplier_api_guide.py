"""The examples of docs/supplier-api.md, run as they stand against a real server."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import pytest

from orders.models import Parcel
from orders.uploads.jobs import run_waiting_uploads
from suppliers.services import make_token
from tests.factories import FulfilmentFactory, OrderFactory, OrderLineFactory, ProductFactory

GUIDE = Path(__file__).resolve().parents[1] / "docs" / "supplier-api.md"
pytestmark = pytest.mark.django_db(transaction=True)


def test_every_example_of_the_guide_works(live_server, supplier_a, tmp_path):
    for number in ("6113448474333640001", "6113448474333640002", "6113448474333640003"):
        part = FulfilmentFactory(order=OrderFactory(order_no=number), supplier=supplier_a)
        OrderLineFactory(fulfilment=part, product=product(supplier_a), quantity=2)
    token = make_token(supplier=supplier_a, name="guide", by=None)[1]
    answers = []
    for example in re.findall(r"```bash\n(.*?)```", GUIDE.read_text("utf-8"), re.DOTALL):
        done = subprocess.run(
            ["bash", "-euc", example],
            env={"HOUTAI": live_server.url, "TOKEN": token, "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"},
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=True,
        )
        answers.append(json.loads(done.stdout))
        run_waiting_uploads()
    to_ship, sent, dry, staged, looked_at = answers
    assert [row["order_no"] for row in to_ship["results"]][:1] == ["6113448474333640001"]
    assert sent["results"][0]["verdict"] == "accepted"
    assert (dry["dry_run"], dry["results"][0]["verdict"]) == (True, "accepted")
    assert (staged["state"], looked_at["state"], looked_at["counts"]["accepted"]) == ("waiting", "done", 1)
    assert set(Parcel.objects.values_list("tracking_no", flat=True)) == {"78244801702286", "78244801702299"}


def product(supplier):
    from suppliers.models import Product

    return Product.objects.filter(code="GYS01-01A").first() or ProductFactory(code="GYS01-01A", supplier=supplier)


def test_the_guide_names_every_verdict():
    from orders.states import Verdict

    text = GUIDE.read_text("utf-8")
    assert [verdict for verdict in Verdict.values if f"`{verdict}`" not in text] == []
