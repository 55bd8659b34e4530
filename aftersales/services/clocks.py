"""The clocks of a case follow its state: a place's policies run while the case is there."""

from __future__ import annotations

import datetime as dt

from aftersales.models import Case, ReturnAddress, ReturnParcel
from aftersales.models.cases import NOTHING_DUE
from aftersales.sla_policies import CASE
from aftersales.states import Goods, topic
from aftersales.workflows import BY_KIND
from sla.following import held
from sla.policies import all_policies
from sla.services import ClockSpec, start_clocks, start_first_clocks, stop_clocks

PLATFORM = "aftersales.platform"
EVIDENCE = "aftersales.dispute_evidence"
AWAITING_GOODS = "aftersales.awaiting_goods"
THEIRS = (PLATFORM, "aftersales.rejected")  # due when the platform says
FIXED = {  # policies whose due time stands on the case
    PLATFORM: "platform_due_at",
    "aftersales.rejected": "platform_due_at",
    "aftersales.promised": "promised_at",
    "aftersales.follow_up": "promised_at",  # of an incident: when somebody asks again
}


OF_CASES = tuple(policy.key for policy in all_policies() if policy.subject_type == CASE)


def policies_at(case: Case, state: str) -> tuple[str, ...]:
    """The policies that run in `state`; those that follow a date run only where the case has the date, and goods are
    waited for only where some come back (LOG-18).

    The platform's deadline of a refund has its clock already, which leads to the case (aftersales.importing).
    """
    wanted = BY_KIND[case.kind].PLACES[state].clocks if state else ()
    return tuple(
        policy
        for policy in wanted
        if (policy not in FIXED or getattr(case, FIXED[policy]) is not None)
        and not (policy == PLATFORM and case.refund_id is not None)
        and not (policy == AWAITING_GOODS and case.goods != Goods.COMING_BACK)
    )


def begin_clocks(case: Case, now: dt.datetime) -> None:
    """Starts the clocks of a case that has its key and is not saved yet, and sets when it is due (AFT-08)."""
    case.due_at = (
        start_first_clocks([spec(case, policy, now) for policy in policies_at(case, case.state)]) or NOTHING_DUE
    )


def move_clocks(case: Case, before: str, now: dt.datetime) -> None:
    """Stops the clocks that ran before and do not run here, starts those of the state entered."""
    here = policies_at(case, case.state)
    gone = [policy for policy in OF_CASES if policy not in here]
    with held([topic(case.pk)]):
        if before:
            stop_clocks(policies=gone, subject_type=CASE, subject_ids=[case.pk], stopped_at=now, now=now)
        start_clocks([spec(case, policy, now) for policy in here], now=now)


def spec(case: Case, policy: str, now: dt.datetime) -> ClockSpec:
    """The clock that `policy` starts for `case` at `now`, in the court of whoever has the ball."""
    due = getattr(case, FIXED[policy]) if policy in FIXED else None
    theirs = case.evidence_due_at if policy == EVIDENCE else case.platform_due_at if policy in THEIRS else None
    return ClockSpec(
        policy=policy,
        subject_type=CASE,
        subject_id=case.pk,
        topic=topic(case.pk),
        title=case.number,
        started_at=now,
        party=case.ball,
        supplier_id=case.supplier_id,
        shop_id=case.shop_id,
        assignee_id=case.owner_id,
        own_due_at=due,
        platform_due_at=theirs,
        facts={"ours": True} if _comes_to_us(case) else {},
    )


def goes_to_supplier(case: Case) -> bool:
    """Whether goods go back to a supplier, whose turn it is when they arrive (RET-03): so the buyer was told, and they
    did not turn up at our own desk instead."""
    if case.return_address is None or case.return_address.supplier_id is None:
        return False
    ours = case.return_parcels.filter(place=ReturnParcel.Place.WAREHOUSE, arrived_at__isnull=False)
    return not ours.exists()


def _comes_to_us(case: Case) -> bool:
    """Whether goods come back to our own house, which has longer to send others (RET-12)."""
    address: ReturnAddress | None = case.return_address
    return address is not None and address.supplier_id is None
