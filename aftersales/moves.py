"""The machines' legal moves as rows: what PostgreSQL's trigger reads (aftersales.models.moves)."""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.db import connections

from aftersales.machine import steps
from aftersales.models import LegalMove
from aftersales.workflows import ALL


def legal_moves() -> set[tuple[str, str, str]]:
    """(kind, before, after) of every step of every machine, and of every state a case may be opened in."""
    opened = {(str(machine.KIND), "", state) for machine in ALL for state in machine.STATES.values}
    moved = {
        (str(machine.KIND), source, step.target)
        for machine in ALL
        for step in steps(machine)
        for source in step.sources
    }
    return opened | moved


def ensure_moves(using: str = "default") -> None:
    """Makes the rows say what the machines say; nothing is written when they do already."""
    rows = LegalMove.objects.using(using)
    there = {(kind, before, after): pk for pk, kind, before, after in rows.values_list("pk", "kind", "before", "after")}
    wanted = legal_moves()
    gone = [pk for move, pk in there.items() if move not in wanted]
    if gone:
        rows.filter(pk__in=gone).delete()
    rows.bulk_create(
        [LegalMove(kind=kind, before=before, after=after) for kind, before, after in sorted(wanted - set(there))],
        ignore_conflicts=True,
    )


def after_migrating(sender: AppConfig, using: str = "default", **more: Any) -> None:
    """Once a migration has run; migrating back to nothing leaves no table to write to."""
    if LegalMove._meta.db_table in connections[using].introspection.table_names():
        ensure_moves(using)
