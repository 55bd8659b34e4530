"""When a case is due: the nearest of the running clocks that lead to its page, kept in a column for the worklist's order.

Clocks that wait are not due. The clock floor says when something about them changed (sla.following), inside the same
transaction.
"""

from __future__ import annotations

from collections.abc import Collection

from aftersales.models import Case
from aftersales.models.cases import NOTHING_DUE
from aftersales.sla_policies import CASE, CONTACT
from common import bulk, locking
from sla import following
from sla.sql import in_list, list_param, moment_param
from sla.states import ClockState

REFUND = "orders.refund"  # whose clock of the platform leads to the case
NEAREST = (
    "COALESCE((SELECT MIN(c.due_at) FROM sla_clock c WHERE c.topic = 'aftersales.case:' || aftersales_case.id"
    f" AND c.state = '{ClockState.RUNNING}'), {{never}})"
)


def refresh_due(case_ids: Collection[int]) -> int:
    """Brings the column of these locked cases up to date; answers how many changed. One statement."""
    nearest = NEAREST.format(never=moment_param())
    return bulk.execute(
        f"UPDATE aftersales_case SET due_at = {nearest} WHERE id {in_list()} AND due_at <> {nearest}",
        [NOTHING_DUE, list_param(list(case_ids)), NOTHING_DUE],
    )


def register() -> None:
    following.follow(
        CASE,
        subject_types=(CASE, CONTACT, REFUND),
        lock=lambda ids: locking.lock(Case.objects.filter(pk__in=ids).only("pk", "state")),
        refresh=refresh_due,
    )
