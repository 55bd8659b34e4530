"""One thing done with many cases: first looked at, then done, with a result for each. Every case is its own transaction."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from aftersales.machine import SERVICE, steps
from aftersales.models import Case
from aftersales.services import hands, notes, stepping
from aftersales.workflows import ALL, machine_of
from common.exceptions import BusinessError
from orders.states import Flag
from staff.models import User
from staff.selectors import active_users

MOST = 100  # a page of the list
STEP = "step:"


class NoForm(forms.Form):
    """For what needs no words."""


class HandOnForm(forms.Form):
    to = forms.ModelChoiceField(label=gettext_lazy("to"), queryset=active_users(*SERVICE))
    reason = forms.CharField(label=gettext_lazy("reason"), max_length=200)


class RemarkForm(forms.Form):
    flag = forms.TypedChoiceField(label=gettext_lazy("flag"), choices=Flag.choices, coerce=int)
    text = forms.CharField(label=gettext_lazy("remark"), max_length=300)


FORMS: dict[str, type[forms.Form]] = {"take": NoForm, "hand_on": HandOnForm, "remark": RemarkForm}


@dataclass(frozen=True)
class Row:
    """A case and what would become of it, or did: `refusal` says why not."""

    case: Case
    refusal: str = ""


def choices(user: User) -> list[tuple[str, str | Promise]]:
    """What may be done with many cases at once: the steps are those that ask nothing and are this user's."""
    found: dict[str, str | Promise] = {
        "take": gettext_lazy("Take them over"),
        "hand_on": gettext_lazy("Hand them on"),
        "remark": gettext_lazy("Remark on the platform"),
    }
    for machine in ALL:
        for step in steps(machine):
            if not step.asks and step.open_to(user.role):
                found.setdefault(STEP + step.name, step.label)
    return list(found.items())


def form_of(deed: str) -> type[forms.Form] | None:
    """What is asked once for all of them; None for what may not be done with many."""
    return NoForm if deed.startswith(STEP) else FORMS.get(deed)


def label_of(deed: str, user: User) -> str:
    return str(dict(choices(user)).get(deed, ""))


def chosen(ids: Sequence[int]) -> list[Case]:
    """The chosen cases as their machines, at most a page of them. One query."""
    rows = Case.objects.filter(pk__in=list(ids)[:MOST]).select_related("owner", "order").order_by("-opened_at", "-pk")
    return [machine_of(row) for row in rows]


def preview(deed: str, cases: Sequence[Case], user: User) -> list[Row]:
    """What would become of each case, as it lies there now."""
    return [Row(case, _why_not(deed, case, user)) for case in cases]


def _why_not(deed: str, case: Case, user: User) -> str:
    if deed.startswith(STEP):
        fitting = {step.name for step in stepping.steps_of(case, user.role) if not step.asks}
        said = _("The case is “%(state)s” now: this step is no longer possible.")
        return "" if deed.removeprefix(STEP) in fitting else said % {"state": stepping.state_label(case)}
    if deed == "remark":
        return "" if case.order_id else _("This case has no order to remark.")
    if not case.active:
        return _("This case is closed: reopen it first.")
    if deed == "take" and case.owner_id == user.pk:
        return _("You have this case already.")
    return ""


def carry_out(
    deed: str, cases: Sequence[Case], versions: dict[int, int], data: dict[str, Any], user: User
) -> list[Row]:
    """Do it with each case that stands as it was shown; the others say why not. One refusal stops no other."""
    return [_one(deed, case, versions.get(case.pk, 0), data, user) for case in cases]


def _one(deed: str, case: Case, version: int, data: dict[str, Any], user: User) -> Row:
    try:
        if deed.startswith(STEP):
            step = stepping.step_called(case, deed.removeprefix(STEP))
            if step.asks:
                raise BusinessError(_("This step asks something: take it on the page of the case."), code="asks")
            stepping.take_step(case_id=case.pk, name=step.name, data={}, by=user, version=version)
        elif deed == "remark":
            notes.remark_order(case_id=case.pk, order_version=None, by=user, **data)
        else:
            services: dict[str, Callable[..., Case]] = {"take": hands.take_case, "hand_on": hands.hand_on_case}
            service = services[deed]
            service(case_id=case.pk, version=version, by=user, **data)
    except BusinessError as refusal:
        return Row(case, refusal.message)
    return Row(case)
