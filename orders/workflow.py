"""The machines of the order and of a supplier's part. Each reads as the row of the table in docs/architecture.md.

Only this module moves a state. Bulk paths move thousands in one UPDATE and take the legal source states from
`sources()`, so that they and the methods can never disagree.
"""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from django_fsm import transition

from common.fields import StateField
from orders.states import FulfilmentState as F
from orders.states import OrderState as O


class OrderWorkflow(models.Model):
    """unpaid → paid → shipped → delivered → finished / closed"""

    state = StateField(_("state"), default=O.UNPAID, choices=O.choices, protected=True)

    class Meta:
        abstract = True

    @transition(state, source=O.UNPAID, target=O.PAID)
    def pay(self) -> None: ...

    @transition(state, source=[O.UNPAID, O.PAID], target=O.SHIPPED)
    def ship(self) -> None: ...

    @transition(state, source=[O.UNPAID, O.PAID, O.SHIPPED], target=O.DELIVERED)
    def deliver(self) -> None: ...

    @transition(state, source=[O.UNPAID, O.PAID, O.SHIPPED, O.DELIVERED], target=O.FINISHED)
    def finish(self) -> None: ...

    @transition(state, source=[O.UNPAID, O.PAID, O.SHIPPED, O.DELIVERED], target=O.CLOSED)
    def close(self) -> None: ...


class FulfilmentWorkflow(models.Model):
    """waiting → to_ship → part_shipped → shipped / cancelled"""

    state = StateField(_("state"), default=F.WAITING, choices=F.choices, protected=True)

    class Meta:
        abstract = True

    @transition(state, source=F.WAITING, target=F.TO_SHIP)
    def release(self) -> None: ...

    @transition(state, source=[F.TO_SHIP, F.PART_SHIPPED], target=F.PART_SHIPPED)
    def ship_part(self) -> None: ...

    @transition(state, source=[F.WAITING, F.TO_SHIP, F.PART_SHIPPED], target=F.SHIPPED)
    def ship(self) -> None: ...

    @transition(state, source=[F.WAITING, F.TO_SHIP, F.PART_SHIPPED], target=F.CANCELLED)
    def cancel(self) -> None: ...


def sources(machine: type[models.Model], target: str) -> tuple[str, ...]:
    """The states from which `machine` may reach `target`, read off its transitions."""
    found: list[str] = []
    for member in (member for base in machine.__mro__ for member in vars(base).values()):
        meta: Any = getattr(member, "_django_fsm", None)
        if meta is not None:
            found += [str(t.source) for t in meta.transitions.values() if t.target == target]
    return tuple(sorted(set(found)))
