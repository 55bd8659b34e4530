"""What may be done with a penalty or reward: propose by hand, confirm, drop, appeal, decide, book."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _
from django_fsm import can_proceed

from audit import services as audit
from common import clock
from common.exceptions import BusinessError
from common.locking import lock_alone, lock_one
from sla import services as sla
from staff import selectors
from staff.conduct import fund, ladder, telling
from staff.conduct.people import may_decide, may_judge
from staff.conduct.proposing import propose
from staff.conduct.sla_policies import APPEAL, APPEAL_DECISION, DECISION, PENALTY
from staff.conduct.states import PenaltyState
from staff.models import Appeal, IncidentKind, Penalty, User

KEPT = ("state", "rung", "points", "money", "consequence")


def _take(penalty_id: int, version: int | None = None) -> Penalty:
    """The penalty, locked, and alone with everything of its person: the ladder is counted by one at a time."""
    user_id = Penalty.objects.values_list("user_id", flat=True).get(pk=penalty_id)
    lock_alone(f"staff.conduct:{user_id}")
    return lock_one(Penalty.objects.filter(pk=penalty_id).select_related("kind", "user"), version=version)


def _keep(penalty: Penalty, *fields: str) -> None:
    penalty.version += 1
    penalty.save(update_fields=[*KEPT, *fields, "version"])


def _move(penalty: Penalty, step: str) -> None:
    move = getattr(penalty, step)
    if not can_proceed(move):
        raise BusinessError(
            _("It is %(state)s: that cannot be done with it now.") % {"state": penalty.get_state_display()},
            code="wrong_state",
        )
    move()


def _require_judge(by: User, penalty: Penalty) -> None:
    if not may_judge(by, penalty.user):
        raise BusinessError(_("Only who leads this person decides here."), code="not_leader")


def _words(text: str, refusal: str, most: int = 300) -> str:
    plain = text.strip()
    if not plain:
        raise BusinessError(refusal, code="missing")
    return plain[:most]


def _stop(penalty: Penalty, policy: str, now: dt.datetime, reason: str = "") -> None:
    sla.stop_clocks(policies=[policy], subject_type=PENALTY, subject_ids=[penalty.pk], now=now, reason=reason)


@transaction.atomic
def propose_by_hand(
    *,
    user: User,
    kind: IncidentKind,
    happened_at: dt.datetime,
    description: str,
    evidence: str,
    by: User,
    now: dt.datetime | None = None,
) -> Penalty:
    """A leader writes down what somebody of the team did, with evidence (STF-03, STF-18, AFT-13).

    Raises BusinessError when `by` does not lead the person, the kind is off, a word is missing, or it lies ahead.
    """
    now = now or clock.now()
    if not may_judge(by, user):
        raise BusinessError(_("Only who leads this person decides here."), code="not_leader")
    if happened_at > now:
        raise BusinessError(_("What happened does not lie ahead."), code="ahead")
    made = propose(
        kind=kind.key,
        user=user,
        event_key="",
        topic="",
        happened_at=happened_at,
        description=_words(description, _("Say what happened."), 500),
        evidence=_words(evidence, _("Say where it can be seen: a chat record, an order, a witness."), 500),
        by=by,
        now=now,
    )
    if made is None:
        raise BusinessError(_("This kind of incident is not in use."), code="disabled")
    return made


@transaction.atomic
def confirm_penalty(
    *, penalty_id: int, version: int, note: str = "", by: User, now: dt.datetime | None = None
) -> Penalty:
    """The leader confirms: the rung is counted now, the person is told and may appeal until `appeal_until`.

    A reward is booked at once. The rung before a review alerts the leaders (STF-21), the review itself tells the
    managers: nobody «leaves» by it (STF-34). Raises Conflict; BusinessError when `by` does not lead the person or it
    is decided already.
    """
    now = now or clock.now()
    penalty = _take(penalty_id, version)
    _require_judge(by, penalty)
    time = ladder.next_time(penalty.kind, penalty.user_id, penalty.happened_at)
    _move(penalty, "confirm")
    ladder.apply(penalty, time, selectors.service_rules())
    penalty.confirmed_at, penalty.confirmed_by, penalty.decision_note = now, by, note.strip()[:300]
    _stop(penalty, DECISION.key, now)
    if not penalty.is_reward:
        penalty.appeal_until = telling.start_clock(penalty, APPEAL, None, now)
    _keep(penalty, "confirmed_at", "confirmed_by", "decision_note", "appeal_until")
    audit.record("staff.penalty_confirmed", about=penalty, by=by, now=now, kind=penalty.kind.key, rung=penalty.rung)
    telling.confirmed(penalty, now)
    if penalty.is_reward:
        _book(penalty, now)
    return penalty


@transaction.atomic
def drop_penalty(*, penalty_id: int, version: int, note: str, by: User, now: dt.datetime | None = None) -> Penalty:
    """The leader drops a proposal, with a word why. Raises Conflict; BusinessError as `confirm_penalty`."""
    now = now or clock.now()
    penalty = _take(penalty_id, version)
    _require_judge(by, penalty)
    penalty.decision_note = _words(note, _("Say why it is dropped."))
    _move(penalty, "drop")
    _keep(penalty, "decision_note")
    _stop(penalty, DECISION.key, now)
    audit.record("staff.penalty_dropped", about=penalty, by=by, now=now, kind=penalty.kind.key)
    return penalty


@transaction.atomic
def appeal_penalty(*, penalty_id: int, version: int, text: str, by: User, now: dt.datetime | None = None) -> Penalty:
    """The person says why it is not right; somebody else than who confirmed decides (STF-34).

    Raises Conflict; BusinessError when it is another's, a reward, or the time to appeal is over.
    """
    now = now or clock.now()
    penalty = _take(penalty_id, version)
    if penalty.user_id != by.pk:
        raise BusinessError(_("Only the person concerned appeals."), code="not_own")
    if penalty.is_reward:
        raise BusinessError(_("A reward is not appealed."), code="reward")
    words = _words(text, _("Say why it is not right."), 2000)
    if penalty.appeal_until is not None and now > penalty.appeal_until:
        raise BusinessError(_("The time to appeal is over."), code="too_late")
    _move(penalty, "file_appeal")
    _keep(penalty)
    Appeal.objects.create(penalty=penalty, text=words, at=now, confirmed_by_id=penalty.confirmed_by_id or 0)
    _stop(penalty, APPEAL.key, now)
    judges = telling.appealed(penalty, now)
    telling.start_clock(penalty, APPEAL_DECISION, judges[0].pk if judges else None, now)
    audit.record("staff.penalty_appealed", about=penalty, by=by, now=now)
    return penalty


@transaction.atomic
def decide_appeal(
    *, penalty_id: int, version: int, upheld: bool, decision: str, by: User, now: dt.datetime | None = None
) -> Penalty:
    """Somebody who did not confirm it upholds or cancels the penalty, with reasons.

    Upheld, it is booked at once. Cancelled, later ones that counted on it move down a rung. Raises Conflict;
    BusinessError when `by` confirmed it, does not lead the person, or nothing is appealed.
    """
    now = now or clock.now()
    penalty = _take(penalty_id, version)
    if penalty.confirmed_by_id == by.pk:
        raise BusinessError(_("Who confirmed it does not decide the appeal."), code="confirmed_it")
    if not may_decide(by, penalty):
        raise BusinessError(_("Only who leads this person decides here."), code="not_leader")
    words = _words(decision, _("Give the reasons of the decision."), 500)
    _move(penalty, "uphold" if upheld else "cancel")
    _keep(penalty)
    Appeal.objects.filter(penalty=penalty).update(decided_at=now, decided_by=by, decision=words)
    _stop(penalty, APPEAL_DECISION.key, now)
    audit.record("staff.appeal_decided", about=penalty, by=by, now=now, upheld=upheld)
    telling.decided(penalty, upheld, now)
    if upheld:
        _book_if_free(penalty, now)
    else:
        _count_down(penalty, now)
    return penalty


def _count_down(gone: Penalty, now: dt.datetime) -> None:
    """What was counted above a cancelled one and is not booked yet counts one time less."""
    above = ladder.counted(gone.kind, gone.user_id, gone.happened_at).filter(rung__gt=gone.rung)
    rules = selectors.service_rules()
    for penalty in above.exclude(state=PenaltyState.BOOKED).select_related("kind", "user").order_by("rung", "pk"):
        ladder.apply(penalty, penalty.rung - 1, rules)
        _keep(penalty)
        audit.record("staff.penalty_counted_down", about=penalty, now=now, rung=penalty.rung)
        telling.counted_down(penalty, now)


def _book_if_free(penalty: Penalty, now: dt.datetime) -> bool:
    """Book it, unless an earlier time that it counts on is still under appeal: then its rung may yet change."""
    below = ladder.counted(penalty.kind, penalty.user_id, penalty.happened_at).filter(rung__lt=penalty.rung)
    if below.exclude(state=PenaltyState.BOOKED).exists():
        return False
    _book(penalty, now)
    return True


def _book(penalty: Penalty, now: dt.datetime) -> None:
    """The points count from here on; a fine goes into the fund of the person's team (FIN-07)."""
    _move(penalty, "book")
    penalty.booked_at = now
    _keep(penalty, "booked_at")
    sla.stop_clocks(policies=[APPEAL.key], subject_type=PENALTY, subject_ids=[penalty.pk], now=now)
    audit.record("staff.penalty_booked", about=penalty, now=now, kind=penalty.kind.key)
    team = selectors.team_of(penalty.user)
    if penalty.money and not penalty.is_reward and team and selectors.service_rules().money_fines:
        fund.take_fine(team=team, penalty=penalty, now=now)


def book_due(now: dt.datetime) -> int:
    """Book what nobody appealed in time and what was upheld, one transaction each; answers how many (task)."""
    due = Penalty.objects.filter(state=PenaltyState.UPHELD) | Penalty.objects.filter(
        state=PenaltyState.CONFIRMED, appeal_until__lt=now
    )
    booked = 0
    for penalty_id in list(due.order_by("rung", "pk").values_list("pk", flat=True)):
        with transaction.atomic():
            penalty = _take(penalty_id)
            over = penalty.state == PenaltyState.CONFIRMED and penalty.appeal_until and penalty.appeal_until < now
            if penalty.state == PenaltyState.UPHELD or over:
                booked += _book_if_free(penalty, now)
    return booked
