"""The hourly patrol (RET-36): what a round looks at, how it ends, and a whole day of it."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from aftersales import demo_patrol
from aftersales.models import Case, PatrolMark, PatrolRound
from aftersales.patrol import patrol_shown, waiting_why
from aftersales.services.notes import log_contact
from aftersales.services.patrol import go_round, remark_case
from aftersales.services.stepping import take_step
from aftersales.states import ExchangeState, Kind, ReturnState, UnshippedRefundState
from aftersales.tasks import patrol as patrol_task
from audit.models import Entry
from common import kept
from common.exceptions import BusinessError
from notifications.models import BellItem
from sla.announce import announce
from sla.engine import sweep
from sla.models import Clock
from sla.services import ensure_policies
from sla.states import Verdict
from staff.roles import Role
from tests.factories import at
from tests.factories_cases import CaseFactory
from tests.factories_staff import UserSkillFactory, give_duty

pytestmark = pytest.mark.django_db
DAY = "2026-11-20"
HOUR = dt.timedelta(hours=1)


@pytest.fixture(autouse=True)
def policies(db: None) -> None:
    ensure_policies()


@pytest.fixture
def morning(ana: Any, time_machine: Any) -> Any:
    """Nine o'clock; Ana is on shift until five."""
    give_duty(ana, f"{DAY} 09:00", "17:00")
    time_machine.move_to(at(f"{DAY} 09:00:10"), tick=False)
    return time_machine


def pending(**more: Any) -> Case:
    return CaseFactory(kind=Kind.UNSHIPPED_REFUND, state=UnshippedRefundState.REQUESTED, **more)


def moment(text: str) -> dt.datetime:
    return at(f"{DAY} {text}")


def refused(code: str, **arguments: Any) -> None:
    with pytest.raises(BusinessError) as refusal:
        remark_case(**arguments)
    assert refusal.value.code == code


# ── what a round looks at ────────────────────────────────────────────────────
def test_a_round_looks_at_refunds_that_wait_for_us_and_at_what_has_waited_too_long(noon: Any) -> None:
    now = moment("12:00")
    old, soon = now - dt.timedelta(days=2), now + dt.timedelta(days=2)
    first = pending()
    second = CaseFactory(state=ReturnState.REVIEWING)
    rejected = CaseFactory(state=ReturnState.REJECTED, platform_due_at=soon)
    awaited = CaseFactory(state=ReturnState.COMING_BACK, entered_at=old)
    exchanged = CaseFactory(kind=Kind.EXCHANGE, state=ExchangeState.COMING_BACK, entered_at=old)
    CaseFactory(state=ReturnState.REJECTED, platform_due_at=soon + dt.timedelta(seconds=1))
    CaseFactory(state=ReturnState.COMING_BACK, entered_at=old + dt.timedelta(seconds=1))
    CaseFactory(state=ReturnState.EVIDENCE_WANTED)  # the buyer's turn
    CaseFactory(state=ReturnState.REFUND_APPROVED)  # finance's
    CaseFactory(state=ReturnState.REFUNDED)
    CaseFactory(state=ReturnState.CLOSED)
    CaseFactory(kind=Kind.CONSULTATION, line=None)
    assert waiting_why(now) == [
        (first.pk, "pending"),
        (second.pk, "pending"),
        (rejected.pk, "rejected"),
        (awaited.pk, "awaited"),
        (exchanged.pk, "awaited"),
    ]


def test_a_round_begins_in_as_many_statements_for_one_case_as_for_many(morning: Any) -> None:
    def statements() -> int:
        kept.forget_all()
        with CaptureQueriesContext(connection) as seen:
            made = go_round()
        assert made is not None
        assert made.marks.count() == made.total == Case.objects.count()
        PatrolRound.objects.all().delete()
        Clock.objects.all().delete()
        return len(seen)

    pending()
    few = statements()
    for _number in range(29):
        pending()
    assert statements() == few


# ── when one begins ──────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    ("time", "begins"),
    [
        ("08:59:59", False),
        ("09:00:00", True),
        ("09:30:00", True),
        ("09:30:01", False),
        ("16:00", True),
        ("17:00", False),
    ],
)
def test_a_round_begins_with_the_hour_while_aftersales_is_on_shift(ana: Any, time: str, begins: bool) -> None:
    give_duty(ana, f"{DAY} 09:00", "17:00")
    pending()
    made = go_round(now=moment(time))
    assert (made is not None) is begins
    if made is not None:
        assert made.ends_at - made.starts_at == HOUR
        assert made.starts_at.minute == 0


def test_a_presales_shift_alone_begins_no_round(ana: Any) -> None:
    UserSkillFactory(user=ana, skill="presales")
    give_duty(ana, f"{DAY} 09:00", "17:00")
    assert go_round(now=moment("10:00")) is None


@pytest.mark.parametrize(("time", "begins"), [("08:00", False), ("09:00", True), ("17:00", True), ("18:00", False)])
def test_without_a_rota_the_hours_of_the_policy_count(db: None, time: str, begins: bool) -> None:
    assert (go_round(now=moment(time)) is not None) is begins


def test_a_second_tick_in_the_hour_does_nothing(morning: Any) -> None:
    pending()
    assert go_round() is not None
    patrol_task()
    assert (PatrolRound.objects.count(), PatrolMark.objects.count(), Clock.objects.count()) == (1, 1, 1)


def test_with_nothing_waiting_the_round_is_done_at_once_and_has_no_clock(morning: Any) -> None:
    made = go_round()
    assert made is not None
    assert (made.total, made.done_at, Clock.objects.count()) == (0, moment("09:00:10"), 0)


# ── how it is done ───────────────────────────────────────────────────────────
def test_a_round_is_done_when_every_case_is_acted_on_or_remarked(morning: Any, ana: Any) -> None:
    one, other = pending(), pending()
    go_round()
    morning.move_to(moment("09:20"), tick=False)
    take_step(case_id=one.pk, name="retain", data=talk(), by=ana)
    assert PatrolRound.objects.get().done_at is None
    remark_case(mark_id=other.patrol_marks.get().pk, remark="  等买家回复 ", by=ana)
    assert list(PatrolMark.objects.order_by("case").values_list("deed", "remark", "by")) == [
        ("acted", "", ana.pk),
        ("remarked", "等买家回复", ana.pk),
    ]
    assert PatrolRound.objects.get().done_at == moment("09:20")
    assert Clock.objects.get(policy="aftersales.patrol").verdict == Verdict.MET
    assert Entry.objects.filter(action="aftersales.patrol_done").count() == 1


def test_a_talk_that_is_logged_handles_the_case(morning: Any, ana: Any) -> None:
    case = pending()
    go_round()
    log_contact(
        case_id=case.pk, version=None, party="buyer", contact_way="phone", contact_reached=False,
        contact_result="没人接", by=ana,
    )  # fmt: skip
    assert (case.patrol_marks.get().deed, case.patrol_marks.get().by) == ("acted", ana)


def talk() -> dict[str, Any]:
    return {"contact_party": "buyer", "contact_way": "chat", "contact_reached": True, "contact_result": "想留住"}


def test_a_remark_needs_words_and_is_said_once_and_in_its_hour(morning: Any, ana: Any, sam: Any) -> None:
    case = pending()
    pending()
    go_round()
    mark = case.patrol_marks.get()
    refused("remark_missing", mark_id=mark.pk, remark="  ", by=ana)
    refused("over", mark_id=mark.pk, remark="x", by=ana, now=moment("10:00:01"))
    assert PatrolMark.objects.filter(deed="").count() == 2
    remark_case(mark_id=mark.pk, remark="在等", by=ana, now=moment("10:00"))
    refused("marked", mark_id=mark.pk, remark="y", by=sam, now=moment("10:00"))
    mark.refresh_from_db()
    assert (mark.remark, mark.by) == ("在等", ana)


def test_what_the_platform_moved_on_is_handled(morning: Any) -> None:
    case = pending()
    go_round()
    Case.objects.filter(pk=case.pk).update(
        state=UnshippedRefundState.REFUNDED, entered_at=moment("09:30"), updated_at=moment("09:30")
    )
    go_round(now=moment("09:31"))
    assert (case.patrol_marks.get().deed, PatrolRound.objects.get().done_at) == ("acted", moment("09:31"))


def test_what_was_handled_after_the_hour_does_not_save_the_round(morning: Any) -> None:
    case = pending()
    go_round()
    Case.objects.filter(pk=case.pk).update(state=UnshippedRefundState.REFUNDED, updated_at=moment("10:20"))
    go_round(now=moment("11:45"))  # beat was away
    assert (case.patrol_marks.get().deed, PatrolRound.objects.get().missed_at) == ("carried", moment("10:00"))


def test_no_round_is_done_and_missed_at_once(morning: Any) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        PatrolRound.objects.create(
            starts_at=moment("09:00"), ends_at=moment("10:00"), done_at=moment("09:30"), missed_at=moment("10:00")
        )


# ── a day ────────────────────────────────────────────────────────────────────
def test_a_day_of_rounds_done_missed_and_carried(morning: Any, ana: Any, sam: Any) -> None:
    """From nine to five, with beat waking the patrol every minute: round 1 done, round 2 missed with one case left,
    which round 3 takes up again; the leader hears of the breach; after five no round begins."""
    first, second = pending(), pending()

    def until(time: str) -> None:
        while True:
            now = at_clock()
            if now >= moment(time):
                return
            morning.move_to(now + dt.timedelta(minutes=5), tick=False)
            patrol_task()
            sweep(now=at_clock())
            announce(at_clock())

    def say(case: Case, words: str) -> None:
        remark_case(mark_id=case.patrol_marks.latest("round__starts_at").pk, remark=words, by=ana)

    go_round()
    until("09:30")
    say(first, "等买家")
    say(second, "等供应商")
    until("10:10")
    say(first, "还在等")
    until("11:05")
    ten = PatrolRound.objects.get(starts_at=moment("10:00"))
    assert (ten.missed_at, ten.done_at) == (moment("11:00"), None)
    assert second.patrol_marks.get(round=ten).deed == "carried"
    take_step(case_id=second.pk, name="retain", data=talk(), by=ana)
    say(first, "还在等")
    until("18:30")

    ends = {
        f"{row.starts_at.astimezone(at(DAY).tzinfo):%H}": "done" if row.done_at else "missed"
        for row in PatrolRound.objects.order_by("starts_at")
    }
    assert list(ends.values()) == ["done", "missed", "done", "missed", "missed", "missed", "missed", "missed"]
    assert PatrolRound.objects.earliest("starts_at").starts_at == moment("09:00")
    assert PatrolRound.objects.latest("starts_at").starts_at == moment("16:00")
    verdicts = Clock.objects.filter(policy="aftersales.patrol").order_by("started_at").values_list("verdict", flat=True)
    assert list(verdicts) == [Verdict.MET, Verdict.BREACHED, Verdict.MET, *[Verdict.BREACHED] * 5]
    assert not Clock.objects.filter(policy="aftersales.patrol", stopped_at__isnull=True).exists()
    assert BellItem.objects.filter(user=sam, kind="sla.round").count() == 6  # one a missed round
    missed = Entry.objects.filter(action="aftersales.patrol_missed").order_by("pk")
    assert [(entry.data["left"], entry.data["total"]) for entry in missed][:2] == [(1, 2), (1, 1)]


def at_clock() -> dt.datetime:
    from common import clock

    return clock.now()


# ── the page ─────────────────────────────────────────────────────────────────
def test_the_page_shows_ones_own_cases_first_then_the_nearest_deadline(morning: Any, ana: Any) -> None:
    late = pending(platform_due_at=moment("20:00"))
    soon = pending(platform_due_at=moment("11:00"))
    mine = pending(owner=ana)
    go_round()
    shown = patrol_shown(moment("09:05"), ana)
    assert [mark.case_id for mark in shown.left] == [mine.pk, soon.pk, late.pk]
    assert shown.current is not None
    assert patrol_shown(moment("09:05"), ana, after=shown.current.pk).current.case_id == soon.pk  # type: ignore[union-attr]


def test_the_page_takes_as_many_queries_for_many_cases_as_for_one(
    morning: Any, ana: Any, django_assert_num_queries: Any
) -> None:
    for _number in range(5):
        pending()
    go_round()
    with django_assert_num_queries(2):
        shown = patrol_shown(moment("09:05"), ana)
        assert [mark.case.shop.name for mark in shown.left]  # type: ignore[union-attr]


def test_a_remark_leads_to_the_next_case_and_the_end_says_so(morning: Any, ana: Any, as_user: Any) -> None:
    one, two = pending(), pending()
    go_round()
    browser = as_user(ana)
    for case in (one, two):
        page = browser.get("/cases/patrol/").content.decode()
        assert f'id="patrol-case"><a href="/cases/{case.pk}/"' in page
        answer = browser.post(f"/cases/patrol/marks/{case.patrol_marks.get().pk}/", {"remark": "等"})
        assert answer.status_code == 302
    assert PatrolRound.objects.get().done_at is not None
    assert "no-rows" in browser.get("/cases/patrol/").content.decode()


def test_what_was_said_last_time_is_offered_again(morning: Any, ana: Any, as_user: Any) -> None:
    case = pending()
    go_round()
    remark_case(mark_id=case.patrol_marks.get().pk, remark="等工厂答复", by=ana)
    morning.move_to(moment("10:00:05"), tick=False)
    go_round()
    page = as_user(ana).get("/cases/patrol/").content.decode()
    assert '<input type="hidden" name="remark" value="等工厂答复">' in page


def test_an_empty_remark_is_refused_on_the_page(morning: Any, ana: Any, as_user: Any) -> None:
    case = pending()
    go_round()
    answer = as_user(ana).post(f"/cases/patrol/marks/{case.patrol_marks.get().pk}/", {"remark": " "})
    assert (answer.status_code, case.patrol_marks.get().deed) == (422, "")


def test_only_who_works_on_cases_patrols(morning: Any, as_user: Any) -> None:
    from tests.factories import UserFactory

    for role in (Role.FINANCE, Role.WAREHOUSE):
        assert as_user(UserFactory(role=role)).get("/cases/patrol/").status_code == 403


def test_a_round_is_read_as_it_went(morning: Any, ana: Any, as_user: Any) -> None:
    case = pending()
    made = go_round()
    remark_case(mark_id=case.patrol_marks.get().pk, remark="等工厂答复", by=ana)
    page = as_user(ana).get(f"/cases/patrol/{made.pk}/").content.decode()  # type: ignore[union-attr]
    assert "等工厂答复" in page
    assert case.number in page


def test_the_demo_shows_rounds_done_missed_and_running(ana: Any) -> None:
    give_duty(ana, f"{DAY} 09:00", "17:00")
    for _number in range(6):
        pending()
    demo_patrol.load(moment("13:10"), ana)
    rounds = PatrolRound.objects.order_by("starts_at")
    assert [(row.starts_at, bool(row.done_at), bool(row.missed_at)) for row in rounds] == [
        (moment("10:00"), True, False),
        (moment("11:00"), False, True),
        (moment("12:00"), True, False),
        (moment("13:00"), False, False),
    ]
    assert rounds.last().marks.exclude(deed="").count() == 2  # type: ignore[union-attr]
