"""`manage.py draw_machines`: the machines of orders and staff as diagrams under docs/machines/."""

from __future__ import annotations

from typing import Any, cast

from django.conf import settings
from django.core.management.base import BaseCommand
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

MACHINES: dict[str, tuple[type[models.Model], type[models.TextChoices]]] = {
    "order": (OrderWorkflow, OrderState),
    "fulfilment": (FulfilmentWorkflow, FulfilmentState),
    "swap": (SwapWorkflow, SwapState),
    "leave": (LeaveWorkflow, LeaveState),
    "handover": (HandoverWorkflow, HandoverState),
    "task": (TaskWorkflow, TaskState),
    "penalty": (PenaltyWorkflow, PenaltyState),
}
HEAD = "<!-- Drawn from %s by `manage.py draw_machines`. Do not edit. -->\n"


def moves(machine: type[models.Model]) -> list[tuple[str, str, str]]:
    """(source, target, name) of every transition of the machine, in the order of its file."""
    found = []
    for name, method in vars(machine).items():
        meta = getattr(method, "_django_fsm", None)
        if meta is not None:
            found += [(str(move.source), str(move.target), name) for move in meta.transitions.values()]
    return found


def drawing(name: str) -> str:
    """The Markdown page of one machine, with a Mermaid diagram."""
    machine, states = MACHINES[name]
    drawn = moves(machine)
    left = {source for source, target, _name in drawn if source != target}
    first = str(cast("FSMField", machine._meta.get_field("state")).default)
    file = machine.__module__.replace(".", "/") + ".py"
    lines = [
        HEAD % file,
        f"# {name.capitalize()}",
        "",
        (machine.__doc__ or "").strip(),
        "",
        "```mermaid",
        "stateDiagram-v2",
    ]
    lines.append(f"    [*] --> {first}")
    lines += [f"    {source} --> {target}: {move}" for source, target, move in drawn]
    lines += [f"    {state} --> [*]" for state in states.values if state not in left]
    return "\n".join([*lines, "```", ""])


class Command(BaseCommand):
    help = "Draws the state machines into docs/machines/."

    def handle(self, *args: Any, **options: Any) -> None:
        folder = settings.ROOT / "docs" / "machines"
        folder.mkdir(parents=True, exist_ok=True)
        for name in MACHINES:
            (folder / f"{name}.md").write_text(drawing(name), encoding="utf-8")
            self.stdout.write(f"docs/machines/{name}.md")
