"""What is done to shifts and rotas. Every change stands in the trail; only publishing binds anybody."""

from __future__ import annotations

from staff.rota.services.duties import cancel_duty, reassign_duties, reassign_duty

__all__ = [
    "cancel_duty",
    "reassign_duties",
    "reassign_duty",
]
