"""Several at once at the return desk and at a supplier's, on a real PostgreSQL: each thing is done once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection

from aftersales.models import Case, Inspection, ReturnParcel, SupplierBatch
from aftersales.returns import services
from aftersales.services import supplier_side
from audit.models import Entry
from common.exceptions import BusinessError
from sla.services import ensure_policies
from staff.models import User
from staff.roles import Role
from suppliers.models import Supplier
from tests.aftersales.goods import SF, asked, coming_back, counted
from tests.factories import UserFactory

pytestmark = [pytest.mark.postgres, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
MANY = 8


@pytest.fixture(autouse=True)
def policies(transactional_db: None) -> None:
    ensure_policies()


def at_once(job: Callable[[], Any], times: int = MANY) -> Counter[str]:
    """«done», or the code of the refusal, for each of `times` threads."""

    def run(_number: int) -> str:
        try:
            job()
        except BusinessError as refusal:
            return refusal.code
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(times) as pool:
        return Counter(pool.map(run, range(times)))


def test_ret_03_one_of_eight_reports_of_a_supplier_counts(ana: User, petra: User, supplier_a: Supplier) -> None:
    case = coming_back(ana, supplier_a, to_supplier=True)
    line = case.lines.get().pk
    found = at_once(
        lambda: supplier_side.report_goods(supplier=supplier_a, number=case.number, counts={line: (1, 0)}, by=petra)
    )
    assert found == {"done": 1, "wrong_state": MANY - 1}
    assert (Case.objects.get(pk=case.pk).state, Inspection.objects.count()) == ("inspected", 1)


def test_a_question_is_answered_once(ana: User, petra: User, supplier_a: Supplier) -> None:
    case, question = asked("reship", ana, supplier_a)
    found = at_once(
        lambda: supplier_side.answer_question(
            supplier=supplier_a, public_id=question.public_id, in_stock=True, by=petra
        )
    )
    assert found == {"done": 1, "answered": MANY - 1}
    assert Case.objects.get(pk=case.pk).state == "resend_due"


def test_an_unknown_parcel_lies_in_the_pool_once(ana: User, supplier_a: Supplier) -> None:
    wang = UserFactory(role=Role.WAREHOUSE)
    assert at_once(lambda: services.put_into_pool(number=SF, by=wang)) == {"done": MANY}
    assert ReturnParcel.objects.count() == 1
    assert Entry.objects.filter(action="aftersales.parcel_pooled").count() == 1


def test_a_parcel_scanned_at_eight_desks_arrives_once(ana: User, supplier_a: Supplier) -> None:
    wang = UserFactory(role=Role.WAREHOUSE)
    case = coming_back(ana, supplier_a)
    assert at_once(lambda: services.take_in(number=SF, by=wang)) == {"done": MANY}
    assert Entry.objects.filter(action="aftersales.parcel_arrived").count() == 1
    assert Case.objects.get(pk=case.pk).state == "received"


def test_goods_of_eight_hands_go_onto_one_list(ana: User, supplier_a: Supplier) -> None:
    wang, qian = UserFactory(role=Role.WAREHOUSE), UserFactory(role=Role.QUALITY)
    case = coming_back(ana, supplier_a)
    services.take_in(number=SF, by=wang)
    parcel, line = case.return_parcels.get().pk, case.lines.get().pk
    services.count(parcel_id=parcel, data=counted(case, 0, 1), mismatched=False, by=wang)
    services.judge(parcel_id=parcel, verdicts={line: "quality"}, by=qian)
    row = Inspection.objects.get().pk
    found = at_once(lambda: services.decide_fate(inspection_ids=[row], fate="supplier", by=wang))
    assert found == {"done": 1, "changed_meanwhile": MANY - 1}
    assert SupplierBatch.objects.count() == 1
