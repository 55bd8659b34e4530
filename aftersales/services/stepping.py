"""A case takes a step: the one way by which a page, the API, an import or a clock moves a case."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django_fsm import TransitionNotAllowed

from aftersales import guards
from aftersales.actors import supplier_behind
from aftersales.machine import Place, Step, steps
from aftersales.models import Case, CaseLine
from aftersales.services.clocks import goes_to_supplier, move_clocks
from aftersales.signals import case_moved
from aftersales.states import topic
from aftersales.workflows import BY_KIND, machine_of
from audit import services as audit
from common import clock
from common.exceptions import BusinessError
from common.locking import lock_one
from orders.services.remarks import for_the_trail
from staff.roles import Role

SYSTEM = "system"
TOLD = (
    "why",
    "result",
    "wanted",
    "check_result",
    "contact_result",
    "statement",
)  # what the trail quotes of the answers


def steps_of(case: Case, role: str) -> list[Step]:
    """The steps that `role` may take from where the case is, the main one first. Guards are asked when it is taken."""
    found = [step for step in steps(BY_KIND[case.kind]) if case.state in step.sources and step.open_to(role)]
    return sorted(found, key=lambda step: not step.main)


def step_called(case: Case, name: str) -> Step:
    """The step of that name. Raises BusinessError when this kind of case has none."""
    for step in steps(BY_KIND[case.kind]):
        if step.name == name:
            return step
    raise BusinessError(_("This kind of case has no such step."), code="unknown_step")


def take(case_id: int, version: int | None = None) -> Case:
    """The case as its machine, locked until the transaction ends. Raises Conflict on another version."""
    return machine_of(lock_one(Case.objects.filter(pk=case_id), version=version))


@transaction.atomic
def take_step(
    *,
    case_id: int,
    name: str,
    data: dict[str, Any],
    by: Any,
    version: int | None = None,
    now: dt.datetime | None = None,
) -> Case:
    """Moves a case by one step of its machine, with the answers to what the step asks.

    `by` is a user, a supplier's token, or None for the product itself, which needs not answer. Clocks of the state
    it leaves stop, those of the state it enters start; the trail and the one whose turn it is hear of it. Raises
    Conflict; BusinessError when the step is not open to `by`, not possible from here, or an answer is refused.
    """
    from aftersales.inputs import INPUTS  # reads the services itself

    now = now or clock.now()
    case = take(case_id, version)
    step = step_called(case, name)
    _refuse(case, step, by)
    changed: list[str] = []
    for key in step.asks if data or by is not None else ():
        changed += INPUTS[key].apply(case, data, by, now)
    before = case.state
    _move(case, step)
    if case.owner_id is None and getattr(by, "role", "") == Role.AGENT_AFTERSALES:
        case.owner = by  # who takes it up has it in hand from here on
    was_active = case.active
    _arrive(case, BY_KIND[case.kind].PLACES[case.state], now)
    case.goods = step.goods or case.goods
    case.save()
    _free_or_hold_lines(case, was_active)
    move_clocks(case, before, now)
    told = {"kind": case.kind, "step": name, "before": before, "after": case.state}
    audit.record("aftersales.step", about=topic(case.pk), by=by, now=now, **told, changed=changed, said=said_in(data))
    case_moved.send(sender=Case, case=case, step=step, before=before, by=by, now=now, data=data)
    return case


def said_in(data: dict[str, Any]) -> str:
    """What the trail quotes of the answers to a step: at most 200 characters, without phone numbers."""
    words = next((str(data[key]) for key in TOLD if data.get(key)), "")
    return for_the_trail(" ".join(words.split()))[:200]


def _refuse(case: Case, step: Step, by: Any) -> None:
    role = SYSTEM if by is None else getattr(by, "role", Role.SUPPLIER)
    if not step.open_to(role) or (role == Role.SUPPLIER and not _is_of(case, by)):
        raise BusinessError(_("This step is somebody else's."), code="not_yours")
    if case.state not in step.sources:
        raise BusinessError(
            _("The case is “%(state)s” now: this step is no longer possible.") % {"state": state_label(case)},
            code="wrong_state",
        )


def _is_of(case: Case, by: Any) -> bool:
    """A supplier moves its own cases only."""
    supplier = supplier_behind(by)
    return supplier is not None and supplier.pk == case.supplier_id


def _move(case: Case, step: Step) -> None:
    """The transition itself; a guard that holds it says why."""
    try:
        getattr(case, step.name)()
    except TransitionNotAllowed as refusal:
        held = next((condition for condition in step.conditions if not condition(case)), None)
        if held is None:
            raise
        raise BusinessError(guards.sentence(held.__name__), code=held.__name__) from refusal


def state_label(case: Case) -> str:
    """The state in words of its machine."""
    return str(BY_KIND[case.kind].STATES(case.state).label)


def _arrive(case: Case, place: Place, now: dt.datetime) -> None:
    case.ball = place.at_supplier if place.at_supplier and goes_to_supplier(case) else place.ball
    case.entered_at = case.updated_at = now
    case.version += 1
    if place.goods is not None:
        case.goods = place.goods
    reopened = place.final is False and case.active is False
    case.active = not place.final
    case.closed_at = now if place.final else None
    if reopened:
        case.reopened += 1


def _free_or_hold_lines(case: Case, was_active: bool) -> None:
    """The lines of a case that is over are free for another; those of a reopened one are taken again."""
    if case.active == was_active:
        return
    other = CaseLine.objects.filter(kind=case.kind, active=True, line__in=case.lines.values("line"))
    if case.active and other.exclude(case=case).exists():
        raise BusinessError(_("Another open case has these lines: go on there."), code="line_taken")
    case.lines.update(active=case.active)
