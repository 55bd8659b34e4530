"""What may be done with a penalty, as one table: the page draws its buttons from it, the tests read it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from common import clock
from staff.conduct import services
from staff.conduct.forms import AppealForm, ConfirmForm, DecideForm, DropForm
from staff.conduct.people import may_decide, may_judge
from staff.conduct.states import PenaltyState
from staff.models import Penalty, User


def _judges_proposal(penalty: Penalty, user: User) -> bool:
    return penalty.state == PenaltyState.PROPOSED and may_judge(user, penalty.user)


def _may_appeal(penalty: Penalty, user: User) -> bool:
    in_time = penalty.appeal_until is not None and clock.now() <= penalty.appeal_until
    return penalty.state == PenaltyState.CONFIRMED and penalty.user_id == user.pk and in_time


def _decides(penalty: Penalty, user: User) -> bool:
    return penalty.state == PenaltyState.APPEALED and may_decide(user, penalty)


@dataclass(frozen=True)
class Action:
    """A step with its name, form and service, and who may take it when."""

    label: str | Promise
    form: type[forms.Form]
    service: Callable[..., Penalty]
    open_to: Callable[[Penalty, User], bool]


ACTIONS: dict[str, Action] = {
    "confirm": Action(_("Confirm"), ConfirmForm, services.confirm_penalty, _judges_proposal),
    "drop": Action(_("Drop"), DropForm, services.drop_penalty, _judges_proposal),
    "appeal": Action(_("Appeal"), AppealForm, services.appeal_penalty, _may_appeal),
    "decide": Action(_("Decide the appeal"), DecideForm, services.decide_appeal, _decides),
}


def todo(penalty: Penalty, user: User) -> dict[str, Any]:
    """The steps that `user` may take now, by key."""
    return {key: action for key, action in ACTIONS.items() if action.open_to(penalty, user)}
