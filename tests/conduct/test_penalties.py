"""A penalty's way: who may do what in which state, how times are counted, what is booked (STF-19, STF-21, STF-34)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from common.exceptions import BusinessError, Conflict
from common.topics import topic_of
from notifications.models import BellItem
from sla.models import Clock
from sla.states import OPEN
from staff.conduct import ladder, services, telling
from staff.conduct.actions import ACTIONS, todo
from staff.conduct.people import may_decide, others_to_decide
from staff.conduct.states import Consequence
from staff.conduct.states import PenaltyState as P
from staff.models import Appeal, FundEntry, IncidentKind, Penalty, ServiceRules, Team, User
from tests.conduct.helpers import appealed, confirmed, in_state, proposed
from tests.factories import NOON, at

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon", "team")]

DAY = dt.timedelta(days=1)
WORDS: dict[str, dict[str, Any]] = {
    "confirm": {"note": ""},
    "drop": {"note": "误会"},
    "appeal": {"text": "不是我"},
    "decide": {"upheld": True, "decision": "查过"},
}
# state → step → who may take it. Sam leads Ana's team and confirmed it; Max is the manager; Tina leads others.
MAY: dict[str, dict[str, set[str]]] = {
    P.PROPOSED: {"confirm": {"sam", "max"}, "drop": {"sam", "max"}},
    P.CONFIRMED: {"appeal": {"ana"}},
    P.APPEALED: {"decide": {"max"}},
}
PEOPLE = ("ana", "sam", "max", "tina", "ben", "olli")


@pytest.fixture
def people(ana: User, sam: User, max_: User, tina: User, ben: User, olli: User) -> dict[str, User]:
    return {"ana": ana, "sam": sam, "max": max_, "tina": tina, "ben": ben, "olli": olli}


@pytest.mark.parametrize("state", list(P))
@pytest.mark.parametrize("step", list(ACTIONS))
def test_every_state_and_step_and_person(state: str, step: str, people: dict[str, User]) -> None:
    """STF-34: what the table does not allow is refused, and nothing happens."""
    penalty = in_state(state, people["ana"], people["sam"], people["max"])
    assert penalty.state == state
    allowed = MAY.get(state, {}).get(step, set())
    assert {name for name, user in people.items() if step in todo(penalty, user)} == allowed
    for name in PEOPLE:
        with transaction.atomic():
            try:
                ACTIONS[step].service(
                    penalty_id=penalty.pk, version=penalty.version, by=people[name], now=NOON, **WORDS[step]
                )
                done = True
            except BusinessError:
                done = False
                assert Penalty.objects.values_list("state", "version").get(pk=penalty.pk) == (state, penalty.version)
            transaction.set_rollback(True)
        assert done == (name in allowed), f"{name} {step} in {state}"


def test_a_form_that_is_out_of_date_is_refused(ana: User, sam: User) -> None:
    penalty = proposed(ana)
    services.confirm_penalty(penalty_id=penalty.pk, version=0, by=sam)
    with pytest.raises(Conflict):
        services.drop_penalty(penalty_id=penalty.pk, version=0, note="x", by=sam)
    assert Penalty.objects.get().state == P.CONFIRMED


def test_complaints_of_a_month_climb_to_a_review(ana: User, sam: User, max_: User) -> None:
    """STF-21: the second of a calendar month warns, the third asks for a review; nobody «leaves»."""
    got = [confirmed(ana, sam) for _ in range(4)]
    assert [(p.rung, p.points, p.consequence) for p in got] == [
        (1, 2, Consequence.NONE),
        (2, 4, Consequence.TALK),
        (3, 6, Consequence.REVIEW),
        (4, 6, Consequence.REVIEW),
    ]
    told = list(BellItem.objects.filter(kind__startswith="staff.review").order_by("id").values_list("user_id", "kind"))
    assert told == [(sam.pk, "staff.review_near"), *[(max_.pk, "staff.review_asked")] * 2]


@pytest.mark.parametrize(
    ("second", "time"),
    [("2026-11-30 23:59:59", 2), ("2026-12-01 00:00:00", 1), ("2026-10-31 23:59:59", 1), ("2026-11-01 00:00:00", 2)],
)
def test_a_month_is_a_month_of_shanghai(second: str, time: int, ana: User, sam: User) -> None:
    """STF-21: counted within the calendar month of the incident, on the Shanghai clock."""
    confirmed(ana, sam)
    assert confirmed(ana, sam, at=at(second)).rung == time


def test_negative_talk_is_counted_over_all_time(ana: User, sam: User) -> None:
    """STF-19: the second time ever is a review."""
    confirmed(ana, sam, "negative_talk", at("2025-01-05 10:00"))
    again = confirmed(ana, sam, "negative_talk")
    assert (again.rung, again.consequence) == (2, Consequence.REVIEW)
    assert "2" in ladder.why(again)


def test_dropped_and_cancelled_ones_do_not_count(ana: User, sam: User, max_: User) -> None:
    in_state(P.DROPPED, ana, sam, max_)
    in_state(P.CANCELLED, ana, sam, max_)
    assert confirmed(ana, sam).rung == 1


def test_others_of_the_team_are_counted_by_themselves(ana: User, ben: User, sam: User, tina: User) -> None:
    confirmed(ana, sam)
    assert confirmed(ben, tina).rung == 1


def test_a_won_appeal_moves_later_ones_down(ana: User, sam: User, max_: User) -> None:
    """STF-21: what counted on the cancelled one counts one time less, and the person hears of it."""
    first = appealed(ana, sam)
    second = confirmed(ana, sam)
    assert second.rung == 2
    services.decide_appeal(
        penalty_id=first.pk, version=first.version, upheld=False, decision="聊天记录证明", by=max_, now=NOON
    )
    second.refresh_from_db(fields=["rung", "points", "consequence"])
    assert (second.rung, second.points, second.consequence) == (1, 2, "")
    assert BellItem.objects.filter(kind="staff.penalty_counted_down", user=ana).count() == 1


def test_who_confirmed_never_decides(ana: User, sam: User, max_: User) -> None:
    """STF-34: not by the service, not by the table either."""
    penalty = appealed(ana, sam)
    with pytest.raises(BusinessError, match="confirmed"):
        services.decide_appeal(penalty_id=penalty.pk, version=penalty.version, upheld=True, decision="x", by=sam)
    with pytest.raises(IntegrityError), transaction.atomic():
        Appeal.objects.update(decided_by=sam)
    with pytest.raises(IntegrityError), transaction.atomic():
        Penalty.objects.update(confirmed_by=ana)
    assert list(Appeal.objects.values_list("decided_by", flat=True)) == [None]


def test_where_who_leads_is_a_party_another_team_s_supervisor_decides(
    ana: User, sam: User, max_: User, tina: User, ben: User, team: Team, as_user: Any
) -> None:
    """STF-34: the only manager confirmed it and there is no leader. The page opens to who stands in, and to no agent."""
    Team.objects.filter(pk=team.pk).update(leader=None)
    User.objects.filter(pk=sam.pk).update(is_active=False)
    bystander = confirmed(ana, max_)
    penalty = appealed(ana, max_)
    url, other = (reverse("conduct:penalty", args=[row.pk]) for row in (penalty, bystander))
    found = {user.username: as_user(user).get(url).status_code for user in (tina, ben)}
    assert found == {"tina": 200, "ben": 404}
    assert as_user(tina).get(other).status_code == 404  # nothing but the appeal
    assert BellItem.objects.filter(kind="staff.penalty_appealed").values_list("user", flat=True).get() == tina.pk
    said = {"version": penalty.version, "decide-upheld": "0", "decide-decision": "记录证明"}
    form = as_user(tina).get(url).context["todo"]
    assert [name for name, _step, _form in form] == ["decide"]
    assert as_user(tina).post(f"{url}decide/", said).status_code == 302
    assert (Penalty.objects.get(pk=penalty.pk).state, Appeal.objects.get().decided_by) == (P.CANCELLED, tina)
    assert as_user(tina).get(url).status_code == 200


def test_nobody_stands_in_while_somebody_who_leads_is_left(ana: User, sam: User, max_: User, tina: User) -> None:
    penalty = appealed(ana, sam)  # the manager is left
    with pytest.raises(BusinessError) as refusal:
        services.decide_appeal(
            penalty_id=penalty.pk, version=penalty.version, upheld=False, decision="x", by=tina, now=NOON
        )
    assert (refusal.value.code, others_to_decide(penalty)) == ("not_leader", [max_])
    User.objects.filter(pk=max_.pk).update(is_active=False)
    assert (others_to_decide(penalty), may_decide(tina, penalty), may_decide(sam, penalty)) == ([tina], True, False)


def test_the_time_to_appeal_is_seven_days_to_the_second(ana: User, sam: User) -> None:
    """STF-34: the last second counts; after it the points are booked."""
    penalty = confirmed(ana, sam)
    until = penalty.appeal_until
    assert until == NOON + 7 * DAY
    assert services.book_due(until) == 0
    with transaction.atomic():
        services.appeal_penalty(penalty_id=penalty.pk, version=penalty.version, text="不是我", by=ana, now=until)
        transaction.set_rollback(True)
    after = until + dt.timedelta(seconds=1)
    with pytest.raises(BusinessError, match="over"):
        services.appeal_penalty(penalty_id=penalty.pk, version=penalty.version, text="不是我", by=ana, now=after)
    assert services.book_due(after) == 1
    assert services.book_due(after) == 0
    assert Penalty.objects.get().state == P.BOOKED
    assert not Clock.objects.filter(topic=topic_of(penalty), state__in=OPEN).exists()


def test_the_person_is_reminded_once_before_the_time_to_appeal_ends(ana: User, sam: User) -> None:
    """STF-34: two days ahead, and nobody else."""
    penalty = confirmed(ana, sam)
    for hours in (0, 5 * 24 - 1, 5 * 24, 6 * 24):
        telling.remind_of_appeals(NOON + dt.timedelta(hours=hours))
    assert list(BellItem.objects.filter(kind="staff.appeal_ends").values_list("user_id", flat=True)) == [ana.pk]
    assert penalty.appeal_until == NOON + 7 * DAY


def test_clocks_follow_the_penalty(ana: User, sam: User, max_: User) -> None:
    """Decision, time to appeal and the appeal's decision each have their clock, held by who is to act."""

    def running(penalty: Penalty) -> list[tuple[str, int | None]]:
        found = Clock.objects.filter(topic=topic_of(penalty), state__in=OPEN)
        return list(found.values_list("policy", "assignee_id"))

    penalty = proposed(ana)
    assert running(penalty) == [("staff.penalty_decision", sam.pk)]
    penalty = services.confirm_penalty(penalty_id=penalty.pk, version=0, by=sam, now=NOON)
    assert running(penalty) == [("staff.appeal", None)]
    penalty = services.appeal_penalty(penalty_id=penalty.pk, version=1, text="不是我", by=ana, now=NOON)
    assert running(penalty) == [("staff.appeal_decision", max_.pk)]
    services.decide_appeal(penalty_id=penalty.pk, version=2, upheld=True, decision="查过", by=max_, now=NOON)
    assert running(penalty) == []


def test_nothing_is_booked_above_an_open_appeal(ana: User, sam: User, max_: User) -> None:
    """Its rung may still change: it waits for the appeal below it."""
    first = appealed(ana, sam)
    confirmed(ana, sam)
    assert services.book_due(NOON + 8 * DAY) == 0
    services.decide_appeal(penalty_id=first.pk, version=first.version, upheld=True, decision="查过", by=max_, now=NOON)
    assert services.book_due(NOON + 8 * DAY) == 1


@pytest.mark.parametrize("words", ["", "  "])
def test_empty_words_are_refused(words: str, ana: User, sam: User) -> None:
    penalty = proposed(ana)
    with pytest.raises(BusinessError, match="why"):
        services.drop_penalty(penalty_id=penalty.pk, version=0, note=words, by=sam)
    penalty = services.confirm_penalty(penalty_id=penalty.pk, version=0, by=sam, now=NOON)
    with pytest.raises(BusinessError, match="why"):
        services.appeal_penalty(penalty_id=penalty.pk, version=1, text=words, by=ana, now=NOON)
    assert not Appeal.objects.exists()


def fines_on() -> None:
    ServiceRules.objects.update_or_create(pk=1, defaults={"money_fines": True, "money_fines_basis": "职代会 2026-03"})


def test_fines_in_money_are_off(ana: User, sam: User, team: Team) -> None:
    """STF-34: points always, money never while the switch is off."""
    penalty = confirmed(ana, sam)
    services.book_due(NOON + 8 * DAY)
    assert (penalty.points, penalty.money) == (2, None)
    assert FundEntry.objects.count() == 0


def test_switched_on_a_fine_goes_into_the_fund_once(ana: User, sam: User, team: Team) -> None:
    """FIN-07, FIN-08: the amount of the rung, into the fund of the person's team, when it is booked."""
    fines_on()
    penalty = confirmed(ana, sam)
    assert penalty.money == Decimal("50.00")
    assert FundEntry.objects.count() == 0
    for days in (8, 9):
        services.book_due(NOON + days * DAY)
    entry = FundEntry.objects.get()
    assert (entry.team, entry.amount, entry.balance, entry.text, entry.by) == (team, Decimal(50), Decimal(50), "", sam)


def test_switched_off_meanwhile_nothing_is_taken(ana: User, sam: User) -> None:
    fines_on()
    confirmed(ana, sam)
    ServiceRules.objects.update(money_fines=False)
    services.book_due(NOON + 8 * DAY)
    assert (Penalty.objects.get().state, FundEntry.objects.count()) == (P.BOOKED, 0)


def test_fines_need_their_basis(db: None) -> None:
    """STF-34: the table itself refuses the switch without a basis."""
    with pytest.raises(IntegrityError), transaction.atomic():
        ServiceRules.objects.create(pk=1, money_fines=True)


def test_a_reward_is_booked_at_once(ana: User, sam: User) -> None:
    """FIN-09: nothing to appeal; its amount is recorded whether fines are on or not, the fund pays nothing."""
    reward = confirmed(ana, sam, "mentor_1")
    assert (reward.state, reward.points, reward.money) == (P.BOOKED, 3, Decimal("150.00"))
    assert FundEntry.objects.count() == 0
    assert BellItem.objects.filter(user=ana).values_list("kind", flat=True).get() == "staff.reward_confirmed"


def test_a_leader_writes_down_with_evidence(ana: User, sam: User) -> None:
    """STF-03, AFT-13: what, when, and where it can be seen."""
    kind = IncidentKind.objects.get(key="missed_duty")
    write: Callable[..., Penalty] = services.propose_by_hand
    base = {"user": ana, "kind": kind, "happened_at": NOON, "description": "漏班", "evidence": "子账号聊天记录 9:00"}
    made = write(by=sam, **base)
    assert (made.state, made.proposed_by, made.evidence) == (P.PROPOSED, sam, "子账号聊天记录 9:00")
    for wrong in ({"evidence": " "}, {"description": ""}, {"happened_at": NOON + DAY}):
        with pytest.raises(BusinessError):
            write(by=sam, **base | wrong)
    assert Penalty.objects.count() == 1


def test_who_does_not_lead_writes_nothing_down(ana: User, tina: User, ben: User, sam: User) -> None:
    kind = IncidentKind.objects.get(key="late")
    for by, user in ((tina, ana), (ben, ana), (ana, ana), (sam, sam), (sam, tina)):
        with pytest.raises(BusinessError, match="leads"):
            services.propose_by_hand(
                user=user, kind=kind, happened_at=NOON, description="x", evidence="y", by=by, now=NOON
            )
    assert Penalty.objects.count() == 0


@pytest.mark.postgres
def test_the_ladder_is_counted_by_one_at_a_time(ana: User, sam: User) -> None:
    """The lock of a person's conduct is held until the transaction ends."""
    confirmed(ana, sam)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND granted")
        assert cursor.fetchone()[0] >= 1
