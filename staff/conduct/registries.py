"""What conduct tells the house: its figures, what is private about it, and what it brings to the meeting."""

from __future__ import annotations

from staff.conduct import agenda, measures, privacy


def register() -> None:
    measures.register_all()
    privacy.register()
    agenda.register()
