"""The machines of the product as diagrams for docs/machines/: those of orders and staff, and what floors above register."""

from __future__ import annotations

import sys
from typing import cast

from django.db import models
from django_fsm import FSMField

from orders.states import FulfilmentState, OrderState
from orders.workflow import FulfilmentWorkflow, OrderWorkflow
from staff.conduct.states import PenaltyState
from staff.conduct.workflow import PenaltyWorkflow
from staff.exchanges.states import LeaveState, SwapState
from staff.exchanges.workflow import LeaveWorkflow, SwapWorkflow
from staff.handover.states import HandoverState
from staff.handover.workflow import HandoverWorkflow
from staff.records.states import TaskState
from staff.records.workflow import TaskWorkflow

HEAD = "<!-- Drawn from %s by `manage.py draw_machines`. Do not edit. -->\n"

MACHINES: dict[str, tuple[type[models.Model], type[models.TextChoices]]] = {
    "order": (OrderWorkflow, OrderState),
    "fulfilment": (FulfilmentWorkflow, FulfilmentState),
    "swap": (SwapWorkflow, SwapState),
    "leave": (LeaveWorkflow, LeaveState),
    "handover": (HandoverWorkflow, HandoverState),
    "task": (TaskWorkflow, TaskState),
    "penalty": (PenaltyWorkflow, PenaltyState),
}


def register(name: str, machine: type[models.Model], states: type[models.TextChoices]) -> None:
    """A floor above has a machine, too: its page is docs/machines/NAME.md."""
    MACHINES[name] = (machine, states)


def moves(machine: type[models.Model]) -> list[tuple[str, str, str]]:
    """(source, target, name) of every transition of the machine, in the order of its file."""
    found = []
    for name, method in vars(machine).items():
        meta = getattr(method, "_django_fsm", None)
        if meta is not None:
            found += [(str(move.source), str(move.target), name) for move in meta.transitions.values()]
    return found


def _said_of(machine: type[models.Model]) -> str:
    """The words about a machine: its own, or those of its file when it has one to itself."""
    of_file = sys.modules[machine.__module__].__doc__ if hasattr(machine, "START") else None
    return (of_file or machine.__doc__ or "").strip()


def drawing(name: str) -> str:
    """The Markdown page of one machine, with a Mermaid diagram."""
    machine, states = MACHINES[name]
    drawn = moves(machine)
    left = {source for source, target, _name in drawn if source != target}
    first = getattr(machine, "START", "") or str(cast("FSMField", machine._meta.get_field("state")).default)
    file = machine.__module__.replace(".", "/") + ".py"
    lines = [
        HEAD % file,
        f"# {name.replace('-', ' ').capitalize()}",
        "",
        _said_of(machine),
        "",
        "```mermaid",
        "stateDiagram-v2",
    ]
    lines.append(f"    [*] --> {first}")
    lines += [f"    {source} --> {target}: {move}" for source, target, move in drawn]
    lines += [f"    {state} --> [*]" for state in states.values if state not in left]
    return "\n".join([*lines, "```", ""])
