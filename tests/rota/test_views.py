"""The rota's pages: who sees what, edits in place, conflicts, publishing, the calendar feed, set-up by hand."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from common import clock
from staff.models import CleaningTurn, Demand, Duty, PlannedDuty, Rota, ShiftTemplate, Wish
from staff.roles import Role
from staff.rota import services
from staff.rota.states import DayKind, Skill, WishKind
from tests.factories import UserFactory
from tests.factories_staff import DemandFactory, RotaFactory, ShiftTemplateFactory, UserSkillFactory, a_team, give_duty

pytestmark = [pytest.mark.once, pytest.mark.django_db]
MONDAY = dt.date(2026, 11, 16)
DAY = dt.timedelta(days=1)
HTMX = {"HX-Request": "true"}


@pytest.fixture
def early(db):
    return ShiftTemplateFactory(name="早班", short="早")


@pytest.fixture
def rota(noon, ana, sam, early) -> Rota:
    """Ana's team, led by Sam: the week of noon, nothing published."""
    team = a_team(ana, leader=sam)
    UserSkillFactory(user=ana, skill=Skill.AFTERSALES)
    DemandFactory(team=team, template=early, day_kind=DayKind.WORKDAY, people=1)
    return RotaFactory(team=team, starts_on=MONDAY, created_by=sam)


def text(answer) -> str:
    return answer.content.decode()


def edit(client: Client, rota: Rota, **sent):
    rota.refresh_from_db()
    sent = {"version": rota.version, "day": "2026-11-20", **sent}
    return client.post(reverse("rota:cell", args=[rota.pk]), sent, headers=HTMX)


def publish_all(rota: Rota, by) -> None:
    rota.refresh_from_db()
    services.publish_rota(rota=rota, version=rota.version, acknowledged=["coverage"], note="先发", by=by)


# ── Who sees what ────────────────────────────────────────────────────────────
def test_agents_see_what_is_published_and_no_more(rota, ana, sam, early, as_user):
    services.set_duty(
        rota=rota, version=0, user=ana, day=dt.date(2026, 11, 20), template=early, skill=Skill.AFTERSALES, by=sam
    )
    client, page = as_user(ana), reverse("rota:show", args=[rota.pk])
    assert client.get(page).status_code == 404
    publish_all(rota, sam)
    rota.refresh_from_db()
    services.remove_duty(rota=rota, version=rota.version, user=ana, day=dt.date(2026, 11, 20), by=sam)
    seen = text(client.get(page))
    assert "早班 09:00–17:00" in seen
    assert '<button type="button" class="cell"' not in seen
    assert "rota-breaches" not in seen


@pytest.mark.parametrize("name", ["show", "versions", "print", "publish", "progress"])
def test_rotas_of_others_are_not_there(rota, ana, as_user, name):
    stranger, other = UserFactory(), UserFactory(role=Role.SUPERVISOR)
    a_team(stranger, leader=other)
    address = reverse(f"rota:{name}", args=[rota.pk])
    wanted = {stranger: 403 if name in ("publish", "progress") else 404, other: 404}
    assert {user: as_user(user).get(address).status_code for user in wanted} == wanted


def test_a_planner_of_another_team_changes_nothing(rota, ana, early, as_user):
    other = UserFactory(role=Role.SUPERVISOR)
    answer = edit(as_user(other), rota, do="set", person=ana.pk, shift=early.pk)
    assert (answer.status_code, PlannedDuty.objects.count()) == (404, 0)


def test_without_a_rota_the_page_says_what_to_do(noon, ana, sam, as_user):
    a_team(leader=sam)
    pages = [text(as_user(user).get("/rota/")) for user in (ana, sam)]
    assert [("no-rows" in page, reverse("rota:create") in page) for page in pages] == [(True, False), (True, True)]


# ── Editing in place ─────────────────────────────────────────────────────────
def test_a_cell_is_set_and_the_board_says_at_once_what_is_broken(rota, ana, sam, early, as_user):
    client = as_user(sam)
    answer = edit(client, rota, do="set", person=ana.pk, shift=early.pk)
    assert answer.status_code == 200
    planned = PlannedDuty.objects.get()
    assert (planned.user, planned.skill, f'data-version="{rota.version + 1}"' in text(answer)) == (
        ana,
        Skill.AFTERSALES,
        True,
    )
    for number in range(4, 10):
        edit(client, rota, do="set", person=ana.pk, shift=early.pk, day=(MONDAY + number * DAY).isoformat())
    answer = edit(client, rota, do="set", person=ana.pk, shift=early.pk, day=(MONDAY + 10 * DAY).isoformat())
    assert f'data-cell="c-{ana.pk}-1126"' in text(answer)
    assert "broken-hard" in text(answer)


def test_the_later_of_two_gets_a_sentence_and_the_board_of_the_other(rota, ana, sam, early, as_user):
    edit(as_user(sam), rota, do="set", person=ana.pk, shift=early.pk)
    late = {"do": "remove", "person": ana.pk, "day": "2026-11-20", "version": 0}
    answer = as_user(sam).post(reverse("rota:cell", args=[rota.pk]), late, headers=HTMX)
    assert (answer.status_code, PlannedDuty.objects.count()) == (409, 1)
    assert 'role="alert"' in text(answer)
    assert "早班 09:00–17:00" in text(answer)


@pytest.mark.parametrize(
    "sent",
    [{"do": "explode"}, {"do": "set", "day": "gestern"}, {"do": "set", "shift": "x"}, {"do": "set", "version": ""}],
)
def test_nonsense_is_refused_in_place(rota, ana, sam, as_user, sent):
    answer = edit(as_user(sam), rota, person=ana.pk, **sent)
    assert (answer.status_code, PlannedDuty.objects.count()) == (422, 0)


def test_the_form_does_the_same_without_script(rota, ana, sam, early, as_user):
    sent = {"do": "set", "person": ana.pk, "day": "2026-11-20", "shift": early.pk, "version": 0}
    answer = as_user(sam).post(reverse("rota:cell", args=[rota.pk]) + "?week=0", sent)
    assert (answer.status_code, answer["Location"]) == (302, f"/rota/{rota.pk}/?week=0")
    assert PlannedDuty.objects.get().user == ana


def test_keys_lock_turn_the_skill_and_remove(rota, ana, sam, early, as_user):
    client = as_user(sam)
    UserSkillFactory(user=ana, skill=Skill.PRESALES)
    edit(client, rota, do="set", person=ana.pk, shift=early.pk)
    edit(client, rota, do="skill", person=ana.pk)
    assert PlannedDuty.objects.get().skill == Skill.PRESALES
    edit(client, rota, do="lock", person=ana.pk)
    assert PlannedDuty.objects.get().locked
    assert edit(client, rota, do="remove", person=ana.pk).status_code == 409
    edit(client, rota, do="unlock", person=ana.pk)
    edit(client, rota, do="remove", person=ana.pk)
    assert PlannedDuty.objects.count() == 0


def test_a_shift_is_carried_to_another_day(rota, ana, sam, early, as_user):
    client = as_user(sam)
    edit(client, rota, do="set", person=ana.pk, shift=early.pk)
    edit(client, rota, do="move", person=ana.pk, to_person=ana.pk, to_day="2026-11-21")
    assert PlannedDuty.objects.get().day == dt.date(2026, 11, 21)
    assert edit(client, rota, do="move", person=ana.pk).status_code == 409


# ── Proposing and publishing ─────────────────────────────────────────────────
def test_a_proposal_is_made_beside_the_request(rota, sam, as_user):
    client = as_user(sam)
    client.post(reverse("rota:propose", args=[rota.pk]), {"version": 0})
    rota.refresh_from_db()
    assert rota.proposal_asked_by == sam
    board = text(client.get(reverse("rota:progress", args=[rota.pk])))
    assert ("hx-trigger" in board, "data-edit-url" in board) == (True, False)
    services.run_waiting_proposals()
    board = text(client.get(reverse("rota:progress", args=[rota.pk])))
    assert ("hx-trigger" in board, "data-edit-url" in board) == (False, True)


def test_stf_06_publishing_asks_for_what_is_taken_on_and_keeps_what_was_typed(rota, ana, sam, early, as_user):
    client, page = as_user(sam), reverse("rota:publish", args=[rota.pk])
    edit(client, rota, do="set", person=ana.pk, shift=early.pk)
    rota.refresh_from_db()
    assert 'value="coverage"' in text(client.get(page))
    answer = client.post(page, {"version": rota.version, "note": "人手不够"})
    assert (answer.status_code, Duty.objects.count(), "人手不够" in text(answer)) == (409, 0, True)
    answer = client.post(page, {"version": rota.version, "note": "人手不够", "rule": ["coverage"]})
    assert (answer.status_code, Duty.objects.get().user) == (302, ana)
    versions = text(client.get(reverse("rota:versions", args=[rota.pk])))
    assert ("人手不够" in versions, "早班 09:00–17:00" in versions) == (True, True)


def test_publishing_an_older_plan_shows_the_present_one_first(rota, ana, sam, early, as_user):
    client, page = as_user(sam), reverse("rota:publish", args=[rota.pk])
    edit(client, rota, do="set", person=ana.pk, shift=early.pk)
    answer = client.post(page, {"version": 0, "note": "", "rule": ["coverage"]})
    rota.refresh_from_db()
    assert (answer.status_code, Duty.objects.count()) == (409, 0)
    assert f'value="{rota.version}"' in text(answer)


def test_agents_read_their_own_changes_only(rota, ana, sam, early, as_user):
    ben = UserFactory(name="本明")
    a_team(ben).members.update(team=rota.team)
    for user in (ana, ben):
        edit(as_user(sam), rota, do="set", person=user.pk, shift=early.pk, skill=Skill.AFTERSALES)
    publish_all(rota, sam)
    page = reverse("rota:versions", args=[rota.pk])
    assert ("本明" in text(as_user(sam).get(page)), "本明" in text(as_user(ana).get(page))) == (True, False)


@pytest.mark.parametrize("people", [12, 30])
def test_the_rota_takes_the_same_queries_for_any_team(rota, sam, early, as_user, people):
    client, page = as_user(sam), reverse("rota:show", args=[rota.pk])
    client.get(page)
    with CaptureQueriesContext(connection) as one:
        client.get(page)
    for number in range(people):
        user = UserFactory(name=f"员{number:02d}")
        a_team(user).members.update(team=rota.team)
        UserSkillFactory(user=user)
        PlannedDuty.objects.create(rota=rota, user=user, day=MONDAY, template=early, skill=Skill.AFTERSALES)
    with CaptureQueriesContext(connection) as many:
        answer = client.get(page)
    assert text(answer).count('class="cell"') == (people + 1) * 21
    assert len(many) == len(one)
    assert len(one) <= 26


# ── One's own shifts ─────────────────────────────────────────────────────────
def test_ones_own_shifts_and_wishes(rota, ana, as_user):
    give_duty(ana, "2026-11-21 10:00", "14:00", "17:30", "23:00", rota=rota)
    give_duty(UserFactory(), "2026-11-21 03:33", "04:44")
    client = as_user(ana)
    page = text(client.get("/rota/mine/"))
    assert ("10:00–14:00" in page, "17:30–23:00" in page, "03:33" in page) == (True, True, False)
    client.post(reverse("rota:wish"), {"day": "2026-11-28", "kind": WishKind.OFF, "note": "搬家"})
    wish = Wish.objects.get()
    assert (wish.user, "搬家" in text(client.get("/rota/mine/"))) == (ana, True)
    assert as_user(UserFactory()).post(reverse("rota:wish_remove", args=[wish.pk])).status_code == 404
    client.post(reverse("rota:wish_remove", args=[wish.pk]))
    assert Wish.objects.count() == 0


def test_a_wish_for_yesterday_keeps_what_was_typed(noon, ana, as_user):
    answer = as_user(ana).post(reverse("rota:wish"), {"day": "2026-11-19", "kind": WishKind.OFF, "note": "搬家"})
    assert (answer.status_code, "搬家" in text(answer), Wish.objects.count()) == (409, True, 0)


def test_the_feed_needs_its_secret_and_no_login(rota, ana, as_user):
    give_duty(ana, "2026-11-21 17:30", "01:00", rota=rota)
    page = text(as_user(ana).post(reverse("rota:feed_make")))
    address = page.split('readonly value="')[1].split('"')[0]
    path = address[address.index("/rota/feed/") :]
    answer = Client().get(path)
    assert (answer.status_code, answer["Content-Type"]) == (200, "text/calendar; charset=utf-8")
    assert "DTSTART;TZID=Asia/Shanghai:20261121T173000" in text(answer)
    assert Client().get("/rota/feed/wrong.ics").status_code == 404
    assert path not in text(as_user(ana).get("/rota/mine/"))
    as_user(ana).post(reverse("rota:feed_revoke"))
    assert Client().get(path).status_code == 404


def test_stf_30_only_ones_own_turn_and_those_of_the_led(rota, ana, sam, as_user):
    ben = UserFactory()
    a_team(ben).members.update(team=rota.team)
    turn = CleaningTurn.objects.create(day=clock.today(), user=ana)
    give, done = reverse("rota:cleaning_give", args=[turn.pk]), reverse("rota:cleaning_done", args=[turn.pk])
    assert [as_user(UserFactory()).post(address).status_code for address in (give, done)] == [404, 404]
    as_user(ana).post(give, {"to": UserFactory().pk})
    turn.refresh_from_db()
    assert turn.user == ana
    as_user(ana).post(give, {"to": ben.pk})
    as_user(sam).post(done)
    turn.refresh_from_db()
    assert (turn.user, turn.done_at) == (ben, clock.now())


# ── Set-up ───────────────────────────────────────────────────────────────────
def windows(*times: tuple[str, str]) -> dict[str, str]:
    sent = {"w-TOTAL_FORMS": str(len(times)), "w-INITIAL_FORMS": "0"}
    for number, (start, end) in enumerate(times):
        sent |= {f"w-{number}-starts": start, f"w-{number}-ends": end}
    return sent


SHIFT = {"name": "两段晚班", "short": "段", "scheme": "东", "kind": "night", "break_minutes": "0", "color": "purple"}


def test_stf_01_a_split_shift_is_entered_by_hand(noon, sam, as_user):
    sent = SHIFT | windows(("10:00", "14:00"), ("17:30", "23:00"), ("", ""))
    answer = as_user(sam).post(reverse("rota:shift_new"), sent)
    assert answer.status_code == 302
    made = ShiftTemplate.objects.get()
    assert [str(window) for window in made.windows.all()] == ["10:00–14:00", "17:30–23:00"]
    page = as_user(sam).get(reverse("rota:shift", args=[made.pk]))
    assert 'value="17:30"' in text(page)


def test_a_refused_shift_keeps_what_was_typed(noon, sam, as_user):
    for sent, status in ((windows(("", "")), 409), (windows(("10:00", "")), 422), (windows(("25:00", "x")), 422)):
        answer = as_user(sam).post(reverse("rota:shift_new"), SHIFT | sent)
        assert (answer.status_code, "两段晚班" in text(answer)) == (status, True)
    assert ShiftTemplate.objects.count() == 0


def test_a_team_its_people_and_their_demand_are_entered(noon, ana, sam, early, as_user):
    client = as_user(sam)
    client.post(reverse("rota:team_new"), {"name": "一组", "leader": sam.pk})
    team = sam.teams_led.get()
    member = {"team": team.pk, "week_hours": "37.5", "skill_aftersales": [""], "joined_on": "2026-01-05", "phone": ""}
    assert client.post(reverse("rota:member", args=[ana.pk]), member).status_code == 302
    ana.employment.refresh_from_db()
    assert (ana.employment.team, ana.employment.week_minutes, ana.skills.get().shop_id) == (team, 2250, None)
    field = f"n-{early.pk}-aftersales-workday"
    page = reverse("rota:demand", args=[team.pk])
    client.post(page, {field: "2"})
    assert Demand.objects.get().people == 2
    answer = client.post(page, {field: "viele"})
    assert (answer.status_code, "viele" in text(answer), Demand.objects.get().people) == (422, True, 2)
    client.post(page, {})
    assert Demand.objects.get().people == 2
    client.post(page, {field: ""})
    assert Demand.objects.get().people == 0


def test_teams_and_people_of_others_are_not_there(rota, ana, as_user):
    other = UserFactory(role=Role.SUPERVISOR)
    addresses = [
        reverse("rota:team", args=[rota.team_id]),
        reverse("rota:demand", args=[rota.team_id]),
        reverse("rota:member", args=[ana.pk]),
    ]
    assert [as_user(other).get(address).status_code for address in addresses] == [404, 404, 404]
    assert "安娜" not in text(as_user(other).get(reverse("rota:teams")))


def test_rules_are_saved_and_fines_need_a_basis(noon, sam, as_user):
    client, page = as_user(sam), reverse("rota:rules")
    form = client.get(page).context["form"]
    typed = {name: form[name].value() for name in form.fields}
    sent = {name: value for name, value in typed.items() if value is not None and value is not False}
    answer = client.post(page, sent | {"days_in_row": "5"})
    assert answer.status_code == 302
    refused = client.post(page, sent | {"money_fines": "on"})
    assert (refused.status_code, list(refused.context["form"].errors)) == (422, ["money_fines_basis"])  # STF-34
    assert client.get(page).context["form"]["days_in_row"].value() == 5
