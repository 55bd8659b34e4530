"""What must hold before a step: asked of the case as it lies in the database. The sentence is what the page says."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from django.db.models import Sum
from django.utils.translation import gettext as _

from aftersales.paying import is_paid
from aftersales.states import Goods, ReshipState, UnshippedRefundState

if TYPE_CHECKING:
    from aftersales.models import Case

HUNDRED = Decimal(100)


def goods_are_found(case: Case) -> bool:
    """SUP-25, RET-37: while the goods may be under way nothing is paid back, unless a leader says so with a reason.

    As long as somebody is asked to stop them, «not shipped» is what we think, not what was answered.
    """
    found = (Goods.BACK,) if case.state == UnshippedRefundState.STOPPING else (Goods.UNSHIPPED, Goods.BACK)
    return case.goods in found or bool(case.leader_note)


def responsibility_is_shared_out(case: Case) -> bool:
    """AFT-14, SUP-14: the shares sum to 100."""
    total = case.responsibilities.aggregate(total=Sum("percent"))["total"]
    return bool(total == HUNDRED)


def evidence_is_enough(case: Case) -> bool:
    """RET-06, SUP-28: what the reason needs before it is judged is there, with the case or one that it grew out of."""
    from aftersales.evidence import missing_evidence

    return not missing_evidence(case, "judge")


def proof_is_there(case: Case) -> bool:
    """SUP-28, FIN-11: nothing is sent again or paid for the trouble before the pictures and the supplier's answer are there.

    Our own mistake is put right at once (AFT-19), and a leader may decide otherwise with a reason. What was let go
    once is not held up again by its supplier's number.
    """
    from aftersales.evidence import missing_evidence

    return needs_no_proof(case) or not missing_evidence(case, "judge", "execute")


def needs_no_proof(case: Case) -> bool:
    """Whether `proof_is_there` holds whatever the evidence is."""
    return bool(case.state == ReshipState.RESEND_DUE or case.report.get("own_mistake") or case.leader_note)


def may_be_refused(case: Case) -> bool:
    """RET-01, RET-02, RET-30: a return within seven days is refused for a legal exception only."""
    from aftersales.eligibility import refusal_basis

    return bool(refusal_basis(case))


def goods_are_judged(case: Case) -> bool:
    """QA-08: what our warehouse counted, somebody else of quality has judged; a supplier's count stands for itself."""
    from aftersales.services.inspecting import is_judged

    return is_judged(case)


def amount_is_left(case: Case) -> bool:
    """Never more than what was paid for the lines and not yet paid back (FIN-02)."""
    from aftersales.amounts import left_of

    return case.order_id is None or left_of(case) > 0


def money_is_paid(case: Case) -> bool:
    """FIN-02: nothing counts as paid without its pay slips, and none of them is waiting any more."""
    return not (case.amount or case.freight_amount) or is_paid(case.pk)


def sentence(guard_name: str) -> str:
    """Why a step is not open yet."""
    return {
        "goods_are_found": _("First say where the goods are, or let a leader decide with a reason (SUP-25)."),
        "responsibility_is_shared_out": _("First share out the responsibility: it must sum to 100 % (AFT-14)."),
        "evidence_is_enough": _("The evidence that this reason needs is not complete (RET-06)."),
        "proof_is_there": _(
            "First the pictures of goods and packing and the supplier's answer; without them a leader decides (SUP-28)."
        ),
        "may_be_refused": _("The law gives seven days: this return may not be refused (RET-01)."),
        "goods_are_judged": _("First one counts it at the return desk, then another of quality judges it (QA-08)."),
        "amount_is_left": _("Everything paid for these lines was paid back already."),
        "money_is_paid": _("The pay slip is not paid yet: finance marks it as paid (FIN-02)."),
    }[guard_name]
