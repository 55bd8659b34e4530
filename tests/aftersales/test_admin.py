"""The admin of the after-sales floor: cases are looked at, reasons and addresses edited, what was sent stays true."""

from __future__ import annotations

import pytest
from django.urls import reverse

from aftersales import house, rulebook
from aftersales.models import Case, ReturnAddress
from audit.models import Entry
from tests.admin_pages import posted
from tests.aftersales.goods import a_case, a_line, an_address

pytestmark = pytest.mark.django_db


@pytest.fixture
def supervisor(noon, sam, as_user):
    return as_user(sam)


def drawn(client, page: str) -> dict[str, object]:
    """What a browser would send back from an address's form; when it was retired is left empty."""
    sent = posted(client.get(page).context["adminform"].form)
    return {name: value for name, value in sent.items() if not name.startswith("retired_at")}


def test_a_case_is_found_by_its_number_and_cannot_be_edited(supervisor, ana, supplier_a):
    case = a_case("return", ana, a_line(supplier_a), buyer_words="我的电话13800001239")
    found = supervisor.get(reverse("admin:aftersales_case_changelist"), {"q": case.number}).content.decode()
    assert found.count(f"/cases/{case.pk}/") == 1
    page = reverse("admin:aftersales_case_change", args=[case.pk])
    assert "13800001239" not in supervisor.get(page).content.decode()
    assert supervisor.post(page, {"result": "x"}).status_code == 403
    assert Case.objects.get().result == ""


def test_ret_21_an_address_that_was_sent_stays_as_it_was(supervisor, ana, supplier_a):
    """A changed address is a new row; the old one is retired, and the cases keep it."""
    address = an_address(supplier_a)
    case = a_case("return", ana, a_line(supplier_a))
    Case.objects.filter(pk=case.pk).update(return_address=address)
    page = reverse("admin:aftersales_returnaddress_change", args=[address.pk])
    sent = drawn(supervisor, page) | {"address": "浙江省杭州市新路9号"}
    assert supervisor.post(page, sent).status_code == 302
    address.refresh_from_db()
    new = ReturnAddress.objects.exclude(pk=address.pk).get()
    assert (address.address, address.retired_at is not None) == ("浙江省金华市义乌市工业路8号", True)
    assert (new.address, new.retired_at, new.supplier_id) == ("浙江省杭州市新路9号", None, supplier_a.pk)
    assert Case.objects.get(pk=case.pk).return_address_id == address.pk


def test_a_new_name_of_an_address_makes_no_new_row(supervisor, supplier_a):
    address = an_address(supplier_a)
    page = reverse("admin:aftersales_returnaddress_change", args=[address.pk])
    sent = drawn(supervisor, page) | {"name": "新退货仓"}
    assert supervisor.post(page, sent).status_code == 302
    assert ReturnAddress.objects.get().name == "新退货仓"


def test_the_platforms_words_are_written_one_a_line(supervisor, django_capture_on_commit_callbacks):
    """What is remembered of the rules is read anew at once (common.kept)."""
    rulebook.load()
    reason = next(each for each in house.reasons() if each.code == "damaged")
    page = reverse("admin:aftersales_reason_change", args=[reason.pk])
    answer = supervisor.get(page)
    sent = posted(answer.context["adminform"].form) | {"platform_words": "破损\n\n碎了\n破损", "kinds": ["return"]}
    for formset in answer.context["inline_admin_formsets"]:
        sent |= {f"{formset.formset.prefix}-{name}": 0 for name in ("TOTAL_FORMS", "INITIAL_FORMS")}
    with django_capture_on_commit_callbacks(execute=True):
        assert supervisor.post(page, sent).status_code == 302
    reason = next(each for each in house.reasons() if each.code == "damaged")
    assert (reason.platform_words, reason.kinds) == (["破损", "碎了"], ["return"])
    assert Entry.objects.filter(topic=f"aftersales.reason:{reason.pk}").count() == 1
