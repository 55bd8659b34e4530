"""The desk: filters in the URL, most urgent first, live rows, saved views, and six queries whatever it shows."""

from __future__ import annotations

import datetime as dt

import pytest

from common import clock as house_clock
from common.exceptions import BusinessError
from common.paging import keyset
from sla import desk, saved
from sla.models import Clock, SavedView
from sla.services import ClockSpec, pause_clock, start_clocks
from sla.states import ClockState, Party
from staff.roles import Role
from tests import factories

HOUR = dt.timedelta(hours=1)


def start(number: int, hours: float, **more: object) -> Clock:
    """An open clock about order `number`, due `hours` after noon."""
    spec = {
        "policy": "orders.chased",
        "subject_type": "orders.fulfilment",
        "subject_id": number,
        "topic": f"orders.order:{number}",
        "title": f"A{number}",
        "started_at": factories.NOON - 30 * HOUR,
        "own_due_at": factories.NOON + hours * HOUR,
        "party": Party.SUPPLIER,
    }
    start_clocks([ClockSpec(**(spec | more))], now=factories.NOON)
    return Clock.objects.get(subject_id=number, policy=spec["policy"])


def titles(user, **query: object) -> list[str]:
    filters = desk.DeskFilter.from_query({k: str(v) for k, v in query.items()}, user)
    page = keyset(desk.rows_of(filters, house_clock.now()), order=desk.ORDER)
    return [row["title"] for row in page.rows]


@pytest.fixture
def some(noon, ana):
    start(1, 10, shop_id=7, supplier_id=3)
    start(2, -1, shop_id=8, supplier_id=3)
    start(3, 2, party=Party.AGENT, assignee_id=ana.pk)
    pause_clock(clock_id=start(4, 5).pk, reason="等通知", party=Party.BUYER, by=ana, now=factories.NOON)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({}, ["A2", "A3", "A4", "A1"]),
        ({"state": "late"}, ["A2"]),
        ({"state": "soon"}, ["A3"]),
        ({"state": "running"}, ["A2", "A3", "A1"]),
        ({"state": "paused"}, ["A4"]),
        ({"shop": 7}, ["A1"]),
        ({"supplier": 3}, ["A2", "A1"]),
        ({"supplier": 3, "state": "late"}, ["A2"]),
        ({"party": "agent"}, ["A3"]),
        ({"mine": 1}, ["A3"]),
        ({"kind": "orders.chased", "shop": 8}, ["A2"]),
        ({"kind": "orders.ship_daily"}, []),
        ({"state": "nonsense", "shop": "x", "party": "nobody"}, ["A2", "A3", "A4", "A1"]),
    ],
)
def test_the_filter_of_the_url_chooses_and_the_most_urgent_comes_first(some, ana, query, expected):
    assert titles(ana, **query) == expected


def test_a_stopped_clock_leaves_the_desk(some, ana):
    Clock.objects.filter(title="A2").update(state=ClockState.STOPPED, stopped_at=factories.NOON, next_look_at=None)
    assert titles(ana) == ["A3", "A4", "A1"]


def test_next_goes_to_the_most_urgent_of_the_filter(some, ana, as_user):
    client = as_user(ana)
    assert client.get("/desk/next/").url == "/orders/2/"
    assert client.get("/desk/next/?mine=1").url == "/orders/3/"
    assert client.get("/desk/next/?shop=999").url == "/desk/?shop=999"


@pytest.mark.parametrize("count", [1, 3])
def test_six_queries_whatever_the_number_of_rows(noon, ana, as_user, count, django_assert_max_num_queries):
    client = as_user(ana)
    client.get("/desk/")  # the session is written once a minute
    for number in range(count):
        start(number, number)
    with django_assert_max_num_queries(6):
        assert client.get("/desk/?state=running").status_code == 200


def test_live_rows_are_sent_only_when_they_changed(some, ana, as_user):
    client = as_user(ana)
    page = client.get("/desk/")
    version = page.context["version"]
    same = client.get(f"/desk/?v={version}", headers={"HX-Request": "true"})
    assert (same.status_code, same.content) == (204, b"")
    start(9, -3)
    changed = client.get(f"/desk/?v={version}", headers={"HX-Request": "true"})
    assert changed.status_code == 200
    assert "<html" not in changed.content.decode()
    assert "A9" in changed.content.decode()


def test_live_rows_change_when_a_clock_becomes_late(some, ana, as_user, noon):
    client = as_user(ana)
    version = client.get("/desk/").context["version"]
    noon.shift(2 * 3600 + 1)
    assert client.get(f"/desk/?v={version}", headers={"HX-Request": "true"}).status_code == 200


def test_take_makes_it_mine_once(some, ana):
    found = Clock.objects.get(title="A1")
    assert desk.take_clock(clock_id=found.pk, by=ana).assignee == ana
    with pytest.raises(BusinessError):
        desk.take_clock(clock_id=found.pk, by=ana)


def test_an_agent_may_take_but_not_pause(some, ana, as_user):
    found, client = Clock.objects.get(title="A1"), as_user(ana)
    typed = {"pause-reason": "等厂家", "pause-party": "supplier"}
    assert client.post(f"/desk/clocks/{found.pk}/pause/", typed).status_code == 403
    found.refresh_from_db()
    assert found.state == ClockState.RUNNING
    assert client.post(f"/desk/clocks/{found.pk}/take/").url == "/desk/"
    found.refresh_from_db()
    assert found.assignee == ana


@pytest.mark.parametrize("role", [Role.FINANCE, Role.WAREHOUSE, Role.QUALITY])
def test_who_only_looks_takes_no_clock_and_saves_no_view(some, as_user, role):
    found, client = Clock.objects.get(title="A1"), as_user(factories.UserFactory(role=role))
    assert client.post(f"/desk/clocks/{found.pk}/take/").status_code == 403
    assert client.post("/desk/views/", {"page": "desk", "name": "x", "query": "state=late"}).status_code == 403
    found.refresh_from_db()
    assert (found.assignee, SavedView.objects.count()) == (None, 0)
    assert "save-view" not in client.get("/desk/").content.decode()


@pytest.mark.parametrize("role", [Role.AGENT_PRESALES, Role.SUPERVISOR, Role.OPERATIONS, Role.MANAGER])
def test_who_works_from_the_desk_takes_clocks_and_saves_views(some, as_user, role):
    found, client = Clock.objects.get(title="A1"), as_user(factories.UserFactory(role=role))
    assert client.post(f"/desk/clocks/{found.pk}/take/").status_code == 302
    assert client.post("/desk/views/", {"page": "desk", "name": "x", "query": "state=late"}).status_code == 302
    assert SavedView.objects.count() == 1
    assert "save-view" in client.get("/desk/").content.decode()


def test_a_supervisor_pauses_with_a_reason_and_lets_it_go_on(some, sam, as_user):
    found, client = Clock.objects.get(title="A1"), as_user(sam)
    assert client.post(f"/desk/clocks/{found.pk}/pause/", {"pause-party": "supplier"}).status_code == 422
    typed = {"pause-reason": "等厂家", "pause-party": "supplier", "next": "/desk/?shop=7"}
    assert client.post(f"/desk/clocks/{found.pk}/pause/", typed).url == "/desk/?shop=7"
    found.refresh_from_db()
    assert (found.state, found.pauses.get().reason) == (ClockState.PAUSED, "等厂家")
    again = client.post(f"/desk/clocks/{found.pk}/pause/", typed)
    assert again.status_code == 409
    assert "等厂家" in again.content.decode()
    client.post(f"/desk/clocks/{found.pk}/resume/")
    found.refresh_from_db()
    assert found.state == ClockState.RUNNING


def test_next_in_a_form_never_leads_out_of_the_house(some, sam, as_user):
    found = Clock.objects.get(title="A1")
    answer = as_user(sam).post(f"/desk/clocks/{found.pk}/take/", {"next": "https://example.com/"})
    assert answer.url == "/desk/"


def test_views_are_saved_replaced_shared_and_deleted(ana, sam, as_user):
    client = as_user(ana)
    typed = {"page": "desk", "name": "迟了", "query": "state=late&after=xx", "shared": "on"}
    assert client.post("/desk/views/", typed).url == "/desk/?state=late"
    client.post("/desk/views/", typed | {"query": "state=soon"})
    assert [(v["name"], v["query"], v["own"]) for v in saved.views_for(sam, "desk")] == [("迟了", "state=soon", False)]
    view = SavedView.objects.get()
    assert as_user(sam).post(f"/desk/views/{view.pk}/delete/").status_code == 404
    assert client.post(f"/desk/views/{view.pk}/delete/").url == "/desk/"
    assert SavedView.objects.count() == 0


def test_a_view_of_an_unknown_list_is_refused(ana):
    with pytest.raises(BusinessError):
        saved.save_view(page="nothing", name="x", query="", shared=False, by=ana)
    assert SavedView.objects.count() == 0


def test_those_without_the_right_see_nothing(some, petra, as_user, client):
    assert as_user(petra).get("/desk/").status_code == 403
    assert client.get("/desk/").url == "/login/?next=/desk/"
