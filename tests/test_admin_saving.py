"""What the admin saves: no stale form overwrites, people and tokens only through services."""

from __future__ import annotations

import pytest
from django.test import Client

from audit.models import Entry
from common import clock
from notifications.models import Message
from staff.models import User
from staff.roles import Role
from suppliers.models import Supplier, SupplierMember, SupplierToken
from tests import factories
from tests.admin_pages import MADE_BY, TYPED, VERSIONED, label, posted, url

pytestmark = pytest.mark.once


@pytest.fixture
def supervisor(sam: User, as_user) -> Client:
    return as_user(sam)


# ── No silent overwrite ──────────────────────────────────────────────────────
@pytest.mark.django_db
@pytest.mark.parametrize("model", VERSIONED, ids=label)
def test_a_stale_save_is_refused_and_keeps_what_was_typed(model: type, supervisor: Client) -> None:
    row = MADE_BY[model]()
    field = TYPED.get(model, "name")
    page = url(model, "change", row.pk)
    drawn = posted(supervisor.get(page).context["adminform"].form)

    model.objects.filter(pk=row.pk).update(version=row.version + 1, **{field: "别人写的"})
    refused = supervisor.post(page, {**drawn, field: "我写的"})
    assert refused.status_code == 200
    text = refused.content.decode()
    assert 'value="我写的"' in text
    assert "别人写的" in text
    row.refresh_from_db()
    assert (getattr(row, field), row.version) == ("别人写的", 2)

    # Having seen both, the second save is deliberate.
    again = posted(refused.context["adminform"].form)
    assert supervisor.post(page, {**drawn, **again, field: "我写的"}).status_code == 302
    row.refresh_from_db()
    assert (getattr(row, field), row.version) == ("我写的", 3)


@pytest.mark.django_db
@pytest.mark.parametrize("model", VERSIONED, ids=label)
def test_a_save_without_the_version_is_refused(model: type, supervisor: Client) -> None:
    row = MADE_BY[model]()
    page = url(model, "change", row.pk)
    drawn = posted(supervisor.get(page).context["adminform"].form)
    assert drawn.pop("seen_version") == 1
    assert supervisor.post(page, drawn).status_code == 200
    row.refresh_from_db()
    assert row.version == 1


@pytest.mark.django_db
def test_a_save_counts_the_version_up_and_stands_in_the_trail(supervisor: Client, sam: User) -> None:
    supplier = factories.SupplierFactory(name="旧名")
    page = url(Supplier, "change", supplier.pk)
    drawn = posted(supervisor.get(page).context["adminform"].form)
    assert supervisor.post(page, {**drawn, "name": "新名"}).status_code == 302
    supplier.refresh_from_db()
    assert (supplier.name, supplier.version) == ("新名", 2)
    entry = Entry.objects.get(topic=f"suppliers.supplier:{supplier.pk}")
    assert (entry.action, entry.actor_id, entry.data["fields"]) == ("admin.changed", sam.pk, ["Name"])
    history = supervisor.get(url(Supplier, "history", supplier.pk), follow=True)
    assert history.context["cl"].result_count == 1


# ── What it does through services ────────────────────────────────────────────
@pytest.mark.django_db
def test_a_user_is_made_and_given_a_role_through_the_services_STF33(supervisor: Client, sam: User) -> None:
    data = {"username": "eva", "name": "伊娃", "role": "operations", "language": "zh-hans", "is_active": "on"}
    assert supervisor.post(url(User, "add"), {**data, "password": "short"}).status_code == 200
    assert supervisor.post(url(User, "add"), {**data, "password": "a-good-password"}).status_code == 302
    eva = User.objects.get(username="eva")
    assert (eva.role, eva.is_staff, eva.is_superuser) == ("operations", False, False)
    page = url(User, "change", eva.pk)
    assert supervisor.post(page, {**data, "role": "supervisor", "is_superuser": "on"}).status_code == 302
    eva.refresh_from_db()
    assert (eva.role, eva.is_staff, eva.is_superuser) == ("supervisor", True, False)
    assert eva.check_password("a-good-password")
    del data["is_active"]
    supervisor.post(page, {**data, "role": "supervisor"})
    eva.refresh_from_db()
    assert eva.is_active is False
    actions = Entry.objects.filter(topic=f"staff.user:{eva.pk}").order_by("id").values_list("action", flat=True)
    assert list(actions) == ["staff.user_created", "staff.role_set", "staff.user_disabled"]


@pytest.mark.django_db
def test_a_supervisor_does_not_change_the_own_role_in_the_admin(supervisor: Client, sam: User) -> None:
    data = {"username": "sam", "name": "山姆", "role": "manager", "language": "zh-hans", "is_active": "on"}
    assert supervisor.post(url(User, "change", sam.pk), data).status_code == 200
    sam.refresh_from_db()
    assert sam.role == "supervisor"


@pytest.mark.django_db
def test_a_token_is_shown_once_and_revoked(supervisor: Client, supplier_a: Supplier) -> None:
    data = {"supplier": supplier_a.pk, "name": "ERP", "scopes": ["orders:read"]}
    made = supervisor.post(url(SupplierToken, "add"), data)
    token = SupplierToken.objects.get()
    assert (token.name, token.scopes, token.revoked_at) == ("ERP", ["orders:read"], None)
    plain = made.context["plain_text"]
    assert plain in made.content.decode()
    assert "no-store" in made.headers["Cache-Control"]
    assert plain not in supervisor.get(url(SupplierToken, "change", token.pk)).content.decode()
    supervisor.post(url(SupplierToken), {"action": "revoke", "_selected_action": [token.pk]})
    token.refresh_from_db()
    assert token.revoked_at is not None


@pytest.mark.django_db
def test_only_supplier_users_act_for_a_supplier(supervisor: Client, ana: User, supplier_a: Supplier) -> None:
    supervisor.post(url(SupplierMember, "add"), {"user": ana.pk, "supplier": supplier_a.pk})
    assert SupplierMember.objects.count() == 0
    user = factories.UserFactory(role=Role.SUPPLIER)
    supervisor.post(url(SupplierMember, "add"), {"user": user.pk, "supplier": supplier_a.pk})
    assert SupplierMember.objects.get().user == user


@pytest.mark.django_db
def test_a_message_given_up_is_sent_again(supervisor: Client) -> None:
    now = clock.now()
    message = Message.objects.create(
        kind="reports.daily",
        address="a@example.com",
        dedupe_key="k",
        state=Message.State.DEAD,
        created_at=now,
        next_try_at=now,
        attempts=9,
    )
    assert supervisor.get(url(Message), {"state__exact": "dead"}).context["cl"].result_count == 1
    supervisor.post(url(Message), {"action": "send_again", "_selected_action": [message.pk]})
    message.refresh_from_db()
    assert (message.state, message.attempts) == ("queued", 0)
