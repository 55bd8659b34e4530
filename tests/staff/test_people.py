"""Users and roles (STF-33), audiences of notices, presence, the guard of pages."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.contrib.auth.models import AnonymousUser
from django.http import HttpResponse
from django.test import RequestFactory

from audit import messages
from audit.models import Entry
from common.exceptions import BusinessError
from notifications import audiences
from notifications.audiences import Facts
from staff import lockout, presence, selectors, services, tasks
from staff.models import LoginFailure, Presence, Session, User
from staff.permissions import right_required
from staff.roles import MAY_ENTER_ADMIN, Role
from tests import factories

GOOD = "a-good-password"


@pytest.mark.django_db
@pytest.mark.parametrize("role", Role.values)
def test_the_admin_follows_from_the_role_STF33(role: str, sam: User) -> None:
    user = services.create_user(username="new", name="新人", role=role, password=GOOD, by=sam)
    assert user.is_staff is (role in MAY_ENTER_ADMIN)
    assert not user.is_superuser
    services.set_role(user=user, role=Role.SUPERVISOR, by=sam)
    services.set_role(user=user, role=role, by=sam)
    user.refresh_from_db()
    assert user.is_staff is (role in MAY_ENTER_ADMIN)


@pytest.mark.django_db
def test_what_is_done_to_people_stands_in_the_trail(sam: User) -> None:
    user = services.create_user(username="new", name="新人", role=Role.QUALITY, password=GOOD, by=sam)
    services.set_role(user=user, role=Role.FINANCE, by=sam)
    services.set_role(user=user, role=Role.FINANCE, by=sam)  # no change, no entry
    services.disable_user(user=user, by=sam)
    services.enable_user(user=user, by=sam)
    services.set_password(user=user, password="another-good-one", by=sam)
    services.reset_second_factor(user=user, by=sam)
    entries = Entry.objects.filter(topic=f"staff.user:{user.pk}").order_by("id")
    assert [entry.action for entry in entries] == [
        "staff.user_created",
        "staff.role_set",
        "staff.user_disabled",
        "staff.user_enabled",
        "staff.password_set",
        "staff.second_factor_reset",
    ]
    assert {entry.actor_id for entry in entries} == {sam.pk}
    assert GOOD not in str([entry.data for entry in entries])
    assert {entry.action for entry in entries} <= messages.known_actions()


@pytest.mark.django_db
def test_nobody_changes_the_own_role_or_shuts_himself_out(sam: User) -> None:
    with pytest.raises(BusinessError):
        services.set_role(user=sam, role=Role.MANAGER, by=sam)
    with pytest.raises(BusinessError):
        services.disable_user(user=sam, by=sam)
    with pytest.raises(BusinessError):
        services.reset_second_factor(user=sam, by=sam)
    sam.refresh_from_db()
    assert (sam.role, sam.is_active, Entry.objects.count()) == (Role.SUPERVISOR, True, 0)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "wrong",
    [{"username": "sam"}, {"role": "king"}, {"password": "short"}, {"password": "1234567890"}, {"staff_no": "K01"}],
)
def test_a_new_user_that_cannot_be_is_refused(wrong: dict[str, str], sam: User, ana: User) -> None:
    given = {"username": "new", "name": "新人", "role": Role.QUALITY, "password": GOOD, **wrong}
    with pytest.raises(BusinessError):
        services.create_user(by=sam, **given)
    assert User.objects.count() == 2


@pytest.mark.django_db
def test_the_agent_is_the_assignee_or_else_every_active_agent(ana: User, sam: User) -> None:
    eva = factories.UserFactory(role=Role.AGENT_PRESALES)
    gone = factories.UserFactory(role=Role.AGENT_PRESALES, is_active=False)
    assert audiences.resolve("agent", Facts(assignee_id=eva.pk)) == [eva]
    assert set(audiences.resolve("agent", Facts())) == {ana, eva}
    assert set(audiences.resolve("agent", Facts(assignee_id=gone.pk))) == {ana, eva}


@pytest.mark.django_db
@pytest.mark.parametrize("key", ["supervisor", "manager", "operations", "finance"])
def test_a_role_as_audience_is_its_active_people(key: str, ana: User) -> None:
    one = factories.UserFactory(role=key)
    factories.UserFactory(role=key, is_active=False)
    assert audiences.resolve(key, Facts()) == [one]


@pytest.mark.django_db
def test_active_users_of_no_role_are_all_who_may_log_in(ana: User, sam: User) -> None:
    factories.UserFactory(is_active=False)
    assert set(selectors.active_users()) == {ana, sam}


@pytest.mark.django_db
def test_presence_shows_the_others_for_45_seconds(ana: User, sam: User) -> None:
    topic, now = "orders.order:1", factories.NOON
    presence.touch(topic, ana, now)
    presence.touch(topic, sam, now)
    presence.touch("orders.order:2", sam, now)
    assert presence.others(topic, ana, now + dt.timedelta(seconds=45)) == [sam]
    assert presence.others(topic, ana, now + dt.timedelta(seconds=46)) == []


@pytest.mark.django_db
def test_presence_is_written_at_most_every_twenty_seconds_in_one_statement(
    ana: User, django_assert_num_queries
) -> None:
    now = factories.NOON
    presence.touch("orders.order:1", ana, now)
    with django_assert_num_queries(1):
        presence.touch("orders.order:1", ana, now + dt.timedelta(seconds=10))
    assert Presence.objects.get().seen_at == now
    presence.touch("orders.order:1", ana, now + dt.timedelta(seconds=20))
    assert Presence.objects.get().seen_at == now + dt.timedelta(seconds=20)


@pytest.mark.django_db
def test_old_presence_is_forgotten(ana: User) -> None:
    presence.touch("orders.order:1", ana, factories.NOON)
    assert presence.forget_gone(factories.NOON + dt.timedelta(days=2)) == 1


@pytest.mark.django_db
def test_the_night_tidies_up_what_is_over_and_leaves_the_rest(ana: User, sam: User, as_user) -> None:
    with time_machine.travel(factories.NOON, tick=False) as clock:
        as_user(ana)
        presence.touch("orders.order:1", ana)
        lockout.count_code(ana, "code")
        clock.shift(dt.timedelta(hours=30))
        as_user(sam)
        presence.touch("orders.order:1", sam)
        lockout.count_code(sam, "code")
        tasks.tidy_up()
    assert Session.objects.count() == 1
    assert list(Presence.objects.values_list("user", flat=True)) == [sam.pk]
    assert list(LoginFailure.objects.values_list("user", flat=True)) == [sam.pk]


@pytest.mark.django_db
def test_the_page_names_who_else_looks(ana: User, sam: User, petra: User, as_user) -> None:
    sams = as_user(sam)
    sams.post("/presence/", {"topic": "orders.order:1"})
    said = as_user(ana).post("/presence/", {"topic": "orders.order:1"}).content.decode()
    assert "山姆" in said
    assert "安娜" not in said
    assert sams.post("/presence/", {"topic": "<script>"}).status_code == 422
    assert sams.get("/presence/").status_code == 405
    assert as_user(petra).post("/presence/", {"topic": "orders.order:1"}).status_code == 403


@pytest.mark.django_db
def test_the_guard_lets_in_by_right(ana: User, petra: User) -> None:
    view = right_required("orders.view_order")(lambda request: HttpResponse("in"))

    def visit(user: object, **extra: str) -> HttpResponse:
        request = RequestFactory().get("/desk/", **extra)
        request.user, request.htmx = user, bool(extra)  # type: ignore[assignment, attr-defined]
        return view(request)

    assert visit(ana).content == b"in"
    assert visit(AnonymousUser()).headers["Location"] == "/login/?next=/desk/"
    assert visit(petra).status_code == 403
    assert visit(AnonymousUser(), HTTP_HX_REQUEST="true").headers["HX-Redirect"].startswith("/login/")
    assert visit(petra, HTTP_HX_REQUEST="true").status_code == 403
