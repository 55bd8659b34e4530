"""What may be done with a swap or a leave, as two tables: the pages draw their buttons from them, the tests read them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from staff.exchanges import services
from staff.exchanges.forms import ApproveForm, DeclineForm, NoForm
from staff.exchanges.people import Decider
from staff.exchanges.services.swaps import first_start
from staff.exchanges.states import OPEN_LEAVES, OPEN_SWAPS, LeaveState, SwapState
from staff.models import Leave, Swap, User

Asked = TypeVar("Asked", Swap, Leave)


@dataclass(frozen=True)
class Action(Generic[Asked]):
    """A step with its name, form and service, and who may take it when."""

    label: str | Promise
    service: Callable[..., Any]
    open_to: Callable[[Asked, User, dt.datetime], bool]
    form: type[forms.Form] = NoForm

    @property
    def asks(self) -> bool:
        """Whether something has to be filled in."""
        return self.form is not NoForm


def _answers(swap: Swap, user: User, now: dt.datetime) -> bool:
    return swap.state == SwapState.ASKED and user.pk == swap.counterpart_id and first_start(swap) > now


def _approves(swap: Swap, user: User, now: dt.datetime) -> bool:
    agreed = swap.state == SwapState.COUNTERPART_AGREED and first_start(swap) > now
    return agreed and Decider(user).swap(swap)


def _declines(swap: Swap, user: User, now: dt.datetime) -> bool:
    answers = swap.state == SwapState.ASKED and user.pk == swap.counterpart_id
    return answers or (swap.state in OPEN_SWAPS and Decider(user).swap(swap))


def _confirms(swap: Swap, user: User, now: dt.datetime) -> bool:
    own = {swap.asker_id: swap.asker_confirmed_at, swap.counterpart_id: swap.counterpart_confirmed_at}
    missing = user.pk in own and own[user.pk] is None
    return swap.state == SwapState.APPROVED and missing and first_start(swap) > now


def _withdraws(swap: Swap, user: User, now: dt.datetime) -> bool:
    return swap.state in OPEN_SWAPS and user.pk == swap.asker_id


def _stands_in(leave: Leave, user: User, now: dt.datetime) -> bool:
    return leave.state == LeaveState.ASKED and user.pk == leave.substitute_id


def _grants(leave: Leave, user: User, now: dt.datetime) -> bool:
    return leave.state in OPEN_LEAVES and leave.ends_at > now and Decider(user).leave(leave)


def _refuses(leave: Leave, user: User, now: dt.datetime) -> bool:
    return leave.state in OPEN_LEAVES and Decider(user).leave(leave)


def _stays(leave: Leave, user: User, now: dt.datetime) -> bool:
    takes_back = (*OPEN_LEAVES, LeaveState.APPROVED)
    return leave.state in takes_back and user.pk == leave.user_id and leave.ends_at > now


SWAP_ACTIONS: dict[str, Action[Swap]] = {
    "agree": Action(_("I agree"), services.agree_swap, _answers),
    "approve": Action(_("Approve"), services.approve_swap, _approves, ApproveForm),
    "confirm": Action(_("Handed over clearly: confirm"), services.confirm_swap, _confirms),
    "decline": Action(_("Decline"), services.decline_swap, _declines, DeclineForm),
    "withdraw": Action(_("Withdraw"), services.withdraw_swap, _withdraws),
}
LEAVE_ACTIONS: dict[str, Action[Leave]] = {
    "agree": Action(_("I take the shifts over"), services.agree_substitute, _stands_in),
    "approve": Action(_("Approve"), services.approve_leave, _grants, ApproveForm),
    "refuse": Action(_("I cannot"), services.refuse_substitute, _stands_in),
    "decline": Action(_("Decline"), services.decline_leave, _refuses, DeclineForm),
    "withdraw": Action(_("Withdraw"), services.withdraw_leave, _stays),
}


def todo(table: dict[str, Action[Asked]], asked: Asked, user: User, now: dt.datetime) -> dict[str, Action[Asked]]:
    """The steps that `user` may take now, the next one first."""
    return {key: action for key, action in table.items() if action.open_to(asked, user, now)}
