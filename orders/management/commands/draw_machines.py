"""`manage.py draw_machines`: the machines of the product as diagrams under docs/machines/."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from orders.machines import MACHINES, drawing, moves

__all__ = ["MACHINES", "Command", "drawing", "moves"]


class Command(BaseCommand):
    help = "Draws the state machines into docs/machines/."

    def handle(self, *args: Any, **options: Any) -> None:
        folder = settings.ROOT / "docs" / "machines"
        folder.mkdir(parents=True, exist_ok=True)
        for name in MACHINES:
            (folder / f"{name}.md").write_text(drawing(name), encoding="utf-8")
            self.stdout.write(f"docs/machines/{name}.md")
