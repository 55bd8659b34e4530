"""Who may do what on the pages of orders: agents act, others look, suppliers see nothing."""

from __future__ import annotations

import pytest

from audit.models import Entry
from orders.actions import ACTIONS, open_to
from orders.models import Order
from staff.roles import Role
from tests import factories

ACTING = (Role.AGENT_PRESALES, Role.AGENT_AFTERSALES, Role.SUPERVISOR, Role.MANAGER, Role.OPERATIONS)
LOOKING = (Role.FINANCE, Role.WAREHOUSE, Role.QUALITY)


@pytest.fixture
def order(noon, db) -> Order:
    return factories.OrderLineFactory().order


@pytest.mark.parametrize("role", ACTING)
def test_those_who_serve_may_remark(order, as_user, role):
    client = as_user(factories.UserFactory(role=role))
    typed = {"version": 1, "remark-flag": 1, "remark-text": "加急"}
    assert client.post(f"/orders/{order.pk}/do/remark/", typed).status_code == 302
    order.refresh_from_db()
    assert order.flag == 1


@pytest.mark.once
@pytest.mark.parametrize("role", LOOKING)
@pytest.mark.parametrize("action", ACTIONS)
def test_those_who_look_may_do_nothing(order, as_user, role, action):
    client = as_user(factories.UserFactory(role=role))
    assert client.get(f"/orders/{order.pk}/").context["todo"] == []
    assert client.post(f"/orders/{order.pk}/do/{action}/", {"version": 1}).status_code == 403
    order.refresh_from_db()
    assert (order.version, Entry.objects.count()) == (1, 0)


@pytest.mark.parametrize("role", [*LOOKING, Role.OPERATIONS])
def test_sec_07_those_who_do_not_serve_may_not_reveal(order, as_user, role):
    client = as_user(factories.UserFactory(role=role))
    typed = {"field": "receiver_phone", "reason": "delivery"}
    assert client.post(f"/orders/{order.pk}/reveal/", typed).status_code == 403
    assert Entry.objects.count() == 0


PAGES = ["/orders/", "/orders/{pk}/", "/orders/unpaid/", "/orders/exceptions/"]
DOINGS = ["/orders/{pk}/do/remark/", "/orders/{pk}/reveal/", "/orders/{pk}/presence/", "/orders/unpaid/remind/"]


def test_suppliers_and_strangers_see_nothing(order, as_user, petra, client):
    for path in (page.format(pk=order.pk) for page in PAGES):
        assert as_user(petra).get(path).status_code == 403
        assert client.get(path).url == f"/login/?next={path}"
    for path in (doing.format(pk=order.pk) for doing in DOINGS):
        assert as_user(petra).post(path).status_code == 403
        assert client.post(path).url == f"/login/?next={path}"
    assert Entry.objects.count() == 0


@pytest.mark.parametrize("doing", DOINGS)
def test_nothing_is_done_by_a_get(order, as_user, sam, doing):
    assert as_user(sam).get(doing.format(pk=order.pk)).status_code == 405


def test_an_unknown_order_or_action_is_404(order, as_user, ana):
    client = as_user(ana)
    assert client.get("/orders/999999/").status_code == 404
    assert client.post(f"/orders/{order.pk}/do/nonsense/").status_code == 404
    assert client.post("/orders/999999/reveal/", {"field": "buyer_nick"}).status_code == 404


def test_the_buttons_are_those_that_may_be_pressed(order, ana):
    assert set(open_to(order, ana)) == {
        "remark",
        "tracking",
        "chase",
        "later_date",
        "ship_mode",
        "consent",
        "check_address",
        "supplier_remark",
        "serve",
    }
