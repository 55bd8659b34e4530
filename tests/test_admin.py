"""The supervisors' admin: who gets in, what it never does, and that no stale form overwrites."""

from __future__ import annotations

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group
from django.db import connection
from django.test import Client
from django.utils import translation
from django_otp.plugins.otp_totp.models import TOTPDevice

from common.admin import COUNT_AT_MOST, EstimatedPaginator, HouseAdmin, VersionedAdmin, estimated_rows
from orders.models import Order, PromotionWindow, Shop
from staff.models import User
from staff.roles import MAY_ENTER_ADMIN, Role
from suppliers.models import Product, Supplier
from tests import factories
from tests.admin_pages import ADMINS, MADE_BY, VERSIONED, label, url

pytestmark = pytest.mark.once

HOUSE = {"aftersales", "audit", "ledger", "notifications", "orders", "reports", "sla", "staff", "suppliers"}


@pytest.fixture
def supervisor(sam: User, as_user) -> Client:
    return as_user(sam)


# ── Who gets in ──────────────────────────────────────────────────────────────
@pytest.mark.django_db
@pytest.mark.parametrize("role", Role.values)
def test_only_supervisors_and_managers_enter(role: str, as_user) -> None:
    answer = as_user(factories.UserFactory(role=role)).get("/admin/")
    assert (answer.status_code == 200) is (role in MAY_ENTER_ADMIN)


@pytest.mark.django_db
def test_strangers_are_sent_to_the_one_login_page(client: Client) -> None:
    assert client.get("/admin/").url.startswith("/admin/login/")
    assert client.get("/admin/", follow=True).redirect_chain[-1][0] == "/login/?next=/admin/"
    assert client.post("/admin/login/", {"username": "a", "password": "b"}).status_code == 302


@pytest.mark.django_db
def test_is_staff_without_the_role_is_not_enough(as_user) -> None:
    client = as_user(factories.UserFactory(role=Role.FINANCE, is_staff=True))
    assert client.get("/admin/").status_code == 302


@pytest.mark.django_db
def test_without_the_second_factor_every_admin_page_is_shut(sam: User, as_user, settings) -> None:
    settings.TOTP_REQUIRED = True
    client = as_user(sam)
    for model, _admin in ADMINS:
        assert client.get(url(model)).url == "/login/code/"


# ── What it shows and never does ─────────────────────────────────────────────
def test_only_models_of_the_house_are_shown() -> None:
    assert {model._meta.app_label for model, _admin in ADMINS} <= HOUSE
    assert not admin.site.is_registered(Group)
    assert not admin.site.is_registered(TOTPDevice)


@pytest.mark.parametrize(("model", "model_admin"), ADMINS, ids=[label(model) for model, _a in ADMINS])
def test_no_admin_counts_all_or_deletes(model: type, model_admin: HouseAdmin, rf) -> None:
    assert isinstance(model_admin, HouseAdmin)
    assert model_admin.show_full_result_count is False
    assert model_admin.paginator is EstimatedPaginator
    assert model_admin.date_hierarchy is None
    request = rf.get("/")
    request.user = User(role=Role.SUPERVISOR, is_active=True, is_staff=True)
    assert model_admin.has_delete_permission(request) is False
    assert "delete_selected" not in model_admin.get_actions(request)


def test_every_model_with_a_version_that_can_be_edited_is_versioned(rf) -> None:
    request = rf.get("/")
    request.user = User(role=Role.SUPERVISOR, is_active=True, is_staff=True)
    editable = {
        model
        for model, model_admin in ADMINS
        if model_admin.has_change_permission(request) and hasattr(model, "version")
        if any(field.name == "version" and not field.is_relation for field in model._meta.get_fields())
    }
    unguarded = {model for model in editable if not isinstance(admin.site._registry[model], VersionedAdmin)}
    assert unguarded == set()
    assert {Shop, PromotionWindow, Supplier, Product} <= set(VERSIONED)


@pytest.mark.django_db
@pytest.mark.parametrize("model", [model for model, _a in ADMINS], ids=label)
def test_every_list_and_search_is_drawn(model: type, supervisor: Client) -> None:
    assert supervisor.get(url(model)).status_code == 200
    if admin.site._registry[model].search_fields:
        assert supervisor.get(url(model), {"q": "x"}).status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize("model", sorted(MADE_BY, key=label), ids=label)
def test_every_row_is_drawn_and_keeps_its_house_clothes(model: type, supervisor: Client) -> None:
    row = MADE_BY[model]()
    page = supervisor.get(url(model, "change", row.pk)).content.decode()
    assert "css/pages/admin.css" in page
    assert " style=" not in page
    assert "<style" not in page
    assert supervisor.post(url(model, "delete", row.pk), {"post": "yes"}).status_code == 403
    assert model.objects.count() >= 1


@pytest.mark.django_db
def test_look_only_rows_cannot_be_written(supervisor: Client) -> None:
    order = factories.OrderFactory()
    answer = supervisor.post(url(Order, "change", order.pk), {"state": "closed", "order_no": "1"})
    assert answer.status_code == 403
    assert supervisor.post(url(Order, "add"), {}).status_code == 403
    assert Order.objects.get().state == order.state


@pytest.mark.django_db
def test_buyers_are_masked_in_the_admin_SEC07(supervisor: Client) -> None:
    order = factories.OrderFactory(buyer_nick="luofang")
    for page in (url(Order), url(Order, "change", order.pk)):
        text = supervisor.get(page).content.decode()
        assert "l***g" in text
        for secret in (order.buyer_nick, order.receiver_name, order.receiver_phone, order.receiver_address):
            assert secret not in text


@pytest.mark.django_db
def test_orders_are_found_by_whole_numbers_without_distinct(supervisor: Client) -> None:
    order = factories.OrderFactory()
    factories.OrderFactory()
    answer = supervisor.get(url(Order), {"q": order.order_no})
    changelist = answer.context["cl"]
    assert [row.pk for row in changelist.result_list] == [order.pk]
    sql = str(changelist.queryset.query).upper()
    assert "DISTINCT" not in sql
    assert "UPPER(" not in sql
    assert "LIKE" not in sql


@pytest.mark.django_db
@pytest.mark.parametrize("model", [Order, Product, PromotionWindow], ids=label)
def test_a_list_costs_the_same_at_one_and_at_three_rows(model: type, supervisor: Client) -> None:
    make = {**MADE_BY, Order: factories.OrderFactory}[model]
    counts = []
    supervisor.get("/account/")  # the first request of a session marks its beginning
    for rows in (1, 2):
        for _n in range(rows):
            make()
        with CountQueries() as counted:
            supervisor.get(url(model))
        counts.append(counted.number)
    assert counts[0] == counts[1]


class CountQueries:
    def __enter__(self) -> CountQueries:
        from django.test.utils import CaptureQueriesContext

        self.context = CaptureQueriesContext(connection)
        self.context.__enter__()
        return self

    def __exit__(self, *error: object) -> None:
        self.context.__exit__(*error)
        self.number = len(self.context)


@pytest.mark.django_db
def test_a_list_counts_ten_thousand_rows_at_most() -> None:
    paginator = EstimatedPaginator(range(0), 50)
    paginator.__dict__["count"] = 1_000_000
    assert paginator.num_pages == COUNT_AT_MOST // 50
    factories.ShopFactory()
    with CountQueries() as counted:
        assert EstimatedPaginator(Shop.objects.filter(active=True).order_by("name"), 50).count == 1
    assert f"LIMIT {COUNT_AT_MOST + 1}" in counted.context[0]["sql"]


@pytest.mark.postgres
@pytest.mark.django_db
def test_a_big_table_is_estimated() -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE pg_class SET reltuples = 1000000 WHERE oid = 'orders_shop'::regclass")
    assert estimated_rows(Shop) == 1_000_000
    assert EstimatedPaginator(Shop.objects.all(), 50).count == 1_000_000
    assert EstimatedPaginator(Shop.objects.filter(active=True), 50).count == 0


def test_where_nobody_estimates_rows_are_counted() -> None:
    assert connection.vendor == "postgresql" or estimated_rows(Shop) == -1


# ── Start page ───────────────────────────────────────────────────────────────
@pytest.mark.django_db
def test_the_start_page_shows_todays_figures(supervisor: Client) -> None:
    factories.FulfilmentFactory()
    factories.RefundFactory()
    page = supervisor.get("/admin/")
    values = {str(figure.label): figure.value for figure in page.context["figures"]}
    with translation.override("zh-hans"):
        assert values[translation.gettext("Orders to ship")] == 1
        assert values[translation.gettext("Open refunds")] == 1


@pytest.mark.django_db
def test_the_start_page_costs_few_queries(supervisor: Client, django_assert_max_num_queries) -> None:
    with django_assert_max_num_queries(20):
        supervisor.get("/admin/")
