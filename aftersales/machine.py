"""What a machine of the after-sales floor is written with: steps that say who may take them and what they ask, and
places that say whose court the ball is in and which clocks run there. Buttons, forms, API actions and diagrams are
read off these; nothing lists a step twice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any, TypeVar

from django.utils.functional import Promise
from django_fsm import transition

from sla.states import Party
from staff.roles import Role

SERVICE = (Role.AGENT_AFTERSALES, Role.AGENT_PRESALES, Role.SUPERVISOR, Role.MANAGER)
LEADERS = (Role.SUPERVISOR, Role.MANAGER)
FINANCE = (Role.FINANCE, Role.MANAGER)
WAREHOUSE = (Role.WAREHOUSE, Role.SUPERVISOR, Role.MANAGER)
QUALITY = (Role.QUALITY, Role.SUPERVISOR, Role.MANAGER)
SUPPLIER = (Role.SUPPLIER,)
STAFF = tuple(role for role in Role.values if role != Role.SUPPLIER)
SYSTEM = ("system",)  # the refund import, a clock, another machine

F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True)
class Place:
    """What holds while a case is in a state."""

    ball: str = Party.AGENT  # in whose court
    clocks: tuple[str, ...] = ()  # policies that run here; entering starts, leaving stops them
    goods: str | None = None  # where entering puts the goods, if it says so (RET-37)
    final: bool = False  # the case is over: its lines are free for another
    at_supplier: str = ""  # in whose instead, where the goods go back to a supplier's address


@dataclass(frozen=True)
class Step:
    """One way on from where a case is."""

    name: str
    sources: tuple[str, ...]
    target: str
    label: str | Promise
    by: tuple[str, ...]
    asks: tuple[str, ...] = ()  # keys of aftersales.inputs
    rule: str = ""
    opens: str = ""  # the kind of linked case that it opens
    main: bool = False  # what is usually done next here
    goods: str = ""  # where the step puts the goods, if it says so (RET-37)
    unless: Callable[[Any], bool] | None = field(default=None, repr=False)  # when it is not what is done next
    detour: bool = False  # what is done while something holds up the main step
    conditions: tuple[Callable[[Any], bool], ...] = field(default=(), repr=False)

    def open_to(self, role: str) -> bool:
        return role in self.by


def step(
    source: str | Sequence[str],
    target: str,
    *,
    label: str | Promise,
    by: Sequence[str],
    asks: Sequence[str] = (),
    rule: str = "",
    opens: str = "",
    main: bool = False,
    goods: str = "",
    unless: Callable[[Any], bool] | None = None,
    detour: bool = False,
    conditions: Sequence[Callable[[Any], bool]] = (),
) -> Callable[[F], F]:
    """A transition of a machine that says all that a page needs to offer it."""
    sources = [source] if isinstance(source, str) else list(source)
    told: dict[str, Any] = {
        "label": label,
        "by": tuple(by),
        "asks": tuple(asks),
        "rule": rule,
        "opens": opens,
        "main": main,
    }
    told |= {"goods": goods, "unless": unless, "detour": detour}
    made: Callable[[F], F] = transition(
        "state", source=sources, target=target, conditions=list(conditions), custom=told
    )
    return made


@cache
def steps(machine: type) -> tuple[Step, ...]:
    """The steps of a machine in the order in which its file has them."""
    return tuple(_steps(machine))


def _steps(machine: type) -> Iterator[Step]:
    for name, member in vars(machine).items():
        meta = getattr(member, "_django_fsm", None)
        if meta is None:
            continue
        found = list(meta.transitions.values())
        first = found[0]
        yield Step(
            name=name,
            sources=tuple(str(each.source) for each in found),
            target=str(first.target),
            conditions=tuple(first.conditions),
            **first.custom,
        )
