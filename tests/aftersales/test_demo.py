"""The demo has a case in every state of every machine, led there by legal steps of the people whose steps they are."""

from __future__ import annotations

import pytest
from django.core.management import call_command

from aftersales import demo
from aftersales.models import Case, FreightRule, Reason, ReturnAddress
from aftersales.workflows import ALL
from audit.models import Entry
from common import clock
from sla.models import Clock
from staff.roles import Role
from tests import factories
from tests.factories_cases import line_of

pytestmark = pytest.mark.django_db


@pytest.mark.slow
def test_every_state_of_every_machine_is_there(settings, tmp_path, noon):
    settings.MEDIA_ROOT = tmp_path
    people = {role: factories.UserFactory(role=role) for role in Role.values}
    shop, supplier = factories.ShopFactory(), factories.SupplierFactory()
    for state, many in (("paid", 16), ("delivered", 75)):
        for _number in range(many):
            line_of(supplier, state=state, shop=shop)
    demo.load(clock.now(), people[Role.SUPERVISOR])
    wanted = {(machine.KIND, state) for machine in ALL for state in machine.STATES.values}
    assert set(Case.objects.values_list("kind", "state")) >= wanted
    assert ReturnAddress.objects.filter(supplier__isnull=True, is_default=True).count() == 1
    late = Case.objects.filter(opened_at__gte=clock.now())
    assert not late.exists()
    assert not Entry.objects.filter(topic__startswith="aftersales.case:", recorded_at__gt=clock.now()).exists()
    over = Case.objects.filter(active=False).values_list("pk", flat=True)
    assert not Clock.objects.filter(subject_type="aftersales.case", subject_id__in=over, state="running").exists()
    before = Case.objects.count()
    demo.load(clock.now(), people[Role.SUPERVISOR])
    assert Case.objects.count() == before


def test_the_rulebook_of_cases_is_loaded_with_the_others():
    call_command("load_rulebook", verbosity=0)
    assert Reason.objects.filter(code="quality").exists()
    assert FreightRule.objects.count() == 8
