"""What may be done with a slip or a claim, as two tables: buttons, forms and guards are read off them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ledger import forms, permissions
from ledger.models import Claim, PaySlip
from ledger.services import claims, paying, reconciling, slips
from ledger.states import ClaimState as C
from ledger.states import SlipState as S
from staff.models import User


@dataclass(frozen=True)
class Action:
    """A step: its name, what is asked, what does it, by whose right, from which states; `main` is what is done next."""

    label: str | Promise
    service: Callable[..., Any]
    right: str
    states: tuple[str, ...]
    form: type[forms.RowForm] = forms.NoForm
    main: bool = False
    fits: Callable[[Any, User], bool] = lambda row, user: True

    @property
    def asks(self) -> bool:
        """Whether something has to be filled in: then it is never done by one click."""
        return self.form is not forms.NoForm


def _another_approves(slip: PaySlip, user: User) -> bool:
    return not slip.four_eyes or slip.asked_by_id != user.pk


def _another_pays(slip: PaySlip, user: User) -> bool:
    return not slip.four_eyes or user.pk not in (slip.asked_by_id, slip.approved_by_id)


def _declines(slip: PaySlip, user: User) -> bool:
    decides = user.has_perm(permissions.APPROVE_SLIP) or user.has_perm(permissions.PAY_SLIP)
    return decides or slip.asked_by_id == user.pk


SLIP_ACTIONS: dict[str, Action] = {
    "approve": Action(
        _("Approve"),
        slips.approve_slip,
        permissions.APPROVE_SLIP,
        (S.SUBMITTED,),
        main=True,
        fits=_another_approves,
    ),
    "pay": Action(
        _("Mark as paid"),
        paying.pay_slip,
        permissions.PAY_SLIP,
        (S.APPROVED,),
        forms.PayForm,
        main=True,
        fits=_another_pays,
    ),
    "explain": Action(
        _("Explain the difference"),
        reconciling.settle_difference,
        permissions.PAY_SLIP,
        (S.PAID, S.MISMATCHED),
        forms.ExplainForm,
    ),
    "again": Action(
        _("Hand in again"), slips.submit_again, permissions.ASK_SLIP, (S.DECLINED,), forms.AgainForm, main=True
    ),
    "plan": Action(_("Plan the day"), slips.plan_slip, permissions.ASK_SLIP, (S.SUBMITTED, S.APPROVED), forms.PlanForm),
    "decline": Action(
        _("Decline"),
        slips.decline_slip,
        permissions.VIEW_SLIP,
        (S.SUBMITTED, S.APPROVED),
        forms.DeclineForm,
        fits=_declines,
    ),
}
CLAIM_ACTIONS: dict[str, Action] = {
    "prove": Action(
        _("Proof is complete"), claims.prove_claim, permissions.WORK_CLAIM, (C.DRAFTED,), forms.ProveForm, main=True
    ),
    "send": Action(
        _("Send the claim"),
        claims.send_claim,
        permissions.WORK_CLAIM,
        (C.EVIDENCED, C.DISPUTED),
        forms.SendForm,
        main=True,
    ),
    "accept": Action(
        _("They pay it"), claims.accept_claim, permissions.WORK_CLAIM, (C.SENT, C.DISPUTED), forms.AcceptForm, main=True
    ),
    "dispute": Action(_("They dispute it"), claims.dispute_claim, permissions.WORK_CLAIM, (C.SENT,), forms.DisputeForm),
    "settle": Action(
        _("Write the slip for the money"), claims.ask_settlement, permissions.WORK_CLAIM, (C.ACCEPTED,), main=True
    ),
    "write_off": Action(
        _("Write off"),
        claims.write_off_claim,
        permissions.APPROVE_SLIP,
        (C.DRAFTED, C.EVIDENCED, C.SENT, C.DISPUTED),
        forms.WriteOffForm,
    ),
}


def open_to(actions: Mapping[str, Action], row: PaySlip | Claim, user: User) -> dict[str, Action]:
    """What `user` may do with this row as it stands."""
    return {
        key: todo
        for key, todo in actions.items()
        if row.state in todo.states and user.has_perm(todo.right) and todo.fits(row, user)
    }
